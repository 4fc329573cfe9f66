//! The tail's place and memory under late, future, repeated and unreadable events, without a network.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

mod following;
mod place;

use super::poll::{Page, Source};
use super::tail::{End, Round, Scan};
use super::*;
use crate::domain::log::LogEvent;

const LAG: Duration = Duration::from_secs(30);
const GROUP: &str = "/aws/lambda/audio-processor";

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_790_000_000_000 + second * 1000)
}

fn event(id: &str, second: i64) -> LogEvent {
    LogEvent {
        id: id.into(),
        group: GROUP.into(),
        stream: "s".into(),
        at: at(second),
        ingested_at: Some(at(second + 1)),
        message: format!("message of {id}"),
    }
}

fn live(id: &str, second: i64) -> LogEvent {
    LogEvent {
        id: String::new(),
        ..event(id, second)
    }
}

fn error(kind: ErrorKind) -> PortError {
    PortError {
        kind,
        what: "logs:FilterLogEvents".into(),
        text: format!("{kind:?}"),
        hint: String::new(),
    }
}

fn messages(events: &[LogEvent]) -> Vec<&str> {
    events
        .iter()
        .map(|event| event.message.trim_start_matches("message of "))
        .collect()
}
