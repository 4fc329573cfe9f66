//! Rows: which one is selected, how far something is scrolled, and what opening a row shows. It changes nothing in the world.

use crate::app::Effect;
use crate::app::log_pane::View;
use crate::app::model::{Feed, Model, Overlay, Page, Screen};

use super::{charts, command, dialogs, help, overlays, palette, runbook, sifting, tuning};

/// Rows of a page, where the screen's height does not matter.
pub(super) const PAGE: isize = 10;
/// Nothing is scrolled further than this; what is drawn ends long before.
const DEEPEST: usize = 100_000;

/// Moves the selection, or scrolls what is on top, by rows.
pub(super) fn shift(model: &mut Model, by: isize) -> Vec<Effect> {
    let moved =
        |from: usize, rows: usize| from.saturating_add_signed(by).min(rows.saturating_sub(1));
    match &model.overlay {
        Some(Overlay::Palette { .. }) => {
            palette::shift(model, by);
            return Vec::new();
        }
        Some(Overlay::Help { .. }) => {
            help::shift(model, by);
            return Vec::new();
        }
        _ => {}
    }
    if let Some(Overlay::Step(dialog)) = &mut model.overlay {
        runbook::shift(dialog, by);
        return Vec::new();
    }
    if let Some(Overlay::Fill(form)) = &mut model.overlay {
        form.at = moved(form.at, form.lines.len());
    }
    if let Some(Overlay::Run(_)) = &model.overlay {
        command::scroll(model, by);
    }
    if let Some(Overlay::Output { .. }) = &model.overlay {
        command::scroll_output(model, by);
    }
    if let Some(Overlay::Tune {
        typed, selected, ..
    }) = &model.overlay
    {
        let to = moved(*selected, tuning::tunables(model, &typed.text()).len());
        if let Some(Overlay::Tune { selected, .. }) = &mut model.overlay {
            *selected = to;
        }
        return Vec::new();
    }
    if let Some(Overlay::Contacts { selected }) = &mut model.overlay {
        *selected = moved(*selected, model.spec.contacts.len());
        return Vec::new();
    }
    if let Some(Overlay::Themes { selected }) = &mut model.overlay {
        *selected = moved(*selected, model.themes.choices().count());
        return Vec::new();
    }
    if let Some(Overlay::Links { links, selected }) = &mut model.overlay {
        *selected = moved(*selected, links.len());
        return Vec::new();
    }
    if model.overlay.is_some() {
        if let Some(scroll) = scroll_of(model) {
            *scroll = moved(*scroll, DEEPEST);
        }
        return Vec::new();
    }
    match model.screen {
        Screen::Home | Screen::Logs => shift_logs(model, by),
        Screen::Alarms | Screen::History | Screen::Charts => {
            model.selected = moved(model.selected, rows(model));
        }
        Screen::Runbook => runbook::move_by(model, by),
        // The newest is last and in sight: scrolling counts from the end there.
        Screen::Incident if model.incident.page == Page::Timeline => {
            let records = model
                .incident
                .shown()
                .map_or(0, |shown| shown.records().len());
            model.scroll = model.scroll.saturating_add_signed(-by).min(records);
        }
        Screen::Why | Screen::Levers | Screen::Calls | Screen::Incident => {
            model.scroll = moved(model.scroll, DEEPEST);
        }
        Screen::Wall => {}
    }
    Vec::new()
}

/// The first row.
pub(super) fn first(model: &mut Model) -> Vec<Effect> {
    if is_in_lines(model) {
        model.logs.to_first();
        return Vec::new();
    }
    shift(model, isize::MIN / 2)
}

/// The last row; in the logs it follows again.
pub(super) fn last(model: &mut Model) -> Vec<Effect> {
    if is_in_lines(model) {
        model.logs.follow();
        return Vec::new();
    }
    shift(model, isize::MAX / 2)
}

fn is_in_lines(model: &Model) -> bool {
    model.overlay.is_none()
        && matches!(model.screen, Screen::Home | Screen::Logs)
        && !lists_patterns(model)
}

fn scroll_of(model: &mut Model) -> Option<&mut usize> {
    match &mut model.overlay {
        Some(
            Overlay::Conflict { scroll, .. }
            | Overlay::Event { scroll, .. }
            | Overlay::Alarm { scroll, .. },
        ) => Some(scroll),
        Some(Overlay::Plan(dialog)) => Some(&mut dialog.scroll),
        _ => None,
    }
}

/// Rows that can be selected on the open screen.
pub(super) fn rows(model: &Model) -> usize {
    match model.screen {
        Screen::Alarms => model
            .alarms
            .value
            .as_ref()
            .map_or(0, |batch| batch.alarms.len() + batch.missing.len()),
        Screen::History => model.history.value.as_ref().map_or(0, Vec::len),
        Screen::Charts => model.spec.signals.len(),
        _ => 0,
    }
}

/// Moving through the logs pauses them.
fn shift_logs(model: &mut Model, by: isize) {
    if lists_patterns(model) {
        sifting::shift_pattern(model, by);
    } else {
        model.logs.shift(by);
    }
}

fn lists_patterns(model: &Model) -> bool {
    model.screen == Screen::Logs && model.logs.view == View::Patterns
}

/// Opens the selected row.
pub(super) fn open_selected(model: &mut Model) -> Vec<Effect> {
    match model.screen {
        Screen::Logs if lists_patterns(model) => {
            sifting::open_pattern(model);
            Vec::new()
        }
        Screen::Home | Screen::Logs => {
            dialogs::open_event(model);
            Vec::new()
        }
        Screen::Alarms => {
            let Some(batch) = &model.alarms.value else {
                return Vec::new();
            };
            let Some(alarm) = batch.alarms.get(model.selected) else {
                return Vec::new();
            };
            let name = alarm.name.clone();
            let history = Feed {
                reading: true,
                ..Feed::default()
            };
            overlays::show(
                model,
                Overlay::Alarm {
                    name: name.clone(),
                    history,
                    scroll: 0,
                },
            );
            vec![Effect::ReadAlarmHistory(name)]
        }
        Screen::Runbook => runbook::enter(model),
        Screen::Charts => {
            charts::zoom(model);
            Vec::new()
        }
        Screen::Wall
        | Screen::History
        | Screen::Levers
        | Screen::Why
        | Screen::Calls
        | Screen::Incident => Vec::new(),
    }
}
