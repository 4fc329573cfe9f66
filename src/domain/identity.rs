//! Who the console acts as, and for how long. It fetches nothing.

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// The caller as STS names it, and the life of its credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The twelve-digit account id.
    pub account: String,
    /// The caller's ARN.
    pub arn: String,
    /// When the credentials end; `None` for those that do not.
    pub expires_at: Option<Timestamp>,
    /// Where the credentials came from, for example `environment` or `profile oncall (sso)`.
    pub source: String,
}

impl Identity {
    /// The short name of the caller: the role of an assumed role, else the last part of the ARN.
    pub fn short_name(&self) -> &str {
        let resource = self.arn.rsplit(':').next().unwrap_or(&self.arn);
        let mut parts = resource.split('/');
        match (parts.next(), parts.next()) {
            (Some("assumed-role"), Some(role)) => role,
            _ => resource.rsplit('/').next().unwrap_or(resource),
        }
    }
}
