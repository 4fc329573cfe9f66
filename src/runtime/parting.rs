//! What a dying console leaves behind: the exact command line of every order that is sent and not settled, in a file of its own.
//! The file is there before the order goes out, so that no kind of death can lose it. It sends nothing.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::fs::OFlags;

use crate::app::model::Left;
use crate::domain::lever::LeverId;
use crate::domain::plan::{Order, Outcome};

/// The directory of such files. Clones know of the same files.
#[derive(Clone, Debug)]
pub struct Parting {
    dir: PathBuf,
    /// Files of this run whose orders were not applied, as far as is known.
    kept: Arc<Mutex<Vec<(LeverId, PathBuf)>>>,
}

impl Parting {
    /// Keeps the files in this directory, which is made (0700) when it is missing.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            kept: Arc::default(),
        }
    }

    /// The directory.
    pub fn directory(&self) -> &Path {
        &self.dir
    }

    /// Where the order's file is.
    pub fn path(&self, order: &Order) -> PathBuf {
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || c == '-' {
                c
            } else {
                '_'
            }
        };
        let id: String = order.id.0.chars().map(plain).collect();
        self.dir.join(format!("unfinished-{id}.sh"))
    }

    /// Writes the order's command line down; a directory that takes no file must not stop a rollback, so failure is answered, not raised.
    pub fn leave(&self, order: &Order, left: Left) -> bool {
        let known = match left {
            Left::Unknown => "whether it was applied is not known: read the target first",
            Left::Unsent => "it was not sent: the target does not have it",
        };
        self.write(order, known).is_ok()
    }

    fn write(&self, order: &Order, what_is_known: &str) -> io::Result<()> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.dir)?;
        let nofollow = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or_default();
        let mut open = fs::OpenOptions::new();
        open.write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .custom_flags(nofollow);
        let mut file = open.open(self.path(order))?;
        writeln!(file, "# {}", remark(&order.plan.sentence))?;
        writeln!(file, "# ordered {}; {}", order.at, remark(what_is_known))?;
        writeln!(file, "{}", order.plan.aws_cli)?;
        file.sync_all()?;
        // A file that is not in its directory yet would not outlive a loss of power.
        fs::File::open(&self.dir)?.sync_all()
    }

    /// Takes the file away once the order is known to be over. One that was not applied keeps its file, which then says so,
    /// until a later order for the same lever gets through.
    pub fn settle(&self, order: &Order, outcome: &Outcome) {
        let path = self.path(order);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(_, file)| *file != path);
        match outcome {
            Outcome::Applied { .. } | Outcome::NoOp => {
                remove(&path);
                let (over, open) = kept
                    .drain(..)
                    .partition(|(lever, _)| *lever == order.plan.lever);
                *kept = open;
                let over: Vec<(LeverId, PathBuf)> = over;
                for (_, file) in &over {
                    remove(file);
                }
            }
            Outcome::Conflict(_) => remove(&path),
            Outcome::Refused { reason, .. } => {
                // Should it fail, the file goes on saying that the target must be read first, which is always right.
                drop(self.write(order, &format!("it was not applied: {reason}")));
                kept.push((order.plan.lever, path));
            }
            Outcome::Unknown { .. } => kept.push((order.plan.lever, path)),
        }
    }
}

/// One line of a shell's comment, with nothing in it that could end the line or drive a terminal.
fn remark(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
                ' '
            } else {
                c
            }
        })
        .collect()
}

fn remove(file: &Path) {
    // A file that stays is harmless: it says itself that the target must be read first.
    drop(fs::remove_file(file));
}
