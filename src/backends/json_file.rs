//! A flag document in a local JSON file: compared by hash before it is replaced, atomically. It edits nothing itself and needs no AWS.

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;

use super::clock::{SharedClock, timestamp};
use super::settle::{no_trace, refused, replaced_text, wrong_lever};
use crate::domain::lever::{LeverContent, LeverId, LeverKind, LeverState, Version};
use crate::domain::plan::{Change, Conflict, Order, Outcome, Write};
use crate::domain::{Revision, Timestamp};
use crate::ports::{Clock, ErrorKind, Lever, PortError, PortResult};

mod disk;

pub(super) use disk::hash as sha256;
use disk::{Failure, Held};

/// How long the disk may take; a network drive that is gone hangs for ever.
const PATIENCE: Duration = Duration::from_secs(5);

/// A flag document in a JSON file.
#[derive(Clone, Debug)]
pub struct JsonFile {
    path: PathBuf,
    clock: SharedClock,
}

impl JsonFile {
    /// The file at `path`; it is not opened yet.
    pub fn new(path: impl Into<PathBuf>, clock: SharedClock) -> Self {
        Self {
            path: path.into(),
            clock,
        }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn held(&self) -> Result<Held, Failure> {
        on_disk(&self.path, disk::read).await
    }

    async fn carry_out(&self, order: &Order) -> Outcome {
        let text = match &order.plan.write {
            Write::Nothing => return Outcome::NoOp,
            Write::Document(text) => text.clone(),
            Write::Variables(_) | Write::PublishAndRepoint { .. } => {
                return wrong_lever("a file holds a document");
            }
        };
        if let Some(reason) = disk::text_fault(text.as_bytes()) {
            return refused(reason, "shorten the document");
        }
        let creates = matches!(order.plan.change, Change::Create { .. });
        if creates && !matches!(self.held().await, Err(Failure::Missing)) {
            return refused(
                format!("{} exists already", self.path.display()),
                "it is left as it is: read it, then decide",
            );
        }
        let expected = order.plan.seen.clone();
        let wanted = Revision(disk::hash(text.as_bytes()));
        let write = text.clone();
        let written = on_disk(&self.path, move |path| {
            disk::replace(
                path,
                write.as_bytes(),
                expected.as_ref().map(|seen| seen.0.as_str()),
            )
        })
        .await;
        match written {
            Ok(note) => Outcome::Applied {
                revision: wanted,
                at: self.now(),
                note,
            },
            Err(Failure::Changed(held)) => overtaken(order, &text, *held),
            Err(failure) if failure.may_have_written() => {
                self.look_after(order, &wanted, failure).await
            }
            Err(failure) => {
                let error = self.error(failure);
                refused(error.text, error.hint)
            }
        }
    }

    async fn look_after(&self, order: &Order, wanted: &Revision, failure: Failure) -> Outcome {
        let told = self.error(failure);
        match self.held().await {
            Ok(held) if held.hash == wanted.0 => Outcome::Applied {
                revision: wanted.clone(),
                at: self.now(),
                note: Some(format!(
                    "{}; the file was read back with exactly this text",
                    told.text
                )),
            },
            Ok(held)
                if order
                    .plan
                    .seen
                    .as_ref()
                    .is_some_and(|seen| seen.0 == held.hash)
                    && told.kind != ErrorKind::TimedOut =>
            {
                refused(told.text, told.hint)
            }
            _ => Outcome::Unknown { reason: told.text },
        }
    }

    fn error(&self, failure: Failure) -> PortError {
        let path = self.path.display();
        let (kind, text, hint) = match failure {
            Failure::Missing => (
                ErrorKind::NotFound,
                format!("{path} does not exist"),
                "check `file` in the config; a relative path begins at the directory that coalmine was started in".to_owned(),
            ),
            Failure::NotAFile(what) => (
                ErrorKind::Invalid,
                format!("{path} is {what}, not a file"),
                "name the JSON file itself in the config".to_owned(),
            ),
            Failure::NotText => (
                ErrorKind::Invalid,
                format!("{path} is not UTF-8 text"),
                "save it as UTF-8, without other bytes".to_owned(),
            ),
            Failure::TooLong(bytes) => (
                ErrorKind::Invalid,
                format!("{path} has {bytes} bytes; more than {} is no flag document", disk::MOST_BYTES),
                "check `file` in the config".to_owned(),
            ),
            Failure::Locked => (
                ErrorKind::Conflict,
                format!("another coalmine is writing in the directory of {path}"),
                "press the key again in a moment".to_owned(),
            ),
            Failure::Slow => (
                ErrorKind::TimedOut,
                format!("the disk did not answer within {} s for {path}", PATIENCE.as_secs()),
                "check the drive (a network drive that is gone hangs)".to_owned(),
            ),
            Failure::Io(doing, error) => {
                let hint = match error.kind() {
                    std::io::ErrorKind::PermissionDenied => "this user may not: check owner and mode of the file and of its directory",
                    std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => "free some space on that disk",
                    std::io::ErrorKind::ReadOnlyFilesystem => "the file system is mounted read-only",
                    _ => "check the disk and the path",
                };
                (ErrorKind::Local, format!("{doing} {path}: {error}"), hint.to_owned())
            }
            Failure::Changed(_) => (
                ErrorKind::Conflict,
                format!("{path} was changed meanwhile"),
                "read it again, then decide".to_owned(),
            ),
        };
        PortError {
            kind,
            what: format!("file {path}"),
            text,
            hint,
        }
    }
}

#[async_trait]
impl Lever for JsonFile {
    fn id(&self) -> LeverId {
        LeverId::Flag
    }

    fn kind(&self) -> LeverKind {
        LeverKind::JsonFile
    }

    async fn read(&self) -> PortResult<LeverState> {
        let held = self.held().await.map_err(|failure| self.error(failure))?;
        Ok(LeverState {
            id: LeverId::Flag,
            kind: LeverKind::JsonFile,
            resource: self.path.display().to_string(),
            read_at: self.now(),
            revision: Revision(held.hash),
            content: LeverContent::Document(held.text),
            changed_by: None,
            changed_at: held.modified.map(timestamp),
        })
    }

    async fn history(&self, _limit: usize) -> PortResult<Vec<Version>> {
        Ok(Vec::new())
    }

    async fn apply(&self, order: &Order) -> Outcome {
        self.carry_out(order).await
    }

    async fn verify(&self, order: &Order) -> PortResult<Outcome> {
        let text = match &order.plan.write {
            Write::Nothing => return Ok(Outcome::NoOp),
            Write::Document(text) => text,
            Write::Variables(_) | Write::PublishAndRepoint { .. } => {
                return Ok(wrong_lever("a file holds a document"));
            }
        };
        let held = self.held().await.map_err(|failure| self.error(failure))?;
        if held.text == *text {
            return Ok(Outcome::Applied {
                revision: Revision(held.hash),
                at: self.now(),
                note: Some("found by reading: the file holds exactly this text".to_owned()),
            });
        }
        let unchanged = order
            .plan
            .seen
            .as_ref()
            .is_some_and(|seen| seen.0 == held.hash);
        if unchanged {
            return Ok(no_trace(order, self.now(), "the file is as it was before"));
        }
        Ok(Outcome::Unknown {
            reason:
                "the file holds another text, and a file tells nothing about what it held before"
                    .to_owned(),
        })
    }
}

/// The file changed since the plan was made.
fn overtaken(order: &Order, text: &str, held: Held) -> Outcome {
    if held.text == text {
        return Outcome::NoOp;
    }
    Outcome::Conflict(Conflict {
        sent: false,
        seen: order
            .plan
            .seen
            .clone()
            .unwrap_or_else(|| Revision(String::new())),
        found: Revision(held.hash),
        by: None,
        at: held.modified.map(timestamp),
        seen_text: replaced_text(order),
        their_text: held.text.clone(),
        now_text: held.text,
    })
}

/// Runs blocking work on its own thread, with a limit of time.
async fn on_disk<T: Send + 'static>(
    path: &Path,
    work: impl FnOnce(&Path) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let path = path.to_owned();
    let task = tokio::task::spawn_blocking(move || work(&path));
    match tokio::time::timeout(PATIENCE, task).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => Err(Failure::Io("working on", std::io::Error::other(error))),
        Err(_) => Err(Failure::Slow),
    }
}

#[cfg(test)]
mod tests;
