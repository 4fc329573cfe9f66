//! The executor over the simulator, through the real SDK: what it refuses, what it writes down before it sends, and what it
//! never waits for.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop here"
)]

#[path = "executor/account.rs"]
mod account;
#[path = "executor/commands.rs"]
mod commands;
#[path = "support/control.rs"]
mod control;
#[path = "executor/gate.rs"]
mod gate;
#[path = "executor/incidents.rs"]
mod incidents;
#[path = "executor/journal.rs"]
mod journal;
#[path = "executor/outcomes.rs"]
mod outcomes;
#[path = "executor/pace.rs"]
mod pace;
#[path = "executor/reads.rs"]
mod reads;
#[path = "executor/rig.rs"]
mod rig;
#[path = "executor/secrets.rs"]
mod secrets;
