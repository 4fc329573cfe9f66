//! Canary against control: which cohort a session belongs to, and whether the cohorts differ. It reads no log.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Timestamp;
use super::flag::{Comparison, Flag, FlagShape, bucket, is_treated};
use super::lever::Version;

mod effect;
mod tally;

pub use effect::{Effect, compare};
pub use tally::{CohortCounts, CohortTally, Counts};

/// The cohort of a session, by the bucket rule and the percentage in force at the line's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Cohort {
    /// Treated.
    Canary,
    /// Not treated.
    Control,
}

impl Cohort {
    /// The word in lists.
    pub fn word(self) -> &'static str {
        match self {
            Self::Canary => "canary",
            Self::Control => "control",
        }
    }
}

/// Which flag was in force when, from the store's history.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CohortTimeline {
    /// Since when which flag, oldest first; `None` for a version that is not a valid document.
    changes: Vec<(Timestamp, Option<Flag>)>,
    comparison: Comparison,
    cache_ttl: Duration,
}

impl CohortTimeline {
    /// A timeline from versions in any order; those without a time are left out.
    pub fn new(versions: &[Version], shape: &FlagShape, cache_ttl: Duration) -> Self {
        let mut timeline = Self {
            comparison: shape.comparison,
            cache_ttl,
            ..Self::default()
        };
        for version in versions {
            if let Some(at) = version.at {
                timeline.record(at, Flag::parse(&version.text, shape).ok());
            }
        }
        timeline
    }

    /// Notes that since `at` this flag is in force (`None`: a document that is not valid). Told twice, it counts once.
    pub fn record(&mut self, at: Timestamp, flag: Option<Flag>) {
        let place = self.changes.partition_point(|(since, _)| *since <= at);
        let known = place.checked_sub(1).and_then(|last| self.changes.get(last));
        if known.is_none_or(|(since, there)| *since != at || *there != flag) {
            self.changes.insert(place, (at, flag));
        }
    }

    /// The cohort of a session at an instant. `None` before the first known version, under a document that is not valid, and while
    /// caches run out and the versions that may be in force disagree about the session.
    pub fn cohort(&self, session_id: &str, at: Timestamp) -> Option<Cohort> {
        let in_force = self.changes.partition_point(|(since, _)| *since <= at);
        let fresh = at - self.cache_ttl;
        // The newest version that every cache has, and all after it.
        let settled = self.changes.partition_point(|(since, _)| *since <= fresh);
        let candidates = self
            .changes
            .get(settled.saturating_sub(1)..in_force)
            .filter(|flags| !flags.is_empty())?;
        let bucket = bucket(session_id);
        let mut answers = candidates
            .iter()
            .map(|(_, flag)| Some(is_treated(flag.as_ref()?, bucket, self.comparison)));
        let first = answers.next()??;
        let agreed = answers.all(|answer| answer == Some(first));
        agreed.then_some(if first {
            Cohort::Canary
        } else {
            Cohort::Control
        })
    }
}

#[cfg(test)]
mod tests;
