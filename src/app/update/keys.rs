//! A key becomes an action by the one table, and the action happens. Dialogs and typed lines are asked first.

use crate::app::Effect;
use crate::app::keymap::{Action, Key, KeyCode, Scope, lookup};
use crate::app::log_pane::CohortFilter;
use crate::app::model::{Feed, Instead, Model, Overlay, Screen, Tone};
use crate::domain::journal::Entry;
use crate::domain::log::TailMode;
use crate::domain::plan::Change;

use super::{dialogs, orders, schedule, toast};

/// Rows of a page, where the screen's height does not matter.
const PAGE: usize = 10;

/// A key went down.
pub(super) fn pressed(model: &mut Model, key: Key, at_ms: u64) -> Vec<Effect> {
    let scopes = scopes(model);
    match lookup(key, &scopes) {
        Some(action) => act(model, action, at_ms),
        None if scopes.contains(&Scope::Input) => {
            typed(model, key);
            Vec::new()
        }
        None => Vec::new(),
    }
}

/// Text was pasted: it goes into the open line, and nowhere else. A paste never counts as keys.
pub(super) fn pasted(model: &mut Model, text: &str) -> Vec<Effect> {
    if let Some(line) = dialogs::open_line(model) {
        line.insert(text);
        dialogs::line_changed(model);
    }
    Vec::new()
}

/// The scopes that are open now, the topmost first.
pub fn scopes(model: &Model) -> Vec<Scope> {
    if dialogs::has_line(model) {
        return vec![Scope::Always, Scope::Input];
    }
    match &model.overlay {
        Some(Overlay::Help { .. } | Overlay::Event { .. } | Overlay::Alarm { .. }) => {
            return vec![Scope::Always, Scope::Dialog, Scope::Global];
        }
        Some(_) => return vec![Scope::Always, Scope::Dialog],
        None => {}
    }
    let screen: &[Scope] = match model.screen {
        Screen::Home | Screen::Logs => &[Scope::Logs, Scope::Lists],
        Screen::Alarms => &[Scope::Alarms, Scope::Lists],
        Screen::History => &[Scope::History, Scope::Lists],
        Screen::Levers | Screen::Why | Screen::Calls => &[Scope::Lists],
    };
    [&[Scope::Always], screen, &[Scope::Global]].concat()
}

fn typed(model: &mut Model, key: Key) {
    let Some(line) = dialogs::open_line(model) else {
        return;
    };
    match (key.code, key.ctrl) {
        (KeyCode::Char('u'), true) => line.clear(),
        (KeyCode::Char('w'), true) => line.delete_word(),
        (KeyCode::Char('a'), true) | (KeyCode::Home, _) => line.home(),
        (KeyCode::Char('e'), true) | (KeyCode::End, _) => line.end(),
        (KeyCode::Char(c), false) if !key.alt => line.insert(c.encode_utf8(&mut [0; 4])),
        (KeyCode::Backspace, _) => line.backspace(),
        (KeyCode::Delete, _) => line.delete(),
        (KeyCode::Left, _) => line.shift(-1),
        (KeyCode::Right, _) => line.shift(1),
        _ => return,
    }
    dialogs::line_changed(model);
}

/// Does what the person wants.
pub(super) fn act(model: &mut Model, action: Action, at_ms: u64) -> Vec<Effect> {
    match action {
        Action::Disable => orders::want(model, Change::Disable, at_ms),
        Action::Zero => orders::set(model, 0, at_ms),
        Action::Stage(n) => orders::stage(model, usize::from(n), at_ms),
        Action::NextStage => orders::next_stage(model, at_ms),
        Action::PreviousStage => orders::previous_stage(model, at_ms),
        Action::Enable => orders::enable(model, at_ms),
        Action::Undo => orders::undo(model, at_ms),
        Action::Fallback => orders::fallback(model, at_ms),
        Action::Repoint => orders::want(model, Change::PublishAndRepoint, at_ms),
        Action::Recommended => orders::recommended(model, at_ms),
        Action::Restore => orders::restore_selected(model, at_ms),
        Action::Complaint => complaint(model),
        Action::Home => open(model, Screen::Home),
        Action::Logs => open(model, Screen::Logs),
        Action::Alarms => open(model, Screen::Alarms),
        Action::Levers => open(model, Screen::Levers),
        Action::History => {
            schedule::soon(&mut model.history);
            let effects = open(model, Screen::History);
            [effects, schedule::due(model)].concat()
        }
        Action::Why => open(model, Screen::Why),
        Action::Calls => open(model, Screen::Calls),
        Action::Help => {
            model.overlay = Some(Overlay::Help { scroll: 0 });
            Vec::new()
        }
        Action::Palette => {
            model.overlay = Some(Overlay::Palette {
                typed: crate::app::line_edit::LineEdit::default(),
                selected: 0,
            });
            Vec::new()
        }
        Action::Pause => {
            pause(model);
            Vec::new()
        }
        Action::Filter => {
            model.filtering = true;
            Vec::new()
        }
        Action::CohortFilter => {
            model.logs.cohort = match model.logs.cohort {
                CohortFilter::All => CohortFilter::Canary,
                CohortFilter::Canary => CohortFilter::Control,
                CohortFilter::Control => CohortFilter::All,
            };
            model.logs.selected = 0;
            Vec::new()
        }
        Action::Wrap => {
            model.logs.wrap = !model.logs.wrap;
            Vec::new()
        }
        Action::LiveTail => live_tail(model),
        Action::Copy => dialogs::copy(model),
        Action::Refresh => {
            toast(model, Tone::Plain, "reading everything again");
            schedule::refresh(model)
        }
        Action::Down => shift(model, 1),
        Action::Up => shift(model, -1),
        Action::PageDown => shift(model, PAGE as isize),
        Action::PageUp => shift(model, -(PAGE as isize)),
        Action::First => shift(model, isize::MIN / 2),
        Action::Last => shift(model, isize::MAX / 2),
        Action::Open => open_selected(model),
        Action::Confirm => dialogs::confirm(model, at_ms),
        Action::Back => back(model),
        Action::NextField => {
            dialogs::next_field(model);
            Vec::new()
        }
        Action::Quit => quit(model),
        Action::Interrupt => interrupt(model),
        Action::Suspend => vec![Effect::Suspend],
        Action::Redraw => {
            model.redraws += 1;
            Vec::new()
        }
    }
}

fn open(model: &mut Model, screen: Screen) -> Vec<Effect> {
    model.screen = screen;
    model.overlay = None;
    model.selected = 0;
    model.scroll = 0;
    Vec::new()
}

fn complaint(model: &mut Model) -> Vec<Effect> {
    model.complaints.push(model.now);
    let count = model
        .complaints
        .iter()
        .filter(|at| model.now.since(**at).as_secs() < 3600)
        .count();
    toast(
        model,
        Tone::Plain,
        format!("complaint counted: {count} in the last hour"),
    );
    let mut effects = vec![Effect::Append(Entry::Complaint)];
    effects.extend(super::judging::judge(model));
    effects
}

fn pause(model: &mut Model) {
    let logs = &mut model.logs;
    logs.paused = !logs.paused;
    logs.frozen_len = logs.lines.len();
    if !logs.paused {
        logs.selected = 0;
    }
}

fn live_tail(model: &mut Model) -> Vec<Effect> {
    model.logs.mode = match model.logs.mode {
        TailMode::Poll => TailMode::Live,
        TailMode::Live => TailMode::Poll,
    };
    model.logs.note = None;
    toast(
        model,
        Tone::Plain,
        if model.logs.mode == TailMode::Live {
            "Live Tail: AWS bills it by the minute; L goes back to polling"
        } else {
            "polling the logs"
        },
    );
    schedule::soon(&mut model.tail);
    schedule::due(model)
}

/// Moves the selection, or scrolls what is on top, by rows.
fn shift(model: &mut Model, by: isize) -> Vec<Effect> {
    let moved =
        |from: usize, rows: usize| from.saturating_add_signed(by).min(rows.saturating_sub(1));
    match &mut model.overlay {
        Some(Overlay::Palette { typed, selected }) => {
            let rows = dialogs::palette_rows(&typed.text()).len();
            *selected = moved(*selected, rows);
            return Vec::new();
        }
        Some(
            Overlay::Help { scroll }
            | Overlay::Conflict { scroll, .. }
            | Overlay::Event { scroll, .. }
            | Overlay::Alarm { scroll, .. },
        ) => {
            *scroll = moved(*scroll, usize::MAX);
            return Vec::new();
        }
        Some(Overlay::Plan(dialog)) => {
            dialog.scroll = moved(dialog.scroll, usize::MAX);
            return Vec::new();
        }
        Some(_) => return Vec::new(),
        None => {}
    }
    match model.screen {
        Screen::Home | Screen::Logs => shift_logs(model, by),
        Screen::Alarms => {
            let rows = model
                .alarms
                .value
                .as_ref()
                .map_or(0, |batch| batch.alarms.len() + batch.missing.len());
            model.selected = moved(model.selected, rows);
        }
        Screen::History => {
            let rows = model.history.value.as_ref().map_or(0, Vec::len);
            model.selected = moved(model.selected, rows);
        }
        Screen::Why | Screen::Levers | Screen::Calls => {
            model.scroll = moved(model.scroll, usize::MAX)
        }
    }
    Vec::new()
}

/// The selection of the logs counts up from the newest line; moving up into the past pauses, coming back to the end follows again.
fn shift_logs(model: &mut Model, by: isize) {
    let rows = model.logs.newest_first().count();
    let selected = model
        .logs
        .selected
        .saturating_add_signed(-by)
        .min(rows.saturating_sub(1));
    if selected > 0 && !model.logs.paused {
        model.logs.paused = true;
        model.logs.frozen_len = model.logs.lines.len();
    }
    if selected == 0 && by > PAGE as isize {
        model.logs.paused = false;
    }
    model.logs.selected = selected;
}

fn open_selected(model: &mut Model) -> Vec<Effect> {
    match model.screen {
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
            model.overlay = Some(Overlay::Alarm {
                name: name.clone(),
                history,
                scroll: 0,
            });
            vec![Effect::ReadAlarmHistory(name)]
        }
        Screen::History | Screen::Levers | Screen::Why | Screen::Calls => Vec::new(),
    }
}

fn back(model: &mut Model) -> Vec<Effect> {
    if model.filtering {
        model.filtering = false;
        model.logs.filter.clear();
    } else if model.overlay.is_some() {
        return dialogs::close(model);
    } else if model.screen == Screen::Home && (model.logs.paused || !model.logs.filter.is_empty()) {
        model.logs.paused = false;
        model.logs.selected = 0;
        model.logs.filter.clear();
    } else {
        return open(model, Screen::Home);
    }
    Vec::new()
}

fn quit(model: &mut Model) -> Vec<Effect> {
    if model.in_flight.is_some() && !matches!(model.overlay, Some(Overlay::Leaving)) {
        model.overlay = Some(Overlay::Leaving);
        return Vec::new();
    }
    leave(model)
}

pub(super) fn leave(model: &mut Model) -> Vec<Effect> {
    model.leaving = true;
    vec![Effect::Quit]
}

/// Ctrl-C: first what is on top, then the console.
fn interrupt(model: &mut Model) -> Vec<Effect> {
    if model.overlay.is_some() || model.filtering {
        let leaving = matches!(model.overlay, Some(Overlay::Leaving));
        return if leaving { leave(model) } else { back(model) };
    }
    quit(model)
}

/// Whether a refusal offers a typed twin.
pub(super) fn wants_typing(instead: Option<&Instead>) -> bool {
    matches!(instead, Some(Instead::WithoutJournal { .. }))
}
