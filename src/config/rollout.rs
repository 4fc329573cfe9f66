//! The tables of one rollout: stages, flag, fallback, alarms and the rest. Signals and rules have files of their own.

use std::collections::BTreeMap;
use std::time::Duration;

use toml::Spanned;
use toml::de::DeTable;

use super::document::{Faults, Item, Node};
use super::{Console, console, contacts, fallback, logs, rules, runbook, runbook_file, signals};
use crate::domain::flag::{Comparison, FlagShape};
use crate::domain::rollout::{AlarmsSpec, FlagSource, FlagSpec, RolloutSpec, Stage};
use crate::domain::{Environment, Percent};

const KEYS: [&str; 15] = [
    "environment",
    "region",
    "profile",
    "account",
    "stages",
    "cache_ttl",
    "flag",
    "fallback",
    "logs",
    "heartbeat",
    "signal",
    "rule",
    "alarms",
    "runbook",
    "contacts",
];

/// Every rollout of the document, in the order of the file, and the console's own table.
pub(super) fn read_all(
    root: &Spanned<DeTable<'_>>,
    faults: &mut Faults<'_>,
) -> (Vec<RolloutSpec>, Console) {
    let root = Node::root(root);
    root.only(&["rollout", "console"], faults);
    let console = root
        .node("console", faults)
        .map(|node| console::read(&node, faults))
        .unwrap_or_default();
    (rollouts(&root, faults), console)
}

fn rollouts(root: &Node<'_>, faults: &mut Faults<'_>) -> Vec<RolloutSpec> {
    let hint =
        "a config has at least one table [rollout.NAME]; `coalmine init` writes one to start from";
    let Some(rollouts) = root
        .require("rollout", hint, faults)
        .and_then(|item| item.node(faults))
    else {
        return Vec::new();
    };
    let members = rollouts.members();
    if members.is_empty() {
        faults.push(
            rollouts.span.clone(),
            "rollout",
            "holds no rollout".to_owned(),
            Some(hint),
        );
    }
    let mut specs = Vec::new();
    for (name, span, item) in members {
        let fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || name.len() > 64 || name.starts_with('.') || !name.chars().all(fit) {
            let text = format!("`{name}` is no name for a rollout");
            faults.push(
                span,
                &item.path,
                text,
                Some("use letters, digits, - _ . and at most 64 of them"),
            );
        }
        if let Some(node) = item.node(faults) {
            specs.extend(read(name, &node, faults));
        }
    }
    specs
}

fn read(name: String, node: &Node<'_>, faults: &mut Faults<'_>) -> Option<RolloutSpec> {
    node.only(&KEYS, faults);
    let environment = node.require("environment", "for example environment = \"prod\"", faults);
    let environment = environment.and_then(|item| item.string(faults));
    let stages = stages(node, faults);
    let flag = flag(node, faults);
    let logs = node
        .node("logs", faults)
        .and_then(|node| logs::read(&node, faults));
    let fallback = node
        .node("fallback", faults)
        .and_then(|node| fallback::read(&node, faults));
    let context = signals::Context {
        heartbeat: signals::heartbeat(node, fallback.as_ref(), faults),
        treated: logs.as_ref().and_then(|logs| logs.treated.metric.as_ref()),
    };
    let signals = signals::read_all(node, &context, faults);
    let rules = rules::read_all(node, &signals, faults);
    let runbook = runbook::read(node, faults);
    // All tables are read before a fault in one of them ends it: every fault is told at once.
    let alarms = alarms(node, faults);
    let contacts = contacts::read(node, faults);
    Some(RolloutSpec {
        name,
        environment: Environment(environment.unwrap_or_default()),
        region: node.get("region").and_then(|item| region(&item, faults)),
        profile: node.string("profile", faults),
        account: node.get("account").and_then(|item| account(&item, faults)),
        stages,
        cache_ttl: node
            .duration("cache_ttl", faults)
            .unwrap_or(Duration::from_mins(1)),
        flag: flag?,
        fallback,
        logs,
        signals: signals.specs,
        rules,
        alarms,
        runbook: runbook_file::or_shipped(runbook.file),
        native: runbook.native,
        contacts,
    })
}

fn region(item: &Item<'_>, faults: &mut Faults<'_>) -> Option<String> {
    let region = item.string(faults)?;
    let fit = region
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !fit || !region.contains('-') {
        item.fault(
            format!("`{region}` is no AWS region"),
            Some("for example us-east-1"),
            faults,
        );
    }
    Some(region)
}

fn account(item: &Item<'_>, faults: &mut Faults<'_>) -> Option<String> {
    let account = item.string(faults)?;
    if account.len() != 12 || !account.bytes().all(|b| b.is_ascii_digit()) {
        item.fault(
            format!("`{account}` is no AWS account id"),
            Some("twelve digits, as a string"),
            faults,
        );
    }
    Some(account)
}

fn stages(node: &Node<'_>, faults: &mut Faults<'_>) -> Vec<Stage> {
    let hint = "for example stages = [ { percent = 10, bake = \"7d\" }, { percent = 100 } ]";
    let Some(item) = node.require("stages", hint, faults) else {
        return Vec::new();
    };
    let Some(items) = item.array(faults) else {
        return Vec::new();
    };
    if items.is_empty() {
        item.fault("is empty", Some(hint), faults);
    }
    let mut stages: Vec<Stage> = Vec::new();
    for item in items {
        let Some(stage) = item.node(faults) else {
            continue;
        };
        stage.only(&["percent", "bake"], faults);
        let bake = stage.duration("bake", faults);
        let Some(written) = stage.require("percent", "a whole number from 1 to 100", faults) else {
            continue;
        };
        let percent = written
            .integer(1..=100, faults)
            .and_then(|n| u8::try_from(n).ok())
            .and_then(Percent::new);
        let Some(percent) = percent else { continue };
        if let Some(last) = stages.last().filter(|last| last.percent >= percent) {
            let text = format!(
                "{percent} does not rise above the stage before ({})",
                last.percent
            );
            written.fault(text, Some("stages go up"), faults);
        }
        stages.push(Stage { percent, bake });
    }
    stages
}

fn flag(node: &Node<'_>, faults: &mut Faults<'_>) -> Option<FlagSpec> {
    let hint = "say where the flag is: ssm = \"/parameter/name\" or file = \"path.json\"";
    let node = node.require("flag", hint, faults)?.node(faults)?;
    node.only(&["ssm", "file", "flag", "comparison", "limits"], faults);
    let shape = FlagShape {
        flag: node.string("flag", faults),
        limits: node
            .node("limits", faults)
            .map(|node| limits(&node, faults))
            .unwrap_or_default(),
        comparison: node
            .get("comparison")
            .and_then(|item| comparison(&item, faults))
            .unwrap_or_default(),
    };
    let source = match (node.get("ssm"), node.get("file")) {
        (Some(_), Some(file)) => {
            file.fault(
                "a flag is in one place: ssm or file, not both",
                None,
                faults,
            );
            None
        }
        (Some(ssm), None) => parameter(&ssm, faults).map(FlagSource::Ssm),
        (None, Some(file)) => file.string(faults).map(FlagSource::File),
        (None, None) => {
            faults.missing(&node, "ssm", hint);
            None
        }
    };
    Some(FlagSpec {
        source: source?,
        shape,
    })
}

fn parameter(item: &Item<'_>, faults: &mut Faults<'_>) -> Option<String> {
    let name = item.string(faults)?;
    if let Err(text) = check_parameter(&name) {
        item.fault(
            text,
            Some("for example /audio-transcription/partial-results/config"),
            faults,
        );
    }
    Some(name)
}

/// Whether SSM could have a parameter of this name that can be written to.
pub(super) fn check_parameter(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err("the name is empty".to_owned());
    }
    if name.starts_with("arn:") {
        return Ok(());
    }
    let fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/');
    if let Some((_, version)) = name.split_once(':') {
        return Err(format!(
            "`:{version}` pins a version or label, which cannot be written to: leave it out"
        ));
    }
    if let Some(c) = name.chars().find(|c| !fit(*c)) {
        return Err(format!("`{name}` is no parameter name: it holds {c:?}"));
    }
    if name.contains('/') && !name.starts_with('/') {
        return Err(format!(
            "`{name}` is no parameter name: a path begins with /"
        ));
    }
    Ok(())
}

fn comparison(item: &Item<'_>, faults: &mut Faults<'_>) -> Option<Comparison> {
    match item.string(faults)?.as_str() {
        "below" | "<" => Some(Comparison::Below),
        "below_or_equal" | "<=" => Some(Comparison::BelowOrEqual),
        other => {
            let text = format!("`{other}` is no comparison of a bucket with the percentage");
            item.fault(
                text,
                Some("use \"<\" (below) or \"<=\" (below_or_equal)"),
                faults,
            );
            None
        }
    }
}

fn limits(node: &Node<'_>, faults: &mut Faults<'_>) -> BTreeMap<String, (f64, f64)> {
    let mut limits = BTreeMap::new();
    for (name, _, item) in node.members() {
        let Some(pair) = item.array(faults) else {
            continue;
        };
        let numbers: Vec<_> = pair
            .iter()
            .filter_map(Item::number)
            .filter(|n| n.is_finite())
            .collect();
        match (pair.len(), numbers.as_slice()) {
            (2, &[low, high]) if low <= high => {
                limits.insert(name, (low, high));
            }
            _ => item.fault(
                "is no range",
                Some("two numbers, the lower first: [0.0, 1.0]"),
                faults,
            ),
        }
    }
    limits
}

fn alarms(node: &Node<'_>, faults: &mut Faults<'_>) -> AlarmsSpec {
    let Some(node) = node.node("alarms", faults) else {
        return AlarmsSpec::None;
    };
    node.only(&["names", "prefix"], faults);
    match (node.get("names"), node.get("prefix")) {
        (Some(_), Some(prefix)) => prefix.fault(
            "alarms are chosen by names or by prefix, not both",
            None,
            faults,
        ),
        (Some(names), None) => return AlarmsSpec::Names(names.strings(faults).unwrap_or_default()),
        (None, Some(prefix)) => {
            return AlarmsSpec::Prefix(prefix.string(faults).unwrap_or_default());
        }
        (None, None) => faults.missing(&node, "names", "names = [..], or prefix = \"..\""),
    }
    AlarmsSpec::None
}
