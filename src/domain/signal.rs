//! Signals: named metric queries with units and limits, and the series that were read for them. It queries nothing.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Timestamp;

pub mod course;
pub mod format;
pub mod limit;
pub mod read;
pub mod series;
#[cfg(test)]
mod tests;

pub use course::{course_in_words, difference, median};
pub use format::{
    format_bound, format_count, format_limit, format_span, format_value, value_columns, write_limit,
};
pub use limit::parse_limit;
pub use read::{COUNTED_OVER, ReadContext, read};
pub use series::Run;

/// A configured signal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignalSpec {
    /// Its name in rules, `--json` and journals, for example `latency_p95`.
    pub name: String,
    /// Its title on screen, for example `latency p95`.
    pub title: String,
    /// Where its values come from.
    pub source: SignalSource,
    /// The unit that values and limits are kept in.
    pub unit: Unit,
    /// What a value of the source is multiplied by to be in `unit` (0.001 for a metric in ms kept in seconds).
    pub scale: f64,
    /// What is aimed at.
    pub target: Option<Limit>,
    /// From here on a person should look.
    pub warn: Option<Limit>,
    /// From here on a person should act.
    pub act: Option<Limit>,
    /// Observations that a value needs before it counts; 0 asks for none.
    pub min_samples: u64,
    /// What a period without data means.
    pub missing: Missing,
    /// Whether only treated sessions emit it (then it does not apply at 0 %).
    pub treated_only: bool,
    /// Consecutive complete periods that must be past a limit before it counts as a breach.
    #[serde(default = "two_periods")]
    pub periods: u32,
}

fn two_periods() -> u32 {
    2
}

/// Where a signal's values come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalSource {
    /// One metric.
    Metric(MetricQuery),
    /// Metric math over named metrics.
    Expression {
        /// The expression, over the names.
        expression: String,
        /// Name and query of each.
        metrics: Vec<(String, MetricQuery)>,
        /// The metric whose Sum counts the observations behind a value, for example `invocations`.
        count_by: Option<String>,
    },
    /// Counted by hand with a key, per hour.
    Counted,
}

/// One metric, as CloudWatch names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricQuery {
    /// The namespace.
    pub namespace: String,
    /// The metric's name.
    pub name: String,
    /// The statistic: `Sum`, `Average`, `Maximum`, `p95`, ...
    pub stat: String,
    /// The period.
    pub period: Duration,
    /// The exact set of dimensions.
    pub dimensions: Vec<(String, String)>,
}

/// Units that values and limits are kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Percent, 0 to 100.
    Percent,
    /// Per minute.
    PerMinute,
    /// Per session.
    PerSession,
    /// Per hour.
    PerHour,
    /// A plain count per period.
    Count,
}

/// A limit: a value is past it when the comparison holds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// The comparison.
    pub op: LimitOp,
    /// The number, in the signal's unit.
    pub value: f64,
}

/// A comparison with a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LimitOp {
    /// `>`
    #[serde(rename = ">")]
    Above,
    /// `>=`
    #[serde(rename = ">=")]
    AtLeast,
    /// `<`
    #[serde(rename = "<")]
    Below,
    /// `<=`
    #[serde(rename = "<=")]
    AtMost,
}

/// What a period without data means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Zero, but only while this heartbeat metric has data in that period.
    Zero {
        /// The heartbeat, for example the function's Invocations.
        heartbeat: MetricQuery,
    },
    /// Unknown.
    Unknown,
}

/// One value of a period.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The period's start.
    pub at: Timestamp,
    /// The value, in the signal's unit.
    pub value: f64,
    /// Observations behind it, when known.
    pub samples: Option<f64>,
}

/// What one read brought for all signals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampleBatch {
    /// When the answer arrived.
    pub read_at: Timestamp,
    /// The span that was asked for.
    pub from: Timestamp,
    /// Its end (exclusive).
    pub to: Timestamp,
    /// One entry a signal, by name; counted signals have none.
    pub signals: Vec<SignalPoints>,
    /// Periods in which the marker metric of treated sessions had data, with its SampleCount.
    pub treated: Vec<Point>,
    /// Why the marker metric's periods are not all there; while this is set, no marker does not mean none was seen.
    #[serde(default)]
    pub treated_fault: Option<String>,
}

/// What one read brought for one signal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignalPoints {
    /// The signal's name.
    pub name: String,
    /// Values in time order, in the signal's unit, heartbeat zeros filled in.
    pub points: Vec<Point>,
    /// Why the values are not all there (PartialData, InternalError, a message), if they are not.
    pub fault: Option<String>,
}

/// Values of one signal, in time order, one a period, bounded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    points: Vec<Point>,
}

/// How a signal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalState {
    /// Inside its limits, with enough observations.
    Ok,
    /// Not applicable: only treated sessions emit it, and there are none.
    NotApplicable,
    /// No period of the window has data, or too few observations.
    NoData,
    /// The newest complete period is too old.
    Stale,
    /// Past `warn`.
    Warn,
    /// Past `act`.
    Act,
}

/// A signal as it stands at an instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The signal's name.
    pub name: String,
    /// How it stands.
    pub state: SignalState,
    /// The value of the newest complete period.
    pub value: Option<f64>,
    /// The unit.
    pub unit: Unit,
    /// Observations behind the value.
    pub samples: Option<f64>,
    /// The start of the period that the value is of.
    pub at: Option<Timestamp>,
    /// Consecutive complete periods, ending with the newest, that are past the limit of `state` (0 when it is inside).
    pub periods_over: u32,
    /// When the present run past the limit began.
    pub over_since: Option<Timestamp>,
    /// Whether that run already was a breach (had lasted long enough) when the stage last changed.
    pub before_stage: bool,
    /// What makes the value doubtful, in words: partial data, few samples, age.
    pub note: Option<String>,
}
