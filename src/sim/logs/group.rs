//! One log group: its streams, and its events in the order of time, bounded in memory.
//! Patterns, pages and tokens are not known here.

use super::store::Message;
use std::collections::{BTreeMap, VecDeque};

/// Events that a group keeps.
const MOST_EVENTS: usize = 400_000;
/// Bytes of put text that a group keeps.
const MOST_BYTES: usize = 64 << 20;
/// Arrivals that a group remembers for those who follow it live.
const MOST_ARRIVALS: usize = 100_000;
/// What the service bills for an event besides its message, in bytes.
pub(super) const OVERHEAD: usize = 26;

/// An event's place and identity: event time, then arrival, then the order of putting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) at: i64,
    pub(super) ingested: i64,
    pub(super) seq: u64,
}

/// Lifts event times so that every id has nineteen digits in front.
const ID_BASE: i64 = 3_600_000_000_000_000_000;

impl Key {
    /// The first place at a time.
    pub(super) fn start_of(at: i64) -> Self {
        Self {
            at,
            ingested: 0,
            seq: 0,
        }
    }

    /// The place just behind this one.
    pub(super) fn next(self) -> Self {
        Self {
            seq: self.seq + 1,
            ..self
        }
    }

    /// The 56 digits that name the event; their order is the order of events.
    pub(super) fn id(self) -> String {
        format!(
            "{:019}{:017}{:020}",
            ID_BASE.saturating_add(self.at.max(0)),
            self.ingested.max(0),
            self.seq
        )
    }

    /// Reads an id back.
    pub(super) fn from_id(id: &str) -> Option<Self> {
        if id.len() != 56 || !id.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let at = id[..19]
            .parse::<i64>()
            .ok()?
            .checked_sub(ID_BASE)
            .filter(|at| *at >= 0)?;
        Some(Self {
            at,
            ingested: id[19..36].parse().ok()?,
            seq: id[36..].parse().ok()?,
        })
    }
}

/// One event of a group.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) key: Key,
    pub(super) stream: u32,
    pub(super) message: Message,
}

/// One stream of a group; times are milliseconds, absent while it is empty.
#[derive(Debug)]
pub(super) struct Stream {
    pub(super) name: String,
    pub(super) created: i64,
    pub(super) first: Option<i64>,
    pub(super) last: Option<i64>,
    pub(super) last_ingested: Option<i64>,
}

/// One log group.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) created: i64,
    pub(super) class: &'static str,
    streams: Vec<Stream>,
    by_name: BTreeMap<String, u32>,
    events: VecDeque<Event>,
    arrivals: VecDeque<Key>,
    bytes: usize,
}

impl Group {
    pub(super) fn new(created: i64, class: &'static str) -> Self {
        Self {
            created,
            class,
            streams: Vec::new(),
            by_name: BTreeMap::new(),
            events: VecDeque::new(),
            arrivals: VecDeque::new(),
            bytes: 0,
        }
    }

    /// Adds an event, creating the stream when it is absent.
    pub(super) fn put(&mut self, stream: &str, at: i64, ingested: i64, seq: u64, message: Message) {
        let stream = self.open(stream, ingested);
        if let Some(stream) = self.streams.get_mut(stream as usize) {
            stream.first = Some(stream.first.map_or(at, |first| first.min(at)));
            stream.last = Some(stream.last.map_or(at, |last| last.max(at)));
            stream.last_ingested = Some(
                stream
                    .last_ingested
                    .map_or(ingested, |last| last.max(ingested)),
            );
        }
        let key = Key { at, ingested, seq };
        self.bytes += message.heap();
        let place = self.lower_bound(key);
        self.events.insert(
            place,
            Event {
                key,
                stream,
                message,
            },
        );
        self.arrivals.push_back(key);
        self.trim();
    }

    fn trim(&mut self) {
        while self.events.len() > MOST_EVENTS || (self.bytes > MOST_BYTES && self.events.len() > 1)
        {
            let gone = self.events.pop_front();
            self.bytes -= gone.map_or(0, |event| event.message.heap());
        }
        while self.arrivals.len() > MOST_ARRIVALS {
            self.arrivals.pop_front();
        }
    }

    /// The stream of this name, created at `now` when it is absent.
    pub(super) fn open(&mut self, name: &str, now: i64) -> u32 {
        if let Some(index) = self.by_name.get(name) {
            return *index;
        }
        let index = self.streams.len() as u32;
        self.streams.push(Stream {
            name: name.to_owned(),
            created: now,
            first: None,
            last: None,
            last_ingested: None,
        });
        self.by_name.insert(name.to_owned(), index);
        index
    }

    /// The number of a stream.
    pub(super) fn stream(&self, name: &str) -> Option<u32> {
        self.by_name.get(name).copied()
    }

    /// The name of a stream by its number.
    pub(super) fn stream_name(&self, index: u32) -> &str {
        self.streams
            .get(index as usize)
            .map_or("", |stream| &stream.name)
    }

    /// Streams in the order of their names.
    pub(super) fn streams(&self) -> impl Iterator<Item = &Stream> {
        self.by_name
            .values()
            .filter_map(|index| self.streams.get(*index as usize))
    }

    /// How many events lie before `key`.
    pub(super) fn lower_bound(&self, key: Key) -> usize {
        self.events.partition_point(|event| event.key < key)
    }

    /// The events at these places, in the order of time.
    pub(super) fn range(
        &self,
        places: std::ops::Range<usize>,
    ) -> impl DoubleEndedIterator<Item = &Event> {
        self.events.range(places.start.min(places.end)..places.end)
    }

    /// How many events the group holds.
    pub(super) fn len(&self) -> usize {
        self.events.len()
    }

    /// The event at exactly this place in time.
    pub(super) fn event(&self, key: Key) -> Option<&Event> {
        self.events
            .get(self.lower_bound(key))
            .filter(|event| event.key == key)
    }

    /// What was put after event number `seq`, in the order of putting; and whether some of it is no longer remembered.
    pub(super) fn arrived_after(&self, seq: u64) -> (impl Iterator<Item = Key>, bool) {
        let start = self.arrivals.partition_point(|key| key.seq <= seq);
        let forgotten = start == 0 && self.arrivals.len() == MOST_ARRIVALS;
        (self.arrivals.range(start..).copied(), forgotten)
    }

    /// Bytes stored: put text exactly, lines of the world by the mean of a few of them.
    pub(super) fn stored_bytes(&self) -> usize {
        let world = |event: &&Event| matches!(event.message, Message::World(_));
        let step = (self.events.len() / 32).max(1);
        let sizes: Vec<usize> = self
            .events
            .iter()
            .step_by(step)
            .filter(world)
            .map(|event| event.message.text().len())
            .collect();
        let mean = sizes
            .iter()
            .sum::<usize>()
            .checked_div(sizes.len())
            .unwrap_or(0);
        let lines = if sizes.is_empty() {
            0
        } else {
            self.events.iter().filter(world).count()
        };
        self.bytes + lines * mean + self.events.len() * OVERHEAD
    }
}
