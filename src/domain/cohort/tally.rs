//! Lines, errors and sessions of both cohorts, minute by minute and bounded. It judges nothing.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use super::Cohort;
use crate::domain::Timestamp;
use crate::domain::log::Level;

const MINUTE: Duration = Duration::from_mins(1);
/// Minutes that are kept.
const MINUTES: usize = 180;
/// Sessions that are kept apart, all minutes together; further ones are counted as lines only.
const SESSIONS: usize = 200_000;

/// What was counted for both cohorts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CohortCounts {
    /// The treated.
    pub canary: Counts,
    /// The others.
    pub control: Counts,
}

/// What was counted for one cohort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Log lines.
    pub lines: u64,
    /// Lines of level ERROR.
    pub errors: u64,
    /// Distinct sessions.
    pub sessions: u64,
}

impl Counts {
    /// Errors in percent of lines; `None` without lines.
    pub fn error_percent(self) -> Option<f64> {
        (self.lines > 0).then(|| 100.0 * self.errors as f64 / self.lines as f64)
    }
}

/// Counts by minute of the line's own time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CohortTally {
    minutes: BTreeMap<Timestamp, [Minute; 2]>,
    kept: usize,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Minute {
    lines: u64,
    errors: u64,
    sessions: HashSet<u64>,
}

impl CohortTally {
    /// Counts one line.
    pub fn push(&mut self, at: Timestamp, cohort: Cohort, session_id: &str, level: Option<Level>) {
        let minute = self.minutes.entry(at.floor(MINUTE)).or_default();
        let of = match cohort {
            Cohort::Canary => &mut minute[0],
            Cohort::Control => &mut minute[1],
        };
        of.lines += 1;
        of.errors += u64::from(level == Some(Level::Error));
        if self.kept < SESSIONS && of.sessions.insert(hash(session_id)) {
            self.kept += 1;
        }
        while self.minutes.len() > MINUTES
            && let Some((_, [canary, control])) = self.minutes.pop_first()
        {
            self.kept -= canary.sessions.len() + control.sessions.len();
        }
    }

    /// What was counted in minutes that begin in `[from, to)`.
    pub fn counts(&self, from: Timestamp, to: Timestamp) -> CohortCounts {
        let mut out = CohortCounts::default();
        if from >= to {
            return out;
        }
        let mut seen: [HashSet<u64>; 2] = [HashSet::new(), HashSet::new()];
        for (_, [canary, control]) in self.minutes.range(from..to) {
            let pairs = [(&mut out.canary, canary), (&mut out.control, control)];
            for ((counts, minute), seen) in pairs.into_iter().zip(&mut seen) {
                counts.lines += minute.lines;
                counts.errors += minute.errors;
                seen.extend(&minute.sessions);
            }
        }
        out.canary.sessions = seen[0].len() as u64;
        out.control.sessions = seen[1].len() as u64;
        out
    }
}

fn hash(session_id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    session_id.hash(&mut hasher);
    hasher.finish()
}
