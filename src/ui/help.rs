//! Every key in force, those of the moment first, as rows that can be searched and run. Which rows there are is decided elsewhere.

use crate::app::Model;
use crate::app::keymap::{Action, Bound, Keymap, Scope};
use crate::app::line_edit::LineEdit;
use crate::app::pointer::{Pane, Target};
use crate::app::update::{place, sections};

use super::overlay::{Sheet, input, keys};
use super::paint::{Row, width};
use super::theme::{Role, Theme};

/// Columns of the keys.
const KEYS: usize = 14;
/// Columns from which on the sections stand side by side.
const WIDE: usize = 130;

/// What is drawn of one scope: its rows, and which of them is selected, by its place in the section.
struct Part {
    rows: Vec<Row>,
    selected: Option<usize>,
}

/// The sheet of the help.
pub(super) fn sheet(
    (typed, filtering, selected): (&LineEdit, bool, usize),
    model: &Model,
    theme: &Theme,
    (columns, height): (usize, usize),
) -> Sheet {
    let two = columns >= WIDE;
    let width = if two { columns / 2 - 1 } else { columns };
    let all = sections(model, &typed.text());
    let count: usize = all.iter().map(|(_, rows)| rows.len()).sum();
    let selected = selected.min(count.saturating_sub(1));
    let mut first = 0;
    let mut parts = Vec::new();
    for (scope, rows) in &all {
        let own = (*scope, rows.as_slice(), first);
        parts.push(section(own, selected, model, theme, width));
        first += rows.len();
    }
    let (mut body, at) = if two {
        side_by_side(parts, width)
    } else {
        under_each_other(parts)
    };
    if body.is_empty() {
        let words = "no key has these words";
        body.push(Row::new().gap(2).put(words, theme.style(Role::Faint)));
    }
    let mut foot = Vec::new();
    let searches = filtering || !typed.is_empty();
    if searches {
        foot.push(input("/", typed, (4, columns.saturating_sub(4)), theme));
    } else {
        foot.push(offered(model, theme));
    }
    let room = height.saturating_sub(foot.len() + 1).max(1);
    Sheet {
        title: Row::new()
            .put("keys", theme.style(Role::Title))
            .end(format!("{count}"), theme.style(Role::Faint)),
        body,
        scroll: (at + 2).saturating_sub(room),
        cursor: filtering.then(|| (0, 4, typed.clone(), columns.saturating_sub(4))),
        foot,
    }
}

fn offered(model: &Model, theme: &Theme) -> Row {
    let search = model.keymap.row(Action::Filter, &[Scope::Global]);
    let search = Row::new()
        .put(
            search.map(Bound::key).unwrap_or_default(),
            theme.style(Role::Key),
        )
        .put(" search", theme.style(Role::Text));
    let rest = keys(
        &model.keymap,
        Scope::Dialog,
        &[
            (Action::Confirm, "run the row, as its key does"),
            (Action::Back, "close"),
        ],
        theme,
    );
    Row::new()
        .gap(2)
        .join(search)
        .gap(2)
        .join(rest)
        .end("shift-drag selects text", theme.style(Role::Faint))
}

fn section(
    (scope, bound, first): (Scope, &[&Bound], usize),
    selected: usize,
    model: &Model,
    theme: &Theme,
    columns: usize,
) -> Part {
    let mut rows = vec![Row::new().put(place(scope), theme.style(Role::Title))];
    for (index, one) in bound.iter().enumerate() {
        let number = first + index;
        let row = row(one, (number == selected, model.read_only), theme, columns);
        rows.push(
            row.stands_for(Target::Row(Pane::Sheet, number as u64))
                .focused(number == selected),
        );
    }
    rows.push(Row::new());
    Part {
        rows,
        selected: selected
            .checked_sub(first)
            .filter(|at| *at < bound.len())
            .map(|at| at + 1),
    }
}

fn row(bound: &Bound, (selected, read_only): (bool, bool), theme: &Theme, columns: usize) -> Row {
    let style = |role| {
        if selected {
            theme.on(role, Role::Selection)
        } else {
            theme.style(role)
        }
    };
    let off = bound.action.is_write() && read_only || bound.chords.is_empty();
    let (key, text) = if off {
        (Role::Faint, Role::Faint)
    } else {
        (Role::Key, Role::Text)
    };
    let names = bound.line();
    let blank = " ".repeat(KEYS.saturating_sub(width(&names)));
    let room = columns.saturating_sub(KEYS + 2);
    let help = super::paint::clip(bound.help, room);
    let rest = " ".repeat(room.saturating_sub(width(&help)));
    Row::new()
        .put(blank, style(text))
        .put(super::paint::clip(&names, KEYS), style(key))
        .put("  ", style(text))
        .put(format!("{help}{rest}"), style(text))
}

/// The sections in one column, and the row that is selected.
fn under_each_other(parts: Vec<Part>) -> (Vec<Row>, usize) {
    let (mut rows, mut selected) = (Vec::new(), 0);
    for part in parts {
        if let Some(at) = part.selected {
            selected = rows.len() + at;
        }
        rows.extend(part.rows);
    }
    (rows, selected)
}

/// The sections in two columns of about the same height.
fn side_by_side(parts: Vec<Part>, width: usize) -> (Vec<Row>, usize) {
    let total: usize = parts.iter().map(|part| part.rows.len()).sum();
    let (mut left, mut right): (Vec<Part>, Vec<Part>) = (Vec::new(), Vec::new());
    let mut used = 0;
    for part in parts {
        if right.is_empty() && used + part.rows.len() / 2 <= total / 2 {
            used += part.rows.len();
            left.push(part);
        } else {
            right.push(part);
        }
    }
    let ((mut left, one), (mut right, other)) = (under_each_other(left), under_each_other(right));
    let height = left.len().max(right.len());
    left.resize(height, Row::new());
    right.resize(height, Row::new());
    let rows = left.into_iter().zip(right);
    let rows = rows.map(|(left, right)| left.tab(width + 1).gap(1).join(right));
    (rows.collect(), one.max(other))
}

/// The rows of the keys of these scopes, for a screen that has no model.
pub(super) fn of_scopes(
    scopes: &[Scope],
    (keymap, read_only): (&Keymap, bool),
    theme: &Theme,
    columns: usize,
) -> Vec<Row> {
    let mut rows = Vec::new();
    for scope in scopes {
        let bound: Vec<&Bound> = keymap.of(std::slice::from_ref(scope)).collect();
        if bound.is_empty() {
            continue;
        }
        rows.push(Row::new().put(place(*scope), theme.style(Role::Title)));
        rows.extend(
            bound
                .into_iter()
                .map(|one| row(one, (false, read_only), theme, columns)),
        );
        rows.push(Row::new());
    }
    rows
}
