//! The verdict: PROMOTE, HOLD, ROLL BACK or CANNOT TELL, with the reasons and what is recommended. It acts on nothing.

use serde::{Deserialize, Serialize};

use super::signal::Limit;
use super::{Percent, Timestamp};

mod findings;
pub mod grammar;
mod judge;
mod rule;
#[cfg(test)]
mod tests;
mod words;

pub use judge::{JudgeInput, judge};

/// One row of the decision matrix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleSpec {
    /// The row as written, for example `latency_p95 > 7s`.
    pub text: String,
    /// The signal's name.
    pub signal: String,
    /// The condition.
    pub condition: Condition,
    /// What it recommends.
    pub then: Advice,
    /// Consecutive complete periods that must meet the condition.
    pub periods: u32,
}

/// When a rule fires.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// The value is past the limit.
    Past(Limit),
    /// The value lies above `low` and not above `high`.
    Between {
        /// Lower end, excluded.
        low: f64,
        /// Upper end, included.
        high: f64,
    },
}

/// What a rule advises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// Turn the feature off.
    Disable,
    /// Lower exposure to at most this; never raises.
    ReduceTo(Percent),
    /// Look into it; holds.
    Investigate,
}

/// The judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Every gate is green: the next stage may come.
    Promote,
    /// Nothing is wrong enough to go back, something is not ready to go on.
    Hold,
    /// A rule that lowers exposure fired.
    RollBack,
    /// The data do not suffice.
    CannotTell,
}

impl Decision {
    /// The word on screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Promote => "PROMOTE",
            Self::Hold => "HOLD",
            Self::RollBack => "ROLL BACK",
            Self::CannotTell => "CANNOT TELL",
        }
    }
}

/// One reason of a verdict; the same value feeds the screen, the journal and `--json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The rule, gate or alarm that it comes from, for example `latency_p95 > 7s`, `bake`, `alarm:audio-…`.
    pub rule: String,
    /// The sentence.
    pub text: String,
    /// The value, in the signal's unit.
    pub value: Option<f64>,
    /// The limit, in the signal's unit.
    pub limit: Option<f64>,
    /// Observations behind the value.
    pub samples: Option<f64>,
    /// When the value is of.
    pub at: Option<Timestamp>,
    /// Whether it was so before the stage last changed.
    pub before_stage: bool,
}

/// What is recommended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recommendation {
    /// Turn the feature off.
    Disable,
    /// Lower exposure to this.
    Reduce {
        /// The stage.
        to: Percent,
        /// Why it is this one, where the rule named another.
        why: Option<String>,
    },
    /// Raise to the next stage.
    Raise(Percent),
    /// Look into it.
    Investigate(String),
}

/// The verdict at an instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The judgement.
    pub decision: Decision,
    /// The deciding reasons, the weightiest first.
    pub reasons: Vec<Reason>,
    /// What to do.
    pub recommend: Option<Recommendation>,
    /// Every rule, gate and check with how it stands, for the `why` screen.
    pub checks: Vec<Check>,
    /// When it was judged.
    pub at: Timestamp,
}

impl Verdict {
    /// The verdict before anything was read.
    pub fn nothing_known(at: Timestamp) -> Self {
        Self {
            decision: Decision::CannotTell,
            reasons: Vec::new(),
            recommend: None,
            checks: Vec::new(),
            at,
        }
    }

    /// Whether another one comes to the same: decision and recommendation, whatever the values and ages in their words are now.
    pub fn comes_to_the_same(&self, other: &Self) -> bool {
        let rule = |verdict: &Self| verdict.reasons.first().map(|reason| reason.rule.clone());
        let advice = match (&self.recommend, &other.recommend) {
            (Some(Recommendation::Investigate(_)), Some(Recommendation::Investigate(_))) => {
                rule(self) == rule(other)
            }
            (
                Some(Recommendation::Reduce { to, .. }),
                Some(Recommendation::Reduce { to: other, .. }),
            ) => to == other,
            (one, another) => one == another,
        };
        self.decision == other.decision && advice
    }
}

/// One rule, gate or guard with how it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// What kind of check it is.
    pub kind: CheckKind,
    /// Its name: the rule as written, or the gate's name.
    pub name: String,
    /// How it stands.
    pub state: CheckState,
    /// The inputs and the outcome in words: value, limit, samples, age, periods.
    pub text: String,
    /// What it would recommend.
    pub advice: Option<Advice>,
    /// Whether it was so before the stage last changed.
    pub before_stage: bool,
}

/// What kind of check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// A row of the decision matrix.
    Rule,
    /// A gate of a raise.
    Gate,
    /// An alarm.
    Alarm,
}

/// How a check stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// Fine.
    Clear,
    /// It does not apply now.
    NotApplicable,
    /// The data do not suffice.
    Unknown,
    /// Met, but not for long enough yet.
    Pending,
    /// It fired, or the gate is shut.
    Firing,
}
