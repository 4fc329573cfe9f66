//! What is asked about the runbook: a reason, another file, which of several things. It decides nothing that the checklist decides.

use crate::app::Effect;
use crate::app::keymap::{Action, Scope};
use crate::app::line_edit::LineEdit;
use crate::app::model::{Model, Overlay, Tone};
use crate::app::runbook_pane::StepDialog;

use super::{acting, opening, wanted, with, written};
use crate::app::update::{overlays, toast};

/// The line that is being typed.
pub(in crate::app::update) fn line(dialog: &mut StepDialog) -> Option<&mut LineEdit> {
    match dialog {
        StepDialog::File { typed } | StepDialog::Reason { typed, .. } => Some(typed),
        StepDialog::Offers { .. } => None,
    }
}

/// The typed line changed: what was said about it is out of date.
pub(in crate::app::update) fn complain_no_more(dialog: &mut StepDialog) {
    if let StepDialog::Reason { complaint, .. } = dialog {
        *complaint = None;
    }
}

/// Moves the selection among what is offered.
pub(in crate::app::update) fn shift(dialog: &mut StepDialog, by: isize) {
    if let StepDialog::Offers {
        offers, selected, ..
    } = dialog
    {
        *selected = selected
            .saturating_add_signed(by)
            .min(offers.len().saturating_sub(1));
    }
}

/// Asks for another file.
pub(in crate::app::update) fn pick_file(model: &mut Model) -> Vec<Effect> {
    let mut typed = LineEdit::default();
    typed.insert(&wanted(model));
    overlays::show(model, Overlay::Step(Box::new(StepDialog::File { typed })));
    Vec::new()
}

/// Closing a dialog drops what was offered in it.
pub(in crate::app::update) fn close(model: &mut Model) {
    model.runbook.offered = None;
}

/// Enter in a dialog of the runbook.
pub(in crate::app::update) fn confirm(
    model: &mut Model,
    dialog: StepDialog,
    fresh: bool,
) -> Vec<Effect> {
    match dialog {
        StepDialog::File { typed } => {
            let file = typed.text().trim().to_owned();
            if file.is_empty() {
                toast(model, Tone::Plain, "no file was named");
                return Vec::new();
            }
            opening::other(model, &file)
        }
        StepDialog::Offers {
            step,
            offers,
            selected,
            text,
        } => {
            if !fresh {
                let dialog = StepDialog::Offers {
                    step,
                    offers,
                    selected,
                    text,
                };
                model.overlay = Some(Overlay::Step(Box::new(dialog)));
                return Vec::new();
            }
            match offers.into_iter().nth(selected) {
                Some(offer) => acting::does(model, step, offer),
                None => Vec::new(),
            }
        }
        StepDialog::Reason {
            step,
            text,
            why,
            typed,
            ..
        } => {
            if typed.text().trim().is_empty() {
                let back = model.keymap.said_in(Action::Back, &[Scope::Input]);
                let complaint = Some(format!("a few words for the journal, or {back}"));
                let dialog = StepDialog::Reason {
                    step,
                    text,
                    why,
                    typed,
                    complaint,
                };
                model.overlay = Some(Overlay::Step(Box::new(dialog)));
                return Vec::new();
            }
            let reason = typed.text();
            let Some(result) = with(model, |open, live| open.tick(step, Some(&reason), live))
            else {
                return Vec::new();
            };
            let effects = written(model, result);
            if !effects.is_empty() {
                acting::go_on(model, step, &effects);
            }
            effects
        }
    }
}
