//! The keys of a chord that is not finished. It knows no meaning of a key.

use crate::app::keymap::{Key, KeyCode, Keymap, Scope, Step};

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

    /// What a key comes to after those that were begun, if it goes on with them; what begins a chord is kept.
    pub fn step(
        pending: &mut Option<Self>,
        keymap: &Keymap,
        (key, at_ms): (Key, u64),
        scopes: &[Scope],
    ) -> Step {
        let begun = pending.take().filter(|begun| begun.goes_on(at_ms, scopes));
        let mut keys = begun.map_or_else(Vec::new, |begun| begun.keys);
        keys.push(key);
        let mut step = keymap.step(&keys, scopes);
        if step == Step::Nothing && keys.len() > 1 && key != Key::plain(KeyCode::Esc) {
            // No chord goes on so: the key counts for itself. One that turns the feature off must not be lost to a slip.
            keys = vec![key];
            step = keymap.step(&keys, scopes);
        }
        if step == Step::Begins {
            *pending = Some(Self::new(keys, at_ms, scopes.to_vec()));
        }
        step
    }

    /// Whether a key at this time, where these scopes are open, goes on with it.
    pub fn goes_on(&self, at_ms: u64, scopes: &[Scope]) -> bool {
        at_ms
            .checked_sub(self.at_ms)
            .is_some_and(|gap| gap <= CHORD_MS)
            && self.scopes == scopes
    }
}
