//! A block of the ring: the text of about a thousand neighbouring lines in one piece, and thirty-two bytes of facts for each.
//! It decides neither what is kept nor what is shown.

use crate::domain::Timestamp;
use crate::domain::cohort::Cohort;
use crate::domain::log::Level;

use super::{LineView, NewLine};

/// The line passes the filter in force.
pub(in crate::app::log_pane) const PASSES: u8 = 1;
/// The line has what is searched for.
pub(in crate::app::log_pane) const HIT: u8 = 2;
/// The line is bookmarked.
pub(in crate::app::log_pane) const MARKED: u8 = 4;

/// No session; no lag.
const NONE: u32 = u32::MAX;
const NO_LAG: u16 = u16::MAX;
/// Streams that are looked through before one is written down again.
const STREAMS: usize = 32;

/// What is known of a line, besides its text.
#[derive(Clone, Copy, Debug)]
pub(in crate::app::log_pane) struct Meta {
    at: i64,
    text: u32,
    len: u32,
    session: u32,
    pattern: u32,
    /// Tenths of a second.
    lag: u16,
    stream: u16,
    pub(in crate::app::log_pane) group: u8,
    /// Bytes of the session, less one.
    session_len: u8,
    /// The level in the lower half, the cohort in the upper.
    class: u8,
    pub(in crate::app::log_pane) flags: u8,
}

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
        self.metas
            .first()
            .map_or(Timestamp::default(), |meta| Timestamp::from_millis(meta.at))
    }

    pub(in crate::app::log_pane) fn last_at(&self) -> Timestamp {
        self.metas
            .last()
            .map_or(Timestamp::default(), |meta| Timestamp::from_millis(meta.at))
    }

    /// Lines that are not later than this.
    pub(in crate::app::log_pane) fn up_to(&self, at: Timestamp) -> usize {
        self.metas.partition_point(|meta| meta.at <= at.as_millis())
    }

    pub(in crate::app::log_pane) fn meta(&self, line: usize) -> Option<&Meta> {
        self.metas.get(line)
    }

    pub(in crate::app::log_pane) fn has(&self, line: usize, flag: u8) -> bool {
        self.meta(line).is_some_and(|meta| meta.flags & flag != 0)
    }

    /// Sets or clears a flag. Answers whether it changed.
    pub(in crate::app::log_pane) fn set(&mut self, line: usize, flag: u8, on: bool) -> bool {
        let Some(meta) = self.metas.get_mut(line) else {
            return false;
        };
        let before = meta.flags;
        meta.flags = if on { before | flag } else { before & !flag };
        before != meta.flags
    }

    /// Puts a line at its place: behind all that are not later. Answers the place.
    pub(in crate::app::log_pane) fn put(&mut self, line: &NewLine<'_>, group: u8) -> usize {
        let place = self.up_to(line.at);
        let text = self.text.len() as u32;
        self.text.push_str(line.message);
        let (session, session_len) = self.session(line, text);
        let lag = line.ingested_at.map_or(NO_LAG, |arrived| {
            (arrived.since(line.at).as_millis() / 100).min(u128::from(NO_LAG - 1)) as u16
        });
        let meta = Meta {
            at: line.at.as_millis(),
            text,
            len: line.message.len() as u32,
            session,
            pattern: line.pattern,
            lag,
            stream: self.stream(line.stream),
            group,
            session_len,
            class: level_bits(line.level) | cohort_bits(line.cohort) << 4,
            flags: 0,
        };
        self.metas.insert(place, meta);
        bin(&mut self.all, line.at, line.level);
        place
    }

    /// Where the session's name stands: in the line if it is there as it is, else behind it.
    fn session(&mut self, line: &NewLine<'_>, text: u32) -> (u32, u8) {
        let Some(session) = line.session.filter(|id| !id.is_empty()) else {
            return (NONE, 0);
        };
        let session = session
            .get(..session.floor_char_boundary(256))
            .unwrap_or_default();
        let at = line.message.find(session).map_or_else(
            || {
                let at = self.text.len() as u32;
                self.text.push_str(session);
                at
            },
            |found| text + found as u32,
        );
        (at, (session.len() - 1) as u8)
    }

    fn stream(&mut self, name: &str) -> u16 {
        let from = self.streams.len().saturating_sub(STREAMS);
        let known = self
            .streams
            .iter()
            .skip(from)
            .position(|s| **s == *name)
            .map(|place| from + place);
        let place = known.unwrap_or_else(|| {
            self.streams.push(name.into());
            self.streams.len() - 1
        });
        place as u16
    }

    /// What is known of a line.
    pub(in crate::app::log_pane) fn line(&self, line: usize) -> Option<LineView<'_>> {
        let meta = self.metas.get(line)?;
        let text = |from: u32, len: usize| {
            let from = from as usize;
            self.text.get(from..from + len).unwrap_or_default()
        };
        Some(LineView {
            at: Timestamp::from_millis(meta.at),
            lag_ms: (meta.lag != NO_LAG).then(|| u64::from(meta.lag) * 100),
            group: meta.group,
            stream: self
                .streams
                .get(usize::from(meta.stream))
                .map_or("", |name| name),
            message: text(meta.text, meta.len as usize),
            level: level_of(meta.class),
            session: (meta.session != NONE)
                .then(|| text(meta.session, usize::from(meta.session_len) + 1)),
            cohort: cohort_of(meta.class),
            pattern: meta.pattern,
            is_marked: meta.flags & MARKED != 0,
        })
    }

    pub(in crate::app::log_pane) fn set_cohort(&mut self, line: usize, cohort: Cohort) {
        if let Some(meta) = self.metas.get_mut(line) {
            meta.class = meta.class & 0x0f | cohort_bits(Some(cohort)) << 4;
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
                taken(&line, meta.flags);
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
            (copy.flags, copy.lag) = (meta.flags, meta.lag);
        }
        target.passed += usize::from(meta.flags & PASSES != 0);
        target.hits += usize::from(meta.flags & HIT != 0);
        target.marked += usize::from(meta.flags & MARKED != 0);
        if meta.flags & PASSES != 0 && !self.passing.is_empty() {
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

fn level_bits(level: Option<Level>) -> u8 {
    match level {
        None => 0,
        Some(Level::Debug) => 1,
        Some(Level::Info) => 2,
        Some(Level::Warn) => 3,
        Some(Level::Error) => 4,
    }
}

fn level_of(class: u8) -> Option<Level> {
    match class & 0x0f {
        1 => Some(Level::Debug),
        2 => Some(Level::Info),
        3 => Some(Level::Warn),
        4 => Some(Level::Error),
        _ => None,
    }
}

fn cohort_bits(cohort: Option<Cohort>) -> u8 {
    match cohort {
        None => 0,
        Some(Cohort::Canary) => 1,
        Some(Cohort::Control) => 2,
    }
}

fn cohort_of(class: u8) -> Option<Cohort> {
    match class >> 4 {
        1 => Some(Cohort::Canary),
        2 => Some(Cohort::Control),
        _ => None,
    }
}
