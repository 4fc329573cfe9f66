//! What the cursor reads at its minute: value, limit and samples of a signal, and which stage was in force. It moves nothing.

use crate::app::Model;
use crate::app::chart_pane::{Course, stage_at};
use crate::app::keymap::{Action, Charting};
use crate::domain::Timestamp;
use crate::domain::signal::{SignalSpec, format_bound, format_count, format_span, format_value};
use crate::ui::format;
use crate::ui::paint::Row;
use crate::ui::theme::{Role, Theme};

/// A signal at the cursor; a gap is called one.
pub(super) fn value(spec: &SignalSpec, course: &Course<'_>, at: Timestamp, theme: &Theme) -> Row {
    let row = Row::new()
        .put(format::minute(at), theme.style(Role::Focus))
        .gap(1);
    let Some(point) = course.at(at) else {
        return row.put("no data", theme.style(Role::Unknown));
    };
    let past = [
        (spec.act, Role::Bad, "past act"),
        (spec.warn, Role::Warn, "past warn"),
    ]
    .into_iter()
    .find_map(|(limit, role, words)| {
        limit
            .filter(|limit| limit.is_past(point.value))
            .map(|limit| (role, words, limit))
    });
    let next = spec
        .warn
        .or(spec.act)
        .map(|limit| (Role::Faint, "limit", limit));
    let role = past.map_or(Role::Strong, |(role, _, _)| role);
    let mut row = row.put(format_value(spec.unit, point.value), theme.style(role));
    if let Some((role, words, limit)) = past.or(next) {
        let text = format!(" {words} {}", format_bound(spec.unit, limit.value));
        row = row.put(text, theme.style(role));
    }
    match point.samples {
        Some(samples) => row.put(
            format!(" · n {}", format_count(samples)),
            theme.style(Role::Faint),
        ),
        None => row,
    }
}

/// The line about the cursor: its minute, its age, the stage that was in force and for how long, and where it leads.
pub(super) fn line(model: &Model, theme: &Theme) -> Row {
    let faint = theme.style(Role::Faint);
    if model.charts.compares {
        return Row::new().put(
            "dots before, line after the change; both at the same time since their beginning",
            faint,
        );
    }
    let Some(at) = model.minute else {
        let earlier = model.keymap.said(Action::Chart(Charting::Earlier));
        let later = model.keymap.said(Action::Chart(Charting::Later));
        let text = format!(
            "{earlier} {later} put a cursor on every chart and read the values of that minute"
        );
        return Row::new().put(text, faint);
    };
    let row = Row::new()
        .put("┃ ", theme.style(Role::Focus))
        .put(
            format!("{} UTC", format::minute(at)),
            theme.style(Role::Strong),
        )
        .put(
            format!("  {} ago", format_span(model.now.since(at))),
            theme.style(Role::Muted),
        )
        .gap(2);
    let row = match stage_at(model, at) {
        Some((share, since)) => row
            .put("stage ", theme.style(Role::Muted))
            .put(format!("{share}"), theme.style(Role::Canary))
            .put(
                format!(", in force for {} then", format_span(at.since(since))),
                theme.style(Role::Muted),
            ),
        None => row.put("stage not known", theme.style(Role::Unknown)),
    };
    let seen = at >= model.now - model.charts.window.span();
    let end = if seen {
        format!(
            "{} logs",
            model.keymap.key_of(Action::Chart(Charting::Logs))
        )
    } else {
        "earlier than what is shown".to_owned()
    };
    row.end(end, faint)
}
