//! What stays open when the console ends: orders that were never sent, and orders of which nobody knows. It writes no file.

use crate::app::model::{Left, Model};
use crate::domain::plan::{Change, Order, OrderId};

use super::orders::{make, takes_off};

/// Orders that were never sent and are kept for the way out, at most.
const UNSENT: usize = 16;

/// An order was wanted and not sent: its command line is left behind, until the lever has a later order.
pub(super) fn remember_unsent(model: &mut Model, order: Order) {
    model
        .unsent
        .retain(|other| other.id != order.id && other.plan.change != order.plan.change);
    model.unsent.push(order);
    let surplus = model.unsent.len().saturating_sub(UNSENT);
    model.unsent.drain(..surplus);
}

/// What stays open when the console ends now, oldest first: each order with what is to be said of it.
pub fn leftovers(model: &Model) -> Vec<(Order, Left)> {
    let unsent = model
        .unsent
        .iter()
        .map(|order| (order.clone(), Left::Unsent));
    let flying = model
        .unresolved
        .iter()
        .chain(model.in_flight.iter())
        .map(|order| (order.clone(), Left::Unknown));
    let waiting = model.waiting.as_ref().and_then(|change| {
        let blind = || make(model, &Change::DisableBlind { last_good: None }).ok();
        let plan = make(model, change)
            .ok()
            .or_else(|| takes_off(change).then(blind).flatten())?;
        let id = OrderId(format!("{}-waiting", model.now.as_millis()));
        (!plan.is_no_op()).then(|| (Order::new(id, plan, None, model.now), Left::Unsent))
    });
    unsent.chain(flying).chain(waiting).collect()
}
