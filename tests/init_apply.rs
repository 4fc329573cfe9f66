//! `coalmine init --apply` over the simulator: it makes what is missing, once, and leaves what is there as it is.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop here"
)]

#[path = "support/control.rs"]
#[expect(dead_code, reason = "shared by several suites")]
mod control;
#[path = "cli/run.rs"]
#[expect(dead_code, reason = "shared by several suites")]
mod run;
#[path = "support/schema.rs"]
mod schema;

use coalmine::sim::wire::json::decode;
use coalmine::sim::{Sim, SimOptions};
use serde_json::{Value, json};

use run::{command, home};

const FLAG: &str = "/audio-transcription/partial-results/config";
const ALARMS: [&str; 5] = [
    "audio-transcription-latency-high",
    "audio-transcription-lambda-errors",
    "audio-transcription-rate-limit-high",
    "audio-transcription-orphaned-results-high",
    "audio-transcription-transcribe-fallback",
];

struct Rig {
    sim: Sim,
    home: tempfile::TempDir,
}

/// The value fits the published schema.
#[track_caller]
fn assert_fits(name: &str, value: &Value) {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join(format!("docs/schema/{name}.json"))).unwrap();
    let faults = schema::faults(&serde_json::from_str(&text).unwrap(), value);
    assert!(faults.is_empty(), "{faults:?} in {value}");
}

impl Rig {
    /// An account without the parameter and without the alarms.
    fn bare() -> Self {
        let sim = Sim::start(SimOptions {
            speed: 0.0,
            ..SimOptions::default()
        })
        .unwrap();
        let rig = Self { sim, home: home() };
        rig.call("ssm", "DeleteParameter", json!({ "Name": FLAG }));
        rig.call(
            "cloudwatch",
            "DeleteAlarms",
            json!({ "AlarmNames": ALARMS }),
        );
        rig
    }

    fn call(&self, service: &str, op: &str, input: Value) -> Value {
        let input = decode(input.to_string().as_bytes()).unwrap();
        self.sim.aws().with(|aws, now| {
            let done = match service {
                "ssm" => coalmine::sim::ssm::call(aws, op, &input, "me", now),
                _ => coalmine::sim::cloudwatch::call(aws, op, &input, now),
            };
            coalmine::sim::wire::json::to_json(&done.unwrap())
        })
    }

    fn run(&self, args: &[&str]) -> (i32, Value) {
        let mut all = vec!["--json"];
        all.extend(args);
        let output = command(&all, self.home.path())
            .env("AWS_ENDPOINT_URL", self.sim.url())
            .env("AWS_ACCESS_KEY_ID", "AKIACOALMINEONCALL")
            .env("AWS_SECRET_ACCESS_KEY", "rehearsal")
            .env("COALMINE_STATE_DIR", self.home.path().join("state"))
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let value = serde_json::from_str(&text)
            .unwrap_or_else(|e| panic!("{e}: {text} {}", String::from_utf8_lossy(&output.stderr)));
        assert_fits("init", &value);
        (output.status.code().expect("no signal"), value)
    }

    fn puts(&self) -> (u64, u64) {
        let count = |operation| control::count(self.sim.addr(), operation);
        (
            count("ssm:PutParameter"),
            count("cloudwatch:PutMetricAlarm"),
        )
    }

    fn flag(&self) -> Option<String> {
        self.sim
            .aws()
            .with(|aws, _| aws.parameters.value(FLAG).map(str::to_owned))
    }
}

#[test]
fn the_plan_comes_first_and_nothing_is_made_without_a_yes() {
    let rig = Rig::bare();
    let (code, answer) = rig.run(&["init", "--apply"]);
    assert_eq!(code, 3, "{answer}");
    assert_eq!(answer["written"], "coalmine.toml");
    assert_eq!(answer["plan"].as_array().unwrap().len(), 6, "{answer}");
    assert_eq!(answer["made"], json!([]));
    let cli = answer["plan"][0]["aws_cli"].as_str().unwrap();
    assert!(
        cli.contains("put-parameter") && !cli.contains("--overwrite"),
        "{cli}"
    );
    assert_eq!((rig.puts(), rig.flag()), ((0, 0), None));
}

#[test]
fn it_makes_the_flag_with_nobody_in_it_and_the_five_alarms_once() {
    let rig = Rig::bare();
    let (code, answer) = rig.run(&["--yes", "init", "--apply"]);
    assert_eq!(code, 0, "{answer}");
    assert_eq!(answer["made"].as_array().unwrap().len(), 6, "{answer}");
    let flag: Value = serde_json::from_str(&rig.flag().unwrap()).unwrap();
    assert_eq!(
        flag,
        json!({ "enabled": false, "rollout_percentage": 0, "min_stability_threshold": 0.85, "max_buffer_timeout": 5.0 })
    );
    let account = answer["policies"]["operator"].to_string();
    assert!(
        account.contains("arn:aws:ssm:us-east-1:123456789012:parameter/audio-transcription"),
        "{account}"
    );
    let made = rig.call(
        "cloudwatch",
        "DescribeAlarms",
        json!({ "AlarmNames": ALARMS }),
    );
    assert_eq!(made["MetricAlarms"].as_array().unwrap().len(), 5, "{made}");
    assert_eq!(rig.puts(), (1, 5));

    let before = (rig.flag(), made);
    let (code, answer) = rig.run(&["--yes", "init", "--apply"]);
    assert_eq!(code, 0, "{answer}");
    assert_eq!(
        (&answer["written"], &answer["plan"]),
        (&Value::Null, &json!([]))
    );
    assert_eq!(answer["there"].as_array().unwrap().len(), 6, "{answer}");
    assert_eq!(rig.puts(), (1, 5));
    let made = rig.call(
        "cloudwatch",
        "DescribeAlarms",
        json!({ "AlarmNames": ALARMS }),
    );
    assert_eq!((rig.flag(), made), before);
    // Without anything to do there is nothing to agree to.
    assert_eq!(rig.run(&["init", "--apply"]).0, 0);
}

#[test]
fn what_it_makes_is_what_the_world_of_the_demo_has() {
    let worlds = Sim::start(SimOptions {
        speed: 0.0,
        ..SimOptions::default()
    })
    .unwrap();
    let theirs = Rig {
        sim: worlds,
        home: home(),
    };
    let rig = Rig::bare();
    assert_eq!(rig.run(&["--yes", "init", "--apply"]).0, 0);
    let look = |rig: &Rig| {
        let all = rig.call(
            "cloudwatch",
            "DescribeAlarms",
            json!({ "AlarmNames": ALARMS }),
        );
        let of = |alarm: &Value| {
            [
                "AlarmName",
                "Namespace",
                "MetricName",
                "Statistic",
                "ExtendedStatistic",
                "Period",
                "EvaluationPeriods",
                "DatapointsToAlarm",
                "Threshold",
                "ComparisonOperator",
                "TreatMissingData",
                "Dimensions",
            ]
            .map(|member| alarm[member].clone())
        };
        let mut all: Vec<_> = all["MetricAlarms"]
            .as_array()
            .unwrap()
            .iter()
            .map(of)
            .collect();
        all.sort_by_key(|alarm| alarm[0].to_string());
        all
    };
    assert_eq!(look(&rig), look(&theirs));
}

#[test]
fn one_that_fails_is_told_and_the_others_are_made() {
    let rig = Rig::bare();
    control::fault(rig.sim.addr(), "cloudwatch:PutMetricAlarm=denied,times=1");
    let (code, answer) = rig.run(&["--yes", "init", "--apply"]);
    assert_eq!(code, 1, "{answer}");
    assert_eq!(answer["made"].as_array().unwrap().len(), 5, "{answer}");
    assert_eq!(answer["errors"].as_array().unwrap().len(), 1, "{answer}");
    let (code, answer) = rig.run(&["--yes", "init", "--apply"]);
    assert_eq!(
        (code, &answer["made"].as_array().unwrap().len()),
        (0, &1),
        "{answer}"
    );
}

#[test]
fn a_read_only_console_makes_nothing() {
    let rig = Rig::bare();
    let (code, answer) = rig.run(&["--yes", "--read-only", "init", "--apply"]);
    assert_eq!(code, 1, "{answer}");
    assert_eq!(rig.puts(), (0, 0));
}
