//! The exposure clock of one order: accepted, read back, cache horizon passed, effect observed; then symptoms gone.
//! It only counts; what was seen is told to it.

use serde::{Deserialize, Serialize};

use super::lever::LeverId;
use super::plan::OrderId;
use super::{Percent, Revision, Timestamp};

/// The four proofs of one order, and the recovery after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clockface {
    /// The order.
    pub order: OrderId,
    /// The lever that it moved.
    pub lever: LeverId,
    /// Exposure before.
    pub before: Option<Percent>,
    /// Exposure wanted.
    pub wanted: Percent,
    /// The revision that the store answered with.
    pub revision: Revision,
    /// When the order was sent.
    pub sent_at: Timestamp,
    /// When the store accepted it.
    pub accepted_at: Timestamp,
    /// When the write was read back.
    pub read_back_at: Option<Timestamp>,
    /// When the last cache must have expired.
    pub horizon_at: Timestamp,
    /// When the effect was seen.
    pub observed_at: Option<Timestamp>,
    /// The last treated session seen after the order, if any.
    pub last_marker_at: Option<Timestamp>,
    /// Sessions seen since the horizon (or the last marker) without a marker.
    pub clean_sessions: u64,
    /// Sessions that must be seen without a marker before the effect counts as observed.
    pub needed_sessions: u64,
    /// When the symptoms (signals that were over their limits) were gone.
    pub recovered_at: Option<Timestamp>,
}
