//! The three steps of an append, so that each can be made to fail, and the file that they work on. It decides nothing.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

/// What an append asks of the system.
pub(super) trait Disk: Send + Sync {
    /// Appends all bytes.
    fn write(&self, file: &File, bytes: &[u8]) -> io::Result<()> {
        let mut file = file;
        file.write_all(bytes)
    }

    /// Makes them durable.
    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_data()
    }

    /// Takes back what a failed write left.
    fn cut(&self, file: &File, len: u64) -> io::Result<()> {
        file.set_len(len)
    }
}

/// The real one.
pub(super) struct System;

impl Disk for System {}

/// A file that is appended to.
pub(super) struct Sheet {
    /// Its path, for messages.
    pub(super) path: std::path::PathBuf,
    /// The file.
    pub(super) file: File,
    /// Its length as we left it.
    pub(super) len: u64,
    /// How it is written.
    pub(super) disk: Arc<dyn Disk>,
}

/// How an append failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The disk is full; the file is as it was and may be used again.
    Full(io::Error),
    /// Nothing is known about the file's end any more: never write to it again.
    Sealed(io::Error),
}

impl Failure {
    /// The system's error.
    pub(super) fn error(&self) -> &io::Error {
        match self {
            Self::Full(error) | Self::Sealed(error) => error,
        }
    }
}

impl Sheet {
    /// Appends a whole line and answers when it is durable.
    pub(super) fn append(&mut self, line: &[u8]) -> Result<(), Failure> {
        self.check_untouched().map_err(Failure::Sealed)?;
        if let Err(error) = self.disk.write(&self.file, line) {
            let taken_back = self.disk.cut(&self.file, self.len);
            return Err(match taken_back {
                Ok(()) if is_full(&error) => Failure::Full(error),
                _ => Failure::Sealed(error),
            });
        }
        // After a failed fsync the kernel may have dropped the pages and forgotten the error: asking again proves nothing.
        self.disk.sync(&self.file).map_err(Failure::Sealed)?;
        self.len += line.len() as u64;
        Ok(())
    }

    fn check_untouched(&self) -> io::Result<()> {
        let meta = self.file.metadata()?;
        if meta.nlink() == 0 {
            return Err(io::Error::other("the file was removed"));
        }
        if meta.len() != self.len {
            return Err(io::Error::other("somebody else changed the file"));
        }
        Ok(())
    }
}

/// No room, or the quota is used up.
pub(super) fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}
