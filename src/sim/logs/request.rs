//! The members that several operations share: which group, which limit, which name, and how the service refuses them.
//! It reads requests and changes nothing.

use crate::sim::aws::{ACCOUNT, REGION, ServiceError};
use crate::sim::wire::Value;

/// The service's refusal of a member.
pub(super) fn invalid(message: impl Into<String>) -> ServiceError {
    ServiceError::new("InvalidParameterException", message)
}

fn violated(value: &str, member: &str, constraint: &str) -> ServiceError {
    invalid(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must {constraint}"
    ))
}

/// The ARN of a group, without the trailing `:*`.
pub(super) fn group_arn(name: &str) -> String {
    format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}")
}

/// The name in a group's ARN (with or without `:*`); nothing for another account, region or service.
pub(super) fn name_in_arn(arn: &str) -> Option<&str> {
    let rest = arn
        .strip_prefix("arn:aws:logs:")?
        .strip_prefix(REGION)?
        .strip_prefix(':')?
        .strip_prefix(ACCOUNT)?;
    let name = rest.strip_prefix(":log-group:")?;
    let name = name.strip_suffix(":*").unwrap_or(name);
    (!name.is_empty() && !name.contains(':')).then_some(name)
}

/// The group that `logGroupName` or `logGroupIdentifier` (a name or an ARN) names; exactly one must be there.
pub(super) fn group_name(input: &Value) -> Result<&str, ServiceError> {
    match (
        input.get("logGroupName").as_str(),
        input.get("logGroupIdentifier").as_str(),
    ) {
        (Some(_), Some(_)) => Err(invalid(
            "Both logGroupName and logGroupIdentifier are specified. Specify only one of them.",
        )),
        (None, None) => Err(invalid(
            "Either logGroupName or logGroupIdentifier must be specified.",
        )),
        (Some(name), None) => valid_group_name(name, "logGroupName"),
        (None, Some(id)) if id.starts_with("arn:") => name_in_arn(id).ok_or_else(|| {
            ServiceError::new(
                "ResourceNotFoundException",
                "The specified log group does not exist.",
            )
        }),
        (None, Some(name)) => valid_group_name(name, "logGroupIdentifier"),
    }
}

/// A name that a group may have.
pub(super) fn valid_group_name<'a>(name: &'a str, member: &str) -> Result<&'a str, ServiceError> {
    check_length(name, member, 512)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_/#".contains(c);
    if name.chars().all(plain) {
        Ok(name)
    } else {
        Err(violated(
            name,
            member,
            r"satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+",
        ))
    }
}

/// A name that a stream may have.
pub(super) fn valid_stream_name<'a>(name: &'a str, member: &str) -> Result<&'a str, ServiceError> {
    check_length(name, member, 512)?;
    if name.contains([':', '*']) {
        return Err(violated(
            name,
            member,
            "satisfy regular expression pattern: [^:*]*",
        ));
    }
    Ok(name)
}

fn check_length(value: &str, member: &str, most: usize) -> Result<(), ServiceError> {
    if value.is_empty() {
        return Err(violated(
            value,
            member,
            "have length greater than or equal to 1",
        ));
    }
    if value.chars().count() > most {
        return Err(violated(
            value,
            member,
            &format!("have length less than or equal to {most}"),
        ));
    }
    Ok(())
}

/// A text member that must be there.
pub(super) fn required<'a>(input: &'a Value, member: &str) -> Result<&'a str, ServiceError> {
    input.get(member).as_str().ok_or_else(|| {
        invalid(format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
        ))
    })
}

/// `limit`, which also is its own greatest value when it is absent.
pub(super) fn limit(input: &Value, most: i64) -> Result<usize, ServiceError> {
    let Some(limit) = whole(input, "limit")? else {
        return Ok(most as usize);
    };
    if limit < 1 {
        return Err(violated(
            &limit.to_string(),
            "limit",
            "have value greater than or equal to 1",
        ));
    }
    if limit > most {
        return Err(violated(
            &limit.to_string(),
            "limit",
            &format!("have value less than or equal to {most}"),
        ));
    }
    Ok(limit as usize)
}

/// `startTime` and `endTime`, milliseconds.
pub(super) fn span(input: &Value) -> Result<(Option<i64>, Option<i64>), ServiceError> {
    let (start, end) = (whole(input, "startTime")?, whole(input, "endTime")?);
    for (value, member) in [(start, "startTime"), (end, "endTime")] {
        if let Some(value) = value.filter(|value| *value < 0) {
            return Err(violated(
                &value.to_string(),
                member,
                "have value greater than or equal to 0",
            ));
        }
    }
    Ok((start, end))
}

/// A whole number that may be absent.
pub(super) fn whole(input: &Value, member: &str) -> Result<Option<i64>, ServiceError> {
    match input.get(member) {
        Value::Null => Ok(None),
        value => value.as_i64().map(Some).ok_or_else(|| {
            ServiceError::new(
                "SerializationException",
                format!("The member '{member}' is not a whole number"),
            )
        }),
    }
}

/// A list of 1 to 100 stream names (or prefixes) that may be absent.
pub(super) fn stream_names<'a>(
    input: &'a Value,
    member: &str,
) -> Result<Option<Vec<&'a str>>, ServiceError> {
    let list = input.get(member);
    if list.is_null() {
        return Ok(None);
    }
    let names = list
        .items()
        .iter()
        .map(|name| valid_stream_name(name.as_str().unwrap_or_default(), member))
        .collect::<Result<Vec<_>, _>>()?;
    match names.len() {
        0 => Err(violated(
            "[]",
            member,
            "have length greater than or equal to 1",
        )),
        1..=100 => Ok(Some(names)),
        _ => Err(violated(
            "[...]",
            member,
            "have length less than or equal to 100",
        )),
    }
}
