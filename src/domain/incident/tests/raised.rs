//! What is told of an incident in which users were brought back, or never taken off.

use super::*;
use crate::domain::signal::{MetricQuery, Missing, Series, SignalSource, SignalSpec};

fn raised() -> Vec<Record> {
    let mut records = lowered();
    let id = Book::from_records(&records).open().unwrap().id.clone();
    let reason = "the cause is fixed".to_owned();
    records.push(record(
        1100,
        ana(),
        event(IncidentEvent::LockReleased { id, reason }),
    ));
    let mut up = order("o-9", &Change::Disable, 1200);
    up.plan.direction = Direction::Raise;
    (up.plan.before, up.plan.after) = (Some(percent(0)), percent(10));
    let up = Entry::Intent {
        order: Box::new(up),
    };
    records.push(record(1200, ana(), up));
    records.push(record(1201, ana(), settled("o-9", applied("44", 1201))));
    records
}

#[test]
fn what_was_raised_again_is_not_told_as_disabled() {
    let incident = Incident::from_records(&raised()).unwrap();
    assert_eq!(
        incident.action(),
        "Disabled (0 % of users), then raised to 10 %"
    );
    let told = incident.handover(at(1300)).to_string();
    assert!(!told.contains("nobody above that"), "{told}");
    assert!(!told.contains("the caches to expire"), "{told}");
    assert_eq!(incident.stage(), Stage::Identified);
    for stage in [Stage::RolledBack, Stage::Monitoring] {
        let message = incident.message(stage, &Subject::default(), at(1300));
        assert!(message.contains("[it was raised again"), "{message}");
    }
}

#[test]
fn nothing_is_said_to_be_rolled_back_before_it_is() {
    let records = [record(1000, ana(), opened("inc-1", IncidentCause::Asked))];
    let incident = Incident::from_records(&records).unwrap();
    for stage in [Stage::RolledBack, Stage::Monitoring] {
        let message = incident.message(stage, &Subject::default(), at(1300));
        assert!(
            message.contains("[no rollback is accepted yet"),
            "{message}"
        );
    }
}

#[test]
fn what_the_person_said_who_opened_it_is_the_reason() {
    let records = [
        record(1000, ana(), opened("inc-1", IncidentCause::Asked)),
        record(
            1001,
            ana(),
            Entry::Note {
                text: "checkout is slow".into(),
            },
        ),
    ];
    let incident = Incident::from_records(&records).unwrap();
    assert_eq!(incident.reason(), "checkout is slow");
    let alone = Incident::from_records(&records[..1]).unwrap();
    assert!(alone.reason().starts_with('['));
}

#[test]
fn a_command_that_came_and_went_is_no_moment_of_its_own() {
    let opens = Entry::Opened {
        rollout: "partial-results".into(),
        environment: "prod".into(),
        version: "0.1.0".into(),
    };
    let command = Actor { pid: None, ..ana() };
    let mut records = lowered();
    records.push(record(1100, command, opens.clone()));
    records.push(record(1101, ben(), opens));
    let moments = Incident::from_records(&records).unwrap().timeline();
    let consoles = moments.iter().filter(|moment| moment.kind == Kind::Console);
    let who: Vec<&str> = consoles.map(|moment| moment.who.as_str()).collect();
    assert_eq!(who, ["ben@desk"]);
}

fn latency() -> SignalSpec {
    let above = |value| Limit {
        op: LimitOp::Above,
        value,
    };
    SignalSpec {
        name: "latency_p95".to_owned(),
        title: "latency p95".to_owned(),
        source: SignalSource::Metric(MetricQuery {
            namespace: "App".to_owned(),
            name: "Latency".to_owned(),
            stat: "p95".to_owned(),
            period: Duration::from_mins(1),
            dimensions: Vec::new(),
        }),
        unit: Unit::Seconds,
        scale: 1.0,
        target: None,
        warn: Some(above(5.0)),
        act: Some(above(7.0)),
        min_samples: 10,
        missing: Missing::Unknown,
        treated_only: false,
        periods: 2,
    }
}

#[test]
fn the_trouble_of_an_incident_that_was_closed_just_before_is_not_blamed_again() {
    let latency = &latency();
    let mut series = Series::default();
    let minute = |minute: i64, value: f64| Point {
        at: at(minute * 60),
        value,
        samples: Some(900.0),
    };
    // Calm until minute 40, bad until 60, calm again.
    let points: Vec<Point> = (0..80)
        .map(|m| minute(m, if (40..60).contains(&m) { 9.3 } else { 2.0 }))
        .collect();
    series.merge(&points);
    let series = [(latency.name.clone(), series)].into();
    let signals = std::slice::from_ref(latency);
    let first = baseline(signals, &series, (at(45 * 60), None), None);
    assert_eq!(first.began, Some(at(40 * 60)));
    let earlier = Earlier {
        closed: at(65 * 60),
        baseline: Some(&first),
    };
    let alone = baseline(signals, &series, (at(66 * 60), None), None);
    assert_eq!(alone.began, Some(at(40 * 60)), "without the earlier one");
    let second = baseline(signals, &series, (at(66 * 60), None), Some(earlier));
    assert_eq!(second.began, None);
    let known = &second.signals[0];
    assert_eq!(known.median, first.signals[0].median);
    assert!(known.lead.iter().all(|point| point.at >= at(65 * 60)));
    let later = baseline(signals, &series, (at(79 * 60), None), Some(earlier));
    assert_eq!(later.signals[0].high, Some(2.0), "of after it was closed");
}
