//! The grammar of the commands that change something, and nothing else.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

/// What every order takes.
#[derive(Args, Clone, Debug)]
pub struct Ordering {
    /// Why, for the journal
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Show the plan and the same as an aws command line; send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// The environment's name, typed: a raise in prod asks for it
    #[arg(long, value_name = "ENVIRONMENT")]
    pub confirm: Option<String>,
    /// Raise although a gate is not green; asks for --reason
    #[arg(long)]
    pub override_gates: bool,
    /// What to wait for: the store's answer, the write read back, or the effect seen
    #[arg(long, value_enum, default_value_t = WaitFor::ReadBack, value_name = "PROOF")]
    pub wait: WaitFor,
    /// How long to wait for it, such as 90s or 10m
    #[arg(long, value_parser = super::looks::span, value_name = "DURATION")]
    pub timeout: Option<Duration>,
}

/// The proof that an order waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum WaitFor {
    /// The store took it.
    Accepted,
    /// It was read back.
    ReadBack,
    /// Its effect was seen; where nothing can show it, every cache has expired.
    Effective,
}

/// Set the percentage.
#[derive(Args, Clone, Debug)]
pub struct Set {
    /// The percentage, 0 to 100
    #[arg(value_name = "PERCENT", value_parser = percent)]
    pub percent: u8,
    /// How.
    #[command(flatten)]
    pub ordering: Ordering,
}

/// Turn the feature off.
#[derive(Args, Clone, Debug)]
pub struct Disable {
    /// How.
    #[command(flatten)]
    pub ordering: Ordering,
}

/// Turn the feature on.
#[derive(Args, Clone, Debug)]
pub struct Enable {
    /// The percentage, 1 to 100
    #[arg(long, value_name = "N", value_parser = some)]
    pub percentage: u8,
    /// How.
    #[command(flatten)]
    pub ordering: Ordering,
}

/// Put back an earlier version.
#[derive(Args, Clone, Debug)]
pub struct Restore {
    /// The version, as `history` names it
    #[arg(id = "revision", value_name = "VERSION")]
    pub version: String,
    /// How.
    #[command(flatten)]
    pub ordering: Ordering,
}

/// The fallback.
#[derive(Clone, Debug, Subcommand)]
pub enum Fallback {
    /// What the function's environment says now
    Status,
    /// Write the configured `off` variables into the function's environment
    On(Ordering),
    /// Put back the values that `on` replaced (a raise)
    Off(Ordering),
}

/// Set something that decides nobody's exposure.
#[derive(Args, Clone, Debug)]
pub struct Tune {
    /// A member of the flag document, such as min_stability_threshold=0.9, or a variable of the function, such as
    /// MAX_RATE_PER_SECOND=50; a name in capitals is a variable
    #[arg(value_name = "KEY=VALUE", value_parser = assignment)]
    pub assignment: (String, String),
    /// How.
    #[command(flatten)]
    pub ordering: Ordering,
}

fn percent(text: &str) -> Result<u8, String> {
    let digits = text.strip_suffix('%').unwrap_or(text);
    match digits.parse::<u8>() {
        // `+10` is read as ten more by some.
        Ok(percent) if percent <= 100 && !digits.starts_with('+') => Ok(percent),
        _ => Err("expected a whole percentage from 0 to 100".to_owned()),
    }
}

fn some(text: &str) -> Result<u8, String> {
    match percent(text) {
        Ok(0) | Err(_) => Err("expected a whole percentage from 1 to 100".to_owned()),
        some => some,
    }
}

fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() && key.trim() == key => {
            Ok((key.to_owned(), value.to_owned()))
        }
        _ => Err("expected KEY=VALUE".to_owned()),
    }
}
