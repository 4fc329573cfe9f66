//! Time as a flag client counts it: how long ago something was, even across a freeze. It tells no date.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use crate::domain::Timestamp;
use crate::ports::Clock;

/// Counts the time since a fixed start. Tests crank one by hand.
pub trait Stopwatch: Send + Sync {
    /// Time since the start; it never falls. Called for every decision, so it should cost a few nanoseconds.
    fn elapsed(&self) -> Duration;

    /// Takes in time that [`elapsed`](Self::elapsed) has missed because the process was frozen. Called once in every
    /// [`refresh_if_due`](super::FlagClient::refresh_if_due).
    fn catch_up(&self) {}
}

/// How far the wall clock may run ahead of the monotonic one before the difference counts as time in which we were frozen.
const TOLERANCE: Duration = Duration::from_millis(100);

/// This process's time: the monotonic clock, plus what the wall clock says was slept through. Lambda freezes a container between
/// invocations, and its monotonic clock then stands: by it alone a value could be served for hours as if it were seconds old.
#[derive(Debug)]
pub struct ProcessTime {
    began: Instant,
    frozen_nanos: AtomicU64,
    anchor: Mutex<Anchor>,
}

/// Both clocks at one instant, from which they are compared.
#[derive(Clone, Copy, Debug)]
struct Anchor {
    monotonic: Duration,
    wall: SystemTime,
}

impl ProcessTime {
    /// Starts now.
    pub fn start() -> Self {
        Self {
            began: Instant::now(),
            frozen_nanos: AtomicU64::new(0),
            anchor: Mutex::new(Anchor {
                monotonic: Duration::ZERO,
                wall: SystemTime::now(),
            }),
        }
    }
}

impl Stopwatch for ProcessTime {
    fn elapsed(&self) -> Duration {
        self.began.elapsed() + Duration::from_nanos(self.frozen_nanos.load(Ordering::Relaxed))
    }

    fn catch_up(&self) {
        // Whoever holds it is doing the same.
        let Ok(mut anchor) = self.anchor.try_lock() else {
            return;
        };
        let missed = anchor.missed(self.began.elapsed(), SystemTime::now());
        self.frozen_nanos
            .fetch_add(nanos(missed), Ordering::Relaxed);
    }
}

impl Anchor {
    /// How much more time the wall clock has seen pass. Small differences stay and add up; a wall clock that was set back by more
    /// is compared from its new time on.
    fn missed(&mut self, monotonic: Duration, wall: SystemTime) -> Duration {
        let passed = monotonic.saturating_sub(self.monotonic);
        let walled = wall.duration_since(self.wall).unwrap_or_default();
        let missed = walled.saturating_sub(passed);
        if missed > TOLERANCE || passed.saturating_sub(walled) > TOLERANCE {
            *self = Self { monotonic, wall };
        }
        if missed > TOLERANCE {
            missed
        } else {
            Duration::ZERO
        }
    }
}

/// The time of a [`Clock`], such as a simulator's that runs faster; where that clock steps back, no time passes. It takes a lock
/// for every reading: for drills and demos, not for services.
pub struct WorldTime {
    clock: Arc<dyn Clock>,
    seen: Mutex<(Timestamp, Duration)>,
}

impl WorldTime {
    /// Starts at the clock's now.
    pub fn start(clock: Arc<dyn Clock>) -> Self {
        let seen = Mutex::new((clock.now(), Duration::ZERO));
        Self { clock, seen }
    }
}

impl Stopwatch for WorldTime {
    fn elapsed(&self) -> Duration {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        *seen = (now, seen.1.saturating_add(now.since(seen.0)));
        seen.1
    }
}

/// A span in nanoseconds, for an atomic; 584 years at most.
pub(super) fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod tests {
    use std::sync::atomic::AtomicI64;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn anchor() -> (Anchor, SystemTime) {
        let wall = SystemTime::UNIX_EPOCH + 1_000_000 * SECOND;
        let monotonic = Duration::ZERO;
        (Anchor { monotonic, wall }, wall)
    }

    #[test]
    fn time_that_was_slept_through_is_counted_once() {
        let (mut anchor, wall) = anchor();
        assert_eq!(anchor.missed(SECOND, wall + SECOND), Duration::ZERO);
        let missed = anchor.missed(2 * SECOND, wall + 602 * SECOND);
        assert_eq!(missed, 600 * SECOND);
        assert_eq!(
            anchor.missed(3 * SECOND, wall + 603 * SECOND),
            Duration::ZERO
        );
    }

    #[test]
    fn many_short_freezes_add_up() {
        let (mut anchor, wall) = anchor();
        let ms = Duration::from_millis;
        let total: Duration = (1..=1_000)
            .map(|i| anchor.missed(i * ms(10), wall + i * ms(60)))
            .sum();
        assert!(total >= ms(49_800), "{total:?} of 50 s");
    }

    #[test]
    fn a_wall_clock_that_is_set_back_hides_no_later_freeze() {
        let (mut anchor, wall) = anchor();
        assert_eq!(anchor.missed(SECOND, wall - 3600 * SECOND), Duration::ZERO);
        let missed = anchor.missed(2 * SECOND, wall - 3499 * SECOND);
        assert_eq!(missed, 100 * SECOND);
    }

    #[test]
    fn process_time_runs_and_takes_in_what_it_missed() {
        let time = ProcessTime::start();
        let first = time.elapsed();
        time.anchor.lock().unwrap().wall -= 600 * SECOND;
        time.catch_up();
        assert!(time.elapsed() >= first + 599 * SECOND);
        time.catch_up();
        assert!(time.elapsed() < 1000 * SECOND);
    }

    #[test]
    fn the_time_of_a_world_stands_while_its_clock_steps_back() {
        struct Cranked(AtomicI64);
        impl Clock for Cranked {
            fn now(&self) -> Timestamp {
                Timestamp::from_millis(self.0.load(Ordering::Relaxed))
            }
            fn speed(&self) -> f64 {
                0.0
            }
        }
        let clock = Arc::new(Cranked(AtomicI64::new(1_000_000)));
        let time = WorldTime::start(Arc::clone(&clock) as Arc<dyn Clock>);
        let at = |millis: i64| {
            clock.0.store(millis, Ordering::Relaxed);
            time.elapsed()
        };
        assert_eq!(at(1_060_000), 60 * SECOND);
        assert_eq!(at(5_000), 60 * SECOND);
        assert_eq!(at(7_000), 62 * SECOND);
    }
}
