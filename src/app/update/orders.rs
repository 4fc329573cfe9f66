//! From a change to a plan, and from a plan to an order: what lowers goes at once, what raises asks, what changes nothing says so.

use crate::app::Effect;
use crate::app::model::{Model, Overlay, Tone};
use crate::domain::Percent;
use crate::domain::flag::Flag;
use crate::domain::lever::LeverId;
use crate::domain::plan::{self, Change, Direction, Order, OrderId, Plan, PlanContext, PlanFault};

use super::{blind, incident, overlays, plans, schedule, toast};

/// What a plan rests on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Basis {
    /// The last read, seconds ago.
    LastRead,
    /// A read for this very plan.
    JustRead,
}

/// What a person wants of a lever: from here it becomes a plan, and perhaps an order.
pub(super) fn want(model: &mut Model, change: Change) -> Vec<Effect> {
    pursue(model, change, Basis::LastRead)
}

fn pursue(model: &mut Model, change: Change, basis: Basis) -> Vec<Effect> {
    let lever = lever_of(&change);
    if lever == LeverId::Fallback && model.spec.fallback.is_none() {
        toast(
            model,
            Tone::Warn,
            "no fallback is configured: add [rollout.NAME.fallback] with the function's name",
        );
        return Vec::new();
    }
    if takes_off(&change) {
        drop_raise(model);
    }
    if model.in_flight.on(lever).is_some() {
        line_up(model, change);
        return Vec::new();
    }
    if model.lever(lever).value.is_none() {
        return match model.lever(lever).fault.clone() {
            Some(fault) if takes_off(&change) => {
                blind::offer(model, fault.to_string(), fault.hint);
                read_first(model, lever)
            }
            _ => wait(model, change, "reading the target first"),
        };
    }
    let plan = match make(model, &change) {
        Ok(plan) => plan,
        Err(fault) => return instead(model, &change, fault),
    };
    go(model, plan, basis)
}

fn go(model: &mut Model, plan: Plan, basis: Basis) -> Vec<Effect> {
    let lever = model.lever(plan.lever);
    let sure = basis == Basis::JustRead || !lever.distrusted;
    if plan.is_no_op() {
        if basis == Basis::LastRead {
            // What was read seconds ago may not be so any more.
            let text = format!("by the last read {}; reading again", plan.sentence);
            return wait(model, plan.change, text);
        }
        toast(model, Tone::Plain, plan.sentence);
        return Vec::new();
    }
    let shown = matches!(plan.change, Change::FallbackOn | Change::PublishAndRepoint);
    // Whoever turns it off is not asked, though the flag says 0 % already: caches may say otherwise.
    let at_once = plan.direction == Direction::Lower
        || (plan.change == Change::Disable && plan.direction == Direction::Neutral);
    if at_once && !shown {
        let unsure = lever.distrusted
            && lever.fault.is_none()
            && model
                .unresolved
                .iter()
                .any(|open| open.plan.lever == plan.lever);
        if unsure && basis == Basis::LastRead {
            return wait(
                model,
                plan.change,
                "an order's outcome is unknown: reading the target first",
            );
        }
        return submit(model, plan, None);
    }
    if plan.direction == Direction::Raise && !sure {
        return wait(
            model,
            plan.change,
            "the console was stopped: reading the target first",
        );
    }
    if let Some(lock) = incident::bars(model, &plan) {
        incident::refuse(model, &plan, lock);
        return Vec::new();
    }
    plans::ask(model, plan);
    Vec::new()
}

/// What came of showing a plan.
pub(super) enum Offering {
    /// It is on screen, and nothing is sent before Enter.
    Shown(Vec<Effect>),
    /// There is nothing to do: it is so already, in words.
    Already(String),
    /// It cannot be shown now; what is at the bottom says why.
    NotNow(Vec<Effect>),
}

/// Shows the plan of a change instead of sending it, whatever its direction: a step of a runbook is read by somebody who wants to see
/// first what it does.
pub(super) fn offer(model: &mut Model, change: &Change) -> Offering {
    let lever = lever_of(change);
    let configured = lever != LeverId::Fallback || model.spec.fallback.is_some();
    let unread = model.lever(lever).value.is_none();
    if !configured || (unread && model.lever(lever).fault.is_some()) {
        return Offering::NotNow(want(model, change.clone()));
    }
    if model.in_flight.on(lever).is_some() {
        let text = "one order is on its way: ask again once it has come to its end";
        toast(model, Tone::Warn, text);
        return Offering::NotNow(Vec::new());
    }
    let doubted = unread || model.lever(lever).distrusted;
    if doubted {
        let text = "reading the target first: ask again in a moment";
        toast(model, Tone::Plain, text);
        return Offering::NotNow(read_first(model, lever));
    }
    let plan = match make(model, change) {
        Ok(plan) => Ok(plan),
        Err(fault) => match fault.instead.as_deref().map(|other| make(model, other)) {
            Some(Ok(plan)) if !matches!(plan.change, Change::DisableBlind { .. }) => Ok(plan),
            _ => Err(fault),
        },
    };
    match plan {
        Ok(plan) if plan.is_no_op() => Offering::Already(plan.sentence),
        Ok(plan) => {
            plans::ask(model, plan);
            Offering::Shown(Vec::new())
        }
        Err(fault) => Offering::NotNow(instead(model, change, fault)),
    }
}

/// The order in flight comes first. A wish to take everybody off is never pushed out by another wish.
fn line_up(model: &mut Model, change: Change) {
    let same = model
        .in_flight
        .on(lever_of(&change))
        .is_some_and(|order| order.plan.change == change);
    let text = match &model.waiting {
        _ if same => {
            model.waiting = None;
            "that order is on its way"
        }
        Some(waiting) if takes_off(waiting) && *waiting != change && change != Change::Disable => {
            "one order is on its way, and taking everybody off follows it first: this one was not taken"
        }
        _ => {
            model.waiting = Some(change);
            "one order is on its way; this one follows"
        }
    };
    toast(model, Tone::Warn, text);
}

/// Puts a change off until its lever was read.
fn wait(model: &mut Model, change: Change, why: impl Into<String>) -> Vec<Effect> {
    let lever = lever_of(&change);
    let first = model
        .waiting
        .as_ref()
        .is_some_and(|waiting| takes_off(waiting) && change != Change::Disable);
    if first {
        toast(
            model,
            Tone::Warn,
            "taking everybody off comes first: this one was not taken",
        );
    } else {
        model.waiting = Some(change);
        toast(model, Tone::Plain, why);
    }
    read_first(model, lever)
}

/// A lever was read: a change that waited for it goes on.
pub(super) fn resume_after_read(model: &mut Model, lever: LeverId) -> Vec<Effect> {
    let fits = model
        .waiting
        .as_ref()
        .is_some_and(|change| lever_of(change) == lever);
    if !fits || model.in_flight.on(lever).is_some() {
        return Vec::new();
    }
    let Some(change) = model.waiting.take() else {
        return Vec::new();
    };
    match model.lever(lever).fault.clone() {
        None => pursue(model, change, Basis::JustRead),
        Some(fault) if takes_off(&change) => {
            blind::offer(model, fault.to_string(), fault.hint);
            Vec::new()
        }
        Some(fault) => {
            toast(model, Tone::Bad, format!("nothing was sent: {fault}"));
            Vec::new()
        }
    }
}

/// The order in flight came to an end: a change that waited for that goes on, at once where the lever is known.
pub(super) fn resume_after_order(model: &mut Model, order: &Order, known: bool) -> Vec<Effect> {
    let Some(change) = model
        .waiting
        .take_if(|change| model.in_flight.on(lever_of(change)).is_none())
    else {
        return Vec::new();
    };
    if lever_of(&change) == order.plan.lever && !known {
        model.waiting = Some(change);
        return read_first(model, order.plan.lever);
    }
    want(model, change)
}

/// The same change again, from the newest state; what would put an old text over somebody else's asks.
pub(super) fn again(model: &mut Model, change: Change) -> Vec<Effect> {
    let lever = lever_of(&change);
    let change = match change {
        Change::Restore { text, .. } => match Flag::parse(&text, &model.spec.flag.shape) {
            Ok(flag) if flag.enabled => Change::SetPercent(flag.rollout_percentage),
            _ => Change::Disable,
        },
        other => other,
    };
    model.lever_mut(lever).outdate();
    wait(model, change, "reading what is there now")
}

/// There is no plan for the change: another one that serves the same end, an offer, or the reason.
fn instead(model: &mut Model, change: &Change, fault: PlanFault) -> Vec<Effect> {
    match fault.instead.map(|other| *other) {
        Some(Change::DisableBlind { .. }) if takes_off(change) => {
            blind::offer(model, fault.text, fault.hint);
            Vec::new()
        }
        Some(other) if takes_off(change) => match make(model, &other) {
            Ok(plan) if plan.direction != Direction::Raise => go(model, plan, Basis::LastRead),
            _ => {
                blind::offer(model, fault.text, fault.hint);
                Vec::new()
            }
        },
        _ => {
            toast(model, Tone::Bad, format!("{}: {}", fault.text, fault.hint));
            Vec::new()
        }
    }
}

/// Writes the order down and sends it.
pub(super) fn submit(model: &mut Model, plan: Plan, reason: Option<String>) -> Vec<Effect> {
    if model.in_flight.on(plan.lever).is_some() {
        line_up(model, plan.change);
        return Vec::new();
    }
    let order = new_order(model, plan, reason);
    send(model, order)
}

/// Sends an order that the journal did not take; the person has typed the word.
pub(super) fn submit_without_journal(model: &mut Model, order: Order) -> Vec<Effect> {
    if model.in_flight.on(order.plan.lever).is_some() {
        line_up(model, order.plan.change);
        return Vec::new();
    }
    model.unsent.retain(|other| other.id != order.id);
    send(
        model,
        Order {
            without_journal: true,
            ..order
        },
    )
}

fn send(model: &mut Model, order: Order) -> Vec<Effect> {
    overlays::step_aside(model);
    model
        .unsent
        .retain(|other| other.plan.change != order.plan.change);
    model.in_flight.put(order.clone());
    vec![Effect::Submit(Box::new(order))]
}

pub(super) fn new_order(model: &mut Model, plan: Plan, reason: Option<String>) -> Order {
    model.orders_made += 1;
    let id = OrderId(format!("{}-{}", model.now.as_millis(), model.orders_made));
    let undoes = incident::undoes(model, &plan);
    Order {
        undoes,
        ..Order::new(id, plan, reason, model.now)
    }
}

/// The plan of a change from what is known now.
pub(super) fn make(model: &Model, change: &Change) -> Result<Plan, PlanFault> {
    let lever = model.lever(lever_of(change));
    // What could not be read again just now must not be compared with.
    let unread = matches!(change, Change::DisableBlind { .. }) && lever.fault.is_some();
    let state = lever.value.as_ref().filter(|_| !unread);
    let context = PlanContext {
        spec: &model.spec,
        exposure_before: model
            .exposure
            .effective
            // What went before is not known without the history.
            .filter(|effective| !effective.settling || model.history.at.is_some())
            .map(|effective| effective.at_most)
            .or(model.exposure.desired),
        flag_answers: model.flag.fault.is_none() && model.flag.value.is_some(),
        fallback_state: model.fallback.value.as_ref(),
        history_last_good: blind::last_good(model),
    };
    plan::make(change, state, &context)
}

fn read_first(model: &mut Model, lever: LeverId) -> Vec<Effect> {
    schedule::soon(model.lever_mut(lever));
    schedule::due(model)
}

/// Whoever wants everybody off does not want to be asked about a raise any more.
fn drop_raise(model: &mut Model) {
    if matches!(&model.overlay, Some(Overlay::Plan(dialog)) if dialog.plan.direction == Direction::Raise)
    {
        model.overlay = None;
    }
}

/// Whether the change is meant to take everybody off.
pub(super) fn takes_off(change: &Change) -> bool {
    matches!(
        change,
        Change::Disable | Change::DisableBlind { .. } | Change::SetPercent(Percent::ZERO)
    )
}

/// The lever that a change moves.
pub(super) fn lever_of(change: &Change) -> LeverId {
    match change {
        Change::Disable
        | Change::SetPercent(_)
        | Change::Restore { .. }
        | Change::DisableBlind { .. }
        | Change::Rewrite
        | Change::Create { .. }
        | Change::SetMember { .. } => LeverId::Flag,
        Change::FallbackOn
        | Change::FallbackOff(_)
        | Change::PublishAndRepoint
        | Change::SetVariable { .. } => LeverId::Fallback,
    }
}
