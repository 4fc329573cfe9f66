//! The runbook: opening it, walking through it, and what happens to it by itself. Every change of it is an event that is written down, and
//! the events alone change it.

use crate::app::Effect;
use crate::app::model::{Model, Screen, Tone};
use crate::app::runbook_pane::Picking;
use crate::domain::alarm::AlarmState;
use crate::domain::exposure::Observed;
use crate::domain::incident::IncidentEvent;
use crate::domain::journal::{Actor, Entry, Record};
use crate::domain::runbook::checklist::{
    Checklist, Light, Live, Proven, Refusal, Standing, StepId,
};
use crate::domain::runbook::{RunbookEvent, StepMark, shipped};

use super::toast;

mod acting;
mod asking;
mod commands;
mod gate;
mod offers;
mod opening;
mod orders;
mod unwritten;

pub(in crate::app) use acting::runs_nothing;
pub(super) use acting::{branch, enter, script, skip, tick};
pub(super) use asking::{close, complain_no_more, confirm, line, pick_file, shift};
pub(super) use commands::ended as command_ended;
pub(super) use gate::{doubt, refusal, unseen};
pub(super) use opening::{open_file, read, recovered, refresh, show};
pub(super) use orders::{recovered as orders_recovered, settled};
pub(super) use unwritten::taken_back;

/// Nothing is scrolled further than this; what is drawn ends long before.
const DEEPEST: usize = 100_000;
/// Records of runbooks that are kept; the oldest go.
const RECORDS: usize = 5_000;

/// What is measured, as a checklist sees it. `proven` is what [`unexposed`] answers.
pub(crate) fn live<'a>(model: &'a Model, proven: Option<&'a Proven>) -> Live<'a> {
    Live {
        now: model.now,
        signals: &model.spec.signals,
        readings: &model.readings,
        series: &model.series,
        complaints: &model.complaints,
        unexposed: proven,
    }
}

/// Since when it is proven by what was seen that nobody is exposed; `None` while it is not.
pub(crate) fn unexposed(model: &Model) -> Option<Proven> {
    let off = model
        .exposure
        .effective
        .is_some_and(|effective| effective.at_most.get() == 0);
    let clock = model
        .clock
        .as_ref()
        .filter(|clock| off && clock.wanted.get() == 0);
    if let Some(since) = clock.and_then(|clock| clock.observed_at) {
        let seen = clock.map_or(0, |clock| clock.clean_sessions);
        let text = format!("no treated session among {seen} seen");
        return Some(Proven { since, text });
    }
    match model.exposure.observed {
        Observed::Share(share) if off && clock.is_none() && share.percent == 0.0 => Some(Proven {
            since: model.stage_since.unwrap_or(model.opened_at),
            text: format!("no treated session among {} seen", share.sessions),
        }),
        _ => None,
    }
}

/// Does something with the checklist and what is measured; nothing while no runbook is open.
fn with<T>(model: &Model, deed: impl FnOnce(&Checklist, &Live<'_>) -> T) -> Option<T> {
    let open = model.runbook.open.as_deref()?;
    let proven = unexposed(model);
    Some(deed(open, &live(model, proven.as_ref())))
}

fn append(event: RunbookEvent) -> Effect {
    Effect::Append(Entry::Runbook {
        event: Box::new(event),
    })
}

/// Events to write down, or what to say instead.
fn written(model: &mut Model, events: Result<Vec<RunbookEvent>, Refusal>) -> Vec<Effect> {
    match events {
        Ok(events) => events.into_iter().map(append).collect(),
        Err(Refusal::Nothing(why) | Refusal::NeedsReason(why)) => {
            toast(model, Tone::Plain, why);
            Vec::new()
        }
    }
}

/// After every message: what is to be written down of runbooks has happened to the one that is open, and what follows by itself does too.
pub(super) fn follow(model: &mut Model, effects: &mut Vec<Effect>, judges: bool) {
    effects.extend(orders::sent(model, effects));
    commands::begun(model, effects);
    unwritten::introduce(model, effects);
    take(model, effects, false);
    arrive(model);
    effects.extend(opening::judge_again(model));
    if !judges || another_drives(model).is_some() || unwritten::holds_back(model) {
        return;
    }
    rank_again(model);
    let late = orders::catch_up(model);
    if !late.is_empty() {
        take(model, &late, false);
        effects.extend(late);
        return;
    }
    let by_itself = with(model, Checklist::judge).unwrap_or_default();
    let moves = by_itself.iter().any(|event| in_words(event).is_some());
    let mut followed: Vec<Effect> = by_itself.into_iter().map(append).collect();
    let standing_on = model.runbook.selected_step();
    unwritten::introduce(model, &mut followed);
    take(model, &followed, true);
    if moves {
        move_on(model, standing_on);
    }
    effects.append(&mut followed);
}

fn take(model: &mut Model, effects: &[Effect], by_itself: bool) {
    for effect in effects {
        let Effect::Append(Entry::Runbook { event }) = effect else {
            continue;
        };
        happened(model, event);
        unwritten::begun(model, event, by_itself);
    }
    let surplus = model.runbook.told.len().saturating_sub(RECORDS);
    model.runbook.told.drain(..surplus);
}

/// In a section that was picked just now the branch that is met is selected, else the step that comes next.
fn arrive(model: &mut Model) {
    if !std::mem::take(&mut model.runbook.arriving) {
        return;
    }
    let found = with(model, |open, live| {
        let met = |id: &StepId| {
            let lights = open.lights(*id, live);
            open.is_branch(*id)
                && !lights.is_empty()
                && lights
                    .iter()
                    .all(|(_, light)| matches!(light, Light::Met(_)))
        };
        let open_steps = open.steps().into_iter().filter(|id| open.applies(*id));
        open_steps
            .filter(|id| open.state(*id).mark == StepMark::Open)
            .find(met)
            .or_else(|| open.next())
    });
    if let Some(id) = found.flatten() {
        select(model, id);
    }
}

/// Something has happened to the runbook.
fn happened(model: &mut Model, event: &RunbookEvent) {
    if let Some(open) = &mut model.runbook.open {
        open.take(event, model.now, None);
    }
    model.runbook.told.push(Record {
        seq: 0,
        at: model.now,
        actor: Actor::default(),
        entry: Entry::Runbook {
            event: Box::new(event.clone()),
        },
    });
}

/// What happened by itself, for the person.
fn in_words(event: &RunbookEvent) -> Option<String> {
    match event {
        RunbookEvent::Marked {
            step,
            evidence: Some(evidence),
            ..
        } => Some(format!(
            "verified: {}: {}",
            first_line(&step.text),
            evidence.text
        )),
        RunbookEvent::WaitBegun { step, span } => {
            let span = crate::domain::signal::format_span(*span);
            Some(format!("waiting {span}: {}", first_line(&step.text)))
        }
        _ => None,
    }
}

fn first_line(text: &str) -> &str {
    text.lines()
        .next()
        .unwrap_or_default()
        .trim_end_matches(':')
}

/// The selection goes on to the step that comes next, where it stood on one that is settled now.
fn move_on(model: &mut Model, from: Option<StepId>) {
    let Some(open) = &model.runbook.open else {
        return;
    };
    let settled = from.is_none_or(|id| {
        matches!(
            open.standing(id, model.now),
            Standing::Done | Standing::Skipped | Standing::OtherBranch
        )
    });
    if let (true, Some(next)) = (settled, open.next()) {
        select(model, next);
    }
}

fn select(model: &mut Model, id: StepId) {
    if let Some(place) = model.runbook.steps().iter().position(|step| *step == id) {
        model.runbook.selected = place;
    }
}

/// Shows the sections to pick from.
pub(super) fn sections(model: &mut Model) -> Vec<Effect> {
    if model.runbook.picking.is_some() {
        // Without a section there is nothing to go back to.
        closes_picker(model);
        return Vec::new();
    }
    let alarms: Vec<String> = alarming(model);
    let names: Vec<&str> = alarms.iter().map(String::as_str).collect();
    let Some(rows) = with(model, |open, live| open.ranked(live, &names)) else {
        return Vec::new();
    };
    model.runbook.picking = Some(Picking {
        rows,
        ..Picking::default()
    });
    Vec::new()
}

/// What fits now comes first, for as long as nobody has moved the selection; after that the rows only say what fits.
fn rank_again(model: &mut Model) {
    if model.runbook.picking.is_none() {
        return;
    }
    let alarms = alarming(model);
    let names: Vec<&str> = alarms.iter().map(String::as_str).collect();
    let Some(ranked) = with(model, |open, live| open.ranked(live, &names)) else {
        return;
    };
    let Some(picking) = &mut model.runbook.picking else {
        return;
    };
    if !picking.moved {
        picking.rows = ranked;
        return;
    }
    for row in &mut picking.rows {
        let now = ranked.iter().find(|now| now.section == row.section);
        row.because = now.map(|now| now.because.clone()).unwrap_or_default();
    }
}

/// The alarms that are in ALARM.
fn alarming(model: &Model) -> Vec<String> {
    let alarms = model.alarms.value.iter().flat_map(|batch| &batch.alarms);
    alarms
        .filter(|alarm| alarm.state == AlarmState::Alarm)
        .map(|alarm| alarm.name.clone())
        .collect()
}

/// The file that is opened when nobody says which.
fn wanted(model: &Model) -> String {
    let asked = model.runbook.asked.clone();
    asked
        .or_else(|| model.spec.runbook.clone())
        .unwrap_or_else(|| shipped::DEFAULT.to_owned())
}

/// Moves the selection in the picker or among the steps.
pub(super) fn move_by(model: &mut Model, by: isize) {
    let moved =
        |from: usize, rows: usize| from.saturating_add_signed(by).min(rows.saturating_sub(1));
    if let Some(picking) = &mut model.runbook.picking {
        picking.selected = moved(picking.selected, picking.rows.len());
        picking.moved = true;
        return;
    }
    let rows = model.runbook.steps().len();
    if rows == 0 {
        model.scroll = model.scroll.saturating_add_signed(by).min(DEEPEST);
        return;
    }
    model.runbook.selected = moved(model.runbook.selected.min(rows.saturating_sub(1)), rows);
}

/// Selects a section in the picker, or a step.
pub(super) fn select_row(model: &mut Model, row: usize) {
    let now = match &model.runbook.picking {
        Some(picking) => picking.selected,
        None => model.runbook.selected,
    };
    let by = row.min(DEEPEST) as isize - now.min(DEEPEST) as isize;
    move_by(model, by);
}

/// Whether esc closes the picker and not the screen: only where a section was picked before.
pub(super) fn closes_picker(model: &mut Model) -> bool {
    let picked = model
        .runbook
        .open
        .as_ref()
        .is_some_and(|open| open.section().is_some());
    model.screen == Screen::Runbook && picked && model.runbook.picking.take().is_some()
}

/// What is copied from the runbook: the selected step's commands, else its words.
pub(super) fn text(model: &Model) -> Option<String> {
    let open = model.runbook.open.as_ref()?;
    let step = open.step(model.runbook.selected_step()?)?;
    let commands: Vec<&str> = step
        .commands
        .iter()
        .map(|command| command.text.as_str())
        .collect();
    Some(if commands.is_empty() {
        step.text.clone()
    } else {
        commands.join("\n")
    })
}

/// Who drives the incident, where that is another console: this one reads then, and neither ticks nor begins anything.
fn another_drives(model: &Model) -> Option<String> {
    let open = model.incident.open().filter(|_| !model.incident.drives())?;
    let driver = open.driver.as_ref().map(Actor::console);
    Some(driver.unwrap_or_else(|| "another console".to_owned()))
}

/// The journal was read on: what others did happened to the checklist here too, and a closed incident ends it.
pub(super) fn journal_read(model: &mut Model, records: &[Record]) -> Vec<Effect> {
    let mut effects = Vec::new();
    for record in records {
        match &record.entry {
            Entry::Incident {
                event: IncidentEvent::Closed { .. },
            } => effects.extend(opening::after_incident(model)),
            Entry::Incident {
                event: IncidentEvent::Opened { .. },
            } => opening::in_incident(model),
            Entry::Runbook { event } if unwritten::written(model, record, event) => {}
            Entry::Runbook { event } if !record.actor.is_console(&model.incident.me) => {
                if let Some(open) = &mut model.runbook.open {
                    open.take_others(event, record.at, &record.actor.user);
                }
                model.runbook.told.push(record.clone());
            }
            _ => {}
        }
    }
    effects
}
