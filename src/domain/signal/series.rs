//! The bounded series of one signal: merging reads, complete periods, gaps and runs past a limit. It judges nothing.

use std::time::Duration;

use super::{Point, Series};
use crate::domain::Timestamp;

/// Points that a series keeps: 24 hours of minutes.
pub const MAX_POINTS: usize = 24 * 60;

impl Series {
    /// Takes in what a read brought, in any order: one point a period, a newer read replaces an older one, and of two points for
    /// one period in the same read the later counts. Values that are no numbers are left out; the oldest go when it is full.
    pub fn merge(&mut self, points: &[Point]) {
        for point in points.iter().filter(|p| p.value.is_finite()) {
            match self.points.binary_search_by_key(&point.at, |p| p.at) {
                Ok(index) => {
                    if let Some(old) = self.points.get_mut(index) {
                        *old = *point;
                    }
                }
                Err(index) => self.points.insert(index, *point),
            }
        }
        let surplus = self.points.len().saturating_sub(MAX_POINTS);
        self.points.drain(..surplus);
    }

    /// All points in time order, the period being filled included.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The points of periods that are over at `now`; never the one being filled.
    pub fn complete(&self, now: Timestamp, period: Duration) -> &[Point] {
        let end = self.points.partition_point(|p| p.at + period <= now);
        self.points.get(..end).unwrap_or_default()
    }

    /// Spans without data between the first and the last point: start (the end of the last period before) and end.
    pub fn gaps(&self, period: Duration) -> Vec<(Timestamp, Timestamp)> {
        self.points
            .iter()
            .zip(self.points.iter().skip(1))
            .filter(|(left, right)| left.at + period < right.at)
            .map(|(left, right)| (left.at + period, right.at))
            .collect()
    }
}

/// Consecutive periods, ending with the newest, that meet a condition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// How many.
    pub periods: u32,
    /// The start of the first of them.
    pub since: Option<Timestamp>,
}

impl Run {
    /// The run at the end of `points`. A gap and a period with too few observations end it.
    pub fn trailing(
        points: &[Point],
        period: Duration,
        min_samples: u64,
        meets: impl Fn(f64) -> bool,
    ) -> Self {
        let mut run = Self::default();
        for point in points.iter().rev() {
            let follows = run.since.is_none_or(|since| point.at + period >= since);
            if !follows || !enough(point, min_samples) || !meets(point.value) {
                break;
            }
            run.periods += 1;
            run.since = Some(point.at);
        }
        run
    }

    /// Whether the run already had lasted for `needed` periods when `instant` came.
    pub fn lasted_before(self, needed: u32, period: Duration, instant: Option<Timestamp>) -> bool {
        match (self.since, instant) {
            (Some(since), Some(instant)) => since + period * needed <= instant,
            (None, _) | (_, None) => false,
        }
    }
}

/// Whether a point has the observations that it needs; an unknown number is not enough where some are asked for.
pub(crate) fn enough(point: &Point, min_samples: u64) -> bool {
    min_samples == 0 || point.samples.is_some_and(|n| n >= min_samples as f64)
}
