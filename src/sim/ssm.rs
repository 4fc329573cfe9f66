//! Parameter Store of the simulated account: which operation is which. What they do stands in the files beside; it serves
//! no HTTP.

use super::aws::{Aws, OpResult, ServiceError};
use super::wire::Value;

mod describe;
mod label;
mod name;
mod read;
mod store;
#[cfg(test)]
mod tests;
mod write;

pub use store::Parameters;

/// The operations that this service knows.
pub const OPERATIONS: &[&str] = &[
    "DeleteParameter",
    "DeleteParameters",
    "DescribeParameters",
    "GetParameter",
    "GetParameterHistory",
    "GetParameters",
    "GetParametersByPath",
    "LabelParameterVersion",
    "PutParameter",
    "UnlabelParameterVersion",
];

/// Runs one operation of the service; `user` is the caller's ARN, `now` simulated milliseconds.
pub fn call(aws: &mut Aws, op: &str, input: &Value, user: &str, now: i64) -> OpResult {
    let parameters = &mut aws.parameters;
    match op {
        "DeleteParameter" => write::delete(parameters, input),
        "DeleteParameters" => write::delete_many(parameters, input),
        "DescribeParameters" => describe::describe(parameters, input),
        "GetParameter" => read::get(parameters, input),
        "GetParameterHistory" => read::history(parameters, input),
        "GetParameters" => read::get_many(parameters, input),
        "GetParametersByPath" => describe::by_path(parameters, input),
        "LabelParameterVersion" => label::label(parameters, input),
        "PutParameter" => write::put(parameters, input, user, now),
        "UnlabelParameterVersion" => label::unlabel(parameters, input),
        _ => Err(ServiceError::unknown_operation(op)),
    }
}
