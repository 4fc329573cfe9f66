//! Alarm honesty: what keeps an alarm from helping, when it could fire at the earliest, and which to look at first. It asks CloudWatch nothing.

use super::{Alarm, AlarmState};
use crate::domain::Timestamp;
use crate::domain::signal::{format_count, format_span};

/// What makes `alarm` unable to help, as one sentence; `None` when nothing is known against it.
///
/// `samples` is how many observations a period brought for what it watches: `Some(0.0)` when data are gone, `None` when not known.
pub fn helpless(alarm: &Alarm, now: Timestamp, samples: Option<f64>) -> Option<String> {
    let mut faults = Vec::new();
    if let AlarmState::Unknown(word) = &alarm.state {
        faults.push(format!("its state is `{word}`, which is not known here"));
    }
    if !alarm.actions_enabled {
        faults.push("its actions are off: it tells nobody".to_owned());
    } else if alarm.alarm_actions == 0 {
        faults.push("it has no action for ALARM: it tells nobody".to_owned());
    }
    faults.extend(without_data(alarm, now, samples));
    faults.extend(low_samples(alarm, samples));
    faults.extend(alarm.evaluation.as_deref().map(evaluation));
    if faults.is_empty() {
        None
    } else {
        Some(faults.join("; "))
    }
}

fn without_data(alarm: &Alarm, now: Timestamp, samples: Option<f64>) -> Option<String> {
    if alarm.state == AlarmState::InsufficientData {
        return Some(match alarm.since {
            Some(since) => format!("no data for {}", format_span(now.since(since))),
            None => "no data".to_owned(),
        });
    }
    let gone = samples.is_some_and(|n| n <= 0.0);
    match alarm.missing_data.as_deref() {
        Some("notBreaching") if gone => {
            Some("data are gone, and missing data count as fine".to_owned())
        }
        Some("ignore") if gone => Some("data are gone, and it keeps its old state".to_owned()),
        _ => None,
    }
}

/// CloudWatch's own rule: a percentile says little below 10 / (1 - p) observations (p95: 200, p99: 1,000).
fn low_samples(alarm: &Alarm, samples: Option<f64>) -> Option<String> {
    let statistic = alarm.percentile.as_deref()?;
    let seen = samples.filter(|n| *n > 0.0)?;
    let percentile: f64 = statistic.trim_start_matches(['p', 'P']).parse().ok()?;
    let from_the_end = (100.0 - percentile).min(percentile);
    let needed = (1_000.0 / from_the_end).round();
    (from_the_end > 0.0 && seen < needed).then(|| {
        format!(
            "{statistic} of {} observations a period: {} are needed",
            format_count(seen),
            format_count(needed)
        )
    })
}

fn evaluation(word: &str) -> String {
    match word {
        "PARTIAL_DATA" => "it was evaluated on partial data".to_owned(),
        "EVALUATION_ERROR" => "its configuration cannot be evaluated".to_owned(),
        "EVALUATION_FAILURE" => "CloudWatch failed to evaluate it".to_owned(),
        other => format!("CloudWatch remarks `{other}`"),
    }
}

/// How many periods must be over, in words: `2 of 2 periods of 1 m`.
pub fn m_of_n(alarm: &Alarm) -> String {
    let Some(n) = alarm.evaluation_periods else {
        return if alarm.composite {
            "composite: by the states of other alarms"
        } else {
            "periods unknown"
        }
        .to_owned();
    };
    let m = alarm.datapoints_to_alarm.unwrap_or(n);
    let noun = if n == 1 { "period" } else { "periods" };
    match alarm.period {
        Some(period) => format!("{m} of {n} {noun} of {}", format_span(period)),
        None => format!("{m} of {n} {noun}"),
    }
}

/// When it could go to ALARM if trouble began now: after as many whole periods as it needs, counted from the next period's start.
/// `None` when it is in ALARM already, or its periods are not known.
pub fn earliest_fire(alarm: &Alarm, now: Timestamp) -> Option<Timestamp> {
    let period = alarm.period.filter(|p| !p.is_zero())?;
    if alarm.state == AlarmState::Alarm {
        return None;
    }
    let needed = alarm.datapoints_to_alarm.or(alarm.evaluation_periods)?;
    let start = now.floor(period);
    let first = if start == now { start } else { start + period };
    Some(first + period * needed)
}

/// The alarms with the one to look at first in front: ALARM, then unknown states, then those without data, then OK; by name among equals.
pub fn worst_first(alarms: &[Alarm]) -> Vec<&Alarm> {
    let mut sorted: Vec<_> = alarms.iter().collect();
    sorted.sort_by_key(|alarm| (rank(&alarm.state), alarm.name.as_str()));
    sorted
}

fn rank(state: &AlarmState) -> u8 {
    match state {
        AlarmState::Alarm => 0,
        AlarmState::Unknown(_) => 1,
        AlarmState::InsufficientData => 2,
        AlarmState::Ok => 3,
    }
}
