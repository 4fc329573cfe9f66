//! A Lambda handler in shape: one client per container, one refresh per invocation, one decision per session.
//!
//! Every line of stdin is an event, every line of stdout its answer. Against the simulator:
//!
//! ```text
//! coalmine sim --port 4599 &
//! export AWS_ENDPOINT_URL=http://127.0.0.1:4599 AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any
//! echo '{"session_id":"golden-eagle-427"}' | cargo run --example flag_client
//! ```
//!
//! Settings: `FEATURE_FLAG_PARAMETER_NAME`, `FEATURE_FLAG_CACHE_TTL` (seconds), and the variables that stand in while the
//! parameter was never read (`PARTIAL_RESULTS_ENABLED`, `ROLLOUT_PERCENTAGE`, ...).

#![expect(clippy::print_stdout, reason = "it answers on stdout")]

use std::error::Error;
use std::io::BufRead;
use std::sync::Arc;
use std::time::Duration;

use coalmine::backends::ssm::SsmParameter;
use coalmine::backends::{CallLog, ConnectOptions, Connection, SharedClock};
use coalmine::domain::flag::FlagShape;
use coalmine::flag_client::{Attribute, FlagClient, Subject};
use serde_json::{Value, json};

/// What a container does once, before its first invocation. Nothing is sent to AWS yet.
async fn cold_start() -> Result<FlagClient, Box<dyn Error>> {
    let parameter = std::env::var("FEATURE_FLAG_PARAMETER_NAME")
        .unwrap_or_else(|_| "/audio-transcription/partial-results/config".to_owned());
    let ttl = match std::env::var("FEATURE_FLAG_CACHE_TTL") {
        Ok(seconds) => Duration::from_secs(seconds.parse()?),
        Err(_) => Duration::from_mins(1),
    };
    let options = ConnectOptions::default();
    let connection = Connection::open(&options, SharedClock::new(), CallLog::silent()).await?;
    let limits = [
        ("min_stability_threshold", (0.0, 1.0)),
        ("max_buffer_timeout", (0.5, 30.0)),
    ];
    let shape = FlagShape {
        limits: limits
            .map(|(member, range)| (member.to_owned(), range))
            .into(),
        ..FlagShape::default()
    };
    let lever = Arc::new(SsmParameter::new(&connection, parameter));
    Ok(FlagClient::builder(lever)
        .shape(shape)
        .ttl(ttl)
        .process_environment()
        .build())
}

/// What it does for every invocation.
async fn handle(client: &FlagClient, event: &Value) -> Value {
    // Costs nothing but once per TTL; a container that slept for an hour reads here before it decides.
    client.refresh_if_due().await;
    let region = event["region"].as_str().unwrap_or_default();
    let attributes = [("region", Attribute::Text(region))];
    let mut subject =
        Subject::session(event["session_id"].as_str().unwrap_or_default()).attributes(&attributes);
    if let Some(user) = event["user"].as_str() {
        subject = subject.user(user);
    }
    let decision = client.is_enabled_for(&subject);
    json!({
        "partial_results": decision.enabled,
        "reason": decision.reason.word(),
        "bucket": decision.reason.bucket(),
        "source": decision.source.word(),
        "version": decision.version.as_str(),
        "age_s": decision.age.as_secs_f64(),
        "min_stability_threshold": client.number("min_stability_threshold"),
        "problem": client.stats().problem.map(|problem| problem.to_string()),
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = cold_start().await?;
    for line in std::io::stdin().lock().lines() {
        let event = serde_json::from_str(&line?)?;
        println!("{}", handle(&client, &event).await);
    }
    Ok(())
}
