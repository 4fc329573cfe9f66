//! CloudWatch of the simulated account: metrics, expressions, alarms. The wire protocols stand in `wire`.

use super::aws::{Aws, OpResult, ServiceError};
use super::wire::Value;

pub mod alarms;
pub mod store;

/// Runs one operation of the service; `now` is simulated milliseconds.
pub fn call(_aws: &mut Aws, op: &str, _input: &Value, _now: i64) -> OpResult {
    Err(ServiceError::new("UnknownOperationException", op))
}
