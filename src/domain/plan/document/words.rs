//! The words of a flag plan: sentence, calls, undo, what to know beforehand. They decide nothing.

use super::{Draft, named};
use crate::domain::Percent;
use crate::domain::flag::{member, tunable_members};
use crate::domain::nearest::nearest;
use crate::domain::plan::{Change, Direction};

pub(super) fn sentence(draft: &Draft<'_>) -> String {
    let name = named(draft);
    if draft.write.is_none() {
        return match draft.change {
            Change::Disable | Change::DisableBlind { .. } => {
                format!("{name} is disabled already: nothing is written")
            }
            Change::Restore { version, .. } => {
                format!("{name} holds the text of v{version} already: nothing is written")
            }
            Change::SetMember { name: member, json } => {
                format!(
                    "{name} has {member} at {} already: nothing is written",
                    json.trim()
                )
            }
            _ => format!("{name} is at {} already: nothing is written", draft.after),
        };
    }
    let step = step(draft);
    match draft.change {
        Change::Disable => match &draft.flag {
            Some(flag) => format!(
                "{name} is disabled and {step}; the percentage stays at {}",
                flag.rollout_percentage
            ),
            None => format!("{name} is disabled and {step}"),
        },
        Change::DisableBlind { .. } => format!("{name} is disabled blindly and {step}"),
        Change::Create { .. } => format!("{name} is made: nobody is treated"),
        Change::Rewrite => format!("{name} is written once more as it is and {step}"),
        Change::Restore { version, .. } => format!("{name} gets the text of v{version} and {step}"),
        Change::SetMember { name: member, json } => {
            format!("{name} gets {member} = {} and {step}", json.trim())
        }
        _ => format!("{name} {step}"),
    }
}

/// `goes from 10 % to 50 %: about 5 times as many sessions`.
fn step(draft: &Draft<'_>) -> String {
    let after = draft.after;
    let Some(before) = draft.before else {
        return format!("goes to {after}; where it is now is not known");
    };
    let road = format!("goes from {before} to {after}");
    match draft.direction {
        Direction::Neutral => format!("stays at {after}"),
        _ if before == after => {
            format!("stays at {after}, but the listed users and groups change")
        }
        _ if after == Percent::ZERO => {
            format!("{road}: nobody is treated any more{}", but_listed(draft))
        }
        _ if before == Percent::ZERO => {
            format!("{road}: about {after} of the sessions instead of none")
        }
        Direction::Raise if after > before => {
            format!(
                "{road}: about {} times as many sessions",
                times(after, before)
            )
        }
        _ => format!(
            "{road}: about 1 in {} of the sessions treated now",
            times(before, after)
        ),
    }
}

fn but_listed(draft: &Draft<'_>) -> String {
    let listed = draft
        .flag_after
        .as_ref()
        .filter(|flag| flag.enabled)
        .map_or(0, |flag| flag.listed.len());
    match listed {
        0 => String::new(),
        n => format!(" but {n} listed users or groups"),
    }
}

fn times(more: Percent, less: Percent) -> String {
    let ratio = format!(
        "{:.1}",
        f64::from(more.get()) / f64::from(less.get().max(1))
    );
    ratio
        .strip_suffix(".0")
        .map_or(ratio.clone(), str::to_owned)
}

pub(super) fn calls(draft: &Draft<'_>, in_ssm: bool, resource: &str) -> Vec<String> {
    let seen = match draft.seen {
        Some(revision) if in_ssm => format!("v{revision} expected"),
        Some(_) => "the text that was seen is expected".to_owned(),
        None => "if it can be read".to_owned(),
    };
    if in_ssm {
        vec![
            format!("ssm:GetParameter ({seen})"),
            "ssm:PutParameter".to_owned(),
            "ssm:GetParameterHistory".to_owned(),
        ]
    } else {
        vec![
            format!("read {resource} ({seen})"),
            format!("write a new file beside {resource}, then put it in its place"),
        ]
    }
}

pub(super) fn undo(draft: &Draft<'_>) -> String {
    if draft.write.is_none() {
        return "nothing to undo".to_owned();
    }
    if let Change::SetMember { .. } = draft.change {
        return "one key, puts the old value back".to_owned();
    }
    match draft.change {
        Change::Rewrite => return "nothing to undo: the text is the same".to_owned(),
        Change::Create { .. } => return "nothing to undo: nobody is treated".to_owned(),
        _ => {}
    }
    let back = match (draft.before, draft.seen) {
        (Some(before), _) => format!("back to {before}"),
        (None, Some(seen)) => format!("back to the text of v{seen}"),
        (None, None) => {
            return "not possible from here: what is replaced could not be read".to_owned();
        }
    };
    match draft.direction {
        Direction::Raise => format!("one key, lowers {back}"),
        Direction::Lower => format!("goes {back}: a raise, so it asks"),
        Direction::Neutral => format!("one key, {back}"),
    }
}

pub(super) fn warnings(draft: &Draft<'_>) -> Vec<String> {
    let mut out = Vec::new();
    let context = draft.context;
    if let (Some(before), Some(effective)) = (draft.before, context.exposure_before)
        && effective > before
    {
        out.push(format!(
            "an earlier change is not through yet: caches may still serve up to {effective}"
        ));
    }
    if let Change::DisableBlind { last_good } = draft.change {
        out.push(blind_basis(draft, last_good.as_deref()));
    }
    if let Change::SetMember { name, json } = draft.change {
        out.extend(new_or_another_kind(draft, name, json));
    }
    if draft.flag_after.is_none() {
        out.push("the text is not a valid flag document; functions that refuse it follow their environment".to_owned());
    }
    if draft.text.is_some() && draft.flag.is_none() && draft.flag_after.is_some() {
        out.push("the document that is replaced is not valid".to_owned());
    }
    let still = but_listed(draft);
    if draft.after == Percent::ZERO && !still.is_empty() {
        out.push(format!(
            "at 0 % nobody is treated{still}; a disable takes them off too"
        ));
    }
    out
}

/// A member that nobody reads, or one that its readers do not understand any more, is more often a slip than a wish.
fn new_or_another_kind(draft: &Draft<'_>, name: &str, json: &str) -> Option<String> {
    let shape = &draft.context.spec.flag.shape;
    let old = draft.text?;
    let Some(before) = member(old, shape, name) else {
        let there = tunable_members(old, shape);
        let known = there.iter().map(|(name, _)| name.as_str());
        let known = known.chain(shape.limits.keys().map(String::as_str));
        let meant = nearest(name, known.filter(|known| *known != name));
        let meant = meant.map_or_else(String::new, |meant| format!(" (did you mean {meant}?)"));
        return Some(format!(
            "the document has no member {name} yet: nothing may read it{meant}"
        ));
    };
    let (before, after) = (kind(&before), kind(json));
    (before != after).then(|| format!("{name} is {before} and becomes {after}"))
}

/// What kind of value some JSON is, in words.
fn kind(json: &str) -> &'static str {
    match json.trim_start().bytes().next() {
        Some(b'"') => "a text",
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b't' | b'f') => "true or false",
        Some(b'n') => "null",
        _ => "a number",
    }
}

fn blind_basis(draft: &Draft<'_>, last_good: Option<&str>) -> String {
    let shape = &draft.context.spec.flag.shape;
    let history = draft.context.history_last_good.as_ref();
    let good = last_good.or(history.map(|(_, text)| text.as_str()));
    let saved = good.is_some_and(|text| {
        draft
            .write
            .as_deref()
            .is_some_and(|write| write != crate::domain::flag::disable_blind(None, shape))
            && crate::domain::flag::Flag::parse(text, shape).is_ok()
    });
    let version = history
        .filter(|(_, text)| good == Some(text.as_str()))
        .map_or_else(String::new, |(revision, _)| format!(" (v{revision})"));
    match (saved, &shape.flag) {
        (true, _) => format!("written from the last good version{version} with the flag off; what changed since is lost"),
        (false, None) => "no good version is known: the bare disabled document is written, all other members are lost".to_owned(),
        (false, Some(_)) => "no good version is known: a document with this flag alone is written, all other flags are lost".to_owned(),
    }
}
