//! Each kind of fault, as the client at the other end sees it.

use std::time::Instant;

use serde_json::json;

use super::*;

fn version(sim: &Sim) -> i64 {
    sim.aws().with(|aws, _| {
        aws.parameters
            .value("/t")
            .map_or(0, |v| v.parse().unwrap_or(-1))
    })
}

/// Waits until nothing comes for a moment, and says whether nothing came.
fn silent(mut stream: TcpStream) -> bool {
    stream
        .set_read_timeout(Some(Duration::from_millis(300)))
        .unwrap();
    let read = stream.read(&mut [0; 16]);
    matches!(read, Err(e) if matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut))
}

#[test]
fn a_black_hole_answers_nothing_and_does_nothing() {
    let sim = still();
    arm(&sim, "ssm:PutParameter=timeout");
    assert!(silent(put(&sim, "1")));
    assert_eq!(version(&sim), 0);
    assert_eq!(
        ssm(&sim, "GetParameter", &json!({"Name": "/t"})).status,
        400,
        "other operations go on"
    );
}

#[test]
fn an_applied_timeout_answers_nothing_but_did_it() {
    let sim = still();
    arm(&sim, "ssm:PutParameter=applied-timeout,times=1");
    assert!(silent(put(&sim, "7")));
    assert_eq!(version(&sim), 7);
    assert_eq!(receive(put(&sim, "8")).unwrap().json()["Version"], 2);
}

#[test]
fn a_reset_is_a_reset() {
    let sim = still();
    arm(&sim, "ssm:*=reset");
    let error = receive(put(&sim, "1")).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    assert_eq!(version(&sim), 0);
}

#[test]
fn a_truncated_answer_promises_more_than_comes() {
    let sim = still();
    arm(&sim, "ssm:PutParameter=truncate");
    let reply = receive(put(&sim, "1")).unwrap();
    let promised: usize = reply.header("content-length").unwrap().parse().unwrap();
    assert_eq!(reply.status, 200);
    assert!(
        reply.body.len() < promised && !reply.body.is_empty(),
        "{} of {promised}",
        reply.body.len()
    );
    assert_eq!(version(&sim), 1);
}

#[test]
fn a_delay_answers_later() {
    let sim = still();
    version(&sim);
    arm(&sim, "ssm:PutParameter=delay:250");
    let began = Instant::now();
    assert_eq!(receive(put(&sim, "1")).unwrap().status, 200);
    assert!(began.elapsed() >= Duration::from_millis(250));
}

#[test]
fn a_portal_answers_with_a_page() {
    let sim = still();
    arm(&sim, "*:*=html");
    let reply = receive(put(&sim, "1")).unwrap();
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (200, Some("text/html; charset=utf-8"))
    );
    assert!(reply.text().starts_with("<!DOCTYPE html>"));
    assert_eq!(version(&sim), 0);
}

#[test]
fn services_refuse_with_their_own_codes() {
    let sim = still();
    let cases = [
        ("500", 500, "InternalServerError", 500, "ServiceException"),
        ("503", 503, "ServiceUnavailable", 503, "ServiceUnavailable"),
        (
            "throttle",
            400,
            "ThrottlingException",
            429,
            "TooManyRequestsException",
        ),
        (
            "denied",
            400,
            "AccessDeniedException",
            403,
            "AccessDeniedException",
        ),
        (
            "expired",
            400,
            "ExpiredTokenException",
            403,
            "ExpiredTokenException",
        ),
    ];
    for (kind, status, code, lambda_status, lambda_code) in cases {
        arm(&sim, "");
        arm(&sim, &format!("*:*={kind}"));
        let reply = receive(put(&sim, "1")).unwrap();
        assert_eq!(
            (reply.status, reply.json()["__type"].as_str()),
            (status, Some(code)),
            "{kind}"
        );
        let reply = signed(&sim, "GET /2015-03-31/functions/f/configuration", "");
        assert_eq!(
            (reply.status, reply.header("x-amzn-errortype")),
            (lambda_status, Some(lambda_code)),
            "{kind}"
        );
    }
    assert_eq!(version(&sim), 0);
    arm(&sim, "");
    arm(&sim, "ssm:PutParameter=denied");
    let text = receive(put(&sim, "1")).unwrap().json()["Message"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(text.starts_with(
        "User: arn:aws:iam::123456789012:user/ana is not authorized to perform: ssm:PutParameter"
    ));
}

#[test]
fn a_sealed_environment_is_asked_for_by_operation() {
    let sim = still();
    sim.aws().with(|aws, now| {
        aws.functions
            .create("f", [("LEVEL".to_owned(), "INFO".to_owned())].into(), now);
    });
    arm(&sim, "lambda:GetFunctionConfiguration=kms,times=1");
    let line = "GET /2015-03-31/functions/f/configuration";
    assert_eq!(
        signed(&sim, line, "").json()["Environment"]["Error"]["ErrorCode"],
        "AccessDeniedException"
    );
    assert_eq!(
        signed(&sim, line, "").json()["Environment"],
        json!({"Variables": {"LEVEL": "INFO"}})
    );
}

#[test]
fn a_live_tail_breaks_off_in_its_second_frame() {
    let sim = still();
    json(
        &sim,
        "Logs_20140328.CreateLogGroup",
        &json!({"logGroupName": "g"}),
    );
    arm(&sim, "logs:StartLiveTail=truncate");
    let group = "arn:aws:logs:us-east-1:123456789012:log-group:g";
    let reply = json(
        &sim,
        "Logs_20140328.StartLiveTail",
        &json!({"logGroupIdentifiers": [group]}),
    );
    assert!(reply.text().contains("sessionStart"));
    assert!(
        !reply.body.ends_with(b"0\r\n\r\n"),
        "it must not end as a whole stream does"
    );
}

#[test]
fn faults_from_the_beginning_are_checked_and_end_with_simulated_time() {
    let options = |fault: &str| SimOptions {
        speed: 0.0,
        start: Some(START),
        faults: vec![fault.to_owned()],
        ..SimOptions::default()
    };
    let error = Sim::start(options("ssm:PutParameter=tiemout"))
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "fault `ssm:PutParameter=tiemout`, column 18: no kind `tiemout`; did you mean `timeout`?"
    );
    let sim = Sim::start(options("ssm:PutParameter=500,for=60")).unwrap();
    assert_eq!(receive(put(&sim, "1")).unwrap().status, 500);
    sim.clock().advance(Duration::from_mins(1));
    assert_eq!(receive(put(&sim, "1")).unwrap().status, 200);
}
