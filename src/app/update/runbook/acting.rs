//! What keys do to the selected step: tick, leave out, branch, enter. Nothing is run or sent here.

use crate::app::Effect;
use crate::app::line_edit::LineEdit;
use crate::app::model::{Model, Overlay, Tone};
use crate::app::runbook_pane::{Deed, Look, Offer, StepDialog};
use crate::domain::runbook::checklist::{Refusal, StepId};

use super::{append, commands, offers, orders, select, with, written};
use crate::app::keymap::{Action, Scope};
use crate::app::update::{keys, overlays, toast};

/// The step that keys are about; while sections are picked, none.
fn step(model: &mut Model) -> Option<StepId> {
    if model.runbook.picking.is_some() {
        let open = model.keymap.said_in(Action::Open, &[Scope::Runbook]);
        toast(
            model,
            Tone::Plain,
            format!("pick a section first: {open} opens it"),
        );
        return None;
    }
    if let Some(who) = super::another_drives(model) {
        let show = model.keymap.said(Action::Incident);
        let over = model.keymap.said(Action::TakeOver);
        let text = format!(
            "{who} drives the incident: this console reads along; {show}, then {over} takes over"
        );
        toast(model, Tone::Warn, text);
        return None;
    }
    let step = model.runbook.selected_step();
    if step.is_none() {
        toast(model, Tone::Plain, "there is no step here");
    }
    step
}

/// Ticks the selected step, or takes its tick away.
pub(in crate::app::update) fn tick(model: &mut Model) -> Vec<Effect> {
    let Some(id) = step(model) else {
        return Vec::new();
    };
    match with(model, |open, live| open.tick(id, None, live)) {
        Some(Err(Refusal::NeedsReason(why))) => {
            ask_reason(model, id, why);
            Vec::new()
        }
        Some(result) => {
            let effects = written(model, result);
            if !effects.is_empty() {
                go_on(model, id, &effects);
            }
            effects
        }
        None => Vec::new(),
    }
}

/// After a tick the next step is selected; an un-ticked one stays.
pub(super) fn go_on(model: &mut Model, id: StepId, effects: &[Effect]) {
    let Some(open) = &model.runbook.open else {
        return;
    };
    let mut then = (**open).clone();
    for effect in effects {
        if let Effect::Append(crate::domain::journal::Entry::Runbook { event }) = effect {
            then.take(event, model.now, None);
        }
    }
    let settled = then.state(id).mark != crate::domain::runbook::StepMark::Open;
    if let (true, Some(next)) = (settled, then.next()) {
        select(model, next);
    }
}

fn ask_reason(model: &mut Model, step: StepId, why: String) {
    let text = model
        .runbook
        .open
        .as_ref()
        .and_then(|open| open.step(step))
        .map(|step| step.text.clone())
        .unwrap_or_default();
    let dialog = StepDialog::Reason {
        step,
        text,
        why,
        typed: LineEdit::default(),
        complaint: None,
    };
    overlays::show(model, Overlay::Step(Box::new(dialog)));
}

/// Leaves the selected step out, or takes it in again.
pub(in crate::app::update) fn skip(model: &mut Model) -> Vec<Effect> {
    let Some(id) = step(model) else {
        return Vec::new();
    };
    let Some(result) = with(model, |open, _| open.skip(id, None)) else {
        return Vec::new();
    };
    let effects = written(model, result);
    if !effects.is_empty() {
        go_on(model, id, &effects);
    }
    effects
}

/// Takes the branch that the selected step is.
pub(in crate::app::update) fn branch(model: &mut Model) -> Vec<Effect> {
    let Some(id) = step(model) else {
        return Vec::new();
    };
    let Some(result) = with(model, |open, live| open.choose(id, live)) else {
        return Vec::new();
    };
    written(model, result.map(|event| vec![event]))
}

/// Enter: picks the section, or does what the step says, shown first.
pub(in crate::app::update) fn enter(model: &mut Model) -> Vec<Effect> {
    if let Some(picking) = &model.runbook.picking {
        let section = picking.rows.get(picking.selected).map(|row| row.section);
        let event = section.and_then(|section| model.runbook.open.as_ref()?.pick(section));
        model.runbook.picking = None;
        model.runbook.selected = 0;
        model.runbook.arriving = true;
        return event.map(append).into_iter().collect();
    }
    let Some(id) = step(model) else {
        return Vec::new();
    };
    let found = offers::of(model, id);
    match found.as_slice() {
        [] => {
            let tick = model.keymap.said(Action::Tick);
            let text = format!("this step has nothing to run: {tick} ticks it");
            toast(model, Tone::Plain, text);
            Vec::new()
        }
        [only] => {
            let only = only.clone();
            does(model, id, only)
        }
        _ => {
            let text = model
                .runbook
                .open
                .as_ref()
                .and_then(|open| open.step(id))
                .map(|step| step.text.clone());
            let dialog = StepDialog::Offers {
                step: id,
                text: text.unwrap_or_default(),
                offers: found,
                selected: 0,
            };
            overlays::show(model, Overlay::Step(Box::new(dialog)));
            Vec::new()
        }
    }
}

/// Whether enter finds nothing to do for a step.
pub(in crate::app) fn runs_nothing(model: &Model, id: StepId) -> bool {
    offers::of(model, id).is_empty()
}

/// Shows the selected step's command as a shell would run it, where there is one.
pub(in crate::app::update) fn script(model: &mut Model) -> Vec<Effect> {
    let Some(id) = step(model) else {
        return Vec::new();
    };
    let scripts = offers::scripts(model, id);
    match scripts.as_slice() {
        [] => {
            toast(
                model,
                Tone::Plain,
                "this step has no command that a shell could run",
            );
            Vec::new()
        }
        [only] => {
            let only = only.clone();
            does(model, id, only)
        }
        _ => {
            let dialog = StepDialog::Offers {
                step: id,
                text: String::new(),
                offers: scripts,
                selected: 0,
            };
            overlays::show(model, Overlay::Step(Box::new(dialog)));
            Vec::new()
        }
    }
}

/// Does what was offered: everything that would change something is shown once more first.
pub(super) fn does(model: &mut Model, step: StepId, offer: Offer) -> Vec<Effect> {
    match offer.deed {
        Deed::Plan(change, why) => orders::offer(model, step, change, why),
        Deed::Wait => {
            let Some(result) = with(model, |open, live| open.begin_wait(step, live.now)) else {
                return Vec::new();
            };
            written(model, result.map(|event| vec![event]))
        }
        Deed::Script(command) => commands::offer(model, step, command),
        Deed::Nothing(why) => {
            toast(model, Tone::Warn, why);
            Vec::new()
        }
        Deed::Look(look) => {
            let action = match &look {
                Look::Home => Action::Home,
                Look::Alarms => Action::Alarms,
                Look::Levers => Action::Levers,
                Look::History => Action::History,
                Look::Logs(_) => Action::Logs,
            };
            let effects = keys::act(model, action);
            if let Look::Logs(filter) = look {
                model.logs.show_only(&filter);
            }
            let back = model.keymap.said(Action::Runbook);
            let text = format!("{}; {back} goes back to the runbook", offer.title);
            toast(model, Tone::Plain, text);
            effects
        }
    }
}
