//! What every test stands on: a simulator whose clock stands, a home of its own, and the binary run in it.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, PoisonError};

use coalmine::config;
use coalmine::sim::world::Scenario;
use coalmine::sim::{Sim, SimOptions};
use serde_json::Value;
use tempfile::TempDir;

use crate::schema;

/// The flag of the seeds.
pub(crate) const PARAMETER: &str = "/audio-transcription/partial-results/config";
/// The function of the seeds.
pub(crate) const FUNCTION: &str = "audio-processor";
/// Monday, 2 March 2026, 09:00:17.250 UTC.
const START: i64 = 1_772_442_017_250;
/// The flags of a raise in prod that goes over whatever gate is shut.
pub(crate) const RAISE: [&str; 6] = [
    "--yes",
    "--confirm",
    "prod",
    "--override-gates",
    "--reason",
    "rehearsal",
];

/// Only so many worlds are built at a time: requests that wait for one longer than they may are no fault of a command.
static BUILDING: Mutex<()> = Mutex::new(());

/// A simulator and a home with the configuration of the seeds.
pub(crate) struct Bench {
    pub(crate) sim: Sim,
    pub(crate) home: TempDir,
}

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// The one object on stdout, which fits its published schema.
    pub(crate) fn json(&self, schema: &str) -> Value {
        assert_eq!(self.out.lines().count(), 1, "{self:?}");
        let value: Value =
            serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"));
        fits(schema, &value);
        value
    }

    /// The same, where this is the exit code.
    pub(crate) fn ends(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        self
    }
}

/// The value fits the schema of this name in `docs/schema`.
pub(crate) fn fits(name: &str, value: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/schema/{name}.json"));
    let text = std::fs::read_to_string(path).unwrap();
    let faults = schema::faults(&serde_json::from_str(&text).unwrap(), value);
    assert!(faults.is_empty(), "{}\nin {value:#}", faults.join("\n"));
}

impl Bench {
    pub(crate) fn new(scenario: Scenario, faults: &[&str]) -> Self {
        Self::paced(scenario, faults, 0.0)
    }

    pub(crate) fn paced(scenario: Scenario, faults: &[&str], speed: f64) -> Self {
        Self::of(scenario, faults, speed, 1)
    }

    /// An account of so many rollouts.
    pub(crate) fn several(faults: &[&str], rollouts: usize) -> Self {
        Self::of(Scenario::Healthy, faults, 0.0, rollouts)
    }

    fn of(scenario: Scenario, faults: &[&str], speed: f64, rollouts: usize) -> Self {
        let _turn = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
        let sim = Sim::start(SimOptions {
            scenario,
            speed,
            start: Some(START),
            faults: faults.iter().map(|fault| (*fault).to_owned()).collect(),
            rollouts,
            ..SimOptions::default()
        })
        .unwrap();
        sim.aws().build();
        let home = tempfile::tempdir().unwrap();
        config::init(&home.path().join("coalmine.toml")).unwrap();
        Self { sim, home }
    }

    pub(crate) fn healthy() -> Self {
        Self::new(Scenario::Healthy, &[])
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = bare(args, self.home.path());
        command
            .env("AWS_ENDPOINT_URL", self.sim.url())
            .env("COALMINE_STATE_DIR", self.home.path().join("state"));
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        ran(self.command(args).output().unwrap())
    }

    /// Closes the incident that a lowering has opened, so that a raise may follow.
    pub(crate) fn close_incident(&self) {
        self.run(&["incident", "close", "--reason", "over"]).ends(0);
    }

    /// The same with the flags of a raise.
    pub(crate) fn raise(&self, args: &[&str]) -> Ran {
        self.run(&[args, &RAISE].concat())
    }

    pub(crate) fn start(&self, args: &[&str]) -> Child {
        self.command(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// The flag's text now.
    pub(crate) fn flag(&self) -> String {
        self.sim
            .aws()
            .with(|aws, _| aws.parameters.value(PARAMETER).unwrap().to_owned())
    }

    /// Somebody else writes the flag.
    pub(crate) fn write(&self, text: &str, by: &str) {
        self.sim
            .aws()
            .with(|aws, now| drop(aws.parameters.put(PARAMETER, text, by, now)));
    }

    /// A variable of the function.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        let found = self
            .sim
            .aws()
            .with(|aws, now| aws.functions.environment(FUNCTION, None, now));
        found.get(name).cloned()
    }

    /// The journal's lines.
    pub(crate) fn journal(&self) -> String {
        let dir = std::fs::read_dir(self.home.path().join("state"));
        let files = dir.into_iter().flatten().map(|file| file.unwrap().path());
        files
            .filter(|path| path.extension().is_some_and(|ending| ending == "jsonl"))
            .map(|path| std::fs::read_to_string(path).unwrap())
            .collect()
    }
}

/// The binary in a home, with a clean environment, the keys of the engineer on call, and nothing on stdin.
pub(crate) fn bare(args: &[&str], home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coalmine"));
    command
        .args(args)
        .env_clear()
        .env("HOME", home)
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ACCESS_KEY_ID", "AKIACOALMINEONCALL")
        .env("AWS_SECRET_ACCESS_KEY", "rehearsal")
        .current_dir(home)
        .stdin(Stdio::null());
    command
}

pub(crate) fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code().expect("no signal"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Bench {
    /// Runs while the simulated clock is cranked on: a function's update takes its time.
    pub(crate) fn while_cranked(&self, args: &[&str]) -> Ran {
        let mut child = self.start(args);
        while child.try_wait().unwrap().is_none() {
            std::thread::sleep(std::time::Duration::from_millis(60));
            self.sim.clock().advance(std::time::Duration::from_secs(4));
        }
        ran(child.wait_with_output().unwrap())
    }
}
