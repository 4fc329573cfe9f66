//! Orders for steps: the plan is shown first, and what becomes of the order marks the step. No raise passes here that does not pass its gate.

use crate::app::Effect;
use crate::app::model::{Model, Overlay, Tone};
use crate::app::runbook_pane::Offered;
use crate::domain::journal::{Entry, Record};
use crate::domain::plan::{Change, Order, OrderId, Outcome};
use crate::domain::runbook::checklist::StepId;
use crate::domain::runbook::{RunbookEvent, StepMark};

use super::{append, with};
use crate::app::update::{orders, toast};

/// Outcomes that are kept until the file is read.
const OUTCOMES: usize = 64;

/// Shows the plan of a change for a step; where it is not what the runbook says, why.
pub(super) fn offer(
    model: &mut Model,
    step: StepId,
    change: Change,
    why: Option<String>,
) -> Vec<Effect> {
    if model.read_only {
        toast(
            model,
            Tone::Warn,
            "this console is read-only: it sends no order",
        );
        return Vec::new();
    }
    match orders::offer(model, &change) {
        orders::Offering::Shown(mut effects) => {
            model.runbook.offered = Some(Offered { step, change });
            if let (Some(why), Some(Overlay::Plan(dialog))) = (why, &mut model.overlay) {
                dialog.complaint = Some(why);
            }
            effects.shrink_to_fit();
            effects
        }
        orders::Offering::Already(sentence) => {
            let events = with(model, |open, live| {
                let mut events = open.branched_by(step, live);
                events.extend(open.ended(step, StepMark::Done, sentence.clone(), live.now));
                events
            });
            toast(model, Tone::Good, sentence);
            events.unwrap_or_default().into_iter().map(append).collect()
        }
        orders::Offering::NotNow(effects) => effects,
    }
}

/// An order went out: it belongs to the step that its plan was shown for. A plan that is not shown any more belongs to nothing.
pub(super) fn sent(model: &mut Model, effects: &[Effect]) -> Vec<Effect> {
    let Some(offered) = model.runbook.offered.clone() else {
        return Vec::new();
    };
    let order = effects.iter().find_map(|effect| match effect {
        Effect::Submit(order) if serves(&offered.change, order) => Some(order.id.0.clone()),
        _ => None,
    });
    let shown = matches!(
        &model.overlay,
        Some(Overlay::Plan(_) | Overlay::Refused { .. })
    );
    if order.is_some() || !shown {
        model.runbook.offered = None;
    }
    let events =
        order.and_then(|order| with(model, |open, live| open.ordered(offered.step, &order, live)));
    events.unwrap_or_default().into_iter().map(append).collect()
}

fn serves(change: &Change, order: &Order) -> bool {
    order.plan.change == *change
        || (orders::takes_off(change) && orders::takes_off(&order.plan.change))
}

/// What became of an order that was sent for a step.
pub(in crate::app::update) fn settled(
    model: &mut Model,
    order: &Order,
    outcome: &Outcome,
) -> Vec<Effect> {
    let Some((mark, text)) = ending(&order.plan.sentence, outcome) else {
        return Vec::new();
    };
    if model.runbook.open.is_none() {
        keep(model, order.id.0.clone(), mark, text);
        return Vec::new();
    }
    marked(model, &order.id.0, mark, text)
}

/// How a step stands whose order came to this end; nothing while nobody knows: it stays under way.
fn ending(sentence: &str, outcome: &Outcome) -> Option<(StepMark, String)> {
    Some(match outcome {
        Outcome::Applied { revision, .. } => (
            StepMark::Done,
            format!("{sentence}: applied as revision {revision}"),
        ),
        Outcome::NoOp => (StepMark::Done, format!("{sentence}: it already was so")),
        Outcome::Refused { reason, .. } => (StepMark::Failed, format!("refused: {reason}")),
        Outcome::Conflict(conflict) => {
            let by = conflict.by.as_deref().unwrap_or("somebody else");
            (
                StepMark::Failed,
                format!("{by} wrote revision {} meanwhile", conflict.found),
            )
        }
        Outcome::Unknown { .. } => return None,
    })
}

/// Keeps what became of an order until its step can be marked.
pub(super) fn keep(model: &mut Model, order: String, mark: StepMark, text: String) {
    let outcomes = &mut model.runbook.outcomes;
    outcomes.push((order, mark, text));
    let surplus = outcomes.len().saturating_sub(OUTCOMES);
    outcomes.drain(..surplus);
}

/// Orders that came to their end while their steps could not be marked.
pub(super) fn catch_up(model: &mut Model) -> Vec<Effect> {
    if model.runbook.open.is_none() || super::another_drives(model).is_some() {
        return Vec::new();
    }
    let outcomes = std::mem::take(&mut model.runbook.outcomes);
    let marked =
        |(order, mark, text): (String, StepMark, String)| marked(model, &order, mark, text);
    outcomes.into_iter().flat_map(marked).collect()
}

/// Orders of an earlier run whose ends the journal tells, and whose steps it does not tell to be marked: that run ended in between.
pub(in crate::app::update) fn recovered(model: &mut Model, trail: &[Record]) {
    let ordered: Vec<String> = model
        .runbook
        .told
        .iter()
        .filter_map(|record| match &record.entry {
            Entry::Runbook { event } => match &**event {
                RunbookEvent::Ordered { order, .. } => Some(order.clone()),
                _ => None,
            },
            _ => None,
        })
        .collect();
    let sentence = |id: &OrderId| {
        let found = trail.iter().find_map(|record| match &record.entry {
            Entry::Intent { order } if order.id == *id => Some(order.plan.sentence.as_str()),
            _ => None,
        });
        found.unwrap_or("the order of an earlier run")
    };
    for record in trail {
        let Entry::Settled { order, outcome } = &record.entry else {
            continue;
        };
        if !ordered.contains(&order.0) {
            continue;
        }
        if let Some((mark, text)) = ending(sentence(order), outcome) {
            keep(model, order.0.clone(), mark, text);
        }
    }
}

/// The step that an order was sent for is marked, if it waits for it.
fn marked(model: &Model, order: &str, mark: StepMark, text: String) -> Vec<Effect> {
    let events = with(model, |open, live| {
        let step = open.step_of(order)?;
        let waits = open.state(step).under_way.as_deref() == Some(order);
        waits.then(|| open.ended(step, mark, text, live.now))
    });
    events
        .flatten()
        .unwrap_or_default()
        .into_iter()
        .map(append)
        .collect()
}
