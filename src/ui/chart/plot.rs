//! Dots on a canvas of cells, eight to a cell: where a value at an instant belongs, and the line through the values. It knows no signal.
//! The work of a frame is bounded by the columns, however many values there are.

use std::time::Duration;

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;

use crate::domain::Timestamp;
use crate::domain::signal::Point;
use crate::ui::theme::{Role, Theme};

/// Dots of a cell: columns and rows.
const DOTS: (u32, u32) = (2, 4);

/// A canvas over a span of time and of values.
pub(super) struct Plot {
    area: Rect,
    from: Timestamp,
    to: Timestamp,
    low: f64,
    high: f64,
    cells: Vec<Cell>,
}

/// The least and the greatest value that a cell stands for.
#[derive(Clone, Copy)]
struct Cell {
    dots: u8,
    low: f64,
    high: f64,
    complete: bool,
}

const EMPTY: Cell = Cell {
    dots: 0,
    low: f64::INFINITY,
    high: f64::NEG_INFINITY,
    complete: false,
};

/// How the values hang together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stroke {
    /// A line from one period to the next; where one is missing, there is none.
    Line,
    /// A dot for every period.
    Dots,
}

/// The periods that fall into one column of dots.
#[derive(Clone, Copy)]
struct Column {
    x: u32,
    first: f64,
    last: f64,
    low: f64,
    high: f64,
    complete: bool,
    joined: bool,
}

impl Plot {
    /// An empty canvas.
    pub(super) fn new(
        area: Rect,
        (from, to): (Timestamp, Timestamp),
        (low, high): (f64, f64),
    ) -> Self {
        let cells = vec![EMPTY; usize::from(area.width) * usize::from(area.height)];
        Self {
            area,
            from,
            to,
            low,
            high,
            cells,
        }
    }

    /// The span of time.
    pub(super) fn span(&self) -> (Timestamp, Timestamp) {
        (self.from, self.to)
    }

    /// The area.
    pub(super) fn area(&self) -> Rect {
        self.area
    }

    /// Whether any value that was drawn meets a condition that the least or the greatest of some values meets when any does.
    pub(super) fn any(&self, meets: impl Fn(f64) -> bool) -> bool {
        let drawn = self.cells.iter().filter(|cell| cell.dots != 0);
        drawn
            .into_iter()
            .any(|cell| meets(cell.low) || meets(cell.high))
    }

    /// The cell row of a value, from the top.
    pub(super) fn row(&self, value: f64) -> u16 {
        (self.dot_row(value) / DOTS.1) as u16
    }

    /// The cell column of an instant, from the left.
    pub(super) fn column(&self, at: Timestamp) -> u16 {
        (self.dot_column(at) / DOTS.0) as u16
    }

    fn dot_row(&self, value: f64) -> u32 {
        let last = (u32::from(self.area.height) * DOTS.1).saturating_sub(1);
        let range = self.high - self.low;
        let share = if range > 0.0 {
            ((value - self.low) / range).clamp(0.0, 1.0)
        } else {
            0.0
        };
        last - (share * f64::from(last)).round() as u32
    }

    fn dot_column(&self, at: Timestamp) -> u32 {
        let last = (u32::from(self.area.width) * DOTS.0).saturating_sub(1);
        let span = self.to.since(self.from).as_secs_f64().max(1.0);
        let share = at.since(self.from).as_secs_f64() / span;
        (share.clamp(0.0, 1.0) * f64::from(last)).round() as u32
    }

    /// Draws values of periods, moved on by `shift`. A period that is being filled at `now` hangs on nothing and looks apart.
    pub(super) fn values(
        &mut self,
        points: &[Point],
        (period, stroke): (Duration, Stroke),
        (now, shift): (Timestamp, Duration),
    ) {
        let mut before: Option<(Timestamp, Column)> = None;
        for point in points.iter().filter(|point| point.value.is_finite()) {
            let x = self.dot_column(point.at + shift);
            let complete = point.at + period <= now;
            match &mut before {
                Some((at, column)) if column.x == x && column.complete == complete => {
                    column.last = point.value;
                    column.low = column.low.min(point.value);
                    column.high = column.high.max(point.value);
                    *at = point.at;
                }
                _ => {
                    let follows = before
                        .as_ref()
                        .is_some_and(|(at, _)| point.at.since(*at) <= period.mul_f64(1.5));
                    let column = Column {
                        x,
                        first: point.value,
                        last: point.value,
                        low: point.value,
                        high: point.value,
                        complete,
                        joined: follows && complete && stroke == Stroke::Line,
                    };
                    self.flush(before.map(|(_, column)| column), column);
                    before = Some((point.at, column));
                }
            }
        }
        if let Some((_, column)) = before {
            self.upright(&column);
        }
    }

    /// Draws what fell into a column, and the line on to the next one.
    fn flush(&mut self, column: Option<Column>, next: Column) {
        let Some(column) = column else { return };
        self.upright(&column);
        if next.joined {
            self.connect(&column, &next);
        }
    }

    fn upright(&mut self, column: &Column) {
        let (top, foot) = (self.dot_row(column.high), self.dot_row(column.low));
        for y in top..=foot {
            self.set((column.x, y), (column.low, column.high), column.complete);
        }
    }

    fn connect(&mut self, from: &Column, to: &Column) {
        let (x0, y0) = (from.x, self.dot_row(from.last));
        let (x1, y1) = (to.x, self.dot_row(to.first));
        let steps = x0.abs_diff(x1).max(y0.abs_diff(y1)).max(1);
        for step in 0..=steps {
            let share = f64::from(step) / f64::from(steps);
            let between = |a: u32, b: u32| {
                (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u32
            };
            let value = from.last + (to.first - from.last) * share;
            self.set((between(x0, x1), between(y0, y1)), (value, value), true);
        }
    }

    fn set(&mut self, (x, y): (u32, u32), (low, high): (f64, f64), complete: bool) {
        const BITS: [[u8; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];
        let index = (y / DOTS.1) * u32::from(self.area.width) + x / DOTS.0;
        let bit = BITS
            .get((x % 2) as usize)
            .and_then(|column| column.get((y % 4) as usize));
        if let (Some(cell), Some(bit)) = (self.cells.get_mut(index as usize), bit) {
            cell.dots |= bit;
            cell.low = cell.low.min(low);
            cell.high = cell.high.max(high);
            cell.complete |= complete;
        }
    }

    /// Draws a dotted line from top to bottom at an instant.
    pub(super) fn stem(&self, frame: &mut Frame<'_>, at: Timestamp, (role, theme): (Role, &Theme)) {
        let x = self.area.x.saturating_add(self.column(at));
        for y in self.area.top()..self.area.bottom() {
            if let Some(cell) = frame.buffer_mut().cell_mut((x, y))
                && matches!(cell.symbol(), " " | "╌")
            {
                cell.set_char('┊').set_style(theme.style(role));
            }
        }
    }

    /// Draws a line from top to bottom at an instant that somebody points at; nothing where it lies outside of the span.
    pub(super) fn pointer(&self, frame: &mut Frame<'_>, at: Timestamp, theme: &Theme) {
        if at < self.from || at > self.to {
            return;
        }
        let x = self.area.x.saturating_add(self.column(at));
        for y in self.area.top()..self.area.bottom() {
            if let Some(cell) = frame.buffer_mut().cell_mut((x, y)) {
                cell.set_char('┃').set_style(theme.style(Role::Focus));
            }
        }
    }

    /// Draws the dots; a cell looks as its least or its greatest value does.
    pub(super) fn draw(
        &self,
        frame: &mut Frame<'_>,
        theme: &Theme,
        role: impl Fn(f64, f64) -> Role,
    ) {
        let positions = self.area.rows().flat_map(Rect::positions);
        for (position, cell) in positions.zip(&self.cells) {
            if cell.dots == 0 {
                continue;
            }
            let role = if cell.complete {
                role(cell.low, cell.high)
            } else {
                Role::Faint
            };
            let glyph = char::from_u32(0x2800 + u32::from(cell.dots)).unwrap_or('•');
            if let Some(target) = frame.buffer_mut().cell_mut(position) {
                target.set_char(glyph).set_style(theme.style(role));
            }
        }
    }
}
