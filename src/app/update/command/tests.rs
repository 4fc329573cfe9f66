//! A command from the wish to its end, through `update` with keys only.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop here")]

use std::time::Duration;

use super::*;
use crate::app::keymap::Key;
use crate::app::model::Missing;
use crate::app::{Msg, update};
use crate::domain::Timestamp;
use crate::domain::failure::{ErrorKind, PortError};
use crate::domain::journal::Recovered;
use crate::domain::runbook::StepKey;

mod locked;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

struct Evening {
    model: Model,
    at_ms: u64,
}

impl Evening {
    fn new() -> Self {
        let mut model = Model::new(crate::config::demo().unwrap(), NOW);
        model.size = (120, 40);
        model.journal.open = true;
        Self { model, at_ms: 0 }
    }

    fn take(&mut self, msg: Msg) -> Vec<Effect> {
        update(&mut self.model, msg, NOW)
    }

    /// Presses keys, each a second after the one before.
    fn press(&mut self, keys: &str) -> Vec<Effect> {
        let mut effects = Vec::new();
        for key in keys.split(' ') {
            self.at_ms += 1_000;
            let key = Key::parse(key).unwrap_or_else(|| panic!("{key}"));
            effects.extend(self.take(Msg::Pressed {
                key,
                at_ms: self.at_ms,
            }));
        }
        effects
    }

    fn paste(&mut self, text: &str) {
        self.take(Msg::Pasted(text.to_owned()));
    }

    fn offer(&mut self, text: &str, missing: &[&str]) {
        let wish = CommandWish {
            step: StepKey {
                text: "verify".into(),
                ..StepKey::default()
            },
            text: text.into(),
            lang: "bash".into(),
            line: 7,
            missing: missing
                .iter()
                .map(|written| Missing {
                    written: (*written).into(),
                    about: String::new(),
                })
                .collect(),
            filled: Vec::new(),
        };
        assert!(
            offer(&mut self.model, wish).is_empty(),
            "nothing runs by being offered"
        );
        // Whatever came up by itself counts from the first key after it.
        self.press("ctrl-l");
    }

    fn dialog(&self) -> &RunDialog {
        match &self.model.overlay {
            Some(Overlay::Run(dialog)) => dialog,
            other => panic!("{other:?}"),
        }
    }

    fn ended(&mut self, run: &str, end: CommandEnd) {
        let report = CommandReport {
            end,
            took: Duration::from_secs(3),
            ..CommandReport::not_started("")
        };
        self.take(Msg::CommandEnded {
            run: run.into(),
            report: Box::new(report),
        });
    }
}

fn started(effects: &[Effect]) -> CommandOrder {
    match effects {
        [Effect::RunCommand(order)] => (**order).clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_command_is_shown_run_watched_and_over() {
    let mut evening = Evening::new();
    evening.offer("make test", &[]);
    assert!(evening.dialog().read && !evening.dialog().trusted);
    let order = started(&evening.press("enter"));
    assert_eq!(order.script.text, "make test");
    assert!(order.trusts, "the first time these bytes become trusted");
    assert!(
        matches!(&evening.model.overlay, Some(Overlay::Output { run, .. }) if *run == order.run)
    );
    let chunk = OutputChunk {
        text: "ok\n".into(),
        ..OutputChunk::default()
    };
    evening.take(Msg::CommandOutput {
        run: order.run.clone(),
        chunk,
    });
    assert_eq!(evening.model.runs[0].output.text(), "ok");
    evening.press("esc");
    assert!(
        evening.model.overlay.is_none() && evening.model.runs[0].is_live(),
        "it runs on"
    );
    evening.ended(&order.run, CommandEnd::Exited(0));
    assert!(evening.model.runs[0].is_success());
    assert!(
        evening
            .model
            .toast
            .as_ref()
            .unwrap()
            .text
            .contains("exited with code 0")
    );
    evening.press("!");
    assert!(
        matches!(evening.model.overlay, Some(Overlay::Output { .. })),
        "the way back"
    );
    evening.press("esc");
    evening.offer("make test", &[]);
    assert!(evening.dialog().trusted);
    assert!(
        !started(&evening.press("enter")).trusts,
        "the journal has it already"
    );
    evening.press("esc");
    evening.offer("make test ", &[]);
    assert!(!evening.dialog().trusted, "one byte more asks again");
}

#[test]
fn enter_counts_only_at_the_end() {
    let mut evening = Evening::new();
    let text = "echo again\n".repeat(60);
    evening.offer(&text, &[]);
    assert!(!evening.dialog().read);
    assert!(evening.press("enter").is_empty());
    assert!(
        evening
            .dialog()
            .complaint
            .as_ref()
            .unwrap()
            .contains("scroll")
    );
    let mut pages = 0;
    while !evening.dialog().read {
        assert!(evening.press("G enter").is_empty() || evening.model.runs.len() == 1);
        pages += 1;
        if evening.model.runs.len() == 1 {
            break;
        }
    }
    assert!(pages >= 2, "the end cannot be leapt to");
    assert_eq!(evening.model.runs.len(), 1);
}

#[test]
fn what_a_small_screen_cannot_show_is_not_read() {
    let mut evening = Evening::new();
    evening.model.size = (39, 9);
    evening.offer("make test", &[]);
    assert!(evening.press("enter").is_empty() && evening.model.runs.is_empty());
    evening.take(Msg::Resized(80, 24));
    assert!(evening.dialog().read);
    started(&evening.press("enter"));
}

#[test]
fn a_held_enter_runs_nothing() {
    let mut evening = Evening::new();
    evening.press("down");
    evening.offer("make test", &[]);
    for _ in 0..40 {
        evening.at_ms += 33;
        let at_ms = evening.at_ms;
        let key = Key::parse("enter").unwrap();
        assert!(evening.take(Msg::Pressed { key, at_ms }).is_empty());
    }
    started(&evening.press("enter"));
}

#[test]
fn one_form_asks_for_everything_that_is_missing() {
    let mut evening = Evening::new();
    evening.offer(
        "tail <function> $SESSION_ID",
        &["<function>", "$SESSION_ID"],
    );
    assert!(matches!(evening.model.overlay, Some(Overlay::Fill(_))));
    evening.press("enter");
    evening.press("f");
    evening.press("up");
    evening.paste("audio \"$(x)\"");
    evening.press("enter");
    let dialog = evening.dialog();
    let script = dialog.made.as_ref().unwrap();
    assert_eq!(script.text, "tail \"$FUNCTION\" \"$SESSION_ID\"");
    assert_eq!(
        script.values,
        [
            ("FUNCTION".into(), "audio \"$(x)\"".into()),
            ("SESSION_ID".into(), "f".into())
        ]
    );
    evening.press("esc");
    assert!(evening.model.overlay.is_none() && evening.model.runs.is_empty());
}

#[test]
fn what_cannot_be_run_stays_and_says_why() {
    let mut evening = Evening::new();
    evening.model.pinned_account = Some("123456789012".into());
    evening.offer("make deploy-dev", &[]);
    let faults = evening.dialog().made.as_ref().unwrap_err();
    assert!(faults[0].why.contains("`dev`"), "{faults:?}");
    assert!(evening.press("enter enter").is_empty());
    assert_eq!(evening.press("y"), [Effect::Copy("make deploy-dev".into())]);
}

#[test]
fn a_read_only_console_runs_nothing() {
    let mut evening = Evening::new();
    evening.model.read_only = true;
    evening.offer("make test", &[]);
    assert!(evening.press("enter enter").is_empty());
    assert!(
        evening
            .dialog()
            .complaint
            .as_ref()
            .unwrap()
            .contains("read-only")
    );
}

#[test]
fn s_and_ctrl_c_stop_and_leaving_asks() {
    for key in ["s", "ctrl-c"] {
        let mut evening = Evening::new();
        evening.offer("sleep 600", &[]);
        let order = started(&evening.press("enter"));
        assert_eq!(evening.press(key), [Effect::StopCommand(order.run.clone())]);
        assert!(evening.press("s").is_empty(), "once is enough");
        evening.ended(&order.run, CommandEnd::Stopped);
        assert_eq!(evening.model.runs[0].end(), Some(&CommandEnd::Stopped));
    }
    let mut evening = Evening::new();
    evening.offer("sleep 600", &[]);
    started(&evening.press("enter"));
    assert!(evening.press("esc q").is_empty());
    assert!(matches!(evening.model.overlay, Some(Overlay::Leaving)));
    assert!(evening.press("enter").contains(&Effect::Quit));
}

#[test]
fn a_flood_of_commands_is_bounded() {
    let mut evening = Evening::new();
    for number in 0..4 {
        evening.offer(&format!("sleep {number}"), &[]);
        started(&evening.press("enter"));
        evening.press("esc");
    }
    evening.offer("sleep 9", &[]);
    assert!(evening.press("enter").is_empty());
    assert!(
        evening
            .dialog()
            .complaint
            .as_ref()
            .unwrap()
            .contains("4 commands run")
    );
}

#[test]
fn what_did_not_start_is_not_trusted() {
    let mut evening = Evening::new();
    evening.offer("make test", &[]);
    let order = started(&evening.press("enter"));
    evening.ended(
        &order.run,
        CommandEnd::NotStarted("the journal takes nothing".into()),
    );
    evening.press("esc");
    evening.offer("make test", &[]);
    assert!(!evening.dialog().trusted);
}

#[test]
fn a_command_of_an_earlier_run_is_told_as_unknown_once() {
    let mut evening = Evening::new();
    let left = LeftCommand {
        run: "r0-1".into(),
        step: StepKey::default(),
        sha256: "ab".into(),
        at: NOW,
    };
    let found = Recovered {
        commands: vec![left],
        trusted: ["cd".to_owned()].into(),
        ..Recovered::default()
    };
    let effects = evening.take(Msg::Recovered(Ok(found.clone())));
    let is_unknown = |effect: &&Effect| {
        matches!(effect, Effect::Append(Entry::Runbook { event })
            if matches!(&**event, RunbookEvent::CommandEnded { end: CommandEnd::Unknown, run, .. } if run == "r0-1"))
    };
    assert_eq!(effects.iter().filter(is_unknown).count(), 1);
    assert_eq!(evening.model.runs[0].end(), Some(&CommandEnd::Unknown));
    assert!(evening.model.trusted.contains("cd"));
    let mut reader = Evening::new();
    let owned = Recovered {
        owner: Some("ben@there".into()),
        ..found
    };
    let effects = reader.take(Msg::Recovered(Ok(owned)));
    assert_eq!(
        effects.iter().filter(is_unknown).count(),
        0,
        "it is another console's, and may run"
    );
    let fault = PortError {
        kind: ErrorKind::Local,
        what: String::new(),
        text: String::new(),
        hint: String::new(),
    };
    reader.take(Msg::Recovered(Err(fault)));
}
