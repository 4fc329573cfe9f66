//! The figures of an incident: when it was detected, how long each thing took, how bad it was, who did what. It words no report.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Baseline, Incident, IncidentEvent};
use crate::domain::journal::{Entry, Proof, Record};
use crate::domain::plan::{Direction, Order, OrderId, Outcome};
use crate::domain::signal::{Limit, Point, Unit};
use crate::domain::verdict::Decision;
use crate::domain::{Percent, Timestamp};

mod deeds;
mod tracks;

pub use tracks::spark;

/// One signal over the incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Track {
    /// Its name.
    pub signal: String,
    /// Its title.
    pub title: String,
    /// Its unit.
    pub unit: Unit,
    /// From here on a person should act.
    pub act: Option<Limit>,
    /// The middle value of before.
    pub before: Option<f64>,
    /// The worst value from the beginning of the trouble on.
    pub peak: Option<Point>,
    /// The newest value.
    pub last: Option<Point>,
    /// The values in the order of time.
    pub points: Vec<Point>,
}

/// A command of a runbook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// When it was started.
    pub at: Timestamp,
    /// By whom, as `user@host`.
    pub who: String,
    /// The step that it belongs to.
    pub step: String,
    /// The script as it was shown, secrets masked.
    pub script: String,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
    /// How it ended, in words.
    pub end: String,
    /// Its exit code, where it had one.
    pub exit_code: Option<i32>,
    /// How long it ran, in seconds.
    pub took_s: Option<f64>,
    /// The last of its output.
    pub tail: String,
}

/// Evidence: of an order's proof, of a step that ticked itself, of the watch's end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proven {
    /// When it came in.
    pub at: Timestamp,
    /// What it proves.
    pub what: String,
    /// What was seen.
    pub evidence: String,
    /// The query behind it, when there was one.
    pub query: Option<String>,
}

/// What somebody did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deed {
    /// When.
    pub at: Timestamp,
    /// Who, as `user@host`, and as which caller of AWS where that is known.
    pub who: String,
    /// What.
    pub what: String,
    /// What became of it.
    pub outcome: String,
    /// Its name, for an order.
    pub order: Option<String>,
    /// The percentage before and after, for an order.
    pub exposure: Option<(Option<Percent>, Percent)>,
}

/// The figures of one incident.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// When the first signal went past a limit, as far as that is known.
    pub began: Option<Timestamp>,
    /// When it was detected: the verdict that called for a rollback, or the opening.
    pub detected_at: Timestamp,
    /// What detected it, in words.
    pub detected_by: String,
    /// When the first order that lowers was given.
    pub first_action_at: Option<Timestamp>,
    /// When the store had accepted the first lowering.
    pub disabled_at: Option<Timestamp>,
    /// When the effect was proven: observed, or where nothing can show it, every cache had expired.
    pub proven_at: Option<Timestamp>,
    /// Which proof that was.
    pub proof: Option<Proof>,
    /// When the symptoms were gone.
    pub recovered_at: Option<Timestamp>,
    /// Exposure just before the first lowering, in percent.
    pub exposed: Option<Percent>,
    /// Complaints that were counted.
    pub complaints: u32,
    /// The signals.
    pub signals: Vec<Track>,
    /// Who did what.
    pub deeds: Vec<Deed>,
    /// The commands.
    pub commands: Vec<Command>,
    /// The evidence.
    pub evidence: Vec<Proven>,
}

impl Figures {
    /// From the detection to the first order that lowers.
    pub fn time_to_action(&self) -> Option<Duration> {
        self.first_action_at.map(|at| at.since(self.detected_at))
    }

    /// From the detection to the store's answer.
    pub fn time_to_disable(&self) -> Option<Duration> {
        self.disabled_at.map(|at| at.since(self.detected_at))
    }

    /// From the first order to the proof of its effect.
    pub fn time_to_proof(&self) -> Option<Duration> {
        Some(self.proven_at?.since(self.first_action_at?))
    }
}

impl Incident {
    /// The baseline that was written down first.
    pub fn baseline(&self) -> Option<&Baseline> {
        self.records()
            .iter()
            .find_map(|record| match &record.entry {
                Entry::Incident {
                    event: IncidentEvent::Baseline { baseline, .. },
                } => Some(&**baseline),
                _ => None,
            })
    }

    /// Its figures, from its records alone.
    pub fn figures(&self) -> Figures {
        let lowered = self.first_lowering();
        let proof = |order: &OrderId, wanted: Proof| {
            self.records()
                .iter()
                .find_map(|record| match &record.entry {
                    Entry::Proved {
                        order: of, proof, ..
                    } if of == order && *proof == wanted => Some(record.at),
                    _ => None,
                })
        };
        let (detected_at, detected_by) = self.detection();
        let id = lowered.map(|(_, order)| &order.id);
        let seen = id.and_then(|id| {
            let observed = proof(id, Proof::Observed).map(|at| (at, Proof::Observed));
            observed.or_else(|| proof(id, Proof::Horizon).map(|at| (at, Proof::Horizon)))
        });
        Figures {
            began: self.baseline().and_then(|baseline| baseline.began),
            detected_at,
            detected_by,
            first_action_at: self.first_order_down().map(|(record, _)| record.at),
            disabled_at: id.and_then(|id| self.applied_at(id)),
            proven_at: seen.map(|(at, _)| at),
            proof: seen.map(|(_, proof)| proof),
            recovered_at: self.records().iter().find_map(|record| {
                matches!(
                    &record.entry,
                    Entry::Proved {
                        proof: Proof::Recovered,
                        ..
                    }
                )
                .then_some(record.at)
            }),
            exposed: lowered.and_then(|(_, order)| order.plan.before),
            complaints: self
                .records()
                .iter()
                .filter(|r| r.entry == Entry::Complaint)
                .count() as u32,
            signals: self.tracks(),
            deeds: self.deeds(),
            commands: self.commands(),
            evidence: self.evidence(),
        }
    }

    fn lowerings(&self) -> impl DoubleEndedIterator<Item = (&Record, &Order)> {
        self.records()
            .iter()
            .filter_map(|record| match &record.entry {
                Entry::Intent { order } if order.plan.direction == Direction::Lower => {
                    Some((record, &**order))
                }
                _ => None,
            })
    }

    fn first_order_down(&self) -> Option<(&Record, &Order)> {
        self.lowerings().next()
    }

    /// The first lowering that the store took; the first one that was ordered, when none was.
    fn first_lowering(&self) -> Option<(&Record, &Order)> {
        self.lowerings()
            .find(|(_, order)| self.applied_at(&order.id).is_some())
            .or_else(|| self.first_order_down())
    }

    fn applied_at(&self, id: &OrderId) -> Option<Timestamp> {
        self.outcome(id).and_then(|outcome| match outcome {
            Outcome::Applied { at, .. } => Some(*at),
            _ => None,
        })
    }

    /// The newest that is known of an order.
    pub(super) fn outcome(&self, id: &OrderId) -> Option<&Outcome> {
        self.records()
            .iter()
            .rev()
            .find_map(|record| match &record.entry {
                Entry::Settled { order, outcome } if order == id => Some(outcome),
                _ => None,
            })
    }

    /// The verdict that called for a rollback and still stood at the opening, else the opening.
    fn detection(&self) -> (Timestamp, String) {
        let mut found: Option<(Timestamp, String)> = None;
        // By their order: the clocks of two hosts differ.
        for record in self.before_opened() {
            if let Entry::Judged { verdict } = &record.entry {
                if verdict.decision == Decision::RollBack {
                    let reason = verdict.reasons.first().map(|reason| reason.text.clone());
                    found.get_or_insert((
                        record.at.min(self.opened_at),
                        format!("verdict ROLL BACK: {}", reason.unwrap_or_default()),
                    ));
                } else {
                    found = None;
                }
            }
        }
        found.unwrap_or_else(|| {
            (
                self.opened_at,
                format!("{} opened it", self.opened_by.person()),
            )
        })
    }
}
