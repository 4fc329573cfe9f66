//! What a console writes down by itself while an incident is open: the baseline, the values of each period, the end of the watch
//! after the rollback; and what it takes up again after a crash. It asks nobody.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::app::Effect;
use crate::app::model::Model;
use crate::domain::Timestamp;
use crate::domain::clockface::Clockface;
use crate::domain::flag::{Flag, exposed};
use crate::domain::incident::{Book, Earlier, Incident, IncidentEvent, Watch, baseline, measure};
use crate::domain::journal::{Entry, Proof};
use crate::domain::signal::SignalState;

use super::incident::append;

/// From then on values are written down less often.
const LONG: Duration = Duration::from_hours(6);
/// How often then.
const SELDOM: Duration = Duration::from_mins(10);

/// The journal was opened: the incident that was open goes on, with its clock and its watch.
pub(in crate::app::update) fn recovered(model: &mut Model) -> Vec<Effect> {
    let trail = std::mem::take(&mut model.incident.trail);
    let mut book = Book::from_records(&trail);
    book.leave_out(model.incident.left_out);
    std::mem::swap(&mut model.incident.book, &mut book);
    model.incident.following.due_in = 0;
    adopt_clock(model);
    let mut effects = Vec::new();
    let me = model.incident.me.clone();
    if let Some(told) = model.incident.open().map(told) {
        model.incident.told = told;
    }
    if let Some(open) = model.incident.open() {
        let gone = open
            .driver
            .as_ref()
            .filter(|driver| driver.host == me.host && !driver.is_console(&me));
        // Nobody else has the journal open on this host: the console that drove is gone.
        if let Some(gone) = gone
            && model.incident.attended
            && !model.read_only
            && model.journal.owner.is_none()
        {
            let (id, from) = (open.id.clone(), gone.console());
            effects.push(append(IncidentEvent::TakenOver { id, from }));
        }
    }
    effects
}

/// The newest value that the journal has of each signal.
fn told(open: &Incident) -> BTreeMap<String, Timestamp> {
    let mut told = BTreeMap::new();
    for record in open.records() {
        if let Entry::Incident {
            event: IncidentEvent::Watched { values, .. },
        } = &record.entry
        {
            told.extend(values.iter().map(|value| (value.signal.clone(), value.at)));
        }
    }
    told
}

/// The exposure clock of the newest order goes on here, where an earlier run or another console has sent it: what was proven stays
/// proven.
pub(in crate::app::update) fn adopt_clock(model: &mut Model) {
    let desk = &model.incident;
    let Some((record, order, outcome)) = desk.open().and_then(Incident::last_applied) else {
        return;
    };
    if !desk.attended || record.actor.is_console(&desk.me) {
        return;
    }
    let proofs = desk
        .open()
        .map_or_else(Vec::new, |open| open.proofs_of(&order.id));
    let told: Vec<Proof> = proofs.iter().map(|(proof, _)| *proof).collect();
    let running = model.clock.as_ref();
    if running.is_some_and(|clock| clock.order == order.id) {
        for proof in told {
            if !model.proofs_told.contains(&proof) {
                model.proofs_told.push(proof);
            }
        }
        return;
    }
    let Some(mut clock) = Clockface::start(order, outcome, &model.spec) else {
        return;
    };
    if running.is_some_and(|running| running.accepted_at > clock.accepted_at) {
        return;
    }
    let when = |wanted: Proof| {
        proofs
            .iter()
            .find(|(proof, _)| *proof == wanted)
            .map(|(_, at)| *at)
    };
    clock.read_back_at = when(Proof::ReadBack);
    clock.observed_at = when(Proof::Observed);
    clock.recovered_at = when(Proof::Recovered);
    model.incident.reclocked = Some(order.id.0.clone());
    model.clock = Some(clock);
    model.proofs_told = [vec![Proof::Accepted], told].concat();
}

/// Writes down what is due.
pub(in crate::app::update) fn watch(model: &mut Model) -> Vec<Effect> {
    let desk = &model.incident;
    let Some(open) = desk.open() else {
        return Vec::new();
    };
    let writes = desk.attended && model.journal.open && !model.read_only && desk.drives();
    if !writes || model.sampling.at.is_none() {
        return Vec::new();
    }
    let (id, opened_at) = (open.id.clone(), open.opened_at);
    let lacks_baseline = open.baseline().is_none() && desk.baseline_of.as_ref() != Some(&id);
    let mut effects = Vec::new();
    if lacks_baseline {
        model.incident.baseline_of = Some(id.clone());
        let before = model.incident.book.all().iter().rev().nth(1);
        let earlier = before.and_then(|before| {
            let closed = before.closed.as_ref()?.at;
            let baseline = before.baseline();
            Some(Earlier { closed, baseline })
        });
        let found = baseline(
            &model.spec.signals,
            &model.series,
            (opened_at, raised(model, opened_at)),
            earlier,
        );
        effects.push(append(IncidentEvent::Baseline {
            id: id.clone(),
            baseline: Box::new(found),
        }));
    }
    effects.extend(values(model, &id, opened_at));
    effects.extend(end_of_watch(model, &id));
    effects
}

fn values(model: &mut Model, id: &str, opened_at: Timestamp) -> Option<Effect> {
    let state = |name: &str| state_of(model, name).unwrap_or(SignalState::NoData);
    let told = &model.incident.told;
    let newest = told.values().max().copied();
    let is_long = model.now.since(opened_at) > LONG;
    if is_long && newest.is_some_and(|at| model.now.since(at) < SELDOM) {
        return None;
    }
    let values = measure(&model.spec.signals, &model.series, state, (model.now, told));
    let values: Vec<_> = values
        .into_iter()
        .filter(|value| value.at >= opened_at - Duration::from_mins(2))
        .collect();
    if values.is_empty() {
        return None;
    }
    for value in &values {
        model.incident.told.insert(value.signal.clone(), value.at);
    }
    Some(append(IncidentEvent::Watched {
        id: id.to_owned(),
        values,
    }))
}

fn end_of_watch(model: &mut Model, id: &str) -> Option<Effect> {
    let watch = watch_now(model)?;
    let is_over = watch.left(model.now).is_zero() && watch.ended.is_none();
    if !is_over || model.incident.ended_watch_of == Some(watch.began) {
        return None;
    }
    model.incident.ended_watch_of = Some(watch.began);
    Some(append(IncidentEvent::WatchEnded {
        id: id.to_owned(),
        verified: watch.is_verified(),
        signals: watch.signals,
    }))
}

/// The watch after the rollback of the incident that is shown, as it stands now.
pub fn watch_now(model: &Model) -> Option<Watch> {
    let shown = model.incident.shown()?;
    let state = |name: &str| state_of(model, name);
    shown.watch(&model.spec.signals, &model.series, &state, model.now)
}

fn state_of(model: &Model, name: &str) -> Option<SignalState> {
    let mut readings = model.readings.iter();
    readings
        .find(|reading| reading.name == name)
        .map(|reading| reading.state)
}

/// When the flag's history last went up before this instant.
fn raised(model: &Model, before: Timestamp) -> Option<Timestamp> {
    let shape = &model.spec.flag.shape;
    let mut known: Vec<_> = model
        .history
        .value
        .iter()
        .flatten()
        .filter_map(|version| {
            let flag = Flag::parse(&version.text, shape).ok()?;
            Some((version.at?, exposed(&flag, shape.comparison)))
        })
        .filter(|(at, _)| *at < before)
        .collect();
    known.reverse();
    known.sort_by_key(|(at, _)| *at);
    known
        .windows(2)
        .filter_map(|pair| match pair {
            [(_, from), (at, to)] if to > from => Some(*at),
            _ => None,
        })
        .next_back()
}
