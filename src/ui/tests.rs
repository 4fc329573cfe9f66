//! Every screen and overlay at every size: pictures of text and looks, and what must never happen.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop here"
)]

use std::fmt::Write as _;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

use super::*;
use crate::app::model::Screen;

mod pictures;

/// One frame, and where its cursor is.
fn frame(
    model: &Model,
    (columns, rows): (u16, u16),
    theme: &Theme,
) -> (Buffer, Option<(u16, u16)>) {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    let mut cursor = false;
    terminal.draw(|frame| draw(frame, model, theme)).unwrap();
    let backend = terminal.backend();
    cursor |= backend.cursor_visible();
    let position = cursor.then(|| backend.cursor_position());
    (backend.buffer().clone(), position.map(|p| (p.x, p.y)))
}

/// The text of a frame, a line a row.
fn text(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width.max(1));
    let mut out = String::new();
    for row in buffer.content.chunks(width) {
        let mut line = String::new();
        let mut covered = 0;
        for cell in row {
            if covered > 0 {
                covered -= 1;
                continue;
            }
            covered = unicode_width::UnicodeWidthStr::width(cell.symbol()).saturating_sub(1);
            line.push_str(cell.symbol());
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
