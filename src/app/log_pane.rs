//! The logs on screen: a bounded ring of lines, what is followed, paused, filtered, searched for, bookmarked and selected.
//! It reads no log store.

use jiff::tz::TimeZone;
use regex::Regex;

use crate::domain::Timestamp;
use crate::domain::log::TailMode;
use crate::domain::rollout::LogsSpec;

use super::line_edit::LineEdit;

mod export;
mod filter;
mod overview;
mod parts;
mod patterns;
mod rate;
mod scan;
mod store;
mod walk;

pub use export::Export;
pub use filter::{Filter, needle};
pub use overview::Stretch;
pub use parts::{CohortCount, CohortFilter, Times, View, WatchCount};
pub use patterns::{Pattern, Patterns};
pub use rate::Rate;
pub use scan::Tagged;
pub use store::{Bin, Limits, LineView, NewLine, Place, Spot, Store};
pub use walk::Way;

/// Which filter, search and history of the flag are in force, by number; 0 is none that ever was.
#[derive(Clone, Copy, Debug)]
struct Epochs {
    filter: u32,
    search: u32,
    history: u32,
}

/// The log pane.
#[derive(Clone, Debug)]
pub struct LogPane {
    store: Store,
    in_force: Filter,
    needle: Option<Regex>,
    epochs: Epochs,
    /// How far behind each group's newest line was, by the group's number.
    lags: Vec<Option<u64>>,
    /// Whether the view stands still while lines go on coming.
    pub paused: bool,
    /// The filter as typed; while it has a fault the one before stays in force.
    pub filter: LineEdit,
    /// What is wrong with the filter as typed.
    pub filter_fault: Option<String>,
    /// What is searched for, as typed.
    pub search: LineEdit,
    /// Whether the search has the cursor.
    pub searching: bool,
    /// What is wrong with the search as typed.
    pub search_fault: Option<String>,
    /// A way in which a match is looked for that lies where nothing was looked through yet.
    pub seeking: Option<Way>,
    /// Lines around each line that passes, before and after it, that are shown as well.
    pub context: usize,
    /// Which cohort is shown.
    pub cohort: CohortFilter,
    /// Whether long lines wrap.
    pub wrap: bool,
    /// How times are shown.
    pub times: Times,
    /// Where the person is.
    pub zone: TimeZone,
    /// What the log screen lists.
    pub view: View,
    /// The patterns of all lines that came.
    pub patterns: Patterns,
    /// The selected pattern, by its number.
    pub pattern: Option<u32>,
    /// The export under way.
    pub export: Option<Export>,
    /// Whether a further look through the ring was asked for.
    pub asked: bool,
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
}

impl Default for LogPane {
    fn default() -> Self {
        Self::new(LogsSpec::LINES)
    }
}

/// The pin of the cursor.
const CURSOR: usize = 0;

impl LogPane {
    /// An empty pane that keeps so many lines.
    pub fn new(lines: usize) -> Self {
        Self {
            store: Store::new(Limits::of(lines)),
            in_force: Filter::default(),
            needle: None,
            epochs: Epochs {
                filter: 1,
                search: 1,
                history: 1,
            },
            lags: Vec::new(),
            paused: false,
            filter: LineEdit::default(),
            filter_fault: None,
            search: LineEdit::default(),
            searching: false,
            search_fault: None,
            seeking: None,
            context: 0,
            cohort: CohortFilter::default(),
            wrap: false,
            times: Times::default(),
            zone: TimeZone::UTC,
            view: View::default(),
            patterns: Patterns::default(),
            pattern: None,
            export: None,
            asked: false,
            mode: TailMode::default(),
            sampled: false,
            note: None,
            per_second: 0.0,
            lag_ms: None,
            watches: Vec::new(),
            canary: CohortCount::default(),
            control: CohortCount::default(),
            comparison: None,
        }
    }

    /// The ring.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Gives the configured groups their numbers, hence their colours, before any line comes.
    pub fn name_groups(&mut self, groups: &[String]) {
        for group in groups {
            self.store.group(group);
        }
    }

    /// Takes a line in. `text` is its message without the fields, of which the pattern is made.
    pub fn push(&mut self, line: NewLine<'_>, text: &str) {
        let group = self.store.group(line.group);
        let facts = (line.at, line.level, group);
        let pattern = self.patterns.count(text, line.session, facts);
        if let Some(arrived) = line.ingested_at {
            let number = usize::from(group);
            self.lags.resize(self.lags.len().max(number + 1), None);
            if let Some(lag) = self.lags.get_mut(number) {
                *lag = u64::try_from(arrived.since(line.at).as_millis()).ok();
            }
        }
        let spot = self.store.push(&NewLine { pattern, ..line });
        self.look_at(spot);
    }

    /// How far behind the newest line of a group was when it arrived, in milliseconds.
    pub fn lag_of(&self, group: usize) -> Option<u64> {
        self.lags.get(group).copied().flatten()
    }

    /// Lines that arrived since the pause.
    pub fn unseen(&self) -> usize {
        if self.paused { self.store.unseen() } else { 0 }
    }

    /// Stands still: lines go on being collected.
    pub fn pause(&mut self) {
        if !self.paused {
            self.paused = true;
            self.store.seal();
        }
    }

    /// Goes on with the newest lines.
    pub fn follow(&mut self) {
        if self.paused {
            self.paused = false;
            self.store.unseal();
        }
        self.pin(CURSOR, None);
        self.seeking = None;
    }

    /// The one or the other.
    pub fn pause_or_follow(&mut self) {
        if self.paused {
            self.follow();
        } else {
            self.pause();
        }
    }

    /// The filter as typed, or the cohort, changed: it is in force from now on, unless there is a fault in it.
    pub fn refilter(&mut self) {
        match Filter::parse(&self.filter.text(), self.cohort) {
            Ok(filter) => {
                self.in_force = filter;
                self.filter_fault = None;
                self.epochs.filter = self.epochs.filter.wrapping_add(1).max(1);
            }
            Err(fault) => self.filter_fault = Some(fault),
        }
    }

    /// Shows the lines that have this text, as one phrase where that can be written.
    pub fn show_only(&mut self, text: &str) {
        self.filter.clear();
        if text.contains('"') || !text.contains(char::is_whitespace) {
            self.filter.insert(text);
        } else {
            self.filter.insert(&format!("\"{text}\""));
        }
        self.refilter();
        self.view = View::Lines;
    }

    /// Shows everything again.
    pub fn clear_filter(&mut self) {
        self.filter.clear();
        self.refilter();
    }

    /// Whether anything is filtered out.
    pub fn is_filtered(&self) -> bool {
        !self.in_force.is_all()
    }

    /// The search as typed changed.
    pub fn research(&mut self) {
        self.seeking = None;
        match needle(&self.search.text()) {
            Ok(needle) => {
                self.needle = needle;
                self.search_fault = None;
                self.epochs.search = self.epochs.search.wrapping_add(1).max(1);
            }
            Err(fault) => self.search_fault = Some(fault),
        }
    }

    /// Searches for nothing any more.
    pub fn clear_search(&mut self) {
        self.search.clear();
        self.research();
    }

    /// What is searched for.
    pub fn needle(&self) -> Option<&Regex> {
        self.needle.as_ref()
    }

    /// Which cohort was which is known better now: lines without one are looked at again.
    pub fn retag(&mut self) {
        self.epochs.history = self.epochs.history.wrapping_add(1).max(1);
    }

    /// Puts the cursor on a line; the view stands still from then on.
    pub fn select(&mut self, spot: Spot) {
        self.pause();
        self.pin(CURSOR, self.store.place(spot));
    }

    /// Puts the cursor on the line of this number, if it is here still.
    pub fn select_number(&mut self, number: u64) {
        if let Some(spot) = self.store.spot(Place::of(number)) {
            self.select(spot);
        }
    }

    /// Moves the cursor by so many shown lines, down where it is positive. Back on the newest line it stays paused.
    pub fn shift(&mut self, by: isize) {
        let Some(mut at) = self.selected() else {
            return;
        };
        let way = if by < 0 { Way::Older } else { Way::Newer };
        let following = self.cursor().is_none();
        let mut moved = false;
        for _ in 0..by.unsigned_abs().min(self.store.len()) {
            match self.next_shown(at, way) {
                Some(next) => at = next,
                None => break,
            }
            moved = true;
        }
        if moved || !following {
            self.select(at);
        }
    }

    /// Puts the cursor on the oldest shown line.
    pub fn to_first(&mut self) {
        if let Some(first) = self.first()
            && Some(first) != self.newest()
        {
            self.select(first);
        }
    }

    /// Puts the cursor on the first shown line from this instant on, else on the last one before it. Answers that line's time.
    pub fn to_instant(&mut self, at: Timestamp) -> Option<Timestamp> {
        let from = self.store.from_time(at).unwrap_or_else(|| self.store.end());
        let spot = if self.is_shown(from) {
            Some(from)
        } else {
            self.next_shown(from, Way::Newer)
                .or_else(|| self.next_shown(from, Way::Older))
        };
        let spot = spot?;
        let found = self.store.line(spot)?.at;
        self.select(spot);
        Some(found)
    }

    /// Looks for the next match. Answers whether one was found; where the ring is not looked through yet, it goes on by itself.
    pub fn seek(&mut self, way: Way) -> bool {
        self.seeking = None;
        let end = self.store.end();
        let from = match self.cursor() {
            Some(_) => self.selected(),
            None => Some(end),
        };
        let found = from.and_then(|from| self.next_hit(from, way));
        match found {
            Some(spot) => self.select(spot),
            None if self.is_behind() => self.seeking = Some(way),
            None => {}
        }
        found.is_some()
    }

    /// Goes on looking for a match after a further look through the ring. Answers false once there is none.
    pub fn go_on_seeking(&mut self) -> bool {
        match self.seeking {
            Some(way) => self.seek(way) || self.seeking.is_some(),
            None => true,
        }
    }

    /// Bookmarks the selected line, or takes the bookmark away. Answers whether it is one now.
    pub fn mark(&mut self) -> Option<bool> {
        let spot = self.selected()?;
        let on = !self.store.line(spot)?.is_marked;
        self.store.set_marked(spot, on);
        Some(on)
    }

    /// Goes to the next bookmark that is shown. Answers whether there is one.
    pub fn to_mark(&mut self, way: Way) -> bool {
        let from = match self.cursor() {
            Some(_) => self.selected(),
            None => Some(self.store.end()),
        };
        let found = from.and_then(|from| self.next_marked(from, way));
        if let Some(spot) = found {
            self.select(spot);
        }
        found.is_some()
    }
}

#[cfg(test)]
mod tests;
