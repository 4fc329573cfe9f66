//! The change that takes an order back. Whether it raises follows from the plan that is made of it.

use super::{Change, Order, Outcome, Replaced};
use crate::domain::flag::{Flag, FlagShape, member};
use crate::domain::lever::LeverState;

/// The compensating change of an order that was applied; `None` where there is nothing to take back, or nobody knows what was
/// there before. While the lever still holds the order's own revision the old text comes back as it was; after a write of
/// somebody else only the exposure does, so that theirs is kept.
pub fn undo(
    order: &Order,
    outcome: &Outcome,
    state: Option<&LeverState>,
    shape: &FlagShape,
) -> Option<Change> {
    let Outcome::Applied { revision, .. } = outcome else {
        return None;
    };
    if order.plan.is_no_op() {
        return None;
    }
    match (&order.plan.change, &order.plan.replaced) {
        (Change::FallbackOn, Replaced::Variables(old)) => Some(Change::FallbackOff(old.clone())),
        (Change::FallbackOff(_), _) => Some(Change::FallbackOn),
        (Change::SetVariable { name, .. }, Replaced::Variables(old)) => Some(Change::SetVariable {
            name: name.clone(),
            value: old.get(name)?.clone(),
        }),
        (Change::SetMember { name, .. }, Replaced::Document(text)) => Some(Change::SetMember {
            name: name.clone(),
            json: member(text, shape, name)?,
        }),
        (_, Replaced::Document(text)) => {
            let old = Flag::parse(text, shape).ok()?;
            let untouched = state.is_some_and(|state| state.revision == *revision);
            match &order.plan.seen {
                Some(seen) if untouched => Some(Change::Restore {
                    version: seen.clone(),
                    text: text.clone(),
                }),
                _ => Some(exposure_of(&old)),
            }
        }
        _ => None,
    }
}

fn exposure_of(flag: &Flag) -> Change {
    if flag.enabled {
        Change::SetPercent(flag.rollout_percentage)
    } else {
        Change::Disable
    }
}
