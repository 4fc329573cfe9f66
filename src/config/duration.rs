//! Durations as they are written in a config: `60s`, `7d`, `1h30m`. It measures nothing.

use std::time::Duration;

/// The forms of a duration, for messages.
pub(super) const FORMS: &str = "write it like 60s, 5m, 1h30m or 7d";

const LONGEST: Duration = Duration::from_hours(24 * 3_660);

/// Parses `60s`, `1.5h`, `1h30m`, `7d` (units: ms, s, m, h, d, w, also spelled out; larger units first, each once).
///
/// # Errors
/// A sentence that says what is wrong with the text.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err("a duration is empty".to_owned());
    }
    let mut total = Duration::ZERO;
    let mut larger = f64::INFINITY;
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| !(c.is_ascii_digit() || c == '.'))
            .unwrap_or(rest.len());
        let (number, tail) = rest.split_at(end);
        let tail = tail.trim_start();
        let end = tail
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(end);
        let number: f64 = number
            .parse()
            .map_err(|_| format!("`{text}` is no duration"))?;
        let seconds = match unit {
            "" => return Err(format!("`{text}` has no unit")),
            unit => seconds_of(unit).ok_or_else(|| format!("`{unit}` is not a unit of time"))?,
        };
        if seconds >= larger {
            return Err(format!("`{text}`: larger units come first, each once"));
        }
        larger = seconds;
        total = Duration::try_from_secs_f64(number * seconds)
            .ok()
            .and_then(|part| total.checked_add(part))
            .filter(|sum| *sum <= LONGEST)
            .ok_or_else(|| format!("`{text}` is longer than ten years"))?;
        rest = tail.trim_start();
    }
    Ok(total)
}

fn seconds_of(unit: &str) -> Option<f64> {
    Some(match unit {
        "ms" | "millis" | "milliseconds" => 0.001,
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600.0,
        "d" | "day" | "days" => 86_400.0,
        "w" | "week" | "weeks" => 604_800.0,
        _ => return None,
    })
}
