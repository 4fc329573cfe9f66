//! A rollout's place among those of the console. It knows nothing of the others.

use std::time::Duration;

use crate::app::spending::{OWN, Spending};
use crate::domain::plan::Change;

/// A rollout's place among those of the console.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seat {
    /// Its row on the list, from 1, and how many rollouts there are; `None` where the console has this one alone.
    pub among: Option<(usize, usize)>,
    /// Whether another rollout or the list is on screen.
    pub is_away: bool,
    /// A change whose plan is to be shown as soon as its lever was read.
    pub wanted_plan: Option<Change>,
    /// How often the budget allows the signals to be read, in seconds of the watched world; 0 until that is known.
    pub every: u32,
    /// What the console's reads cost.
    pub spending: Spending,
    /// What they may cost, in US dollars an hour.
    pub budget: f64,
}

impl Seat {
    /// How often the signals are read while the budget makes that slower than usual.
    pub fn slowed(&self) -> Option<Duration> {
        let every = Duration::from_secs(self.every.into());
        (every > OWN).then_some(every)
    }
}
