//! The charts: their span, their cursor, what is read for them alone, and the way to the logs of a minute. It judges nothing.

use std::time::Duration;

use crate::app::Effect;
use crate::app::chart_pane::{Reach, Window, course, least_period};
use crate::app::keymap::{Action, Charting};
use crate::app::log_pane::View;
use crate::app::model::{Model, Screen, Tone};
use crate::domain::Timestamp;
use crate::domain::failure::PortError;
use crate::domain::signal::{SampleBatch, SignalSource, course_in_words};

use super::{keys, schedule, toast};

/// Ticks between reads for the charts alone: their periods are five minutes or more.
const PACE: u32 = 60;
/// Periods that are read again: late datapoints change old ones.
const AGAIN: u32 = 3;

/// Opens the charts.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let selected = model.selected;
    let again = model.screen == Screen::Charts;
    let effects = keys::open(model, Screen::Charts);
    if again {
        model.selected = selected;
    }
    [effects, schedule::due(model)].concat()
}

/// Does with the charts what the person wants.
pub(super) fn act(model: &mut Model, wish: Charting) -> Vec<Effect> {
    match wish {
        Charting::Earlier => step(model, -1),
        Charting::Later => step(model, 1),
        Charting::Earliest => model.minute = Some(oldest(model)),
        Charting::Latest => model.minute = Some(newest(model)),
        Charting::Longer => return show(model, model.charts.window.longer()),
        Charting::Shorter => return show(model, model.charts.window.shorter()),
        Charting::Compare => return compare(model),
        Charting::Logs => to_logs(model),
    }
    Vec::new()
}

/// Opens the wall, or leaves it.
pub(super) fn wall(model: &mut Model) -> Vec<Effect> {
    let to = match model.screen {
        Screen::Wall => Screen::Home,
        _ => Screen::Wall,
    };
    keys::open(model, to)
}

/// The selected signal alone, or all again.
pub(super) fn zoom(model: &mut Model) {
    model.charts.is_zoomed = !model.charts.is_zoomed;
}

/// Goes one step back on this screen: answers whether there was one.
pub(super) fn closes(model: &mut Model) -> bool {
    let charts = &mut model.charts;
    std::mem::take(&mut charts.compares) || std::mem::take(&mut charts.is_zoomed)
}

fn show(model: &mut Model, window: Window) -> Vec<Effect> {
    if window == model.charts.window {
        toast(
            model,
            Tone::Plain,
            format!("{}: there is no other span that way", window.label()),
        );
        return Vec::new();
    }
    model.charts.window = window;
    let oldest = oldest(model);
    model.minute = model.minute.map(|minute| minute.max(oldest));
    schedule::due(model)
}

/// Before and after the last stage change, or the span again.
fn compare(model: &mut Model) -> Vec<Effect> {
    if model.stage_since.is_none() {
        toast(
            model,
            Tone::Plain,
            "no stage change is known: there is no before and after",
        );
        return Vec::new();
    }
    model.charts.compares = !model.charts.compares;
    schedule::due(model)
}

/// The newest period's start.
fn newest(model: &Model) -> Timestamp {
    let step = model.charts.window.period();
    // At a full minute the period that has just begun has nothing yet.
    (model.now - Duration::from_millis(1)).floor(step)
}

fn oldest(model: &Model) -> Timestamp {
    let window = model.charts.window;
    let from = (model.now - window.span()).floor(window.period());
    from + window.period()
}

/// Moves the cursor by so many periods; without one it begins at the newest period.
fn step(model: &mut Model, by: i64) {
    let step = model.charts.window.period();
    let millis = i64::try_from(step.as_millis()).unwrap_or(i64::MAX);
    let (oldest, newest) = (oldest(model), newest(model));
    let to = match model.minute {
        None => newest,
        Some(at) => {
            let at = at.floor(step).as_millis();
            Timestamp::from_millis(at.saturating_add(by.saturating_mul(millis)))
        }
    };
    model.minute = Some(to.min(newest).max(oldest));
}

/// The charts with their cursor at this minute; their span gets as long as that needs.
pub(super) fn point_at(model: &mut Model, minute: Timestamp) {
    model.minute = Some(minute);
    let back = model.now.since(minute);
    model.charts.window = model.charts.window.reaching(back);
    model.charts.compares = false;
    if model.screen != Screen::Charts {
        model.screen = Screen::Charts;
        model.selected = 0;
        model.scroll = 0;
    }
    let text = if back < Window::Day.span() {
        let away = model.keymap.said(Action::Back);
        let logs = model.keymap.said(Action::Chart(Charting::Logs));
        format!(
            "the charts point at that minute; {away} takes the mark away, {logs} goes back to the logs"
        )
    } else {
        "that minute lies more than a day back: the charts do not reach it".to_owned()
    };
    toast(model, Tone::Plain, text);
}

/// The logs at the cursor.
fn to_logs(model: &mut Model) {
    let Some(minute) = model.minute else {
        let earlier = model.keymap.said(Action::Chart(Charting::Earlier));
        let later = model.keymap.said(Action::Chart(Charting::Later));
        let text = format!("no minute is pointed at; {earlier} and {later} move the cursor");
        toast(model, Tone::Plain, text);
        return;
    };
    let Some(at) = model.logs.to_instant(minute) else {
        toast(model, Tone::Plain, "there is no log line to show");
        return;
    };
    model.logs.view = View::Lines;
    model.screen = Screen::Logs;
    let before = model.logs.store().first_at().is_some_and(|at| minute < at);
    let off = at.since(minute).max(minute.since(at));
    let text = if before && off >= Duration::from_mins(1) {
        "the lines kept begin later than that minute: this is the oldest".to_owned()
    } else if off >= Duration::from_mins(1) {
        "no line that is shown came in that minute: this one is next to it".to_owned()
    } else {
        let charts = model.keymap.said(Action::Minute);
        format!("the first line of that minute; {charts} goes back to the charts")
    };
    toast(model, Tone::Plain, text);
}

/// What the charts show now.
pub(super) fn reach(model: &Model) -> Reach {
    let window = model.charts.window;
    match model.stage_since {
        Some(at) if model.charts.compares => Reach::Change { at, window },
        _ => Reach::Window(window),
    }
}

/// The read that the charts need, when it is due: only while they are looked at, and only what the judged values do not have.
pub(super) fn due(model: &mut Model, speed: f64) -> Option<Effect> {
    let counted = |source: &SignalSource| matches!(source, SignalSource::Counted);
    if model.screen != Screen::Charts || model.spec.signals.iter().all(|s| counted(&s.source)) {
        return None;
    }
    let (reach, now) = (reach(model), model.now);
    let period = least_period(reach, now);
    let pace = ((f64::from(PACE) / speed.max(1.0)).round() as u32).max(1);
    let feed = &mut model.charts.wide_mut(reach)?.feed;
    let (first, end) = match reach {
        Reach::Window(window) => (now - window.span(), now),
        Reach::Change { at, window } => (at - window.span(), (at + window.span()).min(now)),
    };
    let read_to = feed.value;
    if read_to.is_some_and(|to| to >= end) || !schedule::begin(feed, pace) {
        return None;
    }
    let from = read_to.map_or(first, |to| (to - period * AGAIN).max(first));
    Some(Effect::SampleSpan {
        reach,
        from: from.floor(period),
        to: end + Duration::from_millis(1),
        period,
    })
}

/// Values came for the charts alone: they go nowhere else.
pub(super) fn sampled(
    model: &mut Model,
    reach: Reach,
    result: Result<SampleBatch, PortError>,
) -> Vec<Effect> {
    let now = model.now;
    // What was read about a change that nobody looks at any more is not kept.
    if matches!(reach, Reach::Change { .. }) && model.charts.wide(reach).is_none() {
        return Vec::new();
    }
    if let Some(wide) = model.charts.wide_mut(reach) {
        match result {
            Ok(batch) => wide.take(batch, now),
            Err(fault) => wide.feed.take(Err(fault), now),
        }
    }
    schedule::due(model)
}

/// Every signal's course in words, in the configuration's order.
pub fn courses(model: &Model) -> Vec<String> {
    let words = |spec| {
        let course = course(model, spec, Reach::Window(model.charts.window));
        course_in_words(spec, (&course.points, course.period), model.now)
    };
    model.spec.signals.iter().map(words).collect()
}

/// The selected chart in words.
pub(super) fn words(model: &Model) -> Option<String> {
    let spec = model.spec.signals.get(model.selected)?;
    let course = course(model, spec, Reach::Window(model.charts.window));
    Some(course_in_words(
        spec,
        (&course.points, course.period),
        model.now,
    ))
}

#[cfg(test)]
mod tests;
