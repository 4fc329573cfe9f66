//! Every API call with its latency and result, newest first.

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::domain::failure::CallRecord;

use super::format;
use super::paint::Row;
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
    let widths = Widths::of(model, usize::from(inside.width));
    let faint = theme.style(Role::Faint);
    Row::new()
        .cell("time", widths.time, faint)
        .gap(1)
        .figure("latency", 8, faint)
        .gap(2)
        .cell("operation", widths.operation, faint)
        .gap(1)
        .cell("result", widths.result, faint)
        .gap(1)
        .put("target", faint)
        .draw(frame, panel::take_top(&mut inside, 1));
    let height = usize::from(inside.height);
    let scroll = model.scroll.min(model.calls.len().saturating_sub(height));
    let shown = model.calls.iter().rev().skip(scroll).take(height);
    for (call, line) in shown.zip(inside.rows()) {
        row(call, theme, &widths).draw(frame, line);
    }
    let below = model.calls.len().saturating_sub(scroll + height);
    panel::more_below(frame, (area, look), below, theme);
}

struct Widths {
    time: usize,
    operation: usize,
    result: usize,
}

impl Widths {
    fn of(model: &Model, columns: usize) -> Self {
        let longest = model.calls.iter().map(|call| call.operation.len());
        let operation = longest.max().unwrap_or(0).clamp(10, (columns / 3).max(10));
        let wide = columns >= 100;
        Self {
            time: if wide { 12 } else { 8 },
            operation,
            result: if wide { 26 } else { 12 },
        }
    }
}

fn row(call: &CallRecord, theme: &Theme, widths: &Widths) -> Row {
    let ok = call.result == "ok";
    let slow = call.latency.as_secs() >= 2;
    let result = if ok { Role::Good } else { Role::Bad };
    let mark = if ok { "●" } else { "✖" };
    let latency = if slow { Role::Warn } else { Role::Muted };
    let time = clip(&format::clock_ms(call.at), widths.time);
    Row::new()
        .put(time, theme.style(Role::Faint))
        .gap(1)
        .figure(format::latency(call.latency), 8, theme.style(latency))
        .gap(2)
        .cell(&call.operation, widths.operation, theme.style(Role::Text))
        .gap(1)
        .cell(
            format!("{mark} {}", call.result),
            widths.result,
            theme.style(result),
        )
        .gap(1)
        .put(&call.target, theme.style(Role::Faint))
}

/// The first so many characters of a time.
fn clip(time: &str, columns: usize) -> String {
    time.chars().take(columns).collect()
}
