//! The `:` line of the list of rollouts and what it offers. It runs nothing.

use crate::app::fleet::{Fleet, Prompt};
use crate::app::keymap::{Action, Scope};
use crate::app::pointer::{Pane, Target};
use crate::ui::overlay::{Sheet, input};
use crate::ui::paint::{Row, width};
use crate::ui::palette;
use crate::ui::theme::{Role, Theme};

/// Columns of what is typed for a row, at most.
const WIDEST: usize = 40;

/// The sheet, for so many columns and rows.
pub(super) fn sheet(
    prompt: &Prompt,
    fleet: &Fleet,
    theme: &Theme,
    (columns, height): (usize, usize),
) -> Sheet {
    let choices = fleet.choices();
    let selected = prompt.selected.min(choices.len().saturating_sub(1));
    let widest = choices.iter().map(|choice| width(&choice.line) + 2).max();
    let first = widest.unwrap_or(0).min(WIDEST).min(columns / 2);
    let mut body: Vec<Row> = Vec::new();
    for (index, choice) in choices.iter().enumerate() {
        let words = (&*choice.line, "", &*choice.help, &*choice.key);
        let row = palette::row(words, index == selected, theme, (first, columns));
        body.push(row.stands_for(Target::Row(Pane::Sheet, index as u64)));
    }
    if body.is_empty() {
        let words = "no rollout and nothing to do is called so";
        body.push(Row::new().gap(2).put(words, theme.style(Role::Faint)));
    }
    let line = columns.saturating_sub(4);
    let next = fleet.keymap.said_in(Action::NextField, &[Scope::Input]);
    Sheet {
        title: Row::new()
            .put("which rollout", theme.style(Role::Title))
            .end(format!("{next} completes"), theme.style(Role::Faint)),
        scroll: (selected + 1).saturating_sub(height.saturating_sub(2)),
        body,
        foot: vec![input(":", &prompt.line, (4, line), theme)],
        cursor: Some((0, 4, prompt.line.clone(), line)),
    }
}
