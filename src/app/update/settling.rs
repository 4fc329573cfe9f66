//! What became of orders: proofs begin, conflicts and unknown outcomes get honest screens, open orders of an earlier run are looked into.

use crate::app::Effect;
use crate::app::model::{Instead, Mark, Model, Overlay, Tone};
use crate::domain::Revision;
use crate::domain::clockface::Clockface;
use crate::domain::failure::PortError;
use crate::domain::journal::{Entry, Proof, Recovered};
use crate::domain::lever::{LeverContent, LeverId};
use crate::domain::plan::{Change, Order, Outcome, Replaced};

use super::{judging, orders, schedule, toast};

/// An order came to an end, or what became of it was found out.
pub(super) fn settled(
    model: &mut Model,
    order: Order,
    outcome: Outcome,
    journal_fault: Option<PortError>,
) -> Vec<Effect> {
    if model
        .in_flight
        .as_ref()
        .is_some_and(|flying| flying.id == order.id)
    {
        model.in_flight = None;
    }
    if let Some(fault) = &journal_fault {
        model.journal.fault = Some(fault.clone());
    }
    if settle_recovered(model, &order, &outcome) {
        return read_again(model, &order);
    }
    model.unresolved.retain(|open| open.id != order.id);
    if matches!(model.overlay, Some(Overlay::Leaving))
        || matches!(&model.overlay, Some(Overlay::Unknown { order: o, .. }) if o.id == order.id)
    {
        model.overlay = None;
    }
    let clock = Clockface::start(&order, &outcome, &model.spec);
    if matches!(outcome, Outcome::Applied { .. }) {
        model.last_outcome = Some(outcome.clone());
    }
    let mut effects = match outcome {
        Outcome::Applied { revision, at, note } => applied(
            model,
            order.clone(),
            clock,
            Mark {
                at,
                label: label(&order.plan.change),
            },
            note,
            &revision,
        ),
        Outcome::NoOp => {
            toast(model, Tone::Good, "it already was so; nothing was written");
            Vec::new()
        }
        Outcome::Refused { reason, hint } => {
            refused(model, order.clone(), reason, hint, journal_fault.is_some())
        }
        Outcome::Conflict(conflict) => {
            model.overlay = Some(Overlay::Conflict {
                order: Box::new(order.clone()),
                conflict: Box::new(conflict),
                scroll: 0,
            });
            Vec::new()
        }
        Outcome::Unknown { reason } => {
            let again = !matches!(&model.overlay, Some(Overlay::Unknown { .. }));
            model.unresolved.push(order.clone());
            model.overlay = Some(Overlay::Unknown {
                order: Box::new(order.clone()),
                reason,
                checking: again,
            });
            if again {
                vec![Effect::Verify(Box::new(order.clone()))]
            } else {
                Vec::new()
            }
        }
    };
    effects.extend(read_again(model, &order));
    effects.extend(judging::judge(model));
    effects
}

/// One or two words for the charts.
fn label(change: &Change) -> String {
    match change {
        Change::Disable | Change::DisableBlind { .. } => "D".to_owned(),
        Change::FallbackOn => "F".to_owned(),
        Change::FallbackOff(_) => "F off".to_owned(),
        Change::PublishAndRepoint => "alias".to_owned(),
        Change::SetPercent(percent) => percent.to_string(),
        Change::Restore { version, .. } => format!("v{version}"),
    }
}

fn applied(
    model: &mut Model,
    order: Order,
    clock: Option<Clockface>,
    mark: Mark,
    note: Option<String>,
    revision: &Revision,
) -> Vec<Effect> {
    model.marks.push(mark);
    match (&order.plan.change, &order.plan.replaced) {
        (Change::FallbackOn, Replaced::Variables(replaced)) => {
            model.fallback_replaced = Some(replaced.clone())
        }
        (Change::FallbackOff(_), _) => model.fallback_replaced = None,
        _ => {}
    }
    let evidence = format!("{} accepted revision {revision}", order.plan.lever.name());
    let proof = Entry::Proved {
        order: order.id.clone(),
        proof: Proof::Accepted,
        evidence,
    };
    if clock.is_some() {
        model.clock = clock;
        model.proofs_told_at = model.now;
    }
    match note {
        Some(note) => toast(model, Tone::Warn, note),
        None => toast(
            model,
            Tone::Good,
            format!("accepted: {}", order.plan.sentence),
        ),
    }
    model
        .unresolved
        .retain(|open| open.plan.lever != order.plan.lever);
    model.last_order = Some(order);
    schedule::soon(&mut model.history);
    vec![Effect::Append(proof)]
}

fn refused(
    model: &mut Model,
    order: Order,
    reason: String,
    hint: String,
    no_journal: bool,
) -> Vec<Effect> {
    let unread = model.lever(order.plan.lever).fault.is_some();
    let instead = if no_journal {
        Some(Instead::WithoutJournal {
            typed: crate::app::line_edit::LineEdit::default(),
        })
    } else if order.plan.change == Change::Disable && unread {
        match crate::domain::flag::Flag::parse(
            state_text(model).unwrap_or_default(),
            &model.spec.flag.shape,
        ) {
            Ok(_) => Some(Instead::Blind {
                last_good: state_text(model).map(str::to_owned),
            }),
            Err(_) => Some(Instead::Blind { last_good: None }),
        }
    } else {
        None
    };
    model.unresolved.push(order.clone());
    model.overlay = Some(Overlay::Refused {
        order: Box::new(order),
        reason,
        hint,
        instead,
    });
    Vec::new()
}

fn state_text(model: &Model) -> Option<&str> {
    match &model.flag.value.as_ref()?.content {
        LeverContent::Document(text) => Some(text),
        LeverContent::Function(_) => None,
    }
}

fn read_again(model: &mut Model, order: &Order) -> Vec<Effect> {
    match order.plan.lever {
        LeverId::Flag => schedule::soon(&mut model.flag),
        LeverId::Fallback => schedule::soon(&mut model.fallback),
    }
    schedule::soon(&mut model.tail);
    schedule::soon(&mut model.history);
    schedule::due(model)
}

/// The journal was opened.
pub(super) fn recovered(model: &mut Model, result: Result<Recovered, PortError>) -> Vec<Effect> {
    let found = match result {
        Ok(found) => found,
        Err(fault) => {
            toast(model, Tone::Bad, format!("no journal: {fault}"));
            model.journal.fault = Some(fault);
            return Vec::new();
        }
    };
    model.journal.open = true;
    model.journal.records = found.last_seq;
    model.journal.owner = found.owner;
    model.complaints.extend(found.complaints);
    model.complaints.sort_unstable();
    model.fallback_replaced = found.fallback_replaced.or(model.fallback_replaced.take());
    let opened = Entry::Opened {
        rollout: model.spec.name.clone(),
        environment: model.spec.environment.0.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let mut effects = vec![Effect::Append(opened)];
    effects.extend(
        found
            .open
            .iter()
            .map(|order| Effect::Verify(Box::new(order.clone()))),
    );
    if !found.open.is_empty() || found.repaired.is_some() {
        model.unresolved.extend(found.open.iter().cloned());
        let orders = found.open.into_iter().map(|order| (order, None)).collect();
        model.overlay = Some(Overlay::Recovery {
            orders,
            repaired: found.repaired,
        });
    }
    effects
}

/// An answer about an order of an earlier run: told on its own screen. True when it was one.
fn settle_recovered(model: &mut Model, order: &Order, outcome: &Outcome) -> bool {
    let Some(Overlay::Recovery { orders, .. }) = &mut model.overlay else {
        return false;
    };
    let Some((_, told)) = orders.iter_mut().find(|(open, _)| open.id == order.id) else {
        return false;
    };
    *told = Some(in_words(outcome));
    if !matches!(outcome, Outcome::Unknown { .. }) {
        model.unresolved.retain(|open| open.id != order.id);
    }
    true
}

fn in_words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Applied { revision, note, .. } => note.clone().map_or_else(
            || format!("it was applied as revision {revision}"),
            |note| format!("it was applied as revision {revision}: {note}"),
        ),
        Outcome::NoOp => "nothing was to be written".to_owned(),
        Outcome::Refused { reason, .. } => format!("it was not applied: {reason}"),
        Outcome::Conflict(conflict) => {
            format!(
                "revision {} by {} is in force",
                conflict.found,
                conflict.by.as_deref().unwrap_or("somebody else")
            )
        }
        Outcome::Unknown { reason } => format!("still unknown: {reason}"),
    }
}

/// Whether the function's environment holds the configured `off` values.
pub(super) fn fallback_is_on(model: &Model) -> bool {
    let Some(spec) = &model.spec.fallback else {
        return false;
    };
    match model.fallback.value.as_ref().map(|state| &state.content) {
        Some(LeverContent::Function(function)) => match &function.variables {
            Ok(variables) => spec
                .off
                .iter()
                .all(|(name, value)| variables.get(name) == Some(value)),
            Err(_) => false,
        },
        _ => false,
    }
}

/// Takes the recovered state of waiting changes up after a read.
pub(super) fn after_read(model: &mut Model) -> Vec<Effect> {
    orders::resume_waiting(model)
}
