//! What is looked at, said: alarms, rules, levers, versions, log lines, the incident, contacts. It selects nothing.

use crate::app::Model;
use crate::app::model::Page as Sheet;
use crate::app::update::{courses, message_stage, subject};
use crate::domain::incident::Report;
use crate::ui::{format, history as versions, levers as lever_rows, why as reasons};

use super::{UNBROKEN, safe, said, status, unseen};

/// Events of the timeline, the newest.
const MOMENTS: usize = 60;

/// The alarms by number.
pub(super) fn alarms(model: &Model) -> Vec<String> {
    let Some(batch) = &model.alarms.value else {
        return vec![match &model.alarms.fault {
            Some(fault) => format!("Alarms not read: {}", status::fault_words(fault)),
            None => "Alarms: not read yet, or none is configured.".to_owned(),
        }];
    };
    let mut lines = vec!["Alarms; alarm N tells more of one:".to_owned()];
    for (at, alarm) in batch.alarms.iter().enumerate() {
        let since = alarm.since.map_or_else(String::new, |since| {
            format!(" since {}Z", format::date_time(since))
        });
        lines.push(format!(
            "{} {}: {}{since}",
            at + 1,
            alarm.name,
            status::alarm_word(&alarm.state)
        ));
        if let Some(why) = model.helpless.get(&alarm.name) {
            lines.push(format!("   cannot help: {why}"));
        }
    }
    let missing = batch.missing.iter();
    lines.extend(missing.map(|name| format!("  {name}: there is no such alarm")));
    lines
}

/// Every rule and gate.
pub(super) fn why(model: &Model) -> Vec<String> {
    said(reasons::rows(model, &unseen(), UNBROKEN))
}

/// The levers.
pub(super) fn levers(model: &Model) -> Vec<String> {
    said(lever_rows::rows(model, &unseen(), UNBROKEN))
}

/// The flag's versions.
pub(super) fn history(model: &Model) -> Vec<String> {
    let Some(found) = model.history.value.as_deref() else {
        return vec![match &model.history.fault {
            Some(fault) => format!("Versions not read: {}", status::fault_words(fault)),
            None => "Versions: not read yet; history asks again.".to_owned(),
        }];
    };
    let mut lines = vec![format!(
        "{} versions of the flag, the newest first; restore VERSION puts one back:",
        found.len()
    )];
    for (at, version) in found.iter().enumerate() {
        let when = version
            .at
            .map_or_else(|| "at an unknown time".to_owned(), format::date_time);
        let who = format::who(version.by.as_deref(), model.identity.value.as_ref());
        let (says, _) = versions::says(version, found.get(at + 1), model);
        let labels = match version.labels.as_slice() {
            [] => String::new(),
            labels => format!(", labels {}", labels.join(", ")),
        };
        lines.push(format!(
            "  version {}: {says}, by {who}, {when}{labels}",
            version.revision
        ));
    }
    lines
}

/// Every signal's course.
pub(super) fn charts(model: &Model) -> Vec<String> {
    let mut lines = vec!["How the signals went:".to_owned()];
    for course in courses(model) {
        lines.extend(course.lines().map(|line| format!("  {}", safe(line))));
    }
    lines
}

/// A page of the incident.
pub(super) fn incident(model: &Model, sheet: Sheet) -> Vec<String> {
    let Some(shown) = model.incident.shown() else {
        return vec!["No incident is open, and the journal tells of none.".to_owned()];
    };
    let state = if shown.is_open() { "open" } else { "closed" };
    let mut lines = vec![format!(
        "Incident {}, {state}, opened {}Z by {}: {}",
        shown.id,
        format::date_time(shown.opened_at),
        shown.opened_by.person(),
        sheet.word()
    )];
    let text = match sheet {
        Sheet::Timeline => {
            let moments = shown.timeline();
            let hidden = moments.len().saturating_sub(MOMENTS);
            if hidden > 0 {
                lines.push(format!(
                    "  {hidden} earlier events; incident report has all"
                ));
            }
            lines.extend(moments.iter().skip(hidden).map(|moment| {
                let at = format::clock(moment.at);
                format!("  {at} {}: {}", moment.who, moment.text)
            }));
            return lines;
        }
        Sheet::Handover => shown.handover(model.now).to_string(),
        Sheet::Report => Report::of(shown, subject(model), model.now).markdown(),
        Sheet::Message => shown.message(message_stage(model), &subject(model), model.now),
    };
    lines.extend(text.lines().map(ToOwned::to_owned));
    lines
}

/// Who to call.
pub(super) fn contacts(model: &Model) -> Vec<String> {
    if model.spec.contacts.is_empty() {
        return vec!["No contact is configured.".to_owned()];
    }
    let all = model.spec.contacts.iter();
    all.map(|(name, value)| format!("{name}: {value}"))
        .collect()
}
