//! What a plan still needs before it may be sent without a person at a dialog. The gates themselves are the screen's.

use super::Manner;
use crate::app::{Model, update};
use crate::domain::plan::{Direction, Plan};

/// Everything that is missing, in words; empty when the plan may be sent. A lowering needs nothing, unless it is a blind one.
pub(super) fn missing(
    model: &Model,
    plan: &Plan,
    gates: &[(bool, String)],
    blind: Option<&str>,
    manner: &Manner<'_>,
) -> Vec<String> {
    let mut out = Vec::new();
    if manner.global.read_only {
        out.push("this command is read-only".to_owned());
    }
    if let Some(why) = blind.filter(|_| !manner.global.yes) {
        out.push(format!(
            "{why}; it can be disabled without having been read: --yes does that"
        ));
    }
    if plan.direction != Direction::Raise {
        return out;
    }
    if let Some(lock) = update::locked(model, plan) {
        out.push(lock.reason(model.now));
    }
    if !manner.global.yes {
        out.push("it raises exposure: --yes says that this is meant".to_owned());
    }
    out.extend(unconfirmed(model, manner));
    let shut: Vec<&str> = gates
        .iter()
        .filter(|(green, _)| !green)
        .map(|(_, text)| text.as_str())
        .collect();
    if shut.is_empty() {
        return out;
    }
    if !manner.ordering.override_gates {
        out.push(format!(
            "gates are not green: {} (--override-gates with --reason goes over them)",
            shut.join("; ")
        ));
    } else if manner.reason().is_none() {
        out.push("--override-gates asks for --reason: it is journalled".to_owned());
    }
    out
}

/// The environment's name, typed: in prod it must be there, anywhere it must be the right one.
fn unconfirmed(model: &Model, manner: &Manner<'_>) -> Option<String> {
    let environment = &model.spec.environment;
    match &manner.ordering.confirm {
        Some(typed) if *typed == environment.0 => None,
        Some(typed) => Some(format!(
            "--confirm {typed} is not the environment of this rollout, which is {environment}"
        )),
        None if environment.is_prod() => Some(format!(
            "a raise in {environment} asks for its name: --confirm {environment}"
        )),
        None => None,
    }
}
