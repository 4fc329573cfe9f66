//! Orders that get through: what is written, what is answered, what is journalled, and what changes nothing.

use serde_json::{Value, json};

use crate::bench::{Bench, PARAMETER};
use crate::control::count;

#[test]
fn disable_lowers_without_asking_and_proves_the_read_back() {
    let bench = Bench::healthy();
    let before: Value = serde_json::from_str(&bench.flag()).unwrap();
    let answer = bench
        .run(&["disable", "--reason", "p95 is red", "--json"])
        .ends(0)
        .json("order");
    assert_eq!(answer["outcome"], "applied");
    assert_eq!(answer["plan"]["direction"], "lower");
    assert_eq!(
        (&answer["plan"]["before"], &answer["plan"]["after"]),
        (&json!(10), &json!(0))
    );
    assert_eq!(answer["version"], 13);
    assert_eq!(answer["exposure"], "STILL EXPOSED");
    assert!(answer["proofs"]["accepted"].is_string() && answer["proofs"]["read_back"].is_string());
    assert_eq!(answer["proofs"]["observed"], Value::Null);
    let cli = answer["plan"]["aws_cli"].as_str().unwrap();
    assert!(
        cli.starts_with("aws ssm put-parameter") && cli.contains(PARAMETER),
        "{cli}"
    );
    let after: Value = serde_json::from_str(&bench.flag()).unwrap();
    assert_eq!(after["enabled"], false);
    for member in [
        "rollout_percentage",
        "min_stability_threshold",
        "max_buffer_timeout",
    ] {
        assert_eq!(after[member], before[member], "{member}");
    }
    let journal = bench.journal();
    for words in [
        "\"intent\"",
        "\"settled\"",
        "p95 is red",
        "\"accepted\"",
        "\"read_back\"",
    ] {
        assert!(journal.contains(words), "{words} in {journal}");
    }
}

#[test]
fn an_order_for_what_is_there_already_writes_nothing_and_succeeds() {
    let bench = Bench::healthy();
    bench.run(&["disable"]).ends(0);
    let writes = count(bench.sim.addr(), "ssm:PutParameter");
    let answer = bench.run(&["disable", "--json"]).ends(0).json("order");
    assert_eq!(answer["outcome"], "no_op");
    assert_eq!(answer["order"], Value::Null);
    assert_eq!(answer["version"], 13);
    let ran = bench.run(&["disable"]);
    assert!(ran.ends(0).out.contains("already"), "{ran:?}");
    assert_eq!(count(bench.sim.addr(), "ssm:PutParameter"), writes);
}

#[test]
fn set_enable_and_restore_write_what_they_say() {
    let bench = Bench::healthy();
    let text = bench.flag();
    let answer = bench.raise(&["set", "50", "--json"]).ends(0).json("order");
    assert_eq!(
        (&answer["plan"]["direction"], &answer["plan"]["after"]),
        (&json!("raise"), &json!(50))
    );
    assert!(!answer["gates"].as_array().unwrap().is_empty());
    assert!(bench.flag().contains("\"rollout_percentage\":50"));
    // A lowering asks for nothing, not even for the name.
    bench.run(&["set", "10%"]).ends(0);
    bench.run(&["set", "0"]).ends(0);
    let zero: Value = serde_json::from_str(&bench.flag()).unwrap();
    assert_eq!(
        (&zero["enabled"], &zero["rollout_percentage"]),
        (&json!(true), &json!(0))
    );
    bench.run(&["disable"]).ends(0);
    bench.close_incident();
    let answer = bench
        .raise(&["enable", "--percentage", "10", "--json"])
        .ends(0)
        .json("order");
    assert_eq!(answer["plan"]["before"], 0);
    let on: Value = serde_json::from_str(&bench.flag()).unwrap();
    assert_eq!(
        (&on["enabled"], &on["rollout_percentage"]),
        (&json!(true), &json!(10))
    );
    bench.run(&["disable"]).ends(0);
    bench.close_incident();
    let answer = bench
        .raise(&["restore", "12", "--json"])
        .ends(0)
        .json("order");
    assert_eq!(answer["outcome"], "applied");
    assert_eq!(bench.flag(), text, "byte for byte");
    bench.run(&["restore", "v12"]).ends(0);
    let ran = bench.run(&["restore", "999"]);
    assert!(
        ran.ends(1).err.contains("v19"),
        "it names what there is: {ran:?}"
    );
}

#[test]
fn a_dry_run_sends_nothing_and_shows_everything() {
    let bench = Bench::healthy();
    let text = bench.flag();
    for args in [
        &["disable", "--dry-run"][..],
        &["set", "50", "--dry-run"],
        &["enable", "--percentage", "100", "--dry-run"],
        &["restore", "11", "--dry-run"],
        &["fallback", "on", "--dry-run"],
        &["tune", "min_stability_threshold=0.9", "--dry-run"],
        &["tune", "MAX_RATE_PER_SECOND=50", "--dry-run"],
    ] {
        let ran = bench.run(args);
        ran.ends(0);
        assert!(
            ran.out.contains("aws ") && ran.out.contains("nothing was sent"),
            "{args:?}: {ran:?}"
        );
        let answer = bench
            .run(&[args, &["--json"]].concat())
            .ends(0)
            .json("order");
        assert_eq!(
            (&answer["dry_run"], &answer["outcome"], &answer["order"]),
            (&json!(true), &Value::Null, &Value::Null),
            "{args:?}"
        );
        assert!(
            !answer["plan"]["diff"].as_array().unwrap().is_empty(),
            "{args:?}"
        );
    }
    for operation in ["ssm:PutParameter", "lambda:UpdateFunctionConfiguration"] {
        assert_eq!(count(bench.sim.addr(), operation), 0, "{operation}");
    }
    assert_eq!(bench.flag(), text);
}

#[test]
fn the_command_line_of_a_dry_run_does_the_same() {
    let bench = Bench::healthy();
    let answer = bench.run(&["disable", "--dry-run", "--json"]).json("order");
    let cli = answer["plan"]["aws_cli"].as_str().unwrap().to_owned();
    bench.run(&["disable"]).ends(0);
    let value = cli
        .split("--value '")
        .nth(1)
        .unwrap()
        .split("' --region")
        .next()
        .unwrap();
    assert_eq!(value, bench.flag());
}

#[test]
fn the_fallback_goes_on_and_comes_back_as_it_was() {
    let bench = Bench::healthy();
    let before = bench.variable("ROLLOUT_PERCENTAGE");
    let other = bench.variable("FEATURE_FLAG_PARAMETER_NAME");
    let status = bench
        .run(&["fallback", "status", "--json"])
        .ends(0)
        .json("fallback");
    assert_eq!(status["state"], "off");
    let ran = bench.run(&["fallback", "off"]);
    assert!(
        ran.ends(1).err.contains("journal"),
        "there is nothing to take back: {ran:?}"
    );

    bench.sim.clock().advance(std::time::Duration::from_secs(1));
    let on = bench.while_cranked(&["fallback", "on", "--json"]);
    let answer = on.ends(0).json("order");
    assert_eq!(
        (&answer["outcome"], &answer["plan"]["lever"]),
        (&json!("applied"), &json!("fallback"))
    );
    assert_eq!(
        bench.variable("PARTIAL_RESULTS_ENABLED").as_deref(),
        Some("false")
    );
    assert_eq!(bench.variable("ROLLOUT_PERCENTAGE").as_deref(), Some("0"));
    assert_eq!(bench.variable("FEATURE_FLAG_PARAMETER_NAME"), other);
    let secret = answer.to_string();
    assert!(!secret.contains(other.as_deref().unwrap()) || secret.contains("••••"));
    let status = bench
        .run(&["fallback", "status", "--json"])
        .json("fallback");
    assert_eq!(
        (&status["state"], &status["can_be_taken_back"]),
        (&json!("on"), &json!(true))
    );

    bench.run(&["fallback", "off"]).ends(3);
    bench.close_incident();
    let raise = [&["fallback", "off", "--json"][..], &crate::bench::RAISE].concat();
    let off = bench.while_cranked(&raise);
    assert_eq!(off.ends(0).json("order")["outcome"], "applied");
    assert_eq!(bench.variable("ROLLOUT_PERCENTAGE"), before);
}

#[test]
fn without_a_config_an_environment_or_a_parameter_is_enough() {
    let bench = Bench::healthy();
    std::fs::remove_file(bench.home.path().join("coalmine.toml")).unwrap();
    for args in [
        &["disable", "--env", "prod", "--region", "us-east-1"][..],
        &[
            "disable",
            "--parameter-name",
            PARAMETER,
            "--region",
            "us-east-1",
        ],
        &["status", "--json", "--env", "dev", "--region", "us-east-1"],
    ] {
        bench.run(args).ends(0);
    }
    assert!(bench.flag().contains("\"enabled\":false"));
    let ran = bench.run(&["disable"]);
    assert!(ran.ends(2).err.contains("no config found"), "{ran:?}");
}
