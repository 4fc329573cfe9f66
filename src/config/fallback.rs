//! The `fallback` table: the function, and the variables that turn the feature off. It reads no function.

use std::collections::BTreeMap;

use super::document::{Faults, Item, Node};
use crate::domain::rollout::FallbackSpec;

/// Reads the table.
pub(super) fn read(node: &Node<'_>, faults: &mut Faults<'_>) -> Option<FallbackSpec> {
    node.only(
        &[
            "lambda",
            "alias",
            "off",
            "enabled_variable",
            "percentage_variable",
        ],
        faults,
    );
    let function = node
        .require("lambda", "the function's name", faults)
        .and_then(|item| function(&item, faults));
    let alias = node.get("alias").and_then(|item| alias(&item, faults));
    let mut off = BTreeMap::new();
    match node.get("off") {
        None => off.extend(
            [
                ("PARTIAL_RESULTS_ENABLED", "false"),
                ("ROLLOUT_PERCENTAGE", "0"),
            ]
            .map(|(k, v)| (k.to_owned(), v.to_owned())),
        ),
        Some(item) => {
            for (name, span, item) in item.node(faults)?.members() {
                if let Err(text) = check_variable(&name) {
                    faults.push(span, &item.path, text, None);
                }
                off.extend(item.string(faults).map(|value| (name, value)));
            }
        }
    }
    let holding = |value: &str| {
        off.iter()
            .find(|(_, v)| v.as_str() == value)
            .map(|(name, _)| name.clone())
    };
    let enabled = holding("false").unwrap_or_else(|| "PARTIAL_RESULTS_ENABLED".to_owned());
    let percentage = holding("0").unwrap_or_else(|| "ROLLOUT_PERCENTAGE".to_owned());
    Some(FallbackSpec {
        function: function?,
        alias,
        enabled_variable: node.string("enabled_variable", faults).unwrap_or(enabled),
        percentage_variable: node
            .string("percentage_variable", faults)
            .unwrap_or(percentage),
        off,
    })
}

/// A function's name, or its ARN (also without the first parts), as Lambda takes it.
fn function(item: &Item<'_>, faults: &mut Faults<'_>) -> Option<String> {
    let text = item.string(faults)?;
    let name = match text.rsplit_once("function:") {
        Some((_, name)) => name,
        None if text.starts_with("arn:") => "",
        None => text.rsplit(':').next().unwrap_or_default(),
    };
    if !is_name(name.split(':').next().unwrap_or_default(), 64) {
        let hint = "letters, digits, - and _, at most 64 of them, or the function's ARN";
        item.fault(
            format!("`{text}` is no name of a Lambda function"),
            Some(hint),
            faults,
        );
    }
    // Taken all the same: what else is wrong is not told because of this.
    Some(text)
}

fn alias(item: &Item<'_>, faults: &mut Faults<'_>) -> Option<String> {
    let text = item.string(faults)?;
    if is_name(&text, 128) {
        return Some(text);
    }
    let hint = match text.as_str() {
        "$LATEST" => "leave it out where traffic goes to $LATEST",
        _ => "letters, digits, - and _",
    };
    item.fault(format!("`{text}` is no alias"), Some(hint), faults);
    None
}

fn is_name(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

fn check_variable(name: &str) -> Result<(), String> {
    const RESERVED: [&str; 9] = [
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "LAMBDA_TASK_ROOT",
        "LAMBDA_RUNTIME_DIR",
    ];
    if RESERVED.contains(&name)
        || name.starts_with("AWS_LAMBDA_")
        || name.starts_with("AWS_ACCESS_KEY")
    {
        return Err(format!(
            "Lambda reserves `{name}` and would refuse the whole write"
        ));
    }
    let fit = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.len() >= 2
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(fit)
    {
        Ok(())
    } else {
        Err(format!("`{name}` is no name for a Lambda variable"))
    }
}
