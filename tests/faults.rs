//! The real binary against a world that goes wrong: killed at any moment, and what it then knows.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop here"
)]

#[path = "support/control.rs"]
#[expect(dead_code, reason = "shared by several suites")]
mod control;
#[path = "faults/evening.rs"]
mod evening;
#[path = "faults/kill.rs"]
mod kill;
#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared by several suites")]
mod pty;
#[path = "faults/table.rs"]
mod table;
