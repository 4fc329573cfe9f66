//! Times, ages, people and small bars as short words. It knows no colour.

use std::time::Duration;

use crate::domain::Timestamp;
use crate::domain::failure::{ErrorKind, PortError};
use crate::domain::identity::Identity;
use crate::domain::lever::LeverKind;
use crate::domain::signal::{Point, format_span};

const DAY_MS: i64 = 86_400_000;

/// The time of day in UTC, `21:18:04`.
pub(super) fn clock(at: Timestamp) -> String {
    let seconds = at.as_millis().rem_euclid(DAY_MS) / 1000;
    format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// The time of day in UTC to the minute, `21:18`.
pub(super) fn minute(at: Timestamp) -> String {
    let minutes = at.as_millis().rem_euclid(DAY_MS) / 60_000;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The time of day in UTC with milliseconds, `21:18:04.120`.
pub(super) fn clock_ms(at: Timestamp) -> String {
    format!("{}.{:03}", clock(at), at.as_millis().rem_euclid(1000))
}

/// The date and time in UTC, `2026-11-20 21:18:04`.
pub(super) fn date_time(at: Timestamp) -> String {
    let text = at.to_string();
    let date = text.split('T').next().unwrap_or_default();
    format!("{date} {}", clock(at))
}

/// How long ago something was, in its largest unit: `12 s`, `3 d`.
pub(super) fn age(now: Timestamp, then: Timestamp) -> String {
    short(now.since(then))
}

/// A span in its largest unit: `12 s`, `3 d`.
pub(super) fn short(span: Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} m", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// How long something took: tenths below ten seconds, else the two largest units.
pub(super) fn took(span: Duration) -> String {
    if span < Duration::from_secs(10) {
        format!("{:.1} s", span.as_secs_f64())
    } else {
        format_span(span)
    }
}

/// How long a call took: `83 ms`, `1.2 s`.
pub(super) fn latency(span: Duration) -> String {
    if span < Duration::from_secs(1) {
        format!("{} ms", span.as_millis())
    } else {
        took(span)
    }
}

/// Who wrote something, as colleagues say it: `you`, or the last part of the ARN.
pub(super) fn who(by: Option<&str>, caller: Option<&Identity>) -> String {
    match by {
        None => "unknown writer".to_owned(),
        Some(arn) if caller.is_some_and(|caller| caller.arn == arn) => "you".to_owned(),
        Some(arn) => arn.rsplit(['/', ':']).next().unwrap_or(arn).to_owned(),
    }
}

/// A store's kind in one word.
pub(super) fn store(kind: LeverKind) -> &'static str {
    match kind {
        LeverKind::Ssm => "SSM",
        LeverKind::JsonFile => "file",
        LeverKind::LambdaEnv => "Lambda",
    }
}

/// A failure in two or three words, for a place with little room: `GetMetricData throttled`.
pub(super) fn fault(fault: &PortError) -> String {
    let word = match fault.kind {
        ErrorKind::Credentials => return "no credentials".to_owned(),
        ErrorKind::Denied => "denied",
        ErrorKind::Throttled => "throttled",
        ErrorKind::NotFound => "not found",
        ErrorKind::Conflict => "conflict",
        ErrorKind::TimedOut => "timed out",
        ErrorKind::Unreachable => "unreachable",
        ErrorKind::Service => "failed",
        ErrorKind::Invalid => "not understood",
        ErrorKind::ClockSkew => return "local clock is off".to_owned(),
        ErrorKind::Local => "failed",
    };
    let operation = fault.what.split(' ').next().unwrap_or_default();
    let operation = operation.rsplit(':').next().unwrap_or(operation);
    format!("{operation} {word}")
}

/// The newest values as a line of bars, one a period from the right; a period without data is a blank. A full bar is the highest
/// value or `full`, whichever is more: what stays far below its limit stays low.
pub(super) fn sparkline(
    points: &[Point],
    columns: usize,
    (newest, period): (Timestamp, Duration),
    full: f64,
) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let levels = levels(points, columns, (newest, period), (full, BARS.len()));
    let bar = |level: Option<usize>| level.and_then(|level| BARS.get(level)).copied();
    levels
        .into_iter()
        .map(|level| bar(level).unwrap_or(' '))
        .collect()
}

/// The same in braille, two periods a column and in half as many heights: a longer course where there is little room.
pub(super) fn dense_sparkline(
    points: &[Point],
    columns: usize,
    (newest, period): (Timestamp, Duration),
    full: f64,
) -> String {
    const LEFT: [u32; 4] = [0x40, 0x44, 0x46, 0x47];
    const RIGHT: [u32; 4] = [0x80, 0xa0, 0xb0, 0xb8];
    let dots = |half: [u32; 4], level: Option<usize>| {
        level
            .and_then(|level| half.get(level))
            .copied()
            .unwrap_or(0)
    };
    levels(points, columns * 2, (newest, period), (full, LEFT.len()))
        .chunks(2)
        .map(|pair| {
            let left = dots(LEFT, pair.first().copied().flatten());
            let right = dots(RIGHT, pair.get(1).copied().flatten());
            match left | right {
                0 => ' ',
                both => char::from_u32(0x2800 + both).unwrap_or(' '),
            }
        })
        .collect()
}

/// How high each of the newest periods stands, from 0; nothing for one without data.
fn levels(
    points: &[Point],
    periods: usize,
    (newest, period): (Timestamp, Duration),
    (full, heights): (f64, usize),
) -> Vec<Option<usize>> {
    let step = i64::try_from(period.as_millis()).unwrap_or(i64::MAX).max(1);
    let place = |at: Timestamp| {
        let back = (newest.as_millis() - at.as_millis()).div_euclid(step);
        usize::try_from(back).ok().filter(|back| *back < periods)
    };
    let mut values = vec![None; periods];
    for point in points
        .iter()
        .rev()
        .take_while(|p| newest.since(p.at) <= period * periods as u32)
    {
        if let Some(value) = place(point.at).and_then(|back| values.get_mut(periods - 1 - back)) {
            *value = Some(point.value);
        }
    }
    let known = || values.iter().flatten().copied();
    let low = known().fold(0.0, f64::min);
    let high = known().fold(full.max(f64::MIN_POSITIVE), f64::max);
    let top = heights.saturating_sub(1) as f64;
    let level = |value: f64| ((value - low) / (high - low) * top).round().clamp(0.0, top);
    values
        .iter()
        .map(|value| value.map(|value| level(value) as usize))
        .collect()
}

/// A small bar of filled and empty parts.
pub(super) fn gauge(share: f64, columns: usize) -> String {
    let filled = (share.clamp(0.0, 1.0) * columns as f64).round() as usize;
    "▰".repeat(filled) + &"▱".repeat(columns - filled)
}

/// How many leading bytes all names share, up to and with the last `-`, `/` or `.`: what need not be repeated in a list.
pub(super) fn common_prefix<'a>(names: impl Iterator<Item = &'a str> + Clone) -> usize {
    let Some(first) = names.clone().next() else {
        return 0;
    };
    if names.clone().count() < 2 {
        return 0;
    }
    let shared = names.fold(first.len(), |shared, name| {
        first
            .bytes()
            .zip(name.bytes())
            .take(shared)
            .take_while(|(a, b)| a == b)
            .count()
    });
    first
        .get(..shared)
        .and_then(|prefix| prefix.rfind(['-', '/', '.']))
        .map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_millis(minute * 60_000)
    }

    #[test]
    fn times_are_utc_and_fixed_in_width() {
        let t = Timestamp::from_millis(1_795_209_484_120);
        assert_eq!(clock_ms(t), "21:18:04.120");
        assert_eq!(date_time(t), "2026-11-20 21:18:04");
        assert_eq!(clock(Timestamp::from_millis(-1000)), "23:59:59");
    }

    #[test]
    fn a_gap_is_a_blank_in_a_sparkline() {
        let point = |minute, value| Point {
            at: at(minute),
            value,
            samples: None,
        };
        let points = [point(1, 0.0), point(2, 7.0), point(4, 3.5)];
        assert_eq!(
            sparkline(&points, 5, (at(4), Duration::from_mins(1)), 0.0),
            " ▁█ ▅"
        );
        assert_eq!(
            sparkline(&[], 3, (at(4), Duration::from_mins(1)), 1.0),
            "   "
        );
        assert_eq!(sparkline(&points, 0, (at(4), Duration::ZERO), 0.0), "");
        let dense = dense_sparkline(&points, 3, (at(4), Duration::from_mins(1)), 0.0);
        assert_eq!(dense, " ⣸⢰", "two periods a column, a gap is half a blank");
        let far_below = sparkline(&points, 5, (at(4), Duration::from_mins(1)), 700.0);
        assert_eq!(far_below, " ▁▁ ▁");
    }

    #[test]
    fn names_lose_only_whole_words_they_share() {
        let cut = |names: &[&str]| common_prefix(names.iter().copied());
        assert_eq!(cut(&["app-rate-high", "app-rate-low"]), 9);
        assert_eq!(cut(&["app-one"]), 0);
        assert_eq!(cut(&["alpha", "beta"]), 0);
        assert_eq!(cut(&["a-b", "a-b"]), 2);
    }

    #[test]
    fn people_have_short_names() {
        let me = Identity {
            account: "1".into(),
            arn: "arn:aws:sts::1:assumed-role/oncall/ben".into(),
            expires_at: None,
            source: String::new(),
        };
        assert_eq!(who(Some("arn:aws:iam::1:user/ana"), Some(&me)), "ana");
        assert_eq!(who(Some(&me.arn), Some(&me)), "you");
        assert_eq!(who(None, None), "unknown writer");
    }
}
