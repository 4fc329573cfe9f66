//! Turning it off without having read (or understood) the document: when that is offered, from which text, and when not any more.

use crate::app::Effect;
use crate::app::model::{Instead, Model, Overlay, Tone};
use crate::domain::Revision;
use crate::domain::failure::PortError;
use crate::domain::flag::Flag;
use crate::domain::lever::{LeverContent, LeverId};
use crate::domain::plan::Change;

use super::orders::{make, new_order, submit, want};
use super::{overlays, toast};

/// Offers to disable without having read (or understood) the document.
pub(super) fn offer(model: &mut Model, reason: String, hint: String) {
    let last_good = last_good(model).map(|(_, text)| text);
    let plan = match make(
        model,
        &Change::DisableBlind {
            last_good: last_good.clone(),
        },
    ) {
        Ok(plan) => plan,
        Err(fault) => return toast(model, Tone::Bad, format!("{}: {}", fault.text, fault.hint)),
    };
    let order = new_order(model, plan, None);
    let words = format!("not disabled: {reason}");
    let instead = Some(Instead::Blind { last_good });
    overlays::tell(
        model,
        Overlay::Refused {
            order: Box::new(order),
            reason,
            hint,
            instead,
        },
        words,
    );
}

/// The history was read: an open offer to disable blindly is made from the last good version in it.
pub(super) fn history_moved(model: &mut Model) {
    let bare = |overlay: &Overlay| {
        matches!(
            overlay,
            Overlay::Refused {
                instead: Some(Instead::Blind { last_good: None }),
                ..
            }
        )
    };
    if !model.overlay.as_ref().is_some_and(bare) || last_good(model).is_none() {
        return;
    }
    if let Some(Overlay::Refused { reason, hint, .. }) = model.overlay.take() {
        offer(model, reason, hint);
    }
}

/// The flag could not be read: a disable that was refused for that reason may be done blindly.
pub(super) fn flag_unread(model: &mut Model, fault: &PortError) {
    let stuck = |overlay: &Overlay| matches!(overlay, Overlay::Refused { order, instead: None, .. } if order.plan.change == Change::Disable);
    if model.overlay.as_ref().is_some_and(stuck)
        && let Some(Overlay::Refused { reason, .. }) = model.overlay.take()
    {
        offer(model, reason, fault.hint.clone());
    }
}

/// Disables without having read the document; the person has confirmed it.
pub(super) fn confirmed(
    model: &mut Model,
    last_good: Option<String>,
    reason: Option<String>,
) -> Vec<Effect> {
    let readable = model.flag.fault.is_none() && matches!(model.flag_says, Some(Ok(_)));
    if readable || model.in_flight.on(LeverId::Flag).is_some() {
        return want(model, Change::Disable);
    }
    match make(model, &Change::DisableBlind { last_good }) {
        Ok(plan) => submit(model, plan, reason),
        Err(fault) => {
            toast(model, Tone::Bad, format!("{}: {}", fault.text, fault.hint));
            Vec::new()
        }
    }
}

/// The newest valid document that is known: as last read, else from history.
pub(super) fn last_good(model: &Model) -> Option<(Revision, String)> {
    let shape = &model.spec.flag.shape;
    let read = model
        .flag
        .value
        .as_ref()
        .and_then(|state| match &state.content {
            LeverContent::Document(text) => Some((state.revision.clone(), text.clone())),
            LeverContent::Function(_) => None,
        });
    let versions = model
        .history
        .value
        .iter()
        .flatten()
        .map(|version| (version.revision.clone(), version.text.clone()));
    read.into_iter()
        .chain(versions)
        .find(|(_, text)| Flag::parse(text, shape).is_ok())
}
