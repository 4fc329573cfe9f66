//! The search of SEARCH: which metrics a text such as `{AWS/Lambda,FunctionName} MetricName="Errors" NOT test` means.

use crate::sim::aws::ACCOUNT;
use crate::sim::cloudwatch::store::Listed;

mod term;

/// How many metrics one search may return.
pub const MOST: usize = 500;

/// A parsed search.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    schema: Option<Schema>,
    term: Term,
}

#[derive(Clone, Debug, PartialEq)]
struct Schema {
    namespace: String,
    dimensions: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
enum Term {
    All(Vec<Term>),
    Any(Vec<Term>),
    Not(Box<Term>),
    Exact {
        property: Option<String>,
        text: String,
    },
    Partial {
        property: Option<String>,
        text: String,
        tokens: Vec<String>,
    },
}

impl Search {
    /// Parses the text of a search, or says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.chars().count() > 1024 {
            return Err("a search must not be longer than 1024 characters".to_owned());
        }
        let text = text.trim();
        let (schema, rest) = match text.strip_prefix('{') {
            Some(inside) => {
                let end = close_of_schema(inside).ok_or("the metric schema is not closed")?;
                (
                    Some(schema(&inside[..end])?),
                    inside[end + 1..].trim_start().trim_start_matches(','),
                )
            }
            None => (None, text),
        };
        if rest.trim().is_empty() {
            let schema = schema.ok_or("a search needs a metric schema or a search term")?;
            return Ok(Self {
                schema: Some(schema),
                term: Term::All(Vec::new()),
            });
        }
        Ok(Self {
            schema,
            term: term::parse(rest)?,
        })
    }

    /// Whether the search means this metric.
    pub fn matches(&self, metric: &Listed<'_>) -> bool {
        let fits = |schema: &Schema| {
            schema.namespace == metric.namespace
                && schema.dimensions.len() == metric.dimensions.len()
                && metric
                    .dimensions
                    .iter()
                    .all(|(name, _)| schema.dimensions.iter().any(|d| d == name))
        };
        self.schema.as_ref().is_none_or(fits) && self.term.matches(metric)
    }
}

impl Term {
    fn matches(&self, metric: &Listed<'_>) -> bool {
        match self {
            Term::All(terms) => terms.iter().all(|t| t.matches(metric)),
            Term::Any(terms) => terms.iter().any(|t| t.matches(metric)),
            Term::Not(term) => !term.matches(metric),
            Term::Exact { property, text } => {
                candidates(metric, property.as_deref()).contains(&text.as_str())
            }
            Term::Partial {
                property,
                text,
                tokens,
            } => candidates(metric, property.as_deref())
                .iter()
                .any(|c| partly(c, text, tokens)),
        }
    }
}

fn candidates<'a>(metric: &Listed<'a>, property: Option<&str>) -> Vec<&'a str> {
    match property {
        Some("Namespace") => vec![metric.namespace],
        Some("MetricName") => vec![metric.name],
        Some(":aws.AccountId") => vec![ACCOUNT],
        Some(name) => metric
            .dimensions
            .iter()
            .filter(|(n, _)| *n == name)
            .map(|(_, v)| *v)
            .collect(),
        None => [metric.namespace, metric.name]
            .into_iter()
            .chain(metric.dimensions.iter().flat_map(|(n, v)| [*n, *v]))
            .collect(),
    }
}

/// A partial match: the tokens of the search stand one after another in the candidate, or are all of it but for case.
fn partly(candidate: &str, text: &str, wanted: &[String]) -> bool {
    if candidate.eq_ignore_ascii_case(text) {
        return true;
    }
    let tokens = tokens(candidate);
    tokens
        .windows(wanted.len().max(1))
        .any(|window| window == wanted)
        || (wanted.len() == 1 && wanted.first() == Some(&tokens.concat()))
}

/// The tokens of a name, in lower case: cut at what is neither letter nor digit, where digits begin or end, and before a capital
/// that begins a word.
fn tokens(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut tokens: Vec<String> = Vec::new();
    let mut fresh = true;
    for (i, c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            fresh = true;
            continue;
        }
        let before = i.checked_sub(1).and_then(|b| chars.get(b));
        let cut = before.is_some_and(|b| {
            let word_begins = c.is_uppercase()
                && (b.is_lowercase() || chars.get(i + 1).is_some_and(|n| n.is_lowercase()));
            b.is_numeric() != c.is_numeric() || word_begins
        });
        if fresh || cut {
            tokens.push(String::new());
        }
        fresh = false;
        if let Some(token) = tokens.last_mut() {
            token.extend(c.to_lowercase());
        }
    }
    tokens
}

fn close_of_schema(inside: &str) -> Option<usize> {
    let mut quoted = false;
    inside.char_indices().find_map(|(i, c)| {
        quoted ^= c == '"';
        (c == '}' && !quoted).then_some(i)
    })
}

fn schema(inside: &str) -> Result<Schema, String> {
    let mut names = inside
        .split(',')
        .map(|name| name.trim().trim_matches('"').to_owned());
    let namespace = names
        .next()
        .filter(|n| !n.is_empty())
        .ok_or("the metric schema names no namespace")?;
    let dimensions: Vec<_> = names.collect();
    if dimensions.iter().any(String::is_empty) {
        return Err("the metric schema has an empty dimension name".to_owned());
    }
    Ok(Schema {
        namespace,
        dimensions,
    })
}

/// Labels that tell the found metrics apart: the dimensions' values, with the metric's name in front where names differ.
pub fn labels<'a, 'm: 'a>(found: impl Iterator<Item = &'a Listed<'m>> + Clone) -> Vec<String> {
    let mut names = found.clone().map(|m| m.name);
    let first = names.next();
    let differ = names.any(|name| Some(name) != first);
    let label = |metric: &Listed<'_>| {
        let values = metric.dimensions.iter().map(|(_, v)| *v);
        let name = (differ || metric.dimensions.is_empty()).then_some(metric.name);
        name.into_iter().chain(values).collect::<Vec<_>>().join(" ")
    };
    found.map(label).collect()
}
