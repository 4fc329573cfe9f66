//! Code in fences of other languages: how a bucket is compared, and what missing data is taken for.

use std::sync::LazyLock;

use regex::Regex;

use super::Findings;
use super::ground::Ground;

#[expect(
    clippy::expect_used,
    reason = "the pattern is a constant, and a test reads it"
)]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern")
}

static COMPARED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b[\w.]*(?:hash|bucket)\w*(?:\(\w*\))?\)?(?:\s*%\s*100)?\)?\s*<=\s*[\w.]*(?:percent|rollout|pct)|\b[\w.]*(?:percent|rollout|pct)\w*\s*>=\s*\(?[\w.]*(?:hash|bucket)",
    )
});
static FROM_ONE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"%\s*100\s*\)?\s*\+\s*1\b|\b1\s*\+\s*\(?[\w.()]+\s*%\s*100"));
static ZERO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)datapoints?\b[^;\n]{0,60}?(?:\|\|\s*0(?:\.0)?\b|\?\?\s*0(?:\.0)?\b|\bor\s+0(?:\.0)?\b|//\s*0\b|,\s*0\)|\belse\s+0\b)",
    )
});

/// `hash <= percentage`.
pub(super) fn bucket_comparison(ground: &Ground<'_>, found: &mut Findings) {
    each_line(ground, |whole, line, text| {
        if COMPARED.is_match(text) && !FROM_ONE.is_match(whole) {
            found.hit(
                line,
                "With buckets from 0 to 99, <= lets one bucket more in than the percentage says: at 0 % bucket 0 is still served.",
                "bucket < percentage.",
            );
        }
    });
}

/// `Datapoints[0]?.Average || 0`.
pub(super) fn missing_reads_as_zero(ground: &Ground<'_>, found: &mut Findings) {
    each_line(ground, |_, line, text| {
        if ZERO.is_match(text) {
            found.hit(
                line,
                "When CloudWatch has no data this is 0, which passes every upper limit: no data reads as health. The points come in no order, either.",
                "Keep \"no data\" apart from 0 and let it block; take the newest point by its Timestamp.",
            );
        }
    });
}

fn each_line(ground: &Ground<'_>, mut take: impl FnMut(&str, u32, &str)) {
    for (_, command) in &ground.code {
        let text = matches!(
            command.lang.to_ascii_lowercase().as_str(),
            "markdown" | "md" | "text" | "txt" | "json" | "mermaid"
        );
        if text {
            continue;
        }
        for (index, line) in command.text.lines().enumerate() {
            let comment =
                line.trim_start().starts_with(['#', '*']) || line.trim_start().starts_with("//");
            if !comment {
                take(
                    &command.text,
                    command.line + u32::try_from(index).unwrap_or(0),
                    line,
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_one() {
        for pattern in [&COMPARED, &FROM_ONE, &ZERO] {
            assert!(!pattern.as_str().is_empty());
        }
    }
}
