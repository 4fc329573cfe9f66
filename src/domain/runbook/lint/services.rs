//! Calls that do something else than their author thinks: put-item, payloads of invoke, operations that are deprecated.

use std::sync::LazyLock;

use regex::Regex;

use super::Findings;
use super::ground::{Fence, Ground};
use crate::domain::runbook::shell::{AwsCall, PieceKind, Word};

#[expect(
    clippy::expect_used,
    reason = "the pattern is a constant, and a test reads it"
)]
static CHANGES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:disabl|enabl|updat|chang|set\b|turn|flip|toggl|switch|mark|reset|roll|revert|kill|flag)").expect("a pattern")
});

/// `put-item` on something that is there already.
pub(super) fn put_item(ground: &Ground<'_>, found: &mut Findings) {
    for (fence, call) in ground.calls() {
        if !call.is("dynamodb", "put-item") {
            continue;
        }
        let condition = call.text("condition-expression").unwrap_or_default();
        if condition.contains("attribute_not_exists") {
            continue;
        }
        let Some(item) = call.value("item") else {
            continue;
        };
        let text = item.text();
        let switch = text.contains("BOOL") || text.contains("enabled");
        if !switch && !CHANGES.is_match(&around(fence, call)) {
            continue;
        }
        found.hit(
            call.line,
            "put-item replaces the whole item: every attribute that it does not list (a percentage, a time, an owner) is gone.",
            "update-item with --update-expression 'SET enabled = :off', and --condition-expression against a change in between.",
        );
    }
}

/// The words around a call: the comments near it and its step.
fn around(fence: &Fence<'_>, call: &AwsCall) -> String {
    let near = fence
        .script
        .comments
        .iter()
        .rfind(|comment| comment.line <= call.line && call.line - comment.line <= 4);
    let table = call.text("table-name").unwrap_or_default();
    let near = near.map_or(fence.step, |comment| comment.text.as_str());
    format!("{near}\n{table}")
}

/// `lambda invoke --payload '{...}'` for version 2 of the command line.
pub(super) fn payload(ground: &Ground<'_>, found: &mut Findings) {
    for (_, call) in ground.calls() {
        let option = match (call.service.as_str(), call.operation.as_str()) {
            ("lambda", "invoke") => "payload",
            ("kinesis", "put-record") => "data",
            _ => continue,
        };
        if call
            .text("cli-binary-format")
            .is_some_and(|format| format == "raw-in-base64-out")
        {
            continue;
        }
        let Some(word) = call.value(option) else {
            continue;
        };
        if !is_raw(ground.looked_up(word)) {
            continue;
        }
        let line = call
            .option_named(option)
            .map_or(call.line, |option| option.line);
        let invokes = if option == "payload" {
            " With version 1 it does go through, and runs the function itself with a made-up event."
        } else {
            ""
        };
        found.hit(
            line,
            format!("Version 2 of the command line takes --{option} for base64: \"Invalid base64\".{invokes}"),
            "Add --cli-binary-format raw-in-base64-out; better, prove it by what the live system does and send it nothing."
        );
    }
}

/// Whether a payload is surely not base64.
fn is_raw(word: &Word) -> bool {
    if word.starts_with("fileb://") {
        return false;
    }
    if word.starts_with("file://") {
        return true;
    }
    matches!(word.pieces.first().map(|piece| &piece.kind), Some(PieceKind::Text(text)) if text.trim_start().starts_with(['{', '[', '"']))
}

/// `appconfig get-configuration`.
pub(super) fn deprecated_appconfig(ground: &Ground<'_>, found: &mut Findings) {
    for (_, call) in ground.calls() {
        if call.is("appconfig", "get-configuration") {
            found.hit(
                call.line,
                "GetConfiguration is deprecated; each call is charged, and it makes the caller a client of the deployment.",
                "aws appconfigdata start-configuration-session, then get-latest-configuration; for the state of a deployment, aws appconfig get-deployment.",
            );
        }
    }
}

/// Names of services that people type, and what the command line calls them.
const SERVICES: [(&str, &str); 10] = [
    ("codedeploy", "deploy"),
    ("cloudwatchlogs", "logs"),
    ("cloudwatch-logs", "logs"),
    ("systems-manager", "ssm"),
    ("parameter-store", "ssm"),
    ("eventbridge", "events"),
    ("elb-v2", "elbv2"),
    ("alb", "elbv2"),
    ("secrets-manager", "secretsmanager"),
    ("step-functions", "stepfunctions"),
];

/// `aws codedeploy`.
pub(super) fn no_such_service(ground: &Ground<'_>, found: &mut Findings) {
    for (_, call) in ground.calls() {
        if let Some((wrong, right)) = SERVICES.iter().find(|(wrong, _)| *wrong == call.service) {
            found.hit(
                call.line,
                format!("The AWS command line has no service `{wrong}`: it prints its usage and does nothing."),
                format!("aws {right} {}", call.operation),
            );
        }
    }
}
