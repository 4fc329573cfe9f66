//! The file itself: read whole, replaced in one step, synced, with mode and symbolic links kept. It blocks; it knows no order.

use std::fmt::Write as _;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use sha2::{Digest, Sha256};

/// A flag document is not longer than this, in bytes.
pub(super) const MOST_BYTES: u64 = 1024 * 1024;
/// How long another writer of ours may hold the directory.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);

/// A file as it was read.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) text: String,
    pub(super) hash: String,
    pub(super) modified: Option<SystemTime>,
}

/// Why the file could not be read or written.
#[derive(Debug)]
pub(super) enum Failure {
    Missing,
    NotAFile(&'static str),
    NotText,
    TooLong(u64),
    Locked,
    Slow,
    /// It is not what it was expected to be; what it is.
    Changed(Box<Held>),
    /// What was being done, and the system's answer.
    Io(&'static str, io::Error),
}

impl Failure {
    /// Whether the new text may stand in the file all the same.
    pub(super) fn may_have_written(&self) -> bool {
        matches!(self, Self::Slow | Self::Io("renaming over", _))
    }
}

/// The lower-case hexadecimal SHA-256 of the bytes.
pub(in crate::backends) fn hash(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Why these bytes are no flag document.
pub(super) fn text_fault(bytes: &[u8]) -> Option<String> {
    (bytes.len() as u64 > MOST_BYTES).then(|| {
        format!(
            "the document has {} bytes; more than {MOST_BYTES} is no flag document",
            bytes.len()
        )
    })
}

/// Reads the whole file.
pub(super) fn read(path: &Path) -> Result<Held, Failure> {
    let metadata = fs::metadata(path).map_err(|error| io_failure("reading", error))?;
    check_kind(&metadata)?;
    let file = File::open(path).map_err(|error| io_failure("reading", error))?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| io_failure("reading", error))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Failure::TooLong(metadata.len().max(MOST_BYTES + 1)));
    }
    let hash = hash(&bytes);
    Ok(Held {
        text: String::from_utf8(bytes).map_err(|_| Failure::NotText)?,
        hash,
        modified: metadata.modified().ok(),
    })
}

/// Replaces the file's bytes in one step. With `expected` only while the file still has that hash; without it in any case, and a
/// missing file is created. Answers a remark about something that did not go as it should and does no harm.
pub(super) fn replace(
    path: &Path,
    bytes: &[u8],
    expected: Option<&str>,
) -> Result<Option<String>, Failure> {
    let target = resolve(path)?;
    let directory = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let _lock = lock(&directory)?;
    compare(&target, expected)?;
    let mut draft = tempfile::Builder::new()
        .prefix(".coalmine-")
        .suffix(".tmp")
        .tempfile_in(&directory)
        .map_err(|error| io_failure("writing beside", error))?;
    let written = draft
        .write_all(bytes)
        .and_then(|()| keep_mode(&target, draft.as_file()))
        .and_then(|()| draft.as_file().sync_all());
    written.map_err(|error| io_failure("writing beside", error))?;
    // Looked at once more, as close to the rename as can be: an editor knows nothing of our lock.
    compare(&target, expected)?;
    draft
        .persist(&target)
        .map_err(|failed| Failure::Io("renaming over", failed.error))?;
    Ok(File::open(&directory)
        .and_then(|directory| directory.sync_all())
        .err()
        .map(|error| format!("written, but its directory could not be synced ({error}): a power failure now may undo it")))
}

/// The file behind symbolic links, so that the link stays and its target changes.
fn resolve(path: &Path) -> Result<PathBuf, Failure> {
    match fs::canonicalize(path) {
        Ok(target) => Ok(target),
        Err(error)
            if error.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(path).is_err() =>
        {
            Ok(path.to_owned())
        }
        Err(error) => Err(io_failure("reading", error)),
    }
}

fn compare(target: &Path, expected: Option<&str>) -> Result<(), Failure> {
    let Some(expected) = expected else {
        return match fs::metadata(target) {
            Ok(metadata) => check_kind(&metadata),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(io_failure("reading", error)),
        };
    };
    let held = read(target)?;
    if held.hash == expected {
        Ok(())
    } else {
        Err(Failure::Changed(Box::new(held)))
    }
}

/// The draft gets the mode of the file that it replaces; a new file gets 0644.
fn keep_mode(target: &Path, draft: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let permissions = match fs::metadata(target) {
        Ok(metadata) => metadata.permissions(),
        Err(_) => fs::Permissions::from_mode(0o644),
    };
    draft.set_permissions(permissions)
}

/// Keeps a second coalmine out while this one compares and renames. The lock is on the directory, since the file is replaced;
/// a file system without locks does without.
fn lock(directory: &Path) -> Result<Option<File>, Failure> {
    let handle =
        File::open(directory).map_err(|error| io_failure("opening the directory of", error))?;
    let deadline = Instant::now() + LOCK_PATIENCE;
    loop {
        match flock(&handle, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(Some(handle)),
            Err(Errno::WOULDBLOCK) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(Errno::WOULDBLOCK) => return Err(Failure::Locked),
            Err(_) => return Ok(None),
        }
    }
}

fn check_kind(metadata: &Metadata) -> Result<(), Failure> {
    if metadata.is_dir() {
        Err(Failure::NotAFile("a directory"))
    } else if metadata.is_file() {
        Ok(())
    } else {
        Err(Failure::NotAFile("a device or pipe"))
    }
}

fn io_failure(doing: &'static str, error: io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound => Failure::Missing,
        _ => Failure::Io(doing, error),
    }
}
