//! The chart of the first signal: its course with gaps as gaps, the limits it is held against, and what was done when.
//! It judges nothing.

use std::time::Duration;

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::domain::Timestamp;
use crate::domain::signal::{
    Limit, LimitOp, Point, SignalSpec, SignalState, format_bound, format_value,
};
use crate::domain::verdict::Decision;

use super::paint::{self, Row};
use super::panel::{self, Look};
use super::signals;
use super::theme::{Role, Theme};

mod plot;

use plot::Plot;

/// The signal that is charted: the first that is measured.
pub(super) fn charted(model: &Model) -> Option<&SignalSpec> {
    model.spec.signals.first()
}

/// Draws the chart with its border.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let Some(spec) = charted(model) else {
        return;
    };
    let span = span(model, spec);
    let title = title(model, spec, span, theme);
    let look = Look::of(frame.area());
    let inside = panel::panel(frame, area, title, (look, Role::Border), theme);
    let points = model
        .series
        .get(&spec.name)
        .map_or(&[][..], |series| series.points());
    let from = model.now - span;
    let shown = points.iter().skip_while(|point| point.at < from);
    if inside.width < 24 || inside.height < 4 {
        return;
    }
    if shown.clone().next().is_none() {
        return nothing(frame, inside, model, theme);
    }
    let top = top(spec, shown.clone());
    let gutter = gutter(spec, top);
    let mut plot_area = inside;
    let times = panel::take_bottom(&mut plot_area, 1);
    let in_span: Vec<_> = model
        .marks
        .iter()
        .filter(|mark| mark.at >= from && mark.at <= model.now)
        .collect();
    let marks = panel::take_bottom(&mut plot_area, u16::from(!in_span.is_empty()));
    axis(frame, plot_area, spec, top, (gutter, theme));
    let labels = label_columns(spec);
    let left = |area: Rect| Rect {
        x: area.x + gutter + 1,
        width: area.width.saturating_sub(gutter + labels + 2),
        ..area
    };
    let canvas = left(plot_area);
    let mut plot = Plot::new(canvas, (from, model.now), top);
    plot.line(shown, spec.period());
    limits(frame, canvas, spec, (&plot, labels), theme);
    for mark in &in_span {
        plot.stem(frame, mark.at, theme);
    }
    if let Some(minute) = model.minute {
        plot.pointer(frame, minute, theme);
    }
    let role = |value: f64| {
        let past = |limit: Option<Limit>| limit.is_some_and(|limit| limit.is_past(value));
        if past(spec.act) {
            Role::Bad
        } else if past(spec.warn) {
            Role::Warn
        } else {
            Role::Spark
        }
    };
    plot.draw(frame, theme, role);
    mark_labels(frame, left(marks), &plot, &in_span, theme);
    time_labels(frame, left(times), &plot, span, theme);
}

/// Three hours, or one while something is wrong or nothing older is known.
fn span(model: &Model, spec: &SignalSpec) -> Duration {
    const HOUR: Duration = Duration::from_hours(1);
    let oldest = model
        .series
        .get(&spec.name)
        .and_then(|series| series.points().first());
    let pointed = model.minute.map(|minute| model.now.since(minute));
    let pointed = |span: Duration| pointed.is_none_or(|back| back < span);
    let young = oldest.is_none_or(|point| model.now.since(point.at) <= HOUR);
    let span = if young || model.verdict.decision == Decision::RollBack {
        HOUR
    } else {
        HOUR * 3
    };
    let wider = [span, HOUR * 3, HOUR * 6, HOUR * 12];
    let fits = |wide: &Duration| *wide >= span && pointed(*wide);
    wider.into_iter().find(fits).unwrap_or(HOUR * 24)
}

fn title(model: &Model, spec: &SignalSpec, span: Duration, theme: &Theme) -> Row {
    let row = Row::new().put(&spec.title, theme.style(Role::Title));
    let Some(reading) = signals::reading(model, spec) else {
        return row;
    };
    let (glyph, role, word) = signals::look(reading.state);
    let fresh = matches!(
        reading.state,
        SignalState::Ok | SignalState::Warn | SignalState::Act
    );
    let row = match (fresh, reading.value) {
        (true, Some(value)) => {
            let style = if reading.state == SignalState::Ok {
                Role::Strong
            } else {
                role
            };
            row.gap(2)
                .put(format_value(reading.unit, value), theme.style(style))
        }
        _ => row.gap(2).put(format!("{glyph} {word}"), theme.style(role)),
    };
    let basis = signals::basis(spec, reading, model);
    let hours = format!("{} h", span.as_secs() / 3600);
    row.end([hours, basis].join(" · "), theme.style(Role::Faint))
}

fn nothing(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let (text, role) = match &model.sampling.fault {
        Some(fault) => (
            format!("? no data: {}  {}", fault.text, fault.hint),
            Role::Unknown,
        ),
        None if model.sampling.value.is_none() => ("reading".to_owned(), Role::Faint),
        None => ("? no data in this span".to_owned(), Role::Unknown),
    };
    let line = Rect {
        y: area.y + area.height / 2,
        height: 1,
        ..area
    };
    let columns = usize::from(area.width);
    let text = paint::clip(&paint::safe(&text), columns.saturating_sub(2));
    Row::new()
        .gap((columns - paint::width(&text)) / 2)
        .put(text, theme.style(role))
        .draw(frame, line);
}

/// The upper end of the y axis: every limit and every value fits below it.
fn top<'a>(spec: &SignalSpec, shown: impl Iterator<Item = &'a Point>) -> f64 {
    let limits = [spec.warn, spec.act]
        .into_iter()
        .flatten()
        .map(|limit| limit.value);
    let highest = shown
        .map(|point| point.value)
        .chain(limits)
        .fold(0.0, f64::max);
    let wanted = highest * 1.08;
    if !wanted.is_finite() || wanted <= 0.0 {
        return 1.0;
    }
    let unit = 10_f64.powf(wanted.log10().floor());
    let nice = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    nice.into_iter()
        .map(|n| n * unit)
        .find(|top| *top >= wanted)
        .unwrap_or(wanted)
}

fn gutter(spec: &SignalSpec, top: f64) -> u16 {
    let limits = [spec.warn, spec.act]
        .into_iter()
        .flatten()
        .map(|limit| limit.value);
    let widths = limits
        .chain([top, 0.0])
        .map(|value| paint::width(&format_bound(spec.unit, value)));
    widths.max().unwrap_or(4).clamp(4, 12) as u16 + 2
}

fn axis(
    frame: &mut Frame<'_>,
    area: Rect,
    spec: &SignalSpec,
    top: f64,
    (gutter, theme): (u16, &Theme),
) {
    let columns = usize::from(gutter);
    let plot = Plot::new(area, (Timestamp::default(), Timestamp::default()), top);
    let mut labels: Vec<(u16, f64)> = vec![(plot.row(0.0), 0.0), (plot.row(top), top)];
    for limit in [spec.act, spec.warn].into_iter().flatten() {
        let row = plot.row(limit.value);
        if labels.iter().all(|(taken, _)| *taken != row) {
            labels.push((row, limit.value));
        }
    }
    for (index, line) in area.rows().enumerate() {
        let label = labels.iter().find(|(row, _)| usize::from(*row) == index);
        let (text, edge) = match label {
            Some((_, value)) => (format_bound(spec.unit, *value), "┤"),
            None => (String::new(), "│"),
        };
        Row::new()
            .figure(text, columns - 1, theme.style(Role::Faint))
            .gap(1)
            .put(edge, theme.style(Role::Border))
            .draw(frame, line);
    }
}

/// A limit's label, which stands right of the plot where nothing covers it.
fn label(spec: &SignalSpec, limit: Limit, word: &str) -> String {
    let sign = match limit.op {
        LimitOp::Above | LimitOp::AtLeast => "",
        LimitOp::Below | LimitOp::AtMost => "below ",
    };
    format!(" {word} {sign}{}", format_bound(spec.unit, limit.value))
}

fn label_columns(spec: &SignalSpec) -> u16 {
    let warn = spec.warn.map(|limit| label(spec, limit, "warn"));
    let act = spec.act.map(|limit| label(spec, limit, "act"));
    let widths = [warn, act]
        .into_iter()
        .flatten()
        .map(|text| paint::width(&text));
    widths.max().unwrap_or(0).min(16) as u16
}

fn limits(
    frame: &mut Frame<'_>,
    canvas: Rect,
    spec: &SignalSpec,
    (plot, labels): (&Plot, u16),
    theme: &Theme,
) {
    for (limit, word, role) in [
        (spec.warn, "warn", Role::Warn),
        (spec.act, "act", Role::Bad),
    ] {
        let Some(limit) = limit else { continue };
        let Some(line) = canvas.rows().nth(usize::from(plot.row(limit.value))) else {
            continue;
        };
        let line = Rect {
            width: line.width + labels,
            ..line
        };
        let role = if limit.is_past(plot.highest()) {
            role
        } else {
            Role::Muted
        };
        Row::new()
            .put(
                "╌".repeat(usize::from(canvas.width)),
                theme.style(Role::Limit),
            )
            .put(label(spec, limit, word), theme.style(role))
            .draw(frame, line);
    }
}

/// What was done when, each label under its stem unless an earlier one is in the way.
fn mark_labels(
    frame: &mut Frame<'_>,
    area: Rect,
    plot: &Plot,
    marks: &[&crate::app::model::Mark],
    theme: &Theme,
) {
    let mut row = Row::new();
    for mark in marks {
        let label = format!("▲{}", paint::safe(&mark.label));
        let column = usize::from(plot.column(mark.at))
            .min(usize::from(area.width).saturating_sub(paint::width(&label)));
        if column >= row.width() {
            let missing = column - row.width();
            row = row.gap(missing).put(label, theme.style(Role::Accent));
        }
    }
    row.draw(frame, area);
}

fn time_labels(frame: &mut Frame<'_>, area: Rect, plot: &Plot, span: Duration, theme: &Theme) {
    let room = u64::from(area.width / 12).max(1);
    let step = [5, 10, 15, 30, 60, 120]
        .into_iter()
        .map(|minutes| Duration::from_secs(minutes * 60))
        .find(|step| span.as_secs() / step.as_secs() <= room)
        .unwrap_or(span);
    let (from, to) = plot.span();
    let mut row = Row::new();
    let mut at = from.floor(step) + step;
    while at <= to {
        let column = usize::from(plot.column(at)).saturating_sub(2);
        if column >= row.width() && column + 5 <= usize::from(area.width) {
            let missing = column - row.width();
            row = row
                .gap(missing)
                .put(super::format::minute(at), theme.style(Role::Faint));
        }
        at = at + step;
    }
    row.draw(frame, area);
}
