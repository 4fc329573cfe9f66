//! Every command without a screen, run as the real binary over the simulator (and over moto for what that serves): exit codes,
//! what goes where, and every `--json` against its published schema.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop here"
)]

#[path = "commands/bench.rs"]
mod bench;
#[path = "support/control.rs"]
#[expect(dead_code, reason = "shared by several suites")]
mod control;
#[path = "commands/gates.rs"]
mod gates;
#[path = "commands/incidents.rs"]
mod incidents;
#[path = "commands/lint.rs"]
mod lint;
#[path = "commands/local.rs"]
mod local;
#[path = "commands/looks.rs"]
mod looks;
#[path = "commands/moto.rs"]
mod moto;
#[path = "commands/orders.rs"]
mod orders;
#[path = "support/python.rs"]
mod python;
#[path = "commands/runbook.rs"]
mod runbook;
#[path = "support/schema.rs"]
mod schema;
#[path = "commands/several.rs"]
mod several;
#[path = "commands/themes.rs"]
mod themes;
#[path = "commands/trouble.rs"]
mod trouble;
#[path = "commands/tuning.rs"]
mod tuning;
#[path = "commands/waiting.rs"]
mod waiting;
#[path = "support/wire.rs"]
#[expect(dead_code, unreachable_pub, reason = "shared by several suites")]
mod wire;
