//! Many callers at once: who reads, who waits, and that nobody sees half a document.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use coalmine::flag_client::{Refresh, Source};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::store::FlagStore;
use super::{FULL, GOLDEN, TEN, TTL, builder, client};

#[tokio::test]
async fn a_reader_that_is_dropped_leaves_its_turn_to_the_next() {
    let store = FlagStore::gated(1, TEN);
    let (client, _) = client(&store);
    let reader = tokio::spawn({
        let client = client.clone();
        async move { client.refresh_if_due().await }
    });
    while store.reads() == 0 {
        tokio::task::yield_now().await;
    }
    let waiter = tokio::spawn({
        let client = client.clone();
        async move { client.refresh_if_due().await }
    });
    reader.abort();
    assert!(reader.await.unwrap_err().is_cancelled());
    store.let_through(1);
    assert_eq!(waiter.await.unwrap(), Refresh::Changed);
    assert_eq!(store.reads(), 2);
}

#[tokio::test]
async fn everybody_waits_for_the_first_read_and_nobody_for_a_later_one() {
    let store = FlagStore::gated(1, FULL);
    let (client, crank) = client(&store);
    let mut tasks = JoinSet::new();
    for _ in 0..100 {
        let client = client.clone();
        tasks.spawn(async move {
            client.refresh_if_due().await;
            client.is_enabled(GOLDEN)
        });
    }
    while store.reads() == 0 {
        tokio::task::yield_now().await;
    }
    assert!(tasks.try_join_next().is_none());
    store.let_through(1);
    let decisions = tasks.join_all().await;
    assert!(
        decisions
            .iter()
            .all(|d| d.enabled && d.source == Source::Store)
    );
    assert_eq!(store.reads(), 1);

    crank.pass(TTL);
    let reader = tokio::spawn({
        let client = client.clone();
        async move { client.refresh_if_due().await }
    });
    while store.reads() == 1 {
        tokio::task::yield_now().await;
    }
    for _ in 0..100 {
        assert_eq!(client.refresh_if_due().await, Refresh::Running);
        assert!(
            client.is_enabled(GOLDEN).enabled,
            "the stale value is served"
        );
    }
    store.let_through(1);
    assert_eq!(reader.await.unwrap(), Refresh::Unchanged);
    assert_eq!(store.reads(), 2);
}

/// A thousand tasks that refresh and decide, step by step, while a cranked stopwatch goes on between the steps.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_tasks_read_once_per_ttl_and_keep_answering_through_an_outage() {
    const TASKS: usize = 1_000;
    const STEP: Duration = Duration::from_secs(20);
    // Ten TTLs in health, ten minutes of outage, and five TTLs after it.
    const STEPS: u32 = 3 * (10 + 10 + 5);
    const OUTAGE: std::ops::Range<u32> = 30..60;
    let store = FlagStore::new(1, r#"{"enabled":true,"rollout_percentage":50}"#);
    let (client, crank) = client(&store);
    let barrier = Arc::new(Barrier::new(TASKS + 1));
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let (client, barrier) = (client.clone(), Arc::clone(&barrier));
        tasks.spawn(async move {
            let id = format!("session-{task}");
            let expected = coalmine::domain::flag::bucket(&id) < 50;
            let mut oldest = Duration::ZERO;
            for _ in 0..STEPS {
                barrier.wait().await;
                client.refresh_if_due().await;
                let decision = client.is_enabled(&id);
                assert_eq!(
                    (decision.enabled, decision.source),
                    (expected, Source::Store)
                );
                oldest = oldest.max(decision.age);
                barrier.wait().await;
            }
            oldest
        });
    }
    let mut reads = Vec::new();
    for step in 0..STEPS {
        if step == OUTAGE.start {
            store.fail();
        }
        if step == OUTAGE.end {
            store.put(2, r#"{"enabled":true,"rollout_percentage":50}"#);
        }
        barrier.wait().await;
        barrier.wait().await;
        reads.push(store.reads());
        crank.pass(STEP);
    }
    let oldest = tasks.join_all().await.into_iter().max().unwrap();
    // Every third step a TTL is over: the steps of a TTL share its one read.
    let healthy: Vec<u64> = (0..OUTAGE.start)
        .map(|step| u64::from(step / 3) + 1)
        .collect();
    assert_eq!(reads[..healthy.len()], healthy);
    let (before, after) = (reads[29], reads[OUTAGE.end as usize - 1]);
    assert!(
        (10..=16).contains(&(after - before)),
        "{} reads in ten minutes of outage",
        after - before
    );
    assert_eq!(reads[STEPS as usize - 1] - after, 5);
    assert!(oldest >= Duration::from_mins(10), "{oldest:?}");
    assert!(oldest <= Duration::from_mins(12), "{oldest:?}");
    let stats = client.stats();
    assert_eq!(
        stats.treated + stats.untreated,
        TASKS as u64 * u64::from(STEPS)
    );
    assert_eq!((stats.changed, stats.problem.clone()), (2, None));
    assert_eq!(stats.reads(), store.reads());
    assert_eq!(stats.version.as_str(), "2");
}

#[test]
fn no_decision_mixes_two_documents() {
    let documents = [r#"{"enabled":true,"rollout_percentage":0}"#, FULL];
    let store = FlagStore::new(0, documents[0]);
    let (client, _) = client(&store);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(client.refresh_if_due());
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let decision = client.is_enabled(GOLDEN);
                    let version: usize = decision.version.as_str().parse().unwrap();
                    assert_eq!(decision.enabled, version % 2 == 1, "{decision}");
                }
            });
        }
        for version in 1..2_000_u64 {
            store.put(version, documents[version as usize % 2]);
            client.expire();
            assert_eq!(runtime.block_on(client.refresh_if_due()), Refresh::Changed);
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[tokio::test]
async fn a_background_task_reads_until_its_keeper_is_dropped() {
    let store = FlagStore::new(1, TEN);
    let client = builder(&store, &Arc::default()).ttl(Duration::ZERO).build();
    let keeper = client.keep_fresh();
    let patience = Duration::from_secs(30);
    tokio::time::timeout(patience, async {
        while store.reads() < 3 {
            tokio::task::yield_now().await;
        }
        drop(keeper);
        drop(client);
        // The task held the last handle on the store.
        while Arc::strong_count(&store) > 1 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}
