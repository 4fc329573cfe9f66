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

/// The newest records, in the order of time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Trail {
    marks: VecDeque<Record>,
    tail: VecDeque<Record>,
}

impl Trail {
    /// Takes a record in; the records of a file come in its order.
    pub(super) fn add(&mut self, record: &Record) {
        let (kept, most) = if is_mark(&record.entry) {
            (&mut self.marks, MARKS)
        } else {
            (&mut self.tail, TAIL)
        };
        kept.push_back(record.clone());
        while kept.len() > most {
            kept.pop_front();
        }
    }

    /// Adds what another file says.
    pub(super) fn merge(&mut self, other: Self) {
        let all = weave(self.take(), other.into_records());
        *self = Self::default();
        for record in &all {
            self.add(record);
        }
    }

    /// All of them, in the order of time.
    pub(super) fn into_records(mut self) -> Vec<Record> {
        self.take()
    }

    fn take(&mut self) -> Vec<Record> {
        let mut all: Vec<Record> = self.marks.drain(..).chain(self.tail.drain(..)).collect();
        all.sort_by_key(|record| record.at);
        all
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
