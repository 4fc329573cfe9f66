//! A plan says what an action would do before it is done; an order is a plan that was accepted. Nothing is sent from here.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::lever::LeverId;
use super::{Percent, Revision, Timestamp};

mod diff;
mod document;
mod function;
mod make;
mod mask;
mod shell;
mod tuning;
mod undo;

pub(crate) use function::is_reserved;
pub use make::{PlanContext, PlanFault, make};
pub(crate) use mask::masked_write;
pub use mask::{is_in_force, is_marker, masked, value_matches, variables_match};
pub use tuning::{is_variable, parse_tuning, tuning};
pub use undo::undo;

/// What a person wants of a lever.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Set `enabled` to false and keep the percentage.
    Disable,
    /// Set the percentage (and `enabled` to true when it is above 0).
    SetPercent(Percent),
    /// Put back the text of an earlier version.
    Restore {
        /// The version whose text it is.
        version: Revision,
        /// That text.
        text: String,
    },
    /// Disable although the document cannot be read or parsed: from the last good version, else the bare document.
    DisableBlind {
        /// The last good text from history, if there is one.
        last_good: Option<String>,
    },
    /// Write the text that is there once more: it proves that it can be written, and changes nothing for anybody.
    Rewrite,
    /// Make the store of the flag with this text, which treats nobody. What is there already is never written over.
    Create {
        /// The text.
        text: String,
    },
    /// Write the configured `off` variables into the function's environment.
    FallbackOn,
    /// Put back the variables that `FallbackOn` replaced: name to value, `None` for one that was absent.
    FallbackOff(BTreeMap<String, Option<String>>),
    /// Publish the function as a new version and point the alias at it.
    PublishAndRepoint,
    /// Set one member of the flag document that does not decide who is exposed.
    SetMember {
        /// The member.
        name: String,
        /// Its new value, as JSON text.
        json: String,
    },
    /// Set one variable of the function that does not decide who is exposed; `None` removes it.
    SetVariable {
        /// The variable.
        name: String,
        /// Its new value.
        value: Option<String>,
    },
}

impl Change {
    /// Whether it only tunes: who is exposed stays as it is.
    pub fn is_tuning(&self) -> bool {
        matches!(self, Self::SetMember { .. } | Self::SetVariable { .. })
    }
}

/// Where exposure goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More users than now; asks.
    Raise,
    /// Fewer users than now; goes at once, with undo.
    Lower,
    /// The same users.
    Neutral,
}

/// The bytes to be written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Write {
    /// Nothing: the lever already is as wanted.
    Nothing,
    /// The whole text of the flag document (or of the file that holds it).
    Document(String),
    /// The whole environment of the function, merged.
    Variables(BTreeMap<String, String>),
    /// Publish `$LATEST` and point the alias at the new version.
    PublishAndRepoint {
        /// The alias.
        alias: String,
        /// The alias's RevisionId that was seen.
        alias_revision: Revision,
    },
}

/// One line of a plan's difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffLine {
    /// What becomes of the line.
    pub sign: DiffSign,
    /// The line's text (secret values are masked already).
    pub text: String,
}

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiffSign {
    /// Stays.
    Same,
    /// Goes.
    Removed,
    /// Comes.
    Added,
    /// A remark about lines that are not shown.
    Note,
}

/// What an action would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The lever it moves.
    pub lever: LeverId,
    /// What was wanted.
    pub change: Change,
    /// The revision that the plan was made from; `None` when nothing could be read.
    pub seen: Option<Revision>,
    /// Exposure by this lever before, when known.
    pub before: Option<Percent>,
    /// Exposure by this lever after.
    pub after: Percent,
    /// Where exposure goes.
    pub direction: Direction,
    /// One sentence for people.
    pub sentence: String,
    /// The difference, line by line, secrets masked.
    pub diff: Vec<DiffLine>,
    /// The AWS calls, with the IAM action names, in order.
    pub calls: Vec<String>,
    /// How long until every container has seen it.
    pub time_to_effect: Duration,
    /// How it is undone, as a sentence.
    pub undo: String,
    /// The `aws` command line that does the same.
    pub aws_cli: String,
    /// What a person should know beforehand.
    pub warnings: Vec<String>,
    /// What is written.
    pub write: Write,
    /// The text or variables that are replaced, for the journal and for undo.
    pub replaced: Replaced,
}

/// What a write replaces.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Replaced {
    /// Not known: nothing could be read.
    #[default]
    Unknown,
    /// The document's text.
    Document(String),
    /// The variables that change: name to old value, `None` for one that was absent.
    Variables(BTreeMap<String, Option<String>>),
    /// The version that the alias pointed at.
    AliasVersion(String),
}

impl Plan {
    /// Whether there is nothing to write.
    pub fn is_no_op(&self) -> bool {
        self.write == Write::Nothing
    }
}

/// The name of an order, unique in the journal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OrderId(pub String);

/// A plan that was accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Its name.
    pub id: OrderId,
    /// The plan.
    pub plan: Plan,
    /// Why, in the words of the person.
    pub reason: Option<String>,
    /// When it was accepted.
    pub at: Timestamp,
    /// Go on although the journal cannot be made durable (a typed override).
    pub without_journal: bool,
    /// The account that it was sent to, once that is known: in another one it can be neither sent nor looked up.
    #[serde(default)]
    pub account: Option<String>,
    /// The order that it takes back exactly, when it does.
    #[serde(default)]
    pub undoes: Option<OrderId>,
}

impl Order {
    /// An order from a plan that was accepted at `at`.
    pub fn new(id: OrderId, plan: Plan, reason: Option<String>, at: Timestamp) -> Self {
        Self {
            id,
            plan,
            reason,
            at,
            without_journal: false,
            account: None,
            undoes: None,
        }
    }
}

/// What became of an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// The store took it, as this revision.
    Applied {
        /// The revision that now holds the write.
        revision: Revision,
        /// When the store's answer arrived.
        at: Timestamp,
        /// Something true that the person should know, such as a write of somebody else in between.
        note: Option<String>,
    },
    /// The lever already was as wanted; nothing was written.
    NoOp,
    /// It was not sent, or the store refused it; the target is unchanged.
    Refused {
        /// What failed.
        reason: String,
        /// What to do next.
        hint: String,
    },
    /// Somebody else wrote; theirs stands or was replaced, as told.
    Conflict(Conflict),
    /// It may or may not have been applied.
    Unknown {
        /// Why it is not known.
        reason: String,
    },
}

/// Two writers met.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// Whether our write went out: false when the re-read just before found the change.
    pub sent: bool,
    /// The revision that the plan was made from.
    pub seen: Revision,
    /// The revision that is there now.
    pub found: Revision,
    /// Who wrote it.
    pub by: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
    /// The text that the plan was made from.
    pub seen_text: String,
    /// The other writer's text.
    pub their_text: String,
    /// The text that is in force now, as last read.
    pub now_text: String,
}

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;
