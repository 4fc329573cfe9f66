//! What is a condition, and what is none.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::time::Duration;

use super::*;
use crate::domain::runbook::Test;

/// Subject, test and unit in short words.
fn short(condition: &Condition) -> String {
    let test = match condition.test {
        Test::Past(limit) => format!("{} {}", limit.op.sign(), limit.value),
        Test::Between { low, high } => format!("{low}..{high}"),
    };
    let not = if condition.negated { "not " } else { "" };
    let window = condition
        .window
        .map_or(String::new(), |window| format!(" in {}s", window.as_secs()));
    format!(
        "{not}{} {test} {:?}{window}",
        condition.subject, condition.unit
    )
}

fn found(text: &str) -> Vec<String> {
    find(text, 1).iter().map(short).collect()
}

#[test]
fn conditions_in_prose_are_understood() {
    for (text, expected) in [
        ("p95 > 7s", "p95 > 7 Seconds"),
        ("p95 > 7 seconds", "p95 > 7 Seconds"),
        ("Immediate Action (if p95 > 7 seconds):", "p95 > 7 Seconds"),
        (
            "Gradual Rollback (if p95 between 5-7 seconds):",
            "p95 5..7 Seconds",
        ),
        (
            "End-to-end latency p95 > 5 seconds",
            "end-to-end latency p95 > 5 Seconds",
        ),
        (
            "If latency is between 5 and 7 s, look",
            "latency 5..7 Seconds",
        ),
        ("if latency is 5–7 s", "latency 5..7 Seconds"),
        ("if latency p95 is 500ms-2s", "latency p95 0.5..2 Seconds"),
        (
            "Partial results dropped > 100/minute",
            "partial results dropped > 100 PerMinute",
        ),
        ("dropped > 100/min", "dropped > 100 PerMinute"),
        (
            "Lambda errors > 5 in 5 minutes",
            "lambda errors > 5 None in 300s",
        ),
        ("> 5 errors in 5 minutes", "errors > 5 None in 300s"),
        (
            "more than 5 errors within a 5-minute window",
            "errors > 5 None in 300s",
        ),
        ("error rate > 5%", "error rate > 5 Percent"),
        ("error rate above 5 %", "error rate > 5 Percent"),
        ("error rate stays above 5 percent", "error rate > 5 Percent"),
        (
            "Orphaned results > 10 per session",
            "orphaned results > 10 PerSession",
        ),
        ("complaints > 5/hour", "complaints > 5 PerHour"),
        ("more than 5 complaints per hour", "complaints > 5 PerHour"),
        ("latency exceeds 500 ms", "latency > 500 Milliseconds"),
        ("p99 latency over 2s", "p99 latency > 2 Seconds"),
        ("wait until p95 drops below 2 s", "p95 < 2 Seconds"),
        (
            "at least 3 errors in the last minute",
            "errors >= 3 None in 60s",
        ),
        ("unless error rate > 5%", "not error rate > 5 Percent"),
        ("error rate is not above 2%", "not error rate > 2 Percent"),
        (
            "error rate is no longer above 2%",
            "not error rate > 2 Percent",
        ),
        ("error rate is no more than 2%", "error rate <= 2 Percent"),
        ("CPU usage ≥ 80%", "cpu usage >= 80 Percent"),
        ("IteratorAge > 60000 ms", "iteratorage > 60000 Milliseconds"),
        ("latency (p95) > 7 s", "latency p95 > 7 Seconds"),
        ("requests > 1,000/min", "requests > 1000 PerMinute"),
        ("errors > 2/s", "errors > 120 PerMinute"),
        ("number of errors > 3", "errors > 3 None"),
        (
            "the queue age is greater than or equal to 2 hours",
            "queue age >= 120 Minutes",
        ),
        ("the error rate\nis above 5%", "error rate > 5 Percent"),
        ("if error rate < 99.950 %", "error rate < 99.95 Percent"),
        (
            "if errors > 1,000 in 5 minutes",
            "errors > 1000 None in 300s",
        ),
        ("latency p95 > 0.125 s", "latency p95 > 0.125 Seconds"),
    ] {
        assert_eq!(found(text), [expected], "{text}");
    }
    assert_eq!(
        found("if p95 > 7s, but not if error rate < 1%"),
        ["p95 > 7 Seconds", "not error rate < 1 Percent"]
    );
    assert_eq!(
        unit::held("p95 > 7 s for 3 consecutive minutes"),
        Some(Duration::from_mins(3))
    );
    assert_eq!(
        found("if p95 > 7s and error rate > 5%, or dropped > 200/min"),
        [
            "p95 > 7 Seconds",
            "error rate > 5 Percent",
            "dropped > 200 PerMinute"
        ]
    );
}

#[test]
fn what_is_not_understood_gives_nothing() {
    for text in [
        "version > 2",
        "Python >= 3.8",
        "Node.js >= 18",
        "PostgreSQL >= 12",
        "needs coalmine > 1.2.3",
        "No results received for 10+ seconds during active audio",
        "HTTP > 499",
        "HTTP > 499?",
        "status code >= 500",
        "error code > 5",
        "Takes effect within 60 seconds",
        "may need increase to 768 MB",
        "memory > 768 MB",
        "latency > 5x",
        "latency > 5-7 s",
        "latency > -5 s",
        "errors > 3/10",
        "errors > 2.5.1 s",
        "5 s < p95 latency <= 7 s",
        "if 2% < error rate < 5%",
        "if errors > 1.000 in 5 minutes",
        "if dropped > 1.000/min",
        "average latency over 5 minutes",
        "error rate over 5 minutes",
        "takes more than 5 minutes",
        "takes between 5 and 10 minutes",
        "(3-5 minutes)",
        "wait at least 5 minutes",
        "Retry no more than 3 times",
        "with at least 2 replicas",
        "reduce to below 50",
        "a -> 5s",
        "latency => 5s",
        "echo 5 > 2",
        "run x > 5.log",
        "2024-01-02",
        "Start with 10% Canary",
        "If successful after 1 week: 50%",
        "latency between 7-5 seconds",
        "errors > 5M",
        "errors > five",
        "latency > 5 parsecs",
        "p95",
        "> 5",
        "<name> 5",
        "1 > 0",
    ] {
        assert!(found(text).is_empty(), "{text}: {:?}", found(text));
    }
    assert!(find(&"p95 > 7s ".repeat(10_000), 1).is_empty());
}

#[test]
fn cells_are_conditions_as_a_whole_or_not_at_all() {
    for (text, metric, expected) in [
        ("> 7s", "Latency p95", "latency p95 > 7 Seconds"),
        ("5-7s", "Latency p95", "latency p95 5..7 Seconds"),
        ("5–7 s", "Latency p95", "latency p95 5..7 Seconds"),
        ("> 5%", "Error rate", "error rate > 5 Percent"),
        ("2-5%", "Error rate", "error rate 2..5 Percent"),
        ("2% - 5%", "Error rate", "error rate 2..5 Percent"),
        (
            "> 200/min",
            "Dropped results",
            "dropped results > 200 PerMinute",
        ),
        (
            "> 20/session",
            "Orphaned results",
            "orphaned results > 20 PerSession",
        ),
        ("> 5/hour", "User complaints", "user complaints > 5 PerHour"),
        ("≥ 3", "Fallbacks", "fallbacks >= 3 None"),
        ("exceeds 500 ms", "Latency", "latency > 500 Milliseconds"),
        ("above 5 %.", "Errors", "errors > 5 Percent"),
        ("below 2 s", "Latency", "latency < 2 Seconds"),
        ("at least 3", "Errors", "errors >= 3 None"),
        ("> 7s for 5 minutes", "Latency", "latency > 7 Seconds"),
        ("p95 > 7s", "Latency", "latency p95 > 7 Seconds"),
        (
            "> 5 errors in 5 minutes",
            "Lambda",
            "lambda errors > 5 None in 300s",
        ),
        (
            "> 500",
            "Latency p95 (ms)",
            "latency p95 > 500 Milliseconds",
        ),
    ] {
        let cell = cell(text, metric, 4).unwrap();
        assert_eq!((short(&cell).as_str(), cell.line), (expected, 4), "{text}");
    }
    for text in [
        "High",
        "",
        "> 5% or > 100 errors",
        "bad when > 5%",
        "> 5 MB",
        "version > 2",
        "5",
        "7-5s",
        "> 5-7s",
        "see > 5 below",
    ] {
        assert_eq!(cell(text, "Errors", 1), None, "{text}");
    }
    let under = cell_under("> 7", "Latency p95", "Threshold (s)", 1).unwrap();
    assert_eq!(short(&under), "latency p95 > 7 Seconds");
}

#[test]
fn words_lines_and_holds_are_kept() {
    let all = find(
        "First.\nSecond: roll back when the p95\nis above 7 seconds for 5 minutes.",
        10,
    );
    assert_eq!(all[0].text, "p95 is above 7 seconds for 5 minutes");
    assert_eq!(all[0].line, 11);
    assert_eq!(unit::held(&all[0].text), Some(Duration::from_mins(5)));
    assert_eq!(unit::held("p95 > 7 s"), None);
    assert_eq!(find("error rate > 5%", 3)[0].text, "error rate > 5%");
}

#[test]
fn or_higher_is_a_condition_where_something_is_measured() {
    for (text, expected) in [
        (
            "If the error rate is 5% or higher, disable",
            "error rate >= 5 Percent",
        ),
        (
            "If 3 or more complaints arrive, roll back",
            "complaints >= 3 None",
        ),
        ("p95 of 7 s or more", "p95 >= 7 Seconds"),
        (
            "When errors are 5 or more in 5 minutes",
            "errors >= 5 None in 300s",
        ),
        ("p95 is 5000 ms or less", "p95 <= 5000 Milliseconds"),
        (
            "Check that latency is no higher than 5s",
            "latency <= 5 Seconds",
        ),
        (
            "Verify latency is no longer than 5 s",
            "latency <= 5 Seconds",
        ),
        (
            "Verify latency is no longer above 5 s",
            "not latency > 5 Seconds",
        ),
        (
            "traffic is no lower than 100/min",
            "traffic >= 100 PerMinute",
        ),
    ] {
        assert_eq!(found(text), [expected], "{text}");
    }
    for text in [
        "Wait 5 minutes or more",
        "Two or 3 or more people",
        "Use 3 or more replicas",
        "1 or 2 errors",
        "If it takes 5 minutes or more",
        "Python 3 or higher",
    ] {
        assert!(found(text).is_empty(), "{text}: {:?}", found(text));
    }
    let limit = cell("5% or higher", "Error rate", 1).unwrap();
    assert_eq!(short(&limit), "error rate >= 5 Percent");
    assert!(cell("should be below 5 s", "p95", 1).is_none());
}

#[test]
fn what_ought_to_be_is_told_from_what_may_be_found() {
    for text in [
        "p95 should be below 5 s",
        "p95 must be below 5 s",
        "The error rate should stay under 5%",
        "p95 should not be above 7 s",
    ] {
        let all = find(text, 1);
        assert_eq!(all.len(), 1, "{text}");
        assert!(all.iter().all(|c| c.wanted), "{text}");
    }
    for text in [
        "If p95 should be above 7 s, disable",
        "You should disable when p95 > 7 s",
        "p95 > 7 s",
    ] {
        let all = find(text, 1);
        assert_eq!(all.len(), 1, "{text}");
        assert!(all.iter().all(|c| !c.wanted), "{text}");
    }
    assert!(find("You should be below 5 s", 1).is_empty());
}
