//! The gates of a raise: each green or not, with its reason in words. Opening a shut gate is left to a person.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::stages::{self, StageFacts};
use super::{AlarmsSpec, RolloutSpec};
use crate::domain::alarm::{Alarm, AlarmBatch, AlarmState};
use crate::domain::exposure::Exposure;
use crate::domain::signal::{Reading, SignalSpec, SignalState, format_count, format_span};
use crate::domain::{Percent, Timestamp};

/// The age from which on what was read about alarms is stale.
pub const ALARMS_STALE_AFTER: Duration = Duration::from_mins(3);

/// One gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// Its name: `bake`, `limits`, `samples`, `data` or `alarms`.
    pub name: String,
    /// Whether a raise may pass.
    pub green: bool,
    /// How it stands, in words.
    pub text: String,
}

/// What the gates are judged by.
#[derive(Clone, Copy, Debug)]
pub struct GateInput<'a> {
    /// The rollout.
    pub spec: &'a RolloutSpec,
    /// How each signal stands.
    pub readings: &'a [Reading],
    /// The alarms as last read.
    pub alarms: Option<&'a AlarmBatch>,
    /// Why the newest read of the alarms failed, if it did.
    pub alarms_fault: Option<&'a str>,
    /// Exposure.
    pub exposure: &'a Exposure,
    /// Where the flag stands.
    pub stage: StageFacts,
    /// The instant.
    pub now: Timestamp,
}

impl Exposure {
    /// Whether any session may be treated now: caches and listed users counted, and `true` while nothing is known.
    pub fn may_expose(&self) -> bool {
        let by_share = match (self.effective, self.desired) {
            (Some(effective), _) => effective.at_most > Percent::ZERO,
            (None, Some(desired)) => desired > Percent::ZERO,
            (None, None) => true,
        };
        by_share || !self.listed.is_empty()
    }
}

impl RolloutSpec {
    /// Whether a signal takes part in the verdict: it has a `warn` or `act` limit, or a rule is about it.
    pub fn decides(&self, signal: &SignalSpec) -> bool {
        signal.warn.is_some()
            || signal.act.is_some()
            || self.rules.iter().any(|rule| rule.signal == signal.name)
    }
}

/// Every gate of a raise from where the rollout stands. A raise needs them all green.
pub fn gates(input: &GateInput<'_>) -> Vec<Gate> {
    vec![
        bake(input),
        limits(input),
        samples(input),
        data(input),
        alarms(input),
    ]
}

/// The signals that decide and apply now, each with its reading if there is one.
pub(crate) fn deciding<'a>(
    input: &GateInput<'a>,
) -> impl Iterator<Item = (&'a SignalSpec, Option<&'a Reading>)> + use<'a> {
    let (spec, readings) = (input.spec, input.readings);
    spec.signals
        .iter()
        .filter(|signal| spec.decides(signal))
        .map(|signal| (signal, readings.iter().find(|r| r.name == signal.name)))
        .filter(|(_, reading)| reading.is_none_or(|r| r.state != SignalState::NotApplicable))
}

fn gate(name: &str, green: bool, text: String) -> Gate {
    Gate {
        name: name.to_owned(),
        green,
        text,
    }
}

fn bake(input: &GateInput<'_>) -> Gate {
    let (stage, list) = (&input.stage, &input.spec.stages);
    let Some(percent) = stage.percent else {
        return gate(
            "bake",
            false,
            "no valid flag was read: stage unknown".to_owned(),
        );
    };
    let bake = stages::stage_index(list, percent)
        .and_then(|i| list.get(i))
        .and_then(|s| s.bake);
    match (bake, stage.bake_left(list, input.now)) {
        (_, _) if percent == Percent::ZERO => gate("bake", true, "no bake at 0 %".to_owned()),
        (None, _) => gate("bake", true, "this stage asks for no bake".to_owned()),
        (Some(_), None) => gate(
            "bake",
            false,
            "bake unknown: since when is not known".to_owned(),
        ),
        (Some(bake), Some(left)) if left.is_zero() => {
            gate("bake", true, format!("bake {} over", format_span(bake)))
        }
        (Some(_), Some(left)) => gate(
            "bake",
            false,
            format!("bake not over ({} left)", format_span(left)),
        ),
    }
}

fn limits(input: &GateInput<'_>) -> Gate {
    let mut past = Vec::new();
    let (mut inside, mut on_target, mut all) = (0, 0, 0);
    for (signal, reading) in deciding(input) {
        all += 1;
        match reading.map(|r| r.state) {
            Some(SignalState::Warn | SignalState::Act) => past.push(signal.title.clone()),
            Some(SignalState::Ok) => {
                inside += 1;
                let value = reading.and_then(|r| r.value);
                on_target +=
                    i32::from(matches!((signal.target, value), (Some(t), Some(v)) if t.is_past(v)));
            }
            _ => {}
        }
    }
    let text = match (all, past.as_slice()) {
        (0, _) if input.spec.signals.is_empty() => "no signal is configured".to_owned(),
        (0, _) => "no signal applies now".to_owned(),
        (_, []) => format!("{inside} of {all} signals inside limits, {on_target} on target"),
        (_, past) => format!("past a limit: {}", past.join(", ")),
    };
    gate("limits", past.is_empty(), text)
}

fn samples(input: &GateInput<'_>) -> Gate {
    let mut few = Vec::new();
    let mut least = 0;
    for (signal, reading) in deciding(input).filter(|(signal, _)| signal.min_samples > 0) {
        least = least.max(signal.min_samples);
        let seen = reading.and_then(|r| r.samples);
        if seen.is_none_or(|n| n < signal.min_samples as f64) {
            let seen = seen.map_or_else(|| "?".to_owned(), format_count);
            few.push(format!(
                "{} n {seen} of {}",
                signal.title, signal.min_samples
            ));
        }
    }
    match (few.is_empty(), least) {
        (true, 0) => gate(
            "samples",
            true,
            "no signal that applies asks for samples".to_owned(),
        ),
        (true, _) => gate("samples", true, "enough samples".to_owned()),
        (false, _) => gate("samples", false, few.join(", ")),
    }
}

fn data(input: &GateInput<'_>) -> Gate {
    let missing: Vec<_> = deciding(input)
        .filter(|(signal, reading)| lacks_data(signal, *reading))
        .map(|(signal, reading)| {
            let note = reading
                .and_then(|r| r.note.as_deref())
                .unwrap_or("not read yet");
            format!("{} {note}", signal.title)
        })
        .collect();
    match missing.as_slice() {
        [] => gate("data", true, "data fresh".to_owned()),
        missing => gate("data", false, missing.join(", ")),
    }
}

/// Too few samples are the business of another gate.
fn lacks_data(signal: &SignalSpec, reading: Option<&Reading>) -> bool {
    reading.is_none_or(|r| match r.state {
        SignalState::Stale => true,
        SignalState::NoData => {
            r.samples.is_none_or(|n| n >= signal.min_samples as f64) || r.value.is_none()
        }
        _ => false,
    })
}

fn alarms(input: &GateInput<'_>) -> Gate {
    if input.spec.alarms == AlarmsSpec::None {
        return gate("alarms", true, "no alarms are watched".to_owned());
    }
    let Some(batch) = fresh_alarms(input) else {
        let why = input.alarms_fault.unwrap_or("not read yet");
        return gate("alarms", false, format!("alarms unknown: {why}"));
    };
    let named = |state: fn(&Alarm) -> bool| -> Vec<&str> {
        batch
            .alarms
            .iter()
            .filter(|a| state(a))
            .map(|a| a.name.as_str())
            .collect()
    };
    let mut faults = Vec::new();
    let mut tell = |what: &str, names: Vec<&str>| {
        if !names.is_empty() {
            faults.push(format!("{what}: {}", names.join(", ")));
        }
    };
    tell("in ALARM", named(|a| a.state == AlarmState::Alarm));
    tell(
        "in an unknown state",
        named(|a| matches!(a.state, AlarmState::Unknown(_))),
    );
    if input.exposure.may_expose() {
        tell(
            "without data",
            named(|a| a.state == AlarmState::InsufficientData),
        );
    }
    tell(
        "not there",
        batch.missing.iter().map(String::as_str).collect(),
    );
    if batch.alarms.is_empty() && batch.missing.is_empty() {
        faults.push("no alarm matches the config".to_owned());
    }
    if faults.is_empty() {
        let ok = named(|a| a.state == AlarmState::Ok).len();
        gate(
            "alarms",
            true,
            format!("{ok} of {} alarms OK", batch.alarms.len()),
        )
    } else {
        gate("alarms", false, faults.join("; "))
    }
}

/// The alarms, unless what is known about them is too old.
pub(crate) fn fresh_alarms<'a>(input: &GateInput<'a>) -> Option<&'a AlarmBatch> {
    input
        .alarms
        .filter(|batch| input.now.since(batch.read_at) <= ALARMS_STALE_AFTER)
}
