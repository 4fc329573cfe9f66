//! ListMetrics: which metrics there are.

use super::input::{self, invalid_value};
use super::store::Listed;
use crate::sim::aws::{Aws, OpResult};
use crate::sim::wire::{Value, map};

/// How many metrics one page holds.
const PAGE: usize = 500;
const THREE_HOURS: i64 = 3 * 3_600_000;

/// Runs the operation. A new metric is listed at once; in CloudWatch that takes up to a quarter of an hour.
pub(super) fn call(aws: &Aws, input: &Value, now: i64) -> OpResult {
    let namespace = input::text(input, "Namespace", 255)?;
    let name = input::text(input, "MetricName", 255)?;
    let recent = input::one_of(input, "RecentlyActive", &["PT3H"])?.is_some();
    let filters = input.get("Dimensions").items();
    if filters.len() > 10 {
        return Err(input::validation(
            "The collection Dimensions must not have a size greater than 10.",
        ));
    }
    let scope = format!("{namespace:?} {name:?} {recent} {filters:?}");
    let offset =
        input::offset(input, &scope).ok_or_else(|| invalid_value("The token is invalid."))?;
    let has = |metric: &Listed<'_>, filter: &Value| {
        let value = filter.get("Value").as_str();
        metric.dimensions.iter().any(|(n, v)| {
            filter.get("Name").as_str() == Some(n) && value.is_none_or(|wanted| wanted == *v)
        })
    };
    let mut found = aws
        .metrics
        .iter()
        .filter(|m| namespace.is_none_or(|n| n == m.namespace) && name.is_none_or(|n| n == m.name))
        .filter(|m| filters.iter().all(|f| has(m, f)))
        .filter(|m| !recent || m.series.newest() > now - THREE_HOURS)
        .skip(offset);
    let shown: Vec<Value> = found.by_ref().take(PAGE).map(|m| one(&m)).collect();
    let next = found.next().map(|_| input::token(&scope, offset + PAGE));
    Ok(map([
        ("Metrics", Value::List(shown)),
        ("NextToken", next.into()),
    ]))
}

fn one(metric: &Listed<'_>) -> Value {
    map([
        ("Namespace", metric.namespace.into()),
        ("MetricName", metric.name.into()),
        (
            "Dimensions",
            input::shown(metric.dimensions.iter().copied()),
        ),
    ])
}
