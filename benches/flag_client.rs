//! Decisions per second on one core and across two, against hashing alone as the limit. `cargo bench --bench flag_client`
//! measures; without `--bench` it only shows that it runs.

#![expect(clippy::print_stdout, reason = "it prints a table")]

use std::hint::black_box;
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
    println!(
        "Millions of decisions per second, best of {ROUNDS} rounds. On a busy machine two threads may share a core: then the"
    );
    println!("processor time of one decision tells whether threads slow each other down.\n");
    println!(
        "{:<28} {:>8} {:>9} {:>9} {:>8} | {:>17} {:>7}",
        "", "1 core", "of limit", "2 cores", "scaling", "CPU ns, 1 thread", "2"
    );
    let mut limit = None;
    for (name, work) in rows {
        let (one, two) = (best(1, span, &ids, work), best(2, span, &ids, work));
        let limit = *limit.get_or_insert(one.rate);
        println!(
            "{name:<28} {:>8.2} {:>8.0}% {:>9.2} {:>7.2}x | {:>17.1} {:>7.1}",
            one.rate / 1e6,
            100.0 * one.rate / limit,
            two.rate / 1e6,
            two.rate / one.rate,
            one.cpu_nanos,
            two.cpu_nanos
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

/// What was measured.
#[derive(Clone, Copy)]
struct Speed {
    /// Calls per second of all threads together.
    rate: f64,
    /// Processor time of one call; infinite where the system does not tell.
    cpu_nanos: f64,
}

/// The best of several rounds: whatever else the machine does only makes it slower.
fn best(threads: usize, span: Duration, ids: &[String], work: Work<'_>) -> Speed {
    let rounds = (0..ROUNDS).map(|_| round(threads, span, ids, work));
    rounds.fold(
        Speed {
            rate: 0.0,
            cpu_nanos: f64::INFINITY,
        },
        |best, round| Speed {
            rate: best.rate.max(round.rate),
            cpu_nanos: best.cpu_nanos.min(round.cpu_nanos),
        },
    )
}

fn round(threads: usize, span: Duration, ids: &[String], work: Work<'_>) -> Speed {
    let start = Barrier::new(threads);
    let measured: Vec<Speed> = std::thread::scope(|scope| {
        let thread = || {
            start.wait();
            measure(span, ids, work)
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(thread)).collect();
        running.into_iter().filter_map(|t| t.join().ok()).collect()
    });
    Speed {
        rate: measured.iter().map(|speed| speed.rate).sum(),
        cpu_nanos: measured.iter().map(|speed| speed.cpu_nanos).sum::<f64>() / threads as f64,
    }
}

fn measure(span: Duration, ids: &[String], work: Work<'_>) -> Speed {
    let (began, used) = (Instant::now(), processor_nanos());
    let mut calls = 0_usize;
    let mut ids = ids.iter().cycle();
    while began.elapsed() < span {
        ids.by_ref().take(BATCH).for_each(|id| work(id));
        calls += BATCH;
    }
    let seconds = began.elapsed().as_secs_f64();
    let used = used.zip(processor_nanos()).map(|(from, to)| to - from);
    Speed {
        rate: calls as f64 / seconds,
        cpu_nanos: used.map_or(f64::INFINITY, |used| used / calls as f64),
    }
}

/// How long this thread has run on a processor, as Linux counts it.
fn processor_nanos() -> Option<f64> {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    counted.split_whitespace().next()?.parse().ok()
}
