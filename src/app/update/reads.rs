//! What was read goes into its feed; whatever follows from it is judged anew.

use crate::app::Effect;
use crate::app::model::{Model, Overlay, Tone};
use crate::domain::Timestamp;
use crate::domain::alarm::{Alarm, AlarmBatch, AlarmChange, AlarmState};
use crate::domain::failure::PortError;
use crate::domain::flag::Flag;
use crate::domain::identity::Identity;
use crate::domain::lever::{LeverContent, LeverId, LeverState, Version};
use crate::domain::signal::SampleBatch;

use super::{blind, fleet, judging, orders, others, plans, schedule, toast};

/// STS answered.
pub(super) fn identified(model: &mut Model, result: Result<Identity, PortError>) -> Vec<Effect> {
    if let Ok(identity) = &result {
        let pinned = model
            .pinned_account
            .get_or_insert_with(|| identity.account.clone());
        if *pinned != identity.account {
            let text = format!(
                "the credentials are of account {} now, not of {pinned}: every write is refused",
                identity.account
            );
            toast(model, Tone::Bad, text);
        }
    }
    model.identity.take(result, model.now);
    Vec::new()
}

/// A lever was read.
pub(super) fn lever_read(
    model: &mut Model,
    id: LeverId,
    result: Result<LeverState, PortError>,
) -> Vec<Effect> {
    if model.lever_mut(id).drops_answer() {
        return schedule::due(model);
    }
    let now = model.now;
    let before = model.lever(id).value.clone();
    let failed = result.as_ref().err().cloned();
    let changed = result.as_ref().is_ok_and(|new| {
        before
            .as_ref()
            .is_none_or(|old| old.revision != new.revision)
    });
    model.lever_mut(id).take(result, now);
    if id == LeverId::Flag && failed.is_none() {
        model.flag_says = flag_text(model).map(|text| Flag::parse(&text, &model.spec.flag.shape));
        if changed {
            schedule::soon(&mut model.history);
            others::flag_changed(model, before.as_ref());
        }
    }
    if let Some(fault) = failed.filter(|_| id == LeverId::Flag) {
        blind::flag_unread(model, &fault);
    }
    let mut effects = judging::judge(model);
    if changed {
        plans::lever_moved(model, id);
    }
    effects.extend(orders::resume_after_read(model, id));
    effects.extend(fleet::resume_after_read(model, id));
    effects.extend(schedule::due(model));
    effects
}

fn flag_text(model: &Model) -> Option<String> {
    match &model.flag.value.as_ref()?.content {
        LeverContent::Document(text) => Some(text.clone()),
        LeverContent::Function(_) => None,
    }
}

/// The flag's history was read.
pub(super) fn history_read(
    model: &mut Model,
    result: Result<Vec<Version>, PortError>,
) -> Vec<Effect> {
    let now = model.now;
    model.history.take(result, now);
    if model.history.fault.is_some() {
        model.history.due_in = 30;
    }
    judging::history_changed(model);
    others::mark_history(model);
    blind::history_moved(model);
    judging::judge(model)
}

/// All signals were read.
pub(super) fn sampled(model: &mut Model, result: Result<SampleBatch, PortError>) -> Vec<Effect> {
    let now = model.now;
    match result {
        Ok(batch) => {
            model.sampling.take(Ok(batch.read_at), now);
            for signal in batch.signals {
                model
                    .series
                    .entry(signal.name.clone())
                    .or_default()
                    .merge(&signal.points);
                if let Some(fault) = signal.fault {
                    model.signal_faults.insert(signal.name, fault);
                } else {
                    model.signal_faults.remove(&signal.name);
                    model.signal_read_at.insert(signal.name, batch.read_at);
                }
            }
            // An empty answer of a read that failed is no proof of anything.
            if batch.treated_fault.is_none() {
                judging::marker_metric(model, &batch.treated, batch.from, batch.to);
            }
        }
        Err(fault) => model.sampling.take(Err(fault), now),
    }
    judging::judge(model)
}

/// The alarms were read.
pub(super) fn alarms_read(model: &mut Model, result: Result<AlarmBatch, PortError>) -> Vec<Effect> {
    let now = model.now;
    let fired = match (&result, &model.alarms.value) {
        (Ok(new), Some(old)) => fired(old, new),
        _ => Vec::new(),
    };
    for at in fired {
        others::mark(model, at, "alarm");
    }
    model.alarms.take(result, now);
    judging::judge(model)
}

/// When alarms began to fire while we looked.
fn fired(old: &AlarmBatch, new: &AlarmBatch) -> Vec<Timestamp> {
    let began = |alarm: &&Alarm| {
        let was = old
            .alarms
            .iter()
            .find(|other| other.name == alarm.name)
            .map(|other| &other.state);
        alarm.state == AlarmState::Alarm && was.is_some_and(|state| *state != AlarmState::Alarm)
    };
    new.alarms
        .iter()
        .filter(began)
        .filter_map(|alarm| alarm.since)
        .collect()
}

/// One alarm's history was read; it counts while that alarm is open.
pub(super) fn alarm_history_read(
    model: &mut Model,
    name: &str,
    result: Result<Vec<AlarmChange>, PortError>,
) -> Vec<Effect> {
    let now = model.now;
    if let Some(Overlay::Alarm {
        name: open,
        history,
        ..
    }) = &mut model.overlay
        && open == name
    {
        history.take(result, now);
    }
    Vec::new()
}
