//! Shared calls over a simulator: how many there are, and whom a failure concerns.

use coalmine::backends::roundup::SharedConnection;
use coalmine::backends::{CallLog, ConnectOptions, Connection, SharedClock};
use coalmine::config;
use coalmine::domain::Timestamp;
use coalmine::domain::failure::{CallRecord, ErrorKind};
use coalmine::domain::rollout::{AlarmsSpec, FlagSource, RolloutSpec};
use coalmine::ports::Roundup;
use coalmine::sim::world::neighbours;
use coalmine::sim::{Sim, SimOptions};
use std::time::Duration;
use tokio::sync::mpsc;

const START: i64 = 1_790_000_000_000;

struct Rig {
    _sim: Sim,
    shared: SharedConnection,
    calls: mpsc::Receiver<CallRecord>,
    count: usize,
}

/// Eight signals of one query each, whose metrics bear the rollout's name.
fn rollout(index: usize) -> RolloutSpec {
    use std::fmt::Write as _;
    let name = neighbours::name(index);
    let mut text = format!(
        "[rollout.{name}]\nenvironment = \"prod\"\nregion = \"us-east-1\"\nstages = [ {{ percent = 100 }} ]\n\
         [rollout.{name}.flag]\nssm = \"/{name}/flag\"\n\
         [rollout.{name}.alarms]\nnames = [\"{name}-latency-high\", \"{name}-errors-high\"]\n"
    );
    for signal in 0..8 {
        let metric = if signal == 0 {
            "Requests".to_owned()
        } else {
            format!("Other{signal}")
        };
        write!(
            text,
            "[[rollout.{name}.signal]]\nname = \"s{signal}\"\nmetric = {{ namespace = \"{name}\", name = \"{metric}\", stat = \"Sum\", period = \"60s\" }}\nact = \"> 1000000\"\n"
        )
        .unwrap();
    }
    config::parse("t.toml", &text).unwrap().rollouts.remove(0)
}

impl Rig {
    async fn new(count: usize, faults: &[&str], change: impl Fn(&mut Vec<RolloutSpec>)) -> Self {
        let sim = Sim::start(SimOptions {
            speed: 0.0,
            start: Some(START),
            rollouts: 11,
            faults: faults.iter().map(|&fault| fault.to_owned()).collect(),
            ..SimOptions::default()
        })
        .unwrap();
        let mut specs: Vec<RolloutSpec> = (0..count).map(rollout).collect();
        change(&mut specs);
        let options = ConnectOptions {
            region: Some("us-east-1".into()),
            endpoint_url: Some(sim.url()),
            credentials: Some(("AKIACOALMINEONCALL".into(), "rehearsal".into())),
            ..ConnectOptions::default()
        };
        let (log, calls) = CallLog::new(1000);
        let connection = Connection::open(&options, SharedClock::new(), log)
            .await
            .unwrap();
        let members: Vec<_> = specs.into_iter().enumerate().collect();
        Self {
            shared: SharedConnection::new(&connection, &members),
            _sim: sim,
            calls,
            count,
        }
    }

    fn all(&self) -> Vec<usize> {
        (0..self.count).collect()
    }

    fn spans(&self) -> Vec<(usize, Timestamp, Timestamp)> {
        let to = Timestamp::from_millis(START);
        let span = |place| {
            (
                place,
                to.floor(Duration::from_mins(1)) - Duration::from_mins(10),
                to,
            )
        };
        self.all().into_iter().map(span).collect()
    }

    fn called(&mut self, operation: &str) -> Vec<CallRecord> {
        let calls = std::iter::from_fn(|| self.calls.try_recv().ok());
        calls.filter(|call| call.operation == operation).collect()
    }
}

#[tokio::test]
async fn ten_rollouts_of_eight_signals_are_one_call_a_round() {
    let mut rig = Rig::new(10, &[], |_| {}).await;
    for _ in 0..3 {
        let read = rig.shared.samples(&rig.spans()).await;
        let calls = rig.called("cloudwatch:GetMetricData");
        assert_eq!(calls.len(), 1, "{calls:?}");
        assert_eq!(
            (calls[0].target.as_str(), calls[0].metrics),
            ("80 queries", 80)
        );
        let places: Vec<usize> = read.iter().map(|(place, _)| *place).collect();
        assert_eq!(places, rig.all());
        for (place, batch) in read {
            let batch = batch.unwrap();
            assert_eq!(batch.signals.len(), 8);
            let values: Vec<f64> = batch.signals[0].points.iter().map(|p| p.value).collect();
            // The sixth of them has published nothing for half an hour; the others have had 900 requests a minute.
            let expected: &[f64] = if place % 6 == 5 { &[] } else { &[900.0; 10] };
            assert_eq!(values, expected, "rollout {place}");
        }
    }
}

#[tokio::test]
async fn more_than_500_queries_are_as_few_calls_as_they_fit_into() {
    let many = |specs: &mut Vec<RolloutSpec>| {
        for (index, spec) in specs.iter_mut().enumerate() {
            let first = spec.signals[0].clone();
            spec.signals = (0..120)
                .map(|number| {
                    let mut signal = first.clone();
                    signal.name = format!("s{number}");
                    if let coalmine::domain::signal::SignalSource::Metric(query) =
                        &mut signal.source
                    {
                        query.name = format!("M{index}x{number}");
                    }
                    signal
                })
                .collect();
        }
    };
    let mut rig = Rig::new(9, &[], many).await;
    let read = rig.shared.samples(&rig.spans()).await;
    let mut asked: Vec<u32> = rig
        .called("cloudwatch:GetMetricData")
        .iter()
        .map(|call| call.metrics)
        .collect();
    asked.sort_unstable();
    assert_eq!(asked, [120, 480, 480]);
    assert!(
        read.iter()
            .all(|(_, batch)| batch.as_ref().is_ok_and(|b| b.signals.len() == 120))
    );
}

#[tokio::test]
async fn alarms_share_calls_of_a_hundred_names_and_flags_of_ten() {
    let mut rig = Rig::new(10, &[], |specs| {
        for (index, spec) in specs.iter_mut().enumerate() {
            if let AlarmsSpec::Names(names) = &mut spec.alarms {
                names.extend((0..10).map(|number| format!("gone-{index}-{number}")));
            }
        }
    })
    .await;
    let alarms = rig.shared.alarms(&rig.all()).await;
    assert_eq!(rig.called("cloudwatch:DescribeAlarms").len(), 2);
    for (place, batch) in alarms {
        let batch = batch.unwrap();
        assert_eq!(
            (batch.alarms.len(), batch.missing.len()),
            (2, 10),
            "{place}"
        );
    }
    let flags = rig.shared.flags(&rig.all()).await;
    assert_eq!(flags.len(), 10);
    for (place, state) in flags {
        assert_eq!(
            state.unwrap().resource,
            format!("/{}/flag", neighbours::name(place))
        );
    }
    let calls = rig.called("ssm:GetParameters");
    assert_eq!(calls.len(), 1, "{calls:?}");
}

#[tokio::test]
async fn a_flag_that_is_not_there_is_no_fault_of_the_others() {
    let mut rig = Rig::new(4, &[], |specs| {
        specs[2].flag.source = FlagSource::Ssm("/nowhere/flag".into());
    })
    .await;
    for (place, state) in rig.shared.flags(&rig.all()).await {
        match place {
            2 => assert_eq!(state.unwrap_err().kind, ErrorKind::NotFound),
            _ => assert!(state.is_ok(), "{place}: {state:?}"),
        }
    }
    assert_eq!(rig.called("ssm:GetParameters").len(), 1);
}

#[tokio::test]
async fn where_reading_many_is_denied_each_is_read_by_itself() {
    let mut rig = Rig::new(3, &["ssm:GetParameters=denied"], |_| {}).await;
    let flags = rig.shared.flags(&rig.all()).await;
    assert!(flags.iter().all(|(_, state)| state.is_ok()), "{flags:?}");
    assert_eq!(rig.called("ssm:GetParameter").len(), 3);
    drop(rig.shared.flags(&rig.all()).await);
    assert_eq!(
        rig.called("ssm:GetParameters").len(),
        0,
        "it is not tried again"
    );
}

#[tokio::test]
async fn a_throttled_call_is_a_fault_of_its_own_rollouts_alone() {
    let mut rig = Rig::new(4, &["cloudwatch:GetMetricData=throttle"], |specs| {
        // Another period is another call; the fault hits both, and each tells of its own.
        for signal in &mut specs[3].signals {
            if let coalmine::domain::signal::SignalSource::Metric(query) = &mut signal.source {
                query.period = Duration::from_mins(5);
            }
        }
    })
    .await;
    let read = rig.shared.samples(&rig.spans()).await;
    assert_eq!(read.len(), 4);
    for (_, batch) in &read {
        assert_eq!(batch.as_ref().unwrap_err().kind, ErrorKind::Throttled);
    }
    assert_eq!(rig.called("cloudwatch:GetMetricData").len(), 2);
    assert!(
        rig.shared
            .alarms(&rig.all())
            .await
            .iter()
            .all(|(_, batch)| batch.is_ok())
    );
}

#[tokio::test]
async fn a_partial_answer_marks_only_the_signals_that_it_concerns() {
    let rig = Rig::new(3, &["cloudwatch:GetMetricData=partial,times=1"], |_| {}).await;
    let read = rig.shared.samples(&rig.spans()).await;
    let faults: Vec<usize> = read
        .iter()
        .map(|(_, batch)| {
            let batch = batch.as_ref().unwrap();
            batch
                .signals
                .iter()
                .filter(|signal| signal.fault.is_some())
                .count()
        })
        .collect();
    let whole = rig.shared.samples(&rig.spans()).await;
    assert!(faults.iter().sum::<usize>() > 0, "{faults:?}");
    assert!(whole.iter().all(|(_, batch)| {
        batch
            .as_ref()
            .is_ok_and(|b| b.signals.iter().all(|s| s.fault.is_none()))
    }));
}
