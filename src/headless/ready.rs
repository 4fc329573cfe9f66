//! `coalmine ready`: would each lever work if it were pulled now? It writes nothing, unless a probe is asked for.

use std::time::Duration;

use serde_json::{Value, json};

use super::page::Page;
use super::{Done, code, complain, print, values};
use crate::app::Model;
use crate::app::update;
use crate::cli::{self, Global};
use crate::domain::Timestamp;
use crate::domain::failure::ErrorKind;
use crate::domain::lever::LeverId;
use crate::domain::plan::{Change, Order, Outcome};
use crate::domain::ready::{Lamp, LeverReady, ProofSource, Ready, WriteProof};
use crate::runtime::{Ended, Reads, Session};

mod text;

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

/// How the levers of one rollout stand.
#[derive(Debug)]
pub struct Look {
    model: Box<Model>,
    ready: Ready,
    unread: Vec<&'static str>,
    open: Vec<Order>,
}

/// Prints how the levers stand. Answers the exit code: 0 only when one of them is proven able to lower exposure.
pub async fn run(
    session: Session,
    arguments: cli::Ready,
    global: &Global,
    page: Page,
) -> color_eyre::Result<Done> {
    let look = match look(session, arguments).await? {
        Ok(look) => look,
        Err(done) => return Ok(done),
    };
    if global.json {
        print(&object(&look).to_string())?;
    } else {
        print(&text::lay_out(&look, page))?;
        for what in &look.unread {
            complain(&format!("{what}: no answer in time"));
        }
    }
    Ok(Done {
        code: code_of(look.ready.is_proven()),
        open: look.open,
    })
}

/// Prints how the levers of several rollouts stand: a row each; as JSON the object of each, in the order of the configuration.
/// Answers the exit code: 0 only when every one of them is proven able to lower exposure.
pub fn tell_all(
    looks: Vec<Result<Look, Done>>,
    global: &Global,
    page: Page,
) -> color_eyre::Result<Done> {
    let mut open = Vec::new();
    let mut all = Vec::new();
    for look in looks {
        match look {
            Ok(mut look) => {
                open.append(&mut look.open);
                all.push(look);
            }
            // A signal ends them all.
            Err(done) => return Ok(done),
        }
    }
    if global.json {
        let objects: Vec<Value> = all.iter().map(object).collect();
        print(&json!({ "rollouts": objects }).to_string())?;
    } else {
        print(&text::table(&all, page))?;
        for look in &all {
            for what in &look.unread {
                let name = &look.model.spec.name;
                complain(&format!("{name}: {what}: no answer in time"));
            }
        }
    }
    Ok(Done {
        code: code_of(all.iter().all(|look| look.ready.is_proven())),
        open,
    })
}

fn code_of(is_proven: bool) -> u8 {
    if is_proven { code::DONE } else { code::FAILED }
}

/// Looks at every lever; `Err` where a signal came first.
///
/// # Errors
/// What keeps signals from being heeded.
pub async fn look(
    mut session: Session,
    arguments: cli::Ready,
) -> color_eyre::Result<Result<Look, Done>> {
    session.heed_signals()?;
    if let Ended::Signal(number) = session.read(PATIENCE).await {
        return Ok(Err(ended(number, session).await));
    }
    // One failed read is no outage yet, and an outage decides which lever counts.
    let settled = |session: &Session| {
        let flag = &session.model.flag;
        flag.fault
            .as_ref()
            .is_none_or(|fault| flag.failures > 1 || !may_pass(fault.kind))
    };
    if let Ended::Signal(number) = session.until(Some(AGAIN), settled).await {
        return Ok(Err(ended(number, session).await));
    }
    let mut probed = None;
    if arguments.probe {
        match probe(&mut session).await {
            Ok(finding) => probed = Some(finding),
            Err(number) => return Ok(Err(ended(number, session).await)),
        }
    }
    let mut ready = update::ready(&session.model);
    let now = session.now();
    let flag = ready
        .levers
        .iter_mut()
        .filter(|lever| lever.lever == LeverId::Flag);
    flag.for_each(|lever| match &probed {
        Some(Probed::Written) => prove(lever, now),
        Some(Probed::Against(lamp, reason)) => spoil(lever, *lamp, reason),
        None => {}
    });
    Ok(Ok(Look {
        model: session.model.clone(),
        ready,
        unread: session.unread(),
        open: session.close().await,
    }))
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

/// What a probe has shown.
enum Probed {
    /// The text was written back just now.
    Written,
    /// What speaks against the lever.
    Against(Lamp, String),
}

/// Whoever has just written may write, also where nobody could tell who that was.
fn prove(lever: &mut LeverReady, now: Timestamp) {
    if lever.proof.is_none() {
        lever.proof = Some(WriteProof {
            at: now,
            from: ProofSource::Journal,
        });
        lever.reason = format!("the probe was written just now; {}", lever.reason);
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

/// Writes the same text back. Answers what that shows, or the signal that came.
async fn probe(session: &mut Session) -> Result<Probed, i32> {
    let plan = match update::plan(&session.model, &Change::Rewrite) {
        Ok(plan) => plan,
        Err(fault) => {
            let read = session.model.flag.fault.as_ref().map(ToString::to_string);
            let why = read.unwrap_or(fault.text);
            let words = format!("no probe was sent: {why}");
            return Ok(Probed::Against(Lamp::Warn, words));
        }
    };
    let Some(id) = session.order(plan, Some("probe".to_owned())) else {
        let words = "no probe was sent: another order is in flight".to_owned();
        return Ok(Probed::Against(Lamp::Warn, words));
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
    let (lamp, words) = match outcome {
        Some(Outcome::Applied { .. } | Outcome::NoOp) => return Ok(Probed::Written),
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
    Ok(Probed::Against(lamp, words))
}

fn object(look: &Look) -> Value {
    let (model, ready) = (&*look.model, &look.ready);
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
        "errors": values::errors(model, &look.unread),
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
