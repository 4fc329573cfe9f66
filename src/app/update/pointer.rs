//! What the mouse does: the wheel scrolls what lies under it, a click selects, a double click opens. Nothing that changes anything
//! outside of this screen is ever begun, let alone confirmed, by it.

use crate::app::Effect;
use crate::app::keymap::Action;
use crate::app::model::{Model, Overlay, Screen, Tone};
use crate::app::pointer::{DOUBLE_MS, Gesture, Pane, Target};
use crate::app::runbook_pane::StepDialog;

use super::{dialogs, help, keys, palette, rows, runbook, sifting, toast};

/// Rows that a turn of the wheel scrolls.
const TURN: isize = 3;

/// The mouse did something to what was drawn there.
pub(super) fn pointed(
    model: &mut Model,
    target: Target,
    gesture: Gesture,
    at_ms: u64,
) -> Vec<Effect> {
    model.pending = None;
    if !is_there(model, target) {
        return Vec::new();
    }
    match gesture {
        Gesture::Up => turned(model, target, -TURN),
        Gesture::Down => turned(model, target, TURN),
        Gesture::Click => {
            let before = model.clicked.replace((target, at_ms));
            let again = before.is_some_and(|(same, then)| {
                same == target && at_ms.checked_sub(then).is_some_and(|gap| gap <= DOUBLE_MS)
            });
            if again {
                model.clicked = None;
            }
            clicked(model, target, again)
        }
    }
}

/// Whether what was drawn is there still: something may have come up between the frame and the finger.
fn is_there(model: &Model, target: Target) -> bool {
    let pane = match target {
        Target::Key(_) => return true,
        Target::Beside => return model.overlay.is_some(),
        Target::Pane(pane) | Target::Row(pane, _) => pane,
    };
    match pane {
        Pane::Sheet => model.overlay.is_some(),
        _ if model.overlay.is_some() => false,
        Pane::Logs => matches!(model.screen, Screen::Home | Screen::Logs | Screen::Runbook),
        Pane::Patterns => model.screen == Screen::Logs,
        Pane::Alarms => model.screen == Screen::Alarms,
        Pane::History => model.screen == Screen::History,
        Pane::Runbook => model.screen == Screen::Runbook,
        Pane::Body => true,
        // That list is no console's own.
        Pane::Rollouts => false,
    }
}

fn turned(model: &mut Model, target: Target, by: isize) -> Vec<Effect> {
    let (Target::Pane(pane) | Target::Row(pane, _)) = target else {
        return Vec::new();
    };
    match pane {
        Pane::Logs => {
            model.logs.shift(by);
            Vec::new()
        }
        Pane::Patterns => {
            sifting::shift_pattern(model, by.signum());
            Vec::new()
        }
        Pane::Alarms | Pane::History | Pane::Runbook => rows::shift(model, by.signum()),
        // What scrolls on the home screen has a pane of its own.
        Pane::Body if matches!(model.screen, Screen::Home | Screen::Logs) => Vec::new(),
        Pane::Body | Pane::Sheet | Pane::Rollouts => rows::shift(model, by),
    }
}

fn clicked(model: &mut Model, target: Target, again: bool) -> Vec<Effect> {
    match target {
        Target::Key(action) if is_harmless(model, action) => keys::act(model, action),
        Target::Key(action) => {
            let key = model.keymap.said(action);
            let words = format!("{key} does that: the mouse changes nothing");
            toast(model, Tone::Plain, words);
            Vec::new()
        }
        Target::Beside if is_only_read(model) => dialogs::close(model),
        Target::Beside | Target::Pane(_) => Vec::new(),
        Target::Row(pane, row) => {
            select(model, pane, row);
            if again { open(model, pane) } else { Vec::new() }
        }
    }
}

/// Whether what lies on top asks for nothing.
fn is_only_read(model: &Model) -> bool {
    matches!(
        model.overlay,
        Some(
            Overlay::Help { .. }
                | Overlay::Palette { .. }
                | Overlay::Event { .. }
                | Overlay::Alarm { .. }
                | Overlay::Contacts { .. }
        )
    )
}

fn select(model: &mut Model, pane: Pane, row: u64) {
    let place = usize::try_from(row).unwrap_or(usize::MAX);
    match pane {
        Pane::Logs => {
            model.logs.select_number(row);
        }
        Pane::Patterns => model.logs.pattern = u32::try_from(row).ok().or(model.logs.pattern),
        Pane::Alarms | Pane::History => {
            model.selected = place.min(rows::rows(model).saturating_sub(1));
        }
        Pane::Runbook => runbook::select_row(model, place),
        Pane::Sheet => match &mut model.overlay {
            Some(
                Overlay::Help { selected, .. }
                | Overlay::Palette { selected, .. }
                | Overlay::Tune { selected, .. }
                | Overlay::Contacts { selected },
            ) => *selected = place,
            Some(Overlay::Step(dialog)) => {
                if let StepDialog::Offers {
                    selected, offers, ..
                } = &mut **dialog
                {
                    *selected = place.min(offers.len().saturating_sub(1));
                }
            }
            _ => {}
        },
        Pane::Body | Pane::Rollouts => {}
    }
}

/// A double click.
fn open(model: &mut Model, pane: Pane) -> Vec<Effect> {
    match pane {
        Pane::Logs if model.screen != Screen::Runbook => rows::open_selected(model),
        Pane::Patterns | Pane::Alarms => rows::open_selected(model),
        Pane::Runbook if model.runbook.picking.is_some() => rows::open_selected(model),
        Pane::Sheet => match &model.overlay {
            Some(Overlay::Help { .. })
                if help::chosen(model).is_some_and(|action| is_harmless(model, action)) =>
            {
                help::run(model)
            }
            Some(Overlay::Palette { .. })
                if palette::chosen(model).is_some_and(|action| is_harmless(model, action)) =>
            {
                palette::confirm(model)
            }
            Some(Overlay::Help { .. } | Overlay::Palette { .. }) => {
                let run = model.keymap.said(Action::Confirm);
                let text = format!("{run} runs it: the mouse changes nothing");
                toast(model, Tone::Plain, text);
                Vec::new()
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Whether an action only shows something, or moves in what is shown.
fn is_harmless(model: &Model, action: Action) -> bool {
    match action {
        Action::Home
        | Action::Logs
        | Action::Alarms
        | Action::Levers
        | Action::History
        | Action::Why
        | Action::Calls
        | Action::Help
        | Action::Palette
        | Action::Pause
        | Action::Filter
        | Action::CohortFilter
        | Action::Wrap
        | Action::Copy
        | Action::Refresh
        | Action::Down
        | Action::Up
        | Action::PageDown
        | Action::PageUp
        | Action::First
        | Action::Last
        | Action::Back
        | Action::NextField
        | Action::Redraw
        | Action::Search
        | Action::OlderMatch
        | Action::NewerMatch
        | Action::Context
        | Action::Mark
        | Action::OlderMark
        | Action::NewerMark
        | Action::Times
        | Action::Patterns
        | Action::Minute
        | Action::Runbook
        | Action::Section
        | Action::Contacts
        | Action::IncidentPage
        | Action::IncidentStage
        | Action::Commands => true,
        Action::Open => model.screen != Screen::Runbook,
        // Where none is open, the key opens one, and raises are locked then.
        Action::Incident => model.incident.open().is_some(),
        _ => false,
    }
}
