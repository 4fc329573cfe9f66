//! A log line on its way into the ring, in it, and from one place of it to another. It keeps none.

use std::time::Duration;

use crate::domain::Timestamp;
use crate::domain::cohort::Cohort;
use crate::domain::log::Level;

/// A line on its way in.
#[derive(Clone, Copy, Debug)]
pub struct NewLine<'a> {
    /// Its time.
    pub at: Timestamp,
    /// When the store took it in.
    pub ingested_at: Option<Timestamp>,
    /// The log group.
    pub group: &'a str,
    /// The log stream.
    pub stream: &'a str,
    /// The text, raw.
    pub message: &'a str,
    /// Its severity, where the line names one.
    pub level: Option<Level>,
    /// The session that it names.
    pub session: Option<&'a str>,
    /// The session's cohort at that time.
    pub cohort: Option<Cohort>,
    /// Its pattern's number; 0 for none.
    pub pattern: u32,
}

/// A line of the ring.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineView<'a> {
    /// Its time.
    pub at: Timestamp,
    /// How long after its time the store took it in, in milliseconds, to a tenth of a second.
    pub lag_ms: Option<u64>,
    /// The number of its log group; the ring knows the name.
    pub group: u8,
    /// Its log stream.
    pub stream: &'a str,
    /// The text, raw.
    pub message: &'a str,
    /// Its severity, where the line names one.
    pub level: Option<Level>,
    /// The session that it names.
    pub session: Option<&'a str>,
    /// The session's cohort at that time.
    pub cohort: Option<Cohort>,
    /// Its pattern's number; 0 for none.
    pub pattern: u32,
    /// Whether it is bookmarked.
    pub is_marked: bool,
}

impl<'a> LineView<'a> {
    /// Whether it arrived long after its time.
    pub fn is_late(&self) -> bool {
        self.lag_ms.is_some_and(|lag| lag > 30_000)
    }

    pub(super) fn as_new(&self) -> NewLine<'a> {
        NewLine {
            at: self.at,
            ingested_at: self.lag_ms.map(|lag| self.at + Duration::from_millis(lag)),
            group: "",
            stream: self.stream,
            message: self.message,
            level: self.level,
            session: self.session,
            cohort: self.cohort,
            pattern: self.pattern,
        }
    }
}

/// A line on its way from one block to another.
pub(super) struct OwnedLine {
    at: Timestamp,
    lag_ms: Option<u64>,
    pub(super) group: u8,
    stream: String,
    message: String,
    level: Option<Level>,
    session: Option<String>,
    cohort: Option<Cohort>,
    pattern: u32,
}

impl OwnedLine {
    pub(super) fn of(line: &LineView<'_>) -> Self {
        Self {
            at: line.at,
            lag_ms: line.lag_ms,
            group: line.group,
            stream: line.stream.to_owned(),
            message: line.message.to_owned(),
            level: line.level,
            session: line.session.map(ToOwned::to_owned),
            cohort: line.cohort,
            pattern: line.pattern,
        }
    }

    pub(super) fn as_new(&self) -> NewLine<'_> {
        LineView {
            at: self.at,
            lag_ms: self.lag_ms,
            group: self.group,
            stream: &self.stream,
            message: &self.message,
            level: self.level,
            session: self.session.as_deref(),
            cohort: self.cohort,
            pattern: self.pattern,
            is_marked: false,
        }
        .as_new()
    }
}
