//! How the service's numbers become metrics: one name, two identities; and Lambda's own four. It keeps no series.

use fastrand::Rng;

use super::account::{Account, Point};
use super::names::{FUNCTION, SessionId};

/// The latencies of one session relative to its own: what a sample can be.
pub(crate) const LEVELS: [f32; 8] = [0.45, 0.6, 0.75, 0.9, 1.05, 1.25, 1.56, 1.9];
/// How many of 32 samples are of each level.
const WEIGHTS: [u8; 8] = [3, 6, 8, 6, 4, 2, 2, 1];
/// Durations of an invocation in milliseconds, before trouble.
const DURATIONS: [f32; 8] = [310.0, 420.0, 530.0, 610.0, 700.0, 840.0, 1050.0, 1400.0];

/// Publishes `count` equal observations without dimensions, and for the session.
pub(crate) fn publish(
    account: &mut dyn Account,
    namespace: &str,
    name: &str,
    session: Option<SessionId>,
    at: i64,
    value: f64,
    count: u32,
) {
    let unit = if name.ends_with("Latency") {
        "Milliseconds"
    } else {
        "Count"
    };
    let mut point = Point {
        namespace,
        name,
        dimension: None,
        unit,
        at,
        value,
        count,
    };
    account.put_metric(point);
    if let Some(session) = session {
        let id = session.to_string();
        point.dimension = Some(("SessionId", &id));
        account.put_metric(point);
    }
}

/// What Lambda counts between two moments.
#[derive(Debug)]
pub(crate) struct Tally {
    usual: [u32; DURATIONS.len()],
    drift: f32,
    slow: Vec<(f32, u32)>,
    failures: u32,
    bad_luck: Rng,
    next_bad_luck: i64,
}

impl Tally {
    /// Nothing counted yet; errors that nobody is to blame for begin some minutes after `now`.
    pub(crate) fn new(seed: u64, now: i64) -> Self {
        let bad_luck = Rng::with_seed(seed);
        Self {
            usual: [0; DURATIONS.len()],
            drift: 1.0,
            slow: Vec::new(),
            failures: 0,
            bad_luck,
            next_bad_luck: now + 90_000,
        }
    }

    /// The level that the low bits of a draw choose.
    pub(crate) fn level(dice: u64) -> usize {
        let mut rest = (dice & 31) as u8;
        for (level, weight) in WEIGHTS.iter().enumerate() {
            if rest < *weight {
                return level;
            }
            rest -= weight;
        }
        0
    }

    /// Counts one invocation and answers its duration in milliseconds.
    pub(crate) fn invoked(&mut self, dice: u64, drift: f32, slow: f32) -> u32 {
        let level = Self::level(dice);
        let duration = DURATIONS.get(level).copied().unwrap_or(500.0) * drift * slow;
        if slow > 1.0 {
            self.slow.push((duration.round(), 1));
        } else if let Some(count) = self.usual.get_mut(level) {
            *count += 1;
            self.drift = drift;
        }
        duration as u32
    }

    /// Counts one failed invocation.
    pub(crate) fn failed(&mut self) {
        self.failures += 1;
    }

    /// Whether an invocation at `at` meets one of the rare errors that happen anyway: one in two to five minutes, never
    /// in bursts, so that a calm alarm stays calm.
    pub(crate) fn is_unlucky(&mut self, at: i64) -> bool {
        let unlucky = at >= self.next_bad_luck;
        if unlucky {
            self.next_bad_luck = at + self.bad_luck.i64(120_000..320_000);
        }
        unlucky
    }

    /// Publishes what was counted, as of `at`, and begins anew.
    pub(crate) fn flush(&mut self, account: &mut dyn Account, at: i64) {
        let dimension = Some(("FunctionName", FUNCTION));
        let namespace = "AWS/Lambda";
        let mut invocations = 0;
        for (usual, count) in DURATIONS.iter().zip(&mut self.usual) {
            let value = f64::from((usual * self.drift).round());
            self.slow.push((value as f32, std::mem::take(count)));
        }
        for (value, count) in self.slow.drain(..).filter(|(_, count)| *count > 0) {
            invocations += count;
            let (name, unit, value) = ("Duration", "Milliseconds", f64::from(value));
            account.put_metric(Point {
                namespace,
                name,
                dimension,
                unit,
                at,
                value,
                count,
            });
        }
        let failures = std::mem::take(&mut self.failures);
        for (name, value, count) in [
            ("Invocations", 1.0, invocations),
            ("Errors", 0.0, invocations - failures),
            ("Errors", 1.0, failures),
            ("Throttles", 0.0, invocations),
        ] {
            if count > 0 {
                account.put_metric(Point {
                    namespace,
                    name,
                    dimension,
                    unit: "Count",
                    at,
                    value,
                    count,
                });
            }
        }
    }
}
