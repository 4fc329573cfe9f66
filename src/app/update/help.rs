//! The help: which keys it lists, those of the moment first, and what running a row means. It draws nothing.

use crate::app::Effect;
use crate::app::keymap::{Action, Bound, Scope};
use crate::app::line_edit::LineEdit;
use crate::app::model::{Model, Overlay, Screen, Tone};

use super::{keys, overlays, toast};

/// The rows of one scope.
pub type Section<'a> = (Scope, Vec<&'a Bound>);

/// The keys in force, those of the open screen first, as far as they hold every word that was typed.
pub fn sections<'a>(model: &'a Model, typed: &str) -> Vec<Section<'a>> {
    let words: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    let fits = |row: &&Bound| {
        let name = row.action.name().replace('_', " ");
        let keys = row.names();
        let help = row.help.to_lowercase();
        words.iter().all(|word| {
            help.contains(word.as_str())
                || name.contains(word.as_str())
                || keys.iter().any(|key| key.to_lowercase() == *word)
        })
    };
    let possible = |row: &&Bound| match row.action {
        Action::Stage(number) => usize::from(number) <= model.spec.stages.len(),
        _ => true,
    };
    let all = scopes(model.screen).into_iter();
    all.map(|scope| {
        let rows = model.keymap.rows().iter().filter(|row| row.scope == scope);
        (scope, rows.filter(possible).filter(fits).collect())
    })
    .filter(|(_, rows): &Section<'_>| !rows.is_empty())
    .collect()
}

/// Every scope of the console, those of the screen first.
fn scopes(screen: Screen) -> Vec<Scope> {
    let mut order: Vec<Scope> = keys::of_screen(screen).to_vec();
    if screen == Screen::Home {
        order.insert(0, Scope::Global);
    }
    order.push(Scope::Global);
    // No key of the console: the player has a sheet of its own.
    let late = [Scope::Dialog, Scope::Input, Scope::Replay];
    let others = Scope::all()
        .into_iter()
        .filter(|scope| !late.contains(scope));
    order.extend(others.chain([Scope::Dialog, Scope::Input]));
    let mut seen = Vec::new();
    order.retain(|scope| {
        let new = !seen.contains(scope);
        seen.push(*scope);
        new
    });
    order
}

/// Where a key works, in words.
pub fn place(scope: Scope) -> &'static str {
    match scope {
        Scope::Always => "at any time, even while typing",
        Scope::Global => "on every screen",
        Scope::Lists => "in lists",
        Scope::Logs => "in the logs",
        Scope::Alarms => "in the alarms",
        Scope::History => "in the history",
        Scope::Dialog => "in a dialog",
        Scope::Input => "while typing",
        Scope::Replay => "in the player of recordings",
        Scope::Runbook => "in the runbook",
        Scope::Incident => "in the incident",
        Scope::Charts => "on the charts",
        Scope::Fleet => "on the list of rollouts",
    }
}

/// Opens the help.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    overlays::show(model, Overlay::help());
    Vec::new()
}

/// Moves the selection.
pub(super) fn shift(model: &mut Model, by: isize) {
    let Some(Overlay::Help {
        typed, selected, ..
    }) = &model.overlay
    else {
        return;
    };
    let rows: usize = sections(model, &typed.text())
        .iter()
        .map(|(_, rows)| rows.len())
        .sum();
    let to = selected
        .saturating_add_signed(by)
        .min(rows.saturating_sub(1));
    if let Some(Overlay::Help { selected, .. }) = &mut model.overlay {
        *selected = to;
    }
}

/// Begins to type what is looked for.
pub(super) fn search(model: &mut Model) -> bool {
    if let Some(Overlay::Help { filtering, .. }) = &mut model.overlay {
        *filtering = true;
        return true;
    }
    false
}

/// Back out of the typed line: what was looked for goes first. Answers whether there was one.
pub(super) fn leaves_search(model: &mut Model) -> bool {
    if let Some(Overlay::Help {
        typed,
        filtering,
        selected,
    }) = &mut model.overlay
        && (*filtering || !typed.is_empty())
    {
        typed.clear();
        (*filtering, *selected) = (false, 0);
        return true;
    }
    false
}

/// What the selected row does, where it can be run here.
pub(super) fn chosen(model: &Model) -> Option<Action> {
    let Some(Overlay::Help {
        typed, selected, ..
    }) = &model.overlay
    else {
        return None;
    };
    let all = sections(model, &typed.text());
    let mut rows = all.iter().flat_map(|(_, rows)| rows.iter());
    rows.nth(*selected).map(|row| row.action)
}

/// Runs the selected row, in the same way as its key.
pub(super) fn run(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Help {
        typed, selected, ..
    }) = &model.overlay
    else {
        return Vec::new();
    };
    let all = sections(model, &typed.text());
    let rows = all.iter().flat_map(|(_, rows)| rows.iter());
    let Some((scope, action)) = rows.map(|row| (row.scope, row.action)).nth(*selected) else {
        return Vec::new();
    };
    let untouched = *selected == 0 && typed.is_empty() && action.is_write();
    let here = matches!(scope, Scope::Global | Scope::Always)
        || keys::of_screen(model.screen).contains(&scope);
    let words = if untouched {
        let run = model.keymap.said_in(Action::Confirm, &[Scope::Dialog]);
        format!("select a row first: {run} runs it as its key does")
    } else if here {
        model.overlay = None;
        return match action {
            Action::Help => Vec::new(),
            action => keys::act(model, action),
        };
    } else {
        format!("that key works {}", place(scope))
    };
    toast(model, Tone::Plain, words);
    Vec::new()
}

impl Overlay {
    /// The help, at its first row.
    pub fn help() -> Self {
        Self::Help {
            typed: LineEdit::default(),
            filtering: false,
            selected: 0,
        }
    }
}
