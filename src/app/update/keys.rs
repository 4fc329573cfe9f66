//! A key becomes an action by the one table, and the action happens. Dialogs and typed lines are asked first.

use crate::app::Effect;
use crate::app::fleet::Walk;
use crate::app::keymap::{Action, Key, KeyCode, Scope, Step};
use crate::app::log_pane::{CohortFilter, View, Way};
use crate::app::model::{IncidentWish, Model, Overlay, Pending, Screen, Tone};
use crate::domain::journal::Entry;
use crate::domain::log::TailMode;
use crate::domain::plan::Change;

use super::{
    charts, command, copying, dialogs, fleet, help, incident, links, orders, overlays, palette,
    rows, runbook, schedule, sifting, themes, toast, tuning, wishes,
};

/// A key went down.
pub(super) fn pressed(model: &mut Model, key: Key, at_ms: u64) -> Vec<Effect> {
    model.enter.pressed(model.keymap.confirms(key), at_ms);
    let scopes = scopes(model);
    let step = Pending::step(&mut model.pending, &model.keymap, (key, at_ms), &scopes);
    let effects = match step {
        Step::Act(action) => act(model, action),
        Step::Nothing if scopes.contains(&Scope::Input) => {
            typed(model, key);
            Vec::new()
        }
        Step::Begins | Step::Nothing => Vec::new(),
    };
    model.enter.handled();
    effects
}

/// A second passed: keys of a chord that nobody went on with are forgotten.
pub(super) fn forget_begun(model: &mut Model) {
    if let Some(begun) = &mut model.pending {
        begun.ticks = begun.ticks.saturating_sub(1);
        if begun.ticks == 0 {
            model.pending = None;
        }
    }
}

/// An action was chosen by its name: it happens where a key for it would work. A word on a line of its own was meant, so it counts as a
/// fresh Enter where it confirms something.
pub(super) fn chosen(model: &mut Model, action: Action) -> Vec<Effect> {
    let scopes = scopes(model);
    if model.keymap.row(action, &scopes).is_none() {
        return Vec::new();
    }
    model.enter.meant();
    let effects = act(model, action);
    model.enter.handled();
    effects
}

/// Text was pasted: it goes into the open line, and nowhere else. A paste never counts as keys.
pub(super) fn pasted(model: &mut Model, text: &str) -> Vec<Effect> {
    model.pending = None;
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
        Some(
            Overlay::Help { .. }
            | Overlay::Event { .. }
            | Overlay::Alarm { .. }
            | Overlay::Contacts { .. }
            | Overlay::Links { .. },
        ) => {
            return vec![Scope::Always, Scope::Dialog, Scope::Global];
        }
        Some(_) => return vec![Scope::Always, Scope::Dialog],
        None => {}
    }
    [&[Scope::Always], of_screen(model.screen), &[Scope::Global]].concat()
}

/// The scopes that a screen opens between those that are open everywhere.
pub(super) fn of_screen(screen: Screen) -> &'static [Scope] {
    match screen {
        Screen::Home | Screen::Logs => &[Scope::Logs, Scope::Lists],
        Screen::Alarms => &[Scope::Alarms, Scope::Lists],
        Screen::History => &[Scope::History, Scope::Lists],
        Screen::Incident => &[Scope::Incident, Scope::Lists],
        Screen::Levers | Screen::Why | Screen::Calls => &[Scope::Lists],
        Screen::Charts => &[Scope::Charts, Scope::Lists],
        Screen::Wall => &[],
        Screen::Runbook => &[Scope::Runbook, Scope::Lists],
    }
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
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Disable => orders::want(model, Change::Disable),
        Action::Zero => wishes::zero(model),
        Action::Stage(n) => wishes::stage(model, usize::from(n)),
        Action::NextStage => wishes::next_stage(model),
        Action::PreviousStage => wishes::previous_stage(model),
        Action::Enable => wishes::enable(model),
        Action::Undo => wishes::undo(model),
        Action::Fallback => wishes::fallback(model),
        Action::Repoint => orders::want(model, Change::PublishAndRepoint),
        Action::Recommended => wishes::recommended(model),
        Action::Restore => wishes::restore_selected(model),
        Action::Complaint => complaint(model),
        Action::Tune => tuning::open(model),
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
        Action::Help => help::open(model),
        Action::Palette => palette::open(model),
        Action::Pause => {
            model.logs.pause_or_follow();
            Vec::new()
        }
        Action::Filter if help::search(model) => Vec::new(),
        Action::Filter => {
            model.logs.view = View::Lines;
            model.filtering = true;
            Vec::new()
        }
        Action::CohortFilter => {
            model.logs.cohort = match model.logs.cohort {
                CohortFilter::All => CohortFilter::Canary,
                CohortFilter::Canary => CohortFilter::Control,
                CohortFilter::Control => CohortFilter::All,
            };
            model.logs.refilter();
            Vec::new()
        }
        Action::Wrap => {
            model.logs.wrap = !model.logs.wrap;
            Vec::new()
        }
        Action::LiveTail => live_tail(model),
        Action::Copy => copying::copy(model),
        Action::Refresh => {
            toast(model, Tone::Plain, "reading everything again");
            let effects = runbook::refresh(model);
            [effects, schedule::refresh(model)].concat()
        }
        Action::Down => rows::shift(model, 1),
        Action::Up => rows::shift(model, -1),
        Action::PageDown => rows::shift(model, rows::PAGE),
        Action::PageUp => rows::shift(model, -rows::PAGE),
        Action::First => rows::first(model),
        Action::Last => rows::last(model),
        Action::Open => rows::open_selected(model),
        Action::Confirm => dialogs::confirm(model),
        Action::Back => back(model),
        Action::NextField => {
            dialogs::next_field(model);
            Vec::new()
        }
        Action::Quit => quit(model),
        Action::Interrupt => interrupt(model),
        Action::Suspend => vec![Effect::Suspend],
        Action::Incident => incident::show(model),
        Action::IncidentPage => incident::next_page(model),
        Action::IncidentStage => incident::next_stage(model),
        Action::IncidentNote => incident::ask(model, IncidentWish::Note),
        Action::IncidentClose => incident::ask(model, IncidentWish::Close),
        Action::IncidentRelease => incident::ask(model, IncidentWish::Release),
        Action::TakeOver => incident::take_over(model),
        Action::Redraw => {
            model.redraws += 1;
            Vec::new()
        }
        // The player's own; it is no part of a console.
        Action::Replay(_) => Vec::new(),
        Action::Runbook => runbook::show(model),
        Action::Tick => runbook::tick(model),
        Action::Branch => runbook::branch(model),
        Action::Skip => runbook::skip(model),
        Action::Section => runbook::sections(model),
        Action::RunbookFile => runbook::pick_file(model),
        Action::Script => runbook::script(model),
        Action::Contacts => {
            overlays::show(model, Overlay::Contacts { selected: 0 });
            Vec::new()
        }
        Action::Charts => charts::open(model),
        Action::Wall => charts::wall(model),
        Action::Chart(wish) => charts::act(model, wish),
        Action::Commands => command::show_last(model),
        Action::StopCommand => command::stop(model),
        Action::Link => links::show(model),
        Action::Export => sifting::export(model),
        Action::Themes => themes::open(model),
        Action::Rollouts => fleet::walk(model, Walk::List),
        Action::NextRollout => fleet::walk(model, Walk::Next),
        Action::PreviousRollout => fleet::walk(model, Walk::Previous),
        action => {
            with_lines(model, action);
            Vec::new()
        }
    }
}

/// What is done with the log lines that are here.
fn with_lines(model: &mut Model, action: Action) {
    match action {
        Action::Search => sifting::open_search(model),
        Action::OlderMatch => sifting::seek(model, Way::Older),
        Action::NewerMatch => sifting::seek(model, Way::Newer),
        Action::Context => sifting::context(model),
        Action::Mark => sifting::mark(model),
        Action::OlderMark => sifting::to_mark(model, Way::Older),
        Action::NewerMark => sifting::to_mark(model, Way::Newer),
        Action::Times => sifting::times(model),
        Action::Patterns => sifting::patterns(model),
        Action::Minute => sifting::to_charts(model),
        _ => {}
    }
}

pub(super) fn open(model: &mut Model, screen: Screen) -> Vec<Effect> {
    model.screen = screen;
    model.overlay = None;
    model.selected = 0;
    model.scroll = 0;
    Vec::new()
}

fn complaint(model: &mut Model) -> Vec<Effect> {
    model.complaints.push(model.now);
    super::recovery::bound_complaints(model);
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

fn live_tail(model: &mut Model) -> Vec<Effect> {
    model.logs.mode = match model.logs.mode {
        TailMode::Poll => TailMode::Live,
        TailMode::Live => TailMode::Poll,
    };
    model.logs.note = None;
    let text = if model.logs.mode == TailMode::Live {
        let back = model.keymap.said(Action::LiveTail);
        format!("Live Tail: AWS bills it by the minute; {back} goes back to polling")
    } else {
        "polling the logs".to_owned()
    };
    toast(model, Tone::Plain, text);
    schedule::soon(&mut model.tail);
    schedule::due(model)
}

fn back(model: &mut Model) -> Vec<Effect> {
    if help::leaves_search(model) {
        return Vec::new();
    }
    let logs = &mut model.logs;
    if model.filtering {
        model.filtering = false;
        logs.clear_filter();
    } else if logs.searching {
        logs.searching = false;
        logs.clear_search();
    } else if model.overlay.is_some() {
        return dialogs::close(model);
    } else if model.screen == Screen::Logs && logs.view == View::Patterns {
        logs.view = View::Lines;
    } else if model.screen == Screen::Logs && logs.needle().is_some() {
        logs.clear_search();
    } else if matches!(model.screen, Screen::Home | Screen::Charts) && model.minute.is_some() {
        model.minute = None;
    } else if model.screen == Screen::Home
        && (logs.paused || !logs.filter.is_empty() || logs.needle().is_some())
    {
        logs.follow();
        logs.clear_filter();
        logs.clear_search();
    } else if model.screen == Screen::Charts && charts::closes(model)
        || runbook::closes_picker(model)
    {
        return Vec::new();
    } else if model.screen == Screen::Home {
        return fleet::walk(model, Walk::List);
    } else {
        return open(model, Screen::Home);
    }
    Vec::new()
}

fn quit(model: &mut Model) -> Vec<Effect> {
    let runs = model.runs.iter().any(crate::app::model::Run::is_live);
    let busy = !model.in_flight.is_empty() || model.waiting.is_some() || runs;
    if busy && !matches!(model.overlay, Some(Overlay::Leaving)) {
        overlays::show(model, Overlay::Leaving);
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
    if let Some(stopped) = command::interrupted(model) {
        return stopped;
    }
    if model.overlay.is_some() || model.filtering || model.logs.searching {
        let leaving = matches!(model.overlay, Some(Overlay::Leaving));
        return if leaving { leave(model) } else { back(model) };
    }
    quit(model)
}
