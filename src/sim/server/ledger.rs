//! Which requests came, how often, and when: what a test measures with. It judges nothing.

use std::collections::{BTreeMap, VecDeque};

use crate::sim::clock::Stamp;

/// How many of the last requests are kept one by one.
const KEPT: usize = 512;

/// All requests so far.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    counts: BTreeMap<String, u64>,
    recent: VecDeque<(String, Stamp)>,
}

impl Ledger {
    /// Writes down a request of `operation`, for example `ssm:PutParameter`, whose head arrived at `at`.
    pub(super) fn record(&mut self, operation: String, at: Stamp) {
        *self.counts.entry(operation.clone()).or_default() += 1;
        self.recent.push_back((operation, at));
        if self.recent.len() > KEPT {
            self.recent.pop_front();
        }
    }

    pub(super) fn counts(&self) -> &BTreeMap<String, u64> {
        &self.counts
    }

    /// The last requests, oldest first.
    pub(super) fn recent(&self) -> impl Iterator<Item = &(String, Stamp)> {
        self.recent.iter()
    }
}
