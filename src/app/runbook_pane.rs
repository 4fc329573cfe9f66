//! The runbook on screen, as data: the checklist, the section picker, what is selected, what is asked. It decides nothing.

use serde::{Deserialize, Serialize};

use std::collections::VecDeque;

use super::line_edit::LineEdit;
use crate::domain::failure::PortError;
use crate::domain::journal::Record;
use crate::domain::plan::Change;
use crate::domain::rollout::RolloutSpec;
use crate::domain::runbook::checklist::{Checklist, Match, StepId};
use crate::domain::runbook::lint::Severity;
use crate::domain::runbook::{Runbook, RunbookEvent, Step, StepKey, StepMark};
use crate::domain::{Percent, Timestamp};

/// A runbook to be read, and what it is judged by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunbookWish {
    /// The file's path, or `builtin:NAME`.
    pub file: String,
    /// The rollout that it is for.
    pub rollout: RolloutSpec,
    /// The share of users that is treated now, where that is known.
    pub current: Option<Percent>,
}

/// Something that would go wrong in a runbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// The line, from 1.
    pub line: u32,
    /// How bad it is.
    pub severity: Severity,
    /// What happens.
    pub message: String,
    /// What to do instead.
    pub instead: String,
}

/// A runbook's file, read and understood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadRunbook {
    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// What it says.
    pub runbook: Runbook,
    /// What would go wrong in it, by line.
    pub remarks: Vec<Remark>,
}

/// The runbook on screen.
#[derive(Clone, Debug, Default)]
pub struct RunbookPane {
    /// The file that was asked for; without one it is the rollout's own, or the one that is built in.
    pub asked: Option<String>,
    /// What was asked for before the end of an incident offered another one.
    pub before_offer: Option<Option<String>>,
    /// Whether the file is being read.
    pub reading: bool,
    /// Why it could not be read, with the file.
    pub fault: Option<(String, PortError)>,
    /// The checklist, once the file was read.
    pub open: Option<Box<Checklist>>,
    /// The section picker, while that is open.
    pub picking: Option<Picking>,
    /// The selected step, by its place among those shown.
    pub selected: usize,
    /// Whether a section was picked just now, so that a step of it is to be selected.
    pub arriving: bool,
    /// What was written down of runbooks, by earlier runs and by this one, oldest first.
    pub told: Vec<Record>,
    /// What would go wrong in the file, by line.
    pub remarks: Vec<Remark>,
    /// The share of users by which the remarks were made, where it was known.
    pub judged_by: Option<Percent>,
    /// Whether the remarks are being made anew, because that share is another one now.
    pub judging_again: bool,
    /// What became of orders for steps while the file was not read yet.
    pub outcomes: Vec<(String, StepMark, String)>,
    /// A plan that is shown for a step.
    pub offered: Option<Offered>,
    /// What was asked to be written down of the runbook and is not in the journal yet, oldest first.
    pub unwritten: VecDeque<Unwritten>,
    /// Until when nothing happens by itself, because the journal took a tick not.
    pub held_back: Option<Timestamp>,
    /// Whether the journal did not take which file and which section this is.
    pub is_untold: bool,
}

/// Something that happened to the runbook and is on its way to the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct Unwritten {
    /// What.
    pub event: RunbookEvent,
    /// Whether it happened by itself, so that the person is to be told once it is written down.
    pub by_itself: bool,
}

/// A plan that is shown for a step, until it is sent or dropped.
#[derive(Clone, Debug, PartialEq)]
pub struct Offered {
    /// The step.
    pub step: StepId,
    /// The change that is asked for.
    pub change: Change,
}

/// The section picker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picking {
    /// The sections, those that something speaks for first.
    pub rows: Vec<Match>,
    /// The selected row.
    pub selected: usize,
    /// Whether the selection was moved: from then on the rows keep their places.
    pub moved: bool,
}

/// What is asked of a person about the runbook.
#[derive(Clone, Debug)]
pub enum StepDialog {
    /// Another file, by name.
    File {
        /// What was typed.
        typed: LineEdit,
    },
    /// The reason for a mark.
    Reason {
        /// The step.
        step: StepId,
        /// Its words.
        text: String,
        /// Why a reason is asked for.
        why: String,
        /// What was typed.
        typed: LineEdit,
        /// What is wrong with the input, when Enter did not go on.
        complaint: Option<String>,
    },
    /// What can be done for a step that offers several things.
    Offers {
        /// The step.
        step: StepId,
        /// Its words.
        text: String,
        /// What can be done.
        offers: Vec<Offer>,
        /// The selected row.
        selected: usize,
    },
}

/// Something that can be done for a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// What it is called: `disable the flag`.
    pub title: String,
    /// The words in the runbook that it comes from.
    pub from: String,
    /// What it does.
    pub deed: Deed,
}

/// What an offer does.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// Show the plan of a change of a lever; where it is not what the runbook says, why.
    Plan(Change, Option<String>),
    /// Open a screen of this console.
    Look(Look),
    /// Begin the step's wait.
    Wait,
    /// Show the command as it would be run.
    Script(usize),
    /// Nothing can be done; why.
    Nothing(String),
}

/// A screen that shows what a command would print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// Everything at once: the exposure, the flag, the signals.
    Home,
    /// The alarms.
    Alarms,
    /// The levers.
    Levers,
    /// The flag's versions.
    History,
    /// The logs, with this filter.
    Logs(String),
}

impl RunbookPane {
    /// The steps on screen.
    pub fn steps(&self) -> Vec<StepId> {
        self.open
            .as_ref()
            .map(|open| open.steps())
            .unwrap_or_default()
    }

    /// What would go wrong in a step, by line.
    pub fn remarks_on(&self, step: &Step) -> impl Iterator<Item = &Remark> {
        let ends = step.commands.iter().map(|command| {
            let lines = command.text.lines().count() as u32;
            command.line.saturating_add(lines)
        });
        let last = ends.max().unwrap_or(step.line).max(step.line);
        let first = self
            .remarks
            .partition_point(|remark| remark.line < step.line);
        let rest = self.remarks.get(first..).unwrap_or_default();
        rest.iter().take_while(move |remark| remark.line <= last)
    }

    /// What of a step is on its way to the journal, and must not be shown as done before it is there.
    pub fn on_its_way(&self, id: StepId) -> Option<&RunbookEvent> {
        let open = self.open.as_ref()?;
        let about = |key: &StepKey| open.find(key) == Some(id);
        let events = self.unwritten.iter().map(|unwritten| &unwritten.event);
        events.rev().find(|event| match event {
            RunbookEvent::Marked { step, .. }
            | RunbookEvent::WaitBegun { step, .. }
            | RunbookEvent::Branched { step, .. } => about(step),
            _ => false,
        })
    }

    /// Whether the choice of a branch is on its way to the journal.
    pub fn is_branching(&self) -> bool {
        let branches =
            |unwritten: &Unwritten| matches!(unwritten.event, RunbookEvent::Branched { .. });
        self.unwritten.iter().any(branches)
    }

    /// The selected step.
    pub fn selected_step(&self) -> Option<StepId> {
        let steps = self.steps();
        steps
            .get(self.selected.min(steps.len().saturating_sub(1)))
            .copied()
    }
}
