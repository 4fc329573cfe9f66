//! What goes on top of the screen, and when: a result never destroys what a person is typing or deciding. It words nothing.

use crate::app::model::{Model, Overlay, Tone};
use crate::domain::plan::{Order, OrderId};

use super::toast;

/// Overlays that wait at most; the oldest goes.
const WAITING: usize = 16;

/// Puts something on top because a key asked for it.
pub(super) fn show(model: &mut Model, overlay: Overlay) {
    model.overlay = Some(overlay);
    model.enter.shown();
}

/// Puts a result on top, or behind what a person is busy with; then `words` tell of it at the bottom.
pub(super) fn tell(model: &mut Model, overlay: Overlay, words: impl Into<String>) {
    if may_cover(model, &overlay) {
        show(model, overlay);
        return;
    }
    toast(model, Tone::Bad, words);
    if let Some(order) = order_of(&overlay) {
        let id = order.id.clone();
        model
            .later
            .retain(|waiting| order_of(waiting).is_none_or(|other| other.id != id));
    }
    model.later.push_back(overlay);
    while model.later.len() > WAITING {
        model.later.pop_front();
    }
}

/// Shows what waits, once nothing is in its way.
pub(super) fn show_next(model: &mut Model) {
    if model.overlay.is_none()
        && !model.filtering
        && let Some(next) = model.later.pop_front()
    {
        show(model, next);
    }
}

fn may_cover(model: &Model, overlay: &Overlay) -> bool {
    if model.filtering {
        return false;
    }
    match &model.overlay {
        Some(Overlay::Help {
            filtering: true, ..
        }) => false,
        None
        | Some(
            Overlay::Help { .. }
            | Overlay::Event { .. }
            | Overlay::Alarm { .. }
            | Overlay::Leaving
            | Overlay::Locked { .. }
            | Overlay::Contacts { .. }
            | Overlay::Output { .. }
            | Overlay::Links { .. }
            | Overlay::Themes { .. },
        ) => true,
        Some(
            Overlay::Palette { .. }
            | Overlay::Plan(_)
            | Overlay::Recovery { .. }
            | Overlay::Tune { .. }
            | Overlay::Incident(_)
            | Overlay::Step(_)
            | Overlay::Fill(_)
            | Overlay::Run(_),
        ) => false,
        Some(open) => match (order_of(open), order_of(overlay)) {
            (Some(old), Some(new)) => old.id == new.id || old.plan.change == new.plan.change,
            _ => false,
        },
    }
}

/// The order that an overlay is about.
fn order_of(overlay: &Overlay) -> Option<&Order> {
    match overlay {
        Overlay::Conflict { order, .. }
        | Overlay::Unknown { order, .. }
        | Overlay::Refused { order, .. } => Some(order),
        _ => None,
    }
}

/// Every overlay that is open or waits.
pub(super) fn each(model: &mut Model) -> impl Iterator<Item = &mut Overlay> {
    model.overlay.iter_mut().chain(model.later.iter_mut())
}

/// Takes away what was said about an order before more was known of it.
pub(super) fn dismiss(model: &mut Model, id: &OrderId) {
    let about = |overlay: &Overlay| order_of(overlay).is_some_and(|order| order.id == *id);
    model.overlay = model.overlay.take().filter(|open| !about(open));
    model.later.retain(|waiting| !about(waiting));
}

/// Clears the way for an order: what is only looked at goes, and so does every question. What tells of another order stays.
pub(super) fn step_aside(model: &mut Model) {
    let stays = |overlay: &Overlay| {
        matches!(
            overlay,
            Overlay::Conflict { .. } | Overlay::Unknown { .. } | Overlay::Recovery { .. }
        )
    };
    model.overlay = model.overlay.take().filter(stays);
}
