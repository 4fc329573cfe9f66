//! Log lines, said: the newest ones, their patterns, the bookmarks. It selects nothing.

use crate::app::Model;
use crate::app::log_pane::{LineView, Spot, Way};
use crate::domain::log::Level;
use crate::domain::signal::format_count;
use crate::ui::{format, logs as rows};

use super::{safe, status};

/// Log lines are said in at most so many bytes each; the whole of one is in the logs themselves.
const LINE: usize = 2000;
/// Patterns that are said.
const PATTERNS: usize = 40;

/// The newest lines that pass the filter, the oldest of them first.
pub(super) fn logs(model: &Model, count: usize) -> Vec<String> {
    let logs = &model.logs;
    let mut spots: Vec<Spot> = Vec::new();
    let mut next = logs.newest();
    while let Some(spot) = next.filter(|_| spots.len() < count) {
        spots.push(spot);
        next = logs.next_shown(spot, Way::Older);
    }
    let filter = logs.filter.text();
    let of = if filter.is_empty() {
        String::new()
    } else {
        format!(" with {filter}; logs all shows all again")
    };
    let mut lines = vec![format!("Last {} log lines{of}:", spots.len())];
    if let Some(fault) = &model.tail.fault {
        lines.push(format!("  Logs not read: {}", status::fault_words(fault)));
    }
    for spot in spots.into_iter().rev() {
        lines.extend(logs.store().line(spot).map(|line| said(model, &line)));
    }
    lines
}

/// One line: when, how bad, whose, what.
fn said(model: &Model, line: &LineView<'_>) -> String {
    let level = match line.level {
        Some(Level::Error) => " ERROR",
        Some(Level::Warn) => " WARN",
        _ => "",
    };
    let cohort = line
        .cohort
        .map_or_else(String::new, |cohort| format!(" {}", cohort.word()));
    let marked = if line.is_marked { " bookmarked" } else { "" };
    let parsed = model.line_reader.parse(line.message);
    let message = if parsed.message.is_empty() {
        line.message
    } else {
        &parsed.message
    };
    let message = message
        .get(..message.floor_char_boundary(LINE))
        .unwrap_or_default();
    let at = format::clock(line.at);
    format!("  {at}{level}{cohort}{marked} {}", safe(message.trim_end()))
}

/// The bookmarked lines, the oldest first.
pub(super) fn marks(model: &Model) -> Vec<String> {
    let logs = &model.logs;
    let mut spots: Vec<Spot> = Vec::new();
    let mut next = logs.next_marked(logs.store().end(), Way::Older);
    while let Some(spot) = next {
        spots.push(spot);
        next = logs.next_marked(spot, Way::Older);
    }
    let (all, shown) = (logs.store().marked(), spots.len());
    let mut lines = vec![match (all, shown) {
        (0, _) => "No log line is bookmarked; mark TEXT does that.".to_owned(),
        (all, shown) if all > shown => {
            format!("{shown} of {all} bookmarks pass the filter; logs all shows all again:")
        }
        (1, _) => "1 bookmark:".to_owned(),
        (all, _) => format!("{all} bookmarks:"),
    }];
    for spot in spots.into_iter().rev() {
        lines.extend(logs.store().line(spot).map(|line| said(model, &line)));
    }
    lines
}

/// The patterns, the one that appeared last first.
pub(super) fn patterns(model: &Model) -> Vec<String> {
    let all = model.logs.patterns.newest_first();
    let since = rows::new_since(model);
    let mut lines = vec![format!(
        "{} patterns of log lines, the newest first; logs pattern:N reads one's lines:",
        all.len()
    )];
    for pattern in all.iter().take(PATTERNS) {
        let is_new = since.is_some_and(|at| pattern.first >= at);
        let new = if is_new {
            "new since the stage changed, "
        } else {
            ""
        };
        let lines_word = if pattern.count == 1 { "line" } else { "lines" };
        let level = match pattern.level {
            Some(Level::Error) => "ERROR, ",
            Some(Level::Warn) => "WARN, ",
            _ => "",
        };
        let text = pattern
            .text
            .get(..pattern.text.floor_char_boundary(LINE))
            .unwrap_or_default();
        lines.push(format!(
            "  {}: {new}{level}{} {lines_word}, first {} ago, last {} ago: {}",
            pattern.number,
            format_count(pattern.count as f64),
            format::age(model.now, pattern.first),
            format::age(model.now, pattern.last),
            safe(text.trim_end())
        ));
    }
    if all.len() > PATTERNS {
        lines.push(format!("  and {} older ones", all.len() - PATTERNS));
    }
    lines
}
