//! Lines into a file, compressed: gzip members that begin at a line, each flushed again and again, so that a console that is
//! killed loses a second and a bad sector one member. It knows no message.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;

/// Bytes of lines in a member.
const MEMBER: u64 = 1 << 20;

/// A file that lines are written to.
#[derive(Debug)]
pub(super) struct Reel {
    member: Option<GzEncoder<Counted>>,
    /// The file while no member is open.
    file: Option<Counted>,
    in_member: u64,
    is_fresh: bool,
}

/// A file and the bytes that went into it.
#[derive(Debug)]
struct Counted {
    file: File,
    bytes: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Reel {
    pub(super) fn new(file: File) -> Self {
        Self {
            member: None,
            file: Some(Counted { file, bytes: 0 }),
            in_member: 0,
            is_fresh: false,
        }
    }

    /// Bytes in the file.
    pub(super) fn bytes(&self) -> u64 {
        let member = self.member.as_ref().map(|member| member.get_ref().bytes);
        let file = self.file.as_ref().map(|file| file.bytes);
        member.or(file).unwrap_or_default()
    }

    /// Writes a line and its end.
    pub(super) fn line(&mut self, line: &[u8]) -> io::Result<()> {
        if let Some(file) = self.file.take() {
            self.member = Some(GzEncoder::new(file, Compression::default()));
        }
        let member = self.member.as_mut().ok_or_else(closed)?;
        member.write_all(line)?;
        member.write_all(b"\n")?;
        self.is_fresh = true;
        self.in_member += line.len() as u64 + 1;
        if self.in_member >= MEMBER {
            self.finish()?;
        }
        Ok(())
    }

    /// Makes everything readable that was written so far.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.is_fresh) {
            return Ok(());
        }
        match &mut self.member {
            Some(member) => member.flush(),
            None => Ok(()),
        }
    }

    /// Ends the member.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.in_member = 0;
        self.is_fresh = false;
        if let Some(member) = self.member.take() {
            self.file = Some(member.finish()?);
        }
        Ok(())
    }

    /// The lines so far, one after the other.
    pub(super) fn each_line(
        &mut self,
        mut of: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        self.finish()?;
        let file = self.file.as_ref().ok_or_else(closed)?;
        let mut bytes = BufReader::new(file.file.try_clone()?);
        bytes.seek(SeekFrom::Start(0))?;
        let mut line = Vec::new();
        while !bytes.fill_buf()?.is_empty() {
            let mut lines = BufReader::new(GzDecoder::new(&mut bytes));
            while lines.read_until(b'\n', &mut line)? > 0 {
                of(line.strip_suffix(b"\n").unwrap_or(&line))?;
                line.clear();
            }
        }
        Ok(())
    }
}

fn closed() -> io::Error {
    io::Error::other("the recording is closed")
}
