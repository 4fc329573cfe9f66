//! What fills a blank: a variable set further up, the rollout, or a contact, by words that fit exactly one of them. It never
//! chooses between two.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::words::words;
use super::{Blank, BlankKind, Known, in_command, in_text};
use crate::domain::rollout::{AlarmsSpec, RolloutSpec};
use crate::domain::runbook::Command;
use crate::domain::runbook::contact;
use crate::domain::runbook::shell::Quoting;
use crate::domain::signal::SignalSource;

/// A blank with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The blank's name.
    pub name: String,
    /// As it is written.
    pub written: String,
    /// A name for a shell variable that may hold the value.
    pub variable: String,
    /// The value.
    pub value: String,
    /// Where the value is from, for people: `the rollout's function`, `contacts.on_call`, `line 12`.
    pub from: String,
    /// The blank's line, from 1, in the file.
    pub line: u32,
    /// Where it stands in the text.
    pub at: Range<usize>,
    /// The quotes around it.
    pub quoting: Quoting,
}

/// A blank without a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The blank's name.
    pub name: String,
    /// As it is written.
    pub written: String,
    /// A name for a shell variable that may hold the value.
    pub variable: String,
    /// Its line, from 1, in the file.
    pub line: u32,
    /// Why there is no value.
    pub why: String,
    /// Where it stands in the text.
    pub at: Range<usize>,
    /// The quotes around it.
    pub quoting: Quoting,
}

/// What became of the blanks of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolution {
    /// Those with a value.
    pub filled: Vec<Filled>,
    /// Those that a person must give a value for.
    pub missing: Vec<Missing>,
    /// What is left out and cannot be filled (`...other variables...`): the text cannot be run, its native action can.
    pub elisions: Vec<Blank>,
}

impl Resolution {
    /// Whether nothing is open.
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty() && self.elisions.is_empty()
    }
}

/// Fills the blanks of a command. `known` is what was set further up; what the command sets itself needs no value.
pub fn resolve(
    command: &Command,
    spec: &RolloutSpec,
    contacts: &BTreeMap<String, String>,
    known: &Known,
) -> Resolution {
    fill(in_command(command), spec, contacts, known)
}

/// Fills the blanks of text for people.
pub fn resolve_text(
    text: &str,
    line: u32,
    spec: &RolloutSpec,
    contacts: &BTreeMap<String, String>,
) -> Resolution {
    fill(in_text(text, line), spec, contacts, &Known::new())
}

fn fill(
    blanks: Vec<Blank>,
    spec: &RolloutSpec,
    contacts: &BTreeMap<String, String>,
    known: &Known,
) -> Resolution {
    let mut out = Resolution::default();
    for blank in blanks {
        if blank.kind == BlankKind::Elision {
            out.elisions.push(blank);
            continue;
        }
        let variable = blank.variable();
        match value(&blank, spec, contacts, known) {
            Ok((value, from)) => out.filled.push(Filled {
                name: blank.name,
                written: blank.written,
                variable,
                value,
                from,
                line: blank.line,
                at: blank.at,
                quoting: blank.quoting,
            }),
            Err(why) => out.missing.push(Missing {
                name: blank.name,
                written: blank.written,
                variable,
                line: blank.line,
                why,
                at: blank.at,
                quoting: blank.quoting,
            }),
        }
    }
    out
}

fn value(
    blank: &Blank,
    spec: &RolloutSpec,
    contacts: &BTreeMap<String, String>,
    known: &Known,
) -> Result<(String, String), String> {
    match blank.kind {
        BlankKind::Mask => return Err("it stands for an id that only you can know".to_owned()),
        BlankKind::Form => return Err("it stands for a time that only you can know".to_owned()),
        _ => {}
    }
    if blank.kind == BlankKind::Variable
        && let Some(set) = known.get(&blank.name)
    {
        let line = set.line;
        return match &set.value {
            Some(value) => Ok((value.clone(), format!("line {line}"))),
            None => Err(format!(
                "line {line} sets it to the result of a command, which is not known here"
            )),
        };
    }
    let telling: Vec<String> = words(&blank.name)
        .into_iter()
        .filter(|word| !FILLERS.contains(&word.as_str()))
        .collect();
    if let Some(found) = from_rollout(&telling, blank, spec) {
        return found;
    }
    if let Some(found) = from_contacts(blank, contacts) {
        return found;
    }
    Err(match blank.kind {
        BlankKind::Variable => "nothing sets it, and the rollout does not know it".to_owned(),
        _ => "the rollout does not know it".to_owned(),
    })
}

/// Words of a blank that tell nothing about what is meant.
const FILLERS: [&str; 24] = [
    "your", "my", "our", "the", "a", "an", "this", "name", "names", "value", "here", "insert",
    "enter", "replace", "with", "of", "for", "to", "actual", "real", "current", "aws", "amazon",
    "e",
];

type Choice = Option<Result<(String, String), String>>;

/// What is known of the rollout, by the words that may name it.
fn from_rollout(telling: &[String], blank: &Blank, spec: &RolloutSpec) -> Choice {
    let told: Vec<&str> = telling.iter().map(String::as_str).collect();
    let one = |value: Option<&str>, what: &str| {
        Some(match value {
            Some(value) => Ok((value.to_owned(), format!("the rollout's {what}"))),
            None => Err(format!("the rollout names no {what}")),
        })
    };
    let fallback = spec.fallback.as_ref();
    match told.as_slice() {
        ["function" | "lambda"] | ["lambda", "function"] => {
            one(fallback.map(|f| f.function.as_str()), "function")
        }
        ["alias"] | ["function" | "lambda", "alias"] => {
            one(fallback.and_then(|f| f.alias.as_deref()), "alias")
        }
        ["parameter"]
        | [
            "ssm" | "flag" | "config" | "parameter",
            "parameter" | "path",
        ]
        | ["ssm", "parameter", "path"]
        | ["feature", "flag", "parameter"] => one(Some(spec.flag.source.name()), "flag"),
        ["region"] | ["default", "region"] => one(spec.region.as_deref(), "region"),
        ["account"] | ["account", "id" | "number"] => one(spec.account.as_deref(), "account"),
        ["environment" | "env"] | ["deployment", "environment" | "env"] => {
            one(Some(&spec.environment.0), "environment")
        }
        ["profile"] => one(spec.profile.as_deref(), "profile"),
        ["log", "group"] | ["cloudwatch" | "lambda" | "function", "log", "group"] => {
            let groups = spec.logs.as_ref().map(|logs| logs.groups.as_slice());
            Some(only(groups.unwrap_or_default(), "log group"))
        }
        ["metric" | "metrics" | "cloudwatch", "namespace"] => Some(namespace(spec)),
        ["namespace"] if matches!(blank.program.as_str(), "aws" | "") => Some(namespace(spec)),
        _ if told.contains(&"alarm") || told.contains(&"alarms") => alarm(&told, spec),
        _ => None,
    }
}

/// The only one, or why there is none.
fn only(all: &[String], what: &str) -> Result<(String, String), String> {
    match all {
        [] => Err(format!("the rollout names no {what}")),
        [one] => Ok((one.clone(), format!("the rollout's {what}"))),
        many => Err(format!(
            "the rollout names {} of them: {}",
            many.len(),
            many.join(", ")
        )),
    }
}

/// The namespace of the rollout's own metrics; those of AWS are not meant.
fn namespace(spec: &RolloutSpec) -> Result<(String, String), String> {
    let queries = spec.signals.iter().flat_map(|signal| match &signal.source {
        SignalSource::Metric(query) => vec![query],
        SignalSource::Expression { metrics, .. } => metrics.iter().map(|(_, q)| q).collect(),
        SignalSource::Counted => Vec::new(),
    });
    let own: BTreeSet<String> = queries
        .map(|query| query.namespace.clone())
        .filter(|namespace| !namespace.starts_with("AWS/"))
        .collect();
    only(&own.into_iter().collect::<Vec<_>>(), "metric namespace")
}

/// The alarm that every other word of the blank names.
fn alarm(told: &[&str], spec: &RolloutSpec) -> Choice {
    let AlarmsSpec::Names(names) = &spec.alarms else {
        return None;
    };
    let asked: Vec<&&str> = told
        .iter()
        .filter(|word| !matches!(**word, "alarm" | "alarms" | "arn"))
        .collect();
    if told.contains(&"arn") {
        return None;
    }
    let fits = |name: &&String| {
        let own = words(name);
        asked.iter().all(|word| own.iter().any(|own| own == **word))
    };
    let fitting: Vec<String> = names.iter().filter(fits).cloned().collect();
    if fitting.is_empty() {
        return None;
    }
    Some(only(&fitting, "alarm"))
}

/// A contact, by the words of the blank and of its label.
fn from_contacts(blank: &Blank, contacts: &BTreeMap<String, String>) -> Choice {
    if blank.kind != BlankKind::Named {
        return None;
    }
    let said = format!("{} {}", blank.label, blank.name);
    match contact::named(&said, contacts).as_slice() {
        [] => None,
        [(key, value)] => Some(Ok(((*value).to_owned(), format!("contacts.{key}")))),
        many => {
            let keys: Vec<_> = many
                .iter()
                .map(|(key, _)| format!("contacts.{key}"))
                .collect();
            Some(Err(format!(
                "more than one contact fits: {}",
                keys.join(", ")
            )))
        }
    }
}
