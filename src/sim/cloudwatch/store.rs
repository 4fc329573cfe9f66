//! All metrics by their identity: namespace, name and dimensions. It knows no request and no statistic's name.

use std::collections::BTreeMap;

use super::unit::Unit;

pub use self::series::{Observed, Series, Span};

mod series;

/// One minute in milliseconds: the finest period that is kept.
pub const MINUTE: i64 = 60_000;
/// How often old samples are swept out, in minutes.
const SWEEP: u32 = 60;

const AFTER_NAME: char = '\u{1f}';
const AFTER_VALUE: char = '\u{1e}';

/// The metrics of one name, by their dimensions written as one text.
type Family = BTreeMap<Box<str>, Series>;

/// All metrics.
#[derive(Debug, Default)]
pub struct Metrics {
    namespaces: BTreeMap<Box<str>, BTreeMap<Box<str>, Family>>,
    newest: u32,
    swept: u32,
}

/// One metric as a list of metrics shows it.
#[derive(Debug)]
pub struct Listed<'a> {
    /// The namespace.
    pub namespace: &'a str,
    /// The metric's name.
    pub name: &'a str,
    /// Name and value of each dimension, sorted by name.
    pub dimensions: Vec<(&'a str, &'a str)>,
    /// Its samples.
    pub series: &'a Series,
}

impl Metrics {
    /// Adds `count` observations of `value` at `at` (milliseconds). The set of dimensions is the metric's identity, exactly as published.
    /// An unknown unit counts as none; a value that is no number is dropped.
    #[expect(
        clippy::too_many_arguments,
        reason = "the members of one datum, which the world has at hand one by one"
    )]
    pub fn put(
        &mut self,
        namespace: &str,
        name: &str,
        dimensions: &[(&str, &str)],
        unit: &str,
        at: i64,
        value: f64,
        count: f64,
    ) {
        if value.is_finite() && count.is_finite() && count > 0.0 {
            let unit = Unit::parse(unit).unwrap_or(Unit::NONE);
            let minute = self.pass(at);
            self.series_mut(namespace, name, dimensions).add(
                minute,
                unit,
                Observed::Value { value, count },
            );
        }
    }

    /// Adds what a client put; its samples are kept longer than those of the simulated service.
    pub fn put_by_client(
        &mut self,
        (namespace, name): (&str, &str),
        dimensions: &[(&str, &str)],
        unit: Unit,
        at: i64,
        observed: Observed,
    ) {
        let minute = self.pass(at);
        let series = self.series_mut(namespace, name, dimensions);
        series.keep_long();
        series.add(minute, unit, observed);
    }

    /// The samples of the metric with exactly these dimensions, in any order.
    pub fn series(
        &self,
        namespace: &str,
        name: &str,
        dimensions: &[(&str, &str)],
    ) -> Option<&Series> {
        self.namespaces
            .get(namespace)?
            .get(name)?
            .get(key(dimensions).as_str())
    }

    /// Every metric, by namespace, name and dimensions.
    pub fn iter(&self) -> impl Iterator<Item = Listed<'_>> {
        self.namespaces.iter().flat_map(|(namespace, names)| {
            names.iter().flat_map(move |(name, series)| {
                series.iter().map(move |(key, series)| Listed {
                    namespace,
                    name,
                    dimensions: dimensions_of(key),
                    series,
                })
            })
        })
    }

    fn series_mut(
        &mut self,
        namespace: &str,
        name: &str,
        dimensions: &[(&str, &str)],
    ) -> &mut Series {
        let names = self.namespaces.entry(namespace.into()).or_default();
        let by_dimensions = names.entry(name.into()).or_default();
        by_dimensions
            .entry(key(dimensions).into_boxed_str())
            .or_default()
    }

    /// Lets time pass to `at`, sweeping out what is too old now and then; answers the minute of `at`.
    fn pass(&mut self, at: i64) -> u32 {
        let minute = minute_of(at);
        self.newest = self.newest.max(minute);
        if self.newest >= self.swept.saturating_add(SWEEP) {
            self.swept = self.newest;
            self.sweep();
        }
        minute
    }

    fn sweep(&mut self) {
        let newest = self.newest;
        for names in self.namespaces.values_mut() {
            for series in names.values_mut() {
                series.retain(|_, series| series.forget(newest));
            }
            names.retain(|_, series| !series.is_empty());
        }
        self.namespaces.retain(|_, names| !names.is_empty());
    }
}

fn minute_of(at: i64) -> u32 {
    u32::try_from(at.div_euclid(MINUTE)).unwrap_or(0)
}

fn key(dimensions: &[(&str, &str)]) -> String {
    let mut sorted = dimensions.to_vec();
    sorted.sort_unstable();
    let mut key = String::with_capacity(sorted.iter().map(|(n, v)| n.len() + v.len() + 2).sum());
    for (name, value) in sorted {
        key.push_str(name);
        key.push(AFTER_NAME);
        key.push_str(value);
        key.push(AFTER_VALUE);
    }
    key
}

fn dimensions_of(key: &str) -> Vec<(&str, &str)> {
    key.split_terminator(AFTER_VALUE)
        .filter_map(|pair| pair.split_once(AFTER_NAME))
        .collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod tests;
