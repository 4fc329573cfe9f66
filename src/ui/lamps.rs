//! The parachute check on the screen of the levers: one lamp a lever with its reason, then what is not fine. It judges nothing.

use crate::app::Model;
use crate::domain::ready::{Lamp, ReadyCheck};
use crate::domain::signal::format_span;

use super::paint::{self, Row};
use super::theme::{Role, Theme};

/// Where reasons begin.
const INDENT: usize = 12;

/// The lamps, or nothing before anything was judged.
pub(super) fn rows(model: &Model, theme: &Theme, columns: usize) -> Vec<Row> {
    let ready = &model.ready;
    let mut rows = Vec::new();
    for lever in &ready.levers {
        let text = format!(
            "within {}: {}",
            format_span(lever.time_to_effect),
            lever.reason
        );
        rows.extend(lamp(lever.lamp, lever.lever.name(), &text, theme, columns));
    }
    if ready.levers.is_empty() {
        return rows;
    }
    let (fine, others): (Vec<&ReadyCheck>, Vec<_>) = ready
        .checks
        .iter()
        .partition(|check| check.lamp == Lamp::Ok);
    for check in others {
        // What to do about it is told by `coalmine ready`.
        let text = format!("{}: {}", check.name, check.reason);
        rows.extend(lamp(check.lamp, "", &text, theme, columns));
    }
    let verdict = if ready.is_proven() {
        "a lever is proven".to_owned()
    } else {
        "no lever is proven to work: `coalmine ready --probe` proves the flag".to_owned()
    };
    let noun = if fine.len() == 1 {
        "check is"
    } else {
        "checks are"
    };
    let text = format!("{} {noun} fine; {verdict}", fine.len());
    let lines = paint::wrap(&text, columns.saturating_sub(INDENT));
    rows.extend(
        lines
            .into_iter()
            .map(|line| Row::new().gap(INDENT).put(line, theme.style(Role::Faint))),
    );
    rows
}

fn lamp(lamp: Lamp, name: &str, text: &str, theme: &Theme, columns: usize) -> Vec<Row> {
    let (glyph, role) = match lamp {
        Lamp::Ok => ("●", Role::Good),
        Lamp::Warn => ("▲", Role::Warn),
        Lamp::Broken => ("✖", Role::Bad),
    };
    let lines = paint::wrap(text, columns.saturating_sub(INDENT));
    let row = |(index, line): (usize, String)| {
        let head = if index == 0 {
            Row::new().put(glyph, theme.style(role)).gap(1).cell(
                name,
                INDENT - 2,
                theme.style(Role::Strong),
            )
        } else {
            Row::new().gap(INDENT)
        };
        head.put(
            line,
            theme.style(if lamp == Lamp::Ok { Role::Muted } else { role }),
        )
    };
    lines.into_iter().enumerate().map(row).collect()
}
