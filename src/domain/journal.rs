//! What is written down: every order before it is sent, its outcome after, and what was judged and seen. It writes no file.

use serde::{Deserialize, Serialize};

use super::incident::IncidentEvent;
use super::lever::LeverId;
use super::plan::{Order, OrderId, Outcome};
use super::runbook::RunbookEvent;
use super::runbook::command::LeftCommand;
use super::verdict::Verdict;
use super::{Revision, Timestamp};

/// How the place of a secret begins in what was written down: `[masked:KIND:DIGEST]`.
pub const MASKED: &str = "[masked:";

/// Whether a text that was written down may be this one: secrets in it are masked there, and may have been anything.
pub fn reads_as(written: &str, text: &str) -> bool {
    if written == text {
        return true;
    }
    let mut pieces = written.split(MASKED);
    let Some(mut rest) = pieces.next().and_then(|head| text.strip_prefix(head)) else {
        return false;
    };
    let mut pieces = pieces
        .map(|piece| piece.split_once(']').map_or("", |(_, after)| after))
        .peekable();
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.len() > piece.len() && rest.ends_with(piece);
        }
        let Some((_, after)) = rest.split_once(piece) else {
            return false;
        };
        rest = after;
    }
    false
}

/// One thing to write down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Entry {
    /// A console opened on the rollout.
    Opened {
        /// The rollout.
        rollout: String,
        /// Its environment.
        environment: String,
        /// The program's version.
        version: String,
    },
    /// An order is about to be sent.
    Intent {
        /// The order, whole.
        order: Box<Order>,
    },
    /// What became of an order.
    Settled {
        /// The order.
        order: OrderId,
        /// The outcome.
        outcome: Outcome,
    },
    /// A proof of an order came in.
    Proved {
        /// The order.
        order: OrderId,
        /// Which proof.
        proof: Proof,
        /// What was seen.
        evidence: String,
    },
    /// The verdict changed.
    Judged {
        /// The verdict.
        verdict: Box<Verdict>,
    },
    /// A drill begins: what stands here comes back, whatever happens.
    DrillBegun {
        /// The drill.
        drill: Box<Drill>,
    },
    /// A drill is over, and what it found is back in its place.
    DrillEnded {
        /// The drill's id.
        id: String,
    },
    /// Something happened to an incident.
    Incident {
        /// What.
        event: IncidentEvent,
    },
    /// Something happened to a runbook that is worked through.
    Runbook {
        /// What.
        event: Box<RunbookEvent>,
    },
    /// A complaint was counted by hand.
    Complaint,
    /// Somebody's remark.
    Note {
        /// The remark.
        text: String,
    },
}

impl Entry {
    /// Whether it counts for as long as its console lives although the journal did not take it. What was done or seen has happened; a
    /// tick of a runbook is a word that others rely on, and it does not stand before it is written down.
    pub fn counts_unwritten(&self) -> bool {
        !matches!(self, Self::Runbook { event } if matches!(**event, RunbookEvent::Marked { .. }))
    }
}

/// A rehearsal, from its beginning until what it found is back in its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drill {
    /// Its name; every order of the drill has it as its reason.
    pub id: String,
    /// The process that runs it.
    pub pid: u32,
    /// The parameter or file that it writes.
    pub resource: String,
    /// Whether that is a scratch of its own, which is left disabled, and not the flag itself.
    pub scratch: bool,
    /// The revision that it found; `None` for a scratch that was not there.
    pub revision: Option<Revision>,
    /// The text that is to be there afterwards.
    pub text: String,
    /// The revisions that its orders became, as far as the journal knows.
    #[serde(default)]
    pub written: Vec<Revision>,
}

/// A write that a store took: the proof that this caller may write there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedWrite {
    /// The lever.
    pub lever: LeverId,
    /// When.
    pub at: Timestamp,
    /// The caller's ARN, when STS had told it.
    pub by: Option<String>,
    /// Whether it pointed an alias at a new version.
    pub repoints: bool,
}

/// The proofs of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The store accepted it.
    Accepted,
    /// It was read back.
    ReadBack,
    /// The last cache must have expired.
    Horizon,
    /// The effect was seen.
    Observed,
    /// The symptoms are gone.
    Recovered,
}

/// An entry as it stands in the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its number, from 1.
    pub seq: u64,
    /// When it was written, UTC.
    pub at: Timestamp,
    /// Who wrote it.
    pub actor: Actor,
    /// What.
    pub entry: Entry,
}

/// Who acts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The caller's ARN, when STS told it.
    pub arn: Option<String>,
    /// The local user.
    pub user: String,
    /// The host.
    pub host: String,
    /// The process, for a console that somebody sits at; a command that comes and goes has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pid: Option<u32>,
}

impl Actor {
    /// The person, as `user@host`.
    pub fn person(&self) -> String {
        format!("{}@{}", self.user, self.host)
    }

    /// The console, as `user@host (pid)`.
    pub fn console(&self) -> String {
        match self.pid {
            Some(pid) => format!("{} ({pid})", self.person()),
            None => self.person(),
        }
    }

    /// Whether both are the same console.
    pub fn is_console(&self, other: &Self) -> bool {
        self.pid.is_some() && self.pid == other.pid && self.is_person(other)
    }

    /// Whether both are the same local user on the same host.
    pub fn is_person(&self, other: &Self) -> bool {
        (&self.user, &self.host) == (&other.user, &other.host)
    }
}

/// What a start of the console found in the journal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recovered {
    /// Orders without an outcome, or with an unknown one, oldest first.
    pub open: Vec<Order>,
    /// The last record's number.
    pub last_seq: u64,
    /// What was repaired: a torn tail, a damaged part set aside.
    pub repaired: Option<String>,
    /// Times of complaints counted within the last day.
    pub complaints: Vec<Timestamp>,
    /// The variables that the last `FallbackOn` of this rollout replaced, while it has not been put back.
    pub fallback_replaced: Option<std::collections::BTreeMap<String, Option<String>>>,
    /// Writes of the last month, the newest of each caller and kind.
    #[serde(default)]
    pub writes: Vec<AppliedWrite>,
    /// A drill that has not come to its end.
    #[serde(default)]
    pub drill: Option<Drill>,
    /// The SHA-256 of every script that a person trusts.
    #[serde(default)]
    pub trusted: std::collections::BTreeSet<String>,
    /// Commands that began and of whose end nothing is written, oldest first.
    #[serde(default)]
    pub commands: Vec<LeftCommand>,
    /// Who else has the journal open.
    pub owner: Option<String>,
    /// What happened to runbooks since the last incident was closed, oldest first.
    #[serde(default)]
    pub runbook: Vec<Record>,
    /// What is known of the newest incident, in the order of time, with the verdicts just before it.
    #[serde(default)]
    pub trail: Vec<Record>,
    /// Records of the newest incident that are not in `trail`: they were too many.
    #[serde(default)]
    pub left_out: u64,
    /// Who this console is to the journal.
    #[serde(default)]
    pub me: Option<Actor>,
}
