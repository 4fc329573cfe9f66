//! What happens to a checklist by itself: the wait of the step that comes next begins, a step that only waits ticks itself when that is over,
//! and a verification when what it asks for was met for long enough after its wait. It changes nothing: it tells events.

use std::time::Duration;

use super::live::{Held, query};
use super::{Check, Checklist, Light, Live, Standing, StepId, StepState};
use crate::domain::Timestamp;
use crate::domain::runbook::{Evidence, RunbookEvent, StepMark};
use crate::domain::signal::format_span;

/// A verification on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Verifying {
    /// What it asks for: `latency p95 < 5 s`.
    pub words: String,
    /// How far it is.
    pub progress: Progress,
}

/// How far a verification is.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// Its turn has not come: the steps before it, or its wait.
    Ahead,
    /// It is met, so long of so long.
    Holding(String),
    /// It is not met, or nobody can tell.
    Short(Light),
}

impl Checklist {
    /// What happens by itself now.
    pub fn judge(&self, live: &Live<'_>) -> Vec<RunbookEvent> {
        let mut events: Vec<RunbookEvent> = self.wait_of_next(live.now).into_iter().collect();
        let mut candidates: Vec<StepId> = self.waited();
        candidates.extend(self.next());
        candidates.sort_unstable();
        candidates.dedup();
        events.extend(
            candidates
                .into_iter()
                .filter_map(|id| self.tick_by_itself(id, live)),
        );
        events
    }

    /// The step that comes next begins its wait once what stands before it was done: what was refused has nothing to take effect.
    fn wait_of_next(&self, now: Timestamp) -> Option<RunbookEvent> {
        let next = self.next()?;
        let span = self.span(next)?;
        let ready = self.came_through(next) && !self.acts.contains(&next);
        let standing = self.standing(next, now);
        let begun = self
            .states
            .get(&next)
            .is_some_and(|state| state.wait.is_some());
        if !ready || begun || standing != Standing::Next {
            return None;
        }
        Some(RunbookEvent::WaitBegun {
            step: self.key(next)?,
            span,
        })
    }

    /// Whether something was done, by a person or with success, and nothing failed since or is under way just before this step. What was
    /// left out counts as if it were not there.
    fn came_through(&self, next: StepId) -> bool {
        let tried = |state: &&StepState| matches!(state.mark, StepMark::Done | StepMark::Failed);
        let steps = self.steps();
        let states = steps.iter().filter_map(|id| self.states.get(id));
        let last = states.filter(tried).max_by_key(|state| state.at);
        let before = steps.iter().take_while(|id| **id != next);
        let stands_in_the_way = |id: &&StepId| {
            let skipped = |state: &StepState| state.mark == StepMark::Skipped;
            self.applies(**id) && !self.states.get(id).is_some_and(skipped)
        };
        let just_before = before.filter(stands_in_the_way).last();
        let failed = just_before
            .and_then(|id| self.states.get(id))
            .is_some_and(|state| state.mark == StepMark::Failed || state.under_way.is_some());
        last.is_some_and(|state| state.mark == StepMark::Done) && !failed
    }

    /// Steps whose wait began.
    fn waited(&self) -> Vec<StepId> {
        let begun = self.states.iter().filter(|(_, state)| state.wait.is_some());
        begun.map(|(id, _)| *id).collect()
    }

    fn tick_by_itself(&self, id: StepId, live: &Live<'_>) -> Option<RunbookEvent> {
        let evidence = self.proof(id, live)?;
        Some(RunbookEvent::Marked {
            step: self.key(id)?,
            mark: StepMark::Done,
            reason: None,
            evidence: Some(evidence),
        })
    }

    /// What proves a step now, when everything that it asks for was met for long enough.
    pub(super) fn proof(&self, id: StepId, live: &Live<'_>) -> Option<Evidence> {
        if self.shape.only_waits.contains(&id) {
            return self.waited_out(id, live.now);
        }
        let check = self.shape.checks.get(&id)?;
        let since = self.turn_of(id, live.now)?;
        let held: Vec<Held> = check
            .criteria
            .iter()
            .map(|criterion| live.held(criterion, since, check.held))
            .collect::<Result<_, _>>()
            .ok()?;
        if !held.iter().all(Held::is_enough) {
            return None;
        }
        Some(evidence(check, &held, live))
    }

    /// The proof of a step that only waits.
    fn waited_out(&self, id: StepId, now: Timestamp) -> Option<Evidence> {
        let to = self.turn_of(id, now)?;
        let watch = self.states.get(&id)?.wait?;
        Some(Evidence {
            text: format!("waited {}", format_span(watch.span)),
            signal: None,
            value: None,
            query: None,
            from: watch.begun,
            to,
        })
    }

    /// Since when a verification counts: the end of its wait, or the moment when its turn came; `None` before that.
    fn turn_of(&self, id: StepId, now: Timestamp) -> Option<Timestamp> {
        let state = self.states.get(&id);
        let open = state.is_none_or(|state| {
            state.mark == StepMark::Open && !state.left_to_people && state.under_way.is_none()
        });
        if !open || !self.applies(id) {
            return None;
        }
        if self.span(id).is_some() {
            let wait = state.and_then(|state| state.wait)?;
            return wait.left(now).is_zero().then(|| wait.until());
        }
        if self.next() != Some(id) {
            return None;
        }
        self.turn.settled.or(self.picked_at)
    }

    /// How far the verification of a step is; `None` for a step that does not tick itself.
    pub fn verifying(&self, id: StepId, live: &Live<'_>) -> Option<Verifying> {
        let check = self.shape.checks.get(&id)?;
        if self
            .states
            .get(&id)
            .is_some_and(|state| state.left_to_people)
        {
            return None;
        }
        let words: Vec<String> = check
            .criteria
            .iter()
            .map(|c| format!("{} {}", c.title, c.words))
            .collect();
        let progress = match self.turn_of(id, live.now) {
            None => Progress::Ahead,
            Some(since) => progress(check, since, live),
        };
        Some(Verifying {
            words: words.join(" and "),
            progress,
        })
    }

    /// How long a verification must hold, in words.
    pub fn held_words(&self, id: StepId, live: &Live<'_>) -> Option<String> {
        let check = self.shape.checks.get(&id)?;
        let periods = |check: &Check| {
            let criterion = check.criteria.first()?;
            let signal = live.signal(&criterion.signal)?;
            Some(if signal.is_counted() {
                Duration::from_mins(2)
            } else {
                signal.period() * 2
            })
        };
        let held = check.held.or_else(|| periods(check))?;
        Some(format_span(held))
    }
}

fn progress(check: &Check, since: Timestamp, live: &Live<'_>) -> Progress {
    let mut words = Vec::new();
    for criterion in &check.criteria {
        match live.held(criterion, since, check.held) {
            Ok(held) => words.push(held.words),
            Err(light) => return Progress::Short(light),
        }
    }
    Progress::Holding(words.join(" and "))
}

fn evidence(check: &Check, held: &[Held], live: &Live<'_>) -> Evidence {
    let texts: Vec<&str> = held.iter().map(|held| held.text.as_str()).collect();
    let queries = check
        .criteria
        .iter()
        .filter_map(|criterion| live.signal(&criterion.signal))
        .filter_map(query);
    let queries: Vec<String> = queries.collect();
    Evidence {
        text: texts.join("; "),
        signal: check
            .criteria
            .first()
            .map(|criterion| criterion.signal.clone()),
        value: held.first().and_then(|held| held.value),
        query: (!queries.is_empty()).then(|| queries.join(" | ")),
        from: held.iter().map(|held| held.from).max().unwrap_or(live.now),
        to: live.now,
    }
}
