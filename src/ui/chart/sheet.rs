//! One signal on one sheet: axis, limits, marks, its values with gaps as gaps, where somebody points. It has no title and no border.

use std::time::Duration;

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;

use crate::app::chart_pane::Course;
use crate::app::model::Mark;
use crate::domain::Timestamp;
use crate::domain::signal::{Limit, Point, SignalSpec};
use crate::ui::paint::{self, Row};
use crate::ui::panel;
use crate::ui::theme::{Role, Theme};

use super::axes::{self, Clock};
use super::plot::{Plot, Stroke};

/// Columns below which limits have no name at the right.
const NAMED: u16 = 44;
/// A gap of so many columns is told to be one.
const TOLD: u16 = 11;

/// What is drawn.
pub(in crate::ui) struct Sheet<'a> {
    /// The signal.
    pub(in crate::ui) spec: &'a SignalSpec,
    /// Its values.
    pub(in crate::ui) course: &'a Course<'a>,
    /// The span shown.
    pub(in crate::ui) span: (Timestamp, Timestamp),
    /// The instant by which periods are complete.
    pub(in crate::ui) now: Timestamp,
    /// What was done when.
    pub(in crate::ui) marks: &'a [Mark],
    /// Where somebody points.
    pub(in crate::ui) cursor: Option<Timestamp>,
    /// The span before this one, of this length, lies behind it; its times count from its beginning.
    pub(in crate::ui) before: Option<Duration>,
    /// What is left free at both sides at least, so that charts stand under each other.
    pub(in crate::ui) margins: Margins,
}

/// Columns beside a plot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::ui) struct Margins {
    values: u16,
    names: u16,
}

impl Margins {
    /// Enough for both.
    #[must_use]
    pub(in crate::ui) fn max(self, other: Self) -> Self {
        Self {
            values: self.values.max(other.values),
            names: self.names.max(other.names),
        }
    }
}

impl Sheet<'_> {
    /// What its own values and limits need beside the plot, in an area of so many columns.
    pub(in crate::ui) fn needs(&self, columns: u16) -> Margins {
        Margins {
            values: axes::gutter(self.spec, self.range()),
            names: if columns >= NAMED {
                axes::label_columns(self.spec)
            } else {
                0
            },
        }
    }

    fn shown(&self) -> &[Point] {
        let (from, to) = self.span;
        self.course.between(from, to + Duration::from_millis(1))
    }

    fn behind(&self) -> &[Point] {
        let (from, _) = self.span;
        self.before
            .map_or(&[], |length| self.course.between(from - length, from))
    }

    fn range(&self) -> (f64, f64) {
        axes::range(self.spec, self.shown().iter().chain(self.behind()))
    }
}

/// Draws a sheet.
pub(in crate::ui) fn draw(frame: &mut Frame<'_>, area: Rect, sheet: &Sheet<'_>, theme: &Theme) {
    if area.width < 24 || area.height < 4 {
        return;
    }
    let spec = sheet.spec;
    let (from, to) = sheet.span;
    let (shown, behind, range) = (sheet.shown(), sheet.behind(), sheet.range());
    let Margins {
        values: gutter,
        names: labels,
    } = sheet.margins.max(sheet.needs(area.width));
    let mut plot_area = area;
    let times = panel::take_bottom(&mut plot_area, 1);
    let marks: Vec<&Mark> = sheet
        .marks
        .iter()
        .filter(|mark| mark.at >= from && mark.at <= to)
        .collect();
    let marks_line = panel::take_bottom(&mut plot_area, u16::from(!marks.is_empty()));
    let beside = |area: Rect| Rect {
        x: area.x + gutter + 1,
        width: area.width.saturating_sub(gutter + labels + 2),
        ..area
    };
    let left = Rect {
        width: gutter + 1,
        ..plot_area
    };
    axes::values(frame, left, spec, range, theme);
    let canvas = beside(plot_area);
    let mut plot = Plot::new(canvas, sheet.span, range);
    plot.values(
        shown,
        (sheet.course.period, Stroke::Line),
        (sheet.now, Duration::ZERO),
    );
    axes::limits(frame, spec, (&plot, labels), theme);
    gaps(frame, sheet, &plot, shown, theme);
    for mark in &marks {
        let role = match axes::mark_role(mark) {
            Role::Bad => Role::Bad,
            _ => Role::Limit,
        };
        plot.stem(frame, mark.at, (role, theme));
    }
    if let Some(length) = sheet.before {
        let mut ghost = Plot::new(canvas, sheet.span, range);
        ghost.values(
            behind,
            (sheet.course.period, Stroke::Dots),
            (sheet.now, length),
        );
        ghost.draw(frame, theme, |_, _| Role::Faint);
    }
    if let Some(minute) = sheet.cursor {
        plot.pointer(frame, minute, theme);
    }
    plot.draw(frame, theme, |low, high| role(spec, low, high));
    axes::marks(frame, beside(marks_line), &plot, &marks, theme);
    let clock = match sheet.before {
        Some(_) => Clock::Since,
        None => Clock::Day,
    };
    axes::times(frame, beside(times), &plot, clock, theme);
}

/// How values look that lie in one cell.
fn role(spec: &SignalSpec, low: f64, high: f64) -> Role {
    let past =
        |limit: Option<Limit>| limit.is_some_and(|limit| limit.is_past(low) || limit.is_past(high));
    if past(spec.act) {
        Role::Bad
    } else if past(spec.warn) {
        Role::Warn
    } else {
        Role::Spark
    }
}

/// Says in every long gap that there is no data: before the first value, between two, after the last.
fn gaps(frame: &mut Frame<'_>, sheet: &Sheet<'_>, plot: &Plot, shown: &[Point], theme: &Theme) {
    let (from, to) = sheet.span;
    let period = sheet.course.period;
    let end = to.min(sheet.now - period);
    let mut edges = vec![from];
    // A period that begins when the span does has its own value; the one before it belongs to the span as well.
    for point in shown {
        edges.push(point.at);
        edges.push(point.at + period);
    }
    edges.push(end);
    for pair in edges.chunks_exact(2) {
        if let [left, right] = pair
            && right.since(*left) > period
        {
            told(frame, plot, (*left, *right), theme);
        }
    }
}

fn told(frame: &mut Frame<'_>, plot: &Plot, (left, right): (Timestamp, Timestamp), theme: &Theme) {
    let (first, last) = (plot.column(left), plot.column(right));
    let width = last.saturating_sub(first);
    let area = plot.area();
    if width < TOLD || area.height < 3 {
        return;
    }
    let text = "no data";
    let x = area.x + first + (width - paint::width(text) as u16) / 2;
    // Not on a limit, where there is another row.
    let rows = [2, 3, 1].map(|up| area.bottom() - up);
    let free = |y: &u16| {
        let cell = frame.buffer_mut().cell((x, *y));
        cell.is_some_and(|cell| cell.symbol() == " ")
    };
    let line = Rect {
        x,
        y: rows.into_iter().find(free).unwrap_or(area.bottom() - 2),
        width: paint::width(text) as u16,
        height: 1,
    };
    Row::new()
        .put(text, theme.style(Role::Unknown))
        .draw(frame, line);
}
