//! The account behind one lock, and the loop that takes connections. What a request means stands in the files below.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

use super::aws::Aws;
use super::clock::SimClock;
use super::faults::Faults;
use super::world::{Scenario, World};
use ledger::Ledger;
use socket::{Fuse, Socket};

mod answer;
mod control;
mod failure;
mod ledger;
mod route;
mod serve;
mod socket;
#[cfg(test)]
mod tests;

/// The longest stretch of simulated time, in milliseconds, for which one caller holds the lock.
const SLICE: i64 = 60_000;
/// How often the world is moved on while nobody asks, in real time.
const IDLE_STEP: Duration = Duration::from_secs(1);

/// A cheap handle on the account, its world and its clock. Clones are the same account.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The simulated time.
    pub clock: SimClock,
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    scenario: Scenario,
    seed: u64,
    neighbours: usize,
    state: Mutex<Option<State>>,
    faults: Mutex<Faults>,
    ledger: Mutex<Ledger>,
}

#[derive(Debug)]
struct State {
    aws: Aws,
    world: World,
    at: i64,
}

impl Default for Shared {
    /// A healthy world at the beginning of 2026, whose clock stands until it is cranked.
    fn default() -> Self {
        Self::new(
            SimClock::new(Some(1_767_225_600_000), 0.0),
            Scenario::default(),
            1,
        )
    }
}

impl Shared {
    /// An account whose world begins at the clock's start; it is built by whoever asks first.
    pub fn new(clock: SimClock, scenario: Scenario, seed: u64) -> Self {
        Self::with_neighbours(clock, scenario, seed, 0)
    }

    /// The same with so many other services in the account.
    pub fn with_neighbours(
        clock: SimClock,
        scenario: Scenario,
        seed: u64,
        neighbours: usize,
    ) -> Self {
        let inner = Inner {
            scenario,
            seed,
            neighbours,
            state: Mutex::new(None),
            faults: Mutex::new(Faults::new(seed)),
            ledger: Mutex::new(Ledger::default()),
        };
        Self {
            clock,
            inner: Arc::new(inner),
        }
    }

    /// Locks the account, brings its world to the clock's now, and runs `act` with it and that now (simulated
    /// milliseconds). A long way is gone in slices, between which others get the lock.
    pub fn with<R>(&self, act: impl FnOnce(&mut Aws, i64) -> R) -> R {
        let target = self.clock.now();
        while !self.advance_slice(target) {}
        self.locked(|state| {
            let now = self.clock.now().max(state.at);
            state.advance(now);
            act(&mut state.aws, now)
        })
    }

    /// Brings the world to the clock's now and lets other tasks of this thread run between slices.
    pub async fn catch_up(&self) {
        let target = self.clock.now();
        while !self.advance_slice(target) {
            tokio::task::yield_now().await;
        }
    }

    /// Builds the world with its history, if nobody did so yet.
    pub fn build(&self) {
        self.locked(|_| ());
    }

    /// Whether Parameter Store answers at all: a scenario may take it away.
    fn ssm_available(&self) -> bool {
        self.locked(|state| state.world.ssm_available(state.at))
    }

    fn faults(&self) -> MutexGuard<'_, Faults> {
        self.inner
            .faults
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.inner
            .ledger
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a fault in force from now on.
    pub fn arm(&self, fault: super::faults::Fault) {
        let now = self.clock.now();
        self.faults().arm(fault, now);
    }

    /// One slice of the way to `target`; true when it is reached.
    fn advance_slice(&self, target: i64) -> bool {
        self.locked(|state| {
            state.advance(target.min(state.at.saturating_add(SLICE)));
            state.at >= target
        })
    }

    fn locked<R>(&self, act: impl FnOnce(&mut State) -> R) -> R {
        let mut guard = self
            .inner
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        act(guard.get_or_insert_with(|| {
            let inner = &self.inner;
            let world = World::new(inner.scenario, inner.seed, self.clock.start());
            State::begin(world.with_neighbours(inner.neighbours))
        }))
    }
}

impl State {
    fn begin(world: World) -> Self {
        let start = world.start();
        let mut state = Self {
            aws: Aws::default(),
            world,
            at: start,
        };
        state.world.advance(&mut state.aws, start);
        state
    }

    fn advance(&mut self, to: i64) {
        if to > self.at {
            self.world.advance(&mut self.aws, to);
            self.at = to;
        }
    }
}

/// Takes connections until it is dropped.
pub(super) async fn listen(listener: TcpListener, shared: Shared) -> Infallible {
    if shared.clock.speed() > 0.0 {
        tokio::spawn(idle(shared.clone()));
    }
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Without it an answer in two writes waits 40 ms for the client's acknowledgement.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "TCP_NODELAY could not be set");
                }
                let fuse = Fuse::default();
                let socket = TokioIo::new(Socket::new(stream, fuse.clone()));
                tokio::spawn(connection(socket, fuse, shared.clone()));
            }
            Err(error) => {
                tracing::debug!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn connection(socket: TokioIo<Socket>, fuse: Fuse, shared: Shared) {
    let service = service_fn(move |request| serve::serve(shared.clone(), fuse.clone(), request));
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .serve_connection(socket, service);
    if let Err(error) = served.await {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Keeps the way short that a request has to wait for.
async fn idle(shared: Shared) {
    loop {
        shared.catch_up().await;
        tokio::time::sleep(IDLE_STEP).await;
    }
}
