//! The sheet of links into the AWS console, what is selected first. It opens none of them.

use crate::app::Model;
use crate::app::keymap::{Action, Scope};
use crate::domain::console_link::ConsoleLink;
use crate::ui::paint::Row;
use crate::ui::theme::{Role, Theme};

use super::{Sheet, keys, paragraph};

/// Every link: what it shows, and its address on as many rows as it needs. `height` is what the sheet may have in rows.
pub(super) fn sheet(
    (links, selected): (&[ConsoleLink], usize),
    model: &Model,
    theme: &Theme,
    (columns, height): (usize, usize),
) -> Sheet {
    let mut body = Vec::new();
    if model.endpoint.is_some() || model.rehearsal.is_some() {
        let text = "▲ This is not AWS itself: there is nothing behind these links.";
        body.extend(paragraph(text, Role::Warn, theme, columns));
    }
    let selected = selected.min(links.len().saturating_sub(1));
    let mut end = 0;
    for (index, link) in links.iter().enumerate() {
        let is_selected = index == selected;
        let (mark, role) = if is_selected {
            ("▸ ", Role::Strong)
        } else {
            ("  ", Role::Text)
        };
        let what = paragraph(&link.what, role, theme, columns.saturating_sub(2));
        body.extend(what.into_iter().enumerate().map(|(line, row)| {
            let mark = if line == 0 { mark } else { "  " };
            Row::new().put(mark, theme.style(Role::Accent)).join(row)
        }));
        if is_selected {
            let url = paragraph(&link.url, Role::Accent, theme, columns.saturating_sub(4));
            body.extend(url.into_iter().map(|row| Row::new().gap(4).join(row)));
            end = body.len();
        }
    }
    let foot = vec![keys(
        &model.keymap,
        Scope::Dialog,
        &[
            (Action::Down, "next"),
            (Action::Copy, "copy the link"),
            (Action::Back, "close"),
        ],
        theme,
    )];
    Sheet {
        title: Row::new()
            .put("in the AWS console", theme.style(Role::Title))
            .end(format!("{} links", links.len()), theme.style(Role::Faint)),
        scroll: end.saturating_sub(height.saturating_sub(foot.len() + 1)),
        body,
        foot,
        ..Sheet::default()
    }
}
