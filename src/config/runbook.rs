//! The `runbook` table: the file, and commands of the team's own tools that mean something native.

use super::document::{Faults, Item, Node};
use super::runbook_file;
use crate::domain::runbook::native::{MATCH_FORMS, NativePattern, THEN_FORMS, parse_then};

/// What the table says.
#[derive(Default)]
pub(super) struct Runbook {
    /// The Markdown file.
    pub(super) file: Option<String>,
    /// The patterns, in the order of the file.
    pub(super) native: Vec<NativePattern>,
}

/// Reads the table of a rollout; without one there is neither file nor pattern.
pub(super) fn read(rollout: &Node<'_>, faults: &mut Faults<'_>) -> Runbook {
    let Some(node) = rollout.node("runbook", faults) else {
        return Runbook::default();
    };
    node.only(&["file", "native"], faults);
    let items = node.get("native").and_then(|item| item.array(faults));
    let file = match (node.get("file"), &items) {
        (Some(item), _) => runbook_file::named(&item, faults),
        (None, Some(_)) => None,
        (None, None) => {
            faults.missing(&node, "file", "a Markdown file, or \"builtin:rollback\"");
            None
        }
    };
    let native = items.unwrap_or_default();
    Runbook {
        file,
        native: native
            .into_iter()
            .filter_map(|item| pattern(item, faults))
            .collect(),
    }
}

fn pattern(item: Item<'_>, faults: &mut Faults<'_>) -> Option<NativePattern> {
    let node = item.node(faults)?;
    node.only(&["match", "then"], faults);
    let then = node
        .require("then", THEN_FORMS, faults)
        .and_then(|item| item.parsed(THEN_FORMS, faults, parse_then));
    let wanted = node.require("match", MATCH_FORMS, faults)?;
    let text = wanted.string(faults)?;
    let parsed = NativePattern::parse_match(&text).and_then(|pattern| match then {
        Some(then) => pattern.with(then),
        None => Ok(pattern),
    });
    match parsed {
        Ok(pattern) => then.is_some().then_some(pattern),
        Err(fault) => {
            wanted.fault(fault, Some(MATCH_FORMS), faults);
            None
        }
    }
}
