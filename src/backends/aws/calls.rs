//! The sink of call records: every API call with its latency and result. It keeps nothing itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;

use crate::ports::CallRecord;

/// Where call records go. Cheap to clone; recording never waits.
#[derive(Clone, Debug, Default)]
pub struct CallLog {
    sink: Option<mpsc::Sender<CallRecord>>,
    dropped: Arc<AtomicU64>,
}

impl CallLog {
    /// A log and its reading end, which holds at most `capacity` unread records; further ones are dropped and counted.
    pub fn new(capacity: usize) -> (Self, mpsc::Receiver<CallRecord>) {
        let (sink, records) = mpsc::channel(capacity.max(1));
        let log = Self {
            sink: Some(sink),
            dropped: Arc::default(),
        };
        (log, records)
    }

    /// A log that nobody reads.
    pub fn silent() -> Self {
        Self::default()
    }

    /// Records dropped because nobody read them in time.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    pub(super) fn record(&self, record: CallRecord) {
        if let Some(sink) = &self.sink
            && sink.try_send(record).is_err()
        {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}
