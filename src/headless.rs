//! Commands without a screen: one file a family. They print results on stdout and messages on stderr, and draw nothing.

use std::io::{self, ErrorKind, Write};

use crate::text::sanitize;

pub mod config;
pub mod sim;

/// Prints a result. A reader that has gone away has read what it wanted.
fn print(result: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{result}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// Says something on stderr, one line each; the text may come from outside.
fn complain(text: &str) {
    for line in text.lines() {
        eprintln!("coalmine: {}", sanitize(line));
    }
}
