//! Reads of rollouts that are not on screen, held until their round: then they go out together. It sends nothing.

use std::time::Duration;

use crate::app::Effect;
use crate::domain::lever::LeverId;

/// How often flags and alarms are read, in the watched world's time: these calls are free.
const FREE: Duration = Duration::from_secs(10);

/// What waits for one rollout.
#[derive(Clone, Debug, Default)]
struct Held {
    /// Flag and alarms.
    free: Vec<Effect>,
    /// Signals and the function.
    paid: Vec<Effect>,
    /// What is read only once the rollout is on screen.
    rest: Vec<Effect>,
}

/// Reads that wait.
#[derive(Clone, Debug)]
pub(super) struct Rounds {
    held: Vec<Held>,
    /// Ticks until flags and alarms are read.
    free_in: u32,
    /// Ticks until signals are read.
    paid_in: u32,
}

/// Whether a scout does this.
pub(super) fn is_scouts(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::ReadLever(_) | Effect::ReadHistory | Effect::Sample { .. } | Effect::ReadAlarms
    )
}

/// Ticks in so much of the watched world's time.
fn ticks(span: Duration, speed: f64) -> u32 {
    ((span.as_secs_f64() / speed.max(1.0)).round() as u32).max(1)
}

impl Rounds {
    pub(super) fn new(count: usize) -> Self {
        Self {
            held: vec![Held::default(); count],
            free_in: 0,
            paid_in: 0,
        }
    }

    /// Keeps a read until its round; answers what does not wait for one.
    pub(super) fn hold(&mut self, place: usize, effect: Effect) -> Option<Effect> {
        let held = self.held.get_mut(place)?;
        match effect {
            Effect::ReadLever(LeverId::Flag) | Effect::ReadAlarms => held.free.push(effect),
            Effect::Sample { .. } | Effect::ReadLever(LeverId::Fallback) => held.paid.push(effect),
            Effect::Tail(_) => held.rest.push(effect),
            other => return Some(other),
        }
        None
    }

    /// Everything that waits for one rollout: it waits no longer.
    pub(super) fn release(&mut self, place: usize) -> Vec<Effect> {
        let held = self
            .held
            .get_mut(place)
            .map(std::mem::take)
            .unwrap_or_default();
        [held.free, held.paid, held.rest].concat()
    }

    /// A tick passed: the reads whose round it is, or all of them.
    pub(super) fn due(&mut self, speed: f64, every: Duration, all: bool) -> Vec<(usize, Effect)> {
        let is_due = |left: &mut u32, span| {
            // The pace may have become quicker since.
            *left = (*left).min(ticks(span, speed) - 1);
            if *left > 0 && !all {
                *left -= 1;
                return false;
            }
            *left = ticks(span, speed) - 1;
            true
        };
        let free = is_due(&mut self.free_in, FREE);
        let paid = is_due(&mut self.paid_in, every);
        let mut due = Vec::new();
        for (place, held) in self.held.iter_mut().enumerate() {
            if free {
                due.extend(held.free.drain(..).map(|effect| (place, effect)));
            }
            if paid {
                due.extend(held.paid.drain(..).map(|effect| (place, effect)));
            }
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Effect {
        Effect::Sample {
            from: crate::domain::Timestamp::from_millis(0),
            to: crate::domain::Timestamp::from_millis(1),
        }
    }

    #[test]
    fn reads_wait_for_their_round_and_go_out_together() {
        let mut rounds = Rounds::new(3);
        let minute = Duration::from_mins(1);
        for place in 0..3 {
            assert_eq!(rounds.hold(place, sample()), None);
            assert_eq!(rounds.hold(place, Effect::ReadAlarms), None);
        }
        assert_eq!(rounds.due(1.0, minute, true).len(), 6);
        let mut seen = Vec::new();
        for tick in 1..=120 {
            for place in 0..3 {
                if !seen.iter().any(|(at, _)| *at == tick) {
                    rounds.hold(place, sample());
                }
            }
            let due = rounds.due(1.0, minute, false);
            if !due.is_empty() {
                seen.push((tick, due.len()));
            }
        }
        assert_eq!(
            seen.iter().map(|(at, _)| *at).collect::<Vec<_>>(),
            [60, 120]
        );
    }

    #[test]
    fn what_was_released_waits_no_longer() {
        let mut rounds = Rounds::new(2);
        rounds.hold(1, sample());
        rounds.hold(1, Effect::Tail(crate::domain::log::TailMode::Poll));
        assert_eq!(rounds.release(1).len(), 2);
        assert!(rounds.due(1.0, Duration::from_mins(1), true).is_empty());
    }
}
