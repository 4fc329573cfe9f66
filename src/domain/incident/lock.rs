//! The safety lock: while an incident is open nothing raises exposure. It sends nothing and reads nothing.

use super::words::when;
use super::{Book, Incident, IncidentCause, IncidentEvent, new_id};
use crate::domain::journal::{Actor, Entry};
use crate::domain::lever::LeverId;
use crate::domain::plan::{Change, Direction, Order, OrderId, Outcome};
use crate::domain::signal::format_span;
use crate::domain::{Environment, Timestamp};

/// Why raises are locked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// The incident that is open.
    pub incident: String,
    /// Since when.
    pub since: Timestamp,
    /// Who opened it, as `user@host`.
    pub by: String,
    /// What opened it, in words.
    pub cause: String,
}

impl Lock {
    /// Why nothing may raise exposure now.
    pub fn reason(&self, now: Timestamp) -> String {
        format!(
            "raises are locked: incident {} has been open for {} ({} {} at {}Z)",
            self.incident,
            format_span(now.since(self.since)),
            self.by,
            self.cause,
            when(self.since, now)
        )
    }

    /// What opens the lock, in commands; the environment's name is typed in prod.
    pub fn hint(environment: Option<&Environment>) -> String {
        let typed = match environment {
            Some(environment) if environment.is_prod() => format!(" --confirm {environment}"),
            Some(_) => String::new(),
            None => " (in prod with --confirm ENVIRONMENT)".to_owned(),
        };
        format!(
            "when it is over: `coalmine incident close --reason TEXT`; to raise while it is open: \
             `coalmine incident release --reason TEXT{typed}`; in the console: i. Lowering stays free"
        )
    }
}

/// An order of an incident, with what became of it.
struct Sent<'a> {
    order: &'a Order,
    by: &'a Actor,
    outcome: Option<&'a Outcome>,
}

impl Book {
    /// The lock, while an incident is open and it was not released.
    pub fn lock(&self) -> Option<Lock> {
        let incident = self.open().filter(|open| open.released.is_none())?;
        let cause = match &incident.cause {
            IncidentCause::Asked => "opened it".to_owned(),
            IncidentCause::Lowered(_) => "lowered exposure".to_owned(),
            IncidentCause::Verdict(decision) => format!("acknowledged {}", decision.word()),
        };
        Some(Lock {
            incident: incident.id.clone(),
            since: incident.opened_at,
            by: incident.opened_by.person(),
            cause,
        })
    }

    /// The lock that keeps this order of `who` from being sent; none for what does not raise, and for the undo of one's own last
    /// lowering with no other write between.
    pub fn bars(&self, order: &Order, who: &Actor) -> Option<Lock> {
        if order.plan.direction != Direction::Raise {
            return None;
        }
        let lock = self.lock()?;
        let open = self.open()?;
        (!open.is_undone_by(order, who)).then_some(lock)
    }

    /// What this order opens: the first one that lowers exposure opens an incident. A drill opens none.
    pub fn opening(&self, order: &Order) -> Option<IncidentEvent> {
        let lowers = order.plan.direction == Direction::Lower && !order.plan.is_no_op();
        if !lowers || self.open().is_some() || self.is_drilled(order) {
            return None;
        }
        Some(IncidentEvent::Opened {
            id: new_id(order.at),
            cause: IncidentCause::Lowered(order.id.0.clone()),
        })
    }

    /// What the end of this order closes: an undo that was applied closes an incident in which nothing else happened.
    pub fn closing(&self, order: &Order, outcome: &Outcome) -> Option<IncidentEvent> {
        let open = self.open()?;
        let undone = order.undoes.as_ref()?;
        let applied = matches!(outcome, Outcome::Applied { .. });
        (applied && open.holds_nothing_but(undone, &order.id)).then(|| IncidentEvent::Closed {
            id: open.id.clone(),
            note: Some("the order that had opened it was undone; nothing else had happened".into()),
        })
    }
}

impl Incident {
    /// Whether the order takes back, exactly, the last write of the incident, which was a lowering of the same person.
    fn is_undone_by(&self, order: &Order, who: &Actor) -> bool {
        let Some(undone) = &order.undoes else {
            return false;
        };
        let wrote = |sent: &Sent<'_>| {
            sent.order.id != order.id
                && !sent.order.plan.is_no_op()
                && !matches!(
                    sent.outcome,
                    Some(Outcome::Refused { .. } | Outcome::NoOp | Outcome::Conflict(_))
                )
        };
        let Some(last) = self.sent().into_iter().rfind(wrote) else {
            return false;
        };
        let Some(Outcome::Applied { revision, .. }) = last.outcome else {
            return false;
        };
        let untouched = match order.plan.lever {
            LeverId::Flag => {
                order.plan.seen.as_ref() == Some(revision)
                    && matches!(order.plan.change, Change::Restore { .. })
            }
            // A function's RevisionId changes by itself; what is written is checked against the one that was just read.
            LeverId::Fallback => matches!(order.plan.change, Change::FallbackOff(_)),
        };
        last.order.id == *undone
            && last.order.plan.lever == order.plan.lever
            && last.order.plan.direction == Direction::Lower
            && last.by.is_person(who)
            && untouched
    }

    /// The orders that were sent in it, oldest first.
    fn sent(&self) -> Vec<Sent<'_>> {
        let mut sent: Vec<Sent<'_>> = Vec::new();
        for record in self.records() {
            match &record.entry {
                Entry::Intent { order } => sent.push(Sent {
                    order,
                    by: &record.actor,
                    outcome: None,
                }),
                Entry::Settled { order, outcome } => {
                    if let Some(of) = sent.iter_mut().rfind(|sent| sent.order.id == *order) {
                        of.outcome = Some(outcome);
                    }
                }
                _ => {}
            }
        }
        sent
    }

    /// Whether it was opened by this order, and nothing but it and its undo happened since; what was refused did not happen.
    fn holds_nothing_but(&self, opened_by: &OrderId, undo: &OrderId) -> bool {
        let refused = |id: &OrderId| matches!(self.outcome(id), Some(Outcome::Refused { .. }));
        let ours = |id: &OrderId| id == opened_by || id == undo || refused(id);
        self.cause == IncidentCause::Lowered(opened_by.0.clone())
            && self.released.is_none()
            && self.since_opened().all(|record| match &record.entry {
                Entry::Intent { order } => ours(&order.id),
                Entry::Settled { order, .. } | Entry::Proved { order, .. } => ours(order),
                Entry::Runbook { .. } | Entry::Complaint | Entry::Note { .. } => false,
                Entry::Incident { event } => !matches!(event, IncidentEvent::TakenOver { .. }),
                Entry::Opened { .. }
                | Entry::Judged { .. }
                | Entry::DrillBegun { .. }
                | Entry::DrillEnded { .. } => true,
            })
    }
}
