//! Names of parameters: which are allowed, what a selector or an ARN means, and what a path holds. It looks nothing up.

use crate::sim::aws::{ACCOUNT, REGION, ServiceError};

const DEEPEST: usize = 15;
/// The longest name that may be created, with what stands before it in the ARN.
const LONGEST: usize = 1011;

/// The ARN of the parameter `name`.
pub(super) fn arn(name: &str) -> String {
    let slash = if name.starts_with('/') { "" } else { "/" };
    format!("arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{slash}{name}")
}

/// The names under which the parameter may be stored that a request calls `text`: an ARN does not say whether the name
/// began with a slash.
pub(super) fn candidates(text: &str) -> Vec<String> {
    let prefix = format!("arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/");
    match text.strip_prefix(&prefix) {
        Some(rest) => vec![format!("/{rest}"), rest.to_owned()],
        None => vec![text.to_owned()],
    }
}

/// Splits `name:3` or `name:label` (the name may be an ARN) into the name and the selector.
pub(super) fn selector(text: &str) -> (&str, Option<&str>) {
    let own = if text.starts_with("arn:") {
        text.find(":parameter/").map_or(0, |i| i + 1)
    } else {
        0
    };
    match text.get(own..).and_then(|rest| rest.split_once(':')) {
        Some((name, selector)) => (&text[..own + name.len()], Some(selector)),
        None => (text, None),
    }
}

/// Whether a parameter may be created under `name`.
pub(super) fn check(name: &str) -> Result<(), ServiceError> {
    let lower = name.to_ascii_lowercase();
    let bare = lower.strip_prefix('/').unwrap_or(&lower);
    if bare.starts_with("aws") {
        return Err(ServiceError::new(
            "AccessDeniedException",
            format!("No access to reserved parameter name: {name}."),
        ));
    }
    let prefixed = bare.starts_with("ssm");
    let shaped = !name.ends_with('/') && !name.contains("//") && name.chars().all(allowed);
    if prefixed || !shaped {
        return Err(unfit(name));
    }
    if arn(name).len() > LONGEST {
        return Err(ServiceError::new(
            "ValidationException",
            format!(
                "Parameter name must not be longer than {LONGEST} characters, with what stands before it in the ARN."
            ),
        ));
    }
    if name.contains('/') && !name.starts_with('/') {
        return Err(ServiceError::new(
            "ValidationException",
            "Parameter name must be a fully qualified name.",
        ));
    }
    if name.split('/').count() - 1 > DEEPEST {
        return Err(ServiceError::new(
            "HierarchyLevelLimitExceededException",
            "The hierarchy can have a maximum of 15 levels. For more information, see Requirements and constraints for \
             parameter names in the AWS Systems Manager User Guide.",
        ));
    }
    Ok(())
}

/// Whether `path` may be asked for its parameters.
pub(super) fn check_path(path: &str) -> Result<(), ServiceError> {
    if path.starts_with('/') && path.chars().all(allowed) {
        return Ok(());
    }
    Err(ServiceError::new(
        "ValidationException",
        "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash \
         \"/\". It can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). It must use only letters, numbers, or the \
         following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if \
         specified, must use the forward slash symbol \"/\". Valid example: /get/parameters2-/by1./path0_.",
    ))
}

/// Whether `name` stands below `path`: at any depth when `recursive`, else directly.
pub(super) fn below(name: &str, path: &str, recursive: bool) -> bool {
    let path = path.trim_end_matches('/');
    let rest = if name.starts_with('/') {
        name.strip_prefix(path)
            .and_then(|rest| rest.strip_prefix('/'))
    } else {
        path.is_empty().then_some(name)
    };
    rest.is_some_and(|rest| recursive || !rest.contains('/'))
}

fn allowed(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/')
}

fn unfit(name: &str) -> ServiceError {
    let text = if name.starts_with('/') {
        "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, it can consist of \
         sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 \
         symbols .-_"
    } else {
        "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). Only a mix of letters, numbers and the \
         following 3 symbols .-_ are allowed."
    };
    ServiceError::new("ValidationException", text)
}
