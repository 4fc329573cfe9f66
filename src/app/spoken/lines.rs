//! What is said about the log lines: which are read out, their patterns, bookmarks, the export, Live Tail. It reads no log store.

use super::{Heard, Page, Word, typed};
use crate::app::Msg;
use crate::app::keymap::Action;
use crate::app::log_pane::{CohortFilter, Filter, View, Way};
use crate::app::model::{Model, Screen};
use crate::app::pointer::{Gesture, Pane, Target};
use crate::domain::log::TailMode;

/// Lines of the logs that are shown where no number is given.
pub(super) const LINES: usize = 20;
/// Lines of the logs that are shown at most.
const MOST_LINES: usize = 1000;
/// Lines that are looked through for one to bookmark.
const SEARCHED: usize = 10_000;

/// What a word about the log lines leads to.
pub(super) fn hear(model: &Model, word: Word, rest: &str, at_ms: u64) -> Heard {
    if model.spec.logs.is_none() {
        return Heard::say("no log group is configured");
    }
    match word {
        Word::Patterns => Heard::Do(open(model), Some(Page::Patterns)),
        Word::Mark => mark(model, rest, at_ms),
        Word::Marks => Heard::Do(open(model), Some(Page::Marks)),
        Word::Export => then(model, Action::Export),
        Word::Live => live(model, rest),
        _ => logs(model, rest, at_ms),
    }
}

/// Opens the lines, not their patterns.
fn open(model: &Model) -> Vec<Msg> {
    let mut msgs = vec![Msg::Chosen(Action::Logs)];
    if model.screen == Screen::Logs && model.logs.view == View::Patterns {
        msgs.push(Msg::Chosen(Action::Patterns));
    }
    msgs
}

fn then(model: &Model, action: Action) -> Heard {
    let mut msgs = open(model);
    msgs.push(Msg::Chosen(action));
    Heard::Do(msgs, None)
}

fn live(model: &Model, rest: &str) -> Heard {
    let is_on = model.logs.mode == TailMode::Live;
    match (rest, is_on) {
        ("on", true) => Heard::say("Live Tail is on already; live off ends it"),
        ("off", false) => Heard::say("Live Tail is off: the logs are polled"),
        ("" | "on" | "off", _) => then(model, Action::LiveTail),
        _ => Heard::say("live on, or live off"),
    }
}

/// `mark`: the newest line; `mark 08:59:10` or `mark timeout`: the newest with this in its time or its message.
fn mark(model: &Model, text: &str, at_ms: u64) -> Heard {
    let logs = &model.logs;
    let text = text.to_lowercase();
    let mut next = logs.newest();
    for _ in 0..SEARCHED {
        let Some(spot) = next else {
            break;
        };
        let found = logs.store().line(spot).is_some_and(|line| {
            line.at.to_string().to_lowercase().contains(&text)
                || line.message.to_lowercase().contains(&text)
        });
        if let Some(place) = logs.store().place(spot).filter(|_| found) {
            let mut msgs = open(model);
            // Two lines that are marked one after the other are no double click.
            let targets = [
                Target::Pane(Pane::Logs),
                Target::Row(Pane::Logs, place.number()),
            ];
            msgs.extend(targets.map(|target| Msg::Pointed {
                target,
                gesture: Gesture::Click,
                at_ms,
            }));
            // Whoever listens goes on with the newest line.
            msgs.extend([Action::Mark, Action::Last].map(Msg::Chosen));
            return Heard::Do(msgs, None);
        }
        next = logs.next_shown(spot, Way::Older);
    }
    Heard::say("no such line among those shown; logs reads them out")
}

/// `logs`, `logs 50`, `logs timeout`, `logs 50 timeout`, `logs all`.
fn logs(model: &Model, rest: &str, at_ms: u64) -> Heard {
    let (first, text) = rest
        .split_once(char::is_whitespace)
        .map_or((rest, ""), |(first, text)| (first, text.trim()));
    let (count, filter) = match first.parse::<usize>() {
        Ok(count) => (count.clamp(1, MOST_LINES), text),
        Err(_) => (LINES, rest),
    };
    let mut msgs = open(model);
    if filter == "all" {
        msgs.extend([Msg::Chosen(Action::Filter), Msg::Chosen(Action::Back)]);
    } else if !filter.is_empty() {
        if let Err(fault) = Filter::parse(filter, CohortFilter::All) {
            return Heard::say(format!("that is no filter: {fault}"));
        }
        msgs.push(Msg::Chosen(Action::Filter));
        msgs.extend(typed(filter, at_ms));
    }
    Heard::Do(msgs, Some(Page::Logs(count)))
}
