//! What happens next: `update` changes the model and says what to do. It never awaits, never reads a clock, never fails.

use crate::domain::Timestamp;
use crate::domain::failure::{CallRecord, PortError};

use super::model::{Model, Rehearsal, Toast, Tone};
use super::{Effect, Msg};

mod blind;
mod charts;
pub mod command;
mod commands;
mod copying;
mod dialogs;
mod fleet;
mod help;
mod incident;
mod incident_watch;
mod judging;
mod keys;
mod leftover;
mod links;
mod logs;
mod looks;
mod orders;
mod others;
mod overlays;
mod palette;
mod plans;
mod pointer;
mod readiness;
mod reads;
mod recovery;
mod rows;
pub(crate) mod runbook;
mod schedule;
mod settling;
mod sifting;
mod themes;
mod tuning;
mod verbs;
mod wishes;

pub use charts::courses;
pub use commands::{fallback_is_on, gates, lever_of, locked, order, plan};
pub use dialogs::WITHOUT_JOURNAL;
pub use help::{Section, place, sections};
pub use incident::{RE_ROLLOUT, stage as message_stage, subject};
pub use incident_watch::watch_now;
pub use keys::scopes;
pub use leftover::leftovers;
pub(in crate::app) use palette::fits;
pub use palette::{Does, Offer, offers};
pub use readiness::ready;
pub use schedule::start;
pub use tuning::{Tunable, tunables};
pub use verbs::{VERBS, Verb};
pub use wishes::undoable;

/// API calls that the call log keeps.
const CALLS: usize = 500;

/// Takes one message in.
pub fn update(model: &mut Model, msg: Msg, now: Timestamp) -> Vec<Effect> {
    model.now = now;
    let judges = !matches!(
        msg,
        Msg::Called(_)
            | Msg::Pasted(_)
            | Msg::Resized(..)
            | Msg::Pointed { .. }
            | Msg::SpanSampled(..)
    );
    let before = model.verdict.decision;
    let mut effects = take(model, msg);
    if model.verdict.decision != before || model.verdict_since.is_none() {
        model.verdict_since = Some(now);
    }
    runbook::follow(model, &mut effects, judges);
    effects.extend(sifting::go_on(model));
    overlays::show_next(model);
    themes::follow(model, &mut effects);
    effects
}

fn take(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Pressed { key, at_ms } => keys::pressed(model, key, at_ms),
        Msg::Pointed {
            target,
            gesture,
            at_ms,
        } => pointer::pointed(model, target, gesture, at_ms),
        Msg::Pasted(text) => keys::pasted(model, &text),
        Msg::Chosen(action) => keys::chosen(model, action),
        Msg::NotifyFailed(why) => {
            toast(model, Tone::Warn, why);
            Vec::new()
        }
        Msg::Resized(columns, rows) => {
            model.size = (columns, rows);
            command::resized(model);
            Vec::new()
        }
        Msg::Ticked => {
            // A turn that was asked for and did not come, as in a recording, must not be waited for.
            model.logs.asked = false;
            keys::forget_begun(model);
            schedule::ticked(model)
        }
        Msg::Paced(speed) => {
            paced(model, speed);
            Vec::new()
        }
        Msg::Resumed => schedule::resumed(model),
        Msg::Identified(result) => reads::identified(model, result),
        Msg::Recovered(result) => recovery::recovered(model, result),
        Msg::LeverRead(id, result) => reads::lever_read(model, id, result),
        Msg::HistoryRead(result) => reads::history_read(model, result),
        Msg::Sampled(result) => reads::sampled(model, result),
        Msg::AlarmsRead(result) => reads::alarms_read(model, result),
        Msg::AlarmHistoryRead(name, result) => reads::alarm_history_read(model, &name, result),
        Msg::AlarmCreated(name, result) => {
            alarm_created(model, &name, result);
            schedule::due(model)
        }
        Msg::Tailed(result) => logs::tailed(model, result),
        Msg::Settled {
            order,
            outcome,
            journal_fault,
        } => {
            let marked = runbook::settled(model, &order, &outcome);
            let effects = settling::settled(model, *order, outcome, journal_fault);
            [marked, effects].concat()
        }
        Msg::JournalFailed(fault) => {
            toast(model, Tone::Bad, format!("journal: {fault}"));
            model.journal.fault = Some(fault);
            Vec::new()
        }
        Msg::JournalNoticed(notice) => {
            toast(model, Tone::Warn, format!("journal: {notice}"));
            Vec::new()
        }
        Msg::JournalRead(records, fault) => {
            let effects = incident::journal_read(model, &records, fault);
            [effects, runbook::journal_read(model, &records)].concat()
        }
        Msg::Called(call) => {
            called(model, call);
            Vec::new()
        }
        Msg::Continued => sifting::continued(model),
        Msg::Exported(result) => sifting::exported(model, result),
        Msg::RunbookRead(file, result) => runbook::read(model, file, result),
        Msg::CommandOutput { run, chunk } => {
            command::wrote(model, &run, &chunk);
            Vec::new()
        }
        Msg::CommandEnded { run, report } => {
            let marked = runbook::command_ended(model, &run, &report);
            command::ended(model, &run, *report);
            marked
        }
        Msg::SpanSampled(reach, result) => charts::sampled(model, reach, result),
        Msg::RecordingNoticed(notice) => {
            // What is worse stands there already.
            if model
                .toast
                .as_ref()
                .is_none_or(|toast| toast.tone != Tone::Bad)
            {
                toast(model, Tone::Warn, format!("recording: {notice}"));
            }
            Vec::new()
        }
        Msg::Background { is_light } => {
            model.themes.is_light = Some(is_light);
            Vec::new()
        }
        Msg::ThemesRead(read) => themes::read(model, *read),
        Msg::Unwritten(entry) => {
            runbook::taken_back(model, &entry);
            Vec::new()
        }
        Msg::SignalsEvery(seconds) => {
            model.seat.every = seconds;
            Vec::new()
        }
        Msg::Attended(is_here) => fleet::attended(model, is_here),
        Msg::PlanWanted { change, at_ms } => fleet::plan_wanted(model, change, at_ms),
    }
}

fn paced(model: &mut Model, speed: f64) {
    let speed = if speed.is_finite() && speed > 0.0 {
        speed
    } else {
        1.0
    };
    match &mut model.rehearsal {
        Some(rehearsal) => rehearsal.speed = speed,
        None => {
            model.rehearsal = Some(Rehearsal {
                scenario: None,
                speed,
            });
        }
    }
}

fn alarm_created(model: &mut Model, name: &str, result: Result<bool, PortError>) {
    match result {
        Ok(true) => toast(model, Tone::Good, format!("alarm {name} was made")),
        Ok(false) => toast(model, Tone::Plain, format!("alarm {name} is there already")),
        Err(fault) => toast(
            model,
            Tone::Bad,
            format!("alarm {name} was not made: {fault}"),
        ),
    }
    model.alarms.outdate();
}

fn called(model: &mut Model, call: CallRecord) {
    model.seat.spending.called(&call);
    model.calls.push_back(call);
    while model.calls.len() > CALLS {
        model.calls.pop_front();
    }
}

/// Ticks that a message at the bottom stays.
const TOAST_TICKS: u32 = 8;

/// Shows a message at the bottom for a while.
fn toast(model: &mut Model, tone: Tone, text: impl Into<String>) {
    model.toast = Some(Toast {
        text: text.into(),
        tone,
        ticks: TOAST_TICKS,
    });
}
