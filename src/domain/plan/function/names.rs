//! What Lambda takes as an environment: names, reserved names, size. It asks no service.

use std::collections::BTreeMap;

use super::PlanFault;

/// The most that an environment may be, measured as Lambda does: as JSON text.
const BYTES: usize = 4096;

/// Names that Lambda keeps for itself.
const RESERVED: [&str; 19] = [
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
    "TZ",
];

/// Whether Lambda keeps the name for itself.
pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name) || name.starts_with("AWS_LAMBDA_")
}

/// Refuses names that Lambda would refuse, with the name.
pub(super) fn check<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), PlanFault> {
    let (mut reserved, mut bad) = (Vec::new(), Vec::new());
    for name in names {
        if RESERVED.contains(&name) {
            reserved.push(name);
        } else if !is_name(name) {
            bad.push(name);
        }
    }
    let hint = "correct `off` under [rollout.….fallback]";
    if !reserved.is_empty() {
        let text = format!("Lambda reserves {}", reserved.join(", "));
        return Err(PlanFault::new(text, hint));
    }
    if !bad.is_empty() {
        let text = format!(
            "not a name for an environment variable (a letter, then letters, digits, _): {}",
            bad.join(", ")
        );
        return Err(PlanFault::new(text, hint));
    }
    Ok(())
}

/// A letter, then at least one letter, digit or underscore.
fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic())
        && name.len() >= 2
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Refuses an environment that is too large.
pub(super) fn check_size(variables: &BTreeMap<String, String>) -> Result<(), PlanFault> {
    let size = serde_json::to_string(variables).map_or(usize::MAX, |text| text.len());
    if size <= BYTES {
        return Ok(());
    }
    Err(PlanFault::new(
        format!("the environment would be {size} bytes; Lambda takes {BYTES}"),
        "shorten or remove a variable first, or disable the flag",
    ))
}
