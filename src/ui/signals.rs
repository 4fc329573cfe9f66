//! The signals as rows: state, value, course, limits, samples and age. A number that is old or missing is never shown as if it were new.

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::domain::alarm::Alarm;
use crate::domain::signal::{
    LimitOp, MetricQuery, Reading, SignalSource, SignalSpec, SignalState, format_count,
    format_span, format_value,
};

use super::format;
use super::glyphs::Glyphs;
use super::paint::{self, Row};
use super::panel;
use super::theme::{Role, Theme};

/// Columns of the value, unless one needs more.
const VALUE: usize = 9;
/// Below so many columns a course is drawn two periods a column.
const DENSE: usize = 8;

/// Draws a row for every signal, as far as there is room; those out of their limits come first where there is not.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let area = panel::indent(area, 1);
    let mut specs: Vec<&SignalSpec> = model.spec.signals.iter().collect();
    let room = usize::from(area.height);
    if specs.len() > room {
        specs.sort_by_key(|spec| std::cmp::Reverse(reading(model, spec).map(|r| r.state)));
    }
    let hidden = specs.len().saturating_sub(room);
    let widths = Widths::of(model, usize::from(area.width));
    let mut rows: Vec<Row> = specs
        .iter()
        .map(|spec| row(spec, model, theme, &widths))
        .collect();
    if hidden > 0 && room > 0 {
        rows.truncate(room - 1);
        let more = format!("  {} more", hidden + 1);
        rows.push(Row::new().put(more, theme.style(Role::Faint)));
    }
    if model.spec.signals.is_empty() {
        rows.push(Row::new().put("no signal is configured", theme.style(Role::Faint)));
    }
    paint::rows(frame, area, rows, 0);
}

/// How a state looks: glyph, role, word.
pub(super) fn look(state: SignalState) -> (&'static str, Role, &'static str) {
    match state {
        SignalState::Ok => ("●", Role::Good, "ok"),
        SignalState::NotApplicable => ("○", Role::Faint, "n/a"),
        SignalState::NoData => ("?", Role::Unknown, "no data"),
        SignalState::Stale => ("?", Role::Unknown, "stale"),
        SignalState::Warn => ("▲", Role::Warn, "warn"),
        SignalState::Act => ("✖", Role::Bad, "act"),
    }
}

/// The reading of a signal.
pub(super) fn reading<'a>(model: &'a Model, spec: &SignalSpec) -> Option<&'a Reading> {
    model
        .readings
        .iter()
        .find(|reading| reading.name == spec.name)
}

struct Widths {
    value: usize,
    title: usize,
    spark: usize,
    limits: usize,
    basis: usize,
}

impl Widths {
    fn of(model: &Model, columns: usize) -> Self {
        let longest = |text: fn(&SignalSpec) -> String| {
            let widths = model
                .spec
                .signals
                .iter()
                .map(|spec| paint::width(&text(spec)));
            widths.max().unwrap_or(0)
        };
        let title = longest(|spec| paint::safe(&spec.title)).min(18);
        let limits = longest(limits).min(14);
        let values = model.readings.iter().filter_map(|reading| {
            let text = format_value(reading.unit, reading.value?);
            Some(paint::width(&text))
        });
        let value = values.fold(VALUE, usize::max);
        let fixed = 2 + title + 1 + value + 2 + limits;
        let basis = if columns >= fixed + 36 { 22 } else { 0 };
        let spark = columns.saturating_sub(fixed + basis).min(40);
        Self {
            value,
            title,
            spark,
            limits,
            basis,
        }
    }
}

fn row(spec: &SignalSpec, model: &Model, theme: &Theme, widths: &Widths) -> Row {
    let reading = reading(model, spec);
    let (glyph, role, _) = reading.map_or(("○", Role::Faint, ""), |r| look(r.state));
    let style = theme.style(role);
    let row = Row::new()
        .put(glyph, style)
        .gap(1)
        .cell(&spec.title, widths.title, theme.style(Role::Text))
        .gap(1);
    let Some(reading) = reading else {
        return row.put("not read yet", theme.style(Role::Faint));
    };
    let calm = matches!(
        reading.state,
        SignalState::Ok | SignalState::Warn | SignalState::Act
    );
    let (true, Some(value)) = (calm, reading.value) else {
        return row.put(absence(reading, model), style);
    };
    let loud = reading.state != SignalState::Ok;
    let (value_role, bars_role) = if loud {
        (role, role)
    } else {
        (Role::Strong, Role::Spark)
    };
    let row = row
        .figure(
            format_value(reading.unit, value),
            widths.value,
            theme.style(value_role),
        )
        .gap(1);
    let row = match model.signal_faults.get(&spec.name) {
        Some(fault) => row.cell(format!("▲ {fault}"), widths.spark, theme.style(Role::Warn)),
        None => row.cell(
            course(spec, reading, model, (widths.spark, theme)),
            widths.spark,
            theme.style(bars_role),
        ),
    };
    let row = row
        .gap(1)
        .figure(limits(spec), widths.limits, theme.style(Role::Faint));
    if widths.basis == 0 {
        return row;
    }
    let basis = basis(spec, reading, model);
    row.gap(2).put(basis, theme.style(Role::Faint))
}

/// The course of the values up to the one that is shown: in bars, where it is narrow in braille where there is some.
pub(super) fn course(
    spec: &SignalSpec,
    reading: &Reading,
    model: &Model,
    (columns, theme): (usize, &Theme),
) -> String {
    let (Some(at), Some(series)) = (reading.at, model.series.get(&spec.name)) else {
        return String::new();
    };
    let draw = if columns < DENSE && theme.glyphs == Glyphs::Utf8 {
        format::dense_sparkline
    } else {
        format::sparkline
    };
    draw(series.points(), columns, (at, spec.period()), full(spec))
}

/// The signal that is made of the metric which an alarm watches, when there is one.
pub(super) fn of_alarm<'a>(model: &'a Model, alarm: &Alarm) -> Option<&'a SignalSpec> {
    let is_it = |query: &MetricQuery| {
        let named = alarm
            .watches
            .split_whitespace()
            .any(|word| word == query.name);
        let stat = alarm.percentile.as_ref();
        named && stat.is_none_or(|stat| *stat == query.stat)
    };
    model.spec.signals.iter().find(|spec| match &spec.source {
        SignalSource::Metric(query) => is_it(query),
        SignalSource::Expression { metrics, .. } => metrics.iter().any(|(_, query)| is_it(query)),
        SignalSource::Counted => false,
    })
}

/// Why there is no number, in words; an old one is named as such.
fn absence(reading: &Reading, model: &Model) -> String {
    let (_, _, word) = look(reading.state);
    let old = reading.at.map(|at| format_span(model.now.since(at)));
    match (reading.state, old, &reading.note) {
        (SignalState::Stale, Some(old), _) => match reading.value {
            Some(value) => format!("stale {old}, was {}", format_value(reading.unit, value)),
            None => format!("stale {old}"),
        },
        (SignalState::NoData, _, Some(note)) if note.starts_with("no ") => note.clone(),
        (SignalState::NotApplicable, _, _) => "n/a at 0 %".to_owned(),
        (_, _, Some(note)) => format!("{word}: {note}"),
        (_, Some(old), None) => format!("{word} for {old}"),
        (_, None, None) => word.to_owned(),
    }
}

/// The value at which a bar is full: the limit at which a person acts.
fn full(spec: &SignalSpec) -> f64 {
    let limit = spec.act.or(spec.warn);
    limit.map_or(0.0, |limit| limit.value)
}

/// Samples, and how long ago the period of the value ended.
pub(super) fn basis(spec: &SignalSpec, reading: &Reading, model: &Model) -> String {
    if spec.is_counted() {
        return "counted by hand".to_owned();
    }
    let samples = reading.samples.map(|n| format!("n {}", format_count(n)));
    let age = reading
        .at
        .map(|at| format!("{} old", format_span(model.now.since(at + spec.period()))));
    [samples, age]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
}

/// The limits as `warn · act`, in the unit of the value beside them.
fn limits(spec: &SignalSpec) -> String {
    let number = |limit: &crate::domain::signal::Limit| {
        let sign = match limit.op {
            LimitOp::Above | LimitOp::AtLeast => "",
            LimitOp::Below | LimitOp::AtMost => "<",
        };
        format!("{sign}{}", limit.value)
    };
    let both = [spec.warn.as_ref(), spec.act.as_ref()];
    both.into_iter()
        .flatten()
        .map(number)
        .collect::<Vec<_>>()
        .join(" · ")
}
