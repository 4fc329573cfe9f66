//! Commands of which nobody can tell whether they would expose more people: writes to what decides who is exposed, by a call that is not
//! understood. It errs on the side of doubt; what only looks, stops or takes back is none.

use std::sync::LazyLock;

use regex::Regex;

use super::scope::{function_of, is_parameter};
use super::tone::{Tone, tone};
use crate::domain::rollout::{FlagSource, RolloutSpec};
use crate::domain::runbook::Command;
use crate::domain::runbook::shell::{AwsCall, Invocation, Link, Word, invocations, read};

/// A command that might expose more people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Its line, from 1, in the file.
    pub line: u32,
    /// What it is: `aws lambda update-alias`.
    pub what: String,
}

/// Operations of `aws` that change nothing, or take something back.
const HARMLESS: [&str; 27] = [
    "get",
    "describe",
    "list",
    "filter",
    "tail",
    "wait",
    "head",
    "batch-get",
    "scan",
    "query",
    "select",
    "lookup",
    "search",
    "test",
    "validate",
    "estimate",
    "simulate",
    "view",
    "check",
    "help",
    "ls",
    "stop",
    "rollback",
    "abort",
    "cancel",
    "tag",
    "untag",
];
/// Services that can decide who is exposed, whatever the flag is kept in.
const CARRIERS: [&str; 16] = [
    "appconfig",
    "deploy",
    "codedeploy",
    "ecs",
    "elb",
    "elbv2",
    "apigateway",
    "apigatewayv2",
    "route53",
    "cloudfront",
    "evidently",
    "cloudformation",
    "stepfunctions",
    "appmesh",
    "vpc-lattice",
    "globalaccelerator",
];
/// What of Lambda decides which code is run for whom.
const OF_LAMBDA: [&str; 4] = [
    "update-function-configuration",
    "update-alias",
    "create-alias",
    "delete-alias",
];
/// Programs that deploy or switch, with the words that do so; without words, all of them.
const TOOLS: [(&str, &[&str]); 15] = [
    (
        "kubectl",
        &[
            "apply", "set", "patch", "edit", "replace", "create", "delete", "scale", "label",
            "annotate", "argo", "resume", "exec",
        ],
    ),
    (
        "oc",
        &[
            "apply", "set", "patch", "edit", "replace", "create", "delete", "scale", "resume",
            "exec",
        ],
    ),
    ("helm", &["upgrade", "install"]),
    ("terraform", &["apply"]),
    ("tofu", &["apply"]),
    ("argocd", &["sync", "set", "patch"]),
    ("cdk", &["deploy"]),
    ("sam", &["deploy", "sync"]),
    ("serverless", &["deploy"]),
    ("sls", &["deploy"]),
    ("pulumi", &["up", "update"]),
    ("copilot", &["deploy"]),
    ("eb", &["deploy", "swap", "setenv"]),
    ("ldcli", &[]),
    ("unleash", &[]),
];
/// Hosts that carry words to people and nothing else.
const MESSENGERS: [&str; 9] = [
    "hooks.slack.com",
    "slack.com",
    "events.pagerduty.com",
    "api.pagerduty.com",
    "api.opsgenie.com",
    "api.statuspage.io",
    "discord.com",
    "api.telegram.org",
    "outlook.office.com",
];

/// Calls of SDKs that write to what decides who is exposed.
static SDK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"\.(?:put_parameter|update_function_configuration|update_alias|put_item|update_item|start_deployment|create_deployment|modify_listener|modify_rule|update_service)\s*\(|\b(?:PutParameter|UpdateFunctionConfiguration|UpdateAlias|PutItem|UpdateItem|StartDeployment|CreateDeployment|ModifyListener|ModifyRule|UpdateService)(?:Command|Request|Input)\b",
    )
    .ok()
});

/// What in a command might expose more people. What is recognised is not among it, but for what is opaque.
pub fn doubts(command: &Command, spec: Option<&RolloutSpec>) -> Vec<Doubt> {
    if !command.is_shell() {
        return Vec::new();
    }
    let all = invocations(&read(command));
    let mut found: Vec<Doubt> = all
        .iter()
        .filter_map(|one| {
            Some(Doubt {
                line: one.line,
                what: of(one, spec)?,
            })
        })
        .collect();
    for (index, line) in command.text.lines().enumerate() {
        let called = SDK.as_ref().and_then(|sdk| sdk.find(line));
        found.extend(called.map(|called| Doubt {
            line: command.line.saturating_add(index as u32),
            what: called.as_str().trim_matches(['.', '(', ' ']).to_owned(),
        }));
    }
    found
}

fn of(one: &Invocation, spec: Option<&RolloutSpec>) -> Option<String> {
    let texts = one.texts();
    if let Some(path) = writes_flag(one, &texts, spec) {
        return Some(format!("{} {path}", one.program));
    }
    match one.program.as_str() {
        "aws" => aws(&AwsCall::of(one)?, spec),
        "curl" | "wget" | "http" | "https" | "xh" => request(one, &texts),
        "sh" | "bash" | "zsh" | "dash" | "ksh" => (one.link() == Link::Pipe
            && texts.iter().all(|text| text.starts_with('-')))
        .then(|| format!("what is piped into {}", one.program)),
        program if program.contains(['$', '<']) => {
            Some(format!("{program}, which is known only when it runs"))
        }
        program if crate::domain::runbook::checklist::HARMLESS.contains(&program) => None,
        "coalmine" | "manage_rollout.py" => None,
        program => tool(program, &texts),
    }
}

/// What a program does that deploys or switches, or says so: `--enable-canary`, `promote.sh`.
fn tool(program: &str, texts: &[String]) -> Option<String> {
    let said = said(program, texts);
    let doubtful = if let Some((_, words)) = TOOLS.iter().find(|(name, _)| *name == program) {
        words.is_empty() || texts.iter().any(|text| words.contains(&text.as_str()))
    } else {
        let words = said.replace(['-', '_', '.', '/', '='], " ");
        tone(&words) == Some(Tone::Raise)
    };
    doubtful.then_some(said)
}

/// The flag's file, where that is what the command writes.
fn writes_flag(one: &Invocation, texts: &[String], spec: Option<&RolloutSpec>) -> Option<String> {
    let FlagSource::File(path) = &spec?.flag.source else {
        return None;
    };
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_it = |text: &str| text.rsplit('/').next() == Some(name);
    let redirected = one
        .redirects()
        .iter()
        .any(|redirect| is_it(&redirect.target.text()));
    let writes = matches!(
        one.program.as_str(),
        "mv" | "cp" | "tee" | "sed" | "install" | "git" | "sponge"
    );
    (redirected || writes && texts.iter().any(|text| is_it(text))).then(|| name.to_owned())
}

fn said(program: &str, texts: &[String]) -> String {
    let words = texts.iter().take(3).map(String::as_str);
    std::iter::once(program)
        .chain(words)
        .collect::<Vec<_>>()
        .join(" ")
}

fn aws(call: &AwsCall, spec: Option<&RolloutSpec>) -> Option<String> {
    let (service, operation) = (call.service.as_str(), call.operation.as_str());
    let harmless = |verb: &&str| {
        let rest = operation.strip_prefix(*verb);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    if HARMLESS.iter().any(harmless) {
        return None;
    }
    let from_file = call.has("cli-input-json") || call.has("cli-input-yaml");
    let doubtful = match service {
        "ssm" => match operation {
            "send-command" | "start-automation-execution" => true,
            "put-parameter"
            | "delete-parameter"
            | "delete-parameters"
            | "label-parameter-version" => from_file || parameter(call, spec),
            _ => false,
        },
        "lambda" => {
            let ours = function_of(call, spec).is_none_or(|(ours, _)| ours)
                || from_file
                || is_open(call.value("function-name"));
            let decides = OF_LAMBDA.contains(&operation)
                && (operation != "update-function-configuration"
                    || call.has("environment")
                    || from_file);
            ours && decides
        }
        // Where the flag is not kept there, a table is a table.
        "dynamodb" => spec.is_none(),
        other => CARRIERS.contains(&other),
    };
    doubtful.then(|| format!("aws {service} {operation}"))
}

/// Whether the flag's parameter could be meant.
fn parameter(call: &AwsCall, spec: Option<&RolloutSpec>) -> bool {
    let Some(name) = call
        .option_named("name")
        .or_else(|| call.option_named("names"))
    else {
        return true;
    };
    let Some(spec) = spec else { return true };
    let meant = |word: &Word| is_parameter(&spec.flag.source, &word.text());
    name.values.is_empty()
        || name
            .values
            .iter()
            .any(|word| is_open(Some(word)) || meant(word))
}

/// Whether a word is not known before it is run.
fn is_open(word: Option<&Word>) -> bool {
    word.is_none_or(|word| word.fixed().is_none())
}

/// A request that writes, unless it only carries words to people.
fn request(one: &Invocation, texts: &[String]) -> Option<String> {
    const WRITES: [&str; 9] = [
        "POST", "PUT", "PATCH", "DELETE", "-XPOST", "-XPUT", "-XPATCH", "-XDELETE", "-T",
    ];
    const BODIES: [&str; 10] = [
        "-d",
        "--data",
        "--json",
        "--form",
        "-F",
        "--upload-file",
        "--post-data",
        "--post-file",
        "--body-data",
        "--body-file",
    ];
    let writes = |text: &String| {
        let (option, value) = text.split_once('=').unwrap_or((text, ""));
        WRITES.contains(&text.as_str())
            || BODIES.contains(&option)
            || option.starts_with("--data-")
            || matches!(option, "--request" | "--method") && WRITES.contains(&value)
            || text.len() > 2
                && (text.starts_with("-d") || text.starts_with("-F"))
                && !text.starts_with("--")
    };
    let looks = texts
        .iter()
        .any(|text| matches!(text.as_str(), "-G" | "--get" | "-I" | "--head"));
    if looks || !texts.iter().any(writes) {
        return None;
    }
    let hosts: Vec<Option<String>> = one
        .args
        .iter()
        .filter(|word| {
            word.text().contains("://")
                || word
                    .variable()
                    .is_some_and(|name| name.contains("URL") || name.contains("HOOK"))
        })
        .map(|word| host(&word.fixed()?))
        .collect();
    let carries_words = |host: &Option<String>| {
        host.as_deref()
            .is_some_and(|host| MESSENGERS.contains(&host))
    };
    if !hosts.is_empty() && hosts.iter().all(carries_words) {
        return None;
    }
    let to = hosts
        .into_iter()
        .flatten()
        .find(|host| !MESSENGERS.contains(&host.as_str()));
    let to = to.map_or_else(String::new, |host| format!(" to {host}"));
    Some(format!("a writing {} request{to}", one.program))
}

fn host(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    let host = rest.split(['/', '?', '#']).next()?.rsplit('@').next()?;
    Some(host.split(':').next()?.to_ascii_lowercase())
}

#[cfg(test)]
mod tests;
