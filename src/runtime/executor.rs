//! The one executor of effects: the only place that changes the world, and the only gate in front of it. It knows no screen.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::sync::{Mutex, Notify, mpsc};
use tokio::time::timeout;

use crate::app::model::Left;
use crate::app::{Effect, Msg};
use crate::domain::journal::Entry;
use crate::domain::lever::LeverId;
use crate::domain::plan::{Order, Outcome};
use crate::ports::{Clock, ErrorKind, JournalStore, Lever, PortError, PortResult, Ports, Shell};

use super::parting::Parting;
use account::Account;
use commands::Commands;
use incidents::Seen;

mod account;
mod alarms;
mod commands;
mod export;
mod incidents;
mod reads;
mod runbooks;

/// How long the command line may take to be written down: a disk that hangs must not hold up a rollback.
const LEAVE: Duration = Duration::from_millis(300);

/// The ports, once they are connected.
pub type PortsFuture = Shared<BoxFuture<'static, Result<Arc<Ports>, PortError>>>;

/// What an executor is made of.
pub struct ExecutorParts {
    /// The doors to the outside; connecting may take a while.
    pub ports: BoxFuture<'static, Result<Arc<Ports>, PortError>>,
    /// The journal, or why there is none.
    pub journal: Result<Arc<dyn JournalStore>, PortError>,
    /// Where command lines of unsettled orders are kept.
    pub parting: Parting,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Whether every write is refused.
    pub read_only: bool,
    /// Whether orders go out even when the journal takes nothing.
    pub without_journal: bool,
    /// The account that writes must go to, when the config names one.
    pub account: Option<String>,
    /// The machine that commands of a runbook run on; without one, none is run.
    pub shell: Option<Arc<dyn Shell>>,
    /// Hides what looks like a secret in text that is written to a file.
    pub conceal: fn(&str) -> String,
    /// Where the results go.
    pub messages: mpsc::Sender<Msg>,
}

/// Executes effects, each on a task of its own; the results come back as messages.
pub struct Executor {
    ports: PortsFuture,
    journal: Result<Arc<dyn JournalStore>, PortError>,
    parting: Parting,
    clock: Arc<dyn Clock>,
    read_only: bool,
    without_journal: bool,
    /// The account that the console found first (or was told); another one blocks every write.
    pinned: Mutex<Option<String>>,
    /// One write at a time for each lever: a function may take a minute and a half, and disabling the flag must not wait for it.
    writing: [Mutex<()>; 2],
    shell: Option<Arc<dyn Shell>>,
    commands: Commands,
    conceal: fn(&str) -> String,
    messages: mpsc::Sender<Msg>,
    entries: mpsc::UnboundedSender<Entry>,
    /// The incidents of the journal, as far as it was read.
    seen: Mutex<Seen>,
    /// Entries that are asked for and not written down yet.
    unwritten: AtomicUsize,
    written: Notify,
}

impl std::fmt::Debug for Executor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Executor")
            .field("read_only", &self.read_only)
            .finish_non_exhaustive()
    }
}

impl Executor {
    /// An executor; it begins to connect at once.
    pub fn new(parts: ExecutorParts) -> Arc<Self> {
        let ports = parts.ports.shared();
        tokio::spawn(ports.clone().map(drop));
        let (entries, notes) = mpsc::unbounded_channel();
        let executor = Arc::new(Self {
            ports,
            journal: parts.journal,
            parting: parts.parting,
            clock: parts.clock,
            read_only: parts.read_only,
            without_journal: parts.without_journal,
            pinned: Mutex::new(parts.account),
            writing: Default::default(),
            shell: parts.shell,
            commands: Commands::default(),
            conceal: parts.conceal,
            messages: parts.messages,
            entries,
            seen: Mutex::default(),
            unwritten: AtomicUsize::new(0),
            written: Notify::new(),
        });
        tokio::spawn(Arc::clone(&executor).write_entries(notes));
        executor
    }

    /// Begins to execute an effect. Effects of the screen itself (copy, bell, suspend, quit) are the loop's and do nothing here.
    pub fn execute(self: &Arc<Self>, effect: Effect) {
        let this = Arc::clone(self);
        match effect {
            Effect::Append(entry) => {
                this.unwritten.fetch_add(1, Ordering::AcqRel);
                // The receiver lives as long as the executor does.
                drop(this.entries.send(entry));
            }
            Effect::Submit(order) => drop(tokio::spawn(async move {
                let (outcome, journal_fault) = this.submit(&order).await;
                this.tell_news().await;
                this.tell(Msg::Settled {
                    order,
                    outcome,
                    journal_fault,
                })
                .await;
            })),
            Effect::CreateAlarm(alarm) => drop(tokio::spawn(async move {
                let made = this.create_alarm(&alarm).await;
                this.tell(Msg::AlarmCreated(alarm.name.clone(), made)).await;
            })),
            Effect::Verify(order) => drop(tokio::spawn(async move {
                let outcome = this.verify(&order).await;
                this.tell_news().await;
                this.tell(Msg::Settled {
                    order,
                    outcome,
                    journal_fault: None,
                })
                .await;
            })),
            Effect::Recover => drop(tokio::spawn(async move { this.recover().await })),
            Effect::Follow => drop(tokio::spawn(async move { this.follow().await })),
            Effect::RunCommand(order) => drop(tokio::spawn(async move {
                let report = Box::new(this.run_command(&order).await);
                let run = order.run;
                this.tell(Msg::CommandEnded { run, report }).await;
            })),
            Effect::StopCommand(run) => this.commands.stop(&run),
            Effect::Copy(_)
            | Effect::Bell
            | Effect::Suspend
            | Effect::Quit
            | Effect::Wear(_)
            | Effect::Walk(_) => {}
            Effect::Continue => drop(tokio::spawn(async move {
                this.tell(Msg::Continued).await;
            })),
            Effect::Export { name, text, first } => drop(tokio::spawn(async move {
                let directory = this.parting.directory().to_owned();
                let written = export::write(directory, name, (text, this.conceal), first).await;
                this.tell(Msg::Exported(written)).await;
            })),
            read => drop(tokio::spawn(async move {
                let msg = this.read(read).await;
                if let Some(msg) = msg {
                    this.tell(msg).await;
                }
            })),
        }
    }

    /// Waits until every entry that was asked for is written down, or could not be; at most this long.
    pub async fn write_up(&self, patience: Duration) {
        let all = async {
            while self.unwritten.load(Ordering::Acquire) > 0 {
                self.written.notified().await;
            }
        };
        // A journal that hangs must not hold the way out.
        drop(timeout(patience, all).await);
    }

    /// The region that the calls go to, once that is known.
    pub async fn region(&self) -> Option<String> {
        self.ports().await.ok()?.region.clone()
    }

    async fn tell(&self, msg: Msg) {
        // The loop is gone only when the console ends.
        drop(self.messages.send(msg).await);
    }

    async fn ports(&self) -> PortResult<Arc<Ports>> {
        self.ports.clone().await
    }

    async fn lever(&self, id: LeverId) -> PortResult<Arc<dyn Lever>> {
        let ports = self.ports().await?;
        match id {
            LeverId::Flag => Ok(Arc::clone(&ports.flag)),
            LeverId::Fallback => ports.fallback.clone().ok_or_else(|| {
                absent(
                    "lambda:GetFunctionConfiguration",
                    "no fallback function is configured",
                )
            }),
        }
    }

    /// The gate. Everything that changes the world comes through here, once, and is written down before and after.
    async fn submit(&self, order: &Order) -> (Outcome, Option<PortError>) {
        if self.read_only {
            return (
                refused(
                    "this console is read-only",
                    "start it without --read-only, or copy the command line",
                ),
                None,
            );
        }
        let [flag, fallback] = &self.writing;
        let _turn = match order.plan.lever {
            LeverId::Flag => flag,
            LeverId::Fallback => fallback,
        }
        .lock()
        .await;
        let order = &Order {
            account: self.pinned.lock().await.clone(),
            ..order.clone()
        };
        let (written, identity) = tokio::join!(self.write_down(order), self.check_account(order));
        let journal_fault = written.err();
        if let Some(fault) = &journal_fault
            && !order.without_journal
            && !self.without_journal
        {
            let outcome = refused(
                format!("the journal takes nothing: {fault}"),
                "nothing was sent; it can be sent without a journal",
            );
            return (outcome, journal_fault);
        }
        let locked = self.check_lock(order).await;
        self.on_disk(order, |parting, order| {
            _ = parting.leave(order, Left::Unknown);
        })
        .await;
        let outcome = match identity.and(locked) {
            Err(outcome) => outcome,
            Ok(()) => match self.lever(order.plan.lever).await {
                Ok(lever) => lever.apply(order).await,
                Err(fault) => refused(fault.to_string(), fault.hint),
            },
        };
        self.settle(order, &outcome).await;
        (outcome, journal_fault)
    }

    async fn verify(&self, order: &Order) -> Outcome {
        let outcome = match (
            self.account(order, account::LOWERING).await,
            self.lever(order.plan.lever).await,
        ) {
            // What stands in another account says nothing about this order.
            (Account::Other(reason), _) => Outcome::Unknown {
                reason: format!("it was not looked up: {reason}"),
            },
            (_, Ok(lever)) => lever.verify(order).await.unwrap_or_else(not_looked_up),
            (_, Err(fault)) => not_looked_up(fault),
        };
        self.settle(order, &outcome).await;
        outcome
    }

    async fn settle(&self, order: &Order, outcome: &Outcome) {
        let entry = Entry::Settled {
            order: order.id.clone(),
            outcome: outcome.clone(),
        };
        if let Err(fault) = self.append(entry).await {
            self.tell(Msg::JournalFailed(fault)).await;
        }
        self.close_undone(order, outcome).await;
        let outcome = outcome.clone();
        self.on_disk(order, move |parting, order| parting.settle(order, &outcome))
            .await;
    }

    /// Keeps the files of command lines, for as long as the disk answers.
    async fn on_disk(&self, order: &Order, act: impl FnOnce(&Parting, &Order) + Send + 'static) {
        let (parting, order) = (self.parting.clone(), order.clone());
        // Neither a disk that hangs nor a full one may stop an order.
        drop(
            timeout(
                LEAVE,
                tokio::task::spawn_blocking(move || act(&parting, &order)),
            )
            .await,
        );
    }

    async fn append(&self, entry: Entry) -> PortResult<()> {
        let journal = self.journal.as_ref().map_err(Clone::clone)?;
        let appended = journal.append(self.clock.now(), entry).await;
        if let Ok(record) = &appended {
            self.note(record.clone()).await;
        }
        let appended = appended.map(drop);
        for notice in journal.notices() {
            self.tell(Msg::JournalNoticed(notice)).await;
        }
        appended
    }

    /// Writes entries down in the order in which they were asked for.
    async fn write_entries(self: Arc<Self>, mut entries: mpsc::UnboundedReceiver<Entry>) {
        while let Some(entry) = entries.recv().await {
            if let Err(fault) = self.append(entry.clone()).await {
                self.tell(Msg::JournalFailed(fault)).await;
                if self.without_journal || entry.counts_unwritten() {
                    self.keep_loose(entry).await;
                } else {
                    self.tell(Msg::Unwritten(Box::new(entry))).await;
                }
            }
            self.tell_news().await;
            self.unwritten.fetch_sub(1, Ordering::AcqRel);
            self.written.notify_one();
        }
    }
}

fn refused(reason: impl Into<String>, hint: impl Into<String>) -> Outcome {
    Outcome::Refused {
        reason: reason.into(),
        hint: hint.into(),
    }
}

fn not_looked_up(fault: PortError) -> Outcome {
    Outcome::Unknown {
        reason: format!("it could not be looked up: {fault}"),
    }
}

fn absent(what: &str, text: &str) -> PortError {
    PortError {
        kind: ErrorKind::NotFound,
        what: what.into(),
        text: text.into(),
        hint: "add it to the config".into(),
    }
}
