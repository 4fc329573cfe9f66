//! When the shown lines came: bars of errors, warnings and the rest, with what was done when. It counts nothing.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::Model;
use crate::app::log_pane::{Bin, Rate};
use crate::domain::Timestamp;
use crate::domain::signal::{format_count, format_span};
use crate::ui::format;
use crate::ui::paint::{self, Row};
use crate::ui::panel;
use crate::ui::theme::{Role, Theme};

/// Parts of a cell, from one eighth to all of it.
const EIGHTHS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Rows that it takes of a body of this height.
pub(super) fn height(body: u16) -> u16 {
    match body {
        0..14 => 0,
        14..20 => 3,
        20..30 => 5,
        _ => 7,
    }
}

/// Draws caption, bars, and times with the marks.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let mut rest = panel::indent(area, 1);
    if rest.height < 3 || rest.width < 24 {
        return;
    }
    let rate = model.logs.rate(usize::from(rest.width));
    caption(&rate, model, theme).draw(frame, panel::take_top(&mut rest, 1));
    let axis = panel::take_bottom(&mut rest, 1);
    let bars = rate.bars.len().min(usize::from(rest.width));
    let left = rest.width - bars as u16;
    let area = Rect {
        x: rest.x + left,
        width: bars as u16,
        ..rest
    };
    let highest = rate.bars.iter().map(total).max().unwrap_or(0);
    for (column, bar) in rate.bars.iter().enumerate() {
        stack(frame, area, (column as u16, bar, highest), theme);
    }
    times(frame, Rect { y: axis.y, height: 1, ..area }, &rate, model, theme);
}

fn total(bar: &Bin) -> u32 {
    bar.errors + bar.warnings + bar.others
}

fn caption(rate: &Rate, model: &Model, theme: &Theme) -> Row {
    let logs = &model.logs;
    let faint = theme.style(Role::Faint);
    let sum = |part: fn(&Bin) -> u32| rate.bars.iter().map(|bar| f64::from(part(bar))).sum();
    let row = Row::new()
        .put(format!("█ {} errors", format_count(sum(|b| b.errors))), theme.style(Role::Bad))
        .put(format!("  █ {} warnings", format_count(sum(|b| b.warnings))), theme.style(Role::Warn))
        .put(format!("  █ {} others", format_count(sum(|b| b.others))), theme.style(Role::Spark))
        .put(format!("  {} a bar", format_span(rate.width)), faint);
    let store = logs.store();
    let mut kept = format!(
        "{} of {} lines, {:.0} of {:.0} MB",
        format_count(store.len() as f64),
        format_count(store.limits().lines as f64),
        store.bytes() as f64 / 1e6,
        store.limits().bytes as f64 / 1e6,
    );
    if store.forgotten() > 0 {
        kept = format!("{kept}, {} older ones gone", format_count(store.forgotten() as f64));
    }
    row.end(kept, faint)
}

/// One bar: errors at its foot, then warnings, then the rest.
fn stack(
    frame: &mut Frame<'_>,
    area: Rect,
    (column, bar, highest): (u16, &Bin, u32),
    theme: &Theme,
) {
    let eighths = u64::from(area.height) * 8;
    let scaled = |lines: u32| {
        let exact = u64::from(lines) * eighths;
        exact.div_ceil(u64::from(highest.max(1))).min(eighths)
    };
    let errors = scaled(bar.errors);
    let warnings = scaled(bar.errors + bar.warnings);
    let all = scaled(total(bar));
    let role = |eighth: u64| {
        if eighth < errors {
            Some(Role::Bad)
        } else if eighth < warnings {
            Some(Role::Warn)
        } else if eighth < all {
            Some(Role::Spark)
        } else {
            None
        }
    };
    for row in 0..area.height {
        let foot = u64::from(row) * 8;
        let Some(lower) = role(foot) else { break };
        let same = (foot..foot + 8).take_while(|e| role(*e) == Some(lower)).count();
        let mut style = Style {
            bg: theme.style(Role::Backdrop).bg,
            ..theme.style(lower)
        };
        if same < 8
            && let Some(upper) = role(foot + same as u64)
        {
            style.bg = theme.style(upper).fg;
        }
        let glyph = EIGHTHS.get(same.saturating_sub(1)).copied().unwrap_or('█');
        let at = (area.x + column, area.bottom() - 1 - row);
        if let Some(cell) = frame.buffer_mut().cell_mut(at) {
            cell.set_char(glyph).set_style(style);
        }
    }
}

/// Times below the bars; what was done when and the alarms stand before them, and the selected line's bar has a sign.
fn times(frame: &mut Frame<'_>, area: Rect, rate: &Rate, model: &Model, theme: &Theme) {
    let mut signs: Vec<(usize, String, Role)> = Vec::new();
    let selected = model.logs.cursor().and_then(|_| model.logs.selected());
    if let Some(line) = selected.and_then(|spot| model.logs.store().line(spot))
        && let Some(column) = rate.bar_of(line.at)
    {
        signs.push((column, "┃".to_owned(), Role::Focus));
    }
    for mark in model.marks.iter().rev() {
        if let Some(column) = rate.bar_of(mark.at) {
            let label = paint::clip(&paint::safe(&mark.label), 12);
            signs.push((column, format!("▲{label}"), Role::Accent));
        }
    }
    let step = (usize::from(area.width) / 8).max(12);
    let from = (usize::from(area.width) + step - 8) % step;
    for column in (from..rate.bars.len()).step_by(step) {
        if let Some(bar) = rate.bars.get(column) {
            let at = Timestamp::from_millis(bar.second.saturating_mul(1000));
            let at = super::local(at, model);
            let text = if rate.width.as_secs() < 60 {
                format::clock(at)
            } else {
                format::minute(at)
            };
            signs.push((column, text, Role::Faint));
        }
    }
    let mut taken: Vec<(usize, usize)> = Vec::new();
    for (column, text, role) in signs {
        let width = paint::width(&text);
        let column = column.min(usize::from(area.width).saturating_sub(width));
        let clear = taken
            .iter()
            .all(|(from, to)| column + width < *from || column > *to);
        if !clear || width > usize::from(area.width) {
            continue;
        }
        taken.push((column, column + width));
        let place = Rect {
            x: area.x + column as u16,
            width: width as u16,
            ..area
        };
        Row::new().put(text, theme.style(role)).draw(frame, place);
    }
}
