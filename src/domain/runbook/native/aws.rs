//! What a call of the AWS command line means for a rollout: by what it names and what it writes. It sends nothing.

use super::document::Document;
use super::environment::Environment;
use super::scope::{function_of, is_parameter, of_another};
use super::{Found, Look, NativeAction, Sight};
use crate::domain::plan::Change;
use crate::domain::rollout::{AlarmsSpec, RolloutSpec};
use crate::domain::runbook::shell::{AwsCall, Word};
use crate::domain::signal::{MetricQuery, SignalSource};

/// Reads a call of the table.
pub(super) fn read(sight: &Sight<'_>) -> Option<Found> {
    let call = AwsCall::of(sight.invocation)?;
    match (call.service.as_str(), call.operation.as_str()) {
        ("ssm", "put-parameter") => put_parameter(&call, sight.spec),
        ("ssm", "get-parameter" | "get-parameters") => parameter(&call, sight.spec, Look::Flag),
        ("ssm", _) => parameter(&call, sight.spec, Look::History),
        ("lambda", "update-function-configuration") => environment(&call, sight.spec),
        ("lambda", _) => match function_of(&call, sight.spec) {
            Some((false, _)) => None,
            _ => Some(Found::new(NativeAction::Look(Look::Fallback))),
        },
        ("cloudwatch", "describe-alarms" | "describe-alarm-history") => alarms(&call, sight.spec),
        ("cloudwatch", _) => Some(signals(&call, sight.spec)),
        ("logs", _) => logs(&call, sight.spec),
        ("appconfig", _) => Some(no_lever("AppConfig deployment")),
        ("deploy" | "codedeploy", _) => Some(no_lever("CodeDeploy deployment")),
        ("ecs", _) => Some(no_lever("ECS deployment")),
        _ => None,
    }
}

fn no_lever(what: &str) -> Found {
    Found::noted(
        NativeAction::NoLever {
            what: what.to_owned(),
        },
        format!(
            "this rollout has no {what} among its levers: the command can be run, and nothing here shows what it does"
        ),
    )
}

/// Names that a flag's parameter may have, where no rollout says.
fn sounds_like_a_flag(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["flag", "rollout", "feature", "config"]
        .iter()
        .any(|word| name.contains(word))
}

fn parameter(call: &AwsCall, spec: Option<&RolloutSpec>, look: Look) -> Option<Found> {
    let names = call
        .option_named("name")
        .or_else(|| call.option_named("names"))?;
    let ours = |word: &Word| match spec {
        Some(spec) => is_parameter(&spec.flag.source, &word.text()),
        None => sounds_like_a_flag(&word.text()),
    };
    names
        .values
        .iter()
        .any(ours)
        .then(|| Found::new(NativeAction::Look(look)))
}

fn put_parameter(call: &AwsCall, spec: Option<&RolloutSpec>) -> Option<Found> {
    let name = call.text("name")?;
    let value = call.value("value");
    let text = value.and_then(Word::fixed);
    let document = text.as_deref().and_then(Document::of);
    if let Some(spec) = spec
        && !is_parameter(&spec.flag.source, &name)
    {
        let flag_like = document.is_some() || sounds_like_a_flag(&name);
        return flag_like.then(|| of_another("parameter", &name, spec.flag.source.name()));
    }
    let Some(document) = document else {
        let ours = spec.is_some() || sounds_like_a_flag(&name);
        let why = match (&text, value) {
            (Some(_), _) => "what it writes is no flag document",
            (None, Some(_)) => "what it writes is known only when it runs",
            (None, None) => "it names no value",
        };
        return ours.then(|| Found::noted(NativeAction::Opaque, why));
    };
    let mut changes = document.changes();
    let note = match (document.enabled, document.percent) {
        (Some(false), Some(percent)) => Some(format!(
            "it writes {percent} besides; disabling keeps the percentage as it is"
        )),
        (Some(false), None) => None,
        (_, Some(percent)) if percent.get() > 0 => Some(format!(
            "it puts {percent} of the users on the new behaviour, whatever the share is now: a raise from anything below"
        )),
        (Some(true), None) => Some("it enables and names no percentage".to_owned()),
        _ => None,
    };
    let action = match changes.len() {
        0 => NativeAction::Enable,
        1 => NativeAction::Change(changes.remove(0)),
        _ => NativeAction::Several(changes),
    };
    Some(Found { action, note })
}

fn environment(call: &AwsCall, spec: Option<&RolloutSpec>) -> Option<Found> {
    let option = call.option_named("environment")?;
    let wanted = Environment::of(option);
    let named = call.text("function-name").unwrap_or_default();
    let exposing = |name: &str| match spec.and_then(|spec| spec.fallback.as_ref()) {
        Some(fallback) => fallback.decides_exposure(name),
        None => name.ends_with("_ENABLED") || name == "ROLLOUT_PERCENTAGE",
    };
    let sets = wanted
        .as_ref()
        .map(|w| w.sets.as_slice())
        .unwrap_or_default();
    let decisive: Vec<&(String, String)> = sets.iter().filter(|(name, _)| exposing(name)).collect();
    if let Some((false, ours)) = function_of(call, spec) {
        let kin = named.contains(ours) || ours.contains(named.as_str());
        return (kin || !decisive.is_empty()).then(|| of_another("function", &named, ours));
    }
    if spec.is_some_and(|spec| spec.fallback.is_none()) {
        return None;
    }
    let Some(wanted) = wanted.as_ref() else {
        return Some(Found::noted(
            NativeAction::Opaque,
            "what it writes is known only when it runs",
        ));
    };
    let others: Vec<&(String, String)> = wanted
        .sets
        .iter()
        .filter(|(name, _)| !exposing(name))
        .collect();
    let action = if decisive.iter().any(|(_, value)| is_off(value)) {
        NativeAction::Change(Change::FallbackOn)
    } else if !decisive.is_empty() {
        NativeAction::FallbackOff
    } else {
        tuned(&others)
    };
    let covered = matches!(
        action,
        NativeAction::Change(Change::FallbackOn) | NativeAction::FallbackOff
    );
    let mut note = "the command replaces the whole environment: it deletes every variable that it does not list; the native action merges".to_owned();
    if covered && !others.is_empty() {
        let names: Vec<&str> = others.iter().map(|(name, _)| name.as_str()).collect();
        note = format!("{note}. Not taken over: {}", names.join(", "));
    }
    Some(Found::noted(action, note))
}

/// Whether a variable's value turns something off.
fn is_off(value: &str) -> bool {
    matches!(
        value.trim().to_ascii_lowercase().as_str(),
        "false" | "0" | "off" | "no" | "disabled" | "0.0"
    )
}

fn tuned(sets: &[&(String, String)]) -> NativeAction {
    let mut changes: Vec<Change> = sets
        .iter()
        .map(|(name, value)| Change::SetVariable {
            name: name.clone(),
            value: Some(value.clone()),
        })
        .collect();
    match changes.len() {
        0 => NativeAction::Opaque,
        1 => NativeAction::Change(changes.remove(0)),
        _ => NativeAction::Several(changes),
    }
}

fn alarms(call: &AwsCall, spec: Option<&RolloutSpec>) -> Option<Found> {
    let named: Vec<String> = ["alarm-names", "alarm-name"]
        .iter()
        .filter_map(|option| call.option_named(option))
        .flat_map(|option| option.values.iter().map(Word::text))
        .collect();
    let ours = |name: &String| match spec.map(|spec| &spec.alarms) {
        None => true,
        Some(AlarmsSpec::None) => false,
        Some(AlarmsSpec::Names(names)) => names.contains(name),
        Some(AlarmsSpec::Prefix(prefix)) => name.starts_with(prefix),
    };
    if !named.is_empty() && !named.iter().any(ours) {
        return None;
    }
    let strange: Vec<&str> = named
        .iter()
        .filter(|name| !ours(name))
        .map(String::as_str)
        .collect();
    let action = NativeAction::Look(Look::Alarms);
    Some(if strange.is_empty() {
        Found::new(action)
    } else {
        Found::noted(
            action,
            format!("not among the rollout's alarms: {}", strange.join(", ")),
        )
    })
}

fn signals(call: &AwsCall, spec: Option<&RolloutSpec>) -> Found {
    let action = NativeAction::Look(Look::Signals);
    let (Some(spec), Some(metric)) = (spec, call.text("metric-name")) else {
        return Found::new(action);
    };
    let namespace = call.text("namespace").unwrap_or_default();
    let reads = |query: &MetricQuery| query.name == metric && query.namespace == namespace;
    let named: Vec<&str> = spec
        .signals
        .iter()
        .filter(|signal| match &signal.source {
            SignalSource::Metric(query) => reads(query),
            SignalSource::Expression { metrics, .. } => {
                metrics.iter().any(|(_, query)| reads(query))
            }
            SignalSource::Counted => false,
        })
        .map(|signal| signal.name.as_str())
        .collect();
    if named.is_empty() {
        return Found::noted(
            action,
            format!(
                "no signal of the rollout reads {namespace} {metric}: only the command shows it"
            ),
        );
    }
    Found::noted(action, format!("read here as {}", named.join(", ")))
}

fn logs(call: &AwsCall, spec: Option<&RolloutSpec>) -> Option<Found> {
    let group = match call.operation.as_str() {
        "tail" => call.positional.first().map(Word::text),
        _ => call
            .text("log-group-name")
            .or_else(|| call.text("log-group-identifier")),
    };
    let found = Found::new(NativeAction::Look(Look::Logs));
    let (Some(logs), Some(group)) = (spec.and_then(|spec| spec.logs.as_ref()), group) else {
        return spec.is_none_or(|spec| spec.logs.is_some()).then_some(found);
    };
    let ours = |own: &String| group == *own || group.ends_with(&format!(":log-group:{own}"));
    logs.groups.iter().any(ours).then_some(found)
}
