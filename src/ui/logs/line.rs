//! One log line as rows: the gutter, then columns as far as there is room. Text from outside never reaches the gutter's column.

use crate::app::log_pane::LogLine;
use crate::domain::cohort::Cohort;
use crate::domain::log::Level;
use crate::ui::format;
use crate::ui::paint::{self, Row};
use crate::ui::theme::{Role, Theme};

/// Columns in which the message stands before the fields follow.
const MESSAGE: usize = 38;

/// The rows of a line: one, or as many as it needs up to the tallest where lines wrap.
pub(super) fn rows(
    line: &LogLine,
    columns: usize,
    (wraps, tallest): (bool, usize),
    theme: &Theme,
) -> Vec<Row> {
    let head = head(line, columns, theme);
    let room = columns.saturating_sub(head.width());
    let style = theme.style(text_role(line.level));
    let faint = theme.style(Role::Faint);
    let message = if line.text.is_empty() {
        &line.event.message
    } else {
        &line.text
    };
    if !wraps {
        let shown = paint::safe(near(message, room));
        let room_for_fields = room >= MESSAGE + 12 && !line.fields.is_empty();
        if !room_for_fields {
            return vec![head.put(shown, style)];
        }
        let row = head
            .cell(&shown, MESSAGE.max(paint::width(&shown).min(room)), style)
            .gap(1);
        return vec![row.put(fields(line, room), faint)];
    }
    let most = columns.saturating_mul(tallest);
    let whole = format!("{}  {}", near(message, most), fields(line, most));
    let mut texts = paint::wrap(near(whole.trim_end(), most), room);
    if texts.is_empty() {
        texts.push(String::new());
    }
    if texts.len() > tallest {
        texts.truncate(tallest);
        if let Some(last) = texts.last_mut() {
            *last = paint::clip(&format!("{last} … enter shows all of it"), room);
        }
    }
    let indent = head.width();
    let mut rows = Vec::with_capacity(texts.len());
    for (index, text) in texts.into_iter().enumerate() {
        let row = if index == 0 {
            head.clone()
        } else {
            Row::new()
                .put("┆", theme.style(Role::Gutter))
                .gap(indent - 1)
        };
        rows.push(row.put(text, style));
    }
    rows
}

/// As much of a text as so many columns could show: a hostile line is not walked to its end.
fn near(text: &str, columns: usize) -> &str {
    let end = text.floor_char_boundary(columns.saturating_mul(8).saturating_add(64));
    text.get(..end).unwrap_or_default()
}

fn head(line: &LogLine, columns: usize, theme: &Theme) -> Row {
    let (word, level_role) = match line.level {
        Some(Level::Error) => ("ERROR", Role::Bad),
        Some(Level::Warn) => ("WARN", Role::Warn),
        Some(Level::Info) => ("INFO", Role::Muted),
        Some(Level::Debug) => ("DEBUG", Role::Faint),
        None => ("", Role::Faint),
    };
    let gutter = match line.level {
        Some(Level::Error | Level::Warn) => level_role,
        _ => Role::Gutter,
    };
    let faint = theme.style(Role::Faint);
    let time = if columns >= 100 {
        format::clock_ms(line.event.at)
    } else {
        format::clock(line.event.at)
    };
    let time_role = if line.late {
        Role::Unknown
    } else {
        Role::Faint
    };
    let mut row = Row::new()
        .put("▎", theme.style(gutter))
        .put(time, theme.style(time_role))
        .gap(1)
        .cell(word, 5, theme.style(level_role))
        .gap(1);
    if columns >= 60 {
        let session = line.session.as_deref().unwrap_or("-");
        row = row
            .cell(session, if columns >= 100 { 18 } else { 16 }, faint)
            .gap(1);
    }
    if columns >= 76 {
        let (word, role) = match line.cohort {
            Some(Cohort::Canary) => ("canary", Role::Canary),
            Some(Cohort::Control) => ("control", Role::Control),
            None => ("-", Role::Faint),
        };
        row = row.cell(word, 7, theme.style(role)).gap(1);
    }
    row
}

fn text_role(level: Option<Level>) -> Role {
    match level {
        Some(Level::Error) => Role::Strong,
        Some(Level::Warn) | None => Role::Text,
        Some(Level::Info) => Role::Text,
        Some(Level::Debug) => Role::Muted,
    }
}

fn fields(line: &LogLine, columns: usize) -> String {
    let mut text = String::new();
    for (name, value) in &line.fields {
        if text.len() > columns {
            break;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(near(name, 64));
        text.push('=');
        text.push_str(near(value, columns.min(512)));
    }
    if line.late {
        text.push_str(" (late)");
    }
    text
}
