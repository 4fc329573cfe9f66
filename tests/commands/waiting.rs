//! `watch` and `--wait effective`: what ends them, with which code, and what they tell on the way.

use std::time::Duration;

use serde_json::Value;

use crate::bench::{Bench, Ran, fits, ran};
use coalmine::sim::world::Scenario;
use rustix::process::{Pid, Signal, kill_process};

fn lines(ran: &Ran) -> Vec<Value> {
    let lines: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
        .collect();
    for line in &lines {
        fits("watch", line);
    }
    assert_eq!(lines.last().unwrap()["change"], "end", "{ran:?}");
    lines
}

#[test]
fn a_roll_back_ends_a_watch_for_a_verdict_with_11() {
    let bench = Bench::new(Scenario::Latency, &[]);
    bench.sim.clock().advance(Duration::from_mins(15));
    let ran = bench.run(&["watch", "--until", "verdict", "--for", "60s", "--json"]);
    let lines = lines(ran.ends(11));
    let end = &lines.last().unwrap()["end"];
    assert_eq!((&end["why"], &end["code"]), (&"reached".into(), &11.into()));
    assert_eq!(end["verdict"]["decision"], "roll_back");
    for change in ["flag", "exposure", "signal", "alarm", "verdict"] {
        assert!(
            lines.iter().any(|line| line["change"] == change),
            "{change}"
        );
    }
}

#[test]
fn when_the_time_is_over_the_code_says_how_it_stands() {
    let bench = Bench::healthy();
    for (args, code) in [
        (&["watch", "--until", "verdict", "--for", "1s"][..], 10),
        (&["watch", "--for", "1s"], 0),
        (&["watch", "--until", "healthy", "--for", "20s"], 0),
        (&["watch", "--until", "exposure=10", "--for", "20s"], 0),
        (&["watch", "--until", "exposure=50", "--for", "1s"], 3),
    ] {
        let ran = bench.run(&[args, &["--json"]].concat());
        lines(ran.ends(code));
    }
    let blind = Bench::new(Scenario::Healthy, &["cloudwatch:*=denied"]);
    let ran = blind.run(&["watch", "--until", "verdict", "--for", "1s", "--json"]);
    lines(ran.ends(12));
    let ran = blind.run(&["watch", "--until", "healthy", "--for", "1s"]);
    assert!(ran.ends(3).out.contains("errors"), "{ran:?}");
}

#[test]
fn a_promotion_ends_it_with_0() {
    let bench = Bench::healthy();
    let config = bench.home.path().join("coalmine.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(
        &config,
        text.replace("percent = 10, bake = \"7d\"", "percent = 10"),
    )
    .unwrap();
    let ran = bench.run(&["watch", "--until", "verdict", "--for", "60s", "--json"]);
    let lines = lines(ran.ends(0));
    assert_eq!(
        lines.last().unwrap()["end"]["verdict"]["decision"],
        "promote"
    );
}

#[test]
fn a_change_by_somebody_else_is_one_line() {
    let bench = Bench::healthy();
    let child = bench.start(&["watch", "--until", "exposure=0", "--for", "60s", "--json"]);
    while crate::control::count(bench.sim.addr(), "ssm:GetParameter") < 2 {
        std::thread::sleep(Duration::from_millis(20));
    }
    bench.write(
        "{\"enabled\":false,\"rollout_percentage\":10}",
        "arn:aws:iam::123456789012:user/ben",
    );
    let mut child = child;
    while child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(250));
        bench.sim.clock().advance(Duration::from_secs(30));
    }
    let ran = ran(child.wait_with_output().unwrap());
    let lines = lines(ran.ends(0));
    let flags: Vec<&Value> = lines
        .iter()
        .filter(|line| line["change"] == "flag")
        .collect();
    assert_eq!(flags.len(), 2, "{flags:?}");
    assert_eq!(
        flags[1]["flag"]["last_modified_by"],
        "arn:aws:iam::123456789012:user/ben"
    );
}

#[test]
fn a_signal_ends_a_watch_with_its_number() {
    let bench = Bench::healthy();
    let child = bench.start(&["watch", "--json"]);
    while crate::control::count(bench.sim.addr(), "cloudwatch:DescribeAlarms") < 1 {
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(200));
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    let ran = ran(child.wait_with_output().unwrap());
    let lines = lines(ran.ends(143));
    assert_eq!(lines.last().unwrap()["end"]["why"], "signal");
}

#[test]
fn effective_is_when_the_effect_was_seen() {
    let bench = Bench::healthy();
    let mut child = bench.start(&[
        "disable",
        "--wait",
        "effective",
        "--timeout",
        "90s",
        "--json",
    ]);
    while child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(300));
        bench.sim.clock().advance(Duration::from_secs(10));
    }
    let ran = ran(child.wait_with_output().unwrap());
    let answer = ran.ends(0).json("order");
    for proof in ["accepted", "read_back", "horizon", "observed"] {
        assert!(answer["proofs"][proof].is_string(), "{proof}: {answer}");
    }
    assert_eq!(answer["exposure"], "NOT EXPOSED");
}

#[test]
fn an_effect_that_is_not_seen_in_time_is_no_success() {
    let bench = Bench::healthy();
    let ran = bench.run(&[
        "disable",
        "--wait",
        "effective",
        "--timeout",
        "2s",
        "--json",
    ]);
    let answer = ran.ends(3).json("order");
    assert_eq!(answer["outcome"], "applied");
    assert!(
        answer["reason"].as_str().unwrap().contains("STILL EXPOSED"),
        "{answer}"
    );
}
