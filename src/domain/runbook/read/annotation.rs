//! What an author spells out for this program, a line each: `native ACTION`, `check SIGNAL OP LIMIT [for DURATION]`, `wait DURATION`,
//! `manual`, `ignore RULE`. It applies nothing.

use std::time::Duration;

use crate::domain::runbook::{Annotation, condition, wait};

/// One line of an annotation.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub(super) fn parse(text: &str, line: u32) -> Result<Annotation, String> {
    let text = text.trim();
    let (key, value) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let value = value.trim();
    match key.trim_end_matches(':').to_ascii_lowercase().as_str() {
        "manual" if value.is_empty() => Ok(Annotation::Manual),
        "native" if !value.is_empty() => Ok(Annotation::Native(value.to_owned())),
        "ignore" if !value.is_empty() => Ok(Annotation::Ignore(value.to_owned())),
        "wait" => match wait::span(value) {
            Some(span) => Ok(Annotation::Wait(span)),
            None => Err(format!("`{value}` is no duration such as 90s, 5m or 1h30m")),
        },
        "check" => check(value, line),
        "manual" => Err("`manual` stands alone".to_owned()),
        "native" | "ignore" => Err(format!("`{key}` wants a value")),
        _ => Err(format!(
            "`{key}` is not known: use native, check, wait, manual or ignore"
        )),
    }
}

fn check(value: &str, line: u32) -> Result<Annotation, String> {
    let wrong = || format!("`{value}` is no check such as `latency_p95 < 5s for 2m`");
    let (test, held) = match value.rsplit_once(" for ") {
        Some((test, span)) => (test, wait::span(span).ok_or_else(wrong)?),
        None => (value, Duration::ZERO),
    };
    let end = test
        .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '≥' | '≤'))
        .ok_or_else(wrong)?;
    let (signal, test) = test.split_at(end);
    let mut condition = condition::cell(test, "", line).ok_or_else(wrong)?;
    if signal.is_empty() || !condition.subject.is_empty() {
        return Err(wrong());
    }
    signal.clone_into(&mut condition.subject);
    condition.text = format!("{signal} {}", test.trim());
    Ok(Annotation::Check { condition, held })
}
