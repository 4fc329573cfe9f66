//! The watching backends over the simulator, through the real SDK: signals, alarms, and logs by polling and by Live Tail.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::collections::BTreeSet;
use std::time::Duration;

use coalmine::backends::{CallLog, ConnectOptions, SharedClock, connect};
use coalmine::config;
use coalmine::domain::Timestamp;
use coalmine::domain::alarm::AlarmState;
use coalmine::domain::log::{LogBatch, TailMode};
use coalmine::domain::rollout::{AlarmsSpec, RolloutSpec};
use coalmine::domain::signal::SampleBatch;
use coalmine::ports::{CallRecord, ErrorKind, Ports};
use coalmine::sim::world::Scenario;
use coalmine::sim::{Sim, SimOptions};
use tokio::sync::mpsc::Receiver;

const MINUTE: Duration = Duration::from_mins(1);

struct Watch {
    sim: Sim,
    ports: Ports,
    calls: Receiver<CallRecord>,
}

impl Watch {
    async fn new(scenario: Scenario, faults: &[&str], spec: &RolloutSpec) -> Self {
        let sim = Sim::start(SimOptions {
            scenario,
            speed: 0.0,
            faults: faults.iter().map(|fault| (*fault).to_owned()).collect(),
            start: Some(1_790_000_000_000),
            ..SimOptions::default()
        })
        .unwrap();
        let options = ConnectOptions {
            endpoint_url: Some(sim.url()),
            credentials: Some(("id".into(), "secret".into())),
            ..ConnectOptions::default()
        };
        let (log, calls) = CallLog::new(1_000);
        let ports = connect(spec, &options, SharedClock::new(), log)
            .await
            .unwrap();
        Self { sim, ports, calls }
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.sim.clock().now())
    }

    fn pass(&self, span: Duration) {
        self.sim.clock().advance(span);
    }

    async fn signals(&self, back: Duration) -> SampleBatch {
        let metrics = self.ports.metrics.as_ref().unwrap();
        metrics.read(self.now() - back, self.now()).await.unwrap()
    }

    async fn logs(&self, mode: TailMode) -> LogBatch {
        let logs = self.ports.logs.as_ref().unwrap();
        logs.next(mode, self.now()).await.unwrap()
    }

    fn operations(&mut self) -> Vec<String> {
        let mut seen = Vec::new();
        while let Ok(call) = self.calls.try_recv() {
            seen.push(call.operation);
        }
        seen
    }
}

fn spec() -> RolloutSpec {
    config::demo().unwrap()
}

#[tokio::test]
async fn all_signals_come_in_one_call_with_samples_and_in_their_units() {
    let mut watch = Watch::new(Scenario::Latency, &[], &spec()).await;
    watch.pass(MINUTE * 15);
    let read = watch.signals(MINUTE * 30).await;
    let calls = watch.operations();
    assert_eq!(
        calls
            .iter()
            .filter(|name| name.contains("GetMetricData"))
            .count(),
        1,
        "{calls:?}"
    );
    let signal = |name: &str| read.signals.iter().find(|s| s.name == name).unwrap();
    let latency = signal("latency_p95");
    assert_eq!(latency.fault, None);
    let newest = latency.points.last().unwrap();
    assert!(
        (5.0..60.0).contains(&newest.value),
        "seconds, not {newest:?}"
    );
    let times: Vec<_> = latency.points.iter().map(|point| point.at).collect();
    assert!(times.is_sorted() && times.len() >= 28, "{}", times.len());
    assert!(
        latency
            .points
            .iter()
            .all(|point| point.samples.is_some_and(|n| n > 0.0))
    );
    let errors = signal("error_rate");
    assert!(
        errors
            .points
            .iter()
            .all(|p| (0.0..=100.0).contains(&p.value))
    );
    assert!(
        errors
            .points
            .iter()
            .all(|p| p.samples.is_some_and(|n| n > 0.0))
    );
    assert!(errors.points.len() >= 28, "{errors:?}");
    assert!(!read.treated.is_empty());
    assert_eq!(read.treated_fault, None);
    for signal in &read.signals {
        assert_eq!(signal.fault, None, "{}", signal.name);
    }
}

#[tokio::test]
async fn partial_data_is_a_fault_of_the_signals_and_of_the_marker() {
    let faults = ["cloudwatch:GetMetricData=partial"];
    let watch = Watch::new(Scenario::Healthy, &faults, &spec()).await;
    let read = watch.signals(MINUTE * 10).await;
    for signal in &read.signals {
        let fault = signal.fault.as_deref().unwrap_or_default();
        assert!(fault.contains("PartialData"), "{}: {fault}", signal.name);
    }
    assert!(read.treated_fault.is_some());
}

#[tokio::test]
async fn alarms_stand_in_the_configs_order_with_what_they_watch() {
    let mut spec = spec();
    let AlarmsSpec::Names(names) = &mut spec.alarms else {
        unreachable!("the demo names its alarms")
    };
    names.insert(1, "audio-transcription-gone".into());
    let expected: Vec<_> = names
        .iter()
        .filter(|name| !name.ends_with("gone"))
        .cloned()
        .collect();
    let watch = Watch::new(Scenario::Latency, &[], &spec).await;
    watch.pass(MINUTE * 15);
    let alarms = watch.ports.alarms.as_ref().unwrap();
    let read = alarms.read().await.unwrap();
    let found: Vec<_> = read.alarms.iter().map(|alarm| alarm.name.clone()).collect();
    assert_eq!(found, expected);
    assert_eq!(read.missing, ["audio-transcription-gone"]);
    let latency = read
        .alarms
        .iter()
        .find(|alarm| alarm.name.ends_with("latency-high"))
        .unwrap();
    assert_eq!(latency.state, AlarmState::Alarm);
    assert!(
        latency
            .watches
            .contains("of PartialResultProcessingLatency >"),
        "{}",
        latency.watches
    );
    assert!(latency.since.is_some_and(|since| since < watch.now()));
    let history = alarms.history(&latency.name, 20).await.unwrap();
    assert!(history.is_sorted_by(|a, b| a.at >= b.at));
    assert!(
        history.iter().any(|change| change.kind == "StateUpdate"),
        "{history:?}"
    );
    spec.alarms = AlarmsSpec::Prefix("audio-transcription-".into());
    let by_prefix = Watch::new(Scenario::Healthy, &[], &spec).await;
    let read = by_prefix
        .ports
        .alarms
        .as_ref()
        .unwrap()
        .read()
        .await
        .unwrap();
    assert!(read.alarms.len() >= expected.len());
    assert!(read.alarms.is_sorted_by_key(|alarm| alarm.name.clone()));
}

#[tokio::test]
async fn polling_brings_every_event_once() {
    let watch = Watch::new(Scenario::Healthy, &[], &spec()).await;
    let began = watch.now();
    let mut ids = BTreeSet::new();
    for _ in 0..20 {
        let batch = watch.logs(TailMode::Poll).await;
        assert!(batch.events.is_sorted_by_key(|event| event.at));
        for event in batch.events {
            assert!(ids.insert(event.id), "twice");
        }
        watch.pass(Duration::from_secs(7));
    }
    loop {
        let batch = watch.logs(TailMode::Poll).await;
        let caught_up = batch.read_to == watch.now();
        for event in batch.events {
            assert!(ids.insert(event.id), "twice");
        }
        if caught_up {
            break;
        }
    }
    let fresh = Watch {
        ports: connect(
            &spec(),
            &ConnectOptions {
                endpoint_url: Some(watch.sim.url()),
                credentials: Some(("id".into(), "secret".into())),
                ..ConnectOptions::default()
            },
            SharedClock::new(),
            CallLog::silent(),
        )
        .await
        .unwrap(),
        ..watch
    };
    let mut all = BTreeSet::new();
    loop {
        let batch = fresh.logs(TailMode::Poll).await;
        all.extend(
            batch
                .events
                .into_iter()
                .filter(|event| event.at >= began)
                .map(|event| event.id),
        );
        if batch.read_to == fresh.now() {
            break;
        }
    }
    assert!(!all.is_empty());
    let lost: Vec<_> = all.difference(&ids).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[tokio::test]
async fn live_tail_follows_and_switching_doubles_nothing() {
    let watch = Watch::new(Scenario::Healthy, &[], &spec()).await;
    let first = watch.logs(TailMode::Live).await;
    assert_eq!(first.mode, TailMode::Live, "{:?}", first.note);
    assert!(
        !first.events.is_empty(),
        "what came before is read by polling"
    );
    let mut contents = BTreeSet::new();
    let mut note_once = |batch: &LogBatch| {
        for event in &batch.events {
            let content = (event.at, event.stream.clone(), event.message.clone());
            assert!(contents.insert(content), "twice: {event:?}");
        }
    };
    note_once(&first);
    let mut live = 0;
    for _ in 0..3 {
        watch.pass(Duration::from_secs(5));
        let batch = watch.logs(TailMode::Live).await;
        assert_eq!(batch.mode, TailMode::Live, "{:?}", batch.note);
        live += batch.events.len();
        note_once(&batch);
    }
    assert!(live > 0);
    note_once(&watch.logs(TailMode::Poll).await);
    watch.pass(Duration::from_secs(5));
    let again = watch.logs(TailMode::Live).await;
    assert_eq!(again.mode, TailMode::Live);
    note_once(&again);
}

#[tokio::test]
async fn live_tail_that_is_denied_falls_back_to_polling_and_says_so() {
    let faults = ["logs:StartLiveTail=denied"];
    let watch = Watch::new(Scenario::Healthy, &faults, &spec()).await;
    let batch = watch.logs(TailMode::Live).await;
    assert_eq!(batch.mode, TailMode::Poll);
    assert!(!batch.events.is_empty());
    let note = batch.note.unwrap();
    assert!(note.contains("polling instead"), "{note}");
}

#[tokio::test]
async fn a_missing_group_is_told_and_does_not_stop_the_others() {
    let mut spec = spec();
    let logs = spec.logs.as_mut().unwrap();
    logs.groups.insert(0, "/aws/lambda/gone".into());
    let watch = Watch::new(Scenario::Healthy, &[], &spec).await;
    let batch = watch.logs(TailMode::Poll).await;
    assert!(!batch.events.is_empty());
    assert!(batch.note.unwrap().contains("/aws/lambda/gone"));
    assert_eq!(batch.read_to, watch.now());
    let live = watch.logs(TailMode::Live).await;
    assert_eq!(live.mode, TailMode::Live);
    assert!(live.note.unwrap().contains("/aws/lambda/gone"));
}

#[tokio::test]
async fn a_dropped_wait_loses_nothing() {
    let watch = Watch::new(Scenario::Healthy, &[], &spec()).await;
    let mut seen = BTreeSet::new();
    for event in watch.logs(TailMode::Live).await.events {
        seen.insert((event.at, event.message));
    }
    watch.pass(Duration::from_secs(5));
    let logs = watch.ports.logs.as_ref().unwrap();
    for _ in 0..20 {
        let waited = logs.next(TailMode::Live, watch.now());
        if let Ok(Ok(batch)) = tokio::time::timeout(Duration::from_millis(60), waited).await {
            assert_eq!(batch.mode, TailMode::Live, "{:?}", batch.note);
            assert_eq!(batch.note, None, "no reconnect");
            seen.extend(
                batch
                    .events
                    .into_iter()
                    .map(|event| (event.at, event.message)),
            );
        }
    }
    let missed: Vec<_> = watch
        .logs(TailMode::Poll)
        .await
        .events
        .into_iter()
        .filter(|event| seen.contains(&(event.at, event.message.clone())))
        .collect();
    assert!(missed.is_empty(), "{missed:?}");
}

#[tokio::test]
async fn throttling_is_an_error_of_its_kind_and_the_next_read_is_whole() {
    let faults = ["logs:FilterLogEvents=throttle,times=2"];
    let watch = Watch::new(Scenario::Healthy, &faults, &spec()).await;
    let logs = watch.ports.logs.as_ref().unwrap();
    let error = logs.next(TailMode::Poll, watch.now()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Throttled);
    assert!(!watch.logs(TailMode::Poll).await.events.is_empty());
}
