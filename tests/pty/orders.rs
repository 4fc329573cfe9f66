//! What orders do by keys: raises ask, lowerings go at once, and every bad case has its own honest screen.

use std::time::Duration;

use coalmine::sim::world::Scenario;
use rustix::process::Signal;

use crate::rig::{Opening, Rig};

/// Longer than a held-down key leaves between two presses: the console takes Enter for a decision only after such a pause.
const PAUSE: Duration = Duration::from_millis(850);

fn pause() {
    std::thread::sleep(PAUSE);
}

fn percent(rig: &Rig) -> (bool, i64) {
    let flag = rig.flag();
    (
        flag["enabled"].as_bool().unwrap(),
        flag["rollout_percentage"].as_i64().unwrap(),
    )
}

/// Fills in the dialog of a raise whose gates are not all green, and sends it.
fn confirm_raise(rig: &mut Rig) {
    pause();
    rig.pty.keys("prod");
    if rig.pty.see("environment  prod").contains("reason") {
        rig.pty.keys("\tdrill");
        rig.pty.see("drill");
    }
    rig.pty.keys("\r");
    rig.pty.gone("raise exposure");
}

#[test]
fn a_raise_asks_and_wants_the_environments_name() {
    let mut rig = Opening::default().ready();
    rig.pty.keys("+");
    let plan = rig.pty.see("raise exposure: 10 % ▸ 50 %");
    for part in [
        "+ \"rollout_percentage\": 50",
        "gates",
        "ssm:PutParameter",
        "aws ssm put-parameter",
        "Type prod",
    ] {
        assert!(plan.contains(part), "the plan lacks {part}:\n{plan}");
    }
    pause();
    rig.pty.keys("dev\tdrill\r");
    rig.pty.see("type prod to go on");
    pause();
    rig.pty.keys("\r");
    rig.pty.keys("\x1b");
    rig.pty.gone("raise exposure");
    assert_eq!(
        (percent(&rig), rig.version()),
        ((true, 10), 12),
        "nothing was sent"
    );

    rig.pty.keys("+");
    rig.pty.see("raise exposure: 10 % ▸ 50 %");
    confirm_raise(&mut rig);
    rig.pty.see("v13 · you");
    assert_eq!(percent(&rig), (true, 50));
    assert!(
        rig.state_text().contains("drill"),
        "the reason stands in the journal"
    );

    rig.pty.keys("u");
    rig.pty.see("v14 · you");
    assert_eq!(
        percent(&rig),
        (true, 10),
        "undoing a raise lowers, and asks nothing"
    );
}

#[test]
fn undoing_a_disable_is_a_raise() {
    let mut rig = Opening::default().ready();
    rig.pty.keys("D");
    rig.pty.see("STILL EXPOSED");
    assert_eq!(percent(&rig), (false, 10), "the percentage is kept");
    rig.pty.keys("u");
    let plan = rig.pty.see("raise exposure: 0 % ▸ 10 %");
    assert!(
        plan.contains("STILL EXPOSED"),
        "what is going on stays in sight:\n{plan}"
    );
    assert_eq!(rig.version(), 13);
    confirm_raise(&mut rig);
    rig.pty.see("v14 · you");
    assert_eq!(percent(&rig), (true, 10));
}

#[test]
fn a_held_down_enter_confirms_nothing() {
    let mut rig = Opening::default().ready();
    rig.pty.keys("\r\r\rF");
    for _ in 0..60 {
        rig.pty.keys("\r");
        std::thread::sleep(Duration::from_millis(30));
    }
    rig.pty.see("PARTIAL_RESULTS_ENABLED=false");
    assert_eq!(
        rig.variable("PARTIAL_RESULTS_ENABLED").as_deref(),
        Some("true")
    );
    pause();
    rig.pty.keys("\r");
    rig.pty.gone("enter go on");
    rig.wait_variable("PARTIAL_RESULTS_ENABLED", "false");
}

#[test]
fn the_fallback_shows_a_masked_diff_and_goes_off_again() {
    let mut rig = Opening::default().ready();
    rig.pty.keys("F");
    let plan = rig.pty.see("PARTIAL_RESULTS_ENABLED=false");
    for part in [
        "- PARTIAL_RESULTS_ENABLED=true",
        "ROLLOUT_PERCENTAGE=0",
        "lambda:UpdateFunctionConfiguration",
    ] {
        assert!(plan.contains(part), "the plan lacks {part}:\n{plan}");
    }
    let others = rig
        .sim
        .aws()
        .with(|aws, now| aws.functions.environment("audio-processor", None, now));
    for (name, value) in others.iter().filter(|(name, _)| {
        !["PARTIAL_RESULTS_ENABLED", "ROLLOUT_PERCENTAGE"].contains(&name.as_str())
    }) {
        assert!(
            value.len() < 5 || !plan.contains(value.as_str()),
            "{name} shows its value:\n{plan}"
        );
    }
    pause();
    rig.pty.keys("\r");
    rig.pty.gone("enter go on");
    rig.wait_variable("ROLLOUT_PERCENTAGE", "0");
    let kept: Vec<_> = rig
        .sim
        .aws()
        .with(|aws, now| aws.functions.environment("audio-processor", None, now))
        .into_iter()
        .collect();
    for (name, value) in others.iter().filter(|(name, _)| {
        !["PARTIAL_RESULTS_ENABLED", "ROLLOUT_PERCENTAGE"].contains(&name.as_str())
    }) {
        assert!(
            kept.contains(&(name.clone(), value.clone())),
            "{name} did not survive"
        );
    }
    // The flag store answers and the functions follow it: nothing was turned off, and nobody says so.
    let still = rig.crank_until(Duration::from_secs(30), "treated session");
    assert!(still.contains("STILL EXPOSED"), "{still}");
    rig.pty.keys("F");
    let plan = rig.pty.see("+ PARTIAL_RESULTS_ENABLED=true");
    assert!(
        plan.contains("Type prod"),
        "putting it back is a raise:\n{plan}"
    );
}

#[test]
fn a_change_behind_our_back_is_a_conflict_that_says_who() {
    let mut rig = Opening::default().ready();
    // Stopped, it cannot read the new version before it gets the key.
    rig.pty.signal(Signal::STOP);
    rig.write_flag(r#"{"enabled": true, "rollout_percentage": 50, "by": "ben"}"#);
    rig.pty.keys("D");
    rig.pty.signal(Signal::CONT);
    let conflict = rig.pty.see("CONFLICT: somebody else wrote");
    assert!(conflict.contains("ben wrote v13"), "{conflict}");
    assert_eq!(
        (percent(&rig), rig.version()),
        ((true, 50), 13),
        "nothing of ben's is overwritten in silence"
    );
    // It came up by itself, perhaps under a finger: the first Enter after it decides nothing.
    rig.pty.keys("\r");
    pause();
    assert_eq!(rig.version(), 13);
    rig.pty.keys("\r");
    rig.pty.see("STILL EXPOSED");
    let flag = rig.flag();
    assert_eq!(
        (percent(&rig), flag["by"].as_str()),
        ((false, 50), Some("ben"))
    );
}

#[test]
fn a_write_without_an_answer_is_unknown_and_its_command_stays() {
    let opening = Opening {
        faults: vec!["ssm:PutParameter=blackhole"],
        ..Opening::default()
    };
    let mut rig = opening.ready();
    rig.pty.keys("D");
    rig.pty.see("sending");
    rig.pty.keys("q");
    rig.pty.see("a write is in flight");
    rig.pty.keys("\x1b");
    rig.pty.gone("a write is in flight");
    rig.pty.wait("the unknown outcome", |screen| {
        screen.to_lowercase().contains("unknown") && screen.contains("put-parameter")
    });
    rig.pty.keys("\x1b");
    rig.pty.gone("OUTCOME UNKNOWN");
    rig.pty.keys("q");
    let last = rig.pty.ends_well(4, Duration::from_secs(5));
    assert!(last.contains("aws ssm put-parameter"), "{last}");
    let files = rig.state_files();
    let left = files
        .iter()
        .find(|path| path.extension().is_some_and(|e| e == "sh"))
        .expect("a file with the command");
    assert!(
        std::fs::read_to_string(left)
            .unwrap()
            .contains("aws ssm put-parameter --name /audio-transcription")
    );

    rig.again();
    rig.pty.wait("the open order", |screen| {
        screen.contains("earlier") || screen.contains("left open")
    });
}

#[test]
fn a_write_whose_answer_was_lost_is_found_by_reading() {
    let opening = Opening {
        faults: vec!["ssm:PutParameter=applied-timeout"],
        ..Opening::default()
    };
    let mut rig = opening.ready();
    rig.pty.keys("D");
    rig.pty.see("STILL EXPOSED");
    assert_eq!(
        (percent(&rig), rig.version()),
        ((false, 10), 13),
        "sent once"
    );
}

#[test]
fn read_only_refuses_every_write() {
    let mut rig = Opening {
        args: vec!["--read-only"],
        ..Opening::default()
    }
    .ready();
    for key in ["D", "0", "-", "\x1b[20~"] {
        rig.pty.keys(key);
        let refusal = rig.pty.see("this console is read-only");
        assert!(
            refusal.contains("aws ssm put-parameter") || refusal.contains("--read-only"),
            "{refusal}"
        );
        rig.pty.keys("\x1b");
        rig.pty.gone("this console is read-only");
    }
    assert_eq!((percent(&rig), rig.version()), ((true, 10), 12));
}

#[test]
fn the_alias_trap_is_told_before_anything_is_sent() {
    let opening = Opening {
        scenario: Scenario::AliasTrap,
        config: vec![("# alias = \"live\" ", "alias = \"live\" ")],
        ..Opening::default()
    };
    let mut rig = opening.ready();
    rig.pty.keys("F");
    let plan = rig.pty.see("whose environment is frozen");
    assert!(plan.contains("alias live"), "{plan}");
    assert_eq!(
        rig.variable("PARTIAL_RESULTS_ENABLED").as_deref(),
        Some("true")
    );
}
