//! What the player of recordings is asked for. It plays nothing.

use serde::{Deserialize, Serialize};

/// What the player of recordings does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Playing {
    /// Stand still, or go on.
    Pause,
    /// One message on.
    Forward,
    /// One message back.
    Back,
    /// A minute on, by the recorded console's own clock.
    MinuteForward,
    /// A minute back.
    MinuteBack,
    /// The next order, verdict, alarm or event of an incident.
    NextMark,
    /// The one before.
    PreviousMark,
    /// Ten minutes on.
    TenMinutes,
    /// Ten minutes back.
    TenMinutesBack,
    /// The beginning.
    Start,
    /// The end.
    End,
    /// Twice as fast.
    Faster,
    /// Half as fast.
    Slower,
    /// The keys of the player.
    Keys,
}
