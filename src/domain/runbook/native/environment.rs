//! What a literal `--environment` would set. It knows no function.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::domain::runbook::shell::shorthand::{self, Short};
use crate::domain::runbook::shell::{AwsOption, PieceKind, Word};

/// An environment as a command writes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Environment {
    /// The variables, in their order.
    pub(crate) sets: Vec<(String, String)>,
    /// Whether something is left out (`...`).
    pub(crate) elided: bool,
    /// Why the command line does not take it, in its words.
    pub(crate) fault: Option<String>,
}

#[expect(
    clippy::expect_used,
    reason = "the pattern is a constant, and a test reads it"
)]
static PAIR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#""?([A-Za-z_][A-Za-z0-9_]*)"?\s*[:=]\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^,{}\s"]*))"#,
    )
    .expect("a pattern")
});

impl Environment {
    /// Reads the option, if its value stands in the command; what a variable, `$(...)` or a file holds is not known.
    pub(crate) fn of(option: &AwsOption) -> Option<Self> {
        let [first, more @ ..] = option.values.as_slice() else {
            return None;
        };
        let known = first
            .pieces
            .iter()
            .any(|p| matches!(p.kind, PieceKind::Text(_)));
        if !known || first.starts_with("file://") || first.variable().is_some() {
            return None;
        }
        let texts: Vec<String> = option
            .values
            .iter()
            .map(|word| word.text_with("x"))
            .collect();
        let text = texts.join(" ");
        let mut out = read(&text);
        if out.fault.is_some() && text.trim_start().starts_with('{') && more.is_empty() {
            // `{"Variables":$ALL}`: what is not known may be a map as well as a text.
            let as_map = read(&first.text_with("{}"));
            if as_map.fault.is_none() {
                out = as_map;
            }
        }
        if !more.is_empty() {
            let words = option.values.len();
            out.fault = Some(format!("the blanks split it into {words} words"));
        } else if out.fault.is_none() && is_expanded(first) {
            out.fault = Some("bash expands the bare braces into several words".to_owned());
        }
        Some(out)
    }
}

/// Whether bash would expand the braces of the word: they stand outside of quotes, with a comma between.
fn is_expanded(word: &Word) -> bool {
    use crate::domain::runbook::shell::Quoting;
    let bare: String = word
        .pieces
        .iter()
        .filter(|piece| piece.quoting == Quoting::None)
        .filter_map(|piece| match &piece.kind {
            PieceKind::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    bare.contains('{') && bare.contains('}') && bare.contains(',')
}

fn read(text: &str) -> Environment {
    let elided = text.contains("...") || text.contains('…');
    let parsed = if text.trim_start().starts_with('{') {
        json(text)
    } else {
        short(text)
    };
    let (sets, fault) = match parsed {
        Ok(sets) => (sets, None),
        Err(fault) => (guess(text), Some(fault)),
    };
    Environment {
        sets,
        elided,
        fault,
    }
}

type Sets = Vec<(String, String)>;

fn json(text: &str) -> Result<Sets, String> {
    let parsed: Value = serde_json::from_str(text).map_err(|error| format!("no JSON: {error}"))?;
    let Some(variables) = parsed.get("Variables") else {
        return Err("it has no member `Variables`".to_owned());
    };
    let variables = variables.as_object().ok_or("`Variables` is no object")?;
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    if let Some((name, value)) = variables.iter().find(|(_, value)| !value.is_string()) {
        return Err(format!("`{name}` is {value}, which is no text"));
    }
    Ok(variables
        .iter()
        .map(|(k, v)| (k.clone(), text(v)))
        .collect())
}

fn short(text: &str) -> Result<Sets, String> {
    let parsed = shorthand::parse(text)?;
    let Some(variables) = parsed.member("Variables") else {
        return Err("it has no member `Variables`".to_owned());
    };
    let Short::Map(members) = variables else {
        return Err("`Variables` is no map".to_owned());
    };
    let mut out = Vec::new();
    for (name, value) in members {
        let text = value.text().ok_or_else(|| format!("`{name}` is no text"))?;
        out.push((name.clone(), text.to_owned()));
    }
    Ok(out)
}

/// What looks like a variable and its value in a text that does not parse.
fn guess(text: &str) -> Sets {
    let group = |found: &regex::Captures<'_>, n: usize| found.get(n).map(|m| m.as_str().to_owned());
    PAIR.captures_iter(text)
        .filter_map(|found| {
            let name = group(&found, 1)?;
            let value = group(&found, 2)
                .or_else(|| group(&found, 3))
                .or_else(|| group(&found, 4));
            (name != "Variables").then(|| (name, value.unwrap_or_default()))
        })
        .collect()
}
