//! What the words of a runbook promise: steps that are called linear, and the environment variable that works at once.

use std::sync::LazyLock;

use regex::Regex;

use super::Findings;
use super::ground::{Ground, Kind};

#[expect(
    clippy::expect_used,
    reason = "the pattern is a constant, and a test reads it"
)]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern")
}

static SHARES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\d{1,3}(?:\s?%)?(?:\s*(?:, then|, and|,|/|→|->|–|then|and)\s*\d{1,3}(?:\s?%)?){2,}")
});
static NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\d{1,3}"));
static LINEAR: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\blinear\b"));
static CLAIM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\bimmediate(?:ly)?\b|\binstant(?:ly)?\b|\b(?:bypass|overrid)\w*\b[^.\n]{0,30}\b(?:ssm|parameter store|flag|appconfig|cache)|\bright away\b|\bat once\b",
    )
});
static VARIABLE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\benvironment[ -]variables?\b|\benv[ -]vars?\b"));
static INVOCATIONS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\btakes? effect\b|\beffective\b|\bbypass|\binvocation|\beffect\b|^\W*immediate(?:ly)?\W*$",
    )
});

/// A linear deployment with unequal steps.
pub(super) fn linear_unequal(ground: &Ground<'_>, found: &mut Findings) {
    if !ground
        .input
        .text
        .to_ascii_lowercase()
        .contains("codedeploy")
    {
        return;
    }
    for prose in ground.said(&[Kind::Text, Kind::Row]) {
        let title = ground
            .input
            .runbook
            .sections
            .get(prose.section)
            .map_or("", |s| s.title.as_str());
        if !LINEAR.is_match(&prose.text) && !LINEAR.is_match(title) {
            continue;
        }
        let with_unit = |shares: &regex::Match<'_>| shares.as_str().contains('%');
        let Some(shares) = SHARES.find_iter(&prose.text).find(with_unit) else {
            continue;
        };
        let numbers: Vec<i32> = NUMBER
            .find_iter(shares.as_str())
            .filter_map(|number| number.as_str().parse().ok())
            .collect();
        let steps: Vec<i32> = std::iter::once(0)
            .chain(numbers.iter().copied())
            .zip(&numbers)
            .map(|(before, after)| after - before)
            .collect();
        let last = steps.len().saturating_sub(1);
        let equal = steps
            .iter()
            .take(last)
            .all(|step| Some(step) == steps.first())
            && steps.last() <= steps.first();
        if !equal {
            found.hit(
                prose.line,
                format!("CodeDeploy's linear configurations shift equal parts at equal intervals: no such configuration goes {}.", shares.as_str()),
                "Use equal steps (LambdaLinear10PercentEvery…), a canary of two steps, or shift the stages yourself.",
            );
        }
    }
}

/// What is said of the environment variable while the store still answers.
pub(super) fn fallback_claim(ground: &Ground<'_>, found: &mut Findings) {
    let updates: Vec<usize> = ground
        .calls()
        .filter(|(_, call)| {
            call.is("lambda", "update-function-configuration") && call.has("environment")
        })
        .map(|(fence, _)| fence.section)
        .collect();
    for prose in ground.said(&[Kind::Text, Kind::Row]) {
        if !CLAIM.is_match(&prose.text) {
            continue;
        }
        let title = ground
            .input
            .runbook
            .sections
            .get(prose.section)
            .map_or("", |s| s.title.as_str());
        let said_of_it = |sentence: &str| VARIABLE.is_match(sentence) && CLAIM.is_match(sentence);
        let about = prose.text.split(['.', '\n', '!']).any(said_of_it)
            || (VARIABLE.is_match(title) || updates.contains(&prose.section))
                && INVOCATIONS.is_match(&prose.text);
        if !about {
            continue;
        }
        let alias = ground
            .input
            .spec
            .and_then(|spec| spec.fallback.as_ref()?.alias.as_deref())
            .map(|alias| format!(" Here traffic goes through the alias {alias}: its version keeps its own environment."))
            .unwrap_or_default();
        found.hit(
            prose.line,
            format!("A service that reads its flag store first sees the variable only while the store does not answer; warm environments, and versions behind an alias, keep the old one.{alias}"),
            "Say that it counts only when its effect was seen, and set the flag as well.",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_one() {
        for pattern in [&SHARES, &NUMBER, &LINEAR, &CLAIM, &VARIABLE, &INVOCATIONS] {
            assert!(!pattern.as_str().is_empty());
        }
    }
}
