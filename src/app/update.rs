//! What happens next: `update` changes the model and says what to do. It never awaits, never reads a clock, never fails.

use crate::domain::Timestamp;

use super::model::Model;
use super::{Effect, Msg};

/// Takes one message in.
pub fn update(model: &mut Model, _msg: Msg, now: Timestamp) -> Vec<Effect> {
    model.now = now;
    Vec::new()
}
