//! A simulator, a home, and the binary over both. It judges nothing.

use coalmine::sim::{Sim, SimOptions};
use serde_json::Value;

use crate::run::{Ran, command, home};

pub(crate) const PROD: &str = "/audio-transcription/partial-results/config";
pub(crate) const SCRATCH: &str = "/audio-transcription/partial-results/config-coalmine-drill";
pub(crate) const DEV: &str = "/audio-transcription/dev/partial-results/config";

pub(crate) struct Rig {
    pub(crate) sim: Sim,
    pub(crate) home: tempfile::TempDir,
    /// The document of production as it was.
    pub(crate) live: String,
}

/// The value fits the published schema.
#[track_caller]
fn assert_fits(name: &str, value: &Value) {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join(format!("docs/schema/{name}.json"))).unwrap();
    let faults = crate::schema::faults(&serde_json::from_str(&text).unwrap(), value);
    assert!(faults.is_empty(), "{faults:?} in {value}");
}

impl Rig {
    pub(crate) fn new(speed: f64) -> Self {
        let sim = Sim::start(SimOptions {
            speed,
            ..SimOptions::default()
        })
        .unwrap();
        let mut rig = Self {
            sim,
            home: home(),
            live: String::new(),
        };
        rig.live = rig.text(PROD).unwrap();
        rig
    }

    pub(crate) fn command(&self, args: &[&str]) -> std::process::Command {
        let mut command = command(args, self.home.path());
        command
            .env("AWS_ENDPOINT_URL", self.sim.url())
            .env("AWS_ACCESS_KEY_ID", "AKIACOALMINEONCALL")
            .env("AWS_SECRET_ACCESS_KEY", "rehearsal")
            .env("AWS_REGION", "us-east-1")
            .env("COALMINE_STATE_DIR", self.home.path().join("state"));
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        let output = self.command(args).output().unwrap();
        Ran {
            code: output.status.code().expect("no signal"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The exit code and the one object on stdout.
    pub(crate) fn drill(&self, args: &[&str]) -> (i32, Value) {
        let mut all = vec!["--json"];
        all.extend(args);
        let ran = self.run(&all);
        let object = serde_json::from_str(&ran.out)
            .unwrap_or_else(|error| panic!("{error} in {}{}", ran.out, ran.err));
        let recovers = args.contains(&"--recover");
        assert_fits(if recovers { "drill-recover" } else { "drill" }, &object);
        (ran.code, object)
    }

    /// Number, result and reason of every step.
    pub(crate) fn steps(report: &Value) -> impl Iterator<Item = (u64, String, String)> {
        let word = |step: &Value, name: &str| step[name].as_str().unwrap().to_owned();
        report["steps"].as_array().unwrap().iter().map(move |step| {
            (
                step["number"].as_u64().unwrap(),
                word(step, "result"),
                word(step, "reason"),
            )
        })
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.sim
            .aws()
            .with(|aws, _| aws.parameters.value(name).map(str::to_owned))
    }

    /// The newest version's number.
    pub(crate) fn versions(&self, name: &str) -> u64 {
        let ran = self.run(&["--json", "--parameter-name", name, "status"]);
        let status: Value = serde_json::from_str(&ran.out).unwrap();
        status["flag"]["version"].as_u64().unwrap()
    }

    /// Somebody else writes.
    pub(crate) fn somebody_writes(&self, name: &str, text: &str) {
        let by = "arn:aws:iam::123456789012:user/ben";
        self.sim
            .aws()
            .with(|aws, now| drop(aws.parameters.put(name, text, by, now)));
    }
}
