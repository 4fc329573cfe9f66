//! From a wish and the state of a lever to a plan, or to the reason why there is none. It sends nothing.

use std::fmt;

use thiserror::Error;

use super::{Change, Plan, document, function};
use crate::domain::lever::LeverState;
use crate::domain::rollout::RolloutSpec;
use crate::domain::{Percent, Revision};

/// What a plan is made from besides the lever's own state.
#[derive(Clone, Debug)]
pub struct PlanContext<'a> {
    /// The rollout.
    pub spec: &'a RolloutSpec,
    /// Effective exposure now, caches counted, when known. It changes the wording only.
    pub exposure_before: Option<Percent>,
    /// Whether the flag store answers now.
    pub flag_answers: bool,
    /// The fallback lever, when it was read.
    pub fallback_state: Option<&'a LeverState>,
    /// The newest valid version in the flag's history.
    pub history_last_good: Option<(Revision, String)>,
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("{text}")]
pub struct PlanFault {
    /// What stands in the way.
    pub text: String,
    /// What to do next.
    pub hint: String,
    /// A change that would serve the same end, to be offered.
    pub instead: Option<Box<Change>>,
}

impl PlanFault {
    pub(super) fn new(text: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            hint: hint.into(),
            instead: None,
        }
    }

    pub(super) fn or(mut self, instead: Option<Change>) -> Self {
        self.instead = instead.map(Box::new);
        self
    }
}

/// Makes the plan of a change from the lever's state as last read (`None`: it could not be read).
///
/// # Errors
/// Nothing that could be written safely: with what to do next, and often with another change that serves the same end.
pub fn make(
    change: &Change,
    state: Option<&LeverState>,
    other: &PlanContext<'_>,
) -> Result<Plan, PlanFault> {
    match change {
        Change::Disable
        | Change::SetPercent(_)
        | Change::Restore { .. }
        | Change::DisableBlind { .. }
        | Change::Rewrite
        | Change::Create { .. }
        | Change::SetMember { .. } => document::plan(change, state, other),
        Change::FallbackOn | Change::FallbackOff(_) => function::plan(change, state, other),
        Change::PublishAndRepoint => function::publish(state, other),
        Change::SetVariable { name, value } => {
            function::tune((name, value.as_deref()), state, other)
        }
    }
}

/// The rollout as a sentence names it: `partial-results in prod (123456789012, us-east-1)`.
pub(super) struct Named<'a>(pub(super) &'a RolloutSpec);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.0.name, self.0.environment)?;
        let place: Vec<&str> = [&self.0.account, &self.0.region]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        if place.is_empty() {
            return Ok(());
        }
        write!(f, " ({})", place.join(", "))
    }
}
