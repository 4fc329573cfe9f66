//! What is read when. Every feed has its own pace; a failing one slows down, a running exposure clock speeds its witnesses up.

use std::time::Duration;

use crate::app::Effect;
use crate::app::model::{Feed, Instead, Model, Overlay, Tone};
use crate::domain::failure::ErrorKind;
use crate::domain::lever::LeverId;
use crate::domain::log::TailMode;
use crate::domain::rollout::AlarmsSpec;
use crate::domain::{Timestamp, signal::SignalSource};

use super::{charts, incident, judging, looks, orders, toast};

/// Ticks between reads of the flag; more often while an exposure clock runs.
const FLAG: u32 = 2;
/// Ticks between reads of the function.
const FALLBACK: u32 = 15;
/// Ticks between reads of the signals: their periods are minutes, and every read of a metric costs money.
const SAMPLES: u32 = 15;
/// Ticks between reads of the alarms.
const ALARMS: u32 = 10;
/// Ticks between rounds over the logs.
const TAIL: u32 = 2;
/// Ticks between looks at what other consoles have written.
const FOLLOW: u32 = 3;
/// Ticks between looks at the credentials.
const IDENTITY: u32 = 60;
/// The span of the first read of the signals.
const LOOK_BACK: Duration = Duration::from_hours(3);
/// The span of the later ones: late datapoints change old periods.
const OVERLAP: Duration = Duration::from_mins(10);
/// An exposure clock that has not come to its end by then is watched at the ordinary pace again.
const WITNESSED: Duration = Duration::from_mins(30);
/// A failing feed waits at most this many times its pace.
const SLOWEST: u32 = 16;

/// What the console does first.
pub fn start(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    model.now = now;
    model.opened_at = now;
    let mut effects = vec![Effect::Recover];
    effects.extend(due(model));
    effects
}

/// A second passed.
pub(super) fn ticked(model: &mut Model) -> Vec<Effect> {
    model.ticks += 1;
    if let Some(toast) = &mut model.toast {
        toast.ticks = toast.ticks.saturating_sub(1);
    }
    model.toast = model.toast.take().filter(|toast| toast.ticks > 0);
    for due_in in [
        &mut model.identity.due_in,
        &mut model.flag.due_in,
        &mut model.fallback.due_in,
        &mut model.history.due_in,
        &mut model.sampling.due_in,
        &mut model.alarms.due_in,
        &mut model.tail.due_in,
        &mut model.incident.following.due_in,
    ] {
        *due_in = due_in.saturating_sub(1);
    }
    model.charts.ticked();
    let mut effects = judging::judge(model);
    effects.extend(looks::ticked(model));
    effects.extend(incident::watch(model));
    effects.extend(due(model));
    effects
}

/// The console was stopped: a pending confirmation is void, and everything is read again before it is trusted.
pub(super) fn resumed(model: &mut Model) -> Vec<Effect> {
    model.redraws += 1;
    let dropped = drop_questions(model);
    if dropped {
        toast(
            model,
            Tone::Warn,
            "the console was stopped; what was asked was dropped, press its key again",
        );
    }
    model.enter.shown();
    model.flag.distrusted = true;
    model.fallback.distrusted = true;
    model.flag.outdate();
    model.fallback.outdate();
    refresh(model)
}

/// Questions do not outlive a stop: nobody remembers what was asked. Wishes that only waited to ask go as well.
fn drop_questions(model: &mut Model) -> bool {
    let mut dropped = matches!(
        model.overlay,
        Some(Overlay::Plan(_) | Overlay::Palette { .. } | Overlay::Step(_))
    );
    if dropped {
        model.overlay = None;
    }
    if let Some(Overlay::Refused {
        instead: Some(Instead::WithoutJournal { typed }),
        ..
    }) = &mut model.overlay
    {
        typed.clear();
    }
    if model
        .waiting
        .as_ref()
        .is_some_and(|change| !orders::takes_off(change))
    {
        model.waiting = None;
        dropped = true;
    }
    dropped
}

/// Reads everything again now.
pub(super) fn refresh(model: &mut Model) -> Vec<Effect> {
    model.identity.due_in = 0;
    model.flag.due_in = 0;
    model.fallback.due_in = 0;
    model.history.due_in = 0;
    model.sampling.due_in = 0;
    model.alarms.due_in = 0;
    model.tail.due_in = 0;
    due(model)
}

/// Begins every read that is due and not under way.
pub(super) fn due(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    let now = model.now;
    let witness = model
        .clock
        .as_ref()
        .is_some_and(|clock| !clock.is_finished(now) && now.since(clock.accepted_at) < WITNESSED);
    let hurry = |pace: u32| if witness { 1 } else { pace };
    let quick = |pace: u32, speed: f64| ((f64::from(pace) / speed.max(1.0)).round() as u32).max(1);
    let speed = model.rehearsal.as_ref().map_or(1.0, |r| r.speed);

    if begin(&mut model.identity, IDENTITY) {
        effects.push(Effect::Identify);
    }
    if model.journal.open && begin(&mut model.incident.following, FOLLOW) {
        effects.push(Effect::Follow);
    }
    if begin(&mut model.flag, hurry(FLAG)) {
        effects.push(Effect::ReadLever(LeverId::Flag));
    }
    if model.spec.fallback.is_some() && begin(&mut model.fallback, quick(FALLBACK, speed)) {
        effects.push(Effect::ReadLever(LeverId::Fallback));
    }
    if begin(&mut model.history, u32::MAX) {
        effects.push(Effect::ReadHistory);
    }
    let measured = model
        .spec
        .signals
        .iter()
        .any(|s| !matches!(s.source, SignalSource::Counted));
    if measured
        && begin(
            &mut model.sampling,
            quick(SAMPLES.max(model.seat.every), speed),
        )
    {
        effects.push(sample(model));
    }
    if model.spec.alarms != AlarmsSpec::None && begin(&mut model.alarms, quick(ALARMS, speed)) {
        effects.push(Effect::ReadAlarms);
    }
    let pace = if model.logs.mode == TailMode::Live {
        1
    } else {
        quick(hurry(TAIL), speed)
    };
    if model.spec.logs.is_some() && begin(&mut model.tail, pace) {
        effects.push(Effect::Tail(model.logs.mode));
    }
    effects.extend(charts::due(model, speed));
    effects
}

/// Marks a read as begun when it is due, and says when the next one is.
pub(super) fn begin<T>(feed: &mut Feed<T>, pace: u32) -> bool {
    if feed.reading || feed.due_in > 0 {
        return false;
    }
    let slow = match feed.fault.as_ref().map(|fault| fault.kind) {
        None => 1,
        // Nothing changes these but a person; asking more often only costs quota.
        Some(ErrorKind::Denied | ErrorKind::NotFound | ErrorKind::Throttled) => {
            1 << feed.failures.min(4)
        }
        Some(_) => 1 << feed.failures.min(3),
    };
    feed.reading = true;
    feed.due_in = pace.saturating_mul(slow.min(SLOWEST));
    true
}

fn sample(model: &Model) -> Effect {
    let span = if model.sampling.value.is_some() {
        OVERLAP
    } else {
        LOOK_BACK
    };
    let since = model.sampling.value.unwrap_or(model.now);
    let from = (since.min(model.now) - span).floor(Duration::from_mins(1));
    Effect::Sample {
        from,
        to: model.now + Duration::from_secs(1),
    }
}

/// The feed may be read again at the next tick.
pub(super) fn soon<T>(feed: &mut Feed<T>) {
    feed.due_in = 0;
}
