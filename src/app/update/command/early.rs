//! When Enter in the question before a command counts, what is said where it does not yet, and of what an earlier run left. It runs nothing.

use crate::app::keymap::{Action as A, Scope};
use crate::app::model::{Model, RunDialog};

use super::AT_ONCE;

/// Why Enter comes too early, or would come to nothing.
pub(super) fn premature(
    model: &Model,
    dialog: &RunDialog,
    (live, fresh): (usize, bool),
) -> Option<String> {
    let said = |action| model.keymap.said_in(action, &[Scope::Dialog]);
    let (copy, page, down) = (said(A::Copy), said(A::PageDown), said(A::Down));
    let enter = said(A::Confirm);
    match &dialog.made {
        Err(_) => Some(format!("it cannot be run as it stands; {copy} copies it")),
        Ok(_) if model.read_only => Some("this console is read-only: nothing is run".to_owned()),
        Ok(_) if !dialog.read => Some(format!("scroll to its end first: {page}, or {down}")),
        Ok(_) if live >= AT_ONCE => Some(format!("{live} commands run already: stop one, or wait")),
        Ok(_) if !fresh => Some(format!("press {enter} once more to run it")),
        Ok(_) => None,
    }
}

/// What is said of so many commands that nobody waited for.
pub(super) fn left_running(model: &Model, count: usize) -> String {
    let show = model.keymap.said(A::Commands);
    match count {
        1 => format!(
            "a command of the runbook was running when the console ended: look whether it still is ({show} shows which)"
        ),
        n => format!(
            "{n} commands of the runbook were running when the console ended ({show} shows the last)"
        ),
    }
}
