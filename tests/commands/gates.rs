//! What may not be sent: raises without their words, shut gates, read-only commands, other accounts. Always 3, never a write.

use serde_json::json;

use crate::bench::{Bench, RAISE};
use crate::control::count;
use coalmine::sim::world::Scenario;

fn writes(bench: &Bench) -> u64 {
    count(bench.sim.addr(), "ssm:PutParameter")
}

#[test]
fn a_raise_in_prod_asks_for_yes_and_for_the_name() {
    let bench = Bench::healthy();
    // The bake is not over in this world: the gates have a say as well.
    for (args, words) in [
        (&["set", "50"][..], "--yes"),
        (
            &["set", "50", "--yes", "--override-gates", "--reason", "x"],
            "--confirm prod",
        ),
        (
            &[
                "set",
                "50",
                "--confirm",
                "prod",
                "--override-gates",
                "--reason",
                "x",
            ],
            "--yes",
        ),
        (
            &[
                "set",
                "50",
                "--yes",
                "--confirm",
                "Prod",
                "--override-gates",
                "--reason",
                "x",
            ],
            "--confirm Prod is not",
        ),
        (
            &["set", "50", "--yes", "--confirm", "prod"],
            "bake not over",
        ),
        (
            &[
                "set",
                "50",
                "--yes",
                "--confirm",
                "prod",
                "--override-gates",
            ],
            "--reason",
        ),
        (
            &[
                "set",
                "50",
                "--yes",
                "--confirm",
                "prod",
                "--override-gates",
                "--reason",
                "  ",
            ],
            "--reason",
        ),
    ] {
        let ran = bench.run(args);
        assert!(ran.ends(3).err.contains(words), "{args:?}: {ran:?}");
        let answer = bench
            .run(&[args, &["--json"]].concat())
            .ends(3)
            .json("order");
        assert_eq!(answer["outcome"], "refused", "{args:?}");
        assert!(
            answer["reason"].as_str().unwrap().contains(words),
            "{args:?}"
        );
    }
    assert_eq!(writes(&bench), 0);
    bench.raise(&["set", "50"]).ends(0);
    assert!(
        bench.journal().contains("rehearsal"),
        "the override's reason is journalled"
    );
}

#[test]
fn an_alarm_shuts_the_gate() {
    let bench = Bench::new(Scenario::Latency, &[]);
    bench
        .sim
        .clock()
        .advance(std::time::Duration::from_mins(15));
    let ran = bench.run(&["set", "100", "--yes", "--confirm", "prod", "--json"]);
    let answer = ran.ends(3).json("order");
    let shut: Vec<&str> = answer["gates"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|gate| gate["green"] == json!(false))
        .map(|gate| gate["text"].as_str().unwrap())
        .collect();
    assert!(shut.iter().any(|text| text.contains("ALARM")), "{shut:?}");
    assert!(shut.iter().any(|text| text.contains("latency")), "{shut:?}");
    assert_eq!(writes(&bench), 0);
}

#[test]
fn gates_that_cannot_be_judged_are_shut() {
    let bench = Bench::new(
        Scenario::Healthy,
        &[
            "cloudwatch:DescribeAlarms=denied",
            "cloudwatch:GetMetricData=denied",
        ],
    );
    let ran = bench.run(&["set", "50", "--yes", "--confirm", "prod", "--json"]);
    let answer = ran.ends(3).json("order");
    assert!(
        answer["reason"]
            .as_str()
            .unwrap()
            .contains("alarms unknown"),
        "{answer}"
    );
    // The same trouble stops no lowering.
    bench.run(&["disable"]).ends(0);
}

#[test]
fn read_only_refuses_lowerings_and_raises() {
    let bench = Bench::healthy();
    for args in [
        &["disable"][..],
        &["set", "0"],
        &["set", "50"],
        &["fallback", "on"],
    ] {
        let ran = bench.run(&[args, &["--read-only"], &RAISE].concat());
        assert!(ran.ends(3).err.contains("read-only"), "{args:?}: {ran:?}");
    }
    assert_eq!(writes(&bench), 0);
    assert_eq!(
        count(bench.sim.addr(), "lambda:UpdateFunctionConfiguration"),
        0
    );
}

#[test]
fn another_account_is_refused_and_nothing_is_sent() {
    let bench = Bench::healthy();
    let config = bench.home.path().join("coalmine.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(
        &config,
        text.replace("# account = \"123456789012\"", "account = \"210987654321\""),
    )
    .unwrap();
    let ran = bench.run(&["disable"]);
    assert!(ran.ends(3).err.contains("123456789012"), "{ran:?}");
    bench.close_incident();
    let ran = bench.raise(&["set", "50"]);
    assert!(ran.ends(3).err.contains("account"), "{ran:?}");
    assert_eq!(writes(&bench), 0);
}

#[test]
fn without_a_journal_it_is_refused_unless_told_otherwise() {
    let bench = Bench::healthy();
    let blocked = bench.home.path().join("blocked");
    std::fs::write(&blocked, "a file, no directory").unwrap();
    let run = |args: &[&str]| {
        let mut command = bench.command(args);
        crate::bench::ran(
            command
                .env("COALMINE_STATE_DIR", &blocked)
                .output()
                .unwrap(),
        )
    };
    let ran = run(&["disable"]);
    assert!(ran.ends(3).err.contains("journal"), "{ran:?}");
    assert_eq!(writes(&bench), 0);
    run(&["disable", "--without-journal"]).ends(0);
    assert_eq!(writes(&bench), 1);
}

#[test]
fn outside_of_prod_the_name_is_not_asked_for() {
    let bench = Bench::healthy();
    let config = bench.home.path().join("coalmine.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(
        &config,
        text.replace("environment = \"prod\"", "environment = \"dev\""),
    )
    .unwrap();
    bench
        .run(&["set", "50", "--yes", "--override-gates", "--reason", "x"])
        .ends(0);
    bench
        .run(&[
            "set",
            "100",
            "--yes",
            "--confirm",
            "prod",
            "--override-gates",
            "--reason",
            "x",
        ])
        .ends(3);
}
