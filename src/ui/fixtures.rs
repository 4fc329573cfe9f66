//! Models as they are on real evenings, for tests of the screen. It asserts nothing.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop here"
)]

use crate::app::Model;
use crate::app::log_pane::{CohortCount, LogPane, WatchCount};
use crate::app::model::{Feed, JournalStatus, Overlay, Screen};
use crate::domain::alarm::{AlarmBatch, AlarmState};
use crate::domain::exposure::{Effective, Exposure, Observed, Share};
use crate::domain::flag::Flag;
use crate::domain::identity::Identity;
use crate::domain::signal::{SignalState, Unit};
use crate::domain::verdict::{Advice, CheckKind, CheckState, Decision, Verdict};
use crate::domain::{Percent, Timestamp};
use std::time::Duration;

mod commands;
mod evenings;
pub(super) mod incidents;
mod parts;
pub(super) mod sheets;
mod spec;

pub(super) use evenings::{after_disable, blind, contradicted, proven_off, trouble};
use parts::{ALARMS, alarm, calls, check, fallback, reading, reason, series, versions, wave};
pub(super) use parts::{LogLine, flag, line, log_lines, refill};
use spec::spec;

/// The document of the flag at a percentage.
pub(in crate::ui) fn document(enabled: bool, percent: u8) -> String {
    format!(
        "{{\n  \"enabled\": {enabled},\n  \"rollout_percentage\": {percent},\n  \"min_stability_threshold\": 0.85,\n  \"max_buffer_timeout\": 5.0\n}}"
    )
}

/// The instant of all fixtures.
pub(in crate::ui) fn now() -> Timestamp {
    Timestamp::parse("2026-11-20T21:18:04Z").unwrap()
}

pub(in crate::ui) fn ago(seconds: u64) -> Timestamp {
    now() - Duration::from_secs(seconds)
}

pub(in crate::ui) fn percent(value: u8) -> Percent {
    Percent::new(value).unwrap()
}

pub(in crate::ui) const ANA: &str = "arn:aws:iam::123456789012:user/ana";
pub(in crate::ui) const ME: &str = "arn:aws:sts::123456789012:assumed-role/oncall-operator/ben";

pub(in crate::ui) fn feed<T>(value: T, seconds: u64) -> Feed<T> {
    Feed {
        value: Some(value),
        at: Some(ago(seconds)),
        ..Feed::default()
    }
}

/// The pane of a healthy evening.
fn pane() -> LogPane {
    let mut logs = LogPane::default();
    refill(&mut logs, &log_lines(false));
    logs.per_second = 14.2;
    logs.lag_ms = Some(2_900);
    logs.watches = vec![
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
    ];
    logs.canary = CohortCount {
        lines: 6_310,
        errors: 4,
    };
    logs.control = CohortCount {
        lines: 56_204,
        errors: 61,
    };
    logs.comparison = Some("no difference shown (p 0.31)".into());
    logs
}

/// Ten percent for days, and all is well.
pub(in crate::ui) fn healthy() -> Model {
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
        region: Some("us-east-1".into()),
        size: (120, 40),
        opened_at: ago(600),
        identity: feed(
            Identity {
                account: "123456789012".into(),
                arn: ME.into(),
                expires_at: Some(now() + Duration::from_mins(221)),
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
        tail: feed((), 2),
        logs: pane(),
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
            lingering: false,
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
        sessions_per_minute: Some(410.0),
        journal: JournalStatus {
            open: true,
            records: 31,
            fault: None,
            owner: None,
            remark: None,
        },
        calls: calls(),
        themes: parts::themes(),
        ..Model::new(spec(), now())
    }
}

/// The same model with another screen open.
pub(in crate::ui) fn on(mut model: Model, screen: Screen) -> Model {
    model.ready = crate::app::update::ready(&model);
    model.screen = screen;
    model
}

/// The same model with something on top.
pub(in crate::ui) fn under(mut model: Model, overlay: Overlay) -> Model {
    if matches!(overlay, Overlay::Output { .. }) {
        model.runs = commands::runs();
    }
    model.overlay = Some(overlay);
    model
}
