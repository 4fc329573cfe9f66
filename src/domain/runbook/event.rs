//! What is written down of a runbook that is worked through. It decides nothing.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::Timestamp;

/// A step of a file, so that it is found again after the file was edited: by its line and words, then by its words alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StepKey {
    /// The title of its section.
    pub section: String,
    /// Its line, from 1.
    pub line: u32,
    /// Its words.
    pub text: String,
}

/// Something that happened to a runbook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum RunbookEvent {
    /// A file was opened to work through it.
    Opened {
        /// The file as it was named, or `builtin:NAME`.
        file: String,
        /// The SHA-256 of its bytes, in hexadecimal digits.
        sha256: String,
        /// Its title.
        title: String,
    },
    /// A section was picked.
    Picked {
        /// The section's title.
        section: String,
        /// Its line.
        line: u32,
    },
    /// A branch was chosen; its siblings do not apply.
    Branched {
        /// The step that is the branch.
        step: StepKey,
        /// What spoke for it: the condition and the value, or the person.
        why: String,
    },
    /// A step's mark changed.
    Marked {
        /// The step.
        step: StepKey,
        /// The mark.
        mark: StepMark,
        /// The reason that a person gave, when it was asked for.
        #[serde(default)]
        reason: Option<String>,
        /// What was measured, for a step that ticked itself.
        #[serde(default)]
        evidence: Option<Evidence>,
    },
    /// A wait began.
    WaitBegun {
        /// The step.
        step: StepKey,
        /// How long.
        span: Duration,
    },
    /// A person trusts exactly these bytes.
    Trusted {
        /// The SHA-256 of the script, in hexadecimal digits.
        sha256: String,
    },
    /// A command was started.
    CommandBegun {
        /// The run's id.
        run: String,
        /// The step.
        step: StepKey,
        /// The SHA-256 of the script, in hexadecimal digits.
        sha256: String,
        /// The script as shown, secrets masked.
        script: String,
    },
    /// A command ended.
    CommandEnded {
        /// The run's id.
        run: String,
        /// How it ended.
        end: CommandEnd,
        /// How long it ran.
        took: Duration,
        /// Bytes that it wrote.
        bytes: u64,
        /// The SHA-256 of everything that it wrote, in hexadecimal digits.
        output_sha256: String,
        /// The last of its output, sanitised, secrets masked.
        tail: String,
        /// Processes of its group that outlived it, by id.
        #[serde(default)]
        leftover: Vec<u32>,
    },
    /// A step's native action was sent as this order.
    Ordered {
        /// The step.
        step: StepKey,
        /// The order's id.
        order: String,
    },
}

/// How a step stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepMark {
    /// Not done.
    #[default]
    Open,
    /// Done: by a person, by an action that succeeded, or by evidence.
    Done,
    /// Left out on purpose.
    Skipped,
    /// Tried, and it failed.
    Failed,
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandEnd {
    /// It exited with this code.
    Exited(i32),
    /// A signal ended it.
    Signalled(i32),
    /// It was stopped by the person.
    Stopped,
    /// It ran longer than it may.
    TimedOut,
    /// It could not be started, and why.
    NotStarted(String),
    /// The console ended while it ran: what became of it is not known.
    Unknown,
}

/// What proves a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The sentence, for example `latency p95 2.1 s < 5 s for 2 of 2 min, n 1,204`.
    pub text: String,
    /// The signal, when it was one.
    pub signal: Option<String>,
    /// The value, in the signal's unit.
    pub value: Option<f64>,
    /// The query behind it, as CloudWatch would be asked.
    pub query: Option<String>,
    /// The first instant of the span that it held.
    pub from: Timestamp,
    /// The last.
    pub to: Timestamp,
}
