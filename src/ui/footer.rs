//! The footer: what just happened, else the keys of the moment, as many as there is room for. Keys and words come from the one table.

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::app::keymap::{Action, Bound, Scope};
use crate::app::model::{Instead, Overlay, Screen, Tone};
use crate::app::pointer::Target;
use crate::app::runbook_pane::StepDialog;
use crate::app::update::undoable;

use super::paint::Row;
use super::panel;
use super::theme::{Role, Theme};

/// What the home screen offers, the most important first.
const HOME: &[Action] = &[
    Action::Disable,
    Action::NextStage,
    Action::PreviousStage,
    Action::Undo,
    Action::Fallback,
    Action::Runbook,
    Action::Logs,
    Action::Why,
    Action::Alarms,
    Action::Levers,
    Action::History,
    Action::Palette,
    Action::Incident,
];
/// What the log screen offers before its own keys.
const LOGS: &[Action] = &[Action::Back, Action::Disable, Action::Filter, Action::Pause];
/// What every other screen offers after its own keys.
const ELSEWHERE: &[Action] = &[Action::Back, Action::Disable, Action::Undo, Action::Palette];

/// What the runbook offers, the most important first.
const RUNBOOK: &[Action] = &[
    Action::Tick,
    Action::Open,
    Action::Branch,
    Action::Section,
    Action::Disable,
    Action::Undo,
    Action::Fallback,
    Action::Back,
    Action::Skip,
    Action::Palette,
];

/// Draws the footer.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let help = model
        .keymap
        .row(Action::Help, &[Scope::Global])
        .filter(|_| takes_global_keys(model));
    let help = hint(Row::new(), help, model, theme).into_end();
    let room = usize::from(area.width).saturating_sub(help.end_width() + 2);
    let row = match &model.toast {
        _ if model.pending.is_some() => what_follows(model, theme, room),
        Some(toast) => {
            let (mark, role) = match toast.tone {
                Tone::Good => ("●", Role::Good),
                Tone::Plain => ("·", Role::Text),
                Tone::Warn => ("▲", Role::Warn),
                Tone::Bad => ("✖", Role::Bad),
            };
            Row::new()
                .gap(1)
                .put(mark, theme.style(role))
                .gap(1)
                .put(&toast.text, theme.style(role))
        }
        None => hints(model, theme, room),
    };
    row.join(help).draw(frame, panel::inset_end(area));
}

/// Whether the keys that work everywhere work now.
fn takes_global_keys(model: &Model) -> bool {
    let reads = matches!(
        model.overlay,
        None | Some(
            Overlay::Help { .. }
                | Overlay::Event { .. }
                | Overlay::Alarm { .. }
                | Overlay::Contacts { .. }
                | Overlay::Links { .. }
        )
    );
    reads && !model.filtering && !model.logs.searching
}

fn hints(model: &Model, theme: &Theme, room: usize) -> Row {
    let mut row = Row::new();
    for binding in bindings(model) {
        let next = hint(row.clone(), Some(binding), model, theme);
        if next.width() > room {
            break;
        }
        row = next;
    }
    row
}

fn hint(row: Row, binding: Option<&Bound>, model: &Model, theme: &Theme) -> Row {
    let Some(binding) = binding else {
        return row;
    };
    let off = binding.action.is_write() && model.read_only;
    let (key_role, word_role) = if off {
        (Role::Faint, Role::Faint)
    } else {
        (Role::Key, Role::Muted)
    };
    let gap = if row.width() == 0 { 1 } else { 2 };
    let one = Row::new()
        .put(binding.key(), theme.style(key_role))
        .gap(1)
        .put(binding.footer, theme.style(word_role));
    row.gap(gap)
        .join(one.stands_for(Target::Key(binding.action)))
}

/// The keys of a chord so far, and what may follow them.
fn what_follows(model: &Model, theme: &Theme, room: usize) -> Row {
    let Some(begun) = &model.pending else {
        return Row::new();
    };
    let so_far: Vec<String> = begun.keys.iter().map(ToString::to_string).collect();
    let mut row = Row::new()
        .gap(1)
        .put(so_far.join(" "), theme.style(Role::Key))
        .put(" …", theme.style(Role::Accent));
    let follows = model.keymap.follows(&begun.keys, &begun.scopes);
    for (rest, bound) in follows {
        let word = if bound.footer.is_empty() {
            bound.help
        } else {
            bound.footer
        };
        let next = row
            .clone()
            .gap(2)
            .put(rest.to_string(), theme.style(Role::Key))
            .gap(1)
            .put(word, theme.style(Role::Muted));
        if next.width() > room {
            return row;
        }
        row = next;
    }
    row
}

/// The rows of the table that the moment calls for, the most important first.
fn bindings(model: &Model) -> Vec<&Bound> {
    let keymap = &model.keymap;
    let global = |action: &Action| keymap.row(*action, &[Scope::Global]);
    let own = |scopes: &'static [Scope]| keymap.of(scopes);
    let always = keymap.row(Action::Disable, &[Scope::Always]);
    let rows: Vec<&Bound> = match (&model.overlay, model.screen) {
        _ if model.filtering || model.logs.searching => {
            own(&[Scope::Input]).chain(always).collect()
        }
        (Some(overlay), _) => dialog(overlay, model).into_iter().chain(always).collect(),
        (None, Screen::Home) => HOME.iter().filter_map(global).collect(),
        (None, Screen::Logs) => LOGS
            .iter()
            .filter_map(global)
            .chain(own(&[Scope::Logs, Scope::Lists]))
            .collect(),
        (None, Screen::Alarms) => with_back(model, own(&[Scope::Alarms, Scope::Lists])),
        (None, Screen::History) => with_back(model, own(&[Scope::History])),
        (None, Screen::Incident) => with_back(model, own(&[Scope::Incident])),
        (None, Screen::Levers | Screen::Why | Screen::Calls) => {
            with_back(model, std::iter::empty())
        }
        (None, Screen::Charts) => with_back(model, own(&[Scope::Charts])),
        (None, Screen::Wall) => [Action::Back].iter().filter_map(global).collect(),
        (None, Screen::Runbook) => RUNBOOK
            .iter()
            .filter_map(|action| keymap.row(*action, &[Scope::Runbook, Scope::Global]))
            .collect(),
    };
    rows.into_iter()
        .filter(|row| !row.footer.is_empty() && !row.chords.is_empty())
        .filter(|row| row.action != Action::Undo || undoable(model).is_some())
        .collect()
}

fn with_back<'a>(model: &'a Model, own: impl Iterator<Item = &'a Bound>) -> Vec<&'a Bound> {
    let rest = ELSEWHERE
        .iter()
        .filter_map(|action| model.keymap.row(*action, &[Scope::Global]));
    own.chain(rest).collect()
}

/// The keys of a dialog: those of a line where one is being typed, and only those that do something in it.
fn dialog<'a>(overlay: &Overlay, model: &'a Model) -> Vec<&'a Bound> {
    let (scope, actions): (Scope, &[Action]) = match overlay {
        Overlay::Palette { .. } => (
            Scope::Input,
            &[Action::Confirm, Action::Back, Action::NextField],
        ),
        Overlay::Help {
            filtering: true, ..
        } => (Scope::Input, &[Action::Confirm, Action::Back]),
        Overlay::Plan(plan) if plan.must_type.is_some() && plan.needs_reason => (
            Scope::Input,
            &[Action::Confirm, Action::Back, Action::NextField],
        ),
        Overlay::Plan(plan) if plan.must_type.is_some() || plan.needs_reason => {
            (Scope::Input, &[Action::Confirm, Action::Back])
        }
        Overlay::Refused {
            instead: Some(Instead::WithoutJournal { .. }),
            ..
        } => (Scope::Input, &[Action::Confirm, Action::Back]),
        Overlay::Plan(_) => (
            Scope::Dialog,
            &[Action::Back, Action::Confirm, Action::Copy, Action::Repoint],
        ),
        Overlay::Conflict { .. } | Overlay::Unknown { .. } => (
            Scope::Dialog,
            &[Action::Confirm, Action::Back, Action::Copy],
        ),
        Overlay::Refused {
            instead: Some(Instead::Blind { .. }),
            ..
        } => (
            Scope::Dialog,
            &[Action::Back, Action::Confirm, Action::Copy],
        ),
        Overlay::Tune { .. } => (
            Scope::Input,
            &[Action::Confirm, Action::Back, Action::NextField],
        ),
        Overlay::Refused { instead: None, .. }
        | Overlay::Event { .. }
        | Overlay::Contacts { .. }
        | Overlay::Links { .. } => (Scope::Dialog, &[Action::Back, Action::Copy]),
        Overlay::Step(dialog) => match **dialog {
            StepDialog::Offers { .. } => (Scope::Dialog, &[Action::Confirm, Action::Back]),
            StepDialog::File { .. } | StepDialog::Reason { .. } => {
                (Scope::Input, &[Action::Confirm, Action::Back])
            }
        },
        Overlay::Leaving | Overlay::Locked { .. } => {
            (Scope::Dialog, &[Action::Back, Action::Confirm])
        }
        Overlay::Incident(_) => (
            Scope::Input,
            &[Action::Confirm, Action::Back, Action::NextField],
        ),
        Overlay::Help { .. } => (Scope::Dialog, &[Action::Confirm, Action::Back]),
        Overlay::Alarm { .. } | Overlay::Recovery { .. } => (Scope::Dialog, &[Action::Back]),
        Overlay::Fill(_) => (
            Scope::Input,
            &[Action::Confirm, Action::Back, Action::NextField],
        ),
        Overlay::Run(_) => (
            Scope::Dialog,
            &[Action::Back, Action::Confirm, Action::Copy],
        ),
        Overlay::Themes { .. } => (
            Scope::Dialog,
            &[Action::Back, Action::Confirm, Action::Copy],
        ),
        Overlay::Output { .. } => (
            Scope::Dialog,
            &[Action::Back, Action::StopCommand, Action::Copy],
        ),
    };
    actions
        .iter()
        .filter_map(|action| model.keymap.row(*action, &[scope]))
        .collect()
}
