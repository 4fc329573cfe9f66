//! Sheets that show one thing in full: a log event, an alarm with its history.

use crate::app::Model;
use crate::app::model::Feed;
use crate::domain::alarm::{Alarm, AlarmChange, AlarmState, earliest_fire, m_of_n};
use crate::domain::signal::format_span;
use crate::ui::paint::{self, Row};
use crate::ui::theme::{Role, Theme};
use crate::ui::{alarms, format};

use super::{Sheet, labelled};

/// History entries that are shown.
const CHANGES: usize = 20;

/// One log event: every line behind the gutter.
pub(super) fn event(
    (title, text, scroll): (&str, &str, usize),
    theme: &Theme,
    columns: usize,
) -> Sheet {
    let body = paint::wrap(text, columns.saturating_sub(2))
        .into_iter()
        .map(|line| {
            Row::new()
                .put("▎ ", theme.style(Role::Gutter))
                .put(line, theme.style(Role::Text))
        })
        .collect();
    let title = paint::clip(&paint::safe(title), columns.saturating_sub(2));
    Sheet {
        title: Row::new().put(title, theme.style(Role::Title)),
        body,
        scroll,
        ..Sheet::default()
    }
}

/// One alarm with its history.
pub(super) fn alarm(
    (name, history, scroll): (&str, &Feed<Vec<AlarmChange>>, usize),
    model: &Model,
    theme: &Theme,
    columns: usize,
) -> Sheet {
    let alarm = model
        .alarms
        .value
        .as_ref()
        .and_then(|batch| batch.alarms.iter().find(|alarm| alarm.name == name));
    let mut body = match alarm {
        Some(alarm) => facts(alarm, model, theme, columns),
        None => vec![Row::new().put("? not found in CloudWatch", theme.style(Role::Unknown))],
    };
    body.push(Row::new());
    body.push(Row::new().put(format!("last {CHANGES} changes"), theme.style(Role::Title)));
    body.extend(changes(history, theme, columns));
    Sheet {
        title: Row::new().put(name, theme.style(Role::Title)),
        body,
        scroll,
        ..Sheet::default()
    }
}

fn facts(alarm: &Alarm, model: &Model, theme: &Theme, columns: usize) -> Vec<Row> {
    let (glyph, role, word) = alarms::look(&alarm.state);
    let since = alarm.since.map_or_else(String::new, |at| {
        format!(
            " for {} (since {}Z)",
            format_span(model.now.since(at)),
            format::date_time(at)
        )
    });
    let mut rows = labelled(
        "state",
        &format!("{glyph} {word}{since}"),
        role,
        theme,
        columns,
    );
    let mut line = |label: &str, text: &str, role: Role| {
        if !text.is_empty() {
            rows.extend(labelled(label, text, role, theme, columns));
        }
    };
    line("reason", &alarm.reason, Role::Text);
    line("watches", &alarm.watches, Role::Text);
    line(
        "fires after",
        &format!("{} over the threshold", m_of_n(alarm)),
        Role::Text,
    );
    line("no data", missing_data(alarm), Role::Text);
    let earliest = match (&alarm.state, earliest_fire(alarm, model.now)) {
        (AlarmState::Alarm, _) => "it is in ALARM".to_owned(),
        (_, Some(at)) => format!(
            "{}Z, in {}, if trouble began now",
            format::clock(at),
            format_span(at.since(model.now))
        ),
        (_, None) => "not known".to_owned(),
    };
    line("earliest", &earliest, Role::Text);
    let actions = match (alarm.actions_enabled, alarm.alarm_actions) {
        (false, n) => format!("{n}, switched off"),
        (true, n) => format!("{n}, on"),
    };
    line("actions", &actions, Role::Text);
    line("about", &alarm.description, Role::Muted);
    if let Some(helpless) = model.helpless.get(&alarm.name) {
        line("cannot help", helpless, Role::Unknown);
    }
    rows
}

fn missing_data(alarm: &Alarm) -> &str {
    match alarm.missing_data.as_deref() {
        Some("notBreaching") => "counts as inside the threshold (notBreaching)",
        Some("breaching") => "counts as over the threshold (breaching)",
        Some("ignore") => "keeps the state that it has (ignore)",
        Some("missing") | None => "no state can be told: INSUFFICIENT_DATA (missing)",
        Some(other) => other,
    }
}

fn changes(history: &Feed<Vec<AlarmChange>>, theme: &Theme, columns: usize) -> Vec<Row> {
    if let Some(fault) = &history.fault {
        let text = format!("? {}: {}  {}", fault.what, fault.text, fault.hint);
        return super::paragraph(&text, Role::Unknown, theme, columns);
    }
    let Some(changes) = &history.value else {
        return vec![Row::new().put("reading", theme.style(Role::Faint))];
    };
    if changes.is_empty() {
        return vec![Row::new().put("none is known", theme.style(Role::Faint))];
    }
    let row = |change: &AlarmChange| {
        let alarming = change.summary.contains("to ALARM");
        let role = if alarming { Role::Bad } else { Role::Text };
        Row::new()
            .cell(format::date_time(change.at), 20, theme.style(Role::Muted))
            .gap(1)
            .cell(&change.kind, 20, theme.style(Role::Faint))
            .gap(1)
            .put(&change.summary, theme.style(role))
    };
    changes.iter().take(CHANGES).map(row).collect()
}
