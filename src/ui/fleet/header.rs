//! The header of the list of rollouts: how many are of which class, what the console's reads cost, what the budget slows down.

use ratatui::layout::Rect;

use super::{CLASSES, look};
use crate::app::fleet::Fleet;
use crate::app::spending::Spending;
use crate::domain::Timestamp;
use crate::domain::signal::format_span;
use crate::ui::canvas::Frame;
use crate::ui::format;
use crate::ui::paint::Row;
use crate::ui::theme::{Role, Theme};

/// Draws the header of the list.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, fleet: &Fleet, theme: &Theme) {
    let mut row = Row::new()
        .gap(1)
        .put("coalmine", theme.style(Role::Faint))
        .gap(2)
        .put(
            format!("{} rollouts", fleet.standings.len()),
            theme.style(Role::Strong),
        );
    if fleet.read_only {
        row = row.gap(2).put(" READ-ONLY ", theme.style(Role::Stage));
    }
    let now = format!("{}Z ", format::clock(fleet.now));
    let wide = area.width >= 100;
    let cost = cost(&fleet.spending, fleet.budget, fleet.now, wide);
    let slowed = fleet.slowed().map(|every| {
        let every = format_span(every);
        if wide {
            format!("▲ budget: signals every {every}  ")
        } else {
            format!("▲ every {every}  ")
        }
    });
    let end = Row::new()
        .end(slowed.unwrap_or_default(), theme.style(Role::Warn))
        .end(cost, theme.style(Role::Muted))
        .end("  ", theme.style(Role::Muted))
        .end(now, theme.style(Role::Muted));
    // In words where there is room for them.
    let long = row
        .clone()
        .join(counts(fleet, theme, true))
        .join(end.clone());
    let fitting = if long.fits(usize::from(area.width)) {
        long
    } else {
        row.join(counts(fleet, theme, false)).join(end)
    };
    fitting.draw(frame, area);
}

/// How many rollouts are of which class, in words or as glyphs.
fn counts(fleet: &Fleet, theme: &Theme, words: bool) -> Row {
    let mut row = Row::new();
    for class in CLASSES {
        let number = fleet.standings.iter().filter(|s| s.class == class).count();
        if number == 0 {
            continue;
        }
        let (mark, role) = look(class);
        let gap = if words && row.width() > 0 {
            " · "
        } else {
            "  "
        };
        let text = if words {
            format!("{number} {}", class.word())
        } else {
            format!("{mark} {number}")
        };
        row = row
            .put(gap, theme.style(Role::Faint))
            .put(text, theme.style(role));
    }
    row
}

/// What the console's own reads come to: calls a minute, dollars an hour against the budget.
pub(in crate::ui) fn cost(spending: &Spending, budget: f64, now: Timestamp, long: bool) -> String {
    if spending.is_empty() {
        return String::new();
    }
    let (calls, dollars) = (
        spending.calls_per_minute(now),
        spending.dollars_per_hour(now),
    );
    if long {
        format!("{calls:.0} calls/min · ${dollars:.2}/h of ${budget:.2}")
    } else {
        format!("${dollars:.2}/h")
    }
}
