//! Everything on screen, as data. It changes only in `update`, and draws nothing.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::domain::Revision;
use crate::domain::Timestamp;
use crate::domain::alarm::AlarmBatch;
use crate::domain::clockface::Clockface;
use crate::domain::cohort::{CohortTally, CohortTimeline};
use crate::domain::exposure::{Exposure, Observation};
use crate::domain::failure::CallRecord;
use crate::domain::flag::{Flag, FlagFault};
use crate::domain::identity::Identity;
use crate::domain::journal::{AppliedWrite, Drill, Proof};
use crate::domain::lever::{LeverId, LeverState, Version};
use crate::domain::log::line::LineReader;
use crate::domain::plan::{Change, Order, OrderId, Outcome};
use crate::domain::ready::Ready;
use crate::domain::rollout::{RolloutSpec, StageFacts};
use crate::domain::signal::{Reading, Series};
use crate::domain::verdict::Verdict;

use super::chart_pane::ChartPane;
use super::keymap::Keymap;
use super::log_pane::{LogPane, WatchCount};
use super::pointer::Target;
use super::runbook_pane::RunbookPane;
use super::session_rate::SessionRate;

mod enter;
mod feed;
mod in_flight;
mod incident;
pub mod output;
mod overlay;
mod parts;
mod pending;
pub mod run;
mod seat;
mod themes;

pub use enter::EnterWatch;
pub use feed::Feed;
pub use in_flight::InFlight;
pub use incident::{IncidentDesk, IncidentDialog, IncidentWish, Page};
pub use overlay::{Instead, Overlay, PlanDialog};
pub use parts::{JournalStatus, Left, Look, Mark, Rehearsal, Screen, Toast, Tone};
pub use pending::{CHORD_MS, Pending};
pub use run::{CommandWish, FillForm, Missing, Run, RunDialog, RunState};
pub use seat::Seat;
pub use themes::{AUTO, DARK, LIGHT, Occasion, ThemeDesk, ThemeEntry, ThemesRead, config_lines};

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
    /// Since when the cohorts were last compared, and in which tick that was done.
    pub compared: Option<Timestamp>,
    /// The tick of the last comparison.
    pub compared_at_tick: u64,
    /// Which sessions were seen, and which of them treated.
    pub observation: Observation,
    /// Takes log lines apart.
    pub line_reader: LineReader,
    /// First sightings of sessions.
    pub session_rate: SessionRate,
    /// Which proofs of the exposure clock were written down.
    pub proofs_told: Vec<Proof>,
    /// The verdict.
    pub verdict: Verdict,
    /// The exposure clock of the last order.
    pub clock: Option<Clockface>,
    /// Sessions seen per minute lately, when known.
    pub sessions_per_minute: Option<f64>,
    /// Stage changes and orders on the time axis.
    pub marks: Vec<Mark>,

    /// The order in flight.
    pub in_flight: InFlight,
    /// A change that waits for a read or for the order in flight.
    pub waiting: Option<Change>,
    /// The last order that was applied, for undo.
    pub last_order: Option<Order>,
    /// What became of it.
    pub last_outcome: Option<Outcome>,
    /// Orders that may or may not have been applied, oldest first.
    pub unresolved: Vec<Order>,
    /// Orders that were wanted and never sent, oldest first; a later order of the same lever that came through takes them away.
    pub unsent: Vec<Order>,
    /// How far each order of `unresolved` was looked into.
    pub looks: BTreeMap<OrderId, Look>,
    /// Revisions that our own orders became, newest last.
    pub own_revisions: VecDeque<(LeverId, Revision)>,
    /// A number that makes order ids unique within this run.
    pub orders_made: u64,
    /// The variables that `FallbackOn` replaced, for `FallbackOff`.
    pub fallback_replaced: Option<BTreeMap<String, Option<String>>>,

    /// Writes that stores took within the last month, as the journal tells: they prove who may write.
    pub writes: Vec<AppliedWrite>,
    /// A drill of an earlier run that has not come to its end.
    pub drill_left: Option<Drill>,
    /// Whether the levers would work if they were pulled now.
    pub ready: Ready,

    /// Commands that were started, oldest first.
    pub runs: Vec<Run>,
    /// A number that makes ids of runs unique within this run of the console.
    pub runs_made: u64,
    /// The SHA-256 of every script that a person trusts.
    pub trusted: BTreeSet<String>,
    /// Those of them that the journal has.
    pub trusted_durably: BTreeSet<String>,
    /// The directory that commands run in, once a runbook is open; else that of the configured runbook.
    pub commands_directory: Option<String>,
    /// The profile that commands get, when it is not the rollout's own: of the command line or the environment.
    pub commands_profile: Option<String>,
    /// The region, likewise.
    pub commands_region: Option<String>,
    /// The environments of other rollouts, whose names a command must not have.
    pub other_environments: Vec<String>,

    /// The journal.
    pub journal: JournalStatus,
    /// The incidents.
    pub incident: IncidentDesk,
    /// The API calls, newest last.
    pub calls: VecDeque<CallRecord>,

    /// The open screen.
    pub screen: Screen,
    /// What lies on top of it.
    pub overlay: Option<Overlay>,
    /// What goes on top next: it came while somebody was typing or deciding.
    pub later: VecDeque<Overlay>,
    /// Tells a fresh Enter from one that is held down.
    pub enter: EnterWatch,
    /// Whether the log filter has the cursor.
    pub filtering: bool,
    /// The minute that the charts point at: a burst of log lines, for example.
    pub minute: Option<Timestamp>,
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

    /// The runbook.
    pub runbook: RunbookPane,
    /// The themes.
    pub themes: ThemeDesk,

    /// The keys in force.
    pub keymap: Keymap,
    /// The keys of a chord that is not finished.
    pub pending: Option<Pending>,
    /// Lines that were run in the palette, the newest last.
    pub said: Vec<String>,
    /// What was clicked last, and when.
    pub clicked: Option<(Target, u64)>,
    /// The charts.
    pub charts: Box<ChartPane>,
    /// Since when the verdict is what it is, as this console saw it.
    pub verdict_since: Option<Timestamp>,

    /// Its place among the rollouts of the console.
    pub seat: Seat,
}

fn pane(spec: &RolloutSpec, watches: Vec<WatchCount>) -> LogPane {
    let lines = spec.logs.as_ref().map_or(0, |logs| logs.lines);
    let mut pane = LogPane::new(lines);
    if let Some(logs) = &spec.logs {
        pane.name_groups(&logs.groups);
    }
    pane.watches = watches;
    pane
}

impl Model {
    /// A console that knows its rollout and nothing of the world yet.
    pub fn new(spec: RolloutSpec, now: Timestamp) -> Self {
        let watches = spec.logs.iter().flat_map(|logs| &logs.watch);
        let watches = watches
            .map(|(title, pattern)| WatchCount {
                title: title.clone(),
                pattern: pattern.clone(),
                count: 0,
                last: None,
            })
            .collect();
        Self {
            pinned_account: spec.account.clone(),
            region: spec.region.clone(),
            logs: pane(&spec, watches),
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
            compared: None,
            compared_at_tick: 0,
            observation: spec
                .logs
                .as_ref()
                .map(|logs| Observation::new(&logs.treated))
                .unwrap_or_default(),
            // The configuration has checked the rule; a rule that does not compile finds no sessions.
            line_reader: LineReader::new(
                spec.logs.as_ref().and_then(|logs| logs.session_id.as_ref()),
            )
            .unwrap_or_default(),
            session_rate: SessionRate::default(),
            proofs_told: Vec::new(),
            verdict: Verdict::nothing_known(now),
            clock: None,
            sessions_per_minute: None,
            marks: Vec::new(),
            in_flight: InFlight::default(),
            waiting: None,
            last_order: None,
            last_outcome: None,
            unresolved: Vec::new(),
            unsent: Vec::new(),
            looks: BTreeMap::new(),
            own_revisions: VecDeque::new(),
            orders_made: 0,
            fallback_replaced: None,
            writes: Vec::new(),
            drill_left: None,
            ready: Ready::default(),
            runs: Vec::new(),
            runs_made: 0,
            trusted: BTreeSet::new(),
            trusted_durably: BTreeSet::new(),
            commands_directory: None,
            commands_profile: None,
            commands_region: None,
            other_environments: Vec::new(),
            journal: JournalStatus::default(),
            incident: IncidentDesk {
                attended: true,
                ..IncidentDesk::default()
            },
            calls: VecDeque::new(),
            screen: Screen::default(),
            overlay: None,
            later: VecDeque::new(),
            enter: EnterWatch::default(),
            filtering: false,
            minute: None,
            selected: 0,
            scroll: 0,
            toast: None,
            redraws: 0,
            leaving: false,
            runbook: RunbookPane::default(),
            themes: ThemeDesk::default(),
            keymap: Keymap::default(),
            pending: None,
            said: Vec::new(),
            clicked: None,
            charts: Box::default(),
            verdict_since: None,
            seat: Seat::default(),
            spec,
        }
    }

    /// Opens at a runbook, else as a wall where that is wanted, else at home.
    pub fn open_first(&mut self, wall: bool, runbook: Option<String>) {
        self.screen = match (&runbook, wall) {
            (Some(_), _) => Screen::Runbook,
            (None, true) => Screen::Wall,
            (None, false) => Screen::Home,
        };
        self.runbook.asked = runbook;
    }

    /// The feed of a lever.
    pub fn lever(&self, id: LeverId) -> &Feed<LeverState> {
        match id {
            LeverId::Flag => &self.flag,
            LeverId::Fallback => &self.fallback,
        }
    }

    /// The same, to change it.
    pub(super) fn lever_mut(&mut self, id: LeverId) -> &mut Feed<LeverState> {
        match id {
            LeverId::Flag => &mut self.flag,
            LeverId::Fallback => &mut self.fallback,
        }
    }

    /// Whether an order whose outcome is not known is open.
    pub fn is_anything_unknown(&self) -> bool {
        !self.unresolved.is_empty()
    }
}
