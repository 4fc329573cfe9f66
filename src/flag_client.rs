//! The flag service that a Rust program embeds: who is treated, from a flag document that is read now and then. It writes nothing.
//!
//! A [`FlagClient`] answers from a snapshot in memory: without waiting, without a lock, without an allocation. The snapshot is
//! read from any [`Lever`] that holds a flag document, is fresh for a TTL (60 s by default), and goes on being served, with its
//! age in every answer, while the store is read again and while it does not answer.
//!
//! # Who is treated
//! In this order; the first that applies decides and is the [`Reason`]:
//!
//! | | |
//! |---|---|
//! | [`kill`](FlagClient::kill) was called | off |
//! | the document says `enabled: false` (in a list of flags: `status: "disabled"`) | off, for listed users too |
//! | `enabled_users` names the user | on |
//! | `enabled_groups` names one of the groups | on |
//! | `conditions` has an attribute whose value is not the one wanted (or one of those wanted) | off |
//! | the percentage includes the session's bucket | on, else off |
//!
//! The bucket is the one of [`bucket`](crate::domain::flag::bucket): SHA-256 of the session id, first four bytes big-endian,
//! modulo 100. A session keeps its bucket for ever, so raising the percentage takes nobody's treatment away.
//!
//! # On whose word
//! The store's last valid document. A document that is not valid changes nothing, with one exception: when it still clearly says
//! that the flag is off, it is off. Until a first document was read, the environment variables decide, as they were when the client
//! was built ([`EnvironmentNames`]). Where they say nothing either, or nothing that can be understood, nobody is treated.
//!
//! # In a Lambda
//! Build one client per container, outside of the handler. A container is frozen between invocations, so a background task does
//! not run then; call [`refresh_if_due`](FlagClient::refresh_if_due) at the beginning of each invocation instead. One invocation
//! per TTL waits for the store (10 to 50 ms as a rule, the patience at most); `tokio::join!` it with other work to hide even that.
//! The role needs `ssm:GetParameter` alone. `examples/flag_client.rs` is a complete handler.
//!
//! ```
//! # use std::sync::Arc;
//! # use coalmine::flag_client::FlagClient;
//! # use coalmine::ports::Lever;
//! # async fn handle(client: &FlagClient, session_id: &str) {
//! client.refresh_if_due().await;
//! let decision = client.is_enabled(session_id);
//! if decision.enabled {
//!     let threshold = client.number("min_stability_threshold").unwrap_or(0.85);
//!     // the new behaviour
//! #   let _ = threshold;
//! }
//! # }
//! # fn cold_start(lever: Arc<dyn Lever>) -> FlagClient {
//! FlagClient::builder(lever).process_environment().build()
//! # }
//! ```
//!
//! # In a service
//! Keep the answer of [`keep_fresh`](FlagClient::keep_fresh) for as long as the service runs, and only decide.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;

mod builder;
mod decision;
mod environment;
mod refresh;
mod ruling;
mod stopwatch;
mod subject;
mod tally;

pub use builder::FlagClientBuilder;
pub use decision::{Decision, FlagVersion, Reason, Source};
pub use environment::EnvironmentNames;
pub use refresh::{Keeper, Refresh};
pub use stopwatch::{ProcessTime, Stopwatch, WorldTime};
pub use subject::{Attribute, Subject};
pub use tally::{FlagStats, Problem};

use crate::domain::Revision;
use crate::domain::flag::FlagShape;
use crate::ports::Lever;
use environment::Environment;
use refresh::Schedule;
use ruling::Ruling;
use stopwatch::nanos;
use tally::{History, Tallies};

/// Decides for sessions by a flag document. Clones are the same client.
#[derive(Clone)]
pub struct FlagClient {
    state: Arc<State>,
}

struct State {
    lever: Arc<dyn Lever>,
    shape: FlagShape,
    schedule: Schedule,
    environment: Environment,
    stopwatch: Arc<dyn Stopwatch>,
    current: ArcSwap<Snapshot>,
    killed: AtomicBool,
    tallies: Tallies,
    /// Held by whoever reads the store.
    turn: tokio::sync::Mutex<()>,
    /// When the next read is due, on the stopwatch.
    due_nanos: AtomicU64,
    /// How often an early read was asked for, and how many of these wishes were met.
    expired: AtomicU64,
    served: AtomicU64,
    history: Mutex<History>,
}

/// What is decided by now. It is replaced as a whole.
struct Snapshot {
    ruling: Ruling,
    source: Source,
    version: FlagVersion,
    revision: Option<Revision>,
    /// The document, if it is valid.
    text: Option<Box<str>>,
    /// When the last read began that found it so, on the stopwatch.
    confirmed_nanos: AtomicU64,
}

impl State {
    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FlagClient {
    /// A client of the flag document that `lever` holds.
    pub fn builder(lever: Arc<dyn Lever>) -> FlagClientBuilder {
        FlagClientBuilder::new(lever)
    }

    fn new(
        lever: Arc<dyn Lever>,
        shape: FlagShape,
        schedule: Schedule,
        environment: Environment,
        stopwatch: Arc<dyn Stopwatch>,
    ) -> Self {
        let first = Snapshot {
            ruling: environment.ruling.clone(),
            source: environment.source,
            version: FlagVersion::NONE,
            revision: None,
            text: None,
            confirmed_nanos: nanos(stopwatch.elapsed()).into(),
        };
        let state = State {
            lever,
            shape,
            schedule,
            environment,
            stopwatch,
            current: ArcSwap::from_pointee(first),
            killed: AtomicBool::new(false),
            tallies: Tallies::default(),
            turn: tokio::sync::Mutex::default(),
            due_nanos: AtomicU64::new(0),
            expired: AtomicU64::new(0),
            served: AtomicU64::new(0),
            history: Mutex::default(),
        };
        Self {
            state: Arc::new(state),
        }
    }

    /// Decides for a session of which only the id is known. It never waits, locks or fails, and it allocates nothing (once per
    /// thread, the first decision registers the thread).
    pub fn is_enabled(&self, session_id: &str) -> Decision {
        self.is_enabled_for(&Subject::session(session_id))
    }

    /// Decides for a session and what is known of its user, with the promises of [`is_enabled`](Self::is_enabled).
    pub fn is_enabled_for(&self, subject: &Subject<'_>) -> Decision {
        let state = &*self.state;
        let held = state.current.load();
        let (enabled, reason) = if state.killed.load(Ordering::Relaxed) {
            (false, Reason::Killed)
        } else {
            held.ruling.decide(subject)
        };
        state.tallies.count(enabled);
        Decision {
            enabled,
            reason,
            source: held.source,
            version: held.version,
            age: self.age(&held),
        }
    }

    /// A numeric member of the flag's object, such as `min_stability_threshold`, in the unit that the document has it in. Where
    /// the document has no such number, the environment variable that stands in for it; else `None`. Allocates nothing.
    pub fn number(&self, member: &str) -> Option<f64> {
        let held = self.state.current.load();
        held.ruling
            .number(member)
            .or_else(|| self.state.environment.ruling.number(member))
    }

    /// Turns the feature off in this process, at once and whatever any store says, until [`revive`](Self::revive). Nothing is
    /// written: other processes go on.
    pub fn kill(&self) {
        self.state.killed.store(true, Ordering::Relaxed);
        tracing::warn!("the feature is killed in this process");
    }

    /// Takes [`kill`](Self::kill) back: the document decides again.
    pub fn revive(&self) {
        self.state.killed.store(false, Ordering::Relaxed);
    }

    /// How the client stands and what it did so far.
    pub fn stats(&self) -> FlagStats {
        let state = &*self.state;
        let held = state.current.load();
        let history = state.history().clone();
        FlagStats {
            source: held.source,
            version: held.version,
            age: self.age(&held),
            ttl: state.schedule.ttl,
            due_in: self.due_in(),
            killed: state.killed.load(Ordering::Relaxed),
            treated: state.tallies.treated(),
            untreated: state.tallies.untreated(),
            unchanged: history.unchanged,
            changed: history.changed,
            invalid: history.invalid,
            failed: history.failed,
            failures_in_a_row: history.failures_in_a_row,
            problem: history.problem,
            environment_faults: state.environment.faults.clone(),
        }
    }

    fn age(&self, held: &Snapshot) -> Duration {
        let confirmed = Duration::from_nanos(held.confirmed_nanos.load(Ordering::Relaxed));
        self.state.stopwatch.elapsed().saturating_sub(confirmed)
    }
}

impl fmt::Debug for FlagClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FlagClient")
            .field("lever", &self.state.lever.id())
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
