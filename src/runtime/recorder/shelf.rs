//! Where recordings are kept: a directory of our own below the state directory, files that nobody else may read, and which of
//! them go. It writes no line.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use crate::app::recording::Header;

/// The directory's name.
const DIRECTORY: &str = "recordings";
/// How the name of a recording without an incident ends.
const QUIET: &str = ".quiet.jsonl.gz";
/// How that of one with an incident ends.
const INCIDENT: &str = ".incident.jsonl.gz";
/// Recordings without an incident that are kept.
const KEPT: usize = 3;

/// A recording's file.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) path: PathBuf,
    pub(super) file: File,
}

impl Case {
    /// Makes a file for a new recording in the directory of recordings, and lets old ones go.
    pub(super) fn on_shelf(state_dir: &Path, header: &Header) -> io::Result<Self> {
        let dir = directory(state_dir)?;
        let rollout = plain(&header.spec.name);
        let environment = plain(&header.spec.environment.0);
        let begun = header.started.to_string().replace([':', '-'], "");
        let name = format!(
            "{rollout}@{environment}.{}.{}{QUIET}",
            plain(&begun),
            std::process::id()
        );
        let case = Self::at(&dir.join(name))?;
        clear_out(&dir)?;
        Ok(case)
    }

    /// Makes a file that must not be there yet, and holds it.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        let nofollow = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or_default();
        let mut open = OpenOptions::new();
        open.read(true)
            .append(true)
            .create_new(true)
            .mode(0o600)
            .custom_flags(nofollow);
        let file = open.open(path)?;
        // Whoever clears out leaves a file alone that is held. A file system without locks has to do without.
        drop(file.try_lock());
        Ok(Self {
            path: path.to_owned(),
            file,
        })
    }

    /// From now on it is the recording of an incident.
    pub(super) fn keep(&mut self) -> io::Result<()> {
        let name = self.path.to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(QUIET) else {
            return Ok(());
        };
        let path = PathBuf::from(format!("{stem}{INCIDENT}"));
        std::fs::rename(&self.path, &path)?;
        self.path = path;
        self.file.sync_data()
    }

    /// Whether it goes when newer ones come.
    pub(super) fn is_quiet(&self) -> bool {
        self.path.to_string_lossy().ends_with(QUIET)
    }

    /// A file beside it that takes its place when it is whole.
    pub(super) fn successor(&self) -> io::Result<Self> {
        let mut path = self.path.clone().into_os_string();
        path.push(".new");
        Self::at(Path::new(&path))
    }

    /// Puts the successor in its place.
    pub(super) fn succeed(&mut self, mut successor: Self) -> io::Result<()> {
        std::fs::rename(&successor.path, &self.path)?;
        successor.path.clone_from(&self.path);
        *self = successor;
        Ok(())
    }

    /// Takes it away.
    pub(super) fn discard(&self) {
        // One that stays is one more that the next console clears out.
        drop(std::fs::remove_file(&self.path));
    }
}

/// The directory of recordings (0700), made where it is missing, refused where others could change it.
fn directory(state_dir: &Path) -> io::Result<PathBuf> {
    let path = state_dir.join(DIRECTORY);
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&path)?;
    let meta = path.symlink_metadata()?;
    let refuse = |what: &str| Err(io::Error::other(format!("{} {what}", path.display())));
    if !meta.is_dir() {
        return refuse("is not a directory of ours");
    }
    if meta.uid() != rustix::process::geteuid().as_raw() {
        return refuse("belongs to another user");
    }
    if meta.mode() & 0o022 != 0 {
        return refuse("can be written by others");
    }
    Ok(path)
}

/// Removes all recordings without an incident but the newest, and those that a console is writing.
fn clear_out(dir: &Path) -> io::Result<()> {
    let mut quiet = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let is_old = entry.file_name().to_string_lossy().ends_with(QUIET);
        if is_old && entry.file_type()?.is_file() {
            quiet.push((entry.metadata()?.modified()?, entry.path()));
        }
    }
    quiet.sort();
    let surplus = quiet.len().saturating_sub(KEPT);
    for (_, path) in quiet.into_iter().take(surplus) {
        let held = File::open(&path).map(|file| file.try_lock());
        if !matches!(held, Ok(Err(TryLockError::WouldBlock))) {
            // Another console may have been faster.
            drop(std::fs::remove_file(path));
        }
    }
    Ok(())
}

/// A name with nothing in it that means something in a path.
fn plain(name: &str) -> String {
    let safe = |c: char| {
        if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') {
            c
        } else {
            '_'
        }
    };
    let name: String = name.chars().take(80).map(safe).collect();
    name.trim_start_matches('.').to_owned()
}
