//! Looking through the ring piece by piece, the newest first: what passes the filter, what has the searched text, what the cohort is now.
//! A step is bounded by lines and bytes, so that no key ever waits for a large ring.

use crate::domain::Timestamp;
use crate::domain::cohort::Cohort;
use crate::domain::log::Level;

use super::LogPane;
use super::store::{HIT, PASSES, Spot};

/// Lines that one step looks at.
const STEP_LINES: usize = 8 * 1024;
/// Bytes of text that one step looks at.
const STEP_BYTES: usize = 2 << 20;

/// A line whose cohort became known.
#[derive(Clone, Debug, PartialEq)]
pub struct Tagged {
    /// Its time.
    pub at: Timestamp,
    /// The cohort.
    pub cohort: Cohort,
    /// Its session.
    pub session: String,
    /// Its level.
    pub level: Option<Level>,
}

impl LogPane {
    /// Looks through the next piece; `cohort` tells which cohort a session was of at a time. Answers the lines whose cohort became
    /// known. Nothing is left to do when [`LogPane::is_behind`] says no.
    pub fn look_through(
        &mut self,
        cohort: impl Fn(&str, Timestamp) -> Option<Cohort>,
    ) -> Vec<Tagged> {
        let mut tagged = Vec::new();
        let (mut lines, mut bytes) = (0, 0);
        for index in (0..self.store.blocks.len()).rev() {
            if lines >= STEP_LINES || bytes >= STEP_BYTES {
                break;
            }
            if !self.is_stale(index) {
                continue;
            }
            if let Some(block) = self.store.blocks.get(index) {
                lines += block.len();
                bytes += block.text_len();
            }
            self.tag(index, &cohort, &mut tagged);
            self.sift(index);
            self.find(index);
        }
        tagged
    }

    /// Whether a part of the ring was not looked through since filter, search or history changed.
    pub fn is_behind(&self) -> bool {
        (0..self.store.blocks.len()).any(|index| self.is_stale(index))
    }

    /// The share of the ring that was looked through, from 0 to 1.
    pub fn progress(&self) -> f64 {
        let blocks = self.store.blocks.len();
        let done = (0..blocks).filter(|index| !self.is_stale(*index)).count();
        if blocks == 0 {
            1.0
        } else {
            done as f64 / blocks as f64
        }
    }

    fn is_stale(&self, index: usize) -> bool {
        self.store.blocks.get(index).is_some_and(|block| {
            block.tagged != self.epochs.history
                || !self.in_force.is_all() && block.filter != self.epochs.filter
                || self.needle.is_some() && block.search != self.epochs.search
        })
    }

    /// A line came: it goes through everything that its block went through.
    pub(super) fn look_at(&mut self, spot: Spot) {
        let (filter, search, history) =
            (self.epochs.filter, self.epochs.search, self.epochs.history);
        let Some(block) = self.store.blocks.get_mut(spot.block) else {
            return;
        };
        if block.len() == 1 {
            (block.filter, block.search, block.tagged) = (filter, search, history);
        }
        let (sifted, searched) = (block.filter == filter, block.search == search);
        let Some(block) = self.store.blocks.get(spot.block) else {
            return;
        };
        let Some(line) = block.line(spot.line) else {
            return;
        };
        let passes = sifted
            && !self.in_force.is_all()
            && self.in_force.passes(&line, self.store.lower_groups());
        let hit = searched
            && self
                .needle
                .as_ref()
                .is_some_and(|needle| needle.is_match(line.message));
        let (at, level) = (line.at, line.level);
        let Some(block) = self.store.blocks.get_mut(spot.block) else {
            return;
        };
        if passes {
            block.set(spot.line, PASSES, true);
            block.passed += 1;
            block.bin_passing(at, level);
        }
        if hit {
            block.set(spot.line, HIT, true);
            block.hits += 1;
        }
    }

    fn tag(
        &mut self,
        index: usize,
        cohort: &impl Fn(&str, Timestamp) -> Option<Cohort>,
        tagged: &mut Vec<Tagged>,
    ) {
        let asks = self.in_force.asks_cohort();
        let Some(block) = self.store.blocks.get_mut(index) else {
            return;
        };
        if block.tagged == self.epochs.history {
            return;
        }
        block.tagged = self.epochs.history;
        for place in 0..block.len() {
            let found = block.line(place).and_then(|line| {
                let session = line.session.filter(|_| line.cohort.is_none())?;
                Some(Tagged {
                    at: line.at,
                    cohort: cohort(session, line.at)?,
                    session: session.to_owned(),
                    level: line.level,
                })
            });
            if let Some(found) = found {
                block.set_cohort(place, found.cohort);
                tagged.push(found);
                if asks {
                    block.filter = 0;
                }
            }
        }
    }

    fn sift(&mut self, index: usize) {
        let (filter, groups) = (&self.in_force, self.store.lower_groups().to_vec());
        let Some(block) = self.store.blocks.get_mut(index) else {
            return;
        };
        if filter.is_all() || block.filter == self.epochs.filter {
            return;
        }
        block.filter = self.epochs.filter;
        block.passed = 0;
        block.passing.clear();
        for place in 0..block.len() {
            let (passes, at, level) = match block.line(place) {
                Some(line) => (filter.passes(&line, &groups), line.at, line.level),
                None => continue,
            };
            block.set(place, PASSES, passes);
            if passes {
                block.passed += 1;
                block.bin_passing(at, level);
            }
        }
    }

    fn find(&mut self, index: usize) {
        let Some(needle) = &self.needle else {
            return;
        };
        let Some(block) = self.store.blocks.get_mut(index) else {
            return;
        };
        if block.search == self.epochs.search {
            return;
        }
        block.search = self.epochs.search;
        block.hits = 0;
        for place in 0..block.len() {
            let hit = block
                .line(place)
                .is_some_and(|line| needle.is_match(line.message));
            block.set(place, HIT, hit);
            block.hits += usize::from(hit);
        }
    }
}
