//! Which conditions find which signals, in which units, and which find none.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use super::*;
use crate::domain::runbook::condition;
use crate::domain::signal::{LimitOp, MetricQuery, Missing};

fn signal(name: &str, unit: Unit, metric: Option<(&str, &str, &str)>) -> SignalSpec {
    let source = match metric {
        Some((namespace, metric, stat)) => SignalSource::Metric(MetricQuery {
            namespace: namespace.to_owned(),
            name: metric.to_owned(),
            stat: stat.to_owned(),
            period: Duration::from_mins(1),
            dimensions: Vec::new(),
        }),
        None => SignalSource::Counted,
    };
    SignalSpec {
        name: name.to_owned(),
        title: name.to_owned(),
        source,
        unit,
        scale: 1.0,
        target: None,
        warn: None,
        act: None,
        min_samples: 0,
        missing: Missing::Unknown,
        treated_only: false,
        periods: 2,
    }
}

const OURS: &str = "AudioTranscription/PartialResults";

/// The signals of the example configuration.
fn signals() -> Vec<SignalSpec> {
    let metrics = |name: &str| MetricQuery {
        namespace: "AWS/Lambda".to_owned(),
        name: name.to_owned(),
        stat: "Sum".to_owned(),
        period: Duration::from_mins(1),
        dimensions: vec![("FunctionName".to_owned(), "audio-processor".to_owned())],
    };
    let mut error_rate = signal("error_rate", Unit::Percent, None);
    error_rate.title = "errors".to_owned();
    error_rate.source = SignalSource::Expression {
        expression: "100 * errors / invocations".to_owned(),
        metrics: vec![
            ("errors".to_owned(), metrics("Errors")),
            ("invocations".to_owned(), metrics("Invocations")),
        ],
        count_by: None,
    };
    vec![
        signal(
            "latency_p95",
            Unit::Seconds,
            Some((OURS, "PartialResultProcessingLatency", "p95")),
        ),
        signal(
            "dropped",
            Unit::PerMinute,
            Some((OURS, "PartialResultsDropped", "Sum")),
        ),
        signal(
            "orphaned",
            Unit::PerSession,
            Some((OURS, "OrphanedResultsFlushed", "Maximum")),
        ),
        error_rate,
        signal(
            "fallbacks",
            Unit::Count,
            Some((OURS, "TranscribeFallbackTriggered", "Sum")),
        ),
        signal("complaints", Unit::PerHour, None),
    ]
}

fn bound_in(
    text: &str,
    metric: &str,
    context: &str,
    signals: &[SignalSpec],
) -> Option<(String, Test)> {
    let condition = if metric.is_empty() {
        condition::find(text, 1)
            .into_iter()
            .next()
            .or_else(|| condition::cell(text, "", 1))
            .unwrap()
    } else {
        condition::cell(text, metric, 1).unwrap()
    };
    bind(&condition, context, signals).map(|bound| (bound.signal, bound.test))
}

fn bound(text: &str, metric: &str) -> Option<(String, Test)> {
    bound_in(text, metric, "", &signals())
}

#[expect(clippy::unnecessary_wraps, reason = "it is compared with an answer")]
fn above(signal: &str, value: f64) -> Option<(String, Test)> {
    let limit = Limit {
        op: LimitOp::Above,
        value,
    };
    Some((signal.to_owned(), Test::Past(limit)))
}

#[test]
fn subjects_find_their_signals() {
    let between = |signal: &str, low, high| Some((signal.to_owned(), Test::Between { low, high }));
    for (text, metric, expected) in [
        ("> 7s", "Latency p95", above("latency_p95", 7.0)),
        ("5-7s", "Latency p95", between("latency_p95", 5.0, 7.0)),
        ("> 5%", "Error rate", above("error_rate", 5.0)),
        ("2-5%", "Error rate", between("error_rate", 2.0, 5.0)),
        ("> 200/min", "Dropped results", above("dropped", 200.0)),
        ("> 20/session", "Orphaned results", above("orphaned", 20.0)),
        ("> 5/hour", "User complaints", above("complaints", 5.0)),
        ("p95 > 7 seconds", "", above("latency_p95", 7.0)),
        ("p95 > 7000 ms", "", above("latency_p95", 7.0)),
        ("p95 latency > 7s", "", above("latency_p95", 7.0)),
        (
            "End-to-end latency p95 > 5 seconds",
            "",
            above("latency_p95", 5.0),
        ),
        ("latency_p95 > 5s", "", above("latency_p95", 5.0)),
        (
            "PartialResultProcessingLatency > 5s",
            "",
            above("latency_p95", 5.0),
        ),
        (
            "the latency is above 0.1 min",
            "",
            above("latency_p95", 6.0),
        ),
        ("errors > 5%", "", above("error_rate", 5.0)),
        ("Lambda error rate > 5%", "", above("error_rate", 5.0)),
        (
            "Partial results dropped > 100/minute",
            "",
            above("dropped", 100.0),
        ),
        (
            "PartialResultsDropped > 100/minute",
            "",
            above("dropped", 100.0),
        ),
        (
            "Orphaned results > 10 per session",
            "",
            above("orphaned", 10.0),
        ),
        ("fallbacks > 3", "", above("fallbacks", 3.0)),
        ("fallbacks > 3/min", "", above("fallbacks", 3.0)),
        ("fallbacks > 3 in 1 minute", "", above("fallbacks", 3.0)),
    ] {
        assert_eq!(bound(text, metric), expected, "{metric} {text}");
    }
}

#[test]
fn units_and_other_things_are_never_bent() {
    for text in [
        "Lambda errors > 5 in 5 minutes",
        "error rate > 5 s",
        "errors > 5",
        "latency > 5%",
        "p95 > 7",
        "p99 latency > 5s",
        "average latency > 5s",
        "Transcribe API latency p95 > 5 s",
        "DynamoDB error rate > 5%",
        "database errors > 5%",
        "dropped > 100/hour",
        "dropped > 100 in 5 minutes",
        "complaints > 5/min",
        "complaints > 5 per session",
        "orphaned results > 10/min",
        "fallbacks > 3 in 5 minutes",
        "cpu > 80%",
        "results > 20 per session",
    ] {
        assert_eq!(bound(text, ""), None, "{text}");
    }
}

#[test]
fn a_choice_between_two_is_none_unless_something_decides() {
    let mut two = signals();
    two.push(signal(
        "queue_p95",
        Unit::Seconds,
        Some(("App", "QueueAge", "p95")),
    ));
    assert_eq!(bound_in("p95 > 7s", "", "", &two), None);
    assert_eq!(
        bound_in("p95 > 7s", "", "High end-to-end latency", &two),
        above("latency_p95", 7.0)
    );
    assert_eq!(
        bound_in("p95 > 7s", "", "The queue is stuck", &two),
        above("queue_p95", 7.0)
    );
    two.push(signal(
        "errors",
        Unit::Count,
        Some(("App", "Errors", "Sum")),
    ));
    assert_eq!(
        bound_in("errors > 5%", "", "", &two),
        above("error_rate", 5.0)
    );
    assert_eq!(bound_in("errors > 5", "", "", &two), above("errors", 5.0));
}

#[test]
fn a_condition_without_a_subject_goes_by_its_context() {
    let at = |context: &str, text: &str| bound_in(text, "", context, &signals());
    assert_eq!(
        at("Scenario 1: High End-to-End Latency", "> 7s"),
        above("latency_p95", 7.0)
    );
    assert_eq!(
        at("Scenario 2: High Error Rate", "> 5%"),
        above("error_rate", 5.0)
    );
    assert_eq!(at("Scenario 2: High Error Rate", "> 5s"), None);
    assert_eq!(at("Latency p99", "> 7s"), None);
    assert_eq!(at("Latency and errors", "> 7s"), None);
    assert_eq!(at("Something else", "> 7s"), None);
    assert_eq!(at("", "> 7s"), None);
}

#[test]
fn it_holds_only_on_a_fresh_value() {
    let condition = condition::cell("5-7s for 2 minutes", "latency p95", 1).unwrap();
    let mut bound = bind(&condition, "", &signals()).unwrap();
    assert_eq!(bound.held, Some(Duration::from_mins(2)));
    let mut reading = Reading {
        name: "latency_p95".to_owned(),
        state: SignalState::Warn,
        value: Some(5.0),
        unit: Unit::Seconds,
        samples: None,
        at: None,
        periods_over: 0,
        over_since: None,
        before_stage: false,
        note: None,
    };
    let mut at = |value, state| {
        reading.value = value;
        reading.state = state;
        holds(&bound, &reading)
    };
    assert_eq!(at(Some(5.0), SignalState::Ok), Some(false));
    assert_eq!(at(Some(5.1), SignalState::Warn), Some(true));
    assert_eq!(at(Some(7.0), SignalState::Warn), Some(true));
    assert_eq!(at(Some(7.1), SignalState::Act), Some(false));
    for state in [
        SignalState::Stale,
        SignalState::NoData,
        SignalState::NotApplicable,
    ] {
        assert_eq!(at(Some(6.0), state), None);
    }
    assert_eq!(at(None, SignalState::Ok), None);
    assert_eq!(at(Some(f64::NAN), SignalState::Ok), None);
    bound.negated = true;
    reading.value = Some(6.0);
    reading.state = SignalState::Ok;
    assert_eq!(holds(&bound, &reading), Some(false));
    reading.name = "other".to_owned();
    assert_eq!(holds(&bound, &reading), None);
}
