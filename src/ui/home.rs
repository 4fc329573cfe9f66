//! The home screen below the verdict: chart, signals and alarms, then the logs and their summary. Where room is short the chart goes first.
//!
//! ```text
//! from 100x30 on                            below
//! ╭ chart ─────────────╮╭ signals ──────╮   ─ signals ─────────── alarms ───
//! │                    │╰───────────────╯   signals          │ alarms
//! │                    │╭ alarms ───────╮   ─ chart ─ (only where it is tall)
//! ╰────────────────────╯╰───────────────╯   ─ logs ─────────────────────────
//! ╭ logs ──────────────────────────────╮    lines
//! ╰────────────────────────────────────╯
//!   cohorts, watched patterns
//! ```

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::app::keymap::Action;
use crate::app::pointer::Target;
use crate::domain::signal::SignalState;

use super::paint::Row;
use super::panel::{self, Look};
use super::theme::{Role, Theme};
use super::{alarms, chart, format, logs, signals};

/// Draws the body.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    match Look::of(frame.area()) {
        Look::Boxed => boxed(frame, area, model, theme),
        Look::Ruled => ruled(frame, area, model, theme),
    }
}

fn boxed(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let mut rest = area;
    let signal_rows = model.spec.signals.len().clamp(1, 10) as u16;
    let alarm_rows = model
        .alarms
        .value
        .as_ref()
        .map_or(1, |batch| batch.alarms.len() + batch.missing.len())
        .clamp(1, 8) as u16;
    let wanted = signal_rows + alarm_rows + 4;
    let most = (area.height / 2).max(9);
    let mut middle = panel::take_top(&mut rest, wanted.clamp(9, most).max(area.height * 2 / 5));
    let summary_rows = if rest.height >= 12 {
        logs::summary_rows(model)
    } else {
        0
    };
    let summary = panel::take_bottom(&mut rest, summary_rows);
    let columns = (area.width * 2 / 5).clamp(44, 84);
    let mut side = panel::take_right(&mut middle, columns);
    chart::draw(frame, middle, model, theme);
    let below_signals = side.height.saturating_sub(signal_rows + 2).max(3);
    let alarms_area = panel::take_bottom(&mut side, below_signals);
    frame.hit(side, Target::Key(Action::Why));
    frame.hit(alarms_area, Target::Key(Action::Alarms));
    let inside = panel::panel(
        frame,
        side,
        signals_title(model, theme),
        (Look::Boxed, Role::Border),
        theme,
    );
    signals::draw(frame, inside, model, theme);
    let title = Row::new()
        .put("alarms", theme.style(Role::Title))
        .join(alarms::label(model, theme, alarms::Words::Long).into_end());
    let inside = panel::panel(
        frame,
        alarms_area,
        title,
        (Look::Boxed, Role::Border),
        theme,
    );
    alarms::draw_compact(frame, inside, model, theme);
    logs::draw_pane(frame, rest, model, theme);
    logs::draw_summary(frame, summary, model, theme);
}

fn ruled(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let mut rest = area;
    let most = (area.height * 2 / 5).clamp(3, 12);
    // Where signals are few, alarms side by side with them need rows all the same.
    let alarms = model.alarms.value.as_ref();
    let alarms = alarms.map_or(0, |batch| batch.alarms.len() + batch.missing.len());
    let beside = if area.width >= 72 { alarms } else { 0 };
    let wanted = model.spec.signals.len().max(beside).clamp(1, 40);
    let rows = (wanted as u16 + 1).min(most);
    let mut top = panel::take_top(&mut rest, rows);
    if area.width >= 72 {
        let mut side = panel::take_right(&mut top, (area.width * 2 / 5).clamp(30, 60));
        let gap = Rect { width: 1, ..side };
        side.x += 1;
        side.width -= 1;
        ruled_signals(frame, top, model, theme);
        ruled_alarms(frame, side, model, theme);
        for line in gap.rows() {
            Row::new()
                .put("│", theme.style(Role::Border))
                .draw(frame, line);
        }
        panel::rule(frame, Rect { height: 1, ..gap }, Role::Border, theme);
    } else {
        ruled_signals(frame, top, model, theme);
        if area.height >= 14 {
            let rows = (area.height / 4).clamp(2, 6);
            ruled_alarms(frame, panel::take_top(&mut rest, rows), model, theme);
        }
    }
    if rest.height >= 22 {
        let rows = (rest.height / 3).clamp(9, 18);
        chart::draw(frame, panel::take_top(&mut rest, rows), model, theme);
    }
    if rest.height >= 12 {
        let summary = panel::take_bottom(&mut rest, logs::summary_rows(model));
        logs::draw_summary(frame, summary, model, theme);
    }
    logs::draw_pane(frame, rest, model, theme);
}

fn ruled_signals(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    frame.hit(area, Target::Key(Action::Why));
    let inside = panel::panel(
        frame,
        area,
        signals_title(model, theme),
        (Look::Ruled, Role::Border),
        theme,
    );
    signals::draw(frame, inside, model, theme);
}

fn ruled_alarms(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    frame.hit(area, Target::Key(Action::Alarms));
    let title = Row::new()
        .put("alarms", theme.style(Role::Title))
        .join(alarms::label(model, theme, alarms::Words::Short).into_end());
    let inside = panel::panel(frame, area, title, (Look::Ruled, Role::Border), theme);
    alarms::draw_compact(frame, inside, model, theme);
}

fn signals_title(model: &Model, theme: &Theme) -> Row {
    let row = Row::new().put("signals", theme.style(Role::Title));
    if let Some(fault) = &model.sampling.fault {
        let age = model.sampling.at.map_or_else(String::new, |at| {
            format!(" · {} old", format::age(model.now, at))
        });
        return row.end(
            format!("▲ {}{age}", format::fault(fault)),
            theme.style(Role::Warn),
        );
    }
    let out = |wanted: SignalState| {
        model
            .readings
            .iter()
            .filter(|reading| reading.state == wanted)
            .count()
    };
    let (act, warn) = (out(SignalState::Act), out(SignalState::Warn));
    if act + warn == 0 {
        return row.end("warn · act", theme.style(Role::Faint));
    }
    let role = if act > 0 { Role::Bad } else { Role::Warn };
    row.end(
        format!("{} of {} out of limits", act + warn, model.readings.len()),
        theme.style(role),
    )
}
