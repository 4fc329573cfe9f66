//! PutMetricAlarm and PutCompositeAlarm: their members, read and checked. Nothing is stored here.

use super::alarm::{Alarm, Comparison, Condition, Kind, Missing, State, StateValue, Watched};
use super::rule::Rule;
use crate::sim::cloudwatch::expression::compute;
use crate::sim::cloudwatch::expression::series::Data;
use crate::sim::cloudwatch::input::{self, Read, validation};
use crate::sim::cloudwatch::query::{self, MetricStat, Query, Source, in_expression};
use crate::sim::cloudwatch::statistic::Statistic;
use crate::sim::cloudwatch::store::{Metrics, Span};
use crate::sim::wire::Value;

const DAY: i64 = 86_400;

/// Reads a metric alarm.
pub(super) fn metric_alarm(input: &Value, now: i64) -> Read<Alarm> {
    let condition = condition(input)?;
    alarm(input, Kind::Metric(Box::new(condition)), now)
}

/// Reads a composite alarm.
pub(super) fn composite_alarm(input: &Value, now: i64) -> Read<Alarm> {
    let text = input::text(input, "AlarmRule", 10_240)?.ok_or_else(|| required("AlarmRule"))?;
    let rule =
        Rule::parse(text).map_err(|what| validation(format!("AlarmRule is not valid: {what}")))?;
    if !input.get("ActionsSuppressor").is_null() {
        return Err(validation(
            "ActionsSuppressor is not available in the simulated CloudWatch.",
        ));
    }
    alarm(input, Kind::Composite(rule, text.to_owned()), now)
}

fn required(name: &str) -> crate::sim::aws::ServiceError {
    input::constraint("null", name, "Member must not be null")
}

fn alarm(input: &Value, kind: Kind, now: i64) -> Read<Alarm> {
    let description = input.get("AlarmDescription").as_str();
    if description.is_some_and(|d| d.chars().count() > 1024) {
        return Err(input::constraint(
            "...",
            "AlarmDescription",
            "Member must have length less than or equal to 1024",
        ));
    }
    Ok(Alarm {
        name: input::text(input, "AlarmName", 255)?
            .ok_or_else(|| required("AlarmName"))?
            .to_owned(),
        description: description.map(str::to_owned),
        actions_enabled: input::truth(input, "ActionsEnabled")?.unwrap_or(true),
        ok_actions: actions(input, "OKActions")?,
        alarm_actions: actions(input, "AlarmActions")?,
        insufficient_data_actions: actions(input, "InsufficientDataActions")?,
        configured: now,
        state: State {
            value: StateValue::InsufficientData,
            reason: "Unchecked: Initial alarm creation".to_owned(),
            data: None,
            updated: now,
            transitioned: now,
        },
        evaluation: None,
        kind,
    })
}

fn actions(input: &Value, name: &str) -> Read<Vec<String>> {
    let arns = input::texts(input, name)?;
    if arns.len() > 5 {
        return Err(validation(format!(
            "The collection {name} must not have a size greater than 5."
        )));
    }
    match arns
        .iter()
        .find(|arn| !arn.starts_with("arn:") || arn.split(':').count() < 6)
    {
        Some(bad) => Err(validation(format!("Invalid arn syntax: {bad}"))),
        None => Ok(arns),
    }
}

fn condition(input: &Value) -> Read<Condition> {
    if !input.get("ThresholdMetricId").is_null() || !input.get("EvaluationCriteria").is_null() {
        return Err(validation(
            "Alarms over anomaly detection and over PromQL are not available in the simulated CloudWatch.",
        ));
    }
    let periods =
        input::whole(input, "EvaluationPeriods")?.ok_or_else(|| required("EvaluationPeriods"))?;
    let needed = input::whole(input, "DatapointsToAlarm")?;
    if periods < 1 || needed.is_some_and(|m| m < 1) {
        return Err(validation(
            "EvaluationPeriods and DatapointsToAlarm must be at least 1.",
        ));
    }
    if needed.is_some_and(|m| m > periods) {
        return Err(validation(
            "DatapointsToAlarm must be less than or equal to EvaluationPeriods.",
        ));
    }
    let (watched, period) = watched(input)?;
    let (longest, words) = if period >= 3600 {
        (7 * DAY, "seven days")
    } else {
        (DAY, "a day")
    };
    if periods.saturating_mul(period) > longest {
        return Err(validation(format!(
            "Metrics cannot be checked across more than {words} (EvaluationPeriods * Period must be <= {longest})."
        )));
    }
    let threshold = input.get("Threshold");
    let threshold = input::number(threshold)
        .filter(|t| t.is_finite())
        .ok_or_else(|| required("Threshold"))?;
    Ok(Condition {
        watched,
        period,
        evaluation_periods: periods as usize,
        datapoints_to_alarm: needed.map(|m| m as usize),
        threshold,
        comparison: comparison(input)?,
        missing: missing(input)?,
        evaluate_low_samples: input::one_of(
            input,
            "EvaluateLowSampleCountPercentile",
            &["evaluate", "ignore"],
        )?
        .map(|e| e == "evaluate"),
    })
}

fn comparison(input: &Value) -> Read<Comparison> {
    let names = Comparison::ALL.map(|(_, name, _)| name);
    let name = input::one_of(input, "ComparisonOperator", &names)?
        .ok_or_else(|| required("ComparisonOperator"))?;
    let found = Comparison::ALL.into_iter().find(|(_, n, _)| *n == name);
    found
        .map(|(comparison, ..)| comparison)
        .ok_or_else(|| required("ComparisonOperator"))
}

fn missing(input: &Value) -> Read<Option<Missing>> {
    let Some(name) = input::text(input, "TreatMissingData", 255)? else {
        return Ok(None);
    };
    let missing = Missing::parse(name).ok_or_else(|| {
        validation(format!("Unsupported TreatMissingData value: {name}. Supported values are [breaching, notBreaching, ignore, missing]."))
    })?;
    Ok(Some(missing))
}

fn watched(input: &Value) -> Read<(Watched, i64)> {
    let single = [
        "MetricName",
        "Namespace",
        "Statistic",
        "ExtendedStatistic",
        "Dimensions",
        "Period",
        "Unit",
    ];
    if input.get("Metrics").is_null() {
        return metric(input);
    }
    if let Some(name) = single
        .into_iter()
        .find(|name| !matches!(input.get(name), Value::Null) && !is_empty(input.get(name)))
    {
        return Err(validation(format!(
            "{name} must not be set when Metrics is set."
        )));
    }
    math(input.get("Metrics"))
}

fn is_empty(value: &Value) -> bool {
    matches!(value, Value::List(items) if items.is_empty())
}

fn metric(input: &Value) -> Read<(Watched, i64)> {
    let basic = input::one_of(
        input,
        "Statistic",
        &["SampleCount", "Average", "Sum", "Minimum", "Maximum"],
    )?;
    let extended = input::text(input, "ExtendedStatistic", 255)?;
    let (name, statistic) = match (basic, extended) {
        (Some(name), None) => (name, Statistic::parse_basic(name)),
        (None, Some(name)) => (name, Statistic::parse_percentile(name)),
        _ => {
            return Err(validation(
                "Exactly one of Statistic and ExtendedStatistic must be specified.",
            ));
        }
    };
    let statistic = statistic.ok_or_else(|| {
        validation(format!(
            "The value {name} for parameter ExtendedStatistic is not supported."
        ))
    })?;
    let period = alarm_period(input::whole(input, "Period")?.ok_or_else(|| required("Period"))?)?;
    let stat = MetricStat {
        namespace: input::text(input, "Namespace", 255)?
            .ok_or_else(|| required("Namespace"))?
            .to_owned(),
        name: input::text(input, "MetricName", 255)?
            .ok_or_else(|| required("MetricName"))?
            .to_owned(),
        dimensions: input::dimensions(input)?,
        period,
        statistic,
        unit: input::unit(input)?,
    };
    Ok((
        Watched::Metric {
            stat,
            statistic: name.to_owned(),
        },
        period,
    ))
}

fn alarm_period(period: i64) -> Read<i64> {
    if matches!(period, 10 | 20 | 30) || (period > 0 && period % 60 == 0) {
        return Ok(period);
    }
    Err(validation("Period must be 10, 20, 30 or a multiple of 60."))
}

fn math(given: &Value) -> Read<(Watched, i64)> {
    if given.items().len() > 20 {
        return Err(validation(
            "The collection Metrics must not have a size greater than 20.",
        ));
    }
    let queries = query::read_all(given)?;
    let mut returned = queries.iter().filter(|q| q.returned);
    let (Some(watched), None) = (returned.next(), returned.next()) else {
        return Err(validation(
            "Invalid metrics list: exactly one element of Metrics must have ReturnData set to true.",
        ));
    };
    for query in &queries {
        match &query.source {
            Source::Expression(e) if e.calls("SEARCH") => {
                return Err(validation("SEARCH is not supported on Metric Alarms."));
            }
            Source::Expression(_) => {}
            Source::Metric(stat) => alarm_period(stat.period).map(|_| ())?,
        }
    }
    let period = period(&queries).ok_or_else(|| {
        validation("Invalid metrics list: at least one element must be a MetricStat.")
    })?;
    single_series(&queries, watched)?;
    Ok((
        Watched::Math {
            queries,
            given: given.clone(),
        },
        period,
    ))
}

/// The longest period among the metrics.
fn period(queries: &[Query]) -> Option<i64> {
    let of = |q: &Query| match &q.source {
        Source::Metric(stat) => Some(stat.period),
        Source::Expression(_) => None,
    };
    queries.iter().filter_map(of).max()
}

/// Computes the queries over nothing: what kind of data the watched one comes to does not depend on the data.
fn single_series(queries: &[Query], watched: &Query) -> Read<()> {
    let nothing = Span {
        start: 0,
        end: 60_000,
        origin: 0,
    };
    let computed = compute::run(&Metrics::default(), queries, nothing, 0)?;
    match queries
        .iter()
        .zip(&computed.data)
        .find(|(q, _)| q.id == watched.id)
    {
        Some((_, Data::Series(_))) => Ok(()),
        Some((_, other)) => Err(in_expression(
            &watched.id,
            &format!("An alarm must watch a single time series, not {other}"),
        )),
        None => Ok(()),
    }
}
