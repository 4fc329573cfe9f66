//! An incident: what is written down of it, and what that adds up to. It writes nothing itself.

use serde::{Deserialize, Serialize};

use super::verdict::Decision;

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
