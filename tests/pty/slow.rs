//! A slow or frozen terminal costs frames, never the console: data go on coming in, nothing piles up, and `q` counts.

use std::time::Duration;

use rustix::process::Signal;

use crate::pty::Pace;
use crate::rig::Opening;

/// Memory that a process holds, in kilobytes.
fn resident(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn over_a_slow_link_the_way_out_is_short_and_clean() {
    let mut rig = Opening::default().open();
    rig.pty.pace(Pace::Slow(2000));
    rig.pty.see("latency p95");
    rig.pty.keys("\x0c\x0cq");
    rig.pty.ended(Duration::from_secs(3));
    rig.pty.pace(Pace::Free);
    rig.pty.ends_well(0, Duration::from_secs(1));
}

#[test]
fn a_frozen_terminal_gets_one_frame_later_and_memory_stays_flat() {
    let mut rig = Opening::default().ready();
    rig.pty.quiet(Duration::from_millis(300));
    rig.pty.pace(Pace::Stopped);
    // Whole frames, copies to the clipboard and bells, far more than fits.
    rig.pty.keys(&"\x0cwxal".repeat(50));
    std::thread::sleep(Duration::from_millis(500));
    let before = resident(rig.pty.pid());
    let shown = rig.pty.bytes();
    for _ in 0..40 {
        rig.pty.keys(&"\x0cywyxya".repeat(20));
        rig.crank(Duration::from_secs(1));
        std::thread::sleep(Duration::from_millis(25));
    }
    let grown = resident(rig.pty.pid()).saturating_sub(before);
    assert!(grown < 10_000, "it grew by {grown} kB");
    std::thread::sleep(Duration::from_millis(100));
    rig.pty.keys("l");
    rig.pty.pace(Pace::Free);
    rig.pty.see("follow");
    rig.pty.quiet(Duration::from_millis(300));
    let came = rig.pty.bytes() - shown;
    assert!(came < 250_000, "{came} bytes had piled up");
    rig.pty.keys("q");
    rig.pty.ends_well(0, Duration::from_secs(2));
}

#[test]
fn q_on_a_frozen_terminal_ends_it_and_what_comes_later_is_clean() {
    let mut rig = Opening::default().ready();
    rig.pty.pace(Pace::Stopped);
    for _ in 0..10 {
        rig.pty.keys("\x0cwxal");
        std::thread::sleep(Duration::from_millis(40));
    }
    rig.pty.keys("q");
    rig.pty.ended(Duration::from_secs(3));
    rig.pty.pace(Pace::Free);
    rig.pty.ends_well(0, Duration::from_secs(1));
}

#[test]
fn a_signal_on_a_frozen_terminal_ends_it_too() {
    let mut rig = Opening {
        faults: vec!["ssm:PutParameter=blackhole"],
        ..Opening::default()
    }
    .ready();
    rig.pty.keys("D");
    rig.pty.see("sending");
    rig.pty.pace(Pace::Stopped);
    for _ in 0..10 {
        rig.pty.keys("\x0cwxal");
        std::thread::sleep(Duration::from_millis(40));
    }
    rig.pty.signal(Signal::TERM);
    rig.pty.ended(Duration::from_secs(3));
    rig.pty.pace(Pace::Free);
    rig.pty.ends_well(143, Duration::from_secs(1));
}
