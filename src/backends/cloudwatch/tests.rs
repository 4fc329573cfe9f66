//! Query plans and folded answers, without a network.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

mod alarms;
mod coarse;
mod folding;
mod planning;

use std::collections::BTreeMap;

use super::*;
use crate::domain::flag::FlagShape;
use crate::domain::rollout::{FlagSource, FlagSpec, LogsSpec, Stage, TreatedMarker};
use crate::domain::signal::{MetricQuery, Missing, SignalSource, SignalSpec, Unit};
use crate::domain::{Environment, Percent};

fn minute(n: i64) -> Timestamp {
    Timestamp::from_millis(1_790_000_040_000 + n * 60_000)
}

fn metric(name: &str, stat: &str) -> MetricQuery {
    MetricQuery {
        namespace: "AudioTranscription/PartialResults".into(),
        name: name.into(),
        stat: stat.into(),
        period: Duration::from_mins(1),
        dimensions: Vec::new(),
    }
}

fn signal(name: &str, source: SignalSource) -> SignalSpec {
    SignalSpec {
        name: name.into(),
        title: name.into(),
        source,
        unit: Unit::Count,
        scale: 1.0,
        target: None,
        warn: None,
        act: None,
        min_samples: 0,
        missing: Missing::Unknown,
        periods: 2,
        treated_only: false,
    }
}

fn error_rate(name: &str) -> SignalSpec {
    let source = SignalSource::Expression {
        expression: "100 * errors / invocations".into(),
        metrics: vec![
            ("errors".into(), metric("Errors", "Sum")),
            ("invocations".into(), metric("Invocations", "Sum")),
        ],
        count_by: Some("invocations".into()),
    };
    signal(name, source)
}

fn rollout(signals: Vec<SignalSpec>, marker: Option<MetricQuery>) -> RolloutSpec {
    RolloutSpec {
        name: "partial-results".into(),
        environment: Environment("prod".into()),
        region: None,
        profile: None,
        account: None,
        stages: vec![Stage {
            percent: Percent::FULL,
            bake: None,
        }],
        cache_ttl: Duration::from_mins(1),
        flag: FlagSpec {
            source: FlagSource::Ssm("/x".into()),
            shape: FlagShape::default(),
        },
        fallback: None,
        logs: marker.map(|marker| LogsSpec {
            groups: vec!["/aws/lambda/audio-processor".into()],
            session_id: None,
            treated: TreatedMarker {
                log: None,
                metric: Some(marker),
            },
            watch: Vec::new(),
            lag: Duration::from_secs(30),
            min_sessions: 50,
            lines: LogsSpec::LINES,
        }),
        signals,
        rules: Vec::new(),
        alarms: AlarmsSpec::None,
        runbook: None,
        native: Vec::new(),
        contacts: BTreeMap::new(),
    }
}

#[test]
fn pages_end_when_the_service_runs_in_a_circle() {
    let mut pages = Pages::new("test");
    assert!(pages.turn(Some("a".into())).unwrap());
    assert!(pages.turn(Some("b".into())).unwrap());
    assert_eq!(
        pages.turn(Some("a".into())).unwrap_err().kind,
        ErrorKind::Service
    );
    let mut endless = Pages::new("test");
    let turned = (0..10_000).find_map(|n| endless.turn(Some(n.to_string())).err().map(|_| n));
    assert_eq!(turned, Some(PAGES_MAX - 1));
    let mut last = Pages::new("test");
    assert!(!last.turn(None).unwrap());
    assert!(!last.turn(Some(String::new())).unwrap());
}
