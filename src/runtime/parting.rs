//! What a dying console leaves behind: the exact command line of every order that is sent and not settled, in a file of its own.
//! The file is there before the order goes out, so that no kind of death can lose it.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::domain::plan::{Order, Outcome};

/// The directory of such files.
#[derive(Clone, Debug)]
pub struct Parting {
    dir: PathBuf,
}

impl Parting {
    /// Keeps the files in this directory (created with mode 0700 by the journal).
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// Where the order's file is.
    pub fn path(&self, order: &Order) -> PathBuf {
        self.dir.join(format!("unfinished-{}.sh", order.id.0))
    }

    /// Writes the order's command line down; a directory that takes no file must not stop a rollback, so failure is answered, not raised.
    pub fn leave(&self, order: &Order) -> bool {
        self.write(&self.path(order), order).is_ok()
    }

    fn write(&self, path: &Path, order: &Order) -> std::io::Result<()> {
        fs::create_dir_all(&self.dir)?;
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(path)?;
        writeln!(file, "# {}", order.plan.sentence.replace(['\n', '\r'], " "))?;
        writeln!(
            file,
            "# ordered {}; whether it was applied is not known: read the target first",
            order.at
        )?;
        writeln!(file, "{}", order.plan.aws_cli)?;
        file.sync_data()
    }

    /// Takes the file away once it is known what became of the order.
    pub fn settle(&self, order: &Order, outcome: &Outcome) {
        let certain = matches!(
            outcome,
            Outcome::Applied { .. } | Outcome::NoOp | Outcome::Conflict(_)
        );
        if certain {
            // A file that stays is harmless: it says itself that the target must be read first.
            let _ = fs::remove_file(self.path(order));
        }
    }
}
