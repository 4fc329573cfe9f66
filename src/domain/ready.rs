//! The parachute check: would each lever work if it were pulled now, and how soon? It reads nothing and writes nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Timestamp;
use super::alarm::AlarmBatch;
use super::failure::PortError;
use super::flag::{Flag, FlagFault};
use super::identity::Identity;
use super::journal::{AppliedWrite, Drill};
use super::lever::{LeverId, LeverState, Version};
use super::plan::{Plan, PlanFault};
use super::rollout::RolloutSpec;

mod checks;
mod lamps;
mod levers;
mod proof;
#[cfg(test)]
mod tests;

pub use lamps::Lamp;
pub use proof::{PROVES, same_principal};

/// How all levers and checks stand.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ready {
    /// The levers, the flag first.
    pub levers: Vec<LeverReady>,
    /// What they rest on.
    pub checks: Vec<ReadyCheck>,
}

impl Ready {
    /// Whether at least one lever is known to be able to lower exposure now: it works, and its caller has written to it lately.
    pub fn is_proven(&self) -> bool {
        self.levers.iter().any(LeverReady::is_proven)
    }

    /// The lever of this name.
    pub fn lever(&self, id: LeverId) -> Option<&LeverReady> {
        self.levers.iter().find(|lever| lever.lever == id)
    }
}

/// How a lever stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeverReady {
    /// Which one.
    pub lever: LeverId,
    /// Its lamp.
    pub lamp: Lamp,
    /// Why the lamp is what it is.
    pub reason: String,
    /// How long until everybody is off, once it is pulled.
    pub time_to_effect: Duration,
    /// The newest write that proves that the caller may pull it.
    pub proof: Option<WriteProof>,
    /// Whether functions listen to it now: they ask their environment only while the flag cannot be read.
    pub acts_now: bool,
}

impl LeverReady {
    /// Whether it is known to be able to lower exposure now.
    pub fn is_proven(&self) -> bool {
        self.lamp != Lamp::Broken && self.acts_now && self.proof.is_some()
    }
}

/// What proves that somebody may write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteProof {
    /// When it was written.
    pub at: Timestamp,
    /// Where that stands.
    pub from: ProofSource,
}

/// Where a proof stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofSource {
    /// In the history of the store itself.
    History,
    /// In the journal.
    Journal,
}

/// Something that levers or their users rest on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadyCheck {
    /// What is looked at, such as `credentials` or `alarm audio-…`.
    pub name: String,
    /// Its lamp.
    pub lamp: Lamp,
    /// What was found.
    pub reason: String,
    /// What to do about it; empty where nothing is to be done.
    pub hint: String,
}

/// Something as it was last read.
#[derive(Debug)]
pub struct Sight<'a, T> {
    /// The last good answer.
    pub value: Option<&'a T>,
    /// Why the newest read failed, when it did.
    pub fault: Option<&'a PortError>,
}

impl<T> Clone for Sight<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Sight<'_, T> {}

impl<'a, T> Sight<'a, T> {
    /// The value, unless it could not be read again.
    fn fresh(self) -> Option<&'a T> {
        self.value.filter(|_| self.fault.is_none())
    }
}

/// How the journal stands.
#[derive(Clone, Copy, Debug)]
pub struct Journal<'a> {
    /// Whether it is open.
    pub open: bool,
    /// Why it takes nothing.
    pub fault: Option<&'a PortError>,
    /// Who else has it open.
    pub owner: Option<&'a str>,
    /// What was not as it should be when it was opened.
    pub remark: Option<&'a str>,
}

/// Everything that the check rests on.
#[derive(Debug)]
pub struct ReadyInput<'a> {
    /// The rollout.
    pub spec: &'a RolloutSpec,
    /// Now.
    pub now: Timestamp,
    /// The caller.
    pub identity: Sight<'a, Identity>,
    /// The account that writes must go to.
    pub pinned_account: Option<&'a str>,
    /// The flag.
    pub flag: Sight<'a, LeverState>,
    /// What its document says.
    pub flag_says: Option<&'a Result<Flag, Vec<FlagFault>>>,
    /// The function.
    pub fallback: Sight<'a, LeverState>,
    /// Whether functions cannot read the flag now.
    pub functions_cut_off: bool,
    /// The flag's versions, newest first.
    pub history: Sight<'a, Vec<Version>>,
    /// The alarms.
    pub alarms: Sight<'a, AlarmBatch>,
    /// What keeps an alarm from helping, by name.
    pub helpless: &'a BTreeMap<String, String>,
    /// The tail, and what it remarked.
    pub logs: (Sight<'a, ()>, Option<&'a str>),
    /// The journal.
    pub journal: Journal<'a>,
    /// Writes that the journal knows.
    pub writes: &'a [AppliedWrite],
    /// A drill that was left unfinished.
    pub drill: Option<&'a Drill>,
    /// What disabling the flag now would do.
    pub disable: Result<Plan, PlanFault>,
    /// What turning the fallback on now would do, where one is configured.
    pub fallback_on: Option<Result<Plan, PlanFault>>,
}

/// The lamps of all levers and checks.
pub fn ready(input: &ReadyInput<'_>) -> Ready {
    let mut all = vec![levers::flag(input)];
    all.extend(levers::fallback(input));
    Ready {
        levers: all,
        checks: checks::checks(input),
    }
}
