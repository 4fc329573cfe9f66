//! Commands that never end, what stands after them, and lines that do not go on where they should.

use super::Findings;
use super::ground::{Fence, Ground};
use crate::domain::runbook::shell::{AwsCall, DoubtKind, Invocation, Keyword, Link};

/// Something that never ends, with commands after it.
pub(super) fn never_reached(ground: &Ground<'_>, found: &mut Findings) {
    for fence in ground.fences.iter().filter(|fence| fence.is_certain()) {
        for (at, how, next) in endless_ones(fence) {
            if let Some(line) = next {
                found.hit(
                    at,
                    format!("{how} never ends by itself, so line {line} and what follows is never run."),
                    "Look at a bounded stretch instead (--since 10m without --follow, timeout 60 …), or put it last.",
                );
            }
        }
    }
}

/// Something that never ends, as the last of its fence.
pub(super) fn never_ends(ground: &Ground<'_>, found: &mut Findings) {
    for fence in ground.fences.iter().filter(|fence| fence.is_certain()) {
        for (at, how, next) in endless_ones(fence) {
            if next.is_none() {
                found.hit(
                    at,
                    format!("{how} never ends by itself: as a step it is done only when somebody stops it."),
                    "Look at a bounded stretch instead: --since 10m without --follow, or timeout 60 in front.",
                );
            }
        }
    }
}

/// What never ends, each with the line of the next command that waits for it.
fn endless_ones(fence: &Fence<'_>) -> Vec<(u32, String, Option<u32>)> {
    let mut out = Vec::new();
    // The nearest line with a command behind this one, and the nearest line behind that.
    let (mut near, mut far): (Option<u32>, Option<u32>) = (None, None);
    for invocation in fence.invocations.iter().rev().filter(|i| !i.inner) {
        let line = invocation.line;
        if let Some(how) = endless(invocation) {
            let next = [near, far].into_iter().flatten().find(|next| *next > line);
            out.push((line, how, next));
        }
        if invocation.link() != Link::Pipe && near != Some(line) {
            (near, far) = (Some(line), near);
        }
    }
    out
}

/// What of a command never ends.
fn endless(invocation: &Invocation) -> Option<String> {
    let stopped = |name: &str| invocation.wrappers.iter().any(|wrapper| wrapper == name);
    if invocation.inner || invocation.whole.background || stopped("timeout") || stopped("gtimeout")
    {
        return None;
    }
    if stopped("watch") {
        return Some("watch".to_owned());
    }
    let texts = invocation.texts();
    let any = |wanted: &[&str]| texts.iter().any(|text| wanted.contains(&text.as_str()));
    let first = texts.first().map(String::as_str).unwrap_or_default();
    let named = match invocation.program.as_str() {
        "aws" => {
            let call = AwsCall::of(invocation)?;
            let tails =
                call.is("logs", "tail") && call.has("follow") || call.is("logs", "start-live-tail");
            return tails.then(|| {
                format!(
                    "aws logs {}",
                    if call.operation == "tail" {
                        "tail --follow"
                    } else {
                        "start-live-tail"
                    }
                )
            });
        }
        "tail" => texts.iter().any(|text| {
            text == "--follow" || text.starts_with("-f") || text == "-F" || is_cluster(text, 'f')
        }),
        "journalctl" => any(&["-f", "--follow"]) || texts.iter().any(|text| is_cluster(text, 'f')),
        "kubectl" | "oc" => {
            (texts.iter().any(|text| text == "logs") && any(&["-f", "--follow"]))
                || (first == "get" && any(&["-w", "--watch"]))
                || first == "port-forward"
        }
        "docker" | "docker-compose" | "podman" => {
            texts.iter().any(|text| text == "logs") && any(&["-f", "--follow"])
        }
        "ping" => {
            !texts
                .iter()
                .any(|text| text.starts_with("-c") || text.starts_with("-w"))
                && !cfg!(windows)
        }
        _ => {
            let forever = invocation.whole.keyword == Some(Keyword::While)
                && matches!(invocation.program.as_str(), "true" | ":");
            return forever.then(|| "while true".to_owned());
        }
    };
    const ENDLESS: [&str; 5] = ["-f", "-F", "-w", "--follow", "--watch"];
    let option = texts
        .iter()
        .find(|text| ENDLESS.contains(&text.as_str()) || is_cluster(text, 'f'));
    named.then(|| match option {
        Some(option) => format!("{} {option}", invocation.program),
        None => invocation.program.clone(),
    })
}

/// Whether short options that are written together have this one.
fn is_cluster(text: &str, option: char) -> bool {
    text.strip_prefix('-').is_some_and(|letters| {
        !letters.starts_with('-')
            && letters.len() <= 4
            && letters.contains(option)
            && letters.chars().all(|c| c.is_ascii_alphabetic())
    })
}

/// A backslash with blanks behind it.
pub(super) fn broken_continuation(ground: &Ground<'_>, found: &mut Findings) {
    for fence in ground.fences.iter().filter(|fence| fence.is_certain()) {
        for doubt in &fence.script.doubts {
            if doubt.kind == DoubtKind::BrokenContinuation {
                found.hit(
                    doubt.line,
                    "A blank stands behind the backslash: the command ends here, without the options of the next lines, and those are run as a command of their own.",
                    "Take the blank away; the backslash must be the last character of its line.",
                );
            }
        }
    }
}
