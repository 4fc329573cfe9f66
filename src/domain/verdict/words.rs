//! The sentences of a verdict: value, limit, periods, samples and age, always in this order. It decides nothing.

use std::time::Duration;

use crate::domain::Timestamp;
use crate::domain::signal::format::format_against;
use crate::domain::signal::{
    Reading, SignalSpec, format_bound, format_count, format_span, format_value,
};

/// How often a condition held: `3 of 3 min`.
pub(super) fn periods(run: u32, needed: u32, period: Duration) -> String {
    let of = run.max(needed);
    if period == Duration::from_mins(1) {
        format!("{run} of {of} min")
    } else {
        format!("{run} of {of} periods of {}", format_span(period))
    }
}

/// What a value rests on: `, n 1,204, 12 s old`.
pub(super) fn basis(signal: &SignalSpec, reading: &Reading, now: Timestamp) -> String {
    let mut text = String::new();
    if let Some(n) = reading.samples {
        text = format!("{text}, n {}", format_count(n));
    }
    if let Some(at) = reading.at.filter(|_| !signal.is_counted()) {
        text = format!(
            "{text}, {} old",
            format_span(now.since(at + signal.period()))
        );
    }
    text
}

/// A value beside the bound that it is compared with: `latency p95 7.4 s > 7 s`.
pub(super) fn compared(signal: &SignalSpec, value: f64, sign: &str, bound: f64) -> String {
    format!(
        "{} {} {sign} {}",
        signal.title,
        format_against(signal.unit, value, bound),
        format_bound(signal.unit, bound)
    )
}

/// Where a signal stands that is past nothing: `latency p95 2.1 s, n 612, 12 s old`.
pub(super) fn standing(signal: &SignalSpec, reading: &Reading, now: Timestamp) -> String {
    let value = reading
        .value
        .map_or_else(|| "no data".to_owned(), |v| format_value(signal.unit, v));
    format!("{} {value}{}", signal.title, basis(signal, reading, now))
}

/// Why a signal says nothing: `latency p95 n 63 of 200`, `dropped no data`.
pub(super) fn doubt(signal: &SignalSpec, reading: Option<&Reading>) -> String {
    let Some(reading) = reading else {
        return format!("{} not read yet", signal.title);
    };
    let note = reading.note.as_deref().unwrap_or("no data");
    match (reading.state, reading.value) {
        (crate::domain::signal::SignalState::Stale, Some(value)) => {
            format!(
                "{} stale: {} was {note}",
                signal.title,
                format_value(signal.unit, value)
            )
        }
        _ => format!("{} {note}", signal.title),
    }
}
