//! The keys of a chord that is not finished. It knows no meaning of a key.

use crate::app::keymap::{Key, Scope};

/// A chord may take so many milliseconds from one key to the next, by the machine's monotonic clock.
pub const CHORD_MS: u64 = 3_000;
/// Ticks after which the keys are forgotten where no further key came.
const TICKS: u32 = 4;

/// Keys that begin a chord.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The keys so far, at least one.
    pub keys: Vec<Key>,
    /// When the last of them went down.
    pub at_ms: u64,
    /// Where they began.
    pub scopes: Vec<Scope>,
    /// Ticks left.
    pub ticks: u32,
}

impl Pending {
    /// Keys of which the last one went down now.
    pub fn new(keys: Vec<Key>, at_ms: u64, scopes: Vec<Scope>) -> Self {
        Self {
            keys,
            at_ms,
            scopes,
            ticks: TICKS,
        }
    }

    /// Whether a key at this time, where these scopes are open, goes on with it.
    pub fn goes_on(&self, at_ms: u64, scopes: &[Scope]) -> bool {
        at_ms
            .checked_sub(self.at_ms)
            .is_some_and(|gap| gap <= CHORD_MS)
            && self.scopes == scopes
    }
}
