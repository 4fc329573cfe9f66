//! When to look again for what became of an order: by itself for some minutes, further and further apart, then when a person asks.

use crate::app::Effect;
use crate::app::model::{Look, Model, Overlay, Tone};
use crate::domain::plan::Order;

use super::{overlays, toast};

/// Looks that are made without being asked for.
const TRIES: u32 = 10;
/// Ticks between two looks at most.
const SLOWEST: u32 = 30;

/// Begins to look for what became of an order.
pub(super) fn begin(model: &mut Model, order: &Order, earlier: bool) -> Effect {
    model.looks.insert(
        order.id.clone(),
        Look {
            earlier,
            tries: 1,
            due_in: 0,
            under_way: true,
        },
    );
    if !model.unresolved.iter().any(|open| open.id == order.id) {
        model.unresolved.push(order.clone());
    }
    Effect::Verify(Box::new(order.clone()))
}

/// A look brought nothing: the next one is due a while later.
pub(super) fn in_vain(model: &mut Model, order: &Order) {
    if let Some(look) = model.looks.get_mut(&order.id) {
        look.under_way = false;
        look.due_in = 2_u32.saturating_pow(look.tries).min(SLOWEST);
    }
    say(model);
}

/// A second passed.
pub(super) fn ticked(model: &mut Model) -> Vec<Effect> {
    for look in model.looks.values_mut() {
        look.due_in = look.due_in.saturating_sub(1);
    }
    verify(model, |look| look.due_in == 0 && look.tries < TRIES)
}

/// A person asks.
pub(super) fn look_now(model: &mut Model) -> Vec<Effect> {
    let effects = verify(model, |_| true);
    if effects.is_empty() {
        toast(
            model,
            Tone::Plain,
            if model.unresolved.is_empty() {
                "nothing is open"
            } else {
                "it is being looked up"
            },
        );
    }
    effects
}

fn verify(model: &mut Model, due: impl Fn(&Look) -> bool) -> Vec<Effect> {
    let mut effects = Vec::new();
    for order in &model.unresolved {
        if let Some(look) = model.looks.get_mut(&order.id)
            && !look.under_way
            && due(look)
        {
            look.under_way = true;
            look.tries = look.tries.saturating_add(1);
            effects.push(Effect::Verify(Box::new(order.clone())));
        }
    }
    say(model);
    effects
}

/// The screens of unknown orders say whether a look is under way.
fn say(model: &mut Model) {
    let looks = model.looks.clone();
    for overlay in overlays::each(model) {
        if let Overlay::Unknown {
            order, checking, ..
        } = overlay
        {
            *checking = looks.get(&order.id).is_some_and(|look| look.under_way);
        }
    }
}
