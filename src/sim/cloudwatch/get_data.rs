//! GetMetricData: queries and expressions, in pages.

use super::expression::compute;
use super::expression::series::{Data, TimeSeries};
use super::input::{self, Read, validation};
use super::query::{self, Query, Source, in_expression};
use super::store::Span;
use crate::sim::aws::{Aws, OpResult, ServiceError};
use crate::sim::wire::{Value, map};

/// How many queries one request may hold.
const MOST_QUERIES: usize = 500;
/// How many datapoints one page holds unless the request asks for fewer.
const MOST_DATAPOINTS: i64 = 100_800;

/// One time series of the answer.
struct Found {
    id: String,
    label: String,
    series: TimeSeries,
    partial: bool,
}

/// Runs the operation.
pub(super) fn call(aws: &Aws, input: &Value, now: i64) -> OpResult {
    let list = input.get("MetricDataQueries");
    if list.items().is_empty() {
        return Err(validation("The parameter MetricDataQueries is required."));
    }
    if list.items().len() > MOST_QUERIES {
        return Err(validation(format!(
            "The collection MetricDataQueries must not have a size greater than {MOST_QUERIES}."
        )));
    }
    let queries = query::read_all(list)?;
    let span = span(input)?;
    let newest_first = input::one_of(
        input,
        "ScanBy",
        &["TimestampDescending", "TimestampAscending"],
    )? != Some("TimestampAscending");
    let most = input::whole(input, "MaxDatapoints")?.unwrap_or(MOST_DATAPOINTS);
    if !(1..=MOST_DATAPOINTS).contains(&most) {
        return Err(validation(format!(
            "The value {most} for parameter MaxDatapoints must be between 1 and {MOST_DATAPOINTS}."
        )));
    }
    let scope = format!("{list:?} {span:?} {newest_first}");
    let offset = input::offset(input, &scope)
        .ok_or_else(|| ServiceError::new("InvalidNextToken", "The token is invalid."))?;

    let computed = compute::run(&aws.metrics, &queries, span, now)?;
    let mut found = Vec::new();
    for (query, data) in queries
        .iter()
        .zip(computed.data)
        .filter(|(q, _)| q.returned)
    {
        found.extend(named(query, data)?);
    }
    for one in &mut found {
        if aws.partial_data {
            withhold(one);
        }
        if newest_first {
            one.series.points.reverse();
        }
    }
    let mut messages = Vec::new();
    if computed.truncated {
        messages.push(message("MaxMetricsExceeded", "The maximum number of allowed metrics, 500, was exceeded for a search. Only the first 500 are returned."));
    }
    if aws.partial_data {
        messages.push(message(
            "PartialData",
            "Not all data could be retrieved. Try again later.",
        ));
    }
    Ok(page(&found, offset, most as usize, &scope, messages))
}

fn span(input: &Value) -> Read<Span> {
    let required = |name: &str| validation(format!("The parameter {name} is required."));
    let start = input::instant(input, "StartTime")?.ok_or_else(|| required("StartTime"))?;
    let end = input::instant(input, "EndTime")?.ok_or_else(|| required("EndTime"))?;
    if start >= end {
        return Err(validation(
            "The parameter StartTime must be less than the parameter EndTime.",
        ));
    }
    // Two weeks of minutes is what is kept at most; a span far beyond it would only cost time to walk.
    if end - start > 455 * 86_400_000 {
        return Err(validation(
            "The requested time range is longer than 455 days.",
        ));
    }
    Ok(Span {
        start,
        end,
        origin: 0,
    })
}

/// The series of a query with their labels; an expression must come to series.
fn named(query: &Query, data: Data) -> Read<Vec<Found>> {
    let one = |label: String, series: TimeSeries| Found {
        id: query.id.clone(),
        label,
        series,
        partial: false,
    };
    match data {
        Data::Series(series) => {
            let own = match query.source {
                Source::Metric(_) => series.label.clone(),
                Source::Expression(_) => query.id.clone(),
            };
            Ok(vec![one(query.label.clone().unwrap_or(own), series)])
        }
        Data::Array(all) => Ok(all
            .into_iter()
            .map(|series| match query.label.as_deref() {
                Some(label) if !label.is_empty() => {
                    one(format!("{label} {}", series.label), series)
                }
                _ => one(series.label.clone(), series),
            })
            .collect()),
        other => Err(in_expression(
            &query.id,
            &format!("The expression must return time series, but returns {other}"),
        )),
    }
}

/// Takes every second point away, as if one of two stores had not answered.
fn withhold(found: &mut Found) {
    let mut keep = false;
    found.series.points.retain(|_| {
        keep = !keep;
        keep
    });
    found.partial = true;
}

fn message(code: &str, text: &str) -> Value {
    map([("Code", code.into()), ("Value", text.into())])
}

/// The page that begins `offset` datapoints into the answer. A series that is cut is `PartialData` until its last page; one without
/// datapoints shows up once.
fn page(
    found: &[Found],
    offset: usize,
    most: usize,
    scope: &String,
    messages: Vec<Value>,
) -> Value {
    let mut results = Vec::new();
    let mut passed = 0;
    let end = offset.saturating_add(most);
    let total: usize = found.iter().map(|f| f.series.points.len()).sum();
    for one in found {
        let (first, last) = (passed, passed + one.series.points.len());
        passed = last;
        let is_empty = first == last;
        // An empty series between two pages belongs to the earlier one, which has room for it; the very first to the first page.
        let shown = if is_empty {
            (first > offset || offset == 0) && first <= end
        } else {
            first < end && last > offset
        };
        if shown {
            let points = &one.series.points
                [offset.saturating_sub(first).min(last - first)..(end.min(last) - first)];
            results.push(result(one, points, last > end));
        }
    }
    let next = (end < total).then(|| input::token(scope, end));
    map([
        ("MetricDataResults", Value::List(results)),
        ("NextToken", next.into()),
        ("Messages", Value::List(messages)),
    ])
}

fn result(found: &Found, points: &[(i64, f64)], cut: bool) -> Value {
    let dropped = "One or more data-points have been dropped due to non-numeric values (NaN, -Infinite, +Infinite)";
    let messages = found
        .series
        .dropped
        .then(|| Value::List(vec![message("ArithmeticError", dropped)]));
    map([
        ("Id", found.id.as_str().into()),
        ("Label", found.label.as_str().into()),
        (
            "Timestamps",
            Value::List(points.iter().map(|(at, _)| Value::Time(*at)).collect()),
        ),
        (
            "Values",
            Value::List(points.iter().map(|(_, v)| Value::Float(*v)).collect()),
        ),
        (
            "StatusCode",
            if cut || found.partial {
                "PartialData"
            } else {
                "Complete"
            }
            .into(),
        ),
        ("Messages", messages.into()),
    ])
}
