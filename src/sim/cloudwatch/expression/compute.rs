//! Queries to data: stored metrics are fetched, expressions computed, each once, in the order that their names ask for.

use std::collections::HashMap;

use super::functions::{self, Grid};
use super::operators;
use super::search::{self, Search};
use super::series::{Data, TimeSeries};
use super::syntax::{Expr, Kind};
use crate::sim::aws::ServiceError;
use crate::sim::cloudwatch::input;
use crate::sim::cloudwatch::query::{MetricStat, Query, Source, in_expression, order};
use crate::sim::cloudwatch::statistic::Statistic;
use crate::sim::cloudwatch::store::{MINUTE, Metrics, Series, Span};

/// The period of a search or a constant series that names none, in seconds.
const DEFAULT_PERIOD: i64 = 300;

/// What a list of queries came to.
#[derive(Debug)]
pub struct Computed {
    /// The data of each query, in the order of the queries.
    pub data: Vec<Data>,
    /// Whether a search found more metrics than one may return.
    pub truncated: bool,
}

/// Computes all queries over `span`; filling functions stop at `now`.
pub fn run(
    metrics: &Metrics,
    queries: &[Query],
    span: Span,
    now: i64,
) -> Result<Computed, ServiceError> {
    let mut computation = Computation {
        metrics,
        queries,
        span,
        now,
        results: HashMap::new(),
        truncated: false,
    };
    for at in order(queries)? {
        let Some(query) = queries.get(at) else {
            continue;
        };
        let data = match &query.source {
            Source::Metric(stat) => Data::Series(fetch(metrics, stat, span)),
            Source::Expression(expression) => computation
                .value(expression, query)
                .map_err(|what| in_expression(&query.id, &what))?,
        };
        computation.results.insert(&query.id, data);
    }
    let truncated = computation.truncated;
    let mut results = computation.results;
    let data = queries
        .iter()
        .map(|q| {
            results
                .remove(q.id.as_str())
                .unwrap_or(Data::Array(Vec::new()))
        })
        .collect();
    Ok(Computed { data, truncated })
}

/// The datapoints of a stored metric; none when there is no such metric.
pub fn fetch(metrics: &Metrics, stat: &MetricStat, span: Span) -> TimeSeries {
    let series = metrics.series(
        &stat.namespace,
        &stat.name,
        &input::borrowed(&stat.dimensions),
    );
    let points = series
        .map(|s| datapoints(s, span, stat.period, stat.statistic, stat.unit))
        .unwrap_or_default();
    TimeSeries {
        label: stat.name.clone(),
        period: stat.period.max(MINUTE / 1000),
        points,
        dropped: false,
    }
}

fn datapoints(
    series: &Series,
    span: Span,
    period: i64,
    statistic: Statistic,
    unit: Option<crate::sim::cloudwatch::unit::Unit>,
) -> Vec<(i64, f64)> {
    let percentile = matches!(statistic, Statistic::Percentile(_));
    let buckets = series.buckets(span, period * 1000, unit, percentile);
    buckets
        .into_iter()
        .filter_map(|(at, bucket)| bucket.statistic(statistic).map(|v| (at, v)))
        .collect()
}

struct Computation<'a> {
    metrics: &'a Metrics,
    queries: &'a [Query],
    span: Span,
    now: i64,
    results: HashMap<&'a str, Data>,
    truncated: bool,
}

impl Computation<'_> {
    fn value(&mut self, expression: &Expr, query: &Query) -> Result<Data, String> {
        match &expression.kind {
            Kind::Number(n) => Ok(Data::Scalar(*n)),
            Kind::Text(text) => Ok(Data::Text(text.clone())),
            Kind::Word(word) => Ok(Data::Word(word.clone())),
            Kind::Id(id) => self
                .results
                .get(id.as_str())
                .cloned()
                .ok_or_else(|| placed(&format!("Undefined id '{id}'"), expression)),
            Kind::Array(parts) => {
                let parts = self.values(parts, query)?;
                array(parts).map_err(|what| placed(&what, expression))
            }
            Kind::Negative(part) => {
                let part = self.value(part, query)?;
                operators::negative(part).map_err(|what| placed(&what, expression))
            }
            Kind::Operation(..) => self.operation(expression, query),
            Kind::Call(name, parts) => self.call(name, parts, expression, query),
        }
    }

    /// Goes down the left side in a loop: a sum of hundreds of terms leans left as deep as it is long.
    fn operation(&mut self, expression: &Expr, query: &Query) -> Result<Data, String> {
        let mut spine = Vec::new();
        let mut leftmost = expression;
        while let Kind::Operation(operator, left, right) = &leftmost.kind {
            spine.push((*operator, right, leftmost));
            leftmost = left;
        }
        let mut value = self.value(leftmost, query)?;
        while let Some((operator, right, whole)) = spine.pop() {
            let right = self.value(right, query)?;
            value =
                operators::apply(operator, value, right).map_err(|what| placed(&what, whole))?;
        }
        Ok(value)
    }

    fn values(&mut self, parts: &[Expr], query: &Query) -> Result<Vec<Data>, String> {
        parts.iter().map(|part| self.value(part, query)).collect()
    }

    fn call(
        &mut self,
        name: &str,
        parts: &[Expr],
        whole: &Expr,
        query: &Query,
    ) -> Result<Data, String> {
        let arguments = self.values(parts, query)?;
        let result = match name {
            "METRICS" => self.metrics_of_request(&arguments),
            "SEARCH" => self.search(&arguments, query),
            _ => functions::call(name, arguments, &self.grid(query)),
        };
        result.map_err(|what| placed(&what, whole))
    }

    fn grid(&self, query: &Query) -> Grid {
        let metric_period = |q: &Query| match &q.source {
            Source::Metric(stat) => Some(stat.period),
            Source::Expression(_) => None,
        };
        let period = query
            .period
            .or_else(|| self.queries.iter().filter_map(metric_period).max())
            .unwrap_or(DEFAULT_PERIOD);
        Grid {
            span: self.span,
            now: self.now,
            period: period.max(MINUTE / 1000),
        }
    }

    fn metrics_of_request(&self, arguments: &[Data]) -> Result<Data, String> {
        let part = match arguments {
            [] => "",
            [Data::Text(part)] => part,
            _ => return Err("METRICS takes no argument or one string".to_owned()),
        };
        let wanted = self
            .queries
            .iter()
            .filter(|q| matches!(q.source, Source::Metric(_)) && q.id.contains(part));
        let found = wanted.filter_map(|q| match self.results.get(q.id.as_str()) {
            Some(Data::Series(series)) => Some(TimeSeries {
                label: q.label.clone().unwrap_or(series.label.clone()),
                ..series.clone()
            }),
            _ => None,
        });
        Ok(Data::Array(found.collect()))
    }

    fn search(&mut self, arguments: &[Data], query: &Query) -> Result<Data, String> {
        let (text, statistic, period) = match arguments {
            [Data::Text(text), Data::Text(statistic)] => {
                (text, statistic, query.period.unwrap_or(DEFAULT_PERIOD))
            }
            [
                Data::Text(text),
                Data::Text(statistic),
                Data::Scalar(period),
            ] => (text, statistic, *period as i64),
            _ => {
                return Err(
                    "SEARCH takes a search in quotes, a statistic in quotes and a period"
                        .to_owned(),
                );
            }
        };
        if !matches!(period, 1 | 5 | 10 | 30)
            && (period <= 0 || period % 60 != 0 || period > 7 * 86_400)
        {
            return Err(format!("SEARCH: the period {period} is not valid"));
        }
        let statistic = Statistic::parse(statistic)
            .ok_or_else(|| format!("SEARCH: the statistic '{statistic}' is not supported"))?;
        let search = Search::parse(text).map_err(|what| format!("SEARCH: {what}"))?;
        let mut found: Vec<_> = self
            .metrics
            .iter()
            .filter(|metric| search.matches(metric))
            .map(|metric| {
                (
                    datapoints(metric.series, self.span, period, statistic, None),
                    metric,
                )
            })
            .collect();
        if found.len() > search::MOST {
            // The most recently active stay: an old session must not hide a live one.
            self.truncated = true;
            found.sort_by_key(|(points, metric)| {
                let newest = points.last().map(|(at, _)| *at);
                std::cmp::Reverse((newest, metric.series.newest()))
            });
            found.truncate(search::MOST);
        }
        let labels = search::labels(found.iter().map(|(_, metric)| metric));
        let period = period.max(MINUTE / 1000);
        let series = found
            .into_iter()
            .zip(labels)
            .map(|((points, _), label)| TimeSeries {
                label,
                period,
                points,
                dropped: false,
            });
        Ok(Data::Array(series.collect()))
    }
}

fn placed(what: &str, expression: &Expr) -> String {
    // The innermost place is the useful one; those around it would only repeat themselves.
    if what.contains(" at position ") {
        what.to_owned()
    } else {
        format!("{what} at position {}", expression.at)
    }
}

fn array(parts: Vec<Data>) -> Result<Data, String> {
    let mut all = Vec::new();
    for part in parts {
        match part {
            Data::Series(series) => all.push(series),
            Data::Array(series) => all.extend(series),
            other => return Err(format!("An array must hold time series, not {other}")),
        }
    }
    Ok(Data::Array(all))
}
