//! Lambda functions of the simulated account: configuration, versions, aliases. No code runs here.

use super::aws::{Aws, OpResult, ServiceError, read};
use super::wire::Value;

mod aliases;
mod configuration;
mod environment;
mod route;
mod store;
#[cfg(test)]
mod tests;
mod versions;

pub use route::operation;
pub use store::Functions;

/// The operations that this service knows.
pub const OPERATIONS: &[&str] = &[
    "CreateAlias",
    "DeleteAlias",
    "GetAlias",
    "GetFunction",
    "GetFunctionConfiguration",
    "ListAliases",
    "ListFunctions",
    "ListVersionsByFunction",
    "PublishVersion",
    "UpdateAlias",
    "UpdateFunctionConfiguration",
];

/// Runs one operation of the service; `input` holds the members of path, query and body, `now` is simulated milliseconds.
pub fn call(aws: &mut Aws, op: &str, input: &Value, now: i64) -> OpResult {
    let sealed = aws.kms_denied;
    let functions = &mut aws.functions;
    match op {
        "CreateAlias" => aliases::create(functions, input),
        "DeleteAlias" => aliases::delete(functions, input),
        "GetAlias" => aliases::get(functions, input),
        "GetFunction" => configuration::get_function(functions, input, now, sealed),
        "GetFunctionConfiguration" => configuration::get(functions, input, now, sealed),
        "ListAliases" => aliases::list(functions, input),
        "ListFunctions" => versions::list_functions(functions, input, now, sealed),
        "ListVersionsByFunction" => versions::list(functions, input, now, sealed),
        "PublishVersion" => versions::publish(functions, input, now, sealed),
        "UpdateAlias" => aliases::update(functions, input),
        "UpdateFunctionConfiguration" => configuration::update(functions, input, now, sealed),
        _ => Err(ServiceError::unknown_operation(op).status(404)),
    }
}

/// The page that a request asks for: where it begins, and how many items it may hold.
fn window(input: &Value, scope: &str) -> Result<(usize, usize), ServiceError> {
    let most = read::number(input, "MaxItems", 1, 10_000)?
        .unwrap_or(50)
        .min(50) as usize;
    let from = match read::text(input, "Marker")? {
        None => 0,
        Some(marker) => super::aws::page::position(scope, marker)
            .ok_or_else(|| invalid("Invalid pagination token"))?,
    };
    Ok((from as usize, most))
}

fn paged(input: &Value, scope: &str, member: &str, all: Vec<Value>) -> OpResult {
    let (from, most) = window(input, scope)?;
    let next = (all.len() > from.saturating_add(most))
        .then(|| super::aws::page::token(scope, (from + most) as u64));
    let items: Vec<Value> = all.into_iter().skip(from).take(most).collect();
    Ok(Value::Map(vec![
        (member.to_owned(), items.into()),
        ("NextMarker".to_owned(), next.into()),
    ]))
}

fn invalid(message: impl Into<String>) -> ServiceError {
    ServiceError::new("InvalidParameterValueException", message)
}

fn stale() -> ServiceError {
    let text = "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to \
                retrieve the latest Revision Id";
    ServiceError::new("PreconditionFailedException", text).status(412)
}

fn conflict(message: impl Into<String>) -> ServiceError {
    ServiceError::new("ResourceConflictException", message).status(409)
}

fn not_found(message: impl Into<String>) -> ServiceError {
    ServiceError::new("ResourceNotFoundException", message).status(404)
}
