//! Level and cohort of a line in five bits. It knows no line.

use crate::domain::cohort::Cohort;
use crate::domain::log::Level;

/// The bits of the level.
const LEVEL: u8 = 0x07;
/// The bits of the cohort.
pub(super) const COHORT: u8 = 0x18;

pub(super) fn level_bits(level: Option<Level>) -> u8 {
    match level {
        None => 0,
        Some(Level::Debug) => 1,
        Some(Level::Info) => 2,
        Some(Level::Warn) => 3,
        Some(Level::Error) => 4,
    }
}

pub(super) fn level_of(bits: u8) -> Option<Level> {
    match bits & LEVEL {
        1 => Some(Level::Debug),
        2 => Some(Level::Info),
        3 => Some(Level::Warn),
        4 => Some(Level::Error),
        _ => None,
    }
}

pub(super) fn cohort_bits(cohort: Option<Cohort>) -> u8 {
    match cohort {
        None => 0,
        Some(Cohort::Canary) => 0x08,
        Some(Cohort::Control) => 0x10,
    }
}

pub(super) fn cohort_of(bits: u8) -> Option<Cohort> {
    match bits & COHORT {
        0x08 => Some(Cohort::Canary),
        0x10 => Some(Cohort::Control),
        _ => None,
    }
}
