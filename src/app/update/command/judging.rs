//! What is judged about a command before it runs: the script with its values, and what nobody can tell from it. It refuses nothing.

use crate::app::model::{Model, RunDialog};
use crate::app::update::runbook;
use crate::domain::runbook::Command;
use crate::domain::runbook::native::with_values;
use crate::domain::runbook::script::Script;

/// What would be run, its values in their places, to be judged.
pub(super) fn judged(dialog: &RunDialog, script: &Script) -> Command {
    let command = Command {
        lang: Command::AS_RUN.to_owned(),
        text: script.text.clone(),
        line: dialog.line,
    };
    with_values(&command, &script.values)
}

/// Puts a warning into the question where raises are locked and the text does not tell what it runs. Answers whether that is new: it has to
/// be read then.
pub(super) fn warn(model: &Model, dialog: &mut RunDialog) -> bool {
    let warning = dialog
        .made
        .as_ref()
        .ok()
        .and_then(|script| runbook::unseen(model, &judged(dialog, script)));
    let is_new = warning.is_some() && dialog.warning.is_none();
    dialog.warning = warning;
    if is_new {
        dialog.scroll = 0;
        dialog.read = false;
    }
    is_new
}
