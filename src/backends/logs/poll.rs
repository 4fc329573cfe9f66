//! One round of FilterLogEvents over a group: follows tokens through empty pages, stops at a bound, goes on next time.
//! It remembers nothing.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::types::FilteredLogEvent;

use super::seen::content;
use super::tail::{End, Round, Scan};
use crate::backends::error::port_error;
use crate::domain::Timestamp;
use crate::domain::log::LogEvent;
use crate::ports::{ErrorKind, PortResult};

/// Pages that one round reads of one group.
pub(super) const PAGES_A_ROUND: usize = 12;
/// Pages that one round of the second look reads of one group.
const PAGES_A_SWEEP: usize = 3;
/// Events after which a round ends.
const EVENTS_A_ROUND: usize = 20_000;

/// One page of a group.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Page {
    /// Its events.
    pub(super) events: Vec<LogEvent>,
    /// Where it goes on.
    pub(super) next: Option<String>,
}

/// Where pages come from.
#[async_trait]
pub(super) trait Source: Sync {
    /// Reads a page of the scan's span, where its token says.
    async fn page(&self, group: &str, scan: &Scan) -> PortResult<Page>;
}

#[async_trait]
impl Source for Client {
    async fn page(&self, group: &str, scan: &Scan) -> PortResult<Page> {
        let request = self
            .filter_log_events()
            .start_time(scan.start.as_millis().max(0))
            .set_end_time(scan.end.map(|end| end.as_millis().max(0)))
            .set_next_token(scan.token.clone());
        let request = if group.starts_with("arn:") {
            request.log_group_identifier(group)
        } else {
            request.log_group_name(group)
        };
        let answer = request
            .send()
            .await
            .map_err(|error| port_error(format!("logs:FilterLogEvents {group}"), error))?;
        Ok(Page {
            events: answer
                .events()
                .iter()
                .map(|event| log_event(group, event))
                .collect(),
            next: answer.next_token,
        })
    }
}

/// Reads a group until its end, a bound or a failure.
pub(super) async fn round(source: &dyn Source, group: &str, mut scan: Scan) -> Round {
    let mut events = Vec::new();
    let mut pages = 0;
    let most = scan.end.map_or(PAGES_A_ROUND, |_| PAGES_A_SWEEP);
    let end = loop {
        if pages == most || events.len() >= EVENTS_A_ROUND {
            break End::Cut;
        }
        pages += 1;
        match source.page(group, &scan).await {
            Err(error) if error.kind == ErrorKind::Invalid && is_stale(&scan) => {
                scan.token = None;
                scan.followed.clear();
                scan.restarted = true;
            }
            Err(error) => break End::Failed(error),
            Ok(page) => {
                scan.events += page.events.len();
                events.extend(page.events);
                scan.token = page.next.filter(|token| !token.is_empty());
                match &scan.token {
                    None => break End::Complete,
                    Some(token) if !scan.followed.insert(token.clone()) => break End::Circle,
                    Some(_) => {}
                }
            }
        }
    };
    name_the_nameless(&mut events);
    Round { scan, events, end }
}

/// A token lives for a day: one that is refused is given up once, and reading starts over from the pass's start.
fn is_stale(scan: &Scan) -> bool {
    scan.token.is_some() && !scan.restarted
}

fn log_event(group: &str, event: &FilteredLogEvent) -> LogEvent {
    LogEvent {
        id: event.event_id().unwrap_or_default().to_owned(),
        group: group.to_owned(),
        stream: event.log_stream_name().unwrap_or_default().to_owned(),
        at: Timestamp::from_millis(event.timestamp().unwrap_or_default()),
        ingested_at: event.ingestion_time().map(Timestamp::from_millis),
        message: event.message().unwrap_or_default().to_owned(),
    }
}

/// Gives events without an id one that is the same at every reading.
fn name_the_nameless(events: &mut [LogEvent]) {
    let mut counts: HashMap<u128, u32> = HashMap::new();
    for event in events.iter_mut().filter(|event| event.id.is_empty()) {
        let content = content(event);
        let ordinal = counts.entry(content).or_default();
        event.id = format!("content-{content:032x}-{ordinal}");
        *ordinal += 1;
    }
}
