//! What a key wishes for, as a change of a lever: stages, zero, enable, undo, fallback, restore, the verdict's advice. It makes no plan.

use crate::app::Effect;
use crate::app::keymap::Action;
use crate::app::model::{Model, Screen, Tone};
use crate::domain::Percent;
use crate::domain::lever::LeverId;
use crate::domain::plan::{self, Change, Outcome};
use crate::domain::rollout::stages::{next, previous};
use crate::domain::verdict::{Decision, Recommendation};

use super::orders::want;
use super::{settling, toast};

/// Sets 0 percent.
pub(super) fn zero(model: &mut Model) -> Vec<Effect> {
    want(model, Change::SetPercent(Percent::ZERO))
}

/// The stage of this number, from 1.
pub(super) fn stage(model: &mut Model, number: usize) -> Vec<Effect> {
    let stages = &model.spec.stages;
    if let Some(stage) = number.checked_sub(1).and_then(|index| stages.get(index)) {
        let percent = stage.percent;
        return want(model, Change::SetPercent(percent));
    }
    let text = format!(
        "there is no stage {number}: this rollout has {}",
        stages.len()
    );
    say(model, Tone::Warn, text)
}

/// The first stage above what is in force.
pub(super) fn next_stage(model: &mut Model) -> Vec<Effect> {
    let Some(now) = standing(model) else {
        return not_known(model);
    };
    if let Some(percent) = next(&model.spec.stages, now) {
        return want(model, Change::SetPercent(percent));
    }
    say(model, Tone::Plain, format!("{now} is the last stage"))
}

/// The last stage below what is in force; 0 below the first.
pub(super) fn previous_stage(model: &mut Model) -> Vec<Effect> {
    let Some(now) = standing(model) else {
        return not_known(model);
    };
    if let Some(percent) = previous(&model.spec.stages, now) {
        return want(model, Change::SetPercent(percent));
    }
    let text = "nobody is exposed: there is no stage below";
    say(model, Tone::Plain, text)
}

/// Enables at the first stage.
pub(super) fn enable(model: &mut Model) -> Vec<Effect> {
    match standing(model) {
        Some(Percent::ZERO) => stage(model, 1),
        Some(_) => {
            let next = model.keymap.said(Action::NextStage);
            let text = format!("it is enabled: {next} and the digits change the stage");
            say(model, Tone::Plain, text)
        }
        None => not_known(model),
    }
}

/// Does what the verdict recommends.
pub(super) fn recommended(model: &mut Model) -> Vec<Effect> {
    let why = model.keymap.said(Action::Why);
    let text = match model.verdict.recommend.clone() {
        Some(Recommendation::Disable) => return want(model, Change::Disable),
        Some(Recommendation::Raise(to)) => return want(model, Change::SetPercent(to)),
        Some(Recommendation::Reduce { to, .. }) => match standing(model) {
            Some(now) if to < now => return want(model, Change::SetPercent(to)),
            Some(now) => format!(
                "the advice was to reduce to {to}, and {now} is in force: nothing to lower; {why} shows why"
            ),
            None => return not_known(model),
        },
        Some(Recommendation::Investigate(what)) => {
            format!("the verdict asks to investigate: {what}; {why} shows why")
        }
        None if model.verdict.decision == Decision::RollBack => format!(
            "it is rolled back already: what is seen is from before it took effect; {why} shows why"
        ),
        None => format!("the verdict recommends nothing to do now; {why} shows why"),
    };
    toast(model, Tone::Plain, text);
    Vec::new()
}

/// Undoes the last order.
pub(super) fn undo(model: &mut Model) -> Vec<Effect> {
    if [LeverId::Flag, LeverId::Fallback]
        .iter()
        .any(|lever| model.in_flight.on(*lever).is_some())
    {
        let text = "an order is on its way: it can be undone once it has come to its end";
        return say(model, Tone::Warn, text);
    }
    if model.last_order.is_none() {
        let versions = model.keymap.said(Action::History);
        let text =
            format!("nothing was ordered from here: {versions} shows the versions to restore");
        return say(model, Tone::Plain, text);
    }
    if let Some(change) = undoable(model) {
        return want(model, change);
    }
    let versions = model.keymap.said(Action::History);
    let text = format!(
        "that order cannot be undone from here: what it replaced is not known; {versions} shows the versions"
    );
    say(model, Tone::Warn, text)
}

/// What undoes the last order; none while another one is on its way, or where what it replaced is not known.
pub fn undoable(model: &Model) -> Option<Change> {
    let last = model.last_order.as_ref()?;
    if model.in_flight.on(last.plan.lever).is_some() {
        return None;
    }
    let outcome = model.last_outcome.as_ref().unwrap_or(&Outcome::NoOp);
    let state = model.lever(last.plan.lever).value.as_ref();
    plan::undo(last, outcome, state, &model.spec.flag.shape)
}

/// The fallback on, or off again where this rollout put it on.
pub(super) fn fallback(model: &mut Model) -> Vec<Effect> {
    let change = match &model.fallback_replaced {
        Some(replaced) if settling::fallback_is_on(model) => Change::FallbackOff(replaced.clone()),
        _ => Change::FallbackOn,
    };
    want(model, change)
}

/// Restores the selected version of the flag.
pub(super) fn restore_selected(model: &mut Model) -> Vec<Effect> {
    if model.screen != Screen::History {
        let versions = model.keymap.said(Action::History);
        let restore = model.keymap.said(Action::Restore);
        let text =
            format!("{versions} shows the versions; {restore} there restores the selected one");
        return say(model, Tone::Plain, text);
    }
    let mut versions = model.history.value.iter().flatten();
    if let Some(version) = versions.nth(model.selected).cloned() {
        let (version, text) = (version.revision, version.text);
        return want(model, Change::Restore { version, text });
    }
    let text = "no version is selected: the history was not read yet";
    say(model, Tone::Plain, text)
}

/// The percentage that steps are counted from: what the order in flight leads to, else what the flag says.
fn standing(model: &Model) -> Option<Percent> {
    let flying = model.in_flight.on(LeverId::Flag);
    flying
        .map(|order| order.plan.after)
        .or(model.exposure.desired)
}

fn not_known(model: &mut Model) -> Vec<Effect> {
    let disable = model.keymap.said(Action::Disable);
    let versions = model.keymap.said(Action::History);
    let text = format!(
        "the flag is not known: {disable} disables all the same, {versions} shows its versions"
    );
    say(model, Tone::Warn, text)
}

/// A wish that leads to nothing says why.
fn say(model: &mut Model, tone: Tone, text: impl Into<String>) -> Vec<Effect> {
    toast(model, tone, text);
    Vec::new()
}
