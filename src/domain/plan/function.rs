//! Plans that change a Lambda function: the environment fallback on and off, and publish-and-repoint. They send nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::make::{Named, PlanContext, PlanFault};
use super::{Change, Direction, Plan, Replaced, Write, diff, shell};
use crate::domain::Percent;
use crate::domain::exposure::environment;
use crate::domain::lever::{FunctionState, LeverContent, LeverId, LeverState, UpdateStatus};
use crate::domain::rollout::FallbackSpec;

mod names;
mod publish;
mod tune;

pub(crate) use names::is_reserved;
pub(super) use publish::publish;
pub(super) use tune::tune;

type Variables = BTreeMap<String, String>;

/// The parts that every plan of a function needs.
struct Ground<'a> {
    spec: &'a FallbackSpec,
    state: &'a LeverState,
    function: &'a FunctionState,
}

fn ground<'a>(
    state: Option<&'a LeverState>,
    context: &'a PlanContext<'_>,
) -> Result<Ground<'a>, PlanFault> {
    let spec = context.spec.fallback.as_ref().ok_or_else(|| {
        PlanFault::new(
            "no fallback function is configured",
            "name it under [rollout.….fallback]",
        )
    })?;
    let unread = || {
        PlanFault::new(
            format!("the function {} could not be read", spec.function),
            "an environment that was not read is never written: disable the flag, or read again",
        )
    };
    let state = state.ok_or_else(unread)?;
    let LeverContent::Function(function) = &state.content else {
        return Err(unread());
    };
    if function.update == UpdateStatus::InProgress {
        return Err(PlanFault::new(
            format!(
                "{} is being updated: Lambda refuses a second update until that is done",
                spec.function
            ),
            "wait until LastUpdateStatus is Successful, then try again; the flag can be disabled meanwhile",
        ));
    }
    Ok(Ground {
        spec,
        state,
        function,
    })
}

pub(super) fn plan(
    change: &Change,
    state: Option<&LeverState>,
    context: &PlanContext<'_>,
) -> Result<Plan, PlanFault> {
    let ground = ground(state, context)?;
    let old = ground.function.variables.as_ref().map_err(|why| {
        PlanFault::new(
            format!("the environment of {} could not be read: {why}", ground.spec.function),
            "a map that was not read is never written: ask for kms:Decrypt on the function's key, or disable the flag",
        )
    })?;
    let wanted: BTreeMap<String, Option<String>> = match change {
        Change::FallbackOff(values) => values.clone(),
        _ => ground
            .spec
            .off
            .iter()
            .map(|(k, v)| (k.clone(), Some(v.clone())))
            .collect(),
    };
    names::check(
        wanted
            .iter()
            .filter(|(_, v)| v.is_some())
            .map(|(k, _)| k.as_str()),
    )?;
    let mut new = old.clone();
    for (name, value) in &wanted {
        match value {
            Some(value) => new.insert(name.clone(), value.clone()),
            None => new.remove(name),
        };
    }
    names::check_size(&new)?;
    Ok(assemble(change, &ground, context, (old, &new), &wanted))
}

fn assemble(
    change: &Change,
    ground: &Ground<'_>,
    context: &PlanContext<'_>,
    (old, new): (&Variables, &Variables),
    wanted: &BTreeMap<String, Option<String>>,
) -> Plan {
    let on = *change == Change::FallbackOn;
    let no_op = old == new;
    let says = environment(new, ground.spec);
    let before = environment(old, ground.spec).percent;
    let after = match says.percent {
        Some(percent) => percent,
        // The variables of `off` are those that turn the feature off, whatever else they are called.
        None if on => Percent::ZERO,
        None => Percent::FULL,
    };
    let open: BTreeSet<&str> = wanted.keys().map(String::as_str).collect();
    let function = &ground.spec.function;
    let named = Named(context.spec);
    let verb = if on {
        "is turned off in"
    } else {
        "is put back as it was in"
    };
    let changes: BTreeMap<&String, Option<&String>> = wanted
        .iter()
        .filter(|(name, value)| old.get(*name) != value.as_ref())
        .map(|(name, value)| (name, value.as_ref()))
        .collect();
    Plan {
        lever: LeverId::Fallback,
        change: change.clone(),
        seen: Some(ground.state.revision.clone()),
        before,
        after,
        direction: match (on, before) {
            _ if no_op => Direction::Neutral,
            (true, Some(before)) if after <= before => Direction::Lower,
            (true, None) if after == Percent::ZERO => Direction::Lower,
            _ => Direction::Raise,
        },
        sentence: if no_op {
            format!("the environment of {function} is as wanted already: nothing is written")
        } else {
            format!(
                "{named} {verb} the environment of {function}: {}",
                listed(&changes)
            )
        },
        diff: if no_op {
            Vec::new()
        } else {
            diff::variables(old, new, &open)
        },
        calls: if no_op {
            Vec::new()
        } else {
            calls(&ground.state.revision.0)
        },
        time_to_effect: if no_op {
            Duration::ZERO
        } else {
            context.spec.cache_ttl
        },
        undo: match on {
            _ if no_op => "nothing to undo".to_owned(),
            true => {
                "the old values are journalled; putting them back is a raise, so it asks".to_owned()
            }
            false => "one key, writes the fallback again".to_owned(),
        },
        aws_cli: if no_op {
            String::new()
        } else {
            let changes = serde_json::to_value(&changes).unwrap_or_default();
            shell::merge_variables(function, &ground.state.revision.0, &changes, context.spec)
        },
        warnings: warnings(ground, context, on, no_op),
        write: if no_op {
            Write::Nothing
        } else {
            Write::Variables(new.clone())
        },
        replaced: Replaced::Variables(
            changes
                .keys()
                .map(|name| ((*name).clone(), old.get(*name).cloned()))
                .collect(),
        ),
    }
}

fn listed(changes: &BTreeMap<&String, Option<&String>>) -> String {
    let words: Vec<String> = changes
        .iter()
        .map(|(name, value)| match value {
            Some(value) => format!("{name}={value}"),
            None => format!("{name} removed"),
        })
        .collect();
    words.join(", ")
}

fn calls(revision: &str) -> Vec<String> {
    vec![
        format!("lambda:GetFunctionConfiguration (RevisionId {revision} expected)"),
        "lambda:UpdateFunctionConfiguration".to_owned(),
        "lambda:GetFunctionConfiguration (until LastUpdateStatus is Successful)".to_owned(),
    ]
}

fn warnings(ground: &Ground<'_>, context: &PlanContext<'_>, on: bool, no_op: bool) -> Vec<String> {
    let mut out = Vec::new();
    if context.flag_answers && on {
        out.push(
            "the flag store answers, so functions may go on following the flag: this may change nothing now. It protects against \
             the feature coming back when the flag cannot be read"
                .to_owned(),
        );
    }
    if let Some(alias) = ground
        .function
        .alias
        .as_ref()
        .filter(|alias| alias.is_pinned())
    {
        out.push(format!(
            "traffic goes through alias {} to version {}, whose environment is frozen: this changes $LATEST and cannot reach \
             that traffic. Publishing and repointing the alias is a second plan",
            alias.name, alias.version
        ));
    }
    match &ground.function.update {
        UpdateStatus::Failed(why) => out.push(format!("the function's last update failed: {why}")),
        UpdateStatus::Unknown(word) => {
            out.push(format!(
                "the function's LastUpdateStatus is {word}, which this program does not know"
            ));
        }
        UpdateStatus::Successful | UpdateStatus::InProgress => {}
    }
    if !no_op {
        out.push("invocations that are running finish on the old environment".to_owned());
    }
    out
}
