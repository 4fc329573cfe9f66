//! The rollouts that are not on screen: each has its own model, executor and journal, and goes on by itself. Reads of several of
//! them go out together. It draws nothing, and none of its keys reaches a rollout that is not on screen.
//!
//! A rollout that nobody has opened is a scout: it reads what the list shows, writes no journal and cannot write anything else. The
//! first opening makes it an ordinary console, which stays one while something of it is under way; of the others the few that were
//! used last.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::app::fleet::standing::is_busy;
use crate::app::fleet::{Fleet, Standing, Wish};
use crate::app::keymap::Key;
use crate::app::{Effect, Model, Msg, update};
use crate::domain::Timestamp;
use crate::domain::incident::Book;
use crate::domain::journal::Recovered;

use super::Executor;

mod driver;
mod gathering;
mod news;
mod rounds;

use driver::promoted;
pub use driver::{Driver, Recruit};
pub use gathering::{Gathering, RoundupFuture};
pub use news::News;
use rounds::Rounds;

/// Consoles that are kept beside those in which something is under way.
const KEPT: usize = 4;
/// Ticks between looks into the journal of one scout and of the next.
const PEEK: u64 = 3;

/// One rollout of the crew.
struct Member {
    /// Its driver; `None` while it is the loop's own.
    driver: Option<Driver>,
    /// Whether nobody has opened it.
    is_scout: bool,
    /// When it was last on screen: a number that grows.
    used: u64,
}

/// All rollouts of a console.
pub struct Crew {
    /// The list.
    pub fleet: Fleet,
    members: Vec<Member>,
    recruit: Arc<dyn Recruit>,
    gatherings: Vec<Gathering>,
    rounds: Rounds,
    sender: mpsc::Sender<(usize, News)>,
    news: mpsc::Receiver<(usize, News)>,
    uses: u64,
    ticks: u64,
    peeked: usize,
    /// What was wished for on the list, as of a key.
    pub(super) wish: Option<(Wish, u64)>,
    /// The last key in a rollout's console.
    pub(super) last_key: Option<(Key, u64)>,
}

impl std::fmt::Debug for Crew {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Crew")
            .field("fleet", &self.fleet)
            .finish_non_exhaustive()
    }
}

impl Crew {
    /// All of these rollouts as scouts. Answers the crew and the driver that the loop begins with.
    pub fn new(count: usize, recruit: Arc<dyn Recruit>, now: Timestamp) -> (Self, Driver) {
        let mut drivers: Vec<Driver> = (0..count).map(|place| recruit.scout(place, now)).collect();
        let standings = drivers.iter().map(|driver| Standing::of(&driver.model));
        let fleet = Fleet::new(standings.collect(), now);
        let first = drivers.remove(0);
        let members = std::iter::once(None)
            .chain(drivers.into_iter().map(Some))
            .map(|driver| Member {
                driver,
                is_scout: true,
                used: 0,
            })
            .collect();
        let (sender, news) = mpsc::channel(1024);
        let crew = Self {
            gatherings: recruit.gatherings(),
            rounds: Rounds::new(count),
            fleet,
            members,
            recruit,
            sender,
            news,
            uses: 0,
            ticks: 0,
            peeked: 0,
            wish: None,
            last_key: None,
        };
        for place in 0..count {
            crew.peek(place, now);
        }
        (crew, first)
    }

    /// Begins what every rollout but the loop's own reads.
    pub fn start(&mut self, now: Timestamp) {
        for place in 0..self.members.len() {
            let Some(driver) = self.driver(place) else {
                continue;
            };
            let effects = update::start(&mut driver.model, now);
            self.act(place, effects);
        }
    }

    /// Something for a rollout: from its own executor, or from a shared read.
    pub async fn next(&mut self) -> (usize, News) {
        std::future::poll_fn(|context| {
            if let std::task::Poll::Ready(Some(news)) = self.news.poll_recv(context) {
                return std::task::Poll::Ready(news);
            }
            for (place, member) in self.members.iter_mut().enumerate() {
                if let Some(driver) = &mut member.driver
                    && let std::task::Poll::Ready(Some(msg)) = driver.messages.poll_recv(context)
                {
                    return std::task::Poll::Ready((place, News::Read(msg)));
                }
            }
            std::task::Poll::Pending
        })
        .await
    }

    /// The same for what is there already.
    pub fn try_next(&mut self) -> Option<(usize, News)> {
        if let Ok(news) = self.news.try_recv() {
            return Some(news);
        }
        self.members
            .iter_mut()
            .enumerate()
            .find_map(|(place, member)| {
                let msg = member.driver.as_mut()?.messages.try_recv().ok()?;
                Some((place, News::Read(msg)))
            })
    }

    /// A rollout that is not the loop's own takes a message in.
    pub fn take(&mut self, place: usize, msg: Msg, now: Timestamp) {
        let Some(driver) = self.driver(place) else {
            return;
        };
        let effects = driver.update(msg, now);
        let standing = Standing::of(&driver.model);
        self.fleet.stands(place, standing);
        self.act(place, effects);
    }

    /// What a scout's journal tells is taken in by its model.
    pub fn told(&mut self, place: usize, model: &mut Model, found: &Recovered) {
        if self
            .members
            .get(place)
            .is_some_and(|member| member.is_scout)
        {
            model.incident.book = Book::from_records(&found.trail);
            model.complaints.clone_from(&found.complaints);
            model.fallback_replaced.clone_from(&found.fallback_replaced);
            self.fleet.stands(place, Standing::of(model));
        }
    }

    /// The same for a rollout that is not the loop's own.
    pub fn told_aside(&mut self, place: usize, found: &Recovered) {
        let Some(mut driver) = self.members.get_mut(place).and_then(|m| m.driver.take()) else {
            return;
        };
        self.told(place, &mut driver.model, found);
        if let Some(member) = self.members.get_mut(place) {
            member.driver = Some(driver);
        }
    }

    /// A second passed for everybody but the loop's own rollout; `current` is its model, when the list is on screen.
    pub fn ticked(&mut self, now: Timestamp, speed: f64) {
        self.ticks += 1;
        self.fleet.speed = speed;
        for place in 0..self.members.len() {
            self.take(place, Msg::Ticked, now);
        }
        self.fleet.ticked(now);
        if self.ticks.is_multiple_of(PEEK) {
            self.peeked = (self.peeked + 1) % self.members.len().max(1);
            self.peek(self.peeked, now);
        }
    }

    /// Every rollout that is not the loop's own learns something that concerns all of them.
    pub fn tell_all(&mut self, msg: &Msg, now: Timestamp) {
        for place in 0..self.members.len() {
            self.take(place, msg.clone(), now);
        }
    }

    fn peek(&self, place: usize, now: Timestamp) {
        if !self
            .members
            .get(place)
            .is_some_and(|member| member.is_scout)
        {
            return;
        }
        let (recruit, sender) = (Arc::clone(&self.recruit), self.sender.clone());
        tokio::task::spawn_blocking(move || {
            let found = Box::new(recruit.peek(place, now));
            // A list whose news are not read has more urgent ones.
            drop(sender.try_send((place, News::Journal(found))));
        });
    }

    fn driver(&mut self, place: usize) -> Option<&mut Driver> {
        self.members.get_mut(place)?.driver.as_mut()
    }

    /// Brings a rollout to the loop, which gives back the one that it had. Answers what is to be done for the new one at once.
    pub fn exchange(
        &mut self,
        place: usize,
        mine: Driver,
        now: Timestamp,
    ) -> (Driver, Vec<Effect>) {
        let (from, size) = (self.fleet.current, mine.model.size);
        if let Some(member) = self.members.get_mut(from) {
            member.driver = Some(mine);
        }
        let mut effects = self.rounds.release(place);
        let Some(member) = self.members.get_mut(place) else {
            return (self.recruit.console(place, now), effects);
        };
        self.uses += 1;
        member.used = self.uses;
        let mut driver = match member.driver.take() {
            Some(driver) if !member.is_scout => driver,
            scout => {
                member.is_scout = false;
                let (driver, first) = promoted(self.recruit.console(place, now), scout, size, now);
                effects = first;
                driver
            }
        };
        self.fleet.open(place);
        driver.model.seat.among = Some((self.fleet.row() + 1, self.members.len()));
        self.dismiss(now);
        (driver, effects)
    }

    /// Makes scouts of consoles that nobody used lately and in which nothing is under way.
    fn dismiss(&mut self, now: Timestamp) {
        let idle = |member: &Member| {
            let keeps = |model: &Model| {
                is_busy(model) || model.last_order.is_some() || !model.unsent.is_empty()
            };
            let driver = member.driver.as_ref()?;
            (!member.is_scout && !keeps(&driver.model)).then_some(member.used)
        };
        let mut places: Vec<(u64, usize)> = self
            .members
            .iter()
            .enumerate()
            .filter_map(|(place, member)| Some((idle(member)?, place)))
            .collect();
        places.sort_unstable();
        let surplus = places.len().saturating_sub(KEPT);
        for (_, place) in places.into_iter().take(surplus) {
            let mut driver = self.recruit.scout(place, now);
            let effects = update::start(&mut driver.model, now);
            if let Some(member) = self.members.get_mut(place) {
                member.is_scout = true;
                member.driver = Some(driver);
            }
            drop(self.rounds.release(place));
            self.act(place, effects);
            self.peek(place, now);
        }
    }

    /// Does what follows for a rollout that is not the loop's own.
    pub fn act(&mut self, place: usize, effects: Vec<Effect>) {
        let Some(member) = self.members.get(place) else {
            return;
        };
        let Some(driver) = &member.driver else {
            return;
        };
        let (is_scout, executor) = (member.is_scout, Arc::clone(&driver.executor));
        let busy = is_busy(&driver.model);
        for effect in effects {
            self.act_one(place, effect, &executor, (is_scout, busy));
        }
    }

    /// The same for the loop's own while the list is on screen.
    pub fn act_for(&mut self, model: &Model, effect: Effect, executor: &Arc<Executor>) {
        let place = self.fleet.current;
        let is_scout = self
            .members
            .get(place)
            .is_some_and(|member| member.is_scout);
        self.act_one(place, effect, executor, (is_scout, is_busy(model)));
    }

    fn act_one(
        &mut self,
        place: usize,
        effect: Effect,
        executor: &Arc<Executor>,
        (is_scout, is_busy): (bool, bool),
    ) {
        if is_scout && !rounds::is_scouts(&effect) {
            return;
        }
        let rest = if is_busy {
            Some(effect)
        } else {
            self.rounds.hold(place, effect)
        };
        if let Some(effect) = rest {
            executor.execute(effect);
        }
    }

    /// Sends the reads that wait for a round out, as far as one is due; `mine` is the loop's own executor.
    pub fn round(&mut self, mine: &Arc<Executor>, now: Timestamp, everything: bool) {
        let speed = self.fleet.speed;
        let every = self.fleet.every;
        let due = self.rounds.due(speed, every, everything);
        let alone = gathering::send(&self.gatherings, due, now, &self.sender);
        for (place, effect) in alone {
            let executor = match self.members.get(place).and_then(|m| m.driver.as_ref()) {
                Some(driver) => Arc::clone(&driver.executor),
                None => Arc::clone(mine),
            };
            executor.execute(effect);
        }
    }

    /// Whether something is under way in a rollout that is not the loop's own, and in which.
    pub fn busy(&self) -> Option<&str> {
        self.members
            .iter()
            .filter_map(|member| member.driver.as_ref())
            .map(|driver| &driver.model)
            .find(|model| {
                !model.in_flight.is_empty()
                    || model.waiting.is_some()
                    || model.runs.iter().any(crate::app::model::Run::is_live)
            })
            .map(|model| model.spec.name.as_str())
    }

    /// Whether an order's effect is being watched in a rollout that is not the loop's own.
    pub fn watches(&self) -> bool {
        let drivers = self.members.iter().filter_map(|m| m.driver.as_ref());
        drivers.into_iter().any(|driver| is_busy(&driver.model))
    }

    /// Everything that drives the rollouts which are not the loop's own.
    pub fn drivers(&mut self) -> impl Iterator<Item = &mut Driver> {
        self.members.iter_mut().filter_map(|m| m.driver.as_mut())
    }

    /// How many consoles are open, the loop's own included, scouts not.
    pub fn consoles(&self) -> usize {
        self.members
            .iter()
            .filter(|member| !member.is_scout)
            .count()
    }

    /// Whether nobody has opened the loop's own rollout yet.
    pub fn mine_is_scout(&self) -> bool {
        self.members
            .get(self.fleet.current)
            .is_some_and(|member| member.is_scout)
    }
}
