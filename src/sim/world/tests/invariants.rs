//! What must hold in every world, whatever happens in it.

use std::collections::{HashMap, HashSet};

use super::super::names::{GROUP_DEV, PARAMETER_DEV};
use super::*;

#[test]
fn only_treated_sessions_speak_of_partial_results_and_each_often() {
    let mut world = World::new(Scenario::Healthy, 3, START);
    let mut record = Record::default();
    world.pass(&mut record, START);
    let (mut treated, mut control) = (HashMap::new(), HashSet::new());
    for second in 0..600 {
        world.pass(&mut record, START + second * SECOND);
        for session in &world.sessions {
            if session.treated {
                treated.insert(session.id, session.ends);
            } else {
                control.insert(session.id);
            }
        }
    }
    world.pass(&mut record, START + 800 * SECOND);
    let mut spoken: HashMap<_, Vec<i64>> = HashMap::new();
    for (group, _, _, line) in record.lines.iter().filter(|entry| entry.3.at > world.start) {
        let text = line.render();
        assert_eq!(
            text.contains("partial result"),
            line.kind.speaks_of_partial_result(),
            "{text}"
        );
        if group == GROUP && line.kind.speaks_of_partial_result() {
            spoken.entry(line.session).or_default().push(line.at);
            let known = !control.contains(&line.session) || treated.contains_key(&line.session);
            assert!(known, "{text}");
        }
    }
    assert!(treated.len() > 60 && control.len() > 500);
    let whole = START + 15 * SECOND..START + 700 * SECOND;
    for (id, ends) in treated.iter().filter(|(_, ends)| whole.contains(ends)) {
        let times = spoken.entry(*id).or_default();
        times.sort_unstable();
        assert!(
            times.windows(2).all(|pair| pair[1] - pair[0] <= 10_000),
            "{id}"
        );
        assert!(
            times.last().is_some_and(|last| ends - last <= 10_000),
            "{id}"
        );
    }
}

#[test]
fn a_disable_reaches_container_after_container_within_the_ttl() {
    let mut world = World::new(Scenario::Healthy, 4, START);
    let mut record = Record::default();
    world.pass(&mut record, START);
    record.put_parameter(PARAMETER, ALL, "me", START);
    world.pass(&mut record, START + 200 * SECOND);
    assert!(world.exposure(START + 200 * SECOND) > 0.99);
    let off = START + 200 * SECOND;
    record.put_parameter(PARAMETER, OFF, "me", off);
    let (mut holders, mut shares, mut before) = (Vec::new(), Vec::new(), world.started());
    for second in 1..=240 {
        let now = off + second * SECOND;
        world.pass(&mut record, now);
        let holds = |c: &&Container| !c.is_stale(now) && c.flag().is_some_and(|f| f.enabled);
        holders.push(world.containers.iter().filter(holds).count());
        if second % 20 == 0 {
            let after = world.started();
            let share =
                (after.treated - before.treated) as f64 / (after.sessions - before.sessions) as f64;
            shares.push(share);
            before = after;
        }
    }
    assert!(
        holders.windows(2).all(|pair| pair[1] <= pair[0]),
        "{holders:?}"
    );
    assert!(holders[10] > 15 && holders[59] == 0, "{holders:?}");
    assert!(shares[0] > shares[2] && shares[1] > 0.0, "{shares:?}");
    assert!(shares[3..].iter().all(|share| *share == 0.0), "{shares:?}");
    // Sessions keep what was decided when they began; the last of those is over after TTL and its length.
    assert_eq!(world.exposure(off + 240 * SECOND), 0.0);
    let late = (off + 240 * SECOND).div_euclid(MINUTE) * MINUTE;
    assert!(record.p95(off).is_some());
    assert_eq!(record.p95(late), None);
}

#[test]
fn exposure_follows_the_percentage() {
    let mut world = World::new(Scenario::Healthy, 5, START);
    let mut record = Record::default();
    world.pass(&mut record, START);
    record.put_parameter(
        PARAMETER,
        r#"{"enabled":true,"rollout_percentage":50}"#,
        "me",
        START,
    );
    world.pass(&mut record, START + 5 * MINUTE);
    let before = world.started();
    world.pass(&mut record, START + 25 * MINUTE);
    let after = world.started();
    let share = (after.treated - before.treated) as f64 / (after.sessions - before.sessions) as f64;
    assert!((0.45..0.55).contains(&share), "{share}");
}

#[test]
fn an_invalid_document_changes_nothing_but_the_log() {
    let mut world = World::new(Scenario::Healthy, 6, START);
    let mut record = Record::default();
    world.pass(&mut record, START);
    record.put_parameter(PARAMETER, "{\"enabled\":tru", "me", START);
    world.pass(&mut record, START + 10 * MINUTE);
    assert!(
        world
            .containers
            .iter()
            .all(|c| c.flag().is_some_and(|f| f.percentage == 10))
    );
    let warned = record
        .lines
        .iter()
        .filter(|entry| entry.3.kind == Kind::FlagInvalid)
        .count();
    assert!(warned > 100, "{warned}");
}

#[test]
fn without_a_readable_store_the_environment_decides_and_only_then() {
    let mut world = World::new(Scenario::Healthy, 8, START);
    let mut record = Record::default();
    world.pass(&mut record, START);
    let environment = record
        .environments
        .get_mut(&(FUNCTION.to_owned(), None))
        .unwrap();
    environment.insert("PARTIAL_RESULTS_ENABLED".to_owned(), "false".to_owned());
    world.pass(&mut record, START + 10 * MINUTE);
    assert!(
        world.exposure(START + 10 * MINUTE) > 0.0,
        "the store answers: the environment is not asked"
    );
    world.set_ssm_down(true);
    assert!(!world.ssm_available(START + 10 * MINUTE));
    world.pass(&mut record, START + 15 * MINUTE);
    assert_eq!(world.exposure(START + 15 * MINUTE), 0.0);
    world.set_ssm_down(false);
    world.pass(&mut record, START + 20 * MINUTE);
    assert!(world.exposure(START + 20 * MINUTE) > 0.0);
}

#[test]
fn a_deleted_parameter_is_an_error_that_is_logged() {
    let mut world = World::new(Scenario::Healthy, 9, START);
    let mut record = Record::default();
    world.pass(&mut record, START);
    record.parameters.clear();
    world.pass(&mut record, START + 3 * MINUTE);
    let text = "Error fetching parameter from SSM";
    assert!(
        record
            .lines
            .iter()
            .any(|entry| entry.3.render().contains(text))
    );
}

#[test]
fn every_metric_has_both_identities_with_the_same_numbers() {
    let (_, record) = film(Scenario::Dropped, 10, 5);
    for name in [
        "PartialResultProcessingLatency",
        "PartialResultsDropped",
        "OrphanedResultsFlushed",
    ] {
        for minute in [START - 60 * MINUTE, START + 3 * MINUTE] {
            let whole = record.samples(name, None, minute);
            let ids = record
                .points
                .keys()
                .filter(|key| key.1 == name)
                .filter_map(|k| k.2.as_ref());
            let mut parts: Vec<f64> = ids
                .flat_map(|(dimension, id)| {
                    assert_eq!(dimension, "SessionId");
                    record.samples(name, Some(("SessionId", id)), minute)
                })
                .collect();
            parts.sort_by(f64::total_cmp);
            assert!(!whole.is_empty(), "{name}");
            assert_eq!(whole, parts, "{name}");
        }
    }
}

#[test]
fn lines_arrive_in_order_after_they_were_written_and_some_late() {
    let (_, record) = film(Scenario::Healthy, 11, 5);
    let lines: Vec<_> = record
        .lines
        .iter()
        .filter(|entry| entry.0 == GROUP)
        .collect();
    assert!(lines.windows(2).all(|pair| pair[0].2 <= pair[1].2));
    let lags: Vec<i64> = lines.iter().map(|entry| entry.2 - entry.3.at).collect();
    assert!(lags.iter().all(|lag| (800..100_000).contains(lag)));
    let late = lags.iter().filter(|lag| **lag >= 30_000).count() as f64 / lags.len() as f64;
    assert!((0.0005..0.01).contains(&late), "{late}");
    let rate = lines.len() as f64 / (HISTORY + WARM_UP + 5 * MINUTE) as f64 * 1000.0;
    assert!((8.0..20.0).contains(&rate), "{rate}");
    assert!(lines.iter().all(|entry| entry.2 <= START + 5 * MINUTE));
}

#[test]
fn lines_are_json_or_lambdas_own() {
    let (_, record) = film(Scenario::Quality, 12, 8);
    let mut kinds = HashSet::new();
    for (_, stream, _, line) in &record.lines {
        assert!(
            stream.starts_with("2026/11/20/[$LATEST]") && stream.len() == 52,
            "{stream}"
        );
        if !kinds.insert(format!("{:?}", line.kind)) {
            continue;
        }
        let text = line.render();
        let Some(level) = line.level() else {
            assert!(text.contains("RequestId: "), "{text}");
            continue;
        };
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["level"], level);
        assert_eq!(value["session_id"], line.session.to_string());
        let time: jiff::Timestamp = value["timestamp"].as_str().unwrap().parse().unwrap();
        assert_eq!(time.as_millisecond(), line.at);
        let id = value["request_id"].as_str().unwrap();
        let dashes: Vec<_> = id.match_indices('-').map(|(at, _)| at).collect();
        assert_eq!((id.len(), dashes), (36, vec![8, 13, 18, 23]));
    }
    assert!(kinds.len() >= 10, "{kinds:?}");
}

#[test]
fn the_session_of_the_runbook_comes_by_and_the_stages_live_apart() {
    let (_, record) = film(Scenario::Healthy, 13, 0);
    let named = record
        .lines
        .iter()
        .filter(|entry| entry.3.session == SessionId::REGULARS[0]);
    assert!(named.count() > 20);
    assert_eq!(SessionId::REGULARS[0].to_string(), "golden-eagle-427");
    let dev = record.lines.iter().filter(|entry| entry.0 == GROUP_DEV);
    assert!(dev.clone().count() > 100 && dev.clone().all(|entry| entry.2 <= START));
    assert!(record.parameters.contains_key(PARAMETER_DEV));
}

#[test]
fn the_flag_has_a_history_of_several_people() {
    let (_, record) = film(Scenario::Healthy, 14, 0);
    let versions = &record.parameters[PARAMETER];
    assert!(
        versions.windows(2).all(|pair| pair[0].2 < pair[1].2),
        "{versions:?}"
    );
    let authors: HashSet<_> = versions.iter().map(|version| &version.1).collect();
    assert!(authors.len() >= 3);
    let (value, author, at) = versions.last().unwrap();
    assert_eq!(
        value,
        r#"{"enabled":true,"rollout_percentage":10,"min_stability_threshold":0.85,"max_buffer_timeout":5.0}"#
    );
    assert_eq!(author, "arn:aws:iam::123456789012:user/ana");
    assert!(START - at > 3 * 24 * 60 * MINUTE);
    assert!(Flag::parse(&versions[0].0).is_some_and(|flag| flag.percentage == 0));
}
