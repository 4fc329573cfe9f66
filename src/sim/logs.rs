//! CloudWatch Logs of the simulated account.

use super::aws::{Aws, OpResult, ServiceError};
use super::wire::Value;

pub mod store;

/// Runs one operation of the service (all but the streaming one); `now` is simulated milliseconds.
pub fn call(_aws: &mut Aws, op: &str, _input: &Value, _now: i64) -> OpResult {
    Err(ServiceError::new("UnknownOperationException", op))
}
