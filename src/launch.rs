//! From the command line to a running console: configuration, connection, journal, terminal. It draws and decides nothing.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use color_eyre::eyre::Result;
use tokio::sync::mpsc;

use crate::app::Msg;
use crate::app::model::{Left, Rehearsal};
use crate::app::spending::BUDGET;
use crate::backends::aws::{CallLog, ConnectOptions};
use crate::backends::clock::SharedClock;
use crate::backends::cloudwatch::metrics_per_read;
use crate::cli::{Demo, Global};
use crate::config;
use crate::domain::plan::Order;
use crate::domain::rollout::RolloutSpec;
use crate::runtime::parting::Parting;
use crate::runtime::plain::Plain;
use crate::runtime::signals::end_within;
use crate::runtime::{Budget, Console, End, Recorder};
use crate::sim::{Sim, SimOptions};
use crate::ui::Hits;
use crate::ui::plain::Voice;
use crate::ui::terminal::Screen;

mod commands;
mod company;
mod facts;
mod first_run;
mod fleet;
mod last_words;
mod likes;
mod parts;
mod rehearsals;
mod replay;
mod session;
mod shell;
mod surroundings;
mod themes;

pub use commands::headless;
pub use last_words::{end_on_panic, exit_code};
use last_words::{is_hung_up, leave_word};
use likes::likes;
use parts::{first_model, hands, outward};
pub use shell::became_command;
pub use surroundings::Surroundings;

/// Messages that may wait for the loop.
const MESSAGES: usize = 1024;
/// How long the terminal may take for the last words on it.
const LAST_WORDS: Duration = Duration::from_millis(800);
/// The key that the rehearsal signs with; the simulator knows whose it is.
const REHEARSAL_KEY: (&str, &str) = ("AKIACOALMINEONCALL", "rehearsal");

/// What a console is opened with.
struct Opening {
    spec: RolloutSpec,
    options: ConnectOptions,
    state_dir: PathBuf,
    rehearsal: Option<Rehearsal>,
    read_only: bool,
    without_journal: bool,
    dress: themes::Dress,
    record: Option<PathBuf>,
    /// Text instead of a screen.
    plain: bool,
    /// A runbook to open at once.
    runbook: Option<String>,
    other_environments: Vec<String>,
    /// What the person at the keyboard likes.
    likes: config::Console,
    /// The wall first.
    wall: bool,
    /// What the console may cost in an hour, in US dollars.
    budget: f64,
    /// All rollouts, where there are several: then `spec` is the first of them.
    company: Vec<RolloutSpec>,
}

/// Opens the console for the configuration that is found. Answers the exit code.
///
/// # Errors
/// What keeps it from being opened: the configuration, the terminal, the machine.
pub fn console(
    global: &Global,
    surroundings: &Surroundings,
    runbook: Option<String>,
    wall: bool,
) -> Result<u8> {
    let found = match config::resolve(&overrides(global)) {
        Ok((found, _)) => found,
        Err(error) => {
            let error = error.into();
            return first_run::welcome(&error).ok_or(error);
        }
    };
    let budget = found.console.budget.unwrap_or(BUDGET);
    // Where no list can be drawn, a choice is asked for.
    let has_list = runbook.is_none()
        && global.record.is_none()
        && !surroundings.is_plain(global)
        && std::io::stdin().is_terminal();
    if has_list && found.rollouts.len() > 1 {
        return open(fleet::opening(found, global, surroundings)?, surroundings);
    }
    let likes = found.console.clone();
    let spec = only(found)?;
    let other_environments = shell::other_environments(global, &spec.environment);
    let options = ConnectOptions {
        profile: global.profile.clone().or_else(|| spec.profile.clone()),
        region: global.region.clone().or_else(|| spec.region.clone()),
        endpoint_url: global.endpoint_url.clone(),
        credentials: None,
    };
    let opening = Opening {
        spec,
        options,
        state_dir: surroundings.state_dir()?,
        rehearsal: None,
        read_only: global.read_only,
        without_journal: global.without_journal,
        dress: themes::dress(global, surroundings),
        record: global.record.clone(),
        plain: surroundings.is_plain(global),
        runbook,
        other_environments,
        likes,
        wall,
        company: Vec::new(),
        budget,
    };
    open(opening, surroundings)
}

/// Opens the console over an embedded simulator. Answers the exit code.
pub fn demo(demo: &Demo, global: &Global, surroundings: &Surroundings, wall: bool) -> Result<u8> {
    let world = &demo.world;
    let sim = Sim::start(SimOptions {
        port: 0,
        scenario: world.scenario,
        speed: world.speed,
        seed: world.seed,
        start: world.start,
        faults: world.fault.clone(),
        rollouts: world.rollouts.into(),
    })?;
    let scratch = tempfile::Builder::new()
        .prefix("coalmine-demo-")
        .tempdir()?;
    let opening = Opening {
        budget: BUDGET,
        // Text shows one rollout, the first.
        company: if surroundings.is_plain(global) {
            Vec::new()
        } else {
            rehearsed_company(world.rollouts.into())?
        },
        spec: rehearsed()?,
        options: ConnectOptions {
            profile: None,
            region: Some(crate::sim::aws::REGION.to_owned()),
            endpoint_url: Some(sim.url()),
            credentials: Some((REHEARSAL_KEY.0.to_owned(), REHEARSAL_KEY.1.to_owned())),
        },
        state_dir: surroundings
            .state_dir
            .clone()
            .unwrap_or_else(|| scratch.path().to_owned()),
        rehearsal: Some(Rehearsal {
            scenario: Some(world.scenario.to_string()),
            speed: world.speed,
        }),
        read_only: global.read_only,
        without_journal: global.without_journal,
        dress: themes::dress(global, surroundings),
        record: global.record.clone(),
        plain: surroundings.is_plain(global),
        runbook: demo.runbook.clone(),
        other_environments: Vec::new(),
        likes: likes(global)?,
        wall,
    };
    let code = open(opening, surroundings)?;
    if code != 0 {
        // What was left open there was just named on the terminal.
        let _kept = scratch.keep();
    }
    Ok(code)
}

/// The rollout of the rehearsal. It has no directory that its runbook could be in: it works through the one that is built in.
fn rehearsed() -> Result<RolloutSpec> {
    Ok(RolloutSpec {
        runbook: None,
        ..config::demo()?
    })
}

/// All rollouts of a rehearsal of several.
fn rehearsed_company(count: usize) -> Result<Vec<RolloutSpec>> {
    if count < 2 {
        return Ok(Vec::new());
    }
    let mut company = vec![rehearsed()?];
    for index in 0..count - 1 {
        company.push(config::neighbour(&crate::sim::world::neighbours::name(
            index,
        ))?);
    }
    Ok(company)
}

/// What the command line says about the configuration.
fn overrides(global: &Global) -> config::Overrides {
    config::Overrides {
        config: global.config.clone(),
        rollout: global.rollout.clone(),
        profile: global.profile.clone(),
        region: global.region.clone(),
        env: global.environment.clone(),
        parameter: global.parameter_name.clone(),
    }
}

/// The one rollout that the command line and the configuration name.
fn chosen(global: &Global) -> Result<RolloutSpec> {
    only(config::resolve(&overrides(global))?.0)
}

/// What a command that can tell of several rollouts is asked about.
enum Asked {
    /// The only one there is, or the one that was named.
    One(Box<RolloutSpec>),
    /// All of the configuration.
    All(Vec<RolloutSpec>),
}

fn asked(global: &Global) -> Result<Asked> {
    let found = config::resolve(&overrides(global))?.0;
    if found.rollouts.len() > 1 {
        return Ok(Asked::All(found.rollouts));
    }
    Ok(Asked::One(Box::new(only(found)?)))
}

fn only(found: config::Config) -> Result<RolloutSpec> {
    let names: Vec<_> = found
        .rollouts
        .iter()
        .map(|rollout| rollout.name.clone())
        .collect();
    let mut rollouts = found.rollouts.into_iter();
    match (rollouts.next(), rollouts.next()) {
        (Some(rollout), None) => Ok(rollout),
        _ => Err(config::ConfigError::Choice(format!(
            "the configuration holds several rollouts, choose one with --rollout: {}",
            names.join(", ")
        ))
        .into()),
    }
}

fn open(opening: Opening, surroundings: &Surroundings) -> Result<u8> {
    let screen = if opening.plain {
        None
    } else {
        Some(Screen::take(surroundings.term.as_deref())?)
    };
    // One thread is enough for a few requests a second, and wakes half as often; whatever blocks has a thread of its own.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let parting = Parting::new(&opening.state_dir);
    let (sender, messages) = mpsc::channel(MESSAGES);
    let recorder = replay::recorder(opening.record.as_deref(), &opening.state_dir, &sender)?;
    let ended = runtime.block_on(run(
        opening,
        surroundings,
        (screen, recorder),
        parting.clone(),
        (sender, messages),
    ));
    // Requests that are still under way must not hold the way out.
    runtime.shutdown_background();
    let (end, open) = match ended {
        Err(error) if is_hung_up(&error) => (End::Hangup, Vec::new()),
        ended => ended?,
    };
    let code = match end {
        End::Quit if open.iter().any(|(_, left)| *left == Left::Unknown) => 4,
        End::Quit => 0,
        End::Signal(number) => 128 + u8::try_from(number).unwrap_or(0),
        End::Hangup => 129,
    };
    // The terminal may take no word any more.
    end_within(LAST_WORDS, code.into());
    leave_word(&open, &parting);
    Ok(code)
}

async fn run(
    opening: Opening,
    surroundings: &Surroundings,
    (screen, recorder): (Option<Screen>, Option<Recorder>),
    parting: Parting,
    (sender, messages): (mpsc::Sender<Msg>, mpsc::Receiver<Msg>),
) -> Result<(End, Vec<(Order, Left)>)> {
    let budget = Budget {
        dollars: opening.budget,
        metrics: vec![metrics_per_read(&opening.spec)],
    };
    let screen = match screen {
        Some(screen) if !opening.company.is_empty() => {
            let outside = (sender, messages);
            return fleet::run(opening, surroundings, screen, (parting, outside)).await;
        }
        screen => screen,
    };
    let clock = SharedClock::new();
    let (log, calls) = CallLog::new(MESSAGES);
    let still = surroundings.still || opening.likes.motion == Some(false);
    let glyphs = opening.dress.wardrobe.theme().glyphs;
    let outward = outward(&opening.likes, surroundings, &sender, glyphs);
    let has_mouse = opening.likes.mouse != Some(false);
    let executor = hands(&opening, surroundings, parting, (&clock, log, sender));
    let (model, dress) = first_model(opening, surroundings, &clock);
    let clock = Arc::new(clock);
    let Some(mut screen) = screen else {
        let plain = Plain {
            model,
            clock,
            executor,
            messages,
            calls,
            recorder,
            outward,
            voice: Voice::new(crate::runtime::plain::columns()),
        };
        return Ok(Box::pin(plain.run()).await?);
    };
    if has_mouse {
        screen.use_mouse();
    }
    let console = Console {
        model,
        screen,
        wardrobe: dress.wardrobe,
        asks_background: dress.asks,
        hits: Hits::default(),
        clock,
        executor,
        messages,
        calls,
        recorder,
        outward,
        still,
        crew: None,
        budget,
    };
    Ok(Box::pin(console.run()).await?)
}

/// Where the journal is, for messages.
pub fn state_dir(surroundings: &Surroundings) -> PathBuf {
    surroundings
        .state_dir()
        .unwrap_or_else(|_| PathBuf::from("the state directory"))
}
