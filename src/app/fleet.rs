//! The list of rollouts: where each stands, worst first, and what the keys wish for there. It reads nothing and orders nothing: a
//! wish names one rollout, the selected one, and leads to its own console.

use std::time::Duration;

use crate::domain::Timestamp;

use super::keymap::{Key, Keymap, Scope};
use super::model::Pending;
use super::pointer::Target;
use super::spending::{BUDGET, OTHERS, Spending};

mod hand;
mod prompt;
pub mod standing;

pub use prompt::{Choice, Prompt};
pub use standing::{Class, Standing, Worst};

/// Scopes that are open on the list, the topmost first.
pub const SCOPES: [Scope; 3] = [Scope::Always, Scope::Fleet, Scope::Lists];

/// Ticks for which a selection that moved by itself is not acted on at once: the news comes between two of them.
const SLID_TICKS: u8 = 2;
/// The list keeps its order for so many ticks after a key: nothing moves under a hand.
const CALM_TICKS: u32 = 3;
/// The same while neighbours are walked through, so that the walk comes by each of them.
const WALK_TICKS: u32 = 30;
/// Reads that are younger are never called stale.
const STALE: Duration = Duration::from_secs(30);
/// A key that led from the list or to another rollout is not read there until it was up for so long, in milliseconds.
const HELD_MS: u64 = 600;
/// Two steps to neighbours lie at least so far apart, in milliseconds: a key that is held down does not open everything.
const STEP_MS: u64 = 120;

/// Where to go from the console of one rollout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Walk {
    /// To the list.
    List,
    /// To the rollout below this one on the list.
    Next,
    /// To the one above.
    Previous,
}

/// What a person wants on the list. Nothing of it writes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Open this rollout's console.
    Open(usize),
    /// Open this rollout's console with the plan that disables it; nothing is sent before Enter there.
    Disable(usize),
    /// Open this rollout's console with the links to the AWS console.
    Links(usize),
    /// Copy what the selected row says.
    Copy,
    /// Read everything again.
    Refresh,
    /// Leave the console.
    Quit,
    /// Stop as a job of the shell.
    Suspend,
    /// Draw the screen anew.
    Redraw,
}

/// What is said at the bottom of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The words.
    pub text: String,
    /// Whether it is a warning.
    pub is_warning: bool,
    /// For how many ticks more.
    ticks: u32,
}

/// The list.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// Where each rollout stands, in the order of the configuration.
    pub standings: Vec<Standing>,
    /// The rollouts as they are listed, by their place in `standings`.
    pub order: Vec<usize>,
    /// The selected rollout, by its place in `standings`: the selection stays with it wherever its row goes.
    pub selected: usize,
    /// Whether the list is on screen; else the console of `current` is.
    pub listing: bool,
    /// The rollout whose console is, or was last, on screen.
    pub current: usize,
    /// Whether the keys are shown.
    pub help: bool,
    /// The line that is typed, when there is one.
    pub prompt: Option<Prompt>,
    /// The keys of a chord that is not finished.
    pub pending: Option<Pending>,
    /// What to say at the bottom.
    pub notice: Option<Notice>,
    /// Whether leaving was asked about: an order is under way somewhere.
    pub asked_to_leave: bool,
    /// Whether every write is refused.
    pub read_only: bool,
    /// The newest instant that is known.
    pub now: Timestamp,
    /// How fast the watched world's time runs.
    pub speed: f64,
    /// How often the signals of rollouts that are not on screen are read, in the watched world's time.
    pub every: Duration,
    /// What the console's reads cost.
    pub spending: Spending,
    /// What they may cost, in US dollars an hour.
    pub budget: f64,
    /// The keys in force.
    pub keymap: Keymap,
    /// Whether nobody has chosen a row yet: the worst is selected, whichever that is.
    is_untouched: bool,
    /// Ticks until a selection that went to another rollout by itself is acted on.
    slid: u8,
    /// Ticks since the last key.
    calm: u32,
    /// What was clicked last, and when.
    clicked: Option<(Target, u64)>,
    /// The key that led here or away, and when it was last down.
    held: Option<(Key, u64)>,
    /// When a neighbour was last opened.
    stepped: Option<u64>,
}

impl Fleet {
    /// The list of these rollouts. The worst is selected until a key or the mouse chooses.
    pub fn new(standings: Vec<Standing>, now: Timestamp) -> Self {
        let mut fleet = Self {
            order: (0..standings.len()).collect(),
            standings,
            selected: 0,
            listing: true,
            current: 0,
            help: false,
            prompt: None,
            pending: None,
            notice: None,
            asked_to_leave: false,
            read_only: false,
            now,
            speed: 1.0,
            every: OTHERS,
            spending: Spending::default(),
            budget: BUDGET,
            keymap: Keymap::default(),
            is_untouched: true,
            slid: 0,
            calm: CALM_TICKS,
            clicked: None,
            held: None,
            stepped: None,
        };
        fleet.sort();
        fleet.slid = 0;
        fleet
    }

    /// The standings as they are listed.
    pub fn listed(&self) -> impl Iterator<Item = (usize, &Standing)> {
        self.order
            .iter()
            .filter_map(|place| Some((*place, self.standings.get(*place)?)))
    }

    /// The row that the selected rollout has.
    pub fn row(&self) -> usize {
        let found = self.order.iter().position(|place| *place == self.selected);
        found.unwrap_or(0)
    }

    /// Takes in where a rollout stands now. Its row stays where it is until the list may move.
    pub fn stands(&mut self, place: usize, standing: Standing) {
        if let Some(old) = self.standings.get_mut(place) {
            *old = standing;
        }
        if self.is_untouched && self.prompt.is_none() {
            self.sort();
        }
    }

    /// A second passed.
    pub fn ticked(&mut self, now: Timestamp) {
        self.now = now;
        self.calm = self.calm.saturating_add(1);
        self.slid = self.slid.saturating_sub(1);
        if let Some(notice) = &mut self.notice {
            notice.ticks = notice.ticks.saturating_sub(1);
        }
        self.notice = self.notice.take().filter(|notice| notice.ticks > 0);
        if let Some(begun) = &mut self.pending {
            begun.ticks = begun.ticks.saturating_sub(1);
        }
        self.pending = self.pending.take().filter(|begun| begun.ticks > 0);
        let calm = if self.listing { CALM_TICKS } else { WALK_TICKS };
        if self.calm >= calm && self.prompt.is_none() {
            self.sort();
        }
    }

    /// How often the signals are read while the budget makes that slower than usual.
    pub fn slowed(&self) -> Option<Duration> {
        (self.every > OTHERS).then_some(self.every)
    }

    /// Says something at the bottom for a while.
    pub fn say(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice {
            text: text.into(),
            is_warning: false,
            ticks: 8,
        });
    }

    /// Says something at the bottom that must not be overlooked.
    pub fn warn(&mut self, text: impl Into<String>) {
        self.say(text);
        if let Some(notice) = &mut self.notice {
            notice.is_warning = true;
        }
    }

    /// Whether the oldest read of a rollout is older than the pace of the reads explains.
    pub fn is_stale(&self, standing: &Standing) -> bool {
        let limit = STALE.mul_f64(self.speed.max(1.0)).max(self.every * 5 / 2);
        standing
            .oldest
            .is_some_and(|oldest| self.now.since(oldest) > limit)
    }

    /// Whether the order would change if nobody's hand were at the list.
    pub fn is_unsorted(&self) -> bool {
        self.sorted() != self.order
    }

    fn sort(&mut self) {
        self.order = self.sorted();
        if self.is_untouched
            && let Some(worst) = self.order.first().filter(|_| self.listing)
        {
            if self.selected != *worst {
                self.slid = SLID_TICKS;
            }
            self.selected = *worst;
        }
    }

    /// Worst first; among equals an open incident first, then what is past a limit or has an alarm, then production, then the order of the
    /// configuration.
    fn sorted(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.standings.len()).collect();
        let rank = |place: &usize| {
            self.standings
                .get(*place)
                .map(|standing| (standing.rank(), *place))
        };
        order.sort_by_key(rank);
        order
    }

    /// The list comes onto the screen, with this rollout selected.
    pub fn show(&mut self, place: usize) {
        self.listing = true;
        self.selected = place;
        self.put_away();
        self.is_untouched = false;
        self.sort();
        self.calm = 0;
    }

    /// The console of a rollout comes onto the screen.
    pub fn open(&mut self, place: usize) {
        self.listing = false;
        self.put_away();
        self.is_untouched = false;
        self.current = place;
        self.selected = place;
        self.calm = 0;
    }

    fn put_away(&mut self) {
        self.help = false;
        self.asked_to_leave = false;
        (self.prompt, self.pending) = (None, None);
    }

    /// The rollout beside this one on the list; after the last comes the first.
    pub fn neighbour(&self, place: usize, walk: Walk) -> Option<usize> {
        let row = self.order.iter().position(|other| *other == place)?;
        let count = self.order.len();
        let row = match walk {
            Walk::List => return None,
            Walk::Next => row + 1,
            Walk::Previous => row + count - 1,
        };
        self.order.get(row % count).copied()
    }

    /// Whether a key is still the one that led here: then it means nothing. Every key comes by here, on the list and in a console.
    pub fn is_held(&mut self, key: Key, at_ms: u64) -> bool {
        let Some((held, last)) = self.held else {
            return false;
        };
        let is_held = held == key && at_ms.saturating_sub(last) < HELD_MS;
        self.held = is_held.then_some((key, at_ms));
        is_held
    }

    /// A key led to another screen: while it is held down it means nothing there.
    pub fn hold(&mut self, key: Key, at_ms: u64) {
        self.held = Some((key, at_ms));
    }

    /// Whether a step to a neighbour follows the last one as fast as only a held key does.
    pub fn is_rushed(&mut self, at_ms: u64) -> bool {
        let rushed = self
            .stepped
            .is_some_and(|last| at_ms.saturating_sub(last) < STEP_MS);
        self.stepped = Some(at_ms);
        rushed
    }
}
