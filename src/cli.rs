//! The grammar of the command line, and nothing else.

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand};

mod incidents;
mod looks;
mod orders;
mod rehearsals;
mod replay;

pub use incidents::{Incident, MessageStage, Release, Report};
pub use looks::{Bucket, History, Status, Until, Watch};
pub use orders::{Disable, Enable, Fallback, Ordering, Restore, Set, Tune, WaitFor};
pub use rehearsals::{Drill, Init, Ready};
pub use replay::Replay;

/// What a script may rely on.
const EXIT_CODES: &str = "Exit codes:
  0    done
  1    failed
  2    the command line, the configuration or the terminal is not as it must be
  3    refused by a gate, or what was waited for did not come in time
  4    it ended with an order whose outcome is not known
  10   watch --until verdict: HOLD when the time was over
  11   watch --until verdict: ROLL BACK
  12   watch --until verdict: CANNOT TELL when the time was over
  101  a fault of this program
  128+n  ended by signal n";

/// A terminal console for the engineer who watches a canary and has to take it back.
///
/// Without a subcommand it opens the console for the configuration that it finds: --config, $COALMINE_CONFIG,
/// ./coalmine.toml, then coalmine/config.toml in the XDG configuration directory. `coalmine demo` needs none.
#[derive(Debug, Parser)]
#[command(name = "coalmine", version, propagate_version = true, after_long_help = EXIT_CODES)]
pub struct Cli {
    /// Flags that every command takes.
    #[command(flatten)]
    pub global: Global,
    /// Open the console as a wall for a shared screen: exposure and verdict so large that a room can read them
    #[arg(long)]
    pub wall: bool,
    /// What to do; the console when it is left out.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Flags that every command takes.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// The configuration file; $COALMINE_CONFIG names it too
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The rollout, where the configuration holds several
    #[arg(long, global = true, value_name = "NAME")]
    pub rollout: Option<String>,
    /// The AWS profile
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// The AWS region
    #[arg(long, global = true, value_name = "NAME")]
    pub region: Option<String>,
    /// Where AWS is reached, for example a simulator; $AWS_ENDPOINT_URL works too
    #[arg(long, global = true, value_name = "URL")]
    pub endpoint_url: Option<String>,
    /// The environment's name, without a configuration or instead of the one there
    #[arg(long = "env", global = true, value_name = "NAME")]
    pub environment: Option<String>,
    /// The flag's SSM parameter, without a configuration or instead of the one there
    #[arg(long, global = true, value_name = "NAME")]
    pub parameter_name: Option<String>,
    /// Refuse every write
    #[arg(long, global = true)]
    pub read_only: bool,
    /// Send orders even when the journal cannot be made durable
    #[arg(long, global = true)]
    pub without_journal: bool,
    /// Print one JSON object instead of text, where a command prints a result
    #[arg(long, global = true)]
    pub json: bool,
    /// Agree beforehand to what would be asked: a raise, or a disable of a document that cannot be read
    #[arg(long, global = true)]
    pub yes: bool,
    /// The console as plain text, line by line, instead of a screen: for a screen reader, a dumb terminal or a script;
    /// $COALMINE_PLAIN=1 and TERM=dumb choose it too
    #[arg(long, global = true)]
    pub plain: bool,
    /// Record the console into this new file, whatever happens; without it a recording is kept of an incident
    #[arg(long, global = true, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// The console's colours: auto, always, never, 16, 256 or truecolor
    #[arg(long, global = true, value_name = "WHEN", value_parser = COLORS, hide_possible_values = true)]
    pub color: Option<String>,
    /// The console's theme: a name, a file, or auto, which follows the terminal's background; $COALMINE_THEME names it too
    #[arg(long, global = true, value_name = "NAME")]
    pub theme: Option<String>,
    /// The console's glyphs: auto, unicode, block (charts without braille) or ascii
    #[arg(long, global = true, value_name = "NAME", value_parser = CHARSETS, hide_possible_values = true)]
    pub charset: Option<String>,
}

/// What `--color` takes.
const COLORS: [&str; 6] = ["auto", "always", "never", "16", "256", "truecolor"];

/// What `--charset` takes.
const CHARSETS: [&str; 4] = ["auto", "unicode", "block", "ascii"];

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Rehearse: the console over an embedded simulator; no AWS account is needed
    Demo(Demo),
    /// Serve the simulator on loopback until SIGTERM
    Sim(Sim),
    /// Everything at a glance: exposure, verdict, flag, signals, alarms, levers
    Status(Status),
    /// Set the percentage; above 0 it also turns the flag on
    Set(Set),
    /// Turn the feature off now; the percentage stays as it is
    Disable(Disable),
    /// Turn the feature on at a percentage
    Enable(Enable),
    /// The flag's versions: who, when, what
    History(History),
    /// Put back the text of an earlier version of the flag
    Restore(Restore),
    /// The environment-variable fallback of the function
    #[command(subcommand)]
    Fallback(Fallback),
    /// Set a member of the flag document, or a variable of the function, that decides nobody's exposure
    Tune(Tune),
    /// Which bucket a session is in, whether it is treated now, and from which stage on
    Bucket(Bucket),
    /// Watch without a screen, one line a change
    Watch(Watch),
    /// The parachute check: whether each lever would work if it were pulled now, and how soon; writes nothing without --probe
    Ready(Ready),
    /// Rehearse the rollback against the real environment, step by step, and put back what was there
    Drill(Drill),
    /// Write a commented configuration, and print the IAM policies that it needs; --apply makes what is missing in AWS
    Init(Init),
    /// Look into the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// What this console stands on: terminal, credentials, region, endpoint, clocks, versions, paths
    Doctor,
    /// Every key of the console
    Keys,
    /// Completions for a shell, on stdout
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// The manual page, on stdout
    Man,
    /// Play a recording of the console: pause, step, seek; it sends nothing, and --json prints a line for every message
    Replay(Replay),
    /// Look into a Markdown runbook, which needs no configuration, or work through it
    Runbook {
        /// What to do with it.
        #[command(subcommand)]
        command: RunbookCommand,
    },
    /// The incident: while one is open, nothing raises exposure
    #[command(subcommand)]
    Incident(Incident),
    /// The incident report, from the journal: as Markdown, or one JSON object with --json
    Report(Report),
    /// The themes of the console, built in and of your own, with what is wrong with them
    Themes,
}

/// What to do with a runbook.
#[derive(Clone, Debug, Subcommand)]
pub enum RunbookCommand {
    /// Its structure as understood: sections, steps, commands, waits, conditions, the decision matrix; runs nothing
    Show {
        /// The Markdown file; - is stdin
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Open the console at it, to be worked through step by step
    Run {
        /// The Markdown file, or builtin:NAME for one that ships with the program
        #[arg(value_name = "FILE")]
        file: String,
    },
    /// What would go wrong when somebody follows it: each finding with what happens and what to do instead; exit code 1 on errors
    Lint {
        /// The Markdown file; - is stdin
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Judge as if the rollout stood at this percentage
        #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
        percentage: Option<u8>,
    },
}

/// What goes wrong in the simulated world, and how fast.
#[derive(Args, Clone, Debug)]
pub struct World {
    /// What goes wrong: healthy, latency, errors, dropped, orphaned, quality, transcribe-unhealthy, ssm-outage or alias-trap
    #[arg(long, default_value = "healthy", value_name = "NAME")]
    pub scenario: crate::sim::world::Scenario,
    /// How many times as fast as ours the simulated time runs (0: it stands until it is cranked)
    #[arg(long, default_value_t = 1.0, value_name = "N", value_parser = speed)]
    pub speed: f64,
    /// The seed of all chance; the same seed is the same film
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// A fault on demand: SERVICE:OPERATION=KIND, and after it ,for=SECONDS ,times=N ,rate=P; for example
    /// ssm:PutParameter=timeout,times=2; may be repeated
    #[arg(long, value_name = "FAULT")]
    pub fault: Vec<String>,
    /// How many rollouts the account holds, each in a state of its own; from 2 on the console opens their list
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=50))]
    pub rollouts: u8,
    /// When simulated time begins, for example 2026-11-20T18:00:00Z: with the same seed, the same numbers and lines to the
    /// millisecond [default: now]
    #[arg(long, value_name = "TIME", value_parser = start)]
    pub start: Option<i64>,
}

/// The rehearsal.
#[derive(Args, Clone, Debug)]
pub struct Demo {
    /// The simulated world.
    #[command(flatten)]
    pub world: World,
    /// The runbook to work through; the one that is built in when it is left out
    #[arg(long, value_name = "FILE")]
    pub runbook: Option<String>,
    /// Open as a wall for a shared screen
    #[arg(long)]
    pub wall: bool,
}

/// The simulator alone.
#[derive(Args, Clone, Debug)]
pub struct Sim {
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0, value_name = "PORT")]
    pub port: u16,
    /// The simulated world.
    #[command(flatten)]
    pub world: World,
}

/// What to do with the configuration.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum ConfigCommand {
    /// Report every fault at once, with line and column
    Check,
    /// The commented example that `init` writes, on stdout
    Example,
    /// The JSON Schema of the configuration, on stdout
    Schema,
    /// Every value in force, and where it came from
    Print,
}

/// The whole grammar, for completions and the manual.
pub fn grammar() -> clap::Command {
    Cli::command()
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if (0.0..=1000.0).contains(&speed) => Ok(speed),
        _ => Err("expected a number from 0 to 1000".to_owned()),
    }
}

/// The first moment of a simulated world in milliseconds, with room for its history and for what is done to it.
fn start(text: &str) -> Result<i64, String> {
    const YEARS: std::ops::Range<i64> = 946_684_800_000..4_102_444_800_000;
    let moment = text.parse::<jiff::Timestamp>().ok();
    moment
        .map(jiff::Timestamp::as_millisecond)
        .filter(|moment| YEARS.contains(moment))
        .ok_or_else(|| {
            "expected a time such as 2026-11-20T18:00:00Z, between 2000 and 2100".to_owned()
        })
}
