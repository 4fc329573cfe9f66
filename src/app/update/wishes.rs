//! What a key wishes for, as a change of a lever: stages, zero, enable, undo, fallback, restore, the verdict's advice. It makes no plan.

use crate::app::Effect;
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
    match number
        .checked_sub(1)
        .and_then(|index| model.spec.stages.get(index))
    {
        Some(stage) => {
            let percent = stage.percent;
            want(model, Change::SetPercent(percent))
        }
        None => {
            let text = format!(
                "there is no stage {number}: this rollout has {}",
                model.spec.stages.len()
            );
            toast(model, Tone::Warn, text);
            Vec::new()
        }
    }
}

/// The first stage above what is in force.
pub(super) fn next_stage(model: &mut Model) -> Vec<Effect> {
    let Some(now) = standing(model) else {
        return not_known(model);
    };
    match next(&model.spec.stages, now) {
        Some(percent) => want(model, Change::SetPercent(percent)),
        None => {
            toast(model, Tone::Plain, format!("{now} is the last stage"));
            Vec::new()
        }
    }
}

/// The last stage below what is in force; 0 below the first.
pub(super) fn previous_stage(model: &mut Model) -> Vec<Effect> {
    let Some(now) = standing(model) else {
        return not_known(model);
    };
    match previous(&model.spec.stages, now) {
        Some(percent) => want(model, Change::SetPercent(percent)),
        None => {
            toast(
                model,
                Tone::Plain,
                "nobody is exposed: there is no stage below",
            );
            Vec::new()
        }
    }
}

/// Enables at the first stage.
pub(super) fn enable(model: &mut Model) -> Vec<Effect> {
    match standing(model) {
        Some(Percent::ZERO) => stage(model, 1),
        Some(_) => {
            toast(
                model,
                Tone::Plain,
                "it is enabled: + and the digits change the stage",
            );
            Vec::new()
        }
        None => not_known(model),
    }
}

/// Does what the verdict recommends.
pub(super) fn recommended(model: &mut Model) -> Vec<Effect> {
    let text = match model.verdict.recommend.clone() {
        Some(Recommendation::Disable) => return want(model, Change::Disable),
        Some(Recommendation::Raise(to)) => return want(model, Change::SetPercent(to)),
        Some(Recommendation::Reduce { to, .. }) => match standing(model) {
            Some(now) if to < now => return want(model, Change::SetPercent(to)),
            Some(now) => format!(
                "the advice was to reduce to {to}, and {now} is in force: nothing to lower; w shows why"
            ),
            None => return not_known(model),
        },
        Some(Recommendation::Investigate(what)) => {
            format!("the verdict asks to investigate: {what}; w shows why")
        }
        None if model.verdict.decision == Decision::RollBack => {
            "it is rolled back already: what is seen is from before it took effect; w shows why"
                .to_owned()
        }
        None => "the verdict recommends nothing to do now; w shows why".to_owned(),
    };
    toast(model, Tone::Plain, text);
    Vec::new()
}

/// Undoes the last order.
pub(super) fn undo(model: &mut Model) -> Vec<Effect> {
    let Some(last) = model.last_order.clone() else {
        toast(
            model,
            Tone::Plain,
            "nothing was ordered from here: H restores an older version",
        );
        return Vec::new();
    };
    let outcome = model.last_outcome.clone().unwrap_or(Outcome::NoOp);
    let state = model.lever(last.plan.lever).value.as_ref();
    match plan::undo(&last, &outcome, state, &model.spec.flag.shape) {
        Some(change) => want(model, change),
        None => {
            toast(
                model,
                Tone::Warn,
                "that order cannot be undone from here: what it replaced is not known; H shows the versions",
            );
            Vec::new()
        }
    }
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
        toast(
            model,
            Tone::Plain,
            "H shows the versions; R there restores the selected one",
        );
        return Vec::new();
    }
    let version = model
        .history
        .value
        .as_ref()
        .and_then(|versions| versions.get(model.selected))
        .cloned();
    match version {
        Some(version) => want(
            model,
            Change::Restore {
                version: version.revision,
                text: version.text,
            },
        ),
        None => {
            toast(
                model,
                Tone::Plain,
                "no version is selected: the history was not read yet",
            );
            Vec::new()
        }
    }
}

/// The percentage that steps are counted from: what the order in flight leads to, else what the flag says.
fn standing(model: &Model) -> Option<Percent> {
    let flying = model
        .in_flight
        .as_ref()
        .filter(|order| order.plan.lever == LeverId::Flag);
    flying
        .map(|order| order.plan.after)
        .or(model.exposure.desired)
}

fn not_known(model: &mut Model) -> Vec<Effect> {
    toast(
        model,
        Tone::Warn,
        "the flag is not known: D disables all the same, H shows its versions",
    );
    Vec::new()
}
