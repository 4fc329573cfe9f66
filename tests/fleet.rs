//! Several rollouts: their reads go out together and find their way back, the list keeps its order under a hand, and nothing on it
//! writes anything.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop here"
)]

#[path = "fleet/crew.rs"]
mod crew;
#[path = "fleet/hand.rs"]
mod hand;
#[path = "fleet/list.rs"]
mod list;
#[path = "fleet/shared.rs"]
mod shared;
