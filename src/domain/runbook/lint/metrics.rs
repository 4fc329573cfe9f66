//! What CloudWatch refuses, or answers with nothing: statistics and dimensions.

use std::sync::LazyLock;

use regex::Regex;

use super::Findings;
use super::ground::Ground;
use crate::domain::runbook::shell::{AwsCall, Word};

#[expect(
    clippy::expect_used,
    reason = "the pattern is a constant, and a test reads it"
)]
static PERCENTILE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?i:p|tm|wm|tc|ts|pr|iqm)\(?\d").expect("a pattern"));

/// `--statistics` and `--extended-statistics` of one call.
pub(super) fn statistics_mixed(ground: &Ground<'_>, found: &mut Findings) {
    for (_, call) in ground
        .calls()
        .filter(|(_, call)| call.service == "cloudwatch")
    {
        let both = [
            ("statistics", "extended-statistics"),
            ("statistic", "extended-statistic"),
        ];
        for (plain, extended) in both {
            if let (Some(_), Some(option)) = (call.option_named(plain), call.option_named(extended))
            {
                found.hit(
                    option.line,
                    format!("CloudWatch refuses a call with both --{plain} and --{extended}: no value comes back."),
                    "Ask twice, once with each; or use get-metric-data, which takes one statistic a query.",
                );
            }
        }
    }
}

/// `p95` under `--statistics`.
pub(super) fn percentile_as_statistic(ground: &Ground<'_>, found: &mut Findings) {
    for (_, call) in ground
        .calls()
        .filter(|(_, call)| call.service == "cloudwatch")
    {
        for name in ["statistics", "statistic"] {
            let Some(option) = call.option_named(name) else {
                continue;
            };
            let values = option.values.iter().map(Word::text);
            let percentile = values
                .flat_map(|text| text.split(',').map(str::to_owned).collect::<Vec<_>>())
                .find(|value| PERCENTILE.is_match(value.trim()));
            if let Some(percentile) = percentile {
                found.hit(
                    option.line,
                    format!("--{name} takes SampleCount, Average, Sum, Minimum and Maximum only: CloudWatch refuses {percentile}."),
                    format!("--extended-{name} {percentile}, without --{name}."),
                );
            }
        }
    }
}

/// `Value=*`.
pub(super) fn wildcard_dimension(ground: &Ground<'_>, found: &mut Findings) {
    for (_, call) in ground
        .calls()
        .filter(|(_, call)| call.service == "cloudwatch")
    {
        for (line, name, value) in dimensions(call) {
            if value.contains('*') {
                found.hit(
                    line,
                    format!("A dimension takes no wildcard: {name}={value} asks for a metric whose {name} is a literal `{value}`, the answer is empty, and empty looks like health."),
                    "Name the exact dimensions that the metric is published with, none when it has none; over several of them use get-metric-data with SEARCH.",
                );
            }
        }
    }
}

/// Names and values of the dimensions of a call.
fn dimensions(call: &AwsCall) -> Vec<(u32, String, String)> {
    let mut out = Vec::new();
    for option in ["dimensions", "metric-data-queries", "metrics"] {
        let Some(option) = call.option_named(option) else {
            continue;
        };
        for word in &option.values {
            let text = word.text();
            if text.trim_start().starts_with(['[', '{']) {
                let parsed = serde_json::from_str(&text).unwrap_or_default();
                of_json(&parsed, option.line, 0, &mut out);
            } else if option.name == "dimensions" {
                out.extend(of_short(&text).map(|(name, value)| (option.line, name, value)));
            }
        }
    }
    out
}

fn of_short(text: &str) -> Option<(String, String)> {
    let member = |key: &str| {
        text.split(',')
            .find_map(|part| part.trim().strip_prefix(key)?.strip_prefix('='))
    };
    match (member("Name"), member("Value")) {
        (Some(name), Some(value)) => Some((name.to_owned(), value.to_owned())),
        // `put-metric-data` and `list-metrics` take NAME=VALUE as well.
        _ => text
            .split_once('=')
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
    }
}

fn of_json(value: &serde_json::Value, line: u32, depth: u8, out: &mut Vec<(u32, String, String)>) {
    if depth > 12 {
        return;
    }
    match value {
        serde_json::Value::Array(items) => {
            for item in items {
                of_json(item, line, depth + 1, out);
            }
        }
        serde_json::Value::Object(members) => {
            let text = |key: &str| members.get(key).and_then(|v| v.as_str()).map(str::to_owned);
            if let (Some(name), Some(value), 2) = (text("Name"), text("Value"), members.len()) {
                out.push((line, name, value));
            }
            for member in members.values() {
                of_json(member, line, depth + 1, out);
            }
        }
        _ => {}
    }
}
