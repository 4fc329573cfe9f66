//! What a frame is drawn on: the cells, where the cursor is, and what lies where, for the mouse. It draws nothing by itself.
//!
//! Everything below draws on this, so that regions and cursor come from the drawing and from nowhere else.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::Widget;

use crate::app::pointer::Target;

/// A frame that is being drawn.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    buffer: &'a mut Buffer,
    /// Where a line is typed, or else what is selected.
    cursor: Option<Position>,
    focus: Option<Position>,
    hits: Hits,
}

/// What lies where on a frame that was drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits(Vec<(Rect, Target)>);

impl Hits {
    /// What lies under this cell; what was drawn last lies on top.
    pub fn at(&self, x: u16, y: u16) -> Option<Target> {
        let under = |(area, _): &&(Rect, Target)| area.contains(Position::new(x, y));
        self.0.iter().rfind(under).map(|(_, target)| *target)
    }

    /// Every region, those drawn first at the front.
    pub fn all(&self) -> &[(Rect, Target)] {
        &self.0
    }
}

impl<'a> Frame<'a> {
    /// A frame over these cells.
    pub(super) fn new(buffer: &'a mut Buffer) -> Self {
        Self {
            buffer,
            cursor: None,
            focus: None,
            hits: Hits::default(),
        }
    }

    /// The whole of it.
    pub(super) fn area(&self) -> Rect {
        self.buffer.area
    }

    /// The cells.
    pub(super) fn buffer_mut(&mut self) -> &mut Buffer {
        self.buffer
    }

    /// Draws a widget.
    pub(super) fn render_widget(&mut self, widget: impl Widget, area: Rect) {
        widget.render(area.intersection(self.buffer.area), self.buffer);
    }

    /// Puts the cursor where a line is typed. What is drawn later lies on top, and its cursor counts.
    pub(super) fn set_cursor_position(&mut self, at: impl Into<Position>) {
        let at = at.into();
        if self.buffer.area.contains(at) {
            self.cursor = Some(at);
        }
    }

    /// Puts the cursor on what is selected, unless a line is typed.
    pub(super) fn focus(&mut self, at: impl Into<Position>) {
        let at = at.into();
        if self.buffer.area.contains(at) {
            self.focus = Some(at);
        }
    }

    /// Something comes to lie over everything: what is below has neither cursor nor mouse any more.
    pub(super) fn cover(&mut self) {
        (self.cursor, self.focus) = (None, None);
        self.hit(self.buffer.area, Target::Beside);
    }

    /// Notes what lies in this area.
    pub(super) fn hit(&mut self, area: Rect, target: Target) {
        let area = area.intersection(self.buffer.area);
        if !area.is_empty() {
            self.hits.0.push((area, target));
        }
    }

    /// Where the cursor is, and what lies where.
    pub(super) fn finish(self) -> (Option<Position>, Hits) {
        (self.cursor.or(self.focus), self.hits)
    }
}
