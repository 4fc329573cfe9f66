//! The world behind the simulated account: sessions, containers with their own flag caches, and what a scenario does to them.
//! Pure and seeded: the same seed and the same writes give the same film, however the calls to advance are sliced.
//!
//! Time passes in whole steps: minutes for the history, seconds from the start on. A caller advances to the present before
//! it lets a client write or read; a step sees the account as it is when the step is made.

use fastrand::Rng;

use super::aws::Aws;
use account::Account;
use container::{Container, Reading};
use dev::Dev;
use digits::{write_date, write_hex, write_version};
use flag::Flag;
use line::Kind;
use names::{ALIAS, FUNCTION, GROUP, PARAMETER, SessionId};
use neighbours::Neighbours;
use outbox::Outbox;
use publish::Tally;
pub use scenario::{Scenario, UnknownScenario};
use session::{Session, Surroundings};

mod account;
pub mod container;
mod dev;
mod digits;
pub mod flag;
pub mod line;
pub mod names;
pub mod neighbours;
mod outbox;
mod publish;
pub mod scenario;
mod session;
mod setup;
#[cfg(test)]
mod tests;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
/// How much there is to look back on, in milliseconds.
pub const HISTORY: i64 = 180 * MINUTE;
/// Before the history the service fills up with sessions.
const WARM_UP: i64 = 3 * MINUTE;
/// So much of the history the alarms are evaluated over.
const WATCHED: i64 = 31 * MINUTE;
/// The mean distance of two sessions' beginnings, in milliseconds: 66 a minute.
const ARRIVAL: f64 = 909.0;

/// The simulated audio service.
#[derive(Debug)]
pub struct World {
    scenario: Scenario,
    start: i64,
    cursor: i64,
    begun: bool,
    ssm_down: bool,
    rng: Rng,
    seed: u64,
    version: u32,
    streams: Vec<String>,
    containers: Vec<Container>,
    sessions: Vec<Session>,
    outbox: Outbox,
    tally: Tally,
    dev: Dev,
    next_arrival: i64,
    next_regular: i64,
    regulars: usize,
    read: (String, Reading),
    environment: Option<Flag>,
    started: Started,
    neighbours: Neighbours,
}

/// How many sessions have begun since the world began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Started {
    /// All of them.
    pub sessions: u64,
    /// Those that got the feature.
    pub treated: u64,
}

impl World {
    /// A world of `scenario` whose first moment is `start` (milliseconds).
    pub fn new(scenario: Scenario, seed: u64, start: i64) -> Self {
        let start = start.div_euclid(SECOND) * SECOND;
        let origin = (start - HISTORY - WARM_UP).div_euclid(MINUTE) * MINUTE;
        let mut rng = Rng::with_seed(seed);
        Self {
            scenario,
            start,
            cursor: origin,
            begun: false,
            ssm_down: false,
            version: 0,
            streams: Vec::new(),
            containers: vec![Container::default(); container::COUNT],
            sessions: Vec::new(),
            outbox: Outbox::new(origin),
            tally: Tally::new(rng.u64(..), origin),
            dev: Dev::new(rng.u64(..), origin, stream(origin, 0, rng.u64(..))),
            next_arrival: origin,
            next_regular: origin + 2 * MINUTE,
            regulars: 0,
            read: (String::new(), Reading::Invalid),
            environment: None,
            started: Started::default(),
            neighbours: Neighbours::new(0),
            rng,
            seed,
        }
    }

    /// The same world with so many other services in its account, each with a rollout of its own.
    #[must_use]
    pub fn with_neighbours(self, count: usize) -> Self {
        Self {
            neighbours: Neighbours::new(count),
            ..self
        }
    }

    /// Lets time pass until `to`: reads the flag as containers would, writes metrics and logs, has alarms evaluated.
    /// The first call sets the account up and makes the history.
    pub fn advance(&mut self, aws: &mut Aws, to: i64) {
        self.pass(aws, to);
    }

    /// Whether the parameter store answers at `now`. In the outage the console's own reads fail, too.
    pub fn ssm_available(&self, now: i64) -> bool {
        !self.ssm_down && !self.scenario.trouble(now - self.start).ssm_down
    }

    /// Takes the parameter store away from the containers, or gives it back, beside what the scenario does.
    pub fn set_ssm_down(&mut self, down: bool) {
        self.ssm_down = down;
    }

    /// The share of running sessions, 0 to 1, that were treated when they began; 0 when none runs.
    pub fn exposure(&self, now: i64) -> f64 {
        let running = self.sessions.iter().filter(|session| session.ends > now);
        let (all, treated) = running.fold((0_u32, 0_u32), |(all, treated), session| {
            (all + 1, treated + u32::from(session.treated))
        });
        if all == 0 {
            0.0
        } else {
            f64::from(treated) / f64::from(all)
        }
    }

    /// How many sessions began, and how many of them are treated.
    pub fn started(&self) -> Started {
        self.started
    }

    /// The moment at which the history ends and the scenario's time begins, in milliseconds.
    pub fn start(&self) -> i64 {
        self.start
    }

    fn pass(&mut self, account: &mut dyn Account, to: i64) {
        if !self.begun {
            self.begun = true;
            self.version = setup::set_up(account, self.scenario, self.start);
            self.neighbours.set_up(account, self.start);
            self.name_streams();
        }
        let history = self.start.div_euclid(MINUTE) * MINUTE;
        let to = to.max(self.start);
        loop {
            let step = if self.cursor < history {
                MINUTE
            } else {
                SECOND
            };
            if self.cursor + step > to {
                break;
            }
            self.step(account, self.cursor + step);
        }
    }

    fn name_streams(&mut self) {
        let (origin, version) = (self.cursor, u64::from(self.version));
        for _ in 0..container::COUNT {
            self.streams.push(stream(origin, version, self.rng.u64(..)));
        }
    }

    /// Everything that happens from the cursor to `to`.
    fn step(&mut self, account: &mut dyn Account, to: i64) {
        let from = self.cursor;
        self.environment = None;
        while self.next_arrival < to {
            self.arrive(account);
        }
        let mut around = Surroundings {
            account,
            outbox: &mut self.outbox,
            containers: &mut self.containers,
            tally: &mut self.tally,
            trouble: self.scenario.trouble(from - self.start),
            from,
            to,
            drift: drift(self.seed, from),
            version: self.version,
        };
        for session in &mut self.sessions {
            session.run(&mut around);
        }
        self.sessions.retain(|session| session.ends >= to);
        self.tally.flush(account, from);
        self.outbox.deliver(account, GROUP, &self.streams, to);
        let ssm_down = !self.ssm_available(from);
        self.dev.run(account, ssm_down, to);
        self.cursor = to;
        if to % MINUTE == 0 {
            self.neighbours.run(account, ssm_down, self.start, to);
        }
        if to % MINUTE == 0 && to > self.start - WATCHED {
            account.evaluate(to);
        }
    }

    /// One session begins. Its container asks for the flag if it has to; then its treatment is decided, for good.
    fn arrive(&mut self, account: &mut dyn Account) {
        let now = self.next_arrival;
        // The sum of two even draws: random, with fewer lulls than a Poisson process has.
        let pause = (self.rng.f64() + self.rng.f64()) * ARRIVAL;
        self.next_arrival += (pause as i64).max(1);
        let id = self.name_session(now);
        let index = self.rng.usize(..self.containers.len());
        let mut session = Session::begin(id, index as u16, now, self.rng.u64(..));
        let stale = self.containers.get(index).is_some_and(|c| c.is_stale(now));
        let reading = stale.then(|| self.read_flag(account, now));
        let Some(container) = self.containers.get_mut(index) else {
            return;
        };
        if let Some(reading) = reading {
            container.learn(reading, now);
            match reading {
                Reading::Valid(_) => {}
                Reading::Invalid => session.log(&mut self.outbox, now, Kind::FlagInvalid, 0.0, 0),
                Reading::Unreadable => session.log(&mut self.outbox, now, Kind::SsmError, 0.0, 0),
            }
        }
        let flag = container
            .flag()
            .unwrap_or_else(|| self.environment_flag(account, now));
        if flag.admits(&id.to_string()) {
            session.treat(flag.threshold, now, &mut self.outbox);
            self.started.treated += 1;
        }
        self.started.sessions += 1;
        self.sessions.push(session);
    }

    fn name_session(&mut self, now: i64) -> SessionId {
        if now >= self.next_regular {
            self.next_regular = now + self.rng.i64(2 * MINUTE..4 * MINUTE);
            self.regulars += 1;
            let turn = self.regulars % SessionId::REGULARS.len();
            if let Some(id) = SessionId::REGULARS.get(turn) {
                return *id;
            }
        }
        SessionId::draw(self.rng.u64(..))
    }

    /// What a container gets when it asks the store; the same text is parsed once.
    fn read_flag(&mut self, account: &dyn Account, now: i64) -> Reading {
        let Some(text) = account
            .parameter(PARAMETER)
            .filter(|_| self.ssm_available(now))
        else {
            return Reading::Unreadable;
        };
        if self.read.0 != text {
            let reading = Flag::parse(text).map_or(Reading::Invalid, Reading::Valid);
            self.read = (text.to_owned(), reading);
        }
        self.read.1
    }

    /// What the environment of the serving version says; looked up once per step.
    fn environment_flag(&mut self, account: &dyn Account, now: i64) -> Flag {
        let alias = self.scenario.uses_alias().then_some(ALIAS);
        *self.environment.get_or_insert_with(|| {
            Flag::from_environment(&account.environment(FUNCTION, alias, now))
        })
    }
}

/// A stream's name, as Lambda makes them: the date, the version, 32 hexadecimal digits.
fn stream(at: i64, version: u64, dice: u64) -> String {
    let mut name = String::with_capacity(56);
    write_date(&mut name, at, '/');
    name.push_str("/[");
    write_version(&mut name, version);
    name.push(']');
    write_hex(&mut name, dice, 16);
    write_hex(
        &mut name,
        dice.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23),
        16,
    );
    name
}

/// How slow the service is in the minute of `at`: some percent around 1, as no real day is flat.
fn drift(seed: u64, at: i64) -> f32 {
    let minute = at.div_euclid(MINUTE);
    let mut dice = Rng::with_seed(seed ^ (minute as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    1.0 + 0.05 * (minute as f32 / 23.0).sin() + 0.08 * (dice.f32() - 0.5)
}
