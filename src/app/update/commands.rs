//! What a command without a screen asks of the model: the plan of a change, its gates, and the order. It opens no dialog and
//! decides nothing that the screen decides otherwise.

use crate::app::Effect;
use crate::app::model::Model;
use crate::domain::Timestamp;
use crate::domain::incident::Lock;
use crate::domain::lever::LeverId;
use crate::domain::plan::{Change, Plan, PlanFault};

use super::{incident, judging, orders, settling};

/// The plan of a change from what was read.
///
/// # Errors
/// Nothing that could be written safely: with what to do next, and often with another change that serves the same end.
pub fn plan(model: &Model, change: &Change) -> Result<Plan, PlanFault> {
    orders::make(model, change)
}

/// The lever that a change moves.
pub fn lever_of(change: &Change) -> LeverId {
    orders::lever_of(change)
}

/// The gates of a raise by this lever: green or not, with their words.
pub fn gates(model: &Model, lever: LeverId) -> Vec<(bool, String)> {
    judging::gates(model, lever)
}

/// The lock that keeps a plan from being sent, while an incident is open.
pub fn locked(model: &Model, plan: &Plan) -> Option<Lock> {
    incident::bars(model, plan)
}

/// Accepts a plan: the effects send it, unless another order is in flight.
pub fn order(model: &mut Model, plan: Plan, reason: Option<String>, now: Timestamp) -> Vec<Effect> {
    model.now = now;
    orders::submit(model, plan, reason)
}

/// Whether the function's environment holds the configured `off` values.
pub fn fallback_is_on(model: &Model) -> bool {
    settling::fallback_is_on(model)
}
