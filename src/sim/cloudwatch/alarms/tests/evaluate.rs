//! What metric alarms come to, and what they say about it.

use super::*;

#[test]
fn two_of_two_minutes() {
    let mut crank = Crank::new(&[alarm(2, 2)]);
    assert_eq!(crank.state("a"), "INSUFFICIENT_DATA");
    assert_eq!(crank.reason("a"), "Unchecked: Initial alarm creation");
    assert_eq!(
        crank.minutes("00X0XX"),
        ["OK", "OK", "OK", "OK", "OK", "ALARM"]
    );
    assert_eq!(
        crank.reason("a"),
        "Threshold Crossed: 2 datapoints [9.0 (15/01/27 08:05:00), 9.0 (15/01/27 08:04:00)] were greater than the threshold (5.0)."
    );
    assert_eq!(crank.minutes("X00"), ["ALARM", "OK", "OK"]);
    assert_eq!(
        crank.reason("a"),
        "Threshold Crossed: 1 datapoint [1.0 (15/01/27 08:07:00)] was not greater than the threshold (5.0)."
    );
}

#[test]
fn two_of_three_minutes_say_so() {
    let mut crank = Crank::new(&[alarm(2, 3)]);
    assert_eq!(crank.minutes("0X0X"), ["OK", "OK", "OK", "ALARM"]);
    assert_eq!(
        crank.reason("a"),
        "Threshold Crossed: 2 out of the last 3 datapoints [9.0 (15/01/27 08:03:00), 9.0 (15/01/27 08:01:00)] were greater than the \
         threshold (5.0) (minimum 2 datapoints for OK -> ALARM transition)."
    );
}

#[test]
fn the_minute_that_is_still_filling_does_not_count() {
    let mut crank = Crank::new(&[alarm(1, 1)]);
    crank.minutes("000");
    crank
        .aws
        .metrics
        .put("N", "M", &[], "", crank.now() + 5_000, 99.0, 1.0);
    let now = crank.now() + 30_000;
    crank.aws.alarms.evaluate(&crank.aws.metrics, now);
    assert_eq!(crank.state("a"), "OK");
    assert_eq!(
        crank.minute(None),
        "ALARM",
        "but the last full one does, as soon as it is full"
    );
}

#[test]
fn missing_data_by_each_rule() {
    let after_data = |rule: Value, then: &str| {
        let mut crank = Crank::new(&[with(&alarm(2, 2), &[("TreatMissingData", rule)])]);
        crank.minutes("0000");
        crank.minutes(then)
    };
    // The evaluation range is four periods: two that are looked at, two that may make up for missing ones.
    assert_eq!(
        after_data(Value::Null, "-----"),
        ["OK", "OK", "OK", "INSUFFICIENT_DATA", "INSUFFICIENT_DATA"]
    );
    assert_eq!(
        after_data("missing".into(), "-----"),
        ["OK", "OK", "OK", "INSUFFICIENT_DATA", "INSUFFICIENT_DATA"]
    );
    assert_eq!(after_data("ignore".into(), "------"), ["OK"; 6]);
    assert_eq!(after_data("notBreaching".into(), "------"), ["OK"; 6]);
    assert_eq!(
        after_data("breaching".into(), "-----"),
        ["OK", "OK", "OK", "ALARM", "ALARM"]
    );
}

#[test]
fn missing_data_has_its_own_words() {
    let reason = |rule: &str| {
        let mut crank = Crank::new(&[with(&alarm(2, 2), &[("TreatMissingData", rule.into())])]);
        crank.minute(None);
        crank.reason("a").to_owned()
    };
    assert_eq!(
        reason("breaching"),
        "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching]."
    );
    assert_eq!(
        reason("notBreaching"),
        "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [NonBreaching]."
    );
    assert_eq!(reason("ignore"), "Unchecked: Initial alarm creation");
    let mut crank = Crank::new(&[with(&alarm(1, 1), &[])]);
    crank.minutes("0---");
    assert_eq!(
        crank.reason("a"),
        "Insufficient Data: 1 datapoint was unknown."
    );
    let mut crank = Crank::new(&[with(
        &alarm(2, 3),
        &[("TreatMissingData", "breaching".into())],
    )]);
    crank.minutes("0");
    assert_eq!(
        crank.reason("a"),
        "Threshold Crossed: 1 datapoint was received for 3 periods and 2 missing datapoints were treated as [Breaching]."
    );
}

#[test]
fn percentiles_over_few_samples_can_be_left_alone() {
    let p95 = with(
        &alarm(1, 1),
        &[
            ("Statistic", Value::Null),
            ("ExtendedStatistic", "p95".into()),
        ],
    );
    let mut crank = Crank::new(&[
        p95.clone(),
        with(
            &p95,
            &[
                ("AlarmName", "b".into()),
                ("EvaluateLowSampleCountPercentile", "ignore".into()),
            ],
        ),
    ]);
    crank.minute(Some(9.0));
    assert_eq!(
        (crank.state("a"), crank.state("b")),
        ("ALARM", "INSUFFICIENT_DATA")
    );
    crank
        .aws
        .metrics
        .put("N", "M", &[], "", crank.now(), 9.0, 200.0);
    crank.minute(None);
    assert_eq!((crank.state("a"), crank.state("b")), ("ALARM", "ALARM"));
}

#[test]
fn periods_of_five_minutes_slide() {
    let sum = with(
        &alarm(1, 1),
        &[
            ("Statistic", "Sum".into()),
            ("Period", 300.into()),
            ("TreatMissingData", "notBreaching".into()),
        ],
    );
    let mut crank = Crank::new(&[sum]);
    assert_eq!(
        crank.minutes("000000"),
        ["OK"; 6],
        "six of one each, but five in every window"
    );
    assert_eq!(crank.minute(Some(3.0)), "ALARM");
    assert_eq!(
        crank.minutes("----"),
        ["ALARM", "OK", "OK", "OK"],
        "windows of 1+1+1+3, 1+1+3, 1+3 and 3"
    );
}

#[test]
fn metric_math_alarms_take_the_returned_query() {
    let stat = |id: &str, name: &str| {
        map([
            ("Id", id.into()),
            ("ReturnData", false.into()),
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
    };
    let rate = map([
        ("Id", "rate".into()),
        ("Expression", "IF(all > 0, 100 * errors / all, 0)".into()),
        ("Label", "error rate".into()),
    ]);
    let list = Value::List(vec![rate, stat("errors", "Errors"), stat("all", "M")]);
    let single = ["Namespace", "MetricName", "Statistic", "Period"].map(|name| (name, Value::Null));
    let definition = with(&with(&alarm(1, 1), &single), &[("Metrics", list)]);
    let mut crank = Crank::new(&[definition]);
    crank
        .aws
        .metrics
        .put("N", "Errors", &[], "Count", T0, 1.0, 1.0);
    crank
        .aws
        .metrics
        .put("N", "Errors", &[], "Count", T0 + MINUTE, 1.0, 1.0);
    assert_eq!(crank.minute(Some(100.0)), "OK");
    assert_eq!(crank.minute(Some(10.0)), "ALARM");
    assert!(
        crank
            .reason("a")
            .contains("[10.0 (15/01/27 08:01:00)] was greater than the threshold (5.0)"),
        "{}",
        crank.reason("a")
    );
    let answer = crank.call("DescribeAlarms", &map([])).unwrap();
    let shown = answer.get("MetricAlarms").items().first().unwrap();
    assert_eq!(shown.get("Metrics").items().len(), 3);
    assert!(shown.get("MetricName").is_null() && shown.get("Period").is_null());
}

#[test]
fn a_state_set_by_hand_lasts_until_the_next_evaluation() {
    let mut crank = Crank::new(&[alarm(1, 1)]);
    crank.minutes("00");
    let set = |state: &str| {
        map([
            ("AlarmName", "a".into()),
            ("StateValue", state.into()),
            ("StateReason", "drill".into()),
        ])
    };
    assert_eq!(code(crank.call("SetAlarmState", &set("ALARM"))), "ok");
    assert_eq!((crank.state("a"), crank.reason("a")), ("ALARM", "drill"));
    assert_eq!(crank.minutes("0"), ["OK"]);
    assert_eq!(
        code(crank.call("SetAlarmState", &set("BROKEN"))),
        "ValidationError"
    );
    let unknown = with(&set("OK"), &[("AlarmName", "zz".into())]);
    assert_eq!(
        crank
            .call("SetAlarmState", &unknown)
            .map_err(|e| (e.code, e.status)),
        Err(("ResourceNotFound", 404))
    );
    let broken = with(&set("OK"), &[("StateReasonData", "{".into())]);
    assert_eq!(
        code(crank.call("SetAlarmState", &broken)),
        "InvalidFormatFault"
    );
}

#[test]
fn times_move_only_when_the_state_does() {
    let mut crank = Crank::new(&[alarm(1, 1)]);
    crank.minutes("0X");
    let changed = crank.now();
    crank.minutes("XXX");
    let a = crank.aws.alarms.get("a").unwrap();
    assert_eq!((a.state.updated, a.state.transitioned), (changed, changed));
    assert_eq!(
        crank.aws.alarms.put(
            &with(&alarm(1, 1), &[("Threshold", 4.0.into())]),
            crank.now()
        ),
        Ok(())
    );
    assert_eq!(
        crank.state("a"),
        "ALARM",
        "a new configuration keeps the state"
    );
}

#[test]
fn an_expression_that_fails_only_on_real_data_is_an_evaluation_error() {
    let metric = map([("Namespace", "N".into()), ("MetricName", "M".into())]);
    let stat = map([
        ("Metric", metric),
        ("Period", 60.into()),
        ("Stat", "Sum".into()),
    ]);
    let stat = map([
        ("Id", "m1".into()),
        ("ReturnData", false.into()),
        ("MetricStat", stat),
    ]);
    let math = map([
        ("Id", "e1".into()),
        ("Expression", "IF(SUM(m1) > 5, METRICS(), m1)".into()),
    ]);
    let single = ["Namespace", "MetricName", "Statistic", "Period"].map(|name| (name, Value::Null));
    let list = Value::List(vec![math, stat]);
    let mut crank = Crank::new(&[with(&with(&alarm(1, 1), &single), &[("Metrics", list)])]);
    let trouble = |crank: &Crank| crank.aws.alarms.get("a").and_then(|a| a.evaluation);
    assert_eq!((crank.minute(Some(1.0)), trouble(&crank)), ("OK", None));
    assert_eq!(
        (crank.minute(Some(9.0)), trouble(&crank)),
        ("INSUFFICIENT_DATA", Some("EVALUATION_ERROR"))
    );
    assert!(
        crank.reason("a").contains("position"),
        "{}",
        crank.reason("a")
    );
    crank.minutes("---");
    assert_eq!((crank.minute(Some(1.0)), trouble(&crank)), ("OK", None));
}
