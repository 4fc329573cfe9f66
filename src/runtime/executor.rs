//! The one executor of effects: the only place that changes the world, and the only gate in front of it. It knows no screen.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::sync::{Mutex, mpsc};
use tokio::time::timeout;

use crate::app::{Effect, Msg};
use crate::domain::identity::Identity;
use crate::domain::journal::Entry;
use crate::domain::lever::LeverId;
use crate::domain::plan::{Direction, Order, Outcome, masked};
use crate::ports::{Clock, ErrorKind, JournalStore, Lever, PortError, PortResult, Ports};

use super::parting::Parting;

/// How long the identity check may take before a lowering; it never blocks one for longer.
const CHECK_LOWERING: Duration = Duration::from_millis(500);
/// How long it may take before a raise.
const CHECK_RAISE: Duration = Duration::from_secs(5);

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
    /// One write at a time.
    writing: Mutex<()>,
    messages: mpsc::Sender<Msg>,
    entries: mpsc::UnboundedSender<Entry>,
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
            writing: Mutex::new(()),
            messages: parts.messages,
            entries,
        });
        tokio::spawn(Arc::clone(&executor).write_entries(notes));
        executor
    }

    /// Begins to execute an effect. Effects of the screen itself (copy, bell, suspend, quit) are the loop's and do nothing here.
    pub fn execute(self: &Arc<Self>, effect: Effect) {
        let this = Arc::clone(self);
        match effect {
            Effect::Append(entry) => {
                // The receiver lives as long as the executor does.
                drop(this.entries.send(entry));
            }
            Effect::Submit(order) => drop(tokio::spawn(async move {
                let (outcome, journal_fault) = this.submit(&order).await;
                this.tell(Msg::Settled {
                    order,
                    outcome,
                    journal_fault,
                })
                .await;
            })),
            Effect::Verify(order) => drop(tokio::spawn(async move {
                if let Some(outcome) = this.verify(&order).await {
                    this.tell(Msg::Settled {
                        order,
                        outcome,
                        journal_fault: None,
                    })
                    .await;
                }
            })),
            Effect::Copy(_) | Effect::Bell | Effect::Suspend | Effect::Quit => {}
            read => drop(tokio::spawn(async move {
                let msg = this.read(read).await;
                if let Some(msg) = msg {
                    this.tell(msg).await;
                }
            })),
        }
    }

    async fn tell(&self, msg: Msg) {
        // The loop is gone only when the console ends.
        drop(self.messages.send(msg).await);
    }

    async fn read(&self, effect: Effect) -> Option<Msg> {
        Some(match effect {
            Effect::Recover => Msg::Recovered(match &self.journal {
                Ok(journal) => journal.recover().await,
                Err(fault) => Err(fault.clone()),
            }),
            Effect::Identify => Msg::Identified(self.identify().await),
            Effect::ReadLever(id) => Msg::LeverRead(
                id,
                self.lever(id).then(async |lever| lever?.read().await).await,
            ),
            Effect::ReadHistory => Msg::HistoryRead(
                self.lever(LeverId::Flag)
                    .then(async |lever| lever?.history(HISTORY).await)
                    .await,
            ),
            Effect::Sample { from, to } => Msg::Sampled(match self.ports().await {
                Ok(ports) => match &ports.metrics {
                    Some(metrics) => metrics.read(from, to).await,
                    None => Err(absent(
                        "cloudwatch:GetMetricData",
                        "no metrics are configured",
                    )),
                },
                Err(fault) => Err(fault),
            }),
            Effect::ReadAlarms => Msg::AlarmsRead(match self.ports().await {
                Ok(ports) => match &ports.alarms {
                    Some(alarms) => alarms.read().await,
                    None => Err(absent(
                        "cloudwatch:DescribeAlarms",
                        "no alarms are configured",
                    )),
                },
                Err(fault) => Err(fault),
            }),
            Effect::ReadAlarmHistory(name) => {
                let result = match self.ports().await {
                    Ok(ports) => match &ports.alarms {
                        Some(alarms) => alarms.history(&name, ALARM_CHANGES).await,
                        None => Err(absent(
                            "cloudwatch:DescribeAlarmHistory",
                            "no alarms are configured",
                        )),
                    },
                    Err(fault) => Err(fault),
                };
                Msg::AlarmHistoryRead(name, result)
            }
            Effect::Tail(mode) => Msg::Tailed(match self.ports().await {
                Ok(ports) => match &ports.logs {
                    Some(logs) => logs.next(mode, self.clock.now()).await,
                    None => Err(absent(
                        "logs:FilterLogEvents",
                        "no log groups are configured",
                    )),
                },
                Err(fault) => Err(fault),
            }),
            Effect::Append(_)
            | Effect::Submit(_)
            | Effect::Verify(_)
            | Effect::Copy(_)
            | Effect::Bell
            | Effect::Suspend
            | Effect::Quit => {
                return None;
            }
        })
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

    async fn identify(&self) -> PortResult<Identity> {
        let identity = self.ports().await?.caller.identify().await?;
        self.pinned
            .lock()
            .await
            .get_or_insert_with(|| identity.account.clone());
        if let Ok(journal) = &self.journal {
            journal.identify(&identity.arn);
        }
        Ok(identity)
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
        let _turn = self.writing.lock().await;
        let (written, identity) = tokio::join!(
            self.append(Entry::Intent {
                order: Box::new(masked(order))
            }),
            self.check_identity(order)
        );
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
        self.parting.leave(order);
        let outcome = match identity {
            Err(outcome) => outcome,
            Ok(()) => match self.lever(order.plan.lever).await {
                Ok(lever) => lever.apply(order).await,
                Err(fault) => refused(fault.to_string(), fault.hint),
            },
        };
        self.settle(order, &outcome).await;
        (outcome, journal_fault)
    }

    async fn verify(&self, order: &Order) -> Option<Outcome> {
        let outcome = match self.lever(order.plan.lever).await {
            Ok(lever) => lever.verify(order).await,
            Err(fault) => Err(fault),
        };
        let outcome = outcome.unwrap_or_else(|fault| Outcome::Unknown {
            reason: format!("it could not be looked up: {fault}"),
        });
        self.settle(order, &outcome).await;
        Some(outcome)
    }

    async fn settle(&self, order: &Order, outcome: &Outcome) {
        let entry = Entry::Settled {
            order: order.id.clone(),
            outcome: outcome.clone(),
        };
        if let Err(fault) = self.append(entry).await {
            self.tell(Msg::JournalFailed(fault)).await;
        }
        self.parting.settle(order, outcome);
    }

    async fn append(&self, entry: Entry) -> PortResult<()> {
        let journal = self.journal.as_ref().map_err(Clone::clone)?;
        let appended = journal.append(self.clock.now(), entry).await.map(drop);
        for notice in journal.notices() {
            self.tell(Msg::JournalNoticed(notice)).await;
        }
        appended
    }

    /// A different account blocks; one that cannot be told blocks a raise only.
    async fn check_identity(&self, order: &Order) -> Result<(), Outcome> {
        let direction = order.plan.direction;
        if !self
            .lever(order.plan.lever)
            .await
            .is_ok_and(|lever| lever.kind().is_in_aws())
        {
            return Ok(());
        }
        let patience = if direction == Direction::Raise {
            CHECK_RAISE
        } else {
            CHECK_LOWERING
        };
        let found = timeout(patience, async {
            self.ports().await?.caller.identify().await
        })
        .await;
        let mut pinned = self.pinned.lock().await;
        match (found, direction) {
            (Ok(Ok(identity)), _)
                if pinned
                    .as_ref()
                    .is_some_and(|account| *account != identity.account) =>
            {
                Err(refused(
                    format!(
                        "the credentials are of account {} now, not of {}",
                        identity.account,
                        pinned.as_deref().unwrap_or_default()
                    ),
                    "sign in to the account of this rollout; nothing was sent",
                ))
            }
            (Ok(Ok(identity)), _) => {
                pinned.get_or_insert(identity.account);
                Ok(())
            }
            (Ok(Err(fault)), Direction::Raise) => Err(refused(
                format!("the caller is not known: {fault}"),
                fault.hint,
            )),
            (Err(_), Direction::Raise) => Err(refused(
                "the caller is not known: sts:GetCallerIdentity gave no answer",
                "a raise waits until it is; nothing was sent",
            )),
            (Ok(Err(_)) | Err(_), Direction::Lower | Direction::Neutral) => Ok(()),
        }
    }

    /// Writes entries down in the order in which they were asked for.
    async fn write_entries(self: Arc<Self>, mut entries: mpsc::UnboundedReceiver<Entry>) {
        while let Some(entry) = entries.recv().await {
            if let Err(fault) = self.append(entry).await {
                self.tell(Msg::JournalFailed(fault)).await;
            }
        }
    }
}

/// Versions of the flag that are read.
const HISTORY: usize = 100;
/// Changes of an alarm that are read.
const ALARM_CHANGES: usize = 20;

fn refused(reason: impl Into<String>, hint: impl Into<String>) -> Outcome {
    Outcome::Refused {
        reason: reason.into(),
        hint: hint.into(),
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
