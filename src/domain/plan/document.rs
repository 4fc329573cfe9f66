//! Plans that change the flag document: disable, set a percentage, restore a version, disable blindly. They send nothing.

use std::time::Duration;

use super::make::{Named, PlanContext, PlanFault};
use super::{Change, Direction, Plan, Replaced, Write, diff, shell};
use crate::domain::exposure::traffic_environment;
use crate::domain::flag::{
    Flag, FlagEdit, FlagFault, check_size, decides_exposure, disable_blind, edit, exposed,
    says_disabled,
};
use crate::domain::lever::{LeverContent, LeverId, LeverState};
use crate::domain::rollout::FlagSource;
use crate::domain::{Percent, Revision};

mod words;

/// Everything that the parts of a plan follow from.
pub(super) struct Draft<'a> {
    pub(super) change: &'a Change,
    pub(super) context: &'a PlanContext<'a>,
    pub(super) seen: Option<&'a Revision>,
    pub(super) text: Option<&'a str>,
    pub(super) flag: Option<Flag>,
    /// The flag after the write; `None` where the text to be restored is not valid but off.
    pub(super) flag_after: Option<Flag>,
    /// The text to be written; `None` where nothing is.
    pub(super) write: Option<String>,
    pub(super) before: Option<Percent>,
    pub(super) after: Percent,
    pub(super) direction: Direction,
}

pub(super) fn plan(
    change: &Change,
    state: Option<&LeverState>,
    context: &PlanContext<'_>,
) -> Result<Plan, PlanFault> {
    let shape = &context.spec.flag.shape;
    let text = state.and_then(|state| match &state.content {
        LeverContent::Document(text) => Some(text.as_str()),
        LeverContent::Function(_) => None,
    });
    let flag = text.and_then(|text| Flag::parse(text, shape).ok());
    let wanted = wanted_text(change, text, context)?;
    let (after, flag_after) = match Flag::parse(&wanted, shape) {
        Ok(flag) => (exposed(&flag, shape.comparison), Some(flag)),
        Err(_) if may_be_invalid(change, &wanted, context) => (Percent::ZERO, None),
        Err(faults) => return Err(not_valid(change, text, &faults, context)),
    };
    if let Change::Create { .. } = change {
        may_be_created(state, flag_after.as_ref(), after)?;
    }
    let unchanged = text == Some(wanted.as_str()) && *change != Change::Rewrite;
    if !unchanged {
        check_store(change, text, &wanted, context)?;
    }
    let before = flag.as_ref().map(|flag| exposed(flag, shape.comparison));
    let draft = Draft {
        change,
        context,
        seen: state.map(|state| &state.revision),
        text,
        direction: direction(change, flag.as_ref(), flag_after.as_ref(), before, after),
        flag,
        flag_after,
        write: (!unchanged).then_some(wanted),
        before,
        after,
    };
    Ok(assemble(&draft, state))
}

fn assemble(draft: &Draft<'_>, state: Option<&LeverState>) -> Plan {
    let spec = draft.context.spec;
    let (resource, in_ssm) = match &spec.flag.source {
        FlagSource::Ssm(name) => (name, true),
        FlagSource::File(path) => (path, false),
    };
    let resource = state.map_or(resource, |state| &state.resource);
    let no_op = draft.write.is_none();
    let (mut calls, mut aws_cli, mut diff) = (Vec::new(), String::new(), Vec::new());
    if let Some(text) = &draft.write {
        calls = words::calls(draft, in_ssm, resource);
        aws_cli = if in_ssm {
            let command = shell::put_parameter(resource, text, spec);
            match draft.change {
                Change::Create { .. } => command.replacen(" --overwrite", "", 1),
                _ => command,
            }
        } else {
            shell::put_file(resource, text)
        };
        diff = diff::documents(draft.text, text, &spec.flag.shape);
    }
    Plan {
        lever: LeverId::Flag,
        change: draft.change.clone(),
        seen: draft.seen.cloned(),
        before: draft.before,
        after: draft.after,
        direction: if no_op {
            Direction::Neutral
        } else {
            draft.direction
        },
        sentence: words::sentence(draft),
        diff,
        calls,
        time_to_effect: if no_op {
            Duration::ZERO
        } else {
            spec.cache_ttl
        },
        undo: words::undo(draft),
        aws_cli,
        warnings: warnings(draft),
        write: match &draft.write {
            Some(text) => Write::Document(text.clone()),
            None => Write::Nothing,
        },
        replaced: match draft.text {
            Some(text) => Replaced::Document(text.to_owned()),
            None => Replaced::Unknown,
        },
    }
}

fn wanted_text(
    change: &Change,
    text: Option<&str>,
    context: &PlanContext<'_>,
) -> Result<String, PlanFault> {
    let shape = &context.spec.flag.shape;
    let wish = match change {
        Change::Restore { text, .. } | Change::Create { text } => return Ok(text.clone()),
        Change::DisableBlind { last_good } => {
            let good = last_good.as_deref().or(last_good_of(context));
            return Ok(disable_blind(good, shape));
        }
        Change::SetPercent(to) => FlagEdit::SetPercent(*to),
        Change::SetMember { name, json } => FlagEdit::SetMember {
            name: name.clone(),
            json: json.clone(),
        },
        _ => FlagEdit::Disable,
    };
    let Some(text) = text else {
        let fault = PlanFault::new(
            "the flag could not be read, so its other members would be lost",
            "disable it blindly from the last good version, or write the environment fallback",
        );
        return Err(fault.or(blind(change, context)));
    };
    let disabled = says_disabled(text, shape) && Flag::parse(text, shape).is_ok();
    if *change == Change::Rewrite {
        return Ok(text.to_owned());
    }
    if disabled && wish == FlagEdit::Disable {
        return Ok(text.to_owned());
    }
    edit(text, shape, &wish).map_err(|fault| not_valid(change, Some(text), &[fault], context))
}

/// A flag begins with nobody in it, and only where there is none.
fn may_be_created(
    state: Option<&LeverState>,
    flag: Option<&Flag>,
    after: Percent,
) -> Result<(), PlanFault> {
    if let Some(state) = state {
        return Err(PlanFault::new(
            format!("{} exists already", state.resource),
            "it is left as it is: set a percentage, or restore a version",
        ));
    }
    let listed = flag.is_some_and(|flag| flag.enabled && !flag.listed.is_empty());
    if after > Percent::ZERO || listed {
        return Err(PlanFault::new(
            format!("a new flag treats nobody, and this text treats {after}"),
            "make it at 0 %, then raise it",
        ));
    }
    Ok(())
}

fn last_good_of<'a>(context: &'a PlanContext<'_>) -> Option<&'a str> {
    context
        .history_last_good
        .as_ref()
        .map(|(_, text)| text.as_str())
}

/// The blind disable, where the change was to take everybody off.
fn blind(change: &Change, context: &PlanContext<'_>) -> Option<Change> {
    matches!(change, Change::Disable | Change::SetPercent(Percent::ZERO)).then(|| {
        Change::DisableBlind {
            last_good: last_good_of(context).map(str::to_owned),
        }
    })
}

/// An old text may be restored although it is not valid when it is off by its own word.
fn may_be_invalid(change: &Change, wanted: &str, context: &PlanContext<'_>) -> bool {
    matches!(change, Change::Restore { .. }) && says_disabled(wanted, &context.spec.flag.shape)
}

fn not_valid(
    change: &Change,
    text: Option<&str>,
    faults: &[FlagFault],
    context: &PlanContext<'_>,
) -> PlanFault {
    let list: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let list = list.join("; ");
    if let Change::Restore { version, .. } = change {
        return PlanFault::new(
            format!("v{version} is not a valid flag document: {list}"),
            "restore another version, or set a percentage",
        );
    }
    if let Change::SetMember { name, .. } = change {
        return if decides_exposure(name) {
            PlanFault::new(list, "set a percentage, enable or disable instead")
        } else {
            PlanFault::new(
                format!("the flag document would not be valid: {list}"),
                "give another value",
            )
        };
    }
    let shape = &context.spec.flag.shape;
    let disable_saves = *change != Change::Disable
        && text
            .and_then(|text| edit(text, shape, &FlagEdit::Disable).ok())
            .is_some_and(|text| Flag::parse(&text, shape).is_ok());
    let instead = match change {
        Change::SetPercent(Percent::ZERO) if disable_saves => Some(Change::Disable),
        _ => blind(change, context),
    };
    PlanFault::new(
        format!("the flag document is not valid, so functions may ignore it: {list}"),
        "disable it blindly from the last good version, or restore a version from the history",
    )
    .or(instead)
}

/// What the store would refuse is refused here. A parameter that is longer than 4 KB already is an advanced one.
fn check_store(
    change: &Change,
    text: Option<&str>,
    wanted: &str,
    context: &PlanContext<'_>,
) -> Result<(), PlanFault> {
    let FlagSource::Ssm(_) = context.spec.flag.source else {
        return Ok(());
    };
    let advanced = text.is_some_and(|text| text.len() > 4096) && wanted.len() <= 8192;
    match check_size(wanted) {
        Err(fault) if !advanced || wanted.contains("{{") => Err(PlanFault::new(
            fault.to_string(),
            "SSM would refuse it: shorten another member, or take everybody off another way",
        )
        .or(shorter(change, context))),
        _ => Ok(()),
    }
}

fn shorter(change: &Change, context: &PlanContext<'_>) -> Option<Change> {
    match change {
        // `false` is a byte longer than `true`, `0` is never longer than a percentage.
        Change::Disable => Some(Change::SetPercent(Percent::ZERO)),
        Change::SetPercent(Percent::ZERO) => blind(change, context),
        _ => None,
    }
}

fn direction(
    change: &Change,
    flag: Option<&Flag>,
    flag_after: Option<&Flag>,
    before: Option<Percent>,
    after: Percent,
) -> Direction {
    if matches!(change, Change::DisableBlind { .. }) {
        return Direction::Lower;
    }
    if matches!(change, Change::Create { .. } | Change::Rewrite) {
        return Direction::Neutral;
    }
    let listed = |flag: Option<&Flag>| -> Vec<String> {
        flag.filter(|f| f.enabled)
            .map(|f| f.listed.clone())
            .unwrap_or_default()
    };
    let (old, new) = (listed(flag), listed(flag_after));
    let gains = new.iter().any(|name| !old.contains(name));
    let loses = old.iter().any(|name| !new.contains(name));
    match before {
        None if after == Percent::ZERO && new.is_empty() => Direction::Lower,
        None => Direction::Raise,
        Some(before) if after > before || gains => Direction::Raise,
        Some(before) if after < before || loses => Direction::Lower,
        Some(_) => Direction::Neutral,
    }
}

fn warnings(draft: &Draft<'_>) -> Vec<String> {
    let context = draft.context;
    let mut out = Vec::new();
    if draft.write.is_some() {
        out.extend(words::warnings(draft));
    }
    if let Some(text) = comes_back(context, draft.after) {
        out.push(text);
    }
    if !context.flag_answers && draft.write.is_some() {
        out.push(
            "the flag cannot be read: functions follow their environment until it can".to_owned(),
        );
    }
    out
}

/// The environment that would bring the feature back.
fn comes_back(context: &PlanContext<'_>, after: Percent) -> Option<String> {
    let spec = context.spec.fallback.as_ref()?;
    let LeverContent::Function(function) = &context.fallback_state?.content else {
        return None;
    };
    let says = traffic_environment(function, spec).ok()?;
    let more = says.percent.is_none_or(|percent| percent > after);
    more.then(|| {
        format!(
            "the environment of {} says {}: the feature comes back when the flag cannot be read; the fallback closes that way",
            spec.function, says.words
        )
    })
}

/// The rollout's name for sentences.
fn named<'a>(draft: &'a Draft<'_>) -> Named<'a> {
    Named(draft.context.spec)
}
