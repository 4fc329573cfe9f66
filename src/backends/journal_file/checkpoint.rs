//! The sum of a journal up to an offset, kept beside it, so that a large journal opens fast. Losing one costs time, nothing else:
//! it counts only while the line that it ends with still stands where it stood.

use std::fs::File;
use std::io::Read;

use serde::{Deserialize, Serialize};

use super::ledger::Ledger;
use super::line::{self, Hash};
use super::load::read_at;
use super::place::{Place, Use};
use super::scan::{LINE_MAX, Link, Scan, Start};

const LAYOUT: u32 = 1;

/// A journal summed up to an offset.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    layout: u32,
    offset: u64,
    last_line_at: u64,
    seq: u64,
    hash: String,
    /// What the records up to there add up to.
    pub(super) ledger: Ledger,
}

impl Checkpoint {
    /// The sum after a scan.
    pub(super) fn of(scan: &Scan, ledger: &Ledger) -> Self {
        Self {
            layout: LAYOUT,
            offset: scan.valid_len,
            last_line_at: scan.last_line_at,
            seq: scan.link.seq,
            hash: scan.link.hash.hex(),
            ledger: ledger.clone(),
        }
    }

    /// Where reading goes on.
    pub(super) fn start(&self) -> Start {
        Start {
            offset: self.offset,
            last_line_at: self.last_line_at,
            link: Hash::from_hex(&self.hash).map(|hash| Link {
                seq: self.seq,
                hash,
            }),
        }
    }

    /// Writes it beside the journal, whole or not at all; a failure is of no account.
    pub(super) fn write(&self, place: &Place, journal: &str) {
        let Ok(mut bytes) = serde_json::to_vec(self) else {
            return;
        };
        let crc = crc32fast::hash(&bytes);
        bytes.extend_from_slice(format!("\n{crc:08x}\n").as_bytes());
        drop(place.replace(&name(journal), &bytes));
    }

    /// Reads it back, if it fits the journal as it is now.
    pub(super) fn read(place: &Place, journal: &str, file: &mut File) -> Option<Self> {
        let mut text = String::new();
        place
            .file(&name(journal), Use::Read)
            .ok()?
            .read_to_string(&mut text)
            .ok()?;
        let (json, crc) = text.trim_end().rsplit_once('\n')?;
        if crc != format!("{:08x}", crc32fast::hash(json.as_bytes())) {
            return None;
        }
        let found: Self = serde_json::from_str(json).ok()?;
        let length = found.offset.checked_sub(found.last_line_at)?;
        if found.layout != LAYOUT || length == 0 || length > LINE_MAX {
            return None;
        }
        let bytes = read_at(file, found.last_line_at, usize::try_from(length).ok()?).ok()?;
        let last = line::decode(bytes.strip_suffix(b"\n")?).ok()?;
        (last.hash.hex() == found.hash && last.seq == found.seq).then_some(found)
    }
}

fn name(journal: &str) -> String {
    format!("{journal}.checkpoint")
}
