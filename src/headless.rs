//! Commands without a screen: one file a family. They print results on stdout and messages on stderr, and draw nothing.

use std::io::{self, ErrorKind, Write};

use crate::text::sanitize;

pub mod bucket;
pub mod changes;
pub mod config;
pub mod doctor;
pub mod drill;
pub mod fallback;
pub mod grammar;
pub mod history;
pub mod incident;
pub mod init;
mod order;
pub mod page;
pub mod ready;
pub mod replay;
pub mod report;
pub mod runbook;
pub mod sim;
pub mod status;
pub mod themes;
mod values;
pub mod watch;

pub use order::Done;
pub use page::Page;

/// The exit codes that are promised.
pub mod code {
    /// Done.
    pub const DONE: u8 = 0;
    /// Failed.
    pub const FAILED: u8 = 1;
    /// The command line or the configuration is not as it must be.
    pub const USAGE: u8 = 2;
    /// Refused by a gate, or what was waited for did not come in time.
    pub const REFUSED: u8 = 3;
    /// The outcome is not known.
    pub const UNKNOWN: u8 = 4;
    /// The verdict is HOLD when the time is over.
    pub const HOLD: u8 = 10;
    /// The verdict is ROLL BACK.
    pub const ROLL_BACK: u8 = 11;
    /// The verdict is CANNOT TELL when the time is over.
    pub const CANNOT_TELL: u8 = 12;
}

/// Prints a result. A reader that has gone away has read what it wanted.
fn print(result: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    gone_is_done(writeln!(out, "{result}").and_then(|()| out.flush()))
}

/// Prints a line of a result that goes on. False when nobody reads any more.
fn print_on(line: &str) -> io::Result<bool> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        done => done.map(|()| true),
    }
}

fn gone_is_done(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// Writes a line on stderr. A terminal that is gone takes none, and must not make a panic of the way out.
pub fn tell(line: &str) {
    drop(writeln!(io::stderr().lock(), "{line}"));
}

/// Says something on stderr, line by line; the text may come from outside.
pub fn complain(text: &str) {
    for line in text.lines() {
        tell(&format!("coalmine: {}", sanitize(line)));
    }
}
