//! Log groups, streams and events, in memory.

use crate::sim::world::line::Line;

/// What an event says: text that a client put, or a line of the world that is rendered when it is read.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Text as it was put.
    Text(Box<str>),
    /// A line of the simulated service: small, so that hours of history stay cheap.
    World(Line),
}

/// All log groups.
#[derive(Debug, Default)]
pub struct Logs {}

impl Logs {
    /// Adds one event, creating group and stream when they are absent. `at` is the event's time, `ingested` its arrival (milliseconds).
    pub fn put(
        &mut self,
        _group: &str,
        _stream: &str,
        _at: i64,
        _ingested: i64,
        _message: Message,
    ) {
    }
}
