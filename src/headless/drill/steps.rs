//! The seven steps, each with what it proves. They put nothing back.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::report::{Result_, Step};
use super::sample::land;
use super::stage::{Stage, Trouble};
use crate::app::model::Feed;
use crate::domain::Percent;
use crate::domain::lever::LeverState;
use crate::domain::plan::Change;
use crate::domain::rollout::RolloutSpec;

mod cache;
mod fallback;
mod refusals;
mod writers;

/// A day: a client that reads only when it is told to.
const LONG: Duration = Duration::from_hours(24);

/// What the steps stand on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ground<'a> {
    /// The rollout itself, not the scratch.
    pub(super) spec: &'a RolloutSpec,
    /// The function's environment, as last read.
    pub(super) fallback: &'a Feed<LeverState>,
    /// The TTL of the client whose cache is timed.
    pub(super) ttl: Duration,
    /// The percentage that enabling goes to.
    pub(super) percent: Percent,
}

/// What a step came to, in words.
pub(super) enum Passed {
    /// It passed: the evidence.
    Yes(String),
    /// It does not apply: why.
    Skipped(String),
}

type Outcome = Result<Passed, Trouble>;

/// Runs all steps. Answers what ended the drill before its last step, if anything did.
pub(super) async fn all(
    stage: &mut Stage,
    ground: &Ground<'_>,
    ready: Result<(), Trouble>,
    mut told: impl FnMut(Step),
) -> Option<Trouble> {
    let mut ended = ready.as_ref().err().filter(|why| ends(why)).cloned();
    for number in 1..=Step::NAMES.len() {
        let begun = Instant::now();
        // The flag client alone is asked in step 4: it needs no store that can be written.
        let needs_store = number != 4;
        let outcome = match (&ended, &ready) {
            (Some(why), _) => Ok(Passed::Skipped(format!("the drill stopped: {why}"))),
            (None, Err(why)) if needs_store => Err(Trouble::Failed(format!(
                "the scratch could not be made ready: {why}"
            ))),
            _ => step(number, stage, ground).await,
        };
        let (result, reason) = match outcome {
            Ok(Passed::Yes(evidence)) => (Result_::Passed, evidence),
            Ok(Passed::Skipped(why)) => (Result_::Skipped, why),
            Err(why) => {
                let reason = why.to_string();
                if ends(&why) {
                    ended = Some(why);
                }
                (Result_::Failed, reason)
            }
        };
        told(Step {
            number,
            result,
            reason,
            took: begun.elapsed(),
        });
    }
    ended
}

/// Whether nothing more may be written after this.
fn ends(why: &Trouble) -> bool {
    !matches!(why, Trouble::Failed(_))
}

async fn step(number: usize, stage: &mut Stage, ground: &Ground<'_>) -> Outcome {
    match number {
        1 => off_and_on(stage, ground).await,
        2 => percentages(stage).await,
        3 => refusals::step(stage).await,
        4 => fallback::step(stage, ground).await,
        5 => cache::step(stage, ground).await,
        6 => writers::two(stage).await,
        _ => writers::restored(stage).await,
    }
}

async fn off_and_on(stage: &mut Stage, ground: &Ground<'_>) -> Outcome {
    let client = stage.client(LONG);
    let comparison = stage.session.model.spec.flag.shape.comparison;
    // What is off already must be turned on before it can be turned off.
    stage.write(Change::SetPercent(ground.percent)).await?;
    let off = stage.write(Change::Disable).await?;
    stage.renew(&client).await?;
    land(&client, false, ground.percent, comparison).map_err(Trouble::Failed)?;
    let on = stage.write(Change::SetPercent(ground.percent)).await?;
    stage.renew(&client).await?;
    let landed = land(&client, true, ground.percent, comparison).map_err(Trouble::Failed)?;
    Ok(Passed::Yes(format!(
        "off as v{}, nobody treated; on as v{}, {landed}",
        short(&off.0),
        short(&on.0)
    )))
}

async fn percentages(stage: &mut Stage) -> Outcome {
    let client = stage.client(LONG);
    let comparison = stage.session.model.spec.flag.shape.comparison;
    let mut landed = Vec::new();
    for percent in [10, 50, 100].into_iter().filter_map(Percent::new) {
        stage.write(Change::SetPercent(percent)).await?;
        stage.renew(&client).await?;
        landed.push(land(&client, true, percent, comparison).map_err(Trouble::Failed)?);
    }
    Ok(Passed::Yes(landed.join(", ")))
}

/// A hash in full says no more to a person.
fn short(revision: &str) -> &str {
    revision.get(..12).unwrap_or(revision)
}

/// Variables as a process would have them.
type Variables = BTreeMap<String, String>;
