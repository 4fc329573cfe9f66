//! The sheet of the contacts: who is called, with the address whole, one of them selected. It calls nobody.

use crate::app::Model;
use crate::app::keymap::{Action, Scope};
use crate::app::pointer::{Pane, Target};
use crate::ui::paint::{self, Row};
use crate::ui::theme::{Role, Theme};

use super::{Sheet, keys, paragraph};

/// Columns that a name may take.
const NAME: usize = 24;
/// Columns before a name.
const MARK: usize = 2;

/// Everybody who is configured. `height` is what the sheet may have in rows.
pub(super) fn sheet(
    selected: usize,
    model: &Model,
    theme: &Theme,
    (columns, height): (usize, usize),
) -> Sheet {
    let contacts = &model.spec.contacts;
    let title = Row::new().put("who to call", theme.style(Role::Title));
    if contacts.is_empty() {
        let text = format!(
            "No contacts are configured. A table [rollout.{}.contacts] in the configuration names them: on_call = \"https://pager.example/team\"",
            model.spec.name
        );
        return Sheet {
            title,
            body: paragraph(&text, Role::Muted, theme, columns),
            foot: vec![keys(
                &model.keymap,
                Scope::Dialog,
                &[(Action::Back, "close")],
                theme,
            )],
            ..Sheet::default()
        };
    }
    let shown: Vec<(String, &str)> = contacts
        .iter()
        .map(|(name, address)| (paint::safe(&name.replace('_', " ")), address.as_str()))
        .collect();
    let widest = shown.iter().map(|(name, _)| paint::width(name)).max();
    let name = widest.unwrap_or_default().min(NAME).min(columns / 3);
    let selected = selected.min(shown.len().saturating_sub(1));
    let mut body = Vec::new();
    let mut end = 0;
    for (index, contact) in shown.iter().enumerate() {
        let rows = contact_rows(contact, index == selected, theme, (columns, name));
        let target = Target::Row(Pane::Sheet, index as u64);
        body.extend(rows.into_iter().enumerate().map(|(line, row)| {
            row.stands_for(target)
                .focused(index == selected && line == 0)
        }));
        if index == selected {
            end = body.len();
        }
    }
    let foot = vec![keys(
        &model.keymap,
        Scope::Dialog,
        &[
            (Action::Down, "next"),
            (Action::Copy, "copy the address"),
            (Action::Back, "close"),
        ],
        theme,
    )];
    Sheet {
        title,
        scroll: end.saturating_sub(height.saturating_sub(foot.len() + 1)),
        body,
        foot,
        ..Sheet::default()
    }
}

/// A contact, on as many rows as its address needs.
fn contact_rows(
    (name, address): &(String, &str),
    selected: bool,
    theme: &Theme,
    (columns, width): (usize, usize),
) -> Vec<Row> {
    let style = |role| {
        if selected {
            theme.on(role, Role::Selection)
        } else {
            theme.style(role)
        }
    };
    let room = columns.saturating_sub(MARK + width + 2).max(1);
    let row = |(index, line): (usize, String)| {
        let mark = if selected && index == 0 { "▸ " } else { "  " };
        let blank = " ".repeat(room.saturating_sub(paint::width(&line)));
        let name = if index == 0 { name.as_str() } else { "" };
        let gap = " ".repeat(width.saturating_sub(paint::width(name)) + 2);
        Row::new()
            .put(mark, style(Role::Accent))
            .put(paint::clip(name, width), style(Role::Muted))
            .put(gap, style(Role::Muted))
            .put(line, style(Role::Text))
            .put(blank, style(Role::Text))
    };
    let lines = paint::wrap(address, room);
    lines.into_iter().enumerate().map(row).collect()
}
