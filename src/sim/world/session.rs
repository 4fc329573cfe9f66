//! One session: what it logs and measures between two moments. Whether it is treated was decided when it began.

use fastrand::Rng;

use super::account::Account;
use super::container::Container;
use super::line::{Kind, Line};
use super::names::{NAMESPACE, SessionId};
use super::outbox::Outbox;
use super::publish::{LEVELS, Tally, publish};
use super::scenario::Trouble;

mod invocation;

/// The distance of two latency samples of one session, in milliseconds.
const SAMPLE_EVERY: i64 = 800;
/// After this long without a result the service calls Transcribe unhealthy, in milliseconds.
const SILENCE_LIMIT: i64 = 10_000;

/// What a session finds around it while it runs from `from` to `to`.
pub(crate) struct Surroundings<'a> {
    pub(crate) account: &'a mut dyn Account,
    pub(crate) outbox: &'a mut Outbox,
    pub(crate) containers: &'a mut [Container],
    pub(crate) tally: &'a mut Tally,
    pub(crate) trouble: Trouble,
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// How slow the whole service is in this minute, around 1.
    pub(crate) drift: f32,
    /// The published version that serves, 0 for `$LATEST`.
    pub(crate) version: u32,
}

/// A running session.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) treated: bool,
    pub(crate) ends: i64,
    container: u16,
    rng: Rng,
    /// Its own latency in milliseconds, before levels and trouble.
    base: f32,
    /// The stability under which nothing is forwarded.
    threshold: f32,
    next_line: i64,
    next_sample: i64,
    next_invocation: i64,
    heard: i64,
    orphans: u32,
}

impl Session {
    /// A session that begins at `now` on a container, with dice of its own.
    pub(crate) fn begin(id: SessionId, container: u16, now: i64, seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let base = 1130.0 + 420.0 * rng.f32();
        let ends = now + rng.i64(70_000..150_000);
        Self {
            id,
            treated: false,
            ends,
            container,
            base,
            threshold: 0.85,
            next_line: now + rng.i64(900..3000),
            next_sample: now + rng.i64(600..1400),
            next_invocation: now + rng.i64(20..200),
            rng,
            heard: now,
            orphans: 0,
        }
    }

    /// Makes it a session that gets the feature, with this stability threshold. Some languages have no stability scores.
    pub(crate) fn treat(&mut self, threshold: f32, now: i64, outbox: &mut Outbox) {
        self.treated = true;
        self.threshold = threshold;
        if self.rng.u8(..) < 20 {
            self.log(outbox, now + 350, Kind::NoStability, 0.0, 0);
        }
    }

    /// Writes a line about it at `at`.
    pub(crate) fn log(
        &mut self,
        outbox: &mut Outbox,
        at: i64,
        kind: Kind,
        share: f32,
        amount: u32,
    ) {
        let dice = self.rng.u64(..);
        let line = Line {
            at,
            session: self.id,
            request: (dice >> 32) as u32,
            share,
            amount,
            kind,
        };
        outbox.post(self.container, line, dice);
    }

    /// Lives from `around.from` to `around.to`, or to its end.
    pub(crate) fn run(&mut self, around: &mut Surroundings<'_>) {
        let until = around.to.min(self.ends);
        if self.treated {
            self.measure(around, until);
        }
        while self.next_line < until {
            self.speak(around);
        }
        while self.next_invocation < until {
            self.invoke(around);
        }
        if self.treated && self.ends < around.to {
            let total = f64::from(self.orphans);
            self.publish(around, self.ends, "OrphanedResultsFlushed", total, 1);
        }
    }

    fn fell_back(&self, around: &Surroundings<'_>) -> bool {
        let silence = around.trouble.silence;
        let container = around.containers.get(usize::from(self.container));
        silence != 0 && container.is_some_and(|c| c.fell_back_in == silence)
    }

    /// Takes the latency samples that are due, with whatever else happens to a partial result.
    fn measure(&mut self, around: &mut Surroundings<'_>, until: i64) {
        let mut levels = [0_u32; LEVELS.len()];
        let (mut drops, mut duplicates) = (0, 0);
        let first = self.next_sample.max(around.from);
        while self.next_sample < until {
            let at = self.next_sample;
            self.next_sample += SAMPLE_EVERY;
            if around.trouble.silence != 0 {
                self.listen(around, at);
                continue;
            }
            self.heard = at;
            self.resume(around, at);
            let dice = self.rng.u64(..);
            if let Some(count) = levels.get_mut(Tally::level(dice)) {
                *count += 1;
            }
            // One word of dice is cut into five: the level above, and four chances of twelve bits.
            let chance = |place: u32| dice >> (8 + 12 * place) & 0xfff;
            // A higher threshold lets fewer wrong words through: what the runbook's tuning step hopes for.
            let calmer = if self.threshold >= 0.9 { 3 } else { 1 };
            if chance(0) < around.trouble.drop {
                drops += 1;
                self.log(
                    around.outbox,
                    at,
                    Kind::Dropped,
                    5.0 + (dice & 0xff) as f32 / 80.0,
                    0,
                );
            }
            let many = around.trouble.orphan > 100;
            if chance(1) < around.trouble.orphan && (many || self.orphans < 2) {
                self.orphans += 1;
                self.log(
                    around.outbox,
                    at,
                    Kind::Orphaned,
                    0.0,
                    15_000 + (dice & 0x7f) as u32,
                );
            }
            if chance(2) < around.trouble.duplicate / calmer {
                duplicates += 1;
                self.log(
                    around.outbox,
                    at,
                    Kind::Duplicate,
                    0.96 + (dice & 0xff) as f32 / 8000.0,
                    0,
                );
            }
            if chance(3) < around.trouble.discrepancy / calmer {
                self.log(
                    around.outbox,
                    at,
                    Kind::Discrepancy,
                    0.35 + (dice & 0xff) as f32 / 700.0,
                    0,
                );
            }
        }
        let unit = self.base * around.drift * around.trouble.slow;
        for (level, count) in LEVELS.iter().zip(levels) {
            let value = f64::from((unit * level).round());
            self.publish(
                around,
                first,
                "PartialResultProcessingLatency",
                value,
                count,
            );
        }
        self.publish(around, first, "PartialResultsDropped", 1.0, drops);
        self.publish(around, first, "DuplicatesDetected", 1.0, duplicates);
    }

    /// Waits for results that do not come; the first session of a container that waited long enough makes it fall back.
    fn listen(&mut self, around: &mut Surroundings<'_>, at: i64) {
        let silent = at - self.heard;
        if silent < SILENCE_LIMIT || self.fell_back(around) {
            return;
        }
        if let Some(container) = around.containers.get_mut(usize::from(self.container)) {
            container.fell_back_in = around.trouble.silence;
        }
        self.log(
            around.outbox,
            at,
            Kind::TranscribeUnhealthy,
            0.0,
            silent as u32,
        );
        self.publish(around, at, "TranscribeFallbackTriggered", 1.0, 1);
    }

    fn resume(&mut self, around: &mut Surroundings<'_>, at: i64) {
        let container = around.containers.get_mut(usize::from(self.container));
        if let Some(container) = container.filter(|c| c.fell_back_in != 0) {
            container.fell_back_in = 0;
            self.log(around.outbox, at, Kind::TranscribeResumed, 0.0, 0);
        }
    }

    /// Logs the next line about a forwarded result, if there is a result.
    fn speak(&mut self, around: &mut Surroundings<'_>) {
        let at = self.next_line;
        let dice = self.rng.u64(..);
        let pick = (dice & 0xfff) as f32 / 4096.0;
        let silent = self.treated && around.trouble.silence != 0;
        let fell_back = silent && self.fell_back(around);
        if self.treated && !fell_back {
            if !silent {
                let stability = self.threshold + (1.0 - self.threshold) * pick;
                let age = (140.0 + 180.0 * pick) * around.drift * around.trouble.slow;
                self.log(
                    around.outbox,
                    at,
                    Kind::PartialForwarded,
                    stability,
                    age as u32,
                );
            }
            self.next_line += 3500 + (dice >> 12 & 0xfff) as i64;
        } else {
            let age = (900.0 + 800.0 * pick) * around.drift;
            self.log(around.outbox, at, Kind::FinalForwarded, 0.0, age as u32);
            self.next_line += 8000 + (dice >> 12 & 0x2fff) as i64;
        }
    }

    fn publish(&self, around: &mut Surroundings<'_>, at: i64, name: &str, value: f64, count: u32) {
        if count > 0 {
            publish(
                around.account,
                NAMESPACE,
                name,
                Some(self.id),
                at,
                value,
                count,
            );
        }
    }
}
