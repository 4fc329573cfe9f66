//! The loop of a console of several rollouts: which of them is on screen, and what the keys on the list lead to. What goes on in those
//! that are not on screen is the crew's.

use tokio::time::{Instant, timeout_at};

use crate::app::fleet::standing::is_busy;
use crate::app::fleet::{Standing, Walk, Wish};
use crate::app::keymap::Action;
use crate::app::model::Left;
use crate::app::spending::{Appetite, Pace};
use crate::app::update::leftovers;
use crate::app::{Effect, Model, Msg};
use crate::domain::Timestamp;
use crate::domain::log::TailMode;
use crate::domain::plan::{Change, Order};

use super::crew::{Crew, Driver, News};
use super::{Console, End, GRACE, signals};

/// Something for a rollout that is not on screen; never in a console of one rollout.
pub(super) async fn next(crew: &mut Option<Crew>) -> (usize, News) {
    match crew {
        Some(crew) => crew.next().await,
        None => std::future::pending().await,
    }
}

impl Console {
    /// Whether the list of rollouts is on screen.
    pub(super) fn is_listing(&self) -> bool {
        self.crew.as_ref().is_some_and(|crew| crew.fleet.listing)
    }

    pub(super) fn start_crew(&mut self, now: Timestamp) {
        if let Some(crew) = &mut self.crew {
            crew.fleet.read_only = self.model.read_only;
            crew.fleet.speed = self.model.rehearsal.as_ref().map_or(1.0, |r| r.speed);
            crew.start(now);
            crew.tell_all(&Msg::Resized(self.model.size.0, self.model.size.1), now);
            crew.round(&self.executor, now, true);
        }
    }

    /// Does what follows for the loop's own rollout: while the list is on screen, at the pace of the others.
    pub(super) fn act(&mut self, effect: Effect) {
        match self.crew.as_mut().filter(|crew| crew.fleet.listing) {
            Some(crew) => crew.act_for(&self.model, effect, &self.executor),
            None => self.executor.execute(effect),
        }
    }

    /// Something came for a rollout; what is for the loop's own one is answered.
    pub(super) fn news(&mut self, place: usize, news: News) -> Option<Msg> {
        let now = self.clock.now();
        let crew = self.crew.as_mut()?;
        let mine = place == crew.fleet.current;
        match news {
            News::Aside(Msg::NotifyFailed(text)) if crew.fleet.listing => crew.fleet.warn(text),
            News::Aside(msg) => return Some(msg),
            News::Read(msg) if mine => return Some(msg),
            News::Read(msg) => crew.take(place, msg, now),
            News::Journal(found) if mine => crew.told(place, &mut self.model, &found),
            News::Journal(found) => crew.told_aside(place, &found),
        }
        None
    }

    /// What concerns every rollout is told to all; a key is the list's while that is on screen. Answers what is left for the loop's own
    /// rollout.
    pub(super) fn for_all(&mut self, msg: Msg) -> Option<Msg> {
        let now = self.clock.now();
        let speed = self.clock.speed();
        let Some(crew) = &mut self.crew else {
            return Some(msg);
        };
        match &msg {
            Msg::Resized(..) | Msg::Resumed | Msg::Paced(_) => crew.tell_all(&msg, now),
            Msg::Ticked => crew.ticked(now, speed),
            Msg::Pressed { key, at_ms } if crew.fleet.listing => {
                crew.wish = crew.fleet.pressed(*key, *at_ms).map(|wish| (wish, *at_ms));
                return None;
            }
            Msg::Pressed { key, at_ms } if crew.fleet.is_held(*key, *at_ms) => return None,
            Msg::Pressed { key, at_ms } => crew.last_key = Some((*key, *at_ms)),
            Msg::Pasted(text) if crew.fleet.listing => {
                crew.fleet.pasted(text);
                return None;
            }
            Msg::Pointed {
                target,
                gesture,
                at_ms,
            } if crew.fleet.listing => {
                let wish = crew.fleet.pointed(*target, *gesture, *at_ms);
                crew.wish = wish.map(|wish| (wish, *at_ms));
                return None;
            }
            Msg::Called(call) => crew.fleet.spending.called(call),
            _ => {}
        }
        Some(msg)
    }

    /// Does what was wished for on the list.
    pub(super) async fn on_list(
        &mut self,
        signals: &mut signals::Signals,
    ) -> std::io::Result<Option<End>> {
        let wish = self.crew.as_mut().and_then(|crew| crew.wish.take());
        match wish {
            None => {}
            Some((Wish::Open(place), _)) => self.open(place),
            Some((Wish::Disable(place), at_ms)) => {
                self.open(place);
                let change = Change::Disable;
                self.tell_own(Msg::PlanWanted { change, at_ms });
            }
            Some((Wish::Links(place), _)) => {
                self.open(place);
                self.tell_own(Msg::Chosen(Action::Link));
            }
            Some((Wish::Copy, _)) => self.copy_row(),
            Some((Wish::Refresh, _)) => {
                let now = self.clock.now();
                if let Some(crew) = &mut self.crew {
                    crew.fleet.say("reading everything again");
                    crew.round(&self.executor, now, true);
                }
            }
            Some((Wish::Quit, _)) if self.asks_to_leave() => {}
            Some((Wish::Quit, _)) => return Ok(Some(End::Quit)),
            Some((Wish::Suspend, _)) => {
                let mut after = Vec::new();
                self.stop(&mut after, signals).await?;
                for msg in after {
                    self.tell_own(msg);
                }
                self.screen.redraw()?;
            }
            Some((Wish::Redraw, _)) => self.screen.redraw()?,
        }
        Ok(None)
    }

    /// Copies the selected row in words.
    fn copy_row(&mut self) {
        let Some(crew) = &mut self.crew else {
            return;
        };
        let fleet = &mut crew.fleet;
        let Some(standing) = fleet.standings.get(fleet.selected) else {
            return;
        };
        let text = standing.words();
        let count = text.chars().count();
        fleet.say(format!(
            "copied where {} stands: {count} characters",
            standing.name
        ));
        let bytes = self.outward.copy(&text);
        self.screen.send_raw(&bytes);
    }

    /// A message for the loop's own rollout, outside of the inbox; none of these ends the console.
    fn tell_own(&mut self, msg: Msg) {
        let Some(msg) = self.for_all(msg) else {
            return;
        };
        for effect in self.update(msg) {
            self.act(effect);
        }
    }

    /// Opens a rollout's console; the one that was there goes on by itself.
    fn open(&mut self, place: usize) {
        if !self.is_listing() {
            self.tell_own(Msg::Attended(false));
        }
        let now = self.clock.now();
        let Some(mut crew) = self.crew.take() else {
            return;
        };
        let mine = self.give();
        let (driver, effects) = crew.exchange(place, mine, now);
        let spending = crew.fleet.spending.clone();
        self.crew = Some(crew);
        self.receive(driver);
        self.model.seat.spending = spending;
        for effect in effects {
            self.act(effect);
        }
        self.tell_own(Msg::Attended(true));
    }

    /// Goes to the list, or to a neighbour; answers nothing more to do for the rollout that is left.
    pub(super) fn walk(&mut self, walk: Walk) -> Option<Msg> {
        let crew = self.crew.as_mut()?;
        let place = crew.fleet.current;
        let (key, at_ms) = crew.last_key?;
        if walk == Walk::List {
            crew.fleet.hold(key, at_ms);
            crew.fleet.stands(place, Standing::of(&self.model));
            crew.fleet.show(place);
            return Some(Msg::Attended(false));
        }
        if crew.fleet.is_rushed(at_ms) {
            return None;
        }
        if let Some(other) = crew.fleet.neighbour(place, walk) {
            self.open(other);
        }
        None
    }

    /// Whether leaving has to be asked about first: an order is on its way in a rollout that is not on screen.
    pub(super) fn asks_to_leave(&mut self) -> bool {
        let Some(crew) = &mut self.crew else {
            return false;
        };
        let own = (!self.model.in_flight.is_empty() || self.model.waiting.is_some())
            .then(|| self.model.spec.name.clone());
        let busy = match crew.busy() {
            Some(name) => Some(name.to_owned()),
            None => own.filter(|_| crew.fleet.listing),
        };
        let Some(name) = busy else {
            return false;
        };
        if std::mem::replace(&mut crew.fleet.asked_to_leave, true) {
            return false;
        }
        let place = crew.fleet.current;
        if !crew.fleet.listing {
            crew.fleet.show(place);
            crew.fleet.asked_to_leave = true;
        }
        crew.fleet.warn(format!(
            "an order of {name} is on its way: q again leaves all the same"
        ));
        true
    }

    /// A message was taken in: the row follows, and after a tick a round of reads.
    pub(super) fn crew_follows(&mut self, ticked: bool) {
        let now = self.clock.now();
        if ticked {
            self.keep_within_budget();
        }
        let Some(crew) = &mut self.crew else {
            return;
        };
        crew.fleet
            .stands(crew.fleet.current, Standing::of(&self.model));
        if ticked {
            crew.round(&self.executor, now, false);
        }
    }

    /// The pace of the reads follows the budget.
    fn keep_within_budget(&mut self) {
        let all: u32 = self.budget.metrics.iter().sum();
        let (place, listing, busy) = match &self.crew {
            Some(crew) => (crew.fleet.current, crew.fleet.listing, crew.watches()),
            None => (0, false, false),
        };
        let own = if listing {
            0
        } else {
            self.budget.metrics.get(place).copied().unwrap_or(0)
        };
        let appetite = Appetite {
            own,
            others: all.saturating_sub(own),
            live_tail: !listing && self.model.logs.mode == TailMode::Live,
            watching: busy || is_busy(&self.model),
        };
        let pace = Pace::within(self.budget.dollars, appetite);
        if let Some(crew) = &mut self.crew {
            crew.fleet.every = pace.others;
            crew.fleet.budget = self.budget.dollars;
        }
        let seconds = pace.own.as_secs() as u32;
        self.model.seat.budget = self.budget.dollars;
        if self.model.seat.every != seconds {
            self.tell_own(Msg::SignalsEvery(seconds));
        }
    }

    /// The orders that stay open in the other rollouts; those in flight get a moment to settle when the end is sudden.
    pub(super) async fn others_left(&mut self, is_sudden: bool) -> Vec<(Order, Left)> {
        let now = self.clock.now();
        let Some(crew) = &mut self.crew else {
            return Vec::new();
        };
        let until = Instant::now() + GRACE;
        let mut left = Vec::new();
        for driver in crew.drivers() {
            driver.executor.stop_commands().await;
            while is_sudden
                && !driver.model.in_flight.is_empty()
                && let Ok(Some(msg)) = timeout_at(until, driver.messages.recv()).await
            {
                drop(driver.update(msg, now));
            }
            left.extend(leftovers(&driver.model));
        }
        left
    }

    fn give(&mut self) -> Driver {
        // The place of what is given is empty only until the other one is received.
        let (_, nobody) = tokio::sync::mpsc::channel(1);
        let empty = Model::new(self.model.spec.clone(), self.model.now);
        Driver {
            model: std::mem::replace(&mut self.model, empty),
            executor: std::sync::Arc::clone(&self.executor),
            messages: std::mem::replace(&mut self.messages, nobody),
            recorder: self.recorder.take(),
        }
    }

    fn receive(&mut self, driver: Driver) {
        self.model = driver.model;
        self.executor = driver.executor;
        self.messages = driver.messages;
        self.recorder = driver.recorder;
    }
}
