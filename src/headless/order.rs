//! From a change to its end: the plan, the gates of a raise, the order, its proofs. Plan, gates and proofs are the screen's own;
//! nothing is sent but through the session.

use std::time::Duration;

use super::page::Page;
use super::{code, complain};
use crate::app::{Model, update};
use crate::cli::{Global, Ordering, WaitFor};
use crate::domain::flag;
use crate::domain::incident::Lock;
use crate::domain::plan::{Change, Direction, Order, Outcome, Plan};
use crate::runtime::{Ended, Reads, Session};

mod answer;
mod gates;
mod wait;

pub(super) use answer::Answer;

/// How long the reads before a plan may take.
const READING: Duration = Duration::from_secs(15);
/// How long the store's answer and what became of it may take: a function's update is followed for a minute and a half.
const ANSWER: Duration = Duration::from_mins(2);
/// How long it is looked for what became of an order whose outcome is not known.
const LOOKS: Duration = Duration::from_secs(20);
/// How long an order in flight may be waited for when a signal ends the command.
const GRACE: Duration = Duration::from_millis(300);

/// What a command came to.
pub struct Done {
    /// The exit code.
    pub code: u8,
    /// Orders that stay open: their command lines are to be left behind.
    pub open: Vec<Order>,
}

impl std::fmt::Debug for Done {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Done")
            .field("code", &self.code)
            .field("open", &self.open.len())
            .finish()
    }
}

/// How an order is to be done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner<'a> {
    pub(super) global: &'a Global,
    pub(super) ordering: &'a Ordering,
    pub(super) page: Page,
}

impl Manner<'_> {
    /// The reason, where one was given.
    fn reason(&self) -> Option<String> {
        let reason = self.ordering.reason.as_deref().map(str::trim);
        reason.filter(|text| !text.is_empty()).map(str::to_owned)
    }
}

/// Carries a change out, or says why not; prints the answer.
pub(super) async fn carry_out(
    mut session: Session,
    change: Change,
    manner: &Manner<'_>,
) -> color_eyre::Result<Done> {
    session.heed_signals()?;
    let answer = match decide(&mut session, change, manner).await {
        Ok((plan, gates)) => {
            let mut answer = send(&mut session, plan, manner).await;
            answer.gates = gates;
            answer
        }
        Err(answer) => *answer,
    };
    answer.print(&session.model, manner)?;
    if let Some(remark) = &session.model.journal.remark {
        complain(&format!("the journal: {remark}"));
    }
    let code = answer.code;
    Ok(Done {
        code,
        open: session.close().await,
    })
}

/// The plan that may be sent, or the answer that ends the command without sending.
async fn decide(
    session: &mut Session,
    change: Change,
    manner: &Manner<'_>,
) -> Result<(Plan, Vec<(bool, String)>), Box<Answer>> {
    if let Ended::Signal(number) = session.read(READING).await {
        return Err(Box::new(Answer::interrupted(number)));
    }
    let (plan, blind) = plan(session, &change).await?;
    if plan.direction == Direction::Raise {
        session.also(Reads::JUDGED);
        session.read(READING).await;
    }
    // What was read meanwhile counts.
    let plan = update::plan(&session.model, &plan.change).unwrap_or(plan);
    if plan.is_no_op() {
        return Err(Box::new(Answer::no_op(plan)));
    }
    let gates = if plan.direction == Direction::Raise {
        update::gates(&session.model, plan.lever)
    } else {
        Vec::new()
    };
    let missing = gates::missing(&session.model, &plan, &gates, blind.as_deref(), manner);
    if manner.ordering.dry_run {
        return Err(Box::new(Answer::dry_run(plan, gates, missing)));
    }
    if missing.is_empty() {
        return Ok((plan, gates));
    }
    let locked = update::locked(&session.model, &plan);
    let mut answer = Answer::refused(Some(plan), missing.join("; "), code::REFUSED);
    answer.locked = locked.is_some();
    answer.hint = locked.map(|_| Lock::hint(Some(&session.model.spec.environment)));
    answer.gates = gates;
    if session.model.flag.fault.is_some() && blind.is_some() {
        answer.code = code::FAILED;
        answer.hint = session
            .model
            .flag
            .fault
            .as_ref()
            .map(|fault| fault.hint.clone());
    }
    Err(Box::new(answer))
}

/// The plan of the change; where the flag cannot be read or understood, the plan of the blind disable, with the reason for it.
async fn plan(
    session: &mut Session,
    change: &Change,
) -> Result<(Plan, Option<String>), Box<Answer>> {
    let fault = match update::plan(&session.model, change) {
        Ok(plan) => return Ok((plan, None)),
        Err(fault) => fault,
    };
    let read = session.model.lever(update::lever_of(change)).fault.clone();
    let why = match &read {
        Some(read) => format!("{}: {read}", fault.text),
        None => fault.text.clone(),
    };
    let hint = read.map_or(fault.hint, |read| read.hint);
    let none = |why: String, code: u8| {
        let mut answer = Answer::refused(None, why, code);
        answer.hint.clone_from(&Some(hint.clone()));
        Box::new(answer)
    };
    let Some(instead) = fault.instead else {
        let code = if decides_exposure(change, &session.model) {
            code::REFUSED
        } else {
            code::FAILED
        };
        return Err(none(why, code));
    };
    let instead = match *instead {
        Change::DisableBlind { .. } => {
            // The last good version may be in the history.
            session.also(Reads {
                history: true,
                ..Reads::default()
            });
            session.read(READING).await;
            Change::DisableBlind { last_good: None }
        }
        other => other,
    };
    match update::plan(&session.model, &instead) {
        Ok(plan) if plan.direction != Direction::Raise => {
            let blind = matches!(plan.change, Change::DisableBlind { .. }).then_some(why);
            Ok((plan, blind))
        }
        _ => Err(none(why, code::FAILED)),
    }
}

/// Whether a tuning is refused because of what it would decide.
fn decides_exposure(change: &Change, model: &Model) -> bool {
    match change {
        Change::SetMember { name, .. } => flag::decides_exposure(name),
        Change::SetVariable { name, .. } => {
            let spec = model.spec.fallback.as_ref();
            spec.is_some_and(|spec| spec.decides_exposure(name))
        }
        _ => false,
    }
}

async fn send(session: &mut Session, plan: Plan, manner: &Manner<'_>) -> Answer {
    let lever = plan.lever;
    let Some(id) = session.order(plan.clone(), manner.reason()) else {
        return Answer::refused(
            Some(plan),
            "another order is in flight".to_owned(),
            code::FAILED,
        );
    };
    let answered = |session: &Session| session.outcome(&id).is_some();
    match session.until(Some(ANSWER), answered).await {
        Ended::Met => {}
        Ended::Late => {}
        Ended::Signal(number) => {
            session.until(Some(GRACE), answered).await;
            if !answered(session) {
                let mut answer = Answer::unknown(plan, &id, format!("ended by signal {number}"));
                answer.code = 128_u8.saturating_add(u8::try_from(number).unwrap_or(0));
                return answer;
            }
        }
    }
    let is_known = |session: &Session| {
        session
            .outcome(&id)
            .is_some_and(|settled| !matches!(settled.outcome, Outcome::Unknown { .. }))
    };
    if !is_known(session) {
        complain("the outcome is not known yet: reading what became of it");
        session.until(Some(LOOKS), is_known).await;
    }
    let Some(settled) = session.outcome(&id).cloned() else {
        return Answer::unknown(plan, &id, "no answer".to_owned());
    };
    let locked = update::locked(&session.model, &plan).is_some();
    let mut answer = Answer::settled(plan, &settled);
    answer.locked = locked;
    if matches!(settled.outcome, Outcome::Refused { .. })
        && (settled.journal_fault.is_some()
            || manner.global.read_only
            || locked
            || is_elsewhere(session).await)
    {
        answer.code = code::REFUSED;
    }
    let still = match &settled.outcome {
        Outcome::Applied { .. } => true,
        Outcome::Conflict(conflict) => conflict.sent,
        _ => false,
    };
    if still && manner.ordering.wait > WaitFor::Accepted {
        wait::for_proofs(session, lever, manner, &mut answer).await;
    }
    answer.proofs_of(&session.model);
    answer
}

/// Whether the credentials are of another account than the rollout's.
async fn is_elsewhere(session: &mut Session) -> bool {
    if session.model.pinned_account.is_none() {
        return false;
    }
    session.also(Reads {
        identity: true,
        ..Reads::default()
    });
    session.read(LOOKS).await;
    let me = session.model.identity.value.as_ref().map(|me| &me.account);
    matches!((me, &session.model.pinned_account), (Some(me), Some(pinned)) if me != pinned)
}
