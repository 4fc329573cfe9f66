//! The clock of the watched world: this machine's, until an answer names another one. It wakes nobody up.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use crate::domain::Timestamp;
use crate::ports::Clock;

/// The response header by which a simulator tells its time: `<milliseconds since 1970>;<speed>`.
pub const CLOCK_HEADER: &str = "x-coalmine-clock";

/// How far a newer answer may lie behind the running estimate and still be taken for a slow answer, in real time.
const LATE_ANSWER: Duration = Duration::from_secs(2);

/// The time of the watched world. Cheap to clone; all clones tell the same time.
#[derive(Clone, Debug, Default)]
pub struct SharedClock {
    told: Arc<Mutex<Option<Told>>>,
    /// By how many seconds the service's clock was ahead of this machine's in the last answer.
    ahead: Arc<Mutex<Option<i64>>>,
}

/// What an answer said about the time.
#[derive(Clone, Copy, Debug)]
struct Told {
    /// The time that it named.
    time: Timestamp,
    /// Simulated seconds per second; 0 for a clock that is cranked by hand.
    speed: f64,
    /// When the answer arrived.
    arrived: Instant,
    /// When its request was sent.
    sent: Instant,
}

impl Told {
    fn estimate(&self, at: Instant) -> Timestamp {
        let passed = at.saturating_duration_since(self.arrived).as_millis() as f64 * self.speed;
        Timestamp::from_millis(self.time.as_millis().saturating_add(passed as i64))
    }
}

impl SharedClock {
    /// This machine's clock, until an answer names another one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in the `Date` of an answer that arrived just now; one that makes no sense is ignored.
    pub fn heard(&self, date: &str) {
        let Ok(date) = jiff::fmt::rfc2822::parse(date) else {
            return;
        };
        let here = timestamp(SystemTime::now()).as_millis();
        // The header tells whole seconds.
        let ahead = (date.timestamp().as_millisecond() + 500 - here) / 1000;
        *self.ahead.lock().unwrap_or_else(PoisonError::into_inner) = Some(ahead);
    }

    /// By how many seconds the service's clock is ahead of this machine's, by its last answer.
    pub fn skew(&self) -> Option<i64> {
        *self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes over what the header of an answer says; `sent` is when its request went out. A header that makes no sense is
    /// ignored, and so is one that was overtaken by the answer to a later request.
    pub fn follow(&self, header: &str, sent: Instant) {
        let Some((time, speed)) = parse(header) else {
            return;
        };
        let arrived = Instant::now();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let mut time = time;
        if let Some(last) = *told {
            if sent < last.sent {
                return;
            }
            let running = last.estimate(arrived);
            let late = LATE_ANSWER.mul_f64(speed);
            if time < running && running.since(time) <= late {
                time = running;
            }
        }
        *told = Some(Told {
            time,
            speed,
            arrived,
            sent,
        });
    }
}

impl Clock for SharedClock {
    fn now(&self) -> Timestamp {
        match *self.told.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(told) => told.estimate(Instant::now()),
            None => timestamp(SystemTime::now()),
        }
    }

    fn speed(&self) -> f64 {
        match *self.told.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(told) => told.speed,
            None => 1.0,
        }
    }
}

/// The instant as the domain writes it; before 1970 it is 1970.
pub(crate) fn timestamp(time: SystemTime) -> Timestamp {
    let millis = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |passed| {
            i64::try_from(passed.as_millis()).unwrap_or(i64::MAX)
        });
    Timestamp::from_millis(millis)
}

fn parse(header: &str) -> Option<(Timestamp, f64)> {
    let (millis, speed) = header.trim().split_once(';')?;
    let millis = millis.trim().parse().ok()?;
    let speed: f64 = speed.trim().parse().ok()?;
    (speed.is_finite() && (0.0..=1_000_000.0).contains(&speed))
        .then_some((Timestamp::from_millis(millis), speed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_this_machines_clock_until_told_otherwise() {
        let clock = SharedClock::new();
        assert!(clock.now().since(timestamp(SystemTime::now())) < Duration::from_secs(5));
        assert_eq!(clock.speed(), 1.0);
        for nonsense in [
            "", "soon", "12", "12;", "12;fast", "12;-1", "12;NaN", "12;inf",
        ] {
            clock.follow(nonsense, Instant::now());
            assert_eq!(clock.speed(), 1.0, "{nonsense}");
            assert!(clock.now().as_millis() > 1_000_000_000_000, "{nonsense}");
        }
    }

    #[test]
    fn a_cranked_clock_shows_the_last_header() {
        let clock = SharedClock::new();
        clock.follow("1000;0", Instant::now());
        assert_eq!(clock.now(), Timestamp::from_millis(1000));
        clock.follow("61000;0", Instant::now());
        assert_eq!(clock.now(), Timestamp::from_millis(61_000));
        assert_eq!(clock.speed(), 0.0);
    }

    #[test]
    fn an_answer_that_was_overtaken_is_ignored() {
        let clock = SharedClock::new();
        let (first, second) = (Instant::now(), Instant::now() + Duration::from_millis(1));
        clock.follow("61000;0", second);
        clock.follow("1000;0", first);
        assert_eq!(clock.now(), Timestamp::from_millis(61_000));
    }

    #[test]
    fn a_slow_answer_does_not_turn_time_back_but_another_world_does() {
        let clock = SharedClock::new();
        clock.follow("1000000;20", Instant::now());
        let before = clock.now();
        clock.follow("999990;20", Instant::now());
        assert!(clock.now() >= before);
        clock.follow("5000;20", Instant::now());
        assert!(clock.now() < Timestamp::from_millis(100_000));
    }

    #[test]
    fn simulated_time_runs_at_its_speed() {
        let told = Told {
            time: Timestamp::from_millis(0),
            speed: 20.0,
            arrived: Instant::now(),
            sent: Instant::now(),
        };
        let later = told.arrived + Duration::from_secs(3);
        assert_eq!(told.estimate(later), Timestamp::from_millis(60_000));
    }
}
