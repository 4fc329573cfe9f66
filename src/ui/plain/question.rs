//! What lies on top of the screen, said: what is asked, all that belongs to it, and how it is answered. It answers nothing.

use crate::app::Model;
use crate::app::model::run::Room;
use crate::app::model::{Overlay, PlanDialog, Run};
use crate::app::runbook_pane::StepDialog;
use crate::app::spoken::{Asked, asked};
use crate::domain::plan::{Direction, Plan};
use crate::domain::signal::{format_count, format_span};
use crate::ui::{command, diff, overlay};

use super::{UNBROKEN, said, unseen};

/// Lines of a command's output that are said.
const OUTPUT: usize = 40;

/// What is on top.
pub(super) fn lines(model: &Model, columns: usize) -> Vec<String> {
    let Some(top) = &model.overlay else {
        return Vec::new();
    };
    let mut lines = match top {
        Overlay::Plan(dialog) => plan(dialog, model),
        Overlay::Run(dialog) => {
            let room = Room {
                top: 0,
                width: u16::MAX,
                columns,
                rows: usize::MAX,
                airy: false,
            };
            let sheet = command::question(dialog, model, &unseen(), room);
            let mut lines = vec![format!(
                "Question: run this command? {}",
                sheet.title.said()
            )];
            lines.extend(said(sheet.head));
            lines.extend(said(sheet.rows));
            lines.extend(
                dialog
                    .complaint
                    .iter()
                    .map(|text| format!("Not yet: {text}")),
            );
            lines
        }
        Overlay::Output { run, .. } => {
            let run = model.runs.iter().find(|known| known.id == *run);
            run.map(output).unwrap_or_default()
        }
        Overlay::Step(dialog) => step(dialog),
        Overlay::Links { links, .. } => links
            .iter()
            .flat_map(|link| [format!("{}:", link.what), format!("  {}", link.url)])
            .collect(),
        other => sheet(other, model),
    };
    lines.extend(wanted(model));
    lines
}

/// What the last answer lacked, and what an answer must be.
pub(super) fn wanted(model: &Model) -> Vec<String> {
    let Some(top) = &model.overlay else {
        return Vec::new();
    };
    let lacking = complaint(top).map(|text| format!("Not yet: {text}"));
    lacking.into_iter().chain(how(model, top)).collect()
}

/// Title and body of a sheet; its foot names keys.
fn sheet(top: &Overlay, model: &Model) -> Vec<String> {
    let sheet = overlay::sheet(top, model, &unseen(), (UNBROKEN, u16::MAX));
    let mut lines = said([sheet.title]);
    lines.extend(said(sheet.body));
    lines
}

fn plan(dialog: &PlanDialog, model: &Model) -> Vec<String> {
    let plan = &dialog.plan;
    let before = plan
        .before
        .map_or_else(|| "unknown".to_owned(), |before| before.to_string());
    let direction = match plan.direction {
        Direction::Raise => format!("RAISE exposure, {before} to {}", plan.after),
        Direction::Lower => format!("lower exposure, {before} to {}", plan.after),
        Direction::Neutral => format!("exposure stays at {}", plan.after),
    };
    let mut lines = vec![
        format!(
            "Question: {direction}, environment {}.",
            model.spec.environment.0
        ),
        format!("  {}", plan.sentence),
    ];
    if let Some((before, after)) = dialog.sessions {
        lines.push(format!(
            "  About {} sessions a minute instead of {}.",
            format_count(after.round()),
            format_count(before.round())
        ));
    }
    lines.extend(
        plan.warnings
            .iter()
            .map(|text| format!("  Warning: {text}")),
    );
    if plan.is_no_op() {
        lines.push("  Nothing is written: it already is so.".to_owned());
    }
    lines.extend(said(diff::rows(&plan.diff, &unseen(), UNBROKEN)));
    lines.extend(dialog.gates.iter().map(|(green, words)| {
        let state = if *green { "open" } else { "NOT GREEN" };
        format!("  Gate {state}: {words}")
    }));
    lines.extend(facts(plan));
    lines
}

/// Calls, time to effect, undo, and the command line that does the same.
fn facts(plan: &Plan) -> Vec<String> {
    let effect = if plan.time_to_effect.is_zero() {
        "at once".to_owned()
    } else {
        format!(
            "within {}, container by container",
            format_span(plan.time_to_effect)
        )
    };
    vec![
        format!("  Calls: {}", plan.calls.join(", ")),
        format!("  Effect: {effect}"),
        format!("  Undo: {}", plan.undo),
        format!("  By hand: {}", plan.aws_cli),
    ]
}

fn step(dialog: &StepDialog) -> Vec<String> {
    match dialog {
        StepDialog::File { .. } => vec!["Question: which runbook?".to_owned()],
        StepDialog::Reason { text, why, .. } => vec![
            format!("Question: why? {}", text.lines().next().unwrap_or_default()),
            format!("  {why}"),
        ],
        StepDialog::Offers { text, offers, .. } => {
            let first = text.lines().next().unwrap_or_default();
            let mut lines = vec![format!("Question: what to do? {first}")];
            for (at, offer) in offers.iter().enumerate() {
                lines.push(format!("{} {}", at + 1, offer.title));
                let from: Vec<&str> = offer.from.split_whitespace().collect();
                lines.push(format!("   from the runbook: {}", from.join(" ")));
            }
            lines
        }
    }
}

/// What a command wrote, the newest of it.
pub(super) fn output(run: &Run) -> Vec<String> {
    let state = match run.end() {
        Some(end) => format!("it {}", crate::app::model::run::end_words(end)),
        None => "it runs; stop ends it".to_owned(),
    };
    let mut lines = vec![format!("Output of {}: {state}", run.title())];
    let text = run.output.text();
    let all: Vec<&str> = text.lines().collect();
    let hidden = all.len().saturating_sub(OUTPUT);
    if hidden > 0 {
        lines.push(format!("  {hidden} earlier lines are not repeated"));
    }
    lines.extend(
        all.into_iter()
            .skip(hidden)
            .map(|line| format!("  | {line}")),
    );
    lines
}

fn complaint(top: &Overlay) -> Option<&String> {
    match top {
        Overlay::Plan(dialog) => dialog.complaint.as_ref(),
        Overlay::Incident(dialog) => dialog.complaint.as_ref(),
        Overlay::Fill(form) => form.complaint.as_ref(),
        Overlay::Tune { complaint, .. } => complaint.as_ref(),
        Overlay::Step(dialog) => match &**dialog {
            StepDialog::Reason { complaint, .. } => complaint.as_ref(),
            _ => None,
        },
        _ => None,
    }
}

/// How it is answered.
fn how(model: &Model, top: &Overlay) -> Option<String> {
    let sends = matches!(top, Overlay::Plan(_) | Overlay::Run(_));
    if model.read_only && sends {
        return Some("Read-only: nothing can be sent. cancel closes this.".to_owned());
    }
    Some(match asked(model)? {
        Asked::Text(what) => format!("Type {what}; cancel drops it."),
        Asked::Word { word, does } => {
            format!(
                "Type {word}: {does}. Type cancel: nothing is sent. Type copy: the command line."
            )
        }
        Asked::Number(count) => {
            format!(
                "Type a number from 1 to {count}; cancel drops it. What changes something is shown first."
            )
        }
    })
}

/// What tells one question from the next: what it is about and what it asks for, but nothing that only ages.
pub(super) fn mark(model: &Model) -> Option<String> {
    let top = model.overlay.as_ref()?;
    let about = match top {
        Overlay::Plan(dialog) => format!("{} {:?}", dialog.plan.sentence, dialog.gates),
        Overlay::Conflict {
            order, conflict, ..
        } => format!("{} {}", order.id.0, conflict.found),
        Overlay::Unknown { order, reason, .. } => format!("{} {reason}", order.id.0),
        Overlay::Refused { order, reason, .. } => format!("{} {reason}", order.id.0),
        Overlay::Recovery { orders, repaired } => {
            let found: Vec<_> = orders
                .iter()
                .map(|(order, found)| (&order.id.0, found))
                .collect();
            format!("{found:?} {repaired:?}")
        }
        Overlay::Fill(form) => form.at.to_string(),
        Overlay::Run(dialog) => format!("{} {:?}", dialog.written, dialog.complaint),
        Overlay::Step(dialog) => format!("{:?}", step(dialog)),
        Overlay::Alarm { name, history, .. } => format!("{name} {}", history.reading),
        Overlay::Output { run, .. } => run.clone(),
        Overlay::Locked { wanted, .. } => wanted.clone(),
        _ => String::new(),
    };
    let kind = std::mem::discriminant(top);
    Some(format!(
        "{kind:?} {about} {:?} {:?}",
        complaint(top),
        asked(model)
    ))
}
