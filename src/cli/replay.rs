//! The grammar of the player of recordings, and nothing else.

use std::path::PathBuf;

use clap::Args;

/// The player of recordings.
#[derive(Args, Clone, Debug)]
pub struct Replay {
    /// The recording: of an incident it lies in recordings/ in the state directory, else where --record put it
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How many times as fast as it was it is played; 0 or max plays it as fast as possible
    #[arg(long, default_value = "1", value_name = "N", value_parser = speed)]
    pub speed: f64,
}

fn speed(text: &str) -> Result<f64, String> {
    if text.eq_ignore_ascii_case("max") {
        return Ok(0.0);
    }
    match text.parse::<f64>() {
        Ok(speed) if speed == 0.0 || (0.01..=10_000.0).contains(&speed) => Ok(speed),
        _ => Err("expected a number from 0.01 to 10000, 0 or max".to_owned()),
    }
}
