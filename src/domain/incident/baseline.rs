//! How the signals stood before an incident, and how they stand now: the values that the journal keeps. It judges nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::Timestamp;
use crate::domain::signal::{
    Limit, MetricQuery, Point, Series, SignalSource, SignalSpec, SignalState, Unit,
};

/// The span that a baseline is taken over, at most.
const SPAN: Duration = Duration::from_hours(1);
/// Periods that make a baseline, at least.
const LEAST: usize = 3;
/// Values of before the opening that are kept of each signal.
const LEAD: usize = 60;

/// How the signals stood before an incident.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// When the first signal went past a limit, as far as its series tells.
    pub began: Option<Timestamp>,
    /// What the values are of, in words.
    pub basis: String,
    /// The signals.
    pub signals: Vec<Before>,
}

/// How one signal stood before an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Before {
    /// The signal's name.
    pub signal: String,
    /// Its title.
    pub title: String,
    /// Its unit.
    pub unit: Unit,
    /// The middle one of the values, in that unit.
    pub median: Option<f64>,
    /// The smallest.
    pub low: Option<f64>,
    /// The largest.
    pub high: Option<f64>,
    /// How many they are.
    pub periods: u32,
    /// From here on a person should act.
    pub act: Option<Limit>,
    /// The values of the time just before the opening, in the order of time.
    pub lead: Vec<Point>,
}

/// One value of a signal while an incident is open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// The signal's name.
    pub signal: String,
    /// The start of the period.
    pub at: Timestamp,
    /// The value, in the signal's unit.
    pub value: f64,
    /// Observations behind it, when known.
    pub samples: Option<f64>,
    /// How the signal stood.
    pub state: SignalState,
}

/// The period of a signal's values.
pub(super) fn period(spec: &SignalSpec) -> Duration {
    let of = |query: &MetricQuery| query.period;
    match &spec.source {
        SignalSource::Metric(query) => of(query),
        SignalSource::Expression { metrics, .. } => metrics
            .iter()
            .map(|(_, query)| of(query))
            .max()
            .unwrap_or(Duration::from_mins(1)),
        SignalSource::Counted => Duration::from_mins(1),
    }
}

/// The incident that ended last before another one, as far as that one's baseline has to do with it.
#[derive(Clone, Copy, Debug)]
pub struct Earlier<'a> {
    /// When it was closed: what was before is its trouble.
    pub closed: Timestamp,
    /// How the signals stood before it.
    pub baseline: Option<&'a Baseline>,
}

/// The baseline of an incident that opened at `opened`: of the hour before the stage last went up, where the series reach back
/// so far; else of the hour before the trouble began. What an earlier incident was about is no part of it: where nothing else is
/// left, the baseline of that one holds.
pub fn baseline(
    specs: &[SignalSpec],
    series: &BTreeMap<String, Series>,
    (opened, raised): (Timestamp, Option<Timestamp>),
    earlier: Option<Earlier<'_>>,
) -> Baseline {
    let Some(earlier) = earlier.filter(|earlier| opened.since(earlier.closed) < SPAN) else {
        return taken(specs, series, (opened, raised));
    };
    let later = |(name, series): (&String, &Series)| {
        let mut later = Series::default();
        let points = series.points().iter().filter(|p| p.at >= earlier.closed);
        later.merge(&points.copied().collect::<Vec<_>>());
        (name.clone(), later)
    };
    let series = series.iter().map(later).collect();
    let raised = raised.filter(|at| *at >= earlier.closed);
    let mut found = taken(specs, &series, (opened, raised));
    let known = earlier.baseline.iter().flat_map(|known| &known.signals);
    for known in known {
        let mut lacking = found.signals.iter_mut();
        let lacking = lacking.find(|s| s.signal == known.signal && s.median.is_none());
        if let Some(signal) = lacking {
            *signal = Before {
                lead: std::mem::take(&mut signal.lead),
                ..known.clone()
            };
            "the time before the incident that was closed just before".clone_into(&mut found.basis);
        }
    }
    found
}

fn taken(
    specs: &[SignalSpec],
    series: &BTreeMap<String, Series>,
    (opened, raised): (Timestamp, Option<Timestamp>),
) -> Baseline {
    let measured = || {
        specs
            .iter()
            .filter(|spec| spec.source != SignalSource::Counted)
    };
    let began = measured()
        .filter_map(|spec| began(spec, series.get(&spec.name)?, opened))
        .min();
    let trouble = began.unwrap_or(opened);
    let (end, basis) = match raised.filter(|at| reaches(specs, series, *at)) {
        Some(raised) => (raised, "the hour before the last stage change"),
        None => (
            trouble,
            "the hour before the trouble (the stage change lies before what was read)",
        ),
    };
    let signals = measured()
        .map(|spec| before(spec, series.get(&spec.name), (end, opened)))
        .collect();
    Baseline {
        began,
        basis: basis.to_owned(),
        signals,
    }
}

/// Whether any series has enough values before this instant.
fn reaches(specs: &[SignalSpec], series: &BTreeMap<String, Series>, at: Timestamp) -> bool {
    specs
        .iter()
        .filter(|spec| !spec.treated_only)
        .filter_map(|spec| series.get(&spec.name).map(|found| span(spec, found, at)))
        .any(|points| points.len() >= LEAST)
}

/// The values of the hour before `end`, the period that holds it left out.
fn span<'a>(spec: &SignalSpec, series: &'a Series, end: Timestamp) -> Vec<&'a Point> {
    let from = end - SPAN;
    let whole = series.complete(end, period(spec)).iter();
    whole.filter(|point| point.at >= from).collect()
}

/// The start of the run past a limit that was on at the opening, or had ended within the last half hour before it.
fn began(spec: &SignalSpec, series: &Series, opened: Timestamp) -> Option<Timestamp> {
    let limit = spec.warn.or(spec.act)?;
    let recent = opened - Duration::from_mins(30);
    let points: Vec<&Point> = span(spec, series, opened);
    let last = points
        .iter()
        .rposition(|point| limit.is_past(point.value) && point.at >= recent)?;
    let run = points.get(..=last).unwrap_or_default().iter().rev();
    run.take_while(|point| limit.is_past(point.value))
        .last()
        .map(|point| point.at)
}

fn before(
    spec: &SignalSpec,
    series: Option<&Series>,
    (end, opened): (Timestamp, Timestamp),
) -> Before {
    let points = series.map_or_else(Vec::new, |series| span(spec, series, end));
    let mut values: Vec<f64> = points.iter().map(|point| point.value).collect();
    values.sort_by(f64::total_cmp);
    let enough = values.len() >= LEAST;
    let of = |value: Option<&f64>| value.copied().filter(|_| enough);
    let lead = series.map_or_else(Vec::new, |series| {
        let all = series.complete(opened, period(spec));
        all.get(all.len().saturating_sub(LEAD)..)
            .unwrap_or_default()
            .to_vec()
    });
    Before {
        signal: spec.name.clone(),
        title: spec.title.clone(),
        unit: spec.unit,
        median: of(values.get(values.len() / 2)),
        low: of(values.first()),
        high: of(values.last()),
        periods: u32::try_from(values.len()).unwrap_or(u32::MAX),
        act: spec.act,
        lead,
    }
}

/// The newest complete value of each signal that is newer than what was told of it.
pub fn measure(
    specs: &[SignalSpec],
    series: &BTreeMap<String, Series>,
    states: impl Fn(&str) -> SignalState,
    (now, told): (Timestamp, &BTreeMap<String, Timestamp>),
) -> Vec<Measure> {
    let newest = |spec: &SignalSpec| {
        let point = series.get(&spec.name)?.complete(now, period(spec)).last()?;
        let is_new = told.get(&spec.name).is_none_or(|at| point.at > *at);
        is_new.then(|| Measure {
            signal: spec.name.clone(),
            at: point.at,
            value: point.value,
            samples: point.samples,
            state: states(&spec.name),
        })
    };
    let measured = specs
        .iter()
        .filter(|spec| spec.source != SignalSource::Counted);
    measured.filter_map(newest).collect()
}
