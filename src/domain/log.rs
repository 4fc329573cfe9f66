//! Log events as data: what was said, by which session, and which of the configured patterns it meets. It tails nothing.

use serde::{Deserialize, Serialize};

use super::Timestamp;

pub mod line;
pub mod mask;

/// One log event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogEvent {
    /// The store's unique id; equal ids are one event.
    pub id: String,
    /// The log group.
    pub group: String,
    /// The log stream.
    pub stream: String,
    /// The event's own time.
    pub at: Timestamp,
    /// When the store took it in.
    pub ingested_at: Option<Timestamp>,
    /// The text, raw.
    pub message: String,
}

/// How log events arrive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TailMode {
    /// FilterLogEvents, polled with an overlap.
    #[default]
    Poll,
    /// StartLiveTail.
    Live,
}

/// What one step of the tail brought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogBatch {
    /// When it arrived.
    pub read_at: Timestamp,
    /// How.
    pub mode: TailMode,
    /// New events, each id once, in time order.
    pub events: Vec<LogEvent>,
    /// Whether the service sampled (Live Tail above 500 events a second).
    pub sampled: bool,
    /// How far the tail has read: events up to here are in, later ones may still come.
    pub read_to: Timestamp,
    /// What the person should know: a reconnect, a fallback to polling, a group that is not there.
    pub note: Option<String>,
}

/// Severity of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Level {
    /// TRACE or DEBUG.
    Debug,
    /// INFO.
    Info,
    /// WARN.
    Warn,
    /// ERROR, FATAL or CRITICAL.
    Error,
}
