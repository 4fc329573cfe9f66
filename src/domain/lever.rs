//! The state of whatever decides who is exposed: a flag document, or the environment-variable fallback of a Lambda. It reads nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Revision, Timestamp};

/// Which lever of the rollout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeverId {
    /// The flag document.
    Flag,
    /// The Lambda's environment variables.
    Fallback,
}

impl LeverId {
    /// The name in lists, journals and `--json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Fallback => "fallback",
        }
    }
}

/// What kind of store a lever is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeverKind {
    /// An SSM parameter.
    Ssm,
    /// A JSON file.
    JsonFile,
    /// A Lambda function's environment.
    LambdaEnv,
}

impl LeverKind {
    /// Whether writing to it needs AWS credentials, so that the account can be the wrong one.
    pub fn is_in_aws(self) -> bool {
        !matches!(self, Self::JsonFile)
    }
}

/// A lever as last read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeverState {
    /// Which lever.
    pub id: LeverId,
    /// The store's kind.
    pub kind: LeverKind,
    /// The parameter's, file's or function's name as the store resolved it.
    pub resource: String,
    /// When the answer arrived.
    pub read_at: Timestamp,
    /// The revision that was read.
    pub revision: Revision,
    /// What it holds.
    pub content: LeverContent,
    /// Who wrote this revision, when the store says so.
    pub changed_by: Option<String>,
    /// When this revision was written.
    pub changed_at: Option<Timestamp>,
}

/// What a lever holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeverContent {
    /// The text of a flag document, exactly as stored; it may be anything.
    Document(String),
    /// A function's environment.
    Function(FunctionState),
}

/// What a Lambda function's configuration says about its environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FunctionState {
    /// The variables, or why they could not be read (then nothing may be merged into them).
    pub variables: Result<BTreeMap<String, String>, String>,
    /// Where the last update stands.
    pub update: UpdateStatus,
    /// What traffic runs, when an alias is configured.
    pub alias: Option<AliasState>,
}

/// Lambda's `LastUpdateStatus`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpdateStatus {
    /// The configuration is in force.
    Successful,
    /// Invocations still run on the old one.
    InProgress,
    /// It failed, with the reason that Lambda gives.
    Failed(String),
    /// A word that this program does not know, kept as it came.
    Unknown(String),
}

/// The alias that traffic goes through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AliasState {
    /// The alias's name.
    pub name: String,
    /// The version it points at: a number, or `$LATEST`.
    pub version: String,
    /// Further versions with their share of the traffic (0.0 to 1.0).
    pub routing: BTreeMap<String, f64>,
    /// The alias's own RevisionId.
    pub revision: Revision,
    /// The environment of the version that it points at, as far as it could be read.
    pub variables: Result<BTreeMap<String, String>, String>,
    /// The environments of the versions in `routing`, by version, as far as they could be read.
    #[serde(default)]
    pub routed: BTreeMap<String, Result<BTreeMap<String, String>, String>>,
}

impl AliasState {
    /// Whether a change of `$LATEST` cannot reach the traffic of this alias.
    pub fn is_pinned(&self) -> bool {
        self.version != "$LATEST"
    }
}

/// One entry of a lever's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// The revision's name, for SSM the version number.
    pub revision: Revision,
    /// The text as stored.
    pub text: String,
    /// Who wrote it.
    pub by: Option<String>,
    /// When it was written.
    pub at: Option<Timestamp>,
    /// Labels on it.
    pub labels: Vec<String>,
}
