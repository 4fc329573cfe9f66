//! Commands that only look: status, history, fallback status, doctor. None of them writes anything, anywhere.

use serde_json::{Value, json};

use crate::bench::{Bench, PARAMETER};
use crate::control::requests;

#[test]
fn status_holds_everything_that_is_promised() {
    let bench = Bench::healthy();
    let answer = bench.run(&["status", "--json"]).ends(0).json("status");
    assert_eq!(
        (
            &answer["rollout"],
            &answer["environment"],
            &answer["region"],
            &answer["account"]
        ),
        (
            &json!("partial-results"),
            &json!("prod"),
            &json!("us-east-1"),
            &json!("123456789012")
        )
    );
    assert_eq!(
        (
            &answer["exposure"]["desired"],
            &answer["exposure"]["effective"]
        ),
        (&json!(10), &json!(10))
    );
    let flag = &answer["flag"];
    assert_eq!(
        (&flag["source"], &flag["name"], &flag["version"]),
        (&json!("ssm"), &json!(PARAMETER), &json!(12))
    );
    assert_eq!(
        (&flag["enabled"], &flag["rollout_percentage"]),
        (&json!(true), &json!(10))
    );
    assert_eq!(
        flag["value"],
        serde_json::from_str::<Value>(&bench.flag()).unwrap()
    );
    assert_eq!(
        (&answer["stage"]["index"], &answer["stage"]["count"]),
        (&json!(1), &json!(3))
    );
    assert!(answer["stage"]["bake_left_s"].as_u64().unwrap() > 0);
    let signals = answer["signals"].as_array().unwrap();
    let names: Vec<&str> = signals
        .iter()
        .map(|signal| signal["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "latency_p95",
            "dropped",
            "orphaned",
            "error_rate",
            "fallbacks",
            "complaints"
        ]
    );
    assert_eq!(
        (
            &signals[0]["unit"],
            &signals[0]["state"],
            &signals[0]["act"]
        ),
        (&json!("s"), &json!("ok"), &json!("> 7s"))
    );
    assert!(
        signals[0]["value"].as_f64().unwrap() > 0.5
            && signals[0]["samples"].as_u64().unwrap() >= 200
    );
    assert_eq!(answer["alarms"].as_array().unwrap().len(), 5);
    assert_eq!(answer["alarms"][0]["state"], "OK");
    assert_eq!(
        answer["verdict"]["decision"], "hold",
        "{}",
        answer["verdict"]
    );
    assert_eq!(answer["verdict"]["reasons"][0]["rule"], "bake");
    let levers = answer["levers"].as_array().unwrap();
    assert_eq!(
        (&levers[0]["name"], &levers[1]["name"]),
        (&json!("flag"), &json!("fallback"))
    );
    assert_eq!(
        (
            &levers[0]["state"],
            &levers[0]["exposure"],
            &levers[0]["time_to_effect_s"]
        ),
        (&json!("on"), &json!(10), &json!(60))
    );
    assert_eq!(answer["errors"], json!([]));
    assert!(
        !bench.home.path().join("state").exists(),
        "a look leaves nothing behind"
    );
}

#[test]
fn status_reads_logs_only_when_a_share_is_wanted() {
    let bench = Bench::healthy();
    let plain = bench.run(&["status", "--json"]).json("status");
    assert_eq!(
        requests(bench.sim.addr())["logs:FilterLogEvents"],
        Value::Null
    );
    assert_eq!(plain["exposure"]["observed"]["seen"], true);
    let answer = bench
        .run(&["status", "--json", "--observed"])
        .json("status");
    let observed = &answer["exposure"]["observed"];
    let percent = observed["percent"].as_f64().unwrap();
    assert!((2.0..30.0).contains(&percent), "{observed}");
    assert!(observed["sessions"].as_u64().unwrap() > 50, "{observed}");
}

#[test]
fn status_as_text_is_plain_in_a_pipe_and_says_the_same() {
    let bench = Bench::healthy();
    let ran = bench.run(&["status"]);
    ran.ends(0);
    for words in [
        "partial-results",
        "HOLD",
        "desired 10 %",
        PARAMETER,
        "v12",
        "1 of 3",
        "latency p95",
        "audio-transcription-latency-high",
        "ROLLOUT_PERCENTAGE=10",
    ] {
        assert!(ran.out.contains(words), "{words} in\n{}", ran.out);
    }
    assert!(!ran.out.contains('\u{1b}'), "no colours in a pipe");
    assert_eq!(ran.err, "");
}

#[test]
fn a_look_asks_for_what_it_needs_and_writes_nothing() {
    let bench = Bench::healthy();
    bench.run(&["history"]).ends(0);
    let asked = requests(bench.sim.addr());
    let names: Vec<&String> = asked.as_object().unwrap().keys().collect();
    assert!(
        names.iter().all(|name| name.starts_with("ssm:Get")),
        "{names:?}"
    );
    bench.run(&["disable"]).ends(0);
    let asked = requests(bench.sim.addr());
    for operation in asked.as_object().unwrap().keys() {
        let needed = operation.starts_with("ssm:") || operation == "sts:GetCallerIdentity";
        assert!(needed, "a disable asks for {operation}");
    }
}

#[test]
fn history_names_every_version_with_who_and_what() {
    let bench = Bench::healthy();
    bench.run(&["disable"]).ends(0);
    let answer = bench.run(&["history", "--json"]).ends(0).json("history");
    let versions = answer["versions"].as_array().unwrap();
    assert_eq!(versions.len(), 13);
    assert_eq!(
        (
            &versions[0]["version"],
            &versions[0]["current"],
            &versions[0]["enabled"]
        ),
        (&json!(13), &json!(true), &json!(false))
    );
    assert!(versions[0]["by"].as_str().unwrap().ends_with("/you"));
    assert_eq!(
        (&versions[1]["current"], &versions[1]["rollout_percentage"]),
        (&json!(false), &json!(10))
    );
    let few = bench.run(&["history", "--limit", "2"]);
    assert_eq!(few.ends(0).out.lines().count(), 2);
    assert!(
        few.out.contains("v13") && few.out.contains("now"),
        "{few:?}"
    );
}

#[test]
fn doctor_tells_what_it_stands_on() {
    let bench = Bench::healthy();
    let answer = bench.run(&["doctor", "--json"]).ends(0).json("doctor");
    let check = |name: &str| {
        let checks = answer["checks"].as_array().unwrap();
        checks
            .iter()
            .find(|check| check["name"] == name)
            .unwrap_or_else(|| panic!("{name} in {answer}"))
            .clone()
    };
    for (name, state) in [
        ("program", "ok"),
        ("terminal", "warn"),
        ("config", "ok"),
        ("endpoint", "warn"),
        ("region", "ok"),
        ("credentials", "ok"),
        ("clock", "ok"),
        ("journal", "ok"),
        ("flag", "ok"),
    ] {
        assert_eq!(check(name)["state"], state, "{name}: {answer}");
    }
    assert!(
        check("credentials")["value"]
            .as_str()
            .unwrap()
            .contains("environment")
    );
    let ran = Bench::new(
        coalmine::sim::world::Scenario::Healthy,
        &["sts:*=expired", "ssm:*=expired"],
    )
    .run(&["doctor"]);
    assert!(ran.ends(1).out.contains("broken"), "{ran:?}");
}

#[test]
fn an_environment_that_cannot_be_read_is_unknown_and_not_empty() {
    let bench = Bench::new(
        coalmine::sim::world::Scenario::Healthy,
        &["lambda:GetFunctionConfiguration=kms"],
    );
    let ran = bench.run(&["fallback", "status"]);
    ran.ends(1);
    assert!(ran.out.contains("fallback unknown"), "{}", ran.out);
    assert!(!ran.out.contains("not set"), "{}", ran.out);
    assert!(ran.out.contains("KMS access was denied"), "{}", ran.out);
    let answer = bench
        .run(&["fallback", "status", "--json"])
        .json("fallback");
    assert_eq!(
        (&answer["state"], &answer["variables"]),
        (&json!("unknown"), &Value::Null)
    );
}
