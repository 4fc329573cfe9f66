#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use proptest::prelude::*;

use super::limit::parse_quantity;
use super::series::MAX_POINTS;
use super::*;

const MINUTE: Duration = Duration::from_mins(1);

fn at(minute: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + minute * 60_000)
}

fn point(minute: i64, value: f64, samples: f64) -> Point {
    Point {
        at: at(minute),
        value,
        samples: Some(samples),
    }
}

fn p95() -> SignalSpec {
    SignalSpec {
        name: "latency_p95".into(),
        title: "latency p95".into(),
        source: SignalSource::Metric(MetricQuery {
            namespace: "N".into(),
            name: "M".into(),
            stat: "p95".into(),
            period: MINUTE,
            dimensions: Vec::new(),
        }),
        unit: Unit::Seconds,
        scale: 0.001,
        target: parse_limit("< 5s", Unit::Seconds).ok(),
        warn: parse_limit("> 5s", Unit::Seconds).ok(),
        act: parse_limit("> 7s", Unit::Seconds).ok(),
        min_samples: 200,
        missing: Missing::Unknown,
        treated_only: true,
        periods: 2,
    }
}

fn series(values: &[(i64, f64, f64)]) -> Series {
    let mut series = Series::default();
    series.merge(
        &values
            .iter()
            .map(|&(m, v, n)| point(m, v, n))
            .collect::<Vec<_>>(),
    );
    series
}

fn context(now: Timestamp) -> ReadContext<'static> {
    ReadContext {
        now,
        stage_since: None,
        treated_exposed: true,
        last_read_ok: Some(now),
        fault: None,
        complaints: &[],
    }
}

#[test]
fn values_read_as_people_write_them() {
    for (unit, value, text) in [
        (Unit::Seconds, 2.1, "2.1 s"),
        (Unit::Seconds, 2.0, "2.0 s"),
        (Unit::Seconds, 0.212, "212 ms"),
        (Unit::Seconds, 0.0004, "0.4 ms"),
        (Unit::Seconds, 0.9999, "1.0 s"),
        (Unit::Seconds, 140.4, "140 s"),
        (Unit::Seconds, 0.0, "0 s"),
        (Unit::Percent, 0.11, "0.11 %"),
        (Unit::Percent, 2.41, "2.4 %"),
        (Unit::Percent, 100.0, "100 %"),
        (Unit::Percent, 0.0, "0 %"),
        (Unit::PerMinute, 140.0, "140/min"),
        (Unit::Seconds, 7.0, "7.0 s"),
        (Unit::Seconds, 0.000_02, "20 µs"),
        (Unit::Seconds, 1e-9, "<1 µs"),
        (Unit::Seconds, -1e-9, ">-1 µs"),
        (Unit::Seconds, -0.212, "-212 ms"),
        (Unit::Seconds, 1_204.0, "1,204 s"),
        (Unit::Seconds, 36_000.0, "10.0 h"),
        (Unit::Seconds, 864_000.0, "10.0 d"),
        (Unit::Percent, 0.3, "0.3 %"),
        (Unit::Percent, 0.004, "<0.01 %"),
        (Unit::Percent, -0.004, ">-0.01 %"),
        (Unit::Percent, 12_345.0, "12.3 k %"),
        (Unit::PerMinute, 9_999.4, "9,999/min"),
        (Unit::PerMinute, 12_345.6, "12.3 k/min"),
        (Unit::PerMinute, -12_345.6, "-12.3 k/min"),
        (Unit::Count, 999_600.0, "1 M"),
        (Unit::Count, 1.23e9, "1.23 G"),
        (Unit::Count, 1e300, "1e300"),
        (Unit::Count, f64::INFINITY, "?"),
        (Unit::Seconds, f64::NAN, "?"),
        (Unit::PerMinute, f64::NAN, "?/min"),
        (Unit::PerSession, 0.8, "0.8/sess"),
        (Unit::PerSession, 24.0, "24/sess"),
        (Unit::PerHour, 3.0, "3/h"),
        (Unit::Count, 0.0, "0"),
        (Unit::Count, -0.0, "0"),
        (Unit::Count, 1204.0, "1,204"),
        (Unit::Count, f64::NAN, "?"),
    ] {
        assert_eq!(format_value(unit, value), text, "{unit:?} {value}");
    }
    assert_eq!(
        format::format_against(Unit::Seconds, 7.04, 7.0),
        "7.04 s",
        "never 7.0 s > 7 s"
    );
    assert_eq!(format::format_against(Unit::Seconds, 7.4, 7.0), "7.4 s");
    assert_eq!(format::format_against(Unit::Percent, 5.004, 5.0), "5.004 %");
    assert_eq!(
        format_limit(
            Unit::PerMinute,
            parse_limit(">=100", Unit::PerMinute).unwrap()
        ),
        ">= 100/min"
    );
    assert_eq!(format_bound(Unit::Seconds, 0.5), "500 ms");
    assert_eq!(
        format::format_against(Unit::PerMinute, 12_345.0, 12_300.0),
        "12,345/min",
        "never 12.3 k > 12,300"
    );
    assert_eq!(format_bound(Unit::Count, 1e300), "1e300");
    assert_eq!(format_count(62_514.0), "62,514");
    assert_eq!(format_count(12_345_678.0), "12.3 M");
}

#[test]
fn spans_show_their_two_largest_units() {
    for (seconds, text) in [
        (0.0, "0 s"),
        (0.4, "0.4 s"),
        (12.0, "12 s"),
        (130.0, "2 m 10 s"),
        (13_260.0, "3 h 41 m"),
        (331_200.0, "3 d 20 h"),
        (604_800.0, "7 d"),
        (3_601.0, "1 h"),
    ] {
        assert_eq!(format_span(Duration::from_secs_f64(seconds)), text);
    }
}

#[test]
fn limits_honour_their_units() {
    for (text, unit, op, value) in [
        ("> 5s", Unit::Seconds, LimitOp::Above, 5.0),
        (">7000ms", Unit::Seconds, LimitOp::Above, 7.0),
        ("> 0.1 m", Unit::Seconds, LimitOp::Above, 6.0),
        (">= 1", Unit::Count, LimitOp::AtLeast, 1.0),
        ("≤ 5 %", Unit::Percent, LimitOp::AtMost, 5.0),
        ("< 1%", Unit::Percent, LimitOp::Below, 1.0),
        ("> 100/min", Unit::PerMinute, LimitOp::Above, 100.0),
        ("> 2/s", Unit::PerMinute, LimitOp::Above, 120.0),
        ("> 10 per session", Unit::PerSession, LimitOp::Above, 10.0),
        ("> 5/hour", Unit::PerHour, LimitOp::Above, 5.0),
        ("> 1/min", Unit::PerHour, LimitOp::Above, 60.0),
        ("> 5", Unit::PerHour, LimitOp::Above, 5.0),
    ] {
        assert_eq!(parse_limit(text, unit), Ok(Limit { op, value }), "{text}");
    }
    for text in ["> 0.5s", "< 7000s"] {
        let limit = parse_limit(text, Unit::Seconds).unwrap();
        assert_eq!(write_limit(Unit::Seconds, limit), text);
    }
    for (text, unit) in [
        ("5s", Unit::Seconds),
        ("> ", Unit::Seconds),
        ("> s", Unit::Seconds),
        ("> 5 s s", Unit::Seconds),
        ("> 5%", Unit::Seconds),
        ("> 5s", Unit::Percent),
        ("> 5/min", Unit::PerSession),
        ("> inf", Unit::Count),
        ("> NaN", Unit::Count),
        ("> 1..2", Unit::Count),
        ("=> 5", Unit::Count),
    ] {
        assert!(parse_limit(text, unit).is_err(), "{text}");
    }
    assert_eq!(parse_quantity("250ms", Unit::Seconds), Ok(0.25));
}

#[test]
fn a_limit_itself_is_past_only_with_or_equal() {
    for (text, below, same, above) in [
        ("> 5", false, false, true),
        (">= 5", false, true, true),
        ("< 5", true, false, false),
        ("<= 5", true, true, false),
    ] {
        let limit = parse_limit(text, Unit::Count).unwrap();
        let past = [4.999, 5.0, 5.001, f64::NAN].map(|v| limit.is_past(v));
        assert_eq!(past, [below, same, above, false], "{text}");
    }
}

#[test]
fn gaps_and_complete_periods() {
    let series = series(&[(0, 1.0, 1.0), (1, 1.0, 1.0), (4, 1.0, 1.0), (5, 1.0, 1.0)]);
    assert_eq!(series.gaps(MINUTE), [(at(2), at(4))]);
    assert_eq!(
        series.complete(at(5), MINUTE).len(),
        3,
        "the period that begins now is not over"
    );
    assert_eq!(
        series.complete(at(6), MINUTE).len(),
        4,
        "a period is over at its end"
    );
    assert_eq!(series.complete(at(0), MINUTE).len(), 0);
}

proptest! {
    #[test]
    fn merging_keeps_order_and_the_newest_read(minutes in proptest::collection::vec((0_i64..300, -9.0..9.0_f64), 0..400)) {
        let mut series = Series::default();
        for chunk in minutes.chunks(7) {
            series.merge(&chunk.iter().map(|&(m, v)| point(m, v, 1.0)).collect::<Vec<_>>());
        }
        prop_assert!(series.points().windows(2).all(|p| p[0].at < p[1].at));
        for kept in series.points() {
            let last = minutes.iter().rev().find(|(m, _)| at(*m) == kept.at);
            prop_assert_eq!(last.map(|(_, v)| *v), Some(kept.value));
        }
        prop_assert_eq!(series.points().len(), minutes.iter().map(|(m, _)| m).collect::<std::collections::BTreeSet<_>>().len());
    }
}

#[test]
fn a_series_is_bounded_and_takes_no_nonsense() {
    let mut series = Series::default();
    let points: Vec<_> = (0..2_000).rev().map(|m| point(m, m as f64, 1.0)).collect();
    series.merge(&points);
    assert_eq!(series.points().len(), MAX_POINTS);
    assert_eq!(
        series.points().last().unwrap().at,
        at(1_999),
        "the oldest go"
    );
    series.merge(&[
        point(3_000, f64::NAN, 1.0),
        point(3_000, f64::INFINITY, 1.0),
    ]);
    assert_eq!(series.points().last().unwrap().at, at(1_999));
}

#[test]
fn a_breach_needs_two_complete_periods() {
    let spec = p95();
    let read_at = |values: &[(i64, f64, f64)], now| read(&spec, &series(values), &context(now));
    let once = read_at(&[(0, 2.0, 300.0), (1, 7.4, 300.0)], at(2));
    assert_eq!(once.state, SignalState::Ok);
    assert_eq!(once.note.as_deref(), Some("past act for 1 of 2 periods"));
    let filling = read_at(
        &[(0, 7.4, 300.0), (1, 7.4, 300.0)],
        at(2) - Duration::from_millis(1),
    );
    assert_eq!(
        (filling.state, filling.at),
        (SignalState::Ok, Some(at(0))),
        "the period being filled does not count"
    );
    let twice = read_at(&[(0, 7.4, 300.0), (1, 7.4, 300.0)], at(2));
    assert_eq!(
        (twice.state, twice.periods_over, twice.over_since),
        (SignalState::Act, 2, Some(at(0)))
    );
    let mixed = read_at(&[(0, 6.0, 300.0), (1, 7.4, 300.0)], at(2));
    assert_eq!(
        (mixed.state, mixed.note.as_deref()),
        (SignalState::Warn, Some("past act for 1 of 2 periods"))
    );
    let gap = read_at(&[(0, 7.4, 300.0), (2, 7.4, 300.0)], at(3));
    assert_eq!(gap.state, SignalState::Ok, "a gap is no second period");
    let milliseconds = read_at(&[(0, 6.999, 300.0), (1, 7.0, 300.0)], at(2));
    assert_eq!(milliseconds.state, SignalState::Warn, "7 s is not past 7 s");
}

#[test]
fn few_samples_and_age_are_no_health() {
    let spec = p95();
    let few = read(
        &spec,
        &series(&[(0, 7.4, 63.0), (1, 7.4, 63.0)]),
        &context(at(2)),
    );
    assert_eq!(
        (few.state, few.note.as_deref()),
        (SignalState::NoData, Some("n 63 of 200"))
    );
    let unknown = Series {
        points: vec![Point {
            samples: None,
            ..point(0, 1.0, 0.0)
        }],
    };
    assert_eq!(
        read(&spec, &unknown, &context(at(1))).state,
        SignalState::NoData
    );
    let arriving = read(
        &spec,
        &series(&[(0, 2.0, 300.0), (1, 2.0, 63.0)]),
        &context(at(2)),
    );
    assert_eq!(
        (arriving.state, arriving.at),
        (SignalState::Ok, Some(at(0))),
        "the newest minute is still arriving"
    );
    let old = series(&[(0, 2.0, 300.0)]);
    assert_eq!(read(&spec, &old, &context(at(4))).state, SignalState::Ok);
    let stale = read(&spec, &old, &context(at(4) + Duration::from_secs(1)));
    assert_eq!(
        (stale.state, stale.note.as_deref()),
        (SignalState::Stale, Some("3 m 1 s old"))
    );
    let empty = read(&spec, &Series::default(), &context(at(0)));
    assert_eq!((empty.state, empty.value), (SignalState::NoData, None));
}

#[test]
fn a_faulty_read_vouches_for_nothing_new() {
    let spec = p95();
    let series = series(&[
        (0, 2.0, 300.0),
        (1, 2.0, 300.0),
        (2, 2.0, 300.0),
        (3, 2.0, 300.0),
    ]);
    let partial = |now, ok| ReadContext {
        fault: Some("PartialData"),
        last_read_ok: ok,
        ..context(now)
    };
    let brief = read(&spec, &series, &partial(at(4), Some(at(2))));
    assert_eq!(
        (brief.state, brief.at, brief.note.as_deref()),
        (SignalState::Ok, Some(at(1)), Some("PartialData"))
    );
    let long = read(&spec, &series, &partial(at(7), Some(at(2))));
    assert_eq!(long.state, SignalState::Stale);
    let never = read(&spec, &series, &partial(at(4), None));
    assert_eq!(
        (never.state, never.note.as_deref()),
        (SignalState::NoData, Some("no data: PartialData"))
    );
}

#[test]
fn what_was_past_a_limit_before_the_stage_is_marked() {
    let spec = p95();
    let series = series(&[(0, 7.4, 300.0), (1, 7.4, 300.0), (2, 7.4, 300.0)]);
    let since = |minute| {
        read(
            &spec,
            &series,
            &ReadContext {
                stage_since: Some(at(minute)),
                ..context(at(3))
            },
        )
        .before_stage
    };
    assert!(since(2), "two periods were over when the stage came");
    assert!(!since(1), "one period over was no breach yet");
}

#[test]
fn what_only_treated_sessions_emit_does_not_apply_to_nobody() {
    let nobody = ReadContext {
        treated_exposed: false,
        ..context(at(2))
    };
    let reading = read(
        &p95(),
        &series(&[(0, 7.4, 300.0), (1, 7.4, 300.0)]),
        &nobody,
    );
    assert_eq!(
        (reading.state, reading.periods_over),
        (SignalState::NotApplicable, 0)
    );
    let everybody = SignalSpec {
        treated_only: false,
        ..p95()
    };
    assert_eq!(
        read(&everybody, &Series::default(), &nobody).state,
        SignalState::NoData
    );
}

#[test]
fn complaints_are_counted_over_the_last_hour() {
    let spec = SignalSpec {
        source: SignalSource::Counted,
        unit: Unit::PerHour,
        warn: None,
        act: parse_limit("> 5/h", Unit::PerHour).ok(),
        min_samples: 0,
        treated_only: false,
        ..p95()
    };
    let complaints: Vec<_> = [50, 10, 20, 30, 40, 55, -30].map(at).to_vec();
    let with = |now, stage| {
        read(
            &spec,
            &Series::default(),
            &ReadContext {
                complaints: &complaints,
                stage_since: stage,
                last_read_ok: None,
                ..context(now)
            },
        )
    };
    let six = with(at(56), Some(at(56)));
    assert_eq!(
        (six.state, six.value, six.over_since),
        (SignalState::Act, Some(6.0), Some(at(55)))
    );
    assert!(six.before_stage);
    assert!(
        !with(at(56), Some(at(54))).before_stage,
        "the sixth came after the stage"
    );
    assert_eq!(
        with(at(70), None).value,
        Some(5.0),
        "the one an hour ago no longer counts"
    );
    assert_eq!(
        with(at(300), None).state,
        SignalState::Ok,
        "none is none: a person counts"
    );
}
