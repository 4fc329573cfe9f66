//! Operations on metrics, as a client sees them.

use super::*;
use crate::sim::cloudwatch::store::MINUTE;
use crate::sim::wire::map;

mod data;
mod publish;
mod statistics;

/// A whole hour, so that every period begins at it.
pub(super) const T0: i64 = 1_800_000_000_000;

/// An account whose metric N/M has the values 1, 2, 3 ... in as many minutes from `T0`.
pub(super) fn account(minutes: i64) -> Aws {
    let mut aws = Aws::default();
    for minute in 0..minutes {
        aws.metrics.put(
            "N",
            "M",
            &[],
            "Count",
            T0 + minute * MINUTE,
            (minute + 1) as f64,
            1.0,
        );
    }
    aws
}

pub(super) fn metric(id: &str, name: &str, stat: &str, period: i64) -> Value {
    let metric = map([("Namespace", "N".into()), ("MetricName", name.into())]);
    map([
        ("Id", id.into()),
        (
            "MetricStat",
            map([
                ("Metric", metric),
                ("Period", period.into()),
                ("Stat", stat.into()),
            ]),
        ),
    ])
}

pub(super) fn members(value: &Value, list: &str, member: &str) -> Vec<Value> {
    value
        .get(list)
        .items()
        .iter()
        .map(|item| item.get(member).clone())
        .collect()
}

/// The same structure with one member set.
pub(super) fn with(value: &Value, name: &str, member: Value) -> Value {
    let mut members: Vec<_> = value
        .members()
        .iter()
        .filter(|(k, _)| k != name)
        .cloned()
        .collect();
    members.push((name.to_owned(), member));
    Value::Map(members)
}

pub(super) fn code(result: OpResult) -> String {
    result.map_or_else(|e| e.code.to_owned(), |_| "ok".to_owned())
}
