//! What the charts are asked for. It draws nothing.

use serde::{Deserialize, Serialize};

/// What is done with the charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Charting {
    /// The cursor one period back.
    Earlier,
    /// The cursor one period on.
    Later,
    /// The cursor to the beginning.
    Earliest,
    /// The cursor to the newest period.
    Latest,
    /// A longer span.
    Longer,
    /// A shorter span.
    Shorter,
    /// Before and after the last stage change over each other, and back.
    Compare,
    /// The logs at the cursor.
    Logs,
}
