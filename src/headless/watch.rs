//! `coalmine watch`: the console's eyes without its screen, one line a change. It changes nothing.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::page::{Page, Role};
use super::{code, print_on, values};
use crate::app::Model;
use crate::cli::{Global, Until, Watch};
use crate::domain::exposure::Observed;
use crate::domain::verdict::{CheckState, Decision};
use crate::runtime::{Ended, Reads, Session};

mod changes;

use changes::{Change, Seen};

/// How long the first reads may take before what is there is told.
const FIRST: Duration = Duration::from_secs(12);

/// The exit code when nobody reads any more, as of SIGPIPE: no verdict may be taken from it.
const GONE: u8 = 128 + 13;

/// What the command reads.
pub const READS: Reads = Reads {
    logs: true,
    ..Reads::JUDGED
};

/// Watches until what was asked for is there or the time is over. Answers the exit code.
pub async fn run(
    mut session: Session,
    arguments: &Watch,
    global: &Global,
    page: Page,
) -> color_eyre::Result<u8> {
    session.heed_signals()?;
    let deadline = arguments.span.map(|span| Instant::now() + span);
    let first = arguments.span.map_or(FIRST, |span| span.min(FIRST));
    if let Ended::Signal(number) = session.read(first).await {
        return end(&session.model, "signal", signal(number), global.json, page);
    }
    let mut seen = Seen::default();
    loop {
        for change in seen.take(&session.model) {
            if !tell(&session.model, &change, global.json, page)? {
                return Ok(GONE);
            }
        }
        if let Some(code) = reached(&session, arguments.until) {
            return end(&session.model, "reached", code, global.json, page);
        }
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left == Some(Duration::ZERO) {
            let code = late(&session.model, arguments.until);
            return end(&session.model, "time", code, global.json, page);
        }
        let ended = session
            .until(left, |session| {
                seen.is_news(&session.model) || reached(session, arguments.until).is_some()
            })
            .await;
        if let Ended::Signal(number) = ended {
            return end(&session.model, "signal", signal(number), global.json, page);
        }
    }
}

/// The exit code of a signal.
fn signal(number: i32) -> u8 {
    128_u8.saturating_add(u8::try_from(number).unwrap_or(0))
}

/// The exit code when what was waited for is there.
fn reached(session: &Session, until: Option<Until>) -> Option<u8> {
    let model = &session.model;
    // Half of what is read makes no verdict.
    if !session.unread().is_empty() {
        return None;
    }
    match until? {
        Until::Verdict => match model.verdict.decision {
            Decision::Promote => Some(code::DONE),
            Decision::RollBack => Some(code::ROLL_BACK),
            Decision::Hold | Decision::CannotTell => None,
        },
        Until::Healthy => is_healthy(model).then_some(code::DONE),
        Until::Exposure(percent) => is_at(model, percent).then_some(code::DONE),
    }
}

/// Whether every rule, gate and alarm but the bake time is well and known.
fn is_healthy(model: &Model) -> bool {
    let well = |state: CheckState| matches!(state, CheckState::Clear | CheckState::NotApplicable);
    let checks = &model.verdict.checks;
    !checks.is_empty()
        && model.flag.fault.is_none()
        && checks
            .iter()
            .filter(|check| check.name != "bake")
            .all(|check| well(check.state))
}

/// Whether this percentage is in force everywhere, and nothing that was seen says otherwise.
fn is_at(model: &Model, percent: u8) -> bool {
    let settled = model
        .exposure
        .effective
        .is_some_and(|effective| !effective.settling && effective.at_most.get() == percent);
    let contradicted = match &model.exposure.observed {
        Observed::Share(share) => share.low > f64::from(percent),
        Observed::Seen(at) => {
            percent == 0
                && model
                    .stage_since
                    .is_none_or(|since| *at > since + model.spec.cache_ttl)
        }
        Observed::Unknown | Observed::NoneSeen(_) => false,
    };
    settled && model.flag.fault.is_none() && !contradicted
}

/// The exit code when the time is over first.
fn late(model: &Model, until: Option<Until>) -> u8 {
    match until {
        None => code::DONE,
        Some(Until::Verdict) => match model.verdict.decision {
            Decision::Promote => code::DONE,
            Decision::RollBack => code::ROLL_BACK,
            Decision::Hold => code::HOLD,
            Decision::CannotTell => code::CANNOT_TELL,
        },
        Some(Until::Healthy | Until::Exposure(_)) => code::REFUSED,
    }
}

/// Whether somebody still reads.
fn tell(model: &Model, change: &Change, json: bool, page: Page) -> std::io::Result<bool> {
    if json {
        let mut object = json!({ "at": model.now, "change": change.kind });
        if let Some(members) = object.as_object_mut() {
            members.insert(change.kind.to_owned(), change.value.clone());
        }
        return print_on(&object.to_string());
    }
    print_on(&format!(
        "{}  {}{}",
        page.put(Role::Faint, model.now.to_string()),
        page.cell(Role::Faint, change.kind, 10),
        page.put(change.role, &change.words)
    ))
}

fn end(model: &Model, why: &str, code: u8, json: bool, page: Page) -> color_eyre::Result<u8> {
    let change = Change {
        kind: "end",
        value: end_object(model, why, code),
        words: format!("{why}: {}", model.verdict.decision.word()),
        role: Role::Strong,
    };
    // What was waited for is there, whoever reads of it.
    tell(model, &change, json, page)?;
    Ok(code)
}

fn end_object(model: &Model, why: &str, code: u8) -> Value {
    json!({
        "why": why,
        "code": code,
        "verdict": values::verdict(&model.verdict),
        "exposure": values::exposure(model),
        "errors": values::errors(model, &[]),
    })
}
