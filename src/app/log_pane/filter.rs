//! The language of the filter line: words, "phrases", /regex/, level:, group:, session:, cohort:, pattern:, and `!` before any of them.
//! It keeps no lines.

use regex::{Regex, RegexBuilder};

use crate::domain::cohort::Cohort;
use crate::domain::log::Level;

use super::CohortFilter;
use super::store::LineView;

/// The most memory that an expression may take when it is compiled.
const LARGEST: usize = 1 << 20;

/// What a line must have to be shown: every term of it.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    cohort: CohortFilter,
    terms: Vec<Term>,
}

#[derive(Clone, Debug)]
struct Term {
    inverted: bool,
    wants: Wants,
}

#[derive(Clone, Debug)]
enum Wants {
    Text(Regex),
    /// This level or worse.
    Level(Level),
    /// A group whose name has this, in small letters.
    Group(String),
    Session(Regex),
    Cohort(Option<Cohort>),
    Pattern(u32),
}

/// A word of the filter line.
struct Token<'a> {
    inverted: bool,
    kind: Kind<'a>,
}

enum Kind<'a> {
    Word(&'a str),
    Phrase(&'a str),
    Expression(&'a str),
}

impl Filter {
    /// Reads the filter line.
    ///
    /// # Errors
    /// What is wrong with it, in a few words.
    pub fn parse(text: &str, cohort: CohortFilter) -> Result<Self, String> {
        let mut terms = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (token, after) = token(rest)?;
            rest = after.trim_start();
            terms.extend(token.term()?);
        }
        Ok(Self { cohort, terms })
    }

    /// Whether every line passes.
    pub fn is_all(&self) -> bool {
        self.terms.is_empty() && self.cohort == CohortFilter::All
    }

    /// Whether it asks for a cohort: lines whose cohort becomes known must be looked at again.
    pub fn asks_cohort(&self) -> bool {
        self.cohort != CohortFilter::All
            || self
                .terms
                .iter()
                .any(|t| matches!(t.wants, Wants::Cohort(_)))
    }

    /// Whether a line passes; `groups` are the names by number, in small letters.
    pub fn passes(&self, line: &LineView<'_>, groups: &[String]) -> bool {
        let cohort = match self.cohort {
            CohortFilter::All => true,
            CohortFilter::Canary => line.cohort == Some(Cohort::Canary),
            CohortFilter::Control => line.cohort == Some(Cohort::Control),
        };
        cohort && self.terms.iter().all(|term| term.passes(line, groups))
    }
}

impl Term {
    fn passes(&self, line: &LineView<'_>, groups: &[String]) -> bool {
        let has = match &self.wants {
            Wants::Text(text) => text.is_match(line.message),
            Wants::Level(least) => line.level.is_some_and(|level| level >= *least),
            Wants::Group(part) => groups
                .get(usize::from(line.group))
                .is_some_and(|name| name.contains(part.as_str())),
            Wants::Session(id) => line.session.is_some_and(|session| id.is_match(session)),
            Wants::Cohort(cohort) => line.cohort == *cohort,
            Wants::Pattern(number) => line.pattern == *number,
        };
        has != self.inverted
    }
}

impl Token<'_> {
    fn term(&self) -> Result<Option<Term>, String> {
        let wants = match self.kind {
            Kind::Word("") | Kind::Phrase("") | Kind::Expression("") => return Ok(None),
            Kind::Expression(expression) => Wants::Text(compile(expression)?),
            Kind::Phrase(text) => Wants::Text(literal(text)?),
            Kind::Word(word) => match word.split_once(':') {
                Some((key, value)) => match keyed(key, value.trim_matches('"'))? {
                    Some(wants) => wants,
                    None => Wants::Text(literal(word)?),
                },
                None => Wants::Text(literal(word)?),
            },
        };
        Ok(Some(Term {
            inverted: self.inverted,
            wants,
        }))
    }
}

fn keyed(key: &str, value: &str) -> Result<Option<Wants>, String> {
    let needs = |what: &str| Err(format!("{key}: needs {what}"));
    Ok(Some(match key {
        "level" => match level(value) {
            Some(level) => Wants::Level(level),
            None => return needs("debug, info, warn or error"),
        },
        "group" if value.is_empty() => return needs("a part of a group's name"),
        "group" => Wants::Group(value.to_lowercase()),
        "session" if value.is_empty() => return needs("a session id, or a part of one"),
        "session" => Wants::Session(literal(value)?),
        "cohort" => match value.to_lowercase().as_str() {
            "canary" => Wants::Cohort(Some(Cohort::Canary)),
            "control" => Wants::Cohort(Some(Cohort::Control)),
            "none" => Wants::Cohort(None),
            _ => return needs("canary, control or none"),
        },
        "pattern" => match value.parse() {
            Ok(number) => Wants::Pattern(number),
            Err(_) => return needs("a number; enter on the list of patterns sets it"),
        },
        _ => return Ok(None),
    }))
}

fn level(word: &str) -> Option<Level> {
    Some(match word.to_lowercase().as_str() {
        "debug" | "trace" => Level::Debug,
        "info" => Level::Info,
        "warn" | "warning" => Level::Warn,
        "error" | "err" | "fatal" => Level::Error,
        _ => return None,
    })
}

/// The first token of a text that begins with one, and what follows it.
fn token(text: &str) -> Result<(Token<'_>, &str), String> {
    let (inverted, text) = match text.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (kind, rest) = if let Some(quoted) = text.strip_prefix('"') {
        let end = quoted.find('"').ok_or("a phrase ends with \"")?;
        let (phrase, rest) = quoted.split_at(end);
        (Kind::Phrase(phrase), rest.get(1..).unwrap_or_default())
    } else if let Some(expression) = text.strip_prefix('/') {
        let end = closing(expression).ok_or("a regex ends with /; a path goes into \"quotes\"")?;
        let (expression, rest) = expression.split_at(end);
        (
            Kind::Expression(expression),
            rest.get(1..).unwrap_or_default(),
        )
    } else {
        let end = word_end(text);
        let (word, rest) = text.split_at(end);
        (Kind::Word(word), rest)
    };
    Ok((Token { inverted, kind }, rest))
}

/// The slash that ends an expression: not escaped, and nothing but a blank behind it.
fn closing(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        let after = text.get(at + 1..).unwrap_or_default();
        if c == '/' && !escaped && (after.is_empty() || after.starts_with(char::is_whitespace)) {
            return Some(at);
        }
        escaped = c == '\\' && !escaped;
    }
    None
}

/// Where a word ends; the value of `group:"a b"` may hold blanks.
fn word_end(text: &str) -> usize {
    let mut quoted = false;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if c == '"' && (quoted || before == ':') {
            quoted = !quoted;
        }
        if c.is_whitespace() && !quoted {
            return at;
        }
        before = c;
    }
    text.len()
}

/// What finds a text, in either case.
fn literal(text: &str) -> Result<Regex, String> {
    compile(&regex::escape(text))
}

fn compile(expression: &str) -> Result<Regex, String> {
    RegexBuilder::new(expression)
        .case_insensitive(true)
        .size_limit(LARGEST)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => "the regex is too large".to_owned(),
            other => {
                let text = other.to_string();
                let last = text.lines().last().unwrap_or_default();
                format!("regex: {}", last.trim_start_matches("error: "))
            }
        })
}

/// What the search line looks for: a text in either case, or a /regex/. Nothing for an empty line.
///
/// # Errors
/// What is wrong with it, in a few words.
pub fn needle(text: &str) -> Result<Option<Regex>, String> {
    let text = text.trim();
    if text.is_empty() || text == "/" {
        return Ok(None);
    }
    let inner = text
        .strip_prefix('/')
        .and_then(|rest| rest.strip_suffix('/'));
    match inner {
        Some(expression) => compile(expression).map(Some),
        None => literal(text).map(Some),
    }
}
