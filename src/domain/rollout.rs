//! The description of one rollout: everything that the config says about it, validated. It holds no state.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::flag::FlagShape;
use super::runbook::native::NativePattern;
use super::signal::{MetricQuery, SignalSpec};
use super::verdict::RuleSpec;
use super::{Environment, Percent};

pub mod gates;
pub mod stages;
#[cfg(test)]
mod tests;

pub use gates::{Gate, GateInput, gates};
pub use stages::{StageFacts, reduce_to, stage_index, stage_since};

/// One rollout.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RolloutSpec {
    /// Its name.
    pub name: String,
    /// Its environment.
    pub environment: Environment,
    /// The AWS region, when the config names one.
    pub region: Option<String>,
    /// The AWS profile, when the config names one.
    pub profile: Option<String>,
    /// The account id that this rollout lives in; another one blocks every write.
    pub account: Option<String>,
    /// The stages in rising order, at least one.
    pub stages: Vec<Stage>,
    /// How long a container may serve from its flag cache.
    pub cache_ttl: Duration,
    /// Where the flag is, and what makes it valid.
    pub flag: FlagSpec,
    /// The environment-variable fallback.
    pub fallback: Option<FallbackSpec>,
    /// Log groups and what to look for in them.
    pub logs: Option<LogsSpec>,
    /// The signals.
    pub signals: Vec<SignalSpec>,
    /// The decision matrix.
    pub rules: Vec<RuleSpec>,
    /// The alarms.
    pub alarms: AlarmsSpec,
    /// The runbook's file.
    pub runbook: Option<String>,
    /// Commands of the team's own tools that mean something native; they come before the built-in ones.
    #[serde(default)]
    pub native: Vec<NativePattern>,
    /// Names and addresses, such as `on_call`.
    pub contacts: BTreeMap<String, String>,
}

/// A named percentage on the way to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// The share of users.
    pub percent: Percent,
    /// How long it must hold before the next one.
    pub bake: Option<Duration>,
}

/// Where the flag is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlagSpec {
    /// The store.
    pub source: FlagSource,
    /// How it stands there.
    pub shape: FlagShape,
}

/// The store of a flag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlagSource {
    /// An SSM parameter, by name or ARN.
    Ssm(String),
    /// A JSON file, by path.
    File(String),
}

impl FlagSource {
    /// The parameter's name or the file's path.
    pub fn name(&self) -> &str {
        match self {
            Self::Ssm(name) | Self::File(name) => name,
        }
    }
}

/// The environment-variable fallback of a Lambda function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FallbackSpec {
    /// The function.
    pub function: String,
    /// The alias that traffic goes through.
    pub alias: Option<String>,
    /// The variables that turn the feature off.
    pub off: BTreeMap<String, String>,
    /// The variable that holds `true` or `false`.
    pub enabled_variable: String,
    /// The variable that holds the percentage.
    pub percentage_variable: String,
}

impl FallbackSpec {
    /// Whether a variable decides who is exposed while the flag cannot be read.
    pub fn decides_exposure(&self, variable: &str) -> bool {
        self.off.contains_key(variable)
            || variable == self.enabled_variable
            || variable == self.percentage_variable
    }
}

/// Log groups and what to look for in them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogsSpec {
    /// The groups, by name.
    pub groups: Vec<String>,
    /// Where a line names its session.
    pub session_id: Option<SessionIdRule>,
    /// What only treated sessions emit.
    pub treated: TreatedMarker,
    /// Patterns to count: title and text.
    pub watch: Vec<(String, String)>,
    /// How long an event may take to arrive.
    pub lag: Duration,
    /// Sessions without a marker that prove the feature off.
    pub min_sessions: u64,
    /// Lines that the console keeps.
    #[serde(default = "LogsSpec::default_lines")]
    pub lines: usize,
}

impl LogsSpec {
    /// Lines that the console keeps where the configuration names no number.
    pub const LINES: usize = 200_000;

    fn default_lines() -> usize {
        Self::LINES
    }
}

/// Where a line names its session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionIdRule {
    /// A member of a JSON line, for example `["session_id"]` for `$.session_id`.
    JsonPath(Vec<String>),
    /// A regular expression with one group.
    Regex(String),
}

/// What only treated sessions emit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TreatedMarker {
    /// Text that only their log lines contain.
    pub log: Option<String>,
    /// A metric that only they publish.
    pub metric: Option<MetricQuery>,
}

/// Which alarms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlarmsSpec {
    /// None.
    None,
    /// These.
    Names(Vec<String>),
    /// All whose names begin so.
    Prefix(String),
}
