//! Where a journal lives: a directory and files that belong to us alone, and the lock that keeps two writers apart.
//! It reads and writes no record.

use std::fs::{DirBuilder, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Mode, OFlags};

use super::line::Hash;
use crate::ports::{ErrorKind, PortError};

/// A directory that was checked and is held open; files are reached through it, so that nobody can swap it underneath.
#[derive(Debug)]
pub(super) struct Place {
    /// Its path, for messages.
    pub(super) path: PathBuf,
    dir: File,
}

/// Why a directory or file is not used.
#[derive(Debug)]
pub(super) enum Refusal {
    /// It is not safe; the text says what and what to do.
    Unsafe {
        /// What is wrong.
        text: String,
        /// What to do.
        hint: String,
    },
    /// The system said no.
    Io(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<rustix::io::Errno> for Refusal {
    fn from(error: rustix::io::Errno) -> Self {
        Self::Io(error.into())
    }
}

impl Refusal {
    /// As an error of the system.
    pub(super) fn into_io(self) -> io::Error {
        match self {
            Self::Unsafe { text, .. } => io::Error::other(text),
            Self::Io(error) => error,
        }
    }

    /// As the port's error about `path`.
    pub(super) fn into_port(self, path: &Path) -> PortError {
        let what = format!("journal in {}", path.display());
        match self {
            Self::Unsafe { text, hint } => PortError {
                kind: ErrorKind::Local,
                what,
                text,
                hint,
            },
            Self::Io(error) => PortError {
                kind: ErrorKind::Local,
                what,
                text: error.to_string(),
                hint: format!(
                    "see that {} can be written: `df {0}`, `ls -ld {0}`",
                    path.display()
                ),
            },
        }
    }
}

/// What a file is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// Reading.
    Read,
    /// Reading and appending; made when it is not there.
    Append,
    /// A file that must not be there yet.
    Create,
}

impl Place {
    /// Makes the directory (0700) where it is missing, and refuses one that somebody else could change.
    pub(super) fn open(path: &Path) -> Result<Self, Refusal> {
        if path.symlink_metadata().is_err() {
            DirBuilder::new().recursive(true).mode(0o700).create(path)?;
            if let Some(parent) = path.parent() {
                drop(File::open(parent).and_then(|dir| dir.sync_all()));
            }
        }
        Self::open_existing(path)
    }

    /// The same for a directory that must be there.
    pub(super) fn open_existing(path: &Path) -> Result<Self, Refusal> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let dir = match rustix::fs::open(path, flags, Mode::empty()) {
            Ok(fd) => File::from(fd),
            Err(error) => return Err(not_a_directory(path, error)),
        };
        let meta = dir.metadata()?;
        if meta.uid() != rustix::process::geteuid().as_raw() {
            return Err(Refusal::Unsafe {
                text: format!(
                    "{} belongs to another user (uid {})",
                    path.display(),
                    meta.uid()
                ),
                hint: "name a state directory of your own with COALMINE_STATE_DIR".to_owned(),
            });
        }
        if meta.mode() & 0o022 != 0 {
            return Err(Refusal::Unsafe {
                text: format!(
                    "others may write in {} (mode {:04o})",
                    path.display(),
                    meta.mode() & 0o7777
                ),
                hint: format!(
                    "run `chmod 700 {}`, or name another directory with COALMINE_STATE_DIR",
                    path.display()
                ),
            });
        }
        Ok(Self {
            path: path.to_owned(),
            dir,
        })
    }

    /// Opens a file of this directory that is ours, regular and reached by no link, and makes it 0600.
    pub(super) fn file(&self, name: &str, use_: Use) -> Result<File, Refusal> {
        let flags = match use_ {
            Use::Read => OFlags::RDONLY,
            Use::Append => OFlags::RDWR | OFlags::APPEND | OFlags::CREATE,
            Use::Create => OFlags::RDWR | OFlags::APPEND | OFlags::CREATE | OFlags::EXCL,
        };
        // NONBLOCK: a FIFO planted under the name must not hang the open.
        let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let mode = Mode::RUSR | Mode::WUSR;
        let file = match rustix::fs::openat(&self.dir, name, flags, mode) {
            Ok(fd) => File::from(fd),
            Err(rustix::io::Errno::LOOP) => {
                return Err(self.refuse(name, "is a symbolic link, which is not followed"));
            }
            Err(error) => return Err(error.into()),
        };
        let meta = file.metadata()?;
        if !meta.is_file() {
            return Err(self.refuse(name, "is not a regular file"));
        }
        if meta.uid() != rustix::process::geteuid().as_raw() {
            return Err(self.refuse(name, "belongs to another user"));
        }
        if meta.nlink() > 1 {
            return Err(self.refuse(name, "has a second name (hard link)"));
        }
        if meta.mode() & 0o7777 != 0o600 {
            rustix::fs::fchmod(&file, mode)?;
        }
        Ok(file)
    }

    /// Makes the directory's entries durable.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.dir.sync_all()
    }

    /// Removes a file of this directory.
    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.dir, name, AtFlags::empty())?)
    }

    /// Replaces a file as a whole: readers see the old one or the new one.
    pub(super) fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), Refusal> {
        let temporary = format!("{name}.{}.new", std::process::id());
        drop(self.remove(&temporary));
        let mut file = self.file(&temporary, Use::Create)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        rustix::fs::renameat(&self.dir, &temporary, &self.dir, name)?;
        Ok(self.sync()?)
    }

    /// Names of the files here that begin with `prefix`, sorted.
    pub(super) fn names(&self, prefix: &str) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in rustix::fs::Dir::read_from(&self.dir)? {
            if let Ok(name) = entry?.file_name().to_str()
                && name.starts_with(prefix)
            {
                names.push(name.to_owned());
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn refuse(&self, name: &str, what: &str) -> Refusal {
        let path = self.path.join(name);
        Refusal::Unsafe {
            text: format!("{} {what}", path.display()),
            hint: format!("look at it, and move it away: `ls -l {}`", path.display()),
        }
    }
}

fn not_a_directory(path: &Path, error: rustix::io::Errno) -> Refusal {
    let is_link = path.symlink_metadata().is_ok_and(|meta| meta.is_symlink());
    if is_link {
        return Refusal::Unsafe {
            text: format!(
                "{} is a symbolic link, which is not followed",
                path.display()
            ),
            hint: "name the directory itself with COALMINE_STATE_DIR".to_owned(),
        };
    }
    if error == rustix::io::Errno::NOTDIR {
        return Refusal::Unsafe {
            text: format!("{} is not a directory", path.display()),
            hint: "move it away, or name another directory with COALMINE_STATE_DIR".to_owned(),
        };
    }
    error.into()
}

/// The file name of a rollout and environment: unlike names never meet, and nothing but `[A-Za-z0-9_-]`, `%` and one `@` is in it.
pub(super) fn stem(rollout: &str, environment: &str) -> String {
    let plain = format!("{}@{}", escaped(rollout), escaped(environment));
    if plain.len() <= 120 {
        return plain;
    }
    let digest = Hash::of(plain.as_bytes()).hex();
    format!(
        "{}%{}",
        plain.get(..80).unwrap_or_default(),
        digest.get(..24).unwrap_or_default()
    )
}

fn escaped(name: &str) -> String {
    use std::fmt::Write as _;
    name.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

/// One console's claim to one journal file; given up when dropped.
#[derive(Debug)]
pub(super) struct Claim {
    /// The claimed file's name without its ending.
    pub(super) slot: String,
    /// Who else holds a file of the rollout, the first one first.
    pub(super) owner: Option<String>,
    _lock: Option<File>,
}

/// Claims the first free file of a rollout: `stem`, else `stem.2`, and so on.
pub(super) fn claim(place: &Place, stem: &str, who: &str) -> Result<Claim, Refusal> {
    let mut owner = None;
    for number in 1..=64 {
        let slot = match number {
            1 => stem.to_owned(),
            _ => format!("{stem}.{number}"),
        };
        let mut lock = place.file(&format!("{slot}.lock"), Use::Append)?;
        match lock.try_lock() {
            Ok(()) => {
                lock.set_len(0)?;
                lock.write_all(who.as_bytes())?;
                let owner = owner.or_else(|| another(place, stem, &slot));
                return Ok(Claim {
                    slot,
                    owner,
                    _lock: Some(lock),
                });
            }
            Err(TryLockError::WouldBlock) => {
                owner.get_or_insert_with(|| holder(&mut lock));
            }
            // A file system without locks.
            Err(TryLockError::Error(_)) => break,
        }
    }
    Ok(Claim {
        owner,
        ..Claim::unlocked(stem)
    })
}

impl Claim {
    /// A name that only this process can mean, where no lock can be had.
    pub(super) fn unlocked(stem: &str) -> Self {
        Self {
            slot: format!("{stem}.p{}", std::process::id()),
            owner: None,
            _lock: None,
        }
    }
}

/// Who holds a file behind the one that was free: its console came when the first one was taken, and is still there.
fn another(place: &Place, stem: &str, mine: &str) -> Option<String> {
    let names = place.names(&format!("{stem}.")).ok()?;
    names.into_iter().find_map(|name| {
        let slot = name.strip_suffix(".lock")?;
        let mut lock = place.file(&name, Use::Read).ok().filter(|_| slot != mine)?;
        let is_held = matches!(lock.try_lock(), Err(TryLockError::WouldBlock));
        is_held.then(|| holder(&mut lock))
    })
}

fn holder(lock: &mut File) -> String {
    let mut text = String::new();
    let read = lock
        .rewind()
        .and_then(|()| lock.take(512).read_to_string(&mut text));
    match (read, text.trim()) {
        (Ok(_), name) if !name.is_empty() => name.to_owned(),
        _ => "another console".to_owned(),
    }
}
