//! What the console's own reads cost: calls a minute, dollars an hour, and the pace that a budget allows. It makes no call.
//!
//! CloudWatch bills GetMetricData by the metrics that are asked for and Live Tail by the minute; everything else that the console reads
//! is free in the amounts that it reads.

use std::collections::VecDeque;
use std::time::Duration;

use crate::domain::Timestamp;
use crate::domain::failure::CallRecord;

/// US dollars for one metric of GetMetricData.
pub const METRIC: f64 = 0.01 / 1000.0;
/// US dollars for an hour of Live Tail.
pub const LIVE_TAIL: f64 = 0.01 * 60.0;
/// What the console may cost in an hour where the configuration names no budget, in US dollars.
pub const BUDGET: f64 = 0.25;
/// How often the signals of the rollout on screen are read where the budget allows it.
pub const OWN: Duration = Duration::from_secs(15);
/// The same for the others: their periods are minutes.
pub const OTHERS: Duration = Duration::from_mins(1);
/// However small the budget is, the rollout on screen is read this often.
const OWN_SLOWEST: Duration = Duration::from_mins(5);
/// The same for the others.
const OTHERS_SLOWEST: Duration = Duration::from_mins(15);
/// Calls are counted in pieces of this length.
const PIECE: i64 = 10_000;
/// Pieces that are looked back on.
const PIECES: i64 = 30;

/// Calls and metrics of the last five minutes of the watched world.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spending {
    /// Number of the piece, calls, metrics.
    pieces: VecDeque<(i64, u32, u32)>,
    since: Option<Timestamp>,
}

impl Spending {
    /// A call ended.
    pub fn called(&mut self, call: &CallRecord) {
        self.since.get_or_insert(call.at);
        let piece = call.at.as_millis().div_euclid(PIECE);
        match self.pieces.iter_mut().find(|(number, ..)| *number == piece) {
            Some((_, calls, metrics)) => {
                *calls = calls.saturating_add(1);
                *metrics = metrics.saturating_add(call.metrics);
            }
            None => self.pieces.push_back((piece, 1, call.metrics)),
        }
        while self.pieces.len() > PIECES as usize + 1 {
            self.pieces.pop_front();
        }
    }

    /// Whether nothing was called yet.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    fn lately(&self, now: Timestamp) -> (u32, u32, f64) {
        let oldest = now.as_millis().div_euclid(PIECE) - PIECES;
        let begun = now.as_millis().rem_euclid(PIECE);
        let known = self.since.map_or(Duration::ZERO, |since| now.since(since));
        let span = (PIECES * PIECE + begun) as f64 / 1000.0;
        // The first reads reach far back; they are no pace.
        let seconds = known.as_secs_f64().clamp(60.0, span);
        let (calls, metrics) = self
            .pieces
            .iter()
            .filter(|(piece, ..)| *piece >= oldest)
            .fold((0_u32, 0_u32), |(calls, metrics), piece| {
                (
                    calls.saturating_add(piece.1),
                    metrics.saturating_add(piece.2),
                )
            });
        (calls, metrics, seconds)
    }

    /// Calls a minute, over the last five minutes.
    pub fn calls_per_minute(&self, now: Timestamp) -> f64 {
        let (calls, _, seconds) = self.lately(now);
        f64::from(calls) * 60.0 / seconds
    }

    /// US dollars an hour at the pace of the last five minutes; Live Tail not counted.
    pub fn dollars_per_hour(&self, now: Timestamp) -> f64 {
        let (_, metrics, seconds) = self.lately(now);
        f64::from(metrics) * METRIC * 3600.0 / seconds
    }
}

/// What there is to read.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Appetite {
    /// Metrics of the rollout on screen; 0 while the list is.
    pub own: u32,
    /// Metrics of all others.
    pub others: u32,
    /// Whether Live Tail runs.
    pub live_tail: bool,
    /// Whether an order's effect is being watched: then nothing becomes slower than it is without a budget for the others.
    pub watching: bool,
}

/// How often signals are read, in the watched world's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Of the rollout on screen.
    pub own: Duration,
    /// Of the others.
    pub others: Duration,
}

impl Pace {
    /// Without a thought of money.
    pub const FREE: Self = Self {
        own: OWN,
        others: OTHERS,
    };

    /// The quickest pace that stays within so many US dollars an hour: the others slow down first, then the rollout on screen.
    /// Neither ever stops; flags, alarms, logs and orders cost nothing and are never slowed.
    pub fn within(budget: f64, appetite: Appetite) -> Self {
        let hourly = |metrics: u32, every: Duration| {
            f64::from(metrics) * METRIC * 3600.0 / every.as_secs_f64()
        };
        let live = if appetite.live_tail { LIVE_TAIL } else { 0.0 };
        let (own_most, others_most) = if appetite.watching {
            (OTHERS, OTHERS)
        } else {
            (OWN_SLOWEST, OTHERS_SLOWEST)
        };
        let left = budget - live - hourly(appetite.own, OWN);
        let others = slowed(appetite.others, left, OTHERS, others_most);
        let left = budget - live - hourly(appetite.others, others);
        let own = slowed(appetite.own, left, OWN, own_most);
        Self { own, others }
    }

    /// What this pace costs in an hour, in US dollars.
    pub fn dollars_per_hour(self, appetite: Appetite) -> f64 {
        let hourly = |metrics: u32, every: Duration| {
            f64::from(metrics) * METRIC * 3600.0 / every.as_secs_f64()
        };
        let live = if appetite.live_tail { LIVE_TAIL } else { 0.0 };
        live + hourly(appetite.own, self.own) + hourly(appetite.others, self.others)
    }
}

/// How often so many metrics can be read for so many dollars an hour, in whole seconds between two bounds.
fn slowed(metrics: u32, dollars: f64, least: Duration, most: Duration) -> Duration {
    if metrics == 0 {
        return least;
    }
    let seconds = f64::from(metrics) * METRIC * 3600.0 / dollars;
    if dollars <= 0.0 || seconds >= most.as_secs_f64() {
        return most;
    }
    Duration::from_secs(seconds.ceil() as u64).max(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(seconds: i64, metrics: u32) -> CallRecord {
        CallRecord {
            at: Timestamp::from_millis(seconds * 1000),
            operation: "cloudwatch:GetMetricData".into(),
            target: String::new(),
            latency: Duration::ZERO,
            result: "ok".into(),
            metrics,
        }
    }

    #[test]
    fn what_was_called_is_counted_over_five_minutes() {
        let mut spending = Spending::default();
        for second in (0..3600).step_by(15) {
            spending.called(&call(second, 20));
        }
        let now = Timestamp::from_millis(3_600_000);
        // 20 metrics every 15 s are 4,800 an hour.
        assert!((spending.dollars_per_hour(now) - 0.048).abs() < 0.002);
        assert!((spending.calls_per_minute(now) - 4.0).abs() < 0.2);
        let later = Timestamp::from_millis(4_200_000);
        assert_eq!(spending.calls_per_minute(later), 0.0);
        assert!(spending.pieces.len() <= PIECES as usize + 1);
    }

    #[test]
    fn a_budget_slows_the_others_first_then_the_one_on_screen_and_stops_neither() {
        let appetite = Appetite {
            own: 20,
            others: 200,
            ..Appetite::default()
        };
        let free = Pace::within(1.0, appetite);
        assert_eq!(free, Pace::FREE);
        let tight = Pace::within(0.1, appetite);
        assert_eq!(tight.own, OWN);
        assert!(tight.others > OTHERS && tight.others < OTHERS_SLOWEST);
        assert!(tight.dollars_per_hour(appetite) <= 0.1);
        let tighter = Pace::within(0.02, appetite);
        assert_eq!(tighter.others, OTHERS_SLOWEST);
        assert!(tighter.own > OWN && tighter.own <= OWN_SLOWEST);
        let least = Pace::within(
            0.01,
            Appetite {
                live_tail: true,
                ..appetite
            },
        );
        assert_eq!((least.own, least.others), (OWN_SLOWEST, OTHERS_SLOWEST));
        let watched = Pace::within(
            0.01,
            Appetite {
                watching: true,
                ..appetite
            },
        );
        assert_eq!((watched.own, watched.others), (OTHERS, OTHERS));
    }
}
