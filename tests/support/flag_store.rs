//! A flag store in memory that answers as it is told and counts its reads, and a stopwatch that is cranked by hand.
//! It knows no simulator.

#![allow(dead_code, reason = "not every suite needs all of it")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use coalmine::domain::lever::{LeverContent, LeverId, LeverKind, LeverState, Version};
use coalmine::domain::plan::{Order, Outcome};
use coalmine::domain::{Revision, Timestamp};
use coalmine::flag_client::Stopwatch;
use coalmine::ports::{ErrorKind, Lever, PortError, PortResult};
use tokio::sync::Semaphore;

/// A stopwatch that is cranked by hand.
#[derive(Debug, Default)]
pub(crate) struct Crank(AtomicU64);

impl Crank {
    /// Lets this much time pass.
    pub(crate) fn pass(&self, span: Duration) {
        self.0.fetch_add(span.as_millis() as u64, Ordering::SeqCst);
    }
}

impl Stopwatch for Crank {
    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// A flag store in memory.
#[derive(Debug)]
pub(crate) struct FlagStore {
    answer: Mutex<PortResult<(String, LeverContent)>>,
    /// How many reads began.
    reads: AtomicU64,
    /// A read waits for a permit and takes it; closed, none is needed.
    gate: Semaphore,
}

impl FlagStore {
    /// Holds this document as this version.
    pub(crate) fn new(version: u64, text: &str) -> Arc<Self> {
        let store = Self {
            answer: Mutex::new(Err(down())),
            reads: AtomicU64::new(0),
            gate: Semaphore::new(0),
        };
        store.gate.close();
        store.put(version, text);
        Arc::new(store)
    }

    /// The same, and every read waits until it is let through.
    pub(crate) fn gated(version: u64, text: &str) -> Arc<Self> {
        let store = Self {
            answer: Mutex::new(Err(down())),
            reads: AtomicU64::new(0),
            gate: Semaphore::new(0),
        };
        store.put(version, text);
        Arc::new(store)
    }

    /// Lets this many waiting reads through.
    pub(crate) fn let_through(&self, reads: usize) {
        self.gate.add_permits(reads);
    }

    /// Holds this document as this version from now on.
    pub(crate) fn put(&self, version: u64, text: &str) {
        self.hold(Ok((
            version.to_string(),
            LeverContent::Document(text.to_owned()),
        )));
    }

    /// Fails from now on.
    pub(crate) fn fail(&self) {
        self.hold(Err(down()));
    }

    /// Answers so from now on.
    pub(crate) fn hold(&self, answer: PortResult<(String, LeverContent)>) {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }

    /// How many reads began.
    pub(crate) fn reads(&self) -> u64 {
        self.reads.load(Ordering::SeqCst)
    }
}

/// What a store that is down answers.
pub(crate) fn down() -> PortError {
    PortError {
        kind: ErrorKind::Unreachable,
        what: "ssm:GetParameter".to_owned(),
        text: "no route to host".to_owned(),
        hint: "check the network".to_owned(),
    }
}

#[async_trait]
impl Lever for FlagStore {
    fn id(&self) -> LeverId {
        LeverId::Flag
    }

    fn kind(&self) -> LeverKind {
        LeverKind::Ssm
    }

    async fn read(&self) -> PortResult<LeverState> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        if let Ok(permit) = self.gate.acquire().await {
            permit.forget();
        }
        // An answer takes a while, in which others run.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        let (revision, content) = self
            .answer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()?;
        Ok(LeverState {
            id: self.id(),
            kind: self.kind(),
            resource: "/flag".to_owned(),
            read_at: Timestamp::from_millis(0),
            revision: Revision(revision),
            content,
            changed_by: None,
            changed_at: None,
        })
    }

    async fn history(&self, _limit: usize) -> PortResult<Vec<Version>> {
        Ok(Vec::new())
    }

    async fn apply(&self, _order: &Order) -> Outcome {
        Outcome::NoOp
    }

    async fn verify(&self, _order: &Order) -> PortResult<Outcome> {
        Ok(Outcome::NoOp)
    }
}
