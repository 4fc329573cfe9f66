//! A console in a pty over a simulator of its own, whose clock stands until it is cranked.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use coalmine::sim::world::Scenario;
use coalmine::sim::{Sim, SimOptions, ssm, wire};
use serde_json::Value;
use tempfile::TempDir;

use crate::pty::{Pty, environment};

/// Reads everything again at once.
pub(crate) const REFRESH: &str = "\x12";
/// The flag of the simulated system.
pub(crate) const PARAMETER: &str = "/audio-transcription/partial-results/config";

/// The colleague who writes behind the console's back.
const BEN: &str = "arn:aws:iam::123456789012:user/ben";

/// How a console is opened.
pub(crate) struct Opening {
    pub(crate) scenario: Scenario,
    pub(crate) faults: Vec<&'static str>,
    pub(crate) size: (u16, u16),
    pub(crate) args: Vec<&'static str>,
    pub(crate) env: Vec<(&'static str, &'static str)>,
    /// Replacements in the configuration that `init` wrote.
    pub(crate) config: Vec<(&'static str, &'static str)>,
    /// What runs the console, with `CONSOLE` in the place of its command line; nothing in between when absent.
    pub(crate) shell: Option<&'static str>,
}

impl Default for Opening {
    fn default() -> Self {
        Self {
            scenario: Scenario::Healthy,
            faults: Vec::new(),
            size: (120, 40),
            args: Vec::new(),
            env: Vec::new(),
            config: Vec::new(),
            shell: None,
        }
    }
}

/// The console, its world and its home.
pub(crate) struct Rig {
    pub(crate) pty: Pty,
    pub(crate) sim: Sim,
    pub(crate) home: TempDir,
    opening: Opening,
}

impl Opening {
    /// Opens it.
    pub(crate) fn open(self) -> Rig {
        let home = TempDir::new().unwrap();
        let sim = Sim::start(SimOptions {
            scenario: self.scenario,
            speed: 0.0,
            faults: self.faults.iter().map(|&fault| fault.to_owned()).collect(),
            ..SimOptions::default()
        })
        .unwrap();
        init(&home, &self.config);
        let pty = start(&self, &sim, &home);
        Rig {
            pty,
            sim,
            home,
            opening: self,
        }
    }

    /// Opens it and waits until it shows data.
    pub(crate) fn ready(self) -> Rig {
        let rig = self.open();
        rig.wait_ready();
        rig
    }
}

/// What follows the program's name on the console's command line.
fn arguments(opening: &Opening, sim: &Sim, home: &TempDir) -> Vec<String> {
    let config = home.path().join("coalmine.toml").display().to_string();
    let own = [
        "--config".to_owned(),
        config,
        "--endpoint-url".to_owned(),
        sim.url(),
    ];
    own.into_iter()
        .chain(opening.args.iter().map(|&arg| arg.to_owned()))
        .collect()
}

fn start(opening: &Opening, sim: &Sim, home: &TempDir) -> Pty {
    let args = arguments(opening, sim, home);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let state = home.path().join("state").display().to_string();
    let state = [("COALMINE_STATE_DIR", state.as_str())];
    let env: Vec<(&str, &str)> = state
        .into_iter()
        .chain(opening.env.iter().copied())
        .collect();
    match opening.shell {
        None => Pty::coalmine(&args, &env, opening.size, home.path()),
        Some(script) => {
            let console = format!("{} {}", env!("CARGO_BIN_EXE_coalmine"), args.join(" "));
            Pty::sh(
                &script.replace("CONSOLE", &console),
                &env,
                opening.size,
                home.path(),
            )
        }
    }
}

/// Writes the configuration with the console's own command.
fn init(home: &TempDir, changes: &[(&str, &str)]) {
    let path = home.path().join("coalmine.toml");
    let output = Command::new(env!("CARGO_BIN_EXE_coalmine"))
        .args(["init", "--config"])
        .arg(&path)
        .env_clear()
        .envs(environment())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let mut text = std::fs::read_to_string(&path).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "the configuration has no {from}");
        text = text.replacen(from, to, 1);
    }
    std::fs::write(&path, text).unwrap();
}

impl Rig {
    /// Starts another console over the same world, in the same home, after the first one has ended.
    pub(crate) fn again(&mut self) {
        self.pty = start(&self.opening, &self.sim, &self.home);
    }

    /// The console's command line, as one types it.
    pub(crate) fn command(&self) -> String {
        let args = arguments(&self.opening, &self.sim, &self.home);
        format!("{} {}", env!("CARGO_BIN_EXE_coalmine"), args.join(" "))
    }

    /// The process of a console that a shell started.
    pub(crate) fn console_pid(&self) -> u32 {
        let home = self.home.path().display().to_string();
        let is_ours = |pid: &u32| {
            let exe = std::fs::read_link(format!("/proc/{pid}/exe"));
            let line = std::fs::read_to_string(format!("/proc/{pid}/cmdline"));
            exe.is_ok_and(|exe| exe.ends_with("coalmine"))
                && line.is_ok_and(|line| line.contains(&home))
        };
        let pids = std::fs::read_dir("/proc").unwrap();
        let mut pids = pids.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        pids.find(is_ours).expect("the console runs")
    }

    /// Waits until the flag, the signals, the alarms and the logs are there.
    pub(crate) fn wait_ready(&self) {
        let missing = ["not judged", "not read yet", "reading"];
        self.pty.wait("data", |screen| {
            screen.contains("10 %") && !missing.iter().any(|word| screen.contains(word))
        });
    }

    /// Lets simulated time pass and the console read at once, until the screen has this text. Fails when an hour did not bring it.
    pub(crate) fn crank_until(&mut self, step: Duration, text: &str) -> String {
        self.crank_while(step, text, |screen| !screen.contains(text))
    }

    /// The same until the screen satisfies a condition no more.
    pub(crate) fn crank_while(
        &mut self,
        step: Duration,
        what: &str,
        going: impl Fn(&str) -> bool,
    ) -> String {
        let clock = self.sim.clock().clone();
        let last = clock.now() + 3_600_000;
        let act = |keys: &mut dyn FnMut(&str)| {
            clock.advance(step);
            assert!(clock.now() < last, "{what} did not come in an hour");
            keys(REFRESH);
        };
        self.pty.wait_doing(what, act, |screen| !going(screen))
    }

    /// Lets simulated time pass and the console read at once.
    pub(crate) fn crank(&mut self, span: Duration) {
        self.sim.clock().advance(span);
        self.pty.keys(REFRESH);
    }

    /// The flag's document, as Parameter Store has it.
    pub(crate) fn flag(&self) -> Value {
        let text = self
            .sim
            .aws()
            .with(|aws, _| aws.parameters.value(PARAMETER).unwrap().to_owned());
        serde_json::from_str(&text).unwrap()
    }

    /// The flag's version.
    pub(crate) fn version(&self) -> i64 {
        let answer = self.ssm("GetParameter", [("Name", PARAMETER.into())]);
        answer.get("Parameter").get("Version").as_i64().unwrap()
    }

    /// Somebody else writes the flag.
    pub(crate) fn write_flag(&self, document: &str) {
        let input = [
            ("Name", PARAMETER.into()),
            ("Value", document.into()),
            ("Type", "String".into()),
            ("Overwrite", true.into()),
        ];
        self.ssm("PutParameter", input);
    }

    fn ssm<const N: usize>(&self, operation: &str, input: [(&str, wire::Value); N]) -> wire::Value {
        let call = |aws: &mut _, now| ssm::call(aws, operation, &wire::map(input), BEN, now);
        self.sim.aws().with(call).unwrap()
    }

    /// A variable of the function's own environment.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        self.sim.aws().with(|aws, now| {
            aws.functions
                .environment("audio-processor", None, now)
                .get(name)
                .cloned()
        })
    }

    /// Waits until the function's own environment has this value; the simulator's Lambda takes its time to apply it.
    pub(crate) fn wait_variable(&mut self, name: &str, value: &str) {
        let (sim, clock) = (self.sim.aws().clone(), self.sim.clock().clone());
        let variable = || {
            sim.with(|aws, now| {
                aws.functions
                    .environment("audio-processor", None, now)
                    .get(name)
                    .cloned()
            })
        };
        let crank = |_: &mut dyn FnMut(&str)| clock.advance(Duration::from_secs(1));
        self.pty.wait_doing("the variable", crank, |_| {
            variable().as_deref() == Some(value)
        });
    }

    /// The files below the console's state directory.
    pub(crate) fn state_files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut open = vec![self.home.path().join("state")];
        while let Some(dir) = open.pop() {
            for entry in std::fs::read_dir(dir).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    found.push(path);
                }
            }
        }
        found.sort();
        found
    }

    /// Everything that stands in the files below the state directory.
    pub(crate) fn state_text(&self) -> String {
        self.state_files()
            .iter()
            .map(|path| std::fs::read_to_string(path).unwrap_or_default())
            .collect()
    }
}
