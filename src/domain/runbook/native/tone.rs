//! Whether words want fewer users exposed or more. It decides by words, and where they say both, not at all.

use std::sync::LazyLock;

use regex::Regex;

/// Where words want exposure to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Down.
    Lower,
    /// Up.
    Raise,
}

#[expect(
    clippy::expect_used,
    reason = "the pattern is a constant, and a test reads every one"
)]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern")
}

static LOWER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:reduc(?:e|ing)|roll(?:ing)?[ -]?back|rollback|decreas(?:e|ing)|lower(?:ing)?|scale back|dial (?:back|down)|turn down|step(?:ping)? back|revert|back to (?:the )?(?:previous|prior|last))\b",
    )
});
static RAISE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:re-?enabl\w*|re-?rollout|re-?roll out|re-?introduc\w*|increas\w*|rais(?:e|ing)|ramp(?:ing)?(?: up)?|promot\w*|expand\w*|start with|start(?:ing)? (?:the )?(?:canary|rollout)|enable|full rollout|canary deployment|phase \d)\b",
    )
});
static OTHERS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\bor\s+(\d{1,3})\s*%?"));

/// Where the words want exposure to go; `None` when they do not say, or say both.
pub(crate) fn tone(words: &str) -> Option<Tone> {
    match (LOWER.is_match(words), RAISE.is_match(words)) {
        (true, false) => Some(Tone::Lower),
        (false, true) => Some(Tone::Raise),
        _ => None,
    }
}

/// The percentages that a comment offers instead: `or 10, or 0`.
pub(super) fn alternatives(comment: &str) -> Vec<String> {
    OTHERS
        .captures_iter(comment)
        .filter_map(|found| found.get(1))
        .map(|number| format!("{} %", number.as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_where_exposure_goes() {
        for words in [
            "Reduce rollout percentage",
            "Gradual Rollback (if p95 between 5-7 seconds)",
            "Option B: Roll back to previous percentage",
        ] {
            assert_eq!(tone(words), Some(Tone::Lower), "{words}");
        }
        for words in [
            "Re-enable with 10% canary",
            "Start with 10% Canary",
            "2. Enable feature",
        ] {
            assert_eq!(tone(words), Some(Tone::Raise), "{words}");
        }
        for words in [
            "",
            "Verify",
            "roll back, then re-enable",
            "disable",
            "reduced",
        ] {
            assert_eq!(tone(words), None, "{words}");
        }
        assert_eq!(alternatives("or 10, or 0"), ["10 %", "0 %"]);
    }
}
