//! Reads a journal file from an offset to its end: the valid prefix, where it stops, and what can still be read after it.
//! It repairs nothing.

use std::io::{self, BufRead, BufReader, Read};

use super::line::{self, CRC_KEY, Flaw, HEAD, Hash, Line, TRAILER};

/// A longer line is damage, not a record.
pub(super) const LINE_MAX: u64 = 16 << 20;

/// Where a chain of lines stands: what the next line must follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Link {
    /// The last record's number.
    pub(super) seq: u64,
    /// The last line's hash.
    pub(super) hash: Hash,
}

/// The first damage in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The line, from 1.
    pub line: u64,
    /// The offset in bytes at which the valid prefix ends.
    pub offset: u64,
    /// What is wrong, in words.
    pub text: String,
}

/// What reading a file to its end brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scan {
    /// Where the valid prefix ends, in bytes from the file's start.
    pub(super) valid_len: u64,
    /// Where its last line begins.
    pub(super) last_line_at: u64,
    /// The end of the chain in the valid prefix.
    pub(super) link: Link,
    /// Whole records in the valid prefix.
    pub(super) records: u64,
    /// Among them, entries that only a newer program understands.
    pub(super) foreign: u64,
    /// The hash that the first line follows; not zeros in a file that goes on from another one.
    pub(super) begins_after: Hash,
    /// The last line of the valid prefix lacks its line break.
    pub(super) open_line: bool,
    /// The first damage.
    pub(super) damage: Option<Damage>,
    /// Bytes from the damage to the end.
    pub(super) damaged_len: u64,
    /// Whole records that stand after the damage.
    pub(super) salvaged: u64,
    /// The highest number among them.
    pub(super) salvaged_seq: u64,
    /// A newer program's layout: such a file is only read.
    pub(super) future: bool,
}

/// Where a scan begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Start {
    /// The offset of the first line to be read.
    pub(super) offset: u64,
    /// Where the line before it begins.
    pub(super) last_line_at: u64,
    /// What the first line must follow; `None` takes whatever it names.
    pub(super) link: Option<Link>,
}

/// Reads from `source`, which stands at `start.offset`; `each` sees every whole record once, in order.
pub(super) fn scan(
    source: impl Read,
    start: Start,
    mut each: impl FnMut(&Line),
) -> io::Result<Scan> {
    let mut source = BufReader::with_capacity(1 << 18, source);
    let mut scan = Scan {
        valid_len: start.offset,
        last_line_at: start.last_line_at,
        link: start.link.unwrap_or_default(),
        ..Scan::default()
    };
    let mut anchored = start.link.is_some();
    let mut number = 0;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let read = (&mut source)
            .take(LINE_MAX)
            .read_until(b'\n', &mut buffer)? as u64;
        if read == 0 {
            return Ok(scan);
        }
        number += 1;
        if scan.damage.is_some() {
            scan.damaged_len += read;
            scan.salvage(&buffer, &mut each);
            continue;
        }
        let text = buffer.strip_suffix(b"\n").unwrap_or(&buffer);
        match follow(text, anchored.then_some(scan.link)) {
            Ok(found) => {
                scan.accept(&found, anchored, read);
                scan.open_line = text.len() == buffer.len();
                anchored = true;
                each(&found);
            }
            Err(text) => {
                scan.future |= is_future(&buffer, number);
                scan.damage = Some(Damage {
                    line: number,
                    offset: scan.valid_len,
                    text,
                });
                scan.damaged_len = read;
                scan.keep_whole_head(&buffer, anchored, &mut each);
                let rest = usize::try_from(read - scan.damaged_len).unwrap_or(0);
                scan.salvage(buffer.get(rest..).unwrap_or_default(), &mut each);
            }
        }
    }
}

impl Scan {
    fn accept(&mut self, found: &Line, anchored: bool, bytes: u64) {
        if !anchored {
            self.begins_after = found.prev;
        }
        self.last_line_at = self.valid_len;
        self.valid_len += bytes;
        self.link = Link {
            seq: found.seq,
            hash: found.hash,
        };
        self.records += 1;
        self.foreign += u64::from(found.record.is_none());
    }

    /// A line whose line break was lost is whole, although what follows runs on in the same line.
    fn keep_whole_head(&mut self, buffer: &[u8], anchored: bool, each: &mut impl FnMut(&Line)) {
        let Some(end) = line_end(buffer) else { return };
        let head = buffer.get(..end).unwrap_or_default();
        if let Ok(found) = follow(head, anchored.then_some(self.link)) {
            self.accept(&found, anchored, end as u64);
            self.open_line = true;
            self.damaged_len -= end as u64;
            if let Some(damage) = &mut self.damage {
                damage.offset = self.valid_len;
                "has lost its line break".clone_into(&mut damage.text);
            }
            each(&found);
        }
    }

    /// Finds whole records within damaged bytes; one that repeats an earlier number is a copy and is passed over.
    fn salvage(&mut self, mut bytes: &[u8], each: &mut impl FnMut(&Line)) {
        while let Some(start) = find(bytes, HEAD) {
            let candidate = bytes.get(start..).unwrap_or_default();
            let Some(end) = line_end(candidate) else {
                return;
            };
            let found = line::decode(candidate.get(..end).unwrap_or_default());
            let used = match &found {
                Ok(_) => end,
                Err(_) => HEAD.len(),
            };
            if let Ok(found) = found
                && found.seq > self.link.seq.max(self.salvaged_seq)
            {
                self.salvaged += 1;
                self.salvaged_seq = found.seq;
                each(&found);
            }
            bytes = candidate.get(used..).unwrap_or_default();
        }
    }
}

fn follow(text: &[u8], link: Option<Link>) -> Result<Line, String> {
    let found = line::decode(text).map_err(Flaw::text)?;
    match link {
        Some(link) if found.prev != link.hash => {
            Err("does not follow the line before it (hash chain)".to_owned())
        }
        Some(link) if found.seq <= link.seq => Err(format!("repeats number {}", found.seq)),
        _ => Ok(found),
    }
}

/// A file that begins in a newer layout, or goes on in one with a checksum that we can verify.
fn is_future(buffer: &[u8], number: u64) -> bool {
    let text = buffer.strip_suffix(b"\n").unwrap_or(buffer);
    match line::decode(text) {
        Err(Flaw::Future(_)) => true,
        Err(_) => number == 1 && line::version(text).is_some_and(|v| v > line::VERSION),
        Ok(_) => false,
    }
}

/// The length of the record that `bytes` begin with, by its checksum member.
fn line_end(bytes: &[u8]) -> Option<usize> {
    let at = find(bytes, CRC_KEY)?;
    (bytes.len() >= at + TRAILER).then_some(at + TRAILER)
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}
