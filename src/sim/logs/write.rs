//! CreateLogGroup, CreateLogStream, DeleteLogGroup and PutLogEvents, with the limits of the service.
//! It does not decide in which order events are kept.

use super::group::{Group, OVERHEAD};
use super::request::{invalid, required, valid_group_name, valid_stream_name};
use super::search::no_such_stream;
use super::store::{Logs, Message};
use crate::sim::aws::{OpResult, ServiceError};
use crate::sim::wire::{Value, map};

const HOUR: i64 = 3_600_000;
/// How far in the past an event may lie, in milliseconds.
const OLDEST: i64 = 14 * 24 * HOUR;
/// How far in the future an event may lie, in milliseconds.
const NEWEST: i64 = 2 * HOUR;
/// The longest time that one batch may span, in milliseconds.
const LONGEST: i64 = 24 * HOUR;
/// Bytes in one batch.
const BATCH: usize = 1_048_576;
/// Events in one batch.
const MOST: usize = 10_000;

fn done() -> Value {
    Value::Map(Vec::new())
}

/// Creates an empty group.
pub(super) fn create_log_group(logs: &mut Logs, input: &Value, now: i64) -> OpResult {
    let name = valid_group_name(required(input, "logGroupName")?, "logGroupName")?;
    if name
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("aws/"))
    {
        return Err(invalid(
            "Log groups starting with AWS/ are reserved for AWS.",
        ));
    }
    let class = match input.get("logGroupClass").as_str() {
        None | Some("STANDARD") => "STANDARD",
        Some("INFREQUENT_ACCESS") => "INFREQUENT_ACCESS",
        Some("DELIVERY") => "DELIVERY",
        Some(other) => return Err(invalid(format!("Invalid log group class '{other}'"))),
    };
    if logs.create(name, Group::new(now, class)) {
        Ok(done())
    } else {
        Err(ServiceError::new(
            "ResourceAlreadyExistsException",
            "The specified log group already exists",
        ))
    }
}

/// Creates an empty stream.
pub(super) fn create_log_stream(logs: &mut Logs, input: &Value, now: i64) -> OpResult {
    let group = valid_group_name(required(input, "logGroupName")?, "logGroupName")?;
    let stream = valid_stream_name(required(input, "logStreamName")?, "logStreamName")?;
    let group = logs.group_mut(group)?;
    if group.stream(stream).is_some() {
        return Err(ServiceError::new(
            "ResourceAlreadyExistsException",
            "The specified log stream already exists",
        ));
    }
    group.open(stream, now);
    Ok(done())
}

/// Removes a group and all its events.
pub(super) fn delete_log_group(logs: &mut Logs, input: &Value) -> OpResult {
    logs.remove(valid_group_name(
        required(input, "logGroupName")?,
        "logGroupName",
    )?)?;
    Ok(done())
}

/// Takes a batch; events too old or too new are left out and reported.
pub(super) fn put_log_events(logs: &mut Logs, input: &Value, now: i64) -> OpResult {
    let group = valid_group_name(required(input, "logGroupName")?, "logGroupName")?;
    let stream = valid_stream_name(required(input, "logStreamName")?, "logStreamName")?;
    logs.group(group)?
        .stream(stream)
        .ok_or_else(no_such_stream)?;
    let batch = batch(input.get("logEvents"))?;
    let old = batch.partition_point(|(at, _)| *at < now - OLDEST);
    let new = batch.partition_point(|(at, _)| *at <= now + NEWEST);
    let accepted = &batch[old..new];
    if let (Some(first), Some(last)) = (accepted.first(), accepted.last())
        && last.0 - first.0 > LONGEST
    {
        return Err(invalid(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
        ));
    }
    for (at, message) in accepted {
        logs.put(group, stream, *at, now, Message::Text((*message).into()));
    }
    let rejected = (accepted.len() < batch.len()).then(|| {
        map([
            (
                "tooNewLogEventStartIndex",
                (new < batch.len()).then_some(new as i64).into(),
            ),
            (
                "tooOldLogEventEndIndex",
                (old > 0).then_some(old as i64).into(),
            ),
        ])
    });
    Ok(map([
        (
            "nextSequenceToken",
            format!("{:056}", logs.last_put()).into(),
        ),
        ("rejectedLogEventsInfo", rejected.into()),
    ]))
}

/// The events of a batch that keeps every limit, in the order of time.
fn batch(events: &Value) -> Result<Vec<(i64, &str)>, ServiceError> {
    let events = events.items();
    if events.is_empty() || events.len() > MOST {
        return Err(invalid(format!(
            "1 validation error detected: Value at 'logEvents' failed to satisfy constraint: \
             Member must have length between 1 and {MOST}"
        )));
    }
    let mut batch = Vec::with_capacity(events.len());
    let mut bytes = 0;
    for event in events {
        let at = event.get("timestamp").as_i64().filter(|at| *at >= 0);
        let (Some(at), Some(message)) = (
            at,
            event
                .get("message")
                .as_str()
                .filter(|text| !text.is_empty()),
        ) else {
            return Err(invalid(
                "Every log event needs a timestamp of 0 or more and a message that is not empty.",
            ));
        };
        bytes += message.len() + OVERHEAD;
        batch.push((at, message));
    }
    if bytes > BATCH {
        return Err(invalid(format!(
            "Upload too large: {bytes} bytes exceeds limit of {BATCH}"
        )));
    }
    if batch.is_sorted_by_key(|(at, _)| *at) {
        Ok(batch)
    } else {
        Err(invalid(
            "Log events in a single PutLogEvents request must be in chronological order.",
        ))
    }
}
