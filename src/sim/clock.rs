//! Simulated time: it begins at the wall clock's now and runs `speed` times as fast, or stands until it is cranked.
//! The one place in the simulator that reads a real clock; it moves no world.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The simulated clock. Clones show the same time.
#[derive(Clone, Debug)]
pub struct SimClock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    start: i64,
    began: Instant,
    speed: f64,
    cranked: AtomicI64,
}

/// One instant on all three clocks: what a request's arrival is recorded with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Microseconds on the machine's monotonic clock since this simulator started.
    pub monotonic_us: u64,
    /// Microseconds since 1970 UTC on the wall clock.
    pub wall_us: i64,
    /// Simulated milliseconds since 1970 UTC.
    pub sim_ms: i64,
}

impl SimClock {
    /// A clock that shows `start` (milliseconds; the wall clock's now when absent) and runs `speed` times as fast as the
    /// real one. At speed 0 it stands until it is cranked.
    pub fn new(start: Option<i64>, speed: f64) -> Self {
        let start = start.unwrap_or_else(|| wall_us() / 1000);
        Self(Arc::new(Inner {
            start,
            began: Instant::now(),
            speed,
            cranked: AtomicI64::new(0),
        }))
    }

    /// Simulated now, in milliseconds since 1970 UTC. It never goes back.
    pub fn now(&self) -> i64 {
        let run = self.0.began.elapsed().as_secs_f64() * 1000.0 * self.0.speed;
        self.0
            .start
            .saturating_add(run as i64)
            .saturating_add(self.0.cranked.load(Ordering::Acquire))
    }

    /// The first moment that it showed, in milliseconds.
    pub fn start(&self) -> i64 {
        self.0.start
    }

    /// How many simulated seconds pass in a real one; 0 means that only [`advance`](Self::advance) moves it.
    pub fn speed(&self) -> f64 {
        self.0.speed
    }

    /// Cranks the clock forward.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        let _ = self
            .0
            .cranked
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |c| {
                Some(c.saturating_add(by))
            });
    }

    /// This instant on all clocks.
    pub fn stamp(&self) -> Stamp {
        Stamp {
            monotonic_us: u64::try_from(self.0.began.elapsed().as_micros()).unwrap_or(u64::MAX),
            wall_us: wall_us(),
            sim_ms: self.now(),
        }
    }
}

fn wall_us() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_stands_until_it_is_cranked() {
        let clock = SimClock::new(Some(1_000), 0.0);
        assert_eq!((clock.now(), clock.now()), (1_000, 1_000));
        clock.clone().advance(Duration::from_mins(1));
        assert_eq!(clock.now(), 61_000);
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), i64::MAX);
    }

    #[test]
    fn a_running_clock_begins_at_the_wall_clock_and_runs_at_its_speed() {
        let clock = SimClock::new(None, 1_000_000.0);
        let stamp = clock.stamp();
        assert!((stamp.wall_us / 1000 - clock.start()).abs() < 5_000);
        while clock.stamp().monotonic_us < 100 {}
        assert!(
            clock.now() - clock.start() >= 100_000,
            "a tenth of a millisecond is at least 100 s at this speed"
        );
    }
}
