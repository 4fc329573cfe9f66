//! What `connect` makes of a rollout's description.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::collections::BTreeMap;
use std::time::Duration;

use super::fake::{Fake, Reply};
use super::fixtures::text_of;
use super::*;
use crate::domain::Environment;
use crate::domain::flag::FlagShape;
use crate::domain::rollout::{AlarmsSpec, FallbackSpec, FlagSpec};
use crate::ports::{Caller, ErrorKind};

fn spec(source: FlagSource) -> RolloutSpec {
    RolloutSpec {
        name: "partial-results".to_owned(),
        environment: Environment("prod".to_owned()),
        region: Some("us-east-1".to_owned()),
        profile: None,
        account: None,
        stages: Vec::new(),
        cache_ttl: Duration::from_mins(1),
        flag: FlagSpec {
            source,
            shape: FlagShape::default(),
        },
        fallback: Some(FallbackSpec {
            function: "audio-processor".to_owned(),
            alias: None,
            off: BTreeMap::new(),
            enabled_variable: "PARTIAL_RESULTS_ENABLED".to_owned(),
            percentage_variable: "ROLLOUT_PERCENTAGE".to_owned(),
        }),
        logs: None,
        signals: Vec::new(),
        rules: Vec::new(),
        alarms: AlarmsSpec::None,
        runbook: None,
        native: Vec::new(),
        contacts: BTreeMap::new(),
    }
}

fn to(url: &str) -> ConnectOptions {
    ConnectOptions {
        endpoint_url: Some(url.to_owned()),
        credentials: Some(("AKIDEXAMPLE".to_owned(), "secret".to_owned())),
        ..ConnectOptions::default()
    }
}

#[tokio::test]
async fn the_levers_are_those_of_the_config() {
    let fake = Fake::start(|request| match request.operation.as_str() {
        "GetParameter" => Reply::ok(
            serde_json::json!({"Parameter": {"Name": "/flag", "Value": "{}", "Version": 3}}),
        ),
        _ => Reply::error(400, "AccessDeniedException", "no"),
    })
    .await;
    let spec = spec(FlagSource::Ssm("/flag".to_owned()));
    let ports = connect(&spec, &to(&fake.url), SharedClock::new(), CallLog::silent())
        .await
        .unwrap();
    let state = ports.flag.read().await.unwrap();
    assert_eq!((state.revision.0.as_str(), text_of(&state)), ("3", "{}"));
    assert_eq!(ports.fallback.unwrap().id(), LeverId::Fallback);
}

#[tokio::test]
async fn a_file_needs_no_aws() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "{}").unwrap();
    let source = FlagSource::File(file.path().display().to_string());
    let unusable = to("not a url");
    let ports = connect(
        &spec(source),
        &unusable,
        SharedClock::new(),
        CallLog::silent(),
    )
    .await
    .unwrap();
    assert_eq!(text_of(&ports.flag.read().await.unwrap()), "{}");
    let error = ports.caller.identify().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert_eq!(ports.fallback.unwrap().read().await.unwrap_err(), error);

    let parameter = FlagSource::Ssm("/flag".to_owned());
    let refused = connect(
        &spec(parameter),
        &unusable,
        SharedClock::new(),
        CallLog::silent(),
    )
    .await;
    assert_eq!(refused.err(), Some(error));
}

#[tokio::test]
async fn the_caller_is_who_sts_says() {
    let body = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/oncall/ana</Arn><UserId>X</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
    let fake = Fake::start(move |_| Reply::Answer(200, String::new(), body.to_owned())).await;
    let connection = fake.connect().await;
    let identity = StsCaller::new(&connection).identify().await.unwrap();
    assert_eq!(identity.account, "123456789012");
    assert_eq!(identity.short_name(), "oncall");
    assert_eq!(
        (identity.expires_at, identity.source.as_str()),
        (None, "fixed")
    );
    assert_eq!(
        connection.known_arn().as_deref(),
        Some(identity.arn.as_str())
    );
}
