//! Members of a request, read as the service's front door reads them: a wrong type or a broken constraint is answered
//! in AWS's words. What a member means is decided elsewhere.

use super::ServiceError;
use crate::sim::wire::Value;

/// The text of a member; `None` when it is absent.
pub fn text<'a>(input: &'a Value, member: &str) -> Result<Option<&'a str>, ServiceError> {
    match input.get(member) {
        Value::Null => Ok(None),
        Value::Str(text) => Ok(Some(text)),
        other => Err(mistyped(other, "String")),
    }
}

/// The text of a member that must be there, and not be empty.
pub fn required<'a>(input: &'a Value, member: &str) -> Result<&'a str, ServiceError> {
    match text(input, member)? {
        None => Err(missing(member)),
        Some("") => Err(refused(
            "''",
            member,
            "Member must have length greater than or equal to 1",
        )),
        Some(text) => Ok(text),
    }
}

/// The truth value of a member; false when it is absent.
pub fn flag(input: &Value, member: &str) -> Result<bool, ServiceError> {
    match input.get(member) {
        Value::Null => Ok(false),
        Value::Bool(flag) => Ok(*flag),
        other => Err(mistyped(other, "Boolean")),
    }
}

/// The whole number of a member within `least..=most`; `None` when it is absent.
pub fn number(
    input: &Value,
    member: &str,
    least: i64,
    most: i64,
) -> Result<Option<i64>, ServiceError> {
    let value = input.get(member);
    if value.is_null() {
        return Ok(None);
    }
    let number = value.as_i64().ok_or_else(|| mistyped(value, "Integer"))?;
    let shown = format!("'{number}'");
    if number < least {
        Err(refused(
            &shown,
            member,
            &format!("Member must have value greater than or equal to {least}"),
        ))
    } else if number > most {
        Err(refused(
            &shown,
            member,
            &format!("Member must have value less than or equal to {most}"),
        ))
    } else {
        Ok(Some(number))
    }
}

/// The texts of a list member; `None` when it is absent.
pub fn texts<'a>(input: &'a Value, member: &str) -> Result<Option<Vec<&'a str>>, ServiceError> {
    match input.get(member) {
        Value::Null => Ok(None),
        Value::List(items) => items
            .iter()
            .map(|i| i.as_str().ok_or_else(|| mistyped(i, "String")))
            .collect::<Result<_, _>>()
            .map(Some),
        other => Err(mistyped(other, "List")),
    }
}

/// The texts of a list member that must hold between one and `most` of them.
pub fn required_texts<'a>(
    input: &'a Value,
    member: &str,
    most: usize,
) -> Result<Vec<&'a str>, ServiceError> {
    let items = texts(input, member)?.ok_or_else(|| missing(member))?;
    let shown = format!("'[{}]'", items.join(", "));
    if items.is_empty() {
        return Err(refused(
            &shown,
            member,
            "Member must have length greater than or equal to 1",
        ));
    }
    if items.len() > most {
        return Err(refused(
            &shown,
            member,
            &format!("Member must have length less than or equal to {most}"),
        ));
    }
    Ok(items)
}

/// The error for a member that breaks a constraint; `shown` is its value in quotes, or `null`.
pub fn refused(shown: &str, member: &str, constraint: &str) -> ServiceError {
    let mut chars = member.chars();
    let member: String = chars
        .next()
        .map(|c| c.to_ascii_lowercase())
        .into_iter()
        .chain(chars)
        .collect();
    ServiceError::new(
        "ValidationException",
        format!(
            "1 validation error detected: Value {shown} at '{member}' failed to satisfy constraint: {constraint}"
        ),
    )
}

/// The error for a member that must be there and is not.
pub fn missing(member: &str) -> ServiceError {
    refused("null", member, "Member must not be null")
}

/// The error for a member of another type than the service model's.
pub fn mistyped(value: &Value, wanted: &str) -> ServiceError {
    let found = match value {
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Int(_) | Value::Time(_) => "NUMBER_VALUE",
        Value::Float(_) => "DECIMAL_VALUE",
        Value::Str(_) => "STRING_VALUE",
        Value::List(_) => "START_ARRAY",
        Value::Map(_) => "START_OBJECT",
    };
    ServiceError::new(
        "SerializationException",
        format!(
            "{found} can not be converted to {} {wanted}",
            article(wanted)
        ),
    )
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['A', 'E', 'I', 'O', 'U']) {
        "an"
    } else {
        "a"
    }
}
