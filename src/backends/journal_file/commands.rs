//! What the records say of commands: which scripts are trusted, and which runs have no end. It reads no file.

use std::collections::{BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use crate::domain::Timestamp;
use crate::domain::runbook::RunbookEvent;
use crate::domain::runbook::command::LeftCommand;

/// Runs that are known to be over, so that another file's record does not begin them again.
const ENDED_MAX: usize = 256;
/// Runs without an end that are kept.
const BEGUN_MAX: usize = 64;

/// The sum of what records say of commands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Commands {
    pub(super) trusted: BTreeSet<String>,
    pub(super) begun: Vec<LeftCommand>,
    ended: VecDeque<String>,
}

impl Commands {
    /// Something happened to a runbook.
    pub(super) fn add(&mut self, event: &RunbookEvent, at: Timestamp) {
        match event {
            RunbookEvent::Trusted { sha256 } => drop(self.trusted.insert(sha256.clone())),
            RunbookEvent::CommandBegun {
                run, step, sha256, ..
            } => self.begin(LeftCommand {
                run: run.clone(),
                step: step.clone(),
                sha256: sha256.clone(),
                at,
            }),
            RunbookEvent::CommandEnded { run, .. } => self.end(run),
            _ => {}
        }
    }

    /// Adds what another file says.
    pub(super) fn merge(&mut self, other: Self) {
        self.trusted.extend(other.trusted);
        for run in &other.ended {
            self.end(run);
        }
        for left in other.begun {
            self.begin(left);
        }
        self.begun.sort_by_key(|left| left.at);
    }

    fn begin(&mut self, left: LeftCommand) {
        let known = self.begun.iter().any(|other| other.run == left.run);
        if known || self.ended.contains(&left.run) {
            return;
        }
        self.begun.push(left);
        let surplus = self.begun.len().saturating_sub(BEGUN_MAX);
        self.begun.drain(..surplus);
    }

    fn end(&mut self, run: &str) {
        self.begun.retain(|left| left.run != run);
        if !self.ended.iter().any(|ended| ended == run) {
            self.ended.push_back(run.to_owned());
        }
        while self.ended.len() > ENDED_MAX {
            self.ended.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::runbook::{CommandEnd, StepKey};
    use std::time::Duration;

    fn begun(run: &str) -> RunbookEvent {
        RunbookEvent::CommandBegun {
            run: run.into(),
            step: StepKey::default(),
            sha256: "ab".into(),
            script: "make".into(),
        }
    }

    fn ended(run: &str) -> RunbookEvent {
        RunbookEvent::CommandEnded {
            run: run.into(),
            end: CommandEnd::Exited(0),
            took: Duration::ZERO,
            bytes: 0,
            output_sha256: String::new(),
            tail: String::new(),
            leftover: Vec::new(),
        }
    }

    fn sum(events: &[RunbookEvent]) -> Commands {
        let mut commands = Commands::default();
        for (second, event) in events.iter().enumerate() {
            commands.add(event, Timestamp::from_millis(second as i64 * 1000));
        }
        commands
    }

    fn open(commands: &Commands) -> Vec<&str> {
        let runs = commands.begun.iter();
        runs.map(|left| left.run.as_str()).collect()
    }

    #[test]
    fn a_run_without_an_end_is_open_in_whatever_order_files_are_read() {
        let one = sum(&[begun("a"), begun("b"), ended("a")]);
        assert_eq!(open(&one), ["b"]);
        for (first, second) in [
            (vec![begun("a"), begun("b")], vec![ended("a")]),
            (vec![ended("a")], vec![begun("a"), begun("b")]),
        ] {
            let mut both = sum(&first);
            both.merge(sum(&second));
            assert_eq!(open(&both), ["b"]);
        }
        let trusted = RunbookEvent::Trusted {
            sha256: "cd".into(),
        };
        let mut both = one;
        both.merge(sum(&[trusted]));
        assert!(both.trusted.contains("cd"));
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let many: Vec<RunbookEvent> = (0..1000).map(|n| begun(&format!("r{n}"))).collect();
        assert_eq!(sum(&many).begun.len(), BEGUN_MAX);
        let many: Vec<RunbookEvent> = (0..1000).map(|n| ended(&format!("r{n}"))).collect();
        assert_eq!(sum(&many).ended.len(), ENDED_MAX);
    }
}
