//! The sheet in which one value is tuned: what may be, as it stands, and the line. It changes nothing.

use crate::app::Model;
use crate::app::line_edit::LineEdit;
use crate::app::pointer::{Pane, Target};
use crate::app::update::{Tunable, tunables};
use crate::ui::paint::{self, Row, clip};
use crate::ui::theme::{Role, Theme};

use super::{Sheet, input};

/// Columns before the line.
const LABEL: usize = 13;

pub(super) fn sheet(
    (typed, selected, complaint): (&LineEdit, usize, Option<&str>),
    model: &Model,
    theme: &Theme,
    (columns, height): (usize, usize),
) -> Sheet {
    let rows = tunables(model, &typed.text());
    let selected = selected.min(rows.len().saturating_sub(1));
    let widest = rows.iter().map(|one| paint::width(&one.name)).max();
    let mut body: Vec<Row> = rows
        .iter()
        .enumerate()
        .map(|(index, one)| {
            row(
                (one, index == selected),
                widest.unwrap_or(0),
                theme,
                columns,
            )
            .stands_for(Target::Row(Pane::Sheet, index as u64))
        })
        .collect();
    if body.is_empty() {
        body.push(Row::new().gap(2).put(
            "nothing begins so: it would be a new one",
            theme.style(Role::Faint),
        ));
    }
    let mut foot = Vec::new();
    for line in paint::wrap(complaint.unwrap_or_default(), columns.saturating_sub(4)) {
        if complaint.is_some() {
            let words = Row::new()
                .put("▲ ", theme.style(Role::Warn))
                .put(line, theme.style(Role::Warn));
            foot.push(words);
        }
    }
    let room = columns.saturating_sub(LABEL);
    let line = foot.len();
    foot.push(input("KEY=VALUE", typed, (LABEL, room), theme));
    Sheet {
        title: Row::new().put(
            "tune one value; who is exposed stays as it is",
            theme.style(Role::Title),
        ),
        scroll: (selected + 1).saturating_sub(height.saturating_sub(2 + line)),
        body,
        foot,
        cursor: Some((line, LABEL, typed.clone(), room)),
    }
}

fn row((one, selected): (&Tunable, bool), widest: usize, theme: &Theme, columns: usize) -> Row {
    let style = |role| {
        if selected {
            theme.on(role, Role::Selection)
        } else {
            theme.style(role)
        }
    };
    let mark = if selected { "▸ " } else { "  " };
    let (value, of) = match &one.value {
        Some(value) => (value.as_str(), "flag"),
        None => ("••••", "function"),
    };
    let name = paint::safe(&one.name);
    let pad = " ".repeat(widest.min(40).saturating_sub(paint::width(&name)) + 2);
    let used = 2 + paint::width(&name) + pad.len() + of.len() + 1;
    let room = columns.saturating_sub(used);
    let value = clip(&paint::safe(value), room);
    let blank = " ".repeat(room.saturating_sub(paint::width(&value)));
    Row::new()
        .put(mark, style(Role::Accent))
        .put(clip(&name, columns.saturating_sub(4)), style(Role::Text))
        .put(format!("{pad}{value}{blank}"), style(Role::Muted))
        .put(of, style(Role::Faint))
        .put(" ", style(Role::Text))
}
