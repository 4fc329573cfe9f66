//! `coalmine fallback status`: what the function's environment says, values of other variables left out. It changes nothing.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::page::{Page, Role};
use super::{code, complain, print, status, values};
use crate::app::Model;
use crate::app::update::fallback_is_on;
use crate::cli::Global;
use crate::runtime::{Reads, Session};

/// How long the reads may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// What the command reads.
pub const READS: Reads = Reads {
    identity: true,
    fallback: true,
    ..Reads::FLAG
};

/// Prints how the fallback stands. Answers the exit code: 1 when it could not be read.
pub async fn status(mut session: Session, global: &Global, page: Page) -> color_eyre::Result<u8> {
    session.read(PATIENCE).await;
    session.model.region = session.region().await.or(session.model.region.take());
    let unread = session.unread();
    let model = &session.model;
    let Some(spec) = &model.spec.fallback else {
        complain("no fallback is configured: add [rollout.NAME.fallback] with the function's name");
        return Ok(code::USAGE);
    };
    let known = values::readable(&model.fallback).is_some();
    let ours = ours(model);
    if global.json {
        let object = object(model, &unread);
        print(&object.to_string())?;
    } else if known {
        let url = values::levers::function_url(model);
        let word = match &ours {
            None => "unknown",
            Some(_) if fallback_is_on(model) => "on",
            Some(_) => "off",
        };
        let mut lines = vec![format!(
            "{}  fallback {}",
            page.link(&spec.function, url.as_deref()),
            page.put(Role::Strong, word)
        )];
        for (name, value) in ours.iter().flatten() {
            let value = value.as_str().unwrap_or("(not set)").to_owned();
            lines.push(format!(
                "  {}",
                page.put(Role::Plain, format!("{name}={value}"))
            ));
        }
        if let Some(reason) = reason(model) {
            lines.push(page.put(Role::Warn, format!("  {reason}")));
        }
        lines.extend(
            model
                .exposure
                .contradictions
                .iter()
                .map(|text| page.put(Role::Warn, format!("  {text}"))),
        );
        print(&lines.join("\n"))?;
    }
    if !global.json {
        for error in values::errors(model, &unread) {
            complain(&status::in_words(&error));
        }
    }
    Ok(if known && ours.is_some() {
        code::DONE
    } else {
        code::FAILED
    })
}

fn object(model: &Model, unread: &[&str]) -> Value {
    let levers = values::levers(model);
    let lever = levers.get(1);
    let part = |name: &str| lever.and_then(|lever| lever.get(name)).cloned();
    let function = values::levers::function(model);
    let alias = function.and_then(|function| function.alias.as_ref());
    json!({
        "rollout": model.spec.name,
        "environment": model.spec.environment,
        "function": model.spec.fallback.as_ref().map(|spec| &spec.function),
        "state": part("state"),
        "exposure": part("exposure"),
        "variables": values::readable(&model.fallback).and_then(|_| ours(model)),
        "alias": alias.map(|alias| json!({ "name": alias.name, "version": alias.version, "pinned": alias.is_pinned() })),
        "ready": part("ready"),
        "reason": part("reason"),
        "revision": part("revision"),
        "can_be_taken_back": model.fallback_replaced.is_some(),
        "contradictions": model.exposure.contradictions,
        "errors": values::errors(model, unread),
    })
}

fn reason(model: &Model) -> Option<String> {
    let levers = values::levers(model);
    levers.get(1)?.get("reason")?.as_str().map(str::to_owned)
}

/// The configured variables with their values, null for one that is not set; nothing where the environment could not be read.
fn ours(model: &Model) -> Option<Map<String, Value>> {
    let spec = model.spec.fallback.as_ref()?;
    let variables = values::levers::function(model)?.variables.as_ref().ok()?;
    let names = [&spec.enabled_variable, &spec.percentage_variable];
    let names = names.into_iter().chain(spec.off.keys());
    let valued = names.map(|name| {
        let value = variables.get(name);
        (
            name.clone(),
            value.map_or(Value::Null, |value| Value::from(value.as_str())),
        )
    });
    Some(valued.collect())
}
