//! The verbs of the `:` line that take arguments: those of the command line, one row each. What needs no argument stands in the table
//! of keys and is found there by its name.

use crate::app::Effect;
use crate::app::log_pane::View;
use crate::app::model::{IncidentWish, Model, Overlay, Page, Screen, Tone};
use crate::domain::Percent;
use crate::domain::flag::{bucket, is_treated};
use crate::domain::nearest::nearest;
use crate::domain::plan::Change;
use crate::domain::runbook::shipped;

use super::{incident, keys, orders, palette, runbook, settling, sifting, toast, tuning};

/// What may follow a verb: the rest of the line, and what it would do.
pub(super) type Following = (String, String);

/// One verb.
#[derive(Clone, Copy, Debug)]
pub struct Verb {
    /// Its word, as on the command line.
    pub name: &'static str,
    /// What follows it, for the eye; empty when nothing must.
    pub arguments: &'static str,
    /// What it does.
    pub help: &'static str,
    /// Whether it may lead to a write: a read-only console does not offer it.
    pub writes: bool,
    /// What may follow what was typed after it, the best first.
    pub complete: fn(&Model, &str) -> Vec<Following>,
    /// Does it, or says why it cannot be meant.
    pub run: fn(&mut Model, &str) -> Result<Vec<Effect>, String>,
}

/// The table. A new verb is a new row.
#[rustfmt::skip]
pub const VERBS: &[Verb] = &[
    Verb { name: "set", arguments: "PERCENT", help: "Set the percentage (a raise asks)", writes: true, complete: percentages, run: set },
    Verb { name: "enable", arguments: "[PERCENT]", help: "Enable, at the first stage or at this percentage (a raise: asks)", writes: true, complete: percentages, run: enable },
    Verb { name: "restore", arguments: "VERSION", help: "Put back an earlier version of the flag", writes: true, complete: versions, run: restore },
    Verb { name: "fallback", arguments: "on|off", help: "The environment-variable fallback of the function", writes: true, complete: |_, typed| words(&[("on", "Write the configured variables that turn the feature off"), ("off", "Put back what they replaced (a raise: asks)")], typed), run: fallback },
    Verb { name: "tune", arguments: "KEY=VALUE", help: "Tune one value: a member of the flag, or a variable of the function", writes: true, complete: tunables, run: tune },
    Verb { name: "runbook", arguments: "[open FILE]", help: "The runbook, or another one", writes: false, complete: runbooks, run: open_runbook },
    Verb { name: "incident", arguments: "[open|close|…]", help: "The incident: show it, open it, write into it, close it", writes: false, complete: |_, typed| words(INCIDENT, typed), run: on_incident },
    Verb { name: "report", arguments: "[handover|message]", help: "The incident's report, its handover, the message to stakeholders", writes: false, complete: |_, typed| words(REPORT, typed), run: report },
    Verb { name: "filter", arguments: "TEXT", help: "Show only the log lines that pass: text, /regex/, level:warn, !not", writes: false, complete: as_typed, run: filter },
    Verb { name: "find", arguments: "TEXT", help: "Search the log lines: text or /regex/", writes: false, complete: as_typed, run: find },
    Verb { name: "bucket", arguments: "ID", help: "Which bucket a session is in, and whether it is treated now", writes: false, complete: as_typed, run: in_bucket },
    Verb { name: "theme", arguments: "NAME", help: "Another theme, for this run", writes: false, complete: themes, run: wear },
];

const INCIDENT: &[(&str, &str)] = &[
    ("open", "Open an incident: raises are locked from then on"),
    ("note", "Write a remark into the journal"),
    ("close", "Say that it is over, with a note"),
    (
        "release",
        "Let raises through while it is open (asks for a typed word)",
    ),
];

const REPORT: &[(&str, &str)] = &[
    (
        "handover",
        "What is true now, what is waited for, what must not be touched",
    ),
    ("message", "The message to stakeholders"),
];

/// The words that begin as typed; after a whole word anything may follow.
fn words(all: &[(&str, &str)], typed: &str) -> Vec<Following> {
    let (first, rest) = typed.split_once(' ').unwrap_or((typed, ""));
    all.iter()
        .filter(|(word, _)| {
            if rest.is_empty() {
                word.starts_with(first)
            } else {
                *word == first
            }
        })
        .map(|(word, help)| {
            let line = if rest.is_empty() {
                (*word).to_owned()
            } else {
                typed.to_owned()
            };
            (line, (*help).to_owned())
        })
        .collect()
}

fn as_typed(_: &Model, typed: &str) -> Vec<Following> {
    let line = (typed.to_owned(), String::new());
    (!typed.is_empty()).then_some(line).into_iter().collect()
}

/// The percentage as typed, then the stages that begin so.
fn percentages(model: &Model, typed: &str) -> Vec<Following> {
    let help = |percent: Percent| match model.exposure.desired {
        Some(now) if percent > now => format!("{now} ▸ {percent}: a raise, asks"),
        Some(now) if percent < now => format!("{now} ▸ {percent}: at once"),
        Some(now) => format!("{now} is in force"),
        None => format!("to {percent}"),
    };
    let number = argument(typed);
    let own = percent(number).ok();
    let stages =
        std::iter::once(Percent::ZERO).chain(model.spec.stages.iter().map(|stage| stage.percent));
    let others =
        stages.filter(|stage| Some(*stage) != own && stage.get().to_string().starts_with(number));
    let all = own.into_iter().chain(others);
    all.map(|one| (one.get().to_string(), help(one))).collect()
}

/// `--percentage 10`, as the command line has it, is `10`.
fn argument(typed: &str) -> &str {
    let rest = typed.trim().strip_prefix("--percentage").unwrap_or(typed);
    rest.trim_start_matches(['=', ' ']).trim()
}

fn percent(text: &str) -> Result<Percent, String> {
    let number = text.strip_suffix('%').unwrap_or(text).trim();
    let percent = number.parse::<u8>().ok().and_then(Percent::new);
    percent.ok_or_else(|| "expected a whole percentage from 0 to 100".to_owned())
}

fn set(model: &mut Model, typed: &str) -> Result<Vec<Effect>, String> {
    let percent = percent(argument(typed))?;
    Ok(orders::want(model, Change::SetPercent(percent)))
}

fn enable(model: &mut Model, typed: &str) -> Result<Vec<Effect>, String> {
    if argument(typed).is_empty() {
        return Ok(super::wishes::enable(model));
    }
    let percent = percent(argument(typed))?;
    if percent == Percent::ZERO {
        return Err("expected a whole percentage from 1 to 100".to_owned());
    }
    Ok(orders::want(model, Change::SetPercent(percent)))
}

fn versions(model: &Model, typed: &str) -> Vec<Following> {
    let all = model.history.value.iter().flatten();
    all.filter(|version| version.revision.0.starts_with(typed))
        .map(|version| {
            let by = version.by.as_deref().unwrap_or("somebody");
            let when = version.at.map_or_else(String::new, |at| format!(", {at}"));
            (version.revision.0.clone(), format!("by {by}{when}"))
        })
        .collect()
}

fn restore(model: &mut Model, typed: &str) -> Result<Vec<Effect>, String> {
    let name = typed.strip_prefix('v').unwrap_or(typed);
    let mut versions = model.history.value.iter().flatten();
    let found = versions.find(|version| [typed, name].contains(&version.revision.0.as_str()));
    let found = found.map(|version| (version.revision.clone(), version.text.clone()));
    let (version, text) = found.ok_or_else(|| {
        if model.history.value.is_some() {
            format!("no version `{typed}` is known")
        } else {
            "the history was not read yet: it is while its screen is open".to_owned()
        }
    })?;
    Ok(orders::want(model, Change::Restore { version, text }))
}

fn fallback(model: &mut Model, typed: &str) -> Result<Vec<Effect>, String> {
    match typed {
        "on" => Ok(orders::want(model, Change::FallbackOn)),
        "off" => match &model.fallback_replaced {
            Some(replaced) if settling::fallback_is_on(model) => {
                let change = Change::FallbackOff(replaced.clone());
                Ok(orders::want(model, change))
            }
            _ => Err(
                "the fallback was not put on by this rollout: there is nothing to put back"
                    .to_owned(),
            ),
        },
        _ => Err("on or off".to_owned()),
    }
}

fn tunables(model: &Model, typed: &str) -> Vec<Following> {
    if typed.contains('=') {
        return vec![(typed.to_owned(), String::new())];
    }
    let line = |one: tuning::Tunable| {
        let value = one.value.unwrap_or_default();
        (format!("{}={value}", one.name), "as it is now".to_owned())
    };
    tuning::tunables(model, typed)
        .into_iter()
        .map(line)
        .collect()
}

fn tune(model: &mut Model, typed: &str) -> Result<Vec<Effect>, String> {
    let change = tuning::meant(model, typed)?;
    Ok(orders::want(model, change))
}

fn themes(model: &Model, typed: &str) -> Vec<Following> {
    model
        .themes
        .choices()
        .filter(|name| name.starts_with(typed))
        .map(|name| (name.to_owned(), "a theme".to_owned()))
        .collect()
}

fn wear(model: &mut Model, typed: &str) -> Result<Vec<Effect>, String> {
    let known = model.themes.choices().any(|name| name == typed);
    if known {
        typed.clone_into(&mut model.themes.chosen);
        return Ok(Vec::new());
    }
    Err(match nearest(typed, model.themes.choices()) {
        Some(near) => format!("no theme `{typed}`: did you mean `{near}`?"),
        None => format!("no theme `{typed}`; ctrl-t shows them"),
    })
}

fn runbooks(_: &Model, typed: &str) -> Vec<Following> {
    let Some(file) = typed.strip_prefix("open ") else {
        return words(&[("open", "Open another runbook")], typed);
    };
    let shipped = shipped::SHIPPED.iter().map(|one| {
        (
            format!("{}{}", shipped::PREFIX, one.name),
            one.title.to_owned(),
        )
    });
    let own = (!file.is_empty()).then(|| (file.to_owned(), "this file".to_owned()));
    let shipped = shipped.filter(|(name, _)| name.starts_with(file) && name != file);
    own.into_iter()
        .chain(shipped)
        .map(|(name, help)| (format!("open {name}"), help))
        .collect()
}

fn open_runbook(model: &mut Model, typed: &str) -> Result<Vec<Effect>, String> {
    let Some(file) = typed.strip_prefix("open").map(str::trim) else {
        return if typed.is_empty() {
            Ok(runbook::show(model))
        } else {
            Err("open FILE, or nothing".to_owned())
        };
    };
    if file.is_empty() {
        return Ok([runbook::show(model), runbook::pick_file(model)].concat());
    }
    Ok(runbook::open_file(model, file))
}

fn on_incident(model: &mut Model, typed: &str) -> Result<Vec<Effect>, String> {
    let (word, text) = typed.split_once(' ').unwrap_or((typed, ""));
    let wish = match word {
        "" | "open" | "status" => return Ok(incident::show(model)),
        "note" => IncidentWish::Note,
        "close" => IncidentWish::Close,
        "release" => IncidentWish::Release,
        _ => return Err(format!("open, note, close or release, not `{word}`")),
    };
    let effects = incident::ask(model, wish);
    if let Some(Overlay::Incident(dialog)) = &mut model.overlay {
        dialog.text.insert(text.trim());
    }
    Ok(effects)
}

fn report(model: &mut Model, typed: &str) -> Result<Vec<Effect>, String> {
    let page = match typed {
        "" => Page::Report,
        "handover" => Page::Handover,
        "message" => Page::Message,
        _ => return Err(format!("handover or message, not `{typed}`")),
    };
    let effects = keys::open(model, Screen::Incident);
    model.incident.page = page;
    Ok(effects)
}

fn filter(model: &mut Model, typed: &str) -> Result<Vec<Effect>, String> {
    let logs = in_logs(model)?;
    logs.view = View::Lines;
    logs.filter.clear();
    logs.filter.insert(typed);
    logs.refilter();
    Ok(Vec::new())
}

fn find(model: &mut Model, typed: &str) -> Result<Vec<Effect>, String> {
    let logs = in_logs(model)?;
    logs.view = View::Lines;
    logs.search.clear();
    logs.search.insert(typed);
    logs.research();
    if logs.needle().is_some() {
        sifting::seek(model, crate::app::log_pane::Way::Older);
    }
    Ok(Vec::new())
}

fn in_logs(model: &mut Model) -> Result<&mut crate::app::log_pane::LogPane, String> {
    if model.spec.logs.is_none() {
        return Err("no log group is configured".to_owned());
    }
    if !matches!(model.screen, Screen::Home | Screen::Logs) {
        keys::open(model, Screen::Logs);
    }
    Ok(&mut model.logs)
}

#[expect(clippy::unnecessary_wraps, reason = "every verb has this form")]
fn in_bucket(model: &mut Model, typed: &str) -> Result<Vec<Effect>, String> {
    let number = bucket(typed);
    let flag = model.flag_says.as_ref().and_then(|says| says.as_ref().ok());
    let treated = match flag {
        Some(flag) if is_treated(flag, number, model.spec.flag.shape.comparison) => ": treated now",
        Some(_) => ": not treated now",
        None => "; the flag is not known",
    };
    toast(
        model,
        Tone::Plain,
        format!("{typed} is in bucket {number}{treated}"),
    );
    Ok(Vec::new())
}

/// What is said of a line that is no verb.
pub(super) fn unknown(model: &Model, line: &str) -> String {
    let word = line.split_whitespace().next().unwrap_or_default();
    let names: Vec<String> = palette::offers(model, "")
        .into_iter()
        .map(|offer| offer.line)
        .collect();
    match nearest(&word.replace('_', "-"), names.iter().map(String::as_str)) {
        Some(near) => format!("nothing is called `{word}`: did you mean `{near}`?"),
        None => format!("nothing is called `{word}`"),
    }
}
