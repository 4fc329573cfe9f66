//! What metric alarms come to, and what they say about it.
#![expect(clippy::panic, reason = "a test may stop here")]

use super::*;

const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:oncall";

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
    let Ok(answer) = crank.call("DescribeAlarms", &map([])) else {
        panic!("refused")
    };
    let Some(shown) = answer.get("MetricAlarms").items().first() else {
        panic!("no alarm")
    };
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
fn history_tells_states_actions_and_configuration() {
    let acting = with(
        &alarm(1, 1),
        &[
            ("AlarmActions", list(&[TOPIC])),
            ("OKActions", list(&[TOPIC])),
        ],
    );
    let mut crank = Crank::new(&[acting]);
    crank.minutes("0X");
    let off = map([("AlarmNames", list(&["a", "unknown"]))]);
    assert_eq!(code(crank.call("DisableAlarmActions", &off)), "ok");
    crank.minutes("0");
    let all = crank.history(&[]);
    assert_eq!(
        texts(&all, "HistorySummary"),
        [
            "Alarm updated from ALARM to OK",
            "Alarm actions for a were disabled",
            &format!("Successfully executed action {TOPIC}"),
            "Alarm updated from OK to ALARM",
            &format!("Successfully executed action {TOPIC}"),
            "Alarm updated from INSUFFICIENT_DATA to OK",
            "Alarm \"a\" created",
        ],
        "no action while they are switched off"
    );
    let states = crank.history(&[
        ("HistoryItemType", "StateUpdate".into()),
        ("ScanBy", "TimestampAscending".into()),
    ]);
    let Some(data) = states.get(1).and_then(|s| s.get("HistoryData").as_str()) else {
        panic!("no data")
    };
    let Ok(data) = serde_json::from_str::<serde_json::Value>(data) else {
        panic!("no JSON")
    };
    assert_eq!(data["oldState"]["stateValue"], "OK");
    assert_eq!(data["newState"]["stateValue"], "ALARM");
    let reason = &data["newState"]["stateReasonData"];
    assert_eq!(reason["recentDatapoints"], serde_json::json!([9.0]));
    assert_eq!(reason["statistic"], "Maximum");
    assert_eq!(reason["threshold"], 5.0);
    assert_eq!(reason["startDate"], "2027-01-15T08:01:00.000+0000");
    assert_eq!(reason["evaluatedDatapoints"][0]["sampleCount"], 1.0);
    assert_eq!(
        crank
            .history(&[
                ("StartDate", Value::Time(T0 + 2 * MINUTE)),
                ("EndDate", Value::Time(T0 + 2 * MINUTE))
            ])
            .len(),
        3
    );
    assert_eq!(
        crank
            .history(&[("StartDate", "2027-01-15T08:03:00".into())])
            .len(),
        1
    );
    assert_eq!(crank.history(&[("AlarmName", "other".into())]).len(), 0);
    assert_eq!(
        crank
            .history(&[("AlarmTypes", list(&["CompositeAlarm"]))])
            .len(),
        0
    );
}

#[test]
fn history_pages_are_not_shifted_by_what_happens_meanwhile() {
    for order in ["TimestampDescending", "TimestampAscending"] {
        let mut crank = Crank::new(&[alarm(1, 1)]);
        crank.minutes("0X0X0X");
        let before: Vec<Value> = crank.history(&[("ScanBy", order.into())]);
        let mut seen = Vec::new();
        let mut input = structure(&[("MaxRecords", 2.into()), ("ScanBy", order.into())]);
        for _ in 0..4 {
            let Ok(page) = crank.call("DescribeAlarmHistory", &input) else {
                panic!("refused")
            };
            seen.extend(page.get("AlarmHistoryItems").items().to_vec());
            crank.minutes("0X");
            input = with(&input, &[("NextToken", page.get("NextToken").clone())]);
        }
        let wanted = before.len().min(seen.len());
        assert_eq!(seen[..wanted], before[..wanted], "{order}");
        assert_eq!(
            code(crank.call(
                "DescribeAlarmHistory",
                &structure(&[("NextToken", "nonsense".into())])
            )),
            "InvalidNextToken"
        );
    }
}

#[test]
fn times_move_only_when_the_state_does() {
    let mut crank = Crank::new(&[alarm(1, 1)]);
    crank.minutes("0X");
    let changed = crank.now();
    crank.minutes("XXX");
    let Some(a) = crank.aws.alarms.get("a") else {
        panic!("no alarm")
    };
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
