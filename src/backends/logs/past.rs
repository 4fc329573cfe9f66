//! Which events were handed on longer ago than the overlap reaches: one small number each, by the minute of the event.
//! It answers only whether one was there; it orders nothing and fetches nothing.

use std::collections::{BTreeMap, HashSet};

use crate::domain::Timestamp;

/// How long one slice is, in milliseconds.
const SLICE: i64 = 60_000;
/// Events that are remembered at most; beyond it, the oldest slices go. So many the second look reads again, no more: a
/// busy group is looked at less far back.
const MOST: usize = 10_000;

/// The memory of one group's older events.
#[derive(Debug, Default)]
pub(super) struct Past {
    slices: BTreeMap<i64, HashSet<u64>>,
    count: usize,
    known_from: Option<Timestamp>,
}

impl Past {
    /// Takes note of an event of this time.
    pub(super) fn add(&mut self, at: Timestamp, key: u64) {
        if self.known_from.is_some_and(|from| at < from) {
            return;
        }
        let slice = self.slices.entry(slice(at)).or_default();
        self.count += usize::from(slice.insert(key));
        while self.count > MOST && self.slices.len() > 1 {
            self.drop_oldest();
        }
    }

    /// Whether it took note of this event.
    pub(super) fn holds(&self, at: Timestamp, key: u64) -> bool {
        self.slices
            .get(&slice(at))
            .is_some_and(|slice| slice.contains(&key))
    }

    /// Forgets whole slices from before this time.
    pub(super) fn forget_before(&mut self, time: Timestamp) {
        while self
            .slices
            .first_key_value()
            .is_some_and(|(first, _)| first + SLICE <= time.as_millis())
        {
            self.drop_oldest();
        }
    }

    /// From when on nothing was forgotten; nothing while it never forgot.
    pub(super) fn known_from(&self) -> Option<Timestamp> {
        self.known_from
    }

    fn drop_oldest(&mut self) {
        if let Some((first, slice)) = self.slices.pop_first() {
            self.count -= slice.len();
            let from = Timestamp::from_millis(first + SLICE);
            self.known_from = self.known_from.max(Some(from));
        }
    }
}

fn slice(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(SLICE) * SLICE
}
