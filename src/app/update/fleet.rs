//! One rollout among several: it goes off the screen and comes back, and a plan that was wanted on the list is shown. What the
//! others do is no business of this.

use std::time::Duration;

use crate::app::Effect;
use crate::app::fleet::Walk;
use crate::app::model::{Model, Screen, Tone};
use crate::domain::lever::LeverId;
use crate::domain::plan::Change;

use super::orders::Offering;
use super::{keys, orders, schedule, toast};

/// A lever that was read so long ago, in real seconds, is read again before anything is planned on the strength of it.
const FRESH: Duration = Duration::from_secs(30);

/// Goes to the list or to a neighbour; in a console of one rollout only the home screen is left to go to.
pub(super) fn walk(model: &mut Model, walk: Walk) -> Vec<Effect> {
    if walk == Walk::List || model.seat.among.is_some() {
        drop(keys::open(model, Screen::Home));
    }
    if model.seat.among.is_some() {
        return vec![Effect::Walk(walk)];
    }
    if walk != Walk::List {
        toast(
            model,
            Tone::Plain,
            "the configuration holds no other rollout",
        );
    }
    Vec::new()
}

/// The rollout came onto the screen or went off it. What was read at a slower pace is read again at once.
pub(super) fn attended(model: &mut Model, is_here: bool) -> Vec<Effect> {
    model.seat.is_away = !is_here;
    model.seat.wanted_plan = None;
    if !is_here {
        return Vec::new();
    }
    model.enter.shown();
    let speed = model.rehearsal.as_ref().map_or(1.0, |r| r.speed.max(1.0));
    let now = model.now;
    for lever in [LeverId::Flag, LeverId::Fallback] {
        let feed = model.lever_mut(lever);
        feed.distrusted |= feed
            .at
            .is_some_and(|at| now.since(at) > FRESH.mul_f64(speed));
    }
    schedule::refresh(model)
}

/// Somebody asked on the list what it would take to do this here.
pub(super) fn plan_wanted(model: &mut Model, change: Change, at_ms: u64) -> Vec<Effect> {
    model.enter.pressed(false, at_ms);
    model.seat.wanted_plan = Some(change);
    let effects = show_wanted(model);
    model.enter.handled();
    effects
}

/// A lever was read: a plan that waited for it is shown.
pub(super) fn resume_after_read(model: &mut Model, lever: LeverId) -> Vec<Effect> {
    let waits = model
        .seat
        .wanted_plan
        .as_ref()
        .is_some_and(|change| orders::lever_of(change) == lever);
    if waits {
        show_wanted(model)
    } else {
        Vec::new()
    }
}

fn show_wanted(model: &mut Model) -> Vec<Effect> {
    let Some(change) = model.seat.wanted_plan.clone() else {
        return Vec::new();
    };
    let lever = model.lever_mut(orders::lever_of(&change));
    let unread = lever.value.is_none() && lever.fault.is_none();
    if unread || (lever.distrusted && lever.fault.is_none()) {
        schedule::soon(lever);
        toast(model, Tone::Plain, "reading the target first");
        return schedule::due(model);
    }
    model.seat.wanted_plan = None;
    match orders::offer(model, &change) {
        Offering::Shown(effects) | Offering::NotNow(effects) => effects,
        Offering::Already(sentence) => {
            toast(model, Tone::Plain, sentence);
            Vec::new()
        }
    }
}
