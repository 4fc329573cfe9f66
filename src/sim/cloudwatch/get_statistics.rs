//! GetMetricStatistics: the older way to read one metric, with its datapoints in no order, as CloudWatch sends them.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::input::{self, Read, invalid_combination, invalid_value, missing};
use super::statistic::{Bucket, Statistic};
use super::store::{MINUTE, Span};
use super::unit::Unit;
use crate::sim::aws::{Aws, OpResult};
use crate::sim::wire::{Value, map};

/// How many datapoints one answer may hold.
const MOST: i64 = 1440;
const BASIC: [&str; 5] = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];
/// The longest period in seconds: a year.
const LONGEST_PERIOD: i64 = 365 * 86_400;

/// The statistics that were asked for.
struct Asked {
    basic: Vec<(String, Statistic)>,
    extended: Vec<(String, Statistic)>,
}

/// Runs the operation. Periods begin at the start time, rounded down to the minute.
pub(super) fn call(aws: &Aws, input: &Value) -> OpResult {
    let namespace = input::text(input, "Namespace", 255)?.ok_or_else(|| missing("Namespace"))?;
    let name = input::text(input, "MetricName", 255)?.ok_or_else(|| missing("MetricName"))?;
    let dimensions = input::dimensions(input)?;
    let unit = input::unit_at(input, "Unit")?;
    let asked = asked(input)?;
    let (span, period) = span(input)?;
    let mut points: Vec<(i64, Unit, Bucket)> = Vec::new();
    if let Some(series) = aws
        .metrics
        .series(namespace, name, &input::borrowed(&dimensions))
    {
        for unit in series
            .units(span, period)
            .into_iter()
            .filter(|u| unit.is_none_or(|wanted| wanted == *u))
        {
            let buckets = series.buckets(span, period, Some(unit), !asked.extended.is_empty());
            points.extend(buckets.into_iter().map(|(at, bucket)| (at, unit, bucket)));
        }
    }
    points.sort_by_key(|(at, unit, _)| shuffled((*at, unit.name())));
    let points = points
        .iter()
        .filter_map(|(at, unit, bucket)| point(*at, *unit, bucket, &asked))
        .collect();
    Ok(map([
        ("Label", name.into()),
        ("Datapoints", Value::List(points)),
    ]))
}

fn asked(input: &Value) -> Read<Asked> {
    let (basic, extended) = (
        input::texts(input, "Statistics")?,
        input::texts(input, "ExtendedStatistics")?,
    );
    match (basic.is_empty(), extended.is_empty()) {
        (false, false) => {
            return Err(invalid_combination(
                "The parameters Statistics and ExtendedStatistics are mutually exclusive and you have specified both.",
            ));
        }
        (true, true) => {
            return Err(invalid_combination(
                "You must specify either Statistics or ExtendedStatistics.",
            ));
        }
        _ => {}
    }
    let basic = basic.into_iter().enumerate().map(|(i, s)| {
        let statistic = Statistic::parse_basic(&s)
            .ok_or_else(|| input::not_in_set(&format!("Statistics.member.{}", i + 1), &BASIC))?;
        Ok((s, statistic))
    });
    let extended = extended.into_iter().map(|s| {
        let statistic = Statistic::parse_percentile(&s).ok_or_else(|| {
            invalid_value(format!(
                "The value {s} for parameter ExtendedStatistics is invalid."
            ))
        })?;
        Ok((s, statistic))
    });
    Ok(Asked {
        basic: basic.collect::<Read<_>>()?,
        extended: extended.collect::<Read<_>>()?,
    })
}

fn span(input: &Value) -> Read<(Span, i64)> {
    let start = input::instant(input, "StartTime")?.ok_or_else(|| missing("StartTime"))?;
    let end = input::instant(input, "EndTime")?.ok_or_else(|| missing("EndTime"))?;
    let period = input::whole(input, "Period")?.ok_or_else(|| missing("Period"))?;
    if !matches!(period, 1 | 5 | 10 | 20 | 30)
        && (period <= 0 || period % 60 != 0 || period > LONGEST_PERIOD)
    {
        return Err(invalid_value(format!(
            "The value {period} for parameter Period is invalid. It must be 1, 5, 10, 20, 30 or a multiple of 60."
        )));
    }
    if start >= end {
        return Err(invalid_combination(
            "The parameter StartTime must be less than the parameter EndTime.",
        ));
    }
    let length = period * 1000;
    let points = (end - start + length - 1) / length;
    if points > MOST {
        return Err(invalid_combination(format!(
            "You have requested up to {points} datapoints, which exceeds the limit of {MOST}. You may reduce the datapoints requested by \
             increasing Period, or decreasing the time range."
        )));
    }
    Ok((
        Span {
            start,
            end,
            origin: start - start.rem_euclid(MINUTE),
        },
        length,
    ))
}

fn point(at: i64, unit: Unit, bucket: &Bucket, asked: &Asked) -> Option<Value> {
    let mut members = vec![("Timestamp".to_owned(), Value::Time(at))];
    for (name, statistic) in &asked.basic {
        members.push((name.clone(), bucket.statistic(*statistic)?.into()));
    }
    let extended: Vec<_> = asked
        .extended
        .iter()
        .filter_map(|(name, s)| Some((name.clone(), bucket.statistic(*s)?.into())))
        .collect();
    if !asked.extended.is_empty() {
        if extended.is_empty() {
            return None;
        }
        members.push(("ExtendedStatistics".to_owned(), Value::Map(extended)));
    }
    members.push(("Unit".to_owned(), unit.name().into()));
    Some(Value::Map(members))
}

/// The same disorder for the same datapoints, at every call.
fn shuffled(point: (i64, &str)) -> u64 {
    let mut hasher = DefaultHasher::new();
    point.hash(&mut hasher);
    hasher.finish()
}
