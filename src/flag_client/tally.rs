//! Counts decisions so that threads do not slow each other down, and says how the client stands. It decides nothing.

use std::cell::Cell;
use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use super::decision::{FlagVersion, Source};
use super::refresh::Refresh;
use crate::domain::flag::FlagFault;
use crate::ports::PortError;

/// How a client stands, and what it did since it was built.
#[derive(Clone, Debug, PartialEq)]
pub struct FlagStats {
    /// On whose word decisions are made now.
    pub source: Source,
    /// By which revision; empty unless the source is the store.
    pub version: FlagVersion,
    /// How old that word is, as in [`Decision::age`](super::Decision::age).
    pub age: Duration,
    /// How long a value is fresh.
    pub ttl: Duration,
    /// How long until [`refresh_if_due`](super::FlagClient::refresh_if_due) reads again; zero when it would now.
    pub due_in: Duration,
    /// Whether this process's kill switch is thrown.
    pub killed: bool,
    /// Decisions with the new behaviour.
    pub treated: u64,
    /// Decisions without it.
    pub untreated: u64,
    /// Reads that found the document as it was.
    pub unchanged: u64,
    /// Reads that found another valid document.
    pub changed: u64,
    /// Reads that found a document that is not valid.
    pub invalid: u64,
    /// Reads that failed.
    pub failed: u64,
    /// How many of the last reads failed in a row.
    pub failures_in_a_row: u32,
    /// What was wrong with the last read; `None` after a good one.
    pub problem: Option<Problem>,
    /// What is wrong with the environment variables.
    pub environment_faults: Vec<FlagFault>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "{error}"),
            Self::Invalid { version, faults } => {
                write!(f, "version {version} is not valid")?;
                for (nth, fault) in faults.iter().enumerate() {
                    let between = if nth == 0 { ": " } else { "; " };
                    write!(f, "{between}{fault}")?;
                }
                Ok(())
            }
        }
    }
}

impl FlagStats {
    /// How many reads have ended, in whatever way.
    pub fn reads(&self) -> u64 {
        self.unchanged + self.changed + self.invalid + self.failed
    }
}

/// What was wrong with a read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The store could not be read.
    Unreadable(PortError),
    /// The document is not valid: the last good one stays in force, unless this one clearly says that the flag is off.
    Invalid {
        /// Its revision.
        version: FlagVersion,
        /// Everything that is wrong with it.
        faults: Vec<FlagFault>,
    },
}

/// What became of the reads so far.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    pub(super) unchanged: u64,
    pub(super) changed: u64,
    pub(super) invalid: u64,
    pub(super) failed: u64,
    pub(super) failures_in_a_row: u32,
    pub(super) problem: Option<Problem>,
}

impl History {
    pub(super) fn reads(&self) -> u64 {
        self.unchanged + self.changed + self.invalid + self.failed
    }

    /// Notes how a read ended and of which revision, warns when something new is wrong, and answers how many failed in a row.
    pub(super) fn record(&mut self, refresh: &Refresh, version: FlagVersion) -> u32 {
        let problem = match refresh {
            Refresh::NotDue | Refresh::Running => return self.failures_in_a_row,
            Refresh::Unchanged => {
                self.unchanged += 1;
                None
            }
            Refresh::Changed => {
                self.changed += 1;
                tracing::info!(%version, "another flag document is in force");
                None
            }
            Refresh::Invalid(faults) => {
                self.invalid += 1;
                let faults = faults.clone();
                Some(Problem::Invalid { version, faults })
            }
            Refresh::Failed(error) => {
                self.failed += 1;
                Some(Problem::Unreadable(error.clone()))
            }
        };
        self.failures_in_a_row = match refresh {
            Refresh::Failed(_) => self.failures_in_a_row.saturating_add(1),
            _ => 0,
        };
        if self.problem != problem {
            match &problem {
                None => tracing::info!("the flag can be read again"),
                Some(problem) => tracing::warn!(%problem, "the last good flag stays in force"),
            }
        }
        self.problem = problem;
        self.failures_in_a_row
    }
}

/// More than the cores that a container usually has; threads beyond share.
const STRIPES: usize = 16;

/// Counters of decisions, each thread on a cache line of its own.
#[derive(Debug, Default)]
pub(super) struct Tallies([Stripe; STRIPES]);

#[derive(Debug, Default)]
#[repr(align(128))]
struct Stripe {
    treated: AtomicU64,
    untreated: AtomicU64,
}

impl Tallies {
    pub(super) fn count(&self, enabled: bool) {
        if let Some(stripe) = self.0.get(own_stripe()) {
            let counter = if enabled {
                &stripe.treated
            } else {
                &stripe.untreated
            };
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn treated(&self) -> u64 {
        let count = |stripe: &Stripe| stripe.treated.load(Ordering::Relaxed);
        self.0.iter().map(count).sum()
    }

    pub(super) fn untreated(&self) -> u64 {
        let count = |stripe: &Stripe| stripe.untreated.load(Ordering::Relaxed);
        self.0.iter().map(count).sum()
    }
}

/// The stripe of this thread, given out in turns.
fn own_stripe() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static OWN: Cell<usize> = const { Cell::new(STRIPES) };
    }
    OWN.with(|own| {
        if own.get() == STRIPES {
            own.set(NEXT.fetch_add(1, Ordering::Relaxed) % STRIPES);
        }
        own.get()
    })
}
