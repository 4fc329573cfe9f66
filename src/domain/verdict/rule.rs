//! One row of the decision matrix against its signal's series: clear, pending, firing, unknown or not applicable. It weighs no rows.

use std::time::Duration;

use super::words::{basis, compared, doubt, periods, standing};
use super::{Advice, Check, CheckKind, CheckState, Condition, JudgeInput, Reason, RuleSpec};
use crate::domain::Timestamp;
use crate::domain::signal::read::{COUNTED_OVER, counted_within, crossed_at};
use crate::domain::signal::{
    Limit, LimitOp, Point, Reading, Run, SignalSpec, SignalState, format_bound,
};

/// A row as judged.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) signal: String,
    pub(super) advice: Advice,
    pub(super) state: CheckState,
    pub(super) blame: Blame,
    pub(super) check: Check,
    pub(super) reason: Reason,
}

/// What a firing row has to do with the present stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blame {
    /// It counts.
    Present,
    /// It was a breach before a reduction, and it is too early to see what the reduction did.
    AwaitsEffect,
    /// It was a breach before a change that did not lower exposure: not that change's doing.
    Excused,
}

impl Row {
    /// Whether the row fires with this blame.
    pub(super) fn fires(&self, blame: Blame) -> bool {
        self.state == CheckState::Firing && self.blame == blame
    }
}

/// How far a condition was met.
struct Met {
    state: CheckState,
    before_stage: bool,
    blame: Blame,
    text: String,
}

/// Judges one row.
pub(super) fn judge_row(rule: &RuleSpec, input: &JudgeInput<'_>) -> Row {
    let signal = input.spec.signals.iter().find(|s| s.name == rule.signal);
    let reading = input.readings.iter().find(|r| r.name == rule.signal);
    let met = match (signal, reading) {
        (None, _) => still(
            CheckState::Unknown,
            format!("no signal is called {}", rule.signal),
        ),
        (Some(signal), None) => still(CheckState::Unknown, doubt(signal, None)),
        (Some(signal), Some(reading)) => meet(rule, signal, reading, input),
    };
    let bound = match rule.condition {
        Condition::Past(limit) => limit.value,
        Condition::Between { low, .. } => low,
    };
    let reason = Reason {
        rule: rule.text.clone(),
        text: met.text.clone(),
        value: reading.and_then(|r| r.value),
        limit: Some(bound),
        samples: reading.and_then(|r| r.samples),
        at: reading.and_then(|r| r.at),
        before_stage: met.before_stage,
    };
    let check = Check {
        kind: CheckKind::Rule,
        name: rule.text.clone(),
        state: met.state,
        text: met.text,
        advice: Some(rule.then),
        before_stage: met.before_stage,
    };
    Row {
        signal: rule.signal.clone(),
        advice: rule.then,
        state: met.state,
        blame: met.blame,
        check,
        reason,
    }
}

fn still(state: CheckState, text: String) -> Met {
    Met {
        state,
        before_stage: false,
        blame: Blame::Present,
        text,
    }
}

fn meet(rule: &RuleSpec, signal: &SignalSpec, reading: &Reading, input: &JudgeInput<'_>) -> Met {
    match reading.state {
        SignalState::NotApplicable => {
            let text = format!("{} does not apply: nobody is exposed", signal.title);
            return still(CheckState::NotApplicable, text);
        }
        SignalState::NoData | SignalState::Stale => {
            return still(CheckState::Unknown, doubt(signal, Some(reading)));
        }
        SignalState::Ok | SignalState::Warn | SignalState::Act => {}
    }
    if signal.is_counted() {
        return meet_counted(rule.condition, signal, reading, input);
    }
    let Some((points, value)) = judged_points(signal, reading, input).zip(reading.value) else {
        return still(CheckState::Unknown, doubt(signal, None));
    };
    let needed = rule.periods.max(1);
    let span = Span {
        points,
        signal,
        needed,
    };
    let (run, full) = span.runs(rule.condition, None);
    let state = span.state(rule.condition, value, run, full);
    let before_stage = state == CheckState::Firing
        && run.lasted_before(needed, signal.period(), input.stage.since);
    let blame = blame(before_stage, input, || {
        let (run, full) = span.runs(rule.condition, effect_from(input));
        span.state(rule.condition, value, run, full) == CheckState::Firing
    });
    let text = if run.periods == 0 || state == CheckState::Clear {
        standing(signal, reading, input.now)
    } else {
        let (sign, bound, tail) = match rule.condition {
            Condition::Past(limit) => (limit.op.sign(), limit.value, String::new()),
            Condition::Between { low, high } => (">", low, upper_end(signal, high, full)),
        };
        let told = periods(run.periods, needed, signal.period());
        let basis = basis(signal, reading, input.now);
        format!(
            "{} for {told}{tail}{basis}",
            compared(signal, value, sign, bound)
        )
    };
    Met {
        state,
        before_stage,
        blame,
        text: told_before(text, before_stage, blame, input),
    }
}

fn upper_end(signal: &SignalSpec, high: f64, above: Run) -> String {
    let high = format_bound(signal.unit, high);
    if above.periods == 0 {
        format!(" and not above {high}")
    } else {
        format!(", above {high} for only {}", above.periods)
    }
}

/// The points that the reading rests on: up to the period that its value is of.
fn judged_points<'a>(
    signal: &SignalSpec,
    reading: &Reading,
    input: &JudgeInput<'a>,
) -> Option<&'a [Point]> {
    let points = input
        .series
        .get(&signal.name)?
        .complete(input.now, signal.period());
    let newest = reading.at?;
    points.get(..points.partition_point(|p| p.at <= newest))
}

/// The instant from which on data can show what a reduction did: no container may serve from its cache any more.
fn effect_from(input: &JudgeInput<'_>) -> Option<Timestamp> {
    input.stage.since.map(|since| since + input.spec.cache_ttl)
}

struct Span<'p, 's> {
    points: &'p [Point],
    signal: &'s SignalSpec,
    needed: u32,
}

impl Span<'_, '_> {
    /// The run past the condition's limit, and for a range the run above its upper end; only periods from `from` on.
    fn runs(&self, condition: Condition, from: Option<Timestamp>) -> (Run, Run) {
        let start = from.map_or(0, |from| self.points.partition_point(|p| p.at < from));
        let points = self.points.get(start..).unwrap_or_default();
        let run = |limit: Limit| {
            Run::trailing(points, self.signal.period(), self.signal.min_samples, |v| {
                limit.is_past(v)
            })
        };
        match condition {
            Condition::Past(limit) => (run(limit), Run::default()),
            Condition::Between { low, high } => (run(above(low)), run(above(high))),
        }
    }

    /// A range fires when the value was above its lower end for long enough, but not above its upper end for as long: a value
    /// that swings around the upper end would else fire neither this row nor the next.
    fn state(&self, condition: Condition, value: f64, run: Run, over: Run) -> CheckState {
        let beyond = match condition {
            Condition::Past(_) => false,
            Condition::Between { high, .. } => {
                over.periods >= self.needed || (run.periods < self.needed && value > high)
            }
        };
        match run.periods {
            0 => CheckState::Clear,
            _ if beyond => CheckState::Clear,
            n if n >= self.needed => CheckState::Firing,
            _ => CheckState::Pending,
        }
    }
}

fn above(value: f64) -> Limit {
    Limit {
        op: LimitOp::Above,
        value,
    }
}

/// A count over the last hour needs no further periods: it has persisted by being counted.
fn meet_counted(
    condition: Condition,
    signal: &SignalSpec,
    reading: &Reading,
    input: &JudgeInput<'_>,
) -> Met {
    let counted = counted_within(input.complaints, input.now, COUNTED_OVER);
    let value = counted.len() as f64;
    let (limit, inside) = match condition {
        Condition::Past(limit) => (limit, true),
        Condition::Between { low, high } => (above(low), value <= high),
    };
    let Some(since) = crossed_at(&counted, limit).filter(|_| inside) else {
        return still(CheckState::Clear, standing(signal, reading, input.now));
    };
    let before_stage = input.stage.since.is_some_and(|stage| since <= stage);
    let later = effect_from(input).map_or(Duration::ZERO, |from| input.now.since(from));
    let blame = blame(before_stage, input, || {
        crossed_at(&counted_within(&counted, input.now, later), limit).is_some()
    });
    let text = compared(signal, value, limit.op.sign(), limit.value);
    let text = told_before(text, before_stage, blame, input);
    Met {
        state: CheckState::Firing,
        before_stage,
        blame,
        text,
    }
}

fn blame(before_stage: bool, input: &JudgeInput<'_>, goes_on: impl Fn() -> bool) -> Blame {
    match (before_stage, input.stage.was_lowered()) {
        (false, _) => Blame::Present,
        (true, false) => Blame::Excused,
        (true, true) if goes_on() => Blame::Present,
        (true, true) => Blame::AwaitsEffect,
    }
}

fn told_before(text: String, before_stage: bool, blame: Blame, input: &JudgeInput<'_>) -> String {
    if !before_stage {
        return text;
    }
    let change = input.stage.percent.map_or_else(
        || "the last change".to_owned(),
        |p| format!("the change to {p}"),
    );
    match blame {
        Blame::Present => format!("{text}; began before {change} and has not gone since"),
        Blame::AwaitsEffect => {
            format!("{text}; began before {change}, whose effect is still to come")
        }
        Blame::Excused => format!("{text}; was so before {change}"),
    }
}
