//! Why the verdict is what it is: every rule, gate and alarm with its inputs, grouped, what was so before the stage change apart.

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::domain::verdict::{Advice, Check, CheckKind, CheckState, Recommendation};

use super::format;
use super::paint::{self, Row};
use super::panel::{self, Look};
use super::theme::{Role, Theme};
use super::verdict;

/// Draws the screen.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let look = Look::of(frame.area());
    let judged = format!("judged {}Z", format::clock(model.verdict.at));
    let title = Row::new()
        .put("why", theme.style(Role::Title))
        .end(judged, theme.style(Role::Faint));
    let inside = panel::panel(frame, area, title, (look, Role::Border), theme);
    let inside = panel::indent(inside, 1);
    let rows = rows(model, theme, usize::from(inside.width));
    let (_, below) = paint::rows(frame, inside, rows, model.scroll);
    panel::more_below(frame, (area, look), below, theme);
}

/// Everything that the screen lists.
pub(super) fn rows(model: &Model, theme: &Theme, columns: usize) -> Vec<Row> {
    let mut rows = recommended(model, theme, columns);
    for (kind, title) in [
        (CheckKind::Rule, "rules of the decision matrix"),
        (CheckKind::Gate, "gates of a raise"),
        (CheckKind::Alarm, "alarms"),
    ] {
        rows.extend(group(kind, title, model, theme, columns));
    }
    rows
}

fn recommended(model: &Model, theme: &Theme, columns: usize) -> Vec<Row> {
    let (mark, role) = verdict::look(model.verdict.decision);
    let word = format!(" {mark} {} ", model.verdict.decision.word());
    let advice = match &model.verdict.recommend {
        Some(Recommendation::Disable) => "turn the feature off".to_owned(),
        Some(Recommendation::Reduce { to, why: Some(why) }) => format!("back to {to}: {why}"),
        Some(Recommendation::Reduce { to, why: None }) => format!("back to {to}"),
        Some(Recommendation::Raise(to)) => format!("go on to {to}"),
        Some(Recommendation::Investigate(what)) => format!("look into it: {what}"),
        None => "nothing to do".to_owned(),
    };
    let mut rows = vec![
        Row::new()
            .put(word, theme.style(role))
            .gap(1)
            .put(advice, theme.style(Role::Strong)),
    ];
    for reason in &model.verdict.reasons {
        let text = paint::wrap(&reason.text, columns.saturating_sub(4));
        for (index, line) in text.into_iter().enumerate() {
            let mark = if index == 0 { "· " } else { "  " };
            rows.push(
                Row::new()
                    .gap(2)
                    .put(mark, theme.style(Role::Faint))
                    .put(line, theme.style(Role::Text)),
            );
        }
    }
    rows
}

fn group(kind: CheckKind, title: &str, model: &Model, theme: &Theme, columns: usize) -> Vec<Row> {
    let mut checks: Vec<&Check> = model
        .verdict
        .checks
        .iter()
        .filter(|check| check.kind == kind)
        .collect();
    if checks.is_empty() {
        return Vec::new();
    }
    checks.sort_by_key(|check| (check.before_stage, rank(check.state)));
    let mut rows = vec![Row::new(), Row::new().put(title, theme.style(Role::Title))];
    let name = checks
        .iter()
        .map(|check| paint::width(&paint::safe(&check.name)))
        .max()
        .unwrap_or(0);
    let name = name.clamp(8, (columns * 2 / 5).max(8));
    for check in checks {
        rows.extend(block(check, theme, columns, name));
    }
    rows
}

fn block(check: &Check, theme: &Theme, columns: usize, name: usize) -> Vec<Row> {
    let (glyph, role, word) = look(check);
    let advice = match check.advice {
        Some(Advice::Disable) => "disable".to_owned(),
        Some(Advice::ReduceTo(to)) => format!("reduce to {to}"),
        Some(Advice::Investigate) => "investigate".to_owned(),
        None => String::new(),
    };
    let mut text = check.text.clone();
    if check.before_stage && !text.contains("before") {
        text.push_str(" (was so before the stage change)");
    }
    let head = Row::new()
        .gap(1)
        .put(glyph, theme.style(role))
        .gap(1)
        .cell(&check.name, name, theme.style(Role::Text))
        .gap(1)
        .cell(word, 8, theme.style(role));
    let indent = head.width();
    let end = if columns >= 70 {
        paint::width(&advice) + 2
    } else {
        0
    };
    let text_role = if check.state == CheckState::Firing {
        Role::Text
    } else {
        Role::Muted
    };
    let lines = paint::wrap(&text, columns.saturating_sub(indent + end).max(12));
    let mut rows = Vec::new();
    for (index, line) in lines.into_iter().enumerate() {
        let row = if index == 0 {
            head.clone()
        } else {
            Row::new().gap(indent)
        };
        let row = row.put(line, theme.style(text_role));
        let shows_advice = index == 0 && end > 2;
        rows.push(if shows_advice {
            row.end(&advice, theme.style(Role::Faint))
        } else {
            row
        });
    }
    if rows.is_empty() {
        rows.push(head);
    }
    rows
}

fn look(check: &Check) -> (&'static str, Role, &'static str) {
    match (check.state, check.kind) {
        (CheckState::Clear, CheckKind::Gate) => ("✔", Role::Good, "open"),
        (CheckState::Clear, _) => ("●", Role::Good, "clear"),
        (CheckState::NotApplicable, _) => ("○", Role::Faint, "n/a"),
        (CheckState::Unknown, _) => ("?", Role::Unknown, "unknown"),
        (CheckState::Pending, _) => ("▲", Role::Warn, "pending"),
        (CheckState::Firing, _) if check.before_stage => ("▲", Role::Warn, "before"),
        (CheckState::Firing, CheckKind::Gate) => ("✖", Role::Bad, "shut"),
        (CheckState::Firing, _) => ("✖", Role::Bad, "fires"),
    }
}

fn rank(state: CheckState) -> u8 {
    match state {
        CheckState::Firing => 0,
        CheckState::Pending => 1,
        CheckState::Unknown => 2,
        CheckState::Clear => 3,
        CheckState::NotApplicable => 4,
    }
}
