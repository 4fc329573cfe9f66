//! Structures on a command line, above all a function's environment: what an update deletes, what Lambda refuses, what does not
//! parse at all.

use super::Findings;
use super::ground::{Fence, Ground};
use crate::domain::plan::is_reserved;
use crate::domain::runbook::native::environment::Environment;
use crate::domain::runbook::shell::{AwsCall, AwsOption, PieceKind, Script, Word, shorthand};

/// `update-function-configuration --environment` with values that do not come from what is there.
pub(super) fn map_replaced(ground: &Ground<'_>, found: &mut Findings) {
    for (fence, call, option) in updates(ground) {
        if comes_from_a_merge(ground, fence, call, option) {
            continue;
        }
        let names = Environment::of(option)
            .map(|e| e.sets.len())
            .unwrap_or_default();
        let what = match names {
            0 => "It replaces the whole environment of the function: every variable that it does not list is deleted.".to_owned(),
            1 => "It replaces the whole environment of the function: every variable but this one is deleted.".to_owned(),
            n => format!("It replaces the whole environment of the function: every variable but these {n} is deleted."),
        };
        found.hit(
            option.line,
            what,
            "Read the variables with get-function-configuration, change the ones you mean, and write all of them back with --revision-id; `coalmine fallback on` and `coalmine tune` do that.",
        );
    }
}

/// Every update of a function's environment.
fn updates<'g>(
    ground: &'g Ground<'_>,
) -> impl Iterator<Item = (&'g Fence<'g>, &'g AwsCall, &'g AwsOption)> {
    ground.calls().filter_map(|(fence, call)| {
        let update = call.is("lambda", "update-function-configuration");
        let option = call.option_named("environment").filter(|_| update)?;
        Some((fence, call, option))
    })
}

fn comes_from_a_merge(
    ground: &Ground<'_>,
    fence: &Fence<'_>,
    call: &AwsCall,
    option: &AwsOption,
) -> bool {
    let Some(word) = option.values.first() else {
        return true;
    };
    let known = ground.looked_up(word);
    // `"{\"Variables\":$MERGED}"`, of what a variable was set to further up.
    let parts = known
        .variables()
        .filter_map(|(name, _)| ground.value_before(name, word.line))
        .flat_map(Word::substitutions);
    if known
        .substitutions()
        .chain(word.substitutions())
        .chain(parts)
        .any(reads_the_function)
    {
        return true;
    }
    if known
        .fixed()
        .is_some_and(|text| !text.starts_with("file://"))
    {
        return false;
    }
    if known
        .pieces
        .iter()
        .any(|p| matches!(&p.kind, PieceKind::Text(t) if t.contains('{')))
    {
        return false;
    }
    // A variable or a file: whatever read the function before it, in this procedure, is taken to have made it.
    ground
        .fences
        .iter()
        .filter(|other| other.section == fence.section && other.command.line <= fence.command.line)
        .flat_map(|other| &other.calls)
        .any(|other| other.line <= call.line && reads(other))
}

fn reads_the_function(script: &Script) -> bool {
    use crate::domain::runbook::shell::invocations;
    invocations(script)
        .iter()
        .filter_map(AwsCall::of)
        .any(|call| reads(&call))
}

fn reads(call: &AwsCall) -> bool {
    call.is("lambda", "get-function-configuration") || call.is("lambda", "get-function")
}

/// Variables that Lambda does not let anybody set.
pub(super) fn reserved(ground: &Ground<'_>, found: &mut Findings) {
    for (_, call) in ground.calls() {
        let sets = matches!(
            call.operation.as_str(),
            "update-function-configuration" | "create-function"
        );
        let Some(option) = call
            .option_named("environment")
            .filter(|_| sets && call.service == "lambda")
        else {
            continue;
        };
        let Some(environment) = Environment::of(option) else {
            continue;
        };
        let names: Vec<&str> = environment
            .sets
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| is_reserved(name))
            .collect();
        if !names.is_empty() {
            found.hit(
                line_of(option, names[0]),
                format!("Lambda refuses the whole command: it keeps {} for itself (InvalidParameterValueException, reserved keys).", names.join(", ")),
                format!("Leave {} out; the runtime sets {}.", names.join(", "), if names.len() == 1 { "it" } else { "them" }),
            );
        }
    }
}

/// The line inside of an option's value where a name stands.
fn line_of(option: &AwsOption, name: &str) -> u32 {
    let Some(word) = option.values.first() else {
        return option.line;
    };
    let text = word.text();
    let before = text
        .find(name)
        .and_then(|at| text.get(..at))
        .unwrap_or_default();
    word.line + u32::try_from(before.matches('\n').count()).unwrap_or(0)
}

/// Options that take structures, by service; what they hold may be given short or as JSON.
const STRUCTURES: [(&str, &[&str]); 8] = [
    (
        "lambda",
        &[
            "environment",
            "vpc-config",
            "routing-config",
            "dead-letter-config",
            "tracing-config",
        ],
    ),
    (
        "cloudwatch",
        &["dimensions", "metric-data", "metric-data-queries"],
    ),
    (
        "elbv2",
        &["actions", "default-actions", "conditions", "matcher"],
    ),
    (
        "ecs",
        &[
            "deployment-configuration",
            "network-configuration",
            "capacity-provider-strategy",
        ],
    ),
    (
        "dynamodb",
        &[
            "item",
            "key",
            "expression-attribute-values",
            "expression-attribute-names",
        ],
    ),
    (
        "autoscaling",
        &["launch-template", "mixed-instances-policy"],
    ),
    ("deploy", &["revision", "auto-rollback-configuration"]),
    ("route53", &["change-batch"]),
];

/// Structures that the command line cannot read.
pub(super) fn shorthand_invalid(ground: &Ground<'_>, found: &mut Findings) {
    for (_, call) in ground.calls() {
        let options = STRUCTURES
            .iter()
            .find(|(service, _)| *service == call.service);
        for name in options.map(|(_, names)| *names).unwrap_or_default() {
            let Some(option) = call.option_named(name) else {
                continue;
            };
            if let Some(fault) = fault(name, option) {
                found.hit(
                    option.line,
                    format!("The command line refuses --{name} before anything is sent: {fault}."),
                    instead(name),
                );
            }
        }
    }
}

fn instead(name: &str) -> String {
    match name {
        "environment" => "Either the short form with the whole in quotes, 'Variables={A=1,B=2}', or JSON for all of it, '{\"Variables\":{\"A\":\"1\"}}'; never one inside of the other.".to_owned(),
        _ => format!("Write --{name} either short (Key=value,Other=value, in quotes) or as JSON from its first bracket on."),
    }
}

fn fault(name: &str, option: &AwsOption) -> Option<String> {
    if name == "environment" {
        let environment = Environment::of(option)?;
        return environment.fault.filter(|fault| {
            !environment.elided || fault.starts_with("Expected") && fails_without_elision(option)
        });
    }
    option.values.iter().find_map(judge)
}

/// Whether the text fails even when what is left out is taken out of it.
fn fails_without_elision(option: &AwsOption) -> bool {
    let Some(word) = option.values.first() else {
        return false;
    };
    let text = without_elisions(&word.text_with("x"));
    structure(&text).is_some()
}

fn without_elisions(text: &str) -> String {
    let text = text.replace('…', "...");
    let mut out = String::new();
    for (index, part) in text.split("...").enumerate() {
        // Between a pair of elisions stand words for people.
        if index == 0 || part.contains(['=', ':', '}', ']']) {
            out.push_str(part);
        }
    }
    out
}

/// Why a word is no structure; what is not written in it is not judged.
fn judge(word: &Word) -> Option<String> {
    let written = word
        .pieces
        .iter()
        .any(|p| matches!(&p.kind, PieceKind::Text(t) if !t.trim().is_empty()));
    if !written || word.starts_with("file://") || word.starts_with("fileb://") {
        return None;
    }
    let text = word.text_with("x");
    if text.contains("...") || text.contains('…') {
        return None;
    }
    // What is not known may be a number or a structure as well as a text.
    let fault = structure(&text)?;
    structure(&word.text_with("0")).map(|_| fault)
}

fn structure(text: &str) -> Option<String> {
    let trimmed = text.trim_start();
    if trimmed.starts_with(['{', '[']) {
        let parsed: Result<serde_json::Value, _> = serde_json::from_str(trimmed);
        return parsed.err().map(|error| format!("no JSON: {error}"));
    }
    shorthand::parse(text).err()
}
