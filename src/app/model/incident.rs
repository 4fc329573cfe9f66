//! What the console knows of incidents, and how their screen stands. It decides nothing.

use std::collections::BTreeMap;

use crate::app::line_edit::LineEdit;
use crate::domain::Timestamp;
use crate::domain::incident::{Book, Incident, Lock, Stage};
use crate::domain::journal::{Actor, Record};

use super::Feed;

/// The part of the incident that its screen shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// What happened, the newest last.
    #[default]
    Timeline,
    /// What is true now, what is waited for, what must not be touched.
    Handover,
    /// The report, as Markdown.
    Report,
    /// The message to stakeholders.
    Message,
}

impl Page {
    /// All of them, in their order.
    pub const ALL: [Self; 4] = [Self::Timeline, Self::Handover, Self::Report, Self::Message];

    /// Its word on screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Timeline => "timeline",
            Self::Handover => "handover",
            Self::Report => "report",
            Self::Message => "message",
        }
    }

    /// The page after this one; the first after the last.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Timeline => Self::Handover,
            Self::Handover => Self::Report,
            Self::Report => Self::Message,
            Self::Message => Self::Timeline,
        }
    }
}

/// Everything about incidents.
#[derive(Clone, Debug, Default)]
pub struct IncidentDesk {
    /// The incidents that the journal tells of.
    pub book: Book,
    /// Who this console is to the journal.
    pub me: Actor,
    /// Whether somebody sits at this console: a command that comes and goes neither drives nor watches.
    pub attended: bool,
    /// The reading of what others write.
    pub following: Feed<()>,
    /// The page of the screen.
    pub page: Page,
    /// The stage of the message, when the person chose one.
    pub stage: Option<Stage>,
    /// The newest value that was written down of each signal.
    pub told: BTreeMap<String, Timestamp>,
    /// The incident whose baseline this console has asked to write down.
    pub baseline_of: Option<String>,
    /// The beginning of the watch whose end this console has asked to write down.
    pub ended_watch_of: Option<Timestamp>,
    /// The incident that this console has asked to open, take over or close, until the journal tells of it.
    pub asked: Option<String>,
    /// The runbook that the closing of an incident offers.
    pub offers: Option<String>,
    /// The order of an earlier run whose exposure clock was started again.
    pub reclocked: Option<String>,
    /// What the journal told at the start, until it is taken in; and before that what was written meanwhile.
    pub trail: Vec<Record>,
    /// Records of the newest incident that the journal told of none at the start: they were too many.
    pub left_out: u64,
}

impl IncidentDesk {
    /// The incident that is open.
    pub fn open(&self) -> Option<&Incident> {
        self.book.open()
    }

    /// The incident that the screen shows: the open one, else the last.
    pub fn shown(&self) -> Option<&Incident> {
        self.book.last()
    }

    /// The safety lock, while it holds.
    pub fn lock(&self) -> Option<Lock> {
        self.book.lock()
    }

    /// Whether this console may act for the open incident: it drives, or nobody does.
    pub fn drives(&self) -> bool {
        self.open().is_none_or(|open| open.is_driven_by(&self.me))
    }
}

/// What a dialog of the incident asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentWish {
    /// A remark for the journal.
    Note,
    /// That it is over, with what is to be said of it.
    Close,
    /// That raises are let through: the environment's name, and why.
    Release,
}

/// A dialog of the incident.
#[derive(Clone, Debug)]
pub struct IncidentDialog {
    /// What it asks for.
    pub wish: IncidentWish,
    /// The word that must be typed, if any.
    pub must_type: Option<String>,
    /// What was typed of it.
    pub typed: LineEdit,
    /// The text.
    pub text: LineEdit,
    /// Whether the text's line has the cursor.
    pub in_text: bool,
    /// What is wrong with the input, when Enter did not go on.
    pub complaint: Option<String>,
}
