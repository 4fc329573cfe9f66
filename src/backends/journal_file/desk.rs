//! The thread that the journal is written on, so that a disk that hangs never holds up the console. It knows no file format.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::sync::oneshot;

use super::disk::{Disk, Sheet};
use super::load::open_sheet;
use super::place::{Claim, Place, Refusal, claim, stem};
use super::store::{Shared, Store};
use crate::domain::Timestamp;
use crate::domain::journal::{Actor, Entry, Record, Recovered};
use crate::ports::{ErrorKind, PortError, PortResult};

/// How long the console waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For the directory to be checked and locked.
    pub(super) open: Duration,
    /// For everything that earlier runs left to be read.
    pub(super) recover: Duration,
    /// For an entry to be durable in the file in use.
    pub(super) append: Duration,
    /// For the same entry to be durable in another file after that.
    pub(super) elsewhere: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            open: Duration::from_secs(2),
            recover: Duration::from_secs(10),
            append: Duration::from_millis(1200),
            elsewhere: Duration::from_millis(600),
        }
    }
}

/// Everything that opening needs.
#[derive(Clone)]
pub(super) struct Order {
    pub(super) dir: PathBuf,
    pub(super) fallbacks: Vec<PathBuf>,
    pub(super) rollout: String,
    pub(super) environment: String,
    pub(super) who: String,
    pub(super) now: Timestamp,
    pub(super) disk: Arc<dyn Disk>,
}

pub(super) enum Job {
    Recover(oneshot::Sender<Recovered>),
    Follow(oneshot::Sender<Vec<Record>>),
    Append(Box<Append>),
}

pub(super) struct Append {
    pub(super) at: Timestamp,
    pub(super) actor: Actor,
    pub(super) entry: Entry,
    pub(super) reply: oneshot::Sender<PortResult<Record>>,
}

/// The console's end of a writing thread.
pub(super) struct Desk {
    /// Takes jobs.
    pub(super) jobs: mpsc::Sender<Job>,
    /// Which desk it is, from 0.
    pub(super) generation: u32,
    abandoned: Arc<AtomicBool>,
    ended: mpsc::Receiver<()>,
}

/// What the first desk found out.
pub(super) struct Seat {
    /// The claim to the file.
    pub(super) claim: Arc<Claim>,
}

impl Desk {
    /// Starts the first writing thread; answers when directory and file are open and locked.
    pub(super) fn first(
        order: &Order,
        shared: Shared,
        patience: Patience,
    ) -> PortResult<(Self, Seat)> {
        let (ready, is_ready) = mpsc::channel();
        let mine = order.clone();
        let path = order.dir.clone();
        let desk = Self::start(0, move |jobs, abandoned| {
            let stem = stem(&mine.rollout, &mine.environment);
            match sit_down(&mine, &stem, shared, abandoned) {
                Err(refusal) => {
                    drop(ready.send(Err(refusal.into_port(&mine.dir))));
                }
                Ok((store, claim)) => {
                    let claim = Arc::new(claim);
                    let owner = claim.owner.clone();
                    drop(ready.send(Ok(Seat {
                        claim: Arc::clone(&claim),
                    })));
                    let mut store = store;
                    let mut recovered = store.recover(&stem, mine.now);
                    recovered.owner = owner;
                    store.publish_start();
                    work(store, jobs, Some(&recovered));
                    drop(claim);
                }
            }
        })?;
        match is_ready.recv_timeout(patience.open) {
            Ok(Ok(seat)) => Ok((desk, seat)),
            Ok(Err(error)) => Err(error),
            Err(_) => {
                desk.abandon();
                Err(too_slow(&path.display().to_string()))
            }
        }
    }

    /// Starts another writing thread that goes on in one of the fallback directories.
    pub(super) fn next(
        order: &Order,
        generation: u32,
        slot: &str,
        shared: Shared,
    ) -> PortResult<Self> {
        let order = order.clone();
        let slot = format!("{slot}.g{generation}");
        Self::start(generation, move |jobs, abandoned| {
            let store = Store {
                slot,
                stem: stem(&order.rollout, &order.environment),
                sheet: None,
                home: None,
                link: shared.head(),
                dir: order.dir,
                unsummed: 0,
                // The last resort first: the others are likely to lie on the disk that hangs.
                fallbacks: order.fallbacks.into_iter().rev().collect(),
                degraded: None,
                begun: 0,
                disk: order.disk,
                abandoned,
                shared,
            };
            work(store, jobs, None);
        })
    }

    /// Lets go of a thread that hangs: whatever it still does counts for nothing.
    pub(super) fn abandon(&self) {
        self.abandoned.store(true, Ordering::SeqCst);
    }

    /// Ends the thread and waits for it a little, so that the lock is free again.
    pub(super) fn close(self) {
        drop(self.jobs);
        if !self.abandoned.load(Ordering::SeqCst) {
            self.ended.recv_timeout(Duration::from_millis(500)).ok();
        }
    }

    fn start(
        generation: u32,
        body: impl FnOnce(mpsc::Receiver<Job>, Arc<AtomicBool>) + Send + 'static,
    ) -> PortResult<Self> {
        let (jobs, inbox) = mpsc::channel();
        let (end, ended) = mpsc::channel::<()>();
        let abandoned = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&abandoned);
        std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || {
                body(inbox, flag);
                drop(end);
            })
            .map_err(|error| PortError {
                kind: ErrorKind::Local,
                what: "journal".to_owned(),
                text: format!("no thread to write it on: {error}"),
                hint: "see `ulimit -u`".to_owned(),
            })?;
        Ok(Self {
            jobs,
            generation,
            abandoned,
            ended,
        })
    }
}

/// Opens and locks the file. A directory that is not safe is refused; one that cannot be written is only read, and the
/// journal goes to a fallback.
fn sit_down(
    order: &Order,
    stem: &str,
    shared: Shared,
    abandoned: Arc<AtomicBool>,
) -> Result<(Store, Claim), Refusal> {
    let mut store = Store {
        slot: String::new(),
        stem: stem.to_owned(),
        sheet: None,
        home: None,
        link: super::scan::Link::default(),
        dir: order.dir.clone(),
        unsummed: 0,
        fallbacks: order.fallbacks.clone(),
        degraded: None,
        begun: 0,
        disk: Arc::clone(&order.disk),
        abandoned,
        shared,
    };
    let claim = match occupy(order, stem) {
        Ok((place, claim, sheet)) => {
            store.home = Some((place, format!("{}.jsonl", claim.slot)));
            store.sheet = Some(sheet);
            claim
        }
        Err(Refusal::Io(error)) => {
            store.degraded = Some(format!(
                "{} cannot be written ({error}): this journal goes to a fallback directory",
                order.dir.display()
            ));
            Claim::unlocked(stem)
        }
        Err(unsafe_) => return Err(unsafe_),
    };
    store.slot.clone_from(&claim.slot);
    Ok((store, claim))
}

fn occupy(order: &Order, stem: &str) -> Result<(Place, Claim, Sheet), Refusal> {
    let place = Place::open(&order.dir)?;
    let claim = claim(&place, stem, &order.who)?;
    let sheet = open_sheet(&place, &format!("{}.jsonl", claim.slot), &order.disk)?;
    Ok((place, claim, sheet))
}

fn work(mut store: Store, jobs: mpsc::Receiver<Job>, recovered: Option<&Recovered>) {
    for job in jobs {
        if store.abandoned.load(Ordering::SeqCst) {
            return;
        }
        match job {
            Job::Recover(reply) => {
                if let Some(recovered) = recovered {
                    drop(reply.send(recovered.clone()));
                }
            }
            Job::Follow(reply) if reply.is_closed() => {}
            Job::Follow(reply) => drop(reply.send(store.follow())),
            // Nobody waits for it any more: the console has gone on without it.
            Job::Append(append) if append.reply.is_closed() => {}
            Job::Append(append) => {
                let written = store
                    .append(append.at, &append.actor, &append.entry)
                    .map_err(|error| not_durable(&store, &error));
                drop(append.reply.send(written));
                if store.wants_checkpoint() {
                    store.checkpoint();
                }
            }
        }
    }
}

fn not_durable(store: &Store, error: &std::io::Error) -> PortError {
    PortError {
        kind: ErrorKind::Local,
        what: format!("journal in {}", store.dir.display()),
        text: error.to_string(),
        hint: format!(
            "make room or mend {}; an order without a journal needs --without-journal",
            store.dir.display()
        ),
    }
}

/// The error of a disk that does not answer.
pub(super) fn too_slow(place: &str) -> PortError {
    PortError {
        kind: ErrorKind::Local,
        what: format!("journal in {place}"),
        text: "timed out: the disk does not answer".to_owned(),
        hint: "see whether a network drive is gone; COALMINE_STATE_DIR names another directory"
            .to_owned(),
    }
}
