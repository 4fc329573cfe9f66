//! The Python clients that suites compare the simulator with: a virtual environment with pinned packages, and moto.
//! It judges nothing, and it touches nothing outside cargo's target directory.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{OnceLock, mpsc};
use std::time::{Duration, Instant};

const REQUIREMENTS: &str = include_str!("../python/requirements.txt");
/// The file that says for which requirements the environment was made; it is written last.
const STAMP: &str = "made-for";
/// How long moto may take until it answers.
const MOTO_STARTS: Duration = Duration::from_mins(1);

/// The virtual environment with the pinned packages, made when it is absent or when the requirements changed. Several test
/// binaries may ask at once: one makes it, the others wait. The error says why there is none, in one line.
pub(crate) fn venv() -> Result<PathBuf, String> {
    static MADE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    MADE.get_or_init(make).clone()
}

/// Whether suites that need Python must run, rather than be reported as ignored: under CI they must.
#[allow(dead_code, reason = "not every suite asks")]
pub(crate) fn must_run() -> bool {
    std::env::var_os("CI").is_some_and(|ci| !ci.is_empty() && ci != "false" && ci != "0")
}

/// A command in the environment `venv` that sees no credentials, no configuration and no home but these dummies.
pub(crate) fn command(venv: &Path, program: &str) -> Command {
    let home = venv.join("home");
    let mut command = Command::new(venv.join("bin").join(program));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = [venv.join("bin")];
    let path = std::env::join_paths(own.into_iter().chain(std::env::split_paths(&path)));
    command
        .env_clear()
        .env("PATH", path.unwrap_or_default())
        .env("HOME", &home)
        .env("LANG", "C.UTF-8")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONUNBUFFERED", "1")
        .env("NO_PROXY", "127.0.0.1,localhost")
        .env("AWS_ACCESS_KEY_ID", "AKIACOALMINEONCALL")
        .env("AWS_SECRET_ACCESS_KEY", "dummy")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", home.join("config"))
        .env("AWS_SHARED_CREDENTIALS_FILE", home.join("credentials"))
        .env("AWS_PAGER", "");
    command
}

/// A moto server on a free loopback port. It ends when it is dropped.
#[allow(dead_code, reason = "not every suite compares with moto")]
pub(crate) struct MotoServer {
    child: Child,
    url: String,
}

#[allow(dead_code, reason = "not every suite compares with moto")]
impl MotoServer {
    /// The endpoint URL for a client.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for MotoServer {
    fn drop(&mut self) {
        // It may be gone already; then there is nothing to end.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Starts moto and waits until it listens.
#[allow(dead_code, reason = "not every suite compares with moto")]
pub(crate) fn moto_server() -> Result<MotoServer, String> {
    let venv = venv()?;
    let mut child = command(&venv, "python")
        .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("moto does not start: {error}"))?;
    let (found, wait) = mpsc::channel();
    let log = child.stderr.take();
    // The log is read to its end, or moto would block on a full pipe.
    std::thread::spawn(move || {
        let lines = log
            .into_iter()
            .flat_map(|log| BufReader::new(log).lines().map_while(Result::ok));
        for line in lines {
            if let Some(at) = line.find("http://127.0.0.1:") {
                drop(found.send(line[at..].trim().to_owned()));
            }
        }
    });
    let mut moto = MotoServer {
        child,
        url: String::new(),
    };
    moto.url = wait
        .recv_timeout(MOTO_STARTS)
        .map_err(|_| "moto did not say where it listens".to_owned())?;
    Ok(moto)
}

fn make() -> Result<PathBuf, String> {
    let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let target = tmp.parent().unwrap_or(tmp);
    let venv = target.join("crosscheck-venv");
    fs::create_dir_all(target).map_err(|error| format!("no target directory: {error}"))?;
    let lock = File::create(target.join("crosscheck-venv.lock"))
        .and_then(|file| file.lock().map(|()| file))
        .map_err(|error| format!("the environment cannot be locked: {error}"))?;
    let wanted = wanted()?;
    if fs::read_to_string(venv.join(STAMP)).is_ok_and(|made| made == wanted) {
        return Ok(venv);
    }
    let began = Instant::now();
    if venv.exists() {
        fs::remove_dir_all(&venv).map_err(|error| format!("the old environment stays: {error}"))?;
    }
    install(&venv)?;
    fs::create_dir_all(venv.join("home"))
        .and_then(|()| fs::write(venv.join(STAMP), wanted))
        .map_err(|error| format!("the environment cannot be finished: {error}"))?;
    eprintln!(
        "made the virtual environment {} in {:.1} s",
        venv.display(),
        began.elapsed().as_secs_f64()
    );
    drop(lock);
    Ok(venv)
}

/// What the environment depends on: the interpreter and the requirements.
fn wanted() -> Result<String, String> {
    let version = Command::new("python3")
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("python3 does not run: {error}"))?;
    let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
    Ok(format!("{version}\n{REQUIREMENTS}"))
}

fn install(venv: &Path) -> Result<(), String> {
    let requirements = venv.with_extension("txt");
    fs::write(&requirements, REQUIREMENTS)
        .map_err(|error| format!("the requirements cannot be written: {error}"))?;
    run(
        Command::new("python3").args(["-m", "venv"]).arg(venv),
        "python3 -m venv",
    )?;
    run(
        Command::new(venv.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet", "--no-input"])
            .args([
                "--disable-pip-version-check",
                "--retries",
                "2",
                "--no-deps",
                "-r",
            ])
            .arg(&requirements),
        "pip install",
    )
}

/// Runs a step of the installation; what it printed last is the reason when it fails.
fn run(command: &mut Command, what: &str) -> Result<(), String> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{what} does not start: {error}"))?;
    let mut text = String::new();
    if let Some(mut log) = child.stderr.take() {
        // What cannot be read is missing from the reason, no more.
        drop(log.read_to_string(&mut text));
    }
    let status = child
        .wait()
        .map_err(|error| format!("{what} is lost: {error}"))?;
    if status.success() {
        return Ok(());
    }
    let last = text
        .lines()
        .rev()
        .map(str::trim)
        .find(|line| !line.is_empty());
    Err(format!(
        "{what} failed: {}",
        last.unwrap_or("it says nothing")
    ))
}
