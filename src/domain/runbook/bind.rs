//! Which signal a condition is about, and whether it holds there. When in doubt it is about none.

use std::time::Duration;

use super::condition::unit;
use super::{Condition, Test, WrittenUnit};
use crate::domain::signal::{Limit, Reading, SignalSource, SignalSpec, SignalState, Unit};

mod names;
#[cfg(test)]
mod tests;

use names::{Match, Names, words};

/// A condition on a signal.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The signal's name.
    pub signal: String,
    /// What must hold, in the signal's unit.
    pub test: Test,
    /// Whether it must not.
    pub negated: bool,
    /// How long it must hold, where that is written (`for 5 minutes`).
    pub held: Option<Duration>,
}

/// The signal that a condition is about. `context` are the words around it (the step's, the section's title): they count only where
/// the condition names nothing itself, or names several signals alike. `None` when no signal fits in words and unit, or several do.
pub fn bind(condition: &Condition, context: &str, signals: &[SignalSpec]) -> Option<Bound> {
    let subject = words(&condition.subject);
    let context = words(context);
    let all: Vec<Names> = signals.iter().map(Names::new).collect();
    let fitting = |index: &usize| {
        signals
            .get(*index)
            .is_some_and(|spec| test_in(condition, spec).is_some())
    };
    let index = if subject.is_empty() {
        by_context(&all, &context, &|index| fitting(&index))
    } else {
        by_subject(&all, &subject, &context, &|index| fitting(&index))
    }?;
    let spec = signals.get(index)?;
    Some(Bound {
        signal: spec.name.clone(),
        test: test_in(condition, spec)?,
        negated: condition.negated,
        held: held(&condition.text),
    })
}

/// Whether it holds now; `None` when the reading has no fresh value that applies. One reading says nothing about how long: whoever
/// needs `held` has to see it hold so long.
pub fn holds(bound: &Bound, reading: &Reading) -> Option<bool> {
    let fresh = matches!(
        reading.state,
        SignalState::Ok | SignalState::Warn | SignalState::Act
    );
    let value = reading
        .value
        .filter(|value| fresh && value.is_finite() && reading.name == bound.signal)?;
    let past = match bound.test {
        Test::Past(limit) => limit.is_past(value),
        Test::Between { low, high } => value > low && value <= high,
    };
    Some(past != bound.negated)
}

/// The best kind of match decides; several of it must differ in unit, or in what the context says.
fn by_subject(
    all: &[Names],
    subject: &[String],
    context: &[String],
    fits: &dyn Fn(usize) -> bool,
) -> Option<usize> {
    let matches: Vec<(usize, Match)> = all
        .iter()
        .enumerate()
        .filter_map(|(index, names)| names.matched(subject).map(|how| (index, how)))
        .collect();
    let best = matches.iter().map(|(_, how)| *how).max()?;
    let candidates: Vec<usize> = matches
        .iter()
        .filter(|(_, how)| *how == best)
        .map(|(index, _)| *index)
        .collect();
    if let [only] = candidates.as_slice() {
        return Some(*only).filter(|index| fits(*index));
    }
    // A word of a metric's name is too weak to let the unit choose.
    let by_unit: Vec<usize> = candidates
        .into_iter()
        .filter(|index| fits(*index))
        .collect();
    match by_unit.as_slice() {
        [only] if best > Match::Metric => Some(*only),
        [] => None,
        several => {
            let named: Vec<usize> = several
                .iter()
                .copied()
                .filter(|index| all.get(*index).is_some_and(|names| names.is_in(context)))
                .collect();
            match named.as_slice() {
                [only] => Some(*only),
                _ => None,
            }
        }
    }
}

/// The one signal of a fitting unit that a word of the context belongs to, and to no other signal.
fn by_context(all: &[Names], context: &[String], fits: &dyn Fn(usize) -> bool) -> Option<usize> {
    let own = |index: usize, word: &String| all.get(index).is_some_and(|names| names.has(word));
    let mut found = None;
    for word in context {
        let mut owners = (0..all.len()).filter(|index| own(*index, word));
        let (Some(index), None) = (owners.next(), owners.next()) else {
            continue;
        };
        if all
            .get(index)
            .is_some_and(|names| names.contradicts(context))
        {
            continue;
        }
        match found {
            None => found = Some(index),
            Some(other) if other == index => {}
            Some(_) => return None,
        }
    }
    found.filter(|index| fits(*index))
}

/// The test in the signal's unit; `None` when the units do not go together.
fn test_in(condition: &Condition, spec: &SignalSpec) -> Option<Test> {
    let factor = factor(condition.unit, condition.window, spec)?;
    let times = |value: f64| {
        format!("{:.9}", value * factor)
            .parse()
            .unwrap_or(value * factor)
    };
    Some(match condition.test {
        Test::Past(Limit { op, value }) => Test::Past(Limit {
            op,
            value: times(value),
        }),
        Test::Between { low, high } => Test::Between {
            low: times(low),
            high: times(high),
        },
    })
}

/// What a written number is multiplied by. A count over a span is a value of periods of that span, and of no others.
fn factor(unit: WrittenUnit, window: Option<Duration>, spec: &SignalSpec) -> Option<f64> {
    let period = spec.period();
    let minute = Duration::from_mins(1);
    let hour = Duration::from_hours(1);
    if let Some(window) = window {
        return match (unit, spec.unit) {
            (WrittenUnit::None, Unit::Count) => (window == period).then_some(1.0),
            (WrittenUnit::None, Unit::PerMinute) => {
                (window == minute && period == minute).then_some(1.0)
            }
            (WrittenUnit::None, Unit::PerHour) => (window == hour).then_some(1.0),
            (WrittenUnit::None, _) => None,
            // A share or a duration over a span is the value of a period of that span.
            _ if window == period => factor(unit, None, spec),
            _ => None,
        };
    }
    match (unit, spec.unit) {
        (WrittenUnit::Milliseconds, Unit::Seconds) => Some(0.001),
        (WrittenUnit::Seconds, Unit::Seconds) | (WrittenUnit::Percent, Unit::Percent) => Some(1.0),
        (WrittenUnit::Minutes, Unit::Seconds) => Some(60.0),
        (WrittenUnit::PerMinute, Unit::PerMinute)
        | (WrittenUnit::PerSession, Unit::PerSession)
        | (WrittenUnit::PerHour, Unit::PerHour) => Some(1.0),
        (WrittenUnit::PerMinute, Unit::Count) => Some(period.as_secs_f64() / 60.0),
        (WrittenUnit::PerHour, Unit::Count) => (period == hour).then_some(1.0),
        (WrittenUnit::None, Unit::Count) => Some(1.0),
        _ => None,
    }
}

/// The hold that a condition's words end with.
fn held(text: &str) -> Option<Duration> {
    unit::held(text)
}

/// Everything that names a signal's source.
fn sources(spec: &SignalSpec) -> Vec<&crate::domain::signal::MetricQuery> {
    match &spec.source {
        SignalSource::Metric(query) => vec![query],
        SignalSource::Expression { metrics, .. } => {
            metrics.iter().map(|(_, query)| query).collect()
        }
        SignalSource::Counted => Vec::new(),
    }
}

/// The signals that a text names, each by all the words of its name or title.
pub fn named<'a>(text: &str, signals: &'a [SignalSpec]) -> Vec<&'a SignalSpec> {
    let text = words(text);
    let all = |name: &str| {
        let name = words(name);
        !name.is_empty() && name.iter().all(|word| text.contains(word))
    };
    signals
        .iter()
        .filter(|signal| all(&signal.title) || all(&signal.name))
        .collect()
}
