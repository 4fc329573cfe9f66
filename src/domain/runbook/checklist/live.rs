//! What is measured, as a checklist sees it: whether a value meets a criterion now, and since when. Old and missing data meet nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use super::checks::Criterion;
use crate::domain::Timestamp;
use crate::domain::runbook::Test;
use crate::domain::signal::format::format_against;
use crate::domain::signal::read::counted_within;
use crate::domain::signal::series::Run;
use crate::domain::signal::{
    Reading, Series, SignalSource, SignalSpec, SignalState, format_count, format_span,
    format_value, read::COUNTED_OVER,
};

/// What is measured at an instant.
#[derive(Clone, Copy, Debug)]
pub struct Live<'a> {
    /// The instant.
    pub now: Timestamp,
    /// The signals.
    pub signals: &'a [SignalSpec],
    /// How they stand.
    pub readings: &'a [Reading],
    /// Their values.
    pub series: &'a BTreeMap<String, Series>,
    /// When complaints were counted.
    pub complaints: &'a [Timestamp],
    /// Since when it is proven that nobody is exposed, and how.
    pub unexposed: Option<&'a Proven>,
}

/// The proof that nobody is exposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// Since when.
    pub since: Timestamp,
    /// What was seen, for example `no treated session among 63`.
    pub text: String,
}

/// Whether a criterion is met now, with the value in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Light {
    /// It is: `7.4 s > 7 s`.
    Met(String),
    /// It is not: `2.1 s, not > 7 s`.
    NotMet(String),
    /// Nobody knows: `no data for 4 m`.
    CannotTell(String),
}

/// For how long a criterion has been met.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Held {
    /// How long it must be.
    pub(super) needed: Duration,
    /// How long it is.
    pub(super) so_far: Duration,
    /// The words of periods: `2 of 2 min`.
    pub(super) words: String,
    /// The first instant.
    pub(super) from: Timestamp,
    /// The value.
    pub(super) value: Option<f64>,
    /// The sentence.
    pub(super) text: String,
}

impl Held {
    pub(super) fn is_enough(&self) -> bool {
        self.so_far >= self.needed
    }
}

/// Periods that a criterion must be met for where nobody says how long.
const PERIODS: u32 = 2;

impl<'a> Live<'a> {
    pub(super) fn signal(&self, name: &str) -> Option<&'a SignalSpec> {
        self.signals.iter().find(|signal| signal.name == name)
    }

    fn reading(&self, name: &str) -> Option<&'a Reading> {
        self.readings.iter().find(|reading| reading.name == name)
    }

    /// Whether the newest value meets it.
    pub fn light(&self, criterion: &Criterion) -> Light {
        match self.fresh(criterion) {
            Err(why) => Light::CannotTell(why),
            Ok((reading, value)) => {
                let shown = shown(criterion, reading, value);
                if criterion.is_met(value) {
                    Light::Met(format!("{shown} {}", criterion.words))
                } else if criterion.negated {
                    Light::NotMet(format!(
                        "{shown}, {}",
                        criterion.words.trim_start_matches("not ")
                    ))
                } else {
                    Light::NotMet(format!("{shown}, not {}", criterion.words))
                }
            }
        }
    }

    /// The newest value, where it may be trusted; else why not.
    fn fresh(&self, criterion: &Criterion) -> Result<(&'a Reading, f64), String> {
        let Some(reading) = self.reading(&criterion.signal) else {
            return Err("not read yet".to_owned());
        };
        let why = |word: &str| match reading.at {
            Some(at) => format!("{word} for {}", format_span(self.now.since(at))),
            None => word.to_owned(),
        };
        match (reading.state, reading.value) {
            (SignalState::Ok | SignalState::Warn | SignalState::Act, Some(value)) => {
                Ok((reading, value))
            }
            (SignalState::NotApplicable, _) => {
                Err("not measured while nobody is exposed".to_owned())
            }
            (SignalState::Stale, _) => Err(why("stale")),
            _ => Err(reading.note.clone().unwrap_or_else(|| why("no data"))),
        }
    }

    /// For how long it has been met, counting from `since`; the reason where it is not met or nobody can tell.
    pub(super) fn held(
        &self,
        criterion: &Criterion,
        since: Timestamp,
        wanted: Option<Duration>,
    ) -> Result<Held, Light> {
        let Some(signal) = self.signal(&criterion.signal) else {
            return Err(Light::CannotTell(format!(
                "no signal is called {}",
                criterion.signal
            )));
        };
        let period = if signal.is_counted() {
            Duration::from_mins(1)
        } else {
            signal.period()
        };
        let needed = wanted.unwrap_or(period * PERIODS);
        let applicable = self
            .reading(&signal.name)
            .is_some_and(|r| r.state == SignalState::NotApplicable);
        if let (true, Some(proven)) = (applicable, self.unexposed) {
            return Ok(self.proven_off(signal, proven, since, needed));
        }
        let light = self.light(criterion);
        let (Light::Met(_), Ok((reading, value))) = (&light, self.fresh(criterion)) else {
            return Err(light);
        };
        let (periods, from) = if signal.is_counted() {
            let from = self.counted_since(criterion, since);
            (self.now.since(from).as_secs() / 60, from)
        } else {
            let run = self.run(criterion, signal, reading, since);
            (u64::from(run.periods), run.since.unwrap_or(self.now))
        };
        let whole = needed
            .as_millis()
            .div_ceil(period.as_millis().max(1))
            .max(1);
        let unit = if period == Duration::from_mins(1) {
            "min"
        } else {
            "periods"
        };
        let words = format!("{periods} of {whole} {unit}");
        let samples = reading
            .samples
            .map(|n| format!(", n {}", format_count(n)))
            .unwrap_or_default();
        Ok(Held {
            needed: period * u32::try_from(whole).unwrap_or(u32::MAX),
            so_far: period * u32::try_from(periods).unwrap_or(u32::MAX),
            text: format!(
                "{} {} {} for {words}{samples}",
                signal.title,
                shown(criterion, reading, value),
                criterion.words
            ),
            words,
            from,
            value: Some(value),
        })
    }

    fn proven_off(
        &self,
        signal: &SignalSpec,
        proven: &Proven,
        since: Timestamp,
        needed: Duration,
    ) -> Held {
        let from = proven.since.max(since);
        let so_far = self.now.since(from);
        Held {
            needed,
            so_far,
            words: format!(
                "nobody is exposed, {} of {}",
                format_span(so_far.min(needed)),
                format_span(needed)
            ),
            from: proven.since,
            value: None,
            text: format!(
                "nobody is exposed ({}), and {} comes from treated sessions alone",
                proven.text, signal.title
            ),
        }
    }

    /// Complete periods that begin at or after `since` and meet it, up to the one that the reading is of.
    fn run(
        &self,
        criterion: &Criterion,
        signal: &SignalSpec,
        reading: &Reading,
        since: Timestamp,
    ) -> Run {
        let points = self
            .series
            .get(&signal.name)
            .map_or(&[][..], Series::points);
        let first = points.partition_point(|point| point.at < since);
        let end = points.partition_point(|point| Some(point.at) <= reading.at);
        let points = points.get(first..end).unwrap_or_default();
        Run::trailing(points, signal.period(), signal.min_samples, |value| {
            criterion.is_met(value)
        })
    }

    /// Since when the count by hand has met it without a break, no earlier than `since`.
    fn counted_since(&self, criterion: &Criterion, since: Timestamp) -> Timestamp {
        let met = |at: Timestamp| {
            criterion.is_met(counted_within(self.complaints, at, COUNTED_OVER).len() as f64)
        };
        let moments = self
            .complaints
            .iter()
            .flat_map(|at| [*at, *at + COUNTED_OVER]);
        let mut moments: Vec<Timestamp> = moments
            .filter(|at| *at > since && *at <= self.now)
            .collect();
        moments.sort_unstable();
        let mut from = self.now;
        for at in moments.into_iter().rev() {
            if !met(at) {
                return from;
            }
            from = at;
        }
        if met(since) { since } else { from }
    }
}

/// The value with as many digits as it takes to see that it is past the limit.
fn shown(criterion: &Criterion, reading: &Reading, value: f64) -> String {
    match criterion.test {
        Test::Past(limit) => format_against(reading.unit, value, limit.value),
        Test::Between { .. } => format_value(reading.unit, value),
    }
}

/// How CloudWatch is asked for a signal, in one line.
pub(super) fn query(signal: &SignalSpec) -> Option<String> {
    let metric = |metric: &crate::domain::signal::MetricQuery| {
        let dimensions: Vec<String> = metric
            .dimensions
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let dimensions = if dimensions.is_empty() {
            String::new()
        } else {
            format!(" {{{}}}", dimensions.join(","))
        };
        format!(
            "{} {}{dimensions} {} {}",
            metric.namespace,
            metric.name,
            metric.stat,
            format_span(metric.period)
        )
    };
    match &signal.source {
        SignalSource::Metric(query) => Some(metric(query)),
        SignalSource::Expression {
            expression,
            metrics,
            ..
        } => {
            let parts: Vec<String> = metrics
                .iter()
                .map(|(name, query)| format!("{name} = {}", metric(query)))
                .collect();
            Some(format!("{expression}; {}", parts.join("; ")))
        }
        SignalSource::Counted => None,
    }
}
