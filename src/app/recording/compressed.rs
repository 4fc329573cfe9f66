//! The lines of a recording's bytes, compressed or not, from any chunk on. It knows no message.
//!
//! A recording is a row of gzip members that begin at a line, so that one that is damaged does not take the rest along. A file
//! that was unpacked by hand is read as well.

use std::io::{self, BufRead, BufReader, Cursor, Read, Take};
use std::sync::Arc;

use flate2::bufread::GzDecoder;

/// What every member that the recorder writes begins with; a search for it finds the next member behind damage.
const MEMBER: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00";
/// What tells a compressed file.
const GZIP: &[u8] = b"\x1f\x8b";
/// About as many bytes of a file that is not compressed make a chunk.
const PLAIN_CHUNK: usize = 1 << 20;
/// The longest line that is read.
const LINE_MAX: u64 = 64 << 20;

/// A file's bytes.
#[derive(Clone, Debug)]
pub(super) struct Bytes {
    bytes: Arc<[u8]>,
    is_gzip: bool,
}

impl Bytes {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self {
            is_gzip: bytes.starts_with(GZIP),
            bytes: bytes.into(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The lines of the chunk that begins at this byte.
    pub(super) fn lines(&self, offset: usize) -> Lines {
        let mut bytes = Cursor::new(Arc::clone(&self.bytes));
        bytes.set_position(offset as u64);
        let source = if self.is_gzip {
            Source::Gzip(Box::new(BufReader::new(GzDecoder::new(bytes))))
        } else {
            Source::Plain(bytes.take(self.plain_chunk(offset) as u64))
        };
        Lines {
            source,
            line: Vec::new(),
        }
    }

    /// Where the chunk after one that was read to its end, or up to a fault, begins.
    pub(super) fn after(&self, offset: usize, lines: &Lines, is_whole: bool) -> Option<usize> {
        let next = match &lines.source {
            Source::Gzip(source) if is_whole => source.get_ref().get_ref().position() as usize,
            Source::Gzip(_) => {
                let rest = self.bytes.get(offset + 1..)?;
                offset + 1 + rest.windows(MEMBER.len()).position(|at| at == MEMBER)?
            }
            Source::Plain(_) => offset + self.plain_chunk(offset),
        };
        (next > offset && next < self.bytes.len()).then_some(next)
    }

    /// The length of a chunk that ends with a line.
    fn plain_chunk(&self, offset: usize) -> usize {
        let rest = self.bytes.get(offset..).unwrap_or_default();
        let line_end = rest
            .get(PLAIN_CHUNK..)
            .and_then(|rest| rest.iter().position(|byte| *byte == b'\n'));
        line_end.map_or(rest.len(), |end| PLAIN_CHUNK + end + 1)
    }
}

type Unpacked = BufReader<GzDecoder<Cursor<Arc<[u8]>>>>;

#[derive(Debug)]
enum Source {
    Gzip(Box<Unpacked>),
    Plain(Take<Cursor<Arc<[u8]>>>),
}

/// The lines of one chunk.
#[derive(Debug)]
pub(super) struct Lines {
    source: Source,
    line: Vec<u8>,
}

impl Lines {
    /// The next line without its end; `None` at the end of the chunk.
    ///
    /// # Errors
    /// The chunk cannot be read on: it is damaged, or its last line is not whole.
    pub(super) fn next(&mut self) -> Option<io::Result<&[u8]>> {
        self.line.clear();
        let read = match &mut self.source {
            Source::Gzip(source) => source.take(LINE_MAX).read_until(b'\n', &mut self.line),
            Source::Plain(source) => source.take(LINE_MAX).read_until(b'\n', &mut self.line),
        };
        match read {
            Err(error) => Some(Err(error)),
            Ok(0) => None,
            Ok(_) => match self.line.strip_suffix(b"\n") {
                Some(line) => Some(Ok(line)),
                None if self.line.len() as u64 == LINE_MAX => Some(Err(io::Error::other(
                    "the line is longer than any recording's",
                ))),
                None => Some(Err(io::ErrorKind::UnexpectedEof.into())),
            },
        }
    }
}
