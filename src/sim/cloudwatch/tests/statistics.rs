//! GetMetricStatistics.

use super::*;

fn statistics(extra: &[(&str, Value)]) -> Value {
    let input = map([
        ("Namespace", "N".into()),
        ("MetricName", "M".into()),
        ("StartTime", Value::Time(T0)),
        ("EndTime", Value::Time(T0 + 60 * MINUTE)),
        ("Period", 60.into()),
    ]);
    extra.iter().fold(input, |input, (name, value)| {
        with(&input, name, value.clone())
    })
}

fn list(items: &[&str]) -> Value {
    Value::List(items.iter().map(|&i| i.into()).collect())
}

#[test]
fn statistics_come_unordered_but_always_the_same() {
    let mut aws = account(60);
    let input = statistics(&[("Statistics", list(&["Sum", "Maximum"]))]);
    let answer = call(&mut aws, "GetMetricStatistics", &input, T0).unwrap();
    let mut times: Vec<_> = members(&answer, "Datapoints", "Timestamp")
        .iter()
        .filter_map(Value::as_millis)
        .collect();
    assert_eq!(times.len(), 60);
    assert!(!times.is_sorted() && !times.iter().rev().is_sorted());
    times.sort_unstable();
    times.dedup();
    assert_eq!(times.len(), 60);
    assert_eq!(
        call(&mut aws, "GetMetricStatistics", &input, T0),
        Ok(answer.clone())
    );
    let point = answer
        .get("Datapoints")
        .items()
        .iter()
        .find(|p| p.get("Timestamp") == &Value::Time(T0 + 4 * MINUTE))
        .unwrap();
    assert_eq!(point.get("Sum"), &Value::Float(5.0));
    assert_eq!(point.get("Unit").as_str(), Some("Count"));
    assert!(point.get("Average").is_null());
}

#[test]
fn extended_statistics_are_a_map() {
    let mut aws = account(60);
    let input = statistics(&[
        ("ExtendedStatistics", list(&["p50", "p99.9"])),
        ("Period", 3600.into()),
    ]);
    let answer = call(&mut aws, "GetMetricStatistics", &input, T0).unwrap();
    let extended = members(&answer, "Datapoints", "ExtendedStatistics");
    assert_eq!(
        extended.first().map(|m| m.get("p50").clone()),
        Some(Value::Float(30.5))
    );
    assert!(
        extended
            .first()
            .is_some_and(|m| m.get("p99.9").as_f64().is_some_and(|v| v > 59.0))
    );
}

#[test]
fn a_star_is_a_literal_dimension() {
    let mut aws = account(0);
    aws.metrics
        .put("N", "M", &[("SessionId", "a")], "Count", T0, 1.0, 1.0);
    let star = vec![map([("Name", "SessionId".into()), ("Value", "*".into())])];
    let answer = call(
        &mut aws,
        "GetMetricStatistics",
        &statistics(&[("Statistics", list(&["Sum"])), ("Dimensions", star.into())]),
        T0,
    )
    .unwrap();
    assert_eq!(answer.get("Datapoints"), &Value::List(vec![]));
}

#[test]
fn the_mistakes_of_runbooks_are_refused() {
    let mut aws = account(3);
    let mut refused = |extra: &[(&str, Value)]| {
        code(call(
            &mut aws,
            "GetMetricStatistics",
            &statistics(extra),
            T0,
        ))
    };
    let sum = ("Statistics", list(&["Sum"]));
    assert_eq!(
        refused(&[
            ("Statistics", list(&["Average"])),
            ("ExtendedStatistics", list(&["p95"]))
        ]),
        "InvalidParameterCombinationException"
    );
    assert_eq!(
        refused(&[("Statistics", list(&["p95"]))]),
        "InvalidParameterValueException"
    );
    assert_eq!(
        refused(&[("ExtendedStatistics", list(&["Average"]))]),
        "InvalidParameterValueException"
    );
    assert_eq!(refused(&[]), "InvalidParameterCombinationException");
    assert_eq!(
        refused(&[sum.clone(), ("Period", 90.into())]),
        "InvalidParameterValueException"
    );
    assert_eq!(
        refused(&[sum.clone(), ("EndTime", Value::Time(T0 + 1441 * MINUTE))]),
        "InvalidParameterCombinationException"
    );
    assert_eq!(
        refused(&[sum.clone(), ("EndTime", Value::Time(T0 + 1440 * MINUTE))]),
        "ok"
    );
    assert_eq!(
        refused(&[sum.clone(), ("EndTime", Value::Time(T0))]),
        "InvalidParameterCombinationException"
    );
    assert_eq!(
        refused(&[sum, ("Namespace", Value::Null)]),
        "MissingRequiredParameterException"
    );
}
