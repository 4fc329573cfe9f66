//! The patterns of the lines as rows: how often, since when, how bad; those that are new since the stage changed stand out.
//! It counts nothing.

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::app::keymap::{Action, Scope};
use crate::app::log_pane::Pattern;
use crate::app::pointer::{Pane, Target};
use crate::domain::Timestamp;
use crate::domain::signal::format_count;
use crate::ui::format;
use crate::ui::paint::{self, Row};
use crate::ui::panel::{self, Look};
use crate::ui::theme::{Role, Theme};

use super::line;
use super::title;

/// Draws the list.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let logs = &model.logs;
    let since = new_since(model);
    let all = logs.patterns.newest_first();
    let new = all
        .iter()
        .filter(|p| since.is_some_and(|at| p.first >= at))
        .count();
    let look = Look::of(frame.area());
    let mut inside = panel::panel(
        frame,
        area,
        heading(model, (all.len(), new, since), theme),
        (look, Role::Border),
        theme,
    );
    let columns = usize::from(inside.width);
    header(columns, model, theme).draw(frame, panel::take_top(&mut inside, 1));
    if all.is_empty() {
        let row = Row::new()
            .gap(1)
            .put("no line yet", theme.style(Role::Faint));
        return row.draw(frame, inside);
    }
    let selected = all
        .iter()
        .position(|p| Some(p.number) == logs.pattern)
        .unwrap_or(0);
    let height = usize::from(inside.height);
    let skipped = (selected + 1).saturating_sub(height);
    let groups = title::groups(model);
    for ((index, pattern), target) in all.iter().enumerate().skip(skipped).zip(inside.rows()) {
        let is_new = since.is_some_and(|at| pattern.first >= at);
        let group = groups.get(usize::from(pattern.group));
        row(pattern, is_new, (model, group), columns, theme)
            .stands_for(Target::Row(Pane::Patterns, u64::from(pattern.number)))
            .draw(frame, target);
        if index == selected {
            panel::select(frame, target, theme);
        }
    }
    let below = all.len().saturating_sub(skipped + height);
    panel::more_below(frame, (area, look), below, theme);
}

/// Since when a pattern counts as new: the last stage change, if lines from before it were seen.
pub(in crate::ui) fn new_since(model: &Model) -> Option<Timestamp> {
    let stage = model.stage_since?;
    let first = model.logs.store().first_at()?;
    (first < stage || model.logs.store().forgotten() > 0).then_some(stage)
}

fn heading(
    model: &Model,
    (all, new, since): (usize, usize, Option<Timestamp>),
    theme: &Theme,
) -> Row {
    let row = Row::new()
        .put("patterns", theme.style(Role::Title))
        .gap(1)
        .put(format_count(all as f64), theme.style(Role::Faint));
    let dropped = model.logs.patterns.dropped();
    let row = if dropped > 0 {
        row.end(
            format!(
                "▲ {} not seen for long were dropped · ",
                format_count(dropped as f64)
            ),
            theme.style(Role::Warn),
        )
    } else {
        row
    };
    match since {
        Some(at) if new > 0 => row.end(
            format!(
                "{new} new since the stage changed {} ago",
                format::age(model.now, at)
            ),
            theme.style(Role::Warn),
        ),
        Some(at) => row.end(
            format!(
                "none new since the stage changed {} ago",
                format::age(model.now, at)
            ),
            theme.style(Role::Faint),
        ),
        None if model.stage_since.is_none() => row.end(
            "when the stage changed is not known",
            theme.style(Role::Faint),
        ),
        None => row.end(
            "the stage changed before the first line",
            theme.style(Role::Faint),
        ),
    }
}

fn header(columns: usize, model: &Model, theme: &Theme) -> Row {
    let open = model.keymap.said_in(Action::Open, &[Scope::Lists]);
    let faint = theme.style(Role::Faint);
    let row = Row::new().gap(5).figure("lines", 9, faint).gap(2);
    let row = row.cell("first", 7, faint).cell("last", 7, faint);
    let row = if columns >= 60 {
        row.cell("level", 6, faint)
    } else {
        row
    };
    row.put("pattern", faint)
        .end(format!("{open} shows its lines"), faint)
}

fn row(
    pattern: &Pattern,
    is_new: bool,
    (model, group): (&Model, Option<&(String, Role)>),
    columns: usize,
    theme: &Theme,
) -> Row {
    let (word, role) = line::level(pattern.level);
    let faint = theme.style(Role::Faint);
    let new = if is_new { "new" } else { "" };
    let mut row = Row::new()
        .gap(1)
        .cell(new, 4, theme.style(Role::Accent))
        .figure(
            format_count(pattern.count as f64),
            9,
            theme.style(Role::Strong),
        )
        .gap(2)
        .cell(format::age(model.now, pattern.first), 7, faint)
        .cell(format::age(model.now, pattern.last), 7, faint);
    if columns >= 60 {
        row = row.cell(word, 6, theme.style(role));
    }
    if let Some((name, role)) = group {
        row = row.cell(name, 12, theme.style(*role)).gap(1);
    }
    let room = columns.saturating_sub(row.width());
    row.put(
        paint::clip(&paint::safe(line::near(&pattern.text, room)), room),
        theme.style(Role::Text),
    )
}
