//! How many users are exposed: desired (what a lever says), effective (all levers, caches counted), observed (what was seen). It reads nothing.

use serde::{Deserialize, Serialize};

use super::{Percent, Timestamp};

/// Exposure, as known at an instant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Exposure {
    /// What the flag says now; `None` while it could not be read or is not valid.
    pub desired: Option<Percent>,
    /// What may be in force somewhere, caches counted.
    pub effective: Option<Effective>,
    /// What was seen.
    pub observed: Observed,
    /// What contradicts what, in sentences.
    pub contradictions: Vec<String>,
    /// Users and groups who are exposed whatever the percentage is.
    pub listed: Vec<String>,
}

/// Exposure in force: exact, or at most so much while caches run out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effective {
    /// The highest share that a container may still be serving.
    pub at_most: Percent,
    /// Whether some container may still serve from its cache.
    pub settling: bool,
}

/// Observed exposure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Observed {
    /// No marker is configured, or nothing was seen at all: why.
    #[default]
    Unknown,
    /// From a log marker: the share of sessions that carried it.
    Share(Share),
    /// From a marker metric: treated sessions were seen, last at this time.
    Seen(Timestamp),
    /// From a marker metric: none was seen since this time.
    NoneSeen(Timestamp),
}

/// A share of sessions with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Percent of sessions that were treated.
    pub percent: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Treated sessions.
    pub treated: u64,
    /// Sessions seen in the same span.
    pub sessions: u64,
}
