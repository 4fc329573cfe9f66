//! What the person does at the terminal, read on a thread of its own: keys, pastes, and that the terminal is gone.
//! What the bytes mean stands in `parser`; what a key does is the keymap's.
//!
//! crossterm's own reader goes round for ever on a terminal that was closed, so it is not used: here a read that ends or
//! fails ends the stream, and nobody spins.

use std::io;
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use tokio::sync::mpsc;

use crate::app::keymap::Key;
use crate::app::pointer::Gesture;
use parser::Parser;

mod parser;
#[cfg(test)]
mod parser_tests;

/// Inputs that may wait for the loop; beyond that the terminal's own buffer holds them.
const WAITING: usize = 256;

/// What an event is to the console.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A key went down.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The mouse did something at this column and row, from 0.
    Mouse {
        /// What.
        gesture: Gesture,
        /// The column.
        x: u16,
        /// The row.
        y: u16,
    },
}

/// The stream of what the person does. It ends when the terminal is gone.
#[derive(Debug)]
pub struct Inputs(mpsc::Receiver<(Instant, Input)>);

impl Inputs {
    /// Begins to read standard input.
    pub fn open() -> io::Result<Self> {
        let (sender, inputs) = mpsc::channel(WAITING);
        std::thread::Builder::new()
            .name("keys".into())
            .spawn(move || read(&sender))?;
        Ok(Self(inputs))
    }

    /// The next input and when it arrived (not when somebody found the time to take it); `None` when the terminal hung up or cannot be read any more. Dropping the wait loses nothing.
    pub async fn next(&mut self) -> Option<(Instant, Input)> {
        self.0.recv().await
    }

    /// The next input, if one is there already.
    pub fn try_next(&mut self) -> Option<(Instant, Input)> {
        self.0.try_recv().ok()
    }
}

/// Reads until the terminal is gone or nobody listens.
fn read(sender: &mpsc::Sender<(Instant, Input)>) {
    let mut parser = Parser::default();
    let mut buffer = [0; 4096];
    loop {
        let wait = parser
            .patience()
            .and_then(|wait| Timespec::try_from(wait).ok());
        let mut fds = [PollFd::from_borrowed_fd(
            rustix::stdio::stdin(),
            PollFlags::IN,
        )];
        let inputs = match poll(&mut fds, wait.as_ref()) {
            Ok(0) => parser.lapse(),
            Ok(_) => match rustix::io::read(rustix::stdio::stdin(), &mut buffer) {
                Ok(0) => return,
                Ok(read) => parser.feed(buffer.get(..read).unwrap_or_default()),
                Err(Errno::INTR | Errno::AGAIN) => continue,
                Err(_) => return,
            },
            Err(Errno::INTR | Errno::AGAIN) => continue,
            Err(_) => return,
        };
        let arrived = Instant::now();
        for input in inputs {
            if sender.blocking_send((arrived, input)).is_err() {
                return;
            }
        }
    }
}
