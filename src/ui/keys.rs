//! What the person does at the terminal, read on a thread of its own: keys, pastes, and that the terminal is gone.
//! What the bytes mean stands in `parser`; what a key does is the keymap's.
//!
//! crossterm's own reader goes round for ever on a terminal that was closed, so it is not used: here a read that ends or
//! fails ends the stream, and nobody spins.

use std::io;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use tokio::sync::mpsc;

use crate::app::keymap::Key;
use crate::app::pointer::Gesture;
use gate::{Gate, Question};
use parser::Parser;

mod gate;
mod parser;
#[cfg(test)]
mod parser_tests;
mod reply;
mod rest;
mod sequence;

/// Inputs that may wait for the loop; beyond that the terminal's own buffer holds them.
const WAITING: usize = 256;

/// How often it is looked whether a reply came, when the console ends.
const LOOK: Duration = Duration::from_millis(10);

/// What an event is to the console.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A key went down.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The terminal told its background, in time.
    Background {
        /// Whether dark text is easier to read on it than light text.
        is_light: bool,
    },
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
pub struct Inputs {
    inputs: mpsc::Receiver<(Instant, Input)>,
    question: Question,
}

/// Asks for the background's colour, and for the attributes, which every terminal answers: then nothing more comes.
pub const BACKGROUND_QUESTION: &[u8] = b"\x1b]11;?\x1b\\\x1b[c";

impl Inputs {
    /// Begins to read standard input.
    pub fn open() -> io::Result<Self> {
        let (sender, inputs) = mpsc::channel(WAITING);
        let question = Question::default();
        let gate = Gate::new(question.clone());
        std::thread::Builder::new()
            .name("keys".into())
            .spawn(move || read(&sender, gate))?;
        Ok(Self { inputs, question })
    }

    /// Expects the reply to [`BACKGROUND_QUESTION`], which is sent next. Keys wait for it, but not long.
    pub fn expect_background(&self) {
        self.question.ask(Instant::now());
    }

    /// Waits for a reply that is still to come, but not long: what comes after the console is gone would be read by the shell.
    pub async fn settle(&self) {
        while self.question.is_open(Instant::now()) {
            tokio::time::sleep(LOOK).await;
        }
    }

    /// The next input and when it arrived (not when somebody found the time to take it); `None` when the terminal hung up or cannot be read any more. Dropping the wait loses nothing.
    pub async fn next(&mut self) -> Option<(Instant, Input)> {
        self.inputs.recv().await
    }

    /// The next input, if one is there already.
    pub fn try_next(&mut self) -> Option<(Instant, Input)> {
        self.inputs.try_recv().ok()
    }
}

/// Reads until the terminal is gone or nobody listens.
fn read(sender: &mpsc::Sender<(Instant, Input)>, mut gate: Gate) {
    let mut parser = Parser::default();
    let mut buffer = [0; 4096];
    loop {
        let now = Instant::now();
        let held = gate.holds(now);
        parser.expect_reply(gate.listens(now));
        parser.may_come(gate.awaits());
        let wait = match (held, parser.patience()) {
            (Some(left), Some(_)) => Some(left),
            (Some(left), None) => gate.is_holding().then_some(left),
            (None, patience) => patience,
        };
        let wait = wait.and_then(|wait| Timespec::try_from(wait).ok());
        let mut fds = [PollFd::from_borrowed_fd(
            rustix::stdio::stdin(),
            PollFlags::IN,
        )];
        let inputs = match poll(&mut fds, wait.as_ref()) {
            // What is pending has not been waited for yet: only the hold is over.
            Ok(0) if held.is_some() => Vec::new(),
            Ok(0) => parser.lapse(),
            Ok(_) => match rustix::io::read(rustix::stdio::stdin(), &mut buffer) {
                Ok(0) => return,
                Ok(read) => {
                    // The question may have been asked while this was waited for.
                    parser.expect_reply(gate.listens(Instant::now()));
                    parser.may_come(gate.awaits());
                    parser.feed(buffer.get(..read).unwrap_or_default())
                }
                Err(Errno::INTR | Errno::AGAIN) => continue,
                Err(_) => return,
            },
            Err(Errno::INTR | Errno::AGAIN) => continue,
            Err(_) => return,
        };
        let passed = gate.pass(inputs, parser.take_replies(), Instant::now());
        for input in passed {
            if sender.blocking_send(input).is_err() {
                return;
            }
        }
    }
}
