//! Where one rollout stands, in as many words as a row of the list holds. It judges nothing: what it tells is the model's verdict.

use std::cmp::Reverse;
use std::time::Duration;

use crate::app::Model;
use crate::domain::alarm::AlarmState;
use crate::domain::clockface::Clockface;
use crate::domain::rollout::AlarmsSpec;
use crate::domain::signal::{
    Limit, LimitOp, Reading, SignalSource, SignalSpec, SignalState, Unit, format_bound,
    format_value,
};
use crate::domain::verdict::Decision;
use crate::domain::{Percent, Timestamp};

/// An effect that was not seen by then is looked for at the ordinary pace again.
const WITNESSED: Duration = Duration::from_mins(30);

/// How urgent a rollout is; the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Exposure was lowered, and somebody may still be exposed.
    StillExposed,
    /// The verdict is to go back.
    RollBack,
    /// The data do not suffice.
    CannotTell,
    /// Nothing is wrong enough to go back.
    Hold,
    /// The next stage may come.
    Promote,
    /// Nobody is exposed.
    Off,
}

impl Class {
    /// The word on screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::StillExposed => "STILL EXPOSED",
            Self::RollBack => Decision::RollBack.word(),
            Self::CannotTell => Decision::CannotTell.word(),
            Self::Hold => Decision::Hold.word(),
            Self::Promote => Decision::Promote.word(),
            Self::Off => "off",
        }
    }
}

/// The signal that is nearest to, or furthest past, its limits.
#[derive(Clone, Debug, PartialEq)]
pub struct Worst {
    /// Its title.
    pub title: String,
    /// Its value with the unit, or why there is none.
    pub value: String,
    /// The limit that it is measured by, with the unit; empty where it has none.
    pub limit: String,
    /// How it stands.
    pub state: SignalState,
}

/// Where one rollout stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Its name.
    pub name: String,
    /// Its environment.
    pub environment: String,
    /// Whether that is production.
    pub is_prod: bool,
    /// Its region, and the profile where the configuration names one.
    pub region: String,
    /// How urgent it is.
    pub class: Class,
    /// What may be in force somewhere, or what the flag says where that is not known; `None` while nothing is.
    pub exposure: Option<Percent>,
    /// Whether caches may still serve more than the flag says.
    pub is_settling: bool,
    /// Which stage it has reached, from 1, and how many there are; 0 below the first.
    pub stage: (usize, usize),
    /// The signal to look at.
    pub worst: Option<Worst>,
    /// Alarms in ALARM, and all of them; `None` until they were read.
    pub alarms: Option<(usize, usize)>,
    /// Whether alarms are watched at all.
    pub has_alarms: bool,
    /// When the oldest of its reads came; `None` while one is missing.
    pub oldest: Option<Timestamp>,
    /// Why a read failed, in few words.
    pub fault: Option<String>,
    /// Whether an incident is open.
    pub incident: bool,
    /// Whether an order is under way, or its effect is being watched.
    pub is_busy: bool,
}

impl Standing {
    /// Where this rollout stands.
    pub fn of(model: &Model) -> Self {
        let spec = &model.spec;
        let effective = model.exposure.effective;
        let fault = [
            &model.flag.fault,
            &model.sampling.fault,
            &model.alarms.fault,
        ]
        .into_iter()
        .find_map(Option::as_ref)
        .map(|fault| format!("{fault}"));
        Self {
            name: spec.name.clone(),
            environment: spec.environment.0.clone(),
            is_prod: spec.environment.is_prod(),
            region: region(model),
            class: class(model),
            exposure: effective.map(|e| e.at_most).or(model.exposure.desired),
            is_settling: effective.is_some_and(|effective| effective.settling),
            stage: (model.stage.map_or(0, |index| index + 1), spec.stages.len()),
            worst: worst(model),
            alarms: alarms(model),
            has_alarms: spec.alarms != AlarmsSpec::None,
            oldest: oldest(model),
            fault,
            incident: model.incident.open().is_some(),
            is_busy: is_busy(model),
        }
    }

    /// How bad the worst of it is within its class: a signal past what one acts on, an alarm, a signal past what one is warned of.
    pub fn trouble(&self) -> u8 {
        let signal = match self.worst.as_ref().map(|worst| worst.state) {
            Some(SignalState::Act) => 3,
            Some(SignalState::Warn) => 1,
            _ => 0,
        };
        let alarm = self.alarms.is_some_and(|(firing, _)| firing > 0);
        signal.max(2 * u8::from(alarm))
    }

    /// The row in words, as it is copied.
    pub fn words(&self) -> String {
        let exposure = match self.exposure {
            Some(percent) if self.is_settling => format!("at most {percent} exposed"),
            Some(percent) => format!("{percent} exposed"),
            None => "exposure unknown".to_owned(),
        };
        let mut parts = vec![
            format!("{} {} {}", self.name, self.environment, self.region),
            self.class.word().to_owned(),
            exposure,
        ];
        parts.extend(self.worst.as_ref().map(|worst| {
            let words = format!("{} {} {}", worst.title, worst.value, worst.limit);
            words.trim_end().to_owned()
        }));
        parts.extend(
            self.alarms
                .filter(|_| self.has_alarms)
                .map(|(firing, all)| format!("{firing} of {all} alarms in ALARM")),
        );
        parts.extend(self.fault.clone());
        parts.extend(self.incident.then(|| "an incident is open".to_owned()));
        parts.join(" · ")
    }
}

impl Standing {
    /// Its place among others, the least first: the worst; among equals an open incident first, then what is past a limit or has an
    /// alarm, then production.
    pub fn rank(&self) -> (Class, bool, Reverse<u8>, bool) {
        let trouble = Reverse(self.trouble());
        (self.class, !self.incident, trouble, !self.is_prod)
    }
}

fn region(model: &Model) -> String {
    let region = model.region.as_ref().or(model.spec.region.as_ref());
    let parts = [region, model.spec.profile.as_ref()];
    let words: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    words.join(" · ")
}

/// The clock of the last order, unless somebody else has written since.
fn watched(model: &Model) -> Option<&Clockface> {
    let clock = model.clock.as_ref()?;
    (clock.superseded_by().is_none() && clock.moves_exposure()).then_some(clock)
}

/// Whether an order is on its way, or what it did is still being found out.
pub fn is_busy(model: &Model) -> bool {
    let watching = watched(model).is_some_and(|clock| {
        !clock.is_finished(model.now) && model.now.since(clock.accepted_at) < WITNESSED
    });
    !model.in_flight.is_empty()
        || model.waiting.is_some()
        || !model.unresolved.is_empty()
        || watching
        || model.runs.iter().any(crate::app::model::Run::is_live)
}

fn class(model: &Model) -> Class {
    if watched(model).is_some_and(|clock| clock.is_exposed_still(model.now)) {
        return Class::StillExposed;
    }
    let decision = model.verdict.decision;
    if decision == Decision::RollBack {
        return Class::RollBack;
    }
    let is_off = model.exposure.desired == Some(Percent::ZERO)
        && model
            .exposure
            .effective
            .is_none_or(|effective| effective.at_most == Percent::ZERO)
        && model.exposure.listed.is_empty()
        && model.flag.fault.is_none();
    match decision {
        _ if is_off => Class::Off,
        Decision::RollBack => Class::RollBack,
        Decision::CannotTell => Class::CannotTell,
        Decision::Hold => Class::Hold,
        Decision::Promote => Class::Promote,
    }
}

fn alarms(model: &Model) -> Option<(usize, usize)> {
    let batch = model.alarms.value.as_ref()?;
    let firing = batch
        .alarms
        .iter()
        .filter(|alarm| alarm.state == AlarmState::Alarm);
    Some((firing.count(), batch.alarms.len() + batch.missing.len()))
}

/// The oldest of what is read again and again; `None` where one has not come at all.
fn oldest(model: &Model) -> Option<Timestamp> {
    let measured = model
        .spec
        .signals
        .iter()
        .any(|signal| !matches!(signal.source, SignalSource::Counted));
    let alarmed = model.spec.alarms != AlarmsSpec::None;
    let mut oldest = model.flag.at?;
    for (wanted, at) in [(measured, model.sampling.at), (alarmed, model.alarms.at)] {
        if wanted {
            oldest = oldest.min(at?);
        }
    }
    Some(oldest)
}

/// The signal that matters most: past its limits, then not known, then nearest to a limit.
fn worst(model: &Model) -> Option<Worst> {
    let mut best: Option<(u8, f64, &SignalSpec, &Reading)> = None;
    for spec in &model.spec.signals {
        let Some(reading) = model.readings.iter().find(|r| r.name == spec.name) else {
            continue;
        };
        let (rank, nearness) = (rank(reading.state), nearness(spec, reading));
        if best.is_none_or(|(r, n, ..)| (rank, nearness) > (r, n)) {
            best = Some((rank, nearness, spec, reading));
        }
    }
    let (_, _, spec, reading) = best?;
    let limit = limit_of(spec, reading.state);
    let value = match (reading.state, reading.value) {
        (SignalState::NoData, _) => "no data".to_owned(),
        (SignalState::NotApplicable, _) => "n/a".to_owned(),
        (SignalState::Stale, _) => "stale".to_owned(),
        (_, Some(value)) => format_value(reading.unit, value),
        (_, None) => "no data".to_owned(),
    };
    Some(Worst {
        title: spec.title.clone(),
        value,
        // Beside no number a limit would only read as if there were one.
        limit: limit
            .zip(reading.value)
            .filter(|_| reading.state != SignalState::Stale)
            .map_or_else(String::new, |(limit, value)| {
                beside(spec.unit, limit, limit.is_past(value))
            }),
        state: reading.state,
    })
}

/// A limit as it stands beside a value, so that both read as a sentence that is true: `7.9 s > 7 s`, `2.1 s < 5 s`.
fn beside(unit: Unit, limit: Limit, is_past: bool) -> String {
    let rises = matches!(limit.op, LimitOp::Above | LimitOp::AtLeast);
    let sign = if rises == is_past { ">" } else { "<" };
    format!("{sign} {}", format_bound(unit, limit.value))
}

fn rank(state: SignalState) -> u8 {
    match state {
        SignalState::NotApplicable => 0,
        SignalState::Ok => 1,
        SignalState::NoData => 2,
        SignalState::Stale => 3,
        SignalState::Warn => 4,
        SignalState::Act => 5,
    }
}

/// The limit that a value is measured by: the one it is past, else the first that it would pass.
fn limit_of(spec: &SignalSpec, state: SignalState) -> Option<Limit> {
    match state {
        SignalState::Act => spec.act.or(spec.warn),
        _ => spec.warn.or(spec.act),
    }
}

/// How near the value is to its limit: 1 at the limit.
fn nearness(spec: &SignalSpec, reading: &Reading) -> f64 {
    let (Some(value), Some(limit)) = (reading.value, limit_of(spec, reading.state)) else {
        return 0.0;
    };
    let share = match limit.op {
        LimitOp::Above | LimitOp::AtLeast => value / limit.value,
        LimitOp::Below | LimitOp::AtMost => limit.value / value,
    };
    if share.is_finite() { share } else { 0.0 }
}
