//! From events to the state of a checklist, and from a journal's records back to it after a crash. Whatever the journal holds, it fails at
//! nothing: what cannot be placed is told.

use std::collections::BTreeMap;

use super::{Checklist, StepId, StepState, Watch};
use crate::domain::Timestamp;
use crate::domain::journal::{Entry, MASKED, Record, reads_as};
use crate::domain::runbook::{CommandEnd, RunbookEvent, StepKey, StepMark};
use crate::domain::signal::SignalSpec;

/// Steps that cannot be placed and are told at most.
const STRAYS: usize = 50;

impl Checklist {
    /// Takes in what happened; `by` names who did it, where that was not this console.
    pub fn take(&mut self, event: &RunbookEvent, at: Timestamp, by: Option<&str>) {
        self.fold(event, at, by);
        self.take_turns();
    }

    fn fold(&mut self, event: &RunbookEvent, at: Timestamp, by: Option<&str>) {
        match event {
            RunbookEvent::Opened { .. } | RunbookEvent::Trusted { .. } => {}
            RunbookEvent::Picked { section, line } => self.picked(section, *line, at),
            RunbookEvent::Branched { step, why } => {
                if let Some((group, branch)) = self.placed(step).and_then(|id| self.branch(id)) {
                    self.chosen.insert(group, (branch, why.clone()));
                }
            }
            RunbookEvent::Marked {
                step,
                mark,
                reason,
                evidence,
            } => {
                let waits = |id: StepId| self.shape.only_waits.contains(&id);
                let measured = evidence.as_ref().is_some_and(|seen| {
                    seen.signal.is_some() || self.find(step).is_some_and(waits)
                });
                let by_itself = reason.is_none() && measured;
                self.change(step, |state| {
                    state.left_to_people = *mark == StepMark::Open
                        || (state.left_to_people && *mark != StepMark::Done);
                    state.mark = *mark;
                    state.at = Some(at);
                    state.by = by.map(ToOwned::to_owned);
                    state.by_itself = by_itself;
                    state.reason.clone_from(reason);
                    state.evidence.clone_from(evidence);
                    state.under_way = None;
                    state.lost_sight = false;
                });
            }
            RunbookEvent::WaitBegun { step, span } => {
                self.change(step, |state| {
                    state.wait = Some(Watch {
                        begun: at,
                        span: *span,
                    });
                });
            }
            RunbookEvent::Ordered { step, order } => self.begun(step, order),
            RunbookEvent::CommandBegun { run, step, .. } => self.begun(step, run),
            RunbookEvent::CommandEnded { run, end, .. } => self.ended_run(run, end),
        }
    }

    /// Takes in what another console did. Where that one has another file open, it is another checklist.
    pub fn take_others(&mut self, event: &RunbookEvent, at: Timestamp, by: &str) {
        if let RunbookEvent::Opened { file, .. } = event {
            self.elsewhere = *file != self.file;
        } else if !self.elsewhere {
            self.take(event, at, Some(by));
        }
    }

    fn begun(&mut self, step: &StepKey, run: &str) {
        if let Some(id) = self.placed(step) {
            self.runs.insert(run.to_owned(), id);
            self.states.entry(id).or_default().under_way = Some(run.to_owned());
        }
    }

    fn ended_run(&mut self, run: &str, end: &CommandEnd) {
        let Some(state) = self.runs.get(run).and_then(|id| self.states.get_mut(id)) else {
            return;
        };
        if state.under_way.as_deref() == Some(run) {
            state.under_way = None;
            state.lost_sight = *end == CommandEnd::Unknown;
        }
    }

    fn picked(&mut self, title: &str, line: u32, at: Timestamp) {
        let sections = &self.runbook.sections;
        let named = |exact: bool| {
            let same = |s: &crate::domain::runbook::Section| {
                reads_as(title, &s.title) && (!exact || s.line == line)
            };
            sections.iter().position(same)
        };
        if let Some(section) = named(true).or_else(|| named(false)) {
            self.section = Some(section);
            self.understand(section);
            self.picked_at = Some(at);
        }
    }

    fn change(&mut self, step: &StepKey, change: impl FnOnce(&mut StepState)) {
        if let Some(id) = self.placed(step) {
            change(self.states.entry(id).or_default());
        }
    }

    /// Finds a step, and remembers one that is not there.
    fn placed(&mut self, key: &StepKey) -> Option<StepId> {
        let found = self.find(key);
        if found.is_none() && self.strays.len() < STRAYS && !self.strays.contains(key) {
            self.strays.push(key.clone());
        }
        found
    }

    /// The step that a key names: by section, line and words; by section and words; by words that stand once. Secrets in the words are
    /// masked in a journal's key, and may have been anything.
    pub fn find(&self, key: &StepKey) -> Option<StepId> {
        let read: Vec<StepId>;
        let alike = match self.shape.by_text.get(&key.text) {
            Some(alike) => alike,
            None if key.text.contains(MASKED) => {
                let by_text = self.shape.by_text.iter();
                let alike = by_text.filter(|(text, _)| reads_as(&key.text, text));
                read = alike.flat_map(|(_, ids)| ids).copied().collect();
                &read
            }
            None => return None,
        };
        let in_section = |id: &&StepId| {
            let section = self.runbook.sections.get(id.section);
            section.is_some_and(|section| reads_as(&key.section, &section.title))
        };
        let off = |id: &&StepId| {
            self.step(**id)
                .map_or(u32::MAX, |step| step.line.abs_diff(key.line))
        };
        let nearest = alike.iter().filter(in_section).min_by_key(off);
        match (nearest, alike.as_slice()) {
            (Some(id), _) | (None, [id]) => Some(*id),
            _ => alike.iter().find(|id| off(id) == 0).copied(),
        }
    }

    /// Brings back what the journal tells of this file. Records of other files in between are passed over, for each console by itself.
    pub fn resume(&mut self, records: &[Record]) {
        let mut mine = None;
        let mut of_console: BTreeMap<String, bool> = BTreeMap::new();
        for record in records {
            let Entry::Runbook { event } = &record.entry else {
                continue;
            };
            let console = record.actor.console();
            if let RunbookEvent::Opened { file, sha256, .. } = &**event {
                let is_mine = *file == self.file;
                if is_mine {
                    self.changed_from = (*sha256 != self.sha256).then(|| sha256.clone());
                }
                mine = Some(is_mine);
                of_console.insert(console, is_mine);
            } else if *of_console
                .entry(console)
                .or_insert(mine.unwrap_or_default())
            {
                let by = Some(record.actor.user.as_str()).filter(|user| !user.is_empty());
                self.fold(event, record.at, by);
            }
        }
        self.take_turns();
    }

    /// The same file with nothing but what these records tell of it.
    #[must_use]
    pub fn again(&self, records: &[Record], signals: &[SignalSpec]) -> Self {
        let (file, sha256) = (self.file.clone(), self.sha256.clone());
        let mut open = Self {
            rollout: self.rollout.clone(),
            elsewhere: self.elsewhere,
            ..Self::new(file, sha256, self.runbook.clone(), signals)
        };
        open.resume(records);
        open
    }
}
