//! From one shown line to the next: those that pass the filter, the lines around them, those that were searched for, the bookmarks.
//! It changes nothing.

use super::LogPane;
use super::store::{HIT, MARKED, PASSES, Place, Spot};

/// Which way to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To older lines, up.
    Older,
    /// To newer lines, down.
    Newer,
}

impl LogPane {
    /// Whether a line passes the filter, as far as it was looked at.
    pub fn passes(&self, spot: Spot) -> bool {
        let Some(block) = self.store.blocks.get(spot.block) else {
            return false;
        };
        self.in_force.is_all() || block.filter == self.epochs.filter && block.has(spot.line, PASSES)
    }

    /// Whether a line has what is searched for, as far as it was looked at.
    pub fn is_hit(&self, spot: Spot) -> bool {
        self.needle.is_some()
            && self.store.blocks.get(spot.block).is_some_and(|block| {
                block.search == self.epochs.search && block.has(spot.line, HIT)
            })
    }

    /// Whether a line is shown: it passes, or stands close to one that does.
    pub fn is_shown(&self, spot: Spot) -> bool {
        if spot >= self.store.end() {
            return false;
        }
        if self.passes(spot) {
            return true;
        }
        let near = |way: Way| {
            let mut at = spot;
            (0..self.context).any(|_| match self.neighbour(at, way) {
                Some(next) => {
                    at = next;
                    self.passes(next)
                }
                None => false,
            })
        };
        self.context > 0 && (near(Way::Older) || near(Way::Newer))
    }

    /// The newest line that is shown.
    pub fn newest(&self) -> Option<Spot> {
        self.shown_from(self.store.end(), Way::Older)
    }

    /// The next shown line.
    pub fn next_shown(&self, spot: Spot, way: Way) -> Option<Spot> {
        self.shown_from(spot, way)
    }

    /// The selected line: the one that the cursor is on, or the one nearest to it that is shown; the newest where there is no cursor.
    pub fn selected(&self) -> Option<Spot> {
        let Some(place) = self.cursor() else {
            return self.newest();
        };
        match self.store.spot(place) {
            Some(spot) if self.is_shown(spot) => Some(spot),
            Some(spot) => self
                .shown_from(spot, Way::Older)
                .or_else(|| self.shown_from(spot, Way::Newer)),
            // It left the ring, so the oldest line is nearest to it.
            None => self.first(),
        }
    }

    /// The oldest line that is shown.
    pub fn first(&self) -> Option<Spot> {
        let spot = Spot::default();
        if self.is_shown(spot) {
            return Some(spot);
        }
        self.shown_from(spot, Way::Newer)
    }

    /// The next line with what is searched for, among those that pass.
    pub fn next_hit(&self, from: Spot, way: Way) -> Option<Spot> {
        self.hop(
            from,
            way,
            |block| self.hits_in(block) > 0 && self.passed_in(block) > 0,
            |spot| self.is_hit(spot) && self.passes(spot),
        )
    }

    /// The next bookmark that is shown.
    pub fn next_marked(&self, from: Spot, way: Way) -> Option<Spot> {
        let marked = |spot: Spot| {
            self.store
                .blocks
                .get(spot.block)
                .is_some_and(|block| block.has(spot.line, MARKED))
        };
        self.hop(
            from,
            way,
            |block| self.store.blocks.get(block).is_some_and(|b| b.marked > 0),
            |spot| marked(spot) && self.is_shown(spot),
        )
    }

    /// Where the cursor is: nowhere while the newest line is followed.
    pub fn cursor(&self) -> Option<Place> {
        self.store.pins.first().copied().flatten()
    }

    /// Lines that pass, as far as they were looked at and are in view.
    pub fn passed(&self) -> usize {
        (0..self.store.end().block)
            .map(|block| self.passed_in(block))
            .sum()
    }

    /// Lines that have what is searched for, as far as they were looked at.
    pub fn hits(&self) -> usize {
        (0..self.store.end().block)
            .map(|block| self.hits_in(block))
            .sum()
    }

    pub(super) fn passed_in(&self, block: usize) -> usize {
        self.store.blocks.get(block).map_or(0, |block| {
            if self.in_force.is_all() {
                block.len()
            } else if block.filter == self.epochs.filter {
                block.passed
            } else {
                0
            }
        })
    }

    pub(super) fn hits_in(&self, block: usize) -> usize {
        self.store.blocks.get(block).map_or(0, |block| {
            if self.needle.is_some() && block.search == self.epochs.search {
                block.hits
            } else {
                0
            }
        })
    }

    /// The next line in the ring, in view.
    pub(super) fn neighbour(&self, spot: Spot, way: Way) -> Option<Spot> {
        match way {
            Way::Older => self.store.before(spot),
            Way::Newer => self
                .store
                .behind(spot)
                .filter(|next| *next < self.store.end()),
        }
    }

    fn shown_from(&self, spot: Spot, way: Way) -> Option<Spot> {
        let next = self.neighbour(spot, way)?;
        if self.is_shown(next) {
            return Some(next);
        }
        let passing = self.hop(
            next,
            way,
            |block| self.passed_in(block) > 0,
            |spot| self.passes(spot),
        )?;
        // The lines around it come before it.
        let back = match way {
            Way::Older => Way::Newer,
            Way::Newer => Way::Older,
        };
        let mut found = passing;
        for _ in 0..self.context {
            match self.neighbour(found, back) {
                Some(near) if near != next => found = near,
                _ => break,
            }
        }
        Some(found)
    }

    /// The next line that is wanted; blocks without one are passed over.
    fn hop(
        &self,
        from: Spot,
        way: Way,
        in_block: impl Fn(usize) -> bool,
        wanted: impl Fn(Spot) -> bool,
    ) -> Option<Spot> {
        let end = self.store.end().block;
        let within = |block: usize, lines: std::ops::Range<usize>| {
            let spots = lines.map(move |line| Spot { block, line });
            let mut spots = spots.filter(|spot| wanted(*spot));
            match way {
                Way::Older => spots.next_back(),
                Way::Newer => spots.next(),
            }
        };
        let len = |block: usize| {
            let block = self.store.blocks.get(block);
            block.map_or(0, super::store::Block::len)
        };
        let here = match way {
            Way::Older => 0..from.line.min(len(from.block)),
            Way::Newer => from.line + 1..len(from.block),
        };
        if from.block < end
            && in_block(from.block)
            && let Some(found) = within(from.block, here)
        {
            return Some(found);
        }
        let whole = |block: &usize| in_block(*block);
        match way {
            Way::Older => (0..from.block.min(end))
                .rev()
                .filter(whole)
                .find_map(|block| within(block, 0..len(block))),
            Way::Newer => (from.block + 1..end)
                .filter(whole)
                .find_map(|block| within(block, 0..len(block))),
        }
    }
}
