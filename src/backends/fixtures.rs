//! Orders for the tests of the levers, as the domain would make them. Nothing is sent from here.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::domain::lever::{LeverContent, LeverId, LeverState};
use crate::domain::plan::{Change, Direction, Order, OrderId, Plan, Replaced, Write};
use crate::domain::{Percent, Revision, Timestamp};

/// An order that was accepted in 1970.
pub(crate) fn order(lever: LeverId, seen: Option<&str>, write: Write, replaced: Replaced) -> Order {
    Order {
        id: OrderId("o-1".to_owned()),
        plan: Plan {
            lever,
            change: Change::Disable,
            seen: seen.map(|seen| Revision(seen.to_owned())),
            before: None,
            after: Percent::ZERO,
            direction: Direction::Lower,
            sentence: String::new(),
            diff: Vec::new(),
            calls: Vec::new(),
            time_to_effect: Duration::ZERO,
            undo: String::new(),
            aws_cli: String::new(),
            warnings: Vec::new(),
            write,
            replaced,
        },
        reason: None,
        at: Timestamp::from_millis(0),
        without_journal: false,
        account: None,
        undoes: None,
    }
}

/// An order that writes `text` in place of `before`.
pub(crate) fn document_order(seen: Option<&str>, before: &str, text: &str) -> Order {
    order(
        LeverId::Flag,
        seen,
        Write::Document(text.to_owned()),
        Replaced::Document(before.to_owned()),
    )
}

/// The document of a state; empty when it holds none.
pub(crate) fn text_of(state: &LeverState) -> &str {
    match &state.content {
        LeverContent::Document(text) => text,
        LeverContent::Function(_) => "",
    }
}

/// Variables from pairs.
pub(crate) fn variables(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}
