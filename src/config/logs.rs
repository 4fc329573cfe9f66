//! The `logs` table: groups, where a line names its session, what only treated sessions emit, and patterns to count.

use std::time::Duration;

use regex::Regex;

use super::document::{Faults, Item, Node};
use super::metric::{MINUTE, metric};
use crate::domain::rollout::{LogsSpec, SessionIdRule, TreatedMarker};

/// Sessions without a marker that prove the feature off, where the config names no number.
const MIN_SESSIONS: u64 = 50;

/// Reads the table.
pub(super) fn read(node: &Node<'_>, faults: &mut Faults<'_>) -> Option<LogsSpec> {
    node.only(
        &[
            "groups",
            "session_id",
            "treated",
            "watch",
            "lag",
            "min_sessions",
            "lines",
        ],
        faults,
    );
    let groups = node.require("groups", "groups = [\"/aws/lambda/NAME\"]", faults);
    let groups = groups.and_then(|item| item.strings(faults));
    let watch = node
        .node("watch", faults)
        .map(|node| node.members())
        .unwrap_or_default();
    let watch = watch
        .into_iter()
        .filter_map(|(title, _, item)| Some((title, phrase(&item, faults)?)))
        .collect();
    let session_id = node
        .get("session_id")
        .and_then(|item| session_id(&item, faults));
    let treated = node
        .node("treated", faults)
        .map(|node| treated(&node, faults))
        .unwrap_or_default();
    let min_sessions = node.integer("min_sessions", 1..=1_000_000_000, faults);
    let lines = node.integer("lines", 1_000..=5_000_000, faults);
    Some(LogsSpec {
        groups: groups?,
        session_id,
        treated,
        watch,
        lag: node
            .duration("lag", faults)
            .unwrap_or(Duration::from_secs(30)),
        min_sessions: min_sessions
            .and_then(|n| u64::try_from(n).ok())
            .unwrap_or(MIN_SESSIONS),
        lines: lines
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or(LogsSpec::LINES),
    })
}

/// A text to look for; quotes around the whole of it, as filter patterns have them, are taken off.
fn phrase(item: &Item<'_>, faults: &mut Faults<'_>) -> Option<String> {
    let text = item.string(faults)?;
    let bare = text
        .strip_prefix('"')
        .and_then(|t| t.strip_suffix('"'))
        .filter(|t| !t.is_empty());
    Some(bare.unwrap_or(&text).to_owned())
}

fn treated(node: &Node<'_>, faults: &mut Faults<'_>) -> TreatedMarker {
    node.only(&["log", "metric"], faults);
    TreatedMarker {
        log: node.get("log").and_then(|item| phrase(&item, faults)),
        metric: node
            .node("metric", faults)
            .and_then(|node| metric(&node, Some("SampleCount"), MINUTE, faults)),
    }
}

fn session_id(item: &Item<'_>, faults: &mut Faults<'_>) -> Option<SessionIdRule> {
    let text = item.string(faults)?;
    if let Some(path) = text.strip_prefix("$.") {
        let parts: Vec<_> = path.split('.').map(ToOwned::to_owned).collect();
        if parts
            .iter()
            .any(|part| part.trim() != part || part.is_empty())
        {
            item.fault(
                format!("`{text}` is no JSON path"),
                Some("for example $.session_id or $.context.session"),
                faults,
            );
            return None;
        }
        return Some(SessionIdRule::JsonPath(parts));
    }
    let hint = "a JSON path such as $.session_id, or a regular expression with one group";
    match Regex::new(&text) {
        Ok(regex) if regex.captures_len() == 2 => Some(SessionIdRule::Regex(text)),
        Ok(regex) => {
            let groups = regex.captures_len() - 1;
            item.fault(
                format!("the expression has {groups} groups, one is needed"),
                Some(hint),
                faults,
            );
            None
        }
        Err(error) => {
            let line = error.to_string();
            let last = line
                .lines()
                .last()
                .unwrap_or_default()
                .trim_start_matches("error: ");
            item.fault(
                format!("`{text}` is no regular expression: {last}"),
                Some(hint),
                faults,
            );
            None
        }
    }
}
