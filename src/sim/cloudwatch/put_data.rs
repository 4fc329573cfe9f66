//! PutMetricData: what a client publishes. A request is taken whole or not at all.

use super::input::{
    self, Dimensions, Read, invalid_combination, invalid_value, missing, validation,
};
use super::store::Observed;
use super::unit::Unit;
use crate::sim::aws::{Aws, OpResult};
use crate::sim::wire::Value;

/// The largest magnitude of a value.
const LARGEST: f64 = 2.348_542_582_773_833_2e108; // 2^360
const TWO_WEEKS: i64 = 14 * 86_400_000;
const TWO_HOURS: i64 = 2 * 3_600_000;

struct Datum {
    name: String,
    dimensions: Dimensions,
    unit: Unit,
    at: i64,
    observed: Vec<Observed>,
}

/// Runs the operation.
pub(super) fn call(aws: &mut Aws, input: &Value, now: i64) -> OpResult {
    let namespace = input::text(input, "Namespace", 255)?.ok_or_else(|| missing("Namespace"))?;
    if namespace.starts_with("AWS/")
        || namespace.starts_with(':')
        || namespace.chars().any(char::is_control)
    {
        return Err(invalid_value(format!(
            "The value {namespace} for parameter Namespace is invalid."
        )));
    }
    let entities = input.get("EntityMetricData").items().iter();
    let lists: Vec<&Value> = std::iter::once(input.get("MetricData"))
        .chain(entities.map(|e| e.get("MetricData")))
        .collect();
    let items: Vec<&Value> = lists.into_iter().flat_map(Value::items).collect();
    if items.is_empty() {
        return Err(missing("MetricData"));
    }
    if items.len() > 1000 {
        return Err(validation(
            "The collection MetricData must not have a size greater than 1000.",
        ));
    }
    let data: Vec<Datum> = items
        .iter()
        .enumerate()
        .map(|(i, item)| datum(item, i + 1, now))
        .collect::<Read<_>>()?;
    for datum in data {
        let dimensions = input::borrowed(&datum.dimensions);
        for observed in datum.observed {
            aws.metrics.put_by_client(
                (namespace, &datum.name),
                &dimensions,
                datum.unit,
                datum.at,
                observed,
            );
        }
    }
    Ok(Value::Map(Vec::new()))
}

fn datum(item: &Value, position: usize, now: i64) -> Read<Datum> {
    let place = format!("MetricData.member.{position}");
    let name = input::text(item, "MetricName", 255)?
        .ok_or_else(|| missing(&format!("{place}.MetricName")))?;
    if name.chars().any(char::is_control) {
        return Err(invalid_value(format!(
            "The parameter {place}.MetricName must not contain control characters."
        )));
    }
    let at = input::instant(item, "Timestamp")?.unwrap_or(now);
    if at > now + TWO_HOURS {
        return Err(invalid_value(format!(
            "The parameter {place}.Timestamp must specify a time no more than two hours in the future."
        )));
    }
    if at < now - TWO_WEEKS {
        return Err(invalid_value(format!(
            "The parameter {place}.Timestamp must specify a time no more than two weeks in the past."
        )));
    }
    if let Some(resolution) =
        input::whole(item, "StorageResolution")?.filter(|r| !matches!(r, 1 | 60))
    {
        return Err(invalid_value(format!(
            "The value {resolution} for parameter {place}.StorageResolution is invalid."
        )));
    }
    Ok(Datum {
        name: name.to_owned(),
        dimensions: input::dimensions(item)?,
        unit: input::unit_at(item, &format!("{place}.Unit"))?.unwrap_or(Unit::NONE),
        at,
        observed: observed(item, &place)?,
    })
}

fn observed(item: &Value, place: &str) -> Read<Vec<Observed>> {
    let given: Vec<&str> = ["Value", "Values", "StatisticValues"]
        .into_iter()
        .filter(|m| !item.get(m).is_null())
        .collect();
    match given[..] {
        ["Value"] => Ok(vec![Observed::Value {
            value: finite(item.get("Value"), &format!("{place}.Value"))?,
            count: 1.0,
        }]),
        ["Values"] => counted(item, place),
        ["StatisticValues"] => summary(
            item.get("StatisticValues"),
            &format!("{place}.StatisticValues"),
        ),
        [first, second, ..] => Err(invalid_combination(format!(
            "The parameters {place}.{first} and {place}.{second} are mutually exclusive and you have specified both."
        ))),
        _ => Err(missing(&format!("{place}.Value"))),
    }
}

fn counted(item: &Value, place: &str) -> Read<Vec<Observed>> {
    let (values, counts) = (item.get("Values").items(), item.get("Counts"));
    if values.is_empty() || values.len() > 150 {
        return Err(invalid_value(format!(
            "The parameter {place}.Values must hold between 1 and 150 values."
        )));
    }
    if !counts.is_null() && counts.items().len() != values.len() {
        return Err(invalid_value(format!(
            "The parameters {place}.Values and {place}.Counts must be of the same size."
        )));
    }
    let one = Value::Int(1);
    let pairs = values.iter().enumerate().map(|(i, value)| {
        let value = finite(value, &format!("{place}.Values.member.{}", i + 1))?;
        let count_place = format!("{place}.Counts.member.{}", i + 1);
        let count = finite(counts.items().get(i).unwrap_or(&one), &count_place)?;
        if count <= 0.0 {
            return Err(invalid_value(format!(
                "The value {count} for parameter {count_place} is invalid."
            )));
        }
        Ok(Observed::Value { value, count })
    });
    pairs.collect()
}

fn summary(set: &Value, place: &str) -> Read<Vec<Observed>> {
    let member = |name: &str| match set.get(name) {
        Value::Null => Err(missing(&format!("{place}.{name}"))),
        value => finite(value, &format!("{place}.{name}")),
    };
    let (count, sum, min, max) = (
        member("SampleCount")?,
        member("Sum")?,
        member("Minimum")?,
        member("Maximum")?,
    );
    if count <= 0.0 || min > max {
        return Err(invalid_value(format!(
            "The value for parameter {place} is invalid: SampleCount must be positive, Minimum at most Maximum."
        )));
    }
    Ok(vec![Observed::Summary {
        count,
        sum,
        min,
        max,
    }])
}

fn finite(value: &Value, place: &str) -> Read<f64> {
    match input::number(value) {
        Some(number) if number.is_finite() && number.abs() <= LARGEST => Ok(number),
        Some(number) => Err(invalid_value(format!(
            "The value {number} for parameter {place} is invalid."
        ))),
        None => Err(invalid_value(format!(
            "The parameter {place} must be a number."
        ))),
    }
}
