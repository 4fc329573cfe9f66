//! Something that is read again and again: its last good answer, its age, its faults. It reads nothing.

use crate::domain::Timestamp;
use crate::domain::failure::PortError;

/// Something that is read again and again.
#[derive(Clone, Debug)]
pub struct Feed<T> {
    /// The last good answer.
    pub value: Option<T>,
    /// When it came.
    pub at: Option<Timestamp>,
    /// Why the newest read failed, when it did.
    pub fault: Option<PortError>,
    /// Reads that failed in a row.
    pub failures: u32,
    /// Whether a read is under way.
    pub reading: bool,
    /// Ticks until the next read is due.
    pub due_in: u32,
    /// Whether the answer of the read under way is out of date before it comes: something was changed since it was asked.
    pub outdated: bool,
    /// Whether the value must be read again before anything is raised on the strength of it: the console was stopped since.
    pub distrusted: bool,
}

impl<T> Default for Feed<T> {
    fn default() -> Self {
        Self {
            value: None,
            at: None,
            fault: None,
            failures: 0,
            reading: false,
            due_in: 0,
            outdated: false,
            distrusted: false,
        }
    }
}

impl<T> Feed<T> {
    /// Takes an answer in.
    pub fn take(&mut self, result: Result<T, PortError>, now: Timestamp) {
        self.reading = false;
        self.outdated = false;
        match result {
            Ok(value) => {
                self.value = Some(value);
                self.at = Some(now);
                self.fault = None;
                self.failures = 0;
                self.distrusted = false;
            }
            Err(fault) => {
                self.fault = Some(fault);
                self.failures = self.failures.saturating_add(1);
            }
        }
    }

    /// Something was changed: the answer of a read that is under way tells of what was before.
    pub fn outdate(&mut self) {
        self.outdated = self.reading;
        self.due_in = 0;
    }

    /// Whether the answer that comes now is out of date; then it is dropped, and the next read is due.
    pub fn drops_answer(&mut self) -> bool {
        let drops = std::mem::take(&mut self.outdated);
        if drops {
            self.reading = false;
            self.due_in = 0;
        }
        drops
    }
}
