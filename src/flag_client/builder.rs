//! Puts a flag client together. The one place of the client where the process environment is read, and only when asked to.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::FlagClient;
use super::environment::{Environment, EnvironmentNames};
use super::refresh::Schedule;
use super::stopwatch::{ProcessTime, Stopwatch};
use crate::domain::flag::FlagShape;
use crate::ports::Lever;

/// Where environment variables come from.
type Lookup = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// A flag client in the making; begin with [`FlagClient::builder`].
pub struct FlagClientBuilder {
    lever: Arc<dyn Lever>,
    shape: FlagShape,
    schedule: Schedule,
    names: EnvironmentNames,
    lookup: Lookup,
    stopwatch: Option<Arc<dyn Stopwatch>>,
}

impl fmt::Debug for FlagClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FlagClientBuilder")
            .field("shape", &self.shape)
            .field("schedule", &self.schedule)
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}

impl FlagClientBuilder {
    pub(super) fn new(lever: Arc<dyn Lever>) -> Self {
        Self {
            lever,
            shape: FlagShape::default(),
            schedule: Schedule::default(),
            names: EnvironmentNames::default(),
            lookup: Box::new(|_| None),
            stopwatch: None,
        }
    }

    /// How the flag stands in its document and what makes it valid; by default a bare document without limits.
    #[must_use]
    pub fn shape(self, shape: FlagShape) -> Self {
        Self { shape, ..self }
    }

    /// How long a value that was read is fresh; by default 60 s. Zero reads in every
    /// [`refresh_if_due`](FlagClient::refresh_if_due).
    #[must_use]
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.schedule.ttl = ttl;
        self
    }

    /// How soon a read that failed is tried again; by default 1 s. The pause doubles with every further failure, up to the TTL.
    #[must_use]
    pub fn retry(mut self, retry: Duration) -> Self {
        self.schedule.retry = retry;
        self
    }

    /// How long one read may take before it has failed; by default 3 s.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.schedule.patience = patience;
        self
    }

    /// How the environment variables are called; see [`EnvironmentNames`] for the defaults.
    #[must_use]
    pub fn environment_names(self, names: EnvironmentNames) -> Self {
        Self { names, ..self }
    }

    /// Where environment variables come from: each name is asked for once, in [`build`](Self::build). By default there are none.
    #[must_use]
    pub fn environment(
        self,
        lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        let lookup = Box::new(lookup);
        Self { lookup, ..self }
    }

    /// Takes the environment variables of this process. A variable that is not UTF-8 counts as missing.
    #[must_use]
    pub fn process_environment(self) -> Self {
        self.environment(|name| std::env::var(name).ok())
    }

    /// What counts the time; by default [`ProcessTime`].
    #[must_use]
    pub fn stopwatch(self, stopwatch: Arc<dyn Stopwatch>) -> Self {
        let stopwatch = Some(stopwatch);
        Self { stopwatch, ..self }
    }

    /// The client. Nothing is read from the store yet: until the first [`refresh_if_due`](FlagClient::refresh_if_due) the
    /// environment decides.
    pub fn build(self) -> FlagClient {
        let environment = Environment::read(&self.names, &self.shape, &self.lookup);
        for fault in &environment.faults {
            tracing::warn!(%fault, "an environment variable of the flag is not valid");
        }
        let stopwatch = self
            .stopwatch
            .unwrap_or_else(|| Arc::new(ProcessTime::start()));
        FlagClient::new(
            self.lever,
            self.shape,
            self.schedule,
            environment,
            stopwatch,
        )
    }
}
