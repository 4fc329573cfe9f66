//! Patterns over JSON messages: `{ $.level = "ERROR" && $.took_ms > 500 }`.
//! A message that is no JSON object matches none of them.

use super::expr::{Expr, Test};
use super::scan::{Scan, bad_characters};
use serde_json::Value as Json;

/// The most selectors with a `*` in one pattern.
const MOST_WILDCARDS: usize = 3;

/// The conditions of a JSON pattern.
#[derive(Debug)]
pub(super) struct Conditions(Expr<Selector>);

#[derive(Debug)]
struct Selector(Vec<Step>);

#[derive(Debug)]
enum Step {
    Member(String),
    Item(usize),
    EveryMember,
    EveryItem,
}

impl Conditions {
    /// Parses a pattern that begins with a brace.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let inner = text
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
            .ok_or_else(|| "If a filter pattern starts with '{' it must end with '}'".to_owned())?;
        let mut scan = Scan::new(inner);
        let expr = Expr::parse(&mut scan, &Selector::parse, 0)?;
        scan.space();
        if scan.peek().is_some() {
            return Err(scan.refuse());
        }
        expr.check_regexes()?;
        let mut wildcards = 0;
        expr.each(&mut |selector, _| wildcards += selector.wildcards());
        if wildcards > MOST_WILDCARDS {
            return Err(format!(
                "A pattern can hold at most {MOST_WILDCARDS} wildcard selectors"
            ));
        }
        Ok(Self(expr))
    }

    /// Whether the message is JSON and satisfies the conditions.
    pub(super) fn matches(&self, message: &str) -> bool {
        let text = message.trim_start();
        if !text.starts_with(['{', '[']) {
            return false;
        }
        let Ok(root) = serde_json::from_str::<Json>(text) else {
            return false;
        };
        self.0.holds(&|selector, test| selector.holds(&root, test))
    }
}

impl Selector {
    fn parse(scan: &mut Scan<'_>) -> Result<Self, String> {
        scan.space();
        if !scan.eat("$") {
            return Err(scan.refuse());
        }
        let mut steps = Vec::new();
        while let Some(step) = Step::parse(scan)? {
            steps.push(step);
        }
        let selector = Self(steps);
        match selector.wildcards() {
            _ if selector.0.is_empty() => Err(bad_characters("$")),
            0 | 1 => Ok(selector),
            _ => Err("A selector can hold at most one wildcard".to_owned()),
        }
    }

    fn wildcards(&self) -> usize {
        self.0
            .iter()
            .filter(|step| matches!(step, Step::EveryMember | Step::EveryItem))
            .count()
    }

    fn holds(&self, root: &Json, test: &Test) -> bool {
        let mut nodes = vec![root];
        for step in &self.0 {
            nodes = nodes
                .into_iter()
                .flat_map(|node| step.follow(node))
                .collect();
        }
        match test {
            Test::NotExists => nodes.is_empty(),
            _ => nodes.into_iter().any(|node| passes(node, test)),
        }
    }
}

/// Arrays and objects pass no test, neither `=` nor `!=`; null passes `IS NULL` only.
fn passes(node: &Json, test: &Test) -> bool {
    match node {
        Json::Null => matches!(test, Test::IsNull),
        Json::Bool(value) => match test {
            Test::Is(wanted) => value == wanted,
            _ => test.passes(if *value { "true" } else { "false" }, None),
        },
        Json::Number(number) => test.passes(&number.to_string(), number.as_f64()),
        Json::String(text) => test.passes(text, None),
        Json::Array(_) | Json::Object(_) => false,
    }
}

impl Step {
    fn parse(scan: &mut Scan<'_>) -> Result<Option<Self>, String> {
        if scan.eat(".") {
            if scan.eat("*") {
                return Ok(Some(Self::EveryMember));
            }
            // `$.["name"]` is written too; the bracket below takes it.
            if scan.peek() != Some('[') {
                let name = scan.run(|c| c.is_alphanumeric() || c == '_' || c == '-');
                return if name.is_empty() {
                    Err(scan.refuse())
                } else {
                    Ok(Some(Self::Member(name.to_owned())))
                };
            }
        }
        if !scan.eat("[") {
            return Ok(None);
        }
        let step = if scan.eat("*") {
            Self::EveryItem
        } else if scan.peek() == Some('"') {
            Self::Member(scan.quoted()?)
        } else if scan.eat("'") {
            Self::Member(
                scan.until('\'')
                    .ok_or_else(|| bad_characters("'"))?
                    .to_owned(),
            )
        } else {
            let digits = scan.run(|c| c.is_ascii_digit());
            Self::Item(digits.parse().map_err(|_| scan.refuse())?)
        };
        if scan.eat("]") {
            Ok(Some(step))
        } else {
            Err(scan.refuse())
        }
    }

    fn follow<'j>(&self, node: &'j Json) -> Vec<&'j Json> {
        match (self, node) {
            (Self::Member(name), Json::Object(members)) => members.get(name).into_iter().collect(),
            (Self::Item(index), Json::Array(items)) => items.get(*index).into_iter().collect(),
            (Self::EveryMember, Json::Object(members)) => members.values().collect(),
            (Self::EveryItem, Json::Array(items)) => items.iter().collect(),
            _ => Vec::new(),
        }
    }
}
