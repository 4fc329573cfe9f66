//! Python processes that run checks, one for each file of checks and world, each with a server of its own beneath it.
//! What is checked stands in `tests/python`.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use coalmine::sim::{Sim, SimOptions};
use serde_json::Value;

use super::python::{self, MotoServer};

/// No check takes longer, even on a busy machine.
const LONGEST: Duration = Duration::from_mins(2);
/// Monday, 2 March 2026, 09:00:17.250 UTC: where the clock of a world stands that no check wants at the present.
const START: i64 = 1_772_442_017_250;

/// One check as `worker.py` lists it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Check {
    pub(crate) module: String,
    pub(crate) function: String,
    /// `moto`, or a scenario of the simulator; `now` after it lets the clock begin at the present, and `query` is for the
    /// Python side, which then speaks CloudWatch's oldest protocol.
    pub(crate) world: String,
}

impl Check {
    /// The name of the trial.
    pub(crate) fn name(&self) -> String {
        format!("{}::{}", self.module, self.function)
    }

    /// Checks with the same answer share a process and a world.
    pub(crate) fn worker(&self) -> (&str, &str) {
        (&self.module, &self.world)
    }
}

/// Every check that the Python files hold.
pub(crate) fn list(venv: &Path) -> Result<Vec<Check>, String> {
    let output = python::command(venv, "python")
        .arg(script())
        .arg("--list")
        .output()
        .map_err(|error| format!("python does not run: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "the checks cannot be listed: {}",
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| {
            let value: Value = serde_json::from_str(line).map_err(|e| format!("{line}: {e}"))?;
            let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
            Ok(Check {
                module: text("module"),
                function: text("check"),
                world: text("world"),
            })
        })
        .collect()
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/worker.py")
}

/// Where a worker waits for its next check.
type Slot = Arc<Mutex<Option<Worker>>>;

/// The processes that were started so far.
pub(crate) struct Workers {
    venv: PathBuf,
    started: Mutex<HashMap<(String, String), Slot>>,
}

impl Workers {
    /// None yet.
    pub(crate) fn new(venv: PathBuf) -> Self {
        Self {
            venv,
            started: Mutex::default(),
        }
    }

    /// Runs one check in the process of its file and world; an error is what the check found.
    pub(crate) fn run(&self, check: &Check) -> Result<(), String> {
        let key = (check.module.clone(), check.world.clone());
        let slot = {
            let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(started.entry(key).or_default())
        };
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        let mut worker = match slot.take() {
            Some(worker) => worker,
            None => Worker::start(&self.venv, check)?,
        };
        let answer = worker.ask(&check.function)?;
        // Only a worker that answered goes on; the next check gets a fresh one otherwise.
        *slot = Some(worker);
        match answer["error"].as_str() {
            None => Ok(()),
            Some(error) => Err(error.to_owned()),
        }
    }
}

/// What the checks talk to.
#[expect(dead_code, reason = "held while the worker lives, and ended with it")]
enum Server {
    Sim(Sim),
    Moto(MotoServer),
}

struct Worker {
    child: Child,
    orders: ChildStdin,
    answers: mpsc::Receiver<String>,
    #[expect(dead_code, reason = "held while the worker lives, and ended with it")]
    server: Server,
}

impl Worker {
    fn start(venv: &Path, check: &Check) -> Result<Self, String> {
        let (server, url) = serve(&check.world)?;
        let mut child = python::command(venv, "python")
            .arg(script())
            .arg(&check.module)
            .env("AWS_ENDPOINT_URL", url)
            .env("COALMINE_WORLD", &check.world)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("python does not run: {error}"))?;
        let (Some(orders), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("python has no pipes".to_owned());
        };
        let (sender, answers) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Self {
            child,
            orders,
            answers,
            server,
        })
    }

    fn ask(&mut self, check: &str) -> Result<Value, String> {
        writeln!(self.orders, "{check}").map_err(|error| format!("the worker is gone: {error}"))?;
        let line = self
            .answers
            .recv_timeout(LONGEST)
            .map_err(|_| "the worker did not answer".to_owned())?;
        serde_json::from_str(&line).map_err(|error| format!("{line}: {error}"))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may be gone already; then there is nothing to end.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn serve(world: &str) -> Result<(Server, String), String> {
    if world == "moto" {
        let moto = python::moto_server()?;
        let url = moto.url().to_owned();
        return Ok((Server::Moto(moto), url));
    }
    let mut words = world.split(' ');
    let scenario = words.next().unwrap_or_default();
    let now = words.any(|word| word == "now");
    let options = SimOptions {
        scenario: scenario.parse().map_err(|error| format!("{error}"))?,
        speed: 0.0,
        start: (!now).then_some(START),
        ..SimOptions::default()
    };
    let sim = Sim::start(options).map_err(|error| error.to_string())?;
    let url = sim.url();
    Ok((Server::Sim(sim), url))
}
