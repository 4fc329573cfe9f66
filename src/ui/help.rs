//! Every key, from the one table: those of the moment first.

use crate::app::Model;
use crate::app::keymap::{Action, Binding, KEYMAP, Scope};
use crate::app::model::Screen;

use super::overlay::Sheet;
use super::paint::Row;
use super::theme::{Role, Theme};

/// Columns of the keys.
const KEYS: usize = 14;

/// The sheet of the help.
pub(super) fn sheet(model: &Model, theme: &Theme, columns: usize, scroll: usize) -> Sheet {
    let two = columns >= 130;
    let width = if two { columns / 2 - 1 } else { columns };
    let sections: Vec<Vec<Row>> = scopes(model)
        .into_iter()
        .map(|scope| section(scope, model.read_only, theme, width))
        .collect();
    let body = if two {
        side_by_side(sections, width)
    } else {
        sections.concat()
    };
    Sheet {
        title: Row::new()
            .put("keys", theme.style(Role::Title))
            .end("j k scroll · esc close", theme.style(Role::Faint)),
        body,
        scroll,
        ..Sheet::default()
    }
}

fn scopes(model: &Model) -> Vec<Scope> {
    let here: &[Scope] = match model.screen {
        Screen::Home => &[Scope::Global, Scope::Logs, Scope::Lists],
        Screen::Logs => &[Scope::Logs, Scope::Lists, Scope::Global],
        Screen::Alarms => &[Scope::Alarms, Scope::Lists, Scope::Global],
        Screen::History => &[Scope::History, Scope::Lists, Scope::Global],
        Screen::Incident => &[Scope::Incident, Scope::Lists, Scope::Global],
        Screen::Levers | Screen::Why | Screen::Calls => &[Scope::Lists, Scope::Global],
        Screen::Runbook => &[Scope::Runbook, Scope::Lists, Scope::Global],
    };
    let all = [
        Scope::Always,
        Scope::Global,
        Scope::Lists,
        Scope::Logs,
        Scope::Alarms,
        Scope::History,
        Scope::Runbook,
        Scope::Incident,
        Scope::Dialog,
        Scope::Input,
    ];
    let rest = all.into_iter().filter(|scope| !here.contains(scope));
    here.iter().copied().chain(rest).collect()
}

/// The rows of the keys of these scopes, for a screen that has no model.
pub(super) fn of_scopes(
    scopes: &[Scope],
    read_only: bool,
    theme: &Theme,
    columns: usize,
) -> Vec<Row> {
    let sections = scopes
        .iter()
        .map(|scope| section(*scope, read_only, theme, columns));
    sections.collect::<Vec<_>>().concat()
}

fn section(scope: Scope, read_only: bool, theme: &Theme, columns: usize) -> Vec<Row> {
    let title = match scope {
        Scope::Always => "at any time, even while typing",
        Scope::Global => "on every screen",
        Scope::Lists => "in lists",
        Scope::Logs => "in the logs",
        Scope::Alarms => "in the alarms",
        Scope::History => "in the history",
        Scope::Dialog => "in a dialog",
        Scope::Input => "while typing",
        // No key of the console: the player has a sheet of its own.
        Scope::Replay => return Vec::new(),
        Scope::Runbook => "in the runbook",
        Scope::Incident => "in the incident",
        Scope::Fleet => "on the list of rollouts",
    };
    let bindings: Vec<&Binding> = KEYMAP.iter().filter(|row| row.scope == scope).collect();
    if bindings.is_empty() {
        return Vec::new();
    }
    let mut rows = vec![Row::new().put(title, theme.style(Role::Title))];
    for binding in bindings {
        let later_stage = matches!(binding.action, Action::Stage(n) if n > 1);
        if later_stage {
            continue;
        }
        let first_stage = binding.action == Action::Stage(1);
        let (keys, help) = if first_stage {
            ("1 … 9".to_owned(), "Set the stage of this number")
        } else {
            let keys: Vec<String> = binding.keys().map(|key| key.to_string()).collect();
            (keys.join(" "), binding.help)
        };
        let off = binding.action.is_write() && read_only;
        let (key, text) = if off {
            (Role::Faint, Role::Faint)
        } else {
            (Role::Key, Role::Text)
        };
        rows.push(Row::new().figure(keys, KEYS, theme.style(key)).gap(2).cell(
            help,
            columns.saturating_sub(KEYS + 2),
            theme.style(text),
        ));
    }
    rows.push(Row::new());
    rows
}

/// Sections in two columns of about the same height.
fn side_by_side(sections: Vec<Vec<Row>>, width: usize) -> Vec<Row> {
    let total: usize = sections.iter().map(Vec::len).sum();
    let (mut left, mut right): (Vec<Row>, Vec<Row>) = (Vec::new(), Vec::new());
    for section in sections {
        let side = if right.is_empty() && left.len() + section.len() / 2 <= total / 2 {
            &mut left
        } else {
            &mut right
        };
        side.extend(section);
    }
    let height = left.len().max(right.len());
    left.resize(height, Row::new());
    right.resize(height, Row::new());
    left.into_iter()
        .zip(right)
        .map(|(left, right)| left.tab(width + 1).gap(1).join(right))
        .collect()
}
