//! The alarms: compact on the home screen, worst first; on their own screen in the order of the config, with what each watches.

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::app::pointer::{Pane, Target};
use crate::domain::alarm::{Alarm, AlarmState, m_of_n, worst_first};
use crate::domain::rollout::AlarmsSpec;
use crate::domain::signal::format_span;

use super::format;
use super::paint::{self, Row};
use super::panel::{self, Look};
use super::signals;
use super::theme::{Role, Theme};

/// Columns from which on an alarm's course stands beside it, and those that it takes.
const BESIDE: usize = 96;
const COURSE: usize = 30;

/// How much a label says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Words {
    /// Words.
    Long,
    /// Glyphs.
    Short,
}

/// How a state looks: glyph, role, word.
pub(super) fn look(state: &AlarmState) -> (&'static str, Role, String) {
    match state {
        AlarmState::Ok => ("●", Role::Good, "OK".to_owned()),
        AlarmState::Alarm => ("✖", Role::Bad, "ALARM".to_owned()),
        AlarmState::InsufficientData => ("?", Role::Unknown, "no data".to_owned()),
        AlarmState::Unknown(word) => ("?", Role::Unknown, word.clone()),
    }
}

/// The panel's right label: how many are in which state, or why that is not known.
pub(super) fn label(model: &Model, theme: &Theme, words: Words) -> Row {
    if let Some(fault) = &model.alarms.fault {
        let age = model.alarms.at.map_or_else(String::new, |at| {
            format!(" · {} old", format::age(model.now, at))
        });
        let text = format!("▲ {}{age}", format::fault(fault));
        return Row::new().put(text, theme.style(Role::Warn));
    }
    let Some(batch) = &model.alarms.value else {
        let word = match model.spec.alarms {
            AlarmsSpec::None => "none",
            AlarmsSpec::Names(_) | AlarmsSpec::Prefix(_) => "reading",
        };
        return Row::new().put(word, theme.style(Role::Faint));
    };
    let count =
        |wanted: fn(&AlarmState) -> bool| batch.alarms.iter().filter(|a| wanted(&a.state)).count();
    let firing = count(|state| *state == AlarmState::Alarm);
    let ok = count(|state| *state == AlarmState::Ok);
    let rest = batch.alarms.len().saturating_sub(firing + ok) + batch.missing.len();
    let counts = [
        (firing, "✖", "ALARM", Role::Bad),
        (rest, "?", "unknown", Role::Unknown),
        (ok, "●", "OK", Role::Muted),
    ];
    let mut row = Row::new();
    for (number, glyph, word, role) in counts.into_iter().filter(|count| count.0 > 0) {
        let (gap, text) = match words {
            Words::Long => (" · ", format!("{number} {word}")),
            Words::Short => ("  ", format!("{glyph} {number}")),
        };
        let gap = if row.width() > 0 { gap } else { "" };
        row = row
            .put(gap, theme.style(Role::Faint))
            .put(text, theme.style(role));
    }
    row
}

/// Draws the compact list.
pub(super) fn draw_compact(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let area = panel::indent(area, 1);
    let Some(batch) = &model.alarms.value else {
        let text = match &model.alarms.fault {
            Some(fault) => fault.hint.clone(),
            None if model.spec.alarms == AlarmsSpec::None => "no alarm is configured".to_owned(),
            None => "not read yet".to_owned(),
        };
        return Row::new()
            .put(text, theme.style(Role::Faint))
            .draw(frame, area);
    };
    let cut = prefix(model);
    let room = usize::from(area.height);
    let columns = usize::from(area.width);
    let mut rows: Vec<Row> = batch
        .missing
        .iter()
        .map(|name| {
            Row::new()
                .put("? ", theme.style(Role::Unknown))
                .put(shortened(name, cut), theme.style(Role::Text))
                .end("not found", theme.style(Role::Unknown))
        })
        .collect();
    let firing = batch
        .alarms
        .iter()
        .filter(|alarm| alarm.state == AlarmState::Alarm)
        .count();
    let alarms = worst_first(&batch.alarms)
        .into_iter()
        .map(|alarm| compact(alarm, model, theme, (cut, columns)));
    for (index, row) in alarms.enumerate() {
        rows.insert(if index < firing { index } else { rows.len() }, row);
    }
    let hidden = rows.len().saturating_sub(room);
    if hidden > 0 && room > 0 {
        rows.truncate(room - 1);
        let more = format!("  {} more", hidden + 1);
        rows.push(Row::new().put(more, theme.style(Role::Faint)));
    }
    paint::rows(frame, area, rows, 0);
}

fn compact(alarm: &Alarm, model: &Model, theme: &Theme, (cut, columns): (usize, usize)) -> Row {
    let (glyph, role, word) = look(&alarm.state);
    let calm = alarm.state == AlarmState::Ok;
    let since = alarm.since.map_or_else(String::new, |at| {
        if calm {
            format::age(model.now, at)
        } else {
            format_span(model.now.since(at))
        }
    });
    let name_role = if calm { Role::Text } else { Role::Strong };
    let row = Row::new()
        .put(glyph, theme.style(role))
        .gap(1)
        .put(shortened(&alarm.name, cut), theme.style(name_role));
    if calm && model.helpless.contains_key(&alarm.name) {
        return row.end("OK, cannot help", theme.style(Role::Unknown));
    }
    let state = if columns >= 36 {
        format!("{word:>7} {since:>7}")
    } else {
        format!("{word} {since}")
    };
    let word_role = if calm { Role::Faint } else { role };
    row.end(state, theme.style(word_role))
}

fn prefix(model: &Model) -> usize {
    model.alarms.value.as_ref().map_or(0, |batch| {
        let names = batch.alarms.iter().map(|alarm| alarm.name.as_str());
        format::common_prefix(names.chain(batch.missing.iter().map(String::as_str)))
    })
}

fn shortened(name: &str, cut: usize) -> &str {
    name.get(cut..)
        .filter(|rest| !rest.is_empty())
        .unwrap_or(name)
}

/// Draws the alarms' own screen.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let title = Row::new()
        .put("alarms", theme.style(Role::Title))
        .join(label(model, theme, Words::Long).into_end());
    let look = Look::of(frame.area());
    let inside = panel::panel(frame, area, title, (look, Role::Border), theme);
    let inside = panel::indent(inside, 1);
    let Some(batch) = &model.alarms.value else {
        return draw_compact(frame, inside, model, theme);
    };
    let columns = usize::from(inside.width);
    let mut blocks: Vec<Vec<Row>> = batch
        .alarms
        .iter()
        .map(|alarm| block(alarm, model, theme, columns))
        .collect();
    blocks.extend(batch.missing.iter().map(|name| vec![missing(name, theme)]));
    for (index, block) in blocks.iter_mut().enumerate() {
        let target = Target::Row(Pane::Alarms, index as u64);
        let rows = std::mem::take(block).into_iter();
        *block = rows.map(|row| row.stands_for(target)).collect();
    }
    let selected = model.selected.min(blocks.len().saturating_sub(1));
    let start: usize = blocks.iter().take(selected).map(Vec::len).sum();
    let height = blocks.get(selected).map_or(0, Vec::len);
    let room = usize::from(inside.height);
    // Where not even one alarm fits whole, its first row is what shows.
    let scroll = (start + height).saturating_sub(room).min(start);
    let rows: Vec<Row> = blocks.into_iter().flatten().collect();
    if rows.is_empty() {
        Row::new()
            .put("no alarm is watched", theme.style(Role::Faint))
            .draw(frame, inside);
        return;
    }
    let (above, _) = paint::rows(frame, inside, rows, scroll);
    for line in inside
        .rows()
        .skip(start.saturating_sub(above))
        .take(height.min(1))
    {
        panel::select(frame, line, theme);
    }
}

fn missing(name: &str, theme: &Theme) -> Row {
    Row::new()
        .put("? ", theme.style(Role::Unknown))
        .put(name, theme.style(Role::Strong))
        .end(
            "not found in CloudWatch: it cannot help",
            theme.style(Role::Unknown),
        )
}

/// The course of the signal that an alarm watches, under its name.
fn course(alarm: &Alarm, model: &Model, theme: &Theme) -> Row {
    let spec = signals::of_alarm(model, alarm);
    let Some((spec, reading)) = spec.and_then(|spec| Some((spec, signals::reading(model, spec)?)))
    else {
        return Row::new();
    };
    let bars = signals::course(spec, reading, model, (COURSE, theme));
    Row::new()
        .put(&spec.title, theme.style(Role::Faint))
        .gap(1)
        .put(bars, theme.style(Role::Spark))
}

/// The rows of one alarm: state; what it watches; why it is in its state; what keeps it from helping.
fn block(alarm: &Alarm, model: &Model, theme: &Theme, columns: usize) -> Vec<Row> {
    let (glyph, role, word) = look(&alarm.state);
    let since = alarm.since.map_or_else(String::new, |at| {
        format!("for {}", format_span(model.now.since(at)))
    });
    let calm = alarm.state == AlarmState::Ok;
    let mut rows = vec![
        Row::new()
            .put(glyph, theme.style(role))
            .gap(1)
            .cell(
                &alarm.name,
                columns.saturating_sub(36).clamp(16, 48),
                theme.style(Role::Strong),
            )
            .gap(1)
            .cell(word, 8, theme.style(role))
            .put(since, theme.style(Role::Muted))
            .end(m_of_n(alarm), theme.style(Role::Faint)),
    ];
    let mut line = |text: &str, role: Role| {
        if !text.is_empty() {
            rows.push(Row::new().gap(4).put(
                paint::clip(&paint::safe(text), columns.saturating_sub(4)),
                theme.style(role),
            ));
        }
    };
    line(&alarm.watches, Role::Muted);
    if columns >= BESIDE
        && let Some(row) = rows.get_mut(1)
    {
        *row = std::mem::take(row).join(course(alarm, model, theme).into_end());
    }
    let mut line = |text: &str, role: Role| {
        if !text.is_empty() {
            rows.push(Row::new().gap(4).put(
                paint::clip(&paint::safe(text), columns.saturating_sub(4)),
                theme.style(role),
            ));
        }
    };
    if !calm {
        line(&alarm.reason, Role::Text);
    }
    if let Some(helpless) = model.helpless.get(&alarm.name) {
        line(&format!("? cannot help: {helpless}"), Role::Unknown);
    }
    rows
}
