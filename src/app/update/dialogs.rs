//! Dialogs and typed lines: which line has the cursor, and what Enter means in each. What it leads to is decided elsewhere.

use crate::app::Effect;
use crate::app::keymap::{Action, Scope};
use crate::app::line_edit::LineEdit;
use crate::app::log_pane::Way;
use crate::app::model::{Instead, Model, Overlay, Tone};
use crate::app::runbook_pane::StepDialog;

use super::{
    blind, command, help, incident, keys, looks, orders, overlays, palette, plans, runbook,
    sifting, themes, toast, tuning,
};

/// The word that sends an order although the journal takes nothing.
pub const WITHOUT_JOURNAL: &str = "without-journal";

/// Whether a line is being typed.
pub(super) fn has_line(model: &Model) -> bool {
    if model.filtering || model.logs.searching {
        return true;
    }
    match &model.overlay {
        Some(Overlay::Palette { .. } | Overlay::Tune { .. } | Overlay::Incident(_)) => true,
        Some(Overlay::Help { filtering, .. }) => *filtering,
        Some(Overlay::Plan(dialog)) => dialog.must_type.is_some() || dialog.needs_reason,
        Some(Overlay::Fill(_)) => true,
        Some(Overlay::Refused { instead, .. }) => {
            matches!(instead, Some(Instead::WithoutJournal { .. }))
        }
        Some(Overlay::Step(dialog)) => !matches!(**dialog, StepDialog::Offers { .. }),
        _ => false,
    }
}

/// The line that is being typed.
pub(super) fn open_line(model: &mut Model) -> Option<&mut LineEdit> {
    if model.filtering {
        return Some(&mut model.logs.filter);
    }
    if model.logs.searching {
        return Some(&mut model.logs.search);
    }
    match &mut model.overlay {
        Some(
            Overlay::Palette { typed, .. }
            | Overlay::Tune { typed, .. }
            | Overlay::Help { typed, .. },
        ) => Some(typed),
        Some(Overlay::Plan(dialog)) => match (dialog.must_type.is_some(), dialog.needs_reason) {
            (true, _) if !dialog.in_reason => Some(&mut dialog.typed),
            (_, true) => Some(&mut dialog.reason),
            _ => None,
        },
        Some(Overlay::Incident(dialog)) => Some(if dialog.in_text {
            &mut dialog.text
        } else {
            &mut dialog.typed
        }),
        Some(Overlay::Refused {
            instead: Some(Instead::WithoutJournal { typed }),
            ..
        }) => Some(typed),
        Some(Overlay::Step(dialog)) => runbook::line(dialog),
        Some(Overlay::Fill(form)) => form.lines.get_mut(form.at),
        _ => None,
    }
}

/// The typed line changed: what was said about it is out of date.
pub(super) fn line_changed(model: &mut Model) {
    if model.filtering {
        model.logs.refilter();
    } else if model.logs.searching {
        model.logs.research();
    }
    match &mut model.overlay {
        Some(open @ Overlay::Palette { .. }) => palette::changed(open),
        Some(Overlay::Help { selected, .. }) => *selected = 0,
        Some(Overlay::Plan(dialog)) => dialog.complaint = None,
        Some(Overlay::Tune {
            selected,
            complaint,
            ..
        }) => {
            *selected = 0;
            *complaint = None;
        }
        Some(Overlay::Step(dialog)) => runbook::complain_no_more(dialog),
        Some(Overlay::Incident(dialog)) => dialog.complaint = None,
        Some(Overlay::Fill(form)) => form.complaint = None,
        _ => {}
    }
}

/// Goes to the other line of a dialog, or takes the selected row into the line.
pub(super) fn next_field(model: &mut Model) {
    tuning::complete(model);
    palette::complete(model);
    if let Some(Overlay::Incident(dialog)) = &mut model.overlay
        && dialog.must_type.is_some()
    {
        dialog.in_text = !dialog.in_text;
    }
    if let Some(Overlay::Plan(dialog)) = &mut model.overlay
        && dialog.must_type.is_some()
        && dialog.needs_reason
    {
        dialog.in_reason = !dialog.in_reason;
    }
    if let Some(Overlay::Fill(form)) = &mut model.overlay {
        form.at = (form.at + 1) % form.lines.len().max(1);
    }
}

/// Enter in a dialog or a line.
pub(super) fn confirm(model: &mut Model) -> Vec<Effect> {
    if model.filtering {
        model.filtering = model.logs.filter_fault.is_some();
        return Vec::new();
    }
    if model.logs.searching {
        model.logs.searching = model.logs.search_fault.is_some();
        if !model.logs.searching && model.logs.needle().is_some() {
            sifting::seek(model, Way::Older);
        }
        return Vec::new();
    }
    let fresh = model.enter.is_fresh();
    match model.overlay {
        Some(Overlay::Tune { .. }) => return tuning::confirm(model),
        Some(Overlay::Palette { .. }) => return palette::confirm(model),
        Some(Overlay::Help { .. }) => return help::run(model),
        _ => {}
    }
    match model.overlay.take() {
        Some(Overlay::Plan(dialog)) => plans::confirm(model, dialog, fresh),
        Some(Overlay::Incident(dialog)) => incident::confirm(model, dialog, fresh),
        Some(Overlay::Locked { .. }) => incident::show(model),
        Some(Overlay::Fill(form)) => command::filled(model, form),
        Some(Overlay::Run(dialog)) => command::confirmed(model, dialog, fresh),
        Some(Overlay::Output { run, .. }) => {
            command::closed(model, &run);
            Vec::new()
        }
        Some(Overlay::Refused {
            order,
            reason,
            hint,
            instead: Some(Instead::WithoutJournal { typed }),
        }) => {
            if fresh && typed.text() == WITHOUT_JOURNAL {
                return orders::submit_without_journal(model, *order);
            }
            model.overlay = Some(Overlay::Refused {
                order,
                reason,
                hint,
                instead: Some(Instead::WithoutJournal { typed }),
            });
            let back = model.keymap.said_in(Action::Back, &[Scope::Input]);
            let text =
                format!("type {WITHOUT_JOURNAL} to send it without a journal; {back} cancels");
            toast(model, Tone::Warn, text);
            Vec::new()
        }
        // An Enter that was meant for something else must not decide here.
        Some(
            overlay @ (Overlay::Conflict { .. }
            | Overlay::Refused {
                instead: Some(_), ..
            }
            | Overlay::Leaving),
        ) if !fresh => {
            model.overlay = Some(overlay);
            let key = model.keymap.said_in(Action::Confirm, &[Scope::Dialog]);
            toast(
                model,
                Tone::Plain,
                format!("press {key} once more to go on"),
            );
            Vec::new()
        }
        Some(Overlay::Conflict { order, .. }) => orders::again(model, order.plan.change),
        Some(Overlay::Refused {
            order,
            instead: Some(Instead::Blind { last_good }),
            ..
        }) => blind::confirmed(model, last_good, order.reason),
        Some(overlay @ Overlay::Leaving) => {
            model.overlay = Some(overlay);
            keys::leave(model)
        }
        Some(overlay @ Overlay::Unknown { .. }) => {
            model.overlay = Some(overlay);
            looks::look_now(model)
        }
        Some(overlay @ Overlay::Recovery { .. }) => {
            model.overlay = Some(overlay);
            looks::look_now(model)
        }
        Some(Overlay::Step(dialog)) => runbook::confirm(model, *dialog, fresh),
        Some(Overlay::Themes { selected }) => themes::keep(model, selected),
        _ => Vec::new(),
    }
}

/// Closes what is on top; nothing is sent.
pub(super) fn close(model: &mut Model) -> Vec<Effect> {
    runbook::close(model);
    if let Some(Overlay::Output { run, .. }) = model.overlay.take() {
        command::closed(model, &run);
    }
    Vec::new()
}

/// Opens the selected log event in full.
pub(super) fn open_event(model: &mut Model) {
    let logs = &model.logs;
    let Some(line) = logs.selected().and_then(|spot| logs.store().line(spot)) else {
        return;
    };
    let text = serde_json::from_str::<serde_json::Value>(line.message)
        .ok()
        .filter(serde_json::Value::is_object)
        .and_then(|value| serde_json::to_string_pretty(&value).ok())
        .unwrap_or_else(|| line.message.to_owned());
    let group = logs.store().groups().get(usize::from(line.group));
    let group = group.map_or("", |name| name);
    let lag = line.lag_ms.map_or_else(String::new, |ms| {
        format!("  arrived {:.1} s later", ms as f64 / 1000.0)
    });
    let title = format!("{}  {group}  {}{lag}", line.at, line.stream);
    overlays::show(
        model,
        Overlay::Event {
            text,
            title,
            scroll: 0,
        },
    );
}
