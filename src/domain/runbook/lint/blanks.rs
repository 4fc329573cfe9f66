//! What a command leaves open.

use std::collections::BTreeSet;

use super::Findings;
use super::ground::{Fence, Ground};
use crate::domain::runbook::variable::{Blank, BlankKind, Known, in_command, resolve};

/// `...other variables...`.
pub(super) fn elision(ground: &Ground<'_>, found: &mut Findings) {
    each(ground, |fence, blank| {
        // A line of dots alone stands for more output, or for steps in between: no command takes them for anything.
        let alone = blank.program == blank.written;
        if blank.kind == BlankKind::Elision && !alone && !is_usage(fence) {
            found.hit(
                blank.line,
                format!("`{}` is part of the command: pasted as it stands, the command fails, or writes without what is left out.", blank.written),
                "Write everything out, or read what is there and change only what you mean.",
            );
        }
    });
}

/// A line of usage (`tool [options] ...`) is read, not run.
fn is_usage(fence: &Fence<'_>) -> bool {
    fence.command.text.to_ascii_lowercase().contains("usage:")
}

/// `<function>`, `d-XXXXXXXXX`, `YOUR_API_KEY`.
pub(super) fn placeholder(ground: &Ground<'_>, found: &mut Findings) {
    each(ground, |_, blank| {
        if matches!(blank.kind, BlankKind::Elision | BlankKind::Variable) {
            return;
        }
        let bare = blank.written.starts_with('<')
            && blank.quoting == crate::domain::runbook::shell::Quoting::None;
        let message = if bare {
            format!(
                "`{}` stands for a value: pasted as it stands, the shell takes it for a redirection.",
                blank.written
            )
        } else {
            format!(
                "`{}` stands for a value: pasted as it stands, the command is about something that is not there.",
                blank.written
            )
        };
        found.hit(
            blank.line,
            message,
            "Write the value, or a variable that the steps before it set.",
        );
    });
}

/// `$RULE_ARN` that nothing sets.
pub(super) fn unset_variable(ground: &Ground<'_>, found: &mut Findings) {
    let mut told = BTreeSet::new();
    each(ground, |fence, blank| {
        // `${NAME:?}` fails without it, and that is what is advised.
        let demanded = fence
            .command
            .text
            .get(blank.at.clone())
            .is_some_and(|written| written.contains('?'));
        let open = blank.kind == BlankKind::Variable && !demanded && !ground.sets(&blank.name);
        if open && told.insert(blank.name.clone()) {
            found.hit(
                blank.line,
                format!("Nothing in this file sets ${}: where it is not in the environment, the command runs with an empty value.", blank.name),
                format!("Set it in a step before, or let the command fail without it: ${{{}:?}}.", blank.name),
            );
        }
    });
}

/// Every blank of every fence that is meant for a shell and that the rollout does not fill; the same one only once a fence.
fn each(ground: &Ground<'_>, mut take: impl FnMut(&Fence<'_>, Blank)) {
    for fence in ground.fences.iter().filter(|fence| fence.is_certain()) {
        let filled = filled(ground, fence);
        let mut seen = BTreeSet::new();
        for blank in in_command(fence.command) {
            let counts = blank.kind == BlankKind::Elision || seen.insert(blank.written.clone());
            if counts && !filled.contains(&blank.at.start) {
                take(fence, blank);
            }
        }
    }
}

/// Where the blanks stand that the rollout knows a value for.
fn filled(ground: &Ground<'_>, fence: &Fence<'_>) -> BTreeSet<usize> {
    let resolution = ground
        .input
        .spec
        .map(|spec| resolve(fence.command, spec, &spec.contacts, &Known::new()));
    let filled = resolution.into_iter().flat_map(|found| found.filled);
    filled.map(|filled| filled.at.start).collect()
}
