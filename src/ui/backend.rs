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
    erases_in_colour: bool,
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
            erases_in_colour: false,
        }
    }

    /// Says which terminal it is, by `$TERM`: most clear the screen in the colour that is in force, which saves every blank cell.
    #[must_use]
    pub fn on(mut self, term: Option<&str>) -> Self {
        const IN_COLOUR: [&str; 12] = [
            "xterm",
            "tmux",
            "linux",
            "alacritty",
            "kitty",
            "foot",
            "wezterm",
            "ghostty",
            "st-",
            "konsole",
            "rxvt",
            "putty",
        ];
        self.erases_in_colour = term.is_some_and(|term| {
            let known = IN_COLOUR.iter().any(|name| term.starts_with(name));
            // The variants that say so are for terminals that cannot.
            known && !term.ends_with("-mono") && !term.ends_with("-nobce")
        });
        self
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

    /// Clears the screen, where it can in the colour that most of it will have. Answers that colour, in which blanks need not be sent.
    fn clear_for(&mut self, content: &[(u16, u16, &Cell)], out: &mut Vec<u8>) -> Color {
        let whole = usize::from(self.size.width) * usize::from(self.size.height);
        // A cell that is not among the changes is a plain blank, so the colour must be plain where one is missing.
        let ground = content
            .first()
            .filter(|_| self.erases_in_colour && content.len() == whole)
            .map_or(Color::Reset, |(_, _, cell)| cell.bg);
        let sgr = Sgr::ground(ground);
        sgr.write(self.sgr, out);
        self.sgr = Some(sgr);
        out.extend_from_slice(b"\x1b[2J");
        ground
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
            let ground = self.clear_for(&content, &mut out);
            content.retain(|(_, _, cell)| cell.bg != ground || !is_blank(cell));
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
