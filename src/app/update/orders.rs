//! From a wish to an order: what lowers goes at once, what raises asks, what changes nothing says so.

use crate::app::Effect;
use crate::app::model::{Instead, Model, Overlay, Tone};
use crate::domain::flag::Flag;
use crate::domain::lever::{LeverId, LeverState};
use crate::domain::plan::{self, Change, Direction, Order, OrderId, Outcome, Plan, PlanContext};
use crate::domain::rollout::stages::{next, previous};
use crate::domain::verdict::Recommendation;
use crate::domain::{Percent, Revision};

use super::{dialogs, schedule, settling, toast};

/// Sets the percentage.
pub(super) fn set(model: &mut Model, percent: u8, at_ms: u64) -> Vec<Effect> {
    Percent::new(percent).map_or_else(Vec::new, |percent| {
        want(model, Change::SetPercent(percent), at_ms)
    })
}

/// The stage of this number, from 1.
pub(super) fn stage(model: &mut Model, number: usize, at_ms: u64) -> Vec<Effect> {
    match model.spec.stages.get(number.wrapping_sub(1)) {
        Some(stage) => {
            let percent = stage.percent;
            want(model, Change::SetPercent(percent), at_ms)
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
pub(super) fn next_stage(model: &mut Model, at_ms: u64) -> Vec<Effect> {
    let Some(now) = desired(model) else {
        return not_known(model);
    };
    match next(&model.spec.stages, now) {
        Some(percent) => want(model, Change::SetPercent(percent), at_ms),
        None => {
            toast(model, Tone::Plain, format!("{now} is the last stage"));
            Vec::new()
        }
    }
}

/// The last stage below what is in force; 0 below the first.
pub(super) fn previous_stage(model: &mut Model, at_ms: u64) -> Vec<Effect> {
    let Some(now) = desired(model) else {
        return not_known(model);
    };
    match previous(&model.spec.stages, now) {
        Some(percent) => want(model, Change::SetPercent(percent), at_ms),
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
pub(super) fn enable(model: &mut Model, at_ms: u64) -> Vec<Effect> {
    if desired(model).is_some_and(|now| now > Percent::ZERO) {
        toast(
            model,
            Tone::Plain,
            "it is enabled: + and the digits change the stage",
        );
        return Vec::new();
    }
    stage(model, 1, at_ms)
}

/// Does what the verdict recommends.
pub(super) fn recommended(model: &mut Model, at_ms: u64) -> Vec<Effect> {
    match model.verdict.recommend.clone() {
        Some(Recommendation::Disable) => want(model, Change::Disable, at_ms),
        Some(Recommendation::Reduce { to, .. } | Recommendation::Raise(to)) => {
            want(model, Change::SetPercent(to), at_ms)
        }
        Some(Recommendation::Investigate(what)) => {
            toast(
                model,
                Tone::Plain,
                format!("the verdict asks to investigate: {what}; w shows why"),
            );
            Vec::new()
        }
        None => {
            toast(
                model,
                Tone::Plain,
                "the verdict recommends nothing to do now; w shows why",
            );
            Vec::new()
        }
    }
}

/// Undoes the last order.
pub(super) fn undo(model: &mut Model, at_ms: u64) -> Vec<Effect> {
    let Some(last) = model.last_order.clone() else {
        toast(
            model,
            Tone::Plain,
            "nothing was ordered from here: H restores an older version",
        );
        return Vec::new();
    };
    let outcome = model.last_outcome.clone().unwrap_or(Outcome::NoOp);
    match plan::undo(
        &last,
        &outcome,
        state_of(model, &last),
        &model.spec.flag.shape,
    ) {
        Some(change) => want(model, change, at_ms),
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
pub(super) fn fallback(model: &mut Model, at_ms: u64) -> Vec<Effect> {
    if model.spec.fallback.is_none() {
        toast(
            model,
            Tone::Warn,
            "no fallback is configured: add [rollout.NAME.fallback] with the function's name",
        );
        return Vec::new();
    }
    let off = match &model.fallback_replaced {
        Some(replaced) if settling::fallback_is_on(model) => Change::FallbackOff(replaced.clone()),
        _ => Change::FallbackOn,
    };
    want(model, off, at_ms)
}

/// Restores the selected version of the flag.
pub(super) fn restore_selected(model: &mut Model, at_ms: u64) -> Vec<Effect> {
    let version = model
        .history
        .value
        .as_ref()
        .and_then(|versions| versions.get(model.selected))
        .cloned();
    let Some(version) = version else {
        return Vec::new();
    };
    want(
        model,
        Change::Restore {
            version: version.revision,
            text: version.text,
        },
        at_ms,
    )
}

/// The same change again, from the newest state.
pub(super) fn again(model: &mut Model, change: Change, _at_ms: u64) -> Vec<Effect> {
    model.waiting = Some(change);
    read_first(model, LeverId::Flag)
}

/// Disables without having read the document; the person has confirmed it.
pub(super) fn blind(
    model: &mut Model,
    lever: LeverId,
    last_good: Option<String>,
    reason: Option<String>,
    _at_ms: u64,
) -> Vec<Effect> {
    debug_assert_eq!(
        lever,
        LeverId::Flag,
        "only the flag can be disabled blindly"
    );
    match make(model, &Change::DisableBlind { last_good }) {
        Ok(plan) => submit(model, plan, reason),
        Err(effects) => effects,
    }
}

/// What a person wants of a lever: from here it becomes a plan, and perhaps an order.
pub(super) fn want(model: &mut Model, change: Change, at_ms: u64) -> Vec<Effect> {
    if let Some(order) = &model.in_flight {
        let same = order.plan.change == change;
        let text = if same {
            "that order is on its way"
        } else {
            "one order is on its way; this one follows"
        };
        if !same {
            model.waiting = Some(change);
        }
        toast(model, Tone::Warn, text);
        return Vec::new();
    }
    let lever = lever_of(&change);
    if model.lever(lever).value.is_none() {
        model.waiting = Some(change);
        toast(model, Tone::Plain, "reading the target first");
        return read_first(model, lever);
    }
    let plan = match make(model, &change) {
        Ok(plan) => plan,
        Err(effects) => return effects,
    };
    if plan.is_no_op() {
        toast(model, Tone::Plain, plan.sentence);
        return Vec::new();
    }
    let asks = plan.direction != Direction::Lower
        || matches!(change, Change::FallbackOn | Change::PublishAndRepoint);
    if asks {
        let dialog = dialogs::plan_dialog(model, plan, at_ms);
        model.overlay = Some(Overlay::Plan(Box::new(dialog)));
        return Vec::new();
    }
    submit(model, plan, None)
}

/// Takes a waiting change up again, once what it waited for is there.
pub(super) fn resume_waiting(model: &mut Model) -> Vec<Effect> {
    if model.in_flight.is_some() {
        return Vec::new();
    }
    let Some(change) = model.waiting.take() else {
        return Vec::new();
    };
    let lever = lever_of(&change);
    if model.lever(lever).value.is_some() && model.lever(lever).fault.is_none() {
        return want(model, change, u64::MAX / 2);
    }
    match (change, model.lever(lever).fault.clone()) {
        (Change::Disable, Some(fault)) => {
            offer_blind(model, fault.to_string(), fault.hint);
            Vec::new()
        }
        (_, Some(fault)) => {
            toast(model, Tone::Bad, format!("nothing was sent: {fault}"));
            Vec::new()
        }
        (change, None) => {
            model.waiting = Some(change);
            Vec::new()
        }
    }
}

/// Offers to disable without having read (or understood) the document.
pub(super) fn offer_blind(model: &mut Model, reason: String, hint: String) {
    let last_good = last_good(model).map(|(_, text)| text);
    let Ok(plan) = make(
        model,
        &Change::DisableBlind {
            last_good: last_good.clone(),
        },
    ) else {
        return;
    };
    let order = new_order(model, plan, None);
    model.overlay = Some(Overlay::Refused {
        order: Box::new(order),
        reason,
        hint,
        instead: Some(Instead::Blind { last_good }),
    });
}

/// Writes the order down and sends it.
pub(super) fn submit(model: &mut Model, plan: Plan, reason: Option<String>) -> Vec<Effect> {
    let order = new_order(model, plan, reason);
    send(model, order)
}

/// Sends an order that the journal did not take; the person has typed the word.
pub(super) fn submit_without_journal(model: &mut Model, order: Order) -> Vec<Effect> {
    send(
        model,
        Order {
            without_journal: true,
            ..order
        },
    )
}

fn send(model: &mut Model, order: Order) -> Vec<Effect> {
    model.overlay = None;
    model.in_flight = Some(order.clone());
    vec![Effect::Submit(Box::new(order))]
}

fn new_order(model: &mut Model, plan: Plan, reason: Option<String>) -> Order {
    model.orders_made += 1;
    let id = OrderId(format!("{}-{}", model.now.as_millis(), model.orders_made));
    Order::new(id, plan, reason, model.now)
}

fn make(model: &mut Model, change: &Change) -> Result<Plan, Vec<Effect>> {
    let lever = model.lever(lever_of(change));
    // What could not be read again just now must not be compared with.
    let unread = matches!(change, Change::DisableBlind { .. }) && lever.fault.is_some();
    let state = lever.value.clone().filter(|_| !unread);
    let made = plan::make(change, state.as_ref(), &context(model));
    made.map_err(|fault| {
        if *change == Change::Disable && fault.instead.is_some() {
            offer_blind(model, fault.text, fault.hint);
        } else {
            toast(model, Tone::Bad, format!("{}: {}", fault.text, fault.hint));
        }
        Vec::new()
    })
}

fn context(model: &Model) -> PlanContext<'_> {
    PlanContext {
        spec: &model.spec,
        exposure_before: model
            .exposure
            .effective
            .map(|effective| effective.at_most)
            .or(model.exposure.desired),
        flag_answers: model.flag.fault.is_none() && model.flag.value.is_some(),
        fallback_state: model.fallback.value.as_ref(),
        history_last_good: last_good(model),
    }
}

fn read_first(model: &mut Model, lever: LeverId) -> Vec<Effect> {
    match lever {
        LeverId::Flag => schedule::soon(&mut model.flag),
        LeverId::Fallback => schedule::soon(&mut model.fallback),
    }
    schedule::due(model)
}

/// The lever that a change moves.
fn lever_of(change: &Change) -> LeverId {
    match change {
        Change::Disable
        | Change::SetPercent(_)
        | Change::Restore { .. }
        | Change::DisableBlind { .. } => LeverId::Flag,
        Change::FallbackOn | Change::FallbackOff(_) | Change::PublishAndRepoint => {
            LeverId::Fallback
        }
    }
}

fn desired(model: &Model) -> Option<Percent> {
    model.exposure.desired
}

fn not_known(model: &mut Model) -> Vec<Effect> {
    toast(
        model,
        Tone::Warn,
        "the flag is not known: D disables all the same, H shows its versions",
    );
    Vec::new()
}

/// The newest version in history that is a valid document.
fn last_good(model: &Model) -> Option<(Revision, String)> {
    let shape = &model.spec.flag.shape;
    let versions = model.history.value.as_ref()?;
    let good = versions
        .iter()
        .find(|version| Flag::parse(&version.text, shape).is_ok())?;
    Some((good.revision.clone(), good.text.clone()))
}

/// The state of the lever that an order moved, as last read.
fn state_of<'a>(model: &'a Model, order: &Order) -> Option<&'a LeverState> {
    model.lever(order.plan.lever).value.as_ref()
}
