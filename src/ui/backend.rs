//! A ratatui backend that collects one frame as bytes, and nothing when nothing changed. It writes to no terminal.

use std::io::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

mod encoder;

/// Where the bytes of a frame gather.
#[derive(Clone, Debug, Default)]
pub struct FrameBytes(Arc<Mutex<Vec<u8>>>);

impl FrameBytes {
    /// Takes the bytes that gathered since the last call.
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl io::Write for FrameBytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The backend: short sequences into [`FrameBytes`], without those that would change nothing.
#[derive(Debug)]
pub struct FrameBackend {
    inner: CrosstermBackend<FrameBytes>,
    bytes: FrameBytes,
    size: Size,
    cursor: Cursor,
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
            inner: CrosstermBackend::new(bytes.clone()),
            bytes,
            size,
            cursor: Cursor::Unknown,
        }
    }

    /// Tells it the terminal's size; ratatui picks it up with the next frame.
    pub fn resize(&mut self, size: Size) {
        self.size = size;
    }

    /// Forgets what it knows of the cursor: somebody else wrote to the terminal.
    pub fn forget(&mut self) {
        self.cursor = Cursor::Unknown;
    }
}

impl Backend for FrameBackend {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        if let Cursor::At(_) = self.cursor {
            self.inner.hide_cursor()?;
            self.cursor = Cursor::Hidden;
        }
        let mut bytes = Vec::new();
        encoder::encode(&mut bytes, self.size.width, content);
        self.bytes.write_all(&bytes)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor != Cursor::Hidden {
            self.cursor = Cursor::Hidden;
            self.inner.hide_cursor()?;
        }
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
        if self.cursor != Cursor::At(position) {
            self.cursor = Cursor::At(position);
            self.inner.set_cursor_position(position)?;
            self.inner.show_cursor()?;
        }
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.inner.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.inner.clear_region(clear_type)
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
