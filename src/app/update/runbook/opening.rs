//! A runbook's file is read: at the first look, on request, and when the journal tells of one that was being worked through. It reads no
//! file itself.

use crate::app::Effect;
use crate::app::keymap::Action;
use crate::app::model::{Model, Screen, Tone};
use crate::app::runbook_pane::{ReadRunbook, RunbookPane, RunbookWish};
use crate::domain::failure::PortError;
use crate::domain::journal::{Entry, Record};
use crate::domain::runbook::checklist::{Checklist, StepId};
use crate::domain::runbook::{RunbookEvent, shipped};

use super::{append, orders, sections, wanted};
use crate::app::update::{RE_ROLLOUT, keys, toast};

#[cfg(test)]
mod tests;

/// Shows the runbook; the first look reads it.
pub(in crate::app::update) fn show(model: &mut Model) -> Vec<Effect> {
    let mut effects = keys::open(model, Screen::Runbook);
    if model.incident.open().is_some() {
        take_offer_back(model);
    }
    if model.runbook.open.is_none() {
        effects.extend(ask_for(model));
    } else if model
        .runbook
        .open
        .as_ref()
        .is_some_and(|open| open.section().is_none())
    {
        model.runbook.picking = None;
        effects.extend(sections(model));
    }
    effects
}

fn ask_for(model: &mut Model) -> Vec<Effect> {
    if model.runbook.reading {
        return Vec::new();
    }
    model.runbook.reading = true;
    let file = wanted(model);
    vec![reads(model, file)]
}

fn reads(model: &mut Model, file: String) -> Effect {
    model.runbook.judged_by = model.exposure.desired;
    Effect::OpenRunbook(Box::new(RunbookWish {
        file,
        rollout: model.spec.clone(),
        current: model.exposure.desired,
    }))
}

/// What would go wrong depends on how many are treated: with another share the file is judged anew.
pub(super) fn judge_again(model: &mut Model) -> Option<Effect> {
    let pane = &model.runbook;
    let file = pane.open.as_ref()?.file.clone();
    let is_due = model.exposure.desired.is_some() && model.exposure.desired != pane.judged_by;
    if !is_due || pane.reading || pane.judging_again {
        return None;
    }
    model.runbook.judging_again = true;
    Some(reads(model, file))
}

/// The file was judged anew. Nobody asked for it to be read, so it is not opened anew, whatever it says by now.
fn judged(model: &mut Model, result: Result<Box<ReadRunbook>, PortError>) {
    let was = model.runbook.open.as_ref().map(|open| &open.sha256);
    match result {
        Ok(found) if was == Some(&found.sha256) => model.runbook.remarks = found.remarks,
        Ok(_) => {
            let refresh = model.keymap.said(Action::Refresh);
            let text = format!("the runbook's file is another by now: {refresh} reads it");
            toast(model, Tone::Warn, text);
        }
        // What was said of it by an earlier share is still the best there is.
        Err(_) => {}
    }
}

/// Reads the file again, when it is on screen.
pub(in crate::app::update) fn refresh(model: &mut Model) -> Vec<Effect> {
    if model.screen != Screen::Runbook {
        return Vec::new();
    }
    ask_for(model)
}

/// Shows another runbook: this file, or one that is built in.
pub(in crate::app::update) fn open_file(model: &mut Model, file: &str) -> Vec<Effect> {
    let shown = keys::open(model, Screen::Runbook);
    [shown, other(model, file)].concat()
}

/// Opens another file.
pub(super) fn other(model: &mut Model, file: &str) -> Vec<Effect> {
    model.runbook.asked = Some(file.to_owned());
    model.runbook.before_offer = None;
    model.runbook.reading = false;
    ask_for(model)
}

/// A file was read.
pub(in crate::app::update) fn read(
    model: &mut Model,
    file: String,
    result: Result<Box<ReadRunbook>, PortError>,
) -> Vec<Effect> {
    let judges = std::mem::take(&mut model.runbook.judging_again) && !model.runbook.reading;
    if judges
        && model
            .runbook
            .open
            .as_ref()
            .is_some_and(|open| open.file == file)
    {
        judged(model, result);
        return Vec::new();
    }
    if file != wanted(model) {
        // Another file was asked for meanwhile.
        return Vec::new();
    }
    model.runbook.reading = false;
    let found = match result {
        Ok(found) => found,
        Err(fault) => {
            toast(
                model,
                Tone::Bad,
                format!("the runbook was not read: {fault}"),
            );
            model.runbook.fault = Some((file, fault));
            return Vec::new();
        }
    };
    model.runbook.fault = None;
    let again = model.runbook.open.as_ref().filter(|open| open.file == file);
    let (was, selected) = (
        again.map(|open| open.sha256.clone()),
        again.and(model.runbook.selected_step()),
    );
    let kept = again.zip(selected).and_then(|(open, id)| open.key(id));
    if was.as_ref() == Some(&found.sha256) {
        model.runbook.remarks = found.remarks;
        toast(model, Tone::Plain, "the runbook is as it was");
        return Vec::new();
    }
    let found = *found;
    let mut open = Checklist::new(file, found.sha256, found.runbook, &model.spec.signals)
        .for_rollout(&model.spec);
    open.resume(&model.runbook.told);
    let place = kept.and_then(|key| open.find(&key)).or_else(|| open.next());
    let mut effects = Vec::new();
    if was.is_some() || !is_told(&model.runbook.told, &open) {
        effects.push(append(open.opened()));
    }
    say(model, &open, was.is_some());
    begin(model, open, place);
    model.runbook.remarks = found.remarks;
    effects.extend(orders::catch_up(model));
    if model
        .runbook
        .open
        .as_ref()
        .is_some_and(|open| open.section().is_none())
    {
        effects.extend(first_section(model));
    }
    effects
}

fn begin(model: &mut Model, open: Checklist, place: Option<StepId>) {
    model.runbook.picking = None;
    model.runbook.offered = None;
    if !shipped::is_builtin(&open.file) {
        model.commands_directory = open.file.rsplit_once('/').map(|(directory, _)| {
            if directory.is_empty() {
                "/".to_owned()
            } else {
                directory.to_owned()
            }
        });
    }
    model.runbook.open = Some(Box::new(open));
    model.runbook.selected = 0;
    if let Some(id) = place {
        super::select(model, id);
    }
}

/// What there is to be told about the file.
fn say(model: &mut Model, open: &Checklist, again: bool) {
    let gone = match open.strays.len() {
        0 => String::new(),
        1 => ": one step that was worked on is not there any more".to_owned(),
        count => format!(": {count} steps that were worked on are not there any more"),
    };
    if again {
        toast(
            model,
            Tone::Warn,
            format!("the runbook's file has changed, and is read anew{gone}"),
        );
    } else if open.changed_from.is_some() {
        toast(
            model,
            Tone::Warn,
            format!("the runbook's file has changed since it was worked through{gone}"),
        );
    } else if !gone.is_empty() {
        toast(
            model,
            Tone::Warn,
            format!("the runbook is another one{gone}"),
        );
    }
}

/// Where there is only one section it needs no picking.
fn first_section(model: &mut Model) -> Vec<Effect> {
    let Some(open) = &model.runbook.open else {
        return Vec::new();
    };
    match open.pickable().as_slice() {
        [only] => open.pick(*only).map(append).into_iter().collect(),
        _ => sections(model),
    }
}

/// Whether the journal tells already that this file was opened, as it is.
fn is_told(told: &[Record], open: &Checklist) -> bool {
    last_opened(told).is_some_and(|(file, sha256)| *file == open.file && *sha256 == open.sha256)
}

fn last_opened(told: &[Record]) -> Option<(&String, &String)> {
    told.iter().rev().find_map(|record| match &record.entry {
        Entry::Runbook { event } => match &**event {
            RunbookEvent::Opened { file, sha256, .. } => Some((file, sha256)),
            _ => None,
        },
        _ => None,
    })
}

/// The journal was opened: a runbook that was being worked through goes on, its waits with it.
pub(in crate::app::update) fn recovered(model: &mut Model, told: Vec<Record>) -> Vec<Effect> {
    let before = std::mem::replace(&mut model.runbook.told, told);
    model.runbook.told.extend(before);
    let under_way = last_opened(&model.runbook.told).map(|(file, _)| file.clone());
    if let (Some(file), None) = (under_way, &model.runbook.asked) {
        model.runbook.asked = Some(file);
    }
    let opens = !model.runbook.told.is_empty() || model.screen == Screen::Runbook;
    if opens && model.runbook.open.is_none() {
        ask_for(model)
    } else {
        Vec::new()
    }
}

/// The incident is over, and with it what was ticked: the next one begins anew, with the runbook that comes after an incident.
pub(super) fn after_incident(model: &mut Model) -> Vec<Effect> {
    let before = model.runbook.asked.take();
    model.runbook.before_offer.get_or_insert(before);
    model.runbook = RunbookPane {
        asked: model.incident.offers.clone(),
        before_offer: model.runbook.before_offer.take(),
        ..RunbookPane::default()
    };
    if model.screen == Screen::Runbook {
        ask_for(model)
    } else {
        Vec::new()
    }
}

/// An incident begins: the runbook that the last one's end offered is not the one to work through now. Where it is on screen it stays there
/// until a person looks for the other.
pub(super) fn in_incident(model: &mut Model) {
    if model.screen != Screen::Runbook {
        take_offer_back(model);
    } else if let Some(before) = &model.runbook.before_offer {
        let asked = before.clone().or_else(|| model.spec.runbook.clone());
        let other = asked.unwrap_or_else(|| shipped::DEFAULT.to_owned());
        let open = model.keymap.said(Action::RunbookFile);
        let text = format!("an incident is open, raises are locked: {open} opens {other}");
        toast(model, Tone::Warn, text);
    }
}

/// What was offered gives way to what was asked for before, unless a person has asked for another file since.
fn take_offer_back(model: &mut Model) {
    let Some(before) = model.runbook.before_offer.take() else {
        return;
    };
    if model.runbook.asked.as_deref() == Some(RE_ROLLOUT) {
        model.runbook = RunbookPane {
            asked: before,
            told: std::mem::take(&mut model.runbook.told),
            unwritten: std::mem::take(&mut model.runbook.unwritten),
            ..RunbookPane::default()
        };
    }
}
