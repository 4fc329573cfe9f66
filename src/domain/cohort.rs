//! Canary against control: which cohort a session belongs to, and whether the cohorts differ. It reads no log.

use serde::{Deserialize, Serialize};

/// The cohort of a session, by the bucket rule and the percentage in force at the line's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Cohort {
    /// Treated.
    Canary,
    /// Not treated.
    Control,
}
