//! What can lie on top of a screen, as data: help, palette, plans, conflicts, outcomes that are not known. It decides nothing.

use crate::domain::alarm::AlarmChange;
use crate::domain::console_link::ConsoleLink;
use crate::domain::incident::Lock;
use crate::domain::plan::{Conflict, Order, Plan};

use super::run::{FillForm, RunDialog};
use super::{Feed, IncidentDialog};
use crate::app::line_edit::LineEdit;
use crate::app::runbook_pane::StepDialog;

/// What lies on top of the screen.
#[derive(Clone, Debug)]
pub enum Overlay {
    /// Every key.
    Help {
        /// What is looked for.
        typed: LineEdit,
        /// Whether that line has the cursor.
        filtering: bool,
        /// The selected row among those that match.
        selected: usize,
    },
    /// Verbs and actions by words.
    Palette {
        /// What was typed.
        typed: LineEdit,
        /// The selected row among those that match.
        selected: usize,
        /// The line of before that stands in the line, by its place.
        recalled: Option<usize>,
        /// What is wrong with the line, when Enter did not go on.
        complaint: Option<String>,
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
    /// One value is tuned: `KEY=VALUE`.
    Tune {
        /// What was typed.
        typed: LineEdit,
        /// The selected row among those that begin with it.
        selected: usize,
        /// What is wrong with the line, when Enter did not go on.
        complaint: Option<String>,
    },
    /// Something is asked about the runbook.
    Step(Box<StepDialog>),
    /// Who to call.
    Contacts {
        /// The selected row.
        selected: usize,
    },
    /// A raise that the safety lock keeps from being sent.
    Locked {
        /// What was wanted, as a sentence.
        wanted: String,
        /// The lock.
        lock: Box<Lock>,
    },
    /// A dialog of the incident.
    Incident(Box<IncidentDialog>),
    /// What a command of the runbook still lacks.
    Fill(Box<FillForm>),
    /// Whether a command of the runbook is to run.
    Run(Box<RunDialog>),
    /// What a command of the runbook writes.
    Output {
        /// The run's id.
        run: String,
        /// The number of the line at the bottom; `None` follows the newest.
        bottom: Option<u64>,
    },
    /// The themes, each shown on the whole screen while it is selected.
    Themes {
        /// The selected row; the first is `auto`.
        selected: usize,
    },
    /// Pages of the AWS console, what is selected first.
    Links {
        /// The pages.
        links: Vec<ConsoleLink>,
        /// The selected row.
        selected: usize,
    },
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
    /// What is wrong with the input, when Enter did not go on.
    pub complaint: Option<String>,
    /// Rows scrolled.
    pub scroll: usize,
    /// What undo would take back, when this plan is an undo.
    pub is_undo: bool,
}
