//! Times and ids of an incident in words. It decides nothing.

use crate::domain::Timestamp;

/// The time of day in UTC, `21:18:04`.
pub fn clock(at: Timestamp) -> String {
    part(at).1
}

/// The time of day in UTC, with the date before it where that is not the day of `beside`.
pub fn when(at: Timestamp, beside: Timestamp) -> String {
    if date(at) == date(beside) {
        clock(at)
    } else {
        date_time(at)
    }
}

/// Date and time in UTC, `2026-11-20 21:18:04`.
pub fn date_time(at: Timestamp) -> String {
    let (date, clock) = part(at);
    format!("{date} {clock}")
}

/// The date in UTC, `2026-11-20`.
pub(super) fn date(at: Timestamp) -> String {
    part(at).0
}

/// A name for an incident that begins now: `inc-20261120-211804-120`.
pub fn new_id(at: Timestamp) -> String {
    let (date, clock) = part(at);
    let digits = |text: String| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    format!(
        "inc-{}-{}-{:03}",
        digits(date),
        digits(clock),
        at.as_millis().rem_euclid(1000)
    )
}

fn part(at: Timestamp) -> (String, String) {
    let whole = Timestamp::from_millis(at.as_millis() - at.as_millis().rem_euclid(1000));
    let text = whole.to_string();
    let (date, clock) = text.split_once('T').unwrap_or((&text, ""));
    (date.to_owned(), clock.trim_end_matches('Z').to_owned())
}

/// Characters that drive terminals, break lines, or turn the direction of text.
pub(super) fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{061C}')
        || matches!(c, '\u{E0000}'..='\u{E007F}')
}
