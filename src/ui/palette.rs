//! The command palette: the typed line, and the actions whose words hold every word of it. It runs nothing.

use crate::app::keymap::{Action, Binding, KEYMAP, Scope};
use crate::app::line_edit::LineEdit;

use super::overlay::{Sheet, input};
use super::paint::Row;
use super::theme::{Role, Theme};

/// The rows of the table that are offered for what was typed.
fn offered(typed: &str) -> Vec<&'static Binding> {
    let words: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    let text = |row: &Binding| {
        format!(
            "{} {} {}",
            row.keys.to_lowercase(),
            row.footer,
            row.help.to_lowercase()
        )
    };
    KEYMAP
        .iter()
        .filter(|row| {
            matches!(row.scope, Scope::Global | Scope::Logs | Scope::History)
                && row.action != Action::Palette
        })
        .filter(|row| words.iter().all(|word| text(row).contains(word.as_str())))
        .collect()
}

/// The sheet of the palette.
pub(super) fn sheet(
    (typed, selected): (&LineEdit, usize),
    theme: &Theme,
    columns: usize,
    height: usize,
) -> Sheet {
    let bindings = offered(&typed.text());
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
