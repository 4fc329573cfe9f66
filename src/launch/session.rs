//! From the command line to a session without a screen: configuration, connection, journal. It prints nothing but last words.

use std::sync::Arc;

use color_eyre::eyre::Result;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::mpsc;

use super::last_words::leave_word;
use super::{MESSAGES, Surroundings};
use crate::app::Model;
use crate::app::model::Left;
use crate::backends::aws::{CallLog, ConnectOptions};
use crate::backends::clock::SharedClock;
use crate::backends::journal_file::JournalFile;
use crate::cli::Global;
use crate::domain::failure::{ErrorKind, PortError};
use crate::domain::journal::Actor;
use crate::domain::plan::Order;
use crate::domain::rollout::RolloutSpec;
use crate::ports::{Clock, JournalStore, PortResult, Ports};
use crate::runtime::parting::Parting;
use crate::runtime::{Executor, ExecutorParts, Reads, Session, SessionParts};

/// Ports on their way.
pub(super) type Opening = BoxFuture<'static, PortResult<Arc<Ports>>>;

/// Runs a command over a session that reads this. Answers the exit code.
///
/// # Errors
/// What the command or the machine says; never that AWS does not answer.
pub(super) fn run(
    spec: RolloutSpec,
    global: &Global,
    surroundings: &Surroundings,
    reads: Reads,
    command: impl AsyncFnOnce(Session, SharedClock) -> Result<(u8, Vec<Order>)>,
) -> Result<u8> {
    // One command waits for the network most of its time: one thread is enough, and the quickest to start.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let state_dir = surroundings.state_dir()?;
    let parting = Parting::new(&state_dir);
    let clock = SharedClock::new();
    let done = runtime.block_on(async {
        let session = open(
            spec,
            global,
            surroundings,
            reads,
            (parting.clone(), clock.clone()),
        )?;
        command(session, clock).await
    });
    // Requests that are still under way must not hold the way out.
    runtime.shutdown_background();
    let (code, open) = done?;
    let open: Vec<_> = open
        .into_iter()
        .map(|order| (order, Left::Unknown))
        .collect();
    leave_word(&open, &parting);
    Ok(code)
}

pub(super) fn open(
    spec: RolloutSpec,
    global: &Global,
    surroundings: &Surroundings,
    reads: Reads,
    (parting, clock): (Parting, SharedClock),
) -> Result<Session> {
    let (options, own, ours) = (options(&spec, global), spec.clone(), clock.clone());
    let connect = async move {
        crate::backends::connect(&own, &options, ours, CallLog::silent())
            .await
            .map(Arc::new)
    };
    let outside = (parting, clock, connect.boxed());
    open_over(spec, global, surroundings, reads, outside)
}

/// The same over ports that are made elsewhere.
pub(super) fn open_over(
    spec: RolloutSpec,
    global: &Global,
    surroundings: &Surroundings,
    reads: Reads,
    (parting, clock, ports): (Parting, SharedClock, Opening),
) -> Result<Session> {
    let options = options(&spec, global);
    let state_dir = surroundings.state_dir()?;
    let (rollout, environment) = (&spec.name, &spec.environment.0);
    let now = clock.now();
    let judges = reads.signals || reads.fallback;
    let told = (!reads.journal && judges)
        .then(|| JournalFile::peek(&state_dir, rollout, environment, now));
    let journal = if reads.journal {
        let actor = Actor {
            arn: None,
            user: surroundings.user.clone(),
            host: surroundings.host.clone(),
            // It comes and goes: nobody sits at it.
            pid: None,
        };
        JournalFile::open(&state_dir, rollout, environment, actor, now)
            .map(|journal| Arc::new(journal) as Arc<dyn JournalStore>)
    } else {
        Err(no_journal())
    };
    let (sender, messages) = mpsc::channel(MESSAGES);
    let executor = Executor::new(ExecutorParts {
        conceal: crate::backends::journal_file::conceal,
        ports,
        journal,
        parting,
        clock: Arc::new(clock.clone()),
        read_only: global.read_only,
        without_journal: global.without_journal,
        account: spec.account.clone(),
        shell: None,
        messages: sender,
    });
    let elsewhere = options.endpoint_url.is_some() || surroundings.aws.endpoint.is_some();
    let mut model = Model::new(spec, now);
    model.read_only = global.read_only;
    model.endpoint = options
        .endpoint_url
        .or_else(|| surroundings.aws.endpoint.clone());
    model.region = options.region;
    Ok(Session::open(SessionParts {
        model,
        clock: Arc::new(clock),
        executor,
        messages,
        reads,
        journal: told,
        elsewhere,
    }))
}

/// How AWS is reached for this rollout.
pub(super) fn options(spec: &RolloutSpec, global: &Global) -> ConnectOptions {
    ConnectOptions {
        profile: global.profile.clone().or_else(|| spec.profile.clone()),
        region: global.region.clone().or_else(|| spec.region.clone()),
        endpoint_url: global.endpoint_url.clone(),
        credentials: None,
    }
}

fn no_journal() -> PortError {
    PortError {
        kind: ErrorKind::Local,
        what: "the journal".to_owned(),
        text: "this command writes nothing down".to_owned(),
        hint: String::new(),
    }
}
