//! What a metric alarm watches, as one line of text: `p95 of Latency > 5000 for 2 of 2 × 60 s`. It reads nothing.

use std::time::Duration;

use aws_sdk_cloudwatch::types::{
    ComparisonOperator, Dimension, Metric, MetricAlarm, MetricDataQuery, MetricStat, Statistic,
};

use super::{positive, seconds};

/// The line.
pub(super) fn watches(alarm: &MetricAlarm) -> String {
    let condition = format!("{} {}", subject(alarm), limit(alarm));
    let Some(periods) = positive(alarm.evaluation_periods()) else {
        return condition;
    };
    let points = positive(alarm.datapoints_to_alarm()).unwrap_or(periods);
    match period(alarm) {
        Some(length) => format!(
            "{condition} for {points} of {periods} × {} s",
            length.as_secs()
        ),
        None => format!("{condition} for {points} of {periods} periods"),
    }
}

/// The length of the alarm's periods; for metric math, the longest of its metrics.
pub(super) fn period(alarm: &MetricAlarm) -> Option<Duration> {
    seconds(alarm.period()).or_else(|| {
        alarm
            .metrics()
            .iter()
            .filter_map(|query| {
                let stat = query.metric_stat().and_then(MetricStat::period);
                seconds(stat.or_else(|| query.period()))
            })
            .max()
    })
}

/// The percentile statistic, if the alarm uses one.
pub(super) fn percentile(alarm: &MetricAlarm) -> Option<String> {
    let in_math = alarm
        .metrics()
        .iter()
        .filter_map(|query| query.metric_stat()?.stat());
    alarm
        .extended_statistic()
        .into_iter()
        .chain(in_math)
        .find(|stat| is_percentile(stat))
        .map(str::to_owned)
}

fn is_percentile(stat: &str) -> bool {
    stat.strip_prefix('p')
        .is_some_and(|rest| rest.parse::<f64>().is_ok())
}

fn subject(alarm: &MetricAlarm) -> String {
    if let Some(name) = alarm.metric_name() {
        let stat = alarm
            .statistic()
            .map(Statistic::as_str)
            .or_else(|| alarm.extended_statistic())
            .unwrap_or("value");
        return format!("{stat} of {name}{}", dimensions(alarm.dimensions()));
    }
    let watched = watched_query(alarm);
    match watched {
        Some(query) => query_words(query),
        None => "nothing".to_owned(),
    }
}

/// The query that is compared with the threshold: the one that is returned and is not the band itself.
fn watched_query(alarm: &MetricAlarm) -> Option<&MetricDataQuery> {
    let band = alarm.threshold_metric_id();
    let queries = || alarm.metrics().iter().filter(|query| query.id() != band);
    queries()
        .find(|query| query.return_data() != Some(false))
        .or_else(|| queries().next())
}

fn query_words(query: &MetricDataQuery) -> String {
    if let Some(expression) = query.expression() {
        return expression.to_owned();
    }
    let stat = query.metric_stat();
    let metric = stat.and_then(|stat| stat.metric());
    format!(
        "{} of {}{}",
        stat.and_then(|stat| stat.stat()).unwrap_or("value"),
        metric
            .and_then(|metric| metric.metric_name())
            .unwrap_or("a metric"),
        dimensions(metric.map(Metric::dimensions).unwrap_or_default())
    )
}

fn dimensions(dimensions: &[Dimension]) -> String {
    if dimensions.is_empty() {
        return String::new();
    }
    let list: Vec<_> = dimensions
        .iter()
        .map(|d| {
            format!(
                "{}={}",
                d.name().unwrap_or_default(),
                d.value().unwrap_or_default()
            )
        })
        .collect();
    format!(" ({})", list.join(", "))
}

fn limit(alarm: &MetricAlarm) -> String {
    let sign = match alarm.comparison_operator() {
        Some(ComparisonOperator::GreaterThanThreshold) => ">",
        Some(ComparisonOperator::GreaterThanOrEqualToThreshold) => ">=",
        Some(ComparisonOperator::LessThanThreshold) => "<",
        Some(ComparisonOperator::LessThanOrEqualToThreshold) => "<=",
        Some(ComparisonOperator::GreaterThanUpperThreshold) => return "above its band".to_owned(),
        Some(ComparisonOperator::LessThanLowerThreshold) => return "below its band".to_owned(),
        Some(ComparisonOperator::LessThanLowerOrGreaterThanUpperThreshold) => {
            return "outside its band".to_owned();
        }
        Some(other) => other.as_str(),
        None => "compared with",
    };
    match alarm.threshold() {
        Some(threshold) => format!("{sign} {threshold}"),
        None => format!("{sign} no threshold"),
    }
}
