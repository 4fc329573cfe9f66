//! PutMetricData and ListMetrics.

use super::*;

fn put(aws: &mut Aws, namespace: &str, data: Vec<Value>) -> OpResult {
    call(
        aws,
        "PutMetricData",
        &map([("Namespace", namespace.into()), ("MetricData", data.into())]),
        T0 + 5 * MINUTE,
    )
}

fn datum(members: &[(&str, Value)]) -> Value {
    members
        .iter()
        .fold(map([("MetricName", "M".into())]), |datum, (name, value)| {
            with(&datum, name, value.clone())
        })
}

fn floats(values: &[f64]) -> Value {
    Value::List(values.iter().map(|v| Value::Float(*v)).collect())
}

fn set(count: f64, sum: f64, min: f64, max: f64) -> Value {
    map([
        ("SampleCount", count.into()),
        ("Sum", sum.into()),
        ("Minimum", min.into()),
        ("Maximum", max.into()),
    ])
}

fn read(aws: &mut Aws, stat: &str) -> Vec<Value> {
    let input = map([
        (
            "MetricDataQueries",
            vec![metric("m1", "M", stat, 3600)].into(),
        ),
        ("StartTime", Value::Time(T0)),
        ("EndTime", Value::Time(T0 + 60 * MINUTE)),
    ]);
    let answer = call(aws, "GetMetricData", &input, T0 + 60 * MINUTE);
    answer
        .map(|a| {
            a.get("MetricDataResults")
                .items()
                .iter()
                .flat_map(|r| r.get("Values").items().to_vec())
                .collect()
        })
        .unwrap_or_default()
}

#[test]
fn every_way_to_say_a_value_counts() {
    let mut aws = Aws::default();
    let data = vec![
        datum(&[("Value", 0.1.into())]),
        datum(&[("Value", 3.into()), ("Timestamp", Value::Time(T0))]),
        datum(&[
            ("Values", floats(&[1.0, 2.0])),
            ("Counts", floats(&[10.0, 1.0])),
        ]),
        datum(&[("Values", floats(&[5.0]))]),
        datum(&[("StatisticValues", set(2.0, 8.0, 4.0, 4.0))]),
    ];
    assert_eq!(put(&mut aws, "N", data), Ok(map([])));
    assert_eq!(read(&mut aws, "SampleCount"), [Value::Float(16.0)]);
    assert_eq!(
        read(&mut aws, "Sum"),
        [Value::Float(0.1 + 10.0 + 2.0 + 5.0 + 8.0 + 3.0)]
    );
    assert_eq!(read(&mut aws, "Minimum"), [Value::Float(0.1)]);
    assert_eq!(read(&mut aws, "p100"), [Value::Float(5.0)]);
    assert_eq!(
        put(
            &mut aws,
            "N",
            vec![datum(&[("StatisticValues", set(2.0, 8.0, 1.0, 7.0))])]
        ),
        Ok(map([]))
    );
    assert_eq!(read(&mut aws, "Maximum"), [Value::Float(7.0)]);
    assert_eq!(
        read(&mut aws, "p100"),
        [] as [Value; 0],
        "single values are not known any more"
    );
}

#[test]
fn bad_data_is_refused_whole() {
    let mut aws = Aws::default();
    let good = datum(&[("Value", 1.0.into())]);
    let dimension = |name: &str, value: &str| map([("Name", name.into()), ("Value", value.into())]);
    let many: Vec<_> = (0..31).map(|i| dimension(&format!("d{i}"), "x")).collect();
    let now = T0 + 5 * MINUTE;
    for (bad, expected) in [
        (datum(&[]), "MissingRequiredParameterException"),
        (
            datum(&[("Value", Value::Float(f64::NAN))]),
            "InvalidParameterValueException",
        ),
        (
            datum(&[("Value", "NaN".into())]),
            "InvalidParameterValueException",
        ),
        (
            datum(&[("Value", "Infinity".into())]),
            "InvalidParameterValueException",
        ),
        (
            datum(&[("Value", Value::Float(1e109))]),
            "InvalidParameterValueException",
        ),
        (
            datum(&[
                ("Value", 1.0.into()),
                ("StatisticValues", set(1.0, 1.0, 1.0, 1.0)),
            ]),
            "InvalidParameterCombinationException",
        ),
        (
            datum(&[("Values", floats(&[1.0])), ("Counts", floats(&[1.0, 2.0]))]),
            "InvalidParameterValueException",
        ),
        (
            datum(&[("Values", floats(&[1.0])), ("Counts", floats(&[0.0]))]),
            "InvalidParameterValueException",
        ),
        (
            datum(&[("Values", floats(&[0.0; 151]))]),
            "InvalidParameterValueException",
        ),
        (
            datum(&[("StatisticValues", set(0.0, 1.0, 1.0, 1.0))]),
            "InvalidParameterValueException",
        ),
        (
            datum(&[("StatisticValues", map([]))]),
            "MissingRequiredParameterException",
        ),
        (
            datum(&[("Value", 1.0.into()), ("Unit", "Furlongs".into())]),
            "InvalidParameterValueException",
        ),
        (
            datum(&[("Value", 1.0.into()), ("Dimensions", many.into())]),
            "ValidationError",
        ),
        (
            datum(&[
                ("Value", 1.0.into()),
                ("Dimensions", vec![dimension("a", "")].into()),
            ]),
            "ValidationError",
        ),
        (
            datum(&[
                ("Value", 1.0.into()),
                (
                    "Dimensions",
                    vec![dimension("a", "1"), dimension("a", "2")].into(),
                ),
            ]),
            "InvalidParameterValueException",
        ),
        (
            datum(&[
                ("Value", 1.0.into()),
                ("Timestamp", Value::Time(now + 2 * 3_600_000 + 1)),
            ]),
            "InvalidParameterValueException",
        ),
        (
            datum(&[
                ("Value", 1.0.into()),
                ("Timestamp", Value::Time(now - 15 * 86_400_000)),
            ]),
            "InvalidParameterValueException",
        ),
        (
            datum(&[("Value", 1.0.into()), ("StorageResolution", 5.into())]),
            "InvalidParameterValueException",
        ),
        (
            datum(&[("Value", 1.0.into()), ("MetricName", Value::Null)]),
            "MissingRequiredParameterException",
        ),
    ] {
        assert_eq!(
            code(put(&mut aws, "N", vec![good.clone(), bad.clone()])),
            expected,
            "{bad:?}"
        );
    }
    for namespace in ["AWS/Lambda", ":a", "a\u{1f}b"] {
        assert_eq!(
            code(put(&mut aws, namespace, vec![good.clone()])),
            "InvalidParameterValueException"
        );
    }
    assert_eq!(
        code(put(&mut aws, "", vec![good.clone()])),
        "ValidationError"
    );
    assert_eq!(
        code(put(&mut aws, "N", vec![])),
        "MissingRequiredParameterException"
    );
    assert_eq!(
        code(put(&mut aws, "N", vec![good; 1001])),
        "ValidationError"
    );
    assert_eq!(
        aws.metrics.iter().count(),
        0,
        "nothing of a refused request is stored"
    );
}

#[test]
fn metrics_are_listed_filtered_and_in_pages() {
    let mut aws = account(1);
    for i in 0..1100 {
        aws.metrics.put(
            "N",
            "S",
            &[
                ("SessionId", &format!("s{i:04}")),
                ("Kind", if i % 2 == 0 { "even" } else { "odd" }),
            ],
            "Count",
            T0,
            1.0,
            1.0,
        );
    }
    let mut list = |input: Value, now: i64| call(&mut aws, "ListMetrics", &input, now);
    let count = |answer: &OpResult| {
        answer
            .as_ref()
            .map_or(0, |a| a.get("Metrics").items().len())
    };
    let filter = |name: &str, value: Value| {
        Value::List(vec![map([("Name", name.into()), ("Value", value)])])
    };
    assert_eq!(count(&list(map([("MetricName", "M".into())]), T0)), 1);
    assert_eq!(count(&list(map([("Namespace", "Other".into())]), T0)), 0);
    assert_eq!(
        count(&list(
            map([("Dimensions", filter("SessionId", "s0007".into()))]),
            T0
        )),
        1
    );
    assert_eq!(
        count(&list(
            map([("Dimensions", filter("SessionId", "*".into()))]),
            T0
        )),
        0
    );
    assert_eq!(
        count(&list(
            map([
                ("MetricName", "M".into()),
                ("RecentlyActive", "PT3H".into())
            ]),
            T0 + 4 * 3_600_000
        )),
        0
    );
    assert_eq!(
        count(&list(
            map([
                ("MetricName", "M".into()),
                ("RecentlyActive", "PT3H".into())
            ]),
            T0 + 3_600_000
        )),
        1
    );
    assert_eq!(
        code(list(map([("RecentlyActive", "PT1H".into())]), T0)),
        "ValidationError"
    );
    assert_eq!(
        code(list(map([("NextToken", "x".into())]), T0)),
        "InvalidParameterValueException"
    );
    let mut seen = Vec::new();
    let mut input = map([("Dimensions", filter("SessionId", Value::Null))]);
    let mut sizes = Vec::new();
    loop {
        let page = list(input.clone(), T0).unwrap();
        sizes.push(page.get("Metrics").items().len());
        seen.extend(
            page.get("Metrics")
                .items()
                .iter()
                .map(|m| format!("{:?}", m.get("Dimensions"))),
        );
        if page.get("NextToken").is_null() {
            break;
        }
        input = with(&input, "NextToken", page.get("NextToken").clone());
    }
    assert_eq!(sizes, [500, 500, 100]);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 1100);
}
