//! The command palette: the typed line, and the actions whose words hold every word of it. It runs nothing.

use crate::app::Model;
use crate::app::keymap::Binding;
use crate::app::line_edit::LineEdit;
use crate::app::update::palette_rows;

use super::overlay::{Sheet, input};
use super::paint::{Row, clip, width};
use super::theme::{Role, Theme};

/// The sheet of the palette.
pub(super) fn sheet(
    (typed, selected): (&LineEdit, usize),
    model: &Model,
    theme: &Theme,
    (columns, height): (usize, usize),
) -> Sheet {
    let bindings = palette_rows(model, &typed.text());
    let selected = selected.min(bindings.len().saturating_sub(1));
    let mut body: Vec<Row> = bindings
        .iter()
        .enumerate()
        .map(|(index, binding)| row(binding, index == selected, theme, columns))
        .collect();
    if body.is_empty() {
        body.push(
            Row::new()
                .gap(2)
                .put("no action has these words", theme.style(Role::Faint)),
        );
    }
    let line = columns.saturating_sub(4);
    Sheet {
        title: Row::new().put("what to do", theme.style(Role::Title)),
        scroll: (selected + 1).saturating_sub(height.saturating_sub(2)),
        body,
        foot: vec![input(":", typed, (4, line), theme)],
        cursor: Some((0, 4, typed.clone(), line)),
    }
}

fn row(binding: &Binding, selected: bool, theme: &Theme, columns: usize) -> Row {
    let style = |role| {
        if selected {
            theme.on(role, Role::Selection)
        } else {
            theme.style(role)
        }
    };
    let keys: Vec<String> = binding.keys().map(|key| key.to_string()).collect();
    let mark = if selected { "▸ " } else { "  " };
    let keys = keys.join(" ");
    let room = columns.saturating_sub(width(mark) + width(&keys) + 1);
    let help = clip(binding.help, room);
    let blank = " ".repeat(room.saturating_sub(width(&help)));
    Row::new()
        .put(mark, style(Role::Accent))
        .put(format!("{help}{blank}"), style(Role::Text))
        .put(keys, style(Role::Key))
        .put(" ", style(Role::Text))
}
