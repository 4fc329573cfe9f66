//! The small parts of the log pane: what is shown and how, what is counted. They decide nothing.

use crate::domain::Timestamp;

/// Which cohort is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CohortFilter {
    /// Both, and lines without a session.
    #[default]
    All,
    /// Canary lines.
    Canary,
    /// Control lines.
    Control,
}

/// How a line's time is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Times {
    /// The time of day in UTC.
    #[default]
    Utc,
    /// The time of day where the person is.
    Local,
    /// How long ago it was.
    Age,
}

/// What the log screen lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// The lines.
    #[default]
    Lines,
    /// Their patterns.
    Patterns,
}

/// A configured pattern with how often it was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct WatchCount {
    /// Its title.
    pub title: String,
    /// The text that is looked for.
    pub pattern: String,
    /// How often it was seen since the console opened (and in the first look back).
    pub count: u64,
    /// The last event that had it.
    pub last: Option<Timestamp>,
}

/// Lines and errors of one cohort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CohortCount {
    /// Lines.
    pub lines: u64,
    /// Lines at error level.
    pub errors: u64,
}
