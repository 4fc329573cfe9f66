//! The incident on this console: opened and shown by a key, told by the journal, watched while it is open. It sends no order.

use crate::app::Effect;
use crate::app::keymap::Action;
use crate::app::line_edit::LineEdit;
use crate::app::model::{IncidentDialog, IncidentWish, Model, Overlay, Page, Screen, Tone};
use crate::domain::failure::PortError;
use crate::domain::incident::{IncidentCause, IncidentEvent, Lock, Stage, Subject, new_id};
use crate::domain::journal::{Entry, Record};
use crate::domain::plan::{Direction, Order, OrderId, Outcome, Plan, undo};
use crate::domain::verdict::Decision;

use super::{overlays, toast};

/// The runbook that the closing of an incident offers.
pub const RE_ROLLOUT: &str = "builtin:re-rollout";

/// The journal was read on.
pub(super) fn journal_read(
    model: &mut Model,
    records: &[Record],
    fault: Option<PortError>,
) -> Vec<Effect> {
    let was_open = model.incident.open().map(|open| open.id.clone());
    let drove = model.incident.drives();
    for record in records {
        model.incident.book.add(record);
        let others = !record.actor.is_console(&model.incident.me);
        if others && record.entry == Entry::Complaint && record.seq > 0 {
            model.complaints.push(record.at);
            model.complaints.sort_unstable();
            super::recovery::bound_complaints(model);
        }
    }
    let now = model.now;
    let read = fault.map_or(Ok(()), Err);
    // What this console has written tells nothing of others.
    if model.incident.following.reading || read.is_err() {
        model.incident.following.take(read, now);
    }
    if let Some(newest) = records.iter().map(|record| record.seq).max() {
        model.journal.records = model.journal.records.max(newest);
    }
    let open = model.incident.open().map(|open| open.id.clone());
    match (&was_open, &open) {
        (None, Some(_)) => say_opened(model, records),
        (Some(_), None) => {
            model.incident.offers = Some(RE_ROLLOUT.to_owned());
            toast(
                model,
                Tone::Good,
                "the incident is closed: raises pass their ordinary gates again",
            );
        }
        _ => {}
    }
    if drove && was_open.is_some() && open.is_some() && !model.incident.drives() {
        let driver = model.incident.open().and_then(|open| open.driver.clone());
        let who = driver.map_or_else(String::new, |driver| driver.console());
        toast(model, Tone::Warn, format!("{who} drives the incident now"));
    }
    model.incident.asked = None;
    super::incident_watch::adopt_clock(model);
    super::plans::gates_moved(model);
    watch(model)
}

fn say_opened(model: &mut Model, records: &[Record]) {
    model.incident.told.clear();
    model.incident.offers = None;
    model.incident.stage = None;
    model.incident.page = Page::default();
    let theirs = records.iter().find(|record| {
        matches!(
            &record.entry,
            Entry::Incident {
                event: IncidentEvent::Opened { .. }
            }
        ) && !record.actor.is_console(&model.incident.me)
    });
    if let Some(record) = theirs {
        let who = record.actor.console();
        let show = model.keymap.said(Action::Incident);
        let text = format!("{who} opened an incident: raises are locked; {show} shows it");
        toast(model, Tone::Bad, text);
    }
}

/// `i`: shows the incident, and opens one where none is open.
pub(super) fn show(model: &mut Model) -> Vec<Effect> {
    let effects = if model.incident.open().is_some() || model.incident.asked.is_some() {
        Vec::new()
    } else if model.read_only {
        toast(
            model,
            Tone::Warn,
            "read-only: no incident is opened from here",
        );
        Vec::new()
    } else if model.screen == Screen::Incident {
        toast(
            model,
            Tone::Plain,
            "an incident is opened from the home screen",
        );
        Vec::new()
    } else {
        let cause = match model.verdict.decision {
            Decision::RollBack => IncidentCause::Verdict(Decision::RollBack),
            _ => IncidentCause::Asked,
        };
        let id = new_id(model.now);
        model.incident.asked = Some(id.clone());
        let close = model.keymap.said(Action::IncidentClose);
        let text = format!("an incident is open: raises are locked; {close} closes it");
        toast(model, Tone::Warn, text);
        vec![append(IncidentEvent::Opened { id, cause })]
    };
    model.screen = Screen::Incident;
    model.overlay = None;
    model.selected = 0;
    model.scroll = 0;
    effects
}

/// The next page.
pub(super) fn next_page(model: &mut Model) -> Vec<Effect> {
    model.incident.page = model.incident.page.next();
    model.scroll = 0;
    Vec::new()
}

/// The next stage of the message.
pub(super) fn next_stage(model: &mut Model) -> Vec<Effect> {
    // The first press shows the message as it stands.
    if model.incident.page == Page::Message {
        model.incident.stage = Some(stage(model).next());
    }
    model.incident.page = Page::Message;
    model.scroll = 0;
    Vec::new()
}

/// The stage of the message: the one that was chosen, else the one that the records speak for.
pub fn stage(model: &Model) -> Stage {
    let spoken = || {
        model
            .incident
            .shown()
            .map(crate::domain::incident::Incident::stage)
    };
    model.incident.stage.or_else(spoken).unwrap_or_default()
}

/// What an incident of this rollout is of, as far as it is known.
pub fn subject(model: &Model) -> Subject {
    let mut subject = Subject::of(&model.spec);
    subject.region = model.region.clone().or(subject.region);
    let me = model.identity.value.as_ref();
    subject.account = me.map(|me| me.account.clone()).or(subject.account);
    subject
}

/// Asks for what a wish needs.
pub(super) fn ask(model: &mut Model, wish: IncidentWish) -> Vec<Effect> {
    if let Some(why) = cannot(model, wish) {
        toast(model, Tone::Warn, why);
        return Vec::new();
    }
    let word = || model.spec.environment.0.clone();
    let dialog = IncidentDialog {
        wish,
        must_type: (wish == IncidentWish::Release).then(word),
        typed: LineEdit::default(),
        text: LineEdit::default(),
        in_text: wish != IncidentWish::Release,
        complaint: None,
    };
    overlays::show(model, Overlay::Incident(Box::new(dialog)));
    Vec::new()
}

fn cannot(model: &Model, wish: IncidentWish) -> Option<String> {
    let Some(open) = model.incident.open() else {
        return Some("no incident is open".to_owned());
    };
    if wish == IncidentWish::Release && open.released.is_some() {
        return Some("raises are let through already".to_owned());
    }
    if wish != IncidentWish::Note && model.read_only {
        return Some("read-only: the incident is closed and released elsewhere".to_owned());
    }
    let driver = open.driver.as_ref().filter(|_| !model.incident.drives())?;
    let over = model.keymap.said(Action::TakeOver);
    (wish != IncidentWish::Note)
        .then(|| format!("{} drives: {over} takes over first", driver.console()))
}

/// Enter in a dialog of the incident.
pub(super) fn confirm(
    model: &mut Model,
    mut dialog: Box<IncidentDialog>,
    fresh: bool,
) -> Vec<Effect> {
    let text = dialog.text.text().trim().to_owned();
    let typed = dialog
        .must_type
        .as_ref()
        .is_none_or(|word| *word == dialog.typed.text());
    let complaint = if !typed {
        dialog
            .must_type
            .as_ref()
            .map(|word| format!("type {word} to go on"))
    } else if text.is_empty() {
        Some(match dialog.wish {
            IncidentWish::Note => "there is nothing to write down".to_owned(),
            IncidentWish::Close => "say how it ended: the report quotes it".to_owned(),
            IncidentWish::Release => "give a reason for the journal".to_owned(),
        })
    } else if !fresh {
        Some("that came too soon: press it again".to_owned())
    } else {
        cannot(model, dialog.wish)
    };
    let id = model.incident.open().map(|open| open.id.clone());
    if let (None, Some(id)) = (&complaint, id) {
        return vec![match dialog.wish {
            IncidentWish::Note => Effect::Append(Entry::Note { text }),
            IncidentWish::Close => append(IncidentEvent::Closed {
                id,
                note: Some(text),
            }),
            IncidentWish::Release => append(IncidentEvent::LockReleased { id, reason: text }),
        }];
    }
    dialog.in_text = typed;
    dialog.complaint = complaint;
    model.overlay = Some(Overlay::Incident(dialog));
    Vec::new()
}

/// This console drives from now on.
pub(super) fn take_over(model: &mut Model) -> Vec<Effect> {
    let Some(open) = model.incident.open() else {
        toast(model, Tone::Plain, "no incident is open");
        return Vec::new();
    };
    // Whoever drives writes down the watch; a console that writes nothing would only keep others from it.
    if model.read_only {
        toast(
            model,
            Tone::Warn,
            "read-only: this console reads along and takes nothing over",
        );
        return Vec::new();
    }
    if open
        .driver
        .as_ref()
        .is_some_and(|driver| driver.is_console(&model.incident.me))
    {
        toast(model, Tone::Plain, "this console drives already");
        return Vec::new();
    }
    let from = open.driver.as_ref().map_or_else(
        || "nobody".to_owned(),
        crate::domain::journal::Actor::console,
    );
    let id = open.id.clone();
    toast(
        model,
        Tone::Good,
        format!("this console drives the incident now, after {from}"),
    );
    vec![append(IncidentEvent::TakenOver { id, from })]
}

/// The order that a plan takes back exactly, when it is the last one of this console.
pub(super) fn undoes(model: &Model, plan: &Plan) -> Option<OrderId> {
    let last = model.last_order.as_ref()?;
    let outcome = model.last_outcome.as_ref().unwrap_or(&Outcome::NoOp);
    let state = model.lever(last.plan.lever).value.as_ref();
    let change = undo(last, outcome, state, &model.spec.flag.shape)?;
    (change == plan.change).then(|| last.id.clone())
}

/// The lock that keeps a plan from being sent.
pub(super) fn bars(model: &Model, plan: &Plan) -> Option<Lock> {
    if plan.direction != Direction::Raise {
        return None;
    }
    model.incident.lock()?;
    let id = OrderId(String::new());
    let order = Order {
        undoes: undoes(model, plan),
        ..Order::new(id, plan.clone(), None, model.now)
    };
    model.incident.book.bars(&order, &model.incident.me)
}

/// Says that the lock keeps this from being sent, and what opens it.
pub(super) fn refuse(model: &mut Model, plan: &Plan, lock: Lock) {
    let wanted = plan.sentence.clone();
    overlays::show(
        model,
        Overlay::Locked {
            wanted,
            lock: Box::new(lock),
        },
    );
}

pub(super) fn append(event: IncidentEvent) -> Effect {
    Effect::Append(Entry::Incident { event })
}

pub(super) use super::incident_watch::{recovered, watch};
