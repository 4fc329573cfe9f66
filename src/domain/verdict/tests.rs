#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use super::grammar::{parse_advice, parse_condition, split_when};
use super::*;
use crate::domain::signal::{LimitOp, Unit};

fn condition(text: &str, unit: Unit) -> Result<(String, Condition), String> {
    let (name, rest) = split_when(text)?;
    Ok((name.to_owned(), parse_condition(rest, unit)?))
}

#[test]
fn conditions_in_every_form() {
    let past = |op, value| Condition::Past(Limit { op, value });
    let range = Condition::Between {
        low: 5.0,
        high: 7.0,
    };
    for (text, unit, wanted) in [
        ("latency_p95 > 7s", Unit::Seconds, past(LimitOp::Above, 7.0)),
        (
            "latency_p95>7000ms",
            Unit::Seconds,
            past(LimitOp::Above, 7.0),
        ),
        (
            "latency_p95 >= 7",
            Unit::Seconds,
            past(LimitOp::AtLeast, 7.0),
        ),
        ("latency_p95 5..7s", Unit::Seconds, range),
        ("latency_p95 5000ms..7s", Unit::Seconds, range),
        ("latency_p95 5-7s", Unit::Seconds, range),
        ("latency_p95 5s - 7s", Unit::Seconds, range),
        ("latency_p95 5–7 s", Unit::Seconds, range),
        ("latency_p95 > 5s and <= 7s", Unit::Seconds, range),
        ("latency_p95 <= 7s and > 5s", Unit::Seconds, range),
        ("latency_p95 between 5..7s", Unit::Seconds, range),
        ("error_rate 5..7%", Unit::Percent, range),
        ("complaints > 5/h", Unit::PerHour, past(LimitOp::Above, 5.0)),
    ] {
        let name = text.split(['>', ' ']).next().unwrap().to_owned();
        assert_eq!(condition(text, unit), Ok((name, wanted)), "{text}");
    }
    for text in [
        "",
        "> 7s",
        "x",
        "x 7s",
        "x 7..5s",
        "x 5..5s",
        "x ..7s",
        "x 5..",
        "x > 5% and <= 7s",
        "x >= 5s and < 7s",
        "x > 5s and > 7s",
        "x == 5",
    ] {
        assert!(condition(text, Unit::Seconds).is_err(), "{text}");
    }
}

#[test]
fn advice_in_every_form() {
    let to = |p| Ok(Advice::ReduceTo(Percent::new(p).unwrap()));
    assert_eq!(parse_advice("disable"), Ok(Advice::Disable));
    assert_eq!(parse_advice(" Investigate "), Ok(Advice::Investigate));
    for (text, percent) in [
        ("reduce to 50", 50),
        ("reduce to 50 %", 50),
        ("reduce to 0%", 0),
    ] {
        assert_eq!(parse_advice(text), to(percent), "{text}");
    }
    for text in [
        "",
        "reduce",
        "reduce to",
        "reduce to 101",
        "reduce to -1",
        "reduce to 12.5",
        "reduce to fifty",
        "raise to 50",
        "rollback",
    ] {
        assert!(parse_advice(text).is_err(), "{text}");
    }
}

#[test]
fn a_verdict_with_other_values_comes_to_the_same() {
    let at = Timestamp::from_millis(0);
    let look = |rule: &str, text: &str| Verdict {
        decision: Decision::Hold,
        reasons: vec![Reason {
            rule: rule.to_owned(),
            text: text.to_owned(),
            value: None,
            limit: None,
            samples: None,
            at: None,
            before_stage: false,
        }],
        recommend: Some(Recommendation::Investigate(text.to_owned())),
        ..Verdict::nothing_known(at)
    };
    let one = look("orphaned > 20/session", "orphaned 53/sess, 2 s old");
    assert!(one.comes_to_the_same(&look("orphaned > 20/session", "orphaned 58/sess, 3 s old")));
    assert!(!one.comes_to_the_same(&look("dropped > 200/min", "dropped 500/min")));
    assert!(!one.comes_to_the_same(&Verdict {
        recommend: Some(Recommendation::Disable),
        ..one.clone()
    }));
    assert!(!one.comes_to_the_same(&Verdict::nothing_known(at)));
}
