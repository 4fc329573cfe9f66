//! Composite alarms and their rules.

use super::rule::Rule;
use super::*;

fn composite(name: &str, rule: &str) -> Value {
    map([("AlarmName", name.into()), ("AlarmRule", rule.into())])
}

fn holds(rule: &str) -> Result<bool, String> {
    let state = |name: &str| match name {
        "on" | "with space" | "quote\"d" | "(odd)" => StateValue::Alarm,
        "off" => StateValue::Ok,
        _ => StateValue::InsufficientData,
    };
    Rule::parse(rule).map(|rule| rule.holds(&state))
}

#[test]
fn rules_mean_what_they_say() {
    for (rule, result) in [
        ("TRUE", true),
        ("FALSE", false),
        ("ALARM(on)", true),
        ("OK(on)", false),
        ("INSUFFICIENT_DATA(unknown)", true),
        ("NOT ALARM(on)", false),
        ("NOT NOT ALARM(on)", true),
        ("ALARM(off) OR ALARM(on) AND ALARM(on)", true),
        ("(ALARM(on) OR ALARM(on)) AND ALARM(off)", false),
        ("TRUE OR TRUE AND FALSE", true),
        ("NOT ALARM(off) AND ALARM(on)", true),
        ("ALARM(\"with space\")", true),
        ("ALARM( with space )", true),
        ("ALARM(\"quote\\\"d\")", true),
        ("ALARM(\"(odd)\")", true),
        (
            "ALARM(\"arn:aws:cloudwatch:us-east-1:123456789012:alarm:on\")",
            true,
        ),
        (
            "ALARM(arn:aws:cloudwatch:us-east-1:123456789012:alarm:off)",
            false,
        ),
        ("  ALARM ( on )\n AND\tOK(off) ", true),
    ] {
        assert_eq!(holds(rule), Ok(result), "{rule}");
    }
}

#[test]
fn bad_rules_name_the_place() {
    for (rule, place) in [
        ("", "position 0"),
        ("ALARM", "expected '(' at position 5"),
        ("ALARM(on", "position 6"),
        ("ALARM()", "position 6"),
        ("ALARM(on) OK(off)", "unexpected text at position 10"),
        ("ALARM(on) AND", "position 13"),
        ("ALERT(on)", "position 0"),
        ("(TRUE", "expected ')' at position 5"),
        ("true", "position 0"),
    ] {
        assert!(
            holds(rule).is_err_and(|e| e.contains(place)),
            "{rule}: {:?}",
            holds(rule)
        );
    }
    assert!(holds(&"(".repeat(5000)).is_err());
    assert!(holds(&"NOT ".repeat(2500)).is_err());
    let many: Vec<_> = (0..101).map(|i| format!("ALARM(a{i})")).collect();
    assert!(holds(&many.join(" OR ")).is_err());
    assert!(holds(&many[..100].join(" OR ")).is_ok());
}

#[test]
fn a_composite_follows_its_children() {
    let topic = "arn:aws:sns:us-east-1:123456789012:oncall";
    let mut crank = Crank::new(&[alarm(1, 1)]);
    crank.minutes("0");
    let any = with(
        &composite("any", "ALARM(a)"),
        &[("AlarmActions", list(&[topic]))],
    );
    assert_eq!(code(crank.call("PutCompositeAlarm", &any)), "ok");
    assert_eq!(
        code(crank.call("PutCompositeAlarm", &composite("0-top", "NOT OK(any)"))),
        "ok"
    );
    assert_eq!((crank.state("any"), crank.state("0-top")), ("OK", "OK"));
    assert_eq!(
        crank.reason("any"),
        "arn:aws:cloudwatch:us-east-1:123456789012:alarm:any was created and its alarm rule evaluates to OK"
    );
    crank.minutes("X");
    assert_eq!(
        (crank.state("any"), crank.state("0-top")),
        ("ALARM", "ALARM"),
        "also the one that is evaluated first by name"
    );
    assert_eq!(
        crank.reason("any"),
        "arn:aws:cloudwatch:us-east-1:123456789012:alarm:a transitioned to ALARM at Friday 15 January, 2027 08:02:00 UTC"
    );
    let items = crank.history(&[
        ("AlarmName", "any".into()),
        ("AlarmTypes", list(&["CompositeAlarm"])),
    ]);
    assert_eq!(
        texts(&items, "HistoryItemType"),
        [
            "Action",
            "StateUpdate",
            "StateUpdate",
            "ConfigurationUpdate"
        ]
    );
    let ok = map([
        ("AlarmName", "a".into()),
        ("StateValue", "OK".into()),
        ("StateReason", "by hand".into()),
    ]);
    assert_eq!(code(crank.call("SetAlarmState", &ok)), "ok");
    assert_eq!(
        (crank.state("any"), crank.state("0-top")),
        ("OK", "OK"),
        "at once, without waiting for a minute"
    );
    let answer = crank
        .call(
            "DescribeAlarms",
            &structure(&[
                ("AlarmTypes", list(&["CompositeAlarm"])),
                ("AlarmNames", list(&["any"])),
            ]),
        )
        .unwrap();
    let shown = answer.get("CompositeAlarms").items().first().unwrap();
    assert_eq!(shown.get("AlarmRule").as_str(), Some("ALARM(a)"));
    assert!(
        shown
            .get("StateReasonData")
            .as_str()
            .is_some_and(|d| d.contains("triggeringAlarms"))
    );
}

#[test]
fn a_composite_set_by_hand_recovers_at_the_next_evaluation() {
    let mut crank = Crank::new(&[alarm(1, 1)]);
    crank.minutes("0");
    assert_eq!(
        code(crank.call("PutCompositeAlarm", &composite("any", "ALARM(a)"))),
        "ok"
    );
    let set = map([
        ("AlarmName", "any".into()),
        ("StateValue", "ALARM".into()),
        ("StateReason", "drill".into()),
    ]);
    assert_eq!(code(crank.call("SetAlarmState", &set)), "ok");
    assert_eq!(crank.state("any"), "ALARM");
    crank.minutes("0");
    assert_eq!(crank.state("any"), "OK");
}

#[test]
fn composites_need_children_that_exist_and_no_circles() {
    let mut crank = Crank::new(&[alarm(1, 1)]);
    let mut put = |name: &str, rule: &str| {
        crank
            .call("PutCompositeAlarm", &composite(name, rule))
            .map_err(|e| e.message)
    };
    assert!(put("c", "ALARM(gone)").is_err_and(|e| e.contains("[gone]")));
    assert!(put("c", "ALARM(c)").is_err_and(|e| e.contains("itself")));
    assert!(put("c", "ALARM(a)").is_ok());
    assert!(put("d", "ALARM(c)").is_ok());
    assert!(put("c", "ALARM(d)").is_err_and(|e| e.contains("itself")));
    assert!(put("a", "TRUE").is_err_and(|e| e.contains("already exists")));
    assert!(put("e", "ALARM(a").is_err_and(|e| e.contains("AlarmRule")));
    assert_eq!(
        code(crank.call(
            "PutMetricAlarm",
            &with(&alarm(1, 1), &[("AlarmName", "c".into())])
        )),
        "ValidationError"
    );
}

#[test]
fn an_alarm_in_a_rule_stays_and_composite_ones_go_one_by_one() {
    let mut crank = Crank::new(&[alarm(1, 1)]);
    for (name, rule) in [("mid", "ALARM(a)"), ("top", "NOT ALARM(mid)")] {
        crank
            .call("PutCompositeAlarm", &composite(name, rule))
            .unwrap();
    }
    let mut delete = |names: &[&str]| {
        let input = structure(&[("AlarmNames", list(names))]);
        crank.call("DeleteAlarms", &input).map_err(|e| e.message)
    };
    let needed =
        |name| format!("Cannot delete {name} as there are composite alarm(s) depending on it.");
    assert_eq!(delete(&["a"]), Err(needed("a")));
    assert_eq!(delete(&["mid"]), Err(needed("mid")));
    let two = delete(&["mid", "top"]).unwrap_err();
    assert!(two.contains("one composite alarm"), "{two}");
    assert!(delete(&["top"]).is_ok());
    assert!(
        delete(&["mid", "a"]).is_ok(),
        "a rule that goes holds nothing"
    );
}
