//! Values, limits, counts and spans as people read them. It chooses digits, not colours.

use std::time::Duration;

use super::{Limit, LimitOp, Unit};

/// A value with its unit and as many digits as it deserves: `2.1 s`, `0.11 %`, `140/min`, `0.8/sess`, `3/h`.
pub fn format_value(unit: Unit, value: f64) -> String {
    if unit == Unit::Seconds && value != 0.0 && value.abs() < 0.9995 {
        let millis = value * 1000.0;
        let digits = usize::from(millis.abs() < 10.0);
        return format!("{} ms", trimmed(number(millis, digits)));
    }
    with_unit(unit, &number_of(unit, value, 0))
}

/// A value beside a limit that it is past: gains digits until the two no longer look equal (`7.04 s`, not `7.0 s`, against `7 s`).
pub fn format_against(unit: Unit, value: f64, limit: f64) -> String {
    let plain = format_value(unit, value);
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

/// A count with thousands set apart: `1,204`.
pub fn format_count(count: f64) -> String {
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
