//! Instants on command lines: milliseconds against seconds, and `date` options that only GNU has.

use super::Findings;
use super::ground::{Fence, Ground};
use crate::domain::runbook::shell::{
    AwsCall, Invocation, Link, PieceKind, Script, Word, invocations,
};

/// What an option takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// Milliseconds since 1970.
    Milliseconds,
    /// Seconds since 1970.
    Seconds,
    /// A date, or seconds since 1970.
    Date,
}

/// Service, operations, options, what they take. The rest is not judged.
const OPTIONS: [(&str, &[&str], &[&str], Takes); 7] = [
    (
        "logs",
        &["filter-log-events", "get-log-events"],
        &["start-time", "end-time"],
        Takes::Milliseconds,
    ),
    (
        "logs",
        &["create-export-task"],
        &["from", "to"],
        Takes::Milliseconds,
    ),
    (
        "logs",
        &["start-query"],
        &["start-time", "end-time"],
        Takes::Seconds,
    ),
    (
        "cloudwatch",
        &[
            "get-metric-statistics",
            "get-metric-data",
            "get-metric-widget-image",
            "get-insight-rule-report",
        ],
        &["start-time", "end-time"],
        Takes::Date,
    ),
    (
        "cloudwatch",
        &["describe-alarm-history"],
        &["start-date", "end-date"],
        Takes::Date,
    ),
    (
        "cloudtrail",
        &["lookup-events"],
        &["start-time", "end-time"],
        Takes::Date,
    ),
    (
        "xray",
        &["get-trace-summaries", "get-service-graph"],
        &["start-time", "end-time"],
        Takes::Date,
    ),
];

/// What a word comes to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Is {
    Milliseconds,
    Seconds,
    Date,
}

/// Milliseconds where seconds or a date are taken.
pub(super) fn milliseconds_for_seconds(ground: &Ground<'_>, found: &mut Findings) {
    for (line, call, option, takes, is) in instants(ground) {
        if takes != Takes::Milliseconds && is == Is::Milliseconds {
            found.hit(
                line,
                format!("{} {} --{option} takes seconds{}, and this is milliseconds: an instant more than 50,000 years ahead, so the call fails or finds nothing.", call.service, call.operation, if takes == Takes::Date { " or a date" } else { "" }),
                "Without the three digits: $(date +%s), or a date such as 2026-11-20T18:05:00Z.",
            );
        }
    }
}

/// Seconds or a date where milliseconds are taken.
pub(super) fn seconds_for_milliseconds(ground: &Ground<'_>, found: &mut Findings) {
    for (line, call, option, takes, is) in instants(ground) {
        let place = format!("{} {} --{option}", call.service, call.operation);
        match (takes, is) {
            (Takes::Milliseconds, Is::Seconds) => found.hit(
                line,
                format!("{place} takes milliseconds, and this is seconds: an instant in January 1970, so the whole history is searched."),
                "Three digits more: $(date +%s)000.",
            ),
            (Takes::Milliseconds | Takes::Seconds, Is::Date) => found.hit(
                line,
                format!("{place} takes a number, and this is a date: the command line refuses it."),
                match takes {
                    Takes::Milliseconds => "Milliseconds since 1970, for example $(date +%s)000.",
                    _ => "Seconds since 1970, for example $(date +%s).",
                },
            ),
            _ => {}
        }
    }
}

fn instants<'g>(ground: &'g Ground<'_>) -> Vec<(u32, &'g AwsCall, &'static str, Takes, Is)> {
    let mut out = Vec::new();
    for (_, call) in ground.calls() {
        let rows = OPTIONS.iter().filter(|(service, operations, ..)| {
            *service == call.service && operations.contains(&call.operation.as_str())
        });
        for (_, _, names, takes) in rows {
            for name in *names {
                let Some(option) = call.option_named(name) else {
                    continue;
                };
                if let Some(is) = option.values.first().and_then(|word| unit(ground, word, 0)) {
                    out.push((option.line, call, *name, *takes, is));
                }
            }
        }
    }
    out
}

/// The unit of an instant, where the text tells it.
fn unit(ground: &Ground<'_>, word: &Word, depth: u8) -> Option<Is> {
    if depth > 4 {
        return None;
    }
    let digits = word.text_with("");
    match word.pieces.as_slice() {
        [piece] => match &piece.kind {
            PieceKind::Text(text) => of_text(text),
            PieceKind::Variable { name, operator } if operator.is_empty() => {
                let value = ground.value_before(name, word.line)?;
                unit(ground, value, depth + 1)
            }
            PieceKind::Substitution(script) => of_script(script),
            PieceKind::Arithmetic(text) => of_arithmetic(ground, word, text, depth),
            _ => None,
        },
        // `$(date +%s)000`
        [first, ..] if digits == "000" => {
            let first = Word {
                pieces: vec![first.clone()],
                ..word.clone()
            };
            match (word.pieces.len(), unit(ground, &first, depth + 1)?) {
                (2, Is::Seconds) => Some(Is::Milliseconds),
                _ => None,
            }
        }
        _ => None,
    }
}

fn of_text(text: &str) -> Option<Is> {
    let text = text.trim();
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return match text.len() {
            13 => Some(Is::Milliseconds),
            10 => Some(Is::Seconds),
            _ => None,
        };
    }
    let date = text.len() >= 10
        && text.as_bytes().get(4) == Some(&b'-')
        && text.as_bytes().get(7) == Some(&b'-')
        && text.starts_with(|c: char| c.is_ascii_digit());
    date.then_some(Is::Date)
}

/// The unit of what a script prints: that of the format of its last `date`.
fn of_script(script: &Script) -> Option<Is> {
    let all = invocations(script);
    let last = all.iter().rfind(|i| !i.inner)?;
    if last.program == "expr" {
        return None;
    }
    if last.program != "date" && last.program != "gdate" {
        return None;
    }
    let format = last
        .texts()
        .into_iter()
        .find(|text| text.starts_with('+'))?;
    match format.as_str() {
        "+%s" => Some(Is::Seconds),
        "+%s000" | "+%s%3N" => Some(Is::Milliseconds),
        "+%s%N" => None,
        _ if format.contains("%Y") || format.contains("%F") => Some(Is::Date),
        _ => None,
    }
}

/// `$(( $(date +%s) * 1000 ))` and the like.
fn of_arithmetic(ground: &Ground<'_>, word: &Word, text: &str, depth: u8) -> Option<Is> {
    let compact: String = text.split_whitespace().collect();
    let thousand = compact.contains("*1000") || compact.contains("1000*");
    let inner = if compact.contains("%s%3N") || compact.contains("%s000") {
        Is::Milliseconds
    } else if compact.contains("+%s") || compact.contains("EPOCHSECONDS") {
        Is::Seconds
    } else {
        let name: String = compact
            .trim_start_matches(|c: char| !c.is_ascii_alphabetic() && c != '_')
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        let value = ground.value_before(&name, word.line)?;
        unit(ground, value, depth + 1)?
    };
    match (inner, thousand) {
        (Is::Seconds, true) => Some(Is::Milliseconds),
        (Is::Seconds, false) if !compact.contains('/') => Some(Is::Seconds),
        (Is::Milliseconds, false) if !compact.contains('/') => Some(Is::Milliseconds),
        _ => None,
    }
}

/// `date -d`, without a way out for other systems.
pub(super) fn gnu_date(ground: &Ground<'_>, found: &mut Findings) {
    for fence in &ground.fences {
        if has_way_out(fence) {
            continue;
        }
        for invocation in fence.invocations.iter().filter(|i| i.program == "date") {
            let option = invocation.texts().into_iter().find(|text| {
                text == "-d"
                    || text == "--date"
                    || text.starts_with("--date=")
                    || (text.starts_with("-d") && text.len() > 2)
            });
            if let Some(option) = option.filter(|_| invocation.link() != Link::Or) {
                let option = option.split('=').next().unwrap_or_default().to_owned();
                found.hit(
                    invocation.line,
                    format!("Only GNU date has {option}: on macOS and BSD it fails, the value is empty, and the command around it fails or asks for something else."),
                    "Arithmetic that works everywhere: $(( $(date +%s) - 3600 )); or write the BSD form too: date -u -v-1H.",
                );
            }
        }
    }
}

/// Whether the fence also has the form of BSD, or says which `date` it wants.
fn has_way_out(fence: &Fence<'_>) -> bool {
    let bsd = |invocation: &Invocation| {
        invocation.program == "gdate"
            || invocation.program == "date"
                && invocation
                    .texts()
                    .iter()
                    .any(|text| text.starts_with("-v") || text == "-r" || text == "-j")
    };
    fence.invocations.iter().any(bsd)
}
