//! A runbook that is worked through: its steps, how each stands, and what happens to it by itself. What happened is told as events,
//! and the events alone make the state, so that a journal brings it back. It runs nothing, sends nothing and reads no clock.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Evidence, Runbook, RunbookEvent, Section, Step, StepKey, StepMark};
use crate::domain::Timestamp;
use crate::domain::rollout::RolloutSpec;
use crate::domain::signal::SignalSpec;

mod branches;
mod checks;
mod deeds;
mod fold;
mod judge;
mod live;
mod matches;
mod natives;
mod shape;
#[cfg(test)]
mod tests;

pub use checks::{Check, Criterion};
pub use deeds::Refusal;
pub use judge::{Progress, Verifying};
pub use live::{Light, Live, Proven};
pub use matches::Match;
pub use natives::CommandNative;
pub(crate) use natives::HARMLESS;
use shape::Shape;

/// A step, by its section's and its own place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StepId {
    /// The section's index in the runbook.
    pub section: usize,
    /// The step's index in the section.
    pub step: usize,
}

/// A wait that began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watch {
    /// When.
    pub begun: Timestamp,
    /// How long it is.
    pub span: Duration,
}

impl Watch {
    /// When it is over.
    pub fn until(&self) -> Timestamp {
        self.begun + self.span
    }

    /// What is left of it.
    pub fn left(&self, now: Timestamp) -> Duration {
        self.until().since(now)
    }
}

/// What is known of one step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepState {
    /// How it is marked.
    pub mark: StepMark,
    /// When it was marked.
    pub at: Option<Timestamp>,
    /// Who marked it, where that was not this console.
    pub by: Option<String>,
    /// Whether it ticked itself.
    pub by_itself: bool,
    /// The reason that was given.
    pub reason: Option<String>,
    /// What proves it.
    pub evidence: Option<Evidence>,
    /// Its wait, once that began.
    pub wait: Option<Watch>,
    /// The order or the run that is under way for it.
    pub under_way: Option<String>,
    /// A command ran for it when the console ended: what became of that is not known.
    pub lost_sight: bool,
    /// A person took its tick away: it does not tick itself again.
    pub left_to_people: bool,
}

/// How a step stands on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not done.
    Open,
    /// The one to do next.
    Next,
    /// An order or a command is under way for it.
    UnderWay,
    /// Its wait runs.
    Waiting,
    /// Done.
    Done,
    /// Left out on purpose.
    Skipped,
    /// Tried, and it failed.
    Failed,
    /// It is of a branch that was not chosen.
    OtherBranch,
}

/// Whose turn it is in the picked section.
#[derive(Clone, Copy, Debug, Default)]
struct Turn {
    /// The step that comes next.
    next: Option<StepId>,
    /// When a step was last settled.
    settled: Option<Timestamp>,
}

/// A runbook that is worked through.
#[derive(Clone, Debug)]
pub struct Checklist {
    /// The file as it was named, or `builtin:NAME`.
    pub file: String,
    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// What it says.
    pub runbook: Runbook,
    /// Steps that the journal tells of and the file does not have any more.
    pub strays: Vec<StepKey>,
    /// The SHA-256 that the file had when it was worked through before, where it was another one.
    pub changed_from: Option<String>,
    shape: Shape,
    states: BTreeMap<StepId, StepState>,
    /// By the group of branches: the one that was chosen, and what spoke for it.
    chosen: BTreeMap<usize, (StepId, String)>,
    /// Whose turn it is, as of the last event.
    turn: Turn,
    section: Option<usize>,
    picked_at: Option<Timestamp>,
    runs: BTreeMap<String, StepId>,
    /// What the commands of the sections that were picked mean.
    natives: BTreeMap<StepId, Vec<CommandNative>>,
    /// Steps whose commands do more than to look and to sleep: a wait beside them is one for what they did.
    acts: BTreeSet<StepId>,
    rollout: Option<Box<RolloutSpec>>,
    /// Whether the other console works through another file.
    elsewhere: bool,
}

impl Checklist {
    /// A runbook at its beginning.
    pub fn new(
        file: impl Into<String>,
        sha256: impl Into<String>,
        runbook: Runbook,
        signals: &[SignalSpec],
    ) -> Self {
        Self {
            shape: Shape::of(&runbook, signals),
            file: file.into(),
            sha256: sha256.into(),
            runbook,
            strays: Vec::new(),
            changed_from: None,
            states: BTreeMap::new(),
            chosen: BTreeMap::new(),
            turn: Turn::default(),
            section: None,
            picked_at: None,
            runs: BTreeMap::new(),
            natives: BTreeMap::new(),
            acts: BTreeSet::new(),
            rollout: None,
            elsewhere: false,
        }
    }

    /// The same for this rollout: commands that mean something of it are recognised.
    #[must_use]
    pub fn for_rollout(self, rollout: &RolloutSpec) -> Self {
        Self {
            rollout: Some(Box::new(rollout.clone())),
            ..self
        }
    }

    /// The event that tells that it was opened.
    pub fn opened(&self) -> RunbookEvent {
        RunbookEvent::Opened {
            file: self.file.clone(),
            sha256: self.sha256.clone(),
            title: self.runbook.title.clone(),
        }
    }

    /// The step.
    pub fn step(&self, id: StepId) -> Option<&Step> {
        self.runbook.sections.get(id.section)?.steps.get(id.step)
    }

    /// The section that was picked.
    pub fn section(&self) -> Option<(usize, &Section)> {
        let index = self.section?;
        Some((index, self.runbook.sections.get(index)?))
    }

    /// The sections to pick from: those with steps of their own, and those with rows of the decision matrix.
    pub fn pickable(&self) -> Vec<usize> {
        self.shape.pickable.clone()
    }

    /// The picked section and everything nested in it, in the order of the file.
    pub fn shown_sections(&self) -> Vec<usize> {
        self.section
            .map(|section| self.under(section))
            .unwrap_or_default()
    }

    /// A section and everything nested in it.
    pub fn under(&self, section: usize) -> Vec<usize> {
        let nested = |index: &usize| {
            let parent = self.runbook.sections.get(*index).and_then(|s| s.parent);
            parent.is_some()
        };
        let mut found = vec![section];
        for index in (section + 1..self.runbook.sections.len()).take_while(nested) {
            let parent = self.runbook.sections.get(index).and_then(|s| s.parent);
            if parent.is_none_or(|parent| found.binary_search(&parent).is_err()) {
                break;
            }
            found.push(index);
        }
        found
    }

    /// The steps of the picked section and of everything nested in it.
    pub fn steps(&self) -> Vec<StepId> {
        self.steps_of(&self.shown_sections())
    }

    /// The steps of these sections.
    pub fn steps_of(&self, sections: &[usize]) -> Vec<StepId> {
        let of = |section: &usize| {
            let count = self
                .runbook
                .sections
                .get(*section)
                .map_or(0, |s| s.steps.len());
            let section = *section;
            (0..count).map(move |step| StepId { section, step })
        };
        sections.iter().flat_map(of).collect()
    }

    /// What is known of a step.
    pub fn state(&self, id: StepId) -> StepState {
        self.states.get(&id).cloned().unwrap_or_default()
    }

    /// How a step stands.
    pub fn standing(&self, id: StepId, now: Timestamp) -> Standing {
        let state = self.states.get(&id);
        match state.map_or(StepMark::Open, |state| state.mark) {
            StepMark::Done => Standing::Done,
            StepMark::Skipped => Standing::Skipped,
            StepMark::Failed => Standing::Failed,
            StepMark::Open if !self.applies(id) => Standing::OtherBranch,
            StepMark::Open if state.is_some_and(|s| s.under_way.is_some()) => Standing::UnderWay,
            StepMark::Open if self.waits(id, now) => Standing::Waiting,
            StepMark::Open if self.next() == Some(id) => Standing::Next,
            StepMark::Open => Standing::Open,
        }
    }

    fn waits(&self, id: StepId, now: Timestamp) -> bool {
        let wait = self.states.get(&id).and_then(|state| state.wait);
        wait.is_some_and(|wait| !wait.left(now).is_zero())
    }

    /// The step of the picked section that comes next: the first that applies and is open after the one that was settled last, else the
    /// first of all. Whoever leaps over a diagnosis is not sent back to it.
    pub fn next(&self) -> Option<StepId> {
        self.turn.next
    }

    /// Finds out whose turn it is, once something has happened.
    fn take_turns(&mut self) {
        let steps = self.steps();
        let settled = |(place, id): (usize, &StepId)| {
            let state = self
                .states
                .get(id)
                .filter(|state| state.mark != StepMark::Open)?;
            Some((state.at?, place))
        };
        let last = steps.iter().enumerate().filter_map(settled).max();
        let from = last.map_or(0, |(_, place)| place + 1);
        let open = |id: &&StepId| self.is_open(**id) && self.applies(**id);
        let after = steps.iter().skip(from).find(open);
        let next = after.or_else(|| steps.iter().find(open)).copied();
        self.turn = Turn {
            next,
            settled: last.map(|(at, _)| at),
        };
    }

    fn is_open(&self, id: StepId) -> bool {
        self.states
            .get(&id)
            .is_none_or(|state| state.mark == StepMark::Open)
    }

    /// How many steps of the picked section are settled, and how many there are; branches that were not chosen are not counted.
    pub fn progress(&self) -> (usize, usize) {
        let applying: Vec<StepId> = self
            .steps()
            .into_iter()
            .filter(|id| self.applies(*id))
            .collect();
        let settled = |id: &&StepId| {
            let mark = self
                .states
                .get(id)
                .map_or(StepMark::Open, |state| state.mark);
            matches!(mark, StepMark::Done | StepMark::Skipped)
        };
        (applying.iter().filter(settled).count(), applying.len())
    }

    /// Every wait that is not over, the one that ends first first.
    pub fn waiting(&self, now: Timestamp) -> Vec<(StepId, Watch)> {
        let runs = |(id, state): (&StepId, &StepState)| {
            let counts = state.mark != StepMark::Skipped && self.applies(*id);
            state
                .wait
                .filter(|wait| counts && !wait.left(now).is_zero())
                .map(|wait| (*id, wait))
        };
        let mut waits: Vec<_> = self.states.iter().filter_map(runs).collect();
        waits.sort_by_key(|(_, wait)| wait.until());
        waits
    }

    /// What names a step in the journal.
    pub fn key(&self, id: StepId) -> Option<StepKey> {
        let section = self.runbook.sections.get(id.section)?;
        let step = section.steps.get(id.step)?;
        Some(StepKey {
            section: section.title.clone(),
            line: step.line,
            text: step.text.clone(),
        })
    }

    /// The step that an order or a command belongs to.
    pub fn step_of(&self, run: &str) -> Option<StepId> {
        self.runs.get(run).copied()
    }

    /// The longest wait that a step asks for: `# wait 5 minutes` above `sleep 300` is one wait and not two.
    pub fn span(&self, id: StepId) -> Option<Duration> {
        let step = self.step(id)?;
        let annotated = step
            .annotations
            .iter()
            .filter_map(|annotation| match annotation {
                super::Annotation::Wait(span) => Some(*span),
                _ => None,
            });
        annotated
            .chain(step.waits.iter().map(|wait| wait.span))
            .max()
            .filter(|span| !span.is_zero())
    }
}
