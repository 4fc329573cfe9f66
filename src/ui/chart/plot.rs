//! Dots on a canvas of cells, eight to a cell: where a value at an instant belongs, and the line through the values. It knows no signal.

use std::time::Duration;

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;

use crate::domain::Timestamp;
use crate::domain::signal::Point;
use crate::ui::theme::{Role, Theme};

/// Dots of a cell: columns and rows.
const DOTS: (u32, u32) = (2, 4);

/// A canvas over a span of time, from zero to a highest value.
pub(super) struct Plot {
    area: Rect,
    from: Timestamp,
    to: Timestamp,
    top: f64,
    cells: Vec<Cell>,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    dots: u8,
    highest: f64,
    complete: bool,
}

/// A dot by its column and row, from the upper left.
#[derive(Clone, Copy)]
struct Dot {
    x: u32,
    y: u32,
    value: f64,
    complete: bool,
}

impl Plot {
    /// An empty canvas.
    pub(super) fn new(area: Rect, (from, to): (Timestamp, Timestamp), top: f64) -> Self {
        let cells = vec![Cell::default(); usize::from(area.width) * usize::from(area.height)];
        Self {
            area,
            from,
            to,
            top,
            cells,
        }
    }

    /// The span of time.
    pub(super) fn span(&self) -> (Timestamp, Timestamp) {
        (self.from, self.to)
    }

    /// The highest value that was drawn; zero where there is none.
    pub(super) fn highest(&self) -> f64 {
        self.cells
            .iter()
            .map(|cell| cell.highest)
            .fold(0.0, f64::max)
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
        let share = if self.top > 0.0 {
            (value / self.top).clamp(0.0, 1.0)
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

    /// Draws the line through the values; where a period is missing, there is none. A period that is being filled is set apart.
    pub(super) fn line<'a>(&mut self, points: impl Iterator<Item = &'a Point>, period: Duration) {
        let mut before: Option<(Timestamp, Dot)> = None;
        for point in points {
            let dot = Dot {
                x: self.dot_column(point.at),
                y: self.dot_row(point.value),
                value: point.value,
                complete: point.at + period <= self.to,
            };
            match before {
                Some((at, from)) if point.at.since(at) <= period.mul_f64(1.5) => {
                    self.connect(from, dot);
                }
                _ => self.set(dot),
            }
            before = Some((point.at, dot));
        }
    }

    fn connect(&mut self, from: Dot, to: Dot) {
        let steps = from.x.abs_diff(to.x).max(from.y.abs_diff(to.y)).max(1);
        for step in 0..=steps {
            let share = f64::from(step) / f64::from(steps);
            let between = |a: u32, b: u32| {
                (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u32
            };
            self.set(Dot {
                x: between(from.x, to.x),
                y: between(from.y, to.y),
                value: from.value + (to.value - from.value) * share,
                complete: to.complete,
            });
        }
    }

    fn set(&mut self, dot: Dot) {
        const BITS: [[u8; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];
        let index = (dot.y / DOTS.1) * u32::from(self.area.width) + dot.x / DOTS.0;
        let bit = BITS
            .get((dot.x % 2) as usize)
            .and_then(|column| column.get((dot.y % 4) as usize));
        if let (Some(cell), Some(bit)) = (self.cells.get_mut(index as usize), bit) {
            cell.dots |= bit;
            cell.highest = cell.highest.max(dot.value);
            cell.complete |= dot.complete;
        }
    }

    /// Draws a dotted line from top to bottom at an instant.
    pub(super) fn stem(&self, frame: &mut Frame<'_>, at: Timestamp, theme: &Theme) {
        let x = self.area.x.saturating_add(self.column(at));
        for y in self.area.top()..self.area.bottom() {
            if let Some(cell) = frame.buffer_mut().cell_mut((x, y))
                && matches!(cell.symbol(), " " | "╌")
            {
                cell.set_char('┊').set_style(theme.style(Role::Limit));
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

    /// Draws the dots; a cell looks as its highest value does.
    pub(super) fn draw(&self, frame: &mut Frame<'_>, theme: &Theme, role: impl Fn(f64) -> Role) {
        let positions = self.area.rows().flat_map(Rect::positions);
        for (position, cell) in positions.zip(&self.cells) {
            if cell.dots == 0 {
                continue;
            }
            let role = if cell.complete {
                role(cell.highest)
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
