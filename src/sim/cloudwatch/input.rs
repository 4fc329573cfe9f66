//! Members of a request, read and checked as CloudWatch checks them, and its typed errors. It runs no operation.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::unit::Unit;
use crate::sim::aws::ServiceError;
use crate::sim::wire::Value;

/// Why a request is refused, or what was read.
pub(super) type Read<T> = Result<T, ServiceError>;

/// Owned dimensions: name and value.
pub(super) type Dimensions = Vec<(String, String)>;

pub(super) fn validation(message: impl Into<String>) -> ServiceError {
    ServiceError::new("ValidationError", message)
}

pub(super) fn invalid_value(message: impl Into<String>) -> ServiceError {
    ServiceError::new("InvalidParameterValueException", message)
}

pub(super) fn invalid_combination(message: impl Into<String>) -> ServiceError {
    ServiceError::new("InvalidParameterCombinationException", message)
}

pub(super) fn missing(parameter: &str) -> ServiceError {
    ServiceError::new(
        "MissingRequiredParameterException",
        format!("The parameter {parameter} is required."),
    )
}

/// The text of a member, if it is there; its length in characters must lie within `1..=most`.
pub(super) fn text<'a>(input: &'a Value, name: &str, most: usize) -> Read<Option<&'a str>> {
    let value = input.get(name);
    match value.as_str() {
        Some(text) if text.is_empty() => Err(constraint(
            text,
            name,
            "Member must have length greater than or equal to 1",
        )),
        Some(text) if text.chars().count() > most => Err(constraint(
            text,
            name,
            &format!("Member must have length less than or equal to {most}"),
        )),
        Some(text) => Ok(Some(text)),
        None if value.is_null() => Ok(None),
        None => Err(ServiceError::new(
            "SerializationException",
            format!("{name} must be a string"),
        )),
    }
}

/// The error for a value that the service model forbids.
pub(super) fn constraint(value: &str, name: &str, rule: &str) -> ServiceError {
    let mut at = name.to_owned();
    if let Some(first) = at.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    let shown: String = value.chars().take(200).collect();
    validation(format!(
        "1 validation error detected: Value '{shown}' at '{at}' failed to satisfy constraint: {rule}"
    ))
}

/// The member's text when it is one of `set`.
pub(super) fn one_of<'a>(input: &'a Value, name: &str, set: &[&str]) -> Read<Option<&'a str>> {
    match text(input, name, 255)? {
        Some(value) if !set.contains(&value) => Err(constraint(
            value,
            name,
            &format!("Member must satisfy enum value set: [{}]", set.join(", ")),
        )),
        value => Ok(value),
    }
}

/// A member that is a whole number.
pub(super) fn whole(input: &Value, name: &str) -> Read<Option<i64>> {
    let value = input.get(name);
    match value.as_i64() {
        None if !value.is_null() => Err(ServiceError::new(
            "SerializationException",
            format!("{name} must be an integer"),
        )),
        number => Ok(number),
    }
}

/// A member that is a truth value.
pub(super) fn truth(input: &Value, name: &str) -> Read<Option<bool>> {
    let value = input.get(name);
    match value.as_bool() {
        None if !value.is_null() => Err(ServiceError::new(
            "SerializationException",
            format!("{name} must be a boolean"),
        )),
        truth => Ok(truth),
    }
}

/// A number, also one of the three that JSON clients must write as text.
pub(super) fn number(value: &Value) -> Option<f64> {
    match value.as_str() {
        Some("NaN") => Some(f64::NAN),
        Some("Infinity") => Some(f64::INFINITY),
        Some("-Infinity") => Some(f64::NEG_INFINITY),
        _ => value.as_f64(),
    }
}

/// An instant in milliseconds: as the protocols carry it, or as ISO 8601 text, which means UTC where it names no offset.
pub(super) fn instant(input: &Value, name: &str) -> Read<Option<i64>> {
    let value = input.get(name);
    if value.is_null() {
        return Ok(None);
    }
    let read = value.as_millis().or_else(|| value.as_str().and_then(iso));
    // Past the year 9999 the minute arithmetic would have to care about overflow.
    let sane = read.filter(|millis| (0..=253_402_300_799_999).contains(millis));
    sane.map(Some).ok_or_else(|| {
        ServiceError::new(
            "SerializationException",
            format!("{name} must be a timestamp"),
        )
    })
}

fn iso(text: &str) -> Option<i64> {
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Some(at.as_millisecond());
    }
    let civil: jiff::civil::DateTime = text.parse().ok()?;
    civil
        .to_zoned(jiff::tz::TimeZone::UTC)
        .ok()
        .map(|at| at.timestamp().as_millisecond())
}

/// A list of texts.
pub(super) fn texts(input: &Value, name: &str) -> Read<Vec<String>> {
    let list = input.get(name);
    if !matches!(list, Value::Null | Value::List(_)) {
        return Err(ServiceError::new(
            "SerializationException",
            format!("{name} must be a list"),
        ));
    }
    let text = |item: &Value| item.as_str().map(str::to_owned);
    let read: Option<Vec<_>> = list.items().iter().map(text).collect();
    read.ok_or_else(|| {
        ServiceError::new(
            "SerializationException",
            format!("{name} must be a list of strings"),
        )
    })
}

/// The member `Dimensions`: at most 30, each with name and value, no name twice, no control characters.
pub(super) fn dimensions(input: &Value) -> Read<Dimensions> {
    let items = input.get("Dimensions").items();
    if items.len() > 30 {
        return Err(validation(
            "The collection Dimensions must not have a size greater than 30.",
        ));
    }
    let mut read: Dimensions = Vec::with_capacity(items.len());
    for item in items {
        let name = text(item, "Name", 255)?.ok_or_else(|| missing("Dimensions.member.Name"))?;
        let value = text(item, "Value", 1024)?.ok_or_else(|| missing("Dimensions.member.Value"))?;
        if [name, value]
            .iter()
            .any(|t| t.chars().any(char::is_control))
        {
            return Err(invalid_value(
                "A dimension must not contain ASCII control characters.",
            ));
        }
        if read.iter().any(|(n, _)| n == name) {
            return Err(invalid_value(format!(
                "No two dimensions can have the same name: {name}"
            )));
        }
        read.push((name.to_owned(), value.to_owned()));
    }
    Ok(read)
}

/// Dimensions as the metric store takes them.
pub(super) fn borrowed(dimensions: &Dimensions) -> Vec<(&str, &str)> {
    dimensions
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect()
}

/// Dimensions as a response shows them.
pub(super) fn shown<'a>(dimensions: impl IntoIterator<Item = (&'a str, &'a str)>) -> Value {
    let dimension =
        |(n, v): (&str, &str)| crate::sim::wire::map([("Name", n.into()), ("Value", v.into())]);
    Value::List(dimensions.into_iter().map(dimension).collect())
}

/// A period in seconds: 1, 5, 10, 20, 30 or a multiple of 60, up to a week.
pub(super) fn period(input: &Value) -> Read<Option<i64>> {
    match whole(input, "Period")? {
        Some(period)
            if !matches!(period, 1 | 5 | 10 | 20 | 30) && (period <= 0 || period % 60 != 0) =>
        {
            Err(validation(format!(
                "The value {period} for parameter Period is invalid: it must be 1, 5, 10, 20, 30 or a multiple of 60."
            )))
        }
        Some(period) if period > 7 * 86_400 => Err(validation(format!(
            "The value {period} for parameter Period is too large."
        ))),
        period => Ok(period),
    }
}

/// The error of the older operations for a value that is none of `set`; `place` is the parameter's path.
pub(super) fn not_in_set(place: &str, set: &[&str]) -> ServiceError {
    invalid_value(format!(
        "The parameter {place} must be a value in the set [ {} ].",
        set.join(", ")
    ))
}

/// The member `Unit` of an older operation, which names the parameter by its path.
pub(super) fn unit_at(input: &Value, place: &str) -> Read<Option<Unit>> {
    let name = text(input, "Unit", 255)?;
    name.map(|n| Unit::parse(n).ok_or_else(|| not_in_set(place, &Unit::NAMES)))
        .transpose()
}

/// The member `Unit`.
pub(super) fn unit(input: &Value) -> Read<Option<Unit>> {
    let Some(name) = text(input, "Unit", 255)? else {
        return Ok(None);
    };
    let unit = Unit::parse(name).ok_or_else(|| {
        constraint(
            name,
            "Unit",
            "Member must satisfy enum value set of StandardUnit",
        )
    })?;
    Ok(Some(unit))
}

/// A page's token: where it goes on, bound to what was asked, so that it fits no other request.
pub(super) fn token(scope: &impl Hash, offset: usize) -> String {
    format!("{:016x}{offset:08x}", hash(scope))
}

/// Where the page of `NextToken` begins; 0 without one. Nothing when the token belongs to another request.
pub(super) fn offset(input: &Value, scope: &impl Hash) -> Option<usize> {
    let Some(token) = input.get("NextToken").as_str().filter(|t| !t.is_empty()) else {
        return input.get("NextToken").as_str().or(Some("")).map(|_| 0);
    };
    let (scope_of_token, offset) = token.split_at_checked(16)?;
    let fits = token.is_ascii() && scope_of_token == format!("{:016x}", hash(scope));
    usize::from_str_radix(offset, 16).ok().filter(|_| fits)
}

fn hash(scope: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    scope.hash(&mut hasher);
    hasher.finish()
}
