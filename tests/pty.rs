//! The real binary in a real pty, over a simulator whose clock the test cranks: what a person sees and types, and what the
//! terminal is left like. What single functions do is tested beside them.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop here"
)]

#[path = "pty/actor.rs"]
mod actor;
#[path = "pty/evening.rs"]
mod evening;
#[path = "pty/fleet.rs"]
mod fleet;
#[path = "pty/orders.rs"]
mod orders;
#[path = "pty/plain.rs"]
mod plain;
#[path = "support/pty.rs"]
mod pty;
#[path = "pty/replay.rs"]
mod replay;
#[path = "pty/rig.rs"]
mod rig;
#[path = "pty/sizes.rs"]
mod sizes;
#[path = "pty/slow.rs"]
mod slow;
#[path = "pty/starting.rs"]
mod starting;
#[path = "pty/story.rs"]
mod story;
#[path = "pty/themes.rs"]
mod themes;
#[path = "pty/typing.rs"]
mod typing;
#[path = "pty/ways_out.rs"]
mod ways_out;
