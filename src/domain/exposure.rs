//! How many users are exposed: desired (what a lever says), effective (all levers, caches counted), observed (what was seen). It reads nothing.

use serde::{Deserialize, Serialize};

use super::{Percent, Timestamp};

mod assess;
mod environment;
mod observation;

pub use assess::{Inputs, LastChange, assess};
pub use environment::{EnvironmentSays, environment, traffic_environment};
pub use observation::{Observation, SessionEvent};

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
    /// Whether sessions that began before the last lowering may still run treated, although every cache is over: its effect was
    /// not observed yet.
    #[serde(default)]
    pub lingering: bool,
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

impl Share {
    /// The share of `treated` among `sessions` with its 95 % Wilson interval; `None` without sessions.
    pub fn of(treated: u64, sessions: u64) -> Option<Self> {
        /// The normal quantile of 97.5 %.
        const Z: f64 = 1.959_963_985;
        if sessions == 0 || treated > sessions {
            return None;
        }
        let n = sessions as f64;
        let share = treated as f64 / n;
        let squeeze = 1.0 + Z * Z / n;
        let middle = (share + Z * Z / (2.0 * n)) / squeeze;
        let reach = Z / squeeze * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
        // Rounding must not move the ends that are exact.
        let low = if treated == 0 { 0.0 } else { middle - reach };
        let high = if treated == sessions {
            1.0
        } else {
            middle + reach
        };
        Some(Self {
            percent: 100.0 * share,
            low: 100.0 * low,
            high: 100.0 * high,
            treated,
            sessions,
        })
    }
}

#[cfg(test)]
mod tests;
