//! What everything that was read adds up to: exposure, stage, readings, verdict, proofs. Called whenever something moved.

use std::time::Duration;

use crate::app::Effect;
use crate::app::model::Model;
use crate::domain::Timestamp;
use crate::domain::alarm::{Alarm, AlarmState, helpless};
use crate::domain::clockface::{Clockface, ProofState};
use crate::domain::cohort::CohortTimeline;
use crate::domain::exposure::{Inputs, LastChange, assess};
use crate::domain::failure::ErrorKind;
use crate::domain::flag::{Flag, exposed};
use crate::domain::journal::{Entry, Proof};
use crate::domain::lever::{LeverContent, LeverId};
use crate::domain::rollout::{GateInput, StageFacts, gates as judge_gates, stage_index};
use crate::domain::signal::{Point, ReadContext, SignalSource, SignalSpec, SignalState, read};
use crate::domain::verdict::{CheckKind, CheckState, JudgeInput, judge as judge_verdict};

/// The span that observed exposure is taken over, while nothing moves.
const OBSERVED_SPAN: Duration = Duration::from_mins(5);
/// The same while an exposure clock runs: what was before the order must leave the window soon.
const OBSERVED_SPAN_RUNNING: Duration = Duration::from_mins(1);

/// Judges everything anew; what a journal must know comes back as effects.
pub(super) fn judge(model: &mut Model) -> Vec<Effect> {
    stage(model);
    exposure(model);
    readings(model);
    let mut effects = verdict(model);
    effects.extend(proofs(model));
    model.ready = super::readiness::ready(model);
    super::plans::gates_moved(model);
    effects
}

/// The flag's history was read: since when the stage is what it is, and which cohort was which when.
pub(super) fn history_changed(model: &mut Model) {
    let Some(versions) = &model.history.value else {
        return;
    };
    let shape = &model.spec.flag.shape;
    model.cohorts = CohortTimeline::new(versions, shape, model.spec.cache_ttl);
    let facts: Vec<_> = versions
        .iter()
        .filter_map(|version| {
            let says = Flag::parse(&version.text, shape)
                .ok()
                .map(|flag| (flag.enabled, flag.rollout_percentage));
            version.at.map(|at| (at, says))
        })
        .collect();
    model.facts = StageFacts::from_history(&facts);
    model.logs.retag();
}

fn stage(model: &mut Model) {
    let now = model.flag_says.as_ref().and_then(|says| says.as_ref().ok());
    let percent = now.map(|flag| exposed(flag, model.spec.flag.shape.comparison));
    if model.facts.percent != percent {
        // The history lags behind the flag by one read.
        let since = model.flag.value.as_ref().and_then(|state| state.changed_at);
        model.facts = StageFacts {
            percent,
            since,
            from: model.facts.percent,
        };
        if let (Some(since), Some(flag)) = (since, now) {
            model.cohorts.record(since, Some(flag.clone()));
        }
    }
    model.stage = percent.and_then(|percent| stage_index(&model.spec.stages, percent));
    model.stage_since = model.facts.since;
}

fn exposure(model: &mut Model) {
    let now = model.now;
    let clock = model.clock.as_ref().filter(|clock| clock.moves_exposure());
    let running = clock.filter(|clock| !clock.is_finished(now));
    let (span, since) = match running {
        Some(clock) => (OBSERVED_SPAN_RUNNING, clock.accepted_at),
        // Sessions that had begun before are over only when the effect was seen.
        None => (
            OBSERVED_SPAN,
            clock.map_or(model.opened_at - OBSERVED_SPAN, |clock| {
                clock.observed_at.unwrap_or(clock.horizon_at)
            }),
        ),
    };
    let observed = model.observation.observed((now - span).max(since), now);
    let function = model
        .fallback
        .value
        .as_ref()
        .and_then(|state| match &state.content {
            LeverContent::Function(function) => Some(function),
            LeverContent::Document(_) => None,
        });
    let unread = model.flag.value.is_none() && model.flag.fault.is_some();
    let inputs = Inputs {
        spec: &model.spec,
        flag: if unread {
            None
        } else {
            model.flag_says.as_ref()
        },
        changed: model.facts.since.map(|at| LastChange {
            at,
            before: model.facts.from,
        }),
        clock,
        fallback: function,
        functions_cut_off: functions_cut_off(model),
        observed: &observed,
    };
    model.exposure = assess(&inputs, now);
}

/// Whether the functions themselves say that they cannot read the flag, or nobody can.
pub(super) fn functions_cut_off(model: &Model) -> bool {
    let recent = model.spec.cache_ttl * 2;
    let lines = model.logs.watches.iter().any(|watch| {
        let about_store =
            watch.pattern.contains("SSM") || watch.title.to_lowercase().contains("ssm");
        about_store && watch.last.is_some_and(|at| model.now.since(at) < recent)
    });
    let outage =
        model.flag.failures >= 2
            && model.flag.fault.as_ref().is_some_and(|fault| {
                matches!(fault.kind, ErrorKind::Service | ErrorKind::TimedOut)
            });
    lines || outage
}

fn readings(model: &mut Model) {
    let empty = crate::domain::signal::Series::default();
    let read_fault = model.sampling.fault.as_ref().map(ToString::to_string);
    model.readings = model
        .spec
        .signals
        .iter()
        .map(|spec| {
            let fault = model.signal_faults.get(&spec.name).or(read_fault.as_ref());
            let context = |treated_exposed| ReadContext {
                now: model.now,
                stage_since: model.stage_since,
                treated_exposed,
                last_read_ok: model.signal_read_at.get(&spec.name).copied(),
                fault: fault.map(String::as_str),
                complaints: &model.complaints,
            };
            let series = model.series.get(&spec.name).unwrap_or(&empty);
            let exposed = model.exposure.may_expose();
            if model.exposure.lingering && !exposed {
                // The last treated sessions may still emit; once they do not, nothing is missing.
                let last = read(spec, series, &context(true));
                if !matches!(last.state, SignalState::NoData | SignalState::Stale) {
                    return last;
                }
            }
            read(spec, series, &context(exposed))
        })
        .collect();
    let alarms = model.alarms.value.iter().flat_map(|batch| &batch.alarms);
    let told = alarms.filter_map(|alarm| {
        let samples = alarm
            .percentile
            .as_deref()
            .and_then(|statistic| samples_of(model, alarm, statistic));
        helpless(alarm, model.now, samples).map(|why| (alarm.name.clone(), why))
    });
    model.helpless = told.collect();
}

/// The observations behind the signal that watches the same metric by the same statistic as an alarm does, when there is one.
fn samples_of(model: &Model, alarm: &Alarm, statistic: &str) -> Option<f64> {
    let same = |signal: &&SignalSpec| match &signal.source {
        SignalSource::Metric(query) => {
            let named = alarm
                .watches
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|word| word == query.name);
            named && query.stat.eq_ignore_ascii_case(statistic)
        }
        SignalSource::Expression { .. } | SignalSource::Counted => false,
    };
    let signal = model.spec.signals.iter().find(same)?;
    model
        .readings
        .iter()
        .find(|reading| reading.name == signal.name)?
        .samples
}

fn verdict(model: &mut Model) -> Vec<Effect> {
    let alarms_fault = model.alarms.fault.as_ref().map(ToString::to_string);
    let verdict = judge_verdict(&JudgeInput {
        spec: &model.spec,
        readings: &model.readings,
        series: &model.series,
        complaints: &model.complaints,
        alarms: model.alarms.value.as_ref(),
        alarms_fault: alarms_fault.as_deref(),
        exposure: &model.exposure,
        stage: model.facts,
        now: model.now,
    });
    let changed = !verdict.comes_to_the_same(&model.verdict);
    model.verdict = verdict;
    // Before anything was read there is nothing to write down.
    let told = model.journal.open && (model.sampling.at.is_some() || model.alarms.at.is_some());
    if changed && told {
        vec![Effect::Append(Entry::Judged {
            verdict: Box::new(model.verdict.clone()),
        })]
    } else {
        Vec::new()
    }
}

/// The gates of a raise by this lever: green or not, with their words.
pub(super) fn gates(model: &Model, lever: LeverId) -> Vec<(bool, String)> {
    let alarms_fault = model.alarms.fault.as_ref().map(ToString::to_string);
    let input = GateInput {
        spec: &model.spec,
        readings: &model.readings,
        alarms: model.alarms.value.as_ref(),
        alarms_fault: alarms_fault.as_deref(),
        exposure: &model.exposure,
        stage: model.facts,
        now: model.now,
    };
    let mut gates: Vec<_> = judge_gates(&input)
        .into_iter()
        .map(|gate| (gate.green, gate.text))
        .collect();
    if let Some(fault) = &model.lever(lever).fault {
        gates.push((
            false,
            format!("the {} could not be read again: {fault}", lever.name()),
        ));
    }
    let open = model.unresolved.len();
    if open > 0 {
        let noun = if open == 1 {
            "an order's outcome is"
        } else {
            "outcomes of orders are"
        };
        gates.push((false, format!("{noun} not known yet")));
    }
    let other = model.identity.value.as_ref().filter(|me| {
        model
            .pinned_account
            .as_ref()
            .is_some_and(|pinned| *pinned != me.account)
    });
    if let Some(me) = other {
        gates.push((
            false,
            format!(
                "the credentials are of account {} now: the write will be refused",
                me.account
            ),
        ));
    }
    gates
}

/// Lets the exposure clock see what there is, and writes down each proof once, as it comes in.
fn proofs(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let recovered = is_recovered(model);
    let Some(clock) = &mut model.clock else {
        return Vec::new();
    };
    let lever = match clock.lever {
        LeverId::Flag => &model.flag,
        LeverId::Fallback => &model.fallback,
    };
    if let Some(state) = &lever.value {
        clock.read_back(state, now);
    }
    clock.tick(now);
    if recovered && clock.observed_at.is_some() {
        clock.recovered(now);
    }
    let mut effects = Vec::new();
    // Of an order of another console, whoever drives the incident writes down what is seen.
    let adopted = model.incident.reclocked.as_ref() == Some(&clock.order.0);
    if adopted && !model.incident.drives() {
        return effects;
    }
    for (proof, evidence) in done(clock, now) {
        if !model.proofs_told.contains(&proof) {
            model.proofs_told.push(proof);
            effects.push(Effect::Append(Entry::Proved {
                order: clock.order.clone(),
                proof,
                evidence,
            }));
        }
    }
    effects
}

fn done(clock: &Clockface, at: Timestamp) -> Vec<(Proof, String)> {
    let mut done: Vec<_> = clock
        .proof(at)
        .into_iter()
        .filter(|mark| mark.state == ProofState::Done)
        .map(|mark| (mark.proof, mark.text))
        .collect();
    if clock.recovered_at.is_some() {
        done.push((
            Proof::Recovered,
            "signals inside their limits, no alarm in ALARM".to_owned(),
        ));
    }
    done
}

/// Whether every signal that decides and applies is inside its limits, no rule fires and no alarm is in ALARM, by data that are
/// there and fresh: what is missing has not recovered.
fn is_recovered(model: &Model) -> bool {
    let read = model.sampling.fault.is_none() && model.alarms.fault.is_none();
    let inside = |signal: &SignalSpec| {
        let reading = model
            .readings
            .iter()
            .find(|reading| reading.name == signal.name);
        reading.is_some_and(|reading| {
            matches!(reading.state, SignalState::Ok | SignalState::NotApplicable)
        })
    };
    let signals = model
        .spec
        .signals
        .iter()
        .filter(|signal| model.spec.decides(signal))
        .all(inside);
    let rules = model
        .verdict
        .checks
        .iter()
        .all(|check| check.kind != CheckKind::Rule || check.state != CheckState::Firing);
    let alarms = model
        .alarms
        .value
        .iter()
        .flat_map(|batch| &batch.alarms)
        .all(|alarm| alarm.state != AlarmState::Alarm);
    read && signals && rules && alarms
}

/// The marker metric of treated sessions was read up to `to`.
pub(super) fn marker_metric(model: &mut Model, points: &[Point], from: Timestamp, to: Timestamp) {
    let Some(query) = model
        .spec
        .logs
        .as_ref()
        .and_then(|logs| logs.treated.metric.as_ref())
    else {
        return;
    };
    let period = query.period;
    // A period is only evidence of absence while something else of the service was alive in it.
    let others = model
        .spec
        .signals
        .iter()
        .filter(|spec| !spec.treated_only && !matches!(spec.source, SignalSource::Counted));
    let alive: Vec<Timestamp> = others
        .filter_map(|spec| model.series.get(&spec.name))
        .flat_map(|series| series.points().iter().map(|point| point.at))
        .collect();
    let lives = alive.iter().any(|at| *at >= from);
    model
        .observation
        .push_metric(points, period, (from, to), lives);
    if let Some(clock) = &mut model.clock {
        clock.saw_metric(points, period, &alive, to, model.now);
    }
}
