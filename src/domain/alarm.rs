//! CloudWatch alarms as last read, and what makes one unable to help. It evaluates no metric.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Timestamp;

pub mod definition;
pub mod honesty;
#[cfg(test)]
mod tests;

pub use definition::{AlarmDefinition, well_known};
pub use honesty::{earliest_fire, helpless, m_of_n, worst_first};

/// An alarm's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlarmState {
    /// Inside its threshold.
    Ok,
    /// Over its threshold.
    Alarm,
    /// Not enough data to say.
    InsufficientData,
    /// A word that this program does not know; never taken for OK.
    Unknown(String),
}

/// One alarm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: AlarmState,
    /// Since when.
    pub since: Option<Timestamp>,
    /// CloudWatch's reason.
    pub reason: String,
    /// Its description.
    pub description: String,
    /// What it watches, in words: metric, statistic and comparison, or the composite's rule.
    pub watches: String,
    /// Whether its actions are on.
    pub actions_enabled: bool,
    /// How many actions it has for the ALARM state.
    pub alarm_actions: usize,
    /// Periods that are looked at (N of M of N).
    pub evaluation_periods: Option<u32>,
    /// Periods that must be over (M of M of N).
    pub datapoints_to_alarm: Option<u32>,
    /// The length of a period.
    pub period: Option<Duration>,
    /// What missing data means: `missing`, `notBreaching`, `breaching`, `ignore`.
    pub missing_data: Option<String>,
    /// The percentile statistic, such as `p95`, when it is one.
    pub percentile: Option<String>,
    /// CloudWatch's remark on the evaluation, such as `PARTIAL_DATA`.
    pub evaluation: Option<String>,
    /// Whether it is a composite alarm.
    pub composite: bool,
}

/// All watched alarms, as one read brought them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlarmBatch {
    /// When the answer arrived.
    pub read_at: Timestamp,
    /// The alarms, in the order of the config, else by name.
    pub alarms: Vec<Alarm>,
    /// Configured names that CloudWatch does not have.
    pub missing: Vec<String>,
}

/// One entry of an alarm's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlarmChange {
    /// When.
    pub at: Timestamp,
    /// `StateUpdate`, `ConfigurationUpdate` or `Action`.
    pub kind: String,
    /// CloudWatch's summary.
    pub summary: String,
}
