//! Words and commands that are meant to lower exposure and may raise it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::Findings;
use super::ground::{Ground, Kind};
use crate::domain::Percent;
use crate::domain::plan::Change;
use crate::domain::runbook::native::NativeAction;
use crate::domain::runbook::native::document::Document;
use crate::domain::runbook::shell::Word;

#[expect(
    clippy::expect_used,
    reason = "the pattern is a constant, and a test reads it"
)]
static REDUCE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:reduce|lower|decrease|roll back|rollback|scale back|scale (?:the )?\w+ back|dial (?:back|down)|drop back|go back|step back)\b([^.;|:\n]{0,40}?)\bto\s+(\d{1,3})\s?(?:%|percent\b)")
        .expect("a pattern")
});
#[expect(
    clippy::expect_used,
    reason = "the pattern is a constant, and a test reads it"
)]
static SHARE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(\d{1,3})\s?%\s+(?:canary|rollout|of (?:users|traffic|sessions|requests))")
        .expect("a pattern")
});

/// A place that says to reduce to a percentage.
struct Reduction {
    line: u32,
    to: Percent,
    is_command: bool,
}

/// Reductions to more than there is now.
pub(super) fn reduce_raises(ground: &Ground<'_>, found: &mut Findings) {
    let Some(current) = ground.input.current else {
        return;
    };
    for reduction in reductions(ground) {
        let to = reduction.to;
        if to > current {
            found.hit(
                reduction.line,
                format!("The rollout is at {current}: this \"reduction\" to {to} puts more users on the new behaviour."),
                format!("Go to at most {current}: one stage back, or disable; `coalmine set` never raises without its gates."),
            );
        }
    }
}

/// Reductions that do not reduce at some stage.
pub(super) fn reduce_may_raise(ground: &Ground<'_>, found: &mut Findings) {
    let shares = shares(ground);
    for reduction in reductions(ground) {
        let to = reduction.to;
        let instead =
            "Say min(current, target): one stage back from where the rollout is, or disable.";
        match ground.input.current {
            Some(current) if to == current => found.hit(
                reduction.line,
                format!("The rollout is at {current} already: this changes nothing."),
                "Go one stage back, or disable.",
            ),
            Some(_) => {}
            None => {
                let below: Vec<Percent> =
                    shares.iter().copied().filter(|share| *share < to).collect();
                if below.is_empty() && (ground.input.spec.is_some() || shares.len() > 1) {
                    continue;
                }
                let message = match below.as_slice() {
                    [] => format!("At any share below {to} this is a raise, not a reduction."),
                    [stage] => format!(
                        "At the {stage} stage this raises exposure to {to} instead of reducing it."
                    ),
                    many => {
                        let names: Vec<String> = many.iter().map(ToString::to_string).collect();
                        format!(
                            "At the stages {} this raises exposure to {to} instead of reducing it.",
                            names.join(", ")
                        )
                    }
                };
                found.hit(reduction.line, message, instead);
            }
        }
    }
}

/// The stages: the rollout's, else those that the file itself names.
fn shares(ground: &Ground<'_>) -> BTreeSet<Percent> {
    match ground.input.spec {
        Some(spec) => spec.stages.iter().map(|stage| stage.percent).collect(),
        None => named_shares(ground),
    }
}

fn named_shares(ground: &Ground<'_>) -> BTreeSet<Percent> {
    let mut all = BTreeSet::new();
    for native in ground.fences.iter().flat_map(|fence| &fence.native) {
        match &native.action {
            NativeAction::Change(Change::SetPercent(percent)) | NativeAction::Reduce(percent) => {
                all.insert(*percent);
            }
            _ => {}
        }
    }
    let said = ground.said(&[Kind::Text, Kind::Row, Kind::Comment]);
    for prose in said {
        let shares = SHARE
            .captures_iter(&prose.text)
            .filter_map(|found| percent(&found, 1));
        all.extend(shares);
    }
    all.remove(&Percent::ZERO);
    all
}

fn percent(found: &regex::Captures<'_>, group: usize) -> Option<Percent> {
    found
        .get(group)?
        .as_str()
        .parse()
        .ok()
        .and_then(Percent::new)
}

/// Every place that says to reduce to more than nothing; a comment above the command that does it is the same place.
fn reductions(ground: &Ground<'_>) -> Vec<Reduction> {
    let mut all: Vec<Reduction> = Vec::new();
    for native in ground.fences.iter().flat_map(|fence| &fence.native) {
        if let NativeAction::Reduce(to) = native.action {
            all.push(Reduction {
                line: native.line,
                to,
                is_command: true,
            });
        }
    }
    let about_exposure = about_exposure(ground);
    for prose in ground.said(&[Kind::Text, Kind::Row, Kind::Comment]) {
        for found in REDUCE.captures_iter(&prose.text) {
            let between = found.get(1).map_or("", |m| m.as_str()).to_ascii_lowercase();
            let names_it = EXPOSURE.iter().any(|word| between.contains(word));
            let bare = between
                .split_whitespace()
                .all(|word| matches!(word, "back" | "it" | "down" | "gradually" | "immediately"));
            let Some(to) = percent(&found, 2).filter(|to| *to > Percent::ZERO) else {
                continue;
            };
            let before = prose
                .text
                .get(..found.get(0).map_or(0, |m| m.start()))
                .unwrap_or_default();
            let line = prose.line + u32::try_from(before.matches('\n').count()).unwrap_or(0);
            let told = all.iter().any(|other| {
                other.is_command
                    && other.to == to
                    && prose.kind == Kind::Comment
                    && other.line.abs_diff(line) <= 3
            });
            if !told && (names_it || bare && about_exposure) {
                all.push(Reduction {
                    line,
                    to,
                    is_command: false,
                });
            }
        }
    }
    all.sort_by_key(|reduction| reduction.line);
    all
}

/// Words of what is exposed.
const EXPOSURE: [&str; 8] = [
    "rollout",
    "traffic",
    "exposure",
    "canary",
    "flag",
    "feature",
    "percentage",
    "users",
];

/// Whether the file is about a rollout at all, so that a bare "reduce to 50 %" means the share of users.
fn about_exposure(ground: &Ground<'_>) -> bool {
    let text = ground.input.text.to_ascii_lowercase();
    ["rollout", "canary", "feature flag", "exposure"]
        .iter()
        .any(|word| text.contains(word))
}

/// A whole flag document on the command line that lets everybody in, or more than are in now.
pub(super) fn literal_raises(ground: &Ground<'_>, found: &mut Findings) {
    for (_, call) in ground.calls() {
        if !call.is("ssm", "put-parameter") || !call.has("overwrite") {
            continue;
        }
        let Some(document) = call
            .value("value")
            .map(|word| ground.looked_up(word))
            .and_then(Word::fixed)
            .and_then(|text| Document::of(&text))
        else {
            continue;
        };
        let (Some(percent), true) = (document.percent, document.enabled != Some(false)) else {
            continue;
        };
        let raises = match ground.input.current {
            Some(current) => percent > current,
            None => percent == Percent::FULL,
        };
        if raises {
            let line = call
                .option_named("value")
                .map_or(call.line, |option| option.line);
            found.hit(
                line,
                format!("It writes the whole flag document with {percent}: whoever only wants to change another member puts {} on the new behaviour, in the middle of an incident.", if percent == Percent::FULL { "everybody".to_owned() } else { percent.to_string() }),
                "Read the document, change the one member, write it back; `coalmine tune KEY=VALUE` does that and leaves the percentage alone.",
            );
        }
    }
}
