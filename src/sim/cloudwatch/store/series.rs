//! The samples of one metric, kept per minute, small enough for thousands of sessions over hours; and how periods cut them.

use std::collections::BTreeMap;

use super::MINUTE;
use crate::sim::cloudwatch::statistic::Bucket;
use crate::sim::cloudwatch::unit::Unit;

/// How long samples of the simulated service itself are kept, in minutes.
const KEEP_OWN: u32 = 24 * 60;
/// How long samples that a client put are kept, in minutes: as long as CloudWatch keeps one-minute data.
const KEEP_PUT: u32 = 15 * 24 * 60;

/// What is known about some samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Observed {
    /// So many samples of one value.
    Value {
        /// The value of each.
        value: f64,
        /// How many.
        count: f64,
    },
    /// Samples of which only a summary was sent.
    Summary {
        /// How many.
        count: f64,
        /// Their sum.
        sum: f64,
        /// The smallest.
        min: f64,
        /// The largest.
        max: f64,
    },
}

/// A span of periods: those that begin in `start..end` (milliseconds) on the grid through `origin`; the one that holds `start` counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// The first instant.
    pub start: i64,
    /// The instant before which a period must begin.
    pub end: i64,
    /// An instant at which a period begins, a whole minute.
    pub origin: i64,
}

impl Span {
    /// The begin of the period of `length` milliseconds that holds `at`.
    pub fn floor(&self, at: i64, length: i64) -> i64 {
        at - (at - self.origin).rem_euclid(length)
    }

    /// The begins of all periods of `length` milliseconds, oldest first.
    pub fn begins(&self, length: i64) -> impl Iterator<Item = i64> + use<> {
        let (first, end) = (self.floor(self.start, length), self.end);
        (0..)
            .map(move |i| first + i * length)
            .take_while(move |at| *at < end)
    }
}

/// The samples of one metric, by minute.
#[derive(Debug, Default)]
pub struct Series {
    pub(super) samples: Vec<Sample>,
    summaries: Vec<Summary>,
    put: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    pub(super) value: f64,
    pub(super) count: f64,
    minute: u32,
    unit: Unit,
}

#[derive(Clone, Copy, Debug)]
struct Summary {
    count: f64,
    sum: f64,
    min: f64,
    max: f64,
    minute: u32,
    unit: Unit,
}

impl Series {
    /// The filled periods of `span`, oldest first, each `period` milliseconds long (less than a minute counts as a minute), with the
    /// samples of `unit`, or of all units. Single values are collected only when `values` asks for them.
    pub fn buckets(
        &self,
        span: Span,
        period: i64,
        unit: Option<Unit>,
        values: bool,
    ) -> Vec<(i64, Bucket)> {
        let length = period.max(MINUTE);
        let first = span.floor(span.start, length);
        let within = |minute: u32| span.floor(i64::from(minute) * MINUTE, length);
        let mut found: BTreeMap<i64, Bucket> = BTreeMap::new();
        let from = self
            .samples
            .partition_point(|s| i64::from(s.minute) * MINUTE < first);
        let inside = self.samples[from..]
            .iter()
            .take_while(|s| within(s.minute) < span.end);
        for sample in inside.filter(|s| unit.is_none_or(|u| u == s.unit)) {
            let bucket = found.entry(within(sample.minute)).or_default();
            bucket.add(
                sample.count,
                sample.value * sample.count,
                sample.value,
                sample.value,
            );
            if values {
                bucket.values.push((sample.value, sample.count));
            }
        }
        let inside =
            |s: &&Summary| i64::from(s.minute) * MINUTE >= first && within(s.minute) < span.end;
        for s in self
            .summaries
            .iter()
            .filter(inside)
            .filter(|s| unit.is_none_or(|u| u == s.unit))
        {
            let bucket = found.entry(within(s.minute)).or_default();
            bucket.add(s.count, s.sum, s.min, s.max);
            bucket.opaque = true;
        }
        found.into_iter().collect()
    }

    /// The units that samples of `span` have, in the order of their names' table.
    pub fn units(&self, span: Span, period: i64) -> Vec<Unit> {
        let first = span.floor(span.start, period.max(MINUTE));
        let inside = |minute: u32| {
            (first..span.end + period.max(MINUTE)).contains(&(i64::from(minute) * MINUTE))
        };
        let samples = self
            .samples
            .iter()
            .filter(|s| inside(s.minute))
            .map(|s| s.unit);
        let mut units: Vec<_> = samples
            .chain(
                self.summaries
                    .iter()
                    .filter(|s| inside(s.minute))
                    .map(|s| s.unit),
            )
            .collect();
        units.sort_unstable();
        units.dedup();
        units
    }

    /// The newest minute that has data, in milliseconds.
    pub fn newest(&self) -> i64 {
        let minutes = [
            self.samples.last().map(|s| s.minute),
            self.summaries.iter().map(|s| s.minute).max(),
        ];
        i64::from(minutes.into_iter().flatten().max().unwrap_or_default()) * MINUTE
    }

    /// Keeps the samples as long as CloudWatch keeps what clients put.
    pub(super) fn keep_long(&mut self) {
        self.put = true;
    }

    /// Adds samples.
    pub(super) fn add(&mut self, minute: u32, unit: Unit, observed: Observed) {
        match observed {
            Observed::Summary {
                count, min, max, ..
            } if min == max => self.add_value(Sample {
                value: min,
                count,
                minute,
                unit,
            }),
            Observed::Summary {
                count,
                sum,
                min,
                max,
            } => self.summaries.push(Summary {
                count,
                sum,
                min,
                max,
                minute,
                unit,
            }),
            Observed::Value { value, count } => self.add_value(Sample {
                value,
                count,
                minute,
                unit,
            }),
        }
    }

    fn add_value(&mut self, sample: Sample) {
        match self.samples.last_mut() {
            Some(last)
                if last.minute == sample.minute
                    && last.unit == sample.unit
                    && last.value == sample.value =>
            {
                last.count += sample.count;
            }
            Some(last) if last.minute > sample.minute => {
                let at = self.samples.partition_point(|s| s.minute <= sample.minute);
                self.samples.insert(at, sample);
            }
            Some(last) if last.minute < sample.minute => {
                let closed = last.minute;
                self.settle(closed);
                self.samples.push(sample);
            }
            _ => self.samples.push(sample),
        }
    }

    /// Merges equal values of the newest minute once it is over.
    fn settle(&mut self, minute: u32) {
        let from = self.samples.partition_point(|s| s.minute < minute);
        let run = &mut self.samples[from..];
        run.sort_by(|a, b| a.value.total_cmp(&b.value).then(a.unit.cmp(&b.unit)));
        let mut tail = self.samples.split_off(from);
        tail.dedup_by(|next, kept| {
            let equal = next.value == kept.value && next.unit == kept.unit;
            if equal {
                kept.count += next.count;
            }
            equal
        });
        self.samples.append(&mut tail);
    }

    /// Drops what is too old at `newest`; whether anything is left.
    pub(super) fn forget(&mut self, newest: u32) -> bool {
        let oldest = newest.saturating_sub(if self.put { KEEP_PUT } else { KEEP_OWN });
        let gone = self.samples.partition_point(|s| s.minute < oldest);
        if gone > 0 {
            self.samples.drain(..gone);
            self.samples.shrink_to_fit();
        }
        self.summaries.retain(|s| s.minute >= oldest);
        !self.samples.is_empty() || !self.summaries.is_empty()
    }
}
