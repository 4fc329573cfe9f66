//! Commands over the real machine: what each kind of bad behaviour ends as, and that nothing of a command is left afterwards.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop here"
)]

#[path = "shell/ends.rs"]
mod ends;
#[path = "shell/output.rs"]
mod output;
#[path = "shell/rig.rs"]
mod rig;
#[path = "shell/surroundings.rs"]
mod surroundings;
#[path = "shell/values.rs"]
mod values;
