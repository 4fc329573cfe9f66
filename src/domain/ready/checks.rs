//! What the levers and their users rest on, one lamp each. It asks nobody.

use std::time::Duration;

use super::{Lamp, ReadyCheck, ReadyInput};
use crate::domain::Timestamp;
use crate::domain::failure::ErrorKind;
use crate::domain::flag::Flag;
use crate::domain::identity::Identity;
use crate::domain::rollout::{AlarmsSpec, FlagSource};
use crate::domain::signal::format_span;

mod watchers;

/// Versions that Parameter Store keeps.
const KEPT: usize = 100;
/// From here on a label that will block writes is worth a warning.
const FEW: usize = 10;
/// Credentials that end sooner may end in the middle of an incident.
const SHORT: Duration = Duration::from_mins(15);

pub(super) fn checks(input: &ReadyInput<'_>) -> Vec<ReadyCheck> {
    let mut all = vec![credentials(input), document(input)];
    if let FlagSource::Ssm(_) = input.spec.flag.source {
        all.push(known_good(input));
        all.extend(label_block(input));
    }
    all.extend(watchers::environment(input));
    all.extend(watchers::alias(input));
    if input.spec.alarms != AlarmsSpec::None {
        all.extend(watchers::alarms(input));
    }
    all.extend(watchers::logs(input));
    all.push(watchers::journal(input));
    all.extend(watchers::drill(input));
    all
}

pub(super) fn check(
    name: impl Into<String>,
    lamp: Lamp,
    reason: impl Into<String>,
    hint: impl Into<String>,
) -> ReadyCheck {
    ReadyCheck {
        name: name.into(),
        lamp,
        reason: reason.into(),
        hint: hint.into(),
    }
}

pub(super) fn unread(name: &str) -> ReadyCheck {
    check(name, Lamp::Warn, "not read yet", "")
}

fn credentials(input: &ReadyInput<'_>) -> ReadyCheck {
    const NAME: &str = "credentials";
    if let Some(fault) = input.identity.fault {
        let lamp = if fault.kind == ErrorKind::Credentials {
            Lamp::Broken
        } else {
            Lamp::Warn
        };
        return check(NAME, lamp, fault.to_string(), &fault.hint);
    }
    let Some(me) = input.identity.value else {
        return unread(NAME);
    };
    if let Some(pinned) = input.pinned_account.filter(|id| *id != me.account) {
        return check(
            NAME,
            Lamp::Broken,
            format!("they are of account {}, not of {pinned}", me.account),
            "sign in to the account of this rollout",
        );
    }
    match life(me, input.now) {
        Some((lamp, text)) => {
            let hint = if lamp == Lamp::Ok {
                ""
            } else {
                "sign in again now, while nothing burns"
            };
            check(NAME, lamp, text, hint)
        }
        None => check(
            NAME,
            Lamp::Ok,
            format!("{} in {}, without an end", me.short_name(), me.account),
            "",
        ),
    }
}

/// How long the credentials still live, where they end.
pub(super) fn life(me: &Identity, now: Timestamp) -> Option<(Lamp, String)> {
    let end = me.expires_at?;
    if end <= now {
        let text = format!("the credentials ended {} ago", format_span(now.since(end)));
        return Some((Lamp::Broken, text));
    }
    let left = end.since(now);
    let lamp = if left < SHORT { Lamp::Warn } else { Lamp::Ok };
    Some((
        lamp,
        format!("the credentials end in {}", format_span(left)),
    ))
}

fn document(input: &ReadyInput<'_>) -> ReadyCheck {
    const NAME: &str = "flag document";
    if let Some(fault) = input.flag.fault {
        return check(NAME, Lamp::Broken, fault.to_string(), &fault.hint);
    }
    match (input.flag.value, input.flag_says) {
        (Some(state), Some(Ok(flag))) => {
            let stand = if flag.enabled { "on" } else { "off" };
            let text = format!(
                "v{} is valid: {stand}, {}",
                short(&state.revision.0),
                flag.rollout_percentage
            );
            check(NAME, Lamp::Ok, text, "")
        }
        (Some(_), Some(Err(faults))) => {
            let list: Vec<String> = faults.iter().map(ToString::to_string).collect();
            check(
                NAME,
                Lamp::Broken,
                format!("not valid: {}", list.join("; ")),
                "restore a version from the history, or disable it",
            )
        }
        _ => unread(NAME),
    }
}

/// A hash in full says no more to a person.
fn short(revision: &str) -> &str {
    revision.get(..12).unwrap_or(revision)
}

fn known_good(input: &ReadyInput<'_>) -> ReadyCheck {
    const NAME: &str = "history";
    if let Some(fault) = input.history.fault {
        return check(NAME, Lamp::Warn, fault.to_string(), &fault.hint);
    }
    let Some(versions) = input.history.value else {
        return unread(NAME);
    };
    let shape = &input.spec.flag.shape;
    let good = versions
        .iter()
        .find(|version| Flag::parse(&version.text, shape).is_ok());
    match good {
        Some(version) => check(
            NAME,
            Lamp::Ok,
            format!(
                "{} versions; v{} is the newest good one",
                versions.len(),
                version.revision
            ),
            "",
        ),
        None => check(
            NAME,
            Lamp::Warn,
            format!(
                "none of {} versions is a valid flag document",
                versions.len()
            ),
            "a blind disable would write a bare document, without the other members",
        ),
    }
}

/// The label that keeps, or will keep, the oldest version from making room: then Parameter Store refuses every write.
pub(super) fn label_block(input: &ReadyInput<'_>) -> Option<ReadyCheck> {
    const NAME: &str = "labels";
    let versions = input.history.fresh()?;
    let oldest_first = versions.iter().rev().enumerate();
    let labelled = oldest_first
        .clone()
        .find(|(_, version)| !version.labels.is_empty());
    let Some((older, version)) = labelled else {
        return Some(check(
            NAME,
            Lamp::Ok,
            "no version has a label that could block writes",
            "",
        ));
    };
    let labels = version.labels.join("`, `");
    let FlagSource::Ssm(name) = &input.spec.flag.source else {
        return None;
    };
    let hint = format!(
        "take it off: aws ssm unlabel-parameter-version --name {name} --parameter-version {} --labels {}",
        version.revision,
        version.labels.join(" ")
    );
    // Every write drops the oldest version once there are a hundred.
    let left = KEPT.saturating_sub(versions.len()) + older;
    Some(match left {
        0 => check(
            NAME,
            Lamp::Broken,
            format!(
                "label `{labels}` on the oldest of {KEPT} versions, v{}, blocks every write, a rollback too",
                version.revision
            ),
            hint,
        ),
        1..=FEW => check(
            NAME,
            Lamp::Warn,
            format!(
                "label `{labels}` on v{} will block every write after {left} more",
                version.revision
            ),
            hint,
        ),
        _ => check(
            NAME,
            Lamp::Ok,
            format!(
                "label `{labels}` on v{} blocks writes only after {left} more",
                version.revision
            ),
            "",
        ),
    })
}
