//! The functions of metric math that need nothing but their arguments and the grid of periods.
//! Searching and the list of a request's metrics stand in `compute`.

use std::collections::BTreeMap;

use super::gaps;
use super::series::{Data, TimeSeries};
use crate::sim::cloudwatch::store::Span;

/// Every function that an expression may call.
const NAMES: [&str; 28] = [
    "ABS",
    "AVG",
    "CEIL",
    "DATAPOINT_COUNT",
    "DIFF",
    "DIFF_TIME",
    "EPOCH",
    "FILL",
    "FIRST",
    "FLOOR",
    "IF",
    "LAST",
    "LOG",
    "LOG10",
    "MAX",
    "METRICS",
    "METRIC_COUNT",
    "MIN",
    "PERIOD",
    "RATE",
    "REMOVE_EMPTY",
    "RUNNING_SUM",
    "SEARCH",
    "SLICE",
    "SORT",
    "STDDEV",
    "SUM",
    "TIME_SERIES",
];

/// The periods over which data was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    /// The span.
    pub span: Span,
    /// Where the present is: nothing is filled after it.
    pub now: i64,
    /// The period of series that come from no metric, in seconds.
    pub period: i64,
}

impl Grid {
    /// The begins of the periods that can have data: none in the future, none older than CloudWatch keeps data of such a period.
    pub(super) fn begins(&self, period: i64) -> impl Iterator<Item = i64> + use<> {
        let now = self.now;
        let kept_days = if period < 300 {
            15
        } else if period < 3600 {
            63
        } else {
            455
        };
        let span = Span {
            start: self.span.start.max(now - kept_days * 86_400_000),
            ..self.span
        };
        span.begins(period.max(1) * 1000)
            .take_while(move |at| *at <= now)
    }
}

/// Whether there is a function of this name.
pub fn exists(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Calls a function, or says what is wrong with its arguments.
pub fn call(name: &str, arguments: Vec<Data>, grid: &Grid) -> Result<Data, String> {
    match name {
        "ABS" => each(name, arguments, |s| s.map(f64::abs)),
        "CEIL" => each(name, arguments, |s| s.map(f64::ceil)),
        "FLOOR" => each(name, arguments, |s| s.map(f64::floor)),
        "LOG" => each(name, arguments, |s| s.map(f64::ln)),
        "LOG10" => each(name, arguments, |s| s.map(f64::log10)),
        "DIFF" => each(name, arguments, |s| steps(&s, |value, _| value)),
        "DIFF_TIME" => each(name, arguments, |s| steps(&s, |_, seconds| seconds)),
        "RATE" => each(name, arguments, |s| {
            steps(&s, |value, seconds| value / seconds)
        }),
        "RUNNING_SUM" => each(name, arguments, |s| running_sum(&s)),
        "EPOCH" => each(name, arguments, |s| {
            s.with(
                grid.begins(s.period)
                    .map(|at| (at, at as f64 / 1000.0))
                    .collect(),
            )
        }),
        "SUM" | "AVG" | "MIN" | "MAX" | "STDDEV" | "DATAPOINT_COUNT" => aggregate(name, arguments),
        "IF" => gaps::choose(arguments),
        "FILL" => gaps::fill(arguments, grid),
        "PERIOD" => match <[Data; 1]>::try_from(arguments) {
            Ok([Data::Series(s)]) => Ok(Data::Scalar(s.period as f64)),
            other => Err(refused(name, &other.map_or_else(|all| all, Vec::from))),
        },
        "TIME_SERIES" => match arguments[..] {
            [Data::Scalar(value)] => {
                let empty = TimeSeries {
                    period: grid.period,
                    ..TimeSeries::default()
                };
                Ok(Data::Series(empty.with(
                    grid.begins(grid.period).map(|at| (at, value)).collect(),
                )))
            }
            _ => Err(refused(name, &arguments)),
        },
        _ => over_array(name, arguments),
    }
}

fn over_array(name: &str, mut arguments: Vec<Data>) -> Result<Data, String> {
    let rest = arguments.split_off(1.min(arguments.len()));
    let all = match arguments.pop() {
        Some(Data::Array(all)) => all,
        first => {
            return Err(refused(
                name,
                &first.into_iter().chain(rest).collect::<Vec<_>>(),
            ));
        }
    };
    let number = |at: usize| match rest.get(at) {
        Some(Data::Scalar(n)) if *n >= 0.0 && n.fract() == 0.0 => Ok(*n as usize),
        _ => Err(format!(
            "{name}: a whole number is expected as argument {}",
            at + 2
        )),
    };
    match (name, rest.len()) {
        ("METRIC_COUNT", 0) => Ok(Data::Scalar(all.len() as f64)),
        ("FIRST", 0) => Ok(Data::Series(all.into_iter().next().unwrap_or_default())),
        ("LAST", 0) => Ok(Data::Series(
            all.into_iter().next_back().unwrap_or_default(),
        )),
        ("REMOVE_EMPTY", 0) => Ok(Data::Array(
            all.into_iter().filter(|s| !s.points.is_empty()).collect(),
        )),
        ("SLICE", 1) => Ok(Data::Array(all.into_iter().skip(number(0)?).collect())),
        ("SLICE", 2) => Ok(Data::Array(
            all.into_iter().take(number(1)?).skip(number(0)?).collect(),
        )),
        ("SORT", 2 | 3) => {
            let most = if rest.len() == 3 {
                number(2)?
            } else {
                all.len()
            };
            sort(all, &rest).map(|sorted| Data::Array(sorted.into_iter().take(most).collect()))
        }
        _ => Err(format!("{name}: wrong number of arguments")),
    }
}

fn sort(mut all: Vec<TimeSeries>, by: &[Data]) -> Result<Vec<TimeSeries>, String> {
    let [Data::Word(function), Data::Word(direction), ..] = by else {
        return Err("SORT takes an array, one of AVG MIN MAX SUM, and ASC or DESC".to_owned());
    };
    if !matches!(function.as_str(), "AVG" | "MIN" | "MAX" | "SUM")
        || !matches!(direction.as_str(), "ASC" | "DESC")
    {
        return Err(format!("SORT: unknown order {function}, {direction}"));
    }
    let rank = |s: &TimeSeries| summary(function, s.points.iter().map(|(_, v)| *v));
    all.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
    if direction == "DESC" {
        all.reverse();
    }
    Ok(all)
}

/// The numbers of one series, or the values that several series have at each instant, brought to one number.
fn aggregate(name: &str, arguments: Vec<Data>) -> Result<Data, String> {
    match <[Data; 1]>::try_from(arguments) {
        Ok([Data::Series(s)]) => Ok(Data::Scalar(summary(
            name,
            s.points.iter().map(|(_, v)| *v),
        ))),
        Ok([Data::Array(all)]) => {
            let mut instants: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
            for (at, value) in all.iter().flat_map(|s| &s.points) {
                instants.entry(*at).or_default().push(*value);
            }
            let shape = TimeSeries {
                period: all.iter().map(|s| s.period).max().unwrap_or_default(),
                dropped: all.iter().any(|s| s.dropped),
                ..TimeSeries::default()
            };
            Ok(Data::Series(
                shape.with(
                    instants
                        .into_iter()
                        .map(|(at, values)| (at, summary(name, values.into_iter())))
                        .collect(),
                ),
            ))
        }
        other => Err(refused(name, &other.map_or_else(|all| all, Vec::from))),
    }
}

/// Over no values: sum and count are 0, all else is no number. The standard deviation is that of the population.
fn summary(name: &str, values: impl Iterator<Item = f64> + Clone) -> f64 {
    let count = values.clone().count() as f64;
    let sum: f64 = values.clone().sum();
    match name {
        "SUM" => sum,
        "DATAPOINT_COUNT" => count,
        "AVG" => sum / count,
        "MIN" => values.reduce(f64::min).unwrap_or(f64::NAN),
        "MAX" => values.reduce(f64::max).unwrap_or(f64::NAN),
        _ => (values.map(|v| (v - sum / count).powi(2)).sum::<f64>() / count).sqrt(),
    }
}

/// A number for each point from its difference to the point before it: the values' and the seconds'.
fn steps(series: &TimeSeries, of: impl Fn(f64, f64) -> f64) -> TimeSeries {
    let pairs = series.points.iter().zip(series.points.iter().skip(1));
    series.with(
        pairs
            .map(|((t0, v0), (t1, v1))| (*t1, of(v1 - v0, (t1 - t0) as f64 / 1000.0)))
            .collect(),
    )
}

fn running_sum(series: &TimeSeries) -> TimeSeries {
    let mut sum = 0.0;
    let add = |(at, value): &(i64, f64)| {
        sum += value;
        (*at, sum)
    };
    series.with(series.points.iter().map(add).collect())
}

fn each(
    name: &str,
    arguments: Vec<Data>,
    change: impl Fn(TimeSeries) -> TimeSeries,
) -> Result<Data, String> {
    match <[Data; 1]>::try_from(arguments) {
        Ok([Data::Series(s)]) => Ok(Data::Series(change(s))),
        Ok([Data::Array(all)]) => Ok(Data::Array(all.into_iter().map(change).collect())),
        other => Err(refused(name, &other.map_or_else(|all| all, Vec::from))),
    }
}

pub(super) fn refused(name: &str, arguments: &[Data]) -> String {
    let kinds: Vec<_> = arguments.iter().map(Data::kind).collect();
    format!(
        "Unsupported argument type(s) for {name}: '[{}]'",
        kinds.join(", ")
    )
}
