//! `coalmine drill`: the rollback rehearsed against the real environment, step by step. What was there is put back whatever
//! happens. It judges no rollout and opens no incident.

use std::sync::Arc;
use std::time::Duration;

use super::page::Page;
use super::{Done, code, complain};
use crate::cli::{self, Global};
use crate::domain::flag::{Flag, FlagEdit, edit};
use crate::domain::journal::{Drill, Entry};
use crate::domain::lever::LeverContent;
use crate::domain::plan::Change;
use crate::domain::rollout::{AlarmsSpec, FlagSource, RolloutSpec};
use crate::ports::{Clock, Lever};
use crate::runtime::{Ended, Reads, Session};

mod putback;
mod recover;
mod report;
mod sample;
mod stage;
mod steps;

pub use recover::recover;

use report::{Report, Step};
use stage::{Consent, Stage, Trouble};

/// How long the reads before the drill may take.
const READING: Duration = Duration::from_secs(15);
/// What a scratch parameter or file is called, behind the name of the real one.
const SCRATCH: &str = "-coalmine-drill";

/// What the drill reads of what it writes.
pub const TARGET: Reads = Reads {
    identity: true,
    fallback: true,
    history: true,
    journal: true,
    ..Reads::FLAG
};
/// What the drill reads of the flag that it must not touch.
pub const LIVE: Reads = Reads {
    fallback: true,
    ..Reads::FLAG
};

/// What the flag clients of the drill read.
pub struct Stores {
    /// The store that the drill writes.
    pub target: Arc<dyn Lever>,
    /// One that nobody can reach.
    pub unreachable: Arc<dyn Lever>,
    /// The time of the watched world.
    pub clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Stores {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stores").finish_non_exhaustive()
    }
}

/// The rollout that the drill writes: the rollout itself, and in `prod` a scratch beside it, with a journal of its own.
pub fn target(spec: &RolloutSpec) -> RolloutSpec {
    if !spec.environment.is_prod() {
        return spec.clone();
    }
    let mut scratch = spec.clone();
    scratch.name.push_str(SCRATCH);
    scratch.flag.source = match &spec.flag.source {
        FlagSource::Ssm(name) => FlagSource::Ssm(format!("{name}{SCRATCH}")),
        FlagSource::File(path) => FlagSource::File(format!("{path}{SCRATCH}")),
    };
    scratch.fallback = None;
    scratch.logs = None;
    scratch.alarms = AlarmsSpec::None;
    scratch.signals.clear();
    scratch.rules.clear();
    scratch
}

/// How the command was called.
#[derive(Clone, Copy, Debug)]
pub struct Manner<'a> {
    /// Its own arguments.
    pub arguments: &'a cli::Drill,
    /// Those of every command.
    pub global: &'a Global,
    /// How text looks.
    pub page: Page,
}

/// Rehearses. `live` is the flag beside which a scratch is written. Answers the exit code: 0 when every step passed.
pub async fn run(
    mut session: Session,
    live: Option<Session>,
    stores: Stores,
    manner: Manner<'_>,
) -> color_eyre::Result<Done> {
    session.heed_signals()?;
    let mut report = Report::new(&session.model);
    let code = rehearse(session, live, stores, &manner, &mut report).await;
    let (code, open) = match code {
        Ok((code, session)) => (code, session.close().await),
        Err((code, why)) => {
            report.refused = Some(why);
            (code, Vec::new())
        }
    };
    report.print(&manner, code)?;
    Ok(Done { code, open })
}

type Refusal = (u8, String);

async fn rehearse(
    mut session: Session,
    mut live: Option<Session>,
    stores: Stores,
    manner: &Manner<'_>,
    report: &mut Report,
) -> Result<(u8, Session), Refusal> {
    let consent = Consent::ask(&session.model, live.is_some(), manner)?;
    if let Ended::Signal(number) = session.read(READING).await {
        return Err((signal_code(number), "nothing was begun".to_owned()));
    }
    if let Some(live) = &mut live {
        live.read(READING).await;
    }
    let found = find(&session, live.as_ref())?;
    let drill = begin(&mut session, &found, live.is_some()).await?;
    report.begun(&drill, live.as_ref().map(|live| &*live.model));
    let mut stage = Stage::new(session, stores, consent, &drill);
    let ready = stage.set_up(&drill).await;
    let fallback = live.as_ref().map_or_else(
        || stage.session.model.fallback.clone(),
        |live| live.model.fallback.clone(),
    );
    let spec = live.as_ref().map_or_else(
        || stage.session.model.spec.clone(),
        |live| live.model.spec.clone(),
    );
    let ground = steps::Ground {
        spec: &spec,
        fallback: &fallback,
        ttl: manner.arguments.ttl.unwrap_or(spec.cache_ttl),
        percent: found.percent,
    };
    let ended = steps::all(&mut stage, &ground, ready, |step| report.step(step, manner)).await;
    complain_about(ended.as_ref());
    let back = putback::put_back(&mut stage, &drill).await;
    report.put_back(&back, &drill);
    if back.is_over() {
        let end = Entry::DrillEnded {
            id: drill.id.clone(),
        };
        if let Err(fault) = stage.session.write_down(end).await {
            report.note(format!(
                "the end of the drill is not in the journal: {fault}"
            ));
        }
    }
    if let Some(live) = &mut live {
        report.live_after(live).await;
    }
    let code = match ended {
        Some(Trouble::Signal(number)) => signal_code(number),
        _ if !back.is_over() => code::UNKNOWN,
        _ if report.passed() => code::DONE,
        _ => code::FAILED,
    };
    Ok((code, stage.session))
}

/// What the drill found, and what must be there when it is over.
struct Found {
    /// The document to be put back.
    text: String,
    /// The percentage that it has, or the first stage.
    percent: crate::domain::Percent,
}

fn find(session: &Session, live: Option<&Session>) -> Result<Found, Refusal> {
    let model = live.map_or(&session.model, |live| &live.model);
    if let Some(fault) = &model.flag.fault {
        return Err((code::FAILED, format!("the flag could not be read: {fault}")));
    }
    let Some(LeverContent::Document(text)) = model.flag.value.as_ref().map(|state| &state.content)
    else {
        return Err((code::FAILED, "the flag was not read in time".to_owned()));
    };
    let shape = &model.spec.flag.shape;
    let flag = Flag::parse(text, shape).map_err(|faults| {
        let list: Vec<String> = faults.iter().map(ToString::to_string).collect();
        (
            code::FAILED,
            format!("the flag document is not valid: {}", list.join("; ")),
        )
    })?;
    let first = model.spec.stages.first().map(|stage| stage.percent);
    let percent = if flag.rollout_percentage.get() > 0 {
        flag.rollout_percentage
    } else {
        first.unwrap_or(crate::domain::Percent::FULL)
    };
    let text = match live {
        None => text.clone(),
        // A scratch never has anybody in it while no drill runs.
        Some(_) => edit(text, shape, &FlagEdit::Disable)
            .and_then(|text| {
                edit(
                    &text,
                    shape,
                    &FlagEdit::SetPercent(crate::domain::Percent::ZERO),
                )
            })
            .map_err(|fault| (code::FAILED, fault.to_string()))?,
    };
    Ok(Found { text, percent })
}

/// Writes down what is to come back, before anything is touched.
async fn begin(session: &mut Session, found: &Found, scratch: bool) -> Result<Drill, Refusal> {
    let model = &session.model;
    if let Some(left) = &model.drill_left {
        return Err((
            code::REFUSED,
            format!(
                "drill {} was left unfinished: `coalmine drill --recover` comes first",
                left.id
            ),
        ));
    }
    if let Some(lock) = model.incident.open() {
        return Err((
            code::REFUSED,
            format!(
                "incident {} is open: a drill raises and lowers the flag, and nothing raises now; close it first: `coalmine incident close --reason TEXT`",
                lock.id
            ),
        ));
    }
    if !model.unresolved.is_empty() {
        return Err((
            code::REFUSED,
            "the outcome of an order is not known yet: open the console, or wait a minute"
                .to_owned(),
        ));
    }
    if let Some(fault) = model
        .flag
        .fault
        .as_ref()
        .filter(|fault| !scratch || fault.kind != crate::domain::failure::ErrorKind::NotFound)
    {
        return Err((
            code::FAILED,
            format!("the scratch could not be read: {fault}"),
        ));
    }
    let state = model.flag.value.as_ref();
    let pid = std::process::id();
    let drill = Drill {
        id: format!("drill {}-{pid}", session.now().as_millis()),
        pid,
        resource: state.map_or_else(
            || model.spec.flag.source.name().to_owned(),
            |state| state.resource.clone(),
        ),
        scratch,
        revision: state.map(|state| state.revision.clone()),
        text: found.text.clone(),
        written: Vec::new(),
    };
    let entry = Entry::DrillBegun {
        drill: Box::new(drill.clone()),
    };
    session.write_down(entry).await.map_err(|fault| {
        (
            code::REFUSED,
            format!("what is to be put back cannot be written down: {fault}"),
        )
    })?;
    Ok(drill)
}

fn complain_about(ended: Option<&Trouble>) {
    if let Some(trouble) = ended {
        complain(&format!("the drill stops: {trouble}"));
    }
}

fn signal_code(number: i32) -> u8 {
    128_u8.saturating_add(u8::try_from(number).unwrap_or(0))
}

/// The change that puts a text there, whatever is there now.
fn back_to(drill: &Drill, is_there: bool) -> Change {
    let text = drill.text.clone();
    match &drill.revision {
        _ if !is_there => Change::Create { text },
        Some(version) => Change::Restore {
            version: version.clone(),
            text,
        },
        None => Change::Restore {
            version: crate::domain::Revision("1".to_owned()),
            text,
        },
    }
}

impl Step {
    /// Names and numbers, as the guide has them.
    pub(crate) const NAMES: [&'static str; 7] = [
        "disable and enable",
        "10, 50 and 100 %",
        "bad documents and values refused",
        "environment fallback",
        "cache expiry",
        "a concurrent writer",
        "an old version restored",
    ];
}
