//! The newest records of a journal, for the incident that is open or was the last one. What opens and closes incidents is kept
//! longer than the rest, and so are orders with their outcomes and proofs. It folds nothing.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::domain::Timestamp;
use crate::domain::incident::IncidentEvent;
use crate::domain::journal::{Entry, Record};
use crate::domain::verdict::Decision;

/// Records about incidents themselves and about orders that are kept.
const MARKS: usize = 256;
/// Other records that are kept.
const TAIL: usize = 1500;

/// The newest records, in the order of their files, and by time between files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Trail {
    records: VecDeque<Record>,
    /// When the newest incident was opened.
    #[serde(default)]
    opened: Option<Timestamp>,
    /// Records of it that were let go.
    #[serde(default)]
    left_out: u64,
}

impl Trail {
    /// Takes a record in; the records of a file come in its order, whatever its clock said.
    pub(super) fn add(&mut self, record: &Record) {
        let opens = matches!(
            &record.entry,
            Entry::Incident {
                event: IncidentEvent::Opened { .. }
            }
        );
        if opens && Some(record.at) > self.opened {
            self.opened = Some(record.at);
            self.left_out = 0;
        }
        self.records.push_back(record.clone());
        if self.records.len() > TAIL + MARKS {
            let rest = self.records.iter().position(|kept| !is_mark(&kept.entry));
            // More marks than are kept: then the oldest of them goes.
            let gone = self.records.remove(rest.unwrap_or(0));
            let is_of_it = gone.is_some_and(|gone| self.opened.is_some_and(|at| gone.at >= at));
            self.left_out += u64::from(is_of_it);
        }
    }

    /// Adds what another file says.
    pub(super) fn merge(&mut self, other: Self) {
        let mine = std::mem::take(&mut self.records).into();
        self.opened = self.opened.max(other.opened);
        self.left_out += other.left_out;
        for record in weave(mine, other.into_records()) {
            self.add(&record);
        }
    }

    /// How many records of the newest incident are not here: they were too many.
    pub(super) fn left_out(&self) -> u64 {
        self.left_out
    }

    /// All of them.
    pub(super) fn into_records(self) -> Vec<Record> {
        self.records.into()
    }
}

/// What an incident is not told right without: what opened it, and what was done about exposure.
fn is_mark(entry: &Entry) -> bool {
    match entry {
        Entry::Incident { event } => !matches!(event, IncidentEvent::Watched { .. }),
        // The verdict that called for a rollback is when it was detected.
        Entry::Judged { verdict } => verdict.decision == Decision::RollBack,
        Entry::Intent { .. } | Entry::Settled { .. } | Entry::Proved { .. } | Entry::Complaint => {
            true
        }
        _ => false,
    }
}

/// Two sequences as one, by time; the order within each of them stays.
pub(super) fn weave(one: Vec<Record>, other: Vec<Record>) -> Vec<Record> {
    let mut out = Vec::with_capacity(one.len() + other.len());
    let (mut one, mut other) = (one.into_iter().peekable(), other.into_iter().peekable());
    loop {
        let from_one = match (one.peek(), other.peek()) {
            (Some(a), Some(b)) => a.at <= b.at,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => return out,
        };
        out.extend(if from_one { one.next() } else { other.next() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incident::IncidentCause;
    use crate::domain::journal::{Actor, Proof};
    use crate::domain::plan::OrderId;

    fn add(trail: &mut Trail, at: i64, entry: Entry) {
        trail.add(&Record {
            seq: 1,
            at: Timestamp::from_millis(at),
            actor: Actor::default(),
            entry,
        });
    }

    fn opened() -> Entry {
        Entry::Incident {
            event: IncidentEvent::Opened {
                id: "inc-1".to_owned(),
                cause: IncidentCause::Asked,
            },
        }
    }

    fn note() -> Entry {
        Entry::Note {
            text: "a remark".to_owned(),
        }
    }

    #[test]
    fn many_remarks_do_not_push_out_what_was_done() {
        let mut trail = Trail::default();
        add(&mut trail, 0, note());
        add(&mut trail, 1, opened());
        let proved = Entry::Proved {
            order: OrderId("o-1".to_owned()),
            proof: Proof::Accepted,
            evidence: "seen".to_owned(),
        };
        add(&mut trail, 2, proved.clone());
        for at in 0..2_000 {
            add(&mut trail, 3 + at, note());
        }
        let (all, kept) = (2_003, (TAIL + MARKS) as u64);
        assert_eq!(trail.left_out(), all - kept - 1, "one was of before");
        let other = trail.clone();
        let mut merged = Trail::default();
        merged.merge(other);
        assert_eq!(merged.left_out(), trail.left_out());
        let records = merged.into_records();
        assert_eq!(records.len() as u64, kept);
        let begin: Vec<&Entry> = records.iter().take(2).map(|record| &record.entry).collect();
        assert_eq!(begin, [&opened(), &proved]);
        add(&mut trail, 9_000, opened());
        assert_eq!(trail.left_out(), 0, "of another incident nothing is gone");
    }
}
