//! What can be done for a step: its native actions, its wait, its commands. It does none of it.

use crate::app::Effect;
use crate::app::model::{Model, Tone};
use crate::app::runbook_pane::{Deed, Offer};
use crate::domain::runbook::checklist::{Standing, StepId};
use crate::domain::signal::format_span;

use crate::app::update::toast;

/// What enter can do for a step: what this console can do itself comes before the command as it is written.
pub(super) fn of(model: &Model, id: StepId) -> Vec<Offer> {
    let mut found: Vec<Offer> = wait(model, id).into_iter().collect();
    found.extend(scripts(model, id));
    found
}

fn wait(model: &Model, id: StepId) -> Option<Offer> {
    let open = model.runbook.open.as_ref()?;
    let span = open.span(id)?;
    let runs = open.standing(id, model.now) == Standing::Waiting;
    (!runs).then(|| Offer {
        title: format!("wait {} in the background", format_span(span)),
        from: open.step(id).and_then(|step| step.waits.first()).map(|wait| wait.text.clone()).unwrap_or_default(),
        deed: Deed::Wait,
    })
}

/// The commands of a step, as a shell would run them.
pub(super) fn scripts(model: &Model, id: StepId) -> Vec<Offer> {
    let Some(step) = model.runbook.open.as_ref().and_then(|open| open.step(id)) else {
        return Vec::new();
    };
    let shells = step.commands.iter().enumerate().filter(|(_, command)| command.is_shell());
    shells
        .map(|(index, command)| Offer {
            title: "run the command as it is written".to_owned(),
            from: command.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned(),
            deed: Deed::Script(index),
        })
        .collect()
}

/// Shows a command as it would be run.
pub(super) fn run(model: &mut Model, _step: StepId, _command: usize) -> Vec<Effect> {
    toast(model, Tone::Warn, "no command can be run from here");
    Vec::new()
}
