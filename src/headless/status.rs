//! `coalmine status`: the screen's values once, as text or as one object. It changes nothing.

use std::time::Duration;

use serde_json::json;

use super::page::Page;
use super::{code, complain, print, values};
use crate::app::Model;
use crate::cli::{Global, Status};
use crate::runtime::{Reads, Session};

mod table;
mod text;

/// How long all reads together may take.
const PATIENCE: Duration = Duration::from_secs(12);

/// What the command reads.
pub fn reads(arguments: &Status) -> Reads {
    Reads {
        logs: arguments.observed,
        ..Reads::JUDGED
    }
}

/// What was read of one rollout.
#[derive(Debug)]
pub struct Look {
    model: Box<Model>,
    unread: Vec<&'static str>,
}

impl Look {
    fn is_known(&self) -> bool {
        values::readable(&self.model.flag).is_some()
    }

    fn object(&self) -> serde_json::Value {
        object(&self.model, &self.unread)
    }

    fn complaints(&self) -> Vec<String> {
        together(&values::errors(&self.model, &self.unread))
    }
}

/// Reads what there is to be known of a rollout.
pub async fn look(mut session: Session) -> color_eyre::Result<Look> {
    session.read(PATIENCE).await;
    session.model.region = session.region().await.or(session.model.region.take());
    Ok(Look {
        unread: session.unread(),
        model: session.model,
    })
}

/// Prints what is known. Answers the exit code: 1 when the flag could not be read.
pub async fn run(session: Session, global: &Global, page: Page) -> color_eyre::Result<u8> {
    let look = look(session).await?;
    if global.json {
        print(&look.object().to_string())?;
    } else {
        print(&text::lay_out(&look.model, page))?;
        for words in look.complaints() {
            complain(&words);
        }
    }
    Ok(if look.is_known() {
        code::DONE
    } else {
        code::FAILED
    })
}

/// Prints what is known of several rollouts: a row each, the worst first; as JSON the object of each, in the order of the
/// configuration. Answers the exit code: 1 when a flag could not be read.
pub fn tell_all(looks: &[Look], global: &Global, page: Page) -> color_eyre::Result<u8> {
    if global.json {
        let all: Vec<serde_json::Value> = looks.iter().map(Look::object).collect();
        print(&json!({ "rollouts": all }).to_string())?;
    } else {
        let models: Vec<&Model> = looks.iter().map(|look| &*look.model).collect();
        print(&table::lay_out(&models, page))?;
        for look in looks {
            for words in look.complaints() {
                complain(&format!("{}: {words}", look.model.spec.name));
            }
        }
    }
    Ok(if looks.iter().all(Look::is_known) {
        code::DONE
    } else {
        code::FAILED
    })
}

/// The whole answer.
fn object(model: &Model, unread: &[&str]) -> serde_json::Value {
    json!({
        "rollout": model.spec.name,
        "environment": model.spec.environment,
        "region": model.region,
        "account": model.identity.value.as_ref().map(|me| &me.account),
        "caller": model.identity.value.as_ref().map(|me| &me.arn),
        "at": model.now,
        "exposure": values::exposure(model),
        "flag": values::flag(model),
        "stage": values::stage(model),
        "signals": values::signals(model),
        "alarms": values::alarms(model),
        "verdict": values::verdict(&model.verdict),
        "levers": values::levers(model),
        "incident": values::incident(model),
        "errors": values::errors(model, unread),
    })
}

/// Errors as sentences; what fails for one reason is told in one.
fn together(errors: &[serde_json::Value]) -> Vec<String> {
    let mut groups: Vec<(serde_json::Value, Vec<&str>)> = Vec::new();
    for error in errors {
        let what = error.get("what").and_then(serde_json::Value::as_str);
        let why =
            |error: &serde_json::Value| (error.get("text").cloned(), error.get("hint").cloned());
        match groups
            .iter_mut()
            .find(|(first, _)| why(first) == why(error))
        {
            Some((_, all)) => all.extend(what.filter(|what| !all.contains(what))),
            None => groups.push((error.clone(), what.into_iter().collect())),
        }
    }
    let tell = |(mut error, all): (serde_json::Value, Vec<&str>)| {
        if let Some(object) = error.as_object_mut() {
            object.insert("what".to_owned(), all.join(", ").into());
        }
        in_words(&error)
    };
    groups.into_iter().map(tell).collect()
}

/// An error of the answer as one sentence.
pub(super) fn in_words(error: &serde_json::Value) -> String {
    let text = |name: &str| error.get(name).and_then(serde_json::Value::as_str);
    let mut words = format!(
        "{}: {}",
        text("what").unwrap_or_default(),
        text("text").unwrap_or_default()
    );
    if let Some(hint) = text("hint").filter(|hint| !hint.is_empty()) {
        words = format!("{words} ({hint})");
    }
    words
}
