//! The whole of what is shown in a few rows: where the visible part is, where the matches are and the bookmarks. It draws nothing.

use super::LogPane;
use super::store::{MARKED, Spot};

/// Blocks up to which every line has its own place; beyond, a block has one.
const FINE: usize = 64;

/// One row of the overview.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    /// Whether a part of it is visible.
    pub visible: bool,
    /// Whether a line with what is searched for lies in it.
    pub hit: bool,
    /// Whether a bookmark lies in it.
    pub marked: bool,
}

impl LogPane {
    /// So many rows, the oldest first; `visible` are the first and the last line on the screen.
    pub fn overview(&self, rows: usize, visible: (Spot, Spot)) -> Vec<Stretch> {
        let mut stretches = vec![Stretch::default(); rows];
        let end = self.store.end().block;
        let total: usize = (0..end).map(|block| self.passed_in(block)).sum();
        if total == 0 || rows == 0 {
            return stretches;
        }
        let fine = end <= FINE;
        let mut before = 0;
        for (index, block) in self.store.blocks.iter().enumerate().take(end) {
            let weight = self.passed_in(index);
            let row = |line: usize| {
                let within = line * weight / block.len().max(1);
                ((before + within) * rows / total).min(rows - 1)
            };
            for line in [visible.0, visible.1] {
                if line.block == index
                    && let Some(stretch) = stretches.get_mut(row(line.line))
                {
                    stretch.visible = true;
                }
            }
            let (hits, marks) = (self.hits_in(index) > 0, block.marked > 0);
            if hits || marks {
                let step = if fine { 1 } else { block.len().max(1) };
                for line in (0..block.len()).step_by(step) {
                    let spot = Spot { block: index, line };
                    let hit = hits && (!fine || self.is_hit(spot) && self.passes(spot));
                    let marked = marks && (!fine || block.has(line, MARKED));
                    if let Some(stretch) = stretches.get_mut(row(line)) {
                        stretch.hit |= hit && weight > 0;
                        stretch.marked |= marked;
                    }
                }
            }
            before += weight;
        }
        let seen = |s: &Stretch| s.visible;
        let (from, to) = (
            stretches.iter().position(seen),
            stretches.iter().rposition(seen),
        );
        if let (Some(from), Some(to)) = (from, to) {
            for stretch in stretches.iter_mut().take(to + 1).skip(from) {
                stretch.visible = true;
            }
        }
        stretches
    }
}
