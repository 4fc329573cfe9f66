//! A recording that was read: its header, when each message came, and what of it cannot be read. It plays nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::io;

use serde::Deserialize;
use serde_json::value::RawValue;
use thiserror::Error;

use super::compressed::{Bytes, Lines};
use super::{Event, FORMAT, Header};
use crate::domain::Timestamp;

/// Faults that are kept with their words; of further ones only the number.
const FAULTS: usize = 100;
/// A recording that unpacks to more than this was made to do harm.
const UNPACKED_MAX: u64 = 4 << 30;

/// Why a file is no recording that can be played.
#[derive(Debug, Error)]
pub enum TapeError {
    /// Nothing is in it.
    #[error("the file is empty: a recording begins with a header")]
    Empty,
    /// It begins with something else.
    #[error("line 1: not a recording of coalmine: {0}")]
    Foreign(String),
    /// It was made by a newer program.
    #[error(
        "line 1: the recording has format {format}, made by coalmine {program}; this program ({}) reads up to {FORMAT}",
        env!("CARGO_PKG_VERSION")
    )]
    Newer {
        /// Its format.
        format: u32,
        /// The program that made it.
        program: String,
    },
}

/// Something of a recording that cannot be played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The line, from 1, counted over what could be read.
    pub line: u64,
    /// What is wrong with it.
    pub what: String,
    /// Whether it is only the end that is missing, as when a console was killed.
    pub torn: bool,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// A recording, looked through once.
#[derive(Clone, Debug)]
pub struct Tape {
    bytes: Bytes,
    /// What the console began with.
    pub header: Header,
    chunks: Vec<Chunk>,
    times: Vec<(Timestamp, u64)>,
    /// What cannot be played: the first hundred places.
    pub damage: Vec<Damage>,
    /// How many places cannot be played.
    pub faults: usize,
    /// Remarks of the recorder, with the number of messages before each.
    pub notes: Vec<(usize, String)>,
}

#[derive(Clone, Copy, Debug)]
struct Chunk {
    offset: usize,
    /// The number of its first message.
    event: usize,
    /// The number of its first line.
    line: u64,
}

#[derive(Deserialize)]
struct Version {
    coalmine_recording: u32,
    #[serde(default)]
    program: String,
}

#[derive(Deserialize)]
struct Raw<'a> {
    at: i64,
    ms: u64,
    #[serde(borrow, default)]
    msg: Option<&'a RawValue>,
    #[serde(default)]
    reveal: BTreeMap<String, String>,
    #[serde(default)]
    note: Option<String>,
}

impl Tape {
    /// Reads a recording; what is damaged or torn off is left out and named.
    ///
    /// # Errors
    /// It has no header that this program understands.
    pub fn read(bytes: Vec<u8>) -> Result<Self, TapeError> {
        let bytes = Bytes::new(bytes);
        if bytes.is_empty() {
            return Err(TapeError::Empty);
        }
        let mut lines = bytes.lines(0);
        let header = match lines.next() {
            Some(Ok(line)) => header(line)?,
            Some(Err(error)) => return Err(TapeError::Foreign(told(&error))),
            None => return Err(TapeError::Empty),
        };
        let mut tape = Self {
            bytes,
            header,
            chunks: Vec::new(),
            times: Vec::new(),
            damage: Vec::new(),
            faults: 0,
            notes: Vec::new(),
        };
        tape.look_through();
        Ok(tape)
    }

    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there is no message.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// When the message of this number came: the watched world's time, and milliseconds since the console began.
    pub fn time(&self, number: usize) -> Option<(Timestamp, u64)> {
        self.times.get(number).copied()
    }

    /// Milliseconds from the console's beginning to the last message.
    pub fn span_ms(&self) -> u64 {
        self.times.last().map_or(0, |(_, ms)| *ms)
    }

    /// How many messages had come by then, in milliseconds since the console began.
    pub fn count_at(&self, ms: u64) -> usize {
        self.times.partition_point(|(_, at)| *at <= ms)
    }

    fn look_through(&mut self) {
        let (mut offset, mut line, mut unpacked) = (Some(0), 1, 0_u64);
        while let Some(begin) = offset {
            self.chunks.push(Chunk {
                offset: begin,
                event: self.times.len(),
                line,
            });
            let mut lines = self.bytes.lines(begin);
            let mut is_whole = true;
            while let Some(read) = lines.next() {
                match read {
                    Ok(text) => {
                        unpacked += text.len() as u64 + 1;
                        let text = look(text, line);
                        self.take(text, line);
                    }
                    Err(error) => {
                        is_whole = false;
                        let torn = error.kind() == io::ErrorKind::UnexpectedEof;
                        self.fault(line, told(&error), torn);
                        break;
                    }
                }
                line += 1;
                if unpacked > UNPACKED_MAX {
                    self.fault(
                        line,
                        "the recording unpacks to more than any does; the rest is left out"
                            .to_owned(),
                        false,
                    );
                    return;
                }
            }
            offset = self.bytes.after(begin, &lines, is_whole);
            if !is_whole && offset.is_some() {
                // The end of a part that something follows was not torn off but spoilt.
                self.damage
                    .iter_mut()
                    .for_each(|damage| damage.torn = false);
            }
        }
    }

    fn take(&mut self, look: Look, line: u64) {
        match look {
            Look::Header => {}
            Look::Event(at, ms) => {
                // A search needs times that rise; a file that says otherwise is not worth more.
                let last = self.span_ms();
                self.times.push((at, ms.max(last)));
            }
            Look::Note(note) => self.notes.push((self.times.len(), note)),
            Look::Nonsense(what) => self.fault(line, what, false),
        }
    }

    fn fault(&mut self, line: u64, what: String, torn: bool) {
        self.faults += 1;
        if self.damage.len() < FAULTS {
            self.damage.push(Damage { line, what, torn });
        }
    }

    /// The messages from this one on.
    pub(super) fn events(&self, number: usize) -> Events {
        let place = self.chunks.partition_point(|chunk| chunk.event <= number);
        let place = place.saturating_sub(1);
        let chunk = self.chunks.get(place).copied();
        let mut events = Events {
            chunk: place,
            lines: self.bytes.lines(chunk.map_or(0, |chunk| chunk.offset)),
            line: chunk.map_or(1, |chunk| chunk.line),
        };
        for _ in chunk.map_or(0, |chunk| chunk.event)..number {
            events.advance(self, |_, _| ());
        }
        events
    }
}

enum Look {
    Header,
    Event(Timestamp, u64),
    Note(String),
    Nonsense(String),
}

fn look(text: &[u8], line: u64) -> Look {
    if line == 1 {
        return Look::Header;
    }
    match serde_json::from_slice::<Raw<'_>>(text) {
        Ok(raw) if raw.msg.is_some() => Look::Event(Timestamp::from_millis(raw.at), raw.ms),
        Ok(Raw {
            note: Some(note), ..
        }) => Look::Note(note),
        Ok(_) => Look::Nonsense("neither a message nor a note".to_owned()),
        Err(error) => Look::Nonsense(format!("not a line of a recording: {error}")),
    }
}

fn header(line: &[u8]) -> Result<Header, TapeError> {
    let foreign = |error: serde_json::Error| TapeError::Foreign(error.to_string());
    let version: Version = serde_json::from_slice(line).map_err(foreign)?;
    if version.coalmine_recording > FORMAT {
        return Err(TapeError::Newer {
            format: version.coalmine_recording,
            program: version.program,
        });
    }
    serde_json::from_slice(line).map_err(foreign)
}

fn told(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "the recording ends in the middle of a line".to_owned(),
        _ => format!("the recording is damaged: {error}"),
    }
}

/// A place between two messages, from which the next ones are read.
#[derive(Debug)]
pub(super) struct Events {
    chunk: usize,
    lines: Lines,
    line: u64,
}

impl Events {
    /// The next message; `Err` when this program does not understand it.
    pub(super) fn next(&mut self, tape: &Tape) -> Option<Result<(String, Event), Damage>> {
        self.advance(tape, |raw, line| {
            let text = raw.msg.map_or("null", RawValue::get);
            match serde_json::from_str(text) {
                Ok(msg) => Ok((
                    kind(text).to_owned(),
                    Event {
                        at: Timestamp::from_millis(raw.at),
                        ms: raw.ms,
                        msg,
                        reveal: raw.reveal,
                    },
                )),
                Err(error) => Err(Damage {
                    line,
                    what: format!("not a message that this program knows: {error}"),
                    torn: false,
                }),
            }
        })
    }

    fn advance<T>(&mut self, tape: &Tape, mut of: impl FnMut(Raw<'_>, u64) -> T) -> Option<T> {
        loop {
            while let Some(Ok(text)) = self.lines.next() {
                let line = self.line;
                self.line += 1;
                if line == 1 {
                    continue;
                }
                if let Ok(raw) = serde_json::from_slice::<Raw<'_>>(text)
                    && raw.msg.is_some()
                {
                    return Some(of(raw, line));
                }
            }
            self.chunk += 1;
            let chunk = tape.chunks.get(self.chunk)?;
            self.lines = tape.bytes.lines(chunk.offset);
            self.line = chunk.line;
        }
    }
}

/// The name of a message: what stands in the first pair of quotation marks.
fn kind(text: &str) -> &str {
    text.split('"').nth(1).unwrap_or_default()
}
