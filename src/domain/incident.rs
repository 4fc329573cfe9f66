//! An incident: what is written down of it, and what that adds up to. It writes nothing itself.

use serde::{Deserialize, Serialize};

use super::verdict::Decision;

mod baseline;
mod book;
mod figures;
mod handover;
mod lock;
mod message;
mod report;
mod timeline;
mod watch;
mod words;

#[cfg(test)]
mod tests;

pub use baseline::{Baseline, Before, Earlier, Measure, baseline, measure};
pub use book::{Book, Closing, Incident, Release};
pub use figures::{Command, Deed, Figures, Proven, Track, spark};
pub use handover::Handover;
pub use lock::Lock;
pub use message::Stage;
pub use report::{Report, Subject};
pub use timeline::{Kind, Moment};
pub use watch::{Back, Return, Watch};
pub use words::{clock, date_time, new_id, when};

/// Something that happened to an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum IncidentEvent {
    /// It began.
    Opened {
        /// Its id.
        id: String,
        /// Why.
        cause: IncidentCause,
    },
    /// It is over; raises pass their ordinary gate again.
    Closed {
        /// Its id.
        id: String,
        /// What the person said of it.
        #[serde(default)]
        note: Option<String>,
    },
    /// Raises were let through while it is still open.
    LockReleased {
        /// Its id.
        id: String,
        /// The reason that was given.
        reason: String,
    },
    /// Another console took it over: that one drives now.
    TakenOver {
        /// Its id.
        id: String,
        /// The console that drove until then, as `user@host (pid)`.
        from: String,
    },
    /// How the signals stood before, for the comparison afterwards.
    Baseline {
        /// Its id.
        id: String,
        /// The values.
        baseline: Box<Baseline>,
    },
    /// How the signals stand while it is open, once a period.
    Watched {
        /// Its id.
        id: String,
        /// The newest complete value of each signal that has one.
        values: Vec<Measure>,
    },
    /// The watch after the rollback came to its end.
    WatchEnded {
        /// Its id.
        id: String,
        /// Whether every signal that applies is back at its baseline, by data that are there.
        verified: bool,
        /// How each signal stood.
        signals: Vec<Return>,
    },
}

impl IncidentEvent {
    /// The id of the incident that it is about.
    pub fn id(&self) -> &str {
        match self {
            Self::Opened { id, .. }
            | Self::Closed { id, .. }
            | Self::LockReleased { id, .. }
            | Self::TakenOver { id, .. }
            | Self::Baseline { id, .. }
            | Self::Watched { id, .. }
            | Self::WatchEnded { id, .. } => id,
        }
    }
}

/// What opened an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentCause {
    /// A person, by key or command.
    Asked,
    /// The first order that lowered exposure, by its id.
    Lowered(String),
    /// A verdict that a person acknowledged.
    Verdict(Decision),
}
