//! FilterLogEvents: one page of a group's events in the order of time or against it, as far as one page looks.
//! It keeps nothing between pages but what the token says.

use super::filter::Pattern;
use super::group::{Event, Group, Key, OVERHEAD};
use super::request::{group_name, invalid, limit, span, stream_names, valid_stream_name};
use super::store::Logs;
use super::token;
use crate::sim::aws::{OpResult, ServiceError};
use crate::sim::wire::{Value, map};
use std::collections::BTreeSet;

/// Events that one page looks at: a page may be empty although more follows.
pub(super) const SCAN: usize = 5_000;
/// Bytes that one page answers with.
pub(super) const PAGE_BYTES: usize = 1 << 20;
/// The earliest start of a search that reads backwards: 2024-01-01T00:00:00Z.
const BACKWARDS_SINCE: i64 = 1_704_067_200_000;

/// Answers one page; `now` hides what has not arrived yet.
pub(super) fn filter_log_events(logs: &Logs, input: &Value, now: i64) -> OpResult {
    let name = group_name(input)?;
    let limit = limit(input, 10_000)?;
    let (start, end) = span(input)?;
    let written = input.get("filterPattern").as_str().unwrap_or_default();
    let pattern = Pattern::parse(written)?;
    let names = stream_names(input, "logStreamNames")?;
    let prefix = input.get("logStreamNamePrefix").as_str();
    if let Some(prefix) = prefix {
        valid_stream_name(prefix, "logStreamNamePrefix")?;
    }
    let group = logs.group(name)?;
    let streams = chosen_streams(group, names.as_deref(), prefix)?;

    let query = format!("filter\n{name}\n{written}\n{names:?}\n{prefix:?}");
    let way = way(input, &query, start, now)?;
    let mut first = group.lower_bound(Key::start_of(start.unwrap_or(0)));
    let mut last = end.map_or(group.len(), |end| {
        group.lower_bound(Key::start_of(end.saturating_add(1)))
    });
    match way.place {
        Some(place) if way.backward => last = last.min(group.lower_bound(place.next())),
        Some(place) => first = first.max(group.lower_bound(place)),
        None => {}
    }
    let span = group.range(first..last);
    let events: Box<dyn Iterator<Item = &Event>> = if way.backward {
        Box::new(span.rev())
    } else {
        Box::new(span)
    };

    let mut page = Page {
        events: Vec::new(),
        bytes: 0,
        limit,
    };
    let mut rest = None;
    for (seen, event) in events.enumerate() {
        if seen >= SCAN || page.is_full() {
            rest = Some(event.key);
            break;
        }
        let candidate = event.key.ingested <= now
            && streams
                .as_ref()
                .is_none_or(|some| some.contains(&event.stream));
        if candidate && !page.take(group, event, &pattern) {
            rest = Some(event.key);
            break;
        }
    }
    Ok(map([
        ("events", page.events.into()),
        ("searchedLogStreams", Value::List(Vec::new())),
        (
            "nextToken",
            rest.map(|key| token::seal(&query, &way.mark(key), now))
                .into(),
        ),
    ]))
}

/// Which way a search reads, and the event that it goes on with.
struct Way {
    backward: bool,
    place: Option<Key>,
}

impl Way {
    /// What a token holds: the place, and a sign when the search reads backwards.
    fn mark(&self, next: Key) -> String {
        let sign = if self.backward { "-" } else { "" };
        format!("{sign}{}", next.id())
    }
}

/// The first request says which way; afterwards the token does.
fn way(input: &Value, query: &str, start: Option<i64>, now: i64) -> Result<Way, ServiceError> {
    if let Some(token) = input.get("nextToken").as_str() {
        let mark = token::open(query, token, now)?;
        let id = mark.strip_prefix('-');
        let place = Key::from_id(id.unwrap_or(&mark)).ok_or_else(token::refused)?;
        return Ok(Way {
            backward: id.is_some(),
            place: Some(place),
        });
    }
    let backward = input.get("startFromHead").as_bool() == Some(false);
    if backward && start.is_none_or(|start| start < BACKWARDS_SINCE) {
        return Err(invalid(
            "startFromHead can be false only when startTime is on or after Jan 1, 2024 00:00:00 UTC.",
        ));
    }
    Ok(Way {
        backward,
        place: None,
    })
}

struct Page {
    events: Vec<Value>,
    bytes: usize,
    limit: usize,
}

impl Page {
    fn is_full(&self) -> bool {
        self.events.len() >= self.limit
    }

    /// Adds the event if it matches; false when it matches and no longer fits.
    fn take(&mut self, group: &Group, event: &Event, pattern: &Pattern) -> bool {
        let text = event.message.text();
        if !pattern.matches(&text) {
            return true;
        }
        let size = text.len() + OVERHEAD;
        if !self.events.is_empty() && self.bytes + size > PAGE_BYTES {
            return false;
        }
        self.bytes += size;
        self.events.push(map([
            ("logStreamName", group.stream_name(event.stream).into()),
            ("timestamp", event.key.at.into()),
            ("message", text.into_owned().into()),
            ("ingestionTime", event.key.ingested.into()),
            ("eventId", event.key.id().into()),
        ]));
        true
    }
}

/// The numbers of the streams that names or a prefix choose; nothing when all are meant.
fn chosen_streams(
    group: &Group,
    names: Option<&[&str]>,
    prefix: Option<&str>,
) -> Result<Option<BTreeSet<u32>>, ServiceError> {
    match (names, prefix) {
        (Some(_), Some(_)) => Err(invalid(
            "The request can contain either logStreamNames or logStreamNamePrefix, but not both.",
        )),
        (None, None) => Ok(None),
        (Some(names), None) => {
            let stream = |name: &&str| group.stream(name).ok_or_else(no_such_stream);
            names.iter().map(stream).collect::<Result<_, _>>().map(Some)
        }
        (None, Some(prefix)) => {
            let matching = group
                .streams()
                .filter(|stream| stream.name.starts_with(prefix));
            Ok(Some(
                matching
                    .filter_map(|stream| group.stream(&stream.name))
                    .collect(),
            ))
        }
    }
}

/// The service's word for an unknown stream.
pub(super) fn no_such_stream() -> ServiceError {
    ServiceError::new(
        "ResourceNotFoundException",
        "The specified log stream does not exist.",
    )
}
