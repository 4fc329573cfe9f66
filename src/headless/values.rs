//! What the screen shows, as JSON: every value is taken from the model, none is worked out here.

use serde_json::{Value, json};

use crate::app::Model;
use crate::app::model::Feed;
use crate::domain::alarm::{Alarm, AlarmState};
use crate::domain::exposure::Observed;
use crate::domain::failure::PortError;
use crate::domain::flag::Flag;
use crate::domain::lever::{LeverContent, LeverState};
use crate::domain::rollout::FlagSource;
use crate::domain::signal::{Reading, SignalState, write_limit};
use crate::domain::verdict::{Recommendation, Verdict};
use crate::domain::{Revision, Timestamp};

mod incident;
pub(super) mod levers;

pub(super) use incident::incident;
pub(super) use levers::levers;

/// `desired`, `effective` and `observed`, and what contradicts what.
pub(super) fn exposure(model: &Model) -> Value {
    let exposure = &model.exposure;
    let (effective, settling) = exposure.effective.map_or((None, None), |effective| {
        (Some(effective.at_most), Some(effective.settling))
    });
    json!({
        "desired": exposure.desired,
        "effective": effective,
        "observed": observed(&exposure.observed),
        "settling": settling,
        "listed": exposure.listed,
        "contradictions": exposure.contradictions,
    })
}

/// A share of sessions, what a marker metric alone can tell, or null.
fn observed(observed: &Observed) -> Value {
    match observed {
        Observed::Unknown => Value::Null,
        Observed::Share(share) => json!({
            "percent": tenth(share.percent), "low": tenth(share.low), "high": tenth(share.high),
            "treated": share.treated, "sessions": share.sessions,
        }),
        Observed::Seen(at) => json!({ "percent": null, "seen": true, "last_seen": at }),
        Observed::NoneSeen(since) => json!({ "percent": null, "seen": false, "none_since": since }),
    }
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// The flag as last read; null when it could not be.
pub(super) fn flag(model: &Model) -> Value {
    let Some(state) = readable(&model.flag) else {
        return Value::Null;
    };
    let LeverContent::Document(text) = &state.content else {
        return Value::Null;
    };
    let says = model.flag_says.as_ref().and_then(|says| says.as_ref().ok());
    json!({
        "source": source(model),
        "name": state.resource,
        "version": revision(&state.revision),
        "enabled": says.map(|flag| flag.enabled),
        "rollout_percentage": says.map(|flag| flag.rollout_percentage),
        "last_modified_by": state.changed_by,
        "last_modified_at": state.changed_at,
        "read_at": state.read_at,
        "value": document(text),
    })
}

/// The value of a lever, unless its newest read failed.
pub(super) fn readable(feed: &Feed<LeverState>) -> Option<&LeverState> {
    feed.value.as_ref().filter(|_| feed.fault.is_none())
}

/// `ssm` or `file`.
pub(super) fn source(model: &Model) -> &'static str {
    match model.spec.flag.source {
        FlagSource::Ssm(_) => "ssm",
        FlagSource::File(_) => "file",
    }
}

/// The document as JSON, or as the text that it is.
pub(super) fn document(text: &str) -> Value {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}

/// A version number as a number, any other revision as text.
pub(super) fn revision(revision: &Revision) -> Value {
    revision
        .0
        .parse::<u64>()
        .map_or_else(|_| Value::from(revision.0.as_str()), Value::from)
}

/// Where the rollout stands among its stages; null while the flag is not known.
pub(super) fn stage(model: &Model) -> Value {
    let Some(percent) = model.facts.percent.filter(|_| model.flag.fault.is_none()) else {
        return Value::Null;
    };
    let left = model.facts.bake_left(&model.spec.stages, model.now);
    json!({
        "index": model.stage.map_or(0, |index| index + 1),
        "count": model.spec.stages.len(),
        "percent": percent,
        "since": model.stage_since,
        "bake_left_s": left.map(|left| left.as_secs()),
    })
}

/// Every signal; null when none could be read.
pub(super) fn signals(model: &Model) -> Value {
    if model.sampling.at.is_none() && model.sampling.fault.is_some() {
        return Value::Null;
    }
    model
        .readings
        .iter()
        .map(|reading| signal(model, reading))
        .collect()
}

/// One signal.
pub(super) fn signal(model: &Model, reading: &Reading) -> Value {
    let spec = model
        .spec
        .signals
        .iter()
        .find(|spec| spec.name == reading.name);
    let limit = |limit: Option<crate::domain::signal::Limit>| {
        limit.map(|limit| write_limit(reading.unit, limit))
    };
    json!({
        "name": reading.name,
        "value": reading.value,
        "unit": reading.unit.symbol(),
        "state": signal_state(reading.state),
        "target": limit(spec.and_then(|spec| spec.target)),
        "warn": limit(spec.and_then(|spec| spec.warn)),
        "act": limit(spec.and_then(|spec| spec.act)),
        "samples": reading.samples.map(count),
        "at": reading.at,
        "applies": reading.state != SignalState::NotApplicable,
        "note": reading.note,
    })
}

/// A count without a fraction where it has none.
fn count(number: f64) -> Value {
    if number.fract() == 0.0 && (0.0..9e15).contains(&number) {
        Value::from(number as u64)
    } else {
        Value::from(number)
    }
}

/// The word of `--json`; a signal that does not apply has no data to speak of.
pub(super) fn signal_state(state: SignalState) -> &'static str {
    match state {
        SignalState::Ok => "ok",
        SignalState::Warn => "warn",
        SignalState::Act => "act",
        SignalState::Stale => "stale",
        SignalState::NoData | SignalState::NotApplicable => "no_data",
    }
}

/// Every watched alarm; null when they could not be read.
pub(super) fn alarms(model: &Model) -> Value {
    match &model.alarms.value {
        Some(batch) => batch
            .alarms
            .iter()
            .map(|found| alarm(model, found))
            .chain(batch.missing.iter().map(|name| {
                json!({ "name": name, "state": "MISSING", "since": null, "reason": "there is no such alarm", "helpless": "there is no such alarm" })
            }))
            .collect(),
        None if model.alarms.fault.is_some() => Value::Null,
        None => Value::Array(Vec::new()),
    }
}

/// One alarm.
pub(super) fn alarm(model: &Model, alarm: &Alarm) -> Value {
    json!({
        "name": alarm.name,
        "state": alarm_state(&alarm.state),
        "since": alarm.since,
        "reason": alarm.reason,
        "helpless": model.helpless.get(&alarm.name),
    })
}

/// CloudWatch's word for a state.
pub(super) fn alarm_state(state: &AlarmState) -> &str {
    match state {
        AlarmState::Ok => "OK",
        AlarmState::Alarm => "ALARM",
        AlarmState::InsufficientData => "INSUFFICIENT_DATA",
        AlarmState::Unknown(word) => word,
    }
}

/// The verdict with its reasons.
pub(super) fn verdict(verdict: &Verdict) -> Value {
    json!({
        "decision": verdict.decision,
        "reasons": verdict.reasons,
        "recommend": verdict.recommend.as_ref().map(recommend),
    })
}

fn recommend(recommend: &Recommendation) -> Value {
    let (action, to, why) = match recommend {
        Recommendation::Disable => ("disable", None, None),
        Recommendation::Reduce { to, why } => ("reduce", Some(*to), why.clone()),
        Recommendation::Raise(to) => ("raise", Some(*to), None),
        Recommendation::Investigate(what) => ("investigate", None, Some(what.clone())),
    };
    json!({ "action": action, "to": to, "why": why })
}

/// Whatever could not be read, with what to do next. `unread` are those that gave no answer in time.
pub(super) fn errors(model: &Model, unread: &[&str]) -> Vec<Value> {
    let mut out: Vec<Value> = faults(model).into_iter().map(error).collect();
    for (name, text) in &model.signal_faults {
        out.push(json!({
            "what": format!("signal {name}"), "kind": "partial", "text": text,
            "hint": "see the metric in CloudWatch",
        }));
    }
    if let Some(Err(wrong)) = &model.flag_says {
        let text: Vec<String> = wrong.iter().map(ToString::to_string).collect();
        out.push(json!({
            "what": "the flag document", "kind": "invalid", "text": text.join("; "),
            "hint": "restore a version from the history, or disable it",
        }));
    }
    out.extend(unread.iter().map(|what| {
        json!({ "what": what, "kind": "timed_out", "text": "no answer in time", "hint": "ask again" })
    }));
    out
}

/// The faults of all feeds.
pub(super) fn faults(model: &Model) -> Vec<&PortError> {
    [
        model.identity.fault.as_ref(),
        model.flag.fault.as_ref(),
        model.fallback.fault.as_ref(),
        model.history.fault.as_ref(),
        model.sampling.fault.as_ref(),
        model.alarms.fault.as_ref(),
        model.tail.fault.as_ref(),
        model.journal.fault.as_ref(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// One fault.
pub(super) fn error(fault: &PortError) -> Value {
    json!({ "what": fault.what, "kind": fault.kind, "text": fault.text, "hint": fault.hint })
}

/// What a version of the flag says: `enabled` and the percentage, where it is valid.
pub(super) fn says(model: &Model, text: &str) -> Option<Flag> {
    Flag::parse(text, &model.spec.flag.shape).ok()
}

/// How long ago, as people say it.
pub(super) fn ago(model: &Model, at: Timestamp) -> String {
    format!(
        "{} ago",
        crate::domain::signal::format_span(model.now.since(at))
    )
}
