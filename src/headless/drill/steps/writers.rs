//! Steps 6 and 7: two writers who planned from the same version, and an old version that comes back byte for byte.

use std::time::Duration;

use super::{Outcome, Passed, Stage, Trouble, short};
use crate::domain::Percent;
use crate::domain::flag::Flag;
use crate::domain::plan::{self, Change};
use crate::domain::rollout::FlagSource;
use crate::runtime::{Ended, Session};

/// How long the history may take.
const HISTORY: Duration = Duration::from_secs(15);

/// Two plans are made from one version. The first is sent; the second must be refused, and the first one's text must stand.
pub(super) async fn two(stage: &mut Stage) -> Outcome {
    let percent = |value: u8| Percent::new(value).unwrap_or(Percent::ZERO);
    let at = |stage: &Stage| {
        let says = stage.session.model.flag_says.as_ref()?.as_ref().ok()?;
        Some((says.enabled, says.rollout_percentage))
    };
    let (one, other) = match at(stage) {
        Some((true, now)) if now == percent(10) => (percent(20), percent(30)),
        _ => (percent(10), percent(20)),
    };
    let theirs = stage.plan(&Change::SetPercent(one))?;
    let ours = stage.plan(&Change::SetPercent(other))?;
    let written = stage.send(theirs).await?;
    let met = match stage.outcome_of(ours).await? {
        plan::Outcome::Conflict(met) => met,
        plan::Outcome::Refused { reason, .. } => return Err(Trouble::Failed(reason)),
        plan::Outcome::Unknown { reason } => return Err(Trouble::Unknown(reason)),
        plan::Outcome::Applied { revision, .. } => {
            stage.last = Some(revision.clone());
            return Err(Trouble::Failed(format!(
                "a plan that was made before v{} was written over it, as v{}",
                short(&written.0),
                short(&revision.0)
            )));
        }
        plan::Outcome::NoOp => {
            return Err(Trouble::Failed(
                "the second writer wrote nothing".to_owned(),
            ));
        }
    };
    if met.sent {
        return Err(Trouble::Failed(format!(
            "the second plan went out over v{} before it was noticed",
            short(&met.found.0)
        )));
    }
    if met.found != written {
        return Err(Trouble::Foreign(format!(
            "{} wrote v{}",
            met.by.as_deref().unwrap_or("somebody else"),
            met.found
        )));
    }
    Ok(Passed::Yes(format!(
        "the plan from before v{} was refused, and v{} stands",
        short(&written.0),
        short(&written.0)
    )))
}

/// The oldest version that this drill has written comes back.
pub(super) async fn restored(stage: &mut Stage) -> Outcome {
    if let FlagSource::File(_) = stage.session.model.spec.flag.source {
        return Ok(Passed::Skipped("a file keeps no history".to_owned()));
    }
    let last = stage.last.clone();
    let there = |session: &Session| {
        let newest = session.model.history.value.iter().flatten().next();
        session.model.history.fault.is_some()
            || newest.map(|version| &version.revision) == last.as_ref()
    };
    if let Ended::Signal(number) = stage.session.until(Some(HISTORY), there).await {
        return Err(Trouble::Signal(number));
    }
    let model = &stage.session.model;
    if let Some(fault) = &model.history.fault {
        return Err(Trouble::Failed(fault.to_string()));
    }
    let now = stage.text().unwrap_or_default().to_owned();
    let shape = &model.spec.flag.shape;
    let versions = model.history.value.iter().flatten();
    let mut others: Vec<_> = versions
        .filter(|version| version.text != now && Flag::parse(&version.text, shape).is_ok())
        .collect();
    // One of this drill's own, as long as there is one.
    others.sort_by_key(|version| !stage.texts.contains(&version.text));
    let Some(old) = others.first().copied().cloned() else {
        return Err(Trouble::Failed(
            "the history holds no other good version".to_owned(),
        ));
    };
    let change = Change::Restore {
        version: old.revision.clone(),
        text: old.text.clone(),
    };
    let as_new = stage.write(change).await?;
    if stage.text() != Some(old.text.as_str()) {
        return Err(Trouble::Failed(format!(
            "v{} does not hold the text of v{}",
            short(&as_new.0),
            short(&old.revision.0)
        )));
    }
    Ok(Passed::Yes(format!(
        "v{} came back as v{}, byte for byte",
        short(&old.revision.0),
        short(&as_new.0)
    )))
}
