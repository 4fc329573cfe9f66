//! How many lines came when: the shown lines counted into bars of one width, by severity. It draws nothing.

use std::time::Duration;

use crate::domain::Timestamp;

use super::LogPane;
use super::store::Bin;

/// Widths that a bar may have, in seconds.
const WIDTHS: [i64; 13] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 900, 1800, 3600, 7200];

/// Lines by time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rate {
    /// The width of a bar.
    pub width: Duration,
    /// The bars, oldest first; `second` is the start of each.
    pub bars: Vec<Bin>,
}

impl Rate {
    /// The bar that an instant lies in.
    pub fn bar_of(&self, at: Timestamp) -> Option<usize> {
        let first = self.bars.first()?.second;
        let width = i64::try_from(self.width.as_secs())
            .unwrap_or(i64::MAX)
            .max(1);
        let bar = (at.as_millis().div_euclid(1000) - first).div_euclid(width);
        usize::try_from(bar)
            .ok()
            .filter(|bar| *bar < self.bars.len())
    }

    /// The bar that stands out: the one with the most errors, else with the most warnings, else the highest. Nothing where there are
    /// no lines.
    pub fn burst(&self) -> Option<Timestamp> {
        let most = self
            .bars
            .iter()
            .max_by_key(|bar| (bar.errors, bar.warnings, bar.others))?;
        let lines = most.errors + most.warnings + most.others;
        (lines > 0).then(|| Timestamp::from_millis(most.second.saturating_mul(1000)))
    }
}

impl LogPane {
    /// The shown lines in at most so many bars, up to the newest line in view.
    pub fn rate(&self, bars: usize) -> Rate {
        let end = self.store.end().block;
        let blocks = || self.store.blocks.iter().take(end);
        let (Some(first), Some(last)) = (blocks().next(), blocks().next_back()) else {
            return Rate::default();
        };
        let seconds = |at: Timestamp| at.as_millis().div_euclid(1000);
        let (from, to) = (seconds(first.first_at()), seconds(last.last_at()));
        let bars = bars.clamp(1, 2_000) as i64;
        let fits = |width: &&i64| to.div_euclid(**width) - from.div_euclid(**width) < bars;
        let width = WIDTHS.iter().find(fits).copied().unwrap_or(7200);
        let newest = to.div_euclid(width);
        let oldest = from.div_euclid(width).max(newest.saturating_sub(bars - 1));
        let mut rate = Rate {
            width: Duration::from_secs(width as u64),
            bars: (oldest..=newest)
                .map(|bar| Bin {
                    second: bar.saturating_mul(width),
                    ..Bin::default()
                })
                .collect(),
        };
        for block in blocks() {
            let bins = if self.in_force.is_all() {
                &block.all
            } else if block.filter == self.epochs.filter {
                &block.passing
            } else {
                continue;
            };
            for bin in bins {
                let bar = usize::try_from(bin.second.div_euclid(width) - oldest).ok();
                if let Some(bar) = bar.and_then(|bar| rate.bars.get_mut(bar)) {
                    bar.errors += bin.errors;
                    bar.warnings += bin.warnings;
                    bar.others += bin.others;
                }
            }
        }
        rate
    }
}
