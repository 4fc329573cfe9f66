//! What the metric store keeps, and how it is cut into periods.

use super::*;
use crate::sim::cloudwatch::statistic::Statistic;

const T0: i64 = 1_800_000_000_000 / MINUTE * MINUTE;

fn span(start: i64, end: i64) -> Span {
    Span {
        start,
        end,
        origin: 0,
    }
}

#[test]
fn dimensions_are_the_identity_in_any_order() {
    let mut metrics = Metrics::default();
    metrics.put("N", "M", &[("B", "2"), ("A", "1")], "Count", T0, 1.0, 1.0);
    metrics.put("N", "M", &[], "Count", T0, 5.0, 1.0);
    assert!(
        metrics
            .series("N", "M", &[("A", "1"), ("B", "2")])
            .is_some()
    );
    assert!(metrics.series("N", "M", &[("A", "1")]).is_none());
    assert!(metrics.series("N", "M", &[("A", "*")]).is_none());
    let listed: Vec<_> = metrics.iter().map(|m| (m.name, m.dimensions)).collect();
    assert_eq!(listed, [("M", vec![]), ("M", vec![("A", "1"), ("B", "2")])]);
}

#[test]
fn periods_begin_inclusive_and_end_exclusive() {
    let mut metrics = Metrics::default();
    for minute in 0..10 {
        metrics.put(
            "N",
            "M",
            &[],
            "Count",
            T0 + minute * MINUTE + 30_000,
            minute as f64,
            1.0,
        );
    }
    let series = metrics.series("N", "M", &[]).unwrap();
    let begins = |span| {
        series
            .buckets(span, MINUTE, None, false)
            .iter()
            .map(|(at, _)| (at - T0) / MINUTE)
            .collect::<Vec<_>>()
    };
    assert_eq!(begins(span(T0 + 2 * MINUTE, T0 + 4 * MINUTE)), [2, 3]);
    assert_eq!(
        begins(span(T0 + 2 * MINUTE + 59_999, T0 + 4 * MINUTE + 1)),
        [2, 3, 4]
    );
    let sums = series.buckets(span(T0, T0 + 10 * MINUTE), 5 * MINUTE, None, false);
    assert_eq!(
        sums.iter().map(|(_, b)| b.sum).collect::<Vec<_>>(),
        [10.0, 35.0]
    );
    let sliding = Span {
        start: T0 + MINUTE,
        end: T0 + 6 * MINUTE,
        origin: T0 + 6 * MINUTE,
    };
    assert_eq!(
        series
            .buckets(sliding, 5 * MINUTE, None, false)
            .iter()
            .map(|(at, b)| (*at, b.sum))
            .collect::<Vec<_>>(),
        [(T0 + MINUTE, 15.0)]
    );
}

#[test]
fn late_samples_find_their_minute_and_equal_ones_merge() {
    let mut metrics = Metrics::default();
    for (minute, value) in [
        (0, 7.0),
        (0, 3.0),
        (0, 7.0),
        (1, 1.0),
        (2, 1.0),
        (0, 5.0),
        (1, 1.0),
    ] {
        metrics.put("N", "M", &[], "Count", T0 + minute * MINUTE, value, 1.0);
    }
    let series = metrics.series("N", "M", &[]).unwrap();
    let buckets = series.buckets(span(T0, T0 + 3 * MINUTE), MINUTE, None, true);
    let counts: Vec<_> = buckets.iter().map(|(_, b)| (b.count, b.sum)).collect();
    assert_eq!(counts, [(4.0, 22.0), (2.0, 2.0), (1.0, 1.0)]);
    assert_eq!(
        buckets
            .first()
            .and_then(|(_, b)| b.statistic(Statistic::Percentile(50.0))),
        Some(6.0)
    );
    let merged: f64 = series
        .samples
        .iter()
        .filter(|s| s.value == 7.0)
        .map(|s| s.count)
        .sum();
    assert_eq!(
        (
            merged,
            series.samples.iter().filter(|s| s.value == 7.0).count()
        ),
        (2.0, 1)
    );
}

#[test]
fn units_are_apart_only_when_asked_for() {
    let mut metrics = Metrics::default();
    metrics.put("N", "M", &[], "Count", T0, 1.0, 1.0);
    metrics.put("N", "M", &[], "Milliseconds", T0, 10.0, 1.0);
    let series = metrics.series("N", "M", &[]).unwrap();
    let sum = |unit| {
        series
            .buckets(span(T0, T0 + MINUTE), MINUTE, unit, false)
            .first()
            .map(|(_, b)| b.sum)
    };
    assert_eq!(sum(None), Some(11.0));
    assert_eq!(sum(Unit::parse("Milliseconds")), Some(10.0));
    assert_eq!(sum(Unit::parse("Bytes")), None);
    assert_eq!(series.units(span(T0, T0 + MINUTE), MINUTE).len(), 2);
}

#[test]
fn summaries_forbid_percentiles_unless_they_are_one_value() {
    let mut metrics = Metrics::default();
    let summary = |min: f64, max: f64| Observed::Summary {
        count: 2.0,
        sum: min + max,
        min,
        max,
    };
    metrics.put_by_client(("N", "M"), &[], Unit::NONE, T0, summary(4.0, 4.0));
    metrics.put_by_client(("N", "M"), &[], Unit::NONE, T0 + MINUTE, summary(1.0, 4.0));
    let series = metrics.series("N", "M", &[]).unwrap();
    let buckets = series.buckets(span(T0, T0 + 2 * MINUTE), MINUTE, None, true);
    let medians: Vec<_> = buckets
        .iter()
        .map(|(_, b)| b.statistic(Statistic::Percentile(50.0)))
        .collect();
    assert_eq!(medians, [Some(4.0), None]);
    assert_eq!(
        buckets.iter().map(|(_, b)| b.max).collect::<Vec<_>>(),
        [4.0, 4.0]
    );
}

#[test]
fn the_world_s_old_samples_go_and_a_client_s_stay_longer() {
    let mut metrics = Metrics::default();
    metrics.put("N", "Session", &[("SessionId", "a")], "Count", T0, 1.0, 1.0);
    metrics.put_by_client(
        ("N", "Put"),
        &[],
        Unit::NONE,
        T0,
        Observed::Value {
            value: 1.0,
            count: 1.0,
        },
    );
    metrics.put("N", "M", &[], "Count", T0, 1.0, 1.0);
    metrics.put("N", "M", &[], "Count", T0 + 26 * 60 * MINUTE, 1.0, 1.0);
    let names: Vec<_> = metrics
        .iter()
        .map(|m| (m.name, m.series.samples.len()))
        .collect();
    assert_eq!(names, [("M", 1), ("Put", 1)]);
}

#[test]
fn what_is_no_number_is_not_kept() {
    let mut metrics = Metrics::default();
    for (value, count) in [
        (f64::NAN, 1.0),
        (f64::INFINITY, 1.0),
        (1.0, 0.0),
        (1.0, -1.0),
        (1.0, f64::NAN),
    ] {
        metrics.put("N", "M", &[], "Count", T0, value, count);
    }
    assert_eq!(metrics.iter().count(), 0);
}
