//! The flag client over the simulator's Parameter Store, through the real SDK.

use std::sync::Arc;
use std::time::Duration;

use coalmine::backends::ssm::SsmParameter;
use coalmine::backends::{CallLog, ConnectOptions, Connection, SharedClock};
use coalmine::domain::flag::bucket;
use coalmine::flag_client::{FlagClient, Refresh, Source, WorldTime};
use coalmine::sim::{Sim, SimOptions};

use super::GOLDEN;

const PARAMETER: &str = "/audio-transcription/partial-results/config";
const MINUTE: Duration = Duration::from_mins(1);

struct World {
    sim: Sim,
    client: FlagClient,
}

impl World {
    async fn new() -> Self {
        let sim = Sim::start(SimOptions {
            speed: 0.0,
            start: Some(1_790_000_000_000),
            ..SimOptions::default()
        })
        .unwrap();
        let options = ConnectOptions {
            region: Some("us-east-1".to_owned()),
            endpoint_url: Some(sim.url()),
            credentials: Some(("id".to_owned(), "secret".to_owned())),
            ..ConnectOptions::default()
        };
        let clock = SharedClock::new();
        let connection = Connection::open(&options, clock.clone(), CallLog::silent())
            .await
            .unwrap();
        let lever = Arc::new(SsmParameter::new(&connection, PARAMETER));
        let client = FlagClient::builder(lever)
            .patience(Duration::from_secs(30))
            .stopwatch(Arc::new(WorldTime::start(Arc::new(clock))))
            .build();
        Self { sim, client }
    }

    fn put(&self, text: &str) -> String {
        let put = |aws: &mut coalmine::sim::aws::Aws, now| {
            aws.parameters
                .put(PARAMETER, text, "arn:aws:iam::123456789012:user/ana", now)
        };
        self.sim.aws().with(put).unwrap().to_string()
    }
}

#[tokio::test]
async fn it_decides_by_what_parameter_store_holds() {
    let world = World::new().await;
    let client = &world.client;
    let version =
        world.put(r#"{"enabled":true,"rollout_percentage":50,"min_stability_threshold":0.85}"#);
    assert_eq!(client.refresh_if_due().await, Refresh::Changed);
    for id in ["a", "b", "c", "", "ü", GOLDEN] {
        let decision = client.is_enabled(id);
        assert_eq!(decision.enabled, bucket(id) < 50, "{id}");
        assert_eq!(
            (decision.source, decision.version.as_str()),
            (Source::Store, version.as_str())
        );
    }
    assert_eq!(client.number("min_stability_threshold"), Some(0.85));

    let version = world.put(r#"{"enabled":false,"rollout_percentage":50}"#);
    client.expire();
    assert_eq!(client.refresh_if_due().await, Refresh::Changed);
    let decision = client.is_enabled(GOLDEN);
    assert_eq!(
        (decision.enabled, decision.version.as_str()),
        (false, version.as_str())
    );
}

#[tokio::test]
async fn it_keeps_answering_while_parameter_store_is_down_for_ten_minutes() {
    let world = World::new().await;
    let client = &world.client;
    let before = world.put(r#"{"enabled":true,"rollout_percentage":100}"#);
    client.refresh_if_due().await;
    world
        .sim
        .aws()
        .arm("ssm:GetParameter=denied,for=600".parse().unwrap());
    let after = world.put(r#"{"enabled":false,"rollout_percentage":100}"#);
    for minute in 1..10 {
        world.sim.clock().advance(MINUTE);
        // The client learns the simulated time from the answer to a read, so the first one has to be asked for.
        client.expire();
        assert!(
            matches!(client.refresh_if_due().await, Refresh::Failed(_)),
            "minute {minute}"
        );
        let decision = client.is_enabled(GOLDEN);
        assert!(decision.enabled);
        assert_eq!(decision.version.as_str(), before);
        assert_eq!(decision.age.as_secs(), minute * 60);
    }
    world.sim.clock().advance(MINUTE);
    client.expire();
    assert_eq!(client.refresh_if_due().await, Refresh::Changed);
    assert_eq!(client.is_enabled(GOLDEN).version.as_str(), after);
    assert_eq!(client.stats().failed, 9);
}
