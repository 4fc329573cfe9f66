//! Decisions per second on one core and across two, against hashing alone as the limit. `cargo bench --bench flag_client`
//! measures; without `--bench` it only shows that it runs.

#![expect(clippy::print_stdout, reason = "it prints a table")]

use std::hint::black_box;
use std::sync::Arc;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use coalmine::domain::flag::bucket;
use coalmine::flag_client::{Attribute, FlagClient, Subject};

#[path = "../tests/support/flag_store.rs"]
mod store;

use store::FlagStore;

const LISTS: &str = r#"{"enabled":true,"rollout_percentage":50,"enabled_users":["ana","bo"],"enabled_groups":["internal"],
    "conditions":{"region":["eu-west-1","us-east-1"],"tier":2}}"#;
/// Calls between two looks at the clock.
const BATCH: usize = 1_000;
const ROUNDS: usize = 5;

type Work<'a> = &'a (dyn Fn(&str) + Sync);

fn main() -> std::io::Result<()> {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let span = Duration::from_millis(if measured { 400 } else { 5 });
    let ids: Vec<String> = (0..4096)
        .map(|n| format!("golden-eagle-{}", n * 7))
        .collect();
    let half = client(r#"{"enabled":true,"rollout_percentage":50}"#)?;
    let all = client(r#"{"enabled":true,"rollout_percentage":100}"#)?;
    let off = client(r#"{"enabled":false,"rollout_percentage":50}"#)?;
    let lists = client(LISTS)?;
    let groups = ["beta", "external"];
    let attributes = [
        ("region", Attribute::Text("eu-west-1")),
        ("tier", Attribute::Number(2.0)),
    ];
    let rows: [(&str, Work<'_>); 5] = [
        ("hashing alone", &|id| {
            black_box(bucket(id));
        }),
        ("50 %", &|id| {
            black_box(half.is_enabled(id));
        }),
        ("50 %, lists and conditions", &|id| {
            let subject = Subject::session(id).groups(&groups).attributes(&attributes);
            black_box(lists.is_enabled_for(&subject));
        }),
        ("100 %, no bucket needed", &|id| {
            black_box(all.is_enabled(id));
        }),
        ("disabled", &|id| {
            black_box(off.is_enabled(id));
        }),
    ];
    println!("millions of decisions per second, best of {ROUNDS} rounds\n");
    println!(
        "{:<28} {:>9} {:>12} {:>10} {:>10} {:>9}",
        "", "one core", "ns/decision", "of limit", "two cores", "scaling"
    );
    let mut limit = None;
    for (name, work) in rows {
        let (one, two) = (best(1, span, &ids, work), best(2, span, &ids, work));
        let limit = *limit.get_or_insert(one);
        println!(
            "{name:<28} {:>9.2} {:>12.1} {:>9.0}% {:>10.2} {:>8.2}x",
            one / 1e6,
            1e9 / one,
            100.0 * one / limit,
            two / 1e6,
            two / one
        );
    }
    Ok(())
}

fn client(text: &str) -> std::io::Result<FlagClient> {
    let client = FlagClient::builder(FlagStore::new(1, text)).build();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(client.refresh_if_due());
    Ok(client)
}

/// Calls per second of all threads together, in the best round: whatever else the machine does only makes it slower.
fn best(threads: usize, span: Duration, ids: &[String], work: Work<'_>) -> f64 {
    (0..ROUNDS)
        .map(|_| round(threads, span, ids, work))
        .fold(0.0, f64::max)
}

fn round(threads: usize, span: Duration, ids: &[String], work: Work<'_>) -> f64 {
    let start = Arc::new(Barrier::new(threads));
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|_| {
                let start = Arc::clone(&start);
                scope.spawn(move || {
                    start.wait();
                    rate(span, ids, work)
                })
            })
            .collect();
        let rates = running.into_iter().filter_map(|thread| thread.join().ok());
        rates.sum()
    })
}

fn rate(span: Duration, ids: &[String], work: Work<'_>) -> f64 {
    let began = Instant::now();
    let mut calls = 0_usize;
    let mut ids = ids.iter().cycle();
    while began.elapsed() < span {
        ids.by_ref().take(BATCH).for_each(|id| work(id));
        calls += BATCH;
    }
    calls as f64 / began.elapsed().as_secs_f64()
}
