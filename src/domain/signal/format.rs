//! Values, limits, counts and spans as people read them. It chooses digits, not colours.

use std::time::Duration;

use super::{Limit, LimitOp, Unit};

/// From here on a number has a prefix: it is read at a glance, and its last digits say nothing.
const COMPACT: f64 = 9_999.5;
/// Counts keep their digits for longer: they are compared with each other.
const COMPACT_COUNT: f64 = 9_999_999.5;
/// Columns that a number without its unit takes at most, its sign included.
const NUMBER: usize = 7;

/// A value with its unit and as many digits as it deserves: `2.1 s`, `0.4 ms`, `0.3 %`, `140/min`, `12.3 k/min`, `0.8/sess`, `3/h`.
/// What is no number is `?`; what is not zero never looks like zero. It takes at most [`value_columns`].
pub fn format_value(unit: Unit, value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        return match unit {
            Unit::Seconds | Unit::Percent | Unit::Count => "?".to_owned(),
            Unit::PerMinute | Unit::PerSession | Unit::PerHour => with_unit(unit, "?"),
        };
    }
    if unit == Unit::Seconds && value != 0.0 && size < 0.9995 {
        return small_time(value);
    }
    if size >= COMPACT {
        return match unit {
            Unit::Seconds => long_time(value),
            _ => with_unit(unit, &compact(value)),
        };
    }
    let text = number_of(unit, value, 0);
    if value != 0.0 && !text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        return with_unit(unit, if value < 0.0 { ">-0.01" } else { "<0.01" });
    }
    with_unit(unit, &text)
}

/// Columns that [`format_value`] takes at most in this unit.
pub fn value_columns(unit: Unit) -> usize {
    NUMBER
        + match unit {
            Unit::Count => 0,
            Unit::Seconds => 3,
            Unit::Percent | Unit::PerHour => 2,
            Unit::PerMinute => 4,
            Unit::PerSession => 5,
        }
}

fn small_time(seconds: f64) -> String {
    let millis = seconds * 1e3;
    if millis.abs() >= 0.05 {
        let digits = usize::from(millis.abs() < 9.95);
        return format!("{} ms", trimmed(number(millis, digits)));
    }
    let micros = seconds * 1e6;
    // Half of one is written as zero.
    if micros.abs() > 0.5 {
        return format!("{} µs", number(micros, 0));
    }
    if seconds < 0.0 { ">-1 µs" } else { "<1 µs" }.to_owned()
}

fn long_time(seconds: f64) -> String {
    let (hours, days) = (seconds / 3_600.0, seconds / 86_400.0);
    if days.abs() < 3.0 {
        format!("{} h", number(hours, 1))
    } else if days.abs() < COMPACT {
        format!("{} d", number(days, usize::from(days.abs() < 99.95)))
    } else {
        format!("{} d", compact(days))
    }
}

/// Three digits and a prefix: `12.3 k`, `123 k`, `1.23 M`; beyond all prefixes a power of ten.
fn compact(value: f64) -> String {
    let mut scaled = value;
    for prefix in ["k", "M", "G", "T", "P", "E"] {
        scaled /= 1_000.0;
        if scaled.abs() < 999.5 {
            let digits = usize::from(scaled.abs() < 99.95) + usize::from(scaled.abs() < 9.995);
            return format!("{} {prefix}", trimmed(number(scaled, digits)));
        }
    }
    format!("{value:.0e}")
}

/// A value beside a limit that it is past: gains digits until the two no longer look equal (`7.04 s`, not `7.0 s`, against `7 s`).
pub fn format_against(unit: Unit, value: f64, limit: f64) -> String {
    let plain = if value.abs() >= COMPACT && compact(value) == compact(limit) {
        with_unit(unit, &number_of(unit, value, 0))
    } else {
        format_value(unit, value)
    };
    let look = |text: &str| trimmed(text.split(' ').next().unwrap_or(text).to_owned());
    let bound = trimmed(number(limit, 6));
    if value == limit || look(&number_of(unit, value, 0)) != bound {
        return plain;
    }
    (1..=4)
        .map(|extra| number_of(unit, value, extra))
        .find(|text| trimmed(text.clone()) != bound)
        .map_or(plain, |text| with_unit(unit, &text))
}

/// A configured number with its unit, without digits that say nothing: `7 s`, `2.5 %`, `100/min`.
pub fn format_bound(unit: Unit, value: f64) -> String {
    if unit == Unit::Seconds && value != 0.0 && value.abs() < 1.0 {
        return format!("{} ms", trimmed(number(value * 1000.0, 3)));
    }
    if value.is_finite() && value.abs() >= 1e12 {
        return with_unit(unit, &format!("{value:e}"));
    }
    with_unit(unit, &trimmed(number(value, 6)))
}

/// A limit in words: `> 7 s`.
pub fn format_limit(unit: Unit, limit: Limit) -> String {
    format!("{} {}", limit.op.sign(), format_bound(unit, limit.value))
}

/// A limit as a config has it, fit to be parsed again: `> 7s`, `< 1%`, `> 10/session`, `>= 1`.
pub fn write_limit(unit: Unit, limit: Limit) -> String {
    format!("{} {}{}", limit.op.sign(), limit.value, unit.symbol())
}

/// A count with thousands set apart: `1,204`; from ten millions on `12.3 M`. At most ten columns.
pub fn format_count(count: f64) -> String {
    if count.is_finite() && count.abs() >= COMPACT_COUNT {
        return compact(count);
    }
    trimmed(number(count, 0))
}

/// A span in its two largest units: `12 s`, `2 m 10 s`, `3 h 41 m`, `3 d 20 h`, `7 d`.
pub fn format_span(span: Duration) -> String {
    let seconds = span.as_secs();
    if seconds == 0 && !span.is_zero() {
        return format!("{:.1} s", span.as_secs_f64());
    }
    let (large, large_unit, small, small_unit) = match seconds {
        0..60 => (seconds, "s", 0, ""),
        60..3_600 => (seconds / 60, "m", seconds % 60, "s"),
        3_600..86_400 => (seconds / 3_600, "h", seconds % 3_600 / 60, "m"),
        864_000_000.. => return format!("{} d", compact(seconds as f64 / 86_400.0)),
        _ => (seconds / 86_400, "d", seconds % 86_400 / 3_600, "h"),
    };
    if small == 0 {
        format!("{large} {large_unit}")
    } else {
        format!("{large} {large_unit} {small} {small_unit}")
    }
}

impl LimitOp {
    /// The comparison as written: `>`, `>=`, `<`, `<=`.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Above => ">",
            Self::AtLeast => ">=",
            Self::Below => "<",
            Self::AtMost => "<=",
        }
    }
}

impl Unit {
    /// The unit as `--json` and short labels have it: `s`, `%`, `/min`, `/session`, `/h`, or nothing for a count.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Percent => "%",
            Self::PerMinute => "/min",
            Self::PerSession => "/session",
            Self::PerHour => "/h",
            Self::Count => "",
        }
    }
}

fn with_unit(unit: Unit, number: &str) -> String {
    match unit {
        Unit::Seconds => format!("{number} s"),
        Unit::Percent => format!("{number} %"),
        Unit::PerMinute => format!("{number}/min"),
        Unit::PerSession => format!("{number}/sess"),
        Unit::PerHour => format!("{number}/h"),
        Unit::Count => number.to_owned(),
    }
}

fn number_of(unit: Unit, value: f64, extra: usize) -> String {
    let size = value.abs();
    let digits = match unit {
        _ if value == 0.0 => 0,
        Unit::Seconds => usize::from(size < 99.95),
        Unit::Percent if size < 0.995 => 2,
        Unit::Percent => usize::from(size < 99.95),
        Unit::PerMinute | Unit::PerSession | Unit::PerHour | Unit::Count => {
            usize::from(size < 9.95) + usize::from(size < 0.0995)
        }
    };
    let text = number(value, digits + extra);
    match unit {
        Unit::Percent if size < 0.995 => trimmed(text),
        Unit::Seconds | Unit::Percent => text,
        Unit::PerMinute | Unit::PerSession | Unit::PerHour | Unit::Count => trimmed(text),
    }
}

fn number(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return "?".to_owned();
    }
    let text = format!("{value:.digits$}");
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) if rest.bytes().any(|b| (b'1'..=b'9').contains(&b)) => ("-", rest),
        Some(rest) => ("", rest),
        None => ("", text.as_str()),
    };
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut out = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + fraction
}

fn trimmed(text: String) -> String {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests;
