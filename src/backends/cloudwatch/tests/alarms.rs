//! Alarms as data and in words.

use aws_sdk_cloudwatch::types::{
    ActionsSuppressedBy, ComparisonOperator, CompositeAlarm, EvaluationState, MetricAlarm,
    StateValue, Statistic,
};

use super::super::alarms::{arrange, from_composite, from_metric};
use super::*;
use crate::domain::alarm::{Alarm, AlarmState};

fn latency_high() -> MetricAlarm {
    MetricAlarm::builder()
        .alarm_name("audio-transcription-latency-high")
        .state_value(StateValue::Alarm)
        .state_reason("Threshold Crossed")
        .state_updated_timestamp(date_time(minute(9)))
        .state_transitioned_timestamp(date_time(minute(1)))
        .metric_name("PartialResultProcessingLatency")
        .extended_statistic("p95")
        .comparison_operator(ComparisonOperator::GreaterThanThreshold)
        .threshold(5000.0)
        .evaluation_periods(3)
        .datapoints_to_alarm(2)
        .period(60)
        .actions_enabled(true)
        .alarm_actions("arn:aws:sns:us-east-1:123456789012:oncall")
        .build()
}

#[test]
fn an_alarm_says_what_it_watches() {
    let alarm = from_metric(&latency_high());
    assert_eq!(
        alarm.watches,
        "p95 of PartialResultProcessingLatency > 5000 for 2 of 3 × 60 s"
    );
    assert_eq!(alarm.state, AlarmState::Alarm);
    assert_eq!(alarm.since, Some(minute(1)));
    assert_eq!(alarm.percentile.as_deref(), Some("p95"));
    assert_eq!(alarm.missing_data.as_deref(), Some("missing"));
    assert_eq!((alarm.actions_enabled, alarm.alarm_actions), (true, 1));
    assert_eq!(alarm.period, Some(Duration::from_mins(1)));
}

#[test]
fn m_of_n_defaults_to_all_and_dimensions_are_named() {
    let mut errors = latency_high();
    errors.extended_statistic = None;
    errors.statistic = Some(Statistic::Sum);
    errors.datapoints_to_alarm = None;
    errors.threshold = Some(0.5);
    errors.comparison_operator = Some(ComparisonOperator::GreaterThanOrEqualToThreshold);
    errors.dimensions = Some(vec![
        Dimension::builder()
            .name("FunctionName")
            .value("audio-processor")
            .build(),
    ]);
    let alarm = from_metric(&errors);
    assert_eq!(
        alarm.watches,
        "Sum of PartialResultProcessingLatency (FunctionName=audio-processor) >= 0.5 for 3 of 3 × 60 s"
    );
    assert_eq!(alarm.datapoints_to_alarm, Some(3));
    assert_eq!(alarm.percentile, None);
}

#[test]
fn metric_math_is_shown_as_the_expression() {
    let query = |id: &str, returned| MetricDataQuery::builder().id(id).return_data(returned);
    let stat = MetricStat::builder()
        .metric(Metric::builder().metric_name("Errors").build())
        .stat("p99")
        .period(300)
        .build();
    let mut math = latency_high();
    math.metric_name = None;
    math.extended_statistic = None;
    math.period = None;
    math.metrics = Some(vec![
        query("m1", false).metric_stat(stat).build(),
        query("e1", true).expression("100*m1/m2").build(),
    ]);
    let alarm = from_metric(&math);
    assert_eq!(alarm.watches, "100*m1/m2 > 5000 for 2 of 3 × 300 s");
    assert_eq!(alarm.percentile.as_deref(), Some("p99"));
    math.metrics.as_mut().unwrap()[1] = query("band", true)
        .expression("ANOMALY_DETECTION_BAND(m1)")
        .build();
    math.threshold_metric_id = Some("band".into());
    math.comparison_operator = Some(ComparisonOperator::LessThanLowerOrGreaterThanUpperThreshold);
    assert_eq!(
        from_metric(&math).watches,
        "p99 of Errors outside its band for 2 of 3 × 300 s"
    );
}

#[test]
fn an_unknown_state_is_kept_and_never_ok() {
    let mut strange = latency_high();
    strange.state_value = Some(StateValue::from("SNOOZED"));
    strange.evaluation_state = Some(EvaluationState::from("EVALUATION_FAILURE"));
    let alarm = from_metric(&strange);
    assert_eq!(alarm.state, AlarmState::Unknown("SNOOZED".into()));
    assert_eq!(alarm.evaluation.as_deref(), Some("EVALUATION_FAILURE"));
    let bare = from_metric(&MetricAlarm::builder().build());
    assert!(matches!(bare.state, AlarmState::Unknown(_)));
    assert!(!bare.actions_enabled);
}

#[test]
fn a_composite_shows_its_rule_and_what_suppresses_it() {
    let composite = CompositeAlarm::builder()
        .alarm_name("any")
        .alarm_rule("ALARM(a) OR ALARM(b)")
        .state_value(StateValue::Ok)
        .actions_suppressed_by(ActionsSuppressedBy::Alarm)
        .actions_suppressed_reason("maintenance")
        .build();
    let alarm = from_composite(&composite);
    assert!(alarm.composite);
    assert_eq!(alarm.watches, "ALARM(a) OR ALARM(b)");
    assert_eq!(
        alarm.evaluation.as_deref(),
        Some("actions suppressed by Alarm: maintenance")
    );
}

fn named(name: &str) -> Alarm {
    let mut alarm = latency_high();
    alarm.alarm_name = Some(name.into());
    from_metric(&alarm)
}

#[test]
fn alarms_stand_in_the_configs_order_and_missing_ones_are_named() {
    let names = ["b", "gone", "a", "b"].map(str::to_owned).to_vec();
    let (alarms, missing) = arrange(vec![named("a"), named("b")], &AlarmsSpec::Names(names));
    let order: Vec<_> = alarms.iter().map(|alarm| alarm.name.as_str()).collect();
    assert_eq!(order, ["b", "a"]);
    assert_eq!(missing, ["gone"]);
    let found = vec![named("z"), named("a"), named("a")];
    let (alarms, missing) = arrange(found, &AlarmsSpec::Prefix(String::new()));
    let order: Vec<_> = alarms.iter().map(|alarm| alarm.name.as_str()).collect();
    assert_eq!(order, ["a", "z"]);
    assert!(missing.is_empty());
}
