//! Verifies a journal file from its first line to its last. It changes nothing.

use std::fs::File;
use std::path::Path;

use rustix::fs::{Mode, OFlags};

use super::scan::{Damage, Start, scan};
use crate::ports::{ErrorKind, PortError, PortResult};

/// What a journal file is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Records in the valid prefix.
    pub records: u64,
    /// Among them, entries that only a newer coalmine understands.
    pub foreign: u64,
    /// The last record's number.
    pub last_seq: u64,
    /// SHA-256 of the last valid line, in hexadecimal; write it down elsewhere to prove later that nothing was rewritten.
    pub last_hash: String,
    /// The hash that the first line follows, when the file goes on from another one.
    pub begins_after: Option<String>,
    /// The first damage, if there is any.
    pub damage: Option<Damage>,
    /// Bytes from the damage to the end.
    pub damaged_bytes: u64,
    /// Whole records after the damage.
    pub salvageable: u64,
    /// Whether the last line lacks its line break.
    pub open_line: bool,
    /// Whether a newer layout is in it.
    pub future: bool,
}

impl Report {
    /// Whether every line is whole and follows the one before it.
    pub fn is_whole(&self) -> bool {
        self.damage.is_none() && !self.open_line
    }
}

/// Verifies every checksum and the hash chain of a journal file.
///
/// # Errors
/// `Local` when the file cannot be read.
pub fn check(path: &Path) -> PortResult<Report> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let read = rustix::fs::open(path, flags, Mode::empty())
        .map_err(std::io::Error::from)
        .and_then(|fd| scan(File::from(fd), Start::default(), |_| {}));
    let found = read.map_err(|error| PortError {
        kind: ErrorKind::Local,
        what: format!("journal {}", path.display()),
        text: error.to_string(),
        hint: format!("see `ls -l {}`", path.display()),
    })?;
    Ok(Report {
        records: found.records,
        foreign: found.foreign,
        last_seq: found.link.seq,
        last_hash: found.link.hash.hex(),
        begins_after: (found.begins_after != super::line::Hash::default())
            .then(|| found.begins_after.hex()),
        damage: found.damage,
        damaged_bytes: found.damaged_len,
        salvageable: found.salvaged,
        open_line: found.open_line,
        future: found.future,
    })
}
