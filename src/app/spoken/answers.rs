//! What is asked, and what an answer to it leads to. Each question that sends something has a word of its own, so that an answer that was
//! meant for another one sends nothing. What an answer must be is the dialog's to judge.

use super::{Heard, Page, index, row, typed};
use crate::app::Msg;
use crate::app::keymap::Action;
use crate::app::model::{IncidentWish, Instead, Model, Overlay};
use crate::app::runbook_pane::StepDialog;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A line of text: what it is.
    Text(String),
    /// This word, or nothing happens.
    Word {
        /// The word.
        word: &'static str,
        /// What it does.
        does: &'static str,
    },
    /// One of so many.
    Number(usize),
}

/// What is asked now, if anything.
pub fn asked(model: &Model) -> Option<Asked> {
    if model.filtering || model.logs.searching {
        return Some(Asked::Text("a filter for the logs".to_owned()));
    }
    let text = |text: &str| Some(Asked::Text(text.to_owned()));
    let word = |word, does| Some(Asked::Word { word, does });
    match model.overlay.as_ref()? {
        Overlay::Plan(dialog) => match &dialog.must_type {
            Some(name) if !dialog.in_reason => text(&format!("{name}, to go on")),
            _ if dialog.needs_reason => text("a reason for the journal"),
            _ => word("yes", "sends it"),
        },
        Overlay::Conflict { .. } => word("again", "plans it again from what is there now"),
        Overlay::Unknown { .. } => word("look", "reads it again"),
        Overlay::Refused { instead, .. } => match instead {
            Some(Instead::Blind { .. }) => word("blind", "turns it off blindly"),
            Some(Instead::WithoutJournal { .. }) => text(&format!(
                "{}, to send it without a journal",
                crate::app::update::WITHOUT_JOURNAL
            )),
            None => None,
        },
        Overlay::Leaving => word("leave", "leaves now"),
        Overlay::Tune { .. } => text("KEY=VALUE"),
        Overlay::Step(dialog) => match &**dialog {
            StepDialog::File { .. } => text("the runbook's file"),
            StepDialog::Reason { .. } => text("a reason for the journal"),
            StepDialog::Offers { offers, .. } => Some(Asked::Number(offers.len())),
        },
        Overlay::Incident(dialog) => match (&dialog.must_type, dialog.wish) {
            (Some(name), _) if !dialog.in_text => text(&format!("{name}, to go on")),
            (_, IncidentWish::Note) => text("the remark"),
            (_, IncidentWish::Close) => text("how it ended"),
            (_, IncidentWish::Release) => text("a reason for the journal"),
        },
        Overlay::Fill(form) => {
            let missing = form.wish.missing.get(form.at)?;
            text(&format!("a value for {}", missing.written))
        }
        Overlay::Run(_) => word("run", "runs it"),
        Overlay::Palette { .. } => text("an action"),
        Overlay::Help { .. }
        | Overlay::Event { .. }
        | Overlay::Alarm { .. }
        | Overlay::Recovery { .. }
        | Overlay::Contacts { .. }
        | Overlay::Links { .. }
        | Overlay::Themes { .. }
        | Overlay::Locked { .. }
        | Overlay::Output { .. } => None,
    }
}

/// What an answer leads to.
pub(super) fn hear(model: &Model, asked: &Asked, line: &str, at_ms: u64) -> Heard {
    let small = line.to_lowercase();
    match small.as_str() {
        "cancel" | "esc" => return Heard::act(Action::Back),
        "quit" | "exit" if !matches!(model.overlay, Some(Overlay::Leaving)) => {
            return Heard::act(Action::Quit).after(Msg::Chosen(Action::Back));
        }
        _ => {}
    }
    match asked {
        // Nothing but the name goes on there, so the words of any other question are free.
        Asked::Text(what) if awaited(model).is_some_and(|name| name != line) => {
            match small.as_str() {
                "no" | "n" | "0" | "q" | "close" | "copy" | "help" | "?" | "status" => {
                    other(&small, what, "")
                }
                _ => Heard::Do(typed(line, at_ms).into(), None),
            }
        }
        Asked::Text(_) => Heard::Do(typed(line, at_ms).into(), None),
        Asked::Word { word, .. } if small == *word => confirmed(model),
        // No such question is answered by a number, or by a key of the screen.
        Asked::Word { .. } if super::is_urgent(line) => Heard::act(Action::Disable),
        Asked::Word { word, does } => other(&small, word, does),
        Asked::Number(count) => match index(line, *count) {
            Some(at) => {
                let mut msgs: Vec<Msg> = row(at).collect();
                msgs.push(Msg::Chosen(Action::Confirm));
                Heard::Do(msgs, None)
            }
            None if small == "help" => Heard::show(Page::Question),
            None => instead(model, *count, line, at_ms),
        },
    }
}

/// The name that must be typed before anything goes on, where one is awaited.
fn awaited(model: &Model) -> Option<&str> {
    match model.overlay.as_ref()? {
        Overlay::Plan(dialog) if !dialog.in_reason => dialog.must_type.as_deref(),
        Overlay::Incident(dialog) if !dialog.in_text => dialog.must_type.as_deref(),
        Overlay::Refused {
            instead: Some(Instead::WithoutJournal { .. }),
            ..
        } => Some(crate::app::update::WITHOUT_JOURNAL),
        _ => None,
    }
}

/// A list to choose from holds nobody up: a word of the menu puts it away and is done.
fn instead(model: &Model, count: usize, line: &str, at_ms: u64) -> Heard {
    let first = line.split_whitespace().next().unwrap_or_default();
    let is_number = line != "0" && line.parse::<u64>().is_ok();
    if is_number || !super::is_word(line, first) {
        return Heard::say(format!(
            "answer first: a number from 1 to {count}; cancel drops it, help shows it again; disable works at any time"
        ));
    }
    match super::command(model, line, at_ms) {
        heard @ Heard::Do(..) if !super::keeps_open(line) => heard.after(Msg::Chosen(Action::Back)),
        heard => heard,
    }
}

/// All of a script was read out, however long it is.
fn confirmed(model: &Model) -> Heard {
    let mut msgs = Vec::new();
    if matches!(model.overlay, Some(Overlay::Run(_))) {
        msgs.push(Msg::Chosen(Action::Last));
    }
    msgs.push(Msg::Chosen(Action::Confirm));
    Heard::Do(msgs, None)
}

fn other(small: &str, word: &str, does: &str) -> Heard {
    match small {
        "no" | "n" | "0" | "close" | "stay" | "q" => Heard::act(Action::Back),
        "copy" => Heard::act(Action::Copy),
        "help" | "?" => Heard::show(Page::Question),
        "status" => Heard::show(Page::Status),
        _ => Heard::say(format!(
            "answer first: {word} {does}, cancel drops it, help shows it again; disable works at any time"
        )),
    }
}
