//! Lamps of the function's environment, the alarms, the logs, the journal. They ask nobody.

use super::{check, unread};
use crate::domain::alarm::{Alarm, AlarmState};
use crate::domain::exposure::traffic_environment;
use crate::domain::lever::{FunctionState, LeverContent};
use crate::domain::ready::{Lamp, ReadyCheck, ReadyInput};
use crate::domain::signal::format_span;

fn function<'a>(input: &ReadyInput<'a>) -> Option<&'a FunctionState> {
    match &input.fallback.fresh()?.content {
        LeverContent::Function(function) => Some(function),
        LeverContent::Document(_) => None,
    }
}

/// Whether the fallback's variables can be merged into the environment.
pub(super) fn environment(input: &ReadyInput<'_>) -> Option<ReadyCheck> {
    const NAME: &str = "environment";
    let spec = input.spec.fallback.as_ref()?;
    if let Some(fault) = input.fallback.fault {
        return Some(check(NAME, Lamp::Broken, fault.to_string(), &fault.hint));
    }
    let Some(function) = function(input) else {
        return Some(unread(NAME));
    };
    if let Err(why) = &function.variables {
        return Some(check(
            NAME,
            Lamp::Broken,
            format!("cannot be read: {why}"),
            "the caller needs kms:Decrypt on the function's key; an environment that was not read is never written",
        ));
    }
    if let Some(Err(fault)) = &input.fallback_on {
        return Some(check(NAME, Lamp::Broken, &fault.text, &fault.hint));
    }
    let comes_back = traffic_environment(function, spec)
        .ok()
        .filter(|says| says.percent.is_none_or(|percent| percent.get() > 0));
    Some(match comes_back {
        Some(says) => check(
            NAME,
            Lamp::Ok,
            format!("mergeable; it says {}", says.words),
            "without the flag the functions do what it says: an outage of the store after a rollback brings the feature back, unless the fallback is on",
        ),
        None => check(
            NAME,
            Lamp::Ok,
            "mergeable; without the flag nobody is exposed",
            "",
        ),
    })
}

/// Whether a change of `$LATEST` reaches the traffic.
pub(super) fn alias(input: &ReadyInput<'_>) -> Option<ReadyCheck> {
    const NAME: &str = "alias";
    let spec = input.spec.fallback.as_ref()?;
    let Some(alias) = &function(input)?.alias else {
        return spec.alias.is_none().then(|| {
            check(
                NAME,
                Lamp::Ok,
                "no alias is configured or found: traffic runs $LATEST",
                "",
            )
        });
    };
    Some(if alias.is_pinned() {
        check(
            NAME,
            Lamp::Warn,
            format!(
                "{} points at version {}: a change of $LATEST does not reach its traffic",
                alias.name, alias.version
            ),
            "after the fallback, publish a version and point the alias at it: the console offers that",
        )
    } else {
        check(
            NAME,
            Lamp::Ok,
            format!("{} points at $LATEST", alias.name),
            "",
        )
    })
}

/// One lamp for each alarm.
pub(super) fn alarms(input: &ReadyInput<'_>) -> Vec<ReadyCheck> {
    if let Some(fault) = input.alarms.fault {
        return vec![check("alarms", Lamp::Warn, fault.to_string(), &fault.hint)];
    }
    let Some(batch) = input.alarms.value else {
        return vec![unread("alarms")];
    };
    let missing = batch.missing.iter().map(|name| {
        check(
            format!("alarm {name}"),
            Lamp::Broken,
            "does not exist",
            "correct its name in the config, or let `coalmine init --apply` make it",
        )
    });
    let mut all: Vec<ReadyCheck> = batch
        .alarms
        .iter()
        .map(|alarm| one_alarm(alarm, input))
        .chain(missing)
        .collect();
    if all.is_empty() {
        all.push(check(
            "alarms",
            Lamp::Warn,
            "none has the configured prefix",
            "",
        ));
    }
    all
}

fn one_alarm(alarm: &Alarm, input: &ReadyInput<'_>) -> ReadyCheck {
    let mut faults = Vec::new();
    if alarm.state == AlarmState::Alarm {
        let since = alarm.since.map_or_else(String::new, |since| {
            format!(" since {}", format_span(input.now.since(since)))
        });
        faults.push(format!(
            "in ALARM{since}: what comes next changes nothing about it"
        ));
    }
    faults.extend(input.helpless.get(&alarm.name).cloned());
    let name = format!("alarm {}", alarm.name);
    if faults.is_empty() {
        check(name, Lamp::Ok, format!("OK; {}", alarm.watches), "")
    } else {
        check(name, Lamp::Warn, faults.join("; "), "")
    }
}

/// Whether the log groups are there.
pub(super) fn logs(input: &ReadyInput<'_>) -> Option<ReadyCheck> {
    const NAME: &str = "log groups";
    let spec = input.spec.logs.as_ref()?;
    let (tail, note) = input.logs;
    Some(match (tail.fault, tail.value, note) {
        (Some(fault), ..) => check(NAME, Lamp::Broken, fault.to_string(), &fault.hint),
        (None, None, _) => unread(NAME),
        (None, Some(()), Some(note)) => check(NAME, Lamp::Warn, note, ""),
        (None, Some(()), None) => check(NAME, Lamp::Ok, spec.groups.join(", "), ""),
    })
}

/// Whether orders can be written down.
pub(super) fn journal(input: &ReadyInput<'_>) -> ReadyCheck {
    const NAME: &str = "journal";
    match (&input.journal.fault, input.journal.open) {
        (Some(fault), _) => check(NAME, Lamp::Broken, fault.to_string(), &fault.hint),
        (None, false) => unread(NAME),
        (None, true) => match (input.journal.remark, input.journal.owner) {
            (Some(remark), _) => check(
                NAME,
                Lamp::Warn,
                format!("writable; {remark}"),
                "see that its directory can be written, or set $COALMINE_STATE_DIR",
            ),
            (None, Some(owner)) => check(
                NAME,
                Lamp::Ok,
                format!("writable; {owner} has it open too"),
                "",
            ),
            (None, None) => check(NAME, Lamp::Ok, "writable", ""),
        },
    }
}

/// A drill that nobody has cleaned up after.
pub(super) fn drill(input: &ReadyInput<'_>) -> Option<ReadyCheck> {
    let drill = input.drill?;
    Some(check(
        "drill",
        Lamp::Broken,
        format!(
            "drill {} on {} was left unfinished",
            drill.id, drill.resource
        ),
        "`coalmine drill --recover` puts back what it found",
    ))
}
