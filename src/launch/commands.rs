//! Each command without a screen with what it needs: a session, a configuration, or nothing. It decides nothing else.

use std::io::IsTerminal;

use color_eyre::eyre::Result;

use super::{Asked, Surroundings, asked, chosen, company, overrides, session};
use crate::backends::clock::SharedClock;
use crate::backends::journal_file::JournalFile;
use crate::cli::{Bucket, Command, ConfigCommand, Fallback, Global, Ready, RunbookCommand, Status};
use crate::config;
use crate::domain::incident::Subject;
use crate::domain::plan::Order;
use crate::domain::rollout::RolloutSpec;
use crate::headless::{self, Page, changes};
use crate::ports::Clock as _;
use crate::runtime::{Reads, Session};

/// What a command over a session comes to: its exit code, and the orders that stay open.
type Outcome = Result<(u8, Vec<Order>)>;

/// Runs a command without a screen. Answers the exit code.
///
/// # Errors
/// What keeps it from being run at all: the command line, the configuration, the machine.
pub fn headless(
    command: &Command,
    global: &Global,
    surroundings: &Surroundings,
    wall: bool,
) -> Result<u8> {
    let shown = matches!(command, Command::Demo(_));
    let needs = [
        (global.record.is_some(), "--record", "to record"),
        (wall, "--wall", "for a wall"),
    ];
    if let Some((_, flag, what)) = needs.iter().find(|(given, ..)| *given && !shown) {
        let text =
            format!("{flag} goes with the console and the demo: nothing else has a screen {what}");
        return Err(config::ConfigError::Choice(text).into());
    }
    let page = page(surroundings);
    let over = Over {
        global,
        surroundings,
    };
    match command {
        Command::Sim(sim) => headless::sim::serve(sim),
        Command::Init(arguments) if arguments.apply => apply(&over, page),
        Command::Init(_) => headless::init::init(global, page),
        Command::Ready(arguments) => over.ready(*arguments, page),
        Command::Drill(arguments) => {
            super::rehearsals::drill(arguments, global, surroundings, page)
        }
        Command::Config(ConfigCommand::Check) => {
            headless::config::check(global, theme_warning(global, surroundings))
        }
        Command::Config(ConfigCommand::Example) => headless::config::example(),
        Command::Config(ConfigCommand::Schema) => headless::config::schema(),
        Command::Config(ConfigCommand::Print) => {
            let variables = (&surroundings.aws, surroundings.theme.as_deref());
            headless::config::settings(global, &overrides(global), variables, page)
        }
        Command::Keys => headless::grammar::keys(global, page),
        Command::Completions { shell } => headless::grammar::completions(*shell),
        Command::Man => headless::grammar::man(),
        Command::Runbook {
            command: RunbookCommand::Run { file },
        } => super::console(global, surroundings, Some(file.clone()), false),
        Command::Runbook {
            command: RunbookCommand::Lint { file, percentage },
        } => headless::runbook::lint::run(file, *percentage, &chosen(global), global, page),
        Command::Runbook { command } => headless::runbook::run(command, global, page),
        Command::Bucket(arguments) => bucket(arguments, &over, page),
        Command::Doctor => doctor(&over, page),
        Command::Demo(demo) => super::demo(demo, global, surroundings, wall || demo.wall),
        Command::Replay(arguments) => super::replay::replay(arguments, global, surroundings),
        Command::Status(arguments) => over.status(arguments, page),
        Command::History(arguments) => over.look(headless::history::READS, async |session| {
            headless::history::run(session, arguments, global, page).await
        }),
        Command::Watch(arguments) => over.look(headless::watch::READS, async |session| {
            headless::watch::run(session, arguments, global, page).await
        }),
        Command::Disable(arguments) => over.order(changes::LOWERING, async |session| {
            changes::disable(session, &arguments.ordering, global, page).await
        }),
        Command::Set(arguments) => over.order(changes::LOWERING, async |session| {
            changes::set(
                session,
                arguments.percent,
                &arguments.ordering,
                global,
                page,
            )
            .await
        }),
        Command::Enable(arguments) => over.order(changes::LOWERING, async |session| {
            changes::set(
                session,
                arguments.percentage,
                &arguments.ordering,
                global,
                page,
            )
            .await
        }),
        Command::Restore(arguments) => over.order(changes::RESTORING, async |session| {
            changes::restore(session, arguments, global, page).await
        }),
        Command::Fallback(Fallback::Status) => over
            .look(headless::fallback::READS, async |session| {
                headless::fallback::status(session, global, page).await
            }),
        Command::Fallback(wish) => over.order(changes::FUNCTION, async |session| {
            changes::fallback(session, wish, global, page).await
        }),
        Command::Incident(wish) => over.order(headless::incident::READS, async |session| {
            headless::incident::run(session, wish, global, page).await
        }),
        Command::Report(arguments) => report(arguments, &over),
        Command::Themes => {
            headless::themes::run(&super::themes::listed(global, surroundings), global, page)
        }
        Command::Tune(arguments) => over.order(changes::tune_reads(arguments), async |session| {
            changes::tune(session, arguments, global, page).await
        }),
    }
}

/// What every session stands on.
struct Over<'a> {
    global: &'a Global,
    surroundings: &'a Surroundings,
}

impl Over<'_> {
    fn run(
        &self,
        spec: RolloutSpec,
        reads: Reads,
        command: impl AsyncFnOnce(Session, SharedClock) -> Outcome,
    ) -> Result<u8> {
        session::run(spec, self.global, self.surroundings, reads, command)
    }

    /// A command that changes nothing.
    fn look(&self, reads: Reads, command: impl AsyncFnOnce(Session) -> Result<u8>) -> Result<u8> {
        let command = async |session, _| Ok((command(session).await?, Vec::new()));
        self.run(chosen(self.global)?, reads, command)
    }

    /// A command that may change something.
    fn order(
        &self,
        reads: Reads,
        command: impl AsyncFnOnce(Session) -> Result<headless::Done>,
    ) -> Result<u8> {
        let command = async |session, _| {
            let done = command(session).await?;
            Ok((done.code, done.open))
        };
        self.run(chosen(self.global)?, reads, command)
    }
}

impl Over<'_> {
    /// Where one rollout stands, or all of the configuration.
    fn status(&self, arguments: &Status, page: Page) -> Result<u8> {
        let reads = headless::status::reads(arguments);
        match asked(self.global)? {
            Asked::One(spec) => self.run(*spec, reads, async |session, _| {
                let code = headless::status::run(session, self.global, page).await?;
                Ok((code, Vec::new()))
            }),
            Asked::All(specs) => {
                let looks = company::each(
                    &specs,
                    self.global,
                    self.surroundings,
                    reads,
                    headless::status::look,
                )?;
                headless::status::tell_all(&looks, self.global, page)
            }
        }
    }

    /// Whether the levers of one rollout would work, or those of all. A probe writes: it names its rollout.
    fn ready(&self, arguments: Ready, page: Page) -> Result<u8> {
        let reads = headless::ready::READS;
        match asked(self.global)? {
            Asked::All(specs) if !arguments.probe => {
                let look = async |session| headless::ready::look(session, arguments).await;
                let looks = company::each(&specs, self.global, self.surroundings, reads, look)?;
                Ok(headless::ready::tell_all(looks, self.global, page)?.code)
            }
            _ => self.order(reads, async |session| {
                headless::ready::run(session, arguments, self.global, page).await
            }),
        }
    }
}

/// What is wrong with the theme that the configuration names, or with themes of the person's own.
fn theme_warning(global: &Global, surroundings: &Surroundings) -> Option<String> {
    if global.theme.is_some() || surroundings.theme.is_some() {
        return None;
    }
    let fact = super::themes::fact(&super::themes::taste(global, surroundings));
    let faults = fact.hint?.replace('\n', "; ");
    Some(format!("console.theme: {faults}"))
}

/// How text for people looks here.
fn page(surroundings: &Surroundings) -> Page {
    let terminal = std::io::stdout().is_terminal();
    let dumb = surroundings
        .term
        .as_deref()
        .is_none_or(|term| term == "dumb");
    let colours = terminal && !dumb && surroundings.no_color.is_none();
    Page {
        colours,
        links: terminal && !dumb && surroundings.follows_links,
    }
}

/// Ids need no flag; where one can be read quickly it tells who is in now.
fn bucket(arguments: &Bucket, over: &Over<'_>, page: Page) -> Result<u8> {
    let global = over.global;
    let (spec, found) = match asked(global) {
        Ok(Asked::One(spec)) => (*spec, true),
        Ok(Asked::All(specs)) if arguments.percentage.is_some() => {
            let rule = headless::bucket::rule_of_all(&specs);
            return headless::bucket::run(arguments, &rule, global, page);
        }
        Ok(Asked::All(_)) => (chosen(global)?, true),
        Err(error) => match error.downcast_ref::<config::ConfigError>() {
            Some(config::ConfigError::NotFound { .. }) => (config::demo()?, false),
            _ => return Err(error),
        },
    };
    let mut rule = headless::bucket::rule_of(&spec);
    if found && arguments.percentage.is_none() {
        over.run(spec, Reads::FLAG, async |mut session: Session, _| {
            rule.flag = headless::bucket::flag_now(&mut session).await;
            Ok((0, Vec::new()))
        })?;
    }
    headless::bucket::run(arguments, &rule, global, page)
}

/// The report of an incident needs the journal, and nothing of AWS.
fn report(arguments: &crate::cli::Report, over: &Over<'_>) -> Result<u8> {
    let spec = chosen(over.global)?;
    let dir = over.surroundings.state_dir()?;
    let (records, remarks) = JournalFile::records(&dir, &spec.name, &spec.environment.0);
    let told = headless::report::Told {
        records,
        remarks,
        now: SharedClock::new().now(),
    };
    headless::report::run(&told, Subject::of(&spec), arguments, over.global)
}

/// What the console stands on.
fn doctor(over: &Over<'_>, page: Page) -> Result<u8> {
    let global = over.global;
    let located = config::find(global.config.as_deref());
    // What it stands on can be told from any of several rollouts: the first will do.
    let (chosen, others) = match asked(global) {
        Ok(Asked::One(spec)) => (Ok(*spec), Vec::new()),
        Ok(Asked::All(specs)) => {
            let others = specs.iter().skip(1).map(|spec| spec.name.clone()).collect();
            let first = specs.into_iter().next();
            (first.map_or_else(|| chosen(global), Ok), others)
        }
        Err(error) => (Err(error), Vec::<String>::new()),
    };
    let told = (&chosen, others.as_slice());
    let mut facts = super::facts::facts(over.surroundings, global, located, told);
    let spec = match chosen {
        Ok(spec) => spec,
        Err(_) => config::without_file(None, None)?,
    };
    let reads = Reads {
        identity: true,
        ..Reads::FLAG
    };
    over.run(spec, reads, async |session, clock: SharedClock| {
        let code =
            headless::doctor::run(session, &mut facts, || clock.skew(), global, page).await?;
        Ok((code, Vec::new()))
    })
}

/// The configuration where there is none, then what AWS does not have of it.
fn apply(over: &Over<'_>, page: Page) -> Result<u8> {
    let written = headless::init::ensure(over.global)?;
    let global = Global {
        config: Some(written.path.clone()),
        ..over.global.clone()
    };
    let over = Over {
        global: &global,
        surroundings: over.surroundings,
    };
    over.order(headless::init::READS, async |session| {
        headless::init::apply(session, &written, &global, page).await
    })
}
