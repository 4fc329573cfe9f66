//! IF and FILL: the functions that decide which points a series has.

use std::collections::BTreeSet;

use super::functions::{Grid, refused};
use super::series::{Data, TimeSeries};

/// IF: a point of the condition that is not 0 takes the second argument (0 where that series has no point), one that is 0 the third
/// (none where that has none).
pub(super) fn choose(mut arguments: Vec<Data>) -> Result<Data, String> {
    if arguments.len() == 2 {
        arguments.push(Data::Series(TimeSeries::default()));
    }
    let [condition, yes, no] = match <[Data; 3]>::try_from(arguments) {
        Ok(all) => all,
        Err(all) => return Err(refused("IF", &all)),
    };
    let period = [&condition, &yes, &no]
        .into_iter()
        .map(|d| if let Data::Series(s) = d { s.period } else { 0 })
        .max();
    if let Data::Scalar(truth) = condition {
        return match if truth == 0.0 { no } else { yes } {
            Data::Series(s) => Ok(Data::Series(TimeSeries {
                period: period.unwrap_or_default(),
                ..s
            })),
            Data::Scalar(n) => Ok(Data::Scalar(n)),
            other => Err(refused("IF", &[condition, other])),
        };
    }
    let value = |from: &Data, at: i64| match from {
        Data::Scalar(n) => Some(*n),
        Data::Series(s) => s.at(at),
        _ => None,
    };
    match (&condition, &yes, &no) {
        (Data::Series(c), Data::Scalar(_) | Data::Series(_), Data::Scalar(_) | Data::Series(_)) => {
            let chosen = |(at, truth): &(i64, f64)| {
                let picked = if *truth == 0.0 {
                    value(&no, *at)
                } else {
                    value(&yes, *at).or(Some(0.0))
                };
                picked.map(|v| (*at, v))
            };
            let mut result = c.with(c.points.iter().filter_map(chosen).collect());
            result.period = period.unwrap_or_default();
            Ok(Data::Series(result))
        }
        _ => Err(refused("IF", &[condition, yes, no])),
    }
}

enum Filler {
    Series(TimeSeries),
    Number(f64),
    Repeat,
    Linear,
}

/// FILL: periods before the first point stay missing under REPEAT and LINEAR, those after the last under LINEAR.
pub(super) fn fill(arguments: Vec<Data>, grid: &Grid) -> Result<Data, String> {
    let (data, with) = match <[Data; 2]>::try_from(arguments) {
        Ok([data, with]) => (data, with),
        Err(all) => return Err(refused("FILL", &all)),
    };
    let filler = match with {
        Data::Scalar(n) => Filler::Number(n),
        Data::Series(s) => Filler::Series(s),
        Data::Word(word) if word == "REPEAT" => Filler::Repeat,
        Data::Word(word) if word == "LINEAR" => Filler::Linear,
        other => return Err(refused("FILL", &[data, other])),
    };
    match data {
        Data::Series(s) => Ok(Data::Series(filled(&s, &filler, grid))),
        Data::Array(all) => Ok(Data::Array(
            all.iter().map(|s| filled(s, &filler, grid)).collect(),
        )),
        other => Err(refused("FILL", &[other])),
    }
}

fn filled(series: &TimeSeries, filler: &Filler, grid: &Grid) -> TimeSeries {
    let period = if series.period > 0 {
        series.period
    } else {
        grid.period
    };
    let instants: BTreeSet<i64> = grid
        .begins(period)
        .chain(series.points.iter().map(|(at, _)| *at))
        .collect();
    let value = |at: i64| {
        let next = series.points.partition_point(|(t, _)| *t <= at);
        let before = next.checked_sub(1).and_then(|i| series.points.get(i));
        match (before, filler) {
            (Some((t, v)), _) if *t == at => Some(*v),
            (_, Filler::Number(n)) => Some(*n),
            (_, Filler::Series(s)) => s.at(at),
            (before, Filler::Repeat) => before.map(|(_, v)| *v),
            (before, Filler::Linear) => {
                let ((t0, v0), (t1, v1)) = (before?, series.points.get(next)?);
                Some(v0 + (v1 - v0) * (at - t0) as f64 / (t1 - t0) as f64)
            }
        }
    };
    let mut result = series.with(
        instants
            .into_iter()
            .filter_map(|at| value(at).map(|v| (at, v)))
            .collect(),
    );
    result.period = period;
    result
}
