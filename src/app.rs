//! The vocabulary of the console: what happened ([`Msg`]) and what to do about it ([`Effect`]). Nothing is done here.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::Timestamp;
use crate::domain::alarm::{AlarmBatch, AlarmChange, AlarmDefinition};
use crate::domain::failure::{CallRecord, PortError};
use crate::domain::identity::Identity;
use crate::domain::journal::{Entry, Record, Recovered};
use crate::domain::lever::{LeverId, LeverState, Version};
use crate::domain::log::{LogBatch, TailMode};
use crate::domain::plan::{Change, Order, Outcome};
use crate::domain::runbook::command::{CommandOrder, CommandReport, OutputChunk};
use crate::domain::signal::SampleBatch;

pub mod chart_pane;
pub mod fleet;
pub mod keymap;
pub mod line_edit;
pub mod log_pane;
pub mod model;
pub mod pointer;
pub mod recording;
pub mod runbook_pane;
pub mod session_rate;
pub mod spending;
pub mod spoken;
pub mod update;

use chart_pane::Reach;
use fleet::Walk;
pub use keymap::{Action, Key};
pub use model::Model;
use model::ThemesRead;
use pointer::{Gesture, Target};
use runbook_pane::{ReadRunbook, RunbookWish};
pub use update::update;

/// Something that happened. A recording of an incident is the list of these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Msg {
    /// A key went down.
    Pressed {
        /// The key.
        key: Key,
        /// Milliseconds since the console started, by the monotonic clock of the machine: tells a held key from a fresh one.
        at_ms: u64,
    },
    /// Text was pasted.
    Pasted(String),
    /// The terminal has this many columns and rows now.
    Resized(u16, u16),
    /// A second of our own time passed.
    Ticked,
    /// The watched world's time runs this many times as fast as ours.
    Paced(f64),
    /// The console was stopped and goes on (Ctrl-Z and back, sleep): nothing on screen may be trusted before it is read again.
    Resumed,
    /// STS answered who the caller is.
    Identified(Result<Identity, PortError>),
    /// The journal was opened.
    Recovered(Result<Recovered, PortError>),
    /// A lever was read.
    LeverRead(LeverId, Result<LeverState, PortError>),
    /// A lever's history was read.
    HistoryRead(Result<Vec<Version>, PortError>),
    /// All signals were read.
    Sampled(Result<SampleBatch, PortError>),
    /// The alarms were read.
    AlarmsRead(Result<AlarmBatch, PortError>),
    /// One alarm's history was read.
    AlarmHistoryRead(String, Result<Vec<AlarmChange>, PortError>),
    /// An alarm was made (true), was there already (false), or could not be made.
    AlarmCreated(String, Result<bool, PortError>),
    /// The tail moved on.
    Tailed(Result<LogBatch, PortError>),
    /// An order came to an end, or what became of it was found out.
    Settled {
        /// The order.
        order: Box<Order>,
        /// What became of it.
        outcome: Outcome,
        /// Why its intent could not be written down, when that is what stopped it (or what it went on without).
        journal_fault: Option<PortError>,
    },
    /// Something could not be written to the journal.
    JournalFailed(PortError),
    /// The journal goes on, and has something to tell: another file, a repair.
    JournalNoticed(String),
    /// An API call ended.
    Called(CallRecord),
    /// Keys and answers had their turn: what was left to do may go on.
    Continued,
    /// A piece of the logs was written to a file, whose path this is.
    Exported(Result<String, PortError>),
    /// A runbook's file was read.
    RunbookRead(String, Result<Box<ReadRunbook>, PortError>),
    /// The journal was read on: what this console has written since, and what others have. A failure tells of the others' part.
    JournalRead(Vec<Record>, Option<PortError>),
    /// A command of a runbook wrote something.
    CommandOutput {
        /// The run.
        run: String,
        /// What.
        chunk: OutputChunk,
    },
    /// A command of a runbook ended, or did not start.
    CommandEnded {
        /// The run.
        run: String,
        /// How.
        report: Box<CommandReport>,
    },
    /// The recording of this console has something to tell: why there is none, or why it ended.
    RecordingNoticed(String),
    /// The terminal told its background.
    Background {
        /// Whether dark text is easier to read on it than light text.
        is_light: bool,
    },
    /// The themes were read, at the start or after an edit.
    ThemesRead(Box<ThemesRead>),
    /// The mouse did something.
    Pointed {
        /// To what.
        target: Target,
        /// What it did.
        gesture: Gesture,
        /// Milliseconds since the console started, as with a key: tells two clicks from a double click.
        at_ms: u64,
    },
    /// Values were read for the charts alone; nothing is judged by them.
    SpanSampled(Reach, Result<SampleBatch, PortError>),
    /// An action was chosen by its name, on a line of its own: the console without a screen has no keys.
    Chosen(Action),
    /// A change could not be announced as the configuration asks for.
    NotifyFailed(String),
    /// An entry that does not count while it is not in the journal could not be written there.
    Unwritten(Box<Entry>),
    /// This rollout came onto the screen (true), or another one or the list of rollouts took its place.
    Attended(bool),
    /// The budget allows the signals to be read this often, in seconds of the watched world.
    SignalsEvery(u32),
    /// On the list of rollouts somebody asked for the plan of this change: it is shown, and nothing is sent before Enter.
    PlanWanted {
        /// The change.
        change: Change,
        /// Milliseconds since the console started, as of a key.
        at_ms: u64,
    },
}

/// Something to do. Plain data: the runtime's executor is the only place that acts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Effect {
    /// Ask who the caller is.
    Identify,
    /// Open the journal and find what an earlier run left.
    Recover,
    /// Read a lever.
    ReadLever(LeverId),
    /// Read the flag's history.
    ReadHistory,
    /// Read all signals for periods that begin in this span.
    Sample {
        /// The first period's start.
        from: Timestamp,
        /// The end, excluded.
        to: Timestamp,
    },
    /// Read the alarms.
    ReadAlarms,
    /// Read one alarm's history.
    ReadAlarmHistory(String),
    /// Read what the logs brought since.
    Tail(TailMode),
    /// Write the order down, durably, then send it. The one way to change the world.
    Submit(Box<Order>),
    /// Find out by reading what became of an order.
    Verify(Box<Order>),
    /// Make an alarm that is not there yet: written down first, like an order.
    CreateAlarm(Box<AlarmDefinition>),
    /// Write something down.
    Append(Entry),
    /// Put text on the clipboard.
    Copy(String),
    /// Ring the bell.
    Bell,
    /// Write the command down, durably, then run it.
    RunCommand(Box<CommandOrder>),
    /// End this run: ask first, kill after.
    StopCommand(String),
    /// Give the terminal back and stop until the shell says go on.
    Suspend,
    /// End the console.
    Quit,
    /// Come back when keys and answers had their turn.
    Continue,
    /// Write a piece of the logs to a file of its own in the state directory, readable by nobody else.
    Export {
        /// The file's name, without a directory.
        name: String,
        /// The piece.
        text: String,
        /// Whether the file begins with it, and must not be there yet.
        first: bool,
    },
    /// Read a runbook's file and judge it.
    OpenRunbook(Box<RunbookWish>),
    /// Read what other consoles have written into the journal.
    Follow,
    /// Draw with the theme of this name.
    Wear(String),
    /// Read all signals for the charts alone, with periods of at least this length.
    SampleSpan {
        /// What for.
        reach: Reach,
        /// The first period's start.
        from: Timestamp,
        /// The end, excluded.
        to: Timestamp,
        /// The shortest period; each signal's is the first multiple of its own that is as long.
        period: Duration,
    },
    /// Leave this rollout's console for the list of rollouts, or for a neighbour on it.
    Walk(Walk),
}

impl Effect {
    /// Whether it changes the world outside of this machine.
    pub fn is_write(&self) -> bool {
        matches!(
            self,
            Self::Submit(_) | Self::CreateAlarm(_) | Self::RunCommand(_)
        )
    }
}
