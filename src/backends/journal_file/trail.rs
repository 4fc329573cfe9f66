//! The newest records of a journal, for the incident that is open or was the last one. What opens and closes incidents is kept
//! longer than the rest. It folds nothing.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::domain::incident::IncidentEvent;
use crate::domain::journal::{Entry, Record};

/// Records about incidents themselves that are kept.
const MARKS: usize = 256;
/// Other records that are kept.
const TAIL: usize = 1500;

/// The newest records, in the order of their files, and by time between files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Trail {
    records: VecDeque<Record>,
}

impl Trail {
    /// Takes a record in; the records of a file come in its order, whatever its clock said.
    pub(super) fn add(&mut self, record: &Record) {
        self.records.push_back(record.clone());
        if self.records.len() > TAIL + MARKS {
            let rest = self.records.iter().position(|kept| !is_mark(&kept.entry));
            // More marks than are kept: then the oldest of them goes.
            self.records.remove(rest.unwrap_or(0));
        }
    }

    /// Adds what another file says.
    pub(super) fn merge(&mut self, other: Self) {
        let mine = std::mem::take(&mut self.records).into();
        for record in weave(mine, other.into_records()) {
            self.add(&record);
        }
    }

    /// All of them.
    pub(super) fn into_records(self) -> Vec<Record> {
        self.records.into()
    }
}

fn is_mark(entry: &Entry) -> bool {
    matches!(entry, Entry::Incident { event } if !matches!(event, IncidentEvent::Watched { .. }))
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
