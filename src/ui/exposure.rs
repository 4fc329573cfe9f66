//! How many are exposed: desired, effective and observed, on a bar with the stages; while an order takes effect, its proofs.

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::Model;
use crate::app::keymap::Action;
use crate::app::model::Screen;
use crate::app::update::undoable;
use crate::domain::exposure::Observed;
use crate::domain::signal::{format_count, format_span};

use super::format;
use super::paint::Row;
use super::panel::{self, Look};
use super::proofs::{self, Phase};
use super::theme::{Role, Theme};
use super::trouble;

mod bar;

pub(super) use bar::{bar, percent_words};

/// Rows that the region takes on a screen of this size.
pub(super) fn height(screen: Rect, model: &Model, theme: &Theme) -> u16 {
    let edges = match look(screen, model) {
        Look::Boxed => 2,
        Look::Ruled => 0,
    };
    rows(screen, model, theme).len() as u16 + edges
}

/// A border only on the home screen: elsewhere the room belongs to what was opened.
fn look(screen: Rect, model: &Model) -> Look {
    match model.screen {
        Screen::Home | Screen::Runbook => Look::of(screen),
        _ => Look::Ruled,
    }
}

/// Draws the region.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let screen = super::drawn(frame.area());
    let rows = rows(screen, model, theme);
    let inside = match look(screen, model) {
        Look::Ruled => panel::inset_end(area),
        Look::Boxed => {
            let exposed = proofs::phase(model) == Phase::StillExposed;
            let edge = if exposed { Role::Bad } else { Role::Border };
            let title = title(model, theme).join(origin(model, theme).into_end());
            let inside = panel::panel(frame, area, title, (Look::Boxed, edge), theme);
            panel::indent(inside, 1)
        }
    };
    for (row, line) in rows.into_iter().zip(inside.rows()) {
        row.draw(frame, line);
    }
}

fn rows(screen: Rect, model: &Model, theme: &Theme) -> Vec<Row> {
    let columns = usize::from(screen.width);
    let (mut rows, most, edges) = match look(screen, model) {
        Look::Boxed => (wide_rows(columns, model, theme), 4, 4),
        Look::Ruled => {
            let most = if screen.height >= 20 { 2 } else { 1 };
            (narrow_rows(columns, model, theme), most, 2)
        }
    };
    rows.extend(trouble::rows(
        model,
        theme,
        most,
        columns.saturating_sub(edges),
    ));
    rows
}

fn wide_rows(columns: usize, model: &Model, theme: &Theme) -> Vec<Row> {
    let width = (columns * 36 / 100).clamp(20, 90);
    let first = Row::new()
        .join(bar::percent(model, theme))
        .tab(8)
        .join(bar::bar_row(model, width, theme))
        .gap(2);
    let first = if let Some(was) = was(model) {
        first
            .put(was, theme.style(Role::Muted))
            .join(undo(model, theme).into_end())
    } else {
        let words = bar::stage_words(model, theme);
        let taken = first.width() + words.width() + 6;
        first
            .join(bar::stages(model, columns.saturating_sub(taken), theme))
            .join(words.into_end())
    };
    let second = levels(model, theme, "   ").join(sessions(model, theme).into_end());
    let mut rows = vec![first, second];
    rows.extend(proofs::rows(model, theme, columns.saturating_sub(4)));
    rows
}

fn narrow_rows(columns: usize, model: &Model, theme: &Theme) -> Vec<Row> {
    let mut first = Row::new().gap(1);
    let mut second = Row::new().gap(1).join(levels(model, theme, "  "));
    let origin = if columns >= 60 {
        short_origin(model, theme).into_end()
    } else {
        Row::new()
    };
    if let Some(was) = was(model) {
        first = first
            .join(title(model, theme))
            .gap(1)
            .join(bar::percent(model, theme))
            .gap(1);
        let room = columns.saturating_sub(first.width() + was.len() + 14);
        if room >= 8 {
            first = first.join(bar::bar_row(model, room.min(40), theme)).gap(2);
        }
        first = first
            .put(was, theme.style(Role::Muted))
            .join(undo(model, theme).into_end());
        second = second.join(origin);
    } else {
        let width = (columns * 45 / 100).clamp(10, 90);
        first = first
            .join(bar::percent(model, theme))
            .gap(1)
            .join(bar::bar_row(model, width, theme))
            .gap(2);
        let taken = first.width() + origin.width() + origin.end_width() + 2;
        first = first
            .join(bar::stages(model, columns.saturating_sub(taken), theme))
            .join(origin);
        let bakes = [bar::bake(model, theme), bar::short_bake(model, theme)];
        let room = columns.saturating_sub(second.width() + 2);
        let bake = bakes.into_iter().find(|bake| bake.width() <= room);
        second = second.join(bake.unwrap_or_default().into_end());
    }
    let mut rows = vec![first, second];
    let proofs = proofs::rows(model, theme, columns.saturating_sub(2));
    rows.extend(proofs.into_iter().map(|row| Row::new().gap(1).join(row)));
    rows
}

/// Sessions a minute that are exposed, where that is known.
fn sessions(model: &Model, theme: &Theme) -> Row {
    let share = model.exposure.effective.map(|effective| effective.at_most);
    let (Some(all), Some(share)) = (model.sessions_per_minute, share) else {
        return Row::new();
    };
    let exposed = all * f64::from(share.get()) / 100.0;
    if exposed <= 0.0 {
        return Row::new();
    }
    let text = format!("≈ {} sessions/min exposed", format_count(exposed.round()));
    Row::new().put(text, theme.style(Role::Muted))
}

/// What the region is called at the moment.
fn title(model: &Model, theme: &Theme) -> Row {
    let words = proofs::words(model);
    let (text, role) = match (proofs::phase(model), proofs::was_seen(model)) {
        (Phase::Settled, _) => ("exposure".to_owned(), Role::Title),
        (Phase::StillExposed, _) => (format!(" {words} "), Role::Danger),
        (Phase::NotExposed, true) => (format!("● {words}"), Role::Good),
        (Phase::ExposedAt, true) => (format!("● {words}"), Role::Canary),
        (Phase::Unseen, _) => (format!("▸ {words}"), Role::Canary),
        (Phase::NotExposed | Phase::ExposedAt, false) => (format!("? {words}"), Role::Unknown),
    };
    Row::new().put(text, theme.style(role))
}

/// The revision in force, who made it, when, where it is.
fn origin(model: &Model, theme: &Theme) -> Row {
    let muted = theme.style(Role::Muted);
    let Some(flag) = &model.flag.value else {
        let text = if model.flag.fault.is_some() {
            "▲ flag not read"
        } else {
            "reading the flag"
        };
        let role = if model.flag.fault.is_some() {
            Role::Bad
        } else {
            Role::Muted
        };
        return Row::new().put(text, theme.style(role));
    };
    let who = format::who(flag.changed_by.as_deref(), model.identity.value.as_ref());
    let mut words = vec![revision(&flag.revision.0), who];
    words.extend(
        flag.changed_at
            .map(|at| format!("{} ago", format_span(model.now.since(at)))),
    );
    words.push(format::store(flag.kind).to_owned());
    Row::new().put(words.join(" · "), muted)
}

/// Revision, writer and age, where there is little room.
fn short_origin(model: &Model, theme: &Theme) -> Row {
    let Some(flag) = &model.flag.value else {
        return origin(model, theme);
    };
    let mut words = vec![
        revision(&flag.revision.0),
        format::who(flag.changed_by.as_deref(), model.identity.value.as_ref()),
    ];
    words.extend(flag.changed_at.map(|at| format::age(model.now, at)));
    Row::new().put(words.join(" "), theme.style(Role::Muted))
}

/// A revision as people say it: `v42`, or the head of a hash.
pub(super) fn revision(text: &str) -> String {
    if text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit()) {
        format!("v{text}")
    } else {
        text.chars().take(8).collect()
    }
}

/// Desired, effective, observed.
fn levels(model: &Model, theme: &Theme, gap: &str) -> Row {
    let muted = theme.style(Role::Muted);
    let text = theme.style(Role::Text);
    let exposure = &model.exposure;
    let unknown = |row: Row| row.put("unknown", theme.style(Role::Unknown));
    let row = Row::new().put("desired ", muted);
    let row = match exposure.desired {
        Some(desired) => row.put(desired.get().to_string(), text),
        None => unknown(row),
    };
    let row = row.put(gap, Style::new()).put("effective ", muted);
    let row = match exposure.effective {
        Some(effective) if effective.settling => row.put(
            format!("≤ {} (caches)", effective.at_most.get()),
            theme.style(Role::Warn),
        ),
        Some(effective) => row.put(effective.at_most.get().to_string(), text),
        None => unknown(row),
    };
    let row = row.put(gap, Style::new()).put("observed ", muted);
    match exposure.observed {
        Observed::Unknown => unknown(row),
        Observed::Share(share) => {
            let off = (share.high - share.low) / 2.0;
            row.put(format!("{:.1} ± {off:.1} %", share.percent), text)
                .put(
                    format!(", n {}", format_count(share.sessions as f64)),
                    muted,
                )
        }
        Observed::Seen(at) => row.put(
            format!(
                "treated sessions, last {} ago",
                format_span(model.now.since(at))
            ),
            text,
        ),
        Observed::NoneSeen(since) => {
            row.put(format!("none seen since {}", format::clock(since)), text)
        }
    }
}

fn was(model: &Model) -> Option<String> {
    if matches!(proofs::phase(model), Phase::Settled) {
        return None;
    }
    let clock = model.clock.as_ref()?;
    Some(match clock.before {
        Some(before) => format!("was {before}, wanted {}", clock.wanted),
        None => format!("wanted {}", clock.wanted),
    })
}

fn undo(model: &Model, theme: &Theme) -> Row {
    if undoable(model).is_none() {
        return Row::new();
    }
    Row::new()
        .put(model.keymap.key_of(Action::Undo), theme.style(Role::Key))
        .put(" undo", theme.style(Role::Muted))
}
