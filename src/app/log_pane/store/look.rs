//! Looking around in the ring: neighbours, bookmarks, lines between two times. It lets nothing in or out.

use crate::domain::Timestamp;

use super::block::{Block, MARKED};
use super::{Spot, Store};

impl Store {
    /// Marks a line, or takes the mark away.
    pub fn set_marked(&mut self, spot: Spot, on: bool) {
        if let Some(block) = self.blocks.get_mut(spot.block)
            && block.set(spot.line, MARKED, on)
        {
            block.marked = if on {
                block.marked + 1
            } else {
                block.marked.saturating_sub(1)
            };
        }
    }

    /// Bookmarked lines.
    pub fn marked(&self) -> usize {
        self.blocks.iter().map(|block| block.marked).sum()
    }

    /// The spot before.
    pub fn before(&self, spot: Spot) -> Option<Spot> {
        if spot.line > 0 {
            return Some(Spot {
                line: spot.line - 1,
                ..spot
            });
        }
        (0..spot.block.min(self.blocks.len()))
            .rev()
            .find_map(|block| {
                let len = self.blocks.get(block)?.len();
                Some(Spot {
                    block,
                    line: len.checked_sub(1)?,
                })
            })
    }

    /// The spot behind.
    pub fn behind(&self, spot: Spot) -> Option<Spot> {
        let len = self.blocks.get(spot.block)?.len();
        if spot.line + 1 < len {
            return Some(Spot {
                line: spot.line + 1,
                ..spot
            });
        }
        let rest = spot.block + 1..self.blocks.len();
        rest.into_iter()
            .find(|block| self.blocks.get(*block).is_some_and(|b| b.len() > 0))
            .map(|block| Spot { block, line: 0 })
    }

    /// Lines with a time from `from` on and before `to`.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> usize {
        let just = |at: Timestamp| Timestamp::from_millis(at.as_millis().saturating_sub(1));
        self.blocks
            .iter()
            .rev()
            .filter(|block| block.last_at() >= from && block.first_at() < to)
            .map(|block| {
                block
                    .up_to(just(to))
                    .saturating_sub(block.up_to(just(from)))
            })
            .sum()
    }

    /// The first line with this time or a later one.
    pub fn from_time(&self, at: Timestamp) -> Option<Spot> {
        let before = Timestamp::from_millis(at.as_millis().saturating_sub(1));
        let (block, found) = self
            .blocks
            .iter()
            .enumerate()
            .find(|(_, block)| block.len() > 0 && block.last_at() >= at)?;
        Some(Spot {
            block,
            line: found.up_to(before),
        })
    }

    /// The oldest line's time.
    pub fn first_at(&self) -> Option<Timestamp> {
        self.blocks.front().map(Block::first_at)
    }
}
