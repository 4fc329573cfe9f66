//! What was read goes into its feed; whatever follows from it is judged anew.

use crate::app::Effect;
use crate::app::model::{Mark, Model, Overlay, Tone};
use crate::domain::alarm::{AlarmBatch, AlarmChange};
use crate::domain::failure::PortError;
use crate::domain::flag::Flag;
use crate::domain::identity::Identity;
use crate::domain::lever::{LeverContent, LeverId, LeverState, Version};
use crate::domain::signal::SampleBatch;

use super::{judging, schedule, settling, toast};

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
    let now = model.now;
    match id {
        LeverId::Fallback => model.fallback.take(result, now),
        LeverId::Flag => {
            let changed = match (&result, &model.flag.value) {
                (Ok(new), Some(old)) => new.revision != old.revision,
                (Ok(_), None) => true,
                (Err(_), _) => false,
            };
            model.flag.take(result, now);
            if changed {
                schedule::soon(&mut model.history);
            }
            model.flag_says =
                flag_text(model).map(|text| Flag::parse(&text, &model.spec.flag.shape));
        }
    }
    let mut effects = judging::judge(model);
    effects.extend(settling::after_read(model));
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
                match signal.fault {
                    Some(fault) => drop(model.signal_faults.insert(signal.name, fault)),
                    None => {
                        model.signal_faults.remove(&signal.name);
                        model.signal_read_at.insert(signal.name, batch.read_at);
                    }
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
    if let (Ok(new), Some(old)) = (&result, &model.alarms.value) {
        mark_fired(&mut model.marks, old, new);
    }
    model.alarms.take(result, now);
    judging::judge(model)
}

/// An alarm that began to fire while we looked is marked on the charts.
fn mark_fired(marks: &mut Vec<Mark>, old: &AlarmBatch, new: &AlarmBatch) {
    use crate::domain::alarm::AlarmState;
    for alarm in new
        .alarms
        .iter()
        .filter(|alarm| alarm.state == AlarmState::Alarm)
    {
        let was = old
            .alarms
            .iter()
            .find(|a| a.name == alarm.name)
            .map(|a| &a.state);
        if was.is_some_and(|state| *state != AlarmState::Alarm)
            && let Some(since) = alarm.since
        {
            marks.push(Mark {
                at: since,
                label: "alarm".to_owned(),
            });
        }
    }
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
