//! What the world needs of the account around it, as one small trait: the real stores behind it live elsewhere.

use std::collections::BTreeMap;

use super::line::Line;
use crate::sim::aws::Aws;
use crate::sim::logs::store::Message;
use crate::sim::wire::Value;

/// Some equal observations of one metric.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) name: &'a str,
    pub(crate) dimension: Option<(&'a str, &'a str)>,
    pub(crate) unit: &'a str,
    pub(crate) at: i64,
    pub(crate) value: f64,
    pub(crate) count: u32,
}

/// The account as the service in it sees it.
pub(crate) trait Account {
    fn parameter(&self, name: &str) -> Option<&str>;
    fn put_parameter(&mut self, name: &str, value: &str, user: &str, now: i64);
    fn create_function(&mut self, name: &str, environment: BTreeMap<String, String>, now: i64);
    /// Publishes `$LATEST`, points the alias there, answers the version.
    fn release(&mut self, name: &str, alias: &str, now: i64) -> Option<u64>;
    fn environment(&self, name: &str, alias: Option<&str>, now: i64) -> BTreeMap<String, String>;
    fn put_metric(&mut self, point: Point<'_>);
    fn put_log(&mut self, group: &str, stream: &str, ingested: i64, line: Line);
    fn put_alarm(&mut self, definition: &Value, now: i64);
    fn evaluate(&mut self, now: i64);
}

impl Account for Aws {
    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.value(name)
    }

    fn put_parameter(&mut self, name: &str, value: &str, user: &str, now: i64) {
        let written = self.parameters.put(name, value, user, now);
        debug_assert!(written.is_ok(), "{name}: {written:?}");
    }

    fn create_function(&mut self, name: &str, environment: BTreeMap<String, String>, now: i64) {
        self.functions.create(name, environment, now);
    }

    fn release(&mut self, name: &str, alias: &str, now: i64) -> Option<u64> {
        let version = self.functions.publish(name, now)?;
        self.functions.set_alias(name, alias, version);
        Some(version)
    }

    fn environment(&self, name: &str, alias: Option<&str>, now: i64) -> BTreeMap<String, String> {
        self.functions.environment(name, alias, now)
    }

    fn put_metric(&mut self, point: Point<'_>) {
        let Point {
            namespace,
            name,
            dimension,
            unit,
            at,
            value,
            count,
        } = point;
        let count = f64::from(count);
        self.metrics.put(
            namespace,
            name,
            dimension.as_slice(),
            unit,
            at,
            value,
            count,
        );
    }

    fn put_log(&mut self, group: &str, stream: &str, ingested: i64, line: Line) {
        self.logs
            .put(group, stream, line.at, ingested, Message::World(line));
    }

    fn put_alarm(&mut self, definition: &Value, now: i64) {
        let written = self.alarms.put(definition, now);
        debug_assert!(written.is_ok(), "{definition:?}: {written:?}");
    }

    fn evaluate(&mut self, now: i64) {
        self.alarms.evaluate(&self.metrics, now);
    }
}
