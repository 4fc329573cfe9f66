//! What is worth a look in a recording: an order, its outcome, another verdict, an alarm, an event of an incident or a runbook.

use crate::app::model::Model;
use crate::app::{Effect, Msg};
use crate::domain::alarm::AlarmState;
use crate::domain::incident::IncidentEvent;
use crate::domain::journal::Entry;
use crate::domain::plan::Outcome;
use crate::domain::verdict::Decision;

/// A place in a recording that is worth a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// `order`, `outcome`, `verdict`, `alarm`, `incident` or `runbook`.
    pub kind: &'static str,
    /// What happened, in a few words; it may hold text from outside.
    pub text: String,
}

/// What must be known of a model before a message, to tell what the message changed.
#[derive(Clone, Debug)]
pub(super) struct Before {
    decision: Decision,
    /// The names of the alarms that were in ALARM, when the message brings new ones.
    alarms: Option<Vec<String>>,
    outcome: Option<String>,
}

impl Before {
    pub(super) fn of(model: &Model, msg: &Msg) -> Self {
        let outcome = match msg {
            Msg::Settled { order, outcome, .. } => {
                Some(format!("{}: {}", word(outcome), order.plan.sentence))
            }
            _ => None,
        };
        Self {
            decision: model.verdict.decision,
            alarms: matches!(msg, Msg::AlarmsRead(Ok(_))).then(|| firing(model)),
            outcome,
        }
    }

    /// What the message turned out to be, if it is worth a look.
    pub(super) fn mark(self, model: &Model, effects: &[Effect]) -> Option<Mark> {
        let mark = |kind, text: String| Some(Mark { kind, text });
        if let Some(found) = effects.iter().find_map(of_effect) {
            return Some(found);
        }
        if let Some(outcome) = self.outcome {
            return mark("outcome", outcome);
        }
        if self.decision != model.verdict.decision {
            return mark("verdict", model.verdict.decision.word().to_owned());
        }
        let before = self.alarms?;
        let now = firing(model);
        let fired = now.iter().find(|name| !before.contains(name));
        let over = before.iter().find(|name| !now.contains(name));
        match (fired, over) {
            (Some(name), _) => mark("alarm", format!("{name} is in ALARM")),
            (None, Some(name)) => mark("alarm", format!("{name} is no longer in ALARM")),
            (None, None) => None,
        }
    }
}

fn of_effect(effect: &Effect) -> Option<Mark> {
    let (kind, text) = match effect {
        Effect::Submit(order) => ("order", order.plan.sentence.clone()),
        Effect::CreateAlarm(alarm) => ("order", format!("make the alarm {}", alarm.name)),
        Effect::Append(Entry::Incident { event }) => ("incident", incident(event)?.to_owned()),
        Effect::Append(Entry::Runbook { .. }) => ("runbook", "a step of the runbook".to_owned()),
        _ => return None,
    };
    Some(Mark { kind, text })
}

fn incident(event: &IncidentEvent) -> Option<&'static str> {
    Some(match event {
        IncidentEvent::Opened { .. } => "an incident is opened",
        IncidentEvent::Closed { .. } => "the incident is closed",
        IncidentEvent::LockReleased { .. } => "the safety lock is released",
        IncidentEvent::TakenOver { .. } => "the incident is taken over",
        IncidentEvent::WatchEnded { .. } => "the watch after the rollback ends",
        IncidentEvent::Baseline { .. } | IncidentEvent::Watched { .. } => return None,
    })
}

fn firing(model: &Model) -> Vec<String> {
    let alarms = model.alarms.value.iter().flat_map(|batch| &batch.alarms);
    alarms
        .filter(|alarm| alarm.state == AlarmState::Alarm)
        .map(|alarm| alarm.name.clone())
        .collect()
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Applied { .. } => "applied",
        Outcome::NoOp => "nothing to write",
        Outcome::Refused { .. } => "refused",
        Outcome::Conflict(_) => "conflict",
        Outcome::Unknown { .. } => "unknown",
    }
}
