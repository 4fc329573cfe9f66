//! The command line of the real binary: helps, exit codes, what goes to stdout and what to stderr.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop here"
)]

#[path = "cli/check.rs"]
mod check;
#[path = "cli/choice.rs"]
mod choice;
#[path = "cli/connection.rs"]
mod connection;
#[path = "support/control.rs"]
#[expect(dead_code, reason = "shared by several suites")]
mod control;
#[path = "cli/grammar.rs"]
mod grammar;
#[path = "cli/init.rs"]
mod init;
#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared by several suites")]
mod pty;
#[path = "cli/run.rs"]
mod run;
#[path = "cli/sim.rs"]
mod sim;
