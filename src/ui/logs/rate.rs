//! When the shown lines came: bars of errors, warnings and the rest, with what was done when. It counts nothing.

use crate::ui::canvas::Frame;
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

/// What lines look like that are neither errors nor warnings: there are many of them, and they matter least.
const REST: Role = Role::Border;
/// Columns that a bar takes at most.
const WIDEST: u16 = 4;

/// Rows that it takes of a body of this height.
pub(super) fn height(body: u16) -> u16 {
    match body {
        0..14 => 0,
        14..20 => 4,
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
    let top = panel::take_top(&mut rest, 1);
    caption(&rate, rest.width, model, theme).draw(frame, top);
    let axis = panel::take_bottom(&mut rest, 1);
    let bars = (rate.bars.len().max(1) as u16).min(rest.width);
    // Few bars are wide ones.
    let wide = (rest.width / bars).clamp(1, WIDEST);
    let width = bars * wide;
    let area = Rect {
        x: rest.right() - width,
        width,
        ..rest
    };
    let highest = rate.bars.iter().map(total).max().unwrap_or(0);
    for (index, bar) in rate.bars.iter().enumerate() {
        for column in 0..wide {
            let column = index as u16 * wide + column;
            stack(frame, area, (column, bar, highest), theme);
        }
    }
    let axis = Rect {
        y: axis.y,
        height: 1,
        ..area
    };
    times(frame, axis, (&rate, usize::from(wide)), model, theme);
}

fn total(bar: &Bin) -> u32 {
    bar.errors + bar.warnings + bar.others
}

fn caption(rate: &Rate, columns: u16, model: &Model, theme: &Theme) -> Row {
    let faint = theme.style(Role::Faint);
    let sum =
        |part: fn(&Bin) -> u32| -> f64 { rate.bars.iter().map(|bar| f64::from(part(bar))).sum() };
    let part = |row: Row, count: f64, word: &str, role: Role, text: Role| {
        let gap = if row.width() == 0 { 0 } else { 2 };
        row.gap(gap)
            .put(solid(role, theme).to_string(), theme.style(role))
            .gap(1)
            .put(format!("{} {word}", format_count(count)), theme.style(text))
    };
    let row = part(
        Row::new(),
        sum(|b| b.errors),
        "errors",
        Role::Bad,
        Role::Bad,
    );
    let row = part(row, sum(|b| b.warnings), "warnings", Role::Warn, Role::Warn);
    let row = part(row, sum(|b| b.others), "others", REST, Role::Muted);
    let row = if columns >= 100 {
        row.put(format!("  {} a bar", format_span(rate.width)), faint)
    } else {
        row
    };
    row.end(kept(columns, model), faint)
}

/// How much is kept, of how much at most.
fn kept(columns: u16, model: &Model) -> String {
    let store = model.logs.store();
    let lines = format_count(store.len() as f64);
    let most = format_count(store.limits().lines as f64);
    let (has, may) = (
        store.bytes() as f64 / 1e6,
        store.limits().bytes as f64 / 1e6,
    );
    let gone = store.forgotten();
    if columns < 100 {
        return format!("{lines} of {most} kept");
    }
    let gone = if gone > 0 {
        format!(" · {} older ones gone", format_count(gone as f64))
    } else {
        String::new()
    };
    format!("{lines} of {most} lines kept · {has:.0} of {may:.0} MB{gone}")
}

/// What a bar is made of: where there are no colours, its parts differ in their grain.
fn solid(role: Role, theme: &Theme) -> char {
    match role {
        _ if !theme.is_colourless() => '█',
        Role::Bad => '█',
        Role::Warn => '▒',
        _ => '░',
    }
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
            Some(REST)
        } else {
            None
        }
    };
    for row in 0..area.height {
        let foot = u64::from(row) * 8;
        let Some(lower) = role(foot) else { break };
        let same = (foot..foot + 8)
            .take_while(|e| role(*e) == Some(lower))
            .count();
        let mut style = Style {
            bg: theme.style(Role::Backdrop).bg,
            ..theme.style(lower)
        };
        if same < 8
            && let Some(upper) = role(foot + same as u64)
        {
            style.bg = theme.style(upper).fg;
        }
        let glyph = match EIGHTHS.get(same.saturating_sub(1)) {
            Some(part) if !theme.is_colourless() => *part,
            _ => solid(lower, theme),
        };
        let at = (area.x + column, area.bottom() - 1 - row);
        if let Some(cell) = frame.buffer_mut().cell_mut(at) {
            cell.set_char(glyph).set_style(style);
        }
    }
}

/// Times below the bars; what was done when and the alarms stand before them, and the selected line's bar has a sign.
fn times(
    frame: &mut Frame<'_>,
    area: Rect,
    (rate, wide): (&Rate, usize),
    model: &Model,
    theme: &Theme,
) {
    let mut signs: Vec<(usize, String, Role)> = Vec::new();
    let selected = model.logs.cursor().and_then(|_| model.logs.selected());
    if let Some(line) = selected.and_then(|spot| model.logs.store().line(spot))
        && let Some(column) = rate.bar_of(line.at)
    {
        signs.push((column * wide, "┃".to_owned(), Role::Focus));
    }
    for mark in model.marks.iter().rev() {
        if let Some(column) = rate.bar_of(mark.at) {
            let label = paint::clip(&paint::safe(&mark.label), 12);
            signs.push((column * wide, format!("▲{label}"), Role::Accent));
        }
    }
    let step = (usize::from(area.width) / 8).max(12);
    let from = (usize::from(area.width) + step - 8) % step;
    for column in (from..usize::from(area.width)).step_by(step) {
        if let Some(bar) = rate.bars.get(column / wide) {
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
