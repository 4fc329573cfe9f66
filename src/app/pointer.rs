//! What the mouse does, in terms of what lies under it: the drawing says what that is, and a recording plays it back on a screen of any
//! size. It decides nothing.

use serde::{Deserialize, Serialize};

use super::keymap::Action;

/// Something that has rows or can be scrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Pane {
    /// The lines of the logs.
    Logs,
    /// Their patterns.
    Patterns,
    /// The alarms.
    Alarms,
    /// The flag's versions.
    History,
    /// The runbook's steps, or its sections.
    Runbook,
    /// Whatever else the open screen scrolls.
    Body,
    /// What lies on top of the screen.
    Sheet,
    /// The list of rollouts.
    Rollouts,
}

/// What lies under the pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Target {
    /// Some place of a pane.
    Pane(Pane),
    /// A row of a pane that can be selected, by its place; a log line by its number since the console began.
    Row(Pane, u64),
    /// What stands for a key.
    Key(Action),
    /// Outside of what lies on top.
    Beside,
}

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Gesture {
    /// The wheel went up.
    Up,
    /// The wheel went down.
    Down,
    /// The left button went down.
    Click,
}

/// Two clicks on one thing are one double click when so many milliseconds lie between them at most.
pub const DOUBLE_MS: u64 = 400;
