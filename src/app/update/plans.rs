//! The dialog of a plan: its gates, what must be typed, and what happens to it when the world moves while it is open.

use crate::app::Effect;
use crate::app::line_edit::LineEdit;
use crate::app::model::{Model, Overlay, PlanDialog, Tone};
use crate::domain::lever::LeverId;
use crate::domain::plan::{Change, Direction, Plan};

use super::{incident, judging, orders, others, overlays, toast};

/// Shows a plan before it is done.
pub(super) fn ask(model: &mut Model, plan: Plan) {
    let dialog = dialog(model, plan);
    overlays::show(model, Overlay::Plan(Box::new(dialog)));
}

fn dialog(model: &Model, plan: Plan) -> PlanDialog {
    let is_undo = matches!(plan.change, Change::FallbackOff(_)) && model.last_order.is_some();
    let mut dialog = PlanDialog {
        sessions: sessions(model, &plan),
        gates: Vec::new(),
        must_type: None,
        needs_reason: false,
        typed: LineEdit::default(),
        reason: LineEdit::default(),
        in_reason: false,
        complaint: None,
        scroll: 0,
        is_undo,
        plan,
    };
    judge_gates(model, &mut dialog);
    dialog
}

/// Puts the gates as they stand now into the dialog. What it asks for only ever grows while it is open. True when it grew.
fn judge_gates(model: &Model, dialog: &mut PlanDialog) -> bool {
    if dialog.plan.direction != Direction::Raise {
        return false;
    }
    dialog.gates = judging::gates(model, dialog.plan.lever);
    // Where the dialog is cut off below, those that are shut must not be what is cut.
    dialog.gates.sort_by_key(|(green, _)| *green);
    let shut = dialog.gates.iter().any(|(green, _)| !green);
    let grew = shut && !dialog.needs_reason;
    dialog.needs_reason |= shut;
    if model.spec.environment.is_prod() || dialog.needs_reason {
        dialog.must_type = Some(model.spec.environment.0.clone());
    }
    grew
}

/// Exposed sessions per minute before and after.
fn sessions(model: &Model, plan: &Plan) -> Option<(f64, f64)> {
    // What the function's environment would mean holds only once the flag cannot be read: no number is promised for it.
    let all = model
        .sessions_per_minute
        .filter(|_| plan.lever == LeverId::Flag)?;
    let before = f64::from(plan.before?.get());
    Some((
        all * before / 100.0,
        all * f64::from(plan.after.get()) / 100.0,
    ))
}

/// Something was judged anew: an open dialog shows the gates of now.
pub(super) fn gates_moved(model: &mut Model) {
    if !matches!(&model.overlay, Some(Overlay::Plan(dialog)) if dialog.plan.direction == Direction::Raise)
    {
        return;
    }
    let Some(Overlay::Plan(mut dialog)) = model.overlay.take() else {
        return;
    };
    if judge_gates(model, &mut dialog) {
        dialog.complaint = Some("a gate has shut meanwhile".to_owned());
        model.enter.shown();
    }
    model.overlay = Some(Overlay::Plan(dialog));
}

/// A lever was read: a dialog that was made from another revision is made anew, and what was typed into it is void.
pub(super) fn lever_moved(model: &mut Model, lever: LeverId) {
    let Some(now) = model
        .lever(lever)
        .value
        .as_ref()
        .map(|state| state.revision.clone())
    else {
        return;
    };
    let is_old =
        |dialog: &PlanDialog| dialog.plan.lever == lever && dialog.plan.seen.as_ref() != Some(&now);
    if !matches!(&model.overlay, Some(Overlay::Plan(dialog)) if is_old(dialog)) {
        return;
    }
    let Some(Overlay::Plan(old)) = model.overlay.take() else {
        return;
    };
    let why = others::in_words(model, lever);
    match orders::make(model, &old.plan.change) {
        Ok(plan) if plan.is_no_op() => {
            toast(model, Tone::Warn, format!("{why}: {}", plan.sentence));
        }
        Ok(plan) if same_effect(&plan, &old.plan) => {
            model.overlay = Some(Overlay::Plan(Box::new(PlanDialog { plan, ..*old })));
        }
        Ok(plan) => {
            ask(model, plan);
            if let Some(Overlay::Plan(dialog)) = &mut model.overlay {
                dialog.complaint =
                    Some(format!("{why} while this was open: the plan is a new one"));
            }
        }
        // Said by whoever made it.
        Err(_) => {}
    }
}

fn same_effect(new: &Plan, old: &Plan) -> bool {
    (&new.write, &new.diff, new.before, new.after, new.direction)
        == (&old.write, &old.diff, old.before, old.after, old.direction)
}

/// Enter in a plan's dialog.
pub(super) fn confirm(model: &mut Model, mut dialog: Box<PlanDialog>, fresh: bool) -> Vec<Effect> {
    if let Some(lock) = incident::bars(model, &dialog.plan) {
        incident::refuse(model, &dialog.plan, lock);
        return Vec::new();
    }
    let grew = judge_gates(model, &mut dialog);
    let complaint = match missing(&dialog) {
        _ if grew => Some("a gate has shut meanwhile: give a reason for the journal".to_owned()),
        Some(missing) => Some(missing),
        None if !fresh => Some("that came too soon: press it again".to_owned()),
        None => None,
    };
    let Some(complaint) = complaint else {
        let reason = Some(dialog.reason.text()).filter(|text| !text.trim().is_empty());
        return orders::submit(model, dialog.plan, reason);
    };
    let typed = dialog
        .must_type
        .as_ref()
        .is_none_or(|word| *word == dialog.typed.text());
    dialog.in_reason = dialog.needs_reason && typed;
    dialog.complaint = Some(complaint);
    model.overlay = Some(Overlay::Plan(dialog));
    Vec::new()
}

fn missing(dialog: &PlanDialog) -> Option<String> {
    if let Some(word) = &dialog.must_type
        && dialog.typed.text() != *word
    {
        return Some(format!("type {word} to go on"));
    }
    (dialog.needs_reason && dialog.reason.text().trim().is_empty())
        .then(|| "a gate is not green: give a reason for the journal".to_owned())
}
