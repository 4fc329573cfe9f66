//! What is done with the lines that are here: looked through piece by piece, searched, bookmarked, grouped, exported, pointed at.
//! It reads no log store.

use std::time::Duration;

use crate::app::Effect;
use crate::app::keymap::Action;
use crate::app::log_pane::{Times, View, Way};
use crate::app::model::{Model, Screen, Tone};
use crate::domain::Timestamp;
use crate::domain::failure::PortError;

use super::{charts, toast};

/// Bars in which a burst is looked for.
const BARS: usize = 120;
/// Lines around each match that the key offers, one after the other.
const CONTEXT: [usize; 3] = [0, 2, 5];

/// After every message: the next piece of the ring is looked through, and another turn is asked for while there is more.
pub(super) fn go_on(model: &mut Model) -> Option<Effect> {
    if model.logs.asked || !model.logs.is_behind() {
        return None;
    }
    look(model);
    model.logs.asked = model.logs.is_behind();
    model.logs.asked.then_some(Effect::Continue)
}

fn look(model: &mut Model) {
    let cohorts = &model.cohorts;
    let tagged = model
        .logs
        .look_through(|session, at| cohorts.cohort(session, at));
    for line in tagged {
        model
            .tally
            .push(line.at, line.cohort, &line.session, line.level);
    }
    if !model.logs.go_on_seeking() {
        toast(model, Tone::Plain, "no further match");
    }
}

/// Another turn.
pub(super) fn continued(model: &mut Model) -> Vec<Effect> {
    model.logs.asked = false;
    Vec::new()
}

/// Opens the search line.
pub(super) fn open_search(model: &mut Model) {
    model.logs.view = View::Lines;
    model.logs.searching = true;
}

/// The next match.
pub(super) fn seek(model: &mut Model, way: Way) {
    if model.logs.needle().is_none() {
        open_search(model);
    } else if !model.logs.seek(way) && model.logs.seeking.is_none() {
        let word = match way {
            Way::Older => format!(
                "no older match; {} goes to newer ones",
                model.keymap.said(Action::NewerMatch)
            ),
            Way::Newer => format!(
                "no newer match; {} goes to older ones",
                model.keymap.said(Action::OlderMatch)
            ),
        };
        toast(model, Tone::Plain, word);
    }
}

/// More lines around each one that passes, or none.
pub(super) fn context(model: &mut Model) {
    let now = CONTEXT.iter().position(|n| *n == model.logs.context);
    let next = now.map_or(0, |now| (now + 1) % CONTEXT.len());
    model.logs.context = CONTEXT.get(next).copied().unwrap_or(0);
    let text = match model.logs.context {
        0 => "only lines that pass the filter".to_owned(),
        n => format!("{n} lines before and after each that passes the filter"),
    };
    toast(model, Tone::Plain, text);
}

/// Another way to tell the time.
pub(super) fn times(model: &mut Model) {
    model.logs.times = match model.logs.times {
        Times::Utc => Times::Local,
        Times::Local => Times::Age,
        Times::Age => Times::Utc,
    };
    let text = match model.logs.times {
        Times::Utc => "log times in UTC",
        Times::Local => "log times in local time",
        Times::Age => "log times as age",
    };
    toast(model, Tone::Plain, text);
}

/// Bookmarks the selected line, or takes the bookmark away.
pub(super) fn mark(model: &mut Model) {
    if let Some(on) = model.logs.mark() {
        let all = model.logs.store().marked();
        let word = if on {
            "bookmarked"
        } else {
            "bookmark taken away"
        };
        let older = model.keymap.said(Action::OlderMark);
        let newer = model.keymap.said(Action::NewerMark);
        let text = format!("{word}; {all} in all, {older} and {newer} go to them");
        toast(model, Tone::Plain, text);
    }
}

/// Goes to the next bookmark.
pub(super) fn to_mark(model: &mut Model, way: Way) {
    if model.logs.to_mark(way) {
        return;
    }
    let all = model.logs.store().marked();
    let text = match way {
        _ if all == 0 => format!(
            "no line is bookmarked; {} bookmarks the selected one",
            model.keymap.said(Action::Mark)
        ),
        Way::Older => "no older bookmark among the lines shown".to_owned(),
        Way::Newer => "no newer bookmark among the lines shown".to_owned(),
    };
    toast(model, Tone::Plain, text);
}

/// The patterns instead of the lines, and back.
pub(super) fn patterns(model: &mut Model) {
    model.logs.view = match (model.screen, model.logs.view) {
        (Screen::Logs, View::Patterns) => View::Lines,
        _ => View::Patterns,
    };
    model.screen = Screen::Logs;
}

/// Moves the selection among the patterns.
pub(super) fn shift_pattern(model: &mut Model, by: isize) {
    let all = model.logs.patterns.newest_first();
    let now = model.logs.pattern;
    let now = all.iter().position(|p| Some(p.number) == now).unwrap_or(0);
    let to = now
        .saturating_add_signed(by)
        .min(all.len().saturating_sub(1));
    model.logs.pattern = all.get(to).map(|pattern| pattern.number);
}

/// Shows only the lines of the selected pattern.
pub(super) fn open_pattern(model: &mut Model) {
    let all = model.logs.patterns.newest_first();
    let chosen = model.logs.pattern;
    let pattern = all
        .iter()
        .find(|p| Some(p.number) == chosen)
        .or_else(|| all.first());
    let Some(number) = pattern.map(|pattern| pattern.number) else {
        return;
    };
    model.logs.filter.clear();
    model.logs.filter.insert(&format!("pattern:{number}"));
    model.logs.refilter();
    model.logs.view = View::Lines;
}

/// The charts at the minute of the selected line, or of the burst where none is selected.
pub(super) fn to_charts(model: &mut Model) {
    let selected = model.logs.cursor().and_then(|_| model.logs.selected());
    let at = match selected.and_then(|spot| model.logs.store().line(spot)) {
        Some(line) => Some(line.at),
        None => model.logs.rate(BARS).burst(),
    };
    let Some(at) = at else {
        toast(model, Tone::Plain, "no line, hence no minute to show");
        return;
    };
    charts::point_at(model, at.floor(Duration::from_mins(1)));
}

/// Begins to write what is shown to a file.
pub(super) fn export(model: &mut Model) -> Vec<Effect> {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || matches!(c, '-' | '.') {
            c
        } else {
            '_'
        }
    };
    let name: String = model.spec.name.chars().take(64).map(plain).collect();
    let name = format!("logs-{name}-{}.log", stamp(model.now));
    if model.logs.export.is_some() {
        toast(model, Tone::Plain, "an export is under way");
        return Vec::new();
    }
    if model.logs.is_behind() && model.logs.is_filtered() {
        toast(
            model,
            Tone::Plain,
            "the filter is still going through the lines; press it again",
        );
        return Vec::new();
    }
    if !model.logs.begin_export(name) {
        toast(model, Tone::Plain, "no line to export");
        return Vec::new();
    }
    piece(model, true).into_iter().collect()
}

/// An instant as part of a file's name.
fn stamp(at: Timestamp) -> String {
    at.to_string()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect()
}

fn piece(model: &mut Model, first: bool) -> Option<Effect> {
    let text = model.logs.next_piece();
    let name = model.logs.export.as_ref()?.name.clone();
    Some(Effect::Export { name, text, first })
}

/// A piece was written: on with the next one.
pub(super) fn exported(model: &mut Model, result: Result<String, PortError>) -> Vec<Effect> {
    match result {
        Err(fault) => {
            model.logs.end_export();
            toast(model, Tone::Bad, format!("export: {fault}"));
        }
        Ok(path) => {
            let whole = model.logs.export.as_ref().is_some_and(|e| e.is_whole);
            if !whole {
                return piece(model, false).into_iter().collect();
            }
            let lines = model.logs.end_export().map_or(0, |export| export.lines);
            toast(
                model,
                Tone::Good,
                format!("{lines} lines in {path}; what looks like a secret is masked"),
            );
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests;
