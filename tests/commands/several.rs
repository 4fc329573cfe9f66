//! A configuration of several rollouts: what tells of all of them, and what wants one.

use std::io::{BufRead, BufReader};
use std::time::{Duration, Instant};

use coalmine::config;
use coalmine::sim::world::Scenario;
use serde_json::Value;

use crate::bench::{Bench, PARAMETER, ran};

/// The rollout of the seeds, then two of the other services, the second of which fails from its second minute on.
const NAMES: [&str; 3] = ["partial-results", "checkout-redesign", "search-ranking"];

fn several(faults: &[&str]) -> Bench {
    let bench = Bench::several(faults, 3);
    let root = env!("CARGO_MANIFEST_DIR");
    let other = std::fs::read_to_string(format!("{root}/src/config/neighbour.toml")).unwrap();
    let text = [
        config::seed_text().clone(),
        other.replace("NAME", NAMES[1]),
        other.replace("NAME", NAMES[2]),
    ];
    std::fs::write(bench.home.path().join("coalmine.toml"), text.join("\n")).unwrap();
    bench
}

fn names(answer: &Value) -> Vec<&str> {
    let all = answer["rollouts"].as_array().unwrap();
    all.iter()
        .map(|one| one["rollout"].as_str().unwrap())
        .collect()
}

/// Every member of an object, by name.
fn members(object: &Value) -> Vec<&String> {
    object.as_object().unwrap().keys().collect()
}

#[test]
fn status_tells_of_all_in_the_order_of_the_configuration() {
    let bench = several(&[]);
    bench.sim.clock().advance(Duration::from_mins(8));
    let answer = bench.run(&["status", "--json"]).ends(0).json("status-all");
    assert_eq!(names(&answer), NAMES);
    assert_eq!(answer["rollouts"][0]["flag"]["name"], PARAMETER);
    assert_eq!(
        answer["rollouts"][2]["verdict"]["decision"], "roll_back",
        "{}",
        answer["rollouts"][2]["verdict"]
    );
    // One that is named answers as if it were alone.
    let one = bench
        .run(&["status", "--json", "--rollout", NAMES[1]])
        .ends(0)
        .json("status");
    assert_eq!(one["rollout"], NAMES[1]);
    assert_eq!(members(&one), members(&answer["rollouts"][1]));
}

#[test]
fn status_for_people_is_a_table_with_the_worst_first() {
    let bench = several(&[]);
    bench.sim.clock().advance(Duration::from_mins(8));
    let ran = bench.run(&["status"]);
    let lines: Vec<&str> = ran.ends(0).out.lines().collect();
    assert_eq!(lines.len(), 1 + NAMES.len(), "{}", ran.out);
    for word in [
        "verdict",
        "rollout",
        "environment",
        "at",
        "worst signal",
        "alarms",
    ] {
        assert!(lines[0].contains(word), "{word} in {}", lines[0]);
    }
    assert!(
        lines[1].starts_with("ROLL BACK  search-ranking"),
        "{}",
        ran.out
    );
    assert!(lines[1].contains("10 %") && lines[1].contains("error rate"));
    assert_eq!(ran.err, "");
    assert!(!ran.out.contains('\u{1b}'), "no colours in a pipe");
}

#[test]
fn one_flag_that_cannot_be_read_fails_the_whole_and_hides_nothing_of_the_others() {
    let bench = several(&[]);
    let path = bench.home.path().join("coalmine.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(
        &path,
        text.replace("\"/checkout-redesign/flag\"", "\"/gone\""),
    )
    .unwrap();
    let answer = bench.run(&["status", "--json"]).ends(1).json("status-all");
    assert_eq!(names(&answer), NAMES);
    assert_eq!(answer["rollouts"][1]["flag"], Value::Null);
    assert!(
        !answer["rollouts"][1]["errors"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    for known in [0, 2] {
        assert!(answer["rollouts"][known]["flag"].is_object());
    }
    let ran = bench.run(&["status"]);
    assert!(
        ran.ends(1)
            .err
            .contains("checkout-redesign: ssm:GetParameter"),
        "{}",
        ran.err
    );
    assert_eq!(ran.out.lines().count(), 1 + NAMES.len());
}

#[test]
fn ready_is_done_only_when_every_rollout_has_a_proven_lever() {
    let bench = several(&[]);
    let answer = bench.run(&["ready", "--json"]).ends(1).json("ready-all");
    assert_eq!(names(&answer), NAMES);
    for name in NAMES {
        bench.run(&["ready", "--probe", "--rollout", name]).ends(0);
    }
    let answer = bench.run(&["ready", "--json"]).ends(0).json("ready-all");
    for one in answer["rollouts"].as_array().unwrap() {
        assert_eq!(one["proven"], true, "{one}");
    }
    let ran = bench.run(&["ready"]);
    assert!(ran.ends(0).out.contains("3 of 3 rollouts"), "{}", ran.out);
}

#[test]
fn whatever_changes_or_follows_one_wants_it_named() {
    let bench = several(&[]);
    for args in [
        &["disable"][..],
        &["set", "5"],
        &["enable", "--percentage", "10"],
        &["restore", "3"],
        &["fallback", "on"],
        &["fallback", "status"],
        &["tune", "a=1"],
        &["history"],
        &["watch", "--for", "1s"],
        &["ready", "--probe"],
        &["drill"],
        &["init", "--apply"],
        &["incident", "status"],
        &["report"],
    ] {
        for json in [&[][..], &["--json"]] {
            let ran = bench.run(&[args, json].concat());
            assert_eq!(ran.ends(2).out, "", "{args:?}");
            for words in ["--rollout", NAMES[0], NAMES[1], NAMES[2]] {
                assert!(ran.err.contains(words), "{args:?}: {}", ran.err);
            }
        }
    }
    assert_eq!(bench.journal(), "");
}

#[test]
fn the_word_on_a_lever_is_that_of_the_parachute_check() {
    for (scenario, faults) in [
        (Scenario::Healthy, &[][..]),
        (Scenario::AliasTrap, &[]),
        (Scenario::Healthy, &["lambda:*=denied"]),
        (Scenario::Healthy, &["sts:*=denied"]),
    ] {
        let bench = Bench::new(scenario, faults);
        let status = bench.run(&["status", "--json"]).json("status");
        let ready = bench.run(&["ready", "--json"]).json("ready");
        for index in [0, 1] {
            let (lever, checked) = (&status["levers"][index], &ready["levers"][index]);
            assert_eq!(
                (&lever["name"], &lever["ready"], &lever["time_to_effect_s"]),
                (
                    &checked["name"],
                    &checked["ready"],
                    &checked["time_to_effect_s"]
                ),
                "{scenario} {faults:?}: {lever} {checked}"
            );
            match lever["ready"].as_str() {
                Some("ok") => assert_eq!(lever["reason"], Value::Null),
                _ => assert_eq!(lever["reason"], checked["reason"]),
            }
        }
    }
}

#[test]
fn a_watch_whose_reader_is_gone_ends_and_says_no_verdict() {
    let bench = Bench::paced(Scenario::Healthy, &[], 60.0);
    let mut child = bench.start(&["watch", "--until", "exposure=77", "--json"]);
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    assert!(line.contains("\"change\""), "{line}");
    drop(out);
    let began = Instant::now();
    let mut count = 0;
    while child.try_wait().unwrap().is_none() {
        assert!(began.elapsed() < Duration::from_mins(5), "it goes on");
        count += 1;
        bench.write(
            &format!(r#"{{"enabled":true,"rollout_percentage":10,"n":{count}}}"#),
            "arn:aws:iam::123456789012:user/ana",
        );
        std::thread::sleep(Duration::from_millis(500));
    }
    assert_eq!(ran(child.wait_with_output().unwrap()).code, 128 + 13);
}

#[test]
fn the_doctor_looks_from_the_first_and_names_the_others() {
    let bench = several(&[]);
    let answer = bench.run(&["doctor", "--json"]).ends(0).json("doctor");
    let checks = answer["checks"].as_array().unwrap();
    let check = |name: &str| checks.iter().find(|check| check["name"] == name).unwrap();
    assert_eq!(check("config")["state"], "ok", "{answer}");
    let told = check("rollout")["value"].as_str().unwrap();
    assert!(NAMES.iter().all(|name| told.contains(name)), "{told}");
    assert_eq!(check("flag")["value"], format!("{PARAMETER} v12"));
}
