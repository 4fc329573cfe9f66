//! What the ports for signals, alarms and the caller promise when there is much to read and when the service does not play along.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use coalmine::domain::Timestamp;
use coalmine::domain::alarm::AlarmState;
use coalmine::domain::rollout::{AlarmsSpec, FlagSource, RolloutSpec};
use coalmine::domain::signal::SampleBatch;
use coalmine::ports::{Alarms, ErrorKind, Metrics, PortResult, Ports};
use coalmine::sim::Sim;
use coalmine::sim::world::{Scenario, names};
use libtest_mimic::Trial;
use serde_json::json;

use crate::stage::{self, ME, MY_ARN, Moto, trial, trials};
use crate::wire::Wire;

const DATA: &str = "cloudwatch:GetMetricData";
const DESCRIBE: &str = "cloudwatch:DescribeAlarms";

/// The trials over the simulator.
pub fn trials() -> Vec<Trial> {
    trials!("signals":
        forty_signals_arrive_in_one_request,
        a_stumble_of_the_service_costs_nothing,
        trouble_is_told_by_its_kind_and_the_next_read_is_whole,
        partial_data_is_told_once_and_then_forgotten,
        a_read_that_hangs_ends_in_time_and_the_alarms_go_on,
        more_than_two_pages_of_alarms_come_each_once,
        names_beyond_one_request_are_asked_for_in_several_and_missing_ones_are_told,
        an_alarm_follows_its_metric_into_alarm_and_back,
        denied_alarms_name_the_action_and_the_signals_go_on,
        the_caller_is_who_the_key_says_and_expired_credentials_heal,
        an_identity_check_that_hangs_ends_in_time,
        a_day_of_quarters_says_what_the_minutes_say_and_nothing_before_them,
    )
}

/// The trials over moto.
pub fn trials_over(moto: &Moto) -> Vec<Trial> {
    let moto = moto.clone();
    vec![trial(
        "signals_over_moto::the_caller_has_an_account_and_an_arn",
        move || Box::pin(async move { the_caller_has_an_account_and_an_arn(&moto).await }),
    )]
}

struct Watch {
    sim: Sim,
    wire: Wire,
    ports: Ports,
}

impl Watch {
    async fn new(spec: &RolloutSpec, faults: &[&str]) -> Self {
        Self::of(Scenario::Healthy, spec, faults).await
    }

    async fn of(scenario: Scenario, spec: &RolloutSpec, faults: &[&str]) -> Self {
        let sim = stage::simulator(scenario, faults);
        let ports = stage::ports(spec, &sim.url(), ME).await;
        let wire = Wire::new(&sim.url());
        Self { sim, wire, ports }
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.sim.clock().now())
    }

    fn metrics(&self) -> &dyn Metrics {
        self.ports.metrics.as_deref().unwrap()
    }

    fn alarms(&self) -> &dyn Alarms {
        self.ports.alarms.as_deref().unwrap()
    }

    async fn signals(&self) -> PortResult<SampleBatch> {
        let from = self.now() - Duration::from_mins(20);
        self.metrics().read(from, self.now()).await
    }
}

fn spec() -> RolloutSpec {
    stage::spec(FlagSource::Ssm(names::PARAMETER.to_owned()))
}

fn is_whole(read: &SampleBatch) -> bool {
    read.treated_fault.is_none()
        && read.signals.iter().all(|s| s.fault.is_none())
        && read.signals.iter().any(|s| s.points.len() > 15)
}

async fn forty_signals_arrive_in_one_request() {
    let mut spec = spec();
    let metric = spec.signals[0].clone();
    for number in 0..35 {
        let mut another = metric.clone();
        another.name = format!("another_{number}");
        spec.signals.push(another);
    }
    let watch = Watch::new(&spec, &[]).await;
    let read = watch.signals().await.unwrap();
    assert!(is_whole(&read), "{read:?}");
    assert!(read.signals.len() >= 40, "{}", read.signals.len());
    let first = &read.signals[0].points;
    for signal in read
        .signals
        .iter()
        .filter(|s| s.name.starts_with("another"))
    {
        assert_eq!(signal.points, *first, "{}", signal.name);
    }
    assert_eq!(watch.wire.arrived(DATA), 1);
    let nothing = watch
        .metrics()
        .read(watch.now(), watch.now())
        .await
        .unwrap();
    assert!(nothing.signals.is_empty());
    assert_eq!(watch.wire.arrived(DATA), 1, "no span, no request");
}

async fn a_stumble_of_the_service_costs_nothing() {
    let watch = Watch::new(&spec(), &[]).await;
    for fault in ["500", "503", "throttle", "reset", "truncate"] {
        let once = || {
            watch
                .wire
                .faults(&[&format!("cloudwatch:*={fault},times=1")]);
        };
        once();
        assert!(is_whole(&watch.signals().await.unwrap()), "{fault}");
        once();
        let alarms = watch.alarms().read().await.unwrap().alarms;
        assert!(!alarms.is_empty(), "{fault}");
        watch.wire.faults(&[&format!("sts:*={fault},times=1")]);
        let identity = watch.ports.caller.identify().await;
        assert!(identity.is_ok(), "{fault}: {identity:?}");
    }
}

async fn trouble_is_told_by_its_kind_and_the_next_read_is_whole() {
    let watch = Watch::new(&spec(), &[]).await;
    for (fault, kind, hint) in [
        ("throttle", ErrorKind::Throttled, "slow down"),
        ("denied", ErrorKind::Denied, DATA),
        ("expired", ErrorKind::Credentials, "login"),
        ("500", ErrorKind::Service, "AWS"),
        ("reset", ErrorKind::Unreachable, "127.0.0.1"),
        ("html", ErrorKind::Unreachable, "portal"),
    ] {
        watch.wire.faults(&[&format!("{DATA}={fault}")]);
        let error = watch.signals().await.unwrap_err();
        assert_eq!(error.kind, kind, "{fault}: {error:?}");
        assert!(error.hint.contains(hint), "{fault}: {}", error.hint);
        assert!(error.what.contains(DATA), "{fault}: {}", error.what);
        watch.wire.faults(&[]);
        assert!(is_whole(&watch.signals().await.unwrap()), "{fault} is over");
    }
}

async fn partial_data_is_told_once_and_then_forgotten() {
    let watch = Watch::new(&spec(), &["cloudwatch:GetMetricData=partial,times=1"]).await;
    assert!(!is_whole(&watch.signals().await.unwrap()));
    assert!(is_whole(&watch.signals().await.unwrap()));
}

async fn a_read_that_hangs_ends_in_time_and_the_alarms_go_on() {
    let watch = Watch::new(&spec(), &["cloudwatch:GetMetricData=blackhole"]).await;
    let began = Instant::now();
    let ended = Cell::new(false);
    let signals = async {
        let read = watch.signals().await;
        ended.set(true);
        read
    };
    let alarms = async {
        let read = watch.alarms().read().await.unwrap();
        (read, ended.get())
    };
    let (signals, (alarms, waited)) = tokio::join!(signals, alarms);
    assert_eq!(signals.unwrap_err().kind, ErrorKind::TimedOut);
    assert!(
        began.elapsed() < Duration::from_mins(1),
        "{:?}",
        began.elapsed()
    );
    assert!(!alarms.alarms.is_empty());
    assert!(!waited, "the alarms ended after signals that hang");
}

fn put_alarm(wire: &Wire, name: &str) {
    let alarm = json!({
        "AlarmName": name, "Namespace": "Contract", "MetricName": name, "Statistic": "Maximum", "Period": 60,
        "EvaluationPeriods": 2, "DatapointsToAlarm": 2, "Threshold": 5.0,
        "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "missing",
    });
    wire.cloudwatch("PutMetricAlarm", &alarm).unwrap();
}

fn many(wire: &Wire) -> Vec<String> {
    let names: Vec<_> = (0..230).map(|number| format!("many-{number:03}")).collect();
    for name in &names {
        put_alarm(wire, name);
    }
    names
}

async fn more_than_two_pages_of_alarms_come_each_once() {
    let mut spec = spec();
    spec.alarms = AlarmsSpec::Prefix("many-".to_owned());
    let watch = Watch::new(&spec, &[]).await;
    let names = many(&watch.wire);
    let read = watch.alarms().read().await.unwrap();
    let found: Vec<_> = read.alarms.iter().map(|alarm| alarm.name.clone()).collect();
    assert_eq!(found, names);
    assert_eq!(watch.wire.arrived(DESCRIBE), 3);
    watch
        .wire
        .faults(&["cloudwatch:DescribeAlarms=throttle,rate=0.4"]);
    // Half a list would be taken for the whole one: it is all or an error.
    for _ in 0..6 {
        match watch.alarms().read().await {
            Ok(read) => assert_eq!(read.alarms.len(), names.len()),
            Err(error) => assert_eq!(error.kind, ErrorKind::Throttled),
        }
    }
}

async fn names_beyond_one_request_are_asked_for_in_several_and_missing_ones_are_told() {
    let mut wanted: Vec<_> = (0..230).rev().map(|n| format!("many-{n:03}")).collect();
    wanted.insert(7, "gone-1".to_owned());
    wanted.push("gone-2".to_owned());
    wanted.push("many-001".to_owned());
    let mut spec = spec();
    spec.alarms = AlarmsSpec::Names(wanted.clone());
    let watch = Watch::new(&spec, &[]).await;
    many(&watch.wire);
    let read = watch.alarms().read().await.unwrap();
    assert_eq!(read.missing, ["gone-1", "gone-2"]);
    let mut once = BTreeSet::new();
    wanted.retain(|name| !name.starts_with("gone") && once.insert(name.clone()));
    let found: Vec<_> = read.alarms.into_iter().map(|alarm| alarm.name).collect();
    assert_eq!(found, wanted, "in the order of the config");
}

async fn an_alarm_follows_its_metric_into_alarm_and_back() {
    let mut spec = spec();
    spec.alarms = AlarmsSpec::Names(vec!["watched".to_owned()]);
    let watch = Watch::new(&spec, &[]).await;
    put_alarm(&watch.wire, "watched");
    let mut seen = Vec::new();
    for minute in 0..24 {
        let value = if (8..14).contains(&minute) { 9.0 } else { 1.0 };
        let data = json!({"Namespace": "Contract", "MetricData": [{"MetricName": "watched", "Value": value}]});
        watch.wire.cloudwatch("PutMetricData", &data).unwrap();
        watch.sim.clock().advance(Duration::from_mins(1));
        let state = watch.alarms().read().await.unwrap().alarms.remove(0).state;
        if seen.last() != Some(&state) {
            seen.push(state);
        }
    }
    let expected = [
        AlarmState::InsufficientData,
        AlarmState::Ok,
        AlarmState::Alarm,
        AlarmState::Ok,
    ];
    let from = usize::from(seen[0] == AlarmState::Ok);
    assert_eq!(seen, expected[from..], "{seen:?}");
    let history = watch.alarms().history("watched", 100).await.unwrap();
    assert!(history.is_sorted_by(|a, b| a.at >= b.at));
    let updates = history.iter().filter(|change| change.kind == "StateUpdate");
    assert_eq!(updates.count(), 3, "{history:?}");
    assert_eq!(
        watch.alarms().history("watched", 2).await.unwrap(),
        history[..2]
    );
}

async fn denied_alarms_name_the_action_and_the_signals_go_on() {
    let watch = Watch::new(&spec(), &["cloudwatch:DescribeAlarms=denied"]).await;
    let error = watch.alarms().read().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);
    assert!(error.hint.contains(DESCRIBE), "{}", error.hint);
    assert!(is_whole(&watch.signals().await.unwrap()));
    assert!(
        !watch
            .alarms()
            .history(&names_of_alarms()[0], 5)
            .await
            .unwrap()
            .is_empty()
    );
}

fn names_of_alarms() -> Vec<String> {
    match spec().alarms {
        AlarmsSpec::Names(names) => names,
        other => unreachable!("the demo names its alarms: {other:?}"),
    }
}

async fn the_caller_is_who_the_key_says_and_expired_credentials_heal() {
    let watch = Watch::new(&spec(), &["sts:GetCallerIdentity=expired,times=1"]).await;
    let error = watch.ports.caller.identify().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Credentials);
    assert!(error.hint.contains("aws sso login"), "{}", error.hint);
    let identity = watch.ports.caller.identify().await.unwrap();
    assert_eq!(
        (identity.arn.as_str(), identity.account.as_str()),
        (MY_ARN, "123456789012")
    );
    assert_eq!(
        (identity.source.as_str(), identity.expires_at),
        ("fixed", None)
    );
}

async fn an_identity_check_that_hangs_ends_in_time() {
    let watch = Watch::new(&spec(), &["sts:GetCallerIdentity=blackhole"]).await;
    let began = Instant::now();
    let error = watch.ports.caller.identify().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::TimedOut);
    assert!(
        began.elapsed() < Duration::from_mins(1),
        "{:?}",
        began.elapsed()
    );
}

async fn the_caller_has_an_account_and_an_arn(moto: &Moto) {
    let ports = stage::ports(&spec(), &moto.url(), ME).await;
    let identity = ports.caller.identify().await.unwrap();
    assert_eq!(identity.account, "123456789012");
    assert!(
        identity.arn.starts_with("arn:aws:sts::123456789012:"),
        "{}",
        identity.arn
    );
}

/// Charts over a day: sums stand for a minute each, and before the world began there is a gap, not a zero.
async fn a_day_of_quarters_says_what_the_minutes_say_and_nothing_before_them() {
    const MINUTE: Duration = Duration::from_mins(1);
    const QUARTER: Duration = Duration::from_mins(15);
    let spec = coalmine::config::demo().unwrap();
    let watch = Watch::new(&spec, &[]).await;
    let now = watch.now();
    let from = now - Duration::from_hours(24);
    let coarse = watch
        .metrics()
        .read_coarse(from, now, QUARTER)
        .await
        .unwrap();
    let asked = now.floor(QUARTER) - QUARTER * 4;
    let fine = watch
        .metrics()
        .read(asked, now.floor(QUARTER))
        .await
        .unwrap();
    assert!(
        coarse.treated.is_empty(),
        "the marker is not read for charts"
    );
    let points = |batch: &SampleBatch, name: &str| {
        let found = batch.signals.iter().find(|signal| signal.name == name);
        let signal = found.unwrap();
        assert_eq!(signal.fault, None, "{name}");
        signal.points.clone()
    };
    let quarters = points(&coarse, "dropped");
    let minutes = points(&fine, "dropped");
    for start in (0..4).map(|n| asked + QUARTER * n) {
        let within = minutes
            .iter()
            .filter(|p| p.at >= start && p.at < start + QUARTER);
        let sum: f64 = within.map(|point| point.value).sum();
        let quarter = quarters.iter().find(|point| point.at == start).unwrap();
        let mean = sum * MINUTE.as_secs_f64() / QUARTER.as_secs_f64();
        assert!(
            (quarter.value - mean).abs() < 1e-9,
            "{quarter:?}, {mean} by the minutes"
        );
    }
    let latency = points(&coarse, "latency_p95");
    let first = latency.first().unwrap().at;
    let known = now.since(first);
    assert!(
        known > Duration::from_hours(2) && known < Duration::from_hours(4),
        "{known:?}"
    );
    assert!(
        latency
            .iter()
            .all(|point| point.at.floor(QUARTER) == point.at)
    );
    assert!(
        latency
            .iter()
            .all(|point| point.samples.is_some_and(|n| n > 0.0))
    );
    for signal in &coarse.signals {
        let first = signal.points.first().map(|point| now.since(point.at));
        assert!(
            first.is_none_or(|back| back < Duration::from_hours(4)),
            "{}: {first:?}",
            signal.name
        );
    }
}
