//! How a signal stands at an instant: no data, stale, few samples, past a limit for long enough. It recommends nothing.

use std::time::Duration;

use super::format::{format_count, format_span};
use super::series::{Run, enough};
use super::{Limit, Point, Reading, Series, SignalSource, SignalSpec, SignalState};
use crate::domain::Timestamp;

/// The span that signals counted by hand are counted over.
pub const COUNTED_OVER: Duration = Duration::from_hours(1);

/// What a reading depends on besides the series.
#[derive(Clone, Copy, Debug)]
pub struct ReadContext<'a> {
    /// The instant.
    pub now: Timestamp,
    /// When the stage last changed, when known.
    pub stage_since: Option<Timestamp>,
    /// Whether any session may be treated now, caches and listed users counted.
    pub treated_exposed: bool,
    /// The last read that brought this signal whole, without a fault.
    pub last_read_ok: Option<Timestamp>,
    /// What was wrong with the newest read of it, if something was: PartialData, a refused call.
    pub fault: Option<&'a str>,
    /// When complaints were counted by hand, in any order.
    pub complaints: &'a [Timestamp],
}

impl SignalSpec {
    /// The length of its periods; an hour for a signal that is counted by hand.
    pub fn period(&self) -> Duration {
        match &self.source {
            SignalSource::Metric(query) => query.period,
            SignalSource::Expression { metrics, .. } => metrics
                .iter()
                .map(|(_, query)| query.period)
                .max()
                .unwrap_or(Duration::from_mins(1)),
            SignalSource::Counted => COUNTED_OVER,
        }
    }

    /// Whether it is counted by hand.
    pub fn is_counted(&self) -> bool {
        self.source == SignalSource::Counted
    }

    /// The age, counted from the end of its period, from which on the newest value is stale.
    pub fn stale_after(&self) -> Duration {
        (self.period() * 3).max(Duration::from_mins(3))
    }
}

/// How `spec` stands. Only complete periods count; after a faulty read only those that an earlier whole read has covered.
pub fn read(spec: &SignalSpec, series: &Series, ctx: &ReadContext<'_>) -> Reading {
    if spec.is_counted() {
        return read_counted(spec, ctx);
    }
    let period = spec.period();
    let trusted_until = match ctx.fault {
        None => Some(ctx.now),
        Some(_) => ctx.last_read_ok.map(|at| at.min(ctx.now)),
    };
    let all = trusted_until.map_or(&[][..], |until| series.complete(until, period));
    let points = settled(all, spec, ctx.now);
    let mut reading = blank(spec);
    let Some(newest) = points.last() else {
        reading.note = Some(nothing_there(ctx));
        return applicable(reading, spec, ctx);
    };
    reading.value = Some(newest.value);
    reading.samples = newest.samples;
    reading.at = Some(newest.at);
    let age = ctx.now.since(newest.at + period);
    if age > spec.stale_after() {
        reading.state = SignalState::Stale;
        reading.note = Some(join(format!("{} old", format_span(age)), ctx.fault));
    } else if !enough(newest, spec.min_samples) {
        reading.state = SignalState::NoData;
        reading.note = Some(join(few_samples(newest, spec.min_samples), ctx.fault));
    } else {
        breach(&mut reading, spec, points, ctx);
    }
    applicable(reading, spec, ctx)
}

/// Fills in the state, the run and the note of a reading whose newest period counts.
fn breach(reading: &mut Reading, spec: &SignalSpec, points: &[Point], ctx: &ReadContext<'_>) {
    let period = spec.period();
    let needed = spec.periods.max(1);
    let run_past = |limit: Option<Limit>| {
        limit.map_or_else(Run::default, |limit| {
            Run::trailing(points, period, spec.min_samples, |v| limit.is_past(v))
        })
    };
    let (act, warn) = (run_past(spec.act), run_past(spec.warn));
    let (state, run) = if act.periods >= needed {
        (SignalState::Act, act)
    } else if warn.periods >= needed {
        (SignalState::Warn, warn)
    } else {
        (SignalState::Ok, Run::default())
    };
    reading.state = state;
    reading.periods_over = run.periods;
    reading.over_since = run.since;
    reading.before_stage = run.lasted_before(needed, period, ctx.stage_since);
    let short = if state < SignalState::Act && act.periods > 0 {
        Some(format!("past act for {} of {needed} periods", act.periods))
    } else if state < SignalState::Warn && warn.periods > 0 {
        Some(format!(
            "past warn for {} of {needed} periods",
            warn.periods
        ))
    } else {
        None
    };
    reading.note = match (short, ctx.fault) {
        (Some(short), fault) => Some(join(short, fault)),
        (None, fault) => fault.map(ToOwned::to_owned),
    };
}

fn read_counted(spec: &SignalSpec, ctx: &ReadContext<'_>) -> Reading {
    let mut reading = blank(spec);
    let counted = counted_within(ctx.complaints, ctx.now, COUNTED_OVER);
    reading.value = Some(counted.len() as f64);
    reading.at = Some(ctx.now - COUNTED_OVER);
    reading.state = SignalState::Ok;
    for (limit, state) in [(spec.warn, SignalState::Warn), (spec.act, SignalState::Act)] {
        if let Some(since) = limit.and_then(|limit| crossed_at(&counted, limit)) {
            reading.state = state;
            reading.periods_over = 1;
            reading.over_since = Some(since);
            reading.before_stage = ctx.stage_since.is_some_and(|stage| since <= stage);
        }
    }
    applicable(reading, spec, ctx)
}

/// The instants that lie within `span` before `now`, in time order.
pub(crate) fn counted_within(
    instants: &[Timestamp],
    now: Timestamp,
    span: Duration,
) -> Vec<Timestamp> {
    let mut counted: Vec<_> = instants
        .iter()
        .copied()
        .filter(|&at| at > now - span && at <= now)
        .collect();
    counted.sort_unstable();
    counted
}

/// When a count of these instants (in time order) came to be past `limit`; `None` when it is not.
pub(crate) fn crossed_at(counted: &[Timestamp], limit: Limit) -> Option<Timestamp> {
    if !limit.is_past(counted.len() as f64) {
        return None;
    }
    (1..=counted.len())
        .find(|&count| limit.is_past(count as f64))
        .and_then(|count| counted.get(count - 1).copied())
}

/// Leaves the newest period out while its observations may still be arriving: it ended less than a period ago, has too few,
/// and the one before had enough.
fn settled<'p>(points: &'p [Point], spec: &SignalSpec, now: Timestamp) -> &'p [Point] {
    if let [earlier @ .., before, newest] = points
        && !enough(newest, spec.min_samples)
        && enough(before, spec.min_samples)
        && before.at + spec.period() == newest.at
        && now.since(newest.at + spec.period()) < spec.period()
    {
        return points.get(..=earlier.len()).unwrap_or(points);
    }
    points
}

fn applicable(mut reading: Reading, spec: &SignalSpec, ctx: &ReadContext<'_>) -> Reading {
    if spec.treated_only && !ctx.treated_exposed {
        reading.state = SignalState::NotApplicable;
        reading.periods_over = 0;
        reading.over_since = None;
        reading.before_stage = false;
        reading.note = Some("only treated sessions emit it, and nobody is exposed".to_owned());
    }
    reading
}

fn blank(spec: &SignalSpec) -> Reading {
    Reading {
        name: spec.name.clone(),
        state: SignalState::NoData,
        value: None,
        unit: spec.unit,
        samples: None,
        at: None,
        periods_over: 0,
        over_since: None,
        before_stage: false,
        note: None,
    }
}

fn nothing_there(ctx: &ReadContext<'_>) -> String {
    match (ctx.fault, ctx.last_read_ok) {
        (Some(fault), _) => format!("no data: {fault}"),
        (None, Some(_)) => "no data".to_owned(),
        (None, None) => "not read yet".to_owned(),
    }
}

fn few_samples(point: &Point, min_samples: u64) -> String {
    match point.samples {
        Some(n) => format!(
            "n {} of {}",
            format_count(n),
            format_count(min_samples as f64)
        ),
        None => format!(
            "sample count unknown, {} needed",
            format_count(min_samples as f64)
        ),
    }
}

fn join(text: String, fault: Option<&str>) -> String {
    match fault {
        Some(fault) => format!("{text}; {fault}"),
        None => text,
    }
}
