//! The journal of a rollout as a file of JSON lines, durable before anything is sent. It judges no entry and sends nothing.
//!
//! Layout of a state directory (0700, files 0600):
//!
//! | file | what it is |
//! |---|---|
//! | `ROLLOUT@ENVIRONMENT.jsonl` | the journal: one JSON object a line, each with checksum and the hash of the one before |
//! | `….lock` | held while a console writes it; says who |
//! | `….2.jsonl` | the journal of a second console that was open at the same time |
//! | `….jsonl.corrupt-1` | a damaged end that was set aside; never deleted by this program |
//! | `….jsonl.checkpoint` | a summary, so that a large journal opens fast |
//! | `….reserve` | a mebibyte that is set free when the disk is full |
//! | `fallback/` | where the journal goes on when its file fails; after that a private directory under `/tmp` |

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::oneshot;

mod check;
mod checkpoint;
mod commands;
mod desk;
mod disk;
mod evidence;
mod follow;
mod ledger;
mod line;
mod load;
mod mask;
mod place;
mod read;
mod scan;
mod store;
#[cfg(test)]
mod tests;
mod trail;

pub use check::{Report, check};
pub use mask::{conceal, is_masked, mask};
pub use scan::Damage;

use crate::domain::Timestamp;
use crate::domain::journal::{Actor, Entry, Record, Recovered};
use crate::ports::{JournalStore, PortResult};
use desk::{Append, Desk, Job, Order, Patience, Seat, too_slow};
use disk::System;
use line::Hash;
use store::Shared;

/// Writing threads that may be left hanging before the last one is simply waited for.
const DESKS_MAX: u32 = 8;

/// The journal of one rollout in a state directory, open for appending by this console alone.
pub struct JournalFile {
    desk: Mutex<Option<Desk>>,
    actor: Mutex<Actor>,
    shared: Shared,
    order: Order,
    patience: Patience,
    seat: Seat,
}

impl JournalFile {
    /// Opens the journal of a rollout in its state directory, which is made (0700) when it is missing. Where another console
    /// has it open, this one gets a file of its own, and `recover` says who.
    ///
    /// Blocks for at most two seconds.
    ///
    /// # Errors
    /// `Local` when the directory or a file in it could be changed by somebody else, cannot be written, or does not answer.
    pub fn open(
        dir: &Path,
        rollout: &str,
        environment: &str,
        actor: Actor,
        now: Timestamp,
    ) -> PortResult<Self> {
        let order = Order {
            dir: dir.to_owned(),
            fallbacks: vec![dir.join("fallback"), last_resort(dir)],
            rollout: rollout.to_owned(),
            environment: environment.to_owned(),
            who: format!(
                "{} on {}, pid {}, since {now}",
                actor.user,
                actor.host,
                std::process::id()
            ),
            now,
            disk: Arc::new(System),
        };
        Self::start(order, actor, Patience::default())
    }

    fn start(order: Order, actor: Actor, patience: Patience) -> PortResult<Self> {
        let shared = Shared::default();
        let (desk, seat) = Desk::first(&order, shared.clone(), patience)?;
        Ok(Self {
            desk: Mutex::new(Some(desk)),
            actor: Mutex::new(actor),
            shared,
            order,
            patience,
            seat,
        })
    }

    /// What the journal of a rollout tells, without opening it for writing: nothing is repaired, claimed or made. Empty where
    /// there is none.
    pub fn peek(dir: &Path, rollout: &str, environment: &str, now: Timestamp) -> Recovered {
        let mut dirs = vec![dir.to_owned(), dir.join("fallback")];
        dirs.push(last_resort(dir));
        load::peek(&dirs, &place::stem(rollout, environment), now)
    }

    /// Every record of a rollout's journals, by time, without opening them for writing; and what is wrong with them, in words.
    pub fn records(dir: &Path, rollout: &str, environment: &str) -> (Vec<Record>, Vec<String>) {
        let dirs = [dir.to_owned(), dir.join("fallback"), last_resort(dir)];
        read::whole(&dirs, &place::stem(rollout, environment))
    }

    /// Who holds the rollout's first journal file, when it is not this console.
    pub fn owner(&self) -> Option<&str> {
        self.seat.claim.owner.as_deref()
    }

    /// The file that the journal was opened as.
    pub fn path(&self) -> PathBuf {
        self.order
            .dir
            .join(format!("{}.jsonl", self.seat.claim.slot))
    }

    async fn try_append(
        &self,
        at: Timestamp,
        entry: &Entry,
        patience: Duration,
    ) -> Result<PortResult<Record>, u32> {
        let (reply, answer) = oneshot::channel();
        let actor = locked(&self.actor).clone();
        let generation = {
            let desk = locked(&self.desk);
            let Some(desk) = desk.as_ref() else {
                return Err(u32::MAX);
            };
            let job = Job::Append(Box::new(Append {
                at,
                actor,
                entry: entry.clone(),
                reply,
            }));
            if desk.jobs.send(job).is_err() {
                return Err(desk.generation);
            }
            desk.generation
        };
        match tokio::time::timeout(patience, answer).await {
            Ok(Ok(written)) => Ok(written),
            Ok(Err(_)) | Err(_) => Err(generation),
        }
    }

    /// Replaces a writing thread that hangs, unless somebody else has done so already.
    fn go_on_elsewhere(&self, hung: u32) -> PortResult<()> {
        if hung >= DESKS_MAX {
            return Err(too_slow(&self.order.dir.display().to_string()));
        }
        let mut desk = locked(&self.desk);
        if desk.as_ref().is_some_and(|desk| desk.generation != hung) {
            return Ok(());
        }
        let head = locked(&self.shared.head);
        if let Some(old) = desk.as_ref() {
            old.abandon();
        }
        drop(head);
        self.shared.notice(format!(
            "the disk of {} does not answer; the journal goes on elsewhere",
            self.order.dir.display()
        ));
        let next = Desk::next(
            &self.order,
            hung + 1,
            &self.seat.claim.slot,
            self.shared.clone(),
        )?;
        *desk = Some(next);
        Ok(())
    }
}

#[async_trait]
impl JournalStore for JournalFile {
    async fn recover(&self) -> PortResult<Recovered> {
        let (reply, answer) = oneshot::channel();
        if let Some(desk) = locked(&self.desk).as_ref() {
            drop(desk.jobs.send(Job::Recover(reply)));
        }
        match tokio::time::timeout(self.patience.recover, answer).await {
            Ok(Ok(recovered)) => Ok(Recovered {
                me: Some(locked(&self.actor).clone()),
                ..recovered
            }),
            Ok(Err(_)) | Err(_) => Err(too_slow(&self.order.dir.display().to_string())),
        }
    }

    async fn follow(&self) -> PortResult<Vec<Record>> {
        let (reply, answer) = oneshot::channel();
        if let Some(desk) = locked(&self.desk).as_ref() {
            drop(desk.jobs.send(Job::Follow(reply)));
        }
        match tokio::time::timeout(self.patience.open, answer).await {
            Ok(Ok(records)) => Ok(records),
            Ok(Err(_)) | Err(_) => Err(too_slow(&self.order.dir.display().to_string())),
        }
    }

    fn identify(&self, arn: &str) {
        locked(&self.actor).arn = Some(arn.to_owned());
    }

    fn notices(&self) -> Vec<String> {
        std::mem::take(&mut *locked(&self.shared.notices))
    }

    async fn append(&self, at: Timestamp, entry: Entry) -> PortResult<Record> {
        let hung = match self.try_append(at, &entry, self.patience.append).await {
            Ok(written) => return written,
            Err(hung) => hung,
        };
        self.go_on_elsewhere(hung)?;
        match self.try_append(at, &entry, self.patience.elsewhere).await {
            Ok(written) => written,
            Err(_) => Err(too_slow(&self.order.dir.display().to_string())),
        }
    }
}

impl Drop for JournalFile {
    fn drop(&mut self) {
        if let Some(desk) = locked(&self.desk).take() {
            desk.close();
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A directory of this user, for this state directory, on what is likely to be another disk.
fn last_resort(dir: &Path) -> PathBuf {
    let whole = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    let digest = Hash::of(whole.as_os_str().as_encoded_bytes()).hex();
    Path::new("/tmp").join(format!(
        "coalmine-{}-{}",
        rustix::process::geteuid().as_raw(),
        digest.get(..12).unwrap_or_default()
    ))
}
