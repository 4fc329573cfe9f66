//! One query of GetMetricData, or of an alarm over metric math: read, checked, its expression parsed. It fetches nothing.

use std::collections::HashMap;

use super::expression::syntax::{self, Expr};
use super::input::{self, Dimensions, Read, validation};
use super::statistic::Statistic;
use super::unit::Unit;
use crate::sim::wire::Value;

/// A metric with the statistic and period that are asked of it.
#[derive(Clone, Debug)]
pub struct MetricStat {
    /// The namespace.
    pub namespace: String,
    /// The metric's name.
    pub name: String,
    /// The exact set of dimensions.
    pub dimensions: Dimensions,
    /// The period in seconds.
    pub period: i64,
    /// The statistic.
    pub statistic: Statistic,
    /// Only samples of this unit.
    pub unit: Option<Unit>,
}

/// Where a query's data comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// A stored metric.
    Metric(MetricStat),
    /// An expression over other queries.
    Expression(Expr),
}

/// One query.
#[derive(Clone, Debug)]
pub struct Query {
    /// The id by which expressions name it.
    pub id: String,
    /// Its data.
    pub source: Source,
    /// The label that was asked for.
    pub label: Option<String>,
    /// The period in seconds that was given beside an expression.
    pub period: Option<i64>,
    /// Whether its data is part of the answer.
    pub returned: bool,
}

/// Reads a list of queries: ids are unique, expressions parse, name queries that exist, and run in no circle.
pub fn read_all(list: &Value) -> Read<Vec<Query>> {
    let queries: Vec<_> = list
        .items()
        .iter()
        .enumerate()
        .map(|(i, q)| read(q, i + 1))
        .collect::<Read<_>>()?;
    let mut ids: HashMap<&str, usize> = HashMap::new();
    for (at, query) in queries.iter().enumerate() {
        if ids.insert(&query.id, at).is_some() {
            return Err(validation(format!(
                "The value {} for parameter MetricDataQueries.member.{}.Id is not unique.",
                query.id,
                at + 1
            )));
        }
    }
    order(&queries)?;
    Ok(queries)
}

/// The order in which queries can be computed: each after those that it names. Refuses unknown ids and circles.
pub fn order(queries: &[Query]) -> Read<Vec<usize>> {
    let ids: HashMap<&str, usize> = queries
        .iter()
        .enumerate()
        .map(|(i, q)| (q.id.as_str(), i))
        .collect();
    let mut waits: Vec<usize> = vec![0; queries.len()];
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); queries.len()];
    for (at, query) in queries.iter().enumerate() {
        let Source::Expression(expression) = &query.source else {
            continue;
        };
        for (id, position) in expression.references() {
            let Some(named) = ids.get(id) else {
                return Err(in_expression(
                    &query.id,
                    &format!("Undefined id '{id}' at position {position}"),
                ));
            };
            waits[at] += 1;
            followers[*named].push(at);
        }
    }
    // Stored metrics first: METRICS() reads them without naming them.
    let mut ready: Vec<usize> = (0..queries.len()).filter(|i| waits[*i] == 0).collect();
    ready.sort_by_key(|i| matches!(queries[*i].source, Source::Expression(_)));
    let mut next = 0;
    while let Some(&done) = ready.get(next) {
        for &follower in &followers[done] {
            waits[follower] -= 1;
            if waits[follower] == 0 {
                ready.push(follower);
            }
        }
        next += 1;
    }
    match (0..queries.len()).find(|i| waits[*i] > 0) {
        Some(stuck) => Err(in_expression(
            &queries[stuck].id,
            "The expression refers to itself, directly or through others",
        )),
        None => Ok(ready),
    }
}

/// The error for something wrong in the expression of a query.
pub fn in_expression(id: &str, what: &str) -> crate::sim::aws::ServiceError {
    validation(format!("Error in expression '{id}': {what}"))
}

fn read(query: &Value, position: usize) -> Read<Query> {
    let place = format!("MetricDataQueries.member.{position}");
    let id = input::text(query, "Id", 255)?
        .ok_or_else(|| validation(format!("The parameter {place}.Id is required.")))?;
    let starts_low = id.starts_with(|c: char| c.is_ascii_lowercase());
    if !starts_low || !id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(validation(format!(
            "The value {id} for parameter {place}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$."
        )));
    }
    let expression = input::text(query, "Expression", 2048)?;
    let stat = query.get("MetricStat");
    let source = match (expression, stat.is_null()) {
        (Some(text), true) => {
            let expression =
                syntax::parse(text).map_err(|error| in_expression(id, &error.to_string()))?;
            Source::Expression(expression)
        }
        (None, false) => Source::Metric(metric_stat(stat, &format!("{place}.MetricStat"))?),
        (Some(_), false) => {
            return Err(validation(format!(
                "The parameters {place}.Expression and {place}.MetricStat are mutually exclusive."
            )));
        }
        (None, true) => {
            return Err(validation(format!(
                "Exactly one of {place}.MetricStat and {place}.Expression is required."
            )));
        }
    };
    Ok(Query {
        id: id.to_owned(),
        source,
        label: query.get("Label").as_str().map(str::to_owned),
        period: input::period(query)?,
        returned: input::truth(query, "ReturnData")?.unwrap_or(true),
    })
}

fn metric_stat(stat: &Value, place: &str) -> Read<MetricStat> {
    let metric = stat.get("Metric");
    let required = |what: &str| validation(format!("The parameter {place}.{what} is required."));
    let name = input::text(stat, "Stat", 255)?.ok_or_else(|| required("Stat"))?;
    Ok(MetricStat {
        namespace: input::text(metric, "Namespace", 255)?
            .ok_or_else(|| required("Metric.Namespace"))?
            .to_owned(),
        name: input::text(metric, "MetricName", 255)?
            .ok_or_else(|| required("Metric.MetricName"))?
            .to_owned(),
        dimensions: input::dimensions(metric)?,
        period: input::period(stat)?.ok_or_else(|| required("Period"))?,
        statistic: Statistic::parse(name).ok_or_else(|| {
            validation(format!(
                "The value {name} for parameter {place}.Stat is not supported."
            ))
        })?,
        unit: input::unit(stat)?,
    })
}
