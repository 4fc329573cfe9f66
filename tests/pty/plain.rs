//! The plain console in a pty and over pipes: what is said, how it ends, and that no byte of it moves a cursor.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use tempfile::TempDir;

use coalmine::sim::world::Scenario;

use crate::pty::environment;
use crate::rig::Opening;

const SOON: Duration = Duration::from_secs(20);

fn plain(scenario: Scenario) -> crate::rig::Rig {
    let opening = Opening {
        scenario,
        size: (100, 200),
        args: vec!["--plain"],
        ..Opening::default()
    };
    opening.open()
}

#[test]
fn an_evening_without_a_screen() {
    let mut rig = plain(Scenario::Latency);
    rig.pty.see("Incident: none is open.");
    let last = rig.sim.clock().now() + 3_600_000;
    let clock = rig.sim.clock().clone();
    let trouble = move |keys: &mut dyn FnMut(&str)| {
        clock.advance(Duration::from_secs(30));
        assert!(clock.now() < last, "no trouble in an hour");
        keys("1\r");
    };
    rig.pty.wait_doing("trouble", trouble, |screen| {
        screen.contains("ANNOUNCE: verdict") && screen.contains("-> ROLL BACK: ")
    });
    rig.pty.keys("2\r");
    rig.pty.see("ORDER: ");
    rig.pty.see("ANNOUNCE: proof 2 of 4: read back.");
    assert_eq!(rig.flag()["enabled"], false);
    rig.pty.keys("raise\r");
    rig.pty.see("RAISES ARE LOCKED");
    rig.pty.keys("runbook\r");
    rig.pty.see("Sections; section N opens one:");
    rig.pty.keys("section 1\r");
    rig.pty.see("1 next: ");
    rig.pty.keys("tick 1\r");
    rig.pty.see("ANNOUNCE: step 1 done: ");
    rig.pty.keys("incident close it was the network\r");
    rig.pty.see("ANNOUNCE: the incident is closed.");
    rig.pty.keys("quit\r");
    rig.pty.ends_well(0, SOON);
    assert!(!rig.pty.raw().contains(&0x1b), "a sequence");
}

#[test]
fn no_answer_is_met_with_silence_and_a_list_holds_nobody_up() {
    let mut rig = plain(Scenario::Healthy);
    rig.pty.see("Incident: none is open.");
    rig.pty.keys("4\r");
    rig.pty.see("Question: RAISE exposure");
    for (typed, times) in [("nope\r", 1), ("runbook\r", 2), ("status of it\r", 3)] {
        rig.pty.keys(typed);
        rig.pty.wait_doing(
            "a reply",
            |_| (),
            move |screen| screen.matches("Not yet: type ").count() >= times,
        );
    }
    rig.pty.keys("no\r");
    rig.pty.see("dropped: nothing was sent");

    rig.pty.keys("runbook\r");
    rig.pty.see("8 Scenario 1: answers come late");
    rig.pty.keys("section 8\r");
    rig.pty.see("1 next: ");
    rig.pty.keys("run 1\r");
    rig.pty.see("Question: what to do?");
    rig.pty.keys("banana\r");
    rig.pty.see("answer first: a number from 1 to ");
    rig.pty.keys("section 2\r");
    rig.pty.wait_doing(
        "the list of sections",
        |_| (),
        |screen| screen.matches("Sections; section N opens one:").count() >= 2,
    );
    rig.pty.keys("0\r");
    rig.pty.ends_well(0, SOON);
}

#[test]
fn signals_and_the_end_of_input_end_it_in_order() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129)] {
        let mut rig = plain(Scenario::Healthy);
        rig.pty.see("Incident: none is open.");
        rig.pty.signal(signal);
        rig.pty.ends_well(code, SOON);
    }
    let mut rig = plain(Scenario::Healthy);
    rig.pty.see("Incident: none is open.");
    rig.pty.keys("\x04");
    rig.pty.ends_well(0, SOON);
}

fn piped(args: &[&str], lines: &str) -> (i32, String) {
    let home = TempDir::new().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_coalmine"))
        .args(args)
        .env_clear()
        .envs(environment())
        .env("HOME", home.path())
        .current_dir(home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(lines.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    (output.status.code().unwrap(), text)
}

#[test]
fn a_script_is_worked_through_to_its_end() {
    let (code, text) = piped(
        &["demo", "--plain"],
        "stage\ndisable\nhistory\ncopy\nnonsense\n",
    );
    assert_eq!(code, 0, "{text}");
    for said in [
        "Status at ",
        "Verdict: HOLD.",
        "Stages; stage N sets one",
        "ORDER: partial-results in prod",
        "ANNOUNCE: proof 1 of 4: accepted v13.",
        "versions of the flag, the newest first",
        "nonsense is no word of the menu",
    ] {
        assert!(text.contains(said), "{said} was not said:\n{text}");
    }
    assert!(text.is_ascii(), "{text}");
}

#[test]
fn a_script_raises_only_with_the_typed_word_and_a_read_only_one_never() {
    let (code, text) = piped(
        &["demo", "--plain"],
        "raise\nyes\ncancel\nraise\nprod\ncancel\n",
    );
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("Question: RAISE exposure, 10% to 50%"),
        "{text}"
    );
    assert!(!text.contains("ORDER:"), "{text}");
    let (_, text) = piped(&["demo", "--plain"], "raise\nprod\nbecause\n");
    assert!(
        text.contains("ORDER: ") && text.contains("proof 1 of 4"),
        "{text}"
    );
    let (_, text) = piped(
        &["demo", "--plain", "--read-only"],
        "disable\nraise\nprod\nbecause\n",
    );
    assert!(!text.contains("proof 1 of 4"), "{text}");
    assert!(text.contains("ead-only"), "{text}");
}
