//! CloudWatch of the simulated account: metrics, expressions, alarms. The wire protocols stand in `wire`.

use super::aws::{Aws, OpResult, ServiceError};
use super::wire::Value;

pub mod alarms;
pub mod expression;
mod get_data;
mod get_statistics;
mod input;
mod list;
mod put_data;
pub mod query;
pub mod statistic;
pub mod store;
pub mod unit;

/// Runs one operation of the service; `now` is simulated milliseconds.
pub fn call(aws: &mut Aws, op: &str, input: &Value, now: i64) -> OpResult {
    match op {
        "PutMetricData" => put_data::call(aws, input, now),
        "GetMetricData" => get_data::call(aws, input, now),
        "GetMetricStatistics" => get_statistics::call(aws, input),
        "ListMetrics" => list::call(aws, input, now),
        _ => alarms::operations::call(aws, op, input, now),
    }
}

/// The code that clients of the old query protocol know an error by (`InvalidParameterValue` for `InvalidParameterValueException`):
/// it goes into the header `x-amzn-query-error`, and boto3 and the AWS CLI show it. Other codes are their own.
pub fn query_code(code: &str) -> &str {
    match code {
        "InvalidParameterValueException" => "InvalidParameterValue",
        "InvalidParameterCombinationException" => "InvalidParameterCombination",
        "MissingRequiredParameterException" => "MissingParameter",
        "DashboardInvalidInputError" => "InvalidParameterInput",
        "DashboardNotFoundError" => "ResourceNotFound",
        "InternalServiceFault" => "InternalServiceError",
        "LimitExceededFault" => "LimitExceeded",
        "InvalidFormatFault" => "InvalidFormat",
        other => other,
    }
}

fn unknown(op: &str) -> ServiceError {
    ServiceError::new(
        "UnknownOperationException",
        format!("The operation {op} is not known."),
    )
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod tests;
