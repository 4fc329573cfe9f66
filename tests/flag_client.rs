//! The flag client over a store in memory with a cranked stopwatch, and over the simulator through the real SDK.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use coalmine::domain::flag::FlagShape;
use coalmine::domain::lever::{FunctionState, LeverContent, UpdateStatus};
use coalmine::flag_client::{
    EnvironmentNames, FlagClient, FlagClientBuilder, Problem, Reason, Refresh, Source,
};
use coalmine::ports::{ErrorKind, Lever};

#[path = "flag_client/crowd.rs"]
mod crowd;
#[path = "flag_client/simulated.rs"]
mod simulated;
#[path = "support/flag_store.rs"]
mod store;

use store::{Crank, FlagStore, down};

const MOMENT: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
const TTL: Duration = Duration::from_mins(1);
/// Bucket 73.
const GOLDEN: &str = "golden-eagle-427";
const TEN: &str = r#"{"enabled":true,"rollout_percentage":10,"min_stability_threshold":0.85,"max_buffer_timeout":5.0}"#;
const FULL: &str = r#"{"enabled":true,"rollout_percentage":100}"#;

fn builder(store: &Arc<FlagStore>, crank: &Arc<Crank>) -> FlagClientBuilder {
    let shape = FlagShape {
        limits: [("min_stability_threshold".to_owned(), (0.0, 1.0))].into(),
        ..FlagShape::default()
    };
    FlagClient::builder(Arc::clone(store) as Arc<dyn Lever>)
        .shape(shape)
        .stopwatch(Arc::clone(crank) as _)
}

fn client(store: &Arc<FlagStore>) -> (FlagClient, Arc<Crank>) {
    let crank = Arc::default();
    (builder(store, &crank).build(), crank)
}

fn environment(
    variables: &'static [(&'static str, &'static str)],
) -> impl Fn(&str) -> Option<String> {
    move |asked| {
        let found = variables.iter().find(|(name, _)| *name == asked)?;
        Some(found.1.to_owned())
    }
}

#[tokio::test]
async fn the_environment_decides_until_the_first_document_is_read() {
    let store = FlagStore::new(7, TEN);
    store.fail();
    let crank = Arc::default();
    let client = builder(&store, &crank)
        .environment(environment(&[
            ("PARTIAL_RESULTS_ENABLED", "true"),
            ("ROLLOUT_PERCENTAGE", "100"),
            ("MIN_STABILITY_THRESHOLD", "0.5"),
            ("MAX_BUFFER_TIMEOUT", "9"),
        ]))
        .build();
    for _ in 0..2 {
        let decision = client.is_enabled(GOLDEN);
        assert_eq!(
            (decision.enabled, decision.reason, decision.source),
            (true, Reason::Everybody, Source::Environment)
        );
        assert_eq!(decision.version.as_str(), "");
        assert_eq!(client.number("min_stability_threshold"), Some(0.5));
        assert_eq!(client.refresh_if_due().await, Refresh::Failed(down()));
        crank.pass(SECOND * 2);
    }
    store.put(
        7,
        r#"{"enabled":true,"rollout_percentage":10,"min_stability_threshold":0.85}"#,
    );
    crank.pass(SECOND);
    assert_eq!(client.refresh_if_due().await, Refresh::Changed);
    let decision = client.is_enabled(GOLDEN);
    assert_eq!(
        (decision.enabled, decision.reason, decision.source),
        (false, Reason::BucketExcluded(73), Source::Store)
    );
    assert_eq!(
        (decision.version.as_str(), decision.age),
        ("7", Duration::ZERO)
    );
    assert_eq!(client.number("min_stability_threshold"), Some(0.85));
    assert_eq!(
        client.number("max_buffer_timeout"),
        Some(9.0),
        "the document is silent on it"
    );
}

#[tokio::test]
async fn other_names_of_variables_are_a_setting_and_each_is_asked_for_once() {
    let asked = Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    let names = EnvironmentNames {
        enabled: "ON".to_owned(),
        rollout_percentage: "SHARE".to_owned(),
        numbers: BTreeMap::from([("speed".to_owned(), "SPEED".to_owned())]),
    };
    let client = builder(&FlagStore::new(1, TEN), &Arc::default())
        .environment_names(names)
        .environment(move |name| {
            log.lock().unwrap().push(name.to_owned());
            Some("1".to_owned())
        })
        .build();
    assert_eq!(client.is_enabled(GOLDEN).reason, Reason::BucketExcluded(73));
    assert_eq!(client.number("speed"), Some(1.0));
    assert_eq!(*asked.lock().unwrap(), ["ON", "SHARE", "SPEED"]);
}

#[tokio::test]
async fn without_store_and_environment_nobody_is_treated() {
    let (client, _) = client(&FlagStore::new(1, FULL));
    let decision = client.is_enabled(GOLDEN);
    assert_eq!(
        (decision.enabled, decision.reason, decision.source),
        (false, Reason::NothingKnown, Source::Nothing)
    );
}

#[tokio::test]
async fn a_value_is_fresh_for_its_ttl_and_no_longer() {
    let store = FlagStore::new(1, TEN);
    let (client, crank) = client(&store);
    assert_eq!(client.refresh_if_due().await, Refresh::Changed);
    crank.pass(TTL.saturating_sub(MOMENT));
    assert_eq!(client.refresh_if_due().await, Refresh::NotDue);
    assert_eq!(client.is_enabled(GOLDEN).age, TTL.saturating_sub(MOMENT));
    assert_eq!(client.stats().due_in, MOMENT);
    store.put(2, FULL);
    assert!(!client.is_enabled(GOLDEN).enabled);
    crank.pass(MOMENT);
    assert_eq!(
        client.is_enabled(GOLDEN).version.as_str(),
        "1",
        "deciding reads nothing"
    );
    assert_eq!(client.refresh_if_due().await, Refresh::Changed);
    assert_eq!(client.is_enabled(GOLDEN).version.as_str(), "2");
    crank.pass(TTL);
    assert_eq!(client.refresh_if_due().await, Refresh::Unchanged);
    assert_eq!(client.is_enabled(GOLDEN).age, Duration::ZERO);
    assert_eq!(store.reads(), 3);
    // The same text under another version is another document.
    store.put(3, FULL);
    client.expire();
    assert_eq!(client.refresh_if_due().await, Refresh::Changed);
    assert_eq!(client.refresh_if_due().await, Refresh::NotDue);
    assert_eq!(client.is_enabled(GOLDEN).version.as_str(), "3");
    assert_eq!(client.horizon(), TTL + SECOND * 3);
}

#[tokio::test]
async fn an_invalid_document_keeps_the_last_good_one_and_says_so() {
    let store = FlagStore::new(1, FULL);
    let (client, crank) = client(&store);
    client.refresh_if_due().await;
    let bad = [
        "",
        "no",
        "[]",
        "{",
        r#"{"enabled":true}"#,
        r#"{"enabled":true,"rollout_percentage":101}"#,
        r#"{"enabled":"false","rollout_percentage":0}"#,
        r#"{"enabled":true,"rollout_percentage":0,"min_stability_threshold":1.5}"#,
        r#"{"enabled":true,"rollout_percentage":0,"conditions":{"a":{}}}"#,
        r#"{"enabled":false,"enabled":true,"rollout_percentage":0}"#,
    ];
    for (nth, text) in (2..).zip(bad) {
        store.put(nth, text);
        crank.pass(TTL);
        let refresh = client.refresh_if_due().await;
        assert!(
            matches!(&refresh, Refresh::Invalid(faults) if !faults.is_empty()),
            "{text}: {refresh:?}"
        );
        let decision = client.is_enabled(GOLDEN);
        assert!(decision.enabled, "{text}");
        assert_eq!(decision.version.as_str(), "1");
        assert_eq!(decision.age, TTL * (nth as u32 - 1));
        let stats = client.stats();
        assert_eq!(stats.invalid, nth - 1);
        assert!(
            matches!(stats.problem, Some(Problem::Invalid { version, .. }) if version.as_str() == nth.to_string())
        );
    }
    store.hold(Ok((
        "99".to_owned(),
        LeverContent::Function(FunctionState {
            variables: Ok(BTreeMap::new()),
            update: UpdateStatus::Successful,
            alias: None,
        }),
    )));
    crank.pass(TTL);
    assert!(matches!(client.refresh_if_due().await, Refresh::Invalid(_)));
    store.put(100, TEN);
    crank.pass(TTL);
    assert_eq!(client.refresh_if_due().await, Refresh::Changed);
    assert_eq!(client.stats().problem, None);
    assert!(!client.is_enabled(GOLDEN).enabled);
}

#[tokio::test]
async fn a_first_document_that_is_invalid_leaves_the_environment_in_force() {
    let crank = Arc::default();
    let client = builder(&FlagStore::new(1, "{}"), &crank)
        .environment(environment(&[
            ("PARTIAL_RESULTS_ENABLED", "1"),
            ("ROLLOUT_PERCENTAGE", "100"),
        ]))
        .build();
    assert!(matches!(client.refresh_if_due().await, Refresh::Invalid(_)));
    let decision = client.is_enabled(GOLDEN);
    assert_eq!(
        (decision.enabled, decision.source),
        (true, Source::Environment)
    );
}

#[tokio::test]
async fn a_document_that_says_off_is_off_whatever_else_is_wrong_with_it() {
    let store = FlagStore::new(
        1,
        r#"{"enabled":true,"rollout_percentage":100,"min_stability_threshold":0.9}"#,
    );
    let (client, crank) = client(&store);
    client.refresh_if_due().await;
    for (version, text) in [
        (2, r#"{"enabled":false}"#),
        (3, r#"{"enabled":false,"rollout_percentage":500}"#),
    ] {
        store.put(version, text);
        // It stays off, and stays a fault, however often it is read.
        for _ in 0..2 {
            crank.pass(TTL);
            assert!(matches!(client.refresh_if_due().await, Refresh::Invalid(_)));
            let decision = client.is_enabled(GOLDEN);
            assert_eq!(
                (decision.enabled, decision.reason),
                (false, Reason::Disabled)
            );
            assert_eq!(decision.version.as_str(), version.to_string());
            assert_eq!(decision.age, Duration::ZERO);
            assert_eq!(client.number("min_stability_threshold"), Some(0.9));
        }
    }
    store.put(4, FULL);
    crank.pass(TTL);
    assert_eq!(client.refresh_if_due().await, Refresh::Changed);
    assert!(client.is_enabled(GOLDEN).enabled);
}

#[tokio::test]
async fn a_failed_read_is_tried_again_soon_and_then_ever_more_slowly() {
    let store = FlagStore::new(1, TEN);
    let (client, crank) = client(&store);
    client.refresh_if_due().await;
    store.fail();
    crank.pass(TTL);
    for (failures, pause) in (1..).zip([1, 2, 4, 8, 16, 32, 60, 60]) {
        assert_eq!(client.refresh_if_due().await, Refresh::Failed(down()));
        let stats = client.stats();
        assert_eq!(stats.failures_in_a_row, failures);
        assert_eq!(stats.due_in, SECOND * pause);
        assert_eq!(stats.problem, Some(Problem::Unreadable(down())));
        crank.pass((SECOND * pause).saturating_sub(MOMENT));
        assert_eq!(client.refresh_if_due().await, Refresh::NotDue);
        crank.pass(MOMENT);
    }
    store.put(2, FULL);
    assert_eq!(client.refresh_if_due().await, Refresh::Changed);
    assert_eq!(client.stats().failures_in_a_row, 0);
    assert_eq!(client.stats().due_in, TTL);
}

#[tokio::test]
async fn a_store_that_never_answers_fails_within_the_patience() {
    let store = FlagStore::gated(1, TEN);
    let crank = Arc::default();
    let client = builder(&store, &crank).patience(MOMENT).build();
    let refresh = client.refresh_if_due().await;
    assert!(matches!(refresh, Refresh::Failed(error) if error.kind == ErrorKind::TimedOut));
}

#[tokio::test]
async fn the_kill_switch_counts_before_everything_and_at_once() {
    let store = FlagStore::new(
        1,
        r#"{"enabled":true,"rollout_percentage":100,"enabled_users":["golden-eagle-427"]}"#,
    );
    let (client, _) = client(&store);
    client.refresh_if_due().await;
    let clone = client.clone();
    clone.kill();
    let decision = client.is_enabled(GOLDEN);
    assert_eq!((decision.enabled, decision.reason), (false, Reason::Killed));
    assert!(client.stats().killed);
    client.expire();
    client.refresh_if_due().await;
    assert!(!client.is_enabled(GOLDEN).enabled, "no document revives it");
    clone.revive();
    assert_eq!(client.is_enabled(GOLDEN).reason, Reason::ListedUser);
}
