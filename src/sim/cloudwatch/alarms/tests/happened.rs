//! What DescribeAlarmHistory tells.

use super::*;

const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:oncall";

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
    let data = states
        .get(1)
        .and_then(|s| s.get("HistoryData").as_str())
        .unwrap();
    let data = serde_json::from_str::<serde_json::Value>(data).unwrap();
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
            let page = crank.call("DescribeAlarmHistory", &input).unwrap();
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
