//! The exposure clock of one order: accepted, read back, cache horizon passed, effect observed; then symptoms gone.
//! It only counts; what was seen is told to it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::exposure::SessionEvent;
use super::lever::{LeverContent, LeverId, LeverState, UpdateStatus};
use super::plan::{Order, OrderId, Outcome, Replaced, Write, is_in_force, masked_write};
use super::rollout::RolloutSpec;
use super::signal::Point;
use super::{Percent, Revision, Timestamp};

mod face;
mod witness;

pub use face::{ProofMark, ProofState};
use witness::Witness;

/// Sessions that are needed where the config names no number.
const NEEDED: u64 = 50;

/// The four proofs of one order, and the recovery after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clockface {
    /// The order.
    pub order: OrderId,
    /// The lever that it moved.
    pub lever: LeverId,
    /// Exposure before.
    pub before: Option<Percent>,
    /// Exposure wanted.
    pub wanted: Percent,
    /// The revision that the store answered with.
    pub revision: Revision,
    /// When the order was sent.
    pub sent_at: Timestamp,
    /// When the store accepted it.
    pub accepted_at: Timestamp,
    /// When the write was read back.
    pub read_back_at: Option<Timestamp>,
    /// When the last cache must have expired.
    pub horizon_at: Timestamp,
    /// When the effect was seen.
    pub observed_at: Option<Timestamp>,
    /// The last treated session seen after the order, if any.
    pub last_marker_at: Option<Timestamp>,
    /// Sessions seen since the horizon (or the last marker) without a marker.
    pub clean_sessions: u64,
    /// Sessions that must be seen without a marker before the effect counts as observed.
    pub needed_sessions: u64,
    /// When the symptoms (signals that were over their limits) were gone.
    pub recovered_at: Option<Timestamp>,
    /// The revision that the plan was made from.
    seen: Option<Revision>,
    /// What was written (variables masked), to be read back.
    written: Write,
    replaced: Replaced,
    /// The revision of somebody else's later write, when one was read.
    superseded_by: Option<Revision>,
    /// Whether the order only tunes: it moves nobody in or out.
    #[serde(default)]
    tuning: bool,
    witness: Witness,
}

impl Clockface {
    /// Starts the clock of an order that the store accepted; `None` for any other outcome and where nothing was written.
    pub fn start(order: &Order, outcome: &Outcome, spec: &RolloutSpec) -> Option<Self> {
        let Outcome::Applied { revision, at, .. } = outcome else {
            return None;
        };
        if order.plan.is_no_op() {
            return None;
        }
        let horizon_at = *at + spec.cache_ttl;
        let logs = spec.logs.as_ref();
        Some(Self {
            order: order.id.clone(),
            lever: order.plan.lever,
            before: order.plan.before,
            wanted: order.plan.after,
            revision: revision.clone(),
            sent_at: order.at,
            accepted_at: *at,
            read_back_at: None,
            horizon_at,
            observed_at: None,
            last_marker_at: None,
            clean_sessions: 0,
            needed_sessions: logs.map_or(NEEDED, |logs| logs.min_sessions.max(1)),
            recovered_at: None,
            seen: order.plan.seen.clone(),
            written: masked_write(&order.plan.write, &order.plan.replaced),
            replaced: order.plan.replaced.clone(),
            superseded_by: None,
            tuning: order.plan.change.is_tuning(),
            witness: Witness::new(logs, horizon_at),
        })
    }

    /// What an earlier order of the lever was to take off, and was not seen to be off yet, is what this one takes off as well: caches
    /// may hold what was before both.
    #[must_use]
    pub fn after(mut self, earlier: &Self, now: Timestamp) -> Self {
        let open = earlier.lever == self.lever
            && earlier.superseded_by.is_none()
            && earlier.moves_exposure()
            && earlier.is_exposed_still(now);
        if open && self.wanted <= earlier.wanted {
            // Not known is as much as there can be: without a number this clock would pass for that of a raise.
            let unknown = (self.wanted > Percent::ZERO).then_some(Percent::FULL);
            let before = earlier.before.or(unknown);
            self.before = self.before.zip(before).map(|(a, b)| a.max(b));
        }
        self
    }

    /// A tuning came through after the order of this clock: what this clock proves about exposure goes on, and where the lever is
    /// the same, what is to be read back is the tuned text.
    pub fn carry_on(&mut self, tuned: &Order, outcome: &Outcome) {
        let Outcome::Applied { revision, .. } = outcome else {
            return;
        };
        if tuned.plan.lever == self.lever && self.superseded_by.is_none() {
            self.seen.clone_from(&tuned.plan.seen);
            self.revision = revision.clone();
            self.written = masked_write(&tuned.plan.write, &tuned.plan.replaced);
            self.replaced = tuned.plan.replaced.clone();
        }
    }

    /// Whether the order moves users in or out, so that its effect on exposure is what counts; a tuning does not.
    pub fn moves_exposure(&self) -> bool {
        !self.tuning
    }

    /// Takes in a state of the lever that was read after the order. True when this is the moment of the read-back.
    pub fn read_back(&mut self, state: &LeverState, now: Timestamp) -> bool {
        if state.id != self.lever || state.read_at < self.accepted_at {
            return false;
        }
        if is_in_force(&self.written, &self.replaced, &state.content) {
            let first = self.read_back_at.is_none();
            self.read_back_at.get_or_insert(now);
            return first;
        }
        // The old revision only means that the write is not visible yet, ours that it is not taken up yet.
        let old = self.seen.as_ref() == Some(&state.revision);
        if !old && state.revision != self.revision && !self.may_settle(state) {
            self.superseded_by.get_or_insert(state.revision.clone());
        }
        false
    }

    /// A function's RevisionId changes by itself while an update is taken up.
    fn may_settle(&self, state: &LeverState) -> bool {
        match &state.content {
            LeverContent::Function(function) => {
                self.read_back_at.is_none() || function.update != UpdateStatus::Successful
            }
            LeverContent::Document(_) => false,
        }
    }

    /// Takes in events from the logs, in any order; `read_to` is how far the tail has read.
    pub fn saw(&mut self, events: &[SessionEvent], read_to: Timestamp, now: Timestamp) {
        for event in events {
            if event.treated && event.at > self.accepted_at {
                self.last_marker_at = self.last_marker_at.max(Some(event.at));
            }
            self.witness.saw(event);
        }
        self.witness.read_to(read_to);
        self.tick(now);
    }

    /// Takes in complete periods of the marker metric that begin in `[from, to)`, with the starts of those periods in which the
    /// heartbeat or the logs showed that sessions were there; without them an empty period proves nothing.
    pub fn saw_metric(
        &mut self,
        points: &[Point],
        period: Duration,
        alive: &[Timestamp],
        to: Timestamp,
        now: Timestamp,
    ) {
        for point in points {
            let has_data = point.samples.unwrap_or(point.value) > 0.0;
            if has_data && point.at >= self.accepted_at {
                // A period that began before the horizon tells of nothing after it.
                let end = point.at + period;
                let at = if point.at < self.horizon_at {
                    end.min(self.horizon_at)
                } else {
                    end
                };
                self.last_marker_at = self.last_marker_at.max(Some(at));
            }
        }
        self.witness.saw_metric(points, period, alive, to);
        self.tick(now);
    }

    /// Looks again at what `now` proves.
    pub fn tick(&mut self, now: Timestamp) {
        self.clean_sessions = self.witness.clean_sessions();
        let waits = self.observed_at.is_none() && now >= self.horizon_at;
        if waits && !self.tuning && self.is_witnessed(now) {
            self.observed_at = Some(now);
        }
    }

    /// Notes that the symptoms are gone. They are no proof of the effect.
    pub fn recovered(&mut self, at: Timestamp) {
        self.recovered_at.get_or_insert(at);
    }

    fn is_witnessed(&self, now: Timestamp) -> bool {
        if self.wanted == Percent::ZERO {
            self.witness.proves_none(self.needed_sessions, now)
        } else if self.witness.has_log() {
            self.witness
                .share(now)
                .is_some_and(|share| self.share_fits(share))
        } else {
            self.can_be_observed() && self.witness.metric_seen()
        }
    }

    fn share_fits(&self, share: super::exposure::Share) -> bool {
        let wanted = f64::from(self.wanted.get());
        let low_enough = share.low <= wanted;
        let high_enough = share.high >= wanted || !self.is_raise();
        share.sessions >= self.needed_sessions && low_enough && high_enough
    }

    /// Whether more users were wanted than before.
    pub fn is_raise(&self) -> bool {
        self.before
            .map_or(self.wanted > Percent::ZERO, |before| self.wanted > before)
    }

    /// Whether the configured markers can show the effect at all: a log marker shows any share; a metric alone shows only that
    /// there is none, or that there is one again.
    pub fn can_be_observed(&self) -> bool {
        self.witness.has_log()
            || self.witness.has_metric()
                && (self.wanted == Percent::ZERO || self.before == Some(Percent::ZERO))
    }

    /// The revision of somebody else's later write, when one was read: this clock then tells of the past.
    pub fn superseded_by(&self) -> Option<&Revision> {
        self.superseded_by.as_ref()
    }
}

#[cfg(test)]
mod tests;
