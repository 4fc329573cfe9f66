//! Limits: when a value is past one, and how one is written. It knows no signal by name.

use super::{Limit, LimitOp, Unit};

impl Limit {
    /// Whether `value` (in the limit's unit) is past it. What is no number is past nothing.
    pub fn is_past(&self, value: f64) -> bool {
        match self.op {
            LimitOp::Above => value > self.value,
            LimitOp::AtLeast => value >= self.value,
            LimitOp::Below => value < self.value,
            LimitOp::AtMost => value <= self.value,
        }
    }
}

/// Parses `> 5s`, `>= 1`, `< 1%`, `> 100/min` into `unit`: a value written in a kindred unit is converted (`> 7000ms` is `> 7 s`),
/// and one without a unit is taken to be in `unit`.
///
/// # Errors
/// A sentence that says what is wrong with the text.
pub fn parse_limit(text: &str, unit: Unit) -> Result<Limit, String> {
    let (op, rest) = split_op(text).ok_or_else(|| {
        format!("`{text}` has no comparison: write > >= < or <= before the number")
    })?;
    let value = parse_quantity(rest, unit)?;
    Ok(Limit { op, value })
}

/// Splits a leading comparison off.
pub fn split_op(text: &str) -> Option<(LimitOp, &str)> {
    let text = text.trim_start();
    [
        (">=", LimitOp::AtLeast),
        ("≥", LimitOp::AtLeast),
        ("<=", LimitOp::AtMost),
        ("≤", LimitOp::AtMost),
        (">", LimitOp::Above),
        ("<", LimitOp::Below),
    ]
    .into_iter()
    .find_map(|(sign, op)| text.strip_prefix(sign).map(|rest| (op, rest)))
}

/// Parses a number with an optional unit (`7s`, `7000 ms`, `2.5 %`, `100/min`) into `unit`.
///
/// # Errors
/// A sentence that says what is wrong with the text.
pub fn parse_quantity(text: &str, unit: Unit) -> Result<f64, String> {
    let (number, suffix) = split_suffix(text);
    let value: f64 = number
        .parse()
        .ok()
        .filter(|v: &f64| v.is_finite())
        .ok_or_else(|| format!("`{}` does not begin with a number", text.trim()))?;
    if suffix.is_empty() {
        return Ok(value);
    }
    let (written, factor) = unit_of(suffix).ok_or_else(|| {
        format!("`{suffix}` is not a unit: use ms, s, m, %, /min, /session or /h")
    })?;
    let factor = match (written, unit) {
        _ if written == unit => factor,
        (Unit::PerHour, Unit::PerMinute) => factor / 60.0,
        (Unit::PerMinute, Unit::PerHour) => factor * 60.0,
        _ => {
            return Err(format!(
                "`{}` is {}, but the signal is {}",
                text.trim(),
                written.words(),
                unit.words()
            ));
        }
    };
    Ok(clean(value * factor))
}

/// The unit and the factor into it of a suffix such as `ms`, `%` or `/min`.
pub fn unit_of(suffix: &str) -> Option<(Unit, f64)> {
    let compact: String = suffix
        .trim()
        .to_ascii_lowercase()
        .replace("per ", "/")
        .split_whitespace()
        .collect();
    Some(match compact.as_str() {
        "us" | "µs" | "μs" | "microseconds" => (Unit::Seconds, 0.000_001),
        "ms" | "milliseconds" => (Unit::Seconds, 0.001),
        "s" | "sec" | "seconds" => (Unit::Seconds, 1.0),
        "m" | "min" | "minutes" => (Unit::Seconds, 60.0),
        "%" | "percent" => (Unit::Percent, 1.0),
        "/s" | "/sec" | "/second" => (Unit::PerMinute, 60.0),
        "/min" | "/m" | "/minute" => (Unit::PerMinute, 1.0),
        "/sess" | "/session" => (Unit::PerSession, 1.0),
        "/h" | "/hour" => (Unit::PerHour, 1.0),
        "count" => (Unit::Count, 1.0),
        _ => return None,
    })
}

/// Splits `7000 ms` into its number and its unit, both trimmed.
pub fn split_suffix(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text
        .char_indices()
        .find(|&(index, c)| {
            !(c.is_ascii_digit() || c == '.' || (index == 0 && (c == '-' || c == '+')))
        })
        .map_or(text.len(), |(index, _)| index);
    let (number, suffix) = text.split_at(end);
    (number, suffix.trim())
}

impl Unit {
    /// What a value of this unit is, in words: `in seconds`, `per minute`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Seconds => "in seconds",
            Self::Percent => "in percent",
            Self::PerMinute => "per minute",
            Self::PerSession => "per session",
            Self::PerHour => "per hour",
            Self::Count => "a plain count",
        }
    }
}

/// Takes the dust of a decimal conversion away (`7000 ms` is 7 s, not 7.000000000000001).
fn clean(value: f64) -> f64 {
    format!("{value:.9}").parse().unwrap_or(value)
}
