//! What the lines say as a whole: errors of both cohorts, and the watched patterns. It lists no line.

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::app::log_pane::CohortCount;
use crate::domain::signal::format_count;
use crate::ui::format;
use crate::ui::paint::{self, Row};
use crate::ui::theme::{Role, Theme};

/// Rows that cohorts and watches take.
pub(in crate::ui) fn summary_rows(model: &Model) -> u16 {
    u16::from(!model.logs.watches.is_empty()) + u16::from(model.spec.logs.is_some())
}

/// Draws cohorts and watches.
pub(in crate::ui) fn draw_summary(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
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
