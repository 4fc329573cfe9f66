//! The wall: what a whole room must see, on a shared screen that nobody sits at. It shows no account, no name of a caller, no log line.
//!
//! ```text
//! header   the rollout, the time, how old the data are
//! ██ █ █   exposure, and beside it what becomes of the last order, or the stage
//! ███ ██   the verdict, since when
//!          its weightiest reasons
//! chart    of the worst signal
//! alarms   how many, and which fire
//! ```

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::app::chart_pane::{Reach, Window, course};
use crate::domain::alarm::AlarmState;
use crate::domain::signal::{SignalSpec, SignalState, format_span};
use crate::domain::verdict::Decision;

use super::chart::sheet::{self, Margins, Sheet};
use super::chart::{centred, standing};
use super::paint::{self, Row};
use super::panel::{self, Look};
use super::proofs::{self, Phase};
use super::theme::{Role, Theme};
use super::{alarms, exposure, signals, verdict};

mod letters;

use letters::{ROWS, Size};

/// Columns between the large words and the small ones beside them.
const GAP: u16 = 3;
/// Columns at both edges of a block.
const EDGE: u16 = 2;
/// Columns that the small words beside need.
const BESIDE: u16 = 18;

/// Draws the screen.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let mut rest = panel::indent(area, 2);
    let band = (area.height * 27 / 100).clamp(ROWS, ROWS * 3);
    let roomy = area.height >= 32;
    panel::take_top(&mut rest, u16::from(roomy));
    let top = panel::take_top(&mut rest, band + 1);
    exposed(frame, top, model, theme);
    let middle = panel::take_top(&mut rest, band);
    judged(frame, middle, model, theme);
    panel::take_top(&mut rest, u16::from(roomy));
    let columns = usize::from(rest.width);
    let lines = reasons(model, columns, if roomy { 3 } else { 1 });
    let place = panel::take_top(&mut rest, lines.len() as u16);
    for (text, line) in lines.into_iter().zip(place.rows()) {
        Row::new()
            .put(text, theme.style(Role::Text))
            .draw(frame, line);
    }
    let foot = panel::take_bottom(&mut rest, 1);
    fired(model, theme).draw(frame, foot);
    panel::take_top(&mut rest, u16::from(roomy));
    if let Some(spec) = worst(model) {
        chart(frame, rest, spec, model, theme);
    }
}

/// Words in large letters where they fit, else as they are. Answers the columns taken.
fn large(
    frame: &mut Frame<'_>,
    area: Rect,
    text: &str,
    (role, room, theme): (Role, u16, &Theme),
) -> u16 {
    let style = theme.style(role);
    if let Some(size) = Size::fitting(text, (room, area.height)) {
        let down = area.height.saturating_sub(size.height()) / 2;
        let place = Rect {
            y: area.y + down,
            height: size.height().min(area.height),
            ..area
        };
        letters::draw(frame, place, text, (size, style));
        return size.width(text);
    }
    Row::new().put(text, style).draw(frame, area);
    paint::width(text) as u16
}

/// How many are exposed; beside it, while an order takes effect, what became of it.
fn exposed(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let whole = area;
    let area = Rect {
        height: area.height.saturating_sub(1),
        ..area
    };
    let (text, role) = exposure::percent_words(model);
    let words = proofs::words(model);
    let style = match proofs::phase(model) {
        Phase::Settled => None,
        Phase::StillExposed => return still_exposed(frame, whole, (&text, &words), model, theme),
        Phase::NotExposed if proofs::was_seen(model) => Some(Role::Good),
        Phase::NotExposed => Some(Role::Unknown),
        Phase::ExposedAt | Phase::Unseen => Some(Role::Canary),
    };
    let room = area.width.saturating_sub(BESIDE + GAP);
    let taken = large(frame, area, &text, (role, room, theme)) + GAP;
    let side = right_of(area, taken);
    let lines = match style {
        None => stage(model),
        Some(style) => vec![(words, style), (ordered(model), Role::Muted)],
    };
    beside(frame, side, lines, theme);
}

fn right_of(mut area: Rect, taken: u16) -> Rect {
    let width = area.width.saturating_sub(taken);
    panel::take_right(&mut area, width)
}

/// How long ago the order was accepted whose effect is watched.
fn ordered(model: &Model) -> String {
    let clock = model.clock.as_ref();
    clock.map_or_else(String::new, |clock| {
        format!("for {}", format_span(model.now.since(clock.accepted_at)))
    })
}

/// What is written and not off yet outranks everything: the words in large letters on a block and in small ones below, with the share
/// before it where there is room.
fn still_exposed(
    frame: &mut Frame<'_>,
    area: Rect,
    (share, words): (&str, &str),
    model: &Model,
    theme: &Theme,
) {
    let letters = Rect {
        height: area.height.saturating_sub(1),
        ..area
    };
    let first = Size::fitting(share, (area.width * 2 / 5, letters.height));
    let taken = first.map(|size| size.width(share) + GAP).filter(|taken| {
        let room = area.width.saturating_sub(taken + 2 * EDGE);
        Size::fitting(words, (room, letters.height)).is_some()
    });
    let block = match taken {
        Some(taken) => {
            large(frame, letters, share, (Role::Strong, taken, theme));
            right_of(area, taken)
        }
        None => area,
    };
    let danger = theme.style(Role::Danger);
    frame.buffer_mut().set_style(block, danger);
    let mut inside = panel::indent(block, EDGE);
    let line = panel::take_bottom(&mut inside, 1);
    if let Some(size) = Size::fitting(words, (inside.width, inside.height)) {
        let down = (inside.height - size.height()) / 2;
        let place = Rect {
            y: inside.y + down,
            height: size.height(),
            ..inside
        };
        letters::draw(frame, place, words, (size, danger));
    }
    let text = format!("{words} {share} {}", ordered(model));
    Row::new().put(text, danger).draw(frame, line);
}

/// A few lines in the middle of the area beside large words.
fn beside(frame: &mut Frame<'_>, area: Rect, lines: Vec<(String, Role)>, theme: &Theme) {
    let down = usize::from(area.height).saturating_sub(lines.len()) / 2;
    for ((text, role), line) in lines.into_iter().zip(area.rows().skip(down)) {
        Row::new().put(text, theme.style(role)).draw(frame, line);
    }
}

fn stage(model: &Model) -> Vec<(String, Role)> {
    let stages = model.spec.stages.len();
    let stage = match model.stage {
        Some(index) => format!("stage {} of {stages}", index + 1),
        None if model.exposure.desired.is_none() => "exposure not known".to_owned(),
        None => "before the first stage".to_owned(),
    };
    let since = model
        .stage_since
        .map(|since| format!("for {}", format_span(model.now.since(since))));
    [
        Some((stage, Role::Text)),
        since.map(|since| (since, Role::Muted)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The verdict, and since when it has stood.
fn judged(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let decision = model.verdict.decision;
    let (mark, role) = match decision {
        Decision::RollBack => ("✖", Role::Bad),
        other => verdict::look(other),
    };
    let room = area.width.saturating_sub(BESIDE + GAP);
    let taken = large(frame, area, decision.word(), (role, room, theme)) + GAP;
    let side = right_of(area, taken);
    let since = model.verdict_since.unwrap_or(model.opened_at);
    let lines = vec![
        (format!("{mark} {}", decision.word()), role),
        (
            format!("for {}", format_span(model.now.since(since))),
            Role::Muted,
        ),
        out_of_limits(model),
    ];
    beside(frame, side, lines, theme);
}

fn out_of_limits(model: &Model) -> (String, Role) {
    let all = model.readings.len();
    let count = |least: SignalState| {
        let states = model.readings.iter().map(|reading| reading.state);
        states.filter(|state| *state >= least).count()
    };
    match (count(SignalState::Act), count(SignalState::Warn)) {
        (0, 0) if all == 1 => ("1 signal watched".to_owned(), Role::Muted),
        (0, 0) => (format!("{all} signals watched"), Role::Muted),
        (0, warn) => (format!("{warn} of {all} past warn"), Role::Warn),
        (act, _) => (format!("{act} of {all} past act"), Role::Bad),
    }
}

fn reasons(model: &Model, columns: usize, most: usize) -> Vec<String> {
    let texts = model.verdict.reasons.iter().map(|reason| &reason.text);
    let lines: Vec<String> = texts
        .take(most)
        .map(|text| paint::clip(&paint::safe(text), columns))
        .collect();
    if lines.is_empty() {
        vec!["not judged yet".to_owned()]
    } else {
        lines
    }
}

/// The signal that stands worst; of several, the one that is furthest on the way to its limit.
fn worst(model: &Model) -> Option<&SignalSpec> {
    let rank = |spec: &&SignalSpec| {
        let reading = signals::reading(model, spec);
        let state = reading.map(|reading| reading.state);
        let limit = spec.act.or(spec.warn).map(|limit| limit.value);
        let share = match (reading.and_then(|r| r.value), limit) {
            (Some(value), Some(limit)) if limit != 0.0 => value / limit,
            _ => 0.0,
        };
        (state, if share.is_finite() { share } else { 0.0 })
    };
    let later = |a: &(Option<SignalState>, f64), b: &(Option<SignalState>, f64)| {
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    };
    // Of equals the first, which the configuration names first for a reason.
    let specs = model.spec.signals.iter().rev();
    specs.max_by(|a, b| later(&rank(a), &rank(b)))
}

fn chart(frame: &mut Frame<'_>, area: Rect, spec: &SignalSpec, model: &Model, theme: &Theme) {
    if area.height < 2 {
        return;
    }
    let basis = signals::reading(model, spec).map(|reading| signals::basis(spec, reading, model));
    let title = Row::new()
        .put(&spec.title, theme.style(Role::Title))
        .gap(2)
        .join(standing(model, spec, theme))
        .end(
            basis
                .filter(|basis| !basis.is_empty())
                .map_or_else(|| "1 h".to_owned(), |basis| format!("1 h · {basis}")),
            theme.style(Role::Faint),
        );
    let inside = panel::panel(frame, area, title, (Look::Ruled, Role::Border), theme);
    let course = course(model, spec, Reach::Window(Window::Hour));
    let span = (model.now - Window::Hour.span(), model.now);
    if course.between(span.0, span.1).is_empty() {
        let text = course.fault.as_ref().map_or_else(
            || "? no data".to_owned(),
            |fault| format!("? no data: {fault}"),
        );
        return centred(frame, inside, &text, (Role::Unknown, theme));
    }
    let sheet = Sheet {
        spec,
        course: &course,
        span,
        now: model.now,
        marks: &model.marks,
        cursor: None,
        before: None,
        margins: Margins::default(),
    };
    sheet::draw(frame, inside, &sheet, theme);
}

/// How many alarms are in which state, and which of them fire.
fn fired(model: &Model, theme: &Theme) -> Row {
    let row = Row::new()
        .put("alarms  ", theme.style(Role::Muted))
        .join(alarms::label(model, theme, alarms::Words::Long));
    let firing = model
        .alarms
        .value
        .iter()
        .flat_map(|batch| &batch.alarms)
        .filter(|alarm| alarm.state == AlarmState::Alarm);
    firing.fold(row, |row, alarm| {
        let since = alarm.since.map_or_else(String::new, |at| {
            format!(" {}", format_span(model.now.since(at)))
        });
        row.put(format!("  ✖ {}{since}", alarm.name), theme.style(Role::Bad))
    })
}
