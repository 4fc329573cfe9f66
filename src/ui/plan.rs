//! A plan that asks: what would happen, to whom, by which calls, how it is undone; then what must be typed. Nothing is sent from here.

use crate::app::Model;
use crate::app::keymap::{Action, Scope};
use crate::app::model::PlanDialog;
use crate::domain::plan::{Direction, Plan};
use crate::domain::signal::{format_count, format_span};

use super::diff;
use super::overlay::{Sheet, input, keys, labelled, paragraph};
use super::paint::{self, Row};
use super::theme::{Role, Theme};

/// The column in which typed lines begin.
const INPUT: usize = 15;

/// The sheet of a plan.
pub(super) fn sheet(dialog: &PlanDialog, model: &Model, theme: &Theme, columns: usize) -> Sheet {
    let plan = &dialog.plan;
    let mut body = paragraph(&plan.sentence, Role::Strong, theme, columns);
    if let Some((before, after)) = dialog.sessions {
        let text = format!(
            "≈ {} sessions a minute instead of {}.",
            format_count(after.round()),
            format_count(before.round())
        );
        body.extend(paragraph(&text, Role::Text, theme, columns));
    }
    for warning in &plan.warnings {
        body.extend(paragraph(
            &format!("▲ {warning}"),
            Role::Warn,
            theme,
            columns,
        ));
    }
    body.push(Row::new());
    if plan.is_no_op() {
        body.push(Row::new().put(
            "Nothing is written: it already is so.",
            theme.style(Role::Accent),
        ));
    } else {
        body.extend(diff::rows(&plan.diff, theme, columns));
    }
    body.push(Row::new());
    body.extend(gates(dialog, theme, columns));
    body.extend(labelled(
        "calls",
        &plan.calls.join(", "),
        Role::Text,
        theme,
        columns,
    ));
    body.extend(labelled(
        "effect",
        &effect(plan),
        Role::Text,
        theme,
        columns,
    ));
    body.extend(labelled("undo", &plan.undo, Role::Text, theme, columns));
    body.extend(labelled("cli", &plan.aws_cli, Role::Muted, theme, columns));
    let (foot, cursor) = foot(dialog, model, theme, columns);
    Sheet {
        title: title(dialog, model, theme),
        body,
        foot,
        cursor,
        scroll: dialog.scroll,
    }
}

fn title(dialog: &PlanDialog, model: &Model, theme: &Theme) -> Row {
    let plan = &dialog.plan;
    let before = plan
        .before
        .map_or_else(|| "unknown".to_owned(), |before| before.to_string());
    let (words, role) = match plan.direction {
        Direction::Raise => (
            format!("raise exposure: {before} ▸ {}", plan.after),
            Role::Warn,
        ),
        Direction::Lower => (
            format!("lower exposure: {before} ▸ {}", plan.after),
            Role::Accent,
        ),
        Direction::Neutral => (format!("exposure stays at {}", plan.after), Role::Accent),
    };
    let words = if dialog.is_undo {
        format!("undo: {words}")
    } else {
        words
    };
    let environment = &model.spec.environment;
    let badge = if environment.is_prod() {
        Role::Prod
    } else {
        Role::Stage
    };
    let account = model.identity.value.as_ref();
    let account = account.map_or_else(String::new, |identity| format!("{}  ", identity.account));
    Row::new()
        .put(words, theme.style(role))
        .end(account, theme.style(Role::Muted))
        .end(
            format!(" {} ", environment.0.to_uppercase()),
            theme.style(badge),
        )
}

fn effect(plan: &Plan) -> String {
    if plan.time_to_effect.is_zero() {
        "at once".to_owned()
    } else {
        format!(
            "within {}, container by container",
            format_span(plan.time_to_effect)
        )
    }
}

/// The gates side by side, on as many rows as they need.
fn gates(dialog: &PlanDialog, theme: &Theme, columns: usize) -> Vec<Row> {
    const LABEL: usize = 11;
    let mut rows: Vec<Row> = Vec::new();
    for (green, words) in &dialog.gates {
        let (mark, role) = if *green {
            ("✔", Role::Good)
        } else {
            ("✖", Role::Bad)
        };
        let words = paint::clip(&paint::safe(words), columns.saturating_sub(LABEL + 2));
        let fits = rows
            .last()
            .is_some_and(|row| row.width() + 3 + 2 + paint::width(&words) <= columns);
        let row = match (fits, rows.len()) {
            (true, _) => rows.pop().unwrap_or_default().gap(3),
            (false, 0) => Row::new().cell("gates", LABEL, theme.style(Role::Faint)),
            (false, _) => Row::new().gap(LABEL),
        };
        let text = if *green { Role::Text } else { Role::Bad };
        rows.push(
            row.put(format!("{mark} "), theme.style(role))
                .put(words, theme.style(text)),
        );
    }
    rows
}

type Cursor = Option<(usize, usize, crate::app::line_edit::LineEdit, usize)>;

fn foot(dialog: &PlanDialog, model: &Model, theme: &Theme, columns: usize) -> (Vec<Row>, Cursor) {
    let mut rows = Vec::new();
    let mut cursor = None;
    let width = columns.saturating_sub(INPUT).clamp(4, 60);
    if let Some(words) = invitation(dialog) {
        rows.extend(paragraph(&words, Role::Text, theme, columns));
    }
    if dialog.must_type.is_some() {
        if !dialog.in_reason {
            cursor = Some((rows.len(), INPUT, dialog.typed.clone(), width));
        }
        rows.push(input("environment", &dialog.typed, (INPUT, width), theme));
    }
    if dialog.needs_reason {
        if dialog.in_reason || dialog.must_type.is_none() {
            cursor = Some((rows.len(), INPUT, dialog.reason.clone(), width));
        }
        rows.push(input("reason", &dialog.reason, (INPUT, width), theme));
    }
    if let Some(complaint) = &dialog.complaint {
        rows.push(
            Row::new()
                .gap(2)
                .put(format!("✖ {complaint}"), theme.style(Role::Bad)),
        );
    }
    rows.push(offered(dialog, model, theme));
    (rows, cursor)
}

fn invitation(dialog: &PlanDialog) -> Option<String> {
    let shut = dialog.gates.iter().filter(|(green, _)| !green).count();
    match (&dialog.must_type, shut) {
        (Some(name), 0) => Some(format!("Type {name} to go on:")),
        (Some(name), 1) => Some(format!(
            "A gate is not green. Type {name} to go on all the same, with a reason for the journal:"
        )),
        (Some(name), n) => Some(format!(
            "{n} gates are not green. Type {name} to go on all the same, with a reason for the journal:"
        )),
        (None, _) if dialog.needs_reason => Some("A reason for the journal:".to_owned()),
        (None, _) => None,
    }
}

/// The keys: cancelling is what a tired hand gets.
fn offered(dialog: &PlanDialog, model: &Model, theme: &Theme) -> Row {
    if model.read_only {
        let row = keys(
            &model.keymap,
            Scope::Dialog,
            &[(Action::Back, "close")],
            theme,
        );
        return row
            .gap(4)
            .put("read-only: nothing can be sent", theme.style(Role::Warn));
    }
    if dialog.must_type.is_some() || dialog.needs_reason {
        let mut actions = vec![
            (Action::Back, "cancel (default)"),
            (Action::Confirm, "go on"),
        ];
        if dialog.must_type.is_some() && dialog.needs_reason {
            actions.push((Action::NextField, "other line"));
        }
        return keys(&model.keymap, Scope::Input, &actions, theme);
    }
    let actions = [
        (Action::Back, "cancel (default)"),
        (Action::Confirm, "go on"),
        (Action::Copy, "copy the command"),
    ];
    keys(&model.keymap, Scope::Dialog, &actions, theme)
}
