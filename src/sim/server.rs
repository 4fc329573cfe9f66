//! The simulated account behind one lock. (A stand-in with the agreed signature: the server itself is not here yet.)

use super::aws::Aws;
use std::sync::{Arc, Mutex, PoisonError};

/// A cheap handle on the account and its clock.
#[derive(Clone, Debug, Default)]
pub struct Shared(Arc<Mutex<(Aws, i64)>>);

impl Shared {
    /// Locks the account, brings it to the clock's now, and runs `f` with it.
    pub fn with<R>(&self, f: impl FnOnce(&mut Aws, i64) -> R) -> R {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = held.1;
        f(&mut held.0, now)
    }
}
