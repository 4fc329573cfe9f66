//! What is said about the runbook: sections and steps by the numbers under which they were read out. It runs nothing.

use super::{Heard, Page, Word, index, row};
use crate::app::Msg;
use crate::app::keymap::Action;
use crate::app::model::{Model, Overlay, Screen};

/// What a word about the runbook leads to.
pub(super) fn hear(model: &Model, word: Word, rest: &str, at_ms: u64) -> Heard {
    match word {
        Word::Runbook if rest.is_empty() => Heard::open(Action::Runbook, Page::Runbook),
        Word::Runbook => {
            let mut msgs = vec![
                Msg::Chosen(Action::Runbook),
                Msg::Chosen(Action::RunbookFile),
            ];
            msgs.extend(super::typed(rest, at_ms));
            Heard::Do(msgs, Some(Page::Runbook))
        }
        Word::Sections => Heard::Do(here(model, [Action::Section]), Some(Page::Runbook)),
        Word::Section => section(model, rest),
        Word::Output => Heard::open(Action::Commands, Page::Opened),
        Word::Stop => stop(model),
        Word::Tick => step(model, rest, Action::Tick),
        Word::Skip => step(model, rest, Action::Skip),
        Word::Branch => step(model, rest, Action::Branch),
        Word::Script => step(model, rest, Action::Script),
        _ => step(model, rest, Action::Open),
    }
}

/// These actions on the runbook's screen.
fn here(model: &Model, actions: impl IntoIterator<Item = Action>) -> Vec<Msg> {
    let opening = (model.screen != Screen::Runbook).then_some(Action::Runbook);
    opening
        .into_iter()
        .chain(actions)
        .map(Msg::Chosen)
        .collect()
}

fn section(model: &Model, rest: &str) -> Heard {
    let Some(picking) = &model.runbook.picking else {
        // The numbers that were read out before may be others by now.
        let msgs = here(model, [Action::Section]);
        return Heard::Do(msgs, Some(Page::Runbook));
    };
    let Some(at) = index(rest, picking.rows.len()) else {
        return Heard::say(format!(
            "section N, with N from 1 to {}; sections lists them",
            picking.rows.len()
        ));
    };
    let mut msgs = here(model, []);
    msgs.extend(row(at));
    msgs.push(Msg::Chosen(Action::Open));
    Heard::Do(msgs, Some(Page::Runbook))
}

fn step(model: &Model, rest: &str, action: Action) -> Heard {
    if model.runbook.open.is_none() {
        return Heard::say("no runbook is open: runbook opens it");
    }
    if model.runbook.picking.is_some() {
        return Heard::say("pick a section first: section N; sections lists them");
    }
    let count = model.runbook.steps().len();
    let Some(at) = index(rest, count) else {
        return Heard::say(format!(
            "which step? a number from 1 to {count}; runbook lists the steps"
        ));
    };
    if action == Action::Open && runs_nothing(model, at) {
        let number = at + 1;
        return Heard::say(format!(
            "step {number} has nothing to run: tick {number} ticks it"
        ));
    }
    let mut msgs = here(model, []);
    msgs.extend(row(at));
    msgs.push(Msg::Chosen(action));
    Heard::Do(msgs, None)
}

fn runs_nothing(model: &Model, at: usize) -> bool {
    let step = model.runbook.steps().get(at).copied();
    step.is_some_and(|id| super::super::update::runbook::runs_nothing(model, id))
}

fn stop(model: &Model) -> Heard {
    if !model
        .runs
        .last()
        .is_some_and(crate::app::model::Run::is_live)
    {
        return Heard::say("no command runs");
    }
    let shown = matches!(model.overlay, Some(Overlay::Output { .. }));
    let mut msgs = Vec::new();
    if !shown {
        msgs.push(Msg::Chosen(Action::Commands));
    }
    msgs.push(Msg::Chosen(Action::StopCommand));
    Heard::Do(msgs, None)
}
