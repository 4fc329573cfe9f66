//! Orders for steps: the plan is shown first, and what becomes of the order marks the step. No raise passes here that does not pass its gate.

use crate::app::Effect;
use crate::app::model::{Model, Overlay, Tone};
use crate::app::runbook_pane::Offered;
use crate::domain::plan::{Change, Order, Outcome};
use crate::domain::runbook::StepMark;
use crate::domain::runbook::checklist::StepId;

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
    let sentence = &order.plan.sentence;
    let (mark, text) = match outcome {
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
        // It stays under way until somebody knows.
        Outcome::Unknown { .. } => return Vec::new(),
    };
    if model.runbook.open.is_none() {
        model
            .runbook
            .outcomes
            .push((order.id.0.clone(), mark, text));
        let surplus = model.runbook.outcomes.len().saturating_sub(OUTCOMES);
        model.runbook.outcomes.drain(..surplus);
        return Vec::new();
    }
    marked(model, &order.id.0, mark, text)
}

/// The step that an order was sent for is marked, if it waits for it.
pub(super) fn marked(model: &Model, order: &str, mark: StepMark, text: String) -> Vec<Effect> {
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
