//! Commands beside boto3's equivalent, over one simulator on loopback, turn by turn in one run. It sets no limits.
//!
//! `cargo bench --bench commands` measures; without `--bench` it only shows that it runs.

#![expect(clippy::print_stdout, reason = "it prints a table")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use coalmine::config;
use coalmine::sim::{Sim, SimOptions};
use color_eyre::eyre::{Result, ensure, eyre};

#[path = "../tests/support/python.rs"]
mod python;

/// What a script does today: one client, the flag read, its switch turned, the text written.
const SCRIPT: &str = r#"
import boto3, json
ssm = boto3.client("ssm", region_name="us-east-1")
name = "/audio-transcription/partial-results/config"
flag = json.loads(ssm.get_parameter(Name=name)["Parameter"]["Value"])
flag["enabled"] = not flag["enabled"]
ssm.put_parameter(Name=name, Value=json.dumps(flag), Type="String", Overwrite=True)
"#;
/// How often each is run when it is measured.
const ROUNDS: usize = 41;

/// One kind of run, what is done before each that is not measured, and what was measured.
struct Subject {
    name: &'static str,
    before: Option<Command>,
    command: Command,
    wall_ms: Vec<f64>,
    cpu_ms: Vec<f64>,
}

fn main() -> Result<()> {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let rounds = if measured { ROUNDS } else { 1 };
    let sim = Sim::start(SimOptions::default())?;
    sim.aws().build();
    let home = tempfile::tempdir()?;
    config::init(&home.path().join("coalmine.toml"))?;
    let mut subjects = subjects(&sim, home.path());
    match boto3(&sim, measured) {
        Ok(command) => subjects.push(Subject::new("boto3: get + put", None, command)),
        Err(reason) => println!("boto3 is left out: {reason}\n"),
    }
    for _ in 0..rounds {
        for subject in &mut subjects {
            subject.run()?;
        }
    }
    println!("| command | wall ms, median | least | most | CPU ms, mean |");
    println!("|---|---|---|---|---|");
    for subject in &mut subjects {
        subject.row()?;
    }
    println!(
        "\nn = {rounds} each, turn by turn. CPU is user and system time of the process and its threads."
    );
    Ok(())
}

fn subjects(sim: &Sim, home: &Path) -> Vec<Subject> {
    let of = |args: &[&str]| coalmine(sim, home, args);
    // A disable of a flag that is off already writes nothing: somebody turns it on before each.
    let on = [
        "enable",
        "--percentage",
        "10",
        "--yes",
        "--confirm",
        "prod",
        "--override-gates",
        "--reason",
        "bench",
    ];
    vec![
        Subject::new("coalmine --version", None, of(&["--version"])),
        Subject::new("coalmine status --json", None, of(&["status", "--json"])),
        Subject::new("coalmine disable", Some(of(&on)), of(&["disable"])),
    ]
}

fn coalmine(sim: &Sim, home: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coalmine"));
    command
        .args(args)
        .env_clear()
        .env("HOME", home)
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("COALMINE_STATE_DIR", home.join("state"))
        .env("AWS_ENDPOINT_URL", sim.url())
        .env("AWS_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ACCESS_KEY_ID", "AKIACOALMINEONCALL")
        .env("AWS_SECRET_ACCESS_KEY", "rehearsal")
        .current_dir(home);
    command
}

/// boto3 in the suites' environment, which is made where it is measured; the error says why there is none.
fn boto3(sim: &Sim, measured: bool) -> Result<Command, String> {
    if !measured {
        return Err("nothing is measured".to_owned());
    }
    let mut command = python::command(&python::venv()?, "python");
    command
        .args(["-c", SCRIPT])
        .env("AWS_ENDPOINT_URL", sim.url())
        // As everywhere else: its own compiled modules are kept between runs.
        .env_remove("PYTHONDONTWRITEBYTECODE");
    Ok(command)
}

impl Subject {
    fn new(name: &'static str, before: Option<Command>, mut command: Command) -> Self {
        quiet(&mut command);
        let before = before.map(|mut before| {
            quiet(&mut before);
            before
        });
        Self {
            name,
            before,
            command,
            wall_ms: Vec::new(),
            cpu_ms: Vec::new(),
        }
    }

    fn run(&mut self) -> Result<()> {
        if let Some(before) = &mut self.before {
            ensure!(before.status()?.success(), "before {}", self.name);
        }
        let cpu = children_ms()?;
        let began = Instant::now();
        let status = self.command.status()?;
        self.wall_ms.push(began.elapsed().as_secs_f64() * 1000.0);
        self.cpu_ms.push(children_ms()? - cpu);
        ensure!(status.success(), "{} ended with {status}", self.name);
        Ok(())
    }

    fn row(&mut self) -> Result<()> {
        self.wall_ms.sort_by(f64::total_cmp);
        let wall = &self.wall_ms;
        let at = |index: usize| wall.get(index).copied().ok_or_else(|| eyre!("no run"));
        let (median, least) = (at(wall.len() / 2)?, at(0)?);
        let most = at(wall.len().saturating_sub(1))?;
        // The kernel counts in hundredths of a second, so a median would be a multiple of ten.
        let cpu = self.cpu_ms.iter().sum::<f64>() / self.cpu_ms.len() as f64;
        println!(
            "| {} | {median:.1} | {least:.1} | {most:.1} | {cpu:.1} |",
            self.name
        );
        Ok(())
    }
}

fn quiet(command: &mut Command) {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
}

/// Processor time of all children that were waited for, in milliseconds.
fn children_ms() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let after = stat.rsplit(')').next().unwrap_or_default();
    // After the name: state is field 3 of the whole; cutime and cstime are 16 and 17, in hundredths of a second.
    let ticks: Vec<f64> = after
        .split_whitespace()
        .skip(13)
        .take(2)
        .map_while(|field| field.parse().ok())
        .collect();
    ensure!(ticks.len() == 2, "/proc/self/stat is not as expected");
    Ok(ticks.iter().sum::<f64>() * 10.0)
}
