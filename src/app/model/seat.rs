//! A rollout's place among those of the console. It knows nothing of the others.

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
}
