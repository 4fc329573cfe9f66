//! The levers as JSON, and where the AWS console shows them. It works nothing out.

use serde_json::{Value, json};

use super::readable;
use crate::app::Model;
use crate::app::update::fallback_is_on;
use crate::domain::console_link::Console;
use crate::domain::exposure::{EnvironmentSays, traffic_environment};
use crate::domain::flag::exposed;
use crate::domain::lever::{FunctionState, LeverContent, LeverId, LeverKind, UpdateStatus};
use crate::domain::rollout::FlagSource;

/// Every lever of the rollout.
pub(in crate::headless) fn levers(model: &Model) -> Value {
    let mut all = vec![flag(model)];
    if model.spec.fallback.is_some() {
        all.push(fallback(model));
    }
    Value::Array(all)
}

fn flag(model: &Model) -> Value {
    let state = readable(&model.flag);
    let says = state.and(model.flag_says.as_ref());
    let parsed = says.and_then(|says| says.as_ref().ok());
    let kind = match model.spec.flag.source {
        FlagSource::Ssm(_) => LeverKind::Ssm,
        FlagSource::File(_) => LeverKind::JsonFile,
    };
    let (ready, reason) = match (says, &model.flag.fault) {
        (_, Some(fault)) => (Some("broken"), Some(fault.to_string())),
        (Some(Err(faults)), None) => {
            let list: Vec<String> = faults.iter().map(ToString::to_string).collect();
            (Some("warn"), Some(list.join("; ")))
        }
        (Some(Ok(_)), None) => (Some("ok"), None),
        (None, None) => (None, Some("not read".to_owned())),
    };
    json!({
        "name": LeverId::Flag.name(),
        "kind": kind,
        "resource": resource(model),
        "state": parsed.map_or("unknown", |flag| if flag.enabled { "on" } else { "off" }),
        "exposure": parsed.map(|flag| exposed(flag, model.spec.flag.shape.comparison)),
        "revision": state.map(|state| &state.revision),
        "time_to_effect_s": model.spec.cache_ttl.as_secs(),
        "ready": ready,
        "reason": reason,
    })
}

fn resource(model: &Model) -> &str {
    let (FlagSource::Ssm(name) | FlagSource::File(name)) = &model.spec.flag.source;
    model
        .flag
        .value
        .as_ref()
        .map_or(name, |state| &state.resource)
}

fn fallback(model: &Model) -> Value {
    let state = readable(&model.fallback);
    let function = function(model).filter(|_| state.is_some());
    let (ready, reason) = match (function, &model.fallback.fault) {
        (_, Some(fault)) => (Some("broken"), Some(fault.to_string())),
        (Some(function), None) => standing(function),
        (None, None) => (None, Some("not read".to_owned())),
    };
    let word = match function.map(|function| &function.variables) {
        Some(Ok(_)) if fallback_is_on(model) => "on",
        Some(Ok(_)) => "off",
        _ => "unknown",
    };
    json!({
        "name": LeverId::Fallback.name(),
        "kind": LeverKind::LambdaEnv,
        "resource": model.spec.fallback.as_ref().map(|spec| &spec.function),
        "state": word,
        "exposure": says(model).and_then(|says| says.percent),
        "revision": state.map(|state| &state.revision),
        "time_to_effect_s": model.spec.cache_ttl.as_secs(),
        "ready": ready,
        "reason": reason,
    })
}

/// What keeps the function from being changed, or the change from reaching its traffic.
fn standing(function: &FunctionState) -> (Option<&'static str>, Option<String>) {
    if let Err(why) = &function.variables {
        return (
            Some("broken"),
            Some(format!("its environment cannot be read: {why}")),
        );
    }
    match (&function.update, &function.alias) {
        (UpdateStatus::InProgress, _) => {
            (Some("warn"), Some("an update is in progress".to_owned()))
        }
        (UpdateStatus::Failed(why), _) => {
            (Some("warn"), Some(format!("the last update failed: {why}")))
        }
        (UpdateStatus::Unknown(word), _) => {
            (Some("warn"), Some(format!("LastUpdateStatus is {word}")))
        }
        (UpdateStatus::Successful, Some(alias)) if alias.is_pinned() => (
            Some("warn"),
            Some(format!(
                "alias {} points at version {}: a change of $LATEST does not reach its traffic",
                alias.name, alias.version
            )),
        ),
        (UpdateStatus::Successful, _) => (Some("ok"), None),
    }
}

/// The function as last read.
pub(in crate::headless) fn function(model: &Model) -> Option<&FunctionState> {
    match &model.fallback.value.as_ref()?.content {
        LeverContent::Function(function) => Some(function),
        LeverContent::Document(_) => None,
    }
}

/// What the environment of the version that takes the traffic says.
pub(in crate::headless) fn says(model: &Model) -> Option<EnvironmentSays> {
    traffic_environment(function(model)?, model.spec.fallback.as_ref()?).ok()
}

/// The AWS console of the rollout's region; none for another endpoint than that of AWS.
fn console(model: &Model) -> Option<Console<'_>> {
    let region = model
        .region
        .as_deref()
        .filter(|_| model.endpoint.is_none() && model.rehearsal.is_none())?;
    Console::of(region)
}

/// The flag's parameter in the AWS console.
pub(in crate::headless) fn flag_url(model: &Model) -> Option<String> {
    let FlagSource::Ssm(name) = &model.spec.flag.source else {
        return None;
    };
    Some(console(model)?.parameter(name).url)
}

/// An alarm in the AWS console.
pub(in crate::headless) fn alarm_url(model: &Model, name: &str) -> Option<String> {
    Some(console(model)?.alarm(name).url)
}

/// The function in the AWS console.
pub(in crate::headless) fn function_url(model: &Model) -> Option<String> {
    let function = &model.spec.fallback.as_ref()?.function;
    Some(console(model)?.function(function).url)
}
