//! The levers as JSON, and where the AWS console shows them. It works nothing out.

use serde_json::{Value, json};

use super::readable;
use crate::app::Model;
use crate::app::update::{fallback_is_on, ready};
use crate::domain::console_link::Console;
use crate::domain::exposure::{EnvironmentSays, traffic_environment};
use crate::domain::flag::exposed;
use crate::domain::lever::{FunctionState, LeverContent, LeverId, LeverKind};
use crate::domain::ready::{Lamp, LeverReady};
use crate::domain::rollout::FlagSource;

/// Every lever of the rollout, with the word of the parachute check on it.
pub(in crate::headless) fn levers(model: &Model) -> Value {
    let ready = ready(model);
    let mut all = vec![flag(model, ready.lever(LeverId::Flag))];
    if model.spec.fallback.is_some() {
        all.push(fallback(model, ready.lever(LeverId::Fallback)));
    }
    Value::Array(all)
}

fn flag(model: &Model, ready: Option<&LeverReady>) -> Value {
    let state = readable(&model.flag);
    let says = state.and(model.flag_says.as_ref());
    let parsed = says.and_then(|says| says.as_ref().ok());
    let kind = match model.spec.flag.source {
        FlagSource::Ssm(_) => LeverKind::Ssm,
        FlagSource::File(_) => LeverKind::JsonFile,
    };
    json!({
        "name": LeverId::Flag.name(),
        "kind": kind,
        "resource": resource(model),
        "state": parsed.map_or("unknown", |flag| if flag.enabled { "on" } else { "off" }),
        "exposure": parsed.map(|flag| exposed(flag, model.spec.flag.shape.comparison)),
        "revision": state.map(|state| &state.revision),
        "time_to_effect_s": ready.map(|ready| ready.time_to_effect.as_secs()),
        "ready": ready.map(|ready| ready.lamp.word()),
        "reason": reason(ready),
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

fn fallback(model: &Model, ready: Option<&LeverReady>) -> Value {
    let state = readable(&model.fallback);
    let function = function(model).filter(|_| state.is_some());
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
        "time_to_effect_s": ready.map(|ready| ready.time_to_effect.as_secs()),
        "ready": ready.map(|ready| ready.lamp.word()),
        "reason": reason(ready),
    })
}

/// What speaks against a lever; nothing does against one that is ok.
fn reason(ready: Option<&LeverReady>) -> Option<&str> {
    ready
        .filter(|ready| ready.lamp != Lamp::Ok)
        .map(|ready| ready.reason.as_str())
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
