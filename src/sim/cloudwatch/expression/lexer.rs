//! The words of an expression, each with its place. It knows no grammar.

use std::fmt;

/// What is wrong with an expression, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntaxError {
    /// What is wrong.
    pub what: String,
    /// The position of the character, from 0.
    pub at: usize,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at position {}", self.what, self.at)
    }
}

/// One word.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    /// A number.
    Number(f64),
    /// An id, a function's name or a bare word.
    Word(String),
    /// What stands between quotes.
    Text(String),
    /// An operator or bracket.
    Symbol(&'static str),
}

const SYMBOLS: [&str; 20] = [
    "<=", ">=", "==", "!=", "&&", "||", "+", "-", "*", "/", "^", "(", ")", "[", "]", ",", "<", ">",
    "\u{2212}", "\u{d7}",
];

/// Splits an expression into its words with their positions (in characters, from 0).
pub fn split(expression: &str) -> Result<Vec<(Token, usize)>, SyntaxError> {
    let mut tokens = Vec::new();
    let mut rest = expression;
    let mut at = 0;
    while let Some(first) = rest.chars().next() {
        let (token, length) = if first.is_whitespace() {
            (None, first.len_utf8())
        } else if first.is_ascii_digit() || first == '.' {
            let (number, length) = number(rest, at)?;
            (Some(Token::Number(number)), length)
        } else if first.is_ascii_alphabetic() || first == '_' {
            let length = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            (Some(Token::Word(rest[..length].to_owned())), length)
        } else if matches!(first, '\'' | '"') {
            let (text, length) = quoted(rest, first, at)?;
            (Some(Token::Text(text)), length)
        } else if let Some(symbol) = SYMBOLS.iter().find(|s| rest.starts_with(**s)) {
            (Some(Token::Symbol(plain(symbol))), symbol.len())
        } else {
            return Err(SyntaxError {
                what: format!("Unexpected character '{first}'"),
                at,
            });
        };
        tokens.extend(token.map(|t| (t, at)));
        at += rest[..length].chars().count();
        rest = &rest[length..];
    }
    Ok(tokens)
}

/// The typographic minus and times that documents put into copied expressions mean the plain ones.
fn plain(symbol: &'static str) -> &'static str {
    match symbol {
        "\u{2212}" => "-",
        "\u{d7}" => "*",
        plain => plain,
    }
}

fn number(rest: &str, at: usize) -> Result<(f64, usize), SyntaxError> {
    let bytes = rest.as_bytes();
    let digits = |from: usize| {
        bytes[from..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let mut length = digits(0);
    if bytes.get(length) == Some(&b'.') {
        length += 1 + digits(length + 1);
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let exponent = digits((length + 1 + sign).min(bytes.len()));
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    let parsed = rest[..length].parse().ok().filter(|n: &f64| n.is_finite());
    let glued =
        rest[length..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.');
    parsed
        .filter(|_| !glued)
        .map(|n| (n, length))
        .ok_or_else(|| SyntaxError {
            what: "Malformed number".to_owned(),
            at,
        })
}

/// Reads to the closing quote. A backslash keeps only the quote that it escapes; a search term reads the others itself.
fn quoted(rest: &str, quote: char, at: usize) -> Result<(String, usize), SyntaxError> {
    let mut text = String::new();
    let mut escaped = false;
    for (i, c) in rest.char_indices().skip(1) {
        match c {
            c if escaped => {
                if c != quote {
                    text.push('\\');
                }
                text.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            c if c == quote => return Ok((text, i + 1)),
            c => text.push(c),
        }
    }
    Err(SyntaxError {
        what: "Unterminated string".to_owned(),
        at,
    })
}
