//! Appends records to the file in use and moves to another file when that one fails. It runs on the journal's own thread
//! and may block there.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::disk::{Disk, Failure, Sheet};
use super::follow::Follower;
use super::line;
use super::mask::mask_value;
use super::place::{Place, Refusal, Use};
use super::scan::{LINE_MAX, Link};
use crate::domain::Timestamp;
use crate::domain::journal::{Actor, Entry, Record};

/// Bytes set free when the disk is full, for the last records.
pub(super) const RESERVE: usize = 1 << 20;
/// Bytes after which a checkpoint is written.
const CHECKPOINT_EVERY: u64 = 4 << 20;

/// What the store shares with the console's side.
#[derive(Clone, Default)]
pub(super) struct Shared {
    /// The end of the chain that is durable.
    pub(super) head: Arc<Mutex<Link>>,
    /// What happened, for the person.
    pub(super) notices: Arc<Mutex<Vec<String>>>,
    /// How far the files of others were read.
    pub(super) follower: Arc<Mutex<Follower>>,
}

impl Shared {
    /// Tells the person something.
    pub(super) fn notice(&self, text: String) {
        self.notices
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(text);
    }

    /// The end of the chain.
    pub(super) fn head(&self) -> Link {
        *self.head.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Appends records.
pub(super) struct Store {
    /// The name that all files of this console begin with.
    pub(super) slot: String,
    /// The name that all files of the rollout begin with.
    pub(super) stem: String,
    /// The file in use.
    pub(super) sheet: Option<Sheet>,
    /// The directory of the file in use, with its name there, while it is the first one.
    pub(super) home: Option<(Place, String)>,
    /// What the next line follows.
    pub(super) link: Link,
    /// The state directory.
    pub(super) dir: PathBuf,
    /// Bytes written since the last checkpoint.
    pub(super) unsummed: u64,
    /// Directories to go on in, in order.
    pub(super) fallbacks: Vec<PathBuf>,
    /// Why the state directory is only read, if it is.
    pub(super) degraded: Option<String>,
    /// Counts the files that were begun.
    pub(super) begun: u32,
    /// How files are written.
    pub(super) disk: Arc<dyn Disk>,
    /// Given up by the console: nothing of it counts any more.
    pub(super) abandoned: Arc<AtomicBool>,
    /// What the console's side sees.
    pub(super) shared: Shared,
}

impl Store {
    /// Appends one entry, secrets masked, and answers when it is durable.
    pub(super) fn append(
        &mut self,
        at: Timestamp,
        actor: &Actor,
        entry: &Entry,
    ) -> io::Result<Record> {
        let mut value = serde_json::to_value(entry)?;
        mask_value(&mut value);
        let seq = self.link.seq + 1;
        let mut bytes = line::encode(seq, at, actor, &value, self.link.hash)?;
        let hash = line::Hash::of(&bytes);
        bytes.push(b'\n');
        if bytes.len() as u64 >= LINE_MAX {
            return Err(io::Error::other("the entry is too large for the journal"));
        }
        self.write(&bytes)?;
        self.link = Link { seq, hash };
        self.publish()?;
        self.unsummed += bytes.len() as u64;
        Ok(Record {
            seq,
            at,
            actor: actor.clone(),
            entry: serde_json::from_value(value).unwrap_or_else(|_| entry.clone()),
        })
    }

    /// What others have written since the last look.
    pub(super) fn follow(&self) -> Vec<Record> {
        let mut dirs = vec![self.dir.clone()];
        dirs.extend(self.fallbacks.iter().cloned());
        dirs.sort_unstable();
        dirs.dedup();
        let (slot, process) = (&self.slot, format!("-{}-", std::process::id()));
        let is_own = |name: &str| {
            name.strip_prefix(slot.as_str()).is_some_and(|rest| {
                matches!(rest, ".jsonl")
                    || rest.starts_with(".v") && !rest.contains(".after")
                    || rest.contains(&process)
            })
        };
        self.shared
            .follower
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .look(&dirs, &self.stem, is_own)
    }

    /// Makes the end of the chain known after the start.
    pub(super) fn publish_start(&self) {
        drop(self.publish());
    }

    /// Whether enough was written for another checkpoint.
    pub(super) fn wants_checkpoint(&self) -> bool {
        self.home.is_some() && self.unsummed >= CHECKPOINT_EVERY
    }

    fn publish(&self) -> io::Result<()> {
        let mut head = self
            .shared
            .head
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if self.abandoned.load(Ordering::SeqCst) {
            return Err(io::Error::other("answered too late"));
        }
        *head = self.link;
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut failure = match &mut self.sheet {
            None => None,
            Some(sheet) => match sheet.append(bytes) {
                Ok(()) => return Ok(()),
                Err(failure) => Some(failure),
            },
        };
        if matches!(failure, Some(Failure::Full(_))) && self.free_reserve() {
            match self.sheet.as_mut().map(|sheet| sheet.append(bytes)) {
                Some(Ok(())) => return Ok(()),
                Some(Err(second)) => failure = Some(second),
                None => {}
            }
        }
        self.go_on_elsewhere(bytes, failure)
    }

    fn go_on_elsewhere(&mut self, bytes: &[u8], failure: Option<Failure>) -> io::Result<()> {
        let left = self.sheet.as_ref().map(|sheet| sheet.path.clone());
        if matches!(failure, Some(Failure::Sealed(_))) {
            self.sheet = None;
            self.home = None;
        }
        let mut last = None;
        for dir in self.fallbacks.clone() {
            match self.begin(&dir, bytes) {
                Ok(sheet) => {
                    self.shared
                        .notice(moved(left.as_deref(), failure.as_ref(), &sheet));
                    self.sheet = Some(sheet);
                    self.home = None;
                    return Ok(());
                }
                Err(error) => last = Some(error),
            }
        }
        Err(match (failure, last) {
            (Some(Failure::Full(error) | Failure::Sealed(error)), _) | (None, Some(error)) => error,
            (None, None) => io::Error::other("no journal file is left to write to"),
        })
    }

    fn begin(&mut self, dir: &std::path::Path, bytes: &[u8]) -> io::Result<Sheet> {
        if self.abandoned.load(Ordering::SeqCst) {
            return Err(io::Error::other("answered too late"));
        }
        let place = Place::open(dir).map_err(Refusal::into_io)?;
        self.begun += 1;
        let name = format!(
            "{}.after{}-{}-{}.jsonl",
            self.slot,
            self.link.seq,
            std::process::id(),
            self.begun
        );
        let file = place.file(&name, Use::Create).map_err(Refusal::into_io)?;
        let mut sheet = Sheet {
            path: place.path.join(&name),
            file,
            len: 0,
            disk: Arc::clone(&self.disk),
        };
        let written = match sheet.append(bytes) {
            Ok(()) => place.sync(),
            Err(Failure::Full(error) | Failure::Sealed(error)) => Err(error),
        };
        if let Err(error) = written {
            drop(place.remove(&name));
            return Err(error);
        }
        Ok(sheet)
    }

    fn free_reserve(&self) -> bool {
        let Some((place, _)) = &self.home else {
            return false;
        };
        let freed = place.remove(&reserve_name(&self.slot)).is_ok();
        if freed {
            self.shared.notice(format!(
                "the disk of {} is full: the journal's reserve of 1 MiB was set free; make room now",
                place.path.display()
            ));
        }
        freed
    }
}

/// The file that keeps room for the last records.
pub(super) fn reserve_name(slot: &str) -> String {
    format!("{slot}.reserve")
}

fn moved(left: Option<&std::path::Path>, failure: Option<&Failure>, now: &Sheet) -> String {
    let to = now.path.display();
    match (left, failure) {
        (Some(left), Some(failure)) => format!(
            "the journal {} failed ({}); it goes on in {to}",
            left.display(),
            failure.error()
        ),
        _ => format!("the journal goes on in {to}"),
    }
}
