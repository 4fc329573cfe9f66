//! How the exposure clock reads: its four proofs, and its words. It proves nothing.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Clockface;
use crate::domain::journal::Proof;
use crate::domain::{Percent, Timestamp};

/// One of the four proofs as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProofMark {
    /// Which.
    pub proof: Proof,
    /// How it stands.
    pub state: ProofState,
    /// When it came in.
    pub at: Option<Timestamp>,
    /// What it says, such as `caches expire in 38 s`.
    pub text: String,
}

/// How a proof stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofState {
    /// It came in.
    Done,
    /// It is being waited for now.
    Running,
    /// Its turn has not come.
    Pending,
    /// It cannot come: nothing that could show it is configured, or somebody else wrote since.
    Impossible,
}

impl Clockface {
    /// The four proofs: accepted, read back, horizon passed, effect observed.
    pub fn proof(&self, now: Timestamp) -> [ProofMark; 4] {
        [
            ProofMark {
                proof: Proof::Accepted,
                state: ProofState::Done,
                at: Some(self.accepted_at),
                text: format!("accepted v{}", self.revision),
            },
            self.read_back_mark(),
            self.horizon_mark(now),
            self.observed_mark(now),
        ]
    }

    fn read_back_mark(&self) -> ProofMark {
        let (state, text) = match (self.read_back_at, &self.superseded_by) {
            (Some(_), _) => (ProofState::Done, "read back".to_owned()),
            (None, Some(other)) => (
                ProofState::Impossible,
                format!("somebody else wrote v{other} since"),
            ),
            (None, None) => (ProofState::Running, "not read back yet".to_owned()),
        };
        ProofMark {
            proof: Proof::ReadBack,
            state,
            at: self.read_back_at,
            text,
        }
    }

    fn horizon_mark(&self, now: Timestamp) -> ProofMark {
        let left = self.horizon_left(now);
        let over = left.is_zero();
        ProofMark {
            proof: Proof::Horizon,
            state: if over {
                ProofState::Done
            } else {
                ProofState::Running
            },
            at: over.then_some(self.horizon_at),
            text: if over {
                "caches expired".to_owned()
            } else {
                format!("caches expire in {} s", left.as_millis().div_ceil(1000))
            },
        }
    }

    fn observed_mark(&self, now: Timestamp) -> ProofMark {
        let state = match self.observed_at {
            Some(_) => ProofState::Done,
            None if self.tuning || !self.can_be_observed() => ProofState::Impossible,
            None if now < self.horizon_at => ProofState::Pending,
            None => ProofState::Running,
        };
        ProofMark {
            proof: Proof::Observed,
            state,
            at: self.observed_at,
            text: self.observed_words(state, now),
        }
    }

    fn observed_words(&self, state: ProofState, now: Timestamp) -> String {
        let needed = self.needed_sessions;
        if self.tuning {
            return "exposure stays as it is".to_owned();
        }
        if state == ProofState::Impossible {
            return "observed unknown: no marker that could show it is configured".to_owned();
        }
        if self.wanted > Percent::ZERO {
            let share = self.witness.share(now);
            return match (share, state) {
                (Some(share), _) => format!(
                    "{:.1} to {:.1} % of {} new sessions treated",
                    share.low, share.high, share.sessions
                ),
                (None, ProofState::Done) => "treated sessions seen".to_owned(),
                (None, _) => format!("no new sessions seen yet (n ≥ {needed})"),
            };
        }
        let clean = self.clean_sessions;
        match (state, self.last_marker_at) {
            (ProofState::Done, _) if clean > 0 => format!("no treated session in {clean} seen"),
            (ProofState::Done, _) => "no treated session seen".to_owned(),
            (ProofState::Running, Some(marker)) if marker > self.horizon_at => format!(
                "treated session seen {} s ago, {clean} of {needed} without since",
                now.since(marker).as_secs()
            ),
            (ProofState::Running, _) => format!("no treated session in {clean} of {needed} seen"),
            _ => format!("no treated session seen (n ≥ {needed})"),
        }
    }

    /// Time until the last cache must have expired; zero after it.
    pub fn horizon_left(&self, now: Timestamp) -> Duration {
        self.horizon_at.since(now)
    }

    /// Whether the clock has stopped: the effect was observed, or nothing could show it and the caches are over, or somebody else
    /// wrote since.
    pub fn is_finished(&self, now: Timestamp) -> bool {
        self.observed_at.is_some()
            || self.superseded_by.is_some()
            || (self.tuning || !self.can_be_observed()) && now >= self.horizon_at
    }

    /// Whether users whom the order took off may still be exposed.
    pub fn is_exposed_still(&self, now: Timestamp) -> bool {
        let lowers = !self.is_raise() && self.before != Some(self.wanted);
        let proven =
            self.observed_at.is_some() || !self.can_be_observed() && now >= self.horizon_at;
        lowers && !proven
    }

    /// The words on the screen: `STILL EXPOSED` until the effect was observed, then `NOT EXPOSED` or `EXPOSED AT n %`. Where nothing
    /// could show the effect, the words after the horizon say so.
    pub fn words(&self, now: Timestamp) -> String {
        if self.is_exposed_still(now) {
            return "STILL EXPOSED".to_owned();
        }
        let unseen =
            if self.observed_at.is_none() && !self.can_be_observed() && now >= self.horizon_at {
                ", observed unknown"
            } else {
                ""
            };
        match self.wanted {
            Percent::ZERO => format!("NOT EXPOSED{unseen}"),
            wanted if self.is_raise() && self.observed_at.is_none() && unseen.is_empty() => {
                format!("EXPOSED AT UP TO {wanted}")
            }
            wanted => format!("EXPOSED AT {wanted}{unseen}"),
        }
    }
}
