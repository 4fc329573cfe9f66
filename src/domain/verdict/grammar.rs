//! How rules are written: `latency_p95 > 7s`, `latency_p95 5..7s`, `reduce to 50`. It knows no signal by name.

use super::{Advice, Condition};
use crate::domain::Percent;
use crate::domain::signal::limit::{parse_limit, parse_quantity, split_op, split_suffix};
use crate::domain::signal::{LimitOp, Unit};

/// The forms of a rule's `when`, for messages.
pub const WHEN_FORMS: &str =
    "`name > 7s`, `name 5..7s` (above 5 s, up to 7 s), `name 5-7s`, or `name > 5s and <= 7s`";
/// The forms of a rule's `then`, for messages.
pub const THEN_FORMS: &str = "`disable`, `reduce to 50` or `investigate`";

/// Splits a rule's `when` into the signal's name and its condition's text.
///
/// # Errors
/// A sentence that says what is missing.
pub fn split_when(text: &str) -> Result<(&str, &str), String> {
    let text = text.trim();
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')))
        .unwrap_or(text.len());
    match text.split_at(end) {
        ("", _) => Err(format!("`{text}` names no signal")),
        (_, rest) if rest.trim().is_empty() => Err(format!("`{text}` has no condition")),
        (name, rest) => Ok((name, rest.trim())),
    }
}

/// Parses a condition's text with the signal's unit. A range excludes its lower end and includes its upper end, in every form.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn parse_condition(text: &str, unit: Unit) -> Result<Condition, String> {
    if let Some((left, right)) = text.split_once(" and ") {
        return both(text, left, right, unit);
    }
    if split_op(text).is_some() {
        return parse_limit(text, unit).map(Condition::Past);
    }
    let text = text.trim().strip_prefix("between ").unwrap_or(text);
    let (low, high) = text
        .split_once("..")
        .or_else(|| text.split_once('–'))
        .or_else(|| text.split_once('-'))
        .ok_or_else(|| format!("`{text}` is no condition"))?;
    let (_, suffix) = split_suffix(high);
    let low_text = match split_suffix(low) {
        (number, "") => format!("{number}{suffix}"),
        _ => low.to_owned(),
    };
    between(
        text,
        parse_quantity(&low_text, unit)?,
        parse_quantity(high, unit)?,
    )
}

fn both(text: &str, left: &str, right: &str, unit: Unit) -> Result<Condition, String> {
    let (left, right) = (parse_limit(left, unit)?, parse_limit(right, unit)?);
    match (left.op, right.op) {
        (LimitOp::Above, LimitOp::AtMost) => between(text, left.value, right.value),
        (LimitOp::AtMost, LimitOp::Above) => between(text, right.value, left.value),
        _ => Err(format!("`{text}`: a range is `> low and <= high`")),
    }
}

fn between(text: &str, low: f64, high: f64) -> Result<Condition, String> {
    if low < high {
        Ok(Condition::Between { low, high })
    } else {
        Err(format!(
            "`{text}`: the lower end is not below the upper end"
        ))
    }
}

/// Parses a rule's `then`.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn parse_advice(text: &str) -> Result<Advice, String> {
    let words = text.trim().to_ascii_lowercase();
    match words.as_str() {
        "disable" => return Ok(Advice::Disable),
        "investigate" => return Ok(Advice::Investigate),
        _ => {}
    }
    let Some(rest) = words.strip_prefix("reduce to ") else {
        return Err(format!("`{text}` is no advice"));
    };
    rest.trim()
        .trim_end_matches('%')
        .trim_end()
        .parse()
        .ok()
        .and_then(Percent::new)
        .map(Advice::ReduceTo)
        .ok_or_else(|| format!("`{text}`: a percentage is a whole number from 0 to 100"))
}
