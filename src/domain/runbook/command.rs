//! A command that is run: what is asked for, what comes back, what an earlier run of the console left. It runs nothing.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::event::{CommandEnd, StepKey};
use super::script::Script;
use crate::domain::Timestamp;

/// How long a command may run.
pub const LIMIT: Duration = Duration::from_mins(10);

/// A command to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandOrder {
    /// The run's id.
    pub run: String,
    /// The step that it belongs to.
    pub step: StepKey,
    /// What is run.
    pub script: Script,
    /// Variables that pin account and region, beside those of the script's values.
    pub pins: Vec<(String, String)>,
    /// The directory that it runs in; `None` for the one that the console was started in.
    pub cwd: Option<String>,
    /// How long it may run.
    pub limit: Duration,
    /// Whether these bytes are trusted from now on: they were not before.
    pub trusts: bool,
    /// What in it may raise exposure: with it nothing is started while raises are locked.
    #[serde(default)]
    pub may_raise: Option<String>,
}

/// A piece of what a command wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputChunk {
    /// Whether it was written to standard error.
    pub stderr: bool,
    /// The text; bytes that are no UTF-8 stand as `\xNN`.
    pub text: String,
    /// Bytes before it that came too fast to be shown.
    pub skipped: u64,
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandReport {
    /// How.
    pub end: CommandEnd,
    /// How long it ran.
    pub took: Duration,
    /// Bytes that it wrote.
    pub bytes: u64,
    /// The SHA-256 of them, in hexadecimal digits.
    pub output_sha256: String,
    /// The last of its output, at most some kilobytes.
    pub tail: String,
    /// Processes that outlived it, by id. Those of its group were ended.
    pub leftover: Vec<u32>,
    /// Those of them that had left its group and run on.
    pub running: Vec<u32>,
    /// Why it is not written down as it should be, when that is so.
    #[serde(default)]
    pub journal_fault: Option<String>,
}

impl CommandReport {
    /// The report of a command that did not start.
    pub fn not_started(why: impl Into<String>) -> Self {
        Self {
            end: CommandEnd::NotStarted(why.into()),
            took: Duration::ZERO,
            bytes: 0,
            output_sha256: super::script::digest(b""),
            tail: String::new(),
            leftover: Vec::new(),
            running: Vec::new(),
            journal_fault: None,
        }
    }
}

/// A command that began in an earlier run of the console, and of whose end nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftCommand {
    /// The run's id.
    pub run: String,
    /// The step that it belongs to.
    pub step: StepKey,
    /// The SHA-256 of its script.
    pub sha256: String,
    /// When it began.
    pub at: Timestamp,
}
