//! The handover: what is true now, what is being waited for, what must not be touched. It decides nothing.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::timeline::{end_words, settled, short};
use super::words::is_harmful;
use super::{Incident, when};
use crate::domain::Timestamp;
use crate::domain::journal::{Entry, Proof, Record};
use crate::domain::plan::{Direction, Order, OrderId, Outcome};
use crate::domain::runbook::{CommandEnd, RunbookEvent, StepMark};
use crate::domain::signal::format_span;

/// What the next person must know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// What is true now.
    pub so: Vec<String>,
    /// What is being waited for.
    pub waits: Vec<String>,
    /// What must not be touched.
    pub hands_off: Vec<String>,
}

impl fmt::Display for Handover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (title, lines) in [
            ("True now:", &self.so),
            ("Waited for:", &self.waits),
            ("Not to be touched:", &self.hands_off),
        ] {
            writeln!(f, "{title}")?;
            if lines.is_empty() {
                writeln!(f, "- nothing")?;
            }
            for line in lines {
                let line = line.chars().map(|c| if is_harmful(c) { ' ' } else { c });
                writeln!(f, "- {}", line.collect::<String>())?;
            }
        }
        Ok(())
    }
}

impl Incident {
    /// The handover as the records have it at `now`.
    pub fn handover(&self, now: Timestamp) -> Handover {
        let mut told = Handover::default();
        self.say_state(&mut told, now);
        self.say_orders(&mut told, now);
        self.say_watch(&mut told, now);
        self.say_steps(&mut told, now);
        told
    }

    fn say_state(&self, told: &mut Handover, now: Timestamp) {
        let open = format_span(self.until(now).since(self.opened_at));
        told.so.push(match &self.closed {
            None => format!(
                "incident {} is open since {}Z ({open})",
                self.id,
                when(self.opened_at, now)
            ),
            Some(closing) => format!(
                "incident {} was closed at {}Z by {}, after {open}",
                self.id,
                when(closing.at, now),
                closing.by.person()
            ),
        });
        told.so.push(match self.last_lowering() {
            Some(_) => format!("exposure: {}", self.action()),
            None => "exposure was not lowered in this incident".to_owned(),
        });
        match &self.driver {
            _ if self.closed.is_some() => {}
            Some(driver) => told.so.push(format!("{} drives", driver.console())),
            None => told
                .so
                .push("nobody drives: whoever takes over says so".to_owned()),
        }
        if self.closed.is_some() {
            return;
        }
        match &self.released {
            None => told.hands_off.push(
                "nothing may raise exposure: raises are locked until the incident is closed or the lock released".to_owned(),
            ),
            Some(release) => told.so.push(format!(
                "raises are let through since {}Z ({}: {})",
                when(release.at, now),
                release.by.person(),
                release.reason
            )),
        }
    }

    fn say_orders(&self, told: &mut Handover, now: Timestamp) {
        for order in self.sent_orders() {
            let outcome = self.outcome(&order.id);
            match outcome {
                Some(Outcome::Unknown { .. }) | None => {
                    told.waits
                        .push(format!("what became of: {}", order.plan.sentence));
                    told.hands_off.push(format!(
                        "do not send it again before it was looked up: {}",
                        order.plan.sentence
                    ));
                }
                Some(outcome @ (Outcome::Refused { .. } | Outcome::Conflict(_))) => {
                    told.so
                        .push(format!("{}: {}", order.plan.sentence, settled(outcome).0));
                }
                Some(Outcome::Applied { at, .. }) => {
                    told.so.push(format!(
                        "{}, applied at {}Z",
                        order.plan.sentence,
                        when(*at, now)
                    ));
                }
                Some(Outcome::NoOp) => {}
            }
        }
        let Some(last) = self.last_lowering() else {
            return;
        };
        let proofs = self.proofs_of(&last.id);
        let proven = |wanted: Proof| proofs.iter().any(|(proof, _)| *proof == wanted);
        if self.raised_since().is_some() {
            // What was proven of the lowering is not so any more.
        } else if proven(Proof::Observed) {
            told.so
                .push("the effect was observed: nobody above that is treated any more".to_owned());
        } else if proven(Proof::Horizon) {
            told.waits
                .push("the effect to be observed; every cache has expired".to_owned());
        } else {
            told.waits
                .push("the caches to expire, then the effect to be observed".to_owned());
        }
    }

    fn say_watch(&self, told: &mut Handover, now: Timestamp) {
        let Some(began) = self.off_since() else {
            return;
        };
        if let Some((at, verified, signals)) = self.watch_ended(began) {
            let not: Vec<&str> = signals
                .iter()
                .filter(|signal| matches!(signal.back, super::Back::NotBack | super::Back::NoData))
                .map(|signal| signal.title.as_str())
                .collect();
            told.so.push(if verified {
                format!("signals were back at their baseline at {}Z", when(at, now))
            } else {
                format!("NOT verified at {}Z: {}", when(at, now), not.join(", "))
            });
            return;
        }
        let left = (began + super::watch::WATCH).since(now);
        told.waits.push(if left.is_zero() {
            "the end of the watch after the rollback: no console has written it down".to_owned()
        } else {
            format!("the watch after the rollback: {} left", format_span(left))
        });
    }

    fn say_steps(&self, told: &mut Handover, now: Timestamp) {
        let (mut done, mut waits, mut running) = (0_u32, Vec::new(), Vec::new());
        for record in self.since_opened() {
            let Entry::Runbook { event } = &record.entry else {
                continue;
            };
            match &**event {
                RunbookEvent::Marked { step, mark, .. } => {
                    done += u32::from(*mark == StepMark::Done);
                    waits.retain(|(of, _)| of != step);
                }
                RunbookEvent::WaitBegun { step, span } => {
                    waits.push((step.clone(), record.at + *span));
                }
                RunbookEvent::CommandBegun { run, step, .. } => {
                    running.push((run.clone(), short(step)));
                }
                RunbookEvent::CommandEnded { run, end, .. } => {
                    running.retain(|(of, _)| of != run);
                    if *end == CommandEnd::Unknown {
                        told.hands_off
                            .push(format!("a command may have run or not: {}", end_words(end)));
                    }
                }
                _ => {}
            }
        }
        if done > 0 {
            told.so
                .push(format!("{done} steps of the runbook are done"));
        }
        for (step, until) in waits {
            let left = until.since(now);
            if left > Duration::ZERO {
                told.waits
                    .push(format!("{} ({} left)", short(&step), format_span(left)));
            }
        }
        for (_, step) in running {
            told.waits.push(format!("a command to end: {step}"));
            told.hands_off
                .push(format!("do not start it again while it runs: {step}"));
        }
    }

    /// The orders that were given since the opening, oldest first.
    pub(super) fn sent_orders(&self) -> impl Iterator<Item = &Order> {
        self.since_opened()
            .filter_map(|record| match &record.entry {
                Entry::Intent { order } => Some(&**order),
                _ => None,
            })
    }

    /// The last order that the store took, with what became of it.
    pub fn last_applied(&self) -> Option<(&Record, &Order, &Outcome)> {
        self.sent_orders()
            .filter_map(|order| {
                let outcome = self.outcome(&order.id)?;
                let (record, _) = self.order(&order.id)?;
                matches!(outcome, Outcome::Applied { .. }).then_some((record, order, outcome))
            })
            .last()
    }

    /// The proofs of an order that came in, with their times.
    pub fn proofs_of(&self, id: &OrderId) -> Vec<(Proof, Timestamp)> {
        let proof = |record: &Record| match &record.entry {
            Entry::Proved { order, proof, .. } if order == id => Some((*proof, record.at)),
            _ => None,
        };
        self.records().iter().filter_map(proof).collect()
    }

    /// The last raise that the store took after the last lowering.
    pub(super) fn raised_since(&self) -> Option<&Order> {
        let lowered = &self.last_lowering()?.id;
        let applied = |order: &&Order| {
            order.plan.direction == Direction::Raise
                && matches!(self.outcome(&order.id), Some(Outcome::Applied { .. }))
        };
        self.sent_orders()
            .skip_while(|order| order.id != *lowered)
            .filter(applied)
            .last()
    }

    /// When the effect of the last lowering was proven: observed, else when every cache had expired.
    pub(super) fn off_at(&self) -> Option<Timestamp> {
        let proofs = self.proofs_of(&self.last_lowering()?.id);
        let when = |wanted: Proof| proofs.iter().find(|(proof, _)| *proof == wanted);
        when(Proof::Observed)
            .or_else(|| when(Proof::Horizon))
            .map(|(_, at)| *at)
    }

    /// The last lowering that the store took.
    pub fn last_lowering(&self) -> Option<&Order> {
        let applied = |order: &&Order| {
            order.plan.direction == Direction::Lower
                && matches!(self.outcome(&order.id), Some(Outcome::Applied { .. }))
        };
        self.sent_orders().filter(applied).last()
    }
}
