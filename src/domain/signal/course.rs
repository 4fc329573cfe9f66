//! The course of a signal in words: where it stands, against which limit, and which way it goes. It draws nothing and judges nothing.

use std::time::Duration;

use super::{Limit, Point, SignalSpec, Unit, format_bound, format_span, format_value};
use crate::domain::Timestamp;

/// How far back the present is compared with the past, where the periods allow it.
const BACK: Duration = Duration::from_mins(10);
/// Periods whose median stands for an instant: one stray period is no trend.
const PERIODS: u32 = 3;
/// A change of less than this many percent is none.
const STEADY: f64 = 5.0;
/// What grew more than this many times is told as a factor, not in percent.
const TIMES: f64 = 5.0;

/// The middle of some values, or the mean of the two in the middle; nothing where there are none. What is no number is left out.
pub fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut sorted: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *sorted.get(middle.checked_sub(1)?)?;
    // Halves first: the sum of two huge numbers is none.
    Some(lower / 2.0 + upper / 2.0)
}

/// A chart as a sentence that can be read aloud: `latency p95 4.8 s, limit 5 s, rising 12 % in 10 min`. The points are those of one
/// period each, in time order; the one being filled says nothing. What is old or missing is called so.
pub fn course_in_words(
    spec: &SignalSpec,
    (points, period): (&[Point], Duration),
    now: Timestamp,
) -> String {
    let end = points.partition_point(|point| point.at + period <= now);
    let complete = points.get(..end).unwrap_or_default();
    let Some(newest) = complete.last() else {
        return format!("{} no data", spec.title);
    };
    let value = format_value(spec.unit, newest.value);
    let mut parts = vec![format!("{} {value}", spec.title)];
    let age = now.since(newest.at + period);
    let late = spec.stale_after().max(period * 2);
    if age > late {
        parts = vec![format!(
            "{} no data for {}, was {value}",
            spec.title,
            format_span(age)
        )];
    }
    parts.extend(limit_in_words(spec, newest.value));
    if age <= late {
        parts.extend(trend(complete, period));
    }
    parts.join(", ")
}

/// The limit that matters at this value: the worst that it is past, else the next one.
fn limit_in_words(spec: &SignalSpec, value: f64) -> Option<String> {
    let past = |limit: &Limit| limit.is_past(value);
    let bound = |limit: Limit| format_bound(spec.unit, limit.value);
    if let Some(limit) = spec.act.filter(past) {
        return Some(format!("past the act limit {}", bound(limit)));
    }
    if let Some(limit) = spec.warn.filter(past) {
        return Some(format!("past the warn limit {}", bound(limit)));
    }
    let limit = spec.warn.or(spec.act)?;
    Some(format!("limit {}", bound(limit)))
}

/// Which way the values go, by the medians of a few periods now and a while before; nothing where a gap or a young series hides it.
fn trend(complete: &[Point], period: Duration) -> Option<String> {
    let newest = complete.last()?;
    let back = BACK.max(period * PERIODS);
    let around = |end: Timestamp| {
        let first = complete.partition_point(|p| p.at + period * PERIODS <= end);
        let last = complete.partition_point(|p| p.at <= end);
        let few = complete.get(first..last).unwrap_or_default();
        // Two of three: one missing period hides no trend, more do.
        (few.len() >= 2).then(|| median(few.iter().map(|p| p.value)))?
    };
    let (now, then) = (around(newest.at)?, around(newest.at - back)?);
    let span = match back.as_secs() {
        seconds if seconds % 3600 == 0 => format!("{} h", seconds / 3600),
        seconds => format!("{} min", seconds.div_ceil(60)),
    };
    Some(match change(then, now) {
        Change::Steady => format!("steady for {span}"),
        Change::Up(by) => format!("rising {by} in {span}"),
        Change::Down(by) => format!("falling {by} in {span}"),
    })
}

enum Change {
    Steady,
    Up(String),
    Down(String),
}

fn change(then: f64, now: f64) -> Change {
    let percent = (now - then) / then.abs() * 100.0;
    if now == then || percent.abs() < STEADY {
        return Change::Steady;
    }
    let by = if then == 0.0 || !percent.is_finite() {
        "from 0".to_owned()
    } else if now / then > TIMES {
        format!("{:.0}-fold", (now / then).min(1000.0))
    } else {
        format!("{:.0} %", percent.abs().min(999.0))
    };
    if now > then {
        Change::Up(by)
    } else if then == 0.0 {
        Change::Down("below 0".to_owned())
    } else {
        Change::Down(by)
    }
}

/// What changed between two values, in words: `2.7 s more (+129 %)`, `the same`, `140/min less (-58 %)`.
pub fn difference(unit: Unit, before: f64, after: f64) -> String {
    let by = after - before;
    if !by.is_finite() {
        return "not comparable".to_owned();
    }
    let percent = by / before.abs() * 100.0;
    if by == 0.0 || percent.abs() < 0.5 {
        return "the same".to_owned();
    }
    let word = if by > 0.0 { "more" } else { "less" };
    let text = format!("{} {word}", format_value(unit, by.abs()));
    if !percent.is_finite() || percent.abs() > 999.0 {
        return text;
    }
    format!("{text} ({percent:+.0} %)")
}

#[cfg(test)]
mod tests;
