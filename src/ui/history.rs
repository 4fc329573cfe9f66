//! The flag's versions: who, when, what it said; below, what the selected one changed against its predecessor.

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::app::pointer::{Pane, Target};
use crate::domain::flag::Flag;
use crate::domain::lever::Version;

use super::paint::{self, Row};
use super::panel::{self, Look};
use super::theme::{Role, Theme};
use super::{diff, exposure, format};

/// Draws the screen.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let versions = model.history.value.as_deref().unwrap_or_default();
    let mut body = area;
    let rows = (versions.len() as u16)
        .saturating_add(3)
        .clamp(4, (area.height / 2).max(4));
    list(frame, panel::take_top(&mut body, rows), model, theme);
    if !versions.is_empty() {
        changes(frame, body, model, theme);
    }
}

fn list(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let look = Look::of(frame.area());
    let mut title = Row::new().put("history", theme.style(Role::Title));
    title = match (&model.history.fault, model.history.at) {
        (Some(fault), _) => title.end(
            format!("▲ {}", format::fault(fault)),
            theme.style(Role::Warn),
        ),
        (None, Some(at)) => title.end(
            format!("read {} ago", format::age(model.now, at)),
            theme.style(Role::Faint),
        ),
        (None, None) => title,
    };
    let inside = panel::panel(frame, area, title, (look, Role::Border), theme);
    let mut inside = panel::indent(inside, 1);
    let Some(versions) = model
        .history
        .value
        .as_deref()
        .filter(|versions| !versions.is_empty())
    else {
        let (text, role) = match &model.history.fault {
            Some(fault) => (format!("? {}  {}", fault.text, fault.hint), Role::Unknown),
            None if model.history.value.is_some() => {
                ("no version is known".to_owned(), Role::Faint)
            }
            None => ("reading".to_owned(), Role::Faint),
        };
        return Row::new().put(text, theme.style(role)).draw(frame, inside);
    };
    let faint = theme.style(Role::Faint);
    Row::new()
        .cell("version", 9, faint)
        .cell("when (UTC)", 21, faint)
        .cell("by", 18, faint)
        .cell("flag", 20, faint)
        .put("labels", faint)
        .draw(frame, panel::take_top(&mut inside, 1));
    let selected = model.selected.min(versions.len().saturating_sub(1));
    let height = usize::from(inside.height).max(1);
    let skipped = (selected + 1).saturating_sub(height);
    let shown = versions.iter().enumerate().skip(skipped);
    for ((index, version), line) in shown.zip(inside.rows()) {
        row(version, versions.get(index + 1), model, theme)
            .stands_for(Target::Row(Pane::History, index as u64))
            .draw(frame, line);
        if index == selected {
            panel::select(frame, line, theme);
        }
    }
    let below = versions.len().saturating_sub(skipped + height);
    panel::more_below(frame, (area, look), below, theme);
}

fn row(version: &Version, before: Option<&Version>, model: &Model, theme: &Theme) -> Row {
    let when = version
        .at
        .map_or_else(|| "unknown".to_owned(), format::date_time);
    let who = format::who(version.by.as_deref(), model.identity.value.as_ref());
    let (flag, role) = says(version, before, model);
    Row::new()
        .cell(
            exposure::revision(&version.revision.0),
            9,
            theme.style(Role::Strong),
        )
        .cell(when, 21, theme.style(Role::Muted))
        .cell(who, 17, theme.style(Role::Text))
        .gap(1)
        .cell(flag, 19, theme.style(role))
        .gap(1)
        .put(version.labels.join(", "), theme.style(Role::Accent))
}

/// What a version says, and how its predecessor differs.
pub(super) fn says(version: &Version, before: Option<&Version>, model: &Model) -> (String, Role) {
    let parse = |version: &Version| Flag::parse(&version.text, &model.spec.flag.shape);
    let words = |flag: &Flag| {
        if flag.enabled {
            flag.rollout_percentage.to_string()
        } else {
            "OFF".to_owned()
        }
    };
    let Ok(flag) = parse(version) else {
        return ("✖ not valid".to_owned(), Role::Bad);
    };
    let old = before.and_then(|before| parse(before).ok());
    match old {
        Some(old) if words(&old) != words(&flag) => {
            (format!("{} ▸ {}", words(&old), words(&flag)), Role::Canary)
        }
        _ => (words(&flag), Role::Muted),
    }
}

fn changes(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let versions = model.history.value.as_deref().unwrap_or_default();
    let selected = model.selected.min(versions.len().saturating_sub(1));
    let Some(version) = versions.get(selected) else {
        return;
    };
    let name = exposure::revision(&version.revision.0);
    let before = versions.get(selected + 1);
    let title = match before {
        Some(before) => format!("{name} against {}", exposure::revision(&before.revision.0)),
        None => format!("{name}, the oldest that is known"),
    };
    let look = Look::of(frame.area());
    let title = Row::new().put(title, theme.style(Role::Title));
    let inside = panel::panel(frame, area, title, (look, Role::Border), theme);
    let lines = match before {
        Some(before) => diff::between(&before.text, &version.text),
        None => diff::between("", &version.text),
    };
    let columns = usize::from(inside.width);
    let mut rows = diff::rows(&lines, theme, columns);
    if rows.is_empty() {
        rows.push(
            Row::new()
                .gap(2)
                .put("the same text", theme.style(Role::Faint)),
        );
    }
    let (_, below) = paint::rows(frame, inside, rows, 0);
    panel::more_below(frame, (area, look), below, theme);
}
