//! The terminal itself: taken over, drawn to, and given back as it was by every way out. It knows no model.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
};
use crossterm::{cursor, queue, style};
use ratatui::layout::Size;
use ratatui::{Frame, Terminal};
use rustix::termios::{OptionalActions, QueueSelector, Termios};

use super::backend::{FrameBackend, FrameBytes};

/// The smallest size that is ever laid out: a terminal that reports less is taken for this.
const FLOOR: Size = Size {
    width: 1,
    height: 1,
};
/// How long giving the terminal back may wait for one that takes no bytes.
const LAST_WORDS: Duration = Duration::from_millis(400);

/// Why there is no terminal to draw on.
#[derive(Debug, thiserror::Error)]
pub enum NoTerminal {
    /// Input or output is a pipe or a file.
    #[error("{0} is not a terminal: the console needs one to draw on and to read keys from")]
    NotATerminal(&'static str),
    /// The terminal cannot place text.
    #[error(
        "TERM={0} cannot place the cursor: the console needs a terminal that can, such as TERM=xterm-256color"
    )]
    Dumb(String),
    /// It could not be set up.
    #[error("the terminal could not be set up: {0}")]
    Io(#[from] io::Error),
}

/// The terminal, taken over. Dropping it gives it back.
#[derive(Debug)]
pub struct Screen {
    terminal: Terminal<FrameBackend>,
    bytes: FrameBytes,
    writer: mpsc::SyncSender<Vec<u8>>,
    written: tokio::sync::watch::Receiver<u64>,
    sent: u64,
    owed: Option<Vec<u8>>,
}

/// How the terminal was before it was taken over.
static BEFORE: std::sync::Mutex<Option<Termios>> = std::sync::Mutex::new(None);
/// Whether it is taken over now.
static TAKEN: AtomicBool = AtomicBool::new(false);

impl Screen {
    /// Takes the terminal over: raw mode, alternate screen, bracketed paste.
    pub fn take(term: Option<&str>) -> Result<Self, NoTerminal> {
        if !io::stdin().is_terminal() {
            return Err(NoTerminal::NotATerminal("standard input"));
        }
        if !io::stdout().is_terminal() {
            return Err(NoTerminal::NotATerminal("standard output"));
        }
        if let Some(term @ "dumb") = term {
            return Err(NoTerminal::Dumb(term.to_owned()));
        }
        // Colours are decided by the theme; crossterm's own reading of NO_COLOR would wipe bold and reverse with every colour.
        style::force_color_output(true);
        let bytes = FrameBytes::default();
        let terminal = Terminal::new(FrameBackend::new(bytes.clone(), size()))?;
        let (writer, frames) = mpsc::sync_channel::<Vec<u8>>(1);
        let (done, written) = tokio::sync::watch::channel(0);
        std::thread::Builder::new()
            .name("terminal".into())
            .spawn(move || write_frames(&frames, &done))?;
        let mut screen = Self {
            terminal,
            bytes,
            writer,
            written,
            sent: 0,
            owed: None,
        };
        enter()?;
        screen.redraw()?;
        Ok(screen)
    }

    /// Whether the terminal has taken the last frame; until then a new one would only queue behind it.
    pub fn is_ready(&self) -> bool {
        self.owed.is_none() && *self.written.borrow() == self.sent
    }

    /// Waits until the terminal has taken the last frame.
    pub async fn ready(&mut self) {
        let sent = self.sent;
        if self
            .written
            .wait_for(|written| *written >= sent)
            .await
            .is_err()
        {
            std::future::pending::<()>().await;
        }
    }

    /// Draws one frame. Nothing is sent when nothing changed.
    pub fn draw(&mut self, paint: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        let size = size();
        self.terminal.backend_mut().resize(size);
        self.terminal.draw(paint)?;
        self.send()
    }

    /// Makes the next frame a whole one.
    pub fn redraw(&mut self) -> io::Result<()> {
        self.terminal.backend_mut().forget();
        self.terminal.clear()
    }

    /// Sends bytes outside of a frame, such as a bell or a copy to the clipboard.
    pub fn send_raw(&mut self, raw: &[u8]) -> io::Result<()> {
        self.bytes.clone().write_all(raw)?;
        self.send()
    }

    fn send(&mut self) -> io::Result<()> {
        let body = self.bytes.take();
        if body.is_empty() {
            return Ok(());
        }
        let mut frame = self.owed.take().unwrap_or_default();
        queue!(frame, BeginSynchronizedUpdate)?;
        frame.extend_from_slice(&body);
        queue!(frame, EndSynchronizedUpdate)?;
        match self.writer.try_send(frame) {
            Ok(()) => self.sent += 1,
            Err(mpsc::TrySendError::Full(frame) | mpsc::TrySendError::Disconnected(frame)) => {
                self.owed = Some(frame)
            }
        }
        Ok(())
    }

    /// Gives the terminal back, to be taken again with [`Screen::resume`].
    pub fn suspend(&mut self) {
        self.drain();
        restore();
    }

    /// Takes the terminal again after [`Screen::suspend`].
    pub fn resume(&mut self) -> io::Result<()> {
        enter()?;
        self.redraw()
    }

    /// Waits a little for the frame under way, so that it does not land behind the restoring sequences.
    fn drain(&self) {
        let begun = std::time::Instant::now();
        while !self.is_ready() && begun.elapsed() < LAST_WORDS {
            std::thread::park_timeout(Duration::from_millis(2));
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.drain();
        restore();
    }
}

fn write_frames(frames: &mpsc::Receiver<Vec<u8>>, done: &tokio::sync::watch::Sender<u64>) {
    let mut count = 0;
    while let Ok(frame) = frames.recv() {
        // A terminal that is gone is told by the hang-up watch; there is nobody to tell here.
        if io::stdout()
            .write_all(&frame)
            .and_then(|()| io::stdout().flush())
            .is_err()
        {
            return;
        }
        count += 1;
        done.send_replace(count);
    }
}

/// The terminal's size; one that reports nothing is taken for the smallest.
pub fn size() -> Size {
    let told = rustix::termios::tcgetwinsize(rustix::stdio::stdout()).ok();
    told.map_or(FLOOR, |s| Size {
        width: s.ws_col.max(FLOOR.width),
        height: s.ws_row.max(FLOOR.height),
    })
}

fn enter() -> io::Result<()> {
    let before = rustix::termios::tcgetattr(rustix::stdio::stdin())?;
    let mut raw = before.clone();
    raw.make_raw();
    if let Ok(mut slot) = BEFORE.lock() {
        slot.get_or_insert(before);
    }
    TAKEN.store(true, Ordering::SeqCst);
    rustix::termios::tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, &raw)?;
    let mut opening = Vec::new();
    queue!(
        opening,
        EnterAlternateScreen,
        EnableBracketedPaste,
        cursor::Hide
    )?;
    io::stdout().write_all(&opening)?;
    io::stdout().flush()
}

/// Gives the terminal back as it was. Safe to call from a panic hook, twice, or without a terminal; never panics, never waits long.
pub fn restore() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut closing = Vec::new();
    let queued = queue!(
        closing,
        EndSynchronizedUpdate,
        style::ResetColor,
        DisableBracketedPaste,
        cursor::Show,
        LeaveAlternateScreen
    );
    if queued.is_ok() {
        last_words(closing);
    }
    if let Ok(mut slot) = BEFORE.try_lock()
        && let Some(before) = slot.take()
    {
        // The terminal may be gone; then there is nothing to give back.
        let _ = rustix::termios::tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, &before);
    }
}

/// Writes on a thread of its own: a terminal that takes no bytes (Ctrl-S, a dead link) must not hold the way out.
fn last_words(bytes: Vec<u8>) {
    let (done, finished) = mpsc::channel();
    let writing = std::thread::Builder::new().spawn(move || {
        let written = io::stdout()
            .write_all(&bytes)
            .and_then(|()| io::stdout().flush());
        let _ = done.send(written);
    });
    if writing.is_ok() && finished.recv_timeout(LAST_WORDS).is_err() {
        let _ = rustix::termios::tcflush(rustix::stdio::stdout(), QueueSelector::OFlush);
        let _ = finished.recv_timeout(LAST_WORDS);
    }
}
