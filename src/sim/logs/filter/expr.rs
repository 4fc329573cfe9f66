//! Conditions with `&&`, `||` and parentheses, and the tests that stand in them (JSON and column patterns share both).
//! What a test's subject is, and where its value comes from, is not known here.

use super::scan::{Scan, bad_characters};
use regex::Regex;

/// Deeper parentheses than anybody writes are refused rather than followed.
const DEEPEST: usize = 32;
/// Regular expressions that one pattern may hold.
const MOST_REGEXES: usize = 2;
/// What a compiled regular expression may cost, in bytes.
const REGEX_SIZE: usize = 1 << 20;

/// A condition over subjects of type `S`.
#[derive(Debug)]
pub(super) enum Expr<S> {
    All(Vec<Expr<S>>),
    Any(Vec<Expr<S>>),
    Test(S, Test),
}

/// How numbers compare.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Op {
    Eq,
    Ne,
    Lt,
    Gt,
    Le,
    Ge,
}

/// What is asked of one subject.
#[derive(Debug)]
pub(super) enum Test {
    Text { negated: bool, glob: Glob },
    Number { op: Op, value: f64, written: String },
    Regex { negated: bool, regex: Regex },
    IsNull,
    Is(bool),
    NotExists,
}

/// A string whose first and last `*` match anything; a `*` within stands for itself, as the service has it.
#[derive(Debug)]
pub(super) struct Glob {
    open_start: bool,
    open_end: bool,
    text: String,
}

impl<S> Expr<S> {
    /// Parses a condition; `subject` reads what a test is about.
    pub(super) fn parse<'a>(
        scan: &mut Scan<'a>,
        subject: &impl Fn(&mut Scan<'a>) -> Result<S, String>,
        depth: usize,
    ) -> Result<Self, String> {
        if depth > DEEPEST {
            return Err("Too many nested parentheses".to_owned());
        }
        let mut any = vec![Self::conjunction(scan, subject, depth)?];
        while scan.eat("||") {
            any.push(Self::conjunction(scan, subject, depth)?);
        }
        Ok(Self::Any(any))
    }

    fn conjunction<'a>(
        scan: &mut Scan<'a>,
        subject: &impl Fn(&mut Scan<'a>) -> Result<S, String>,
        depth: usize,
    ) -> Result<Self, String> {
        let mut all = Vec::new();
        loop {
            scan.space();
            if scan.eat("(") {
                all.push(Self::parse(scan, subject, depth + 1)?);
                if !scan.eat(")") {
                    return Err("Missing ')'".to_owned());
                }
            } else {
                let subject = subject(scan)?;
                all.push(Self::Test(subject, Test::parse(scan)?));
            }
            scan.space();
            if !scan.eat("&&") {
                return Ok(Self::All(all));
            }
        }
    }

    /// Whether the condition holds when `check` says which tests do.
    pub(super) fn holds(&self, check: &impl Fn(&S, &Test) -> bool) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(check)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(check)),
            Self::Test(subject, test) => check(subject, test),
        }
    }

    /// Visits every test.
    pub(super) fn each<'s>(&'s self, visit: &mut impl FnMut(&'s S, &'s Test)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.each(visit)),
            Self::Test(subject, test) => visit(subject, test),
        }
    }

    /// Refuses more regular expressions than the service takes.
    pub(super) fn check_regexes(&self) -> Result<(), String> {
        let mut count = 0;
        self.each(&mut |_, test| count += usize::from(matches!(test, Test::Regex { .. })));
        if count > MOST_REGEXES {
            Err(format!(
                "A pattern can hold at most {MOST_REGEXES} regular expressions"
            ))
        } else {
            Ok(())
        }
    }
}

impl Test {
    fn parse(scan: &mut Scan<'_>) -> Result<Self, String> {
        scan.space();
        if scan.peek().is_some_and(char::is_alphabetic) {
            return Self::keyword(scan);
        }
        let op = [
            ("!=", Op::Ne),
            ("<=", Op::Le),
            (">=", Op::Ge),
            ("=", Op::Eq),
            ("<", Op::Lt),
            (">", Op::Gt),
        ]
        .into_iter()
        .find_map(|(sign, op)| scan.eat(sign).then_some(op))
        .ok_or_else(|| scan.refuse())?;
        scan.space();
        match scan.peek() {
            Some('"') => Self::text(op, scan.quoted()?),
            Some('%') => Self::regex(op, scan),
            _ => {
                let word = scan.run(|c| c.is_alphanumeric() || "_-.*+".contains(c));
                match (word.is_empty(), number(word)) {
                    (true, _) => Err(scan.refuse()),
                    (false, Some(value)) => Ok(Self::Number {
                        op,
                        value,
                        written: word.to_owned(),
                    }),
                    (false, None) => Self::text(op, word.to_owned()),
                }
            }
        }
    }

    fn keyword(scan: &mut Scan<'_>) -> Result<Self, String> {
        let first = scan.run(char::is_alphabetic);
        scan.space();
        let second = scan.run(char::is_alphabetic);
        match (first, second) {
            ("IS", "NULL") => Ok(Self::IsNull),
            ("IS", "TRUE") => Ok(Self::Is(true)),
            ("IS", "FALSE") => Ok(Self::Is(false)),
            ("NOT", "EXISTS") => Ok(Self::NotExists),
            _ => Err(bad_characters(&format!("{first} {second}"))),
        }
    }

    fn text(op: Op, text: String) -> Result<Self, String> {
        let negated = equality(op)?;
        Ok(Self::Text {
            negated,
            glob: Glob::new(text),
        })
    }

    fn regex(op: Op, scan: &mut Scan<'_>) -> Result<Self, String> {
        let negated = equality(op)?;
        scan.eat("%");
        let source = scan
            .until('%')
            .ok_or_else(|| "A regular expression must end with '%'".to_owned())?;
        Ok(Self::Regex {
            negated,
            regex: compile(source)?,
        })
    }

    /// Whether a value that is text, and perhaps a number, passes.
    pub(super) fn passes(&self, text: &str, number: Option<f64>) -> bool {
        match self {
            Self::Text { negated, glob } => glob.matches(text) != *negated,
            Self::Regex { negated, regex } => regex.is_match(text) != *negated,
            Self::Number { op, value, written } => match (number, op) {
                (Some(number), _) => op.holds(number, *value),
                (None, Op::Eq) => text == written,
                (None, Op::Ne) => text != written,
                (None, _) => false,
            },
            Self::IsNull | Self::Is(_) | Self::NotExists => false,
        }
    }
}

impl Op {
    fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Eq => left == right,
            Self::Ne => left != right,
            Self::Lt => left < right,
            Self::Gt => left > right,
            Self::Le => left <= right,
            Self::Ge => left >= right,
        }
    }
}

impl Glob {
    fn new(text: String) -> Self {
        let inner = text.strip_prefix('*').unwrap_or(&text);
        let open_start = inner.len() < text.len();
        let (open_end, inner) = inner
            .strip_suffix('*')
            .map_or((false, inner), |cut| (true, cut));
        Self {
            open_start,
            open_end,
            text: inner.to_owned(),
        }
    }

    fn matches(&self, value: &str) -> bool {
        match (self.open_start, self.open_end) {
            (false, false) => value == self.text,
            (true, false) => value.ends_with(&self.text),
            (false, true) => value.starts_with(&self.text),
            (true, true) => value.contains(&self.text),
        }
    }
}

/// `!=` negates, `=` does not; no other operator compares text.
fn equality(op: Op) -> Result<bool, String> {
    match op {
        Op::Eq => Ok(false),
        Op::Ne => Ok(true),
        _ => Err("Only numbers can be compared with <, >, <= and >=".to_owned()),
    }
}

/// A number as patterns write it (`400`, `-1`, `55.5`, `10e-3`), and as columns hold it.
pub(super) fn number(word: &str) -> Option<f64> {
    let plain = word.contains(|c: char| c.is_ascii_digit())
        && word
            .chars()
            .all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
    if plain {
        word.parse().ok().filter(|value: &f64| value.is_finite())
    } else {
        None
    }
}

/// A pattern that is one regular expression between two percent signs.
pub(super) fn standalone_regex(text: &str) -> Result<Regex, String> {
    match text
        .strip_prefix('%')
        .and_then(|rest| rest.strip_suffix('%'))
    {
        Some(source) => compile(source),
        None => Err("A regular expression must start and end with '%'".to_owned()),
    }
}

/// Compiles a regular expression of the characters that the service takes: no parentheses, no spaces, nothing beyond ASCII.
fn compile(source: &str) -> Result<Regex, String> {
    if source.is_empty() {
        return Err("Empty regular expression".to_owned());
    }
    let foreign: String = source
        .chars()
        .filter(|c| !c.is_ascii_alphanumeric() && !"_#=@/;,-:^$?[]{}|\\*+.".contains(*c))
        .collect();
    if !foreign.is_empty() {
        return Err(bad_characters(&foreign));
    }
    regex::RegexBuilder::new(source)
        .size_limit(REGEX_SIZE)
        .build()
        .map_err(|_| format!("Invalid regular expression '{source}'"))
}
