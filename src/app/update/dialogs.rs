//! Dialogs and typed lines: what Enter means in each, and what keeps a held-down Enter from meaning anything.

use crate::app::Effect;
use crate::app::keymap::{Action, Binding, KEYMAP, Scope};
use crate::app::line_edit::LineEdit;
use crate::app::model::{Instead, Model, Overlay, PlanDialog, Screen};
use crate::domain::plan::Change;

use super::{keys, orders};

/// Enter counts this long after the dialog opened, and this long after the last Enter: a held key comes faster than that.
const FRESH_MS: u64 = 300;
/// The word that sends an order although the journal takes nothing.
pub const WITHOUT_JOURNAL: &str = "without-journal";

/// Whether a line is being typed.
pub(super) fn has_line(model: &Model) -> bool {
    if model.filtering {
        return true;
    }
    match &model.overlay {
        Some(Overlay::Palette { .. }) => true,
        Some(Overlay::Plan(dialog)) => dialog.must_type.is_some() || dialog.needs_reason,
        Some(Overlay::Refused { instead, .. }) => keys::wants_typing(instead.as_ref()),
        _ => false,
    }
}

/// The line that is being typed.
pub(super) fn open_line(model: &mut Model) -> Option<&mut LineEdit> {
    if model.filtering {
        return Some(&mut model.logs.filter);
    }
    match &mut model.overlay {
        Some(Overlay::Palette { typed, .. }) => Some(typed),
        Some(Overlay::Plan(dialog)) => match (dialog.must_type.is_some(), dialog.needs_reason) {
            (true, _) if !dialog.in_reason => Some(&mut dialog.typed),
            (_, true) => Some(&mut dialog.reason),
            _ => None,
        },
        Some(Overlay::Refused {
            instead: Some(Instead::WithoutJournal { typed }),
            ..
        }) => Some(typed),
        _ => None,
    }
}

/// The typed line changed: what was said about it is out of date.
pub(super) fn line_changed(model: &mut Model) {
    if model.filtering {
        model.logs.selected = 0;
    }
    match &mut model.overlay {
        Some(Overlay::Palette { selected, .. }) => *selected = 0,
        Some(Overlay::Plan(dialog)) => dialog.complaint = None,
        _ => {}
    }
}

/// Goes to the other line of a dialog.
pub(super) fn next_field(model: &mut Model) {
    if let Some(Overlay::Plan(dialog)) = &mut model.overlay
        && dialog.must_type.is_some()
        && dialog.needs_reason
    {
        dialog.in_reason = !dialog.in_reason;
    }
}

/// The rows of the palette that match what was typed: every word must be found.
pub fn palette_rows(typed: &str) -> Vec<&'static Binding> {
    let words: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    let offered = |row: &&Binding| {
        matches!(row.scope, Scope::Global | Scope::Logs | Scope::History)
            && row.action != Action::Palette
    };
    let text = |row: &Binding| {
        format!(
            "{} {} {}",
            row.keys.to_lowercase(),
            row.footer,
            row.help.to_lowercase()
        )
    };
    KEYMAP
        .iter()
        .filter(offered)
        .filter(|row| words.iter().all(|word| text(row).contains(word.as_str())))
        .collect()
}

/// Enter in a dialog or a line.
pub(super) fn confirm(model: &mut Model, at_ms: u64) -> Vec<Effect> {
    if model.filtering {
        model.filtering = false;
        return Vec::new();
    }
    match model.overlay.take() {
        Some(Overlay::Palette { typed, selected }) => {
            let action = palette_rows(&typed.text())
                .get(selected)
                .map(|row| row.action);
            action.map_or_else(Vec::new, |action| keys::act(model, action, at_ms))
        }
        Some(Overlay::Plan(dialog)) => confirm_plan(model, dialog, at_ms),
        Some(Overlay::Conflict { order, .. }) => orders::again(model, order.plan.change, at_ms),
        Some(Overlay::Refused {
            order,
            instead: Some(Instead::Blind { last_good }),
            ..
        }) => orders::blind(model, order.plan.lever, last_good, order.reason, at_ms),
        Some(Overlay::Refused {
            order,
            reason,
            hint,
            instead: Some(Instead::WithoutJournal { typed }),
        }) => {
            if typed.text() == WITHOUT_JOURNAL {
                return orders::submit_without_journal(model, *order);
            }
            model.overlay = Some(Overlay::Refused {
                order,
                reason,
                hint,
                instead: Some(Instead::WithoutJournal { typed }),
            });
            Vec::new()
        }
        Some(overlay @ Overlay::Leaving) => {
            model.overlay = Some(overlay);
            keys::leave(model)
        }
        Some(Overlay::Unknown { order, reason, .. }) => {
            let effects = vec![Effect::Verify(order.clone())];
            model.overlay = Some(Overlay::Unknown {
                order,
                reason,
                checking: true,
            });
            effects
        }
        _ => Vec::new(),
    }
}

fn confirm_plan(model: &mut Model, mut dialog: Box<PlanDialog>, at_ms: u64) -> Vec<Effect> {
    let fresh = at_ms.saturating_sub(dialog.opened_at_ms) >= FRESH_MS
        && dialog
            .last_enter_ms
            .is_none_or(|last| at_ms.saturating_sub(last) >= FRESH_MS);
    dialog.last_enter_ms = Some(at_ms);
    let complaint = if fresh {
        missing_word(&dialog)
    } else {
        Some(String::new())
    };
    match complaint {
        None => {
            let reason = Some(dialog.reason.text()).filter(|text| !text.trim().is_empty());
            orders::submit(model, dialog.plan, reason)
        }
        Some(complaint) => {
            if !complaint.is_empty() {
                dialog.in_reason = dialog.needs_reason
                    && dialog
                        .must_type
                        .as_ref()
                        .is_none_or(|word| *word == dialog.typed.text());
                dialog.complaint = Some(complaint);
            }
            model.overlay = Some(Overlay::Plan(dialog));
            Vec::new()
        }
    }
}

fn missing_word(dialog: &PlanDialog) -> Option<String> {
    if let Some(word) = &dialog.must_type
        && dialog.typed.text() != *word
    {
        return Some(format!("type {word} to go on"));
    }
    (dialog.needs_reason && dialog.reason.text().trim().is_empty())
        .then(|| "a gate is not green: give a reason for the journal".to_owned())
}

/// Closes what is on top; nothing is sent.
pub(super) fn close(model: &mut Model) -> Vec<Effect> {
    model.overlay = None;
    Vec::new()
}

/// Opens the selected log event in full.
pub(super) fn open_event(model: &mut Model) {
    let Some(line) = model.logs.newest_first().nth(model.logs.selected) else {
        return;
    };
    let event = &line.event;
    let text = serde_json::from_str::<serde_json::Value>(&event.message)
        .ok()
        .filter(serde_json::Value::is_object)
        .and_then(|value| serde_json::to_string_pretty(&value).ok())
        .unwrap_or_else(|| event.message.clone());
    let title = format!("{}  {}  {}", event.at, event.group, event.stream);
    model.overlay = Some(Overlay::Event {
        text,
        title,
        scroll: 0,
    });
}

/// Copies what the top of the screen offers.
pub(super) fn copy(model: &mut Model) -> Vec<Effect> {
    let text = match &model.overlay {
        Some(Overlay::Plan(dialog)) => Some(dialog.plan.aws_cli.clone()),
        Some(
            Overlay::Conflict { order, .. }
            | Overlay::Unknown { order, .. }
            | Overlay::Refused { order, .. },
        ) => Some(order.plan.aws_cli.clone()),
        Some(Overlay::Event { text, .. }) => Some(text.clone()),
        Some(_) => None,
        None => selected_text(model),
    };
    let Some(text) = text else { return Vec::new() };
    super::toast(
        model,
        crate::app::model::Tone::Plain,
        format!("copied {} characters", text.chars().count()),
    );
    vec![Effect::Copy(text)]
}

fn selected_text(model: &Model) -> Option<String> {
    match model.screen {
        Screen::Home | Screen::Logs => model
            .logs
            .newest_first()
            .nth(model.logs.selected)
            .map(|line| line.event.message.clone()),
        Screen::Alarms => model
            .alarms
            .value
            .as_ref()?
            .alarms
            .get(model.selected)
            .map(|alarm| alarm.name.clone()),
        Screen::History => model
            .history
            .value
            .as_ref()?
            .get(model.selected)
            .map(|version| version.text.clone()),
        Screen::Why => model
            .verdict
            .reasons
            .first()
            .map(|reason| reason.text.clone()),
        Screen::Levers | Screen::Calls => None,
    }
}

/// A plan that is shown before it is done.
pub(super) fn plan_dialog(
    model: &Model,
    plan: crate::domain::plan::Plan,
    at_ms: u64,
) -> PlanDialog {
    let raise = plan.direction == crate::domain::plan::Direction::Raise;
    let gates = if raise {
        super::judging::gates(model)
    } else {
        Vec::new()
    };
    let shut = gates.iter().any(|(green, _)| !green);
    let must_type = (raise && (model.spec.environment.is_prod() || shut))
        .then(|| model.spec.environment.0.clone());
    let is_undo = matches!(plan.change, Change::FallbackOff(_)) && model.last_order.is_some();
    PlanDialog {
        sessions: sessions(model, &plan),
        gates,
        must_type,
        needs_reason: shut,
        typed: LineEdit::default(),
        reason: LineEdit::default(),
        in_reason: false,
        opened_at_ms: at_ms,
        last_enter_ms: None,
        complaint: None,
        scroll: 0,
        is_undo,
        plan,
    }
}

/// Exposed sessions per minute before and after.
fn sessions(model: &Model, plan: &crate::domain::plan::Plan) -> Option<(f64, f64)> {
    let all = model.sessions_per_minute?;
    let before = f64::from(plan.before?.get());
    Some((
        all * before / 100.0,
        all * f64::from(plan.after.get()) / 100.0,
    ))
}
