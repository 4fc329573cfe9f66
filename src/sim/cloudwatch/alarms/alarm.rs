//! An alarm: what it watches, what it does, and the state that it is in. Nothing here evaluates.

use super::rule::Rule;
use crate::sim::aws::{ACCOUNT, REGION};
use crate::sim::cloudwatch::query::{MetricStat, Query};
use crate::sim::wire::Value;

/// The three states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateValue {
    /// Within the threshold.
    Ok,
    /// Beyond it.
    Alarm,
    /// Nobody can say.
    InsufficientData,
}

impl StateValue {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Alarm => "ALARM",
            Self::InsufficientData => "INSUFFICIENT_DATA",
        }
    }

    /// The state of this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Ok, Self::Alarm, Self::InsufficientData]
            .into_iter()
            .find(|s| s.name() == name)
    }
}

/// A state with its story.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The state.
    pub value: StateValue,
    /// Why, in words.
    pub reason: String,
    /// Why, as JSON.
    pub data: Option<String>,
    /// When anything of it last changed (milliseconds).
    pub updated: i64,
    /// When the value last changed (milliseconds).
    pub transitioned: i64,
}

/// What missing data counts as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// As missing: all of it missing is INSUFFICIENT_DATA.
    #[default]
    Missing,
    /// The state stays.
    Ignore,
    /// As beyond the threshold.
    Breaching,
    /// As within it.
    NotBreaching,
}

impl Missing {
    /// The rule of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "missing" => Self::Missing,
            "ignore" => Self::Ignore,
            "breaching" => Self::Breaching,
            "notBreaching" => Self::NotBreaching,
            _ => return None,
        })
    }

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Ignore => "ignore",
            Self::Breaching => "breaching",
            Self::NotBreaching => "notBreaching",
        }
    }
}

/// How a value is held against the threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Comparison {
    GreaterOrEqual,
    Greater,
    Less,
    LessOrEqual,
}

impl Comparison {
    /// Each with its name on the wire and its words in a reason.
    pub const ALL: [(Self, &'static str, &'static str); 4] = [
        (
            Self::GreaterOrEqual,
            "GreaterThanOrEqualToThreshold",
            "greater than or equal to",
        ),
        (Self::Greater, "GreaterThanThreshold", "greater than"),
        (Self::Less, "LessThanThreshold", "less than"),
        (
            Self::LessOrEqual,
            "LessThanOrEqualToThreshold",
            "less than or equal to",
        ),
    ];

    /// Whether the value breaches.
    pub fn breaches(self, value: f64, threshold: f64) -> bool {
        match self {
            Self::GreaterOrEqual => value >= threshold,
            Self::Greater => value > threshold,
            Self::Less => value < threshold,
            Self::LessOrEqual => value <= threshold,
        }
    }

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(c, ..)| *c == self)
            .map_or("", |(_, name, _)| name)
    }

    /// The words in a reason.
    pub fn words(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(c, ..)| *c == self)
            .map_or("", |(.., words)| words)
    }
}

/// The data that a metric alarm watches.
#[derive(Clone, Debug)]
pub enum Watched {
    /// One metric; `statistic` is the statistic's name as given.
    Metric {
        /// The metric.
        stat: MetricStat,
        /// The statistic's name.
        statistic: String,
    },
    /// The one returned query of several; `given` is the request's list.
    Math {
        /// All queries.
        queries: Vec<Query>,
        /// The list as it came.
        given: Value,
    },
}

/// When a metric alarm breaches.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What is watched.
    pub watched: Watched,
    /// The period in seconds.
    pub period: i64,
    /// How many datapoints are looked at: N.
    pub evaluation_periods: usize,
    /// How many of them must breach: M, where it was given.
    pub datapoints_to_alarm: Option<usize>,
    /// The threshold.
    pub threshold: f64,
    /// The comparison with it.
    pub comparison: Comparison,
    /// The missing-data rule, where it was given.
    pub missing: Option<Missing>,
    /// Whether percentiles over few samples are evaluated, where it was given.
    pub evaluate_low_samples: Option<bool>,
}

impl Condition {
    /// M.
    pub fn needed(&self) -> usize {
        self.datapoints_to_alarm.unwrap_or(self.evaluation_periods)
    }

    /// How many periods are fetched, so that late or missing ones can be made up for.
    pub fn range(&self) -> usize {
        self.evaluation_periods + 2
    }
}

/// What kind of alarm.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Over a metric or metric math.
    Metric(Box<Condition>),
    /// Over other alarms: the rule and its text.
    Composite(Rule, String),
}

/// An alarm.
#[derive(Clone, Debug)]
pub struct Alarm {
    /// Its name, unique among all alarms.
    pub name: String,
    /// What somebody wrote about it.
    pub description: Option<String>,
    /// Whether it acts at all.
    pub actions_enabled: bool,
    /// ARNs to act on when it becomes OK.
    pub ok_actions: Vec<String>,
    /// ARNs to act on when it becomes ALARM.
    pub alarm_actions: Vec<String>,
    /// ARNs to act on when it becomes INSUFFICIENT_DATA.
    pub insufficient_data_actions: Vec<String>,
    /// When it was last configured (milliseconds).
    pub configured: i64,
    /// Its state.
    pub state: State,
    /// What is wrong with its evaluation, by the name on the wire.
    pub evaluation: Option<&'static str>,
    /// What it watches.
    pub kind: Kind,
}

impl Alarm {
    /// Its ARN.
    pub fn arn(&self) -> String {
        arn(&self.name)
    }

    /// Its type on the wire.
    pub fn alarm_type(&self) -> &'static str {
        match self.kind {
            Kind::Metric(_) => "MetricAlarm",
            Kind::Composite(..) => "CompositeAlarm",
        }
    }

    /// What it acts on when it enters a state.
    pub fn actions(&self, state: StateValue) -> &[String] {
        match state {
            StateValue::Ok => &self.ok_actions,
            StateValue::Alarm => &self.alarm_actions,
            StateValue::InsufficientData => &self.insufficient_data_actions,
        }
    }
}

/// The ARN of the alarm of a name.
pub fn arn(name: &str) -> String {
    format!("arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}")
}
