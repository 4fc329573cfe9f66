//! Every signal of the rollout as a chart, one selected, with a cursor that reads all of them at one minute. It judges nothing.
//!
//! ```text
//! ─ charts  15 min  1 h  3 h  12 h  24 h ──────────────── what is drawn ─
//! ─ signal  value ──── n · age ─   ─ signal  value ──── n · age ─
//!   axis │ plot        limits        axis │ plot        limits
//!        │ marks, times                   │ marks, times
//!  the cursor: minute, age, stage in force
//! ```

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::app::chart_pane::{Course, Reach, Window, course};
use crate::domain::Timestamp;
use crate::domain::signal::{SignalSpec, format_span};

use super::chart::sheet::{self, Margins, Sheet};
use super::chart::{centred, standing};
use super::paint::{self, Row};
use super::panel::{self, Look};
use super::signals;
use super::theme::{Role, Theme};

mod compare;
mod cursor;
mod zoom;

/// Rows of a chart with its title at least, where there is that much room.
const LEAST: u16 = 8;
/// Columns of a chart at least where several stand beside each other.
const NARROW: u16 = 58;
/// Charts beside each other at most.
const ABREAST: u16 = 3;

/// Draws the screen.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let mut rest = area;
    let head = panel::take_top(&mut rest, 1);
    panel::rule(frame, head, Role::Border, theme);
    title(model, theme, usize::from(head.width).saturating_sub(8))
        .framed()
        .draw(frame, panel::indent(head, 1));
    let rows = u16::from(rest.height > 6);
    let foot = panel::take_bottom(&mut rest, rows);
    cursor::line(model, theme).draw(frame, panel::indent(foot, 1));
    let specs = &model.spec.signals;
    if specs.is_empty() {
        return centred(frame, rest, "no signal is configured", (Role::Faint, theme));
    }
    let selected = model.selected.min(specs.len() - 1);
    if model.charts.is_zoomed {
        let rows = u16::from(rest.height > 9);
        let words = panel::take_bottom(&mut rest, rows);
        if let Some(spec) = specs.get(selected) {
            several(frame, vec![(spec, rest)], (selected, 0), model, theme);
            zoom::words(spec, model, theme).draw(frame, panel::indent(words, 1));
        }
        return;
    }
    let grid = Grid::of(rest, specs.len());
    let first = grid.first(selected);
    let places = (0..).map_while(|index| grid.place(index));
    let placed = specs.iter().skip(first).zip(places).collect();
    several(frame, placed, (selected, first), model, theme);
    let below = specs.len().saturating_sub(first + grid.shown());
    panel::more_below(frame, (rest, Look::Ruled), below, theme);
}

/// Charts that stand under each other, the first of which has this number.
fn several(
    frame: &mut Frame<'_>,
    placed: Vec<(&SignalSpec, Rect)>,
    (selected, first): (usize, usize),
    model: &Model,
    theme: &Theme,
) {
    let reach = shown(model);
    let charts: Vec<_> = placed
        .into_iter()
        .map(|(spec, area)| (spec, area, course(model, spec, reach)))
        .collect();
    let needs = |(spec, area, course): &(&SignalSpec, Rect, Course<'_>)| {
        sheet_of(spec, course, model, Margins::default()).needs(area.width)
    };
    let margins = charts
        .iter()
        .map(needs)
        .fold(Margins::default(), Margins::max);
    for (index, (spec, area, course)) in charts.iter().enumerate() {
        let is_selected = first + index == selected || charts.len() == 1;
        let sheet = sheet_of(spec, course, model, margins);
        one(frame, *area, (&sheet, is_selected), model, theme);
    }
}

fn sheet_of<'a>(
    spec: &'a SignalSpec,
    course: &'a Course<'a>,
    model: &'a Model,
    margins: Margins,
) -> Sheet<'a> {
    let reach = shown(model);
    let compares = matches!(reach, Reach::Change { .. });
    Sheet {
        spec,
        course,
        span: span(reach, model),
        now: model.now,
        marks: if compares { &[] } else { &model.marks },
        cursor: model.minute.filter(|_| !compares),
        before: compares.then(|| model.charts.window.span()),
        margins,
    }
}

/// The spans on offer, which one is shown, and what of.
fn title(model: &Model, theme: &Theme, columns: usize) -> Row {
    let mut row = Row::new().put("charts", theme.style(Role::Title)).gap(1);
    for window in Window::ALL {
        let role = if window == model.charts.window {
            Role::Strong
        } else {
            Role::Faint
        };
        row = row.gap(1).put(mark(window, model), theme.style(role));
    }
    let whole = row.clone().join(kind(model, theme, false).into_end());
    if whole.fits(columns) {
        return whole;
    }
    row.join(kind(model, theme, true).into_end())
}

/// A span's name; the one shown stands in brackets, for those who see no colours.
fn mark(window: Window, model: &Model) -> String {
    if window == model.charts.window {
        format!("[{}]", window.label())
    } else {
        window.label().to_owned()
    }
}

fn kind(model: &Model, theme: &Theme, is_short: bool) -> Row {
    let reach = shown(model);
    if let Some(feed) = model.charts.wide(reach).map(|wide| &wide.feed) {
        if let Some(fault) = &feed.fault {
            let text = format!("▲ {}", super::format::fault(fault));
            return Row::new().put(text, theme.style(Role::Warn));
        }
        if feed.value.is_none() {
            return Row::new().put("reading", theme.style(Role::Muted));
        }
    }
    let text = match reach {
        Reach::Change { .. } if is_short => "before and after".to_owned(),
        Reach::Window(window) if window.is_wide() && is_short => {
            format!("{} min a value", window.period().as_secs() / 60)
        }
        Reach::Window(_) if is_short => "as judged".to_owned(),
        Reach::Change { at, .. } => format!(
            "before and after the stage change {} ago",
            format_span(model.now.since(at))
        ),
        Reach::Window(window) if window.is_wide() => format!(
            "a value per {} min · judged by the minute",
            window.period().as_secs() / 60
        ),
        Reach::Window(_) => "the values that are judged".to_owned(),
    };
    Row::new().put(text, theme.style(Role::Faint))
}

/// What the charts show.
pub(super) fn shown(model: &Model) -> Reach {
    let window = model.charts.window;
    match model.stage_since {
        Some(at) if model.charts.compares => Reach::Change { at, window },
        _ => Reach::Window(window),
    }
}

/// One chart with its title.
fn one(
    frame: &mut Frame<'_>,
    area: Rect,
    (sheet, is_selected): (&Sheet<'_>, bool),
    model: &Model,
    theme: &Theme,
) {
    let (spec, course) = (sheet.spec, sheet.course);
    let edge = if is_selected {
        Role::Focus
    } else {
        Role::Border
    };
    let title = chart_title((spec, is_selected), course, model, theme);
    let mut inside = panel::panel(frame, area, title, (Look::Ruled, edge), theme);
    let (from, to) = sheet.span;
    let first = sheet.before.map_or(from, |length| from - length);
    if course.between(first, to).is_empty() {
        let (text, role) = nothing(course);
        return centred(frame, inside, &text, (role, theme));
    }
    if sheet.before.is_some() {
        let line = panel::take_top(&mut inside, 1);
        compare::words(spec, course, (sheet.span, model.now), theme)
            .draw(frame, panel::indent(line, 1));
    }
    sheet::draw(frame, inside, sheet, theme);
}

/// The span that is drawn.
fn span(reach: Reach, model: &Model) -> (Timestamp, Timestamp) {
    match reach {
        Reach::Window(window) => (model.now - window.span(), model.now),
        Reach::Change { at, window } => (at, at + window.span()),
    }
}

fn nothing(course: &Course<'_>) -> (String, Role) {
    match &course.fault {
        Some(fault) => (format!("? no data: {fault}"), Role::Unknown),
        None if course.is_unread => ("reading".to_owned(), Role::Faint),
        None => ("? no data in this span".to_owned(), Role::Unknown),
    }
}

/// The signal, how it stands now, and at its end what the cursor reads, else samples and age.
fn chart_title(
    (spec, is_selected): (&SignalSpec, bool),
    course: &Course<'_>,
    model: &Model,
    theme: &Theme,
) -> Row {
    let (sign, role) = if is_selected {
        ("▸ ", Role::Focus)
    } else {
        ("", Role::Title)
    };
    let row = Row::new()
        .put(sign, theme.style(role))
        .put(
            paint::clip(&paint::safe(&spec.title), 22),
            theme.style(Role::Title),
        )
        .gap(2)
        .join(standing(model, spec, theme));
    if let Some(minute) = model.minute.filter(|_| !model.charts.compares) {
        return row.join(cursor::value(spec, course, minute, theme).into_end());
    }
    if let Some(fault) = &course.fault {
        return row.end(format!("▲ {fault}"), theme.style(Role::Warn));
    }
    let basis = signals::reading(model, spec).map(|reading| signals::basis(spec, reading, model));
    row.end(basis.unwrap_or_default(), theme.style(Role::Faint))
}

/// Charts in rows and columns.
struct Grid {
    area: Rect,
    columns: u16,
    rows: u16,
}

impl Grid {
    fn of(area: Rect, charts: usize) -> Self {
        let charts = charts.clamp(1, 64) as u16;
        let columns = (area.width / NARROW).clamp(1, ABREAST).min(charts);
        let wanted = charts.div_ceil(columns);
        let rows = (area.height / LEAST).clamp(1, wanted);
        Self {
            area,
            columns,
            rows,
        }
    }

    fn shown(&self) -> usize {
        usize::from(self.columns) * usize::from(self.rows)
    }

    /// The first chart that is drawn when this one is selected: whole rows scroll.
    fn first(&self, selected: usize) -> usize {
        let columns = usize::from(self.columns);
        let row = selected / columns;
        row.saturating_sub(usize::from(self.rows) - 1) * columns
    }

    fn place(&self, index: usize) -> Option<Rect> {
        let (columns, rows) = (self.columns, self.rows);
        let index = u16::try_from(index).ok()?;
        let (row, column) = (index / columns, index % columns);
        if row >= rows {
            return None;
        }
        let part = |whole: u16, parts: u16, n: u16| {
            let edge = |n: u16| (u32::from(whole) * u32::from(n) / u32::from(parts)) as u16;
            (edge(n), edge(n + 1) - edge(n))
        };
        let (x, width) = part(self.area.width, columns, column);
        let (y, height) = part(self.area.height, rows, row);
        let gap = u16::from(column + 1 < columns);
        Some(Rect {
            x: self.area.x + x,
            y: self.area.y + y,
            width: width.saturating_sub(gap),
            height,
        })
    }
}
