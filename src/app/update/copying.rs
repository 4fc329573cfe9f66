//! What `y` copies: what is on top, else what is selected, else what the screen is about; and the words that say what it was.

use crate::app::Effect;
use crate::app::log_pane::View;
use crate::app::model::{Model, Overlay, Page, Screen, Tone, config_lines};
use crate::app::runbook_pane::StepDialog;
use crate::domain::incident::{Lock, Report};
use crate::domain::lever::LeverContent;
use crate::domain::plan::Order;

use super::{incident, runbook, toast};

/// What is copied: what it is, and the text.
type Copied = (&'static str, String);

/// Copies it.
pub(super) fn copy(model: &mut Model) -> Vec<Effect> {
    let found = match &model.overlay {
        Some(top) => on_top(model, top),
        None => selected(model),
    };
    let Some((what, text)) = found.filter(|(_, text)| !text.is_empty()) else {
        toast(model, Tone::Plain, "nothing here to copy");
        return Vec::new();
    };
    let count = text.chars().count();
    toast(
        model,
        Tone::Plain,
        format!("copied {what}: {count} characters"),
    );
    vec![Effect::Copy(text)]
}

fn on_top(model: &Model, top: &Overlay) -> Option<Copied> {
    let command = |order: &Order| ("the aws command line", order.plan.aws_cli.clone());
    Some(match top {
        Overlay::Plan(dialog) => ("the aws command line", dialog.plan.aws_cli.clone()),
        Overlay::Conflict { order, .. }
        | Overlay::Unknown { order, .. }
        | Overlay::Refused { order, .. } => command(order),
        Overlay::Recovery { orders, .. } => command(&orders.first()?.0),
        Overlay::Leaving => command(model.in_flight.iter().next()?),
        Overlay::Event { text, .. } => ("the log event", text.clone()),
        Overlay::Alarm { name, .. } => ("the alarm", alarm(model, name)),
        Overlay::Contacts { selected } => {
            let address = model.spec.contacts.values().nth(*selected)?;
            ("the contact", address.clone())
        }
        Overlay::Themes { selected } => (
            "the lines of the configuration",
            config_lines(model.themes.choice(*selected)),
        ),
        Overlay::Links { links, selected } => ("the link", links.get(*selected)?.url.clone()),
        Overlay::Locked { .. } => {
            let environment = Some(&model.spec.environment);
            ("the way to unlock", Lock::hint(environment))
        }
        Overlay::Run(dialog) => {
            let script = dialog.made.as_ref().map(|script| script.text.clone());
            (
                "the command",
                script.unwrap_or_else(|_| dialog.written.clone()),
            )
        }
        Overlay::Output { run, .. } => {
            let run = model.runs.iter().find(|known| known.id == *run)?;
            ("the output", run.output.text())
        }
        Overlay::Step(dialog) => match &**dialog {
            StepDialog::Offers {
                offers, selected, ..
            } => ("the runbook's words", offers.get(*selected)?.from.clone()),
            StepDialog::File { .. } | StepDialog::Reason { .. } => return None,
        },
        Overlay::Help { .. }
        | Overlay::Palette { .. }
        | Overlay::Tune { .. }
        | Overlay::Incident(_)
        | Overlay::Fill(_) => return None,
    })
}

/// An alarm's name, and where it stands.
fn alarm(model: &Model, name: &str) -> String {
    let alarms = model.alarms.value.iter().flat_map(|batch| &batch.alarms);
    match alarms.into_iter().find(|alarm| alarm.name == name) {
        Some(alarm) if !alarm.reason.is_empty() => format!("{name}: {}", alarm.reason),
        _ => name.to_owned(),
    }
}

fn selected(model: &Model) -> Option<Copied> {
    match model.screen {
        Screen::Logs if model.logs.view == View::Patterns => {
            let pattern = model.logs.patterns.get(model.logs.pattern?)?;
            Some(("the pattern", pattern.text.clone()))
        }
        Screen::Home | Screen::Logs => {
            let spot = model.logs.selected()?;
            let line = model.logs.store().line(spot)?;
            Some(("the log line", line.message.to_owned()))
        }
        Screen::Alarms => {
            let batch = model.alarms.value.as_ref()?;
            let names = batch.alarms.iter().map(|alarm| &alarm.name);
            let name = names.chain(&batch.missing).nth(model.selected)?;
            Some(("the alarm's name", name.clone()))
        }
        Screen::History => {
            let version = model.history.value.as_ref()?.get(model.selected)?;
            Some(("the version's text", version.text.clone()))
        }
        Screen::Why => Some(("the verdict", verdict(model))),
        Screen::Levers => match &model.flag.value.as_ref()?.content {
            LeverContent::Document(text) => Some(("the flag's document", text.clone())),
            LeverContent::Function(_) => None,
        },
        Screen::Calls => {
            let call = model.calls.iter().rev().nth(model.scroll)?;
            let text = format!(
                "{} {} {} {} ms {}",
                call.at,
                call.operation,
                call.target,
                call.latency.as_millis(),
                call.result
            );
            Some(("the call at the top", text))
        }
        Screen::Charts => Some(("the charts in words", super::charts::words(model)?)),
        Screen::Wall => None,
        Screen::Incident => incident_text(model),
        Screen::Runbook => Some(("the step", runbook::text(model)?)),
    }
}

/// The verdict with its reasons, and every signal as it stands.
fn verdict(model: &Model) -> String {
    let mut lines = vec![format!(
        "{} {}: {}",
        model.spec.name,
        model.spec.environment.0,
        model.verdict.decision.word()
    )];
    lines.extend(
        model
            .verdict
            .reasons
            .iter()
            .map(|reason| reason.text.clone()),
    );
    let values = model.readings.iter().filter_map(|reading| {
        let value = crate::domain::signal::format_value(reading.unit, reading.value?);
        Some(format!("{}: {value}", reading.name))
    });
    lines.extend(values);
    lines.join("\n")
}

/// What the incident's screen shows.
fn incident_text(model: &Model) -> Option<Copied> {
    let shown = model.incident.shown()?;
    let subject = incident::subject(model);
    Some(match model.incident.page {
        Page::Message => (
            "the message",
            shown.message(incident::stage(model), &subject, model.now),
        ),
        Page::Handover => ("the handover", shown.handover(model.now).to_string()),
        Page::Timeline | Page::Report => (
            "the report",
            Report::of(shown, subject, model.now).markdown(),
        ),
    })
}
