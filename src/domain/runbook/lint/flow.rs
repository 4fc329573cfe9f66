//! Commands that never end, what stands after them, and lines that do not go on where they should.

use super::Findings;
use super::ground::{Fence, Ground};
use crate::domain::runbook::shell::{AwsCall, DoubtKind, Invocation, Keyword, Link};

/// Something that never ends, with commands after it.
pub(super) fn never_reached(ground: &Ground<'_>, found: &mut Findings) {
    for fence in ground.fences.iter().filter(|fence| fence.is_certain()) {
        for invocation in &fence.invocations {
            let Some(how) = endless(invocation) else {
                continue;
            };
            if let Some(line) = next_after(fence, invocation) {
                found.hit(
                    invocation.line,
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
        for invocation in &fence.invocations {
            let Some(how) = endless(invocation) else {
                continue;
            };
            if next_after(fence, invocation).is_none() {
                found.hit(
                    invocation.line,
                    format!("{how} never ends by itself: as a step it is done only when somebody stops it."),
                    "Look at a bounded stretch instead: --since 10m without --follow, or timeout 60 in front.",
                );
            }
        }
    }
}

/// The line of the next command that waits for this one.
fn next_after(fence: &Fence<'_>, endless: &Invocation) -> Option<u32> {
    let next = fence
        .invocations
        .iter()
        .find(|other| !other.inner && other.line > endless.line && other.link() != Link::Pipe);
    next.map(|other| other.line)
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
    let option = texts.iter().find(|text| text.starts_with('-'));
    named.then(|| match option.filter(|_| invocation.program != "ping") {
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
