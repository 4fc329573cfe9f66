//! GetMetricData.

use super::*;

fn request(queries: Vec<Value>, minutes: i64) -> Value {
    map([
        ("MetricDataQueries", queries.into()),
        ("StartTime", Value::Time(T0)),
        ("EndTime", Value::Time(T0 + minutes * MINUTE)),
    ])
}

fn get(aws: &mut Aws, input: &Value) -> OpResult {
    call(aws, "GetMetricData", input, T0 + 1000 * MINUTE)
}

fn values(result: &Value) -> Vec<f64> {
    result
        .get("Values")
        .items()
        .iter()
        .filter_map(Value::as_f64)
        .collect()
}

fn first(answer: &OpResult) -> Vec<f64> {
    answer
        .as_ref()
        .ok()
        .and_then(|a| a.get("MetricDataResults").items().first())
        .map(values)
        .unwrap_or_default()
}

#[test]
fn newest_first_unless_asked_otherwise() {
    let mut aws = account(4);
    let input = request(vec![metric("m1", "M", "Sum", 60)], 3);
    let answer = get(&mut aws, &input);
    assert_eq!(first(&answer), [3.0, 2.0, 1.0], "the end is exclusive");
    let answer = answer.unwrap();
    let result = answer.get("MetricDataResults").items().first().unwrap();
    assert_eq!(
        result.get("Timestamps").items().first(),
        Some(&Value::Time(T0 + 2 * MINUTE))
    );
    assert_eq!(
        (
            result.get("Label").as_str(),
            result.get("StatusCode").as_str()
        ),
        (Some("M"), Some("Complete"))
    );
    assert!(
        result
            .get("Values")
            .items()
            .iter()
            .all(|v| matches!(v, Value::Float(_)))
    );
    assert_eq!(answer.get("Messages"), &Value::List(vec![]));
    let ascending = with(&input, "ScanBy", "TimestampAscending".into());
    assert_eq!(first(&get(&mut aws, &ascending)), [1.0, 2.0, 3.0]);
}

#[test]
fn periods_group_and_percentiles_are_exact() {
    let mut aws = account(100);
    let ask = |aws: &mut Aws, stat, period| {
        first(&get(
            aws,
            &request(vec![metric("m1", "M", stat, period)], 100),
        ))
    };
    assert_eq!(ask(&mut aws, "Sum", 3600), [3220.0, 1830.0]);
    assert_eq!(ask(&mut aws, "SampleCount", 3600), [40.0, 60.0]);
    assert_eq!(ask(&mut aws, "p50", 3600), [80.5, 30.5]);
    assert_eq!(ask(&mut aws, "p100", 3600), [100.0, 60.0]);
    assert_eq!(ask(&mut aws, "Minimum", 300).len(), 20);
    assert_eq!(
        ask(&mut aws, "Average", 10).len(),
        100,
        "what is stored per minute cannot be cut finer"
    );
}

#[test]
fn missing_datapoints_and_unknown_metrics_are_absent() {
    let mut aws = account(2);
    aws.metrics
        .put("N", "M", &[], "Count", T0 + 5 * MINUTE, 9.0, 1.0);
    let answer = get(
        &mut aws,
        &request(
            vec![
                metric("m1", "M", "Sum", 60),
                metric("m2", "Nope", "Sum", 60),
            ],
            10,
        ),
    );
    assert_eq!(first(&answer), [9.0, 2.0, 1.0]);
    let answer = answer.unwrap();
    assert_eq!(
        members(&answer, "MetricDataResults", "StatusCode"),
        vec![Value::from("Complete"); 2]
    );
    assert_eq!(
        members(&answer, "MetricDataResults", "Values").last(),
        Some(&Value::List(vec![]))
    );
}

#[test]
fn only_returned_queries_show_and_searches_keep_their_id() {
    let mut aws = account(3);
    aws.metrics
        .put("N", "S", &[("Id", "a")], "Count", T0, 1.0, 1.0);
    aws.metrics
        .put("N", "S", &[("Id", "b")], "Count", T0, 2.0, 1.0);
    let search = |label: Value| {
        map([
            ("Id", "s".into()),
            ("Expression", "SEARCH('{N,Id}', 'Sum', 60)".into()),
            ("Label", label),
        ])
    };
    let hidden = with(&metric("m1", "M", "Sum", 60), "ReturnData", false.into());
    let double = map([("Id", "e1".into()), ("Expression", "m1 * 2".into())]);
    let answer = get(
        &mut aws,
        &request(vec![double, hidden, search(Value::Null)], 3),
    )
    .unwrap();
    assert_eq!(
        members(&answer, "MetricDataResults", "Id"),
        ["e1", "s", "s"].map(Value::from)
    );
    assert_eq!(
        members(&answer, "MetricDataResults", "Label"),
        ["e1", "a", "b"].map(Value::from)
    );
    let answer = get(&mut aws, &request(vec![search("worst".into())], 3)).unwrap();
    assert_eq!(
        members(&answer, "MetricDataResults", "Label"),
        ["worst a", "worst b"].map(Value::from)
    );
}

#[test]
fn pages_lose_and_repeat_nothing() {
    let mut aws = account(7);
    let queries = vec![
        metric("m1", "M", "Sum", 60),
        metric("m2", "Nope", "Sum", 60),
        metric("m3", "M", "Maximum", 60),
        metric("m4", "No", "Sum", 60),
    ];
    for most in 1..16 {
        let mut input = with(&request(queries.clone(), 7), "MaxDatapoints", most.into());
        let mut seen: Vec<(String, Vec<f64>)> = Vec::new();
        loop {
            let page = get(&mut aws, &input).unwrap();
            let results = page.get("MetricDataResults").items();
            assert!(results.iter().map(|r| values(r).len()).sum::<usize>() <= most as usize);
            for result in results {
                let id = result.get("Id").as_str().unwrap_or_default().to_owned();
                match seen.iter_mut().find(|(seen, _)| *seen == id) {
                    Some((_, all)) => all.extend(values(result)),
                    None => seen.push((id, values(result))),
                }
            }
            if page.get("NextToken").is_null() {
                assert!(
                    results
                        .iter()
                        .all(|r| r.get("StatusCode").as_str() == Some("Complete"))
                );
                break;
            }
            input = with(&input, "NextToken", page.get("NextToken").clone());
        }
        let all: Vec<f64> = (1..=7).rev().map(f64::from).collect();
        let wanted = [
            ("m1", all.clone()),
            ("m2", vec![]),
            ("m3", all),
            ("m4", vec![]),
        ]
        .map(|(id, v)| (id.to_owned(), v));
        assert_eq!(seen, wanted, "pages of {most}");
    }
}

#[test]
fn a_cut_series_says_so_and_a_foreign_token_is_refused() {
    let mut aws = account(7);
    let input = with(
        &request(vec![metric("m1", "M", "Sum", 60)], 7),
        "MaxDatapoints",
        3.into(),
    );
    let page = get(&mut aws, &input).unwrap();
    assert_eq!(
        members(&page, "MetricDataResults", "StatusCode"),
        [Value::from("PartialData")]
    );
    let other = with(
        &request(vec![metric("m2", "M", "Sum", 60)], 7),
        "NextToken",
        page.get("NextToken").clone(),
    );
    assert_eq!(code(get(&mut aws, &other)), "InvalidNextToken");
    for bad in ["x", "ffffffffffffffff00000001", "ä234567890123456789"] {
        assert_eq!(
            code(get(&mut aws, &with(&input, "NextToken", bad.into()))),
            "InvalidNextToken",
            "{bad}"
        );
    }
}

#[test]
fn partial_data_is_said_aloud() {
    let mut aws = Aws {
        partial_data: true,
        ..account(4)
    };
    let answer = get(&mut aws, &request(vec![metric("m1", "M", "Sum", 60)], 4));
    assert_eq!(first(&answer).len(), 2);
    let answer = answer.unwrap();
    assert_eq!(
        members(&answer, "MetricDataResults", "StatusCode"),
        [Value::from("PartialData")]
    );
    assert_eq!(answer.get("Messages").items().len(), 1);
}

#[test]
fn dropped_points_carry_a_message() {
    let mut aws = account(2);
    let ratio = map([("Id", "e1".into()), ("Expression", "m1 / (m1 - 1)".into())]);
    let answer = get(
        &mut aws,
        &request(vec![metric("m1", "M", "Sum", 60), ratio], 2),
    );
    let answer = answer.unwrap();
    let codes: Vec<_> = answer
        .get("MetricDataResults")
        .items()
        .iter()
        .map(|r| members(r, "Messages", "Code"))
        .collect();
    assert_eq!(codes, [vec![], vec![Value::from("ArithmeticError")]]);
}

#[test]
fn bad_requests_are_validation_errors() {
    let mut aws = account(2);
    let good = request(vec![metric("m1", "M", "Sum", 60)], 2);
    let scalar = map([("Id", "e1".into()), ("Expression", "5".into())]);
    let both = with(&metric("m1", "M", "Sum", 60), "Expression", "1".into());
    for bad in [
        map([]),
        with(&good, "EndTime", Value::Time(T0)),
        with(&good, "StartTime", Value::Null),
        with(&good, "MaxDatapoints", 0.into()),
        with(&good, "MaxDatapoints", 100_801.into()),
        with(&good, "ScanBy", "Sideways".into()),
        with(&good, "MetricDataQueries", vec![scalar].into()),
        with(&good, "MetricDataQueries", vec![both].into()),
        with(
            &good,
            "MetricDataQueries",
            vec![map([("Id", "m1".into())])].into(),
        ),
        with(
            &good,
            "MetricDataQueries",
            vec![metric("m1", "M", "Sum", 61)].into(),
        ),
        with(
            &good,
            "MetricDataQueries",
            vec![metric("m1", "M", "Sum", 0)].into(),
        ),
        with(
            &good,
            "MetricDataQueries",
            vec![metric("m1", "M", "p101", 60)].into(),
        ),
        with(
            &good,
            "MetricDataQueries",
            vec![metric("m1", "M", "Sum", 60), metric("m1", "M", "Sum", 60)].into(),
        ),
        with(
            &good,
            "MetricDataQueries",
            (0..501)
                .map(|i| metric(&format!("m{i}"), "M", "Sum", 60))
                .collect::<Vec<_>>()
                .into(),
        ),
    ] {
        assert_eq!(code(get(&mut aws, &bad)), "ValidationError", "{bad:?}");
    }
    let full = with(
        &good,
        "MetricDataQueries",
        (0..500)
            .map(|i| metric(&format!("m{i}"), "M", "Sum", 60))
            .collect::<Vec<_>>()
            .into(),
    );
    assert_eq!(code(get(&mut aws, &full)), "ok");
}

#[test]
fn times_may_be_iso_text_or_seconds() {
    let mut aws = account(3);
    let input = request(vec![metric("m1", "M", "Sum", 60)], 3);
    for (start, end) in [
        (
            Value::from("2027-01-15T08:00:00"),
            Value::from("2027-01-15T08:03:00Z"),
        ),
        (
            Value::Int(T0 / 1000),
            Value::Float((T0 / 1000 + 180) as f64),
        ),
        (
            Value::from("2027-01-15T09:00:00+01:00"),
            Value::Time(T0 + 3 * MINUTE),
        ),
    ] {
        let input = with(&with(&input, "StartTime", start), "EndTime", end);
        assert_eq!(first(&get(&mut aws, &input)), [3.0, 2.0, 1.0]);
    }
    assert_eq!(
        code(get(
            &mut aws,
            &with(&input, "StartTime", "yesterday".into())
        )),
        "SerializationException"
    );
}
