//! The watch after a rollback: fifteen minutes in which every signal that applies comes back to its baseline. What is missing has
//! not come back. It reads nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::baseline::{Before, period};
use super::{Incident, IncidentEvent};
use crate::domain::Timestamp;
use crate::domain::journal::{Entry, Proof};
use crate::domain::plan::{Direction, OrderId};
use crate::domain::signal::{LimitOp, Series, SignalSource, SignalSpec, SignalState, format_value};

/// How long the signals are watched after the last cache has expired.
pub(super) const WATCH: Duration = Duration::from_mins(15);
/// Newest complete periods that a value is taken over.
const RECENT: usize = 3;
/// A value may lie this much outside of what was seen before, as a share of it.
const LEEWAY: f64 = 0.1;

/// How a signal stands against its baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Back {
    /// It is back.
    Back,
    /// It is not.
    NotBack,
    /// There are no values of after the rollback, or none of before.
    NoData,
    /// Only treated sessions emit it, and there are none.
    NotApplicable,
}

/// One signal in the watch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Return {
    /// The signal's name.
    pub signal: String,
    /// Its title.
    pub title: String,
    /// How it stands.
    pub back: Back,
    /// The value of now, in the signal's unit.
    pub value: Option<f64>,
    /// The sentence: value, baseline, periods.
    pub text: String,
}

/// The watch of one incident, as it stands now.
#[derive(Clone, Debug, PartialEq)]
pub struct Watch {
    /// When it began: the last cache has expired since.
    pub began: Timestamp,
    /// When it ends.
    pub ends: Timestamp,
    /// The signals that take part.
    pub signals: Vec<Return>,
    /// What was written down at its end.
    pub ended: Option<(Timestamp, bool)>,
}

impl Watch {
    /// What is left of it.
    pub fn left(&self, now: Timestamp) -> Duration {
        self.ends.since(now)
    }

    /// Whether everything that applies is back, and something does apply.
    pub fn is_verified(&self) -> bool {
        let counts = |wanted: Back| self.signals.iter().filter(|s| s.back == wanted).count();
        counts(Back::Back) > 0 && counts(Back::NotBack) + counts(Back::NoData) == 0
    }
}

impl Incident {
    /// The watch after the last lowering of this incident; none before its last cache has expired.
    pub fn watch(
        &self,
        specs: &[SignalSpec],
        series: &BTreeMap<String, Series>,
        state: &dyn Fn(&str) -> Option<SignalState>,
        now: Timestamp,
    ) -> Option<Watch> {
        let began = self.off_since()?;
        let baseline = self.baseline();
        let before = |name: &str| {
            let signals = &baseline?.signals;
            signals.iter().find(|before| before.signal == name)
        };
        let takes_part = |spec: &&SignalSpec| {
            spec.source != SignalSource::Counted && (spec.warn.is_some() || spec.act.is_some())
        };
        let signals = specs
            .iter()
            .filter(takes_part)
            .map(|spec| {
                let after = series.get(&spec.name).map(|series| {
                    let whole = series.complete(now, period(spec)).iter();
                    whole.filter(|point| point.at >= began).map(|p| p.value)
                });
                let values: Vec<f64> = after.into_iter().flatten().collect();
                judge(spec, before(&spec.name), &values, state(&spec.name))
            })
            .collect();
        Some(Watch {
            began,
            ends: began + WATCH,
            signals,
            ended: self
                .watch_ended(began)
                .map(|(at, verified, _)| (at, verified)),
        })
    }

    /// When the cache horizon of the last lowering passed.
    pub(super) fn off_since(&self) -> Option<Timestamp> {
        let mut lowered: Vec<&OrderId> = Vec::new();
        let mut since = None;
        for record in self.since_opened() {
            match &record.entry {
                Entry::Intent { order } if order.plan.direction == Direction::Lower => {
                    lowered.push(&order.id);
                }
                Entry::Proved {
                    order,
                    proof: Proof::Horizon,
                    ..
                } if lowered.contains(&order) => {
                    since = Some(record.at);
                }
                _ => {}
            }
        }
        since
    }

    /// What was written down when the watch that began then came to its end.
    pub(super) fn watch_ended(&self, began: Timestamp) -> Option<(Timestamp, bool, &[Return])> {
        self.records()
            .iter()
            .rev()
            .find_map(|record| match &record.entry {
                Entry::Incident {
                    event:
                        IncidentEvent::WatchEnded {
                            verified, signals, ..
                        },
                } if record.at >= began => Some((record.at, *verified, signals.as_slice())),
                _ => None,
            })
    }
}

fn judge(
    spec: &SignalSpec,
    before: Option<&Before>,
    after: &[f64],
    state: Option<SignalState>,
) -> Return {
    let value = recent(after);
    let answer = |back: Back, text: String| Return {
        signal: spec.name.clone(),
        title: spec.title.clone(),
        back,
        value,
        text,
    };
    let known = before.and_then(|before| Some((before, before.low?, before.high?, before.median?)));
    let Some(value) = value else {
        let text = if state == Some(SignalState::NotApplicable) {
            "only treated sessions emit it, and there are none"
        } else {
            "no complete period since the rollback"
        };
        let not = state == Some(SignalState::NotApplicable);
        let back = if not {
            Back::NotApplicable
        } else {
            Back::NoData
        };
        return answer(back, text.to_owned());
    };
    let shown = format_value(spec.unit, value);
    let limit = spec.warn.or(spec.act);
    let Some((before, low, high, median)) = known else {
        return answer(
            Back::NoData,
            format!("{shown}; how it was before is not known"),
        );
    };
    let room = (median.abs() * LEEWAY).max((high - low).abs() * LEEWAY);
    let inside = limit.is_none_or(|limit| !limit.is_past(value));
    let near = match limit.map(|limit| limit.op) {
        Some(LimitOp::Below | LimitOp::AtMost) => value >= low - room,
        _ => value <= high + room,
    };
    let text = format!(
        "{shown} now; before {} ({} to {}, {} periods)",
        format_value(spec.unit, median),
        format_value(spec.unit, low),
        format_value(spec.unit, high),
        before.periods
    );
    answer(
        if inside && near {
            Back::Back
        } else {
            Back::NotBack
        },
        text,
    )
}

/// The middle one of the newest values; none before there are enough.
fn recent(values: &[f64]) -> Option<f64> {
    let mut newest = values.get(values.len().checked_sub(RECENT)?..)?.to_vec();
    newest.sort_by(f64::total_cmp);
    newest.get(newest.len() / 2).copied()
}
