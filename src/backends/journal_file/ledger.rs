//! What the records of a journal add up to: open orders, complaints, the fallback's old values. It reads no file.

use super::commands::Commands;
use super::evidence::Evidence;
use super::mask::is_masked;
use super::trail::Trail;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::Timestamp;
use crate::domain::incident::IncidentEvent;
use crate::domain::journal::{Entry, Record, Recovered};
use crate::domain::plan::{Change, Order, OrderId, Outcome, Replaced};

/// How long a complaint counts.
const COMPLAINT_LIFE: Duration = Duration::from_hours(24);
/// How long a runbook that nobody finished counts as being worked through.
const WORK_LIFE: Duration = Duration::from_hours(24);
/// Records of runbooks that are remembered.
const WORK_MAX: usize = 5_000;
/// Settled orders that are remembered, so that a repeated intent does not open one again.
const SETTLED_MAX: usize = 10_000;

type Variables = BTreeMap<String, Option<String>>;

/// The sum of the records of one or more journal files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Ledger {
    open: Vec<Order>,
    settled: HashMap<OrderId, Settled>,
    complaints: Vec<Timestamp>,
    /// Applied fallbacks since the last one that was put back, oldest first.
    fallback: Vec<(Timestamp, Variables)>,
    put_back_at: Option<Timestamp>,
    last_seq: u64,
    #[serde(default)]
    evidence: Evidence,
    /// What happened to runbooks since the last incident was closed, oldest first.
    #[serde(default)]
    runbook: Vec<Record>,
    #[serde(default)]
    trail: Trail,
    #[serde(default)]
    commands: Commands,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Settled {
    at: Timestamp,
    applied: bool,
}

impl Ledger {
    /// Adds a record; the records of a file come in its order.
    pub(super) fn add(&mut self, record: &Record) {
        self.last_seq = self.last_seq.max(record.seq);
        self.trail.add(record);
        match &record.entry {
            Entry::Intent { order } => {
                self.evidence.intend(order, record.actor.arn.as_deref());
                self.intend(order);
            }
            Entry::Settled { order, outcome } => {
                let by = record.actor.arn.as_deref();
                self.evidence.settle(order, outcome, (record.at, by));
                self.settle(order, outcome, record.at);
            }
            Entry::DrillBegun { drill } => self.evidence.begin(drill),
            Entry::DrillEnded { id } => self.evidence.end(id),
            Entry::Runbook { event } => {
                self.commands.add(event, record.at);
                self.work(record);
            }
            Entry::Complaint => self.complain(record.at),
            Entry::Incident {
                event: IncidentEvent::Closed { .. },
            } => self.runbook.clear(),
            Entry::Opened { .. }
            | Entry::Proved { .. }
            | Entry::Judged { .. }
            | Entry::Incident { .. }
            | Entry::Note { .. } => {}
        }
    }

    /// Takes a number as used, for an entry that could not be understood.
    pub(super) fn skip(&mut self, seq: u64) {
        self.last_seq = self.last_seq.max(seq);
    }

    /// Adds what another file says: an order that is settled in either is settled.
    pub(super) fn merge(&mut self, other: Self) {
        self.last_seq = self.last_seq.max(other.last_seq);
        self.evidence.merge(other.evidence);
        self.runbook.extend(other.runbook);
        self.runbook.sort_by_key(|record| record.at);
        self.trail.merge(other.trail);
        self.commands.merge(other.commands);
        self.complaints.extend(other.complaints);
        self.complaints.sort_unstable();
        self.complaints.dedup();
        self.put_back_at = self.put_back_at.max(other.put_back_at);
        self.fallback.extend(other.fallback);
        for order in other.open {
            if !self.open.iter().any(|mine| mine.id == order.id) {
                self.open.push(order);
            }
        }
        self.settled.extend(other.settled);
        let settled = std::mem::take(&mut self.settled);
        let (closed, open) = std::mem::take(&mut self.open)
            .into_iter()
            .partition(|order| settled.contains_key(&order.id));
        self.open = open;
        for order in closed {
            if let Some(how) = settled.get(&order.id).filter(|how| how.applied) {
                self.apply(&order, how.at);
            }
        }
        self.settled = settled;
        self.fallback.sort_by_key(|(at, _)| *at);
        self.fallback.dedup();
        let put_back_at = self.put_back_at;
        self.fallback.retain(|(at, _)| Some(*at) > put_back_at);
    }

    /// What a start of the console is told.
    pub(super) fn recovered(mut self, now: Timestamp) -> Recovered {
        self.open.sort_by_key(|order| order.at);
        let replaced = (!self.fallback.is_empty()).then(|| {
            let mut all = Variables::new();
            for (_, replaced) in self.fallback {
                all.extend(replaced);
            }
            all
        });
        Recovered {
            open: self.open,
            last_seq: self.last_seq,
            repaired: None,
            complaints: self
                .complaints
                .into_iter()
                .filter(|at| now.since(*at) < COMPLAINT_LIFE)
                .collect(),
            // A value that was masked when it was written down must never be written back.
            fallback_replaced: replaced
                .filter(|old| !old.values().flatten().any(|value| is_masked(value))),
            writes: self.evidence.writes(now),
            drill: self.evidence.drill(),
            trusted: self.commands.trusted,
            commands: self.commands.begun,
            owner: None,
            runbook: self
                .runbook
                .into_iter()
                .filter(|record| now.since(record.at) < WORK_LIFE)
                .collect(),
            left_out: self.trail.left_out(),
            trail: self.trail.into_records(),
            me: None,
        }
    }

    fn intend(&mut self, order: &Order) {
        if self.settled.contains_key(&order.id) {
            return;
        }
        match self.open.iter_mut().find(|open| open.id == order.id) {
            Some(open) => open.clone_from(order),
            None => self.open.push(order.clone()),
        }
    }

    fn settle(&mut self, id: &OrderId, outcome: &Outcome, at: Timestamp) {
        if matches!(outcome, Outcome::Unknown { .. }) {
            return;
        }
        let applied = matches!(outcome, Outcome::Applied { .. });
        self.remember(id, Settled { at, applied });
        if let Some(index) = self.open.iter().position(|order| order.id == *id) {
            let order = self.open.remove(index);
            if applied {
                self.apply(&order, at);
            }
        }
    }

    fn apply(&mut self, order: &Order, at: Timestamp) {
        match (&order.plan.change, &order.plan.replaced) {
            (Change::FallbackOn, Replaced::Variables(replaced)) => {
                self.fallback.push((at, replaced.clone()));
            }
            (Change::FallbackOff(_), _) => {
                self.fallback.retain(|(on, _)| *on > at);
                self.put_back_at = self.put_back_at.max(Some(at));
            }
            _ => {}
        }
    }

    fn remember(&mut self, id: &OrderId, how: Settled) {
        self.settled.insert(id.clone(), how);
        if self.settled.len() > SETTLED_MAX {
            let mut times: Vec<_> = self.settled.values().map(|how| how.at).collect();
            times.sort_unstable();
            let oldest = times.get(SETTLED_MAX / 10).copied().unwrap_or_default();
            self.settled.retain(|_, how| how.at > oldest);
        }
    }

    fn work(&mut self, record: &Record) {
        self.runbook.push(record.clone());
        let surplus = self.runbook.len().saturating_sub(WORK_MAX);
        self.runbook.drain(..surplus);
    }

    fn complain(&mut self, at: Timestamp) {
        self.complaints.push(at);
        self.complaints
            .retain(|earlier| at.since(*earlier) < COMPLAINT_LIFE);
    }
}
