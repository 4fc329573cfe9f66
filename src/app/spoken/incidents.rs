//! What is said about the incident: its pages, and what is done about it. It opens none by accident.

use super::{Heard, Page, Sheet, typed};
use crate::app::Msg;
use crate::app::keymap::Action;
use crate::app::model::{Model, Screen};

/// `incident`, and what is done about one. No word but `open` opens one.
pub(super) fn hear(model: &Model, rest: &str, at_ms: u64) -> Heard {
    let (wish, text) = rest
        .split_once(char::is_whitespace)
        .map_or((rest, ""), |(wish, text)| (wish, text.trim()));
    let is_open = model.incident.open().is_some();
    let shown = model.incident.shown().is_some();
    let here = || {
        let on_it = model.screen == Screen::Incident && model.overlay.is_none();
        (!on_it).then_some(Msg::Chosen(Action::Incident))
    };
    let ask = |action: Action| {
        let mut msgs: Vec<Msg> = here().into_iter().collect();
        msgs.push(Msg::Chosen(action));
        // What asks for a typed word as well takes no text beforehand.
        if !text.is_empty() && action != Action::IncidentRelease {
            msgs.extend(typed(text, at_ms));
        }
        Heard::Do(msgs, None)
    };
    match wish {
        "open" if is_open => Heard::say("an incident is open already: incident shows it"),
        "open" => {
            let home = Msg::Chosen(Action::Back);
            Heard::open(Action::Incident, Page::Incident(Sheet::Timeline)).after(home)
        }
        "" | "timeline" | "handover" | "report" | "message" if !shown => Heard::say(
            "no incident is open; incident open opens one: raises are locked from then on",
        ),
        "" | "timeline" | "handover" | "report" | "message" => page(model, wish),
        _ if !is_open => Heard::say("no incident is open"),
        "close" | "over" => ask(Action::IncidentClose),
        "note" => ask(Action::IncidentNote),
        "unlock" => ask(Action::IncidentRelease),
        "take-over" => ask(Action::TakeOver),
        _ => Heard::say(
            "incident, and one of: open, timeline, handover, report, message, note TEXT, close TEXT, unlock, take-over",
        ),
    }
}

/// Leafs to a page of the incident. Where none is open its screen is not entered: that would open one.
fn page(model: &Model, wish: &str) -> Heard {
    let mut msgs = Vec::new();
    let named = Sheet::ALL.into_iter().find(|sheet| sheet.word() == wish);
    let wanted = named.unwrap_or_default();
    if model.screen != Screen::Incident || model.overlay.is_some() {
        if model.incident.open().is_none() {
            return Heard::Do(
                vec![Msg::Chosen(Action::Back)],
                Some(Page::Incident(wanted)),
            );
        }
        msgs.push(Msg::Chosen(Action::Incident));
    }
    let mut at = model.incident.page;
    while at != wanted {
        at = at.next();
        msgs.push(Msg::Chosen(Action::IncidentPage));
    }
    Heard::Do(msgs, Some(Page::Incident(wanted)))
}
