//! What happens once at the start: read every file of the rollout, set damage aside, and find the end of the chain.
//! It appends no record.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, PoisonError};

use super::checkpoint::Checkpoint;
use super::disk::{Disk, Sheet};
use super::ledger::Ledger;
use super::line::Line;
use super::place::{Place, Refusal, Use};
use super::scan::{Link, Scan, Start, scan};
use super::store::{RESERVE, Store, reserve_name};
use crate::domain::Timestamp;
use crate::domain::journal::Recovered;

/// Files up to this size are always read from their first line.
pub(super) const READ_WHOLE: u64 = 8 << 20;
/// A start that had to read more than this leaves a checkpoint.
const CHECKPOINT_AFTER: u64 = 1 << 20;

/// A file that was read to its end.
pub(super) struct Loaded {
    /// What was found.
    pub(super) scan: Scan,
    /// What its records add up to.
    pub(super) ledger: Ledger,
    /// Bytes that had to be read.
    pub(super) read: u64,
}

/// Reads a file, from its checkpoint on when it is large.
pub(super) fn load(place: &Place, name: &str, file: &mut File) -> io::Result<Loaded> {
    let len = file.metadata()?.len();
    let checkpoint = if len > READ_WHOLE {
        Checkpoint::read(place, name, file)
    } else {
        None
    };
    let (start, mut ledger) = match checkpoint {
        Some(found) => (found.start(), found.ledger),
        None => (Start::default(), Ledger::default()),
    };
    file.seek(SeekFrom::Start(start.offset))?;
    let scan = scan(&mut *file, start, |line| add(&mut ledger, line))?;
    Ok(Loaded {
        scan,
        ledger,
        read: len.saturating_sub(start.offset),
    })
}

fn add(ledger: &mut Ledger, line: &Line) {
    match &line.record {
        Some(record) => ledger.add(record),
        None => ledger.skip(line.seq),
    }
}

impl Store {
    /// Reads everything that earlier runs left, repairs the file in use, and answers what is to be known.
    pub(super) fn recover(&mut self, stem: &str, now: Timestamp) -> Recovered {
        let mut remarks = Vec::from_iter(self.degraded.take());
        let mut all = Ledger::default();
        let own = self.take_up(&mut all, &mut remarks);
        for dir in std::iter::once(&self.dir).chain(&self.fallbacks) {
            if let Ok(place) = Place::open_existing(dir) {
                let read = read_others(&place, stem, own.as_deref(), &mut all, &mut remarks);
                let mut follower = self
                    .shared
                    .follower
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                for (name, to) in read {
                    follower.read_to(place.path.join(name), to);
                }
            }
        }
        let mut recovered = all.recovered(now);
        self.link.seq = self.link.seq.max(recovered.last_seq);
        recovered.last_seq = self.link.seq;
        recovered.repaired = (!remarks.is_empty()).then(|| remarks.join("; "));
        recovered
    }

    /// Loads the file in use; what cannot be appended to is left as it is, and another one is begun with the first entry.
    fn take_up(&mut self, all: &mut Ledger, remarks: &mut Vec<String>) -> Option<String> {
        for _ in 0..8 {
            let (place, name) = self.home.take()?;
            let loaded = match self.sheet.as_mut() {
                None => return None,
                Some(sheet) => load(&place, &name, &mut sheet.file),
            };
            match loaded {
                Ok(loaded) if loaded.scan.future => {
                    remarks.push(format!(
                        "{name} was written by a newer coalmine: it is only read"
                    ));
                    self.link.seq = self.link.seq.max(loaded.scan.link.seq);
                    let name = self.next_file(&place, &name).ok()?;
                    self.home = Some((place, name));
                }
                Ok(loaded) => {
                    all.merge(self.accept(place, &name, loaded, remarks));
                    return Some(name);
                }
                Err(error) => {
                    remarks.push(format!("{name} cannot be read ({error})"));
                    self.sheet = None;
                    return None;
                }
            }
        }
        None
    }

    fn next_file(&mut self, place: &Place, name: &str) -> Result<String, Refusal> {
        self.sheet = None;
        let base = name.strip_suffix(".jsonl").unwrap_or(name);
        let name = format!("{base}.v{}.jsonl", super::line::VERSION);
        self.sheet = Some(open_sheet(place, &name, &self.disk)?);
        Ok(name)
    }

    fn accept(
        &mut self,
        place: Place,
        name: &str,
        loaded: Loaded,
        remarks: &mut Vec<String>,
    ) -> Ledger {
        let Loaded { scan, ledger, read } = loaded;
        self.link = Link {
            seq: scan.link.seq.max(scan.salvaged_seq).max(self.link.seq),
            hash: scan.link.hash,
        };
        let repaired = match self.sheet.as_mut() {
            Some(sheet) => repair(&place, name, sheet, &scan),
            None => Ok(None),
        };
        match repaired {
            Ok(remark) => remarks.extend(remark),
            Err(error) => {
                remarks.push(format!(
                    "{name} is damaged and could not be repaired ({error}): it stays as it is"
                ));
                self.sheet = None;
                return ledger;
            }
        }
        if scan.foreign > 0 {
            remarks.push(format!(
                "{} entries of {name} were written by a newer coalmine and are passed over",
                scan.foreign
            ));
        }
        if read > CHECKPOINT_AFTER && scan.damage.is_none() && !scan.open_line {
            Checkpoint::of(&scan, &ledger).write(&place, name);
        }
        keep_reserve(&place, &self.slot);
        self.home = Some((place, name.to_owned()));
        ledger
    }

    /// Sums up what was written so far, for a fast start.
    pub(super) fn checkpoint(&mut self) {
        let (Some((place, name)), Some(sheet)) = (&self.home, &mut self.sheet) else {
            return;
        };
        if let Ok(loaded) = load(place, name, &mut sheet.file)
            && loaded.scan.damage.is_none()
        {
            Checkpoint::of(&loaded.scan, &loaded.ledger).write(place, name);
        }
        self.unsummed = 0;
    }
}

/// Reads the journals of a rollout in these directories and changes none of them.
pub(super) fn peek(dirs: &[std::path::PathBuf], stem: &str, now: Timestamp) -> Recovered {
    let (mut all, mut remarks) = (Ledger::default(), Vec::new());
    for dir in dirs {
        if let Ok(place) = Place::open_existing(dir) {
            read_others(&place, stem, None, &mut all, &mut remarks);
        }
    }
    Recovered {
        repaired: (!remarks.is_empty()).then(|| remarks.join("; ")),
        ..all.recovered(now)
    }
}

/// Opens a file for appending.
pub(super) fn open_sheet(
    place: &Place,
    name: &str,
    disk: &Arc<dyn Disk>,
) -> Result<Sheet, Refusal> {
    let file = place.file(name, Use::Append)?;
    place.sync()?;
    Ok(Sheet {
        path: place.path.join(name),
        len: file.metadata()?.len(),
        file,
        disk: Arc::clone(disk),
    })
}

/// Puts the damaged end into a file of its own, durably, before it is cut off here.
fn repair(
    place: &Place,
    name: &str,
    sheet: &mut Sheet,
    scan: &Scan,
) -> Result<Option<String>, io::Error> {
    let mut remark = None;
    if let Some(damage) = &scan.damage {
        let kept = set_aside(place, name, &mut sheet.file, scan.valid_len)?;
        sheet.disk.cut(&sheet.file, scan.valid_len)?;
        sheet.disk.sync(&sheet.file)?;
        sheet.len = scan.valid_len;
        let salvaged = match scan.salvaged {
            0 => String::new(),
            1 => ", 1 record in it could still be read".to_owned(),
            n => format!(", {n} records in it could still be read"),
        };
        remark = Some(format!(
            "{name}: line {} {}; {} records are whole, {} bytes were set aside as {kept}{salvaged}",
            damage.line, damage.text, scan.records, scan.damaged_len
        ));
    }
    if scan.open_line {
        sheet.disk.write(&sheet.file, b"\n")?;
        sheet.disk.sync(&sheet.file)?;
        sheet.len += 1;
        if remark.is_none() {
            remark = Some(format!("{name}: the last line break was missing"));
        }
    }
    Ok(remark)
}

fn set_aside(place: &Place, name: &str, file: &mut File, from: u64) -> io::Result<String> {
    for number in 1..10_000 {
        let kept = format!("{name}.corrupt-{number}");
        let mut copy = match place.file(&kept, Use::Create) {
            Ok(copy) => copy,
            Err(Refusal::Io(error)) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(refusal) => return Err(refusal.into_io()),
        };
        file.seek(SeekFrom::Start(from))?;
        let copied = io::copy(file, &mut copy).and_then(|_| copy.sync_all());
        if let Err(error) = copied.and_then(|()| place.sync()) {
            drop(place.remove(&kept));
            return Err(error);
        }
        return Ok(kept);
    }
    Err(io::Error::other(
        "too many damaged parts were kept; move them away",
    ))
}

fn read_others(
    place: &Place,
    stem: &str,
    own: Option<&str>,
    all: &mut Ledger,
    remarks: &mut Vec<String>,
) -> Vec<(String, u64)> {
    let mut read = Vec::new();
    for name in place.names(&format!("{stem}.")).unwrap_or_default() {
        let is_journal = Path::new(&name)
            .extension()
            .is_some_and(|ending| ending == "jsonl")
            || name.contains(".jsonl.corrupt-");
        if !is_journal || own == Some(name.as_str()) {
            continue;
        }
        let loaded = place
            .file(&name, Use::Read)
            .map_err(Refusal::into_io)
            .and_then(|mut file| load(place, &name, &mut file));
        match loaded {
            Ok(loaded) => {
                // A damaged end may be a line that is being written.
                read.push((name.clone(), loaded.scan.valid_len));
                all.merge(loaded.ledger);
            }
            Err(error) => remarks.push(format!("{name} cannot be read ({error})")),
        }
    }
    read
}

/// Keeps a mebibyte on the disk, to be set free when it is full.
fn keep_reserve(place: &Place, slot: &str) {
    let name = reserve_name(slot);
    let Ok(mut file) = place.file(&name, Use::Append) else {
        return;
    };
    let missing = file
        .metadata()
        .map_or(0, |meta| RESERVE.saturating_sub(meta.len() as usize));
    if missing > 0
        && file
            .write_all(&vec![0x55; missing])
            .and_then(|()| file.sync_data())
            .is_err()
    {
        drop(place.remove(&name));
    }
}

/// Reads `len` bytes at `offset`.
pub(super) fn read_at(file: &mut File, offset: u64, len: usize) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = vec![0; len];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}
