//! `coalmine status`: the screen's values once, as text or as one object. It changes nothing.

use std::time::Duration;

use serde_json::json;

use super::page::Page;
use super::{code, complain, print, values};
use crate::app::Model;
use crate::cli::{Global, Status};
use crate::runtime::{Reads, Session};

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

/// Prints what is known. Answers the exit code: 1 when the flag could not be read.
pub async fn run(mut session: Session, global: &Global, page: Page) -> color_eyre::Result<u8> {
    session.read(PATIENCE).await;
    session.model.region = session.region().await.or(session.model.region.take());
    let unread = session.unread();
    let model = &session.model;
    let known = values::readable(&model.flag).is_some();
    if global.json {
        print(&object(model, &unread).to_string())?;
    } else {
        print(&text::lay_out(model, page))?;
        for error in values::errors(model, &unread) {
            complain(&in_words(&error));
        }
    }
    Ok(if known { code::DONE } else { code::FAILED })
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
