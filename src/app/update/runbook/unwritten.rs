//! What happened to the runbook and is on its way to the journal: it is told of once it is there, and a tick that the journal did not take is
//! taken back. It writes nothing.

use std::time::Duration;

use super::{append, first_line, in_words, orders};
use crate::app::Effect;
use crate::app::model::{Model, Tone};
use crate::app::runbook_pane::Unwritten;
use crate::app::update::toast;
use crate::domain::journal::{Entry, Record};
use crate::domain::runbook::{RunbookEvent, StepMark};

/// How long nothing happens by itself after the journal did not take a tick: every try costs the person a message.
const HOLD_BACK: Duration = Duration::from_secs(10);
/// Events that may be on their way; where more are, the journal hangs, and the oldest are given up.
const MOST: usize = 1_000;

/// An event is on its way to the journal.
pub(super) fn begun(model: &mut Model, event: &RunbookEvent, by_itself: bool) {
    let on_their_way = &mut model.runbook.unwritten;
    if on_their_way.len() == MOST {
        on_their_way.pop_front();
    }
    on_their_way.push_back(Unwritten {
        event: event.clone(),
        by_itself,
    });
}

fn introduces(event: &RunbookEvent) -> bool {
    matches!(
        event,
        RunbookEvent::Opened { .. } | RunbookEvent::Picked { .. }
    )
}

/// Where the journal did not take which file and which section it is, that is told again before anything else: without it a later tick would
/// belong to nothing.
pub(super) fn introduce(model: &mut Model, effects: &mut Vec<Effect>) {
    let tells = |effect: &Effect| matches!(effect, Effect::Append(Entry::Runbook { event }) if !introduces(event));
    let Some(place) = effects
        .iter()
        .position(tells)
        .filter(|_| model.runbook.is_untold)
    else {
        return;
    };
    model.runbook.is_untold = false;
    let Some(open) = &model.runbook.open else {
        return;
    };
    let section = open.section().and_then(|(section, _)| open.pick(section));
    let events = std::iter::once(open.opened()).chain(section);
    effects.splice(place..place, events.map(append));
}

/// Whether nothing is to happen by itself now: a tick is on its way, and might be taken back, or one was just now.
pub(super) fn holds_back(model: &mut Model) -> bool {
    let is_tick = |unwritten: &Unwritten| matches!(unwritten.event, RunbookEvent::Marked { .. });
    if model.runbook.unwritten.iter().any(is_tick) {
        return true;
    }
    let holds = model.runbook.held_back.is_some_and(|end| model.now < end);
    if !holds {
        model.runbook.held_back = None;
    }
    holds
}

/// Whether this record is one that was on its way from here. Now it counts, and what happened by itself is told.
pub(super) fn written(model: &mut Model, record: &Record, event: &RunbookEvent) -> bool {
    let me = &model.incident.me;
    let is_mine = record.seq == 0 || me.pid.is_none() || record.actor.is_console(me);
    if !is_mine {
        return false;
    }
    let Some(found) = arrived(model, event) else {
        return false;
    };
    if record.seq > 0 {
        model.runbook.held_back = None;
    } else if introduces(event) {
        model.runbook.is_untold = true;
    }
    if let Some(text) = in_words(&found.event).filter(|_| found.by_itself) {
        toast(model, Tone::Good, text);
    }
    true
}

/// Takes what a record is about from what is on its way.
fn arrived(model: &mut Model, event: &RunbookEvent) -> Option<Unwritten> {
    let on_their_way = &mut model.runbook.unwritten;
    let place = on_their_way
        .iter()
        .position(|unwritten| is_same(&unwritten.event, event))?;
    on_their_way.remove(place)
}

/// Whether a record tells of this event. Secrets in its words are masked in the journal, so that words are not compared.
fn is_same(mine: &RunbookEvent, told: &RunbookEvent) -> bool {
    use RunbookEvent::{Branched, Marked, Opened, Ordered, Picked, WaitBegun};
    match (mine, told) {
        (Opened { sha256: mine, .. }, Opened { sha256: told, .. }) => mine == told,
        (Picked { line: mine, .. }, Picked { line: told, .. }) => mine == told,
        (Ordered { order: mine, .. }, Ordered { order: told, .. }) => mine == told,
        (
            Marked {
                step: mine,
                mark: as_mine,
                ..
            },
            Marked {
                step: told,
                mark: as_told,
                ..
            },
        ) => (mine.line, as_mine) == (told.line, as_told),
        (Branched { step: mine, .. }, Branched { step: told, .. })
        | (WaitBegun { step: mine, .. }, WaitBegun { step: told, .. }) => mine.line == told.line,
        _ => false,
    }
}

/// The journal did not take an entry that does not count without it.
pub(in crate::app::update) fn taken_back(model: &mut Model, entry: &Entry) {
    let Entry::Runbook { event } = entry else {
        return;
    };
    if arrived(model, event).is_none() {
        return;
    }
    let told = &mut model.runbook.told;
    let place = told.iter().rposition(|record| {
        record.seq == 0 && matches!(&record.entry, Entry::Runbook { event: told } if told == event)
    });
    if let Some(place) = place {
        told.remove(place);
    }
    let kept = model.runbook.selected_step();
    if let Some(open) = &mut model.runbook.open {
        **open = open.again(&model.runbook.told, &model.spec.signals);
    }
    keep_outcome(model, event);
    model.runbook.held_back = Some(model.now + HOLD_BACK);
    if let (
        Some(id),
        RunbookEvent::Marked {
            step: key, mark, ..
        },
    ) = (kept, &**event)
    {
        let open = model.runbook.open.as_ref();
        super::select(model, open.and_then(|open| open.find(key)).unwrap_or(id));
        say(model, &key.text, *mark);
    }
}

/// What became of an order is known although it could not be noted: it is noted once the journal takes something again.
fn keep_outcome(model: &mut Model, event: &RunbookEvent) {
    let RunbookEvent::Marked {
        step,
        mark,
        evidence: Some(seen),
        ..
    } = event
    else {
        return;
    };
    let open = model.runbook.open.as_ref();
    let order = open.and_then(|open| open.state(open.find(step)?).under_way);
    if let Some(order) = order {
        orders::keep(model, order, *mark, seen.text.clone());
    }
}

fn say(model: &mut Model, words: &str, mark: StepMark) {
    let what = match mark {
        StepMark::Done => "not ticked",
        StepMark::Skipped => "not left out",
        StepMark::Failed => "its failure is not noted",
        StepMark::Open => "not opened again",
    };
    let why = model.journal.fault.as_ref().map(ToString::to_string);
    let text = format!(
        "{what}: {}: it could not be written down ({})",
        first_line(words),
        why.unwrap_or_else(|| "the journal takes nothing".to_owned())
    );
    toast(model, Tone::Bad, text);
}
