//! The plan that sets one variable of the function, where that does not decide who is exposed. It sends nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::super::make::{Named, PlanContext, PlanFault};
use super::super::{Change, Direction, Plan, Replaced, Write, diff, shell};
use super::{Ground, calls, ground, names, warnings};
use crate::domain::Percent;
use crate::domain::exposure::traffic_environment;
use crate::domain::lever::{LeverId, LeverState};
use crate::domain::nearest::nearest;
use crate::domain::rollout::FlagSource;

/// The plan to set (or to remove) one variable; every other variable stays as it is.
pub(in crate::domain::plan) fn tune(
    (name, value): (&str, Option<&str>),
    state: Option<&LeverState>,
    context: &PlanContext<'_>,
) -> Result<Plan, PlanFault> {
    let ground = ground(state, context)?;
    let function = &ground.spec.function;
    let old = ground.function.variables.as_ref().map_err(|why| {
        PlanFault::new(
            format!("the environment of {function} could not be read: {why}"),
            "a map that was not read is never written: ask for kms:Decrypt on the function's key",
        )
    })?;
    names::check(std::iter::once(name)).map_err(|fault| PlanFault {
        hint: "name a variable that the function may have".to_owned(),
        ..fault
    })?;
    let before = old.get(name);
    refuse_exposure(name, before.map(String::as_str), &ground, context)?;
    let mut new = old.clone();
    match value {
        Some(value) => new.insert(name.to_owned(), value.to_owned()),
        None => new.remove(name),
    };
    names::check_size(&new)?;
    let change = Change::SetVariable {
        name: name.to_owned(),
        value: value.map(str::to_owned),
    };
    let plan = Plan {
        lever: LeverId::Fallback,
        seen: Some(ground.state.revision.clone()),
        before: share(&ground),
        after: share(&ground).unwrap_or(Percent::ZERO),
        direction: Direction::Neutral,
        sentence: sentence(&ground, context, name, value),
        diff: diff::variables(old, &new, &BTreeSet::from([name])),
        calls: calls(&ground.state.revision.0),
        time_to_effect: context.spec.cache_ttl,
        undo: "one key, puts back the old value, which is journalled".to_owned(),
        aws_cli: shell::merge_variables(
            function,
            &ground.state.revision.0,
            &serde_json::json!({ name: value }),
            context.spec,
        ),
        warnings: new_name(name, value, old)
            .into_iter()
            .chain(warnings(&ground, context, false, false))
            .collect(),
        replaced: Replaced::Variables(BTreeMap::from([(name.to_owned(), before.cloned())])),
        write: Write::Variables(new),
        change,
    };
    Ok(if before.map(String::as_str) == value {
        nothing(plan)
    } else {
        plan
    })
}

/// A variable that the function did not have is more often a slip than a wish.
fn new_name(name: &str, value: Option<&str>, old: &BTreeMap<String, String>) -> Option<String> {
    if value.is_none() || old.contains_key(name) {
        return None;
    }
    let meant = nearest(name, old.keys().map(String::as_str));
    let meant = meant.map_or_else(String::new, |meant| format!(" (did you mean {meant}?)"));
    Some(format!(
        "the function has no variable {name} yet: nothing may read it{meant}"
    ))
}

/// The same plan where the variable already is as wanted.
fn nothing(plan: Plan) -> Plan {
    Plan {
        sentence: "the variable is as wanted already: nothing is written".to_owned(),
        diff: Vec::new(),
        calls: Vec::new(),
        time_to_effect: Duration::ZERO,
        undo: "nothing to undo".to_owned(),
        aws_cli: String::new(),
        warnings: Vec::new(),
        write: Write::Nothing,
        ..plan
    }
}

fn share(ground: &Ground<'_>) -> Option<Percent> {
    traffic_environment(ground.function, ground.spec)
        .ok()
        .and_then(|says| says.percent)
}

fn sentence(
    ground: &Ground<'_>,
    context: &PlanContext<'_>,
    name: &str,
    value: Option<&str>,
) -> String {
    let (named, function) = (Named(context.spec), &ground.spec.function);
    match value {
        Some(value) => {
            format!(
                "{named}: the environment of {function} gets {name}={value}; exposure stays as it is"
            )
        }
        None => {
            format!(
                "{named}: {name} is removed from the environment of {function}; exposure stays as it is"
            )
        }
    }
}

/// Variables that decide who is exposed, and the one that names the flag, change another way.
fn refuse_exposure(
    name: &str,
    before: Option<&str>,
    ground: &Ground<'_>,
    context: &PlanContext<'_>,
) -> Result<(), PlanFault> {
    let spec = ground.spec;
    let decides = spec.decides_exposure(name);
    let (FlagSource::Ssm(store) | FlagSource::File(store)) = &context.spec.flag.source;
    let names_store = before.is_some_and(|before| before == store);
    if !decides && !names_store {
        return Ok(());
    }
    let (what, hint) = if decides {
        (
            "decides who is exposed while the flag cannot be read",
            "it is changed by the fallback, on or off, not as a variable",
        )
    } else {
        (
            "names the flag that decides who is exposed",
            "another flag is another rollout: change it with a deployment",
        )
    };
    Err(PlanFault::new(format!("{name} {what}"), hint))
}
