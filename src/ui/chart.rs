//! The chart of the first signal on the home screen, and what all charts are drawn with. It judges nothing.

use std::time::Duration;

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::app::chart_pane::{Reach, Window, course};
use crate::domain::signal::{Point, SignalSpec, SignalState, format_value};
use crate::domain::verdict::Decision;

use super::paint::{self, Row};
use super::panel::{self, Look};
use super::signals;
use super::theme::{Role, Theme};

mod axes;
mod plot;
pub(super) mod sheet;

use sheet::{Margins, Sheet};

/// The signal that is charted: the first that is measured.
pub(super) fn charted(model: &Model) -> Option<&SignalSpec> {
    model.spec.signals.first()
}

/// Draws the chart with its border.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let Some(spec) = charted(model) else {
        return;
    };
    let span = span(model, spec);
    let title = title(model, spec, span, theme);
    let look = Look::of(frame.area());
    let inside = panel::panel(frame, area, title, (look, Role::Border), theme);
    let course = course(model, spec, Reach::Window(Window::Hour));
    let from = model.now - span;
    if inside.width < 24 || inside.height < 4 {
        return;
    }
    if course.between(from, model.now).is_empty() {
        return nothing(frame, inside, model, theme);
    }
    let sheet = Sheet {
        spec,
        course: &course,
        span: (from, model.now),
        now: model.now,
        marks: &model.marks,
        cursor: model.minute,
        before: None,
        margins: Margins::default(),
    };
    sheet::draw(frame, inside, &sheet, theme);
}

/// Three hours, or one while something is wrong or nothing older is known.
fn span(model: &Model, spec: &SignalSpec) -> Duration {
    const HOUR: Duration = Duration::from_hours(1);
    let oldest = model
        .series
        .get(&spec.name)
        .and_then(|series| series.points().first());
    let pointed = model.minute.map(|minute| model.now.since(minute));
    let pointed = |span: Duration| pointed.is_none_or(|back| back < span);
    let young = oldest.is_none_or(|point: &Point| model.now.since(point.at) <= HOUR);
    let span = if young || model.verdict.decision == Decision::RollBack {
        HOUR
    } else {
        HOUR * 3
    };
    let wider = [span, HOUR * 3, HOUR * 6, HOUR * 12];
    let fits = |wide: &Duration| *wide >= span && pointed(*wide);
    wider.into_iter().find(fits).unwrap_or(HOUR * 24)
}

fn title(model: &Model, spec: &SignalSpec, span: Duration, theme: &Theme) -> Row {
    let row = Row::new().put(&spec.title, theme.style(Role::Title));
    let Some(reading) = signals::reading(model, spec) else {
        return row;
    };
    let row = row.gap(2).join(standing(model, spec, theme));
    let basis = signals::basis(spec, reading, model);
    let hours = format!("{} h", span.as_secs() / 3600);
    let told: Vec<String> = [hours, basis]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    row.end(told.join(" · "), theme.style(Role::Faint))
}

/// The value of a signal where it is fresh, else what it is instead.
pub(super) fn standing(model: &Model, spec: &SignalSpec, theme: &Theme) -> Row {
    let Some(reading) = signals::reading(model, spec) else {
        return Row::new().put("not read yet", theme.style(Role::Faint));
    };
    let (glyph, role, word) = signals::look(reading.state);
    let fresh = matches!(
        reading.state,
        SignalState::Ok | SignalState::Warn | SignalState::Act
    );
    match (fresh, reading.value) {
        (true, Some(value)) => {
            let style = if reading.state == SignalState::Ok {
                Role::Strong
            } else {
                role
            };
            Row::new().put(format_value(reading.unit, value), theme.style(style))
        }
        _ => Row::new().put(format!("{glyph} {word}"), theme.style(role)),
    }
}

fn nothing(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let (text, role) = match &model.sampling.fault {
        Some(fault) => (
            format!("? no data: {}  {}", fault.text, fault.hint),
            Role::Unknown,
        ),
        None if model.sampling.value.is_none() => ("reading".to_owned(), Role::Faint),
        None => ("? no data in this span".to_owned(), Role::Unknown),
    };
    centred(frame, area, &text, (role, theme));
}

/// A line of text in the middle of an area.
pub(super) fn centred(
    frame: &mut Frame<'_>,
    area: Rect,
    text: &str,
    (role, theme): (Role, &Theme),
) {
    let line = Rect {
        y: area.y + area.height / 2,
        height: 1,
        ..area
    };
    let columns = usize::from(area.width);
    let text = paint::clip(&paint::safe(text), columns.saturating_sub(2));
    Row::new()
        .gap((columns - paint::width(&text).min(columns)) / 2)
        .put(text, theme.style(role))
        .draw(frame, line);
}
