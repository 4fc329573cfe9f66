//! The grammar of the commands about incidents, and nothing else.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// What to do about an incident.
#[derive(Clone, Debug, Subcommand)]
pub enum Incident {
    /// Whether one is open, since when, who drives, and whether raises are locked
    Status,
    /// Open one: raises are locked from then on, for everybody
    Open(Open),
    /// Say that it is over: raises pass their ordinary gates again
    Close(Close),
    /// Let raises through while it is open; in prod this asks for --confirm
    Release(Release),
}

/// Open an incident.
#[derive(Args, Clone, Debug)]
pub struct Open {
    /// Why, for the journal
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

/// Close an incident.
#[derive(Args, Clone, Debug)]
pub struct Close {
    /// How it ended; the report quotes it
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// Release the safety lock.
#[derive(Args, Clone, Debug)]
pub struct Release {
    /// Why, for the journal
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// The environment's name, typed: prod asks for it
    #[arg(long, value_name = "ENVIRONMENT")]
    pub confirm: Option<String>,
}

/// The incident report.
#[derive(Args, Clone, Debug)]
pub struct Report {
    /// The incident; the newest when it is left out
    #[arg(long, value_name = "ID")]
    pub incident: Option<String>,
    /// Write it into this file, which must not be there yet (--yes replaces it)
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The message to stakeholders of this stage instead of the report
    #[arg(long, value_enum, value_name = "STAGE", conflicts_with = "handover")]
    pub message: Option<MessageStage>,
    /// The handover instead: what is true now, what is waited for, what must not be touched
    #[arg(long)]
    pub handover: bool,
}

/// The stages of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MessageStage {
    /// Something is wrong, and it is known
    Identified,
    /// Users were taken off
    RolledBack,
    /// It is watched whether the symptoms go
    Monitoring,
    /// It is over
    Resolved,
}
