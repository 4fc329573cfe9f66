//! The safety lock at the gate: incidents as the journal has them, read afresh before anything is raised. It judges no rollout.

use crate::app::Msg;
use crate::domain::incident::{Book, Lock};
use crate::domain::journal::{Actor, Entry, Record};
use crate::domain::plan::{Direction, Order, Outcome, masked};
use crate::ports::PortResult;

use super::{Executor, refused};

/// What is known of incidents.
#[derive(Debug, Default)]
pub(super) struct Seen {
    book: Book,
    me: Actor,
    /// Whether the book begins with what the journal had at the start.
    is_seeded: bool,
    /// Whether the console was told what the journal had at the start.
    is_told: bool,
    /// Records that the console was not told of yet.
    fresh: Vec<Record>,
}

impl Executor {
    /// Opens the journal: what earlier runs left goes to the console, and into the book.
    pub(super) async fn recover(&self) {
        let found = match &self.journal {
            Ok(journal) => journal.recover().await,
            Err(fault) => Err(fault.clone()),
        };
        if found.is_ok() {
            let mut seen = self.seen.lock().await;
            // What it cannot be seeded with now, it is when something is raised.
            drop(self.seed(&mut seen).await);
        }
        self.tell(Msg::Recovered(found)).await;
        self.seen.lock().await.is_told = true;
        self.tell_news().await;
    }

    async fn seed(&self, seen: &mut Seen) -> PortResult<()> {
        if !seen.is_seeded {
            let journal = self.journal.as_ref().map_err(Clone::clone)?;
            let found = journal.recover().await?;
            seen.book = Book::from_records(&found.trail);
            seen.me = found.me.unwrap_or_default();
            seen.is_seeded = true;
        }
        Ok(())
    }

    /// A record is in the journal.
    pub(super) async fn note(&self, record: Record) {
        let mut seen = self.seen.lock().await;
        // Whoever wrote it has the journal open already: this takes no time.
        drop(self.seed(&mut seen).await);
        seen.book.add(&record);
        seen.fresh.push(record);
    }

    /// The journal did not take an entry: as long as this console lives it counts all the same.
    pub(super) async fn keep_loose(&self, entry: Entry) {
        let mut seen = self.seen.lock().await;
        let record = Record {
            seq: 0,
            at: self.clock.now(),
            actor: seen.me.clone(),
            entry,
        };
        seen.book.add(&record);
        seen.fresh.push(record);
    }

    /// Tells the console what was written.
    pub(super) async fn tell_news(&self) {
        let fresh = {
            let mut seen = self.seen.lock().await;
            if !seen.is_told || seen.fresh.is_empty() {
                return;
            }
            std::mem::take(&mut seen.fresh)
        };
        self.tell(Msg::JournalRead(fresh, None)).await;
    }

    /// Tells the console what others wrote.
    pub(super) async fn follow(&self) {
        let fault = self.catch_up().await.err();
        let fresh = std::mem::take(&mut self.seen.lock().await.fresh);
        self.tell(Msg::JournalRead(fresh, fault)).await;
    }

    async fn catch_up(&self) -> PortResult<()> {
        let mut seen = self.seen.lock().await;
        self.seed(&mut seen).await?;
        let journal = self.journal.as_ref().map_err(Clone::clone)?;
        for record in journal.follow().await? {
            seen.book.add(&record);
            seen.fresh.push(record);
        }
        Ok(())
    }

    /// Writes an order down before it is sent, and before it the incident that it opens.
    pub(super) async fn write_down(&self, order: &Order) -> PortResult<()> {
        let opening = self.seen.lock().await.book.opening(order);
        if let Some(event) = opening {
            let entry = Entry::Incident { event };
            if self.append(entry.clone()).await.is_err() {
                self.keep_loose(entry).await;
            }
        }
        let entry = Entry::Intent {
            order: Box::new(masked(order)),
        };
        let written = self.append(entry.clone()).await;
        if written.is_err() && (order.without_journal || self.without_journal) {
            self.keep_loose(entry).await;
        }
        written
    }

    /// The safety lock: nothing raises while an incident is open, whoever opened it. The intent is in the journal already, so that
    /// of two consoles at least one sees the other.
    pub(super) async fn check_lock(&self, order: &Order) -> Result<(), Outcome> {
        if order.plan.direction != Direction::Raise {
            return Ok(());
        }
        let read = self.catch_up().await;
        let seen = self.seen.lock().await;
        if let Some(lock) = seen.book.bars(order, &seen.me) {
            let reason = lock.reason(self.clock.now());
            return Err(refused(reason, Lock::hint(None)));
        }
        match read {
            Err(fault) if !order.without_journal && !self.without_journal => Err(refused(
                format!("whether an incident is open is not known: {fault}"),
                "a raise waits until the journal can be read; nothing was sent",
            )),
            _ => Ok(()),
        }
    }

    /// The same for a command that may raise: the journal is read afresh.
    pub(super) async fn may_raise(&self, what: &str) -> Result<(), String> {
        let read = self.catch_up().await;
        let seen = self.seen.lock().await;
        if let Some(lock) = seen.book.lock() {
            let reason = lock.reason(self.clock.now());
            return Err(format!("{what}, and {reason}; {}", Lock::hint(None)));
        }
        match read {
            Err(fault) if !self.without_journal => Err(format!(
                "{what}, and whether an incident is open is not known: {fault}"
            )),
            _ => Ok(()),
        }
    }

    /// An undo that was applied closes an incident in which nothing else happened.
    pub(super) async fn close_undone(&self, order: &Order, outcome: &Outcome) {
        let closing = self.seen.lock().await.book.closing(order, outcome);
        if let Some(event) = closing {
            let entry = Entry::Incident { event };
            if let Err(fault) = self.append(entry.clone()).await {
                self.tell(Msg::JournalFailed(fault)).await;
                self.keep_loose(entry).await;
            }
        }
    }
}
