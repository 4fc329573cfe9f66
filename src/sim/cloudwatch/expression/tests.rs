//! Metric math, from text to numbers.

use super::compute::run;
use super::series::{Data, TimeSeries};
use super::syntax::parse;
use crate::sim::cloudwatch::query::{Query, read_all};
use crate::sim::cloudwatch::store::{MINUTE, Metrics, Span};
use crate::sim::wire::{Value, map};

mod search;

const T0: i64 = 1_800_000_000_000 / MINUTE * MINUTE;

/// Metrics m1 = 1 2 3 4, m2 = 2 0 - 8, and one per session.
fn metrics() -> Metrics {
    let mut metrics = Metrics::default();
    for (minute, value) in [(0, 1.0), (1, 2.0), (2, 3.0), (3, 4.0)] {
        metrics.put("N", "m1", &[], "Count", T0 + minute * MINUTE, value, 1.0);
    }
    for (minute, value) in [(0, 2.0), (1, 0.0), (3, 8.0)] {
        metrics.put("N", "m2", &[], "Count", T0 + minute * MINUTE, value, 1.0);
    }
    for (session, minute, value) in [
        ("red-fox-1", 0, 10.0),
        ("red-fox-1", 1, 30.0),
        ("blue-owl-2", 1, 20.0),
    ] {
        metrics.put(
            "App/Voice",
            "CustomCount1",
            &[("SessionId", session)],
            "Count",
            T0 + minute * MINUTE,
            value,
            1.0,
        );
    }
    metrics
}

fn stat(name: &str) -> Value {
    map([
        ("Id", name.into()),
        (
            "MetricStat",
            map([
                (
                    "Metric",
                    map([("Namespace", "N".into()), ("MetricName", name.into())]),
                ),
                ("Period", 60.into()),
                ("Stat", "Sum".into()),
            ]),
        ),
    ])
}

fn math(id: &str, expression: &str) -> Value {
    map([("Id", id.into()), ("Expression", expression.into())])
}

fn queries(extra: Vec<Value>) -> Result<Vec<Query>, String> {
    let all = [vec![stat("m1"), stat("m2")], extra].concat();
    read_all(&Value::List(all)).map_err(|e| e.message)
}

fn computed(extra: Vec<Value>) -> Result<Data, String> {
    let queries = queries(extra)?;
    let span = Span {
        start: T0,
        end: T0 + 4 * MINUTE,
        origin: 0,
    };
    let computed = run(&metrics(), &queries, span, T0 + 4 * MINUTE).map_err(|e| e.message)?;
    computed
        .data
        .into_iter()
        .next_back()
        .ok_or_else(|| "no data".to_owned())
}

fn value(expression: &str) -> Result<Data, String> {
    computed(vec![math("e1", expression)])
}

/// The values by minute.
fn series(expression: &str) -> Result<Vec<(i64, f64)>, String> {
    match value(expression)? {
        Data::Series(s) => Ok(by_minute(&s)),
        other => Err(format!("{other}")),
    }
}

fn by_minute(series: &TimeSeries) -> Vec<(i64, f64)> {
    series
        .points
        .iter()
        .map(|(at, v)| ((at - T0) / MINUTE, *v))
        .collect()
}

fn scalar(expression: &str) -> Result<f64, String> {
    match value(expression)? {
        Data::Scalar(n) => Ok(n),
        other => Err(format!("{other}")),
    }
}

#[test]
fn operators_bind_as_they_should() {
    for (expression, result) in [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("10 - 4 - 3", 3.0),
        ("16 / 4 / 2", 2.0),
        ("2 ^ 3 ^ 2", 512.0),
        ("-2 ^ 2", -4.0),
        ("2 ^ -1", 0.5),
        ("- - 3", 3.0),
        ("2 * -3", -6.0),
        ("1.5e2 + .5", 150.5),
        ("1 + 1 == 2", 1.0),
        ("1 < 2 AND 2 < 1", 0.0),
        ("1 > 2 || 2 >= 2 && 3 <= 3", 1.0),
        ("1 OR 0 AND 0", 1.0),
        ("1 != 1", 0.0),
        ("3 \u{d7} 2 \u{2212} 1", 5.0),
    ] {
        assert_eq!(scalar(expression), Ok(result), "{expression}");
    }
}

#[test]
fn series_meet_where_both_have_points() {
    assert_eq!(series("m1 + m2"), Ok(vec![(0, 3.0), (1, 2.0), (3, 12.0)]));
    assert_eq!(
        series("100 * m1"),
        Ok(vec![(0, 100.0), (1, 200.0), (2, 300.0), (3, 400.0)])
    );
    assert_eq!(series("-m2"), Ok(vec![(0, -2.0), (1, -0.0), (3, -8.0)]));
    assert_eq!(
        series("m1 / m2"),
        Ok(vec![(0, 0.5), (3, 0.5)]),
        "a division by zero has no point"
    );
    assert!(matches!(value("m1 / m2"), Ok(Data::Series(s)) if s.dropped));
    assert!(matches!(value("m1 + m2"), Ok(Data::Series(s)) if !s.dropped));
}

#[test]
fn comparisons_count_a_missing_point_as_zero() {
    assert_eq!(
        series("m1 > m2"),
        Ok(vec![(0, 0.0), (1, 1.0), (2, 1.0), (3, 0.0)])
    );
    assert_eq!(series("m2 >= 2"), Ok(vec![(0, 1.0), (1, 0.0), (3, 1.0)]));
    assert_eq!(
        series("m1 > 1 AND m2 > 1"),
        Ok(vec![(0, 0.0), (1, 0.0), (2, 0.0), (3, 1.0)])
    );
}

#[test]
fn functions_over_one_series_are_scalars_and_over_many_are_series() {
    assert_eq!(scalar("SUM(m1)"), Ok(10.0));
    assert_eq!(scalar("AVG(m1)"), Ok(2.5));
    assert_eq!(scalar("MIN(m2)"), Ok(0.0));
    assert_eq!(scalar("MAX(m2)"), Ok(8.0));
    assert_eq!(scalar("DATAPOINT_COUNT(m2)"), Ok(3.0));
    assert_eq!(scalar("PERIOD(m1)"), Ok(60.0));
    assert_eq!(scalar("METRIC_COUNT(METRICS())"), Ok(2.0));
    assert!(scalar("STDDEV(m1)").is_ok_and(|v| (v - 1.25_f64.sqrt()).abs() < 1e-12));
    assert_eq!(
        series("SUM([m1, m2])"),
        Ok(vec![(0, 3.0), (1, 2.0), (2, 3.0), (3, 12.0)])
    );
    assert_eq!(
        series("AVG(METRICS())"),
        Ok(vec![(0, 1.5), (1, 1.0), (2, 3.0), (3, 6.0)])
    );
    assert_eq!(
        series("MAX(METRICS(\"2\"))"),
        Ok(vec![(0, 2.0), (1, 0.0), (3, 8.0)])
    );
    assert_eq!(series("SUM([METRICS('1'), m2])"), series("SUM(METRICS())"));
    assert_eq!(series("SUM(100 / [m1])"), series("100 / m1"));
    assert_eq!(
        series("m1 - MIN(m1)"),
        Ok(vec![(0, 0.0), (1, 1.0), (2, 2.0), (3, 3.0)])
    );
    assert_eq!(
        series("ABS(m1 - 3)"),
        Ok(vec![(0, 2.0), (1, 1.0), (2, 0.0), (3, 1.0)])
    );
    assert_eq!(
        series("CEIL(m1 / 2)"),
        Ok(vec![(0, 1.0), (1, 1.0), (2, 2.0), (3, 2.0)])
    );
    assert_eq!(
        series("FLOOR(m1 / 2)"),
        Ok(vec![(0, 0.0), (1, 1.0), (2, 1.0), (3, 2.0)])
    );
    assert_eq!(series("DIFF(m2)"), Ok(vec![(1, -2.0), (3, 8.0)]));
    assert_eq!(series("DIFF_TIME(m2)"), Ok(vec![(1, 60.0), (3, 120.0)]));
    assert_eq!(series("RATE(m2) * 60"), Ok(vec![(1, -2.0), (3, 4.0)]));
    assert_eq!(
        series("RUNNING_SUM(m1)"),
        Ok(vec![(0, 1.0), (1, 3.0), (2, 6.0), (3, 10.0)])
    );
    assert_eq!(
        series("TIME_SERIES(MAX(m1))"),
        Ok(vec![(0, 4.0), (1, 4.0), (2, 4.0), (3, 4.0)])
    );
    assert_eq!(
        series("FIRST(SORT(METRICS(), SUM, ASC))"),
        series("m1"),
        "10 and 10: the order stays"
    );
    assert_eq!(series("FIRST(SORT(METRICS(), MAX, DESC, 1))"), series("m2"));
    assert_eq!(series("LAST(SLICE(METRICS(), 0, 1))"), series("m1"));
}

#[test]
fn if_follows_the_documented_tables() {
    assert_eq!(
        series("IF(m2 > 0, 100 * m1 / m2, 0)"),
        Ok(vec![(0, 50.0), (1, 0.0), (3, 50.0)])
    );
    assert_eq!(
        series("IF(m1, m2, 7)"),
        Ok(vec![(0, 2.0), (1, 0.0), (2, 0.0), (3, 8.0)]),
        "true without a value is 0"
    );
    assert_eq!(
        series("IF(m1 > 5, 1, m2)"),
        Ok(vec![(0, 2.0), (1, 0.0), (3, 8.0)]),
        "false without a value is dropped"
    );
    assert_eq!(series("IF(m1 < 3, m1)"), Ok(vec![(0, 1.0), (1, 2.0)]));
    assert_eq!(series("IF(MAX(m1) > 3, m2, m1)"), series("m2"));
    assert_eq!(series("IF(0, m2)"), Ok(vec![]));
    assert!(value("IF(METRICS(), 1, 0)").is_err());
    assert!(value("IF(m1)").is_err());
}

#[test]
fn fill_puts_points_where_none_were() {
    assert_eq!(
        series("FILL(m2, 0)"),
        Ok(vec![(0, 2.0), (1, 0.0), (2, 0.0), (3, 8.0)])
    );
    assert_eq!(
        series("FILL(m2, REPEAT)"),
        Ok(vec![(0, 2.0), (1, 0.0), (2, 0.0), (3, 8.0)])
    );
    assert_eq!(
        series("FILL(m2, LINEAR)"),
        Ok(vec![(0, 2.0), (1, 0.0), (2, 4.0), (3, 8.0)])
    );
    assert_eq!(
        series("FILL(m2, m1)"),
        Ok(vec![(0, 2.0), (1, 0.0), (2, 3.0), (3, 8.0)])
    );
    assert_eq!(
        series("m1 + FILL(m2, 0)"),
        Ok(vec![(0, 3.0), (1, 2.0), (2, 3.0), (3, 12.0)])
    );
    assert_eq!(
        series("FILL(IF(m1 == 3, m1), REPEAT)"),
        Ok(vec![(2, 3.0), (3, 3.0)]),
        "nothing before the first to repeat"
    );
    assert_eq!(
        series("FILL(IF(m1 > 9, m1), 5)"),
        Ok(vec![(0, 5.0), (1, 5.0), (2, 5.0), (3, 5.0)])
    );
    assert!(value("FILL(m1, m1, 2)").is_err());
    assert!(value("FILL(m1, MAYBE)").is_err());
}

#[test]
fn nothing_is_filled_in_the_future() {
    let queries = queries(vec![math("e1", "FILL(m1, 0)")]).unwrap();
    let span = Span {
        start: T0,
        end: T0 + 60 * MINUTE,
        origin: 0,
    };
    let computed = run(&metrics(), &queries, span, T0 + 5 * MINUTE + 1).unwrap();
    assert!(matches!(
        computed.data.last(),
        Some(Data::Series(filled)) if filled.points.last().map(|(at, _)| *at) == Some(T0 + 5 * MINUTE)
    ));
}

#[test]
fn errors_name_the_expression_and_the_place() {
    for (expression, part) in [
        ("m1 +", "ends too early at position 4"),
        ("m1 m2", "unexpected 'm2' at position 3"),
        ("(m1", "expected ')' but found the end at position 3"),
        ("NOPE(m1)", "Unknown function 'NOPE' at position 0"),
        ("1 + nope(m1)", "Unknown function 'nope' at position 4"),
        ("m1 + m9", "Undefined id 'm9' at position 5"),
        ("m1 $ 2", "Unexpected character '$' at position 3"),
        ("'open", "Unterminated string at position 0"),
        ("1.2.3", "Malformed number at position 0"),
        ("3x", "Malformed number at position 0"),
        (
            "m1 + 'text'",
            "Unsupported operand type(s) for +: '[TimeSeries, String]' at position 3",
        ),
        (
            "ABS('x')",
            "Unsupported argument type(s) for ABS: '[String]' at position 0",
        ),
        (
            "[1, m1]",
            "An array must hold time series, not Scalar at position 0",
        ),
        ("é + ü", "Unexpected character 'é' at position 0"),
    ] {
        let error = value(expression).err().unwrap_or_default();
        assert!(
            error.starts_with("Error in expression 'e1': ") && error.contains(part),
            "{expression}: {error}"
        );
    }
}

#[test]
fn expressions_refer_to_each_other_in_any_order_but_not_in_circles() {
    assert_eq!(
        computed(vec![math("e3", "m1 * 2"), math("e2", "e3 + 1"), math("e1", "e2 + e3")]).map(|d| matches!(d, Data::Series(s) if by_minute(&s) == [(0, 5.0), (1, 9.0), (2, 13.0), (3, 17.0)])),
        Ok(true)
    );
    assert!(computed(vec![math("e1", "e1 + 1")]).is_err_and(|e| e.contains("refers to itself")));
    assert!(
        computed(vec![math("e1", "e2"), math("e2", "e3"), math("e3", "e1")])
            .is_err_and(|e| e.contains("refers to itself"))
    );
    assert!(computed(vec![math("m1", "1")]).is_err_and(|e| e.contains("not unique")));
    for bad in ["E1", "1e", "", "a-b", "ä"] {
        assert!(computed(vec![math(bad, "m1")]).is_err(), "{bad}");
    }
}

#[test]
fn long_and_deep_expressions_do_not_overflow() {
    let long = vec!["m1"; 600].join("+");
    assert_eq!(
        series(&long).map(|points| points.first().copied()),
        Ok(Some((0, 600.0)))
    );
    assert!(value(&"(".repeat(1500)).is_err_and(|e| e.contains("nested too deep")));
    assert!(value(&format!("{}1", "-".repeat(1500))).is_err_and(|e| e.contains("nested too deep")));
    assert!(value(&format!("2{}", "^2".repeat(900))).is_err_and(|e| e.contains("nested too deep")));
    let chain: Vec<_> = (1..400)
        .map(|i| math(&format!("e{i}"), &format!("e{} + 1", i + 1)))
        .chain([math("e400", "m1"), math("last", "e1")])
        .collect();
    assert!(
        matches!(computed(chain), Ok(Data::Series(s)) if by_minute(&s).first() == Some(&(0, 400.0)))
    );
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in ".{0,60}") {
        drop(parse(&text));
    }

    #[test]
    fn no_likely_text_panics(words in proptest::collection::vec(proptest::sample::select(vec![
        "m1", "m2", "(", ")", "[", "]", ",", "+", "-", "*", "/", "^", "<", "AND", "OR", "SUM", "IF", "FILL", "REPEAT", "'a'", "1", "0",
        "METRICS", "SEARCH", "'{N}'", "'Sum'", "60", "SLICE", "SORT", "DESC",
    ]), 0..14)) {
        drop(value(&words.join(" ")));
    }
}
