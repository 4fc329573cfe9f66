//! What an earlier run of the console left: its open orders are looked into before anything else, and what was found is told.

use std::time::Duration;

use crate::app::Effect;
use crate::app::model::{Model, Overlay, Tone};
use crate::domain::failure::PortError;
use crate::domain::journal::{Entry, Recovered};
use crate::domain::plan::{Order, Outcome};

use super::{command, looks, overlays, runbook, toast};

/// An order that is older than this when it is found applied has long taken effect: no exposure clock is started for it.
pub(super) const RECENT: Duration = Duration::from_hours(1);
/// Complaints that are kept.
const COMPLAINTS: usize = 10_000;

/// The journal was opened.
pub(super) fn recovered(model: &mut Model, result: Result<Recovered, PortError>) -> Vec<Effect> {
    let found = match result {
        Ok(found) => found,
        Err(fault) => {
            toast(model, Tone::Bad, format!("no journal: {fault}"));
            model.journal.fault = Some(fault);
            return Vec::new();
        }
    };
    model.journal.open = true;
    model.journal.records = found.last_seq;
    model.journal.owner = found.owner;
    model.journal.remark.clone_from(&found.repaired);
    model.incident.me = found.me.unwrap_or_default();
    model.incident.trail = found.trail;
    model.incident.left_out = found.left_out;
    model.complaints.extend(found.complaints);
    model.complaints.sort_unstable();
    bound_complaints(model);
    model.fallback_replaced = found.fallback_replaced.or(model.fallback_replaced.take());
    model.writes.extend(found.writes);
    model.drill_left = found.drill;
    if let Some(drill) = &model.drill_left {
        let text = format!(
            "a drill on {} was left unfinished: `coalmine drill --recover` puts back what it found",
            drill.resource
        );
        toast(model, Tone::Bad, text);
    }
    let opened = Entry::Opened {
        rollout: model.spec.name.clone(),
        environment: model.spec.environment.0.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let mut effects = vec![Effect::Append(opened)];
    effects.extend(runbook::recovered(model, found.runbook));
    let trail = model.incident.trail.clone();
    runbook::orders_recovered(model, &trail);
    effects.extend(super::incident::recovered(model));
    effects.extend(command::recovered(model, found.trusted, found.commands));
    for order in &found.open {
        effects.push(looks::begin(model, order, true));
    }
    if !found.open.is_empty() || found.repaired.is_some() {
        let words = found.repaired.clone().unwrap_or_else(|| {
            "an earlier run left orders open: they are being looked into".to_owned()
        });
        let orders = found.open.into_iter().map(|order| (order, None)).collect();
        overlays::tell(
            model,
            Overlay::Recovery {
                orders,
                repaired: found.repaired,
            },
            words,
        );
    }
    effects
}

/// Keeps the newest complaints.
pub(super) fn bound_complaints(model: &mut Model) {
    let surplus = model.complaints.len().saturating_sub(COMPLAINTS);
    model.complaints.drain(..surplus);
}

/// An answer about an order of an earlier run: told on its own screen while that is there, else at the bottom.
pub(super) fn found_out(model: &mut Model, order: &Order, outcome: &Outcome) {
    let words = in_words(outcome);
    for overlay in overlays::each(model) {
        if let Overlay::Recovery { orders, .. } = overlay
            && let Some((_, told)) = orders.iter_mut().find(|(open, _)| open.id == order.id)
        {
            *told = Some(words);
            return;
        }
    }
    if !matches!(outcome, Outcome::Unknown { .. }) {
        toast(
            model,
            Tone::Warn,
            format!("left by an earlier run, {}: {words}", order.plan.sentence),
        );
    }
}

fn in_words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Applied {
            revision,
            note: Some(note),
            ..
        } => format!("it was applied as revision {revision}: {note}"),
        Outcome::Applied { revision, .. } => format!("it was applied as revision {revision}"),
        Outcome::NoOp => "nothing was to be written".to_owned(),
        Outcome::Refused { reason, .. } => format!("it was not applied: {reason}"),
        Outcome::Conflict(conflict) => {
            format!(
                "revision {} by {} is in force",
                conflict.found,
                conflict.by.as_deref().unwrap_or("somebody else")
            )
        }
        Outcome::Unknown { reason } => format!("still unknown: {reason}"),
    }
}
