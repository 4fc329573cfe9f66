//! The world behind the simulated account: sessions, containers with their own flag caches, and what a scenario does to them.
//! Pure and seeded: the same seed and the same writes give the same film.

use super::aws::Aws;

pub mod line;

/// The simulated audio service.
#[derive(Debug)]
pub struct World {}

impl World {
    /// A world of `scenario` whose first moment is `start` (milliseconds).
    pub fn new(_scenario: Scenario, _seed: u64, _start: i64) -> Self {
        Self {}
    }

    /// Lets time pass until `to`: reads the flag as containers would, writes metrics and logs.
    pub fn advance(&mut self, _aws: &mut Aws, _to: i64) {}

    /// Whether the parameter store answers at `now`.
    pub fn ssm_available(&self, _now: i64) -> bool {
        true
    }
}

/// The scripted kinds of trouble.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scenario {
    /// Nothing goes wrong.
    #[default]
    Healthy,
}
