//! Which events of a group have been handed on already: by id for polled ones, by content for live ones, which have no id.
//! It orders nothing and fetches nothing.

use std::collections::HashMap;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::hash::{Hash, Hasher};

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

    /// Forgets events from before this time, which are never read again.
    pub(super) fn forget_before(&mut self, time: Timestamp) {
        self.ids.retain(|_, at| *at >= time);
        self.contents.retain(|_, tally| tally.at >= time);
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

fn key(parts: &[&str], at: Timestamp) -> Key {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, parts, at).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    (half(0) << 64) | half(1)
}
