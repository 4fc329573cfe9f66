//! Where the commands of a page are typed: a shell in a home of its own, the binary of this build, and a simulator whose clock
//! is cranked while they run. It knows no Markdown.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use coalmine::sim::world::UnknownScenario;
use coalmine::sim::{Sim, SimOptions};
use tempfile::TempDir;

/// How long a command may take in our time.
const PATIENCE: Duration = Duration::from_secs(90);
/// How often the clock is cranked while a command runs, and how far.
const TURN: Duration = Duration::from_millis(80);
const CRANK: Duration = Duration::from_secs(4);
/// What `later: 20m` is long enough for; the pages' own week would be a minute of simulating.
const BAKE: &str = "bake = \"15m\"";

/// A simulator, a home and the binary.
pub(crate) struct Stage {
    sim: Sim,
    home: TempDir,
    stands: bool,
    tools: Option<PathBuf>,
}

impl Stage {
    /// A world with nobody's configuration in it. At speed 0 its clock stands, except while a command runs.
    pub(crate) fn new(scenario: &str, speed: f64) -> Result<Self, String> {
        let scenario = scenario
            .parse()
            .map_err(|e: UnknownScenario| e.to_string())?;
        let sim = Sim::start(SimOptions {
            scenario,
            speed,
            ..SimOptions::default()
        })
        .map_err(|error| error.to_string())?;
        sim.aws().build();
        let home = tempfile::tempdir().map_err(|error| error.to_string())?;
        let ids: Vec<_> = (0..100).map(|n| format!("golden-eagle-{n}")).collect();
        std::fs::write(home.path().join("sessions.txt"), ids.join("\n"))
            .map_err(|error| error.to_string())?;
        let stands = speed == 0.0;
        Ok(Self {
            sim,
            home,
            stands,
            tools: None,
        })
    }

    /// Programs of this directory are found as well.
    #[allow(dead_code, reason = "not every page needs some")]
    pub(crate) fn with_tools(self, directory: PathBuf) -> Self {
        let tools = Some(directory);
        Self { tools, ..self }
    }

    /// A whole script ends with 0, as bash runs it. Answers what it printed.
    #[allow(dead_code, reason = "not every page has scripts")]
    pub(crate) fn runs(&self, script: &str) -> Result<String, String> {
        let out = self.home.path().join("out");
        self.run("bash", script, Stdio::null(), &out, 0)?;
        std::fs::read_to_string(&out).map_err(|error| error.to_string())
    }

    /// Sets the home up as the pages begin.
    pub(crate) fn init(&self) -> Result<(), String> {
        self.types("coalmine init", 0)
    }

    /// So much simulated time passes, and from here on the configuration's bake times are short enough to pass in it.
    #[allow(dead_code, reason = "not every page goes on for weeks")]
    pub(crate) fn later(&self, span: Duration) -> Result<(), String> {
        let path = self.home.path().join("coalmine.toml");
        let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
        std::fs::write(&path, text.replace("bake = \"7d\"", BAKE)).map_err(|e| e.to_string())?;
        self.sim.clock().advance(span);
        Ok(())
    }

    /// The command is in the grammar: its help is shown.
    #[allow(dead_code, reason = "not every page waits for a person")]
    pub(crate) fn parses(&self, line: &str) -> Result<(), String> {
        self.types(&format!("{line} --help"), 0)
    }

    /// The command ends with this code, and what reads its output, where that is installed, with 0.
    pub(crate) fn types(&self, line: &str, exit: i32) -> Result<(), String> {
        let (own, reader) = line
            .split_once(" | ")
            .map_or((line, None), |(own, reader)| (own, Some(reader)));
        let out = self.home.path().join("out");
        self.shell(own, Stdio::null(), &out, exit)?;
        let Some(reader) = reader else { return Ok(()) };
        let program = reader.split(' ').next().unwrap_or_default();
        let here = format!("command -v {program}");
        let read = self.home.path().join("read");
        if self.shell(&here, Stdio::null(), &read, 0).is_err() {
            return Ok(());
        }
        let input = File::open(&out).map_err(|error| error.to_string())?;
        self.shell(reader, input.into(), &read, 0)
    }

    fn shell(&self, line: &str, input: Stdio, out: &Path, exit: i32) -> Result<(), String> {
        self.run("sh", line, input, out, exit)
    }

    fn run(
        &self,
        shell: &str,
        line: &str,
        input: Stdio,
        out: &Path,
        exit: i32,
    ) -> Result<(), String> {
        let errors = out.with_extension("err");
        let file = |path: &Path| File::create(path).map_err(|error| error.to_string());
        let own = Path::new(env!("CARGO_BIN_EXE_coalmine")).parent();
        let path = format!(
            "{}:{}:/usr/local/bin:/usr/bin:/bin",
            own.unwrap_or(Path::new("")).display(),
            self.tools
                .as_deref()
                .or(own)
                .unwrap_or(Path::new(""))
                .display()
        );
        let mut child = Command::new(shell)
            .args(["-c", line])
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.home.path())
            .env("COALMINE_STATE_DIR", self.home.path().join("state"))
            .env("AWS_ENDPOINT_URL", self.sim.url())
            .env("AWS_REGION", "us-east-1")
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_ACCESS_KEY_ID", "AKIACOALMINEONCALL")
            .env("AWS_SECRET_ACCESS_KEY", "rehearsal")
            .current_dir(self.home.path())
            .stdin(input)
            .stdout(file(out)?)
            .stderr(file(&errors)?)
            .spawn()
            .map_err(|error| error.to_string())?;
        let began = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
                break status;
            }
            if began.elapsed() > PATIENCE {
                child.kill().map_err(|error| error.to_string())?;
                child.wait().map_err(|error| error.to_string())?;
                return Err(format!("it did not end in {} s", PATIENCE.as_secs()));
            }
            std::thread::sleep(TURN);
            if self.stands {
                self.sim.clock().advance(CRANK);
            }
        };
        if status.code() == Some(exit) {
            return Ok(());
        }
        let said = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
        let (told, wrong) = (said(out), said(&errors));
        Err(format!("{status} instead of {exit}\n{told}\n{wrong}"))
    }
}
