//! Sheets about incidents: a raise that is locked, and what is asked before a note, a closing, a release. They decide nothing.

use crate::app::Model;
use crate::app::keymap::{Action, Scope};
use crate::app::model::{IncidentDialog, IncidentWish};
use crate::domain::incident::Lock;
use crate::ui::overlay::{Sheet, input, keys, labelled, paragraph};
use crate::ui::paint::Row;
use crate::ui::theme::{Role, Theme};

/// A raise that the safety lock keeps from being sent.
pub(in crate::ui) fn locked(
    (wanted, lock): (&str, &Lock),
    model: &Model,
    theme: &Theme,
    columns: usize,
) -> Sheet {
    let mut body = paragraph(wanted, Role::Strong, theme, columns);
    body.push(Row::new());
    body.extend(labelled(
        "not sent",
        &lock.reason(model.now),
        Role::Bad,
        theme,
        columns,
    ));
    let next = "Once it is over, close the incident; to raise while it is open, release the lock with a typed word and a reason. Lowering stays free, and so does undo right after your own last lowering.";
    body.extend(labelled("next", next, Role::Text, theme, columns));
    let environment = Some(&model.spec.environment);
    body.extend(labelled(
        "by hand",
        &Lock::hint(environment),
        Role::Muted,
        theme,
        columns,
    ));
    let actions = [
        (Action::Confirm, "show the incident"),
        (Action::Back, "close"),
    ];
    Sheet {
        title: Row::new().put(
            "✖ RAISES ARE LOCKED, nothing changed",
            theme.style(Role::Bad),
        ),
        body,
        foot: vec![keys(&model.keymap, Scope::Dialog, &actions, theme)],
        ..Sheet::default()
    }
}

/// What is asked before something is written down about the incident.
pub(in crate::ui) fn dialog(
    dialog: &IncidentDialog,
    model: &Model,
    theme: &Theme,
    columns: usize,
) -> Sheet {
    let (title, text, label, go) = match dialog.wish {
        IncidentWish::Note => (
            "a remark",
            "It goes into the journal with the time and your name.",
            "remark",
            "write it down",
        ),
        IncidentWish::Close => (
            "close the incident",
            "Raises pass their ordinary gates again. The report quotes what you say here; the re-rollout runbook is offered next.",
            "how it ended",
            "close it",
        ),
        IncidentWish::Release => (
            "let raises through",
            "The incident stays open, and raises pass their ordinary gates from now on, for everybody.",
            "reason",
            "release the lock",
        ),
    };
    let width = columns.saturating_sub(18).min(70);
    let mut foot = Vec::new();
    if let Some(word) = &dialog.must_type {
        body_line(&mut foot, &format!("type {word}"), theme);
        foot.push(input("environment", &dialog.typed, (16, width), theme));
    }
    foot.push(input(label, &dialog.text, (16, width), theme));
    let cursor_row = foot
        .len()
        .saturating_sub(if dialog.in_text { 1 } else { 2 });
    let line = if dialog.in_text {
        &dialog.text
    } else {
        &dialog.typed
    };
    let cursor = Some((cursor_row, 16, line.clone(), width));
    if let Some(complaint) = &dialog.complaint {
        foot.push(Row::new().gap(2).put(complaint, theme.style(Role::Warn)));
    }
    let mut actions = vec![(Action::Confirm, go), (Action::Back, "cancel")];
    if dialog.must_type.is_some() {
        actions.push((Action::NextField, "other line"));
    }
    foot.push(Row::new());
    foot.push(keys(&model.keymap, Scope::Input, &actions, theme));
    let mut body = paragraph(text, Role::Text, theme, columns);
    if let Some(open) = model.incident.open() {
        body.extend(labelled("incident", &open.id, Role::Muted, theme, columns));
    }
    Sheet {
        title: Row::new().put(title, theme.style(Role::Title)),
        body,
        foot,
        cursor,
        scroll: 0,
    }
}

fn body_line(foot: &mut Vec<Row>, text: &str, theme: &Theme) {
    foot.push(Row::new().gap(2).put(text, theme.style(Role::Muted)));
}
