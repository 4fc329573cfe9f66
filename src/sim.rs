//! The embedded simulator: a loopback HTTP server that speaks the AWS wire protocols over a small, seeded world.
//! It knows no AWS SDK and shares no codec with one: a client that agrees with it has been checked by it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use clock::SimClock;
use faults::{Fault, FaultError};
use server::Shared;
use world::Scenario;

pub mod aws;
pub mod clock;
pub mod cloudwatch;
pub mod faults;
pub mod lambda;
pub mod logs;
pub mod server;
pub mod ssm;
pub mod sts;
pub mod wire;
pub mod world;

/// How a simulator is started.
#[derive(Clone, Debug, PartialEq)]
pub struct SimOptions {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// What goes wrong in the world.
    pub scenario: Scenario,
    /// How many simulated seconds pass in a real one; 0 lets the clock stand until it is cranked.
    pub speed: f64,
    /// The seed of everything that is drawn.
    pub seed: u64,
    /// The first simulated moment in milliseconds since 1970 UTC; the wall clock's now when absent.
    pub start: Option<i64>,
    /// Faults in force from the beginning: `SERVICE:OPERATION=KIND[,for=SECONDS][,times=N][,rate=P]`.
    pub faults: Vec<String>,
    /// How many rollouts the account holds: that of the audio service, and one for each of its neighbours.
    pub rollouts: usize,
}

impl Default for SimOptions {
    fn default() -> Self {
        Self {
            port: 0,
            scenario: Scenario::default(),
            speed: 1.0,
            seed: 1,
            start: None,
            faults: Vec::new(),
            rollouts: 1,
        }
    }
}

/// Why a simulator could not be started.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// The port could not be taken.
    #[error("cannot listen on 127.0.0.1:{port}: {source}")]
    Bind {
        /// The port that was asked for.
        port: u16,
        /// Why not.
        source: io::Error,
    },
    /// The speed is no speed.
    #[error("a speed must be a number from 0 to 100000, not {0}")]
    Speed(f64),
    /// A fault cannot be understood.
    #[error(transparent)]
    Fault(#[from] FaultError),
    /// The machine gives no thread or no event loop.
    #[error("cannot start the simulator's thread: {0}")]
    Thread(io::Error),
}

/// A running simulator. It ends when it is stopped or dropped.
#[derive(Debug)]
pub struct Sim {
    addr: SocketAddr,
    shared: Shared,
    built: Arc<AtomicBool>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sim {
    /// Takes the port and answers at once; the world is built on the simulator's own thread, and requests wait for it.
    pub fn start(options: SimOptions) -> Result<Self, SimError> {
        let SimOptions {
            port,
            scenario,
            speed,
            seed,
            start,
            faults,
            rollouts,
        } = options;
        if !(0.0..=100_000.0).contains(&speed) {
            return Err(SimError::Speed(speed));
        }
        let faults = faults
            .iter()
            .map(|text| text.parse::<Fault>())
            .collect::<Result<Vec<_>, _>>()?;
        let bind = |source| SimError::Bind { port, source };
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(bind)?;
        listener.set_nonblocking(true).map_err(bind)?;
        let addr = listener.local_addr().map_err(bind)?;
        let shared = Shared::with_neighbours(
            SimClock::new(start, speed),
            scenario,
            seed,
            rollouts.saturating_sub(1),
        );
        for fault in faults {
            shared.arm(fault);
        }
        let built = Arc::new(AtomicBool::new(false));
        let (stop, stopped) = oneshot::channel();
        let (inside, done) = (shared.clone(), Arc::clone(&built));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(SimError::Thread)?;
        let thread = std::thread::Builder::new().name("sim".to_owned());
        let serve = move || {
            inside.build();
            done.store(true, Ordering::Release);
            runtime.block_on(async {
                match tokio::net::TcpListener::from_std(listener) {
                    Ok(listener) => tokio::select! {
                        _ = stopped => {}
                        never = server::listen(listener, inside) => match never {},
                    },
                    Err(error) => tracing::error!(%error, "the simulator cannot listen"),
                }
            });
        };
        let thread = Some(thread.spawn(serve).map_err(SimError::Thread)?);
        Ok(Self {
            addr,
            shared,
            built,
            stop: Some(stop),
            thread,
        })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The endpoint URL for a client.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The simulated clock.
    pub fn clock(&self) -> &SimClock {
        &self.shared.clock
    }

    /// The simulated account, to look into and to change from a test.
    pub fn aws(&self) -> &Shared {
        &self.shared
    }

    /// Ends it: open connections are closed, the port is free again.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        // A send fails when the thread is gone already, which is what it asks for.
        let _ = self.stop.take().map(|stop| stop.send(()));
        // Nobody waits for a world that is still being built.
        if self.built.load(Ordering::Acquire)
            && let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the simulator's thread panicked");
        }
    }
}
