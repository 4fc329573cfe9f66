//! The grammar of expressions: text to a tree, or an error that names the place. It computes nothing.
//!
//! From loose to tight: `OR ||`, `AND &&`, `== !=`, `< <= > >=`, `+ -`, `* /`, unary `-`, `^` (which groups from the right).

pub use super::lexer::SyntaxError;
use super::lexer::{Token, split};

/// How deep brackets and signs may nest.
const NESTING: usize = 50;

/// A part of an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// Where it begins, in characters from 0; for an operation, where its operator stands.
    pub at: usize,
    /// What it is.
    pub kind: Kind,
}

/// The kinds of parts.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A number.
    Number(f64),
    /// Text in quotes.
    Text(String),
    /// The id of a query.
    Id(String),
    /// A bare word in capitals, such as REPEAT.
    Word(String),
    /// A list in square brackets.
    Array(Vec<Expr>),
    /// The negative of a part.
    Negative(Box<Expr>),
    /// Two parts and an operator.
    Operation(Operator, Box<Expr>, Box<Expr>),
    /// A function.
    Call(String, Vec<Expr>),
}

/// The operators between two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

/// The left-grouping operators, from loose to tight.
const LEVELS: [&[(&str, Operator)]; 6] = [
    &[("OR", Operator::Or), ("||", Operator::Or)],
    &[("AND", Operator::And), ("&&", Operator::And)],
    &[("==", Operator::Equal), ("!=", Operator::NotEqual)],
    &[
        ("<=", Operator::LessOrEqual),
        (">=", Operator::GreaterOrEqual),
        ("<", Operator::Less),
        (">", Operator::Greater),
    ],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply), ("/", Operator::Divide)],
];

/// Parses an expression.
pub fn parse(expression: &str) -> Result<Expr, SyntaxError> {
    let tokens = split(expression)?;
    let mut parser = Parser {
        tokens: &tokens,
        next: 0,
        end: expression.chars().count(),
        depth: 0,
    };
    let parsed = parser.level(0)?;
    match parser.peek() {
        None => Ok(parsed),
        Some(token) => Err(parser.error(&format!("Syntax error: unexpected {}", named(token)))),
    }
}

impl Expr {
    /// The ids that it names, each with its position.
    pub fn references(&self) -> Vec<(&str, usize)> {
        let mut found = Vec::new();
        let mut open = vec![self];
        while let Some(expression) = open.pop() {
            match &expression.kind {
                Kind::Id(id) => found.push((id.as_str(), expression.at)),
                Kind::Array(parts) | Kind::Call(_, parts) => open.extend(parts),
                Kind::Negative(part) => open.push(part),
                Kind::Operation(_, left, right) => open.extend([left.as_ref(), right.as_ref()]),
                Kind::Number(_) | Kind::Text(_) | Kind::Word(_) => {}
            }
        }
        found.sort_by_key(|(_, at)| *at);
        found
    }

    /// Whether it calls the function anywhere.
    pub fn calls(&self, function: &str) -> bool {
        match &self.kind {
            Kind::Call(name, parts) => name == function || parts.iter().any(|p| p.calls(function)),
            Kind::Array(parts) => parts.iter().any(|p| p.calls(function)),
            Kind::Negative(part) => part.calls(function),
            Kind::Operation(_, left, right) => left.calls(function) || right.calls(function),
            Kind::Number(_) | Kind::Text(_) | Kind::Word(_) | Kind::Id(_) => false,
        }
    }
}

struct Parser<'a> {
    tokens: &'a [(Token, usize)],
    next: usize,
    end: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(token, _)| token)
    }

    fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |(_, at)| *at)
    }

    fn error(&self, what: &str) -> SyntaxError {
        SyntaxError {
            what: what.to_owned(),
            at: self.at(),
        }
    }

    fn takes(&mut self, symbol: &str) -> bool {
        let found = match self.peek() {
            Some(Token::Symbol(s)) => *s == symbol,
            Some(Token::Word(w)) => w == symbol,
            _ => false,
        };
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, symbol: &str) -> Result<(), SyntaxError> {
        if self.takes(symbol) {
            return Ok(());
        }
        let found = self.peek().map_or_else(|| "the end".to_owned(), named);
        Err(self.error(&format!(
            "Syntax error: expected '{symbol}' but found {found}"
        )))
    }

    fn level(&mut self, level: usize) -> Result<Expr, SyntaxError> {
        let Some(operators) = LEVELS.get(level) else {
            return self.negative();
        };
        let mut left = self.level(level + 1)?;
        loop {
            let at = self.at();
            let Some((_, operator)) = operators.iter().find(|(symbol, _)| self.takes(symbol))
            else {
                return Ok(left);
            };
            let right = self.level(level + 1)?;
            left = Expr {
                at,
                kind: Kind::Operation(*operator, Box::new(left), Box::new(right)),
            };
        }
    }

    fn negative(&mut self) -> Result<Expr, SyntaxError> {
        let at = self.at();
        if !self.takes("-") {
            return self.power();
        }
        let part = self.nested(Self::negative)?;
        Ok(Expr {
            at,
            kind: Kind::Negative(Box::new(part)),
        })
    }

    fn power(&mut self) -> Result<Expr, SyntaxError> {
        let base = self.primary()?;
        let at = self.at();
        if !self.takes("^") {
            return Ok(base);
        }
        let exponent = self.nested(Self::negative)?;
        Ok(Expr {
            at,
            kind: Kind::Operation(Operator::Power, Box::new(base), Box::new(exponent)),
        })
    }

    fn primary(&mut self) -> Result<Expr, SyntaxError> {
        let at = self.at();
        let Some(token) = self.peek().cloned() else {
            return Err(self.error("Syntax error: the expression ends too early"));
        };
        let kind = match token {
            Token::Number(n) => Kind::Number(n),
            Token::Text(text) => Kind::Text(text),
            Token::Word(word) => return self.word(word, at),
            Token::Symbol("(") => {
                self.next += 1;
                let inner = self.nested(|p| p.level(0))?;
                self.expect(")")?;
                return Ok(inner);
            }
            Token::Symbol("[") => {
                self.next += 1;
                let parts = self.parts("]")?;
                return Ok(Expr {
                    at,
                    kind: Kind::Array(parts),
                });
            }
            symbol @ Token::Symbol(_) => {
                return Err(self.error(&format!("Syntax error: unexpected {}", named(&symbol))));
            }
        };
        self.next += 1;
        Ok(Expr { at, kind })
    }

    fn word(&mut self, word: String, at: usize) -> Result<Expr, SyntaxError> {
        if matches!(word.as_str(), "AND" | "OR") {
            return Err(self.error(&format!("Syntax error: unexpected '{word}'")));
        }
        self.next += 1;
        if self.takes("(") {
            if !super::functions::exists(&word) {
                return Err(SyntaxError {
                    what: format!("Unknown function '{word}'"),
                    at,
                });
            }
            let parts = self.parts(")")?;
            return Ok(Expr {
                at,
                kind: Kind::Call(word, parts),
            });
        }
        let kind = if word.starts_with(|c: char| c.is_ascii_lowercase()) {
            Kind::Id(word)
        } else {
            Kind::Word(word)
        };
        Ok(Expr { at, kind })
    }

    fn parts(&mut self, close: &str) -> Result<Vec<Expr>, SyntaxError> {
        let mut parts = Vec::new();
        if self.takes(close) {
            return Ok(parts);
        }
        loop {
            parts.push(self.nested(|p| p.level(0))?);
            if self.takes(close) {
                return Ok(parts);
            }
            self.expect(",")?;
        }
    }

    fn nested(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<Expr, SyntaxError>,
    ) -> Result<Expr, SyntaxError> {
        if self.depth >= NESTING {
            return Err(self.error("Syntax error: nested too deep"));
        }
        self.depth += 1;
        let parsed = inner(self);
        self.depth -= 1;
        parsed
    }
}

fn named(token: &Token) -> String {
    match token {
        Token::Number(n) => format!("'{n}'"),
        Token::Word(word) => format!("'{word}'"),
        Token::Text(_) => "a string".to_owned(),
        Token::Symbol(symbol) => format!("'{symbol}'"),
    }
}
