//! What the tail brought: lines are taken apart, tagged with their cohort, counted, and shown to the exposure clock.

use std::time::Duration;

use crate::app::Effect;
use crate::app::log_pane::{CohortCount, NewLine};
use crate::app::model::Model;
use crate::domain::Timestamp;
use crate::domain::cohort::{Counts, compare};
use crate::domain::exposure::SessionEvent;
use crate::domain::failure::PortError;
use crate::domain::log::{LogBatch, LogEvent};

use super::{judging, schedule};

/// The span that the rate is taken over.
const RATE_SPAN: Duration = Duration::from_mins(1);
/// The cohorts are compared anew after this many ticks at the earliest.
const COMPARED: u64 = 5;

/// The tail moved on.
pub(super) fn tailed(model: &mut Model, result: Result<LogBatch, PortError>) -> Vec<Effect> {
    let now = model.now;
    let batch = match result {
        Ok(batch) => batch,
        Err(fault) => {
            model.tail.take(Err(fault), now);
            return Vec::new();
        }
    };
    model.tail.take(Ok(()), now);
    model.logs.sampled = batch.sampled;
    if batch.mode != model.logs.mode && batch.note.is_some() {
        model.logs.mode = batch.mode;
    }
    if batch.note.is_some() || !batch.events.is_empty() {
        model.logs.note = batch.note;
    }
    let marker = model
        .spec
        .logs
        .as_ref()
        .map(|logs| logs.treated.clone())
        .unwrap_or_default();
    let mut seen = Vec::with_capacity(batch.events.len());
    for event in batch.events {
        let parsed = model.line_reader.parse(&event.message);
        seen.push(SessionEvent::of(&event, &parsed, &marker));
        watch(model, &event);
        let cohort = parsed
            .session
            .as_ref()
            .and_then(|session| model.cohorts.cohort(session, event.at));
        if let Some(session) = &parsed.session {
            model.session_rate.saw(session, event.at);
            if let Some(cohort) = cohort {
                model.tally.push(event.at, cohort, session, parsed.level);
            }
        }
        model.logs.lag_ms = event
            .ingested_at
            .map(|arrived| arrived.since(event.at).as_millis() as u64)
            .or(model.logs.lag_ms);
        let line = NewLine {
            at: event.at,
            ingested_at: event.ingested_at,
            group: &event.group,
            stream: &event.stream,
            message: &event.message,
            level: parsed.level,
            session: parsed.session.as_deref(),
            cohort,
            pattern: 0,
        };
        model.logs.push(line, &parsed.message);
    }
    model.observation.push(&seen);
    if let Some(clock) = &mut model.clock {
        clock.saw(&seen, batch.read_to, now);
    }
    rate(model, batch.read_to);
    compare_cohorts(model);
    let mut effects = judging::judge(model);
    effects.extend(schedule::due(model));
    effects
}

fn watch(model: &mut Model, event: &LogEvent) {
    for watch in &mut model.logs.watches {
        if event.message.contains(watch.pattern.as_str()) {
            watch.count += 1;
            watch.last = watch.last.max(Some(event.at));
        }
    }
}

/// Lines a second, of the last minute that the tail has read.
fn rate(model: &mut Model, read_to: Timestamp) {
    let to = read_to.min(model.now);
    let from = to - RATE_SPAN;
    let store = model.logs.store();
    let recent = store.between(from, to);
    let first = store.first_at().unwrap_or(to);
    let span = to.since(first.max(from)).as_secs_f64();
    model.logs.per_second = recent as f64 / span.max(1.0);
    model.sessions_per_minute = model.session_rate.per_minute(model.now);
}

/// Both cohorts since the stage changed. All sessions of the stage are looked at, so it is not done with every batch.
fn compare_cohorts(model: &mut Model) {
    let since = model.stage_since.unwrap_or(model.opened_at);
    let fresh = model.logs.comparison.is_some() && model.compared == Some(since);
    if fresh && model.ticks < model.compared_at_tick + COMPARED {
        return;
    }
    (model.compared, model.compared_at_tick) = (Some(since), model.ticks);
    let counts = model
        .tally
        .counts(since, model.now + Duration::from_secs(1));
    let told = |counts: Counts| CohortCount {
        lines: counts.lines,
        errors: counts.errors,
    };
    model.logs.canary = told(counts.canary);
    model.logs.control = told(counts.control);
    model.logs.comparison = Some(compare(counts).to_string());
}
