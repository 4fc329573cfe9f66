//! Models as they are on real evenings, for tests of the screen. It asserts nothing.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::app::Model;
use crate::app::log_pane::{CohortCount, LogLine, LogPane, WatchCount};
use crate::app::model::{Feed, JournalStatus, Mark, Overlay, Rehearsal, Screen};
use crate::domain::alarm::{Alarm, AlarmBatch, AlarmState};
use crate::domain::clockface::Clockface;
use crate::domain::cohort::Cohort;
use crate::domain::exposure::{Effective, Exposure, Observed, Share};
use crate::domain::failure::{CallRecord, ErrorKind, PortError};
use crate::domain::flag::{Flag, FlagFault, FlagShape};
use crate::domain::identity::Identity;
use crate::domain::lever::{
    AliasState, FunctionState, LeverContent, LeverId, LeverKind, LeverState, UpdateStatus, Version,
};
use crate::domain::log::{Level, LogEvent};
use crate::domain::plan::OrderId;
use crate::domain::rollout::{
    AlarmsSpec, FallbackSpec, FlagSource, FlagSpec, LogsSpec, RolloutSpec, SessionIdRule, Stage,
    TreatedMarker,
};
use crate::domain::signal::{
    Limit, LimitOp, MetricQuery, Missing, Point, Reading, Series, SignalSource, SignalSpec,
    SignalState, Unit,
};
use crate::domain::verdict::{
    Advice, Check, CheckKind, CheckState, Condition, Decision, Reason, Recommendation, RuleSpec,
    Verdict,
};
use crate::domain::{Environment, Percent, Revision, Timestamp};

pub(super) mod sheets;

/// The document of the flag at a percentage.
pub(super) fn document(enabled: bool, percent: u8) -> String {
    format!(
        "{{\n  \"enabled\": {enabled},\n  \"rollout_percentage\": {percent},\n  \"min_stability_threshold\": 0.85,\n  \"max_buffer_timeout\": 5.0\n}}"
    )
}

/// The instant of all fixtures.
pub(super) fn now() -> Timestamp {
    Timestamp::parse("2026-11-20T21:18:04Z").unwrap()
}

pub(super) fn ago(seconds: u64) -> Timestamp {
    now() - Duration::from_secs(seconds)
}

pub(super) fn percent(value: u8) -> Percent {
    Percent::new(value).unwrap()
}

pub(super) const ANA: &str = "arn:aws:iam::123456789012:user/ana";
pub(super) const ME: &str = "arn:aws:sts::123456789012:assumed-role/oncall-operator/ben";

fn metric(name: &str, stat: &str) -> MetricQuery {
    MetricQuery {
        namespace: "AudioTranscription/PartialResults".into(),
        name: name.into(),
        stat: stat.into(),
        period: Duration::from_secs(60),
        dimensions: Vec::new(),
    }
}

fn above(value: f64) -> Option<Limit> {
    Some(Limit {
        op: LimitOp::Above,
        value,
    })
}

fn signal(name: &str, title: &str, unit: Unit, warn: f64, act: Option<f64>) -> SignalSpec {
    SignalSpec {
        name: name.into(),
        title: title.into(),
        source: SignalSource::Metric(metric(name, "Sum")),
        unit,
        scale: 1.0,
        target: None,
        warn: above(warn),
        act: act.and_then(above),
        min_samples: 0,
        missing: Missing::Unknown,
        treated_only: false,
        periods: 2,
    }
}

/// The rollout of the system that the console was first built for.
pub(super) fn spec() -> RolloutSpec {
    let week = Some(Duration::from_secs(7 * 86_400));
    let off = [
        ("PARTIAL_RESULTS_ENABLED", "false"),
        ("ROLLOUT_PERCENTAGE", "0"),
    ];
    RolloutSpec {
        name: "partial-results".into(),
        environment: Environment("prod".into()),
        region: Some("us-east-1".into()),
        profile: None,
        account: None,
        stages: vec![
            Stage {
                percent: percent(10),
                bake: week,
            },
            Stage {
                percent: percent(50),
                bake: week,
            },
            Stage {
                percent: percent(100),
                bake: None,
            },
        ],
        cache_ttl: Duration::from_secs(60),
        flag: FlagSpec {
            source: FlagSource::Ssm("/audio-transcription/partial-results/config".into()),
            shape: FlagShape::default(),
        },
        fallback: Some(FallbackSpec {
            function: "audio-processor".into(),
            alias: Some("live".into()),
            off: off
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            enabled_variable: "PARTIAL_RESULTS_ENABLED".into(),
            percentage_variable: "ROLLOUT_PERCENTAGE".into(),
        }),
        logs: Some(LogsSpec {
            groups: vec!["/aws/lambda/audio-processor".into()],
            session_id: Some(SessionIdRule::JsonPath(vec!["session_id".into()])),
            treated: TreatedMarker {
                log: Some("partial result".into()),
                metric: None,
            },
            watch: vec![(
                "transcribe unhealthy".into(),
                "Transcribe service appears unhealthy".into(),
            )],
            lag: Duration::from_secs(10),
            min_sessions: 50,
        }),
        signals: vec![
            signal("latency_p95", "latency p95", Unit::Seconds, 5.0, Some(7.0)),
            signal("dropped", "dropped", Unit::PerMinute, 100.0, Some(200.0)),
            signal("orphaned", "orphaned", Unit::PerSession, 10.0, Some(20.0)),
            signal("error_rate", "errors", Unit::Percent, 2.0, Some(5.0)),
            signal("fallbacks", "fallbacks", Unit::Count, 1.0, None),
            SignalSpec {
                source: SignalSource::Counted,
                ..signal("complaints", "complaints", Unit::PerHour, 5.0, None)
            },
        ],
        rules: vec![RuleSpec {
            text: "latency_p95 > 7s".into(),
            signal: "latency_p95".into(),
            condition: Condition::Past(Limit {
                op: LimitOp::Above,
                value: 7.0,
            }),
            then: Advice::Disable,
            periods: 2,
        }],
        alarms: AlarmsSpec::Prefix("audio-transcription-".into()),
        runbook: None,
        contacts: BTreeMap::new(),
    }
}

fn feed<T>(value: T, seconds: u64) -> Feed<T> {
    Feed {
        value: Some(value),
        at: Some(ago(seconds)),
        ..Feed::default()
    }
}

/// The flag at a version.
pub(super) fn flag(version: u32, text: String, by: &str, seconds: u64) -> LeverState {
    LeverState {
        id: LeverId::Flag,
        kind: LeverKind::Ssm,
        resource: "/audio-transcription/partial-results/config".into(),
        read_at: ago(2),
        revision: Revision(version.to_string()),
        content: LeverContent::Document(text),
        changed_by: Some(by.into()),
        changed_at: Some(ago(seconds)),
    }
}

fn fallback() -> LeverState {
    let variables: BTreeMap<String, String> = [
        ("PARTIAL_RESULTS_ENABLED", "true"),
        ("ROLLOUT_PERCENTAGE", "10"),
        ("DB_PASSWORD", "hunter2"),
        ("LOG_LEVEL", "INFO"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    LeverState {
        id: LeverId::Fallback,
        kind: LeverKind::LambdaEnv,
        resource: "audio-processor".into(),
        read_at: ago(20),
        revision: Revision("9f3c1a7e-5b1d-4c7b-8a58-1de4e2b7a001".into()),
        content: LeverContent::Function(FunctionState {
            variables: Ok(variables.clone()),
            update: UpdateStatus::Successful,
            alias: Some(AliasState {
                name: "live".into(),
                version: "7".into(),
                routing: BTreeMap::new(),
                revision: Revision("a1".into()),
                variables: Ok(variables),
            }),
        }),
        changed_by: None,
        changed_at: Some(ago(40 * 86_400)),
    }
}

/// A wave that is the same in every run.
fn wave(index: u64) -> f64 {
    ((index * 7919 + 104_729) % 97) as f64 / 97.0
}

fn series(value: impl Fn(u64) -> Option<f64>) -> Series {
    let start = ago(180 * 60).floor(Duration::from_secs(60));
    let points: Vec<Point> = (0..=180)
        .filter_map(|minute| {
            Some(Point {
                at: start + Duration::from_secs(60 * minute),
                value: value(minute)?,
                samples: Some(612.0),
            })
        })
        .collect();
    let mut series = Series::default();
    series.merge(&points);
    series
}

fn reading(
    name: &str,
    state: SignalState,
    value: f64,
    unit: Unit,
    samples: Option<f64>,
) -> Reading {
    Reading {
        name: name.into(),
        state,
        value: Some(value),
        unit,
        samples,
        at: Some(ago(72)),
        periods_over: 0,
        over_since: None,
        before_stage: false,
        note: None,
    }
}

fn alarm(name: &str, state: AlarmState, seconds: u64, reason: &str) -> Alarm {
    Alarm {
        name: format!("audio-transcription-{name}"),
        state,
        since: Some(ago(seconds)),
        reason: reason.into(),
        description: "Pages the team when users wait too long.".into(),
        watches: "PartialResultProcessingLatency p95 > 5000".into(),
        actions_enabled: true,
        alarm_actions: 1,
        evaluation_periods: Some(3),
        datapoints_to_alarm: Some(3),
        period: Some(Duration::from_secs(60)),
        missing_data: Some("missing".into()),
        percentile: Some("p95".into()),
        evaluation: None,
        composite: false,
    }
}

const ALARMS: [&str; 5] = [
    "latency-high",
    "lambda-errors",
    "rate-limit-high",
    "orphaned-results-high",
    "transcribe-fallback",
];

/// A line of the log.
pub(super) fn line(
    back_ms: i64,
    level: Level,
    session: &str,
    cohort: Cohort,
    text: &str,
    field: (&str, &str),
) -> LogLine {
    let at = Timestamp::from_millis(now().as_millis() - back_ms);
    LogLine {
        event: LogEvent {
            id: format!("{back_ms}"),
            group: "/aws/lambda/audio-processor".into(),
            stream: "2026/11/20/[$LATEST]7f".into(),
            at,
            ingested_at: None,
            message: format!(
                "{{\"level\":\"{level:?}\",\"session_id\":\"{session}\",\"message\":\"{text}\"}}"
            ),
        },
        level: Some(level),
        session: Some(session.into()),
        cohort: Some(cohort),
        text: text.into(),
        fields: vec![(field.0.into(), field.1.into())],
        late: false,
    }
}

fn log_lines(trouble: bool) -> VecDeque<LogLine> {
    let calm = [
        (
            Level::Info,
            "golden-eagle-729",
            Cohort::Canary,
            "partial result forwarded",
            ("stability", "0.91"),
        ),
        (
            Level::Info,
            "golden-eagle-100",
            Cohort::Control,
            "final result forwarded",
            ("age_ms", "1408"),
        ),
        (
            Level::Warn,
            "golden-otter-248",
            Cohort::Canary,
            "Rate limit: dropping partial",
            ("rate", "5.2"),
        ),
        (
            Level::Info,
            "golden-eagle-427",
            Cohort::Control,
            "final result forwarded",
            ("age_ms", "1190"),
        ),
    ];
    let bad = (
        Level::Error,
        "golden-eagle-729",
        Cohort::Canary,
        "Flushing orphaned result",
        ("age_ms", "15022"),
    );
    (0..60_i64)
        .rev()
        .map(|index| {
            let back = 3_100 + index * 437;
            let pick = if trouble && index % 3 == 0 {
                bad
            } else {
                calm[index as usize % 4]
            };
            line(back, pick.0, pick.1, pick.2, pick.3, pick.4)
        })
        .collect()
}

fn check(
    kind: CheckKind,
    name: &str,
    state: CheckState,
    text: &str,
    advice: Option<Advice>,
) -> Check {
    Check {
        kind,
        name: name.into(),
        state,
        text: text.into(),
        advice,
        before_stage: false,
    }
}

fn reason(rule: &str, text: &str) -> Reason {
    Reason {
        rule: rule.into(),
        text: text.into(),
        value: None,
        limit: None,
        samples: None,
        at: Some(ago(72)),
        before_stage: false,
    }
}

fn calls() -> VecDeque<CallRecord> {
    let rows = [
        ("cloudwatch:GetMetricData", "8 signals", 183, "ok"),
        (
            "ssm:GetParameter",
            "/audio-transcription/partial-results/config",
            41,
            "ok",
        ),
        (
            "logs:FilterLogEvents",
            "/aws/lambda/audio-processor",
            220,
            "ok",
        ),
        (
            "cloudwatch:DescribeAlarms",
            "audio-transcription-",
            95,
            "ThrottlingException",
        ),
        (
            "lambda:GetFunctionConfiguration",
            "audio-processor",
            2_380,
            "ok",
        ),
    ];
    (0..80_u64)
        .rev()
        .map(|index| {
            let (operation, target, latency, result) = rows[index as usize % rows.len()];
            CallRecord {
                at: ago(index * 3),
                operation: operation.into(),
                target: target.into(),
                latency: Duration::from_millis(latency),
                result: result.into(),
            }
        })
        .collect()
}

fn versions() -> Vec<Version> {
    let rows = [
        (42, true, 10, ANA, 3 * 86_400 + 4 * 3_600, vec!["canary"]),
        (41, false, 10, ME, 5 * 86_400, vec![]),
        (40, true, 50, ANA, 6 * 86_400, vec!["before-incident"]),
        (39, true, 10, ANA, 14 * 86_400, vec![]),
    ];
    rows.into_iter()
        .map(|(version, enabled, percent, by, seconds, labels)| Version {
            revision: Revision(version.to_string()),
            text: document(enabled, percent),
            by: Some(by.into()),
            at: Some(ago(seconds)),
            labels: labels.into_iter().map(str::to_owned).collect(),
        })
        .collect()
}

/// Ten percent for days, and all is well.
pub(super) fn healthy() -> Model {
    let since = ago(3 * 86_400 + 4 * 3_600);
    let flag_state = flag(42, document(true, 10), ANA, 3 * 86_400 + 4 * 3_600);
    let values: [(&str, Unit, f64, Option<f64>); 6] = [
        ("latency_p95", Unit::Seconds, 2.1, Some(612.0)),
        ("dropped", Unit::PerMinute, 12.0, None),
        ("orphaned", Unit::PerSession, 0.8, None),
        ("error_rate", Unit::Percent, 0.11, Some(6_204.0)),
        ("fallbacks", Unit::Count, 0.0, None),
        ("complaints", Unit::PerHour, 0.0, None),
    ];
    let series = values
        .iter()
        .enumerate()
        .map(|(number, (name, _, value, _))| {
            let number = number as u64;
            let course =
                series(|minute| Some(value * (0.8 + 0.4 * wave(minute * 5 + number * 31))));
            ((*name).to_owned(), course)
        })
        .collect();
    Model {
        spec: spec(),
        read_only: false,
        rehearsal: None,
        endpoint: None,
        region: Some("us-east-1".into()),
        size: (120, 40),
        now: now(),
        opened_at: ago(600),
        ticks: 600,
        identity: feed(
            Identity {
                account: "123456789012".into(),
                arn: ME.into(),
                expires_at: Some(now() + Duration::from_secs(3 * 3_600 + 41 * 60)),
                source: "profile oncall (sso)".into(),
            },
            60,
        ),
        pinned_account: Some("123456789012".into()),
        flag: feed(flag_state, 2),
        flag_says: Some(Ok(Flag {
            enabled: true,
            rollout_percentage: percent(10),
            listed: Vec::new(),
        })),
        fallback: feed(fallback(), 20),
        history: feed(versions(), 30),
        series,
        sampling: feed(ago(12), 12),
        signal_faults: BTreeMap::new(),
        readings: values
            .iter()
            .map(|(name, unit, value, n)| reading(name, SignalState::Ok, *value, *unit, *n))
            .collect(),
        alarms: feed(
            AlarmBatch {
                read_at: ago(8),
                alarms: ALARMS
                    .iter()
                    .map(|name| {
                        alarm(
                            name,
                            AlarmState::Ok,
                            6 * 86_400,
                            "3 datapoints were not greater than the threshold (5000.0).",
                        )
                    })
                    .collect(),
                missing: Vec::new(),
            },
            8,
        ),
        helpless: BTreeMap::new(),
        tail: feed((), 2),
        logs: LogPane {
            lines: log_lines(false),
            per_second: 14.2,
            lag_ms: Some(2_900),
            watches: vec![
                WatchCount {
                    title: "transcribe unhealthy".into(),
                    pattern: "x".into(),
                    count: 0,
                    last: None,
                },
                WatchCount {
                    title: "no stability scores".into(),
                    pattern: "y".into(),
                    count: 3,
                    last: Some(ago(7_300)),
                },
                WatchCount {
                    title: "ssm error".into(),
                    pattern: "z".into(),
                    count: 0,
                    last: None,
                },
            ],
            canary: CohortCount {
                lines: 6_310,
                errors: 4,
            },
            control: CohortCount {
                lines: 56_204,
                errors: 61,
            },
            comparison: Some("no difference shown (p 0.31)".into()),
            ..LogPane::default()
        },
        complaints: Vec::new(),
        exposure: Exposure {
            desired: Some(percent(10)),
            effective: Some(Effective {
                at_most: percent(10),
                settling: false,
            }),
            observed: Observed::Share(Share {
                percent: 10.2,
                low: 10.0,
                high: 10.4,
                treated: 6_376,
                sessions: 62_514,
            }),
            contradictions: Vec::new(),
            listed: Vec::new(),
        },
        stage: Some(0),
        stage_since: Some(since),
        verdict: Verdict {
            decision: Decision::Hold,
            reasons: vec![
                reason("bake", "bake not over (3 d 20 h left)"),
                reason("limits", "6 of 6 signals inside limits"),
                reason("alarms", "5 of 5 alarms OK"),
            ],
            recommend: None,
            checks: vec![
                check(
                    CheckKind::Rule,
                    "latency_p95 > 7s",
                    CheckState::Clear,
                    "latency p95 2.1 s, limit 7 s, n 612, 12 s old",
                    Some(Advice::Disable),
                ),
                check(
                    CheckKind::Rule,
                    "latency_p95 > 5s",
                    CheckState::Clear,
                    "latency p95 2.1 s, limit 5 s, n 612, 12 s old",
                    Some(Advice::ReduceTo(percent(50))),
                ),
                check(
                    CheckKind::Rule,
                    "error_rate > 5%",
                    CheckState::Clear,
                    "errors 0.11 %, limit 5 %, n 6,204, 12 s old",
                    Some(Advice::Disable),
                ),
                check(
                    CheckKind::Gate,
                    "bake",
                    CheckState::Firing,
                    "3 d 20 h left of 7 d",
                    None,
                ),
                check(
                    CheckKind::Gate,
                    "limits",
                    CheckState::Clear,
                    "6 of 6 signals inside limits",
                    None,
                ),
                check(
                    CheckKind::Gate,
                    "samples",
                    CheckState::Clear,
                    "n ≥ 200 each",
                    None,
                ),
                check(
                    CheckKind::Alarm,
                    "audio-transcription-latency-high",
                    CheckState::Clear,
                    "OK for 6 d",
                    None,
                ),
            ],
            at: now(),
        },
        clock: None,
        sessions_per_minute: Some(410.0),
        marks: Vec::new(),
        in_flight: None,
        waiting: None,
        last_order: None,
        unresolved: Vec::new(),
        orders_made: 0,
        fallback_replaced: None,
        journal: JournalStatus {
            open: true,
            records: 31,
            fault: None,
            owner: None,
        },
        calls: calls(),
        screen: Screen::Home,
        overlay: None,
        filtering: false,
        selected: 0,
        scroll: 0,
        toast: None,
        redraws: 0,
        leaving: false,
    }
}

/// Latency has gone up, the alarm has fired, the verdict says so.
pub(super) fn trouble() -> Model {
    let mut model = healthy();
    let rise = |minute: u64| {
        let calm = 1.9 + 0.5 * wave(minute * 5);
        Some(if minute < 150 {
            calm
        } else {
            (calm + (minute - 150) as f64 * 0.21).min(7.0 + 0.6 * wave(minute))
        })
    };
    model.series.insert(
        "latency_p95".into(),
        series(|minute| {
            if (62..70).contains(&minute) || (131..134).contains(&minute) {
                None
            } else {
                rise(minute)
            }
        }),
    );
    model.series.insert(
        "dropped".into(),
        series(|minute| {
            Some(if minute < 150 {
                12.0
            } else {
                12.0 + (minute - 150) as f64 * 4.3
            })
        }),
    );
    let latency = &mut model.readings[0];
    (
        latency.state,
        latency.value,
        latency.samples,
        latency.periods_over,
    ) = (SignalState::Act, Some(7.4), Some(1_204.0), 3);
    let dropped = &mut model.readings[1];
    (dropped.state, dropped.value) = (SignalState::Warn, Some(140.0));
    let fallbacks = &mut model.readings[4];
    (fallbacks.state, fallbacks.value, fallbacks.at) =
        (SignalState::Stale, Some(0.0), Some(ago(40 * 60)));
    let orphaned = &mut model.readings[2];
    (orphaned.state, orphaned.value, orphaned.note) =
        (SignalState::NoData, None, Some("no data for 12 m".into()));
    if let Some(batch) = &mut model.alarms.value {
        batch.alarms[0] = alarm(
            "latency-high",
            AlarmState::Alarm,
            130,
            "Threshold Crossed: 3 datapoints [7412.0, 7390.1, 7101.4] were greater than the threshold (5000.0).",
        );
        batch.alarms[4] = alarm(
            "transcribe-fallback",
            AlarmState::InsufficientData,
            40 * 60,
            "Insufficient Data: 3 datapoints were unknown.",
        );
        batch.missing.push("audio-transcription-quality".into());
    }
    model.helpless.insert(
        "audio-transcription-transcribe-fallback".into(),
        "no data for 40 m".into(),
    );
    model.helpless.insert(
        "audio-transcription-rate-limit-high".into(),
        "its actions are off: it tells nobody".into(),
    );
    model.logs.lines = log_lines(true);
    model.logs.canary = CohortCount {
        lines: 6_310,
        errors: 214,
    };
    model.logs.comparison = Some("canary is worse (p < 0.001)".into());
    model.verdict = Verdict {
        decision: Decision::RollBack,
        reasons: vec![
            reason(
                "latency_p95 > 7s",
                "latency p95 7.4 s > 7 s for 3 of 3 min, n 1,204, 12 s old",
            ),
            reason(
                "alarm:latency-high",
                "alarm audio-transcription-latency-high in ALARM for 2 m 10 s",
            ),
        ],
        recommend: Some(Recommendation::Disable),
        checks: vec![
            check(
                CheckKind::Rule,
                "latency_p95 > 7s",
                CheckState::Firing,
                "latency p95 7.4 s > 7 s for 3 of 3 min, n 1,204, 12 s old",
                Some(Advice::Disable),
            ),
            check(
                CheckKind::Rule,
                "latency_p95 > 5s",
                CheckState::Firing,
                "latency p95 7.4 s > 5 s for 9 of 2 min, n 1,204, 12 s old",
                Some(Advice::ReduceTo(percent(50))),
            ),
            check(
                CheckKind::Rule,
                "dropped > 100/min",
                CheckState::Pending,
                "dropped 140/min > 100/min for 1 of 2 min, 12 s old",
                Some(Advice::Investigate),
            ),
            check(
                CheckKind::Rule,
                "orphaned > 20/sess",
                CheckState::Unknown,
                "orphaned no data for 12 m",
                Some(Advice::Disable),
            ),
            Check {
                before_stage: true,
                ..check(
                    CheckKind::Rule,
                    "error_rate > 5%",
                    CheckState::Firing,
                    "errors 6.1 % > 5 % for 2 of 2 min",
                    Some(Advice::Disable),
                )
            },
            check(
                CheckKind::Gate,
                "bake",
                CheckState::Firing,
                "3 d 20 h left of 7 d",
                None,
            ),
            check(
                CheckKind::Gate,
                "limits",
                CheckState::Firing,
                "2 signals out of their limits",
                None,
            ),
            check(
                CheckKind::Gate,
                "samples",
                CheckState::Clear,
                "n ≥ 200 each",
                None,
            ),
            check(
                CheckKind::Alarm,
                "audio-transcription-latency-high",
                CheckState::Firing,
                "in ALARM for 2 m 10 s",
                None,
            ),
            check(
                CheckKind::Alarm,
                "audio-transcription-transcribe-fallback",
                CheckState::Unknown,
                "no data for 40 m; cannot help",
                None,
            ),
        ],
        at: now(),
    };
    model.marks = vec![Mark {
        at: ago(27 * 60),
        label: "alarm".into(),
    }];
    model
}

/// Twenty-two seconds after the disable: written, not yet off.
pub(super) fn after_disable() -> Model {
    let mut model = trouble();
    model.flag = feed(flag(43, document(false, 10), ME, 22), 2);
    model.flag_says = Some(Ok(Flag {
        enabled: false,
        rollout_percentage: percent(10),
        listed: Vec::new(),
    }));
    model.exposure.desired = Some(Percent::ZERO);
    model.exposure.effective = Some(Effective {
        at_most: percent(6),
        settling: true,
    });
    model.exposure.observed = Observed::Share(Share {
        percent: 5.8,
        low: 4.9,
        high: 6.7,
        treated: 150,
        sessions: 2_590,
    });
    model.stage = None;
    model.stage_since = Some(ago(22));
    let millis = |at: Timestamp, by: u64| at + Duration::from_millis(by);
    model.clock = Some(Clockface {
        order: OrderId("o-1".into()),
        lever: LeverId::Flag,
        before: Some(percent(10)),
        wanted: Percent::ZERO,
        revision: Revision("43".into()),
        sent_at: ago(22),
        accepted_at: millis(ago(22), 200),
        read_back_at: Some(millis(ago(22), 400)),
        horizon_at: millis(ago(22), 60_200),
        observed_at: None,
        last_marker_at: None,
        clean_sessions: 0,
        needed_sessions: 50,
        recovered_at: None,
    });
    model.last_order = Some(sheets::order(sheets::disable()));
    model.marks.push(Mark {
        at: ago(22),
        label: "D".into(),
    });
    model
}

/// Proven off, the symptoms gone.
pub(super) fn proven_off() -> Model {
    let mut model = after_disable();
    model.now = now() + Duration::from_secs(200);
    model.exposure.effective = Some(Effective {
        at_most: Percent::ZERO,
        settling: false,
    });
    model.exposure.observed = Observed::NoneSeen(now());
    if let Some(clock) = &mut model.clock {
        clock.observed_at = Some(now() + Duration::from_secs(62));
        clock.clean_sessions = 64;
        clock.recovered_at = Some(now() + Duration::from_secs(180));
    }
    model
}

/// Nothing can be read.
pub(super) fn blind() -> Model {
    let mut model = healthy();
    let fault = |kind, what: &str, text: &str| {
        Some(PortError {
            kind,
            what: what.into(),
            text: text.into(),
            hint: "run: aws sso login --profile oncall".into(),
        })
    };
    model.flag.value = None;
    model.flag.at = None;
    model.flag.fault = fault(
        ErrorKind::Credentials,
        "ssm:GetParameter /audio-transcription/partial-results/config",
        "the SSO session has ended",
    );
    model.flag_says = None;
    model.identity.fault = fault(
        ErrorKind::Credentials,
        "sts:GetCallerIdentity",
        "the SSO session has ended",
    );
    model.sampling = Feed {
        at: Some(ago(95)),
        value: Some(ago(95)),
        fault: fault(
            ErrorKind::Throttled,
            "cloudwatch:GetMetricData",
            "rate exceeded",
        ),
        failures: 3,
        ..Feed::default()
    };
    model.alarms = Feed {
        fault: fault(
            ErrorKind::TimedOut,
            "cloudwatch:DescribeAlarms",
            "no answer in 5 s",
        ),
        failures: 2,
        ..Feed::default()
    };
    model.tail = Feed {
        fault: fault(
            ErrorKind::Denied,
            "logs:FilterLogEvents",
            "not authorized to perform logs:FilterLogEvents",
        ),
        failures: 9,
        ..Feed::default()
    };
    model.logs.lines.clear();
    model.logs.watches.clear();
    model.series.clear();
    for reading in &mut model.readings {
        reading.state = SignalState::Stale;
        reading.at = Some(ago(300));
    }
    model.exposure = Exposure::default();
    model.stage = None;
    model.verdict = Verdict {
        decision: Decision::CannotTell,
        reasons: vec![
            reason("data", "exposure unknown: the flag cannot be read"),
            reason("data", "6 of 6 signals stale"),
        ],
        recommend: Some(Recommendation::Investigate("log in again".into())),
        checks: Vec::new(),
        at: now(),
    };
    model.rehearsal = Some(Rehearsal {
        scenario: Some("latency".into()),
        speed: 20.0,
    });
    model.read_only = true;
    model
}

/// A document that is not valid, a lever that contradicts, a journal that takes nothing.
pub(super) fn contradicted() -> Model {
    let mut model = healthy();
    model.flag_says = Some(Err(vec![
        FlagFault {
            member: "rollout_percentage".into(),
            text: "150 is above 100".into(),
        },
        FlagFault {
            member: "enabled".into(),
            text: "\"yes\" is neither true nor false".into(),
        },
    ]));
    model.exposure.desired = None;
    model.exposure.effective = None;
    model.exposure.contradictions = vec!["the flag says 0 %, but the functions' environment would bring back 10 % when SSM cannot be read".into()];
    model.journal.fault = Some(PortError {
        kind: ErrorKind::Local,
        what: "journal".into(),
        text: "no space left on device".into(),
        hint: "free some space".into(),
    });
    model
}

/// The same model with another screen open.
pub(super) fn on(mut model: Model, screen: Screen) -> Model {
    model.screen = screen;
    model
}

/// The same model with something on top.
pub(super) fn under(mut model: Model, overlay: Overlay) -> Model {
    model.overlay = Some(overlay);
    model
}
