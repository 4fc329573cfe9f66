//! From a configuration of several rollouts to a running console: one connection for each profile and region, a scout or a console
//! for each rollout. It draws and decides nothing.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use color_eyre::eyre::Result;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::sync::mpsc;

use super::{MESSAGES, Opening, Surroundings, outward, replay, shell, themes};
use crate::app::keymap::Keymap;
use crate::app::model::{Left, Rehearsal};
use crate::app::spending::BUDGET;
use crate::app::{Model, Msg};
use crate::backends::aws::{CallLog, ConnectOptions};
use crate::backends::clock::SharedClock;
use crate::backends::cloudwatch::metrics_per_read;
use crate::backends::journal_file::JournalFile;
use crate::backends::roundup::SharedConnection;
use crate::backends::{Connection, connect_over};
use crate::cli::Global;
use crate::config::Config;
use crate::domain::Timestamp;
use crate::domain::failure::{ErrorKind, PortError};
use crate::domain::journal::{Actor, Recovered};
use crate::domain::plan::Order;
use crate::domain::rollout::{FlagSource, RolloutSpec};
use crate::ports::{Clock as _, JournalStore, PortResult, Ports, Roundup};
use crate::runtime::crew::{Crew, Driver, Gathering, Recruit};
use crate::runtime::parting::Parting;
use crate::runtime::{Budget, Console, End, Executor, ExecutorParts};
use crate::ui::Hits;
use crate::ui::terminal::Screen;

/// What a console of all these rollouts is opened with.
pub(super) fn opening(
    found: Config,
    global: &Global,
    surroundings: &Surroundings,
) -> Result<Opening> {
    let budget = found.console.budget.unwrap_or(BUDGET);
    let mut company = found.rollouts;
    let spec = company.remove(0);
    company.insert(0, spec.clone());
    Ok(Opening {
        options: ConnectOptions {
            endpoint_url: global.endpoint_url.clone(),
            ..ConnectOptions::default()
        },
        spec,
        state_dir: surroundings.state_dir()?,
        rehearsal: None,
        read_only: global.read_only,
        without_journal: global.without_journal,
        record: None,
        runbook: None,
        other_environments: Vec::new(),
        // Text has no list: it shows one rollout.
        plain: false,
        dress: themes::dress(global, surroundings),
        likes: found.console,
        wall: false,
        company,
        budget,
    })
}

/// Runs the console of several rollouts.
pub(super) async fn run(
    opening: Opening,
    surroundings: &Surroundings,
    mut screen: Screen,
    (parting, (sender, messages)): (Parting, (mpsc::Sender<Msg>, mpsc::Receiver<Msg>)),
) -> Result<(End, Vec<(Order, Left)>)> {
    let clock = SharedClock::new();
    let (log, calls) = CallLog::new(MESSAGES);
    let budget = Budget {
        dollars: opening.budget,
        metrics: opening.company.iter().map(metrics_per_read).collect(),
    };
    let still = surroundings.still || opening.likes.motion == Some(false);
    let dress = opening.dress;
    let glyphs = dress.wardrobe.theme().glyphs;
    let outward = outward(&opening.likes, surroundings, &sender, glyphs);
    if opening.likes.mouse != Some(false) {
        screen.use_mouse();
    }
    let depot = Depot {
        specs: opening.company,
        options: opening.options,
        state_dir: opening.state_dir,
        rehearsal: opening.rehearsal,
        read_only: opening.read_only,
        without_journal: opening.without_journal,
        surroundings: surroundings.clone(),
        keymap: opening.likes.keymap,
        theme: dress.chosen,
        parting,
        clock: clock.clone(),
        log,
        connections: Mutex::default(),
    };
    let (count, keymap) = (depot.specs.len(), depot.keymap.clone());
    let (mut crew, first) = Crew::new(count, Arc::new(depot), clock.now());
    crew.overhear(messages);
    crew.fleet.keymap = keymap;
    let console = Console {
        model: first.model,
        screen,
        wardrobe: dress.wardrobe,
        asks_background: dress.asks,
        hits: Hits::default(),
        clock: Arc::new(clock),
        executor: first.executor,
        messages: first.messages,
        calls,
        recorder: first.recorder,
        outward,
        still,
        crew: Some(crew),
        budget,
    };
    Ok(Box::pin(console.run()).await?)
}

/// A connection that several rollouts share, once it is open.
type Sharing = Shared<BoxFuture<'static, PortResult<Connection>>>;

/// A profile and a region.
type Place = (Option<String>, Option<String>);

/// What the rollouts are made from.
struct Depot {
    specs: Vec<RolloutSpec>,
    options: ConnectOptions,
    state_dir: PathBuf,
    rehearsal: Option<Rehearsal>,
    read_only: bool,
    without_journal: bool,
    surroundings: Surroundings,
    /// The keys in force, and the theme that was chosen at the start.
    keymap: Keymap,
    theme: String,
    parting: Parting,
    clock: SharedClock,
    log: CallLog,
    connections: Mutex<HashMap<Place, Sharing>>,
}

impl Depot {
    /// How AWS is reached for a rollout.
    fn options(&self, spec: &RolloutSpec) -> ConnectOptions {
        ConnectOptions {
            profile: self
                .options
                .profile
                .clone()
                .or_else(|| spec.profile.clone()),
            region: self.options.region.clone().or_else(|| spec.region.clone()),
            ..self.options.clone()
        }
    }

    /// The connection of this profile and region: the first rollout that needs it opens it.
    fn connection(&self, options: &ConnectOptions) -> Sharing {
        let key = (options.profile.clone(), options.region.clone());
        let mut connections = self
            .connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let open = || {
            let (options, clock, log) = (options.clone(), self.clock.clone(), self.log.clone());
            async move { Connection::open(&options, clock, log).await }
                .boxed()
                .shared()
        };
        connections.entry(key).or_insert_with(open).clone()
    }

    fn ports(&self, spec: &RolloutSpec) -> BoxFuture<'static, PortResult<Arc<Ports>>> {
        let connection = self.connection(&self.options(spec));
        let (spec, clock) = (spec.clone(), self.clock.clone());
        async move { connect_over(&spec, &connection.await, clock).map(Arc::new) }.boxed()
    }

    fn model(&self, spec: &RolloutSpec, now: Timestamp) -> Model {
        let options = self.options(spec);
        let mut model = Model::new(spec.clone(), now);
        model.rehearsal.clone_from(&self.rehearsal);
        model.keymap.clone_from(&self.keymap);
        model.themes.chosen.clone_from(&self.theme);
        model.themes.worn = model.themes.theme_of(&self.theme).to_owned();
        if options.credentials.is_none() {
            let aws = &self.surroundings.aws;
            model.commands_profile = options.profile.clone().or_else(|| aws.profile.clone());
            model.commands_region = options.region.clone().or_else(|| aws.region.clone());
        }
        model.endpoint = options.endpoint_url;
        model.region = options.region;
        model.logs.zone = jiff::tz::TimeZone::system();
        let mut others: Vec<String> = self
            .specs
            .iter()
            .filter(|other| other.environment != spec.environment)
            .map(|other| other.environment.0.clone())
            .collect();
        others.sort();
        others.dedup();
        model.other_environments = others;
        model
    }

    fn driver(&self, spec: &RolloutSpec, now: Timestamp, attends: bool) -> Driver {
        let (messages_in, messages) = mpsc::channel(MESSAGES);
        let mut model = self.model(spec, now);
        // What only looks shows the list's own word on that.
        model.read_only = self.read_only;
        let journal = if attends {
            JournalFile::open(
                &self.state_dir,
                &spec.name,
                &spec.environment.0,
                self.actor(),
                now,
            )
            .map(|journal| Arc::new(journal) as Arc<dyn JournalStore>)
        } else {
            Err(no_journal())
        };
        let recorder = if attends {
            // A console that cannot be recorded goes on.
            replay::recorder(None, &self.state_dir, &messages_in)
                .ok()
                .flatten()
        } else {
            None
        };
        let executor = Executor::new(ExecutorParts {
            conceal: crate::backends::journal_file::conceal,
            ports: self.ports(spec),
            journal,
            parting: self.parting.clone(),
            clock: Arc::new(self.clock.clone()),
            read_only: self.read_only || !attends,
            without_journal: self.without_journal && attends,
            account: spec.account.clone(),
            shell: attends.then(|| shell::of(&self.options(spec))),
            messages: messages_in,
        });
        Driver {
            model,
            executor,
            messages,
            recorder,
        }
    }

    fn actor(&self) -> Actor {
        Actor {
            arn: None,
            user: self.surroundings.user.clone(),
            host: self.surroundings.host.clone(),
            pid: Some(std::process::id()),
        }
    }

    /// The specification at a place; every place is one of the list's.
    fn spec(&self, place: usize) -> &RolloutSpec {
        &self.specs[place.min(self.specs.len().saturating_sub(1))]
    }
}

impl Recruit for Depot {
    fn scout(&self, place: usize, now: Timestamp) -> Driver {
        self.driver(self.spec(place), now, false)
    }

    fn console(&self, place: usize, now: Timestamp) -> Driver {
        self.driver(self.spec(place), now, true)
    }

    fn gatherings(&self) -> Vec<Gathering> {
        let mut groups: Vec<(ConnectOptions, Vec<(usize, RolloutSpec)>)> = Vec::new();
        for (place, spec) in self.specs.iter().enumerate() {
            let options = self.options(spec);
            let same = |other: &ConnectOptions| {
                (&other.profile, &other.region) == (&options.profile, &options.region)
            };
            match groups.iter_mut().find(|(other, _)| same(other)) {
                Some((_, members)) => members.push((place, spec.clone())),
                None => groups.push((options, vec![(place, spec.clone())])),
            }
        }
        let gathering = |(options, members): (ConnectOptions, Vec<(usize, RolloutSpec)>)| {
            let connection = self.connection(&options);
            let places = members.iter().map(|(place, _)| *place);
            let flags = members
                .iter()
                .filter(|(_, spec)| matches!(spec.flag.source, FlagSource::Ssm(_)))
                .map(|(place, _)| *place);
            Gathering {
                members: places.collect(),
                flags: flags.collect(),
                roundup: async move {
                    let connection = connection.await?;
                    Ok(Arc::new(SharedConnection::new(&connection, &members)) as Arc<dyn Roundup>)
                }
                .boxed()
                .shared(),
            }
        };
        groups.into_iter().map(gathering).collect()
    }

    fn peek(&self, place: usize, now: Timestamp) -> Recovered {
        let spec = self.spec(place);
        JournalFile::peek(&self.state_dir, &spec.name, &spec.environment.0, now)
    }
}

fn no_journal() -> PortError {
    PortError {
        kind: ErrorKind::Local,
        what: "the journal".to_owned(),
        text: "a rollout that nobody has opened writes nothing down".to_owned(),
        hint: "open it on the list".to_owned(),
    }
}
