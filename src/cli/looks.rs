//! The grammar of the commands that only look, and nothing else.

use std::time::Duration;

use clap::Args;

/// Everything at a glance.
#[derive(Args, Clone, Debug)]
pub struct Status {
    /// Read the logs as well: observed exposure is then a share of sessions, where the marker metric only tells that there
    /// are treated ones
    #[arg(long)]
    pub observed: bool,
}

/// The flag's versions.
#[derive(Args, Clone, Debug)]
pub struct History {
    /// At most so many, the newest first
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub limit: u16,
}

/// Which bucket.
#[derive(Args, Clone, Debug)]
pub struct Bucket {
    /// Session ids; without any they are read from stdin, one a line
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// The percentage that counts as the one in force, instead of the flag's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub percentage: Option<u8>,
}

/// Watch without a screen.
#[derive(Args, Clone, Debug)]
pub struct Watch {
    /// End when this is reached: verdict (promote or roll back), healthy, or exposure=N
    #[arg(long, value_name = "WHAT", value_parser = until)]
    pub until: Option<Until>,
    /// End after this time at the latest, such as 30s or 2h
    #[arg(long = "for", value_name = "DURATION", value_parser = span)]
    pub span: Option<Duration>,
}

/// What a watch ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// The verdict is PROMOTE or ROLL BACK.
    Verdict,
    /// Every rule, alarm and signal is well, and there is data for all of them.
    Healthy,
    /// This percentage is in force everywhere, caches counted.
    Exposure(u8),
}

fn until(text: &str) -> Result<Until, String> {
    match text {
        "verdict" => Ok(Until::Verdict),
        "healthy" => Ok(Until::Healthy),
        _ => text
            .strip_prefix("exposure=")
            .and_then(|number| number.strip_suffix('%').unwrap_or(number).parse().ok())
            .filter(|percent| *percent <= 100)
            .map(Until::Exposure)
            .ok_or_else(|| {
                "expected verdict, healthy, or exposure=N with N from 0 to 100".to_owned()
            }),
    }
}

pub(super) fn span(text: &str) -> Result<Duration, String> {
    let span = crate::config::parse_duration(text)?;
    if span.is_zero() {
        return Err("expected more than no time at all".to_owned());
    }
    Ok(span)
}
