//! What became of orders: proofs begin, conflicts, refusals and unknown outcomes get honest screens, and what waited goes on.

use crate::app::Effect;
use crate::app::line_edit::LineEdit;
use crate::app::model::{Instead, Model, Overlay, Tone};
use crate::domain::clockface::Clockface;
use crate::domain::failure::PortError;
use crate::domain::flag::Flag;
use crate::domain::journal::{AppliedWrite, Entry, Proof};
use crate::domain::lever::{LeverContent, LeverId};
use crate::domain::plan::{Change, Conflict, Direction, Order, Outcome, Replaced, Write};
use crate::domain::{Revision, Timestamp};

use super::{blind, judging, leftover, looks, orders, others, overlays, recovery, schedule, toast};

/// How an outcome reached us.
#[derive(Clone, Copy)]
struct Arrival {
    /// It answers the order in flight.
    flew: bool,
    /// The order is of an earlier run.
    earlier: bool,
    /// The journal did not take the intent.
    no_journal: bool,
}

/// An order came to an end, or what became of it was found out.
pub(super) fn settled(
    model: &mut Model,
    order: Order,
    outcome: Outcome,
    journal_fault: Option<PortError>,
) -> Vec<Effect> {
    let flew = model.in_flight.settle(&order.id);
    if flew {
        model.journal.fault.clone_from(&journal_fault);
        model.overlay = model
            .overlay
            .take()
            .filter(|open| !matches!(open, Overlay::Leaving));
    }
    let earlier = model.looks.get(&order.id).is_some_and(|look| look.earlier);
    let arrival = Arrival {
        flew,
        earlier,
        no_journal: journal_fault.is_some(),
    };
    if earlier {
        recovery::found_out(model, &order, &outcome);
    }
    let lever = order.plan.lever;
    model.lever_mut(lever).outdate();
    let mut effects = match outcome {
        Outcome::Unknown { reason } => unknown(model, &order, reason, arrival),
        certain => {
            model.unresolved.retain(|open| open.id != order.id);
            model.looks.remove(&order.id);
            overlays::dismiss(model, &order.id);
            certainly(model, &order, certain, arrival)
        }
    };
    schedule::soon(&mut model.tail);
    schedule::soon(&mut model.history);
    effects.extend(judging::judge(model));
    if flew {
        let known = model.lever(lever).value.is_some() && !model.lever(lever).distrusted;
        effects.extend(orders::resume_after_order(model, &order, known));
    }
    effects.extend(schedule::due(model));
    effects
}

fn certainly(model: &mut Model, order: &Order, outcome: Outcome, arrival: Arrival) -> Vec<Effect> {
    match outcome {
        Outcome::Applied { revision, at, note } => {
            applied(model, order, (revision, at, note), arrival)
        }
        Outcome::NoOp => {
            model
                .unsent
                .retain(|open| open.plan.lever != order.plan.lever);
            // Which revision says so is not known before the next read.
            model.lever_mut(order.plan.lever).distrusted = true;
            toast(model, Tone::Good, "it already was so; nothing was written");
            Vec::new()
        }
        Outcome::Refused { reason, hint } => {
            refused(model, order, (reason, hint), arrival);
            Vec::new()
        }
        Outcome::Conflict(conflict) => met_another(model, order, conflict, arrival),
        Outcome::Unknown { .. } => Vec::new(),
    }
}

fn unknown(model: &mut Model, order: &Order, reason: String, arrival: Arrival) -> Vec<Effect> {
    let mut effects = Vec::new();
    if arrival.flew || !model.looks.contains_key(&order.id) {
        // What is there now is not known either, so nothing is planned from what was read before.
        model.lever_mut(order.plan.lever).distrusted = true;
        effects.push(looks::begin(model, order, false));
        let words = format!("outcome unknown: {}", order.plan.sentence);
        overlays::tell(
            model,
            Overlay::Unknown {
                order: Box::new(order.clone()),
                reason,
                checking: true,
            },
            words,
        );
        return effects;
    }
    for overlay in overlays::each(model) {
        if let Overlay::Unknown {
            order: shown,
            reason: why,
            ..
        } = overlay
            && shown.id == order.id
        {
            why.clone_from(&reason);
        }
    }
    looks::in_vain(model, order);
    effects
}

fn applied(
    model: &mut Model,
    order: &Order,
    (revision, at, note): (Revision, Timestamp, Option<String>),
    arrival: Arrival,
) -> Vec<Effect> {
    let lever = order.plan.lever;
    others::remember_own(model, lever, revision.clone());
    model.writes.push(AppliedWrite {
        lever,
        at,
        by: model.identity.value.as_ref().map(|me| me.arn.clone()),
        repoints: order.plan.change == Change::PublishAndRepoint,
    });
    model.unsent.retain(|open| open.plan.lever != lever);
    match (&order.plan.change, &order.plan.replaced) {
        (Change::FallbackOn, Replaced::Variables(replaced)) => {
            // Put on twice, what the first one replaced is what comes back.
            let before = model.fallback_replaced.take().unwrap_or_default();
            model.fallback_replaced = Some(before.into_iter().chain(replaced.clone()).collect());
        }
        (Change::FallbackOff(_), _) => model.fallback_replaced = None,
        _ => {}
    }
    let at = written_at(model, order, &revision, at);
    if arrival.flew {
        take_over(model, order, &revision, at);
    }
    let outdone = !arrival.flew && is_outdone(model, order);
    let old = arrival.earlier && model.now.since(order.at) > recovery::RECENT;
    if !outdone && !old {
        let outcome = Outcome::Applied {
            revision: revision.clone(),
            at,
            note: note.clone(),
        };
        start_clock(model, order, &outcome);
        model.last_outcome = Some(outcome);
        model.last_order = Some(order.clone());
    }
    if !order.plan.is_no_op() {
        others::mark(model, at, label(&order.plan.change));
    }
    match note {
        _ if arrival.earlier => {}
        Some(note) => toast(model, Tone::Warn, note),
        None => toast(
            model,
            Tone::Good,
            format!("accepted: {}", order.plan.sentence),
        ),
    }
    let evidence = format!("{} accepted revision {revision}", lever.name());
    vec![Effect::Append(Entry::Proved {
        order: order.id.clone(),
        proof: Proof::Accepted,
        evidence,
    })]
}

/// Whether a later order of the same lever came through.
fn is_outdone(model: &Model, order: &Order) -> bool {
    let later = |last: &Order| {
        last.id != order.id && last.plan.lever == order.plan.lever && last.at >= order.at
    };
    model.last_order.as_ref().is_some_and(later)
}

/// An order that was found by reading was written when its revision was, not when it was found.
fn written_at(model: &Model, order: &Order, revision: &Revision, at: Timestamp) -> Timestamp {
    let state = model
        .lever(order.plan.lever)
        .value
        .as_ref()
        .filter(|state| state.revision == *revision);
    let written = state
        .and_then(|state| state.changed_at)
        .filter(|written| *written >= order.at);
    written.map_or(at, |written| written.min(at))
}

/// The lever holds what was just written: the next plan is made from that, without waiting for a read.
fn take_over(model: &mut Model, order: &Order, revision: &Revision, at: Timestamp) {
    let me = model
        .identity
        .value
        .as_ref()
        .map(|identity| identity.arn.clone());
    let (Write::Document(text), LeverId::Flag, Some(state)) =
        (&order.plan.write, order.plan.lever, &mut model.flag.value)
    else {
        model.lever_mut(order.plan.lever).distrusted = true;
        return;
    };
    // When it was read stays as it was: a read-back is a proof, and this is none.
    state.revision = revision.clone();
    state.content = LeverContent::Document(text.clone());
    state.changed_at = Some(at);
    state.changed_by = me;
    model.flag.distrusted = false;
    model.flag_says = Some(Flag::parse(text, &model.spec.flag.shape));
}

fn start_clock(model: &mut Model, order: &Order, outcome: &Outcome) {
    if order.plan.change.is_tuning()
        && let Some(clock) = model.clock.as_mut().filter(|clock| clock.moves_exposure())
    {
        clock.carry_on(order, outcome);
        return;
    }
    if let Some(clock) = Clockface::start(order, outcome, &model.spec) {
        let now = model.now;
        model.clock = Some(match &model.clock {
            Some(earlier) => clock.after(earlier, now),
            None => clock,
        });
        // Acceptance is written down where the outcome is.
        model.proofs_told = vec![Proof::Accepted];
    }
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
        Change::Rewrite => "same".to_owned(),
        Change::Create { .. } => "new".to_owned(),
        Change::SetMember { name, .. } | Change::SetVariable { name, .. } => name.clone(),
    }
}

fn met_another(
    model: &mut Model,
    order: &Order,
    conflict: Conflict,
    arrival: Arrival,
) -> Vec<Effect> {
    let by = conflict.by.as_deref().unwrap_or("somebody else").to_owned();
    let ours = matches!(&order.plan.write, Write::Document(text) if *text == conflict.now_text);
    if conflict.sent && ours && arrival.flew {
        // Ours is in force, over theirs: what it did has to be proven like any other.
        others::remember_own(model, order.plan.lever, conflict.found.clone());
        let outcome = Outcome::Applied {
            revision: conflict.found.clone(),
            at: model.now,
            note: None,
        };
        start_clock(model, order, &outcome);
        others::mark(model, model.now, label(&order.plan.change));
    }
    model.lever_mut(order.plan.lever).distrusted = true;
    if !ours && order.plan.direction == Direction::Lower {
        leftover::remember_unsent(model, order.clone());
    }
    let words = format!("conflict: {by} wrote revision {}", conflict.found);
    overlays::tell(
        model,
        Overlay::Conflict {
            order: Box::new(order.clone()),
            conflict: Box::new(conflict),
            scroll: 0,
        },
        words,
    );
    Vec::new()
}

fn refused(model: &mut Model, order: &Order, (reason, hint): (String, String), arrival: Arrival) {
    let words = format!("nothing was changed: {reason}");
    if !arrival.flew && (is_outdone(model, order) || arrival.earlier) {
        if !arrival.earlier {
            toast(model, Tone::Plain, words);
        }
        return;
    }
    let unread = model.lever(order.plan.lever).fault.is_some();
    leftover::remember_unsent(model, order.clone());
    if !arrival.no_journal && order.plan.change == Change::Disable && unread {
        blind::offer(model, reason, hint);
        return;
    }
    let instead = arrival.no_journal.then(|| Instead::WithoutJournal {
        typed: LineEdit::default(),
    });
    overlays::tell(
        model,
        Overlay::Refused {
            order: Box::new(order.clone()),
            reason,
            hint,
            instead,
        },
        words,
    );
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
