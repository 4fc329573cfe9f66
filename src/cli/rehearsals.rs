//! The grammar of the commands that prove that a rollback works, and nothing else.

use std::time::Duration;

use clap::Args;

/// The parachute check.
#[derive(Args, Clone, Copy, Debug)]
pub struct Ready {
    /// Prove that the flag can be written: write the same text back, journalled; nobody's exposure changes
    #[arg(long)]
    pub probe: bool,
}

/// The rehearsal.
#[derive(Args, Clone, Debug)]
pub struct Drill {
    /// Put back what a drill that was killed has left, and do nothing else
    #[arg(long)]
    pub recover: bool,
    /// The environment's name, typed: a drill in prod asks for it
    #[arg(long, value_name = "ENVIRONMENT")]
    pub confirm: Option<String>,
    /// The TTL of the flag client whose cache is timed; the rollout's `cache_ttl` when it is left out
    #[arg(long, value_parser = super::looks::span, value_name = "DURATION")]
    pub ttl: Option<Duration>,
}

/// The beginning of everything.
#[derive(Args, Clone, Copy, Debug)]
pub struct Init {
    /// Make what the configuration names and AWS does not have: the parameter at 0 %, the five alarms of the example; shows the
    /// plan, and does it with --yes
    #[arg(long)]
    pub apply: bool,
}
