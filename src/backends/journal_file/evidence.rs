//! What the records prove: who could write which lever, and which drill has not come to its end. It reads no file.

use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::Timestamp;
use crate::domain::journal::{AppliedWrite, Drill};
use crate::domain::lever::LeverId;
use crate::domain::plan::{Change, Order, OrderId, Outcome};

/// How long a write proves that its caller may write.
const PROVES: Duration = Duration::from_hours(30 * 24);
/// Orders on their way that are kept in mind.
const ORDERS_MAX: usize = 256;
/// Drills that are known to be over, so that another file's record does not begin them again.
const ENDED_MAX: usize = 64;

/// An order on its way, as far as its outcome matters here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Sent {
    lever: LeverId,
    by: Option<String>,
    repoints: bool,
    /// The reason, which names the drill that it belongs to.
    reason: Option<String>,
    at: Timestamp,
}

/// The sum of what records prove.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Evidence {
    sent: HashMap<OrderId, Sent>,
    writes: Vec<AppliedWrite>,
    drills: Vec<Drill>,
    ended: Vec<String>,
}

impl Evidence {
    /// An order is about to be sent by this caller.
    pub(super) fn intend(&mut self, order: &Order, by: Option<&str>) {
        if order.plan.is_no_op() {
            return;
        }
        let sent = Sent {
            lever: order.plan.lever,
            by: by.map(str::to_owned),
            repoints: order.plan.change == Change::PublishAndRepoint,
            reason: order.reason.clone(),
            at: order.at,
        };
        self.sent.insert(order.id.clone(), sent);
        if self.sent.len() > ORDERS_MAX {
            let oldest = self.sent.iter().min_by_key(|(_, sent)| sent.at);
            if let Some(id) = oldest.map(|(id, _)| id.clone()) {
                self.sent.remove(&id);
            }
        }
    }

    /// The order came to an end; the record was written then, by this caller.
    pub(super) fn settle(
        &mut self,
        id: &OrderId,
        outcome: &Outcome,
        (at, by): (Timestamp, Option<&str>),
    ) {
        if matches!(outcome, Outcome::Unknown { .. }) {
            return;
        }
        let Some(sent) = self.sent.remove(id) else {
            return;
        };
        let Outcome::Applied { revision, .. } = outcome else {
            return;
        };
        let of_drill = |drill: &&mut Drill| sent.reason.as_deref() == Some(drill.id.as_str());
        if let Some(drill) = self.drills.iter_mut().find(of_drill) {
            drill.written.push(revision.clone());
        }
        // Whoever looked it up later is not who sent it.
        let own = at.since(sent.at) < Duration::from_mins(5);
        let by = sent.by.or_else(|| by.filter(|_| own).map(str::to_owned));
        self.writes.retain(|write| {
            (write.lever, write.repoints, &write.by) != (sent.lever, sent.repoints, &by)
                || write.at > at
        });
        self.writes.push(AppliedWrite {
            lever: sent.lever,
            at,
            by,
            repoints: sent.repoints,
        });
    }

    pub(super) fn begin(&mut self, drill: &Drill) {
        if !self.ended.contains(&drill.id) {
            self.drills.retain(|known| known.id != drill.id);
            self.drills.push(drill.clone());
        }
    }

    pub(super) fn end(&mut self, id: &str) {
        self.drills.retain(|drill| drill.id != id);
        self.ended.push(id.to_owned());
        let surplus = self.ended.len().saturating_sub(ENDED_MAX);
        self.ended.drain(..surplus);
    }

    /// Adds what another file says.
    pub(super) fn merge(&mut self, other: Self) {
        for (id, sent) in other.sent {
            self.sent.entry(id).or_insert(sent);
        }
        self.writes.extend(other.writes);
        for id in other.ended {
            self.end(&id);
        }
        for drill in other.drills {
            let known = self.drills.iter_mut().find(|known| known.id == drill.id);
            match known {
                // Later orders of the drill may stand in the file of whoever looked them up.
                Some(known) => known.written.extend(drill.written),
                None => self.begin(&drill),
            }
        }
    }

    /// The writes that still prove something, newest first.
    pub(super) fn writes(&self, now: Timestamp) -> Vec<AppliedWrite> {
        let mut writes = self.writes.clone();
        writes.retain(|write| now.since(write.at) < PROVES);
        writes.sort_by_key(|write| std::cmp::Reverse(write.at));
        writes.dedup();
        writes
    }

    /// The drill that began last and has not come to its end.
    pub(super) fn drill(self) -> Option<Drill> {
        self.drills.into_iter().next_back()
    }
}
