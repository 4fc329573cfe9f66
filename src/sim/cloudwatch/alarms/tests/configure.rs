//! Putting, describing and deleting alarms.

use super::*;

fn named(name: &str) -> Value {
    with(&alarm(1, 1), &[("AlarmName", name.into())])
}

#[test]
fn what_was_put_is_described() {
    let arn = "arn:aws:sns:us-east-1:123456789012:oncall";
    let dimensions = Value::List(vec![map([
        ("Name", "FunctionName".into()),
        ("Value", "audio-processor".into()),
    ])]);
    let definition = with(
        &alarm(2, 3),
        &[
            ("Statistic", Value::Null),
            ("ExtendedStatistic", "p95".into()),
            ("AlarmDescription", "p95 above 5 s".into()),
            ("AlarmActions", list(&[arn])),
            ("TreatMissingData", "notBreaching".into()),
            ("EvaluateLowSampleCountPercentile", "evaluate".into()),
            ("Unit", "Milliseconds".into()),
            ("Dimensions", dimensions.clone()),
            ("ActionsEnabled", false.into()),
        ],
    );
    let mut crank = Crank::new(&[definition]);
    let answer = crank.call("DescribeAlarms", &map([])).unwrap();
    let shown = answer.get("MetricAlarms").items().first().unwrap();
    for (name, value) in [
        (
            "AlarmArn",
            "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a".into(),
        ),
        ("ExtendedStatistic", "p95".into()),
        ("AlarmDescription", "p95 above 5 s".into()),
        ("AlarmActions", list(&[arn])),
        ("OKActions", list(&[])),
        ("TreatMissingData", "notBreaching".into()),
        ("EvaluateLowSampleCountPercentile", "evaluate".into()),
        ("Unit", "Milliseconds".into()),
        ("Dimensions", dimensions.clone()),
        ("ActionsEnabled", false.into()),
        ("Threshold", Value::Float(5.0)),
        ("DatapointsToAlarm", 2.into()),
        ("EvaluationPeriods", 3.into()),
        ("Period", 60.into()),
        ("StateValue", "INSUFFICIENT_DATA".into()),
        ("StateUpdatedTimestamp", Value::Time(T0)),
        ("StateTransitionedTimestamp", Value::Time(T0)),
        ("AlarmConfigurationUpdatedTimestamp", Value::Time(T0)),
        ("Statistic", Value::Null),
        ("EvaluationState", Value::Null),
    ] {
        assert_eq!(shown.get(name), &value, "{name}");
    }
    let metric = [
        ("Namespace", "N".into()),
        ("MetricName", "M".into()),
        ("Dimensions", dimensions),
    ];
    let count = |answer: OpResult| answer.map_or(0, |a| a.get("MetricAlarms").items().len());
    assert_eq!(
        count(crank.call("DescribeAlarmsForMetric", &structure(&metric))),
        1
    );
    assert_eq!(
        count(crank.call("DescribeAlarmsForMetric", &structure(&metric[..2]))),
        0
    );
    crank.aws.partial_data = true;
    let answer = crank.call("DescribeAlarms", &map([])).unwrap();
    assert_eq!(
        texts(answer.get("MetricAlarms").items(), "EvaluationState"),
        ["PARTIAL_DATA"]
    );
}

#[test]
fn bad_alarms_are_refused() {
    let mut crank = Crank::new(&[]);
    let good = alarm(1, 1);
    for bad in [
        vec![("AlarmName", Value::Null)],
        vec![("AlarmName", "x".repeat(256).into())],
        vec![("Namespace", Value::Null)],
        vec![("MetricName", Value::Null)],
        vec![("Statistic", Value::Null)],
        vec![("ExtendedStatistic", "p95".into())],
        vec![("Statistic", "p95".into())],
        vec![
            ("Statistic", Value::Null),
            ("ExtendedStatistic", "Average".into()),
        ],
        vec![("Period", Value::Null)],
        vec![("Period", 61.into())],
        vec![("Period", 0.into())],
        vec![("EvaluationPeriods", Value::Null)],
        vec![("EvaluationPeriods", 0.into())],
        vec![("EvaluationPeriods", 1441.into())],
        vec![("EvaluationPeriods", i64::MAX.into())],
        vec![("DatapointsToAlarm", 2.into())],
        vec![("DatapointsToAlarm", 0.into())],
        vec![("Threshold", Value::Null)],
        vec![("Threshold", Value::Float(f64::NAN))],
        vec![("ComparisonOperator", Value::Null)],
        vec![("ComparisonOperator", "Above".into())],
        vec![("TreatMissingData", "zero".into())],
        vec![("EvaluateLowSampleCountPercentile", "maybe".into())],
        vec![("AlarmActions", list(&["me"]))],
        vec![("AlarmActions", list(&["arn:aws:sns:us-east-1:1:t"; 6]))],
        vec![("ThresholdMetricId", "ad1".into())],
        vec![("Metrics", Value::List(vec![]))],
    ] {
        assert_eq!(
            code(crank.call("PutMetricAlarm", &with(&good, &bad))),
            "ValidationError",
            "{bad:?}"
        );
    }
    assert_eq!(crank.described(&[]), [] as [&str; 0]);
    assert_eq!(crank.history(&[]).len(), 0);
}

#[test]
fn metric_math_that_no_alarm_can_watch_is_refused() {
    let mut crank = Crank::new(&[]);
    let single = ["Namespace", "MetricName", "Statistic", "Period"].map(|name| (name, Value::Null));
    let base = with(&alarm(1, 1), &single);
    let metric = map([
        ("Id", "m1".into()),
        ("ReturnData", false.into()),
        (
            "MetricStat",
            map([
                (
                    "Metric",
                    map([("Namespace", "N".into()), ("MetricName", "M".into())]),
                ),
                ("Period", 60.into()),
                ("Stat", "Sum".into()),
            ]),
        ),
    ]);
    let math = |text: &str| map([("Id", "e1".into()), ("Expression", text.into())]);
    let mut put = |queries: Vec<Value>| {
        crank
            .call(
                "PutMetricAlarm",
                &with(&base, &[("Metrics", queries.into())]),
            )
            .map_err(|e| e.message)
    };
    let search = "MAX(SEARCH('{N,SessionId}', 'Maximum', 60))";
    assert_eq!(
        put(vec![math(search), metric.clone()]),
        Err("SEARCH is not supported on Metric Alarms.".to_owned())
    );
    assert!(
        put(vec![math("AVG(m1)"), metric.clone()])
            .is_err_and(|e| e.contains("single time series, not Scalar"))
    );
    assert!(put(vec![math("METRICS()"), metric.clone()]).is_err_and(|e| e.contains("not Array")));
    assert!(put(vec![metric.clone()]).is_err_and(|e| e.contains("exactly one")));
    assert!(put(vec![math("m1 +"), metric.clone()]).is_err_and(|e| e.contains("position")));
    assert!(put(vec![math("TIME_SERIES(1)")]).is_err_and(|e| e.contains("MetricStat")));
    assert!(put(vec![math("FILL(m1, 0)"), metric]).is_ok());
}

#[test]
fn describing_filters_and_pages() {
    let mut crank = Crank::new(&[named("web-1"), named("web-2"), named("db-1")]);
    crank.aws.metrics.put("N", "M", &[], "", T0, 9.0, 1.0);
    crank.minute(None);
    let other = with(
        &named("quiet"),
        &[
            ("MetricName", "Nothing".into()),
            (
                "OKActions",
                list(&["arn:aws:lambda:us-east-1:1:function:f"]),
            ),
        ],
    );
    assert_eq!(code(crank.call("PutMetricAlarm", &other)), "ok");
    let composite = map([
        ("AlarmName", "all".into()),
        ("AlarmRule", "ALARM(web-1) OR ALARM(db-1)".into()),
    ]);
    assert_eq!(code(crank.call("PutCompositeAlarm", &composite)), "ok");
    assert_eq!(
        crank.described(&[]),
        ["db-1", "quiet", "web-1", "web-2"],
        "no composite unless asked for"
    );
    assert_eq!(
        crank.described(&[("AlarmTypes", list(&["CompositeAlarm"]))]),
        ["all"]
    );
    assert_eq!(
        crank
            .described(&[("AlarmTypes", list(&["CompositeAlarm", "MetricAlarm"]))])
            .len(),
        5
    );
    assert_eq!(
        crank.described(&[("AlarmNames", list(&["web-2", "gone", "all"]))]),
        ["web-2"]
    );
    assert_eq!(
        crank.described(&[("AlarmNamePrefix", "web".into())]),
        ["web-1", "web-2"]
    );
    assert_eq!(
        crank.described(&[("StateValue", "ALARM".into())]),
        ["db-1", "web-1", "web-2"]
    );
    assert_eq!(
        crank.described(&[("StateValue", "INSUFFICIENT_DATA".into())]),
        ["quiet"]
    );
    assert_eq!(
        crank.described(&[("ActionPrefix", "arn:aws:lambda".into())]),
        ["quiet"]
    );
    assert_eq!(
        crank.described(&[("ChildrenOfAlarmName", "all".into())]),
        ["db-1", "web-1"]
    );
    assert_eq!(
        crank.described(&[("ParentsOfAlarmName", "db-1".into())]),
        ["all"]
    );
    for bad in [
        vec![("MaxRecords", 0.into())],
        vec![("MaxRecords", 101.into())],
        vec![("StateValue", "BAD".into())],
        vec![("AlarmTypes", list(&["Any"]))],
        vec![
            ("AlarmNames", list(&["a"])),
            ("AlarmNamePrefix", "a".into()),
        ],
    ] {
        assert_eq!(
            code(crank.call("DescribeAlarms", &structure(&bad))),
            "ValidationError",
            "{bad:?}"
        );
    }
    assert_eq!(
        code(crank.call("DescribeAlarms", &structure(&[("NextToken", "x".into())]))),
        "InvalidNextToken"
    );
    let page = crank
        .call("DescribeAlarms", &structure(&[("MaxRecords", 3.into())]))
        .unwrap();
    assert_eq!(
        texts(page.get("MetricAlarms").items(), "AlarmName"),
        ["db-1", "quiet", "web-1"]
    );
    assert_eq!(
        crank.described(&[
            ("MaxRecords", 3.into()),
            ("NextToken", page.get("NextToken").clone())
        ]),
        ["web-2"]
    );
}

#[test]
fn deleting_takes_what_is_there_beside_a_wrong_name_and_leaves_the_history() {
    let mut crank = Crank::new(&[named("a"), named("b")]);
    let answer = crank.call(
        "DeleteAlarms",
        &structure(&[("AlarmNames", list(&["a", "nope"]))]),
    );
    assert_eq!(
        answer.map_err(|e| (e.code, e.status)),
        Err(("ResourceNotFound", 404))
    );
    assert_eq!(crank.described(&[]), ["b"]);
    assert_eq!(
        texts(
            &crank.history(&[("AlarmName", "a".into())]),
            "HistorySummary"
        ),
        ["Alarm \"a\" deleted", "Alarm \"a\" created"]
    );
    assert_eq!(
        code(crank.call("DeleteAlarms", &map([]))),
        "ValidationError"
    );
    assert_eq!(
        code(crank.call("PutDashboard", &map([]))),
        "UnknownOperationException"
    );
}
