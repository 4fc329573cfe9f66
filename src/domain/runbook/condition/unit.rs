//! Units, spans and the nouns of what is counted, as tokens. It knows no subject.

use std::time::Duration;

use super::lexer::{Token, What};
use super::vocabulary::{FILLERS, MEASURED};
use crate::domain::runbook::{WrittenUnit, wait};

/// What follows a number.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Tail {
    /// The unit, and the factor from what is written into it.
    pub(super) unit: Option<(WrittenUnit, f64)>,
    /// Words such as `errors` that say what the number counts.
    pub(super) nouns: Vec<String>,
    /// The span that it is counted over.
    pub(super) window: Option<Duration>,
    /// Whether a hold such as `for 5 minutes` follows.
    pub(super) held: bool,
    /// The first token after it.
    pub(super) end: usize,
}

/// A unit right after a number: `ms`, `%`, `seconds`; and where it ends.
pub(super) fn plain(tokens: &[Token], at: usize) -> Option<(WrittenUnit, f64, usize)> {
    let token = tokens.get(at)?;
    if token.is_mark('%') {
        return Some((WrittenUnit::Percent, 1.0, at + 1));
    }
    let word = token.word()?;
    let (unit, factor) = match word {
        "%" | "percent" | "pct" => (WrittenUnit::Percent, 1.0),
        "per" if tokens.get(at + 1)?.word()? == "cent" => {
            return Some((WrittenUnit::Percent, 1.0, at + 2));
        }
        "ms" | "msec" | "millis" | "millisecond" | "milliseconds" => {
            (WrittenUnit::Milliseconds, 1.0)
        }
        "s" | "sec" | "secs" | "second" | "seconds" => (WrittenUnit::Seconds, 1.0),
        "min" | "mins" | "minute" | "minutes" => (WrittenUnit::Minutes, 1.0),
        "hr" | "hrs" | "hour" | "hours" => (WrittenUnit::Minutes, 60.0),
        "m" if token.glued => (WrittenUnit::Minutes, 1.0),
        "h" if token.glued => (WrittenUnit::Minutes, 60.0),
        _ => return None,
    };
    Some((unit, factor, at + 1))
}

/// Everything that belongs to a number which ends before `at`.
pub(super) fn tail(tokens: &[Token], at: usize) -> Tail {
    let mut tail = Tail {
        end: at,
        ..Tail::default()
    };
    if let Some((unit, factor, end)) = plain(tokens, at) {
        tail.unit = Some((unit, factor));
        tail.end = end;
    }
    nouns(tokens, &mut tail);
    if tail.unit.is_none() {
        rate(tokens, &mut tail);
    }
    window(tokens, &mut tail);
    if let Some((_, end)) = hold(tokens, tail.end) {
        tail.held = true;
        tail.end = end;
    }
    tail
}

/// Up to three words, the last of which is something that is measured.
fn nouns(tokens: &[Token], tail: &mut Tail) {
    let words: Vec<&str> = tokens
        .iter()
        .skip(tail.end)
        .take(3)
        .map_while(Token::word)
        .collect();
    if let Some(last) = words
        .iter()
        .rposition(|word| *word != "time" && MEASURED.contains(word))
        && !words.iter().take(last + 1).any(|word| {
            matches!(
                *word,
                "for" | "in" | "per" | "and" | "or" | "then" | "over" | "during"
            )
        })
    {
        tail.nouns = words
            .iter()
            .take(last + 1)
            .filter(|word| !FILLERS.contains(word))
            .map(|word| (*word).to_owned())
            .collect();
        tail.end += last + 1;
    }
}

/// `/min`, `per session`, `an hour`.
fn rate(tokens: &[Token], tail: &mut Tail) {
    let Some(first) = tokens.get(tail.end) else {
        return;
    };
    let per =
        first.is_mark('/') || matches!(first.word(), Some("per" | "a" | "an" | "each" | "every"));
    let found = tokens
        .get(tail.end + 1)
        .and_then(Token::word)
        .filter(|_| per)
        .and_then(|word| {
            Some(match word {
                "s" | "sec" | "second" => (WrittenUnit::PerMinute, 60.0),
                "min" | "m" | "minute" => (WrittenUnit::PerMinute, 1.0),
                "h" | "hr" | "hour" => (WrittenUnit::PerHour, 1.0),
                "sess" | "session" => (WrittenUnit::PerSession, 1.0),
                _ => return None,
            })
        });
    if let Some(found) = found {
        tail.unit = Some(found);
        tail.end += 2;
    }
}

/// `in 5 minutes`, `over the last hour`, `within a 5-minute window`, `/5min`.
fn window(tokens: &[Token], tail: &mut Tail) {
    let Some(first) = tokens.get(tail.end) else {
        return;
    };
    if !(first.is_mark('/')
        || matches!(
            first.word(),
            Some("in" | "within" | "over" | "during" | "per" | "every")
        ))
    {
        return;
    }
    let mut at = tail.end + 1;
    while tokens.get(at).and_then(Token::word).is_some_and(|w| {
        matches!(
            w,
            "the" | "last" | "past" | "any" | "a" | "an" | "previous" | "each" | "one"
        )
    }) {
        at += 1;
    }
    if let Some((span, end)) = span(tokens, at, at > tail.end + 1) {
        tail.window = Some(span);
        tail.end = end;
        if tokens
            .get(end)
            .and_then(Token::word)
            .is_some_and(|w| matches!(w, "window" | "period" | "interval" | "span"))
        {
            tail.end += 1;
        }
    }
}

/// `for 5 minutes`, `for at least 5 min`: how long it must hold, and where that ends.
pub(super) fn hold(tokens: &[Token], at: usize) -> Option<(Duration, usize)> {
    tokens.get(at).filter(|token| token.word() == Some("for"))?;
    let mut at = at + 1;
    while tokens.get(at).and_then(Token::word).is_some_and(|w| {
        matches!(
            w,
            "at" | "least" | "more" | "than" | "over" | "the" | "last" | "a"
        )
    }) {
        at += 1;
    }
    span(tokens, at, false)
}

/// `5 minutes`, `5-minute`; a unit alone counts as one where an article stood before it.
fn span(tokens: &[Token], at: usize, article: bool) -> Option<(Duration, usize)> {
    match &tokens.get(at)?.what {
        What::Number(number) => {
            let dash = usize::from(
                tokens
                    .get(at + 1)
                    .is_some_and(|token| token.what == What::Dash),
            );
            let in_a_row = ["consecutive", "straight", "full", "continuous", "more"];
            let next = tokens.get(at + 1 + dash).and_then(Token::word);
            let end = at + 1 + dash + usize::from(next.is_some_and(|w| in_a_row.contains(&w)));
            let one = wait::unit(tokens.get(end)?.word()?)?;
            let span = Duration::try_from_secs_f64(one.as_secs_f64() * number).ok()?;
            (!span.is_zero()).then_some((span, end + 1))
        }
        What::Word { text, .. } if article => match text.split_once('-') {
            Some(_) => None,
            None => (text.len() > 2)
                .then(|| wait::unit(text))
                .flatten()
                .map(|one| (one, at + 1)),
        },
        _ => None,
    }
}

/// The hold that a text ends with: `p95 > 7 s for 5 minutes`.
pub(in crate::domain::runbook) fn held(text: &str) -> Option<Duration> {
    let tokens = super::lexer::tokens(text);
    let at = tokens
        .iter()
        .rposition(|token| token.word() == Some("for"))?;
    hold(&tokens, at).map(|(span, _)| span)
}
