//! The one pen that writes to the terminal: frames on a thread of their own, last words from whoever ends the console.
//! It never blocks for ever in a write, because nobody else could write then; it knows no sequence.
//!
//! A terminal takes at least a few hundred bytes once it says that it takes any, so bytes go out in small pieces, each after
//! asking. A frame is given up between two pieces as soon as the terminal is to be given back.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError, mpsc};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use tokio::sync::watch;

/// Bytes per write.
const PIECE: usize = 512;
/// How often a frame that waits for the terminal looks whether it was given up.
const LOOK: Duration = Duration::from_millis(200);

/// Held during one piece, so that last words never land inside a piece of a frame.
static PEN: Mutex<()> = Mutex::new(());
/// Whether frames may be written.
static DOWN: AtomicBool = AtomicBool::new(false);

/// Frames on their way to the terminal, one at a time.
#[derive(Debug)]
pub(super) struct Frames {
    writer: mpsc::SyncSender<Vec<u8>>,
    written: watch::Receiver<u64>,
    sent: u64,
}

impl Frames {
    /// Starts the writing thread.
    pub(super) fn start() -> io::Result<Self> {
        let (writer, frames) = mpsc::sync_channel::<Vec<u8>>(1);
        let (done, written) = watch::channel(0);
        std::thread::Builder::new()
            .name("terminal".into())
            .spawn(move || write_frames(&frames, &done))?;
        Ok(Self {
            writer,
            written,
            sent: 0,
        })
    }

    /// Whether the terminal has taken everything that was sent.
    pub(super) fn is_ready(&self) -> bool {
        *self.written.borrow() == self.sent
    }

    /// Waits until it has; for ever when the writing thread is gone.
    pub(super) async fn ready(&mut self) {
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

    /// Sends a frame. Answers it back when there is no room.
    pub(super) fn send(&mut self, frame: Vec<u8>) -> Result<(), Vec<u8>> {
        match self.writer.try_send(frame) {
            Ok(()) => {
                self.sent += 1;
                Ok(())
            }
            Err(mpsc::TrySendError::Full(frame) | mpsc::TrySendError::Disconnected(frame)) => {
                Err(frame)
            }
        }
    }
}

/// Lets frames be written from now on.
pub(super) fn take_up() {
    DOWN.store(true, Ordering::SeqCst);
}

/// Gives up the frame under way and writes `bytes` instead; answers whether all were taken within `patience`.
pub(super) fn last_words(bytes: &[u8], patience: Duration) -> bool {
    DOWN.store(false, Ordering::SeqCst);
    let until = Instant::now() + patience;
    for piece in bytes.chunks(PIECE) {
        let Some(_pen) = pen_until(until) else {
            return false;
        };
        if !is_writable(until.saturating_duration_since(Instant::now())) || write(piece).is_err() {
            return false;
        }
    }
    true
}

fn write_frames(frames: &mpsc::Receiver<Vec<u8>>, done: &watch::Sender<u64>) {
    let mut count = 0;
    while let Ok(frame) = frames.recv() {
        // A terminal that is gone is told by the reader of its keys; there is nobody to tell here.
        if write_frame(&frame).is_err() {
            return;
        }
        count += 1;
        done.send_replace(count);
    }
}

fn write_frame(frame: &[u8]) -> io::Result<()> {
    for piece in frame.chunks(PIECE) {
        while !is_writable(LOOK) {
            if !DOWN.load(Ordering::SeqCst) {
                return Ok(());
            }
        }
        let _pen = PEN.lock().unwrap_or_else(PoisonError::into_inner);
        if !DOWN.load(Ordering::SeqCst) {
            return Ok(());
        }
        write(piece)?;
    }
    Ok(())
}

/// The pen, unless a write that does not come to an end holds it.
fn pen_until(until: Instant) -> Option<MutexGuard<'static, ()>> {
    loop {
        match PEN.try_lock() {
            Ok(pen) => return Some(pen),
            Err(TryLockError::Poisoned(pen)) => return Some(pen.into_inner()),
            Err(TryLockError::WouldBlock) if Instant::now() >= until => return None,
            Err(TryLockError::WouldBlock) => std::thread::park_timeout(Duration::from_millis(1)),
        }
    }
}

/// Whether the terminal takes bytes within this time. One that is gone does: the write tells.
fn is_writable(within: Duration) -> bool {
    let until = Instant::now() + within;
    loop {
        let left = Timespec::try_from(until.saturating_duration_since(Instant::now())).ok();
        match poll(
            &mut [PollFd::from_borrowed_fd(
                rustix::stdio::stdout(),
                PollFlags::OUT,
            )],
            left.as_ref(),
        ) {
            Ok(ready) => return ready > 0,
            Err(Errno::INTR | Errno::AGAIN) => {}
            Err(_) => return true,
        }
    }
}

fn write(mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match rustix::io::write(rustix::stdio::stdout(), bytes) {
            Ok(taken) => bytes = bytes.get(taken..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => drop(is_writable(LOOK)),
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok(())
}
