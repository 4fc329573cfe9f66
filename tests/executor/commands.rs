//! Commands of a runbook behind the gate: nothing runs unseen, and what ran is written down before and after.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use coalmine::app::{Effect, Msg};
use coalmine::backends::shell::SystemShell;
use coalmine::domain::journal::Entry;
use coalmine::domain::runbook::command::{CommandOrder, CommandReport};
use coalmine::domain::runbook::script::{Home, prepare};
use coalmine::domain::runbook::{CommandEnd, RunbookEvent, StepKey};
use coalmine::ports::{ErrorKind, PortError};

use crate::rig::{Rig, Setup};

fn setup() -> Setup {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_coalmine"));
    let path = ("PATH".into(), std::env::var_os("PATH").unwrap());
    Setup {
        shell: Some(Arc::new(SystemShell::new(program, [path], false))),
        ..Setup::default()
    }
}

fn order(text: &str) -> CommandOrder {
    CommandOrder {
        run: "r1-1".into(),
        step: StepKey::default(),
        script: prepare(text, "sh", &[], &Home::default()).unwrap(),
        pins: Vec::new(),
        cwd: None,
        limit: Duration::from_secs(30),
        trusts: true,
        may_raise: None,
    }
}

async fn report(rig: &mut Rig) -> CommandReport {
    rig.wait(|msg| match msg {
        Msg::CommandEnded { report, .. } => Some(*report),
        _ => None,
    })
    .await
}

fn events(rig: &Rig) -> Vec<RunbookEvent> {
    let entries = rig.records().into_iter().map(|record| record.entry);
    entries
        .filter_map(|entry| match entry {
            Entry::Runbook { event } => Some(*event),
            _ => None,
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_is_written_down_before_and_after() {
    let mut rig = Rig::new(setup());
    let dir = tempfile::tempdir().unwrap();
    let journal = rig.state_dir.join("partial-results@prod.jsonl");
    let copy = dir.path().join("copy");
    // The command itself looks whether it was written down.
    let text = format!(
        "cp {} {}; printf 'AKIAIOSFODNN7EXAMPLE \\033[1m'; exit 4",
        journal.display(),
        copy.display()
    );
    let order = order(&text);
    rig.executor
        .execute(Effect::RunCommand(Box::new(order.clone())));
    let report = report(&mut rig).await;
    assert_eq!(
        (report.end, report.journal_fault),
        (CommandEnd::Exited(4), None)
    );
    let before = std::fs::read_to_string(copy).unwrap();
    assert!(
        before.contains("command_begun")
            && before.contains("trusted")
            && before.contains(&order.script.sha256)
    );
    let events = events(&rig);
    let [
        RunbookEvent::Trusted { sha256 },
        RunbookEvent::CommandBegun { script, .. },
        RunbookEvent::CommandEnded {
            end, tail, bytes, ..
        },
    ] = events.as_slice()
    else {
        panic!("{events:?}");
    };
    let ended = (&CommandEnd::Exited(4), 25);
    assert_eq!((sha256, (end, *bytes)), (&order.script.sha256, ended));
    assert!(script.starts_with("cp ") && script.contains("[masked:") && !script.contains("AKIA"));
    assert!(
        !tail.contains("AKIAIOSFODNN7EXAMPLE") && tail.ends_with("<U+001B>[1m"),
        "{tail}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_runs_where_it_may_not() {
    let dir = tempfile::tempdir().unwrap();
    let touched = dir.path().join("touched");
    let text = format!("touch {}", touched.display());
    let fault = PortError {
        kind: ErrorKind::Local,
        what: "journal".into(),
        text: "disk full".into(),
        hint: String::new(),
    };
    let cases = [
        (
            Setup {
                read_only: true,
                ..setup()
            },
            "read-only",
        ),
        (
            Setup {
                journal: Some(Err(fault)),
                ..setup()
            },
            "disk full",
        ),
        (
            Setup {
                account: Some("999999999999".into()),
                ..setup()
            },
            "999999999999",
        ),
        (Setup::default(), "runs no commands"),
    ];
    for (setup, words) in cases {
        let mut rig = Rig::new(setup);
        rig.executor
            .execute(Effect::RunCommand(Box::new(order(&text))));
        let CommandEnd::NotStarted(why) = report(&mut rig).await.end else {
            panic!("it was started: {words}");
        };
        assert!(why.contains(words), "{why}");
        assert!(!touched.exists() && events(&rig).is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_s_end_stops_what_runs_and_an_end_without_one_is_found() {
    let mut rig = Rig::new(setup());
    rig.executor
        .execute(Effect::RunCommand(Box::new(order("echo up; sleep 600"))));
    rig.wait(|msg| matches!(msg, Msg::CommandOutput { .. }).then_some(()))
        .await;
    let another = Rig::over(
        Arc::clone(&rig.sim),
        &rig.state_dir,
        "ben",
        Setup::default(),
    );
    let mut another = another;
    another.executor.execute(Effect::Recover);
    let found = another.wait(|msg| match msg {
        Msg::Recovered(found) => Some(found.unwrap()),
        _ => None,
    });
    let found = found.await;
    assert_eq!(found.commands.len(), 1, "begun, and not ended");
    assert!(
        found
            .trusted
            .contains(&order("echo up; sleep 600").script.sha256)
    );
    rig.executor.stop_commands().await;
    assert_eq!(report(&mut rig).await.end, CommandEnd::Stopped);
    assert!(matches!(
        events(&rig).last(),
        Some(RunbookEvent::CommandEnded {
            end: CommandEnd::Stopped,
            ..
        })
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_may_raise_is_not_started_while_another_console_has_an_incident_open() {
    let sim = std::sync::Arc::new(
        coalmine::sim::Sim::start(coalmine::sim::SimOptions {
            speed: 0.0,
            start: Some(1_790_000_000_000),
            ..coalmine::sim::SimOptions::default()
        })
        .unwrap(),
    );
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let mut ana = Rig::over(std::sync::Arc::clone(&sim), &state, "ana", setup());
    let mut ben = Rig::over(sim, &state, "ben", Setup::default());
    for rig in [&mut ana, &mut ben] {
        rig.executor.execute(Effect::Recover);
        rig.wait(|msg| matches!(msg, Msg::Recovered(_)).then_some(()))
            .await;
    }
    let doubtful = CommandOrder {
        may_raise: Some("line 3 (aws x) may raise exposure".to_owned()),
        ..order("echo on")
    };
    let opened = coalmine::domain::incident::IncidentEvent::Opened {
        id: "inc-1".to_owned(),
        cause: coalmine::domain::incident::IncidentCause::Asked,
    };
    ben.executor
        .execute(Effect::Append(Entry::Incident { event: opened }));
    ben.executor.write_up(Duration::from_secs(5)).await;
    ana.executor.execute(Effect::RunCommand(Box::new(doubtful)));
    let refused = report(&mut ana).await;
    let CommandEnd::NotStarted(why) = &refused.end else {
        panic!("{refused:?}");
    };
    assert!(
        why.contains("may raise exposure") && why.contains("raises are locked"),
        "{why}"
    );
    ana.executor
        .execute(Effect::RunCommand(Box::new(order("echo on"))));
    let plain = report(&mut ana).await;
    assert_eq!(plain.end, CommandEnd::Exited(0));
}
