//! The opaque tokens of paged operations: a place, what it belongs to, when it was given, and a checksum.
//! It does not know what a place means.

use super::request::invalid;
use crate::sim::aws::ServiceError;
use std::fmt::Write as _;

/// How long a token may be used, in milliseconds.
const LIFE: i64 = 24 * 3_600_000;

/// Wraps `place` into a token for the query `of`. The same arguments give the same token.
pub(super) fn seal(of: &str, place: &str, now: i64) -> String {
    let body = format!("{:08x}.{now:x}.{place}", crc32fast::hash(of.as_bytes()));
    let sum = crc32fast::hash(body.as_bytes()).to_be_bytes();
    sum.iter()
        .copied()
        .chain(body.bytes())
        .fold(String::new(), |mut token, byte| {
            let _infallible = write!(token, "{byte:02x}");
            token
        })
}

/// The place in a token that was given for the query `of` within the last day.
///
/// Anything else is refused as `InvalidParameterException`.
pub(super) fn open(of: &str, token: &str, now: i64) -> Result<String, ServiceError> {
    read(of, token, now).ok_or_else(refused)
}

/// The refusal of a token.
pub(super) fn refused() -> ServiceError {
    invalid("The specified nextToken is invalid.")
}

fn read(of: &str, token: &str, now: i64) -> Option<String> {
    let bytes = unhex(token)?;
    let (sum, body) = bytes.split_at_checked(4)?;
    if sum != crc32fast::hash(body).to_be_bytes() {
        return None;
    }
    let mut parts = std::str::from_utf8(body).ok()?.splitn(3, '.');
    let owner = u32::from_str_radix(parts.next()?, 16).ok()?;
    let given = i64::from_str_radix(parts.next()?, 16).ok()?;
    let fits = owner == crc32fast::hash(of.as_bytes()) && now.checked_sub(given)? <= LIFE;
    fits.then(|| parts.next().map(str::to_owned)).flatten()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok())
        .collect()
}
