//! `coalmine history`: the flag's versions, newest first. It changes nothing.

use std::time::Duration;

use serde_json::{Value, json};

use super::page::{Page, Role, widest};
use super::{code, complain, print, status, values};
use crate::app::Model;
use crate::cli::{Global, History};
use crate::domain::lever::Version;
use crate::runtime::{Reads, Session};

/// How long the reads may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// What the command reads.
pub const READS: Reads = Reads {
    history: true,
    ..Reads::FLAG
};

/// Prints the versions. Answers the exit code: 1 when they could not be read.
pub async fn run(
    mut session: Session,
    arguments: &History,
    global: &Global,
    page: Page,
) -> color_eyre::Result<u8> {
    session.read(PATIENCE).await;
    let unread = session.unread();
    let model = &session.model;
    let versions = model.history.value.as_deref();
    if global.json {
        let list = versions.map(|versions| {
            let shown = versions.iter().take(usize::from(arguments.limit));
            shown
                .map(|version| object(model, version))
                .collect::<Vec<_>>()
        });
        let answer = json!({
            "rollout": model.spec.name,
            "environment": model.spec.environment,
            "source": values::source(model),
            "name": model.flag.value.as_ref().map(|state| &state.resource),
            "versions": list,
            "errors": values::errors(model, &unread),
        });
        print(&answer.to_string())?;
    } else {
        let lines = rows(
            model,
            versions.unwrap_or_default(),
            usize::from(arguments.limit),
            page,
        );
        if !lines.is_empty() {
            print(&lines.join("\n"))?;
        } else if versions.is_some() {
            complain("the flag has no history: a file keeps none");
        }
        for error in values::errors(model, &unread) {
            complain(&status::in_words(&error));
        }
    }
    Ok(if versions.is_some() {
        code::DONE
    } else {
        code::FAILED
    })
}

fn is_current(model: &Model, version: &Version) -> bool {
    values::readable(&model.flag).is_some_and(|state| state.revision == version.revision)
}

fn object(model: &Model, version: &Version) -> Value {
    let says = values::says(model, &version.text);
    json!({
        "version": values::revision(&version.revision),
        "current": is_current(model, version),
        "at": version.at,
        "by": version.by,
        "labels": version.labels,
        "valid": says.is_some(),
        "enabled": says.as_ref().map(|flag| flag.enabled),
        "rollout_percentage": says.as_ref().map(|flag| flag.rollout_percentage),
        "value": values::document(&version.text),
        "text": version.text,
    })
}

fn rows(model: &Model, versions: &[Version], limit: usize, page: Page) -> Vec<String> {
    let shown = || versions.iter().take(limit);
    let numbers = 1 + widest(shown().map(|version| version.revision.0.as_str()));
    let writers = widest(
        shown()
            .filter_map(|version| version.by.as_deref())
            .map(short),
    );
    shown()
        .map(|version| {
            let (role, says) = match values::says(model, &version.text) {
                Some(flag) if flag.enabled => {
                    (Role::Plain, format!("on  {}", flag.rollout_percentage))
                }
                Some(flag) => (Role::Faint, format!("off {}", flag.rollout_percentage)),
                None => (Role::Bad, "not valid".to_owned()),
            };
            let at = version.at.map_or_else(String::new, |at| at.to_string());
            let mut rest = vec![version.labels.join(", ")];
            rest.push(if is_current(model, version) {
                "now".to_owned()
            } else {
                String::new()
            });
            rest.retain(|text| !text.is_empty());
            let row = format!(
                "{}  {}  {}  {}  {}",
                page.cell(Role::Strong, format!("v{}", version.revision), numbers),
                page.cell(Role::Faint, at, 24),
                page.cell(role, says, 10),
                page.cell(
                    Role::Plain,
                    version.by.as_deref().map_or("", short),
                    writers
                ),
                page.put(Role::Good, rest.join("  "))
            );
            row.trim_end().to_owned()
        })
        .collect()
}

fn short(arn: &str) -> &str {
    arn.rsplit(['/', ':']).next().unwrap_or(arn)
}
