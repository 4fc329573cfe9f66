//! What stands in the way, one line each: an order on its way, contradictions, a document that is not valid, a journal that takes
//! nothing. It decides nothing.

use crate::app::Model;
use crate::domain::clockface::Clockface;
use crate::domain::flag::FlagFault;
use crate::domain::signal::format_span;

use super::exposure::revision;
use super::format;
use super::paint::{self, Row};
use super::theme::{Role, Theme};

/// At most `most` rows, the weightiest first; the last says how many more there are.
pub(super) fn rows(model: &Model, theme: &Theme, most: usize, columns: usize) -> Vec<Row> {
    let mut lines = lines(model);
    let hidden = lines.len().saturating_sub(most);
    lines.truncate(most);
    let last = lines.len().saturating_sub(1);
    lines
        .into_iter()
        .enumerate()
        .map(|(index, (mark, role, text))| {
            let more = if hidden > 0 && index == last {
                format!("  +{hidden} more")
            } else {
                String::new()
            };
            let room = columns.saturating_sub(paint::width(&more) + 3);
            Row::new()
                .gap(1)
                .put(mark, theme.style(role))
                .gap(1)
                .put(paint::clip(&paint::safe(&text), room), theme.style(role))
                .put(more, theme.style(Role::Muted))
        })
        .collect()
}

fn lines(model: &Model) -> Vec<(&'static str, Role, String)> {
    let mut lines = Vec::new();
    for order in model.in_flight.iter() {
        let waited = format::took(model.now.since(order.at));
        lines.push((
            "▸",
            Role::Canary,
            format!("sending… {waited}  {}", order.plan.sentence),
        ));
    }
    if model.waiting.is_some() {
        lines.push((
            "▸",
            Role::Accent,
            "an order waits for the flag to be read".to_owned(),
        ));
    }
    for order in &model.unresolved {
        let text = format!("outcome unknown: {}", order.plan.sentence);
        lines.push(("?", Role::Unknown, text));
    }
    if let Some(other) = model.clock.as_ref().and_then(Clockface::superseded_by) {
        let other = revision(&other.0);
        let text = format!(
            "somebody else wrote {other} after your order: its effect is no longer followed"
        );
        lines.push(("▲", Role::Warn, text));
    }
    if let Some(Err(faults)) = &model.flag_says {
        let words: Vec<String> = faults.iter().map(words_of).collect();
        let text = format!("not a valid flag document: {}", words.join("; "));
        lines.push(("✖", Role::Bad, text));
    }
    if let Some(fault) = &model.flag.fault {
        let age = model.flag.at.map_or_else(
            || "never read".to_owned(),
            |at| format!("last read {} ago", format_span(model.now.since(at))),
        );
        lines.push((
            "▲",
            Role::Warn,
            format!(
                "{}, {age}: {}  {}",
                format::fault(fault),
                fault.text,
                fault.hint
            ),
        ));
    }
    if let Some(fault) = &model.journal.fault {
        lines.push((
            "✖",
            Role::Bad,
            format!("the journal takes nothing: {}  {}", fault.text, fault.hint),
        ));
    }
    lines.extend(
        model
            .exposure
            .contradictions
            .iter()
            .map(|text| ("▲", Role::Warn, text.clone())),
    );
    if let Some(owner) = &model.journal.owner {
        lines.push((
            "▲",
            Role::Warn,
            format!("another console has the journal: {owner}"),
        ));
    }
    if !model.exposure.listed.is_empty() {
        let names = model.exposure.listed.join(", ");
        let count = model.exposure.listed.len();
        lines.push((
            "◆",
            Role::Accent,
            format!("{count} listed users or groups are exposed at any percentage: {names}"),
        ));
    }
    lines
}

fn words_of(fault: &FlagFault) -> String {
    if fault.member.is_empty() {
        fault.text.clone()
    } else {
        format!("{}: {}", fault.member, fault.text)
    }
}
