//! Every API call with its latency and result, newest first.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::domain::failure::CallRecord;

use super::format;
use super::paint::{self, Row};
use super::panel::{self, Look};
use super::theme::{Role, Theme};

/// Draws the screen.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let look = Look::of(frame.area());
    let failed = model
        .calls
        .iter()
        .filter(|call| call.result != "ok")
        .count();
    let count = format!(
        "{} calls · {failed} failed · newest first",
        model.calls.len()
    );
    let title = Row::new()
        .put("calls", theme.style(Role::Title))
        .end(count, theme.style(Role::Faint));
    let inside = panel::panel(frame, area, title, (look, Role::Border), theme);
    let mut inside = panel::indent(inside, 1);
    if model.calls.is_empty() {
        return Row::new()
            .put("no call yet", theme.style(Role::Faint))
            .draw(frame, inside);
    }
    let columns = usize::from(inside.width);
    let longest = model
        .calls
        .iter()
        .map(|call| call.operation.len())
        .max()
        .unwrap_or(0);
    let operation = longest.clamp(10, (columns / 3).max(10));
    let faint = theme.style(Role::Faint);
    Row::new()
        .cell("time", 12, faint)
        .gap(2)
        .figure("latency", 8, faint)
        .gap(2)
        .cell("operation", operation, faint)
        .gap(2)
        .cell("result", 24.min(columns / 4), faint)
        .gap(2)
        .put("target", faint)
        .draw(frame, panel::take_top(&mut inside, 1));
    let height = usize::from(inside.height);
    let scroll = model.scroll.min(model.calls.len().saturating_sub(height));
    let shown = model.calls.iter().rev().skip(scroll).take(height);
    for (call, line) in shown.zip(inside.rows()) {
        row(call, theme, columns, operation).draw(frame, line);
    }
    let below = model.calls.len().saturating_sub(scroll + height);
    panel::more_below(frame, area, below, theme);
}

fn row(call: &CallRecord, theme: &Theme, columns: usize, operation: usize) -> Row {
    let ok = call.result == "ok";
    let slow = call.latency.as_secs() >= 2;
    let result = if ok { Role::Good } else { Role::Bad };
    let mark = if ok { "●" } else { "✖" };
    let width = 24.min(columns / 4);
    Row::new()
        .cell(format::clock_ms(call.at), 12, theme.style(Role::Faint))
        .gap(2)
        .figure(
            format::latency(call.latency),
            8,
            theme.style(if slow { Role::Warn } else { Role::Muted }),
        )
        .gap(2)
        .cell(&call.operation, operation, theme.style(Role::Text))
        .gap(2)
        .cell(
            format!("{mark} {}", call.result),
            width,
            theme.style(result),
        )
        .gap(2)
        .put(paint::safe(&call.target), theme.style(Role::Faint))
}
