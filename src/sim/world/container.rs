//! A warm container and the flag that it remembers. It asks lazily, when a session starts, as the service does.

use super::flag::Flag;

/// How long a container believes what it read, in milliseconds.
pub const TTL: i64 = 60_000;
/// How many containers serve production.
pub(crate) const COUNT: usize = 30;

/// What reading the parameter came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reading {
    /// A valid document.
    Valid(Flag),
    /// There is a document, and the service refuses it.
    Invalid,
    /// The store did not answer, or has no such parameter.
    Unreadable,
}

/// A warm container.
#[derive(Clone, Debug, Default)]
pub(crate) struct Container {
    last_good: Option<Flag>,
    read_at: Option<i64>,
    on_environment: bool,
    /// The silence of Transcribe in which it fell back to final results; 0 when it did not.
    pub(crate) fell_back_in: u8,
}

impl Container {
    /// Whether it would ask again for a session that starts now.
    pub(crate) fn is_stale(&self, now: i64) -> bool {
        self.read_at.is_none_or(|read| now - read >= TTL)
    }

    /// Takes in what a read at `now` brought. The next read is one TTL away, whatever it was.
    pub(crate) fn learn(&mut self, reading: Reading, now: i64) {
        self.read_at = Some(now);
        match reading {
            Reading::Valid(flag) => {
                self.last_good = Some(flag);
                self.on_environment = false;
            }
            Reading::Invalid => self.on_environment = self.last_good.is_none(),
            Reading::Unreadable => self.on_environment = true,
        }
    }

    /// The flag that the store gave it; `None` when its environment decides.
    pub(crate) fn flag(&self) -> Option<Flag> {
        if self.on_environment {
            None
        } else {
            self.last_good
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN: Flag = Flag {
        enabled: true,
        percentage: 10,
        threshold: 0.85,
    };

    #[test]
    fn the_memory_lasts_exactly_one_ttl() {
        let mut container = Container::default();
        assert!(container.is_stale(0));
        container.learn(Reading::Valid(TEN), 5);
        assert!(!container.is_stale(5 + TTL - 1));
        assert!(container.is_stale(5 + TTL));
    }

    #[test]
    fn an_invalid_document_keeps_the_last_good_flag_and_an_outage_does_not() {
        let mut container = Container::default();
        container.learn(Reading::Invalid, 0);
        assert_eq!(container.flag(), None);
        container.learn(Reading::Valid(TEN), TTL);
        container.learn(Reading::Invalid, 2 * TTL);
        assert_eq!(container.flag(), Some(TEN));
        container.learn(Reading::Unreadable, 3 * TTL);
        assert_eq!(container.flag(), None);
        container.learn(Reading::Invalid, 4 * TTL);
        assert_eq!(container.flag(), Some(TEN));
    }
}
