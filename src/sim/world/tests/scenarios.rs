//! Each scenario against the limits of the runbook: what it crosses, what it leaves alone, and when it ends.

use super::*;

const SEEDS: [u64; 4] = [1, 2, 21, 1234];

/// The complete minutes from `first` to `last` after the start.
fn minutes(first: i64, last: i64) -> impl Iterator<Item = i64> {
    let whole = START.div_euclid(MINUTE) * MINUTE + MINUTE;
    (first..last).map(move |minute| whole + minute * MINUTE)
}

fn orphans(record: &Record, minute: i64) -> f64 {
    record
        .samples("OrphanedResultsFlushed", None, minute)
        .last()
        .copied()
        .unwrap_or(0.0)
}

fn dropped(record: &Record, minute: i64) -> f64 {
    record.sum("PartialResultsDropped", None, minute)
}

/// Asserts that nothing but what the test names is out of its target.
fn assert_calm(record: &Record, minute: i64, but: &str) {
    if let Some((p95, _)) = record.p95(minute).filter(|_| but != "latency") {
        assert!((1500.0..2900.0).contains(&p95), "p95 {p95}");
    }
    if but != "dropped" {
        assert!(dropped(record, minute) < 60.0);
    }
    if but != "orphaned" {
        assert!(orphans(record, minute) <= 2.0);
    }
    if but != "errors" {
        assert!(
            record.error_rate(minute) < 1.0,
            "{}",
            record.error_rate(minute)
        );
    }
}

#[test]
fn healthy_stays_far_below_every_limit_with_enough_samples() {
    for seed in SEEDS {
        let (_, record) = film(Scenario::Healthy, seed, 30);
        let (mut sum, mut errors, mut invocations, mut drops, mut thin) = (0.0, 0.0, 0.0, 0.0, 0);
        let function = Some(("FunctionName", FUNCTION));
        for minute in minutes(-180, 28) {
            assert_calm(&record, minute, "");
            let (p95, samples) = record.p95(minute).unwrap();
            sum += p95;
            thin += usize::from(samples < 200);
            drops += dropped(&record, minute);
            errors += record.sum("Errors", function, minute);
            invocations += record.sum("Invocations", function, minute);
            let recent = (0..5).map(|i| record.sum("Errors", function, minute + i * MINUTE));
            assert!(recent.sum::<f64>() <= 5.0);
            assert!(
                record
                    .samples("TranscribeFallbackTriggered", None, minute)
                    .is_empty()
            );
        }
        let (p95, rate, drops) = (sum / 208.0, 100.0 * errors / invocations, drops / 208.0);
        eprintln!(
            "seed {seed}: p95 {p95:.0} ms, errors {rate:.3} %, dropped {drops:.1}/min, {thin} thin minutes"
        );
        assert!((1900.0..2300.0).contains(&p95));
        assert!((0.05..0.2).contains(&rate));
        assert!((8.0..17.0).contains(&drops));
        assert!(thin <= 2, "{thin}");
    }
}

#[test]
fn latency_passes_five_seconds_and_then_seven_and_stays() {
    for scenario in [Scenario::Latency, Scenario::AliasTrap] {
        for seed in SEEDS {
            let (_, record) = film(scenario, seed, 12);
            let by = |limit: f64| {
                minutes(-1, 10).position(|m| record.p95(m).is_some_and(|(p95, _)| p95 > limit))
            };
            assert!(by(5000.0) <= Some(2), "{:?}", by(5000.0));
            assert!(by(7000.0) <= Some(4), "{:?}", by(7000.0));
            for minute in minutes(3, 10) {
                let (p95, samples) = record.p95(minute).unwrap();
                assert!(p95 > 7000.0 && samples >= 200, "{p95} {samples}");
                assert_calm(&record, minute, "latency");
            }
        }
    }
}

#[test]
fn errors_pass_five_percent_of_all_invocations() {
    for seed in SEEDS {
        let (_, record) = film(Scenario::Errors, seed, 12);
        for minute in minutes(1, 10) {
            let rate = record.error_rate(minute);
            assert!(rate > 5.0, "seed {seed}: {rate}");
            assert_calm(&record, minute, "errors");
        }
        let function = Some(("FunctionName", FUNCTION));
        let five: f64 = minutes(1, 6)
            .map(|m| record.sum("Errors", function, m))
            .sum();
        assert!(five > 5.0);
    }
}

#[test]
fn dropped_passes_two_hundred_a_minute() {
    for seed in SEEDS {
        let (_, record) = film(Scenario::Dropped, seed, 12);
        for minute in minutes(1, 10) {
            assert!(
                dropped(&record, minute) > 200.0,
                "{}",
                dropped(&record, minute)
            );
            assert_calm(&record, minute, "dropped");
        }
    }
}

#[test]
fn orphans_pass_twenty_a_session() {
    for seed in SEEDS {
        let (_, record) = film(Scenario::Orphaned, seed, 12);
        for minute in minutes(3, 10) {
            assert!(
                orphans(&record, minute) > 20.0,
                "{}",
                orphans(&record, minute)
            );
            let totals = record.samples("OrphanedResultsFlushed", None, minute);
            assert!(
                totals.iter().sum::<f64>() / totals.len() as f64 > 20.0,
                "{totals:?}"
            );
            assert_calm(&record, minute, "orphaned");
        }
    }
}

#[test]
fn quality_crosses_no_limit_and_still_shows() {
    let (_, record) = film(Scenario::Quality, 1, 12);
    let count = |kind, from: i64, to: i64| {
        let within = |line: &Line| line.kind == kind && (from..to).contains(&line.at);
        record.lines.iter().filter(|entry| within(&entry.3)).count()
    };
    for kind in [Kind::Discrepancy, Kind::Duplicate] {
        let before = count(kind, START - 8 * MINUTE, START);
        let after = count(kind, START + 2 * MINUTE, START + 10 * MINUTE);
        assert!(after > 8 * before.max(1), "{kind:?}: {before} then {after}");
    }
    for minute in minutes(1, 10) {
        assert_calm(&record, minute, "");
        assert!(record.sum("DuplicatesDetected", None, minute) > 20.0);
    }
}

#[test]
fn a_higher_stability_threshold_calms_the_quality() {
    let mut world = World::new(Scenario::Quality, 1, START);
    let mut record = Record::default();
    world.pass(&mut record, START);
    let tuned = r#"{"enabled":true,"rollout_percentage":10,"min_stability_threshold":0.90}"#;
    world.pass(&mut record, START + 5 * MINUTE);
    record.put_parameter(PARAMETER, tuned, "me", START + 5 * MINUTE);
    world.pass(&mut record, START + 20 * MINUTE);
    let untuned = film(Scenario::Quality, 1, 20).1;
    let sum = |record: &Record| -> f64 {
        minutes(10, 18)
            .map(|m| record.sum("DuplicatesDetected", None, m))
            .sum()
    };
    assert!(
        sum(&record) < 0.6 * sum(&untuned),
        "{} {}",
        sum(&record),
        sum(&untuned)
    );
}

#[test]
fn containers_fall_back_by_themselves_when_transcribe_is_silent_and_recover() {
    for seed in SEEDS {
        let (_, record) = film(Scenario::TranscribeUnhealthy, seed, 12);
        let fallbacks: f64 = minutes(0, 6)
            .map(|m| record.sum("TranscribeFallbackTriggered", None, m))
            .sum();
        assert!((6.0..60.0).contains(&fallbacks), "{fallbacks}");
        let said = |text: &str| {
            record
                .lines
                .iter()
                .any(|entry| entry.3.render().contains(text))
        };
        assert!(said("Transcribe service appears unhealthy") && said("Transcribe results resumed"));
        for minute in minutes(7, 10) {
            assert!(
                record
                    .samples("TranscribeFallbackTriggered", None, minute)
                    .is_empty()
            );
            assert!(
                record
                    .p95(minute)
                    .is_some_and(|(_, samples)| samples >= 200)
            );
            assert_calm(&record, minute, "");
        }
        let quiet =
            (START.div_euclid(SECOND) + 75) * SECOND..(START.div_euclid(SECOND) + 130) * SECOND;
        let heard = record.lines.iter().any(|entry| {
            entry.0 == GROUP
                && quiet.contains(&entry.3.at)
                && entry.3.kind == Kind::PartialForwarded
        });
        assert!(!heard);
    }
}

#[test]
fn an_outage_of_the_store_brings_everybody_in_until_it_is_over() {
    let mut world = World::new(Scenario::SsmOutage, 1, START);
    let mut record = Record::default();
    world.pass(&mut record, START + 30 * SECOND);
    assert!(world.ssm_available(START + 30 * SECOND));
    assert!(world.exposure(START + 30 * SECOND) < 0.25);
    world.pass(&mut record, START + 5 * MINUTE);
    assert!(!world.ssm_available(START + 5 * MINUTE));
    assert!(world.exposure(START + 5 * MINUTE) > 0.95);
    world.pass(&mut record, START + 12 * MINUTE);
    assert!(world.ssm_available(START + 12 * MINUTE));
    assert!(world.exposure(START + 12 * MINUTE) < 0.25);
}

#[test]
fn the_fallback_on_latest_does_not_reach_an_alias() {
    for (scenario, reached) in [(Scenario::Healthy, true), (Scenario::AliasTrap, false)] {
        let mut world = World::new(scenario, 1, START);
        let mut record = Record::default();
        world.pass(&mut record, START);
        let latest = record
            .environments
            .get_mut(&(FUNCTION.to_owned(), None))
            .unwrap();
        latest.insert("ROLLOUT_PERCENTAGE".to_owned(), "0".to_owned());
        world.set_ssm_down(true);
        world.pass(&mut record, START + 10 * MINUTE);
        let before = world.started().treated;
        world.pass(&mut record, START + 20 * MINUTE);
        assert_eq!(world.started().treated == before, reached, "{scenario}");
    }
    let (_, record) = film(Scenario::AliasTrap, 1, 1);
    assert!(
        record
            .lines
            .iter()
            .any(|entry| entry.1.starts_with("2026/11/20/[1]"))
    );
}

#[test]
fn damage_goes_with_the_treated_sessions() {
    for scenario in [
        Scenario::Latency,
        Scenario::Errors,
        Scenario::Dropped,
        Scenario::Orphaned,
    ] {
        let mut world = World::new(scenario, 2, START);
        let mut record = Record::default();
        world.pass(&mut record, START + 6 * MINUTE);
        record.put_parameter(PARAMETER, OFF, "me", START + 6 * MINUTE);
        world.pass(&mut record, START + 15 * MINUTE);
        for minute in minutes(11, 13) {
            assert_calm(&record, minute, "");
            assert_eq!(record.p95(minute), None);
            assert_eq!(dropped(&record, minute), 0.0);
        }
    }
}

#[test]
fn alarms_are_put_days_ago_and_evaluated_at_each_minutes_end() {
    let (_, record) = film(Scenario::Healthy, 1, 3);
    let names: Vec<_> = record
        .alarms
        .iter()
        .filter_map(|(alarm, _)| alarm.get("AlarmName").as_str())
        .collect();
    assert_eq!(
        names,
        [
            "latency-high",
            "lambda-errors",
            "rate-limit-high",
            "orphaned-results-high",
            "transcribe-fallback"
        ]
        .map(|name| format!("audio-transcription-{name}"))
    );
    assert_eq!(record.alarms[0].0.get("Threshold").as_f64(), Some(5000.0));
    let live: Vec<_> = record
        .evaluated
        .iter()
        .filter(|at| **at > START - WATCHED)
        .collect();
    assert_eq!(live.len(), 34);
    assert!(record.evaluated.iter().all(|at| at % MINUTE == 0));
}
