#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::time::Duration;

use super::*;
use crate::app::model::RunState;
use crate::app::model::output::Output;
use crate::config;
use crate::domain::Timestamp;
use crate::domain::runbook::command::{CommandReport, OutputChunk};
use crate::domain::runbook::{CommandEnd, StepKey};

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// Whoever listens to one command.
struct Listener {
    model: Model,
    runs: Runs,
}

impl Listener {
    fn new() -> Self {
        let mut model = Model::new(config::demo().unwrap(), NOW);
        model.runs.push(Run {
            id: "r1".into(),
            step: StepKey::default(),
            script: "make rollback".into(),
            sha256: String::new(),
            at: NOW,
            tick: 0,
            state: RunState::Running,
            output: Output::default(),
        });
        let runs = Runs::default();
        Self { model, runs }
    }

    fn write(&mut self, text: &str) {
        self.model.runs[0].output.push(&OutputChunk {
            stderr: false,
            text: text.into(),
            skipped: 0,
        });
    }

    fn hear(&mut self, ticks: u64) -> Vec<String> {
        self.model.ticks += ticks;
        let mut lines = Vec::new();
        self.runs.news(&self.model, &mut lines);
        lines
    }

    fn end(&mut self) -> Vec<String> {
        self.model.runs[0].state = RunState::Ended(Box::new(CommandReport {
            end: CommandEnd::Exited(0),
            took: Duration::from_secs(3),
            bytes: 0,
            output_sha256: String::new(),
            tail: String::new(),
            leftover: Vec::new(),
            running: Vec::new(),
            journal_fault: None,
        }));
        self.hear(0)
    }
}

#[test]
fn a_line_is_said_once_it_is_whole_and_then_never_again() {
    let mut it = Listener::new();
    assert!(it.hear(1).is_empty());
    it.write("waiting for dep");
    assert!(it.hear(1).is_empty(), "half a line is none");
    it.write("loy\n");
    assert_eq!(it.hear(0), ["OUTPUT: waiting for deploy"]);
    assert!(it.hear(10).is_empty());
    let end = it.end();
    assert_eq!(end.len(), 2, "{end:?}");
    assert!(end[1].contains("exited with code 0") && end[1].contains("All of it was read out"));
    assert!(it.hear(1).is_empty());
}

#[test]
fn no_more_is_said_than_can_be_listened_to() {
    let mut it = Listener::new();
    it.write("first\n");
    assert_eq!(it.hear(1), ["OUTPUT: first"]);
    for number in 0..100 {
        it.write(&format!("line {number}\n"));
        assert!(it.hear(0).is_empty(), "too soon");
    }
    let heard = it.hear(APART);
    assert_eq!(heard.len(), 1 + AT_ONCE);
    assert_eq!(heard[0], "OUTPUT: 95 lines more; output reads them.");
    assert_eq!(heard[AT_ONCE], "OUTPUT: line 99");
    it.write("last\nand half a one");
    let end = it.end();
    assert_eq!(end[2..], ["  | last", "  | and half a one"]);
}

#[test]
fn what_the_ring_lost_is_counted() {
    let mut it = Listener::new();
    it.write("first\n");
    drop(it.hear(1));
    let long = "x".repeat(1000);
    for _ in 0..1000 {
        it.write(&format!("{long}\n"));
    }
    assert_eq!(
        it.hear(APART)[0],
        "OUTPUT: 995 lines more; output reads them."
    );
    assert_eq!(it.end().len(), 2);
}

#[test]
fn one_that_ended_before_anything_was_said_is_said_whole() {
    let mut it = Listener::new();
    it.write("a\nb\n");
    let end = it.end();
    assert_eq!(end[2..], ["  | a", "  | b"]);
    assert!(!end[1].contains("rest"));
}

#[test]
fn a_line_that_is_written_over_is_said_as_it_ended() {
    let mut it = Listener::new();
    it.write("10 %\r20 %\r");
    assert!(it.hear(1).is_empty());
    it.write("100 %\n");
    assert_eq!(it.hear(1), ["OUTPUT: 100 %"]);
}
