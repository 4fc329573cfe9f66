//! How long calls may take and how often they are tried, in one place. It measures nothing.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;

/// The limits of time of one connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Making a connection.
    pub(crate) connect: Duration,
    /// One attempt of a read, and all of them.
    pub(crate) read: (Duration, Duration),
    /// One attempt of a log read, and all of them.
    pub(crate) logs: (Duration, Duration),
    /// The one attempt of a write, and the whole operation.
    pub(crate) write: (Duration, Duration),
    /// The first pause before a read is tried again.
    pub(crate) backoff: Duration,
    /// How long a write without an answer is looked for by reading.
    pub(crate) search: Duration,
    /// The pause between two looks.
    pub(crate) look: Duration,
    /// How long Lambda may take to put a configuration in force.
    pub(crate) update: Duration,
    /// The pause between two looks at an update.
    pub(crate) update_look: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(2),
            read: (Duration::from_secs(3), Duration::from_secs(8)),
            logs: (Duration::from_secs(10), Duration::from_secs(20)),
            write: (Duration::from_secs(10), Duration::from_secs(15)),
            backoff: Duration::from_secs(1),
            search: Duration::from_secs(5),
            look: Duration::from_millis(500),
            update: Duration::from_secs(90),
            update_look: Duration::from_millis(700),
        }
    }
}

impl Limits {
    pub(super) fn reads(&self) -> TimeoutConfig {
        self.timeouts(Duration::from_secs(5), self.read)
    }

    pub(super) fn logs(&self) -> TimeoutConfig {
        self.timeouts(Duration::from_secs(10), self.logs)
    }

    pub(super) fn writes(&self) -> TimeoutConfig {
        self.timeouts(Duration::from_secs(10), self.write)
    }

    pub(super) fn read_retries(&self) -> RetryConfig {
        RetryConfig::standard()
            .with_max_attempts(2)
            .with_initial_backoff(self.backoff)
            .with_max_backoff(Duration::from_secs(2))
    }

    /// For the look just before and after a write: a read's patience on the write's own connection, tried three times.
    pub(crate) fn look_retries(&self) -> RetryConfig {
        RetryConfig::standard()
            .with_max_attempts(3)
            .with_initial_backoff(self.backoff / 4)
            .with_max_backoff(Duration::from_secs(1))
    }

    /// The time of such a look.
    pub(crate) fn look_timeouts(&self) -> TimeoutConfig {
        self.reads()
    }

    fn timeouts(
        &self,
        read: Duration,
        (attempt, operation): (Duration, Duration),
    ) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(self.connect)
            .read_timeout(read)
            .operation_attempt_timeout(attempt)
            .operation_timeout(operation)
            .build()
    }
}
