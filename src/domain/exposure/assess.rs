//! Puts levers, clock and sightings together into one statement about exposure, with what contradicts what. It reads nothing.

use std::time::Duration;

use super::environment::{EnvironmentSays, traffic_environment};
use super::{Effective, Exposure, Observed};
use crate::domain::clockface::Clockface;
use crate::domain::flag::{Flag, FlagFault, exposed};
use crate::domain::lever::{FunctionState, LeverId};
use crate::domain::rollout::{FlagSource, RolloutSpec};
use crate::domain::{Percent, Timestamp};

/// How long sessions that began before a lowering may go on before they contradict it.
const SESSIONS_END: Duration = Duration::from_mins(10);

/// The last change of the flag by anybody.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LastChange {
    /// When.
    pub at: Timestamp,
    /// Exposure before it, when the version before is known and valid.
    pub before: Option<Percent>,
}

/// All that exposure follows from.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The rollout.
    pub spec: &'a RolloutSpec,
    /// The flag as last read; `None` while it could not be read.
    pub flag: Option<&'a Result<Flag, Vec<FlagFault>>>,
    /// The last change of the flag by anybody, from the store.
    pub changed: Option<LastChange>,
    /// The exposure clock of the newest order.
    pub clock: Option<&'a Clockface>,
    /// The fallback function, when it was read.
    pub fallback: Option<&'a FunctionState>,
    /// Whether the functions' own logs say, just now, that they cannot read the flag.
    pub functions_cut_off: bool,
    /// What was seen.
    pub observed: &'a Observed,
}

/// Exposure at `now`.
pub fn assess(inputs: &Inputs<'_>, now: Timestamp) -> Exposure {
    let flag = inputs.flag.and_then(|read| read.as_ref().ok());
    let desired = flag.map(|flag| exposed(flag, inputs.spec.flag.shape.comparison));
    let listed = flag
        .filter(|flag| flag.enabled)
        .map(|flag| flag.listed.clone())
        .unwrap_or_default();
    let environment = inputs
        .spec
        .fallback
        .as_ref()
        .zip(inputs.fallback)
        .and_then(|(spec, function)| traffic_environment(function, spec).ok());
    let effective = effective(inputs, desired, environment.as_ref(), now);
    let mut contradictions = Vec::new();
    contradictions.extend(of_flag_and_environment(
        inputs,
        desired,
        environment.as_ref(),
    ));
    contradictions.extend(of_alias(inputs));
    contradictions.extend(of_sightings(inputs, effective, now));
    if desired == Some(Percent::ZERO) && !listed.is_empty() {
        contradictions.push(format!(
            "the flag says 0 %, but {} listed users or groups are exposed all the same",
            listed.len()
        ));
    }
    Exposure {
        desired,
        effective,
        observed: inputs.observed.clone(),
        contradictions,
        listed,
        lingering: lingering(inputs, now).is_some(),
    }
}

/// The clock of a lowering whose caches are over, and whose effect was not observed yet.
fn lingering<'a>(inputs: &Inputs<'a>, now: Timestamp) -> Option<&'a Clockface> {
    inputs.clock.filter(|clock| {
        clock.lever == LeverId::Flag
            && now >= clock.horizon_at
            && clock.is_exposed_still(now)
            && clock.superseded_by().is_none()
    })
}

fn effective(
    inputs: &Inputs<'_>,
    desired: Option<Percent>,
    environment: Option<&EnvironmentSays>,
    now: Timestamp,
) -> Option<Effective> {
    let from_environment = environment.map(|says| says.percent.unwrap_or(Percent::FULL));
    let invalid = inputs.flag.is_some_and(Result::is_err);
    let mut parts: Vec<Percent> = desired.into_iter().collect();
    if inputs.functions_cut_off || invalid {
        // What cannot be read or is not valid leaves the functions with their environment.
        parts.extend(from_environment);
    }
    let mut settling = false;
    if let Some(clock) = inputs
        .clock
        .filter(|c| c.lever == LeverId::Flag && now < c.horizon_at)
    {
        settling = true;
        parts.push(clock.wanted);
        parts.push(clock.before.unwrap_or(Percent::FULL));
    }
    if let Some(change) = inputs
        .changed
        .filter(|c| now < c.at + inputs.spec.cache_ttl)
    {
        settling = true;
        // Who wrote may have written twice; our own clock knows better what was before.
        if inputs.clock.is_none_or(|c| now >= c.horizon_at) {
            parts.push(change.before.unwrap_or(Percent::FULL));
        }
    }
    let at_most = parts.into_iter().max()?;
    Some(Effective { at_most, settling })
}

fn store(spec: &RolloutSpec) -> &'static str {
    match spec.flag.source {
        FlagSource::Ssm(_) => "SSM",
        FlagSource::File(_) => "the file",
    }
}

fn of_flag_and_environment(
    inputs: &Inputs<'_>,
    desired: Option<Percent>,
    environment: Option<&EnvironmentSays>,
) -> Option<String> {
    let store = store(inputs.spec);
    let Some(says) = environment else {
        let unread = inputs.functions_cut_off || inputs.flag.is_none_or(Result::is_err);
        return (unread && inputs.spec.fallback.is_some()).then(|| {
            format!("when functions cannot read {store}, they follow their environment, which could not be read")
        });
    };
    let words = &says.words;
    let share = says
        .percent
        .map_or_else(|| "an unknown share".to_owned(), |p| p.to_string());
    if inputs.functions_cut_off {
        return Some(format!(
            "functions cannot read {store} and follow their environment now: {words}, so {share}"
        ));
    }
    match (inputs.flag, desired) {
        (None, _) => Some(format!(
            "the flag cannot be read; functions that cannot read it either follow their environment: {words}, so {share}"
        )),
        (Some(Err(_)), _) => Some(format!(
            "the flag document is not valid; functions that refuse it follow their environment: {words}, so {share}"
        )),
        (_, Some(desired)) if says.percent.is_none_or(|p| p > desired) => {
            let effect = if desired == Percent::ZERO {
                "the feature comes back".to_owned()
            } else {
                format!("exposure goes to {share}")
            };
            let effect = match says.percent {
                Some(_) => effect,
                None => "nobody knows what the functions do".to_owned(),
            };
            Some(format!(
                "{effect} when {store} cannot be read: the flag says {desired}, but the functions' environment says {words}"
            ))
        }
        _ => None,
    }
}

fn of_alias(inputs: &Inputs<'_>) -> Option<String> {
    let function = inputs.fallback?;
    let alias = function.alias.as_ref().filter(|alias| alias.is_pinned())?;
    let (latest, traffic) = (
        function.variables.as_ref().ok()?,
        alias.variables.as_ref().ok()?,
    );
    let spec = inputs.spec.fallback.as_ref()?;
    let differs = spec
        .off
        .keys()
        .any(|name| latest.get(name) != traffic.get(name));
    differs.then(|| {
        format!(
            "alias {} points at version {}, whose environment differs from $LATEST: a change of $LATEST has not reached it",
            alias.name, alias.version
        )
    })
}

fn of_sightings(
    inputs: &Inputs<'_>,
    effective: Option<Effective>,
    now: Timestamp,
) -> Option<String> {
    let effective = effective.filter(|e| !e.settling)?;
    let over = |clock: &Clockface| now < clock.horizon_at + SESSIONS_END;
    if lingering(inputs, now).is_some_and(over) {
        return None;
    }
    match inputs.observed {
        Observed::Share(share) if share.low > f64::from(effective.at_most.get()) => Some(format!(
            "{} of {} sessions seen were treated ({:.1} % or more), though at most {} should be",
            share.treated, share.sessions, share.low, effective.at_most
        )),
        Observed::Seen(at) if effective.at_most == Percent::ZERO => {
            let expired = inputs.clock.map(|c| c.horizon_at);
            (expired.is_none_or(|horizon| *at > horizon)).then(|| {
                format!(
                    "treated sessions were seen {} s ago, though nobody should be treated",
                    now.since(*at).as_secs()
                )
            })
        }
        _ => None,
    }
}
