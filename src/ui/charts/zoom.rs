//! What is told about the one signal that has the screen to itself: its course in words, its extremes over the span. It draws no chart.

use crate::app::Model;
use crate::app::chart_pane::{Reach, course};
use crate::domain::signal::{SignalSpec, course_in_words, format_value, median};
use crate::ui::paint::Row;
use crate::ui::theme::{Role, Theme};

/// The course in words, then least, median and greatest value of the span.
pub(super) fn words(spec: &SignalSpec, model: &Model, theme: &Theme) -> Row {
    let window = model.charts.window;
    let course = course(model, spec, Reach::Window(window));
    let points = course.between(model.now - window.span(), model.now);
    let text = course_in_words(spec, (points, course.period), model.now);
    let row = Row::new().put(text, theme.style(Role::Text));
    let complete = || {
        let values = points.iter().filter(|p| p.at + course.period <= model.now);
        values.map(|point| point.value)
    };
    let Some(middle) = median(complete()) else {
        return row;
    };
    let low = complete().fold(f64::INFINITY, f64::min);
    let high = complete().fold(f64::NEG_INFINITY, f64::max);
    let told = |value| format_value(spec.unit, value);
    let text = format!(
        "{}: least {}, median {}, most {}",
        window.label(),
        told(low),
        told(middle),
        told(high)
    );
    row.end(text, theme.style(Role::Muted))
}
