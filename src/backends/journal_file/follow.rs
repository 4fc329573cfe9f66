//! What other consoles of the same rollout write meanwhile, read from where the last look ended. It changes no file.

use std::collections::HashMap;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::line;
use super::place::{Place, Refusal, Use};
use super::trail::weave;
use crate::domain::journal::Record;

/// Bytes that one look takes from one file at most; the next look goes on.
const LOOK: u64 = 8 << 20;

/// How far the files of other consoles were read.
#[derive(Debug, Default)]
pub(super) struct Follower {
    read: HashMap<PathBuf, u64>,
}

impl Follower {
    /// The file was read up to here.
    pub(super) fn read_to(&mut self, file: PathBuf, offset: u64) {
        self.read.insert(file, offset);
    }

    /// Every record that others have written since the last look, by time. A file that cannot be read now is read later.
    pub(super) fn look(
        &mut self,
        dirs: &[PathBuf],
        stem: &str,
        is_own: impl Fn(&str) -> bool,
    ) -> Vec<Record> {
        let mut all = Vec::new();
        for dir in dirs {
            let Ok(place) = Place::open_existing(dir) else {
                continue;
            };
            for name in place.names(&format!("{stem}.")).unwrap_or_default() {
                let is_journal = Path::new(&name).extension().is_some_and(|e| e == "jsonl");
                if is_journal && !is_own(&name) {
                    all = weave(all, self.read_on(&place, &name).unwrap_or_default());
                }
            }
        }
        all
    }

    fn read_on(&mut self, place: &Place, name: &str) -> io::Result<Vec<Record>> {
        let mut file = place.file(name, Use::Read).map_err(Refusal::into_io)?;
        let offset = self.read.entry(place.path.join(name)).or_insert(0);
        let len = file.metadata()?.len();
        if len <= *offset {
            // A damaged end was cut off, and what stood before it was read.
            *offset = len;
            return Ok(Vec::new());
        }
        file.seek(SeekFrom::Start(*offset))?;
        let mut bytes = Vec::new();
        file.take(LOOK).read_to_end(&mut bytes)?;
        // The last line may be half written.
        let whole = bytes
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        if whole == 0 && bytes.len() as u64 == LOOK {
            *offset = len;
        }
        *offset += whole as u64;
        let lines = bytes
            .get(..whole)
            .unwrap_or_default()
            .split(|byte| *byte == b'\n');
        Ok(lines
            .filter_map(|text| line::decode(text).ok()?.record)
            .collect())
    }
}
