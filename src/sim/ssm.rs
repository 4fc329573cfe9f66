//! Parameter Store of the simulated account.

use super::aws::{Aws, OpResult, ServiceError};
use super::wire::Value;

/// All parameters with their versions.
#[derive(Debug, Default)]
pub struct Parameters {}

impl Parameters {
    /// Writes a new version (creating the parameter when it is absent) as `user` (an ARN); answers the version.
    pub fn put(
        &mut self,
        _name: &str,
        _value: &str,
        _user: &str,
        _now: i64,
    ) -> Result<i64, ServiceError> {
        Ok(1)
    }

    /// The newest value, if the parameter exists.
    pub fn value(&self, _name: &str) -> Option<&str> {
        None
    }
}

/// Runs one operation of the service; `user` is the caller's ARN, `now` simulated milliseconds.
pub fn call(_aws: &mut Aws, op: &str, _input: &Value, _user: &str, _now: i64) -> OpResult {
    Err(ServiceError::new("UnknownOperationException", op))
}
