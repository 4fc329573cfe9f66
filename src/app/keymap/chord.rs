//! Keys that are pressed one after the other, and their notation. What they mean stands in the table.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Key;

/// The most keys of a chord.
pub(super) const LONGEST: usize = 4;

/// One key, or several that follow each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Chord(Vec<Key>);

impl Chord {
    /// A single key.
    pub fn of(key: Key) -> Self {
        Self(vec![key])
    }

    /// Reads `D`, `ctrl-x`, `g d`: keys with blanks between them, at most four.
    ///
    /// # Errors
    /// The part that is no key, or the whole text when it holds none or too many.
    pub fn parse(text: &str) -> Result<Self, String> {
        let keys: Vec<Key> = text
            .split_whitespace()
            .map(|part| Key::parse(part).ok_or_else(|| part.to_owned()))
            .collect::<Result<_, _>>()?;
        if keys.is_empty() || keys.len() > LONGEST {
            return Err(text.to_owned());
        }
        Ok(Self(keys))
    }

    /// The keys, at least one.
    pub fn keys(&self) -> &[Key] {
        &self.0
    }

    /// The key that completes it.
    pub fn last(&self) -> Option<Key> {
        self.0.last().copied()
    }

    /// What is left of it after so many keys, if anything.
    pub fn after(&self, keys: usize) -> Option<Self> {
        let rest = self.0.get(keys..).filter(|rest| !rest.is_empty())?;
        Some(Self(rest.to_vec()))
    }

    /// Whether it is these keys, and more.
    pub fn begins_with(&self, keys: &[Key]) -> bool {
        self.0.len() > keys.len() && self.0.starts_with(keys)
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, key) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{key}")?;
        }
        Ok(())
    }
}
