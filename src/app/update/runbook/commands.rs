//! Commands of steps: what they lack is filled from the rollout or asked for, what would raise exposure past its gate is not run, and how one
//! ended marks its step. What is shown and run is decided elsewhere.

use crate::app::Effect;
use crate::app::keymap::{Action, Scope};
use crate::app::model::run::end_words;
use crate::app::model::{CommandWish, Missing, Model, Overlay, Tone};
use crate::domain::runbook::checklist::{Checklist, StepId};
use crate::domain::runbook::command::CommandReport;
use crate::domain::runbook::native::{with_found, with_values};
use crate::domain::runbook::variable::{Known, assigned, resolve};
use crate::domain::runbook::{Command, CommandEnd, RunbookEvent, StepMark};

use super::gate::Refusal;
use super::{append, happened, with};
use crate::app::update::{command, overlays, toast};

/// Commands above the one that is run in which a variable of it may have been set.
const ABOVE: usize = 400;

/// Shows a step's command as it would be run, or says why it is not.
pub(super) fn offer(model: &mut Model, step: StepId, place: usize) -> Vec<Effect> {
    match refusal(model, step, place) {
        Some(Refusal {
            why,
            lock: Some(lock),
        }) => {
            let copy = model.keymap.said_in(Action::Copy, &[Scope::Dialog]);
            let wanted = format!("{why}; {copy} copies it, for a shell of your own");
            let lock = Box::new(lock);
            overlays::show(model, Overlay::Locked { wanted, lock });
            return Vec::new();
        }
        Some(Refusal { why, lock: None }) => {
            toast(model, Tone::Bad, why);
            return Vec::new();
        }
        None => {}
    }
    let Some(wish) = wish(model, step, place) else {
        return Vec::new();
    };
    command::offer(model, wish)
}

fn wish(model: &Model, id: StepId, place: usize) -> Option<CommandWish> {
    let open = model.runbook.open.as_deref()?;
    let command = open.step(id)?.commands.get(place)?;
    let known = set_above(open, command);
    let found = resolve(command, &model.spec, &model.spec.contacts, &known);
    let mut missing: Vec<Missing> = Vec::new();
    for blank in &found.missing {
        if !missing.iter().any(|other| other.written == blank.written) {
            missing.push(Missing {
                written: blank.written.clone(),
                about: blank.why.clone(),
            });
        }
    }
    Some(CommandWish {
        step: open.key(id)?,
        text: command.text.clone(),
        lang: command.lang.clone(),
        line: command.line,
        missing,
        filled: found
            .filled
            .into_iter()
            .map(|blank| (blank.written, blank.value))
            .collect(),
    })
}

/// What the commands above this one set.
fn set_above(open: &Checklist, command: &Command) -> Known {
    let sections = open.runbook.sections.iter();
    let all = sections
        .flat_map(|section| &section.steps)
        .flat_map(|step| &step.commands);
    let above: Vec<&Command> = all
        .filter(|other| other.line < command.line && other.is_shell())
        .collect();
    let near = above
        .get(above.len().saturating_sub(ABOVE)..)
        .unwrap_or_default();
    near.iter().flat_map(|other| assigned(other)).collect()
}

/// Why a command is not run as it is written.
fn refusal(model: &Model, id: StepId, place: usize) -> Option<Refusal> {
    let open = model.runbook.open.as_deref()?;
    let command = open.step(id)?.commands.get(place)?;
    let known = set_above(open, command);
    let found = resolve(command, &model.spec, &model.spec.contacts, &known);
    if let Some(elision) = found.elisions.first() {
        let why = format!(
            "it cannot be run: line {} leaves something out ({})",
            elision.line, elision.written
        );
        return Some(Refusal { why, lock: None });
    }
    let judged = with_values(&with_found(command, &found), &[]);
    super::gate::refusal(model, &judged, &open.words(id))
}

/// A command was started: the executor writes that down, and here it has happened too.
pub(super) fn begun(model: &mut Model, effects: &[Effect]) {
    for effect in effects {
        let Effect::RunCommand(order) = effect else {
            continue;
        };
        happened(
            model,
            &RunbookEvent::CommandBegun {
                run: order.run.clone(),
                step: order.step.clone(),
                sha256: order.script.sha256.clone(),
                script: String::new(),
            },
        );
    }
}

/// A command came to its end: its step is marked, unless it has more to it than this command.
pub(in crate::app::update) fn ended(
    model: &mut Model,
    run: &str,
    report: &CommandReport,
) -> Vec<Effect> {
    let event = RunbookEvent::CommandEnded {
        run: run.to_owned(),
        end: report.end.clone(),
        took: report.took,
        bytes: report.bytes,
        output_sha256: report.output_sha256.clone(),
        tail: String::new(),
        leftover: report.leftover.clone(),
    };
    happened(model, &event);
    let mark = match report.end {
        CommandEnd::Exited(0) => StepMark::Done,
        CommandEnd::Unknown => return Vec::new(),
        _ => StepMark::Failed,
    };
    let events = with(model, |open, live| {
        let id = open.step_of(run)?;
        let state = open.state(id);
        let shells = open
            .step(id)?
            .commands
            .iter()
            .filter(|command| command.is_shell())
            .count();
        let more = shells > 1 || open.verifying(id, live).is_some() || open.span(id).is_some();
        if mark == StepMark::Done && more {
            // What it did has begun to take effect.
            let waits = state.mark == StepMark::Open && state.wait.is_none();
            return waits.then(|| open.begin_wait(id, live.now).into_iter().collect());
        }
        (state.mark == StepMark::Open).then(|| {
            let mut events = open.branched_by(id, live);
            events.extend(open.ended(
                id,
                mark,
                format!("the command {}", end_words(&report.end)),
                live.now,
            ));
            events
        })
    });
    events
        .flatten()
        .unwrap_or_default()
        .into_iter()
        .map(append)
        .collect()
}
