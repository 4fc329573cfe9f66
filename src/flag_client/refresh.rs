//! When the store is read again, by whom, and what becomes of the answer. It makes no decision about a session.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::task::JoinHandle;

use super::decision::{FlagVersion, Source};
use super::ruling::Ruling;
use super::stopwatch::nanos;
use super::{FlagClient, Snapshot};
use crate::domain::flag::{FlagFault, says_disabled};
use crate::domain::lever::{LeverContent, LeverState};
use crate::ports::{ErrorKind, PortError};

/// What a call of [`FlagClient::refresh_if_due`] came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// What is held is fresh enough; nothing was read.
    NotDue,
    /// Somebody else is reading; what is held goes on being served meanwhile.
    Running,
    /// Read: the document is what it was.
    Unchanged,
    /// Read: another document, which is in force now.
    Changed,
    /// Read: the document is not valid, for these reasons. The last good one stays in force, unless this one clearly says that
    /// the flag is off.
    Invalid(Vec<FlagFault>),
    /// The store could not be read; the last good document, else the environment, stays in force.
    Failed(PortError),
}

/// When reads happen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schedule {
    pub(super) ttl: Duration,
    pub(super) retry: Duration,
    pub(super) patience: Duration,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            ttl: Duration::from_mins(1),
            retry: Duration::from_secs(1),
            patience: Duration::from_secs(3),
        }
    }
}

impl Schedule {
    /// The pause after that many failures in a row.
    pub(super) fn pause(&self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        self.retry.saturating_mul(doubled).min(self.ttl)
    }
}

/// The longest that the background task sleeps at once, so that a process that was frozen notices.
const LONGEST_NAP: Duration = Duration::from_secs(5);
/// The shortest, so that a TTL of zero does not spin.
const SHORTEST_NAP: Duration = Duration::from_millis(10);

impl FlagClient {
    /// Reads the store if what is held is older than the TTL (or the pause after a failure is over), and if nobody else is reading.
    /// Call it once per request or invocation, before deciding: it costs a few clock readings unless a read is due.
    ///
    /// One task reads at a time. The others go on at once with what is held; only until the very first read has ended do they wait
    /// for it, so that a cold start does not decide by the environment while the document is on its way. A reader that is dropped
    /// (its request was cancelled) leaves its turn to the next caller. No read takes longer than the patience.
    ///
    /// # Errors
    /// None are returned as such: a failure is in the answer, in [`stats`](Self::stats), and in a `tracing` warning.
    pub async fn refresh_if_due(&self) -> Refresh {
        let state = &*self.state;
        state.stopwatch.catch_up();
        if !self.is_due() {
            return Refresh::NotDue;
        }
        let _turn = match state.turn.try_lock() {
            Ok(turn) => turn,
            Err(_) if self.has_read() => return Refresh::Running,
            Err(_) => state.turn.lock().await,
        };
        // The turn may have been waited for, or taken just after another reader was done.
        if !self.is_due() {
            return Refresh::NotDue;
        }
        let expired = state.expired.load(Ordering::Acquire);
        let began = state.stopwatch.elapsed();
        let read = tokio::time::timeout(state.schedule.patience, state.lever.read()).await;
        let (refresh, version) = match read {
            Ok(Ok(answer)) => (
                self.take(&answer, began),
                FlagVersion::from(&answer.revision),
            ),
            Ok(Err(error)) => (Refresh::Failed(error), FlagVersion::NONE),
            Err(_) => (Refresh::Failed(self.no_answer()), FlagVersion::NONE),
        };
        let failures = state.history().record(&refresh, version);
        let due = match refresh {
            Refresh::Failed(_) => {
                let pause = state.schedule.pause(failures);
                state.stopwatch.elapsed().saturating_add(pause)
            }
            _ => began.saturating_add(state.schedule.ttl),
        };
        state.due_nanos.store(nanos(due), Ordering::Release);
        state.served.store(expired, Ordering::Release);
        refresh
    }

    /// Makes the next [`refresh_if_due`](Self::refresh_if_due) read, however fresh the value is: for a caller who knows that the
    /// document was just written.
    pub fn expire(&self) {
        self.state.expired.fetch_add(1, Ordering::AcqRel);
    }

    /// Keeps the value fresh from a background task, for a process that runs all the time. The task ends when the answer is
    /// dropped. In a Lambda it is of no use: it stands still between invocations.
    ///
    /// # Panics
    /// Outside of a tokio runtime with timers.
    pub fn keep_fresh(&self) -> Keeper {
        let client = self.clone();
        Keeper(tokio::spawn(async move {
            loop {
                client.refresh_if_due().await;
                let nap = client.due_in().clamp(SHORTEST_NAP, LONGEST_NAP);
                tokio::time::sleep(nap).await;
            }
        }))
    }

    /// How long after a write this client may still decide by the old document, as long as the store answers and
    /// [`refresh_if_due`](Self::refresh_if_due) is called: the TTL and one read. While the store does not answer there is no
    /// limit; [`Decision::age`](super::Decision::age) tells.
    pub fn horizon(&self) -> Duration {
        let Schedule { ttl, patience, .. } = self.state.schedule;
        ttl.saturating_add(patience)
    }

    pub(super) fn is_due(&self) -> bool {
        let state = &*self.state;
        state.expired.load(Ordering::Acquire) != state.served.load(Ordering::Acquire)
            || nanos(state.stopwatch.elapsed()) >= state.due_nanos.load(Ordering::Acquire)
    }

    pub(super) fn due_in(&self) -> Duration {
        if self.is_due() {
            return Duration::ZERO;
        }
        let due = Duration::from_nanos(self.state.due_nanos.load(Ordering::Acquire));
        due.saturating_sub(self.state.stopwatch.elapsed())
    }

    /// Takes over what the store answered to a read that began then.
    fn take(&self, answer: &LeverState, began: Duration) -> Refresh {
        let state = &*self.state;
        let LeverContent::Document(text) = &answer.content else {
            return Refresh::Invalid(vec![FlagFault::whole("the store holds no flag document")]);
        };
        let held = state.current.load();
        if held.text.as_deref() == Some(text.as_str())
            && held.revision.as_ref() == Some(&answer.revision)
        {
            held.confirmed_nanos.store(nanos(began), Ordering::Release);
            return Refresh::Unchanged;
        }
        let (ruling, text, refresh) = match Ruling::parse(text, &state.shape) {
            Ok(ruling) => (ruling, Some(text.as_str().into()), Refresh::Changed),
            // Whatever else is wrong with it, somebody wants it off.
            Err(faults) if says_disabled(text, &state.shape) => {
                (held.ruling.disabled(), None, Refresh::Invalid(faults))
            }
            Err(faults) => return Refresh::Invalid(faults),
        };
        state.current.store(Arc::new(Snapshot {
            ruling,
            source: Source::Store,
            version: FlagVersion::from(&answer.revision),
            revision: Some(answer.revision.clone()),
            text,
            confirmed_nanos: nanos(began).into(),
        }));
        refresh
    }

    /// Whether any read has ended, in whatever way.
    fn has_read(&self) -> bool {
        self.state.history().reads() > 0
    }

    fn no_answer(&self) -> PortError {
        let patience = self.state.schedule.patience;
        PortError {
            kind: ErrorKind::TimedOut,
            what: "reading the flag".to_owned(),
            text: format!("no answer within {patience:?}"),
            hint: "the last good document stays in force; check the network and the store"
                .to_owned(),
        }
    }
}

/// A background task that keeps a client fresh until this is dropped.
#[derive(Debug)]
#[must_use = "the task ends when this is dropped"]
pub struct Keeper(JoinHandle<()>);

impl Drop for Keeper {
    fn drop(&mut self) {
        self.0.abort();
    }
}
