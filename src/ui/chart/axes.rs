//! What stands around a plot: values at its left, limits at its right, times and marks below. It draws no value.

use std::time::Duration;

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;

use crate::app::model::Mark;
use crate::domain::Timestamp;
use crate::domain::signal::{Limit, LimitOp, Point, SignalSpec, format_bound, format_value};
use crate::ui::format;
use crate::ui::paint::{self, Row};
use crate::ui::theme::{Role, Theme};

use super::plot::Plot;

/// What a limit is called that is aimed at.
const AIM: &str = "target";

/// The least and the greatest value of the axis: every limit and every value lies between them, and zero does.
pub(super) fn range<'a>(spec: &SignalSpec, shown: impl Iterator<Item = &'a Point>) -> (f64, f64) {
    let (mut lowest, mut highest) = (0.0_f64, 0.0_f64);
    let values = shown.map(|point| point.value).filter(|v| v.is_finite());
    for value in values.chain(limits_of(spec).map(|limit| limit.value)) {
        lowest = lowest.min(value);
        highest = highest.max(value);
    }
    let high = nice(highest * 1.08);
    let low = nice(-lowest * 1.08);
    match (low > 0.0, high > 0.0) {
        (true, _) => (-low, high),
        (false, true) => (0.0, high),
        (false, false) => (0.0, 1.0),
    }
}

/// The next round number; zero for what is none.
fn nice(wanted: f64) -> f64 {
    if !wanted.is_finite() {
        return f64::MAX / 4.0;
    }
    if wanted < f64::MIN_POSITIVE {
        return 0.0;
    }
    let unit = 10_f64.powf(wanted.log10().floor());
    let nice = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    nice.into_iter()
        .map(|n| n * unit)
        .find(|top| *top >= wanted && top.is_finite())
        .unwrap_or(wanted)
}

fn limits_of(spec: &SignalSpec) -> impl Iterator<Item = Limit> {
    [spec.act, spec.warn].into_iter().flatten()
}

/// A value of the axis: exact where that is short.
fn tick(spec: &SignalSpec, value: f64) -> String {
    if value.abs() < 10_000.0 {
        format_bound(spec.unit, value)
    } else {
        format_value(spec.unit, value)
    }
}

/// Columns that the values at the left take, their edge included.
pub(super) fn gutter(spec: &SignalSpec, (low, high): (f64, f64)) -> u16 {
    let widths = limits_of(spec)
        .map(|limit| limit.value)
        .chain([low, high, 0.0, high / 2.0])
        .map(|value| paint::width(&tick(spec, value)));
    widths.max().unwrap_or(4).clamp(4, 12) as u16 + 2
}

/// Draws the values at the left: both ends, the limits, zero, and the middle where there is room.
pub(super) fn values(
    frame: &mut Frame<'_>,
    area: Rect,
    spec: &SignalSpec,
    (low, high): (f64, f64),
    theme: &Theme,
) {
    let columns = usize::from(area.width).saturating_sub(1);
    let plot = Plot::new(
        Rect { width: 0, ..area },
        (Timestamp::default(), Timestamp::default()),
        (low, high),
    );
    let mut labels: Vec<(u16, f64)> = vec![(plot.row(low), low), (plot.row(high), high)];
    let middle = (area.height >= 9).then_some(f64::midpoint(low, high));
    let wanted = limits_of(spec).map(|limit| limit.value).chain([0.0]);
    for value in wanted {
        let row = plot.row(value);
        if labels.iter().all(|(taken, _)| *taken != row) {
            labels.push((row, value));
        }
    }
    if let Some(value) = middle {
        let row = plot.row(value);
        if labels.iter().all(|(taken, _)| taken.abs_diff(row) > 2) {
            labels.push((row, value));
        }
    }
    for (index, line) in area.rows().enumerate() {
        let label = labels.iter().find(|(row, _)| usize::from(*row) == index);
        let (text, edge) = match label {
            Some((_, value)) => (tick(spec, *value), "┤"),
            None => (String::new(), "│"),
        };
        Row::new()
            .figure(text, columns.saturating_sub(1), theme.style(Role::Faint))
            .gap(1)
            .put(edge, theme.style(Role::Border))
            .draw(frame, line);
    }
}

/// A limit's label, which stands right of the plot where nothing covers it.
fn label(spec: &SignalSpec, limit: Limit, word: &str) -> String {
    let sign = match limit.op {
        LimitOp::Below | LimitOp::AtMost if word != AIM => "below ",
        _ => "",
    };
    format!(" {word} {sign}{}", format_bound(spec.unit, limit.value))
}

fn named(spec: &SignalSpec) -> impl Iterator<Item = (Limit, &'static str, Role)> {
    let alone = |aim: &Limit| limits_of(spec).all(|limit| limit.value != aim.value);
    let target = spec.target.filter(alone);
    let target = target.map(|limit| (limit, AIM, Role::Muted));
    let warn = spec.warn.map(|limit| (limit, "warn", Role::Warn));
    let act = spec.act.map(|limit| (limit, "act", Role::Bad));
    [target, warn, act].into_iter().flatten()
}

/// Columns that the limits at the right take.
pub(super) fn label_columns(spec: &SignalSpec) -> u16 {
    let widths = named(spec).map(|(limit, word, _)| paint::width(&label(spec, limit, word)));
    widths.max().unwrap_or(0).min(16) as u16
}

/// Draws the limits as lines with their names at the right; a target stands aside where a limit has its row.
pub(super) fn limits(
    frame: &mut Frame<'_>,
    spec: &SignalSpec,
    (plot, labels): (&Plot, u16),
    theme: &Theme,
) {
    let canvas = plot.area();
    for (limit, word, role) in named(spec) {
        let Some(line) = canvas.rows().nth(usize::from(plot.row(limit.value))) else {
            continue;
        };
        let line = Rect {
            width: line.width + labels,
            ..line
        };
        let aim = word == AIM;
        let role = if !aim && plot.any(|value| limit.is_past(value)) {
            role
        } else {
            Role::Muted
        };
        if aim && limits_of(spec).any(|other| plot.row(other.value) == plot.row(limit.value)) {
            continue;
        }
        let dashes = if aim { 0 } else { usize::from(canvas.width) };
        Row::new()
            .put("╌".repeat(dashes), theme.style(Role::Limit))
            .gap(usize::from(canvas.width) - dashes)
            .put(label(spec, limit, word), theme.style(role))
            .draw(frame, line);
    }
}

/// How a mark looks: alarms stand out from what people did.
pub(super) fn mark_role(mark: &Mark) -> Role {
    if mark.label == "alarm" {
        Role::Bad
    } else {
        Role::Accent
    }
}

/// What was done when, each label under its stem unless an earlier one is in the way.
pub(super) fn marks(
    frame: &mut Frame<'_>,
    area: Rect,
    plot: &Plot,
    marks: &[&Mark],
    theme: &Theme,
) {
    let mut row = Row::new();
    for mark in marks {
        let label = format!("▲{}", paint::safe(&mark.label));
        let column = usize::from(plot.column(mark.at))
            .min(usize::from(area.width).saturating_sub(paint::width(&label)));
        if column >= row.width() {
            let missing = column - row.width();
            row = row.gap(missing).put(label, theme.style(mark_role(mark)));
        }
    }
    row.draw(frame, area);
}

/// How the times below a plot are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clock {
    /// The time of day.
    Day,
    /// The time since the plot's beginning.
    Since,
}

/// Draws times below the plot, as many as there is room for.
pub(super) fn times(frame: &mut Frame<'_>, area: Rect, plot: &Plot, clock: Clock, theme: &Theme) {
    let (from, to) = plot.span();
    let span = to.since(from);
    let room = u64::from(area.width / 12).max(1);
    let step = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720]
        .into_iter()
        .map(|minutes| Duration::from_secs(minutes * 60))
        .find(|step| span.as_secs() / step.as_secs() <= room)
        .unwrap_or(span.max(Duration::from_secs(1)));
    let (mut at, text): (_, fn(Timestamp, Timestamp) -> String) = match clock {
        Clock::Day => (from.floor(step) + step, |at, _| format::minute(at)),
        Clock::Since => (from, |at, from| {
            format!("+{}", format::short(at.since(from)))
        }),
    };
    let mut row = Row::new();
    while at <= to {
        let label = text(at, from);
        let width = paint::width(&label);
        let column = usize::from(plot.column(at)).saturating_sub(width / 2);
        if column >= row.width() && column + width <= usize::from(area.width) {
            let missing = column - row.width();
            row = row.gap(missing).put(label, theme.style(Role::Faint));
        }
        at = at + step;
    }
    row.draw(frame, area);
}
