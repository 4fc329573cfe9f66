//! What becomes of the answers.

use aws_sdk_cloudwatch::types::{MessageData, MetricDataResult, StatusCode};

use super::super::query::SignalPlan;
use super::*;

const COMPLETE: StatusCode = StatusCode::Complete;

fn result(id: &str, values: &[(i64, f64)], status: StatusCode) -> MetricDataResult {
    labelled(id, id, values, status)
}

fn labelled(id: &str, label: &str, values: &[(i64, f64)], status: StatusCode) -> MetricDataResult {
    MetricDataResult::builder()
        .id(id)
        .label(label)
        .set_timestamps(Some(
            values.iter().map(|(n, _)| date_time(minute(*n))).collect(),
        ))
        .set_values(Some(values.iter().map(|(_, value)| *value).collect()))
        .status_code(status)
        .build()
}

fn answers(results: &[MetricDataResult]) -> Answers {
    let mut answers = Answers::default();
    answers.absorb(results, &[]);
    answers
}

fn latency() -> SignalPlan {
    SignalPlan {
        name: "p95".into(),
        scale: 0.001,
        period: Duration::from_mins(1),
        values: "v".into(),
        is_math: false,
        samples: Some("n".into()),
        heartbeat: None,
    }
}

fn dropped() -> SignalPlan {
    SignalPlan {
        name: "dropped".into(),
        scale: 1.0,
        samples: None,
        heartbeat: Some(("h".into(), Duration::from_mins(1))),
        ..latency()
    }
}

fn span(from: i64, to: i64) -> Span {
    Span {
        from: minute(from),
        to: minute(to),
    }
}

fn values(points: &SignalPoints) -> Vec<(i64, f64)> {
    points
        .points
        .iter()
        .map(|point| {
            (
                (point.at.as_millis() - minute(0).as_millis()) / 60_000,
                point.value,
            )
        })
        .collect()
}

#[test]
fn points_come_sorted_once_and_in_the_signals_unit() {
    let answers = answers(&[
        result(
            "v",
            &[(3, 7000.0), (1, 5000.0), (3, 7000.0), (2, 1000.0)],
            COMPLETE,
        ),
        result("n", &[(1, 612.0), (3, 3.0)], COMPLETE),
    ]);
    let read = answers.signal(&latency(), span(0, 10));
    assert_eq!(values(&read), [(1, 5.0), (2, 1.0), (3, 7.0)]);
    let samples: Vec<_> = read.points.iter().map(|point| point.samples).collect();
    assert_eq!(samples, [Some(612.0), None, Some(3.0)]);
    assert_eq!(read.fault, None);
}

#[test]
fn gaps_stay_gaps_and_not_a_number_is_no_value() {
    let answers = answers(&[
        result(
            "v",
            &[(1, f64::NAN), (2, f64::INFINITY), (4, 1000.0)],
            COMPLETE,
        ),
        result("n", &[], COMPLETE),
    ]);
    assert_eq!(values(&answers.signal(&latency(), span(0, 10))), [(4, 1.0)]);
}

#[test]
fn values_outside_the_span_are_left_out_and_its_first_period_is_whole() {
    let answers = answers(&[
        result("v", &[(-1, 1.0), (0, 2.0), (1, 3.0), (2, 4.0)], COMPLETE),
        result("n", &[], COMPLETE),
    ]);
    let within = Span {
        from: minute(0) + Duration::from_secs(30),
        to: minute(1) + Duration::from_secs(30),
    };
    let times: Vec<_> = values(&answers.signal(&latency(), within))
        .iter()
        .map(|(n, _)| *n)
        .collect();
    assert_eq!(times, [0, 1]);
}

#[test]
fn partial_data_is_said_and_only_the_last_page_counts() {
    let mut pages = answers(&[
        result("v", &[(1, 1000.0)], StatusCode::PartialData),
        result("n", &[(1, 5.0)], COMPLETE),
    ]);
    let read = pages.signal(&latency(), span(0, 10));
    assert_eq!(read.fault.as_deref(), Some("PartialData"));
    assert_eq!(values(&read), [(1, 1.0)]);
    pages.absorb(&[result("v", &[(2, 2000.0)], COMPLETE)], &[]);
    let read = pages.signal(&latency(), span(0, 10));
    assert_eq!(read.fault, None);
    assert_eq!(values(&read), [(1, 1.0), (2, 2.0)]);
}

#[test]
fn errors_messages_and_silence_are_faults_of_the_signal() {
    let failed = answers(&[
        result("v", &[], StatusCode::InternalError),
        result("n", &[], StatusCode::from("Sleepy")),
    ]);
    let fault = failed.signal(&latency(), span(0, 10)).fault.unwrap();
    assert_eq!(fault, "InternalError; sample counts: Sleepy");

    let message = MessageData::builder()
        .code("ArithmeticError")
        .value("divided by zero")
        .build();
    let mut told = answers(&[result("n", &[], COMPLETE)]);
    let mut with_message = result("v", &[(1, 1.0)], COMPLETE);
    with_message.messages = Some(vec![message.clone()]);
    told.absorb(&[with_message], &[]);
    let fault = told.signal(&latency(), span(0, 10)).fault.unwrap();
    assert_eq!(fault, "ArithmeticError: divided by zero");

    let mut overall = answers(&[result("v", &[], COMPLETE), result("n", &[], COMPLETE)]);
    overall.absorb(&[], &[message]);
    assert!(overall.signal(&latency(), span(0, 10)).fault.is_some());

    let silent = Answers::default()
        .signal(&latency(), span(0, 10))
        .fault
        .unwrap();
    assert!(silent.contains("did not answer"), "{silent}");
}

#[test]
fn zeros_fill_complete_periods_with_a_heartbeat_and_no_others() {
    let answers = answers(&[
        result("v", &[(1, 4.0)], COMPLETE),
        result(
            "h",
            &[(0, 10.0), (1, 10.0), (2, 10.0), (3, 0.0), (5, 10.0)],
            COMPLETE,
        ),
    ]);
    let until = Span {
        from: minute(0),
        to: minute(5) + Duration::from_secs(59),
    };
    let read = answers.signal(&dropped(), until);
    assert_eq!(values(&read), [(0, 0.0), (1, 4.0), (2, 0.0)]);
    assert_eq!(read.points[0].samples, Some(0.0));
}

#[test]
fn what_did_not_arrive_is_never_zero() {
    let beats = [(0, 10.0), (1, 10.0)];
    for status in [StatusCode::PartialData, StatusCode::InternalError] {
        let partial = answers(&[result("v", &[], status), result("h", &beats, COMPLETE)]);
        let read = partial.signal(&dropped(), span(0, 5));
        assert!(read.points.is_empty() && read.fault.is_some());
    }
    let unanswered = answers(&[result("v", &[], COMPLETE)]);
    let read = unanswered.signal(&dropped(), span(0, 5));
    assert!(read.points.is_empty());
    assert!(read.fault.unwrap().starts_with("heartbeat"));
    let not_a_number = answers(&[
        result("v", &[(0, f64::NAN)], COMPLETE),
        result("h", &beats, COMPLETE),
    ]);
    assert_eq!(
        values(&not_a_number.signal(&dropped(), span(0, 5))),
        [(1, 0.0)]
    );
}

#[test]
fn a_slower_or_faster_heartbeat_covers_the_periods_it_lies_in() {
    let mut plan = dropped();
    plan.heartbeat = Some(("h".into(), Duration::from_mins(5)));
    // `minute(0)` is the fourth minute of its five.
    let answers = answers(&[
        result("v", &[], COMPLETE),
        result("h", &[(-4, 9.0)], COMPLETE),
    ]);
    let start = minute(0).floor(Duration::from_mins(5));
    assert_eq!(start, minute(-4));
    assert_eq!(values(&answers.signal(&plan, span(0, 3))), [(0, 0.0)]);
}

#[test]
fn an_expression_with_many_series_is_refused_in_words() {
    let mut plan = latency();
    plan.is_math = true;
    plan.samples = None;
    let many = answers(&[
        labelled("v", "session-1", &[(1, 1.0)], COMPLETE),
        labelled("v", "session-2", &[(1, 9.0)], COMPLETE),
    ]);
    let read = many.signal(&plan, span(0, 5));
    assert!(read.points.is_empty());
    assert!(read.fault.unwrap().contains("MAX()"));
    assert_eq!(Answers::default().signal(&plan, span(0, 5)).fault, None);
}

fn marked() -> Batch {
    Batch {
        treated: Some(("t".into(), Duration::from_mins(1))),
        signals: vec![latency()],
        ..Batch::default()
    }
}

#[test]
fn the_marker_counts_only_where_samples_were_and_says_what_is_missing() {
    let whole = answers(&[result("t", &[(2, 7.0), (1, 0.0)], COMPLETE)]);
    let (points, fault) = whole.treated(&marked(), span(0, 5));
    assert_eq!(
        (points.len(), points[0].samples, fault),
        (1, Some(7.0), None)
    );
    let (points, fault) = Answers::default().treated(&marked(), span(0, 5));
    assert!(points.is_empty() && fault.is_some());
}

#[test]
fn a_failed_call_costs_only_its_own_signals() {
    let error = || PortError {
        kind: ErrorKind::Throttled,
        what: "cloudwatch:GetMetricData".into(),
        text: "Throttling".into(),
        hint: String::new(),
    };
    let good = answers(&[
        result("v", &[(1, 1000.0)], COMPLETE),
        result("n", &[], COMPLETE),
    ]);
    let plain = Batch {
        treated: None,
        ..marked()
    };
    let batches = [plain, marked()];
    let read = assemble(
        &batches,
        vec![Ok(good), Err(error())],
        span(0, 5),
        minute(5),
    )
    .unwrap();
    assert_eq!(read.signals.len(), 2);
    assert_eq!(read.signals[0].fault, None);
    assert!(
        read.signals[1]
            .fault
            .as_ref()
            .unwrap()
            .contains("Throttling")
    );
    assert!(read.treated_fault.is_some());
    let failed = assemble(
        &batches,
        vec![Err(error()), Err(error())],
        span(0, 5),
        minute(5),
    );
    assert_eq!(failed.unwrap_err().kind, ErrorKind::Throttled);
    let empty = assemble(&[], Vec::new(), span(0, 5), minute(5)).unwrap();
    assert!(empty.signals.is_empty());
}
