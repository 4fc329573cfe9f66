//! GetLogEvents: one page of one stream, forwards or backwards, with tokens for both directions.
//! Its tokens are places between events, so they outlive new arrivals.

use super::group::{Event, Group, Key, OVERHEAD};
use super::request::{group_name, limit, required, span, valid_stream_name};
use super::search::{PAGE_BYTES, no_such_stream};
use super::store::Logs;
use super::token::refused;
use crate::sim::aws::{OpResult, ServiceError};
use crate::sim::wire::{Value, map};
use std::ops::Range;

/// Which way a page reads, and from which place.
#[derive(Clone, Copy)]
enum From {
    Head,
    Tail,
    Forward(Key),
    Backward(Key),
}

/// Answers one page; `now` hides what has not arrived yet.
pub(super) fn get_log_events(logs: &Logs, input: &Value, now: i64) -> OpResult {
    let group = logs.group(group_name(input)?)?;
    let stream = valid_stream_name(required(input, "logStreamName")?, "logStreamName")?;
    let stream = group.stream(stream).ok_or_else(no_such_stream)?;
    let limit = limit(input, 10_000)?;
    let (start, end) = span(input)?;
    let from = start_of_page(input)?;

    let start = Key::start_of(start.unwrap_or(0));
    let first = group.lower_bound(start);
    let last = end.map_or(group.len(), |end| group.lower_bound(Key::start_of(end)));
    let visible = |event: &&Event| event.stream == stream && event.key.ingested <= now;
    let page = match from {
        From::Head => fill(group.range(first..last).filter(visible), limit),
        From::Forward(place) => {
            let places = clamp(group, place, first..last);
            fill(group.range(places.1..last).filter(visible), limit)
        }
        From::Tail => reversed(fill(group.range(first..last).rev().filter(visible), limit)),
        From::Backward(place) => {
            let places = clamp(group, place, first..last);
            reversed(fill(
                group.range(first..places.0).rev().filter(visible),
                limit,
            ))
        }
    };
    let empty = match from {
        From::Head | From::Tail => start,
        From::Forward(place) | From::Backward(place) => place,
    };
    let back = page.first().map_or(empty, |event| event.key);
    let forth = page.last().map_or(empty, |event| event.key.next());
    Ok(map([
        (
            "events",
            page.into_iter().map(output).collect::<Vec<_>>().into(),
        ),
        ("nextForwardToken", format!("f/{}/s", forth.id()).into()),
        ("nextBackwardToken", format!("b/{}/s", back.id()).into()),
    ]))
}

fn start_of_page(input: &Value) -> Result<From, ServiceError> {
    let Some(token) = input.get("nextToken").as_str() else {
        return Ok(if input.get("startFromHead").as_bool() == Some(true) {
            From::Head
        } else {
            From::Tail
        });
    };
    let (direction, id) = token
        .strip_suffix("/s")
        .and_then(|token| token.split_once('/'))
        .ok_or_else(refused)?;
    let place = Key::from_id(id).ok_or_else(refused)?;
    match direction {
        "f" => Ok(From::Forward(place)),
        "b" => Ok(From::Backward(place)),
        _ => Err(refused()),
    }
}

/// Where a place lies within a span, as the end of what is before it and the start of what follows.
fn clamp(group: &Group, place: Key, span: Range<usize>) -> (usize, usize) {
    let at = group.lower_bound(place);
    (at.min(span.end), at.max(span.start))
}

/// As many events as one page takes.
fn fill<'e>(events: impl Iterator<Item = &'e Event>, limit: usize) -> Vec<&'e Event> {
    let mut page = Vec::new();
    let mut bytes = 0;
    for event in events.take(limit) {
        bytes += event.message.text().len() + OVERHEAD;
        if bytes > PAGE_BYTES && !page.is_empty() {
            break;
        }
        page.push(event);
    }
    page
}

fn reversed(mut page: Vec<&Event>) -> Vec<&Event> {
    page.reverse();
    page
}

fn output(event: &Event) -> Value {
    map([
        ("timestamp", event.key.at.into()),
        ("message", event.message.text().into_owned().into()),
        ("ingestionTime", event.key.ingested.into()),
    ])
}
