//! Outcomes that every lever words alike. It reads and sends nothing.

use std::time::Duration;

use crate::domain::Timestamp;
use crate::domain::plan::{Order, Outcome, Replaced};

/// An order of this age that has left no trace never arrived.
const LOST_AFTER: Duration = Duration::from_mins(1);

/// It was not sent, or the store refused it.
pub(super) fn refused(reason: impl Into<String>, hint: impl Into<String>) -> Outcome {
    Outcome::Refused {
        reason: reason.into(),
        hint: hint.into(),
    }
}

/// The plan's write is not of the kind that this lever takes.
pub(super) fn wrong_lever(holds: &str) -> Outcome {
    refused(
        format!("{holds}, and the plan writes something else"),
        "this is a fault of the plan: make it anew",
    )
}

/// The store shows no trace of the order (`state` says what it shows): it never arrived, unless it is young and may be on its way.
pub(super) fn no_trace(order: &Order, now: Timestamp, state: &str) -> Outcome {
    if now.since(order.at) < LOST_AFTER {
        return Outcome::Unknown {
            reason: format!(
                "{state}; the order is younger than {} s and may still arrive",
                LOST_AFTER.as_secs()
            ),
        };
    }
    refused(
        format!("it never arrived: {state}"),
        "nothing was changed by it: make the plan anew if it is still wanted",
    )
}

/// The text that the plan was made from; empty when it could not be read.
pub(super) fn replaced_text(order: &Order) -> String {
    match &order.plan.replaced {
        Replaced::Document(text) => text.clone(),
        _ => String::new(),
    }
}
