//! The console measured from outside, in a real pty, beside the full-screen programs that are installed: one Markdown table.
//! It judges nothing: budgets stand in `docs/performance.md`.
//!
//! `cargo bench --bench console [-- --json FILE] [--window SECONDS] [--runs N] [--only start,idle,keys,storm,left,order]`

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use color_eyre::eyre::{Result, bail};

mod figures;
mod idle;
mod keys;
mod left;
mod order;
mod process;
mod program;
mod start;
mod storm;
mod world;

use figures::Report;
use program::Subject;

/// What the command line asks for.
#[derive(Debug)]
struct Options {
    json: Option<PathBuf>,
    window: f64,
    runs: usize,
    only: Option<String>,
}

fn main() -> Result<()> {
    let options = options()?;
    let begun = Instant::now();
    let home = tempfile::tempdir()?;
    let log = GrowingLog::start(home.path())?;
    let peers = peers(&log);
    let mut report = Report::new(&machine()).order(&["coalmine", "coalmine, nothing new", "demo"]);
    let wants = |scene: &str| {
        options
            .only
            .as_ref()
            .is_none_or(|only| only.split(',').any(|one| one == scene))
    };
    let stage = |name: &str| eprintln!("[{:>5.1} s] {name}", begun.elapsed().as_secs_f64());
    if wants("start") {
        stage("start-up and way out");
        start::measure(&mut report, &peers, home.path(), options.runs)?;
    }
    if wants("idle") {
        stage("idle");
        idle::measure(&mut report, &peers, home.path(), options.window)?;
    }
    if wants("keys") {
        stage("keys");
        keys::measure(&mut report, &peers, home.path(), options.runs * 10)?;
    }
    if wants("storm") {
        stage("resizes");
        storm::measure(&mut report, &peers, home.path())?;
    }
    if wants("left") {
        stage("what is left behind, and a slow link");
        left::measure(&mut report, &peers, home.path())?;
    }
    if wants("order") {
        stage("from D to the service");
        order::measure(&mut report, home.path(), options.runs)?;
    }
    stage("done");
    std::io::stdout()
        .lock()
        .write_all(report.markdown().as_bytes())?;
    if let Some(path) = &options.json {
        fs::write(path, serde_json::to_string_pretty(&report.json())?)?;
    }
    Ok(())
}

fn options() -> Result<Options> {
    let mut options = Options {
        json: None,
        window: 20.0,
        runs: 11,
        only: None,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .ok_or_else(|| color_eyre::eyre::eyre!("{word} wants a value"))
        };
        match word.as_str() {
            // Cargo says so to every bench.
            "--bench" => {}
            "--json" => options.json = Some(value()?.into()),
            "--window" => options.window = value()?.parse()?,
            "--runs" => options.runs = value()?.parse()?,
            "--only" => options.only = Some(value()?),
            other => bail!("{other} is not known; known are --json, --window, --runs, --only"),
        }
    }
    Ok(options)
}

/// The peers that are installed; the others are named as missing.
fn peers(log: &GrowingLog) -> Vec<Subject> {
    let mut found = Vec::new();
    let log = log.path.to_string_lossy();
    for (name, args, ready, keys) in [
        ("htop", &[][..], "Load average", ["\x1b[B", "\x1b[A"]),
        ("btop", &[], "Pid:", ["\x1b[B", "\x1b[A"]),
        ("lnav", &[log.as_ref()], "session-", ["\x1b[A", "\x1b[B"]),
    ] {
        if is_installed(name) {
            found.push(Subject::peer(name, args, ready, &keys));
        } else {
            eprintln!("{name} is not installed: measured without it");
        }
    }
    found
}

/// A log file of two thousand lines that grows by thirty a second, like the console's own log group, for peers that read files.
struct GrowingLog {
    path: PathBuf,
    goes_on: Arc<AtomicBool>,
}

impl GrowingLog {
    fn start(home: &Path) -> Result<Self> {
        let path = home.join("growing.log");
        let mut file = fs::File::create(&path)?;
        let mut written = 0_u64;
        let mut write = move |count: u64| -> std::io::Result<()> {
            for line in written..written + count {
                let second = line / 30;
                writeln!(
                    file,
                    "2026-03-02T09:{:02}:{:02}.{:03}Z INFO session-{} partial result after {} ms",
                    second / 60 % 60,
                    second % 60,
                    line % 30 * 33,
                    line * 7 % 400,
                    800 + line * 13 % 900
                )?;
            }
            written += count;
            file.flush()
        };
        write(2_000)?;
        let goes_on = Arc::new(AtomicBool::new(true));
        let asked = Arc::clone(&goes_on);
        std::thread::spawn(move || {
            while asked.load(Ordering::Relaxed) && write(30).is_ok() {
                std::thread::sleep(Duration::from_secs(1));
            }
        });
        Ok(Self { path, goes_on })
    }
}

impl Drop for GrowingLog {
    fn drop(&mut self) {
        self.goes_on.store(false, Ordering::Relaxed);
    }
}

fn is_installed(name: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|dir| Path::new(&dir).join(name).is_file())
    })
}

/// The machine in one line.
fn machine() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let model = read("/proc/cpuinfo")
        .lines()
        .find_map(|line| line.strip_prefix("model name\t: ").map(str::to_owned))
        .unwrap_or_else(|| "unknown processor".to_owned());
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let load = read("/proc/loadavg");
    let load = load.split(' ').next().unwrap_or("?").to_owned();
    let kernel = read("/proc/sys/kernel/osrelease");
    let debug = if cfg!(debug_assertions) {
        ", debug build"
    } else {
        ""
    };
    format!(
        "{cores} × {}, Linux {}, load {load} at the beginning{debug}",
        model.split_whitespace().collect::<Vec<_>>().join(" "),
        kernel.trim()
    )
}
