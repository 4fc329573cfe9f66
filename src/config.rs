//! Files, environment and flags become one validated [`Config`]; every fault is reported at once, with line and column. It opens no connection.

use crate::domain::rollout::RolloutSpec;

/// The validated configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The rollouts, in the file's order, at least one.
    pub rollouts: Vec<RolloutSpec>,
}
