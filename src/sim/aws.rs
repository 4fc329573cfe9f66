//! The small AWS account that the simulator holds: its stores, and the way an operation fails. It serves no HTTP.

use super::cloudwatch::{alarms::Alarms, store::Metrics};
use super::lambda::Functions;
use super::logs::store::Logs;
use super::ssm::Parameters;
use super::wire::Value;

pub mod page;
pub mod read;

/// The account id of the simulated account.
pub const ACCOUNT: &str = "123456789012";
/// The region of the simulated account.
pub const REGION: &str = "us-east-1";

/// Everything that the simulated account holds. One lock guards it as a whole.
#[derive(Debug, Default)]
pub struct Aws {
    /// Systems Manager Parameter Store.
    pub parameters: Parameters,
    /// Lambda functions with their versions and aliases.
    pub functions: Functions,
    /// CloudWatch metrics.
    pub metrics: Metrics,
    /// CloudWatch alarms and their history.
    pub alarms: Alarms,
    /// CloudWatch Logs groups, streams and events.
    pub logs: Logs,
    /// While true, GetMetricData answers with the status `PartialData`: a fault that was asked for, set for one request.
    pub partial_data: bool,
    /// While true, no environment variable can be decrypted: a fault that was asked for, set for one request.
    pub kms_denied: bool,
}

/// Bytes as small hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|b| [b >> 4, b & 15])
        .filter_map(|d| char::from_digit(d.into(), 16))
        .collect()
}

/// An operation's answer.
pub type OpResult = Result<Value, ServiceError>;

/// A typed error of a service, as AWS would send it.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceError {
    /// The HTTP status.
    pub status: u16,
    /// The error's shape name, for example `ParameterNotFound`.
    pub code: &'static str,
    /// What the service says about it.
    pub message: String,
}

impl ServiceError {
    /// A client error (status 400).
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: 400,
            code,
            message: message.into(),
        }
    }

    /// The service does not know the operation `op`.
    pub fn unknown_operation(op: &str) -> Self {
        Self::new(
            "UnknownOperationException",
            format!("The operation {op} is not known here."),
        )
    }

    /// The same error under another HTTP status (Lambda's errors differ by status).
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }
}
