//! Decisions allocate nothing: every kind of decision is made under a counting allocator.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::hint::black_box;
use std::sync::Arc;

use allocation_counter::{AllocationInfo, measure};
use coalmine::flag_client::{Attribute, FlagClient, Reason, Subject};

#[path = "support/flag_store.rs"]
mod store;

use store::FlagStore;

const LISTS: &str = r#"{"enabled":true,"rollout_percentage":50,"enabled_users":["ana"],"enabled_groups":["internal"],
    "conditions":{"region":["eu","us"],"tier":2},"min_stability_threshold":0.85}"#;

fn client(text: &str) -> FlagClient {
    let client = FlagClient::builder(FlagStore::new(1, text)).build();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(client.refresh_if_due());
    // The first decision registers this thread.
    client.is_enabled("warm");
    client
}

fn nothing() -> AllocationInfo {
    AllocationInfo::default()
}

#[test]
fn the_counter_counts() {
    assert!(measure(|| drop(black_box(vec![1_u8]))).count_total > 0);
}

#[test]
fn no_decision_allocates() {
    let met = [
        ("region", Attribute::Text("eu")),
        ("tier", Attribute::Number(2.0)),
    ];
    let groups = ["beta", "internal"];
    let plain = Subject::session("golden-eagle-427");
    let long = "x".repeat(100_000);
    let subjects = [
        plain,
        plain.attributes(&met),
        plain.user("ana"),
        plain.groups(&groups),
        Subject::session("").attributes(&met),
        Subject::session(&long).attributes(&met),
    ];
    let killed = client(LISTS);
    killed.kill();
    let clients = [
        client(LISTS),
        client(r#"{"enabled":true,"rollout_percentage":100}"#),
        client(r#"{"enabled":true,"rollout_percentage":0}"#),
        client(r#"{"enabled":false,"rollout_percentage":0}"#),
        client("not a document"),
        killed,
    ];
    let mut seen: Vec<&str> = Vec::with_capacity(1_000);
    let used = measure(|| {
        for client in &clients {
            for subject in &subjects {
                for _ in 0..20 {
                    seen.push(black_box(client.is_enabled_for(subject)).reason.word());
                    black_box(client.is_enabled("s").age);
                }
                black_box(client.number("min_stability_threshold"));
            }
        }
    });
    assert_eq!(used, nothing());
    for reason in [
        Reason::Killed,
        Reason::Disabled,
        Reason::NothingKnown,
        Reason::ListedUser,
        Reason::ListedGroup,
        Reason::ConditionUnmet,
        Reason::Everybody,
        Reason::Nobody,
    ] {
        assert!(seen.contains(&reason.word()), "{reason}");
    }
    assert!(seen.iter().any(|word| word.starts_with("bucket_")));
}

#[test]
fn decisions_allocate_nothing_while_documents_change() {
    let store = FlagStore::new(1, LISTS);
    let client = FlagClient::builder(Arc::clone(&store) as _).build();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    std::thread::scope(|scope| {
        let decider = scope.spawn(|| {
            client.is_enabled("warm");
            measure(|| {
                while client.is_enabled("session").version.as_str() != "200" {
                    std::thread::yield_now();
                }
            })
        });
        for version in 1..=200 {
            store.put(version, LISTS);
            client.expire();
            runtime.block_on(client.refresh_if_due());
        }
        // Giving back the last snapshot may fall to a reader; taking memory never does.
        assert_eq!(decider.join().unwrap().count_total, 0);
    });
}
