//! StartLiveTail: a session that follows groups and sends what arrived, an update every second of real time.
//! It serves no HTTP: the caller streams the frames that come out of the channel.

use super::filter::Pattern;
use super::group::{Event, Group, Key};
use super::request::{invalid, name_in_arn, stream_names};
use super::store::Logs;
use crate::sim::aws::{ACCOUNT, ServiceError};
use crate::sim::server::Shared;
use crate::sim::wire::{Value, event_stream};
use bytes::Bytes;
use serde_json::json;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval};

#[cfg(test)]
mod tests;

/// Events in one update; beyond them the session samples.
const MOST_EVENTS: usize = 500;
/// Updates that wait for a slow reader before the oldest is dropped.
const MOST_WAITING: usize = 10;
/// How long a session lives, in simulated milliseconds.
const LONGEST: i64 = 3 * 3_600_000;
/// The real time between two updates.
const PERIOD: Duration = Duration::from_secs(1);

/// Starts a session. The channel yields whole event-stream frames, `initial-response` and `sessionStart` first,
/// and closes after the session's end; dropping the receiver ends the session.
///
/// Fails with `InvalidParameterException` or `ResourceNotFoundException` before anything is streamed.
pub fn start(shared: &Shared, input: &Value) -> Result<mpsc::Receiver<Bytes>, ServiceError> {
    let (session, first) = shared.with(|aws, now| Session::open(&aws.logs, input, now))?;
    let (sender, receiver) = mpsc::channel(1);
    let shared = shared.clone();
    let mut session = session;
    let read = move || shared.with(|aws, now| session.update(&aws.logs, now));
    tokio::spawn(follow(first, read, sender, PERIOD));
    Ok(receiver)
}

/// What a session sends next.
#[derive(Debug, PartialEq)]
enum Step {
    Update(Bytes),
    End(Bytes),
}

/// Sends `first`, then what `read` answers once a `period`, until it ends or the reader is gone.
async fn follow(
    first: Bytes,
    mut read: impl FnMut() -> Step,
    sender: mpsc::Sender<Bytes>,
    period: Duration,
) {
    let mut waiting = VecDeque::from([first]);
    let mut ended = false;
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.reset();
    while !(ended && waiting.is_empty()) {
        tokio::select! {
            permit = sender.reserve(), if !waiting.is_empty() => match (permit, waiting.pop_front()) {
                (Ok(permit), Some(frame)) => permit.send(frame),
                _ => return,
            },
            () = sender.closed() => return,
            _ = ticks.tick(), if !ended => match read() {
                Step::Update(frame) => {
                    waiting.push_back(frame);
                    if waiting.len() > MOST_WAITING {
                        waiting.pop_front();
                    }
                }
                Step::End(frame) => {
                    waiting.push_back(frame);
                    ended = true;
                }
            },
        }
    }
}

/// What a session follows, and how far it has come.
#[derive(Debug)]
struct Session {
    groups: Vec<String>,
    streams: Option<Vec<String>>,
    prefixes: Option<Vec<String>>,
    pattern: Pattern,
    /// The number of the last event that was looked at.
    seen: u64,
    /// Events that were put but arrive later, by the index of their group.
    pending: Vec<(usize, Key)>,
    ends: i64,
}

impl Session {
    /// Reads the request; answers the session and its first frames.
    fn open(logs: &Logs, input: &Value, now: i64) -> Result<(Self, Bytes), ServiceError> {
        let groups = groups(logs, input)?;
        let owned = |names: Option<Vec<&str>>| {
            names.map(|names| names.into_iter().map(str::to_owned).collect::<Vec<_>>())
        };
        let streams = owned(stream_names(input, "logStreamNames")?);
        let prefixes = owned(stream_names(input, "logStreamNamePrefixes")?);
        if streams.is_some() && prefixes.is_some() {
            return Err(invalid(
                "Only one of logStreamNames and logStreamNamePrefixes can be specified.",
            ));
        }
        if groups.len() > 1 && (streams.is_some() || prefixes.is_some()) {
            return Err(invalid(
                "Log stream names or prefixes can be specified only with a single log group.",
            ));
        }
        let written = input
            .get("logEventFilterPattern")
            .as_str()
            .unwrap_or_default();
        let identifiers: Vec<&str> = input
            .get("logGroupIdentifiers")
            .items()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let start = json!({
            "requestId": uuid(),
            "sessionId": uuid(),
            "logGroupIdentifiers": identifiers,
            "logStreamNames": streams.as_deref().unwrap_or_default(),
            "logStreamNamePrefixes": prefixes.as_deref().unwrap_or_default(),
            "logEventFilterPattern": written,
        });
        let frames = [
            event_stream::initial_response(),
            event_stream::event("sessionStart", &start.to_string()),
        ]
        .concat();
        let pattern = Pattern::parse(written)?;
        let pending = not_yet_arrived(logs, &groups, now);
        let session = Self {
            groups,
            streams,
            prefixes,
            pattern,
            seen: logs.last_put(),
            pending,
            ends: now.saturating_add(LONGEST),
        };
        Ok((session, frames.into()))
    }

    /// The update of this moment: what arrived since the last one, sampled when it is too much.
    fn update(&mut self, logs: &Logs, now: i64) -> Step {
        if now >= self.ends {
            let why = json!({ "message": "Live Tail session timed out." }).to_string();
            return Step::End(event_stream::exception("SessionTimeoutException", &why));
        }
        let mut forgotten = false;
        for (index, name) in self.groups.iter().enumerate() {
            if let Ok(group) = logs.group(name) {
                let (arrived, lost) = group.arrived_after(self.seen);
                self.pending.extend(arrived.map(|key| (index, key)));
                forgotten |= lost;
            }
        }
        self.seen = logs.last_put();
        let mut arrived = Vec::new();
        self.pending.retain(|(index, key)| {
            let due = key.ingested <= now;
            if due {
                arrived.push((*index, *key));
            }
            !due
        });
        arrived.sort_by_key(|(_, key)| (key.ingested, key.seq));
        let matching = arrived
            .into_iter()
            .filter_map(|(index, key)| self.shown(logs, index, key))
            .collect::<Vec<_>>();
        let sampled = forgotten || matching.len() > MOST_EVENTS;
        let update = json!({ "sessionMetadata": { "sampled": sampled }, "sessionResults": sample(matching, MOST_EVENTS) });
        Step::Update(event_stream::event("sessionUpdate", &update.to_string()))
    }

    /// The event as an update shows it, if the session asks for it.
    fn shown(&self, logs: &Logs, index: usize, key: Key) -> Option<serde_json::Value> {
        let name = self.groups.get(index)?;
        let group = logs.group(name).ok()?;
        let event = group.event(key)?;
        let stream = self.stream(group, event)?;
        let text = event.message.text();
        self.pattern.matches(&text).then(|| {
            json!({
                "logStreamName": stream,
                "logGroupIdentifier": format!("{ACCOUNT}:{name}"),
                "message": text,
                "timestamp": key.at,
                "ingestionTime": key.ingested,
            })
        })
    }

    /// The stream of an event, if the session follows it.
    fn stream<'g>(&self, group: &'g Group, event: &Event) -> Option<&'g str> {
        let name = group.stream_name(event.stream);
        let named = self
            .streams
            .as_ref()
            .is_none_or(|names| names.iter().any(|wanted| wanted == name));
        let prefixed = self
            .prefixes
            .as_ref()
            .is_none_or(|all| all.iter().any(|prefix| name.starts_with(prefix)));
        (named && prefixed).then_some(name)
    }
}

/// Events that are already stored and whose arrival lies ahead.
fn not_yet_arrived(logs: &Logs, groups: &[String], now: i64) -> Vec<(usize, Key)> {
    let of = |(index, name): (usize, &String)| {
        let arrived = logs
            .group(name)
            .ok()
            .map(|group| group.arrived_after(0).0)
            .into_iter()
            .flatten();
        arrived
            .filter(|key| key.ingested > now)
            .map(move |key| (index, key))
            .collect::<Vec<_>>()
    };
    groups.iter().enumerate().flat_map(of).collect()
}

/// The names of the groups that the request gives by ARN.
fn groups(logs: &Logs, input: &Value) -> Result<Vec<String>, ServiceError> {
    let identifiers = input.get("logGroupIdentifiers").items();
    if identifiers.is_empty() || identifiers.len() > 10 {
        return Err(invalid(
            "1 validation error detected: Value at 'logGroupIdentifiers' failed to satisfy constraint: \
             Member must have length between 1 and 10",
        ));
    }
    let mut names = Vec::new();
    for identifier in identifiers {
        let arn = identifier.as_str().unwrap_or_default();
        if !arn.starts_with("arn:") {
            return Err(invalid(format!(
                "Invalid log group identifier '{arn}': specify the log group by its ARN."
            )));
        }
        let name = name_in_arn(arn).unwrap_or_default();
        logs.group(name)?;
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

/// At most `most` of the items, spread evenly over all of them, in their order.
fn sample<T>(items: Vec<T>, most: usize) -> Vec<T> {
    let count = items.len();
    if count <= most {
        return items;
    }
    let chosen = |index: usize| (index + 1) * most / count > index * most / count;
    items
        .into_iter()
        .enumerate()
        .filter(|(index, _)| chosen(*index))
        .map(|(_, item)| item)
        .collect()
}

fn uuid() -> String {
    let digits = format!("{:032x}", fastrand::u128(..));
    format!(
        "{}-{}-{}-{}-{}",
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..]
    )
}
