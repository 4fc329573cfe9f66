//! Every way out gives the terminal back and ends in time: keys, signals, the shell's job control, a terminal that goes away.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::pty::{Pty, send};
use crate::rig::{Opening, Rig};

/// What an end may take on a busy machine. The console itself aims at a quarter of a second.
const SOON: Duration = Duration::from_secs(3);

#[test]
fn q_gives_the_terminal_back() {
    let mut rig = Opening::default().ready();
    assert!(
        rig.pty.is_raw()
            && rig.pty.left_on().contains(&"alternate screen")
            && rig.pty.left_on().contains(&"bracketed paste")
    );
    rig.pty.keys("q");
    rig.pty.ends_well(0, SOON);
}

#[test]
fn ctrl_c_cancels_what_is_on_top_and_then_leaves() {
    let mut rig = Opening::default().ready();
    rig.pty.keys("?");
    rig.pty.see("Turn the feature off now");
    rig.pty.keys("\x03");
    rig.pty.gone("Turn the feature off now");
    rig.pty.keys("\x03");
    rig.pty.ends_well(0, SOON);
}

#[test]
fn signals_give_the_terminal_back() {
    for (signal, code) in [
        (Signal::TERM, 143),
        (Signal::HUP, 129),
        (Signal::INT, 130),
        (Signal::QUIT, 131),
    ] {
        let mut rig = Opening::default().ready();
        // With a dialog open and a line being typed, too.
        rig.pty.keys("+");
        rig.pty.see("raise exposure");
        rig.pty.signal(signal);
        rig.pty.ends_well(code, SOON);
        assert_eq!(rig.version(), 12);
    }
}

#[test]
fn a_signal_before_the_first_answer_counts() {
    let mut rig = Opening {
        faults: vec!["*:*=blackhole"],
        ..Opening::default()
    }
    .open();
    rig.pty.see("? help");
    rig.pty.signal(Signal::TERM);
    rig.pty.ends_well(143, SOON);
}

#[test]
fn an_order_in_flight_leaves_its_command_when_a_signal_comes() {
    let mut rig = Opening {
        faults: vec!["ssm:PutParameter=blackhole"],
        ..Opening::default()
    }
    .ready();
    rig.pty.keys("D");
    rig.pty.see("sending");
    rig.pty.signal(Signal::TERM);
    let last = rig.pty.ends_well(143, SOON);
    assert!(
        last.contains("aws ssm put-parameter --name /audio-transcription"),
        "{last}"
    );
    let left: Vec<_> = rig
        .state_files()
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "sh"))
        .collect();
    assert_eq!(left.len(), 1, "{:?}", rig.state_files());
    let command = std::fs::read_to_string(&left[0]).unwrap();
    assert!(
        command.contains("aws ssm put-parameter --name /audio-transcription"),
        "{command}"
    );
    assert!(
        last.replace(['\n', ' '], "")
            .contains(&left[0].display().to_string()),
        "the file is named:\n{last}"
    );
}

#[test]
fn a_kill_leaves_the_command_too_and_the_next_start_looks_first() {
    let mut rig = Opening {
        faults: vec!["ssm:PutParameter=blackhole"],
        ..Opening::default()
    }
    .ready();
    rig.pty.keys("D");
    rig.pty.see("sending");
    // The intent is durable before anything is sent.
    rig.pty.wait("the file with the command", |_| {
        rig.state_files()
            .iter()
            .any(|path| path.extension().is_some_and(|e| e == "sh"))
    });
    rig.pty.signal(Signal::KILL);
    rig.pty.ended(SOON);
    rig.again();
    rig.pty.see("version 12 is still there");
    assert_eq!(rig.version(), 12, "it is looked at, not sent again");
}

/// The console under an interactive bash, which has job control.
fn under_bash() -> Rig {
    let shell = Some("PS1='sh> ' exec bash --norc --noprofile -i");
    let mut rig = Opening {
        shell,
        size: (120, 40),
        ..Opening::default()
    }
    .open();
    rig.pty.see("sh> ");
    let command = rig.command();
    rig.pty.keys(&format!("clear; {command}\r"));
    rig.wait_ready();
    rig
}

#[test]
fn ctrl_z_stops_and_fg_draws_everything_again() {
    let mut rig = under_bash();
    rig.pty.keys("+");
    rig.pty.see("raise exposure");
    rig.pty.keys("\x1a");
    let shell = rig.pty.see("Stopped");
    assert!(
        !shell.contains("latency p95"),
        "the normal screen is back:\n{shell}"
    );
    // readline has bracketed paste of its own while it waits for a line.
    assert!(
        rig.pty
            .left_on()
            .iter()
            .all(|mode| *mode == "bracketed paste"),
        "{:?}",
        rig.pty.left_on()
    );
    rig.pty.keys("stty -a | tr ' ;' '\\n\\n' | grep -xE -- '-?(icanon|echo|isig|opost)' | sort | xargs echo modes\r");
    rig.pty.see("modes echo icanon isig opost");
    let before = rig.pty.bytes();
    rig.pty.keys("clear; fg; echo status $?\r");
    rig.pty.wait("the screen", |screen| {
        screen.contains("latency p95") && screen.contains("? help")
    });
    assert!(rig.pty.bytes() - before > 2000, "all of it is drawn");
    assert!(
        !rig.pty.screen().contains("raise exposure"),
        "a plan that was open is dropped:\n{}",
        rig.pty.screen()
    );
    rig.pty.keys("q");
    let shell = rig.pty.see("status 0");
    assert!(!shell.contains("latency p95"), "{shell}");
    assert_eq!(rig.version(), 12);
}

#[test]
fn a_stop_from_outside_is_the_same_and_bg_does_no_harm() {
    let mut rig = under_bash();
    let console = rig.console_pid();
    send(console, Signal::TSTP);
    rig.pty.see("Stopped");
    rig.pty.keys("bg\r");
    rig.pty.keys("echo still $((40 + 2))\r");
    rig.pty.see("still 42");
    rig.pty.keys("clear; fg; echo status $?\r");
    rig.pty.wait("the screen", |screen| {
        screen.contains("latency p95") && screen.contains("? help")
    });
    rig.pty.keys("q");
    rig.pty.see("status 0");
}

#[test]
fn ctrl_z_without_a_shell_to_come_back_to_stops_nothing() {
    let mut rig = Opening::default().ready();
    rig.pty.keys("\x1a");
    rig.pty.keys("?");
    rig.pty.see("Turn the feature off now");
    assert!(rig.pty.is_raw());
}

#[test]
fn a_console_that_was_frozen_draws_everything_again() {
    let mut rig = Opening::default().ready();
    rig.pty.keys("+");
    rig.pty.see("raise exposure");
    rig.pty.quiet(Duration::from_millis(300));
    rig.pty.signal(Signal::STOP);
    let before = rig.pty.bytes();
    rig.pty.signal(Signal::CONT);
    rig.pty.gone("raise exposure");
    rig.pty.wait("the screen", |screen| {
        screen.contains("latency p95") && screen.contains("? help")
    });
    assert!(rig.pty.bytes() - before > 2000, "all of it is drawn");
    rig.pty.keys("q");
    rig.pty.ends_well(0, SOON);
}

#[test]
fn a_closed_terminal_ends_it() {
    let mut rig = Opening::default().ready();
    rig.pty.hang_up("\x0c");
    let status = rig.pty.ended(SOON);
    assert_eq!(status.exit_code(), 129, "{status:?}");
}

#[test]
fn a_closed_terminal_ends_it_even_without_a_signal_and_nothing_spins() {
    // In a session of its own no SIGHUP comes; the shell ignores it besides, as nohup does.
    let script = "trap '' HUP; setsid -w CONSOLE; echo $? > status";
    let mut rig = Opening {
        shell: Some(script),
        ..Opening::default()
    }
    .ready();
    let console = rig.console_pid();
    let used = cpu(console).expect("it runs");
    let closed = Instant::now();
    rig.pty.hang_up("\x0c");
    let mut last = used;
    while let Some(now) = cpu(console) {
        last = now;
        assert!(closed.elapsed() < SOON, "it has not ended");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(
        last.saturating_sub(used) < Duration::from_millis(400),
        "it used {:?} on its way out",
        last.saturating_sub(used)
    );
    let status = rig.home.path().join("status");
    let told = || std::fs::read_to_string(&status).unwrap_or_default();
    while told().is_empty() && closed.elapsed() < 2 * SOON {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(told().trim(), "129");
}

/// The processor time that a process has used; `None` when it is gone.
fn cpu(pid: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    if fields[0] == "Z" {
        return None;
    }
    let ticks: u64 = fields[11].parse::<u64>().ok()? + fields[12].parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

#[test]
fn nothing_is_lost_between_a_key_and_the_end() {
    let mut rig = Opening::default().ready();
    rig.pty.keys("ccq");
    rig.pty.ends_well(0, SOON);
    let complaints = rig.state_text().matches("complaint").count();
    assert!(complaints >= 2, "{}", rig.state_text());
}

#[test]
fn a_demo_that_is_left_leaves_nothing_behind() {
    let home = tempfile::TempDir::new().unwrap();
    let tmp = home.path().join("tmp");
    std::fs::create_dir(&tmp).unwrap();
    let tmp = tmp.display().to_string();
    let mut pty = Pty::coalmine(&["demo"], &[("TMPDIR", &tmp)], (80, 24), home.path());
    pty.see("healthy ×1");
    pty.keys("q");
    pty.ends_well(0, SOON);
    assert_eq!(std::fs::read_dir(tmp).unwrap().count(), 0);
}
