//! `coalmine ready`: would each lever work if it were pulled now? It writes nothing, unless a probe is asked for.

use std::time::Duration;

use serde_json::{Value, json};

use super::page::{Page, Role, widest};
use super::{Done, code, complain, print, values};
use crate::app::Model;
use crate::app::update;
use crate::cli::{self, Global};
use crate::domain::failure::ErrorKind;
use crate::domain::lever::LeverId;
use crate::domain::plan::{Change, Outcome};
use crate::domain::ready::{Lamp, LeverReady, Ready};
use crate::domain::signal::format_span;
use crate::runtime::{Ended, Reads, Session};

/// How long the reads may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a probe may take, what became of it included.
const PROBE: Duration = Duration::from_secs(40);

/// How long a store that failed once is waited for.
const AGAIN: Duration = Duration::from_secs(12);

/// What the command reads: everything that the screen does.
pub const READS: Reads = Reads {
    identity: true,
    flag: true,
    fallback: true,
    history: true,
    signals: true,
    alarms: true,
    logs: true,
    journal: true,
};

/// Prints how the levers stand. Answers the exit code: 0 only when one of them is proven able to lower exposure.
pub async fn run(
    mut session: Session,
    arguments: cli::Ready,
    global: &Global,
    page: Page,
) -> color_eyre::Result<Done> {
    session.heed_signals()?;
    if let Ended::Signal(number) = session.read(PATIENCE).await {
        return Ok(ended(number, session).await);
    }
    // One failed read is no outage yet, and an outage decides which lever counts.
    let settled = |session: &Session| {
        let flag = &session.model.flag;
        flag.fault
            .as_ref()
            .is_none_or(|fault| flag.failures > 1 || !may_pass(fault.kind))
    };
    if let Ended::Signal(number) = session.until(Some(AGAIN), settled).await {
        return Ok(ended(number, session).await);
    }
    let mut probed = None;
    if arguments.probe {
        match probe(&mut session).await {
            Ok(finding) => probed = finding,
            Err(number) => return Ok(ended(number, session).await),
        }
    }
    let mut ready = update::ready(&session.model);
    if let Some((lamp, reason)) = probed {
        let flag = ready
            .levers
            .iter_mut()
            .filter(|lever| lever.lever == LeverId::Flag);
        flag.for_each(|lever| spoil(lever, lamp, &reason));
    }
    let unread = session.unread();
    if global.json {
        print(&object(&session.model, &ready, &unread).to_string())?;
    } else {
        print(&lay_out(&session.model, &ready, page))?;
        for what in unread {
            complain(&format!("{what}: no answer in time"));
        }
    }
    let code = if ready.is_proven() {
        code::DONE
    } else {
        code::FAILED
    };
    Ok(Done {
        code,
        open: session.close().await,
    })
}

/// Whether such a failure may be gone at the next try.
fn may_pass(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Service | ErrorKind::TimedOut)
}

async fn ended(number: i32, session: Session) -> Done {
    complain(&format!("ended by signal {number}"));
    Done {
        code: 128_u8.saturating_add(u8::try_from(number).unwrap_or(0)),
        open: session.close().await,
    }
}

/// A probe that failed counts for more than a write of last week.
fn spoil(lever: &mut LeverReady, lamp: Lamp, reason: &str) {
    if lamp == Lamp::Broken {
        lever.proof = None;
    }
    if lamp > lever.lamp {
        lever.lamp = lamp;
        reason.clone_into(&mut lever.reason);
    } else {
        lever.reason = format!("{reason}; {}", lever.reason);
    }
}

/// Writes the same text back. Answers what speaks against the lever, if anything does, or the signal that came.
async fn probe(session: &mut Session) -> Result<Option<(Lamp, String)>, i32> {
    let plan = match update::plan(&session.model, &Change::Rewrite) {
        Ok(plan) => plan,
        Err(fault) => {
            let read = session.model.flag.fault.as_ref().map(ToString::to_string);
            let why = read.unwrap_or(fault.text);
            return Ok(Some((Lamp::Warn, format!("no probe was sent: {why}"))));
        }
    };
    let Some(id) = session.order(plan, Some("probe".to_owned())) else {
        return Ok(Some((
            Lamp::Warn,
            "no probe was sent: another order is in flight".to_owned(),
        )));
    };
    let known = |session: &Session| {
        session
            .outcome(&id)
            .is_some_and(|settled| !matches!(settled.outcome, Outcome::Unknown { .. }))
    };
    if let Ended::Signal(number) = session.until(Some(PROBE), known).await {
        return Err(number);
    }
    let outcome = session.outcome(&id).map(|settled| settled.outcome.clone());
    let refused_here = session.model.read_only || session.model.journal.fault.is_some();
    let finding = match outcome {
        Some(Outcome::Applied { .. } | Outcome::NoOp) => return Ok(None),
        Some(Outcome::Refused { reason, .. }) if refused_here => {
            (Lamp::Warn, format!("no probe was sent: {reason}"))
        }
        Some(Outcome::Refused { reason, .. }) => {
            (Lamp::Broken, format!("the probe was refused: {reason}"))
        }
        Some(Outcome::Conflict(met)) => (
            Lamp::Warn,
            format!(
                "the probe met a write of {}: try again",
                met.by.as_deref().unwrap_or("somebody else")
            ),
        ),
        Some(Outcome::Unknown { reason }) => (
            Lamp::Warn,
            format!("what became of the probe is not known: {reason}"),
        ),
        None => (
            Lamp::Warn,
            "what became of the probe is not known: no answer".to_owned(),
        ),
    };
    Ok(Some(finding))
}

fn object(model: &Model, ready: &Ready, unread: &[&str]) -> Value {
    let levers: Vec<Value> = ready
        .levers
        .iter()
        .map(|lever| {
            json!({
                "name": lever.lever.name(),
                "resource": resource(model, lever.lever),
                "ready": lever.lamp.word(),
                "reason": lever.reason,
                "time_to_effect_s": lever.time_to_effect.as_secs(),
                "proven": lever.is_proven(),
                "proof": lever.proof,
                "acts_now": lever.acts_now,
            })
        })
        .collect();
    json!({
        "rollout": model.spec.name,
        "environment": model.spec.environment,
        "levers": levers,
        "checks": ready.checks.iter().map(|check| json!({
            "name": check.name, "state": check.lamp.word(), "reason": check.reason,
            "hint": Some(&check.hint).filter(|hint| !hint.is_empty()),
        })).collect::<Vec<_>>(),
        "proven": ready.is_proven(),
        "errors": values::errors(model, unread),
    })
}

fn resource(model: &Model, lever: LeverId) -> Option<String> {
    let read = model.lever(lever).value.as_ref();
    read.map(|state| state.resource.clone())
        .or_else(|| match lever {
            LeverId::Flag => Some(model.spec.flag.source.name().to_owned()),
            LeverId::Fallback => {
                let fallback = model.spec.fallback.as_ref();
                fallback.map(|fallback| fallback.function.clone())
            }
        })
}

fn role(lamp: Lamp) -> Role {
    match lamp {
        Lamp::Ok => Role::Good,
        Lamp::Warn => Role::Warn,
        Lamp::Broken => Role::Bad,
    }
}

fn lay_out(model: &Model, ready: &Ready, page: Page) -> String {
    let names = widest(
        ready
            .checks
            .iter()
            .map(|check| check.name.as_str())
            .chain(ready.levers.iter().map(|lever| lever.lever.name())),
    );
    let line = |lamp: Lamp, name: &str, text: String| {
        format!(
            "{}  {}  {}",
            page.cell(role(lamp), lamp.word(), 6),
            page.cell(Role::Plain, name, names),
            page.put(Role::Plain, text)
        )
    };
    let mut lines = vec![page.put(
        Role::Strong,
        format!("{} in {}", model.spec.name, model.spec.environment),
    )];
    for lever in &ready.levers {
        let text = format!(
            "within {}: {}",
            format_span(lever.time_to_effect),
            lever.reason
        );
        lines.push(line(lever.lamp, lever.lever.name(), text));
    }
    lines.push(String::new());
    for check in &ready.checks {
        lines.push(line(check.lamp, &check.name, check.reason.clone()));
        if !check.hint.is_empty() {
            lines.push(format!(
                "{}{}",
                " ".repeat(names + 10),
                page.put(Role::Faint, &check.hint)
            ));
        }
    }
    lines.push(String::new());
    let proven = ready.levers.iter().filter(|lever| lever.is_proven());
    lines.push(match proven.min_by_key(|lever| lever.time_to_effect) {
        Some(lever) => page.put(
            Role::Good,
            format!(
                "proven: the {} lowers exposure within {}",
                lever.lever.name(),
                format_span(lever.time_to_effect)
            ),
        ),
        None => page.put(
            Role::Bad,
            "not proven: no lever is known to be able to lower exposure now",
        ),
    });
    lines.join("\n")
}
