//! A ratatui backend that collects one frame as bytes, as few as will do, and none when nothing changed. It writes to no terminal.

use std::io::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::Color;

mod sgr;
#[cfg(test)]
mod tests;

use sgr::{Sgr, is_blank};

/// Where the bytes of a frame gather.
#[derive(Clone, Debug, Default)]
pub struct FrameBytes(Arc<Mutex<Vec<u8>>>);

impl FrameBytes {
    /// Takes the bytes that gathered since the last call.
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn add(&self, bytes: &[u8]) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
    }
}

/// The backend. It remembers colours, attributes and cursor from frame to frame, so that only what differs is sent.
#[derive(Debug)]
pub struct FrameBackend {
    bytes: FrameBytes,
    size: Size,
    cursor: Cursor,
    /// What the terminal writes with; `None` when somebody else may have changed it.
    sgr: Option<Sgr>,
    /// Whether the screen is to be cleared with the next frame.
    clears: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Cursor {
    Unknown,
    Hidden,
    At(Position),
}

impl FrameBackend {
    /// A backend of this size.
    pub fn new(bytes: FrameBytes, size: Size) -> Self {
        Self {
            bytes,
            size,
            cursor: Cursor::Unknown,
            sgr: None,
            clears: false,
        }
    }

    /// Tells it the terminal's size; ratatui picks it up with the next frame.
    pub fn resize(&mut self, size: Size) {
        self.size = size;
    }

    /// Forgets what it knows of the terminal: somebody else wrote to it.
    pub fn forget(&mut self) {
        self.cursor = Cursor::Unknown;
        self.sgr = None;
    }

    fn hide(&mut self) {
        if self.cursor != Cursor::Hidden {
            self.cursor = Cursor::Hidden;
            self.bytes.add(b"\x1b[?25l");
        }
    }

    /// Clears the screen in the terminal's own colour. Clearing in a colour of ours would save bytes and leave holes: whether a
    /// terminal takes the colour along is not told by its name, least of all through a multiplexer.
    fn clear_plainly(&mut self, out: &mut Vec<u8>) {
        Sgr::PLAIN.write(self.sgr, out);
        self.sgr = Some(Sgr::PLAIN);
        out.extend_from_slice(b"\x1b[2J");
    }
}

impl Backend for FrameBackend {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content: Vec<_> = content.collect();
        if content.is_empty() && !self.clears {
            return Ok(());
        }
        self.hide();
        let mut out = Vec::with_capacity(content.len() * 2);
        if std::mem::take(&mut self.clears) {
            self.clear_plainly(&mut out);
            content.retain(|(_, _, cell)| cell.bg != Color::Reset || !is_blank(cell));
        }
        let mut place = None;
        for (x, y, cell) in content {
            let now = self.sgr.unwrap_or(Sgr::PLAIN);
            let wanted = Sgr::of(cell, now);
            go(place, (x, y), &mut out)?;
            wanted.write(self.sgr, &mut out);
            self.sgr = Some(wanted);
            out.extend_from_slice(cell.symbol().as_bytes());
            place = Some(Place::after((x, y), cell));
        }
        self.bytes.add(&out);
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.hide();
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(Position::ORIGIN)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        // Clearing puts the cursor back where it was; the frame that follows places it anyway.
        if self.clears || self.cursor == Cursor::At(position) {
            return Ok(());
        }
        self.cursor = Cursor::At(position);
        let mut out = Vec::new();
        go(None, (position.x, position.y), &mut out)?;
        out.extend_from_slice(b"\x1b[?25h");
        self.bytes.add(&out);
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clears = true;
        Ok(())
    }

    /// The console's frames are whole screens; so is what it clears.
    fn clear_region(&mut self, _: ClearType) -> io::Result<()> {
        self.clear()
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize {
            columns_rows: self.size,
            pixels: Size::default(),
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Where the terminal's cursor is after a cell.
#[derive(Clone, Copy, Debug)]
struct Place {
    x: u16,
    y: u16,
    /// Whether every terminal agrees: the width of most other characters is a matter of opinion.
    is_sure: bool,
}

impl Place {
    fn after((x, y): (u16, u16), cell: &Cell) -> Self {
        let is_sure = matches!(cell.symbol().as_bytes(), [b' '..=b'~']);
        Self {
            x: x.saturating_add(1),
            y,
            is_sure,
        }
    }
}

/// Moves the cursor, if it is not there: by a step where that is sure and short, else by its address.
fn go(from: Option<Place>, (x, y): (u16, u16), out: &mut Vec<u8>) -> io::Result<()> {
    match from {
        Some(from) if (from.x, from.y) == (x, y) => Ok(()),
        Some(from) if from.is_sure && from.y == y && from.x < x => match x - from.x {
            1 => out.write_all(b"\x1b[C"),
            step => write!(out, "\x1b[{step}C"),
        },
        _ => write!(out, "\x1b[{};{}H", y.saturating_add(1), x.saturating_add(1)),
    }
}
