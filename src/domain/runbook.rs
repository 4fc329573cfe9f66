//! A team's Markdown runbook as data: sections, steps, commands, waits, conditions, the decision matrix. It runs nothing and reads no file.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::signal::Limit;

pub mod bind;
pub mod checklist;
pub mod command;
pub mod condition;
pub mod contact;
pub mod event;
pub mod lint;
pub mod native;
pub mod read;
pub mod script;
pub mod shell;
pub mod shipped;
pub mod variable;
pub mod wait;

pub use bind::{Bound, bind, holds};
pub use event::{CommandEnd, Evidence, RunbookEvent, StepKey, StepMark};
pub use read::read;

/// A runbook as it was understood.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Runbook {
    /// The first heading's words; empty when the file has none.
    pub title: String,
    /// The headings in the order of the file, each with what stands directly under it. What stands before the first heading is a
    /// section of level 0 without a title.
    pub sections: Vec<Section>,
    /// The rows of every table that maps a metric and a threshold to an action.
    pub matrix: Vec<MatrixRow>,
    /// What was odd about the bytes (a byte order mark, text that was decoded twice, an unclosed fence), in words for a person.
    pub oddities: Vec<String>,
}

/// A heading and what stands directly under it, up to the next heading of any level.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// The heading's words, without its marks.
    pub title: String,
    /// 1 to 6; 0 for what stands before the first heading.
    pub level: u8,
    /// The heading's line, from 1.
    pub line: u32,
    /// The index of the section that this one is nested in.
    pub parent: Option<usize>,
    /// What a person reads, in order; steps stand in it by index.
    pub blocks: Vec<Block>,
    /// The steps, sub-steps included, in the order of the file.
    pub steps: Vec<Step>,
}

/// A piece of a section, for reading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A paragraph or a list item that is no step, marks taken out.
    Text {
        /// The words; line breaks are kept.
        text: String,
        /// Nesting in lists or quotes, from 0.
        depth: u8,
        /// The line, from 1.
        line: u32,
        /// Whether it is an item of a list.
        bullet: bool,
    },
    /// A table.
    Table(Table),
    /// A step, by its index in `steps`.
    Step(usize),
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The heads of the columns.
    pub head: Vec<String>,
    /// The rows, each as many cells as the head.
    pub rows: Vec<Vec<String>>,
    /// The head's line, from 1.
    pub line: u32,
}

/// Something to do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its words, marks taken out; a fence without words has its label or its first comment.
    pub text: String,
    /// Its line, from 1.
    pub line: u32,
    /// Its nesting: 0 for a step, 1 for a sub-step, and so on.
    pub depth: u8,
    /// Its number in an ordered list.
    pub number: Option<u64>,
    /// Whether the file has it ticked, for an item of a task list.
    pub ticked: Option<bool>,
    /// Its fenced commands.
    pub commands: Vec<Command>,
    /// What it says to wait for.
    pub waits: Vec<Wait>,
    /// The conditions in its words.
    pub conditions: Vec<Condition>,
    /// What the author spelled out for this program.
    pub annotations: Vec<Annotation>,
}

/// A fenced block in a step.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// The fence's language as written, `bash` or empty.
    pub lang: String,
    /// The text inside of the fence, byte for byte but for the indentation that the list takes.
    pub text: String,
    /// The line of its first line, from 1.
    pub line: u32,
}

impl Command {
    /// The language of a script as it is run, byte for byte: what looks like a prompt in it, or like output, is code all the same.
    pub const AS_RUN: &'static str = "script-as-run";

    /// Whether the block is something that a shell could run: shell languages, and blocks without a language.
    pub fn is_shell(&self) -> bool {
        matches!(
            self.lang.to_ascii_lowercase().as_str(),
            "" | "bash"
                | "sh"
                | "shell"
                | "zsh"
                | "ksh"
                | "dash"
                | "console"
                | "shell-session"
                | "terminal"
                | Self::AS_RUN
        )
    }
}

/// Time that a step wants to pass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wait {
    /// The words, for example `sleep 300` or `monitor for 15 minutes`.
    pub text: String,
    /// Its line, from 1.
    pub line: u32,
    /// How long.
    pub span: Duration,
}

/// A condition on something measured, as the text has it. What it is about is bound to a signal later, or never.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// The words of the condition alone, for example `p95 > 7 seconds`.
    pub text: String,
    /// Its line, from 1.
    pub line: u32,
    /// The words that name what is measured, lower case, for example `latency p95`; empty when only the row or step says it.
    pub subject: String,
    /// What must hold.
    pub test: Test,
    /// The unit as understood.
    pub unit: WrittenUnit,
    /// The span that it is counted over (`in 5 minutes`, `/hour`), where one is written.
    pub window: Option<Duration>,
    /// Whether a word such as `not` or `unless` turns it round.
    pub negated: bool,
    /// Whether it says what ought to be (`p95 should be below 5 s`), not what may be found.
    #[serde(default)]
    pub wanted: bool,
}

/// What must hold of a value, in the written unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// Past a limit.
    Past(Limit),
    /// Above `low` and not above `high`.
    Between {
        /// Lower end, excluded.
        low: f64,
        /// Upper end, included.
        high: f64,
    },
}

/// The unit that a number was written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrittenUnit {
    /// No unit.
    None,
    /// Milliseconds.
    Milliseconds,
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Percent.
    Percent,
    /// Per minute.
    PerMinute,
    /// Per hour.
    PerHour,
    /// Per session.
    PerSession,
}

/// A row of a decision matrix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MatrixRow {
    /// The metric's cell as written.
    pub metric: String,
    /// The condition's cell as written.
    pub written: String,
    /// The same, where it is understood.
    pub condition: Option<Condition>,
    /// The action's cell as written.
    pub action: String,
    /// The row's line, from 1.
    pub line: u32,
}

/// What an author spelled out, in an HTML comment (`<!-- coalmine: KEY VALUE -->`) or a fence of language `coalmine`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Annotation {
    /// `native ACTION`: the step is this action, in the words of the command line (`disable`, `set 10`, `fallback on`).
    Native(String),
    /// `check SIGNAL OP LIMIT [for DURATION]`: the step ticks itself when this held so long.
    Check {
        /// The condition, its subject a signal's name.
        condition: Condition,
        /// How long it must hold.
        held: Duration,
    },
    /// `wait DURATION`.
    Wait(Duration),
    /// `manual`: never ticked by itself, never recognised as anything.
    Manual,
    /// `ignore RULE`: the lint leaves this rule alone in this section.
    Ignore(String),
}
