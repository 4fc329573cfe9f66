//! The words by which people call a signal. It knows no units.

use crate::domain::signal::SignalSpec;

/// Words that name nothing by themselves.
const HARMLESS: &[&str] = &[
    "end",
    "to",
    "user",
    "overall",
    "total",
    "current",
    "our",
    "live",
    "rate",
    "count",
    "value",
    "metric",
    "level",
    "high",
    "percentage",
    "ratio",
    "number",
    "the",
    "of",
    "result",
    "new",
    "sum",
    "observed",
    "average",
    "measured",
];

/// How well words name a signal, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Match {
    /// They are all words of its metric.
    Metric,
    /// Its name or title is in them, and nothing that names another thing.
    Named,
    /// They are its name or its title.
    Exact,
}

/// The words of a signal.
#[derive(Debug)]
pub(super) struct Names {
    name: Vec<String>,
    title: Vec<String>,
    metric: Vec<String>,
    /// The metrics' names as one word each.
    whole: Vec<String>,
    around: Vec<String>,
    statistic: Option<String>,
}

impl Names {
    /// The words of this one.
    pub(super) fn new(spec: &SignalSpec) -> Self {
        let sources = super::sources(spec);
        let texts = |of: fn(&crate::domain::signal::MetricQuery) -> &str| {
            sources
                .iter()
                .flat_map(move |query| words(of(query)))
                .collect::<Vec<_>>()
        };
        let mut metric = texts(|query| &query.name);
        let statistic = match sources.as_slice() {
            [query] => Some(query.stat.to_lowercase()),
            _ => None,
        };
        metric.extend(statistic.iter().filter(|stat| is_percentile(stat)).cloned());
        let mut around = texts(|query| &query.namespace);
        around.extend(
            sources
                .iter()
                .flat_map(|query| &query.dimensions)
                .flat_map(|(_, value)| words(value)),
        );
        Self {
            name: words(&spec.name),
            title: words(&spec.title),
            metric,
            whole: sources.iter().map(|query| whole(&query.name)).collect(),
            around,
            statistic,
        }
    }

    /// How well a subject names it.
    pub(super) fn matched(&self, subject: &[String]) -> Option<Match> {
        if self.contradicts(subject) {
            return None;
        }
        let same = |own: &[String]| !own.is_empty() && inside(own, subject) && inside(subject, own);
        let of_metric =
            matches!((subject, self.whole.as_slice()), ([one], [whole]) if one == whole);
        if same(&self.name) || same(&self.title) || of_metric {
            return Some(Match::Exact);
        }
        let harmless = |word: &String| {
            HARMLESS.contains(&word.as_str())
                || self.has(word)
                || self.metric.contains(word)
                || self.around.contains(word)
        };
        let held = |own: &[String]| !own.is_empty() && inside(own, subject);
        if (held(&self.name) || held(&self.title)) && subject.iter().all(harmless) {
            return Some(Match::Named);
        }
        let known = |word: &String| self.has(word) || self.metric.contains(word);
        let telling = subject
            .iter()
            .any(|word| !HARMLESS.contains(&word.as_str()));
        let naming = subject.iter().any(|word| self.has(word));
        let rest = subject
            .iter()
            .all(|word| known(word) || (naming && harmless(word)));
        (telling && rest).then_some(Match::Metric)
    }

    /// Whether its name or title has this word, and the word names something.
    pub(super) fn has(&self, word: &String) -> bool {
        !HARMLESS.contains(&word.as_str())
            && (self.name.contains(word) || self.title.contains(word))
    }

    /// Whether a context names it.
    pub(super) fn is_in(&self, context: &[String]) -> bool {
        context.iter().any(|word| self.has(word)) && !self.contradicts(context)
    }

    /// Whether words speak of another statistic: p99 is not p95, nor is an average or a maximum.
    pub(super) fn contradicts(&self, subject: &[String]) -> bool {
        let Some(own) = &self.statistic else {
            return subject.iter().any(|word| is_percentile(word))
                && !self
                    .name
                    .iter()
                    .any(|word| subject.contains(word) && is_percentile(word));
        };
        subject.iter().any(|word| match word.as_str() {
            "average" | "avg" | "mean" => own != "average",
            "maximum" | "max" => own != "maximum",
            "minimum" => own != "minimum",
            "median" => own != "p50",
            other => is_percentile(other) && other != own,
        })
    }
}

fn inside(some: &[String], all: &[String]) -> bool {
    some.iter().all(|word| all.contains(word))
}

fn is_percentile(word: &str) -> bool {
    word.strip_prefix('p').is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_digit())
            && rest.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    })
}

/// A text's words as they are compared: lower case, `CamelCase` taken apart, without the `s` of a plural.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut last = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let inside = c.is_alphanumeric()
            || (c == '.'
                && last.is_ascii_digit()
                && chars.peek().is_some_and(char::is_ascii_digit));
        let hump = c.is_uppercase()
            && (last.is_lowercase()
                || (last.is_uppercase() && chars.peek().is_some_and(|next| next.is_lowercase())));
        if !inside || hump {
            found.push(std::mem::take(&mut word));
        }
        if inside {
            word.extend(c.to_lowercase());
        }
        last = c;
    }
    found.push(word);
    found.retain(|word| !word.is_empty());
    found.into_iter().map(singular).collect()
}

/// A name without humps and separators, as a person might lower it.
fn whole(name: &str) -> String {
    singular(
        name.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect(),
    )
}

fn singular(word: String) -> String {
    match word.as_str() {
        "latencies" => "latency".to_owned(),
        _ => match word.strip_suffix('s') {
            Some(one) if word.len() > 3 && !one.ends_with('s') && !one.ends_with("statu") => {
                one.to_owned()
            }
            _ => word,
        },
    }
}
