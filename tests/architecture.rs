//! Reads `src` and fails on a dependency that the layout forbids. The rules stand as data; the map of the layers is in `src/lib.rs`.

#![expect(clippy::expect_used, reason = "a test may stop here")]

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// A layer: which files it is, which of our own modules it may name, and which crates.
struct Layer {
    files: &'static [&'static str],
    may_know: &'static [&'static str],
    crates: &'static [&'static str],
}

/// Crates that are named somewhere in `src`; whatever is not in a layer's list is forbidden there.
const WATCHED_CRATES: &[&str] = &[
    "tokio",
    "ratatui",
    "crossterm",
    "hyper",
    "hyper_util",
    "http_body_util",
    "ciborium",
    "clap",
    "color_eyre",
    "toml",
    "etcetera",
    "tempfile",
    "rustix",
    "aws_config",
    "aws_credential_types",
    "aws_sdk_ssm",
    "aws_sdk_cloudwatch",
    "aws_sdk_cloudwatchlogs",
    "aws_sdk_lambda",
    "aws_sdk_sts",
    "aws_smithy_runtime_api",
    "aws_smithy_types",
    "async_trait",
    "futures_util",
    "bytes",
    "fastrand",
    "tracing_subscriber",
    "arc_swap",
    "pulldown_cmark",
];

const AWS: &[&str] = &[
    "aws_config",
    "aws_credential_types",
    "aws_sdk_ssm",
    "aws_sdk_cloudwatch",
    "aws_sdk_cloudwatchlogs",
    "aws_sdk_lambda",
    "aws_sdk_sts",
    "aws_smithy_runtime_api",
    "aws_smithy_types",
    "async_trait",
    "tokio",
    "futures_util",
    "tempfile",
    "rustix",
    "bytes",
];

const LAYERS: &[Layer] = &[
    Layer {
        files: &["domain"],
        may_know: &["domain"],
        crates: &["pulldown_cmark"],
    },
    Layer {
        files: &["text"],
        may_know: &["text"],
        crates: &[],
    },
    Layer {
        files: &["ports"],
        may_know: &["ports", "domain"],
        crates: &["async_trait"],
    },
    Layer {
        files: &["app"],
        may_know: &["app", "domain"],
        crates: &[],
    },
    Layer {
        files: &["config"],
        // Of `app` the keymap alone: a rule below.
        may_know: &["config", "domain", "text", "app"],
        crates: &["toml", "etcetera"],
    },
    Layer {
        files: &["ui"],
        may_know: &["ui", "app", "domain", "text"],
        crates: &[
            "ratatui",
            "crossterm",
            "rustix",
            "tokio",
            "toml",
            "futures_util",
        ],
    },
    Layer {
        files: &["backends"],
        may_know: &["backends", "ports", "domain"],
        crates: AWS,
    },
    Layer {
        files: &["flag_client"],
        may_know: &["flag_client", "ports", "domain"],
        crates: &["tokio", "arc_swap"],
    },
    Layer {
        files: &["runtime"],
        may_know: &["runtime", "app", "ui", "ports", "domain"],
        crates: &["tokio", "futures_util", "rustix", "async_trait"],
    },
    Layer {
        files: &["sim"],
        may_know: &["sim"],
        crates: &[
            "tokio",
            "futures_util",
            "hyper",
            "hyper_util",
            "http_body_util",
            "ciborium",
            "bytes",
            "fastrand",
        ],
    },
    Layer {
        files: &["headless/grammar"],
        may_know: &["headless", "config", "cli", "app"],
        crates: &["color_eyre", "clap"],
    },
    Layer {
        files: &["headless"],
        may_know: &[
            "headless",
            "config",
            "cli",
            "runtime",
            "app",
            "flag_client",
            "ports",
            "sim",
            "domain",
            "text",
        ],
        crates: &["tokio", "color_eyre", "async_trait"],
    },
    Layer {
        files: &["cli"],
        may_know: &["cli", "config", "sim"],
        crates: &["clap"],
    },
];

/// Words that may stand in some places only.
const PLACES: &[(&str, &[&str], &str)] = &[
    (
        r"\bColor::",
        &["ui/theme", "ui/backend", "ui/picture"],
        "colours are roles of the theme",
    ),
    (
        r"\bSpan::(raw|styled|from|default)\b",
        &["ui/paint"],
        "only sanitised text becomes a span",
    ),
    (
        r"\bSystemTime::now\b",
        &[
            "backends/clock",
            "backends/journal",
            "backends/error",
            "backends/aws/credentials",
            "flag_client/stopwatch",
            "sim/clock",
        ],
        "update and the domain are told the time",
    ),
    (
        r"\bstd::env::",
        &[
            "launch",
            "config/find",
            "backends/aws/credentials",
            "flag_client/builder",
        ],
        "the environment is read once, at the start",
    ),
    (
        r"\bstd::fs\b|\bstd::net\b|\bstd::process\b",
        &[
            "backends", "config", "sim", "runtime", "launch", "main", "headless",
        ],
        "only the outer layers touch the machine",
    ),
];

/// What a layer may know of another one, where that is not all of it.
const PARTS: &[(&str, &str, &str)] = &[("config", "app", "keymap")];

fn files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    found.sort();
    let name = |path: &PathBuf| {
        path.strip_prefix(&root)
            .expect("below src")
            .with_extension("")
            .to_string_lossy()
            .into_owned()
    };
    found
        .iter()
        .map(|path| {
            (
                name(path),
                code(&fs::read_to_string(path).expect("a source file")),
            )
        })
        .collect()
}

fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The code without comments and without the tests at its end.
fn code(source: &str) -> String {
    let source = source.split("\n#[cfg(test)]").next().unwrap_or_default();
    source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn is_test(name: &str) -> bool {
    name.split('/')
        .any(|part| part == "tests" || part == "fixtures" || part.ends_with("_tests"))
}

fn in_layer(name: &str, prefix: &str) -> bool {
    name == prefix
        || name.starts_with(&format!("{prefix}/"))
        || name.starts_with(&format!("{prefix}_"))
}

#[test]
fn nobody_knows_what_its_layer_forbids() {
    let any_crate = Regex::new(r"\b([a-z_0-9]+)::").expect("a pattern");
    let own = Regex::new(r"\bcrate::(?:\{([^}]*)\}|(\w+))").expect("a pattern");
    let mut faults = Vec::new();
    for (name, code) in files().iter().filter(|(name, _)| !is_test(name)) {
        let Some(layer) = LAYERS
            .iter()
            .find(|layer| layer.files.iter().any(|prefix| in_layer(name, prefix)))
        else {
            continue;
        };
        for found in own.captures_iter(code) {
            let grouped = found
                .get(1)
                .map_or("", |m| m.as_str())
                .split(',')
                .map(|part| part.trim().split("::").next().unwrap_or_default());
            let single = found.get(2).map_or("", |m| m.as_str());
            for module in grouped.chain([single]).filter(|module| !module.is_empty()) {
                if !layer.may_know.contains(&module) {
                    faults.push(format!("{name} names crate::{module}"));
                }
            }
        }
        for found in any_crate.captures_iter(code) {
            let watched = &found[1];
            if WATCHED_CRATES.contains(&watched) && !layer.crates.contains(&watched) {
                faults.push(format!("{name} names the crate {watched}"));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "forbidden dependencies:\n{}",
        faults.join("\n")
    );
}

#[test]
fn a_layer_that_may_know_a_part_of_another_knows_no_more() {
    for (layer, other, part) in PARTS {
        let pattern = Regex::new(&format!(r"\bcrate::{other}\b(::{part}\b)?")).expect("a pattern");
        for (name, code) in files().iter().filter(|(name, _)| !is_test(name)) {
            let all = in_layer(name, layer)
                && pattern
                    .captures_iter(code)
                    .any(|found| found.get(1).is_none());
            assert!(!all, "{name} knows more of {other} than its {part}");
        }
    }
}

#[test]
fn some_words_stand_in_some_places_only() {
    let mut faults = Vec::new();
    for (pattern, places, why) in PLACES {
        let pattern = Regex::new(pattern).expect("a pattern");
        for (name, code) in files().iter().filter(|(name, _)| !is_test(name)) {
            if pattern.is_match(code) && !places.iter().any(|place| in_layer(name, place)) {
                faults.push(format!("{name} has {pattern}: {why}"));
            }
        }
    }
    assert!(faults.is_empty(), "misplaced:\n{}", faults.join("\n"));
}

#[test]
fn rooms_stay_small() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    let mut lengths: Vec<(usize, PathBuf)> = found
        .into_iter()
        .map(|path| {
            (
                fs::read_to_string(&path)
                    .expect("a source file")
                    .lines()
                    .count(),
                path,
            )
        })
        .collect();
    lengths.sort();
    let median = lengths[lengths.len() / 2].0;
    assert!(median < 200, "the median file has {median} lines");
    let long: Vec<_> = lengths
        .iter()
        .filter(|(lines, path)| {
            *lines > 400 && !is_test(&path.with_extension("").to_string_lossy())
        })
        .collect();
    assert!(long.is_empty(), "past 400 lines: {long:?}");
}

#[test]
fn there_is_no_mod_rs() {
    assert!(
        files().iter().all(|(name, _)| !name.ends_with("/mod")),
        "a module is name.rs beside name/"
    );
}
