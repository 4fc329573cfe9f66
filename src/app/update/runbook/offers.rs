//! What can be done for a step: its native actions, its wait, its commands. It does none of it.

use crate::app::keymap::Action;
use crate::app::model::Model;
use crate::app::runbook_pane::{Deed, Look, Offer};
use crate::domain::Percent;
use crate::domain::plan::Change;
use crate::domain::rollout::reduce_to;
use crate::domain::runbook::checklist::{Standing, StepId};
use crate::domain::runbook::native::{Look as Looked, Native, NativeAction, Then, parse_then};
use crate::domain::runbook::{Annotation, Command, Step};
use crate::domain::signal::format_span;

/// What enter can do for a step: what this console can do itself comes before the command as it is written.
pub(super) fn of(model: &Model, id: StepId) -> Vec<Offer> {
    let Some(open) = model.runbook.open.as_deref() else {
        return Vec::new();
    };
    let Some(step) = open.step(id) else {
        return Vec::new();
    };
    let mut found = annotated(model, step);
    let spelled_out = !found.is_empty();
    let natives = open.natives(id);
    if !spelled_out {
        found.extend(
            natives
                .iter()
                .flat_map(|one| native(model, step, one.command, &one.native)),
        );
    }
    found.extend(wait(model, id));
    // A fence that means one native thing is that thing; `!` shows it as a script all the same.
    let whole = spelled_out || !natives.is_empty();
    if !whole || found.len() > 1 {
        found.extend(scripts(model, id));
    }
    found
}

/// What the author spelled out.
fn annotated(model: &Model, step: &Step) -> Vec<Offer> {
    let natives = step
        .annotations
        .iter()
        .filter_map(|annotation| match annotation {
            Annotation::Native(words) => Some(words.as_str()),
            _ => None,
        });
    natives
        .filter_map(|words| spelled_out(model, step, words))
        .collect()
}

fn spelled_out(model: &Model, step: &Step, words: &str) -> Option<Offer> {
    let full = match words.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["reduce", number] => format!("reduce to {number}"),
        other => other.join(" "),
    };
    let action = match parse_then(&full).ok()? {
        Then::Disable => NativeAction::Change(Change::Disable),
        Then::Enable => NativeAction::Enable,
        Then::Set(percent) => NativeAction::Change(Change::SetPercent(percent?)),
        Then::Reduce(percent) => NativeAction::Reduce(percent?),
        Then::FallbackOn => NativeAction::Change(Change::FallbackOn),
        Then::FallbackOff => NativeAction::FallbackOff,
        Then::Look(look) => NativeAction::Look(look),
        Then::Tune | Then::Aws | Then::Nothing => return None,
    };
    let native = Native {
        action,
        words: full.clone(),
        line: step.line,
        text: full,
        note: None,
    };
    offer(model, &native, None)
}

/// What a command of the step means, as something to do.
fn native(model: &Model, step: &Step, command: usize, native: &Native) -> Vec<Offer> {
    let script = step.commands.get(command);
    if let NativeAction::Several(changes) = &native.action {
        let each = |change: &Change| Offer {
            title: in_words(change),
            from: native.text.clone(),
            deed: Deed::Plan(change.clone(), native.note.clone()),
        };
        return changes.iter().map(each).collect();
    }
    offer(model, native, script).into_iter().collect()
}

fn offer(model: &Model, native: &Native, command: Option<&Command>) -> Option<Offer> {
    let plan = |change: Change, why: Option<String>| {
        let why = why.or_else(|| native.note.clone());
        (in_words(&change), Deed::Plan(change, why))
    };
    let (title, deed) = match &native.action {
        NativeAction::Change(change) => plan(change.clone(), None),
        NativeAction::Reduce(wanted) => reduce(model, *wanted),
        NativeAction::Enable => plan(Change::SetPercent(model.spec.stages.first()?.percent), None),
        NativeAction::FallbackOff => {
            if let Some(replaced) = &model.fallback_replaced {
                plan(Change::FallbackOff(replaced.clone()), None)
            } else {
                let why = "the fallback was not put on from here: what it replaced is not known";
                (
                    "take the fallback off".to_owned(),
                    Deed::Nothing(why.to_owned()),
                )
            }
        }
        NativeAction::Tune { key, value } => plan(tune(key, value), None),
        NativeAction::Look(look) => looks(*look, native, command),
        NativeAction::Foreign { what, named, ours } => {
            let why = format!(
                "this command is about another {what}: {named}, and this rollout has {ours}"
            );
            (
                format!("not for this rollout: another {what}"),
                Deed::Nothing(why),
            )
        }
        NativeAction::Several(_) | NativeAction::Opaque | NativeAction::NoLever { .. } => {
            return None;
        }
    };
    Some(Offer {
        title,
        from: native.text.clone(),
        deed,
    })
}

/// To at most `wanted`: where that would raise or change nothing, one stage back, and it says so.
fn reduce(model: &Model, wanted: Percent) -> (String, Deed) {
    let Some(current) = model.exposure.desired else {
        let disable = model.keymap.said(Action::Disable);
        let why = format!(
            "the flag is not known, so what a reduction comes to is not either: {disable} disables all the same"
        );
        return (format!("reduce to {wanted}"), Deed::Nothing(why));
    };
    if current == Percent::ZERO {
        // It is so already, and the plan says that.
        return (
            "nobody is exposed already".to_owned(),
            Deed::Plan(Change::Disable, None),
        );
    }
    let (to, why) = reduce_to(&model.spec.stages, current, wanted);
    let why = why.map(|why| format!("the runbook says {wanted}; {why}"));
    (
        format!("reduce from {current} to {to}"),
        Deed::Plan(Change::SetPercent(to), why),
    )
}

fn tune(key: &str, value: &str) -> Change {
    let variable = key
        .bytes()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    if variable {
        return Change::SetVariable {
            name: key.to_owned(),
            value: Some(value.to_owned()),
        };
    }
    let json = if serde_json::from_str::<serde_json::Value>(value).is_ok() {
        value.to_owned()
    } else {
        serde_json::Value::String(value.to_owned()).to_string()
    };
    Change::SetMember {
        name: key.to_owned(),
        json,
    }
}

fn in_words(change: &Change) -> String {
    match change {
        Change::Disable | Change::DisableBlind { .. } => "disable the flag".to_owned(),
        Change::SetPercent(percent) => format!("set {percent}"),
        Change::FallbackOn => "put the environment-variable fallback on".to_owned(),
        Change::FallbackOff(_) => "take the fallback off".to_owned(),
        Change::PublishAndRepoint => "publish the function and point its alias there".to_owned(),
        Change::Restore { version, .. } => format!("restore version {version} of the flag"),
        Change::SetMember { name, json } => format!("set {name} of the flag to {json}"),
        Change::SetVariable { name, value } => format!(
            "set {name} of the function to {}",
            value.as_deref().unwrap_or("nothing")
        ),
        Change::Rewrite => "write the flag as it is".to_owned(),
        Change::Create { .. } => "make the flag".to_owned(),
    }
}

fn looks(look: Looked, native: &Native, command: Option<&Command>) -> (String, Deed) {
    let (title, deed) = match look {
        Looked::Status | Looked::Flag | Looked::Signals => {
            ("look at exposure and signals", Look::Home)
        }
        Looked::History => ("look at the flag's versions", Look::History),
        Looked::Fallback => ("look at the levers", Look::Levers),
        Looked::Alarms => ("look at the alarms", Look::Alarms),
        Looked::Logs => ("look at the logs", Look::Logs(filter(native, command))),
    };
    let title = match &deed {
        Look::Logs(filter) if !filter.is_empty() => format!("{title} with \"{filter}\""),
        _ => title.to_owned(),
    };
    (title, Deed::Look(deed))
}

/// What a command looks for in logs: its filter pattern, or what `grep` gets.
fn filter(native: &Native, command: Option<&Command>) -> String {
    use crate::domain::runbook::shell::{invocations, read};
    let Some(command) = command else {
        return String::new();
    };
    let all = invocations(&read(command));
    let at = all.iter().position(|one| one.line == native.line);
    let near = all.iter().skip(at.unwrap_or(0)).take(2);
    for one in near {
        let texts = one.texts();
        let value = if one.program == "grep" {
            texts.iter().rfind(|text| !text.starts_with('-')).cloned()
        } else {
            let option = texts.iter().position(|text| text == "--filter-pattern");
            option.and_then(|at| texts.get(at + 1).cloned())
        };
        if let Some(value) = value.filter(|value| !value.contains('$')) {
            return value.trim_matches(['"', '\'']).to_owned();
        }
    }
    String::new()
}

fn wait(model: &Model, id: StepId) -> Option<Offer> {
    let open = model.runbook.open.as_ref()?;
    let span = open.span(id)?;
    let runs = open.standing(id, model.now) == Standing::Waiting;
    let words = open
        .step(id)
        .and_then(|step| step.waits.first())
        .map(|wait| wait.text.clone());
    (!runs).then(|| Offer {
        title: format!("wait {} in the background", format_span(span)),
        from: words.unwrap_or_default(),
        deed: Deed::Wait,
    })
}

/// The commands of a step, as a shell would run them.
pub(super) fn scripts(model: &Model, id: StepId) -> Vec<Offer> {
    let Some(step) = model.runbook.open.as_ref().and_then(|open| open.step(id)) else {
        return Vec::new();
    };
    let shells = step
        .commands
        .iter()
        .enumerate()
        .filter(|(_, command)| command.is_shell());
    shells
        .map(|(index, command)| {
            let code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
            Offer {
                title: "show the command as a shell would run it".to_owned(),
                from: command
                    .text
                    .lines()
                    .find(code)
                    .unwrap_or_default()
                    .to_owned(),
                deed: Deed::Script(index),
            }
        })
        .collect()
}
