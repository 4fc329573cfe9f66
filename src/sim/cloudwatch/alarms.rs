//! Alarms that really evaluate.

use super::store::Metrics;
use crate::sim::aws::ServiceError;
use crate::sim::wire::Value;

/// All alarms and their history.
#[derive(Debug, Default)]
pub struct Alarms {}

impl Alarms {
    /// Creates or replaces an alarm from the members of a PutMetricAlarm request.
    pub fn put(&mut self, _definition: &Value, _now: i64) -> Result<(), ServiceError> {
        Ok(())
    }

    /// Evaluates every alarm at a minute's end, `now`.
    pub fn evaluate(&mut self, _metrics: &Metrics, _now: i64) {}
}
