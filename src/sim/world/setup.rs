//! The account as it stands before the first moment: flag history, functions, alarms that have been calm for days.
//! Nothing here moves with time.

use std::collections::BTreeMap;

use super::account::{Account, Point};
use super::names::{
    ALIAS, FUNCTION, FUNCTION_DEV, NAMESPACE, PARAMETER, PARAMETER_DEV, PARAMETER_STAGING,
};
use super::scenario::Scenario;
use crate::sim::aws::{ACCOUNT, REGION};
use crate::sim::wire::{Value, map};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// What was done to the production flag: hours before the start, author, switch, percentage, threshold.
const FLAG_HISTORY: [(i64, &str, bool, u8, &str); 12] = [
    (25 * 24 + 7, "cdk-deploy", false, 0, "0.85"),
    (23 * 24 + 5, "ana", true, 0, "0.85"),
    (23 * 24 + 4, "ana", true, 10, "0.85"),
    (23 * 24 + 3, "ana", false, 10, "0.85"),
    (18 * 24 + 6, "ben", true, 0, "0.85"),
    (17 * 24 + 8, "ben", true, 10, "0.80"),
    (16 * 24 + 1, "chloe", false, 10, "0.80"),
    (16 * 24, "chloe", false, 0, "0.85"),
    (9 * 24 + 6, "ana", true, 5, "0.85"),
    (8 * 24 + 5, "ben", true, 10, "0.85"),
    (4 * 24 + 2, "chloe", true, 0, "0.85"),
    (3 * 24 + 4, "ana", true, 10, "0.85"),
];

/// Sets everything up for a world that starts at `start`; answers the published version that serves, 0 for `$LATEST`.
pub(crate) fn set_up(account: &mut dyn Account, scenario: Scenario, start: i64) -> u32 {
    write_flags(account, start);
    let version = deploy(account, scenario, start);
    write_alarms(account, start);
    version
}

fn write_flags(account: &mut dyn Account, start: i64) {
    for (hours, author, enabled, percentage, threshold) in FLAG_HISTORY {
        let at = start - hours * HOUR - (hours % 7) * 4 * MINUTE - 17_331;
        let value = document(enabled, percentage, threshold);
        account.put_parameter(PARAMETER, &value, &user(author), at);
    }
    for (name, days, author, percentage) in [
        (PARAMETER_DEV, 26, "cdk-deploy", 100),
        (PARAMETER_DEV, 6, "ben", 50),
        (PARAMETER_DEV, 2, "ben", 100),
        (PARAMETER_STAGING, 25, "cdk-deploy", 100),
    ] {
        let value = document(true, percentage, "0.85");
        account.put_parameter(name, &value, &user(author), start - days * DAY - 48_213);
    }
}

fn document(enabled: bool, percentage: u8, threshold: &str) -> String {
    format!(
        r#"{{"enabled":{enabled},"rollout_percentage":{percentage},"min_stability_threshold":{threshold},"max_buffer_timeout":5.0}}"#
    )
}

fn user(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:user/{name}")
}

fn deploy(account: &mut dyn Account, scenario: Scenario, start: i64) -> u32 {
    let at = start - 6 * DAY - 5 * HOUR;
    let percentage = scenario.deployed_percentage();
    account.create_function(FUNCTION, environment(PARAMETER, percentage, "INFO"), at);
    account.create_function(
        FUNCTION_DEV,
        environment(PARAMETER_DEV, 100, "DEBUG"),
        at - DAY,
    );
    let version = if scenario.uses_alias() {
        account.release(FUNCTION, ALIAS, at)
    } else {
        None
    };
    version.unwrap_or_default() as u32
}

fn environment(parameter: &str, percentage: u8, level: &str) -> BTreeMap<String, String> {
    let percentage = percentage.to_string();
    [
        ("PARTIAL_RESULTS_ENABLED", "true"),
        ("MIN_STABILITY_THRESHOLD", "0.85"),
        ("MAX_BUFFER_TIMEOUT", "5.0"),
        ("PAUSE_THRESHOLD", "2.0"),
        ("ORPHAN_TIMEOUT", "15.0"),
        ("MAX_RATE_PER_SECOND", "5"),
        ("DEDUP_CACHE_TTL", "10"),
        ("SESSIONS_TABLE_NAME", "Sessions"),
        ("LOG_LEVEL", level),
        ("STRUCTURED_LOGGING", "true"),
        ("FEATURE_FLAG_PARAMETER_NAME", parameter),
        ("FEATURE_FLAG_CACHE_TTL", "60"),
        ("ROLLOUT_PERCENTAGE", &percentage),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

/// One alarm: everything in it that differs from the others.
struct Alarm {
    name: &'static str,
    description: &'static str,
    namespace: &'static str,
    metric: &'static str,
    statistic: &'static str,
    period: i64,
    periods: i64,
    comparison: &'static str,
    threshold: f64,
}

const ALARMS: [Alarm; 5] = [
    Alarm {
        name: "audio-transcription-latency-high",
        description: "End-to-end latency p95 above 5 s for 2 periods. Runbook: High End-to-End Latency.",
        namespace: NAMESPACE,
        metric: "PartialResultProcessingLatency",
        statistic: "p95",
        period: 60,
        periods: 2,
        comparison: "GreaterThanThreshold",
        threshold: 5000.0,
    },
    Alarm {
        name: "audio-transcription-lambda-errors",
        description: "More than 5 Lambda errors in 5 minutes. Runbook: High Error Rate.",
        namespace: "AWS/Lambda",
        metric: "Errors",
        statistic: "Sum",
        period: 300,
        periods: 1,
        comparison: "GreaterThanThreshold",
        threshold: 5.0,
    },
    Alarm {
        name: "audio-transcription-rate-limit-high",
        description: "More than 100 partial results dropped per minute for 2 periods. Runbook: Excessive Partial Results Dropped.",
        namespace: NAMESPACE,
        metric: "PartialResultsDropped",
        statistic: "Sum",
        period: 60,
        periods: 2,
        comparison: "GreaterThanThreshold",
        threshold: 100.0,
    },
    Alarm {
        name: "audio-transcription-orphaned-results-high",
        description: "More than 10 orphaned results in a session for 2 periods. Runbook: High Orphaned Results.",
        namespace: NAMESPACE,
        metric: "OrphanedResultsFlushed",
        statistic: "Maximum",
        period: 60,
        periods: 2,
        comparison: "GreaterThanThreshold",
        threshold: 10.0,
    },
    Alarm {
        name: "audio-transcription-transcribe-fallback",
        description: "A container fell back to final-only mode because Transcribe was silent.",
        namespace: NAMESPACE,
        metric: "TranscribeFallbackTriggered",
        statistic: "Sum",
        period: 60,
        periods: 1,
        comparison: "GreaterThanOrEqualToThreshold",
        threshold: 1.0,
    },
];

impl Alarm {
    /// The members of the PutMetricAlarm request that made it. Silence is calm: nobody treated means nothing to measure.
    fn definition(&self) -> Value {
        let topic = |name: &str| Value::from(format!("arn:aws:sns:{REGION}:{ACCOUNT}:{name}"));
        let percentile = self.statistic.starts_with('p');
        let statistic = if percentile {
            "ExtendedStatistic"
        } else {
            "Statistic"
        };
        let mut definition = map([
            ("AlarmName", self.name.into()),
            ("AlarmDescription", self.description.into()),
            ("ActionsEnabled", true.into()),
            ("AlarmActions", vec![topic("llt-incidents")].into()),
            ("OKActions", vec![topic("llt-incidents")].into()),
            ("InsufficientDataActions", Vec::new().into()),
            ("Namespace", self.namespace.into()),
            ("MetricName", self.metric.into()),
            (statistic, self.statistic.into()),
            ("Period", self.period.into()),
            ("EvaluationPeriods", self.periods.into()),
            ("DatapointsToAlarm", self.periods.into()),
            ("Threshold", self.threshold.into()),
            ("ComparisonOperator", self.comparison.into()),
            ("TreatMissingData", "notBreaching".into()),
        ]);
        if let Value::Map(members) = &mut definition {
            if self.namespace == "AWS/Lambda" {
                let function = map([("Name", "FunctionName".into()), ("Value", FUNCTION.into())]);
                members.push(("Dimensions".to_owned(), vec![function].into()));
            }
            if percentile {
                members.push((
                    "EvaluateLowSampleCountPercentile".to_owned(),
                    "evaluate".into(),
                ));
            }
        }
        definition
    }
}

/// Makes the alarms six days ago and lets them find calm numbers then: they have been OK ever since.
fn write_alarms(account: &mut dyn Account, start: i64) {
    let born = (start - 6 * DAY - 3 * HOUR).div_euclid(MINUTE) * MINUTE;
    for alarm in &ALARMS {
        account.put_alarm(&alarm.definition(), born);
        if alarm.metric == "TranscribeFallbackTriggered" {
            continue;
        }
        let function = (alarm.namespace == "AWS/Lambda").then_some(("FunctionName", FUNCTION));
        let (unit, value, count) = match alarm.metric {
            "PartialResultProcessingLatency" => ("Milliseconds", 1480.0, 640),
            "OrphanedResultsFlushed" => ("Count", 1.0, 6),
            "PartialResultsDropped" => ("Count", 1.0, 12),
            _ => ("Count", 0.0, 240),
        };
        for minute in 0..6 {
            account.put_metric(Point {
                namespace: alarm.namespace,
                name: alarm.metric,
                dimension: function,
                unit,
                at: born + minute * MINUTE,
                value,
                count,
            });
        }
    }
    for minute in [5, 6] {
        account.evaluate(born + minute * MINUTE);
    }
}
