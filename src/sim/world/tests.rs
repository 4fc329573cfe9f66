//! The film, checked from outside: what an account would have received. The wire and the real stores are tested elsewhere.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop here"
)]

use allocation_counter::measure;

use super::*;
use line::Line;
use record::Record;

mod invariants;
mod record;
mod scenarios;

/// 2026-11-20 21:17:42.4 UTC: neither a whole minute nor a whole second.
const START: i64 = 1_795_209_462_400;
const OFF: &str = r#"{"enabled":false,"rollout_percentage":10}"#;
const ALL: &str = r#"{"enabled":true,"rollout_percentage":100}"#;

fn film(scenario: Scenario, seed: u64, minutes: i64) -> (World, Record) {
    let mut world = World::new(scenario, seed, START);
    let mut record = Record::default();
    world.pass(&mut record, START + minutes * MINUTE);
    (world, record)
}

#[test]
fn the_film_costs_no_more_than_what_is_seen_of_it() {
    let mut world = World::new(Scenario::Healthy, 1, START);
    let mut count = record::Count::default();
    let cost = measure(|| world.pass(&mut count, START + 10 * MINUTE)).count_total;
    let seen = count.points + count.lines;
    assert!(seen > 10_000, "{seen} points and lines");
    assert!(
        cost < seen as u64 * 3,
        "{cost} allocations for {seen} points and lines"
    );
    assert!(size_of::<Line>() <= 48);
}

#[test]
fn the_slicing_of_time_does_not_change_the_film() {
    for scenario in [
        Scenario::Latency,
        Scenario::TranscribeUnhealthy,
        Scenario::SsmOutage,
    ] {
        let mut films = Vec::new();
        for slice in [250, 1000, 7_777, 60_000] {
            let mut world = World::new(scenario, 7, START);
            let mut record = Record::default();
            let (written, end) = (START + 150_300, START + 300_000);
            let mut now = START - 5000;
            while now < end {
                world.pass(&mut record, now);
                let next = now + slice;
                if now < written && next >= written {
                    world.pass(&mut record, written);
                    record.put_parameter(PARAMETER, OFF, "me", written);
                }
                now = next;
            }
            world.pass(&mut record, end);
            films.push((record.lines, record.points, record.evaluated));
        }
        assert!(
            films.windows(2).all(|pair| pair[0] == pair[1]),
            "{scenario}"
        );
    }
}

#[test]
fn another_seed_is_another_film() {
    assert_ne!(
        film(Scenario::Healthy, 1, 0).1.lines,
        film(Scenario::Healthy, 2, 0).1.lines
    );
}

#[test]
fn scenarios_are_known_by_their_names() {
    for scenario in Scenario::ALL {
        assert_eq!(scenario.to_string().parse(), Ok(scenario));
    }
    let error = "fire"
        .parse::<Scenario>()
        .map_err(|error| error.to_string());
    assert!(error.is_err_and(|text| text.contains("\"fire\"") && text.contains("ssm-outage")));
}
