//! The logs: lines behind a gutter that no text can draw, what is followed, paused, filtered and searched for, and what they say as a
//! whole. It reads only as many lines as it shows.

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::app::keymap::{Action, Scope};
use crate::app::log_pane::{Place, Spot, Times, View, Way};
use crate::app::model::Screen;
use crate::app::pointer::{Pane, Target};
use crate::domain::Timestamp;
use crate::domain::log::line::unparsed;

use super::paint::Row;
use super::panel::{self, Look};
use super::theme::{Role, Theme};

mod line;
mod patterns;
mod rate;
mod summary;
mod title;

pub(super) use patterns::new_since;
pub(super) use summary::{draw_summary, summary_rows};
pub(super) use title::visible;

/// Rows that one wrapped event takes at most; the rest is a key away.
const TALLEST: usize = 12;
/// Longer messages are not taken apart to be drawn.
const PARSED: usize = 32 * 1024;

/// Draws the logs' own screen.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let mut body = area;
    let summary = panel::take_bottom(&mut body, summary_rows(model));
    let rows = rate::height(body.height);
    let rate = panel::take_top(&mut body, rows);
    rate::draw(frame, rate, model, theme);
    match model.logs.view {
        View::Lines => draw_pane(frame, body, model, theme),
        View::Patterns => patterns::draw(frame, body, model, theme),
    }
    draw_summary(frame, summary, model, theme);
}

/// Draws the pane: title, filter, search, lines, note.
pub(super) fn draw_pane(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let look = Look::of(frame.area());
    let edge = if model.filtering || model.logs.searching {
        Role::Focus
    } else {
        Role::Border
    };
    let title = title::title(model, theme, usize::from(area.width));
    let mut inside = panel::panel(frame, area, title, (look, edge), theme);
    title::typed_lines(frame, &mut inside, model, theme);
    if let Some(note) = &model.logs.note
        && inside.height > 3
    {
        let line = panel::take_bottom(&mut inside, 1);
        Row::new()
            .put(" ▲ ", theme.style(Role::Warn))
            .put(note, theme.style(Role::Warn))
            .draw(frame, line);
    }
    let mut track = Rect {
        x: inside.right(),
        width: 1,
        ..inside
    };
    if model.screen == Screen::Logs && look == Look::Ruled {
        track = panel::take_right(&mut inside, 1);
    }
    frame.hit(inside, Target::Pane(Pane::Logs));
    let visible = lines(frame, inside, model, theme);
    if let Some(visible) = visible.filter(|_| model.screen == Screen::Logs) {
        scrollbar(frame, track, model, visible, theme);
    }
}

/// A time as it is to be shown: shifted to where the person is, where that is asked for.
fn local(at: Timestamp, model: &Model) -> Timestamp {
    match model.logs.times {
        Times::Local => Timestamp::from_millis(
            at.as_millis()
                .saturating_add(ahead(at, model).saturating_mul(1000)),
        ),
        Times::Utc | Times::Age => at,
    }
}

/// Seconds by which the person's clock is ahead of UTC.
fn ahead(at: Timestamp, model: &Model) -> i64 {
    jiff::Timestamp::from_millisecond(at.as_millis())
        .map_or(0, |at| i64::from(model.logs.zone.to_offset(at).seconds()))
}

/// Draws the lines around the selected one. Answers the first and the last.
fn lines(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) -> Option<(Spot, Spot)> {
    let logs = &model.logs;
    let height = usize::from(area.height);
    let Some(selected) = logs.selected().filter(|_| height > 0) else {
        empty(frame, area, model, theme);
        return None;
    };
    let layout = line::Layout {
        columns: usize::from(area.width),
        wraps: logs.wrap,
        tallest: TALLEST.min(height),
        groups: title::groups(model),
        times: logs.times,
        now: model.now,
        ahead: Box::new(|at| ahead(at, model)),
        needle: logs.needle(),
        open: model.keymap.said_in(Action::Open, &[Scope::Lists]),
        theme,
    };
    let older = around(selected, Way::Older, height, model, &layout);
    let newer = around(selected, Way::Newer, height, model, &layout);
    let own = rows_of(selected, model, &layout);
    let mut rows: Vec<(Spot, Row)> = older.into_iter().rev().collect();
    let from = rows.len();
    rows.extend(own.into_iter().map(|row| (selected, row)));
    let to = rows.len();
    rows.extend(newer);
    // The selected line stands in the middle, unless one of the ends is near.
    let last = (to + height / 2)
        .min(rows.len())
        .max(height.min(rows.len()));
    let first = last.saturating_sub(height).min(from);
    let marks = model.screen == Screen::Logs || logs.paused || logs.cursor().is_some();
    let mut visible: Option<(Spot, Spot)> = None;
    let mut first_of_selected = true;
    for ((spot, row), target) in rows.into_iter().skip(first).zip(area.rows()) {
        let number = logs.store().place(spot).map(Place::number);
        let row = match number {
            Some(number) => row.stands_for(Target::Row(Pane::Logs, number)),
            None => row,
        };
        row.draw(frame, target);
        visible = Some((visible.map_or(spot, |(first, _)| first), spot));
        if marks && spot == selected {
            let text = Rect {
                x: target.x + 1,
                width: target.width.saturating_sub(1),
                ..target
            };
            select(frame, text, theme);
            // While lines are followed the cursor would wander with them.
            if first_of_selected && (logs.paused || logs.cursor().is_some()) {
                frame.focus(text.as_position());
            }
            first_of_selected = false;
        }
    }
    visible
}

/// Puts the selection behind a row, but not behind what was searched for.
fn select(frame: &mut Frame<'_>, row: Rect, theme: &Theme) {
    let found = theme.style(Role::Match);
    let is_found = |x: u16| {
        let cell = frame.buffer_mut().cell((x, row.y));
        found.bg.is_some() && cell.is_some_and(|cell| Some(cell.bg) == found.bg)
    };
    let columns: Vec<u16> = (row.left()..row.right()).collect();
    let keep: Vec<bool> = columns.iter().copied().map(is_found).collect();
    for (x, keep) in columns.into_iter().zip(keep) {
        if !keep {
            panel::tint(frame, Rect { x, width: 1, ..row }, theme);
        }
    }
}

/// So many rows of the lines before or behind one, the nearest first.
fn around(
    spot: Spot,
    way: Way,
    height: usize,
    model: &Model,
    layout: &line::Layout<'_>,
) -> Vec<(Spot, Row)> {
    let mut rows = Vec::new();
    let mut at = spot;
    while rows.len() < height
        && let Some(next) = model.logs.next_shown(at, way)
    {
        let own = rows_of(next, model, layout)
            .into_iter()
            .map(|row| (next, row));
        match way {
            Way::Older => rows.extend(own.rev()),
            Way::Newer => rows.extend(own),
        }
        at = next;
    }
    rows
}

fn rows_of(spot: Spot, model: &Model, layout: &line::Layout<'_>) -> Vec<Row> {
    let Some(view) = model.logs.store().line(spot) else {
        return Vec::new();
    };
    let parsed = if view.message.len() > PARSED {
        unparsed(view.message, PARSED)
    } else {
        model.line_reader.parse(view.message)
    };
    let passes = model.logs.passes(spot);
    let line = line::Line {
        view,
        parsed,
        passes,
    };
    line::rows(&line, layout)
}

/// Where in the whole the visible lines are, and where matches and bookmarks are.
fn scrollbar(
    frame: &mut Frame<'_>,
    track: Rect,
    model: &Model,
    visible: (Spot, Spot),
    theme: &Theme,
) {
    let logs = &model.logs;
    let stretches = logs.overview(usize::from(track.height), visible);
    let all = (logs.first(), logs.newest()) == (Some(visible.0), Some(visible.1));
    if all
        && !stretches
            .iter()
            .any(|stretch| stretch.hit || stretch.marked)
    {
        return;
    }
    for (stretch, target) in stretches.into_iter().zip(track.rows()) {
        let (glyph, role) = match stretch {
            s if s.marked => ("◆", Role::Accent),
            s if s.hit => ("•", Role::Canary),
            s if s.visible => ("┃", Role::Muted),
            _ => ("│", Role::Border),
        };
        Row::new().put(glyph, theme.style(role)).draw(frame, target);
    }
}

fn empty(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let (text, role) = match &model.tail.fault {
        _ if model.spec.logs.is_none() => ("no log group is configured".to_owned(), Role::Faint),
        Some(fault) => (format!("? {}  {}", fault.text, fault.hint), Role::Unknown),
        None if model.logs.is_behind() => ("looking through the lines".to_owned(), Role::Muted),
        None if model.logs.is_filtered() && !model.logs.store().is_empty() => {
            ("no line passes the filter".to_owned(), Role::Muted)
        }
        None if model.logs.paused => (
            format!(
                "what was in view is gone; {} shows the newest lines",
                model.keymap.said_in(Action::Last, &[Scope::Lists])
            ),
            Role::Muted,
        ),
        None if model.tail.at.is_none() => ("reading".to_owned(), Role::Faint),
        None => ("no line yet".to_owned(), Role::Faint),
    };
    Row::new()
        .gap(1)
        .put(text, theme.style(role))
        .draw(frame, area);
}
