//! Reads the journals of a rollout whole, for a report. It repairs, claims and makes nothing.

use std::path::{Path, PathBuf};

use super::place::{Place, Refusal, Use};
use super::scan::{Scan, Start, scan};
use super::trail::weave;
use crate::domain::journal::Record;

/// Records of one file that are kept; of a longer one the oldest are left out.
const MOST: usize = 200_000;

/// Every record of the files in these directories, by time, and what is wrong with the files, in words.
pub(super) fn whole(dirs: &[PathBuf], stem: &str) -> (Vec<Record>, Vec<String>) {
    let (mut all, mut remarks) = (Vec::new(), Vec::new());
    for dir in dirs {
        if dir.symlink_metadata().is_err() {
            continue;
        }
        let place = match Place::open_existing(dir) {
            Ok(place) => place,
            Err(refusal) => {
                remarks.push(format!(
                    "{} is not read: {}",
                    dir.display(),
                    refusal.into_io()
                ));
                continue;
            }
        };
        for name in place.names(&format!("{stem}.")).unwrap_or_default() {
            let is_journal = Path::new(&name).extension().is_some_and(|e| e == "jsonl");
            if is_journal || name.contains(".jsonl.corrupt-") {
                all = weave(all, file(&place, &name, &mut remarks));
            }
        }
    }
    (all, remarks)
}

fn file(place: &Place, name: &str, remarks: &mut Vec<String>) -> Vec<Record> {
    let mut records = std::collections::VecDeque::new();
    let mut left_out = 0_u64;
    let opened = place.file(name, Use::Read).map_err(Refusal::into_io);
    let read = opened.and_then(|file| {
        scan(file, Start::default(), |line| {
            let Some(record) = &line.record else {
                return;
            };
            records.push_back(record.clone());
            if records.len() > MOST {
                records.pop_front();
                left_out += 1;
            }
        })
    });
    match read {
        Ok(found) => remarks.extend(remark(name, &found)),
        Err(error) => remarks.push(format!("{name} cannot be read ({error})")),
    }
    if left_out > 0 {
        remarks.push(format!(
            "the oldest {left_out} records of {name} are left out"
        ));
    }
    records.into()
}

fn remark(name: &str, found: &Scan) -> Option<String> {
    let damage = found.damage.as_ref()?;
    Some(format!(
        "{name}: line {} {}; {} records before it are whole, {} bytes after it are not ({} records in them could still be read)",
        damage.line, damage.text, found.records, found.damaged_len, found.salvaged
    ))
}
