//! Every way in which a call can fail, over a loopback server: the kind, the words, and whether a write may have arrived.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::time::Duration;

use super::*;
use crate::backends::aws::{CallLog, Connection, Use};
use crate::backends::clock::SharedClock;
use crate::backends::fake::{Fake, Reply, connect_to};
use crate::ports::Clock;

const NAME: &str = "/audio-transcription/partial-results/config";

async fn read(connection: &Connection) -> PortError {
    let error = connection
        .ssm(Use::Read)
        .get_parameter()
        .name(NAME)
        .send()
        .await
        .unwrap_err();
    port_error(format!("ssm:GetParameter {NAME}"), error)
}

async fn answered(reply: impl Fn() -> Reply + Send + Sync + 'static) -> PortError {
    let fake = Fake::start(move |_| reply()).await;
    read(&fake.connect().await).await
}

fn check(error: &PortError, kind: ErrorKind, words: &[&str]) {
    assert_eq!(error.kind, kind, "{error:?}");
    assert!(error.what.starts_with("ssm:GetParameter"), "{error:?}");
    for word in words {
        let all = format!("{} {}", error.text, error.hint);
        assert!(all.contains(word), "no `{word}` in {error:?}");
    }
}

#[tokio::test]
async fn typed_refusals_keep_their_kind_and_say_what_to_do() {
    let denied = "User: arn:aws:sts::123456789012:assumed-role/oncall/ana is not authorized to perform: ssm:GetParameter on resource: arn:aws:ssm:us-east-1:123456789012:parameter/x because no identity-based policy allows it";
    let explicit = "User: x is not authorized to perform: ssm:GetParameter on resource: arn:y with an explicit deny in a policy";
    let table: &[(u16, &str, &str, ErrorKind, &[&str])] = &[
        (
            400,
            "AccessDeniedException",
            denied,
            ErrorKind::Denied,
            &["IAM action ssm:GetParameter on arn:aws:ssm:us-east-1"],
        ),
        (
            400,
            "AccessDeniedException",
            explicit,
            ErrorKind::Denied,
            &["explicitly"],
        ),
        (
            400,
            "AccessDeniedException",
            "",
            ErrorKind::Denied,
            &["ssm:GetParameter"],
        ),
        (
            400,
            "ThrottlingException",
            "Rate exceeded",
            ErrorKind::Throttled,
            &["Rate exceeded", "few seconds"],
        ),
        (
            400,
            "ParameterNotFound",
            "",
            ErrorKind::NotFound,
            &[NAME, "region"],
        ),
        (
            400,
            "ExpiredTokenException",
            "The security token included in the request is expired",
            ErrorKind::Credentials,
            &["aws sso login", "expired"],
        ),
        (
            400,
            "UnrecognizedClientException",
            "The security token included in the request is invalid",
            ErrorKind::Credentials,
            &["aws sso login"],
        ),
        (
            400,
            "InvalidSignatureException",
            "Signature not matching",
            ErrorKind::Credentials,
            &["secret key"],
        ),
        (
            500,
            "InternalServerError",
            "oops",
            ErrorKind::Service,
            &["tried again"],
        ),
        (
            400,
            "ValidationException",
            "1 validation error",
            ErrorKind::Invalid,
            &["1 validation error"],
        ),
        (503, "SomethingNew", "later", ErrorKind::Service, &["later"]),
    ];
    for (status, code, message, kind, words) in table {
        let (status, code, message) = (*status, (*code).to_owned(), (*message).to_owned());
        let error = answered(move || Reply::error(status, &code, &message)).await;
        check(&error, *kind, words);
    }
}

#[tokio::test]
async fn answers_that_make_no_sense_are_told_apart() {
    let page = "<!DOCTYPE html><html><title>Sign in to Hotel WiFi</title></html>";
    let portal = answered(move || Reply::Answer(200, String::new(), page.to_owned())).await;
    check(
        &portal,
        ErrorKind::Unreachable,
        &["web page", "captive portal"],
    );
    let not_found = answered(move || Reply::Answer(404, String::new(), page.to_owned())).await;
    check(&not_found, ErrorKind::Unreachable, &["404", "proxy"]);
    let gateway = answered(move || Reply::Answer(502, String::new(), page.to_owned())).await;
    check(&gateway, ErrorKind::Service, &["502"]);
    let garbage =
        answered(|| Reply::Answer(200, String::new(), "{\"Parameter\": ]".to_owned())).await;
    check(&garbage, ErrorKind::Invalid, &["makes no sense"]);
    let empty = answered(|| Reply::Answer(500, String::new(), String::new())).await;
    check(&empty, ErrorKind::Service, &["500"]);
}

#[tokio::test]
async fn a_wrong_clock_is_named_in_minutes() {
    let date = DateTime::from(SystemTime::now() - Duration::from_mins(20));
    let date = date.fmt(Format::HttpDate).unwrap();
    let error = answered(move || {
        let body = r#"{"__type":"InvalidSignatureException","message":"Signature expired"}"#;
        Reply::Answer(400, format!("Date: {date}\r\n"), body.to_owned())
    })
    .await;
    check(&error, ErrorKind::ClockSkew, &["20 min ahead"]);
}

#[tokio::test]
async fn a_silent_endpoint_is_named() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let refused = read(&connect_to(&url, CallLog::silent(), SharedClock::new()).await).await;
    check(
        &refused,
        ErrorKind::Unreachable,
        &[&url, "refused", "nothing listens"],
    );

    let hung = answered(|| Reply::Hang).await;
    check(&hung, ErrorKind::TimedOut, &["no answer in time"]);
    let reset = answered(|| Reply::Reset).await;
    check(
        &reset,
        ErrorKind::Unreachable,
        &["http://127.0.0.1:", "without an answer"],
    );
    let cut = answered(|| Reply::Cut).await;
    assert!(
        matches!(
            cut.kind,
            ErrorKind::Unreachable | ErrorKind::Invalid | ErrorKind::TimedOut
        ),
        "{cut:?}"
    );
}

#[tokio::test]
async fn only_what_cannot_have_arrived_counts_as_not_carried_out() {
    async fn put(url: &str) -> bool {
        let connection = connect_to(url, CallLog::silent(), SharedClock::new()).await;
        let error = connection
            .ssm(Use::Write)
            .put_parameter()
            .name(NAME)
            .value("{}")
            .send()
            .await
            .unwrap_err();
        may_have_been_carried_out(&error)
    }
    let table: [(fn() -> Reply, bool); 8] = [
        (|| Reply::Hang, true),
        (|| Reply::Reset, true),
        (|| Reply::Cut, true),
        (|| Reply::error(500, "InternalServerError", ""), true),
        (
            || Reply::Answer(200, String::new(), "nonsense".to_owned()),
            true,
        ),
        (|| Reply::error(400, "ThrottlingException", ""), false),
        (|| Reply::error(400, "ExpiredTokenException", ""), false),
        (|| Reply::error(400, "AccessDeniedException", ""), false),
    ];
    for (row, (reply, expected)) in table.into_iter().enumerate() {
        let fake = Fake::start(move |_| reply()).await;
        assert_eq!(put(&fake.url).await, expected, "row {row}");
        assert_eq!(
            fake.count("PutParameter"),
            1,
            "row {row}: a write is sent once"
        );
    }
    assert!(!put("http://127.0.0.1:1").await);
}

#[tokio::test]
async fn every_call_is_recorded_and_the_clock_followed() {
    let fake = Fake::start(|request| match request.operation.as_str() {
        "GetParameter" => Reply::Answer(
            200,
            "x-coalmine-clock: 5000;0\r\n".to_owned(),
            r#"{"Parameter":{"Name":"/x","Value":"{}","Version":1}}"#.to_owned(),
        ),
        _ => Reply::error(400, "AccessDeniedException", "no"),
    })
    .await;
    let (calls, mut records) = CallLog::new(8);
    let clock = SharedClock::new();
    let connection = connect_to(&fake.url, calls, clock.clone()).await;
    let client = connection.ssm(Use::Read);
    client.get_parameter().name(NAME).send().await.unwrap();
    client
        .get_parameter_history()
        .name(NAME)
        .send()
        .await
        .unwrap_err();

    let first = records.try_recv().unwrap();
    assert_eq!(
        (
            first.operation.as_str(),
            first.target.as_str(),
            first.result.as_str()
        ),
        ("ssm:GetParameter", NAME, "ok")
    );
    let second = records.try_recv().unwrap();
    assert_eq!(
        (second.operation.as_str(), second.result.as_str()),
        ("ssm:GetParameterHistory", "AccessDeniedException")
    );
    assert_eq!(second.at.as_millis(), 5000);
    assert_eq!(clock.now().as_millis(), 5000);
    assert!(records.try_recv().is_err());
}

#[test]
fn long_texts_end_somewhere() {
    assert_eq!(bounded(&"ü".repeat(500)).chars().count(), 500);
    assert_eq!(bounded(&"ü".repeat(501)).chars().count(), 500);
    assert!(bounded(&"ü".repeat(2_000_000)).ends_with('…'));
}

#[test]
fn a_request_that_the_sdk_shows_is_told_to_nobody() {
    let text = "failed to apply endpoint `x` to request `Request { body: \"SECRET=hunter2\", headers: {} }`: endpoint must contain scheme";
    assert_eq!(
        without_request(text),
        "failed to apply endpoint `x`: endpoint must contain scheme"
    );
    let cut = "to request `Request { body: hunter2";
    assert!(!without_request(&format!("x {cut}")).contains("hunter2"));
}
