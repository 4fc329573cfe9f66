//! Time that a runbook says to let pass: `sleep 300`, "wait 5 minutes", "monitor for 15 minutes". It waits for nothing.

use std::sync::LazyLock;
use std::time::Duration;

use regex::Regex;

use super::{Command, Wait};

mod shell;

/// Longer texts are no prose of a person.
const PROSE: usize = 16 * 1024;
/// A longer wait is none that anybody stands by for.
const LONGEST: Duration = Duration::from_hours(24 * 31);

const NUMBER: &str = r"\d{1,9}(?:\.\d{1,3})?|an?|one|two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|thirty|forty[- ]five|sixty|half an";
const UNIT: &str = r"seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|weeks?";

const ABOUT: &str = r"(?:at\s+least\s+|ca\.?\s+|circa\s+|about\s+|around\s+|approximately\s+|roughly\s+|~\s*|another\s+|an\s+additional\s+|the\s+next\s+|the\s+full\s+|a\s+full\s+|a\s+further\s+|a\s+minimum\s+of\s+)?";

/// A wait that is the whole text.
static ALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let amount = format!(
        r"{ABOUT}(?:{NUMBER})(?:\s*(?:-|–|to)\s*\d{{1,9}})?\+?[\s-]*(?:{UNIT})(?:\s*,?\s*(?:and\s+)?\d{{1,9}}[\s-]*(?:{UNIT}))?"
    );
    Regex::new(&format!(
        r"(?i)^\s*wait(?:\s+for)?\s+{amount}\s*[.!:…]*\s*$"
    ))
    .ok()
});

/// Whether a text says to wait and says nothing else.
pub fn is_all(text: &str) -> bool {
    text.len() <= 200 && ALL.as_ref().is_some_and(|all| all.is_match(text))
}

/// A verb as an order: at the beginning, after a mark, or after a word that orders.
static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let order = r"(?:^|[.;:,(!?\n–—]|\s-|\b(?:and|then|to|must|should|please|now|or|just|also|finally|next|first)\b)\s*(?:then\s+)?";
    // `1 hour and 30 minutes` and `1h30m` are one amount.
    let amount = format!(
        r"{ABOUT}(?:({NUMBER})(?:\s*(?:-|–|to)\s*(\d{{1,9}}))?\+?[\s-]*({UNIT})(?:\s*,?\s*(?:and\s+)?(\d{{1,9}})[\s-]*({UNIT}))?\b)"
    );
    Regex::new(&format!(
        r"(?i){order}((?:wait|pause|sleep|allow|give\s+(?:it|them|this))(?:\s+for)?\s+{amount}|(?:wait|monitor|watch|observe|keep\s+(?:watching|monitoring|an\s+eye)|bake|soak|hold|let)\b[^.;:!?\n()]{{0,80}}?\s(?:for|\()\s*{amount}|after\s+waiting\s+(?:for\s+)?{amount})"
    ))
    .ok()
});

/// `After 15 minutes, check …` at the beginning of a sentence: a look that is put off.
static THEN_LOOK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let amount = format!(
        r"{ABOUT}({NUMBER})(?:\s*(?:-|–|to)\s*(\d{{1,9}}))?\+?[\s-]*({UNIT})(?:\s*,?\s*(?:and\s+)?(\d{{1,9}})[\s-]*({UNIT}))?\b"
    );
    Regex::new(&format!(
        r"(?i)(?:^|[.;:!?\n]\s*)(?:then\s+|and\s+)?(after\s+{amount})\s*,?\s+(?:please\s+)?(?:re-?)?(?:check|verify|confirm|ensure|make\s+sure|look)\b"
    ))
    .ok()
});

/// The waits in a text; `line` is that of its first line.
pub fn in_prose(text: &str, line: u32) -> Vec<Wait> {
    let worth = text.len() <= PROSE
        && text.bytes().any(|b| {
            matches!(
                b,
                b'w' | b'W'
                    | b'm'
                    | b'M'
                    | b'b'
                    | b'o'
                    | b'h'
                    | b'l'
                    | b'p'
                    | b's'
                    | b'S'
                    | b'g'
                    | b'G'
            )
        });
    if !worth {
        return Vec::new();
    }
    [&PATTERN, &THEN_LOOK]
        .into_iter()
        .filter_map(|pattern| pattern.as_ref())
        .flat_map(|pattern| pattern.captures_iter(text))
        .filter_map(|found| {
            let words = found.get(1)?;
            let amount = (2..found.len())
                .step_by(5)
                .find(|group| found.get(*group).is_some())?;
            let part = |group: usize| found.get(group).map(|part| part.as_str());
            // Of `5-10 minutes` the longer one: then either has passed.
            let number = part(amount + 1).or_else(|| part(amount))?;
            let of = unit(part(amount + 2)?)?;
            let span = of.checked_mul_f64(number_of(number)?)?;
            let rest = match (part(amount + 3), part(amount + 4).and_then(unit)) {
                (Some(number), Some(smaller)) => {
                    // `1 minute, 2 hours` is no amount of time.
                    Some(smaller)
                        .filter(|smaller| *smaller < of)?
                        .checked_mul_f64(number_of(number)?)?
                }
                _ => Duration::ZERO,
            };
            let span = span.checked_add(rest)?;
            let before = text.get(..words.start()).unwrap_or_default();
            let said = words.as_str();
            // `(m` without a space is `5m`; `5 m` may be metres.
            let loose = part(amount + 2) == Some("m") && said.contains(" m");
            let ends = text.get(words.end()..).unwrap_or_default();
            let goes_on = ends.starts_with('/')
                || ends.starts_with('-') && ends.len() > 1 && !ends.starts_with("- ");
            (!loose && !goes_on && !is_vague(said) && !is_denied(before)).then(|| Wait {
                text: said.split_whitespace().collect::<Vec<_>>().join(" "),
                line: line + count(before.matches('\n').count()),
                span,
            })
        })
        .filter(|wait| !wait.span.is_zero() && wait.span <= LONGEST)
        .collect()
}

/// Words between the verb and the time that make it something else than a wait of that time.
fn is_vague(said: &str) -> bool {
    let said = said.to_ascii_lowercase();
    [
        "up to",
        "at most",
        "no more than",
        "not ",
        "less than",
        "within",
        "every",
        " if ",
        " when ",
    ]
    .iter()
    .any(|word| said.contains(word))
}

/// Whether the clause that ends here says not to.
fn is_denied(before: &str) -> bool {
    let clause = before
        .rsplit(['.', ';', ':', '\n', ','])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    [
        "no need",
        "not ",
        "n't ",
        "without",
        "instead of",
        "rather than",
        "never",
        "avoid",
    ]
    .iter()
    .any(|word| clause.contains(word))
}

/// The waits of a command: its `sleep`s outside of loops, and what its comments say.
pub fn in_command(command: &Command) -> Vec<Wait> {
    if !command.is_shell() {
        return Vec::new();
    }
    let mut reader = shell::Reader::default();
    let mut found = Vec::new();
    for (index, raw) in command
        .text
        .lines()
        .enumerate()
        .filter(|(_, raw)| raw.len() <= PROSE)
    {
        let line = command.line + count(index);
        let (sleeps, comment) = reader.line(raw);
        let sleeps = sleeps
            .into_iter()
            .filter(|(_, span)| !span.is_zero() && *span <= LONGEST);
        found.extend(sleeps.map(|(text, span)| Wait { text, line, span }));
        found.extend(in_prose(comment.trim_start_matches(['#', ' ']), line));
    }
    merged(found)
}

/// Takes out what is said twice: a comment "wait 5 minutes" beside `sleep 300` is that `sleep`. The rest in the order of the lines.
pub fn merged(waits: Vec<Wait>) -> Vec<Wait> {
    let (slept, mut said): (Vec<Wait>, Vec<Wait>) = waits
        .into_iter()
        .partition(|wait| wait.text.starts_with("sleep "));
    for wait in &slept {
        if let Some(twin) = said.iter().position(|other| other.span == wait.span) {
            said.remove(twin);
        }
    }
    let mut all = slept;
    for wait in said {
        if !all
            .iter()
            .any(|other| other.line == wait.line && other.span == wait.span)
        {
            all.push(wait);
        }
    }
    all.sort_by_key(|wait| wait.line);
    all
}

/// A span as people write it: `90s`, `5m`, `1h30m`, `2 min`, `15 minutes`.
pub fn span(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    let mut sum = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let (number, tail) = rest.split_at(digits);
        let tail = tail.trim_start();
        let end = tail
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(tail.len());
        let (name, tail) = tail.split_at(end);
        sum = sum.checked_add(unit(name)?.checked_mul_f64(number.parse().ok()?)?)?;
        rest = tail.trim_start();
    }
    (!sum.is_zero()).then_some(sum)
}

/// A unit of time by its name.
pub(super) fn unit(name: &str) -> Option<Duration> {
    Some(match name.to_ascii_lowercase().as_str() {
        "ms" | "millisecond" | "milliseconds" => Duration::from_millis(1),
        "s" | "sec" | "secs" | "second" | "seconds" => Duration::from_secs(1),
        "m" | "min" | "mins" | "minute" | "minutes" => Duration::from_mins(1),
        "h" | "hr" | "hrs" | "hour" | "hours" => Duration::from_hours(1),
        "d" | "day" | "days" => Duration::from_hours(24),
        "week" | "weeks" => Duration::from_hours(24 * 7),
        _ => return None,
    })
}

fn number_of(text: &str) -> Option<f64> {
    let text = text.to_ascii_lowercase();
    Some(match text.as_str() {
        "a" | "an" | "one" => 1.0,
        "half an" => 0.5,
        "two" => 2.0,
        "three" => 3.0,
        "four" => 4.0,
        "five" => 5.0,
        "six" => 6.0,
        "seven" => 7.0,
        "eight" => 8.0,
        "nine" => 9.0,
        "ten" => 10.0,
        "fifteen" => 15.0,
        "twenty" => 20.0,
        "thirty" => 30.0,
        "forty-five" | "forty five" => 45.0,
        "sixty" => 60.0,
        digits => digits.parse().ok()?,
    })
}

/// A span times a number, if it is one.
trait Times: Sized {
    fn checked_mul_f64(self, factor: f64) -> Option<Self>;
}

impl Times for Duration {
    fn checked_mul_f64(self, factor: f64) -> Option<Self> {
        Self::try_from_secs_f64(self.as_secs_f64() * factor).ok()
    }
}

fn count(lines: usize) -> u32 {
    u32::try_from(lines).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
