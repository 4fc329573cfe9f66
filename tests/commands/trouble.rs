//! Orders that meet trouble: conflicts, unknown outcomes, denials, outages, and documents that cannot be read.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::bench::{Bench, ran};
use crate::control::{count, fault};
use coalmine::sim::world::Scenario;

/// Waits until the simulator was asked so often.
fn asked(bench: &Bench, operation: &str, times: u64) {
    let until = Instant::now() + Duration::from_secs(20);
    while count(bench.sim.addr(), operation) < times {
        assert!(Instant::now() < until, "{operation} was not asked for");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_write_in_between_is_a_conflict_that_names_the_writer() {
    // A lowering waits half a second for STS: meanwhile somebody else writes.
    let bench = Bench::new(Scenario::Healthy, &["sts:GetCallerIdentity=blackhole"]);
    let child = bench.start(&["disable", "--json"]);
    asked(&bench, "sts:GetCallerIdentity", 1);
    let theirs = bench
        .flag()
        .replace("\"rollout_percentage\":10", "\"rollout_percentage\":5");
    bench.write(&theirs, "arn:aws:iam::123456789012:user/ben");
    let ran = ran(child.wait_with_output().unwrap());
    let answer = ran.ends(1).json("order");
    assert_eq!(answer["outcome"], "conflict", "{answer}");
    assert_eq!(answer["conflict"]["sent"], false);
    assert!(
        answer["reason"].as_str().unwrap().contains("user/ben"),
        "{answer}"
    );
    assert_eq!(bench.flag(), theirs);
}

#[test]
fn an_answer_that_never_comes_is_looked_up() {
    let bench = Bench::new(Scenario::Healthy, &["ssm:PutParameter=applied-timeout"]);
    let answer = bench.run(&["disable", "--json"]).ends(0).json("order");
    assert_eq!(
        answer["outcome"], "applied",
        "it was found by reading: {answer}"
    );
}

#[test]
fn what_cannot_be_found_out_is_unknown_with_4_and_leaves_its_command_line() {
    let bench = Bench::new(Scenario::Healthy, &["ssm:PutParameter=reset"]);
    // The plan is made from a read; after that nothing answers any more.
    let child = bench.start(&["disable", "--json"]);
    asked(&bench, "ssm:PutParameter", 1);
    fault(
        bench.sim.addr(),
        "ssm:PutParameter=reset\nssm:GetParameter=denied\nssm:GetParameterHistory=denied",
    );
    let ran = ran(child.wait_with_output().unwrap());
    if ran.code == 1 {
        // It was looked up before the door was shut: then it is known that nothing was written.
        assert_eq!(ran.json("order")["outcome"], "refused", "{ran:?}");
        return;
    }
    let answer = ran.ends(4).json("order");
    assert_eq!(
        (&answer["outcome"], &answer["proofs"]["accepted"]),
        (&json!("unknown"), &Value::Null)
    );
    assert!(
        ran.err.contains("not known to be done") && ran.err.contains("aws ssm put-parameter"),
        "{ran:?}"
    );
    let left = std::fs::read_dir(bench.home.path().join("state")).unwrap();
    let scripts = left.filter(|file| {
        let name = file.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with("unfinished-")
    });
    assert_eq!(scripts.count(), 1);
}

#[test]
fn a_denied_write_fails_with_1_and_says_what_to_do() {
    let bench = Bench::new(Scenario::Healthy, &["ssm:PutParameter=denied"]);
    let ran = bench.run(&["disable"]);
    ran.ends(1);
    for words in [
        "nothing was changed",
        "AccessDenied",
        "aws ssm put-parameter",
    ] {
        assert!(ran.err.contains(words), "{words}: {ran:?}");
    }
    let answer = bench.run(&["disable", "--json"]).ends(1).json("order");
    assert_eq!(answer["outcome"], "refused");
}

#[test]
fn a_document_that_is_none_is_disabled_blindly_with_yes_alone() {
    let bench = Bench::healthy();
    bench.write("not json at all", "arn:aws:iam::123456789012:user/ben");
    let ran = bench.run(&["disable"]);
    assert!(ran.ends(3).err.contains("--yes"), "{ran:?}");
    assert_eq!(bench.flag(), "not json at all");
    let answer = bench
        .run(&["disable", "--yes", "--json"])
        .ends(0)
        .json("order");
    assert_eq!(answer["outcome"], "applied", "{answer}");
    let now: Value = serde_json::from_str(&bench.flag()).unwrap();
    assert_eq!(now["enabled"], false);
    assert!(
        now["min_stability_threshold"].is_number(),
        "the last good version with the flag off: {now}"
    );
    assert!(
        bench.journal().contains("not json at all"),
        "the old value is journalled"
    );
}

#[test]
fn a_flag_that_cannot_be_read_fails_and_offers_the_blind_way() {
    let bench = Bench::new(Scenario::Healthy, &["ssm:GetParameter=denied"]);
    let ran = bench.run(&["disable"]);
    ran.ends(1);
    assert!(
        ran.err.contains("--yes") && ran.err.contains("AccessDenied"),
        "{ran:?}"
    );
    let ran = bench.run(&["set", "50", "--yes", "--confirm", "prod"]);
    ran.ends(1);
    assert_eq!(
        count(bench.sim.addr(), "ssm:PutParameter"),
        0,
        "a raise is never blind"
    );
}

#[test]
fn missing_metrics_and_functions_stop_neither_status_nor_disable() {
    let bench = Bench::new(
        Scenario::Healthy,
        &[
            "cloudwatch:*=denied",
            "logs:*=denied",
            "lambda:*=denied",
            "sts:*=denied",
        ],
    );
    let answer = bench
        .run(&["status", "--json", "--observed"])
        .ends(0)
        .json("status");
    for part in ["signals", "alarms", "account"] {
        assert_eq!(answer[part], Value::Null, "{part}");
    }
    assert_eq!(answer["flag"]["version"], 12);
    assert_eq!(answer["verdict"]["decision"], "cannot_tell");
    let whats: Vec<&str> = answer["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["what"].as_str().unwrap())
        .collect();
    for what in [
        "sts:",
        "lambda:",
        "cloudwatch:GetMetricData",
        "cloudwatch:DescribeAlarms",
        "logs:",
    ] {
        assert!(
            whats.iter().any(|told| told.contains(what)),
            "{what} in {whats:?}"
        );
    }
    let ran = bench.run(&["status"]);
    assert!(ran.ends(0).err.contains("DescribeAlarms"), "{ran:?}");
    bench.run(&["disable"]).ends(0);
}

#[test]
fn a_store_that_does_not_answer_makes_status_fail_with_the_rest_of_it() {
    let bench = Bench::new(Scenario::Healthy, &["ssm:*=500"]);
    let answer = bench.run(&["status", "--json"]).ends(1).json("status");
    assert_eq!(answer["flag"], Value::Null);
    assert_eq!(answer["exposure"]["desired"], Value::Null);
    assert_eq!(answer["levers"][0]["ready"], "broken");
    assert_eq!(answer["alarms"].as_array().unwrap().len(), 5);
    bench.run(&["history", "--json"]).ends(1).json("history");
}

#[test]
fn a_blank_endpoint_names_none_and_a_wrong_one_is_told_of_without_the_request() {
    let bench = Bench::healthy();
    let with = |args: &[&str], name: &str, value: &str| {
        crate::bench::ran(bench.command(args).env(name, value).output().unwrap())
    };
    for blank in ["", " "] {
        with(&["history", "--json"], "AWS_ENDPOINT_URL_SSM", blank)
            .ends(0)
            .json("history");
    }
    for (args, name) in [
        (&["fallback", "status"][..], "AWS_ENDPOINT_URL_LAMBDA"),
        (&["status"], "AWS_ENDPOINT_URL_CLOUDWATCH"),
        (
            &["tune", "MAX_RATE_PER_SECOND=hunter2"],
            "AWS_ENDPOINT_URL_LAMBDA",
        ),
        (&["disable", "--dry-run"], "AWS_ENDPOINT_URL_SSM"),
    ] {
        let ran = with(args, name, "nonsense");
        assert!(
            (ran.out.clone() + &ran.err).contains("failed to apply endpoint `nonsense`"),
            "{args:?}: {}",
            ran.err
        );
        assert!(
            !(ran.out.clone() + &ran.err + &bench.journal()).contains("Request {"),
            "{args:?}: {ran:?}"
        );
    }
    // What is wrong with the function's endpoint is nothing to the flag.
    with(&["disable"], "AWS_ENDPOINT_URL_LAMBDA", "nonsense").ends(0);
}

#[test]
fn a_journal_that_goes_elsewhere_is_told_of() {
    let bench = Bench::healthy();
    let state = bench.home.path().join("state");
    // What should be the file is a directory.
    std::fs::create_dir_all(state.join("partial-results@prod.jsonl")).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(&state, mode).unwrap();
    let answer = bench.run(&["ready", "--json"]).json("ready");
    let checks = answer["checks"].as_array().unwrap();
    let journal = checks.iter().find(|check| check["name"] == "journal");
    let journal = journal.unwrap();
    assert_eq!(journal["state"], "warn", "{journal}");
    assert!(
        journal["reason"].as_str().unwrap().contains("fallback"),
        "{journal}"
    );
    let ran = bench.run(&["disable", "--json"]);
    ran.ends(0).json("order");
    assert!(ran.err.contains("the journal: "), "{}", ran.err);
}
