//! The text of a fault, and what is wrong with it: the column, and the nearest word. It puts nothing in force.

use std::str::FromStr;
use std::time::Duration;

use super::{Fault, Kind, matches};
use crate::sim::{lambda, ssm, sts};

/// What is wrong with the text of a fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("fault `{text}`, column {column}: {what}")]
pub struct FaultError {
    /// The text that was given.
    pub text: String,
    /// Where it is wrong, in characters from 1.
    pub column: usize,
    /// What is wrong, with the nearest word where there is one.
    pub what: String,
}

const KINDS: &[(&str, Kind)] = &[
    ("blackhole", Kind::Blackhole),
    ("timeout", Kind::Blackhole),
    ("reset", Kind::Reset),
    ("500", Kind::ServerError),
    ("503", Kind::Unavailable),
    ("throttle", Kind::Throttle),
    ("denied", Kind::Denied),
    ("expired", Kind::Expired),
    ("truncate", Kind::Truncate),
    ("partial", Kind::Partial),
    ("applied-timeout", Kind::AppliedTimeout),
    ("html", Kind::Html),
    ("kms", Kind::Kms),
    ("other-account", Kind::OtherAccount),
];

const CLOUDWATCH: &[&str] = &[
    "DeleteAlarms",
    "DescribeAlarmHistory",
    "DescribeAlarms",
    "DescribeAlarmsForMetric",
    "DisableAlarmActions",
    "EnableAlarmActions",
    "GetMetricData",
    "GetMetricStatistics",
    "ListMetrics",
    "PutCompositeAlarm",
    "PutMetricAlarm",
    "PutMetricData",
    "SetAlarmState",
];

const LOGS: &[&str] = &[
    "CreateLogGroup",
    "CreateLogStream",
    "DescribeLogGroups",
    "DescribeLogStreams",
    "FilterLogEvents",
    "GetLogEvents",
    "PutLogEvents",
    "StartLiveTail",
];

/// Every service by its name in a fault, with the operations that it knows.
const SERVICES: &[(&str, &[&str])] = &[
    ("cloudwatch", CLOUDWATCH),
    ("lambda", lambda::OPERATIONS),
    ("logs", LOGS),
    ("ssm", ssm::OPERATIONS),
    ("sts", sts::OPERATIONS),
];

/// A word of the text, with the byte at which it begins.
type Word<'a> = (usize, &'a str);
/// Where something is wrong, and what.
type Wrong = (usize, String);

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        parse(text).map_err(|(at, what)| FaultError {
            text: text.to_owned(),
            column: text.get(..at).map_or(0, |before| before.chars().count()) + 1,
            what,
        })
    }
}

fn parse(text: &str) -> Result<Fault, Wrong> {
    let Some(equals) = text.find('=') else {
        return Err((
            text.len(),
            "expected `=` and a kind, as in `ssm:PutParameter=timeout`".to_owned(),
        ));
    };
    let Some(colon) = text[..equals].find(':') else {
        let hint = format!(
            "expected `SERVICE:OPERATION`; for every operation write `{}:*`",
            &text[..equals]
        );
        return Err((equals, hint));
    };
    let service = service((0, &text[..colon]))?;
    let operation = operation(service, (colon + 1, &text[colon + 1..equals]))?;
    let mut words = words(text, equals + 1);
    let first = words.next().unwrap_or((text.len(), ""));
    let mut fault = Fault {
        service: service.to_owned(),
        operation: operation.to_owned(),
        kind: kind(first)?,
        lasts: None,
        times: None,
        rate: 1.0,
        text: text.to_owned(),
    };
    check_place(&fault, first)?;
    for word in words {
        limit(&mut fault, word)?;
    }
    Ok(fault)
}

fn words(text: &str, from: usize) -> impl Iterator<Item = Word<'_>> {
    let mut at = from;
    text[from..].split(',').map(move |word| {
        let begin = at;
        at += word.len() + 1;
        (begin, word)
    })
}

fn service((at, word): Word<'_>) -> Result<&str, Wrong> {
    if SERVICES.iter().any(|(name, _)| matches(word, name)) {
        return Ok(word);
    }
    let names = SERVICES.iter().map(|(name, _)| *name);
    Err((at, format!("no service `{word}`{}", nearest(word, names))))
}

fn operation<'a>(service: &str, (at, word): Word<'a>) -> Result<&'a str, Wrong> {
    let known = || {
        SERVICES
            .iter()
            .filter(|(name, _)| matches(service, name))
            .flat_map(|(_, ops)| *ops)
            .copied()
    };
    if known().any(|op| matches(word, op)) {
        return Ok(word);
    }
    Err((
        at,
        format!(
            "no operation `{word}` in {service}{}",
            nearest(word, known())
        ),
    ))
}

fn kind((at, word): Word<'_>) -> Result<Kind, Wrong> {
    if let Some((_, kind)) = KINDS.iter().find(|(name, _)| *name == word) {
        return Ok(*kind);
    }
    if let Some(millis) = word.strip_prefix("delay:") {
        let wrong = || {
            (
                at + "delay:".len(),
                format!("`{millis}` is no number of milliseconds"),
            )
        };
        return millis
            .parse()
            .map(|ms| Kind::Delay(Duration::from_millis(ms)))
            .map_err(|_| wrong());
    }
    if word == "delay" {
        return Err((
            at + word.len(),
            "expected `:` and milliseconds, as in `delay:1500`".to_owned(),
        ));
    }
    let names = KINDS.iter().map(|(name, _)| *name).chain(["delay:MS"]);
    Err((at, format!("no kind `{word}`{}", nearest(word, names))))
}

fn limit(fault: &mut Fault, (at, word): Word<'_>) -> Result<(), Wrong> {
    let Some((key, value)) = word.split_once('=') else {
        return Err((
            at,
            format!("expected `for=SECONDS`, `times=N` or `rate=P`, found `{word}`"),
        ));
    };
    let wrong = |wanted: &str| (at + key.len() + 1, format!("`{value}` is not {wanted}"));
    match key {
        "for" => {
            let seconds = value
                .parse::<f64>()
                .ok()
                .filter(|s| s.is_finite() && *s > 0.0);
            fault.lasts = Some(
                (seconds.ok_or_else(|| wrong("a number of seconds above 0"))? * 1000.0).round()
                    as i64,
            );
        }
        "times" => {
            let times = value.parse::<u32>().ok().filter(|n| *n > 0);
            fault.times = Some(times.ok_or_else(|| wrong("a whole number above 0"))?);
        }
        "rate" => {
            let rate = value
                .parse::<f64>()
                .ok()
                .filter(|r| (0.0..=1.0).contains(r));
            fault.rate = rate.ok_or_else(|| wrong("a share from 0 to 1"))?;
        }
        _ => {
            return Err((
                at,
                format!(
                    "no limit `{key}`{}",
                    nearest(key, ["for", "times", "rate"].into_iter())
                ),
            ));
        }
    }
    Ok(())
}

/// Three kinds make sense for one operation only; anywhere else they would do nothing, in silence.
fn check_place(fault: &Fault, (at, word): Word<'_>) -> Result<(), Wrong> {
    let (service, operation) = match fault.kind {
        Kind::Partial => ("cloudwatch", "GetMetricData"),
        Kind::Kms => ("lambda", "GetFunctionConfiguration"),
        Kind::OtherAccount => ("sts", "GetCallerIdentity"),
        _ => return Ok(()),
    };
    if matches(&fault.service, service) && matches(&fault.operation, operation) {
        return Ok(());
    }
    Err((
        at,
        format!("`{word}` happens to {service}:{operation} only"),
    ))
}

/// `; did you mean ..`, when a known word is near enough, else the list of them when it is short.
pub(in crate::sim) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<&str> = known.collect();
    let near = all.iter().map(|k| (distance(word, k), *k)).min();
    match near {
        Some((far, name)) if far <= 2.max(name.len() / 3) => format!("; did you mean `{name}`?"),
        _ => format!("; known are {}", all.join(", ")),
    }
}

/// How many letters must change, come or go to make one word of the other, whatever their case.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.to_lowercase().chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}
