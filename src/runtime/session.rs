//! The console without its screen: the same model, the same `update` and the same executor, for as long as one command needs
//! them. It reads what the command asks for and nothing else, and prints nothing.

use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{Signal as Stream, SignalKind, signal};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior};

use super::{Executor, TICK};
use crate::app::{Effect, Model, Msg, update};
use crate::domain::Timestamp;
use crate::domain::failure::PortError;
use crate::domain::incident::Book;
use crate::domain::journal::Recovered;
use crate::domain::plan::{Order, OrderId, Outcome, Plan};
use crate::ports::Clock;

mod reads;

pub use reads::Reads;
use reads::unread;

mod setup;

/// Orders of one process are numbered from here on, so that two processes of one instant name theirs differently.
const NUMBERS: u64 = 1000;
/// How long the journal may take to be written up at the end.
const WRITE_UP: Duration = Duration::from_secs(2);

/// Why waiting ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// What was waited for is there.
    Met,
    /// The time is over.
    Late,
    /// A signal of this number came.
    Signal(i32),
}

/// An order that came to an end, as far as that is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// The order.
    pub order: Order,
    /// What became of it.
    pub outcome: Outcome,
    /// Why its intent could not be written down.
    pub journal_fault: Option<PortError>,
}

/// What a session is made of.
pub struct SessionParts {
    /// The model, which knows its rollout and nothing of the world yet.
    pub model: Model,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// The hands.
    pub executor: Arc<Executor>,
    /// Messages from the executor's tasks.
    pub messages: mpsc::Receiver<Msg>,
    /// What is read.
    pub reads: Reads,
    /// What the journal told where it was only looked into.
    pub journal: Option<Recovered>,
    /// Whether the calls go elsewhere than to AWS: the time there may be another one, and is learnt from the first answer.
    pub elsewhere: bool,
}

/// A console without a screen.
pub struct Session {
    /// Everything that is known; commands read it and never change it.
    pub model: Box<Model>,
    clock: Arc<dyn Clock>,
    executor: Arc<Executor>,
    messages: mpsc::Receiver<Msg>,
    reads: Reads,
    /// What is read once the time is known.
    later: Reads,
    settled: Vec<Settled>,
    alarms_made: Vec<(String, Result<bool, PortError>)>,
    signals: Option<[(Stream, i32); 4]>,
    pace: f64,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("reads", &self.reads)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// Begins to read what is wanted.
    pub fn open(parts: SessionParts) -> Self {
        let mut session = Self {
            pace: parts.clock.speed(),
            model: Box::new(parts.model),
            clock: parts.clock,
            executor: parts.executor,
            messages: parts.messages,
            reads: parts.reads,
            later: Reads::default(),
            settled: Vec::new(),
            alarms_made: Vec::new(),
            signals: None,
        };
        session.model.orders_made = u64::from(std::process::id()) * NUMBERS;
        session.model.incident.attended = false;
        if let Some(found) = parts.journal {
            session.model.complaints = found.complaints;
            session.model.fallback_replaced = found.fallback_replaced;
            session.model.writes = found.writes;
            session.model.drill_left = found.drill;
            session.model.incident.book = Book::from_records(&found.trail);
        }
        if parts.elsewhere {
            session.later = parts.reads.timed();
            session.reads = parts.reads.untimed();
        }
        let effects = crate::app::update::start(&mut session.model, session.clock.now());
        session.run(effects);
        session
    }

    /// Now, as the watched world has it.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The region that the calls go to.
    pub async fn region(&self) -> Option<String> {
        self.executor.region().await
    }

    /// What is read so far.
    pub fn reads(&self) -> Reads {
        self.reads
    }

    /// Reads more from now on.
    pub fn also(&mut self, more: Reads) {
        let before = self.reads;
        self.reads = before.and(more);
        let model = &mut self.model;
        // A read that nobody carried out is no read under way.
        let begin = |reading: &mut bool, due_in: &mut u32, fresh: bool| {
            if fresh {
                (*reading, *due_in) = (false, 0);
            }
        };
        macro_rules! fresh {
            ($($feed:ident: $read:ident),+) => {$(
                begin(&mut model.$feed.reading, &mut model.$feed.due_in, more.$read && !before.$read);
            )+};
        }
        fresh!(identity: identity, flag: flag, fallback: fallback, history: history, sampling: signals, alarms: alarms, tail: logs);
        if before != self.reads {
            self.take(Msg::Ticked);
        }
    }

    /// From now on signals are answered by [`Ended::Signal`] instead of ending the process in the middle of something.
    pub fn heed_signals(&mut self) -> std::io::Result<()> {
        let listen =
            |kind: SignalKind| Ok::<_, std::io::Error>((signal(kind)?, kind.as_raw_value()));
        self.signals = Some([
            listen(SignalKind::hangup())?,
            listen(SignalKind::interrupt())?,
            listen(SignalKind::quit())?,
            listen(SignalKind::terminate())?,
        ]);
        Ok(())
    }

    /// Sends an order; what becomes of it is told by [`Session::outcome`].
    pub fn order(&mut self, plan: Plan, reason: Option<String>) -> Option<OrderId> {
        let effects = update::order(&mut self.model, plan, reason, self.clock.now());
        let sent = effects.iter().find_map(|effect| match effect {
            Effect::Submit(order) => Some(order.id.clone()),
            _ => None,
        });
        self.run(effects);
        sent
    }

    /// The newest that is known of an order.
    pub fn outcome(&self, id: &OrderId) -> Option<&Settled> {
        self.settled.iter().rfind(|settled| settled.order.id == *id)
    }

    /// Goes on until everything that is wanted was read, or could not be.
    pub async fn read(&mut self, patience: Duration) -> Ended {
        self.until(Some(patience), |session| session.unread().is_empty())
            .await
    }

    /// What is wanted and has brought neither an answer nor a fault yet, as the calls are named.
    pub fn unread(&self) -> Vec<&'static str> {
        unread(&self.model, self.reads.and(self.later))
    }

    /// Goes on until the condition holds, at most this long in real time.
    pub async fn until(
        &mut self,
        patience: Option<Duration>,
        mut met: impl FnMut(&Self) -> bool,
    ) -> Ended {
        let deadline = patience.map(|patience| Instant::now() + patience);
        let mut ticks = tokio::time::interval_at(Instant::now() + TICK, TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            while let Ok(msg) = self.messages.try_recv() {
                self.take(msg);
            }
            if met(self) {
                return Ended::Met;
            }
            let msg = tokio::select! {
                biased;
                number = next_signal(&mut self.signals) => return Ended::Signal(number),
                Some(msg) = self.messages.recv() => msg,
                () = late(deadline) => return Ended::Late,
                _ = ticks.tick() => Msg::Ticked,
            };
            self.take(msg);
        }
    }

    /// Everything is written down; answers the orders that stay open.
    pub async fn close(self) -> Vec<Order> {
        if self.reads.journal {
            self.executor.write_up(WRITE_UP).await;
        }
        let looks = &self.model.looks;
        let ours = |order: &&Order| looks.get(&order.id).is_none_or(|look| !look.earlier);
        let unresolved = self.model.unresolved.iter().filter(ours);
        unresolved
            .chain(self.model.in_flight.iter())
            .cloned()
            .collect()
    }

    fn take(&mut self, msg: Msg) {
        let speed = self.clock.speed();
        if speed != self.pace {
            self.pace = speed;
            self.update(Msg::Paced(speed));
        }
        if let Msg::AlarmCreated(name, made) = &msg {
            self.alarms_made.push((name.clone(), made.clone()));
        }
        if let Msg::Settled {
            order,
            outcome,
            journal_fault,
        } = &msg
        {
            self.settled.push(Settled {
                order: (**order).clone(),
                outcome: outcome.clone(),
                journal_fault: journal_fault.clone(),
            });
        }
        let tells_time = matches!(
            msg,
            Msg::LeverRead(..) | Msg::Identified(_) | Msg::HistoryRead(_) | Msg::AlarmsRead(_)
        );
        self.update(msg);
        if tells_time && self.later != Reads::default() {
            self.model.opened_at = self.clock.now();
            let later = std::mem::take(&mut self.later);
            self.also(later);
        }
    }

    fn update(&mut self, msg: Msg) {
        let effects = update(&mut self.model, msg, self.clock.now());
        self.run(effects);
    }

    fn run(&self, effects: Vec<Effect>) {
        for effect in effects
            .into_iter()
            .filter(|effect| self.reads.wants(effect))
        {
            self.executor.execute(effect);
        }
    }
}

async fn late(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

async fn next_signal(signals: &mut Option<[(Stream, i32); 4]>) -> i32 {
    let Some([hangup, interrupt, quit, terminate]) = signals else {
        return std::future::pending().await;
    };
    let number = tokio::select! {
        _ = hangup.0.recv() => hangup.1,
        _ = interrupt.0.recv() => interrupt.1,
        _ = quit.0.recv() => quit.1,
        _ = terminate.0.recv() => terminate.1,
    };
    number
}
