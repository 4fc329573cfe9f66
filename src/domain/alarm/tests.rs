use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(second * 1_000)
}

fn alarm() -> Alarm {
    Alarm {
        name: "latency-high".into(),
        state: AlarmState::Ok,
        since: Some(at(0)),
        reason: String::new(),
        description: String::new(),
        watches: String::new(),
        actions_enabled: true,
        alarm_actions: 1,
        evaluation_periods: Some(3),
        datapoints_to_alarm: Some(2),
        period: Some(Duration::from_mins(1)),
        missing_data: Some("notBreaching".into()),
        percentile: Some("p95".into()),
        evaluation: None,
        composite: false,
    }
}

#[test]
fn a_sound_alarm_is_not_slandered() {
    assert_eq!(helpless(&alarm(), at(0), Some(612.0)), None);
    assert_eq!(
        helpless(&alarm(), at(0), None),
        None,
        "nothing is known of its data"
    );
}

#[test]
fn what_keeps_an_alarm_from_helping() {
    let tell = |alarm: Alarm, samples| helpless(&alarm, at(2_400), samples).unwrap_or_default();
    assert_eq!(
        tell(
            Alarm {
                actions_enabled: false,
                ..alarm()
            },
            None
        ),
        "its actions are off: it tells nobody"
    );
    assert_eq!(
        tell(
            Alarm {
                alarm_actions: 0,
                ..alarm()
            },
            None
        ),
        "it has no action for ALARM: it tells nobody"
    );
    assert_eq!(
        tell(
            Alarm {
                state: AlarmState::InsufficientData,
                ..alarm()
            },
            None
        ),
        "no data for 40 m"
    );
    assert_eq!(
        tell(alarm(), Some(0.0)),
        "data are gone, and missing data count as fine"
    );
    assert_eq!(
        tell(
            Alarm {
                missing_data: Some("breaching".into()),
                ..alarm()
            },
            Some(0.0)
        ),
        ""
    );
    assert_eq!(
        tell(alarm(), Some(63.0)),
        "p95 of 63 observations a period: 200 are needed"
    );
    assert_eq!(
        tell(
            Alarm {
                percentile: Some("p99".into()),
                ..alarm()
            },
            Some(612.0)
        ),
        "p99 of 612 observations a period: 1,000 are needed"
    );
    assert_eq!(tell(alarm(), Some(200.0)), "");
    assert_eq!(
        tell(
            Alarm {
                evaluation: Some("PARTIAL_DATA".into()),
                ..alarm()
            },
            None
        ),
        "it was evaluated on partial data"
    );
    let word = Alarm {
        state: AlarmState::Unknown("PAUSED".into()),
        actions_enabled: false,
        ..alarm()
    };
    assert_eq!(
        tell(word, None),
        "its state is `PAUSED`, which is not known here; its actions are off: it tells nobody"
    );
}

#[test]
fn periods_and_the_earliest_alarm() {
    assert_eq!(m_of_n(&alarm()), "2 of 3 periods of 1 m");
    assert_eq!(
        m_of_n(&Alarm {
            evaluation_periods: Some(1),
            datapoints_to_alarm: None,
            ..alarm()
        }),
        "1 of 1 period of 1 m"
    );
    let composite = Alarm {
        evaluation_periods: None,
        period: None,
        composite: true,
        ..alarm()
    };
    assert!(m_of_n(&composite).starts_with("composite"));
    assert_eq!(earliest_fire(&composite, at(10)), None);
    assert_eq!(
        earliest_fire(&alarm(), at(10)),
        Some(at(180)),
        "periods 60..120 and 120..180"
    );
    assert_eq!(
        earliest_fire(&alarm(), at(60)),
        Some(at(180)),
        "now is the start of a period"
    );
    assert_eq!(
        earliest_fire(
            &Alarm {
                state: AlarmState::Alarm,
                ..alarm()
            },
            at(10)
        ),
        None
    );
}

#[test]
fn the_worst_come_first() {
    let named = |name: &str, state| Alarm {
        name: name.into(),
        state,
        ..alarm()
    };
    let alarms = [
        named("b", AlarmState::Ok),
        named("a", AlarmState::Ok),
        named("d", AlarmState::InsufficientData),
        named("e", AlarmState::Alarm),
        named("c", AlarmState::Unknown("X".into())),
    ];
    let names: Vec<_> = worst_first(&alarms)
        .into_iter()
        .map(|a| a.name.as_str())
        .collect();
    assert_eq!(names, ["e", "c", "d", "a", "b"]);
}
