//! Doubles of the account: one writes everything down, one only counts.

use std::collections::{BTreeMap, HashMap};

use super::super::account::{Account, Point};
use super::super::line::Line;
use crate::sim::wire::Value;

/// A metric's identity: namespace, name, dimension.
pub(crate) type Name = (String, String, Option<(String, String)>);

/// An account that writes everything down.
#[derive(Debug, Default)]
pub(crate) struct Record {
    pub(crate) parameters: HashMap<String, Vec<(String, String, i64)>>,
    pub(crate) environments: HashMap<(String, Option<String>), BTreeMap<String, String>>,
    /// Observations per metric, minute and value (its bits).
    pub(crate) points: HashMap<Name, BTreeMap<i64, BTreeMap<u64, u32>>>,
    pub(crate) lines: Vec<(String, String, i64, Line)>,
    pub(crate) alarms: Vec<(Value, i64)>,
    pub(crate) evaluated: Vec<i64>,
}

impl Account for Record {
    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .get(name)?
            .last()
            .map(|version| version.0.as_str())
    }

    fn put_parameter(&mut self, name: &str, value: &str, user: &str, now: i64) {
        let versions = self.parameters.entry(name.to_owned()).or_default();
        versions.push((value.to_owned(), user.to_owned(), now));
    }

    fn create_function(&mut self, name: &str, environment: BTreeMap<String, String>, _now: i64) {
        self.environments
            .insert((name.to_owned(), None), environment);
    }

    fn release(&mut self, name: &str, alias: &str, now: i64) -> Option<u64> {
        let frozen = self.environment(name, None, now);
        self.environments
            .insert((name.to_owned(), Some(alias.to_owned())), frozen);
        Some(1)
    }

    fn environment(&self, name: &str, alias: Option<&str>, _now: i64) -> BTreeMap<String, String> {
        let key = (name.to_owned(), alias.map(str::to_owned));
        self.environments.get(&key).cloned().unwrap_or_default()
    }

    fn put_metric(&mut self, point: Point<'_>) {
        let dimension = point
            .dimension
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let name = (point.namespace.to_owned(), point.name.to_owned(), dimension);
        let minutes = self.points.entry(name).or_default();
        let values = minutes.entry(point.at.div_euclid(60_000)).or_default();
        *values.entry(point.value.to_bits()).or_default() += point.count;
    }

    fn put_log(&mut self, group: &str, stream: &str, ingested: i64, line: Line) {
        self.lines
            .push((group.to_owned(), stream.to_owned(), ingested, line));
    }

    fn put_alarm(&mut self, definition: &Value, now: i64) {
        self.alarms.push((definition.clone(), now));
    }

    fn evaluate(&mut self, now: i64) {
        self.evaluated.push(now);
    }
}

impl Record {
    /// All observations of a metric in a minute (milliseconds), sorted.
    pub(crate) fn samples(
        &self,
        name: &str,
        dimension: Option<(&str, &str)>,
        minute: i64,
    ) -> Vec<f64> {
        let namespace = match dimension {
            Some(("FunctionName", _)) => "AWS/Lambda",
            _ => super::super::names::NAMESPACE,
        };
        let dimension = dimension.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let name = (namespace.to_owned(), name.to_owned(), dimension);
        let values = self
            .points
            .get(&name)
            .and_then(|m| m.get(&minute.div_euclid(60_000)));
        let mut all = Vec::new();
        for (bits, count) in values.into_iter().flatten() {
            all.extend(std::iter::repeat_n(f64::from_bits(*bits), *count as usize));
        }
        all.sort_by(f64::total_cmp);
        all
    }

    /// The sum of a metric in a minute.
    pub(crate) fn sum(&self, name: &str, dimension: Option<(&str, &str)>, minute: i64) -> f64 {
        self.samples(name, dimension, minute).iter().sum()
    }

    /// The 95th percentile and the sample count of the latency in a minute.
    pub(crate) fn p95(&self, minute: i64) -> Option<(f64, usize)> {
        let samples = self.samples("PartialResultProcessingLatency", None, minute);
        let rank = (samples.len() as f64 * 0.95).ceil() as usize;
        samples
            .get(rank.checked_sub(1)?)
            .map(|value| (*value, samples.len()))
    }

    /// The share of failed invocations in a minute, in percent.
    pub(crate) fn error_rate(&self, minute: i64) -> f64 {
        let function = Some(("FunctionName", super::super::names::FUNCTION));
        100.0 * self.sum("Errors", function, minute) / self.sum("Invocations", function, minute)
    }
}

/// An account that only counts.
#[derive(Debug, Default)]
pub(crate) struct Count {
    parameter: String,
    pub(crate) points: usize,
    pub(crate) lines: usize,
}

impl Account for Count {
    fn parameter(&self, _name: &str) -> Option<&str> {
        Some(&self.parameter)
    }
    fn put_parameter(&mut self, name: &str, value: &str, _user: &str, _now: i64) {
        if name == super::super::names::PARAMETER {
            value.clone_into(&mut self.parameter);
        }
    }
    fn create_function(&mut self, _name: &str, _environment: BTreeMap<String, String>, _now: i64) {}
    fn release(&mut self, _name: &str, _alias: &str, _now: i64) -> Option<u64> {
        None
    }
    fn environment(&self, _: &str, _: Option<&str>, _: i64) -> BTreeMap<String, String> {
        BTreeMap::new()
    }
    fn put_metric(&mut self, _point: Point<'_>) {
        self.points += 1;
    }
    fn put_log(&mut self, _group: &str, _stream: &str, _ingested: i64, _line: Line) {
        self.lines += 1;
    }
    fn put_alarm(&mut self, _definition: &Value, _now: i64) {}
    fn evaluate(&mut self, _now: i64) {}
}
