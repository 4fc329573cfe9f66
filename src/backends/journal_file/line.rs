//! One line of the journal: a JSON object with its checksum and the hash of the line before. It touches no file.
//!
//! ```text
//! {"v":1,"seq":7,"at":"2026-11-20T18:05:44Z","actor":{..},"entry":{..},"prev":"<64 hex>","crc":"<8 hex>"}
//! ```
//!
//! `prev` is the SHA-256 of the previous line without its line break (zeros before the first one). `crc` is the CRC-32 (IEEE)
//! of every byte of the line before `,"crc"`; it always stands last, so `head -c -19 | crc32` checks a line.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::domain::Timestamp;
use crate::domain::journal::{Actor, Entry, Record};

/// The layout that this program writes.
pub(super) const VERSION: u32 = 1;
/// How each line begins.
pub(super) const HEAD: &[u8] = b"{\"v\":";
/// What stands between the checked bytes and the checksum.
pub(super) const CRC_KEY: &[u8] = b",\"crc\":\"";
/// Bytes of the checksum member with the closing brace.
pub(super) const TRAILER: usize = CRC_KEY.len() + 8 + 2;

/// SHA-256 of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hash([u8; 32]);

impl Hash {
    /// The hash of a line's bytes, without its line break.
    pub(super) fn of(line: &[u8]) -> Self {
        Self(Sha256::digest(line).into())
    }

    /// As 64 hexadecimal digits.
    pub(super) fn hex(self) -> String {
        use std::fmt::Write as _;
        self.0
            .iter()
            .fold(String::with_capacity(64), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            })
    }

    /// From 64 hexadecimal digits.
    pub(super) fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

#[derive(Serialize)]
struct Written<'a> {
    v: u32,
    seq: u64,
    at: Timestamp,
    actor: &'a Actor,
    entry: &'a Value,
    prev: String,
}

#[derive(Deserialize)]
struct Found {
    v: u32,
    seq: u64,
    at: Timestamp,
    actor: Actor,
    entry: Value,
    prev: String,
}

/// A line that is whole.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// The record's number.
    pub(super) seq: u64,
    /// The hash that it names as its predecessor's.
    pub(super) prev: Hash,
    /// Its own hash.
    pub(super) hash: Hash,
    /// The record, or `None` for an entry that a newer version of the program wrote.
    pub(super) record: Option<Record>,
}

/// Why a line is not whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// The checksum member is not where it belongs.
    Shape,
    /// The checksum does not fit.
    Checksum,
    /// The checksum fits, the JSON does not.
    Json,
    /// Written in a layout of this number, which is newer than ours.
    Future(u32),
}

impl Flaw {
    /// In words.
    pub(super) fn text(self) -> String {
        match self {
            Self::Shape => "is cut short or not a journal line".to_owned(),
            Self::Checksum => "does not fit its checksum".to_owned(),
            Self::Json => "is not a journal record".to_owned(),
            Self::Future(v) => format!("has layout {v}, which a newer coalmine writes"),
        }
    }
}

/// The bytes of a line, without its line break.
pub(super) fn encode(
    seq: u64,
    at: Timestamp,
    actor: &Actor,
    entry: &Value,
    prev: Hash,
) -> Result<Vec<u8>, serde_json::Error> {
    let written = Written {
        v: VERSION,
        seq,
        at,
        actor,
        entry,
        prev: prev.hex(),
    };
    let mut line = serde_json::to_vec(&written)?;
    line.pop();
    let crc = crc32fast::hash(&line);
    line.extend_from_slice(CRC_KEY);
    line.extend_from_slice(format!("{crc:08x}\"}}").as_bytes());
    Ok(line)
}

/// Reads a line, without its line break.
pub(super) fn decode(line: &[u8]) -> Result<Line, Flaw> {
    let (body, trailer) = line
        .len()
        .checked_sub(TRAILER)
        .and_then(|at| line.split_at_checked(at))
        .ok_or(Flaw::Shape)?;
    let digits = trailer
        .strip_prefix(CRC_KEY)
        .and_then(|rest| rest.strip_suffix(b"\"}"))
        .ok_or(Flaw::Shape)?;
    if digits != format!("{:08x}", crc32fast::hash(body)).as_bytes() {
        return Err(Flaw::Checksum);
    }
    match version(line) {
        Some(v) if v > VERSION => return Err(Flaw::Future(v)),
        Some(_) => {}
        None => return Err(Flaw::Json),
    }
    let found: Found = serde_json::from_slice(line).map_err(|_| Flaw::Json)?;
    debug_assert_eq!(found.v, VERSION);
    Ok(Line {
        seq: found.seq,
        prev: Hash::from_hex(&found.prev).ok_or(Flaw::Json)?,
        hash: Hash::of(line),
        record: serde_json::from_value::<Entry>(found.entry)
            .ok()
            .map(|entry| Record {
                seq: found.seq,
                at: found.at,
                actor: found.actor,
                entry,
            }),
    })
}

/// The layout's number at the head of a line, whatever follows it.
pub(super) fn version(line: &[u8]) -> Option<u32> {
    let rest = line.strip_prefix(HEAD)?;
    let end = rest.iter().position(|byte| !byte.is_ascii_digit())?;
    if rest.get(end) != Some(&b',') {
        return None;
    }
    std::str::from_utf8(rest.get(..end)?).ok()?.parse().ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod tests {
    use super::*;

    fn line() -> Vec<u8> {
        let actor = Actor {
            arn: None,
            user: "ana".into(),
            host: "laptop".into(),
            pid: None,
        };
        let entry = serde_json::to_value(Entry::Complaint).unwrap();
        encode(
            3,
            Timestamp::from_millis(1000),
            &actor,
            &entry,
            Hash::default(),
        )
        .unwrap()
    }

    #[test]
    fn what_is_written_is_read_and_is_plain_json() {
        let bytes = line();
        let read = decode(&bytes).unwrap();
        assert_eq!(read.seq, 3);
        assert_eq!(read.record.unwrap().entry, Entry::Complaint);
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        let keys: Vec<_> = value.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["v", "seq", "at", "actor", "entry", "prev", "crc"]);
    }

    #[test]
    fn every_flipped_bit_is_found() {
        let whole = line();
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut bytes = whole.clone();
                bytes[at] ^= 1 << bit;
                assert!(decode(&bytes).is_err(), "byte {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn an_entry_of_a_newer_program_is_whole_but_not_understood() {
        let entry = serde_json::json!({"kind": "teleported", "to": "mars"});
        let bytes = encode(
            1,
            Timestamp::from_millis(0),
            &Actor::default(),
            &entry,
            Hash::default(),
        )
        .unwrap();
        assert_eq!(decode(&bytes).unwrap().record, None);
    }

    #[test]
    fn a_newer_layout_is_named() {
        let mut body = line();
        body.truncate(body.len() - TRAILER);
        body[5] = b'2';
        let crc = crc32fast::hash(&body);
        body.extend_from_slice(CRC_KEY);
        body.extend_from_slice(format!("{crc:08x}\"}}").as_bytes());
        assert_eq!(decode(&body), Err(Flaw::Future(2)));
    }
}
