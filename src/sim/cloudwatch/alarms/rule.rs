//! The rule of a composite alarm: `ALARM(a) AND (OK("b c") OR NOT INSUFFICIENT_DATA(d))`.

use super::alarm::{StateValue, arn};

/// How deep brackets and NOT may nest.
const NESTING: usize = 50;
/// How many other alarms a rule may name.
const MOST_CHILDREN: usize = 100;

/// A parsed rule.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// TRUE or FALSE.
    Constant(bool),
    /// Whether the alarm of the name is in the state.
    Is(StateValue, String),
    /// NOT.
    Not(Box<Rule>),
    /// AND.
    All(Vec<Rule>),
    /// OR.
    Any(Vec<Rule>),
}

impl Rule {
    /// Parses a rule, or says what is wrong and where (in characters from 0).
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parser = Parser {
            rest: text,
            text,
            depth: 0,
        };
        let rule = parser.any()?;
        parser.skip();
        if !parser.rest.is_empty() {
            return Err(parser.error("unexpected text"));
        }
        if rule.children().len() > MOST_CHILDREN {
            return Err(format!("the rule names more than {MOST_CHILDREN} alarms"));
        }
        Ok(rule)
    }

    /// Whether it holds, given the state of each alarm.
    pub fn holds(&self, state: &impl Fn(&str) -> StateValue) -> bool {
        match self {
            Rule::Constant(truth) => *truth,
            Rule::Is(wanted, name) => state(name) == *wanted,
            Rule::Not(rule) => !rule.holds(state),
            Rule::All(rules) => rules.iter().all(|r| r.holds(state)),
            Rule::Any(rules) => rules.iter().any(|r| r.holds(state)),
        }
    }

    /// The names of the alarms in it, each once, in the order of the rule.
    pub fn children(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.collect(&mut names);
        names
    }

    fn collect<'a>(&'a self, names: &mut Vec<&'a str>) {
        match self {
            Rule::Constant(_) => {}
            Rule::Is(_, name) => {
                if !names.contains(&name.as_str()) {
                    names.push(name);
                }
            }
            Rule::Not(rule) => rule.collect(names),
            Rule::All(rules) | Rule::Any(rules) => rules.iter().for_each(|r| r.collect(names)),
        }
    }
}

struct Parser<'a> {
    rest: &'a str,
    text: &'a str,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn error(&self, what: &str) -> String {
        format!(
            "{what} at position {}",
            self.text[..self.text.len() - self.rest.len()]
                .chars()
                .count()
        )
    }

    fn takes(&mut self, symbol: char) -> bool {
        self.skip();
        let rest = self.rest.strip_prefix(symbol);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn word(&mut self) -> &'a str {
        self.skip();
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_alphabetic() && c != '_')
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn takes_word(&mut self, wanted: &str) -> bool {
        let before = self.rest;
        let found = self.word() == wanted;
        if !found {
            self.rest = before;
        }
        found
    }

    fn any(&mut self) -> Result<Rule, String> {
        let mut rules = vec![self.all()?];
        while self.takes_word("OR") {
            rules.push(self.all()?);
        }
        Ok(Rule::Any(rules))
    }

    fn all(&mut self) -> Result<Rule, String> {
        let mut rules = vec![self.one()?];
        while self.takes_word("AND") {
            rules.push(self.one()?);
        }
        Ok(Rule::All(rules))
    }

    fn one(&mut self) -> Result<Rule, String> {
        if self.depth > NESTING {
            return Err(self.error("nested too deep"));
        }
        self.depth += 1;
        let rule = self.inner();
        self.depth -= 1;
        rule
    }

    fn inner(&mut self) -> Result<Rule, String> {
        if self.takes('(') {
            let rule = self.any()?;
            return if self.takes(')') {
                Ok(rule)
            } else {
                Err(self.error("expected ')'"))
            };
        }
        self.skip();
        let before = self.rest;
        let state = match self.word() {
            "NOT" => return Ok(Rule::Not(Box::new(self.one()?))),
            "TRUE" => return Ok(Rule::Constant(true)),
            "FALSE" => return Ok(Rule::Constant(false)),
            word => StateValue::parse(word),
        };
        let Some(state) = state else {
            self.rest = before;
            return Err(
                self.error("expected ALARM, OK, INSUFFICIENT_DATA, TRUE, FALSE, NOT or '('")
            );
        };
        if !self.takes('(') {
            return Err(self.error("expected '('"));
        }
        let name = self.name()?;
        if !self.takes(')') {
            return Err(self.error("expected ')'"));
        }
        // An alarm may be given by its ARN; a name never begins so.
        let name = name
            .strip_prefix(&arn(""))
            .map(str::to_owned)
            .unwrap_or(name);
        Ok(Rule::Is(state, name))
    }

    fn name(&mut self) -> Result<String, String> {
        let quoted = self.takes('"');
        let mut name = String::new();
        let mut escaped = false;
        for (i, c) in self.rest.char_indices() {
            match c {
                '\\' if quoted && !escaped => escaped = true,
                '"' if quoted && !escaped => {
                    self.rest = &self.rest[i + 1..];
                    return self.named(name);
                }
                ')' if !quoted => {
                    self.rest = &self.rest[i..];
                    return self.named(name.trim_end().to_owned());
                }
                c => {
                    name.push(c);
                    escaped = false;
                }
            }
        }
        Err(self.error("an alarm name is not closed"))
    }

    fn named(&self, name: String) -> Result<String, String> {
        if name.is_empty() {
            Err(self.error("an alarm name is empty"))
        } else {
            Ok(name)
        }
    }
}
