//! `coalmine drill --recover`: what a drill that was killed has left, put back from the journal. It rehearses nothing.

use std::time::Duration;

use super::putback::{Back, put_back};
use super::stage::{Consent, Stage};
use super::{Manner, READING, Stores, signal_code};
use crate::domain::journal::{Drill, Entry};
use crate::domain::plan::{Outcome, Write};
use crate::headless::page::Role;
use crate::headless::{Done, code, complain, print};
use crate::runtime::{Ended, Session, is_running};
use serde_json::json;

/// Within that time an order that was on its way has arrived, or it never will.
const ON_ITS_WAY: Duration = Duration::from_secs(75);

/// Puts back what is left. Answers the exit code.
pub async fn recover(
    mut session: Session,
    stores: Stores,
    manner: Manner<'_>,
) -> color_eyre::Result<Done> {
    session.heed_signals()?;
    if let Ended::Signal(number) = session.read(READING).await {
        return Ok(done(signal_code(number), session).await);
    }
    if let Some(fault) = session.model.journal.fault.clone() {
        say(
            &manner,
            None,
            &format!("the journal cannot be read: {fault}"),
            false,
        )?;
        return Ok(done(code::FAILED, session).await);
    }
    let Some(drill) = session.model.drill_left.clone() else {
        say(&manner, None, "no drill was left unfinished", true)?;
        return Ok(done(code::DONE, session).await);
    };
    if drill.pid != std::process::id() && is_running(drill.pid) && !manner.global.yes {
        let text = format!(
            "{} seems to run still, as process {}: end it first, or say --yes if that is another program",
            drill.id, drill.pid
        );
        say(&manner, Some(&drill), &text, false)?;
        return Ok(done(code::REFUSED, session).await);
    }
    let texts = arrive(&mut session, &drill).await;
    let consent = match Consent::of(&session.model, drill.scratch) {
        Ok(consent) => consent,
        Err((code, why)) => {
            say(&manner, Some(&drill), &why, false)?;
            return Ok(done(code, session).await);
        }
    };
    let drill = unmasked(&session, drill);
    if drill.text.contains("[masked:") {
        let text = "the journal hides a part of the document, and the history does not have it: restore it by hand";
        say(&manner, Some(&drill), text, false)?;
        return Ok(done(code::FAILED, session).await);
    }
    let mut stage = Stage::new(session, stores, consent, &drill);
    stage.texts.extend(texts);
    let back = put_back(&mut stage, &drill).await;
    let mut session = stage.session;
    let (code, text) = match &back {
        Back::Done => (
            code::DONE,
            format!(
                "{}: what was there before {} is there again",
                drill.resource, drill.id
            ),
        ),
        Back::Theirs(who) => (
            code::FAILED,
            format!(
                "{} holds {who}, which is not the drill's: it is left as it is",
                drill.resource
            ),
        ),
        Back::Not(why) => (code::UNKNOWN, format!("not put back: {why}")),
    };
    if back.is_over() {
        let end = Entry::DrillEnded {
            id: drill.id.clone(),
        };
        if let Err(fault) = session.write_down(end).await {
            complain(&format!(
                "the end of the drill is not in the journal: {fault}"
            ));
        }
    }
    say(&manner, Some(&drill), &text, back == Back::Done)?;
    Ok(done(code, session).await)
}

async fn done(code: u8, session: Session) -> Done {
    Done {
        code,
        open: session.close().await,
    }
}

/// Waits for orders of the drill that were on their way. Answers the texts that it has sent, as far as that is known.
async fn arrive(session: &mut Session, drill: &Drill) -> Vec<String> {
    let of_drill = |session: &Session| {
        let open = session.model.unresolved.iter();
        open.filter(|order| order.reason.as_deref() == Some(drill.id.as_str()))
            .cloned()
            .collect::<Vec<_>>()
    };
    let orders = of_drill(session);
    if !orders.is_empty() {
        complain("an order of the drill may still be on its way: waiting for what becomes of it");
        let known = |session: &Session| of_drill(session).is_empty();
        session.until(Some(ON_ITS_WAY), known).await;
    }
    let applied = orders.iter().filter(|order| {
        session
            .outcome(&order.id)
            .is_none_or(|settled| !matches!(settled.outcome, Outcome::Refused { .. }))
    });
    applied
        .filter_map(|order| match &order.plan.write {
            Write::Document(text) => Some(text.clone()),
            _ => None,
        })
        .collect()
}

/// The text as the store's own history has it, where it does: the journal hides what looks like a secret.
fn unmasked(session: &Session, mut drill: Drill) -> Drill {
    let versions = session.model.history.value.iter().flatten();
    let found = versions
        .filter(|version| Some(&version.revision) == drill.revision.as_ref())
        .map(|version| version.text.clone())
        .next();
    if let (Some(text), false) = (found, drill.scratch) {
        drill.text = text;
    }
    drill
}

fn say(manner: &Manner<'_>, drill: Option<&Drill>, text: &str, good: bool) -> std::io::Result<()> {
    if manner.global.json {
        let object = json!({
            "drill": drill.map(|drill| &drill.id),
            "resource": drill.map(|drill| &drill.resource),
            "restored": drill.is_some() && good,
            "reason": text,
        });
        return print(&object.to_string());
    }
    if good {
        print(&manner.page.put(Role::Good, text))
    } else {
        complain(text);
        Ok(())
    }
}
