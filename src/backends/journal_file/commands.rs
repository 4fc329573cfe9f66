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
