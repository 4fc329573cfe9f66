//! `coalmine incident status|open|close|release`: the incident without a screen. It moves no lever.

use std::time::Duration;

use serde_json::{Value, json};

use super::page::{Page, Role};
use super::{Done, code, complain, print};
use crate::app::Model;
use crate::cli::{Global, Incident as Wish, Release};
use crate::domain::incident::{Incident, IncidentCause, IncidentEvent, new_id, when};
use crate::domain::journal::{Actor, Entry};
use crate::domain::signal::format_span;
use crate::runtime::{Ended, Reads, Session};

/// How long the journal may take to be opened.
const PATIENCE: Duration = Duration::from_secs(15);

/// What these commands read: the journal.
pub const READS: Reads = Reads {
    flag: false,
    journal: true,
    ..Reads::FLAG
};

/// What a command came to: its exit code, whether it changed something, and what is to be said.
struct Answer {
    code: u8,
    changed: bool,
    reason: Option<String>,
}

impl Answer {
    fn done(changed: bool, said: Option<&str>) -> Self {
        Self {
            code: code::DONE,
            changed,
            reason: said.map(str::to_owned),
        }
    }

    fn not(code: u8, why: impl Into<String>) -> Self {
        Self {
            code,
            changed: false,
            reason: Some(why.into()),
        }
    }
}

/// Does what is wished, and prints how the incident stands then. Answers the exit code.
pub async fn run(
    mut session: Session,
    wish: &Wish,
    global: &Global,
    page: Page,
) -> color_eyre::Result<Done> {
    session.heed_signals()?;
    let answer = match session.read(PATIENCE).await {
        Ended::Signal(number) => Answer::not(
            128_u8.saturating_add(u8::try_from(number).unwrap_or(0)),
            format!("ended by signal {number}: nothing was written down"),
        ),
        _ => act(&mut session, wish).await,
    };
    let code = answer.code;
    if global.json {
        print(&object(&session.model, &answer).to_string())?;
    } else {
        print(&text(&session.model, page).join("\n"))?;
        if let Some(reason) = &answer.reason {
            complain(reason);
        }
    }
    Ok(Done {
        code,
        open: session.close().await,
    })
}

async fn act(session: &mut Session, wish: &Wish) -> Answer {
    if let Some(fault) = &session.model.journal.fault {
        return Answer::not(
            code::FAILED,
            format!("the journal cannot be opened: {fault}"),
        );
    }
    if !session.model.journal.open {
        return Answer::not(code::FAILED, "the journal was not opened in time");
    }
    let open = session.model.incident.open().cloned();
    let events = match (wish, &open) {
        (Wish::Status, _) => return Answer::done(false, None),
        _ if session.model.read_only => {
            return Answer::not(code::REFUSED, "this command is read-only");
        }
        (Wish::Open(_), Some(open)) => {
            return Answer::done(
                false,
                Some(&format!("incident {} is open already", open.id)),
            );
        }
        (Wish::Close(_) | Wish::Release(_), None) => {
            return Answer::not(code::FAILED, "no incident is open");
        }
        (Wish::Open(arguments), None) => {
            let event = IncidentEvent::Opened {
                id: new_id(session.now()),
                cause: IncidentCause::Asked,
            };
            let note = arguments
                .reason
                .as_deref()
                .map(str::trim)
                .filter(|text| !text.is_empty());
            let note = note.map(|text| Entry::Note {
                text: text.to_owned(),
            });
            [Some(Entry::Incident { event }), note]
                .into_iter()
                .flatten()
                .collect()
        }
        (Wish::Close(arguments), Some(open)) => match said(&arguments.reason) {
            None => return Answer::not(code::REFUSED, "--reason must say how it ended"),
            Some(note) => {
                let (id, note) = (open.id.clone(), Some(note));
                vec![Entry::Incident {
                    event: IncidentEvent::Closed { id, note },
                }]
            }
        },
        (Wish::Release(arguments), Some(open)) => match release(&session.model, open, arguments) {
            Err(answer) => return answer,
            Ok(entry) => vec![entry],
        },
    };
    for entry in events {
        if let Err(fault) = session.write_down(entry).await {
            return Answer::not(
                code::FAILED,
                format!("it could not be written down: {fault}"),
            );
        }
    }
    Answer::done(true, None)
}

fn said(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn release(model: &Model, open: &Incident, arguments: &Release) -> Result<Entry, Answer> {
    let environment = &model.spec.environment;
    let refused = |why: String| Err(Answer::not(code::REFUSED, why));
    if open.released.is_some() {
        return Err(Answer::done(false, Some("raises are let through already")));
    }
    let Some(reason) = said(&arguments.reason) else {
        return refused("--reason must say why: it is journalled".to_owned());
    };
    match &arguments.confirm {
        Some(typed) if *typed != environment.0 => {
            return refused(format!(
                "--confirm {typed} is not the environment of this rollout, which is {environment}"
            ));
        }
        None if environment.is_prod() => {
            return refused(format!(
                "to let raises through in {environment} its name is asked for: --confirm {environment}"
            ));
        }
        _ => {}
    }
    let id = open.id.clone();
    Ok(Entry::Incident {
        event: IncidentEvent::LockReleased { id, reason },
    })
}

fn object(model: &Model, answer: &Answer) -> Value {
    let lock = model.incident.lock();
    let by = |actor: &Actor| json!({ "who": actor.person(), "arn": actor.arn });
    let incident = model.incident.shown().map(|shown| {
        let cause = match &shown.cause {
            IncidentCause::Asked => "asked",
            IncidentCause::Lowered(_) => "lowered",
            IncidentCause::Verdict(_) => "verdict",
        };
        json!({
            "id": shown.id,
            "open": shown.is_open(),
            "cause": cause,
            "opened_at": shown.opened_at,
            "opened_by": by(&shown.opened_by),
            "driver": shown.driver.as_ref().map(Actor::console),
            "stage": shown.stage(),
            "released": shown.released.as_ref().map(|release| json!({
                "at": release.at, "by": by(&release.by), "reason": release.reason })),
            "closed": shown.closed.as_ref().map(|closing| json!({
                "at": closing.at, "by": by(&closing.by), "note": closing.note })),
        })
    });
    json!({
        "rollout": model.spec.name,
        "environment": model.spec.environment,
        "locked": lock.is_some(),
        "changed": answer.changed,
        "reason": answer.reason,
        "incident": incident,
    })
}

fn text(model: &Model, page: Page) -> Vec<String> {
    let Some(shown) = model.incident.shown() else {
        return vec![page.put(
            Role::Plain,
            "no incident is open, and the journal tells of none",
        )];
    };
    let span = format_span(shown.until(model.now).since(shown.opened_at));
    let mut lines = Vec::new();
    match &shown.closed {
        None => {
            let lock = match &shown.released {
                None => "raises locked",
                Some(_) => "raises let through",
            };
            let head = format!("INCIDENT {} open {span} · {lock}", shown.id);
            lines.push(page.put(Role::Bad, head));
        }
        Some(closing) => lines.push(page.put(
            Role::Plain,
            format!(
                "incident {} was closed at {}Z, after {span}",
                shown.id,
                when(closing.at, model.now)
            ),
        )),
    }
    let cause = match &shown.cause {
        IncidentCause::Asked => "by hand".to_owned(),
        IncidentCause::Lowered(order) => format!("by order {order}, which lowers exposure"),
        IncidentCause::Verdict(decision) => format!("by acknowledging {}", decision.word()),
    };
    lines.push(page.put(
        Role::Plain,
        format!(
            "  opened {}Z by {}, {cause}",
            when(shown.opened_at, model.now),
            shown.opened_by.person()
        ),
    ));
    if let Some(driver) = shown.driver.as_ref().filter(|_| shown.is_open()) {
        lines.push(page.put(Role::Plain, format!("  {} drives", driver.console())));
    }
    if let Some(release) = &shown.released {
        let by = release.by.person();
        lines.push(page.put(
            Role::Warn,
            format!(
                "  lock released {}Z by {by}: {}",
                when(release.at, model.now),
                release.reason
            ),
        ));
    }
    if let Some(note) = shown
        .closed
        .as_ref()
        .and_then(|closing| closing.note.as_ref())
    {
        lines.push(page.put(Role::Plain, format!("  {note}")));
    }
    lines
}
