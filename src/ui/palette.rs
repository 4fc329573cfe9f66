//! The `:` line and what it offers: verbs with what may follow them, actions by their names. It runs nothing.

use crate::app::Model;
use crate::app::line_edit::LineEdit;
use crate::app::pointer::{Pane, Target};
use crate::app::update::{Offer, offers};

use super::overlay::{Sheet, input};
use super::paint::{self, Row, clip, width};
use super::theme::{Role, Theme};

/// Columns of what is typed for a row, at most.
const WIDEST: usize = 26;

/// The sheet of the palette.
pub(super) fn sheet(
    (typed, selected, complaint): (&LineEdit, usize, Option<&str>),
    model: &Model,
    theme: &Theme,
    (columns, height): (usize, usize),
) -> Sheet {
    let offers = offers(model, &typed.text());
    let selected = selected.min(offers.len().saturating_sub(1));
    let widest = offers.iter().map(|offer| width(&name(offer)) + 2).max();
    let first = widest.unwrap_or(0).min(WIDEST).min(columns / 2);
    let mut body: Vec<Row> = Vec::new();
    for (index, offer) in offers.iter().enumerate() {
        let words = (&*offer.line, offer.arguments, &*offer.help, &*offer.key);
        let row = row(words, index == selected, theme, (first, columns));
        body.push(row.stands_for(Target::Row(Pane::Sheet, index as u64)));
    }
    if body.is_empty() {
        let words = "nothing is called so, and no action has these words";
        body.push(Row::new().gap(2).put(words, theme.style(Role::Faint)));
    }
    let mut foot = Vec::new();
    for line in paint::wrap(complaint.unwrap_or_default(), columns.saturating_sub(4)) {
        if complaint.is_some() {
            foot.push(Row::new().put(format!("▲ {line}"), theme.style(Role::Warn)));
        }
    }
    let (line, at) = (columns.saturating_sub(4), foot.len());
    foot.push(input(":", typed, (4, line), theme));
    Sheet {
        title: Row::new()
            .put("what to do", theme.style(Role::Title))
            .end("tab completes · up recalls", theme.style(Role::Faint)),
        scroll: (selected + 1).saturating_sub(height.saturating_sub(2 + at)),
        body,
        foot,
        cursor: Some((at, 4, typed.clone(), line)),
    }
}

fn name(offer: &Offer) -> String {
    if offer.arguments.is_empty() {
        return offer.line.clone();
    }
    format!("{} {}", offer.line, offer.arguments)
}

/// What is offered: its line, what may follow, its sentence, its key.
pub(super) fn row(
    (line, arguments, help, key): (&str, &str, &str, &str),
    selected: bool,
    theme: &Theme,
    (first, columns): (usize, usize),
) -> Row {
    let style = |role| {
        if selected {
            theme.on(role, Role::Selection)
        } else {
            theme.style(role)
        }
    };
    let mark = if selected { "▸ " } else { "  " };
    let blank = |text: &str, columns: usize| " ".repeat(columns.saturating_sub(width(text)));
    let line = clip(&paint::safe(line), first);
    let arguments = if arguments.is_empty() {
        String::new()
    } else {
        clip(&format!(" {arguments}"), first.saturating_sub(width(&line)))
    };
    let pad = blank(&format!("{line}{arguments}"), first);
    let room = columns.saturating_sub(width(mark) + first + width(key) + 2);
    let help = clip(&paint::safe(help), room.saturating_sub(1));
    let rest = blank(&help, room);
    Row::new()
        .put(mark, style(Role::Accent))
        .put(line, style(Role::Strong))
        .put(arguments, style(Role::Faint))
        .put(format!("{pad} "), style(Role::Text))
        .put(format!("{help}{rest}"), style(Role::Muted))
        .put(key, style(Role::Key))
        .put(" ", style(Role::Text))
}
