//! A block of the ring: the text of about a thousand neighbouring lines in one piece, and twenty-four bytes of facts for each.
//! It decides neither what is kept nor what is shown.

use crate::domain::Timestamp;
use crate::domain::cohort::Cohort;
use crate::domain::log::Level;

use super::bits::{COHORT, cohort_bits, cohort_of, level_bits, level_of};
use super::{LineView, NewLine};

/// The line passes the filter in force.
pub(in crate::app::log_pane) const PASSES: u8 = 0x20;
/// The line has what is searched for.
pub(in crate::app::log_pane) const HIT: u8 = 0x40;
/// The line is bookmarked.
pub(in crate::app::log_pane) const MARKED: u8 = 0x80;

/// No session.
const NONE: u16 = u16::MAX;
/// A session whose name stands behind the line.
const BEHIND: u16 = u16::MAX - 1;
const NO_LAG: u16 = u16::MAX;
/// Streams that are looked through before one is written down again.
const RECENT: usize = 32;
/// Streams that a block tells apart.
const STREAMS: usize = 255;

/// What is known of a line, besides its text. A million of them are kept: every byte counts.
#[derive(Clone, Copy, Debug)]
pub(in crate::app::log_pane) struct Meta {
    /// Milliseconds since the block's first line.
    at: u32,
    text: u32,
    len: u32,
    pattern: u32,
    /// Where the session stands, in bytes from the line's start.
    session: u16,
    /// Tenths of a second.
    lag: u16,
    stream: u8,
    pub(in crate::app::log_pane) group: u8,
    /// Bytes of the session, less one.
    session_len: u8,
    /// From the lowest bit: three of the level, two of the cohort, three flags.
    bits: u8,
}

pub(in crate::app::log_pane) const FLAGS: u8 = PASSES | HIT | MARKED;

/// Lines of one second, by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bin {
    /// Seconds since 1970.
    pub second: i64,
    /// Lines at error level.
    pub errors: u32,
    /// Lines at warn level.
    pub warnings: u32,
    /// All others.
    pub others: u32,
}

impl Bin {
    fn count(&mut self, level: Option<Level>) {
        match level {
            Some(Level::Error) => self.errors += 1,
            Some(Level::Warn) => self.warnings += 1,
            _ => self.others += 1,
        }
    }
}

/// Neighbouring lines, in time order.
#[derive(Clone, Debug, Default)]
pub(in crate::app::log_pane) struct Block {
    pub(in crate::app::log_pane) uid: u64,
    text: String,
    metas: Vec<Meta>,
    /// The first line's time, in milliseconds.
    from: i64,
    streams: Vec<Box<str>>,
    /// Lines that pass, have what is searched for, are bookmarked.
    pub(in crate::app::log_pane) passed: usize,
    pub(in crate::app::log_pane) hits: usize,
    pub(in crate::app::log_pane) marked: usize,
    /// Which filter, search and history `passed`, `hits` and the cohorts are of.
    pub(in crate::app::log_pane) filter: u32,
    pub(in crate::app::log_pane) search: u32,
    pub(in crate::app::log_pane) tagged: u32,
    /// All lines, and those that pass where a filter is in force, by second.
    pub(in crate::app::log_pane) all: Vec<Bin>,
    pub(in crate::app::log_pane) passing: Vec<Bin>,
}

impl Block {
    pub(in crate::app::log_pane) fn new(uid: u64, text: usize) -> Self {
        Self {
            uid,
            text: String::with_capacity(text),
            ..Self::default()
        }
    }

    pub(in crate::app::log_pane) fn len(&self) -> usize {
        self.metas.len()
    }

    /// Bytes of text.
    pub(in crate::app::log_pane) fn text_len(&self) -> usize {
        self.text.len()
    }

    /// Bytes that it takes in memory.
    pub(in crate::app::log_pane) fn bytes(&self) -> usize {
        let bins = self.all.capacity() + self.passing.capacity();
        self.text.capacity()
            + self.metas.capacity() * size_of::<Meta>()
            + bins * size_of::<Bin>()
            + self.streams.iter().map(|s| s.len() + 16).sum::<usize>()
            + size_of::<Self>()
    }

    pub(in crate::app::log_pane) fn first_at(&self) -> Timestamp {
        Timestamp::from_millis(self.from)
    }

    pub(in crate::app::log_pane) fn last_at(&self) -> Timestamp {
        self.metas
            .last()
            .map_or_else(|| self.first_at(), |meta| self.time(meta))
    }

    fn time(&self, meta: &Meta) -> Timestamp {
        Timestamp::from_millis(self.from.saturating_add(i64::from(meta.at)))
    }

    /// Whether a line of this time lies close enough to the others to be told apart from them.
    pub(in crate::app::log_pane) fn reaches(&self, at: Timestamp) -> bool {
        let (first, last) = (self.first_at().min(at), self.last_at().max(at));
        self.metas.is_empty() || last.since(first).as_millis() <= u128::from(u32::MAX)
    }

    /// Whether so many streams are named that a further one could not be.
    pub(in crate::app::log_pane) fn is_crowded(&self) -> bool {
        self.streams.len() >= STREAMS
    }

    /// Lines that are not later than this.
    pub(in crate::app::log_pane) fn up_to(&self, at: Timestamp) -> usize {
        self.metas.partition_point(|meta| self.time(meta) <= at)
    }

    pub(in crate::app::log_pane) fn meta(&self, line: usize) -> Option<&Meta> {
        self.metas.get(line)
    }

    pub(in crate::app::log_pane) fn has(&self, line: usize, flag: u8) -> bool {
        self.meta(line).is_some_and(|meta| meta.bits & flag != 0)
    }

    /// Sets or clears a flag. Answers whether it changed.
    pub(in crate::app::log_pane) fn set(&mut self, line: usize, flag: u8, on: bool) -> bool {
        let Some(meta) = self.metas.get_mut(line) else {
            return false;
        };
        let before = meta.bits;
        meta.bits = if on { before | flag } else { before & !flag };
        before != meta.bits
    }

    /// Puts a line at its place: behind all that are not later. Answers the place.
    pub(in crate::app::log_pane) fn put(&mut self, line: &NewLine<'_>, group: u8) -> usize {
        let place = self.up_to(line.at);
        self.begin_at(line.at);
        let text = self.text.len() as u32;
        self.text.push_str(line.message);
        let (session, session_len) = self.session(line);
        let lag = line.ingested_at.map_or(NO_LAG, |arrived| {
            (arrived.since(line.at).as_millis() / 100).min(u128::from(NO_LAG - 1)) as u16
        });
        let after = line.at.as_millis().saturating_sub(self.from);
        let meta = Meta {
            at: u32::try_from(after).unwrap_or(u32::MAX),
            text,
            len: line.message.len() as u32,
            pattern: line.pattern,
            session,
            lag,
            stream: self.stream(line.stream),
            group,
            session_len,
            bits: level_bits(line.level) | cohort_bits(line.cohort),
        };
        self.metas.insert(place, meta);
        bin(&mut self.all, line.at, line.level);
        place
    }

    /// Makes the block begin no later than this.
    fn begin_at(&mut self, at: Timestamp) {
        if self.metas.is_empty() {
            self.from = at.as_millis();
            return;
        }
        let earlier = self.from.saturating_sub(at.as_millis());
        if let Ok(earlier @ 1..) = u32::try_from(earlier) {
            self.from = at.as_millis();
            for meta in &mut self.metas {
                meta.at = meta.at.saturating_add(earlier);
            }
        }
    }

    /// Where the session's name stands: in the line if it is there as it is, else behind it.
    fn session(&mut self, line: &NewLine<'_>) -> (u16, u8) {
        let Some(session) = line.session.filter(|id| !id.is_empty()) else {
            return (NONE, 0);
        };
        let session = session
            .get(..session.floor_char_boundary(256))
            .unwrap_or_default();
        let head = line.message.floor_char_boundary(usize::from(BEHIND));
        let found = line.message.get(..head).and_then(|text| text.find(session));
        let at = found.map_or_else(
            || {
                self.text.push_str(session);
                BEHIND
            },
            |found| found as u16,
        );
        (at, (session.len() - 1) as u8)
    }

    fn stream(&mut self, name: &str) -> u8 {
        let from = self.streams.len().saturating_sub(RECENT);
        let known = self
            .streams
            .iter()
            .skip(from)
            .position(|s| **s == *name)
            .map(|place| from + place);
        let place = known.unwrap_or_else(|| {
            if !self.is_crowded() {
                self.streams.push(name.into());
                return self.streams.len() - 1;
            }
            STREAMS
        });
        place as u8
    }

    /// What is known of a line.
    pub(in crate::app::log_pane) fn line(&self, line: usize) -> Option<LineView<'_>> {
        let meta = self.metas.get(line)?;
        let text = |from: usize, len: usize| self.text.get(from..from + len).unwrap_or_default();
        let (from, len) = (meta.text as usize, meta.len as usize);
        let session = match meta.session {
            NONE => None,
            BEHIND => Some(from + len),
            within => Some(from + usize::from(within)),
        };
        Some(LineView {
            at: self.time(meta),
            lag_ms: (meta.lag != NO_LAG).then(|| u64::from(meta.lag) * 100),
            group: meta.group,
            stream: self
                .streams
                .get(usize::from(meta.stream))
                .map_or("", |name| name),
            message: text(from, len),
            level: level_of(meta.bits),
            session: session.map(|at| text(at, usize::from(meta.session_len) + 1)),
            cohort: cohort_of(meta.bits),
            pattern: meta.pattern,
            is_marked: meta.bits & MARKED != 0,
        })
    }

    pub(in crate::app::log_pane) fn set_cohort(&mut self, line: usize, cohort: Cohort) {
        if let Some(meta) = self.metas.get_mut(line) {
            meta.bits = meta.bits & !COHORT | cohort_bits(Some(cohort));
        }
    }

    /// Counts a line that passes into the seconds of those.
    pub(in crate::app::log_pane) fn bin_passing(&mut self, at: Timestamp, level: Option<Level>) {
        bin(&mut self.passing, at, level);
    }

    /// Gives back what was reserved and is not needed: no more lines are put at the end.
    pub(in crate::app::log_pane) fn close(&mut self) {
        self.text.shrink_to_fit();
        self.metas.shrink_to_fit();
        self.all.shrink_to_fit();
        self.passing.shrink_to_fit();
    }

    /// Takes the lines from `line` on out, into a block of their own.
    pub(in crate::app::log_pane) fn split_off(&mut self, line: usize, uid: u64) -> Self {
        let whole = std::mem::take(self);
        let mut late = Self::new(uid, whole.text.len() / 2);
        *self = Self::new(whole.uid, whole.text.len() / 2);
        for part in [&mut *self, &mut late] {
            (part.filter, part.search, part.tagged) = (whole.filter, whole.search, whole.tagged);
        }
        for place in 0..whole.len() {
            let target = if place < line { &mut *self } else { &mut late };
            whole.copy(place, target);
        }
        self.close();
        late.close();
        late
    }

    /// Takes the first lines away and hands them out one by one.
    pub(in crate::app::log_pane) fn take_front(
        &mut self,
        lines: usize,
        mut taken: impl FnMut(&LineView<'_>, u8),
    ) {
        let whole = std::mem::take(self);
        *self = Self::new(whole.uid, whole.text.len());
        (self.filter, self.search, self.tagged) = (whole.filter, whole.search, whole.tagged);
        for place in 0..whole.len() {
            if place >= lines {
                whole.copy(place, self);
            } else if let (Some(line), Some(meta)) = (whole.line(place), whole.meta(place)) {
                taken(&line, meta.bits & FLAGS);
            }
        }
    }

    /// Copies a line with its flags to the end of another block.
    fn copy(&self, place: usize, target: &mut Self) {
        let (Some(line), Some(meta)) = (self.line(place), self.metas.get(place)) else {
            return;
        };
        let at = target.put(&line.as_new(), meta.group);
        if let Some(copy) = target.metas.get_mut(at) {
            (copy.bits, copy.lag) = (meta.bits, meta.lag);
        }
        target.passed += usize::from(meta.bits & PASSES != 0);
        target.hits += usize::from(meta.bits & HIT != 0);
        target.marked += usize::from(meta.bits & MARKED != 0);
        if meta.bits & PASSES != 0 && !self.passing.is_empty() {
            bin(&mut target.passing, line.at, line.level);
        }
    }
}

fn bin(bins: &mut Vec<Bin>, at: Timestamp, level: Option<Level>) {
    let second = at.as_millis().div_euclid(1000);
    let place = match bins.last() {
        Some(last) if last.second < second => bins.len(),
        Some(last) if last.second == second => bins.len() - 1,
        _ => bins.partition_point(|bin| bin.second < second),
    };
    if bins.get(place).is_none_or(|bin| bin.second != second) {
        let fresh = Bin {
            second,
            ..Bin::default()
        };
        bins.insert(place, fresh);
    }
    if let Some(bin) = bins.get_mut(place) {
        bin.count(level);
    }
}
