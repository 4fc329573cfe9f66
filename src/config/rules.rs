//! The `rule` tables: rows of the decision matrix, over the signals of the same rollout.

use super::document::{Faults, Item, Node};
use super::nearest;
use super::signals::Signals;
use crate::domain::verdict::RuleSpec;
use crate::domain::verdict::grammar::{
    THEN_FORMS, WHEN_FORMS, parse_advice, parse_condition, split_when,
};

/// Every rule of the rollout, in the order of the file.
pub(super) fn read_all(
    node: &Node<'_>,
    signals: &Signals,
    faults: &mut Faults<'_>,
) -> Vec<RuleSpec> {
    let items = node
        .get("rule")
        .and_then(|item| item.array(faults))
        .unwrap_or_default();
    items
        .into_iter()
        .filter_map(|item| read(item, signals, faults))
        .collect()
}

fn read(item: Item<'_>, signals: &Signals, faults: &mut Faults<'_>) -> Option<RuleSpec> {
    let node = item.node(faults)?;
    node.only(&["when", "then", "periods"], faults);
    let periods = node
        .integer("periods", 1..=60, faults)
        .and_then(|n| u32::try_from(n).ok());
    let then = node
        .require("then", THEN_FORMS, faults)
        .and_then(|item| item.parsed(THEN_FORMS, faults, parse_advice));
    let when = node.require("when", WHEN_FORMS, faults)?;
    let text = when.string(faults)?;
    let (name, condition) = match split_when(&text) {
        Ok(parts) => parts,
        Err(error) => {
            when.fault(error, Some(WHEN_FORMS), faults);
            return None;
        }
    };
    let Some(signal) = signals.known.iter().find(|signal| signal.name == name) else {
        let hint = match nearest(name, signals.names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "signals here: {}",
                signals.names().collect::<Vec<_>>().join(", ")
            ),
        };
        when.fault(format!("no signal is called `{name}`"), Some(&hint), faults);
        return None;
    };
    let parsed = parse_condition(condition, signal.unit);
    let condition = parsed
        .map_err(|error| when.fault(error, Some(WHEN_FORMS), faults))
        .ok()?;
    Some(RuleSpec {
        signal: name.to_owned(),
        condition,
        then: then?,
        periods: periods.unwrap_or(signal.periods),
        text: text.trim().to_owned(),
    })
}
