//! Before and after a stage change in words: both medians, and what changed. It draws no chart.

use crate::app::chart_pane::Course;
use crate::domain::Timestamp;
use crate::domain::signal::{SignalSpec, difference, format_value, median};
use crate::ui::paint::Row;
use crate::ui::theme::{Role, Theme};

/// The medians of the complete periods on both sides, and the difference.
pub(super) fn words(
    spec: &SignalSpec,
    course: &Course<'_>,
    ((change, end), now): ((Timestamp, Timestamp), Timestamp),
    theme: &Theme,
) -> Row {
    let length = end.since(change);
    // The period in which the stage changed belongs to neither side.
    let before = course
        .between(change - length, change)
        .iter()
        .filter(|point| point.at + course.period <= change);
    let after = course
        .between(change, end)
        .iter()
        .filter(|point| point.at + course.period <= now);
    let before = median(before.map(|point| point.value));
    let after = median(after.map(|point| point.value));
    let side = |row: Row, word: &str, value: Option<f64>, role: Role| {
        let row = row.put(format!("{word} "), theme.style(Role::Faint));
        match value {
            Some(value) => row.put(format_value(spec.unit, value), theme.style(role)),
            None => row.put("no data", theme.style(Role::Unknown)),
        }
    };
    let row = side(Row::new(), "median before", before, Role::Muted);
    let row = side(row.gap(2), "after", after, Role::Strong).gap(2);
    match (before, after) {
        (Some(before), Some(after)) => row.put(
            difference(spec.unit, before, after),
            theme.style(Role::Accent),
        ),
        _ => row,
    }
}
