//! The environment of an update request: what Lambda takes, and in which words it refuses. It stores nothing.

use super::invalid;
use super::store::Environment;
use crate::sim::aws::{ServiceError, read};
use crate::sim::wire::Value;

const LIMIT: usize = 4096;
const REFUSED: &str = "Lambda was unable to configure your environment variables because the environment variables you have \
                       provided";
const RESERVED: &[&str] = &[
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "TZ",
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
];

/// The whole environment that a request asks for; `None` when it leaves the environment alone.
pub(super) fn asked(input: &Value) -> Result<Option<Environment>, ServiceError> {
    let variables = match input.get("Environment") {
        Value::Null => return Ok(None),
        Value::Map(_) => input.get("Environment").get("Variables"),
        other => return Err(read::mistyped(other, "Environment")),
    };
    if !matches!(variables, Value::Null | Value::Map(_)) {
        return Err(read::mistyped(variables, "Map"));
    }
    let mut environment = Environment::new();
    for (key, value) in variables.members() {
        let value = value
            .as_str()
            .ok_or_else(|| read::mistyped(value, "String"))?;
        environment.insert(key.clone(), value.to_owned());
    }
    check(&environment)?;
    Ok(Some(environment))
}

fn check(environment: &Environment) -> Result<(), ServiceError> {
    let reserved: Vec<&str> = environment
        .keys()
        .map(String::as_str)
        .filter(|k| RESERVED.contains(k))
        .collect();
    if !reserved.is_empty() {
        return Err(invalid(format!(
            "{REFUSED} contains reserved keys that are currently not supported for modification. Reserved keys used in this \
             request: {}",
            reserved.join(", ")
        )));
    }
    if !environment.keys().all(|k| shaped(k)) {
        let pairs: Vec<String> = environment
            .iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect();
        let constraint = "Map keys must satisfy constraint: [Member must satisfy regular expression pattern: \
                          [a-zA-Z]([a-zA-Z0-9_])+]";
        return Err(read::refused(
            &format!("'{{{}}}'", pairs.join(", ")),
            "Environment.variables",
            constraint,
        ));
    }
    let total: usize = environment.iter().map(|(k, v)| k.len() + v.len()).sum();
    if total > LIMIT {
        let measured = serde_json::to_string(environment).unwrap_or_default();
        return Err(invalid(format!(
            "{REFUSED} exceeded the 4KB limit. String measured: {measured}"
        )));
    }
    Ok(())
}

/// Whether a key has the form that Lambda takes: a letter, then one or more of letters, digits and `_`.
fn shaped(key: &str) -> bool {
    let mut chars = key.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && key.len() > 1
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}
