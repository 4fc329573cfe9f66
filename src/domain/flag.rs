//! The flag document: what it says, who it treats, and how it is edited without losing a byte that is not ours. It stores nothing.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Percent;

mod document;
mod edit;
pub(crate) mod members;
mod rule;

pub(crate) use document::flag_members;
pub use document::says_disabled;
pub use edit::{
    BARE_DISABLED, FlagEdit, check_size, decides_exposure, disable_blind, edit, member,
    tunable_members,
};
pub use rule::{bucket, exposed, is_treated};

/// How the flag stands in its document, and what makes it valid.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FlagShape {
    /// The flag's name where the document is a list of flags (`{"flags": [{"name": ..}]}`); `None` for a bare document.
    pub flag: Option<String>,
    /// Numeric members with the range that they must lie in (both ends included).
    pub limits: BTreeMap<String, (f64, f64)>,
    /// Which buckets a percentage includes.
    pub comparison: Comparison,
}

/// Which buckets a percentage includes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// `bucket < percentage`.
    #[default]
    Below,
    /// `bucket <= percentage`: the rule of some ports; 0 % still treats bucket 0.
    BelowOrEqual,
}

/// What a flag document says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flag {
    /// Whether anybody is treated at all.
    pub enabled: bool,
    /// The share of sessions.
    pub rollout_percentage: Percent,
    /// Listed users and groups that are treated whatever the percentage is.
    pub listed: Vec<String>,
}

/// A reason why a document is not a valid flag document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlagFault {
    /// The member, such as `rollout_percentage`; empty when it is about the whole document.
    pub member: String,
    /// What is wrong with it.
    pub text: String,
}

impl FlagFault {
    /// A fault of one member.
    pub(crate) fn of(member: &str, text: impl Into<String>) -> Self {
        Self {
            member: member.to_owned(),
            text: text.into(),
        }
    }

    /// A fault of the whole document.
    pub(crate) fn whole(text: impl Into<String>) -> Self {
        Self::of("", text)
    }
}

impl fmt::Display for FlagFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.member.is_empty() {
            f.write_str(&self.text)
        } else {
            write!(f, "{}: {}", self.member, self.text)
        }
    }
}

#[cfg(test)]
mod tests;
