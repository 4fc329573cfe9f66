//! The small parts of the model: screens, messages, marks, the journal's standing. They decide nothing.

use serde::{Deserialize, Serialize};

use crate::domain::Timestamp;
use crate::domain::failure::PortError;

/// The screen that is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Screen {
    /// Everything at once.
    #[default]
    Home,
    /// The logs alone.
    Logs,
    /// The alarms.
    Alarms,
    /// The levers.
    Levers,
    /// The flag's versions.
    History,
    /// Every rule and gate.
    Why,
    /// Every API call.
    Calls,
    /// The runbook.
    Runbook,
    /// The incident.
    Incident,
    /// Every signal as a chart.
    Charts,
    /// What a whole room must see.
    Wall,
}

/// A message at the bottom that goes away.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    /// The text.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
    /// Ticks left.
    pub ticks: u32,
}

/// How a message is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// All is well.
    Good,
    /// For information.
    Plain,
    /// Look here.
    Warn,
    /// Something failed.
    Bad,
}

/// The simulator behind a demo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rehearsal {
    /// The scenario's name, when known.
    pub scenario: Option<String>,
    /// How fast its time runs.
    pub speed: f64,
}

/// How the journal stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JournalStatus {
    /// Whether it is open.
    pub open: bool,
    /// Records in it when it was opened.
    pub records: u64,
    /// Why the last append failed.
    pub fault: Option<PortError>,
    /// Who else has it open.
    pub owner: Option<String>,
    /// What was not as it should be when it was opened, such as that it goes to another directory.
    pub remark: Option<String>,
}

/// A stage change, an order or an alarm on the charts' time axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// When.
    pub at: Timestamp,
    /// One or two words, for example `D` or `10→50`.
    pub label: String,
}

/// How far an order whose outcome is not known was looked into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Whether an earlier run of the console left it.
    pub earlier: bool,
    /// Looks so far.
    pub tries: u32,
    /// Ticks until the next look by itself.
    pub due_in: u32,
    /// Whether a look is under way.
    pub under_way: bool,
}

/// What is to be said of an order that stays open when the console ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// It was wanted and never sent: the target does not have it.
    Unsent,
    /// It may or may not have been applied.
    Unknown,
}
