//! Everything on screen, as data. It changes only in `update`, and draws nothing.

use std::collections::{BTreeMap, VecDeque};

use crate::domain::Timestamp;
use crate::domain::alarm::{AlarmBatch, AlarmChange};
use crate::domain::clockface::Clockface;
use crate::domain::cohort::{CohortTally, CohortTimeline};
use crate::domain::exposure::{Exposure, Observation};
use crate::domain::failure::{CallRecord, PortError};
use crate::domain::flag::{Flag, FlagFault};
use crate::domain::identity::Identity;
use crate::domain::lever::{LeverId, LeverState, Version};
use crate::domain::log::line::LineReader;
use crate::domain::plan::{Change, Conflict, Order, Outcome, Plan};
use crate::domain::rollout::{RolloutSpec, StageFacts};
use crate::domain::signal::{Reading, Series};
use crate::domain::verdict::Verdict;

use super::line_edit::LineEdit;
use super::log_pane::{LogPane, WatchCount};
use super::session_rate::SessionRate;

/// Something that is read again and again.
#[derive(Clone, Debug)]
pub struct Feed<T> {
    /// The last good answer.
    pub value: Option<T>,
    /// When it came.
    pub at: Option<Timestamp>,
    /// Why the newest read failed, when it did.
    pub fault: Option<PortError>,
    /// Reads that failed in a row.
    pub failures: u32,
    /// Whether a read is under way.
    pub reading: bool,
    /// Ticks until the next read is due.
    pub due_in: u32,
}

impl<T> Default for Feed<T> {
    fn default() -> Self {
        Self {
            value: None,
            at: None,
            fault: None,
            failures: 0,
            reading: false,
            due_in: 0,
        }
    }
}

impl<T> Feed<T> {
    /// Takes an answer in.
    pub fn take(&mut self, result: Result<T, PortError>, now: Timestamp) {
        self.reading = false;
        match result {
            Ok(value) => {
                self.value = Some(value);
                self.at = Some(now);
                self.fault = None;
                self.failures = 0;
            }
            Err(fault) => {
                self.fault = Some(fault);
                self.failures += 1;
            }
        }
    }
}

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
}

/// What lies on top of the screen.
#[derive(Clone, Debug)]
pub enum Overlay {
    /// Every key.
    Help {
        /// Rows scrolled.
        scroll: usize,
    },
    /// Actions by words.
    Palette {
        /// What was typed.
        typed: LineEdit,
        /// The selected row among those that match.
        selected: usize,
    },
    /// A plan that asks.
    Plan(Box<PlanDialog>),
    /// Two writers met.
    Conflict {
        /// Our order.
        order: Box<Order>,
        /// What was found.
        conflict: Box<Conflict>,
        /// Rows scrolled.
        scroll: usize,
    },
    /// It is not known whether an order was applied.
    Unknown {
        /// The order.
        order: Box<Order>,
        /// Why it is not known.
        reason: String,
        /// Whether a read that may tell is under way.
        checking: bool,
    },
    /// An order was refused, and what to do next.
    Refused {
        /// The order.
        order: Box<Order>,
        /// What failed.
        reason: String,
        /// What to do next.
        hint: String,
        /// What may be tried instead, if anything.
        instead: Option<Instead>,
    },
    /// One log event in full.
    Event {
        /// Its text, pretty where it is JSON.
        text: String,
        /// Where it came from.
        title: String,
        /// Rows scrolled.
        scroll: usize,
    },
    /// One alarm with its history.
    Alarm {
        /// Its name.
        name: String,
        /// Its changes.
        history: Feed<Vec<AlarmChange>>,
        /// Rows scrolled.
        scroll: usize,
    },
    /// Orders that an earlier run left open.
    Recovery {
        /// The orders with what was found out about each, in words.
        orders: Vec<(Order, Option<String>)>,
        /// What was repaired in the journal.
        repaired: Option<String>,
    },
    /// Leaving while a write is in flight.
    Leaving,
}

/// What may be done after a refusal.
#[derive(Clone, Debug, PartialEq)]
pub enum Instead {
    /// Disable without having read the document: from this last good text, else the bare document.
    Blind {
        /// The last good text, if history has one.
        last_good: Option<String>,
    },
    /// Send although the journal is not durable; asks for the typed word.
    WithoutJournal {
        /// What was typed so far.
        typed: LineEdit,
    },
}

/// A plan on screen.
#[derive(Clone, Debug)]
pub struct PlanDialog {
    /// The plan.
    pub plan: Plan,
    /// The gates of a raise, each green or not, with its words; empty for a lowering.
    pub gates: Vec<(bool, String)>,
    /// Sessions per minute before and after, where both are known.
    pub sessions: Option<(f64, f64)>,
    /// What must be typed, if anything: the environment's name.
    pub must_type: Option<String>,
    /// Whether a reason is asked for as well (a gate is not green).
    pub needs_reason: bool,
    /// What was typed.
    pub typed: LineEdit,
    /// The reason that was typed.
    pub reason: LineEdit,
    /// Whether the reason's line has the cursor.
    pub in_reason: bool,
    /// When the dialog opened, in the machine's milliseconds: Enter counts only some time after.
    pub opened_at_ms: u64,
    /// When Enter last came in: a held key keeps coming and never counts.
    pub last_enter_ms: Option<u64>,
    /// What is wrong with the input, when Enter did not go on.
    pub complaint: Option<String>,
    /// Rows scrolled.
    pub scroll: usize,
    /// What undo would take back, when this plan is an undo.
    pub is_undo: bool,
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
#[derive(Clone, Debug, PartialEq)]
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
    /// Records in it.
    pub records: u64,
    /// Why the last append failed.
    pub fault: Option<PortError>,
    /// Who else has it open.
    pub owner: Option<String>,
}

/// A stage change or an order on the charts' time axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// When.
    pub at: Timestamp,
    /// One or two words, for example `D` or `10→50`.
    pub label: String,
}

/// Everything that the screen shows.
#[derive(Clone, Debug)]
pub struct Model {
    /// The rollout that is watched.
    pub spec: RolloutSpec,
    /// Whether every write is refused.
    pub read_only: bool,
    /// The simulator, when this is a rehearsal.
    pub rehearsal: Option<Rehearsal>,
    /// Where AWS is reached when it is not AWS itself.
    pub endpoint: Option<String>,
    /// The region in force.
    pub region: Option<String>,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The newest instant that `update` was told.
    pub now: Timestamp,
    /// When the console opened.
    pub opened_at: Timestamp,
    /// Ticks since the console opened.
    pub ticks: u64,

    /// Who the caller is.
    pub identity: Feed<Identity>,
    /// The account that was found first; another one blocks writes.
    pub pinned_account: Option<String>,
    /// The flag as last read.
    pub flag: Feed<LeverState>,
    /// What the flag's document says, or what is wrong with it.
    pub flag_says: Option<Result<Flag, Vec<FlagFault>>>,
    /// The fallback as last read.
    pub fallback: Feed<LeverState>,
    /// The flag's versions, newest first.
    pub history: Feed<Vec<Version>>,
    /// The signals' series by name.
    pub series: BTreeMap<String, Series>,
    /// The sampling itself: its value is when the batch was read.
    pub sampling: Feed<Timestamp>,
    /// Faults of single signals by name.
    pub signal_faults: BTreeMap<String, String>,
    /// When a read last brought a signal without a fault, by name.
    pub signal_read_at: BTreeMap<String, Timestamp>,
    /// The signals as they stand.
    pub readings: Vec<Reading>,
    /// The alarms.
    pub alarms: Feed<AlarmBatch>,
    /// What makes an alarm unable to help, by name.
    pub helpless: BTreeMap<String, String>,
    /// The tail.
    pub tail: Feed<()>,
    /// The logs.
    pub logs: LogPane,
    /// Complaints that were counted.
    pub complaints: Vec<Timestamp>,

    /// Exposure as known.
    pub exposure: Exposure,
    /// The stage in force: its index from 0, when the percentage is a stage.
    pub stage: Option<usize>,
    /// Since when exposure is what it is, by the flag's history.
    pub stage_since: Option<Timestamp>,
    /// Where the flag stands, since when, and where it came from.
    pub facts: StageFacts,
    /// Which cohort a session was of, when.
    pub cohorts: CohortTimeline,
    /// Lines and errors of both cohorts.
    pub tally: CohortTally,
    /// Which sessions were seen, and which of them treated.
    pub observation: Observation,
    /// Takes log lines apart.
    pub line_reader: LineReader,
    /// First sightings of sessions.
    pub session_rate: SessionRate,
    /// When the proofs of the exposure clock were last written down.
    pub proofs_told_at: Timestamp,
    /// The verdict.
    pub verdict: Verdict,
    /// The exposure clock of the last order.
    pub clock: Option<Clockface>,
    /// Sessions seen per minute lately, when known.
    pub sessions_per_minute: Option<f64>,
    /// Stage changes and orders on the time axis.
    pub marks: Vec<Mark>,

    /// The order in flight.
    pub in_flight: Option<Order>,
    /// A change that waits for a read or for the order in flight.
    pub waiting: Option<Change>,
    /// The last order that was applied, for undo.
    pub last_order: Option<Order>,
    /// What became of it.
    pub last_outcome: Option<Outcome>,
    /// Orders that are unsent or unknown: what leaves a command line behind when the console ends.
    pub unresolved: Vec<Order>,
    /// A number that makes order ids unique within this run.
    pub orders_made: u64,
    /// The variables that `FallbackOn` replaced, for `FallbackOff`.
    pub fallback_replaced: Option<BTreeMap<String, Option<String>>>,

    /// The journal.
    pub journal: JournalStatus,
    /// The API calls, newest last.
    pub calls: VecDeque<CallRecord>,

    /// The open screen.
    pub screen: Screen,
    /// What lies on top of it.
    pub overlay: Option<Overlay>,
    /// Whether the log filter has the cursor.
    pub filtering: bool,
    /// The selected row of the open screen.
    pub selected: usize,
    /// Rows scrolled on screens without a selection.
    pub scroll: usize,
    /// The message at the bottom.
    pub toast: Option<Toast>,
    /// Counts up whenever the whole screen must be drawn anew.
    pub redraws: u64,
    /// Whether the console is ending.
    pub leaving: bool,
}

impl Model {
    /// A console that knows its rollout and nothing of the world yet.
    pub fn new(spec: RolloutSpec, now: Timestamp) -> Self {
        let watches = spec.logs.iter().flat_map(|logs| &logs.watch);
        let watches = watches
            .map(|(title, pattern)| WatchCount { title: title.clone(), pattern: pattern.clone(), count: 0, last: None })
            .collect();
        Self {
            pinned_account: spec.account.clone(),
            region: spec.region.clone(),
            logs: LogPane { watches, ..LogPane::default() },
            read_only: false,
            rehearsal: None,
            endpoint: None,
            size: (0, 0),
            now,
            opened_at: now,
            ticks: 0,
            identity: Feed::default(),
            flag: Feed::default(),
            flag_says: None,
            fallback: Feed::default(),
            history: Feed::default(),
            series: BTreeMap::new(),
            sampling: Feed::default(),
            signal_faults: BTreeMap::new(),
            signal_read_at: BTreeMap::new(),
            readings: Vec::new(),
            alarms: Feed::default(),
            helpless: BTreeMap::new(),
            tail: Feed::default(),
            complaints: Vec::new(),
            exposure: Exposure::default(),
            stage: None,
            stage_since: None,
            facts: StageFacts::default(),
            cohorts: CohortTimeline::default(),
            tally: CohortTally::default(),
            observation: spec.logs.as_ref().map(|logs| Observation::new(&logs.treated)).unwrap_or_default(),
            // The configuration has checked the rule; a rule that does not compile finds no sessions.
            line_reader: LineReader::new(spec.logs.as_ref().and_then(|logs| logs.session_id.as_ref())).unwrap_or_default(),
            session_rate: SessionRate::default(),
            proofs_told_at: now,
            verdict: Verdict::nothing_known(now),
            clock: None,
            sessions_per_minute: None,
            marks: Vec::new(),
            in_flight: None,
            waiting: None,
            last_order: None,
            last_outcome: None,
            unresolved: Vec::new(),
            orders_made: 0,
            fallback_replaced: None,
            journal: JournalStatus::default(),
            calls: VecDeque::new(),
            screen: Screen::default(),
            overlay: None,
            filtering: false,
            selected: 0,
            scroll: 0,
            toast: None,
            redraws: 0,
            leaving: false,
            spec,
        }
    }

    /// The feed of a lever.
    pub fn lever(&self, id: LeverId) -> &Feed<LeverState> {
        match id {
            LeverId::Flag => &self.flag,
            LeverId::Fallback => &self.fallback,
        }
    }
}
