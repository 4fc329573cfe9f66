//! The logs: lines behind a gutter that no text can draw, what is followed, paused and filtered, the watched patterns, and the cohorts.
//! It reads only as many lines as it shows.

use std::collections::VecDeque;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use crate::app::Model;
use crate::app::log_pane::{CohortCount, CohortFilter};
use crate::app::model::Screen;
use crate::domain::log::TailMode;
use crate::domain::signal::{format_count, format_span};

use super::format;
use super::paint::{self, Row};
use super::panel::{self, Look};
use super::theme::{Role, Theme};

mod line;

/// Rows that one wrapped event takes at most; the rest is a key away.
const TALLEST: usize = 12;

/// Draws the logs' own screen.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let mut body = area;
    let rows = summary_rows(model);
    let summary = panel::take_bottom(&mut body, rows);
    draw_pane(frame, body, model, theme);
    draw_summary(frame, summary, model, theme);
}

/// Draws the pane: title, filter, lines, note.
pub(super) fn draw_pane(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let look = Look::of(frame.area());
    let edge = if model.filtering {
        Role::Focus
    } else {
        Role::Border
    };
    let title = title(model, theme, usize::from(area.width));
    let mut inside = panel::panel(frame, area, title, (look, edge), theme);
    if model.filtering || !model.logs.filter.is_empty() {
        filter(frame, panel::take_top(&mut inside, 1), model, theme);
    }
    if let Some(note) = &model.logs.note
        && inside.height > 3
    {
        let line = panel::take_bottom(&mut inside, 1);
        Row::new()
            .put(" ▲ ", theme.style(Role::Warn))
            .put(note, theme.style(Role::Warn))
            .draw(frame, line);
    }
    lines(frame, inside, model, theme);
}

fn title(model: &Model, theme: &Theme, columns: usize) -> Row {
    let groups = model
        .spec
        .logs
        .as_ref()
        .map_or_else(String::new, |logs| logs.groups.join(", "));
    let mut row = Row::new().put("logs", theme.style(Role::Title));
    if columns >= 80 {
        let room = columns.saturating_sub(60);
        row = row.gap(1).put(
            paint::clip(&paint::safe(&groups), room),
            theme.style(Role::Faint),
        );
    }
    let logs = &model.logs;
    let faint = theme.style(Role::Faint);
    let mut parts: Vec<(String, Role)> = Vec::new();
    if let Some(fault) = &model.tail.fault {
        parts.push((format!("▲ {}", format::fault(fault)), Role::Warn));
    }
    match logs.cohort {
        CohortFilter::All => {}
        CohortFilter::Canary => parts.push(("canary only".to_owned(), Role::Canary)),
        CohortFilter::Control => parts.push(("control only".to_owned(), Role::Control)),
    }
    if logs.sampled {
        parts.push(("▲ SAMPLED".to_owned(), Role::Warn));
    }
    if logs.paused {
        let unseen = format_count(logs.unseen() as f64);
        parts.push((format!("PAUSED · {unseen} unseen"), Role::Warn));
    } else {
        let word = if logs.mode == TailMode::Live {
            "live tail"
        } else {
            "follow"
        };
        parts.push((word.to_owned(), Role::Muted));
    }
    parts.push((format!("{:.0}/s", logs.per_second), Role::Faint));
    if let Some(lag) = logs.lag_ms {
        let lag = std::time::Duration::from_secs(lag.div_ceil(1000));
        let role = if lag.as_secs() > 60 {
            Role::Warn
        } else {
            Role::Faint
        };
        parts.push((format!("lag {}", format_span(lag)), role));
    }
    for (index, (text, role)) in parts.into_iter().enumerate() {
        row = row
            .end(if index > 0 { " · " } else { "" }, faint)
            .end(text, theme.style(role));
    }
    row
}

fn filter(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let typed = paint::safe(&model.logs.filter.text());
    let style = theme.style(if model.filtering {
        Role::Input
    } else {
        Role::Text
    });
    let width = usize::from(area.width) / 2;
    let hint = if model.filtering {
        "!text leaves lines out"
    } else {
        "esc shows all"
    };
    let (shown, cursor) = visible(&model.logs.filter, &typed, width);
    let blank = " ".repeat(width.saturating_sub(paint::width(&shown)));
    Row::new()
        .put(" / ", theme.style(Role::Key))
        .put(format!("{shown}{blank}"), style)
        .gap(2)
        .put(hint, theme.style(Role::Faint))
        .draw(frame, area);
    if model.filtering && !area.is_empty() {
        let x = area
            .x
            .saturating_add(3 + cursor as u16)
            .min(area.right().saturating_sub(1));
        frame.set_cursor_position(Position::new(x, area.y));
    }
}

/// The part of a typed line that fits, with the cursor's column in it.
pub(super) fn visible(
    line: &crate::app::line_edit::LineEdit,
    safe: &str,
    columns: usize,
) -> (String, usize) {
    let before: String = line.text().chars().take(line.cursor()).collect();
    let cursor = paint::width(&paint::safe(&before));
    let room = columns.saturating_sub(1);
    if cursor <= room && paint::width(safe) <= columns {
        return (safe.to_owned(), cursor);
    }
    let mut skipped = 0;
    let mut rest = safe;
    while cursor - skipped > room {
        let Some(first) = rest.chars().next() else {
            break;
        };
        let (head, tail) = rest.split_at(first.len_utf8());
        skipped += paint::width(head);
        rest = tail;
    }
    (paint::clip(rest, columns), cursor.saturating_sub(skipped))
}

fn lines(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let logs = &model.logs;
    let (columns, height) = (usize::from(area.width), usize::from(area.height));
    let marks_selection = model.screen == Screen::Logs || logs.paused || logs.selected > 0;
    let selected = logs.selected.min(logs.lines.len().saturating_sub(1));
    let skipped = logs
        .scroll
        .min(selected)
        .max((selected + 1).saturating_sub(height));
    let tallest = TALLEST.min(height.max(1));
    let mut shown: VecDeque<(usize, Vec<Row>)> = VecDeque::new();
    let mut taken = 0;
    for (index, line) in logs.newest_first().enumerate().skip(skipped) {
        if taken >= height && index > selected {
            break;
        }
        let rows = line::rows(line, columns, (logs.wrap, tallest), theme);
        taken += rows.len();
        shown.push_back((index, rows));
        while index <= selected && taken > height && shown.len() > 1 {
            taken -= shown.pop_front().map_or(0, |(_, rows)| rows.len());
        }
    }
    if shown.is_empty() {
        return empty(frame, area, model, theme);
    }
    let rows: Vec<(usize, Row)> = shown
        .into_iter()
        .rev()
        .flat_map(|(index, rows)| rows.into_iter().map(move |row| (index, row)))
        .collect();
    let surplus = rows.len().saturating_sub(height);
    for ((index, row), target) in rows.into_iter().skip(surplus).zip(area.rows()) {
        row.draw(frame, target);
        if marks_selection && index == selected {
            let text = Rect {
                x: target.x + 1,
                width: target.width.saturating_sub(1),
                ..target
            };
            panel::select(frame, text, theme);
        }
    }
}

fn empty(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let (text, role) = match &model.tail.fault {
        _ if model.spec.logs.is_none() => ("no log group is configured".to_owned(), Role::Faint),
        Some(fault) => (format!("? {}  {}", fault.text, fault.hint), Role::Unknown),
        None if !model.logs.lines.is_empty() => {
            ("no line passes the filter".to_owned(), Role::Muted)
        }
        None if model.tail.at.is_none() => ("reading".to_owned(), Role::Faint),
        None => ("no line yet".to_owned(), Role::Faint),
    };
    Row::new()
        .gap(1)
        .put(text, theme.style(role))
        .draw(frame, area);
}

/// Rows that cohorts and watches take.
pub(super) fn summary_rows(model: &Model) -> u16 {
    u16::from(!model.logs.watches.is_empty()) + u16::from(model.spec.logs.is_some())
}

/// Draws cohorts and watches.
pub(super) fn draw_summary(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let mut rows = Vec::new();
    if model.spec.logs.is_some() {
        rows.push(cohorts(model, theme));
    }
    if !model.logs.watches.is_empty() {
        rows.push(watches(model, theme));
    }
    paint::rows(frame, area, rows, 0);
}

fn cohorts(model: &Model, theme: &Theme) -> Row {
    let part = |row: Row, name: &str, count: CohortCount, role: Role| {
        let row = row.gap(2).put(name, theme.style(role)).gap(1);
        if count.lines == 0 {
            return row.put("no line", theme.style(Role::Faint)).gap(2);
        }
        let share = count.errors as f64 * 100.0 / count.lines as f64;
        row.put(format!("{share:.2} %"), theme.style(Role::Text))
            .put(
                format!(
                    " errors, {} of {} lines",
                    format_count(count.errors as f64),
                    format_count(count.lines as f64)
                ),
                theme.style(Role::Faint),
            )
            .gap(2)
    };
    let row = part(Row::new(), "canary", model.logs.canary, Role::Canary);
    let row = part(row, "control", model.logs.control, Role::Control);
    match &model.logs.comparison {
        Some(words) => row.gap(2).put(words, theme.style(Role::Muted)),
        None => row,
    }
}

/// The watched patterns; those that were seen lately stand out.
fn watches(model: &Model, theme: &Theme) -> Row {
    let mut row = Row::new().gap(2).put("watched ", theme.style(Role::Faint));
    for watch in &model.logs.watches {
        row = row.gap(1);
        row = match watch.last {
            Some(last) => {
                let age = model.now.since(last);
                let role = if age.as_secs() < 600 {
                    Role::Warn
                } else {
                    Role::Muted
                };
                let text = format!(
                    "▲ {} {} ({} ago)",
                    watch.title,
                    format_count(watch.count as f64),
                    format::short(age)
                );
                row.put(text, theme.style(role))
            }
            None => row.put(
                format!("○ {} {}", watch.title, watch.count),
                theme.style(Role::Faint),
            ),
        };
        row = row.gap(1);
    }
    row
}
