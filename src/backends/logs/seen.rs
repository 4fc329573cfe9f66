//! Which events of a group have been handed on already: by id for polled ones, by content for live ones, which have no id.
//! It orders nothing and fetches nothing.

use std::collections::HashMap;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::hash::{Hash, Hasher};
use std::time::Duration;

use super::past::Past;
use crate::domain::Timestamp;
use crate::domain::log::LogEvent;

/// Events that are remembered at most; beyond it, the older half is forgotten.
const SEEN_MAX: usize = 100_000;

type Key = u128;

/// The memory of one group.
#[derive(Debug, Default)]
pub(super) struct Seen {
    ids: HashMap<Key, Timestamp>,
    contents: HashMap<Key, Tally>,
    past: Past,
}

/// How often one content (stream, time, text) came each way without having come the other way.
#[derive(Clone, Copy, Debug)]
struct Tally {
    at: Timestamp,
    polled: u32,
    live: u32,
    live_ever: u32,
}

impl Seen {
    /// Takes note of a polled event; answers whether it is new.
    pub(super) fn polled(&mut self, event: &LogEvent) -> bool {
        match self.ids.entry(key(&[&event.id], event.at)) {
            Entry::Occupied(_) => return false,
            Entry::Vacant(free) => {
                free.insert(event.at);
            }
        }
        let tally = self.tally(event);
        if tally.live > 0 {
            tally.live -= 1;
            return false;
        }
        tally.polled += 1;
        true
    }

    /// Takes note of a live event and gives it an id; answers whether it is new.
    pub(super) fn live(&mut self, event: &mut LogEvent) -> bool {
        let content = content(event);
        let tally = self.tally(event);
        event.id = format!("live-{content:032x}-{}", tally.live_ever);
        tally.live_ever += 1;
        if tally.polled > 0 {
            tally.polled -= 1;
            return false;
        }
        tally.live += 1;
        true
    }

    /// Takes note of an event that the second look brought; answers whether it was never handed on.
    ///
    /// One that a live update brought has another id there: what it says must do.
    pub(super) fn swept(&mut self, event: &LogEvent) -> bool {
        let id = key(&[&event.id], event.at);
        let content = content(event);
        let known = self.ids.contains_key(&id)
            || self
                .contents
                .get(&content)
                .is_some_and(|tally| tally.live > 0)
            || self.past.holds(event.at, short(id))
            || self.past.holds(event.at, short(content));
        if !known {
            self.past.add(event.at, short(id));
        }
        !known
    }

    /// Forgets what events from before this time said, which only the second look reads again; and all about those from
    /// `depth` before it.
    pub(super) fn forget_before(&mut self, time: Timestamp, depth: Duration) {
        let past = &mut self.past;
        self.ids.retain(|id, at| {
            let kept = *at >= time;
            if !kept {
                past.add(*at, short(*id));
            }
            kept
        });
        self.contents.retain(|content, tally| {
            let kept = tally.at >= time;
            if !kept && tally.live > 0 {
                past.add(tally.at, short(*content));
            }
            kept
        });
        past.forget_before(time - depth);
    }

    /// From when on every event that was handed on is known; nothing while none was forgotten.
    pub(super) fn known_from(&self) -> Option<Timestamp> {
        self.past.known_from()
    }

    /// When too much is remembered: the time before which to forget, so that the newer half stays.
    pub(super) fn too_much(&self) -> Option<Timestamp> {
        if self.contents.len() <= SEEN_MAX && self.ids.len() <= SEEN_MAX {
            return None;
        }
        let mut times: Vec<_> = self.contents.values().map(|tally| tally.at).collect();
        let middle = times.len() / 2;
        (middle < times.len()).then(|| *times.select_nth_unstable(middle).1)
    }

    /// How many contents are remembered.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.contents.len()
    }

    fn tally(&mut self, event: &LogEvent) -> &mut Tally {
        self.contents.entry(content(event)).or_insert(Tally {
            at: event.at,
            polled: 0,
            live: 0,
            live_ever: 0,
        })
    }
}

/// A name for what an event says, for events without an id.
pub(super) fn content(event: &LogEvent) -> u128 {
    key(&[&event.stream, &event.message], event.at)
}

/// Half of a key: enough to tell some hundred thousand events apart.
fn short(key: Key) -> u64 {
    key as u64
}

fn key(parts: &[&str], at: Timestamp) -> Key {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, parts, at).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    (half(0) << 64) | half(1)
}
