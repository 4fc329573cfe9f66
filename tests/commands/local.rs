//! Commands that need neither configuration nor credentials, and what the command line refuses.

use std::io::Write;
use std::process::Stdio;

use coalmine::config;
use serde_json::{Value, json};

use crate::bench::{Bench, Ran, bare, fits, ran};

fn run(args: &[&str]) -> Ran {
    let home = tempfile::tempdir().unwrap();
    let mut command = bare(args, home.path());
    command
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY");
    ran(command.output().unwrap())
}

fn piped(args: &[&str], input: &[u8]) -> Ran {
    let home = tempfile::tempdir().unwrap();
    let mut child = bare(args, home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input).unwrap());
    let ran = ran(child.wait_with_output().unwrap());
    writer.join().unwrap();
    ran
}

#[test]
fn bucket_tells_bucket_and_stage_without_anything() {
    let ran = run(&["bucket", "golden-eagle-427", "abc", "", "--json"]);
    let answer = ran.ends(0).json("bucket");
    assert_eq!(
        answer["buckets"][0],
        json!({ "id": "golden-eagle-427", "bucket": 73, "enabled": null, "stage": 100 })
    );
    assert_eq!(answer["buckets"][2]["id"], "");
    let answer =
        run(&["bucket", "golden-eagle-427", "--percentage", "74", "--json"]).json("bucket");
    assert_eq!(answer["buckets"][0]["enabled"], true);
    let answer =
        run(&["bucket", "golden-eagle-427", "--percentage", "73", "--json"]).json("bucket");
    assert_eq!(answer["buckets"][0]["enabled"], false);
    let ran = run(&["bucket", "golden-eagle-427"]);
    assert!(
        ran.ends(0).out.contains("73") && ran.out.contains("100 %"),
        "{ran:?}"
    );
    run(&["bucket", "a", "--percentage", "101"]).ends(2);
}

#[test]
fn bucket_reads_ids_from_stdin_one_a_line() {
    let answer = piped(
        &["bucket", "--json"],
        b"abc\r\n\xe6\x97\xa5\xe6\x9c\xac\nlast",
    )
    .ends(0)
    .json("bucket");
    let ids: Vec<&str> = answer["buckets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["abc", "日本", "last"]);
    assert_eq!(
        piped(&["bucket", "--json"], b"").ends(0).json("bucket"),
        json!({ "buckets": [] })
    );
    let ran = piped(&["bucket"], b"good\n\xff\xfe\n");
    assert!(
        ran.ends(1).err.contains("UTF-8") && ran.out.lines().count() == 1,
        "{ran:?}"
    );
}

#[test]
fn a_hundred_thousand_ids_are_no_matter() {
    let ids: Vec<String> = (0..100_000).map(|n| format!("session-{n}")).collect();
    let input = ids.join("\n");
    let ran = piped(&["bucket"], input.as_bytes());
    assert_eq!(ran.ends(0).out.lines().count(), 100_000);
}

#[test]
fn bucket_knows_who_is_in_where_the_flag_can_be_read() {
    let bench = Bench::healthy();
    bench.write(
        "{\"enabled\":true,\"rollout_percentage\":74}",
        "arn:aws:iam::123456789012:user/ben",
    );
    let answer = bench
        .run(&["bucket", "golden-eagle-427", "--json"])
        .ends(0)
        .json("bucket");
    assert_eq!(answer["buckets"][0]["enabled"], true);
    let bench = Bench::new(coalmine::sim::world::Scenario::Healthy, &["ssm:*=denied"]);
    let ran = bench.run(&["bucket", "golden-eagle-427", "--json"]);
    assert_eq!(
        ran.ends(0).json("bucket")["buckets"][0]["enabled"],
        Value::Null
    );
    assert!(ran.err.contains("not known"), "{ran:?}");
}

#[test]
fn keys_man_and_completions_come_from_the_tables() {
    let answer = run(&["keys", "--json"]).ends(0).json("keys");
    let rows = answer["keys"].as_array().unwrap();
    assert_eq!(rows.len(), coalmine::app::keymap::KEYMAP.len());
    let disable: Vec<&Value> = rows
        .iter()
        .filter(|row| row["action"] == "Disable")
        .flat_map(|row| row["keys"].as_array().unwrap())
        .collect();
    assert!(
        disable.contains(&&json!("D")) && disable.contains(&&json!("F9")),
        "{disable:?}"
    );
    assert!(
        run(&["keys"])
            .ends(0)
            .out
            .contains("Turn the feature off now")
    );
    let man = run(&["man"]);
    for words in [
        ".TH coalmine",
        "disable",
        "\\-\\-override\\-gates",
        "Exit codes",
    ] {
        assert!(man.ends(0).out.contains(words), "{words}");
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = run(&["completions", shell]);
        assert!(
            ran.ends(0).out.contains("disable") && ran.err.is_empty(),
            "{shell}"
        );
    }
    run(&["completions", "cmd"]).ends(2);
}

#[test]
fn the_example_is_valid_by_the_schema_and_by_the_program() {
    let example = run(&["config", "example"]);
    assert_eq!(example.ends(0).out, config::seed_text());
    let schema = run(&["config", "schema"]);
    let schema: Value = serde_json::from_str(&schema.ends(0).out).unwrap();
    assert_eq!(schema["title"], "coalmine configuration");
    let value: Value = toml::from_str(&example.out).unwrap();
    fits("config", &value);
    // Every key that the example shows in a comment is known to both.
    let all = example
        .out
        .replace("# profile =", "profile =")
        .replace("# account =", "account =")
        .replace("# comparison =", "comparison =")
        .replace("# alias =", "alias =")
        .replace("# enabled_variable =", "enabled_variable =")
        .replace("# percentage_variable =", "percentage_variable =")
        .replace("# lag =", "lag =")
        .replace("# min_sessions =", "min_sessions =");
    assert!(config::parse("all", &all).is_ok());
    fits("config", &toml::from_str(&all).unwrap());
    let schema_faults = |text: &str| crate::schema::faults(&schema, &toml::from_str(text).unwrap());
    for (from, to) in [
        ("cache_ttl = \"60s\"", "cache_tll = \"60s\""),
        ("ssm = \"/audio", "ssn = \"/audio"),
        ("percent = 10,", "percent = 120,"),
        ("samples = 200                    #", "samples = \"many\" #"),
        ("region = \"us-east-1\"", "region = \"Virginia\""),
        (
            "missing = \"zero\"\ntreated",
            "missing = \"nought\"\ntreated",
        ),
    ] {
        let wrong = example.out.replacen(from, to, 1);
        assert_ne!(wrong, example.out, "{from}");
        assert!(config::parse("wrong", &wrong).is_err(), "{to}");
        assert!(!schema_faults(&wrong).is_empty(), "{to}");
    }
}

#[test]
fn config_print_tells_where_each_value_came_from() {
    let bench = Bench::healthy();
    let args = ["config", "print", "--json", "--profile", "oncall"];
    let answer = bench.run(&args).ends(0).json("settings");
    let from = |key: &str| {
        let list = answer["settings"].as_array().unwrap();
        let found = list.iter().find(|setting| setting["key"] == key);
        found.map(|setting| {
            (
                setting["value"].clone(),
                setting["from"].as_str().unwrap().to_owned(),
            )
        })
    };
    let line = 1 + config::seed_text()
        .lines()
        .position(|line| line.starts_with("cache_ttl"))
        .unwrap();
    let place = format!("coalmine.toml:{line}");
    assert_eq!(
        from("rollout.partial-results.cache_ttl"),
        Some((json!("60s"), place))
    );
    assert_eq!(
        from("rollout.partial-results.profile"),
        Some((json!("oncall"), "--profile".to_owned()))
    );
    assert_eq!(
        from("rollout.partial-results.logs.min_sessions"),
        Some((json!(50), "default".to_owned()))
    );
    assert_eq!(
        from("endpoint"),
        Some((json!(bench.sim.url()), "$AWS_ENDPOINT_URL".to_owned()))
    );
    assert!(from("rollout.partial-results.stages[0].bake").is_some());
    let bare = run(&["config", "print", "--env", "dev"]);
    assert!(
        bare.ends(0)
            .out
            .contains("/audio-transcription/dev/partial-results/config"),
        "{bare:?}"
    );
    run(&["config", "print"]).ends(2);
}

#[test]
fn what_the_grammar_does_not_take_ends_with_2() {
    for args in [
        &["set"][..],
        &["set", "101"],
        &["set", "-1"],
        &["set", "ten"],
        &["set", "10.5"],
        &["enable"],
        &["enable", "--percentage", "0"],
        &["restore"],
        &["fallback"],
        &["tune", "x"],
        &["watch", "--until", "dawn"],
        &["watch", "--until", "exposure=101"],
        &["watch", "--for", "soon"],
        &["watch", "--for", "0s"],
        &["disable", "--wait", "forever"],
        &["drill"],
        &["ready"],
        &["config", "exmaple"],
    ] {
        let ran = run(args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}: {ran:?}");
    }
}

#[test]
fn without_credentials_it_fails_and_says_what_to_do() {
    let bench = Bench::healthy();
    let mut command = bench.command(&["disable", "--json"]);
    command
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY");
    let ran = ran(command.output().unwrap());
    let answer = ran.ends(1).json("order");
    assert!(
        answer["reason"].as_str().unwrap().contains("credential"),
        "{answer}"
    );
    assert!(
        answer["hint"].as_str().unwrap().contains("login"),
        "{answer}"
    );
}
