//! The patterns of the lines: each once, counted, with when it was first and last seen. It is bounded, and keeps no lines.

use std::collections::HashMap;

use crate::domain::Timestamp;
use crate::domain::log::{Level, mask::mask};

/// Patterns that are kept; beyond it those go that were not seen for longest.
const KEPT: usize = 2_000;

/// Lines that are the same but for numbers, ids and quoted values.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// Its number, which the filter takes as `pattern:NUMBER`.
    pub number: u32,
    /// The text, with what differs taken out.
    pub text: String,
    /// How often it was seen since the console opened.
    pub count: u64,
    /// The earliest line that had it.
    pub first: Timestamp,
    /// The latest.
    pub last: Timestamp,
    /// The worst level that it had.
    pub level: Option<Level>,
    /// The log group of the first one, by number.
    pub group: u8,
}

/// All patterns.
#[derive(Clone, Debug, Default)]
pub struct Patterns {
    numbers: HashMap<String, u32>,
    known: HashMap<u32, Pattern>,
    made: u32,
    dropped: u64,
    masked: String,
}

impl Patterns {
    /// Counts a line's message. Answers its pattern's number.
    pub fn count(
        &mut self,
        message: &str,
        session: Option<&str>,
        (at, level, group): (Timestamp, Option<Level>, u8),
    ) -> u32 {
        let mut masked = std::mem::take(&mut self.masked);
        mask(message, session, &mut masked);
        let number = self.numbers.get(masked.as_str()).copied();
        let number = number.unwrap_or_else(|| self.add(&masked, at, group));
        self.masked = masked;
        if let Some(pattern) = self.known.get_mut(&number) {
            pattern.count += 1;
            pattern.first = pattern.first.min(at);
            pattern.last = pattern.last.max(at);
            pattern.level = pattern.level.max(level);
        }
        number
    }

    fn add(&mut self, text: &str, at: Timestamp, group: u8) -> u32 {
        if self.known.len() >= KEPT {
            self.forget();
        }
        self.made = self.made.wrapping_add(1).max(1);
        let pattern = Pattern {
            number: self.made,
            text: text.to_owned(),
            count: 0,
            first: at,
            last: at,
            level: None,
            group,
        };
        self.numbers.insert(text.to_owned(), self.made);
        self.known.insert(self.made, pattern);
        self.made
    }

    /// A quarter goes: what was not seen for longest.
    fn forget(&mut self) {
        let mut seen: Vec<(Timestamp, u32)> =
            self.known.values().map(|p| (p.last, p.number)).collect();
        seen.sort_unstable();
        for (_, number) in seen.into_iter().take(KEPT / 4) {
            if let Some(pattern) = self.known.remove(&number) {
                self.numbers.remove(&pattern.text);
                self.dropped += 1;
            }
        }
    }

    /// Patterns that are known.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Patterns that were dropped because there are too many; one that comes back counts as new.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// A pattern by its number.
    pub fn get(&self, number: u32) -> Option<&Pattern> {
        self.known.get(&number)
    }

    /// All, the one that appeared last first.
    pub fn newest_first(&self) -> Vec<&Pattern> {
        let mut all: Vec<&Pattern> = self.known.values().collect();
        all.sort_unstable_by_key(|pattern| std::cmp::Reverse((pattern.first, pattern.number)));
        all
    }
}
