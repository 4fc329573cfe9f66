//! Budgets, endpoints and the live tail's host, over a loopback server.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::sync::atomic::Ordering;
use std::time::Instant;

use super::*;
use crate::backends::fake::{Fake, Reply, short};

#[tokio::test]
async fn reads_are_tried_again_and_writes_are_not() {
    let fake = Fake::start(|_| Reply::error(500, "InternalServerError", "")).await;
    let connection = fake.connect().await;
    let read = connection
        .ssm(Use::Read)
        .get_parameter()
        .name("/x")
        .send()
        .await;
    assert!(read.is_err());
    let write = connection
        .ssm(Use::Write)
        .put_parameter()
        .name("/x")
        .value("{}")
        .send()
        .await;
    assert!(write.is_err());
    assert_eq!(
        fake.operations(),
        ["GetParameter", "GetParameter", "PutParameter"]
    );
}

#[tokio::test]
async fn a_write_waits_behind_no_hanging_read() {
    let fake = Fake::start(|request| match request.operation.as_str() {
        "PutParameter" => Reply::ok(serde_json::json!({"Version": 2})),
        _ => Reply::Hang,
    })
    .await;
    let connection = fake.connect().await;
    let reads = connection.ssm(Use::Read);
    let hanging: Vec<_> = (0..50)
        .map(|_| tokio::spawn(reads.get_parameter().name("/x").send()))
        .collect();
    while fake.count("GetParameter") < 50 {
        tokio::task::yield_now().await;
    }
    let started = Instant::now();
    connection
        .ssm(Use::Write)
        .put_parameter()
        .name("/x")
        .value("{}")
        .send()
        .await
        .unwrap();
    assert!(
        started.elapsed() < short().read.0,
        "{:?}",
        started.elapsed()
    );
    for read in hanging {
        assert!(read.await.unwrap().is_err());
    }
}

#[tokio::test]
async fn exhausted_reads_leave_the_look_before_a_write_its_retries() {
    let fake = Fake::start(|_| Reply::error(500, "InternalServerError", "")).await;
    let connection = fake.connect().await;
    let reads = connection.ssm(Use::Read);
    for _ in 0..60 {
        let _failed = reads.get_parameter().name("/x").send().await;
    }
    let tried = fake.count("GetParameter");
    assert!(
        tried < 120,
        "the reads' budget ran out after {tried} attempts"
    );
    let limits = connection.limits();
    let look = aws_sdk_ssm::config::Config::builder().retry_config(limits.look_retries());
    let request = connection
        .ssm(Use::Write)
        .get_parameter()
        .name("/x")
        .customize();
    assert!(request.config_override(look).send().await.is_err());
    assert_eq!(fake.count("GetParameter") - tried, 3);
}

#[tokio::test]
async fn live_tail_reaches_an_overridden_endpoint() {
    let fake = Fake::start(|_| Reply::error(400, "AccessDeniedException", "no")).await;
    let connection = fake.connect().await;
    assert!(connection.has_endpoint_override());
    let groups = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/audio-processor";
    let tail = connection
        .logs()
        .start_live_tail()
        .log_group_identifiers(groups)
        .send()
        .await;
    assert!(tail.is_err());
    assert_eq!(fake.operations(), ["StartLiveTail"]);
}

#[tokio::test]
async fn endpoints_that_are_no_urls_are_refused() {
    for url in [
        "",
        "localhost:4566",
        "ftp://x",
        "http://",
        "http:///x",
        "http://a b",
    ] {
        let options = ConnectOptions {
            endpoint_url: Some(url.to_owned()),
            region: Some("us-east-1".to_owned()),
            ..ConnectOptions::default()
        };
        let opened = Connection::open(&options, SharedClock::new(), CallLog::silent()).await;
        assert_eq!(
            opened.err().map(|error| error.kind),
            Some(ErrorKind::Invalid),
            "{url}"
        );
    }
}

#[tokio::test]
async fn credentials_that_a_service_refuses_are_not_used_again() {
    let fake = Fake::start(|_| Reply::error(400, "ExpiredTokenException", "")).await;
    let connection = fake.connect().await;
    let stale = || connection.inner.chain.stale.load(Ordering::Relaxed);
    assert!(!stale());
    let read = connection
        .ssm(Use::Read)
        .get_parameter()
        .name("/x")
        .send()
        .await;
    assert!(read.is_err());
    assert!(stale());
}
