//! The terminal itself: taken over, drawn to, and given back as it was by every way out. It knows no model.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
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
use super::notice::{TITLE_AWAY, TITLE_BACK};
use pen::Frames;

mod pen;

/// The smallest size that is ever laid out: a terminal that reports less is taken for this.
const FLOOR: Size = Size {
    width: 1,
    height: 1,
};
/// How long giving the terminal back may wait for one that takes no bytes, before and after what it holds was thrown away.
const LAST_WORDS: Duration = Duration::from_millis(300);
/// The most bytes outside of frames that wait for a terminal; what is beyond is dropped.
const OWED_CAP: usize = 64 * 1024;

/// Why there is no terminal to draw on.
#[derive(Debug, thiserror::Error)]
pub enum NoTerminal {
    /// Input or output is a pipe or a file.
    #[error(
        "{0} is not a terminal: the console needs one to draw on and to read keys from; --plain is the console as text, for a pipe or a script"
    )]
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
    frames: Frames,
    /// Bytes outside of frames that were not sent yet.
    owed: Vec<u8>,
}

/// How the terminal was before it was taken over.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);
/// Whether it is taken over now.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Whether it reports the mouse while it is taken over.
static MOUSE: AtomicBool = AtomicBool::new(false);

/// Buttons and the wheel, no movement; places as numbers of any size. Held with Shift, terminals keep the mouse for themselves.
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1000l";
/// Whether its title was saved, to be brought back.
static TITLED: AtomicBool = AtomicBool::new(false);

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
        let mut screen = Self {
            terminal,
            bytes,
            frames: Frames::start()?,
            owed: Vec::new(),
        };
        screen.resume()?;
        Ok(screen)
    }

    /// Asks the terminal for the mouse, now and whenever it is taken again.
    pub fn use_mouse(&mut self) {
        MOUSE.store(true, Ordering::SeqCst);
        self.owed.extend_from_slice(MOUSE_ON);
    }

    /// Whether the terminal has taken the last frame; until then a new one would only queue behind it.
    pub fn is_ready(&self) -> bool {
        self.frames.is_ready()
    }

    /// Waits until the terminal has taken the last frame.
    pub async fn ready(&mut self) {
        self.frames.ready().await;
    }

    /// Draws one frame. Nothing is sent when nothing changed.
    pub fn draw(&mut self, paint: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.backend_mut().resize(size());
        self.terminal.draw(paint)?;
        let body = self.bytes.take();
        let mut frame = std::mem::take(&mut self.owed);
        if !body.is_empty() {
            queue!(frame, BeginSynchronizedUpdate)?;
            frame.extend_from_slice(&body);
            queue!(frame, EndSynchronizedUpdate)?;
        }
        self.send(frame)
    }

    /// Makes the next frame a whole one.
    pub fn redraw(&mut self) -> io::Result<()> {
        self.terminal.backend_mut().forget();
        self.terminal.clear()
    }

    /// Sends bytes outside of a frame, such as a bell or a copy to the clipboard, ahead of the next one.
    pub fn send_raw(&mut self, raw: &[u8]) {
        if self.owed.len() + raw.len() <= OWED_CAP {
            self.owed.extend_from_slice(raw);
        }
    }

    /// Sets the terminal's title by this sequence; the one that it had is saved first, and comes back when the terminal is given back.
    pub fn set_title(&mut self, title: &[u8]) {
        if !TITLED.swap(true, Ordering::SeqCst) {
            self.send_raw(TITLE_AWAY);
        }
        self.send_raw(title);
    }

    fn send(&mut self, bytes: Vec<u8>) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        if let Err(refused) = self.frames.send(bytes) {
            // Never the case where readiness was asked for; a frame that is lost would spoil every later one.
            drop(refused);
            self.redraw()?;
        }
        Ok(())
    }

    /// Gives the terminal back, to be taken again with [`Screen::resume`].
    pub fn suspend(&mut self) {
        restore();
    }

    /// Takes the terminal, again after [`Screen::suspend`] or after somebody else changed it. The next frame is a whole one.
    pub fn resume(&mut self) -> io::Result<()> {
        make_raw()?;
        pen::take_up();
        self.redraw()?;
        self.owed.clear();
        queue!(
            self.owed,
            style::SetAttribute(style::Attribute::Reset),
            EnterAlternateScreen,
            EnableBracketedPaste,
            cursor::Hide
        )?;
        if MOUSE.load(Ordering::SeqCst) {
            self.owed.extend_from_slice(MOUSE_ON);
        }
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// The terminal's size: one that reports nothing is taken for the smallest, one that reports too much for what is drawn at most.
pub fn size() -> Size {
    let told = rustix::termios::tcgetwinsize(rustix::stdio::stdout()).ok();
    told.map_or(FLOOR, |told| Size {
        width: told.ws_col.clamp(FLOOR.width, super::LARGEST.0),
        height: told.ws_row.clamp(FLOOR.height, super::LARGEST.1),
    })
}

/// The terminal's columns on standard output, where that is one.
pub fn columns() -> Option<u16> {
    let told = rustix::termios::tcgetwinsize(rustix::stdio::stdout()).ok()?;
    Some(told.ws_col).filter(|columns| *columns > 0)
}

fn make_raw() -> io::Result<()> {
    let before = rustix::termios::tcgetattr(rustix::stdio::stdin())?;
    let mut raw = before.clone();
    raw.make_raw();
    if let Ok(mut slot) = BEFORE.lock() {
        slot.get_or_insert(before);
    }
    TAKEN.store(true, Ordering::SeqCst);
    rustix::termios::tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, &raw)?;
    Ok(())
}

/// Gives the terminal back as it was. Safe to call from a panic hook, twice, or without a terminal; never panics, never waits
/// long: a terminal that takes no bytes (a dead link) must not hold the way out.
pub fn restore() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut closing = Vec::new();
    // The string terminator ends whatever was cut in the middle. The style is plain before and after the normal screen comes
    // back: terminals bring back the style that was saved with the cursor, too.
    let mouse = if MOUSE.load(Ordering::SeqCst) {
        MOUSE_OFF
    } else {
        b""
    };
    let queued = closing.write_all(b"\x1b\\").and_then(|()| {
        closing.write_all(mouse)?;
        queue!(
            closing,
            EndSynchronizedUpdate,
            style::SetAttribute(style::Attribute::Reset),
            DisableBracketedPaste,
            LeaveAlternateScreen,
            style::SetAttribute(style::Attribute::Reset),
            cursor::Show
        )
    });
    if TITLED.swap(false, Ordering::SeqCst) {
        closing.extend_from_slice(TITLE_BACK);
    }
    if queued.is_ok() && !pen::last_words(&closing, LAST_WORDS) {
        let _ = rustix::termios::tcflush(rustix::stdio::stdout(), QueueSelector::OFlush);
        pen::last_words(&closing, LAST_WORDS);
    }
    if let Ok(mut slot) = BEFORE.try_lock()
        && let Some(before) = slot.take()
    {
        // The terminal may be gone; then there is nothing to give back.
        let _ = rustix::termios::tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, &before);
    }
}
