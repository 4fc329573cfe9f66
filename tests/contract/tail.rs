//! What the port for logs promises: every event once, whether it comes late, behind empty pages, sampled, or over a broken session.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use coalmine::domain::Timestamp;
use coalmine::domain::log::{LogBatch, LogEvent, TailMode};
use coalmine::domain::rollout::{FlagSource, RolloutSpec};
use coalmine::ports::{ErrorKind, Logs, Ports};
use coalmine::sim::Sim;
use coalmine::sim::logs::store::Message;
use coalmine::sim::world::Scenario;
use libtest_mimic::Trial;
use serde_json::json;

use crate::stage::{self, ME, Moto, trial, trials};
use crate::stores::fresh;
use crate::wire::Wire;

/// The trials over the simulator.
pub fn trials() -> Vec<Trial> {
    trials!("logs":
        a_late_event_comes_late_and_once,
        an_event_that_arrives_after_the_overlap_comes_with_the_second_look,
        equal_lines_of_one_moment_are_all_kept,
        empty_pages_hide_nothing,
        a_flood_is_read_over_several_rounds_without_loss,
        a_group_in_trouble_does_not_silence_the_other,
        no_group_at_all_is_an_error_of_its_kind,
        live_tail_follows_within_seconds,
        what_live_tail_sampled_is_read_by_polling,
        a_session_that_breaks_off_is_taken_up_again_without_loss,
        a_session_that_cannot_begin_falls_back_and_comes_back,
        a_session_without_a_first_frame_is_given_up_in_time,
    )
}

/// The trials over moto.
pub fn trials_over(moto: &Moto) -> Vec<Trial> {
    let moto = moto.clone();
    vec![trial(
        "logs_over_moto::polling_brings_every_event_once",
        move || Box::pin(async move { polling_brings_every_event_once(&moto).await }),
    )]
}

struct Tail {
    sim: Sim,
    ports: Ports,
    groups: Vec<String>,
    seen: BTreeMap<String, Vec<LogEvent>>,
}

impl Tail {
    async fn new(groups: usize, faults: &[&str]) -> Self {
        let sim = stage::simulator(Scenario::Healthy, faults);
        let groups: Vec<_> = (0..groups)
            .map(|_| format!("/contract/t{}", fresh()))
            .collect();
        let ports = stage::ports(&spec(&groups), &sim.url(), ME).await;
        let tail = Self {
            sim,
            ports,
            groups,
            seen: BTreeMap::new(),
        };
        for group in 0..tail.groups.len() {
            tail.put_in(group, "the first", 0, 0);
        }
        tail
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.sim.clock().now())
    }

    fn pass(&self, seconds: u64) {
        self.sim.clock().advance(Duration::from_secs(seconds));
    }

    /// An event of `ago` ms ago that arrives in `delay` ms.
    fn put_in(&self, group: usize, text: &str, ago: i64, delay: i64) {
        let message = Message::Text(text.into());
        self.sim.aws().with(|aws, now| {
            aws.logs.put(
                &self.groups[group],
                "stream",
                now - ago,
                now + delay,
                message,
            );
        });
    }

    fn put(&self, text: &str) {
        self.put_in(0, text, 0, 0);
    }

    fn logs(&self) -> &dyn Logs {
        self.ports.logs.as_deref().unwrap()
    }

    async fn next(&mut self, mode: TailMode) -> LogBatch {
        let logs = self.ports.logs.clone().unwrap();
        let batch = logs.next(mode, self.now()).await.unwrap();
        assert!(batch.events.is_sorted_by_key(|event| event.at));
        for event in &batch.events {
            self.seen
                .entry(event.message.clone())
                .or_default()
                .push(event.clone());
        }
        batch
    }

    async fn poll(&mut self) -> LogBatch {
        self.next(TailMode::Poll).await
    }

    /// Polls until everything up to now is in.
    async fn catch_up(&mut self) {
        for _ in 0..60 {
            if self.poll().await.read_to == self.now() {
                return;
            }
        }
        unreachable!("it never catches up");
    }

    fn times(&self, text: &str) -> usize {
        self.seen.get(text).map_or(0, Vec::len)
    }
}

fn spec(groups: &[String]) -> RolloutSpec {
    let mut spec = stage::spec(FlagSource::Ssm("/contract/unused".to_owned()));
    groups.clone_into(&mut spec.logs.as_mut().unwrap().groups);
    spec
}

async fn a_late_event_comes_late_and_once() {
    let mut tail = Tail::new(1, &[]).await;
    tail.poll().await;
    tail.put_in(0, "two minutes late", 0, 120_000);
    for _ in 0..30 {
        tail.pass(10);
        tail.put("in time");
        tail.poll().await;
    }
    assert_eq!(
        (tail.times("two minutes late"), tail.times("in time")),
        (1, 30)
    );
    tail.put_in(0, "dated back", 240_000, 0);
    tail.poll().await;
    tail.poll().await;
    assert_eq!(tail.times("dated back"), 1);
}

async fn an_event_that_arrives_after_the_overlap_comes_with_the_second_look() {
    let mut tail = Tail::new(1, &[]).await;
    tail.catch_up().await;
    for _ in 0..5 {
        tail.pass(400);
        tail.put("on time");
        tail.catch_up().await;
    }
    tail.put_in(0, "half an hour late", 1_800_000, 0);
    tail.put_in(0, "hours late", 3 * 3_600_000, 0);
    for _ in 0..4 {
        tail.pass(160);
        tail.catch_up().await;
    }
    assert_eq!(tail.times("half an hour late"), 1);
    assert_eq!(tail.times("on time"), 5);
    assert_eq!(tail.times("hours late"), 0, "older than the first look");
}

async fn equal_lines_of_one_moment_are_all_kept() {
    let mut tail = Tail::new(1, &[]).await;
    for _ in 0..5 {
        tail.put("the same");
    }
    tail.poll().await;
    tail.poll().await;
    assert_eq!(tail.times("the same"), 5);
}

async fn empty_pages_hide_nothing() {
    let mut tail = Tail::new(1, &[]).await;
    for _ in 0..12_000 {
        tail.put_in(0, "not yet", 1_000, 600_000);
    }
    tail.put("behind two empty pages");
    tail.poll().await;
    assert_eq!(tail.times("behind two empty pages"), 1);
    assert_eq!(tail.times("not yet"), 0);
}

async fn a_flood_is_read_over_several_rounds_without_loss() {
    let mut tail = Tail::new(1, &[]).await;
    for number in 0..45_000 {
        tail.put_in(0, &format!("line {number}"), 60_000, 0);
    }
    let first = tail.poll().await;
    assert!(first.read_to < tail.now(), "not everything in one round");
    assert!(first.note.unwrap().contains("catching up"));
    tail.put("meanwhile");
    tail.catch_up().await;
    assert_eq!(tail.times("meanwhile"), 1);
    let lost = (0..45_000)
        .filter(|n| tail.times(&format!("line {n}")) != 1)
        .count();
    assert_eq!(lost, 0);
}

async fn a_group_in_trouble_does_not_silence_the_other() {
    let mut tail = Tail::new(2, &[]).await;
    tail.catch_up().await;
    let wire = Wire::new(&tail.sim.url());
    wire.logs("DeleteLogGroup", &json!({"logGroupName": tail.groups[1]}))
        .unwrap();
    tail.put("still here");
    let batch = tail.poll().await;
    assert_eq!(tail.times("still here"), 1);
    assert!(batch.note.unwrap().contains(&tail.groups[1]));
    // One of the two requests is refused twice, as often as a read is tried.
    wire.faults(&["logs:FilterLogEvents=throttle,times=2"]);
    tail.put("again");
    let answer = tail.logs().next(TailMode::Poll, tail.now()).await;
    wire.faults(&[]);
    let early = answer.map(|batch| batch.events.len()).unwrap_or_default();
    tail.catch_up().await;
    assert_eq!(early + tail.times("again"), 1);
}

async fn no_group_at_all_is_an_error_of_its_kind() {
    let tail = Tail::new(1, &["logs:FilterLogEvents=denied"]).await;
    let error = tail
        .logs()
        .next(TailMode::Poll, tail.now())
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);
    assert!(
        error.hint.contains("logs:FilterLogEvents"),
        "{}",
        error.hint
    );
    let gone = spec(&["/contract/none".to_owned()]);
    let ports = stage::ports(&gone, &tail.sim.url(), ME).await;
    Wire::new(&tail.sim.url()).faults(&[]);
    let mode = TailMode::Poll;
    let answer = ports.logs.unwrap().next(mode, tail.now()).await;
    let told = match answer {
        Ok(batch) => batch.note.unwrap(),
        Err(error) => format!("{error} {}", error.hint),
    };
    assert!(told.contains("/contract/none"), "{told}");
}

async fn live_tail_follows_within_seconds() {
    let mut tail = Tail::new(2, &[]).await;
    let first = tail.next(TailMode::Live).await;
    assert_eq!(first.mode, TailMode::Live, "{:?}", first.note);
    for round in 0..3 {
        tail.put_in(0, &format!("a{round}"), 0, 0);
        tail.put_in(1, &format!("b{round}"), 0, 0);
        tail.pass(1);
        let began = Instant::now();
        while tail.times(&format!("a{round}")) == 0 || tail.times(&format!("b{round}")) == 0 {
            let batch = tail.next(TailMode::Live).await;
            assert_eq!((batch.mode, batch.sampled), (TailMode::Live, false));
            assert!(began.elapsed() < Duration::from_mins(1), "round {round}");
        }
    }
    tail.catch_up().await;
    assert!(
        tail.seen
            .values()
            .all(|events| events.len() == 1 || events[0].message == "the first"),
        "{:?}",
        tail.seen
    );
}

async fn what_live_tail_sampled_is_read_by_polling() {
    let mut tail = Tail::new(1, &[]).await;
    tail.next(TailMode::Live).await;
    for number in 0..1_700 {
        tail.put(&format!("flood {number}"));
    }
    tail.pass(1);
    let mut sampled = false;
    for _ in 0..6 {
        let batch = tail.next(TailMode::Live).await;
        sampled |= batch.sampled;
        tail.pass(1);
    }
    assert!(sampled, "more than 500 events in an update");
    let wrong: Vec<_> = (0..1_700)
        .filter(|n| tail.times(&format!("flood {n}")) != 1)
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of 1700, such as {:?}",
        wrong.len(),
        wrong.first()
    );
}

async fn a_session_that_breaks_off_is_taken_up_again_without_loss() {
    let mut tail = Tail::new(1, &["logs:StartLiveTail=truncate,times=2"]).await;
    let mut notes = String::new();
    for round in 0..6 {
        tail.put(&format!("round {round}"));
        tail.pass(1);
        let batch = tail.next(TailMode::Live).await;
        assert_eq!(batch.mode, TailMode::Live);
        notes += batch.note.as_deref().unwrap_or_default();
    }
    assert_eq!(notes.matches("reconnected").count(), 2, "{notes}");
    tail.next(TailMode::Live).await;
    for round in 0..6 {
        assert_eq!(tail.times(&format!("round {round}")), 1, "{round}: {notes}");
    }
}

async fn a_session_that_cannot_begin_falls_back_and_comes_back() {
    for fault in ["reset", "throttle", "500", "expired"] {
        let mut tail = Tail::new(1, &[&format!("logs:StartLiveTail={fault}")]).await;
        tail.put("before");
        let batch = tail.next(TailMode::Live).await;
        assert_eq!(batch.mode, TailMode::Poll, "{fault}");
        assert!(batch.note.unwrap().contains("polling instead"), "{fault}");
        assert_eq!(tail.times("before"), 1, "{fault}");
        let wire = Wire::new(&tail.sim.url());
        wire.faults(&[]);
        tail.put("between");
        tail.pass(1);
        assert_eq!(
            tail.next(TailMode::Live).await.mode,
            TailMode::Poll,
            "{fault}: not at once"
        );
        assert_eq!(tail.times("between"), 1, "{fault}");
        // A person who changes to polling and back gets a new try.
        tail.poll().await;
        assert_eq!(
            tail.next(TailMode::Live).await.mode,
            TailMode::Live,
            "{fault} is over"
        );
        assert_eq!(
            (tail.times("before"), tail.times("between")),
            (1, 1),
            "{fault}"
        );
    }
}

async fn a_session_without_a_first_frame_is_given_up_in_time() {
    let mut tail = Tail::new(1, &["logs:StartLiveTail=blackhole"]).await;
    tail.put("before");
    let began = Instant::now();
    let batch = tail.next(TailMode::Live).await;
    assert_eq!(batch.mode, TailMode::Poll);
    assert!(
        began.elapsed() < Duration::from_secs(90),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(tail.times("before"), 1);
}

async fn polling_brings_every_event_once(moto: &Moto) {
    let wire = Wire::new(&moto.url());
    let group = format!("/contract/t{}", fresh());
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_millis() as i64;
    wire.logs("CreateLogGroup", &json!({"logGroupName": group}))
        .unwrap();
    let put = |stream: &str, range: std::ops::Range<i64>| {
        let name = json!({"logGroupName": group, "logStreamName": stream});
        wire.logs("CreateLogStream", &name).unwrap();
        let events: Vec<_> = range
            .map(|n| json!({"timestamp": now - 60_000 + n, "message": format!("line {n}")}))
            .collect();
        let input = json!({"logGroupName": group, "logStreamName": stream, "logEvents": events});
        wire.logs("PutLogEvents", &input).unwrap();
    };
    put("one", 0..800);
    put("two", 400..1_200);
    let ports = stage::ports(&spec(std::slice::from_ref(&group)), &moto.url(), ME).await;
    let logs = ports.logs.unwrap();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for round in 0..4 {
        if round == 2 {
            put("three", 1_200..1_300);
        }
        let at = Timestamp::from_millis(now + round * 1_000);
        for event in logs.next(TailMode::Poll, at).await.unwrap().events {
            *seen
                .entry(format!("{} {}", event.stream, event.message))
                .or_default() += 1;
        }
    }
    assert_eq!(seen.len(), 800 + 800 + 100);
    assert!(seen.values().all(|count| *count == 1));
}
