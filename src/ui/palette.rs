//! The command palette: the typed line, and the actions whose words hold every word of it. It runs nothing.

use crate::app::keymap::Binding;
use crate::app::line_edit::LineEdit;
use crate::app::update::palette_rows;

use super::overlay::{Sheet, input};
use super::paint::Row;
use super::theme::{Role, Theme};

/// The sheet of the palette.
pub(super) fn sheet(
    (typed, selected): (&LineEdit, usize),
    theme: &Theme,
    columns: usize,
    height: usize,
) -> Sheet {
    let bindings = palette_rows(&typed.text());
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
    let width = columns.saturating_sub(4);
    Sheet {
        title: Row::new().put("what to do", theme.style(Role::Title)),
        scroll: (selected + 1).saturating_sub(height.saturating_sub(2)),
        body,
        foot: vec![input(":", typed, (4, width), theme)],
        cursor: Some((0, 4, typed.clone(), width)),
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
    Row::new()
        .put(mark, style(Role::Accent))
        .cell(binding.help, columns.saturating_sub(18), style(Role::Text))
        .figure(keys.join(" "), 14, style(Role::Key))
        .put("  ", style(Role::Text))
}
