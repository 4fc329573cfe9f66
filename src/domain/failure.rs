//! A failed call as data, and the record of every call. It makes no call.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Timestamp;

/// Why a call failed: the kind drives behaviour, the hint is what a tired person should try next.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("{what}: {text}")]
pub struct PortError {
    /// The kind of failure.
    pub kind: ErrorKind,
    /// What was tried, such as `ssm:GetParameter /audio-transcription/…`.
    pub what: String,
    /// What went wrong, in words.
    pub text: String,
    /// What to do next.
    pub hint: String,
}

/// Kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// No credentials, or they have ended.
    Credentials,
    /// The caller may not do this.
    Denied,
    /// Too many calls.
    Throttled,
    /// The thing is not there.
    NotFound,
    /// Somebody else changed it.
    Conflict,
    /// No answer in time: nothing is known about a write.
    TimedOut,
    /// The service could not be reached at all.
    Unreachable,
    /// The service failed.
    Service,
    /// The request or the answer makes no sense.
    Invalid,
    /// The local clock is too far off for AWS.
    ClockSkew,
    /// A local file could not be read or written.
    Local,
}

/// One API call as the call log shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallRecord {
    /// When it was sent.
    pub at: Timestamp,
    /// Service and operation, such as `ssm:PutParameter`.
    pub operation: String,
    /// What it was about, for example the parameter's name.
    pub target: String,
    /// How long the answer took.
    pub latency: Duration,
    /// `ok`, or the error's code or text.
    pub result: String,
    /// Metrics that it asked CloudWatch for: these are billed, each call for as many.
    #[serde(default)]
    pub metrics: u32,
}
