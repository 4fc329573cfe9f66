#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use super::*;
use crate::domain::signal::{MetricQuery, Missing, SignalSource, parse_limit};

const MINUTE: Duration = Duration::from_mins(1);

fn at(minute: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + minute * 60_000)
}

fn spec() -> SignalSpec {
    SignalSpec {
        name: "latency_p95".into(),
        title: "p95".into(),
        source: SignalSource::Metric(MetricQuery {
            namespace: "N".into(),
            name: "M".into(),
            stat: "p95".into(),
            period: MINUTE,
            dimensions: Vec::new(),
        }),
        unit: Unit::Seconds,
        scale: 1.0,
        target: None,
        warn: parse_limit("> 5s", Unit::Seconds).ok(),
        act: parse_limit("> 7s", Unit::Seconds).ok(),
        min_samples: 0,
        missing: Missing::Unknown,
        treated_only: false,
        periods: 2,
    }
}

fn words(values: &[(i64, f64)], now: i64) -> String {
    let points: Vec<Point> = values
        .iter()
        .map(|&(minute, value)| Point {
            at: at(minute),
            value,
            samples: None,
        })
        .collect();
    course_in_words(&spec(), (&points, MINUTE), at(now))
}

fn line(from: f64, to: f64) -> Vec<(i64, f64)> {
    (0..20)
        .map(|minute| (minute, if minute < 10 { from } else { to }))
        .collect()
}

#[test]
fn a_chart_is_a_sentence() {
    assert_eq!(
        words(&line(4.3, 4.8), 20),
        "p95 4.8 s, limit 5 s, rising 12 % in 10 min"
    );
    assert_eq!(
        words(&line(4.8, 4.3), 20),
        "p95 4.3 s, limit 5 s, falling 10 % in 10 min"
    );
    assert_eq!(
        words(&line(2.0, 2.05), 20),
        "p95 2.0 s, limit 5 s, steady for 10 min"
    );
    assert_eq!(
        words(&line(1.0, 8.0), 20),
        "p95 8.0 s, past the act limit 7 s, rising 8-fold in 10 min"
    );
    assert_eq!(
        words(&line(0.0, 6.0), 20),
        "p95 6.0 s, past the warn limit 5 s, rising from 0 in 10 min"
    );
}

#[test]
fn what_is_missing_or_old_is_called_so() {
    assert_eq!(words(&[], 20), "p95 no data");
    assert_eq!(words(&[(20, 4.0)], 20), "p95 no data", "it is being filled");
    assert_eq!(words(&[(0, 4.0)], 1), "p95 4.0 s, limit 5 s");
    assert_eq!(
        words(&line(4.0, 4.0), 60),
        "p95 no data for 40 m, was 4.0 s, limit 5 s"
    );
    let mut gap = line(4.0, 4.9);
    gap.retain(|(minute, _)| !(5..12).contains(minute));
    assert_eq!(
        words(&gap, 20),
        "p95 4.9 s, limit 5 s",
        "a gap hides a trend"
    );
}

#[test]
fn one_stray_period_is_no_trend() {
    let mut points = line(4.0, 4.0);
    points.last_mut().unwrap().1 = 4.9;
    assert_eq!(
        words(&points, 20),
        "p95 4.9 s, limit 5 s, steady for 10 min"
    );
}

#[test]
fn the_median_of_anything() {
    let of = |values: &[f64]| median(values.iter().copied());
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[3.0, 1.0, 2.0]), Some(2.0));
    assert_eq!(of(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
    assert_eq!(of(&[f64::NAN, 1.0]), Some(1.0));
    assert_eq!(of(&[f64::MAX, f64::MAX]), Some(f64::MAX));
}

#[test]
fn differences_are_told_in_words() {
    let told = |before, after| difference(Unit::Seconds, before, after);
    assert_eq!(told(2.1, 4.8), "2.7 s more (+129 %)");
    assert_eq!(told(4.8, 2.1), "2.7 s less (-56 %)");
    assert_eq!(told(2.0, 2.001), "the same");
    assert_eq!(told(0.0, 0.0), "the same");
    assert_eq!(told(0.0, 1.5), "1.5 s more");
    assert_eq!(told(0.001, 1.5), "1.5 s more");
    assert_eq!(told(f64::NAN, 1.5), "not comparable");
}
