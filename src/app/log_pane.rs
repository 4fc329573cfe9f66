//! The logs on screen: a bounded ring of lines, what is followed, paused, filtered and selected. It reads no log store.

use std::collections::VecDeque;

use crate::domain::Timestamp;
use crate::domain::cohort::Cohort;
use crate::domain::log::{Level, LogEvent, TailMode};

use super::line_edit::LineEdit;

/// Lines that are kept; older ones go, and are counted.
pub const RING: usize = 20_000;

/// One log line, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct LogLine {
    /// The event as it came.
    pub event: LogEvent,
    /// Its severity, where the line names one.
    pub level: Option<Level>,
    /// The session that it names.
    pub session: Option<String>,
    /// The session's cohort at that time.
    pub cohort: Option<Cohort>,
    /// The message, without the fields.
    pub text: String,
    /// Further fields of a JSON line, in its order.
    pub fields: Vec<(String, String)>,
    /// Whether it arrived long after its time.
    pub late: bool,
}

/// Which cohort is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CohortFilter {
    /// Both, and lines without a session.
    #[default]
    All,
    /// Canary lines.
    Canary,
    /// Control lines.
    Control,
}

/// A configured pattern with how often it was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct WatchCount {
    /// Its title.
    pub title: String,
    /// The text that is looked for.
    pub pattern: String,
    /// How often it was seen since the console opened (and in the first look back).
    pub count: u64,
    /// The last event that had it.
    pub last: Option<Timestamp>,
}

/// Lines and errors of one cohort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CohortCount {
    /// Lines.
    pub lines: u64,
    /// Lines at error level.
    pub errors: u64,
}

/// The log pane.
#[derive(Clone, Debug, Default)]
pub struct LogPane {
    /// The ring, oldest first, in time order.
    pub lines: VecDeque<LogLine>,
    /// Lines that left the ring.
    pub forgotten: u64,
    /// Whether the view stands still while lines go on coming.
    pub paused: bool,
    /// While paused: lines of the ring that are shown (later ones are unseen).
    pub frozen_len: usize,
    /// How many lines up from the end the view is scrolled, after filtering.
    pub scroll: usize,
    /// The filter as typed: text, `!text` inverts.
    pub filter: LineEdit,
    /// Which cohort is shown.
    pub cohort: CohortFilter,
    /// Whether long lines wrap.
    pub wrap: bool,
    /// How they arrive.
    pub mode: TailMode,
    /// Whether the last live update was sampled.
    pub sampled: bool,
    /// What the tail last said (a reconnect, a fallback, a missing group).
    pub note: Option<String>,
    /// Lines per second over the last minute of the watched world.
    pub per_second: f64,
    /// How far behind the newest event was when it arrived, in milliseconds.
    pub lag_ms: Option<u64>,
    /// The configured patterns.
    pub watches: Vec<WatchCount>,
    /// Canary lines since the stage changed.
    pub canary: CohortCount,
    /// Control lines since the stage changed.
    pub control: CohortCount,
    /// Whether the cohorts differ, in words.
    pub comparison: Option<String>,
    /// The selected line, counted up from the end after filtering.
    pub selected: usize,
}

impl LogPane {
    /// Lines that arrived since the pause.
    pub fn unseen(&self) -> usize {
        if self.paused {
            self.lines.len().saturating_sub(self.frozen_len)
        } else {
            0
        }
    }

    /// Stands still: lines go on being collected.
    pub fn pause(&mut self) {
        if !self.paused {
            self.paused = true;
            self.frozen_len = self.lines.len();
        }
    }

    /// Goes on with the newest lines.
    pub fn follow(&mut self) {
        if self.paused {
            self.paused = false;
            // What came late during the pause was kept behind what was in view.
            self.lines
                .make_contiguous()
                .sort_by_key(|line| line.event.at);
            self.forget_beyond(RING);
        }
        self.frozen_len = 0;
        self.selected = 0;
        self.scroll = 0;
    }

    /// The one or the other.
    pub fn pause_or_follow(&mut self) {
        if self.paused {
            self.follow();
        } else {
            self.pause();
        }
    }

    /// Whether a line passes filter and cohort.
    pub fn shows(&self, line: &LogLine) -> bool {
        self.needle().shows(line)
    }

    fn needle(&self) -> Needle {
        let typed = self.filter.text();
        let (invert, text) = match typed.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, typed.as_str()),
        };
        Needle {
            cohort: self.cohort,
            invert,
            text: text.to_lowercase(),
        }
    }

    /// The lines in view terms: those that are shown, newest first, from the end (or from the pause) backwards.
    pub fn newest_first(&self) -> impl Iterator<Item = &LogLine> {
        let end = if self.paused {
            self.frozen_len.min(self.lines.len())
        } else {
            self.lines.len()
        };
        let needle = self.needle();
        self.lines
            .range(..end)
            .rev()
            .filter(move |line| needle.shows(line))
    }

    /// Puts a line in, at its place in time, and forgets the oldest beyond the ring. While the view stands still nothing is put
    /// between what is in view, and twice as much is kept before it moves.
    pub fn push(&mut self, line: LogLine) {
        let from = if self.paused {
            self.frozen_len.min(self.lines.len())
        } else {
            0
        };
        let mut at = self.lines.len();
        // Almost every line is the newest.
        while at > from
            && self
                .lines
                .get(at - 1)
                .is_some_and(|last| last.event.at > line.event.at)
        {
            at -= 1;
        }
        self.lines.insert(at, line);
        self.forget_beyond(if self.paused { 2 * RING } else { RING });
    }

    fn forget_beyond(&mut self, most: usize) {
        while self.lines.len() > most {
            self.lines.pop_front();
            self.forgotten += 1;
            self.frozen_len = self.frozen_len.saturating_sub(1);
        }
    }
}

/// What a line must have to be shown.
struct Needle {
    cohort: CohortFilter,
    invert: bool,
    /// In small letters.
    text: String,
}

impl Needle {
    fn shows(&self, line: &LogLine) -> bool {
        let cohort = match self.cohort {
            CohortFilter::All => true,
            CohortFilter::Canary => line.cohort == Some(Cohort::Canary),
            CohortFilter::Control => line.cohort == Some(Cohort::Control),
        };
        cohort && (self.text.is_empty() || self.is_in(&line.event.message) != self.invert)
    }

    fn is_in(&self, text: &str) -> bool {
        if !text.is_ascii() || !self.text.is_ascii() {
            return text.to_lowercase().contains(&self.text);
        }
        let (text, wanted) = (text.as_bytes(), self.text.as_bytes());
        text.windows(wanted.len())
            .any(|part| part.eq_ignore_ascii_case(wanted))
    }
}

#[cfg(test)]
mod tests;
