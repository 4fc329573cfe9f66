//! `coalmine ready` over the simulator: each trouble lights the right lamp, with its reason.
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

use coalmine::sim::world::Scenario;
use coalmine::sim::{Sim, SimOptions};
use serde_json::Value;

use run::{command, home};

const PROD: &str = "/audio-transcription/partial-results/config";
const ME: &str = "arn:aws:sts::123456789012:assumed-role/oncall-operator/yesterday";

struct Rig {
    sim: Sim,
    home: tempfile::TempDir,
}

struct Said {
    code: i32,
    value: Value,
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
    fn new(scenario: Scenario) -> Self {
        Self::at(scenario, 0.0)
    }

    fn at(scenario: Scenario, speed: f64) -> Self {
        let sim = Sim::start(SimOptions {
            scenario,
            speed,
            ..SimOptions::default()
        })
        .unwrap();
        Self { sim, home: home() }
    }

    fn healthy() -> Self {
        Self::new(Scenario::default())
    }

    fn run(&self, args: &[&str]) -> std::process::Output {
        command(args, self.home.path())
            .env("AWS_ENDPOINT_URL", self.sim.url())
            .env("AWS_ACCESS_KEY_ID", "AKIACOALMINEONCALL")
            .env("AWS_SECRET_ACCESS_KEY", "rehearsal")
            .env("AWS_REGION", "us-east-1")
            .env("COALMINE_STATE_DIR", self.home.path().join("state"))
            .output()
            .unwrap()
    }

    fn ready(&self, args: &[&str]) -> Said {
        let mut all = vec!["--json", "--env", "prod", "ready"];
        all.extend(args);
        let output = self.run(&all);
        let text = String::from_utf8(output.stdout).unwrap();
        let value = serde_json::from_str(&text)
            .unwrap_or_else(|e| panic!("{e}: {text} {}", String::from_utf8_lossy(&output.stderr)));
        assert_fits("ready", &value);
        Said {
            code: output.status.code().expect("no signal"),
            value,
        }
    }

    fn puts(&self) -> u64 {
        control::count(self.sim.addr(), "ssm:PutParameter")
    }

    fn call(&self, target: &str, input: &str) {
        let input = coalmine::sim::wire::json::decode(input.as_bytes()).unwrap();
        self.sim.aws().with(|aws, now| {
            let (service, op) = target.split_once(':').unwrap();
            let done = match service {
                "ssm" => coalmine::sim::ssm::call(aws, op, &input, ME, now),
                "logs" => coalmine::sim::logs::call(aws, op, &input, now),
                _ => coalmine::sim::cloudwatch::call(aws, op, &input, now),
            };
            done.unwrap_or_else(|error| panic!("{target}: {error:?}"));
        });
    }
}

impl Said {
    fn lamp<'a>(&'a self, list: &str, name: &str) -> (&'a str, &'a str) {
        let all = self.value[list].as_array().unwrap();
        let found = all.iter().find(|one| one["name"] == name);
        let found = found.unwrap_or_else(|| panic!("no {name} in {}", self.value));
        (
            found[if list == "levers" { "ready" } else { "state" }]
                .as_str()
                .unwrap(),
            found["reason"].as_str().unwrap(),
        )
    }

    #[track_caller]
    fn assert(&self, list: &str, name: &str, lamp: &str, reason: &str) {
        let (found, why) = self.lamp(list, name);
        assert!(
            found == lamp && why.contains(reason),
            "{name}: {found}, {why}"
        );
    }
}

#[test]
fn without_a_write_of_this_caller_nothing_is_proven_and_nothing_is_written() {
    let rig = Rig::healthy();
    let said = rig.ready(&[]);
    assert_eq!(said.code, 1, "{}", said.value);
    assert_eq!(said.value["proven"], false);
    said.assert("levers", "flag", "warn", "not proven");
    said.assert("levers", "fallback", "warn", "not proven");
    assert_eq!(rig.puts(), 0);
    for (name, reason) in [
        ("credentials", "oncall-operator"),
        ("flag document", "v12 is valid"),
        ("history", "v12 is the newest good one"),
        ("labels", "no version has a label"),
        ("environment", "ROLLOUT_PERCENTAGE=10"),
        ("alias", "no alias"),
        ("alarm audio-transcription-latency-high", "OK"),
        ("log groups", "/aws/lambda/audio-processor"),
        ("journal", "writable"),
    ] {
        said.assert("checks", name, "ok", reason);
    }
}

#[test]
fn a_write_of_the_same_role_in_the_history_is_a_proof_for_thirty_days() {
    let rig = Rig::healthy();
    let text = rig.sim.aws().with(|aws, now| {
        let text = aws.parameters.value(PROD).unwrap().to_owned();
        let old = now - 31 * 24 * 3_600_000;
        aws.parameters.put(PROD, &text, ME, old).unwrap();
        text
    });
    let said = rig.ready(&[]);
    assert_eq!(said.code, 1, "{}", said.value);
    rig.sim
        .aws()
        .with(|aws, now| {
            aws.parameters
                .put(PROD, &text, ME, now - 29 * 24 * 3_600_000)
        })
        .unwrap();
    let said = rig.ready(&[]);
    assert_eq!(said.code, 0, "{}", said.value);
    said.assert("levers", "flag", "ok", "29 d");
    assert_eq!(said.value["levers"][0]["time_to_effect_s"], 60);
    assert_eq!(said.value["levers"][0]["proof"]["from"], "history");
}

#[test]
fn a_probe_writes_the_identical_text_once_and_is_a_proof_from_then_on() {
    let rig = Rig::healthy();
    let before = rig
        .sim
        .aws()
        .with(|aws, _| aws.parameters.value(PROD).unwrap().to_owned());
    let said = rig.ready(&["--probe"]);
    assert_eq!(said.code, 0, "{}", said.value);
    said.assert("levers", "flag", "ok", "ago");
    let after = rig
        .sim
        .aws()
        .with(|aws, _| aws.parameters.value(PROD).unwrap().to_owned());
    assert_eq!((after, rig.puts()), (before, 1));
    let journal = rig.home.path().join("state/partial-results@prod.jsonl");
    let journal = std::fs::read_to_string(journal).unwrap();
    assert!(journal.contains(r#""reason":"probe""#), "{journal}");
    assert_eq!(rig.ready(&[]).code, 0);
    assert_eq!(rig.puts(), 1);
}

#[test]
fn a_refused_probe_breaks_the_lamp() {
    let rig = Rig::healthy();
    control::fault(rig.sim.addr(), "ssm:PutParameter=denied");
    let said = rig.ready(&["--probe"]);
    assert_eq!(said.code, 1);
    said.assert("levers", "flag", "broken", "not authorized");
    assert_eq!(said.value["levers"][0]["proof"], Value::Null);
}

#[test]
fn the_alias_trap_is_seen() {
    let said = Rig::new(Scenario::AliasTrap).ready(&[]);
    said.assert("levers", "fallback", "warn", "does not reach its traffic");
    said.assert("checks", "alias", "warn", "live points at version");
    assert_eq!(said.code, 1);
}

#[test]
fn a_label_on_the_oldest_of_a_hundred_versions_breaks_the_flag() {
    let rig = Rig::healthy();
    rig.sim.aws().with(|aws, now| {
        let text = aws.parameters.value(PROD).unwrap().to_owned();
        for _ in 12..100 {
            aws.parameters.put(PROD, &text, ME, now).unwrap();
        }
    });
    let said = rig.ready(&[]);
    assert_eq!(said.code, 0, "{}", said.value);
    let label = format!(r#"{{"Name":"{PROD}","ParameterVersion":5,"Labels":["known-good"]}}"#);
    rig.call("ssm:LabelParameterVersion", &label);
    let said = rig.ready(&[]);
    said.assert("checks", "labels", "warn", "after 4 more");
    assert_eq!(said.code, 0, "{}", said.value);
    let label = label.replace(":5,", ":1,");
    rig.call("ssm:LabelParameterVersion", &label);
    let said = rig.ready(&[]);
    said.assert("levers", "flag", "broken", "blocks every write");
    said.assert("checks", "labels", "broken", "known-good");
    assert_eq!(said.code, 1, "{}", said.value);
    // And so it is.
    let said = rig.ready(&["--probe"]);
    said.assert("levers", "flag", "broken", "known-good");
}

#[test]
fn an_environment_that_cannot_be_decrypted_breaks_the_fallback() {
    let rig = Rig::healthy();
    control::fault(rig.sim.addr(), "lambda:GetFunctionConfiguration=kms");
    let said = rig.ready(&[]);
    said.assert("levers", "fallback", "broken", "cannot be read");
    said.assert("checks", "environment", "broken", "cannot be read");
    said.assert("levers", "flag", "warn", "not proven");
}

#[test]
fn mute_missing_and_firing_alarms_are_told() {
    let rig = Rig::healthy();
    rig.call(
        "cloudwatch:DisableAlarmActions",
        r#"{"AlarmNames":["audio-transcription-latency-high"]}"#,
    );
    rig.call(
        "cloudwatch:DeleteAlarms",
        r#"{"AlarmNames":["audio-transcription-rate-limit-high"]}"#,
    );
    rig.call(
        "cloudwatch:SetAlarmState",
        r#"{"AlarmName":"audio-transcription-lambda-errors","StateValue":"ALARM","StateReason":"a test"}"#,
    );
    let said = rig.ready(&[]);
    let alarm = |name: &str| format!("alarm audio-transcription-{name}");
    said.assert("checks", &alarm("latency-high"), "warn", "actions are off");
    said.assert(
        "checks",
        &alarm("rate-limit-high"),
        "broken",
        "does not exist",
    );
    said.assert("checks", &alarm("lambda-errors"), "warn", "in ALARM");
    said.assert("checks", &alarm("transcribe-fallback"), "ok", "OK");
}

#[test]
fn credentials_that_have_ended_break_every_lever() {
    let rig = Rig::healthy();
    control::fault(rig.sim.addr(), "*:*=expired");
    let said = rig.ready(&[]);
    assert_eq!(said.code, 1);
    for lever in ["flag", "fallback"] {
        let (lamp, why) = said.lamp("levers", lever);
        assert!(
            lamp == "broken" && why.to_lowercase().contains("expired"),
            "{why}"
        );
    }
    let (lamp, why) = said.lamp("checks", "credentials");
    assert!(
        lamp == "broken" && why.to_lowercase().contains("expired"),
        "{why}"
    );
}

#[test]
fn an_outage_of_the_store_lets_the_fallback_count() {
    // An update of a function takes its time.
    let rig = Rig::at(Scenario::default(), 20.0);
    let ran = rig.run(&["--env", "prod", "fallback", "on", "--wait", "accepted"]);
    assert_eq!(ran.status.code(), Some(0));
    let said = rig.ready(&[]);
    said.assert("levers", "fallback", "ok", "on already");
    assert_eq!(said.value["levers"][1]["proof"]["from"], "journal");
    // While the flag can be read nobody asks the environment.
    assert_eq!(said.code, 1, "{}", said.value);
    control::fault(rig.sim.addr(), "ssm:*=503");
    let said = rig.ready(&[]);
    said.assert("levers", "flag", "broken", "ssm:GetParameter");
    assert!(!said.value["errors"].as_array().unwrap().is_empty());
    assert_eq!(said.code, 0, "{}", said.value);
}

#[test]
fn a_journal_that_takes_nothing_and_a_log_group_that_is_not_there_are_told() {
    let rig = Rig::healthy();
    std::fs::write(rig.home.path().join("state"), "a file").unwrap();
    rig.call(
        "logs:DeleteLogGroup",
        r#"{"logGroupName":"/aws/lambda/audio-processor"}"#,
    );
    let said = rig.ready(&[]);
    assert_eq!(said.lamp("checks", "journal").0, "broken");
    let (lamp, why) = said.lamp("checks", "log groups");
    assert_eq!(lamp, "broken", "{why}");
}

#[test]
fn text_ends_with_what_is_proven() {
    let rig = Rig::healthy();
    let output = rig.run(&["--env", "prod", "ready", "--probe"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.ends_with("proven: the flag lowers exposure within 1 m\n"),
        "{text}"
    );
}

#[test]
fn a_probe_proves_also_where_nobody_tells_who_the_caller_is() {
    let rig = Rig::healthy();
    control::fault(rig.sim.addr(), "sts:*=denied");
    let before = rig.ready(&[]);
    assert_eq!(before.code, 1, "{}", before.value);
    let said = rig.ready(&["--probe"]);
    assert_eq!(said.code, 0, "{}", said.value);
    assert_eq!(said.value["levers"][0]["proven"], true, "{}", said.value);
    said.assert("levers", "flag", "warn", "the probe was written just now");
    assert_eq!(rig.puts(), 1);
}
