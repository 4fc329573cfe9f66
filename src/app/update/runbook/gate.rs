//! What keeps a command of a runbook from being run as it is written: that it is about something else, that it raises, or that nobody can
//! tell while raises are locked. It runs nothing.

use crate::app::model::Model;
use crate::domain::Percent;
use crate::domain::incident::Lock;
use crate::domain::plan::Change;
use crate::domain::runbook::Command;
use crate::domain::runbook::native::{self, Native, NativeAction, doubts, recognise_as};

/// Why a command is not run.
pub(in crate::app::update) struct Refusal {
    /// The reason.
    pub(in crate::app::update) why: String,
    /// The lock, where that is what stands in the way.
    pub(in crate::app::update) lock: Option<Lock>,
}

/// Why a command is not run, its values in their places. `words` are those of its step and headings.
pub(in crate::app::update) fn refusal(
    model: &Model,
    command: &Command,
    words: &str,
) -> Option<Refusal> {
    let natives = natives(model, command, words);
    if let Some(why) = natives.iter().find_map(|native| raises(model, native)) {
        return Some(Refusal { why, lock: None });
    }
    let lock = model.incident.lock()?;
    let why = doubt_of(&natives, model, command)?;
    Some(Refusal {
        why,
        lock: Some(lock),
    })
}

/// What in a command could raise exposure, for the gate to ask whether raises are locked when it comes to that.
pub(in crate::app::update) fn doubt(model: &Model, command: &Command) -> Option<String> {
    doubt_of(&natives(model, command, ""), model, command)
}

/// What nobody can tell from a command's text, while raises are locked.
pub(in crate::app::update) fn unseen(model: &Model, command: &Command) -> Option<String> {
    model.incident.lock()?;
    let hidden = native::unseen(command, &natives(model, command, ""))?;
    Some(format!(
        "Raises are locked, and this text does not tell what line {} runs ({}): it cannot be judged whether that exposes more people. Look into it before you run it.",
        hidden.line, hidden.what
    ))
}

fn natives(model: &Model, command: &Command, words: &str) -> Vec<Native> {
    recognise_as(command, words, &model.spec.native, Some(&model.spec))
}

fn raises(model: &Model, native: &Native) -> Option<String> {
    if let NativeAction::Foreign { what, named, ours } = &native.action {
        return Some(format!(
            "it is about another {what}: line {} names {named}, and this rollout has {ours}",
            native.line
        ));
    }
    may_raise(model, &native.action).then(|| {
        format!(
            "line {} would raise exposure past its gate: what it means is offered as a plan",
            native.line
        )
    })
}

fn doubt_of(natives: &[Native], model: &Model, command: &Command) -> Option<String> {
    let opaque = natives
        .iter()
        .find(|native| native.action == NativeAction::Opaque);
    if let Some(native) = opaque {
        return Some(format!(
            "line {} writes what cannot be told from its text",
            native.line
        ));
    }
    let is_known = |line: u32| natives.iter().any(|native| native.line == line);
    let all = doubts(command, Some(&model.spec));
    let doubt = all.into_iter().find(|doubt| !is_known(doubt.line))?;
    Some(format!(
        "line {} ({}) may raise exposure, which cannot be told from its text",
        doubt.line, doubt.what
    ))
}

/// Whether a command, run as it is written, may expose more people than now.
fn may_raise(model: &Model, action: &NativeAction) -> bool {
    let above = |percent: &Percent| {
        let now = model.exposure.desired;
        *percent > Percent::ZERO && now.is_none_or(|now| *percent > now)
    };
    let raises = |change: &Change| match change {
        Change::SetPercent(percent) => above(percent),
        Change::Restore { .. } | Change::FallbackOff(_) | Change::Create { .. } => true,
        _ => false,
    };
    match action {
        // Whatever was meant by a reduction: the text sets that number.
        NativeAction::Reduce(percent) => above(percent),
        NativeAction::Enable | NativeAction::FallbackOff => true,
        other => other.changes().iter().any(raises),
    }
}
