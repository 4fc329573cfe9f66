//! CloudWatch Logs of the simulated account: which operation does what. Storage, reading and patterns live in its children.

use super::aws::{Aws, OpResult, ServiceError};
use super::wire::Value;

mod describe;
pub mod filter;
mod get;
mod group;
pub mod live_tail;
mod request;
mod search;
pub mod store;
#[cfg(test)]
mod tests;
mod token;
mod write;

/// Runs one operation of the service (all but the streaming one, which is [`live_tail`]); `now` is simulated milliseconds.
pub fn call(aws: &mut Aws, op: &str, input: &Value, now: i64) -> OpResult {
    let logs = &mut aws.logs;
    match op {
        "FilterLogEvents" => search::filter_log_events(logs, input, now),
        "GetLogEvents" => get::get_log_events(logs, input, now),
        "DescribeLogGroups" => describe::log_groups(logs, input, now),
        "DescribeLogStreams" => describe::log_streams(logs, input, now),
        "CreateLogGroup" => write::create_log_group(logs, input, now),
        "CreateLogStream" => write::create_log_stream(logs, input, now),
        "DeleteLogGroup" => write::delete_log_group(logs, input),
        "PutLogEvents" => write::put_log_events(logs, input, now),
        _ => Err(ServiceError::new("UnknownOperationException", op)),
    }
}
