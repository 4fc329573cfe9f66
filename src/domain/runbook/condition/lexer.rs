//! Text as words, numbers and marks with their places. It knows no grammar.

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) what: What,
    /// Its first byte.
    pub(super) from: usize,
    /// The byte after its last.
    pub(super) to: usize,
    /// Whether nothing stands between it and the one before.
    pub(super) glued: bool,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    /// Letters and digits, lower case, and whether it looks like the name of a metric (`IteratorAge`, `error_rate`).
    Word { text: String, name: bool },
    /// A number.
    Number(f64),
    /// A comparison.
    Sign(crate::domain::signal::LimitOp),
    /// `-`, `–`, `—`, `..`
    Dash,
    /// Any other mark.
    Mark(char),
}

impl Token {
    /// The word, if it is one.
    pub(super) fn word(&self) -> Option<&str> {
        match &self.what {
            What::Word { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Whether it is this mark.
    pub(super) fn is_mark(&self, mark: char) -> bool {
        self.what == What::Mark(mark)
    }
}

/// The tokens of a text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    use crate::domain::signal::LimitOp;
    let mut out: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let c = rest.chars().next().unwrap_or(' ');
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let (what, length) = if c.is_ascii_digit() {
            number(rest)
        } else if c.is_alphanumeric() || c == '_' {
            let unit = out
                .last()
                .is_some_and(|last| last.to == at && matches!(last.what, What::Number(_)));
            // `500ms-2s`: the unit of a number ends at the hyphen.
            let end = rest.find(|c: char| unit && !c.is_alphanumeric());
            word(rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest))
        } else {
            let signs = [
                ("->", What::Mark('→')),
                ("=>", What::Mark('→')),
                ("<-", What::Mark('→')),
                ("<>", What::Mark('→')),
                (">>", What::Mark('→')),
                ("<<", What::Mark('→')),
                (">&", What::Mark('→')),
                (">=", What::Sign(LimitOp::AtLeast)),
                ("<=", What::Sign(LimitOp::AtMost)),
                ("≥", What::Sign(LimitOp::AtLeast)),
                ("≤", What::Sign(LimitOp::AtMost)),
                (">", What::Sign(LimitOp::Above)),
                ("<", What::Sign(LimitOp::Below)),
                ("..", What::Dash),
                ("--", What::Mark('→')),
                ("-", What::Dash),
                ("–", What::Dash),
                ("—", What::Dash),
                ("−", What::Dash),
            ];
            let found = signs.into_iter().find(|(sign, _)| rest.starts_with(sign));
            found.map_or((What::Mark(c), c.len_utf8()), |(sign, what)| {
                (what, sign.len())
            })
        };
        out.push(Token {
            what,
            from: at,
            to: at + length,
            glued: out.last().is_some_and(|last| last.to == at),
        });
        at += length;
    }
    out
}

/// A number such as `7`, `1,000` or `2.5`, and the unit after it a token of its own; `5xx`, `3.8.1` and `10:30` are words.
fn number(rest: &str) -> (What, usize) {
    let digits = |from: usize| {
        rest.bytes()
            .skip(from)
            .take_while(u8::is_ascii_digit)
            .count()
    };
    let byte = |at: usize| rest.as_bytes().get(at).copied().unwrap_or(b' ');
    let mut end = digits(0);
    while byte(end) == b',' && digits(end + 1) == 3 && end <= 12 {
        end += 4;
    }
    let whole = end;
    if byte(end) == b'.' && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    // `1.000` is one, or a thousand, by where the author is from. A share has no thousands.
    let is_share = rest
        .get(end..)
        .is_some_and(|rest| rest.trim_start().starts_with('%'));
    let ambiguous = end == whole + 4 && whole <= 3 && byte(0) != b'0' && !is_share;
    let follows = byte(end + 1).is_ascii_alphanumeric();
    let letters = rest
        .get(end..)
        .unwrap_or_default()
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .count();
    let suffix = rest.get(end..end + letters).unwrap_or_default();
    let broken =
        (matches!(byte(end), b'.' | b':' | b',') && follows) || (letters > 0 && !is_unit(suffix));
    let value = rest
        .get(..end)
        .unwrap_or_default()
        .replace(',', "")
        .parse()
        .ok();
    match value.filter(|value: &f64| !ambiguous && !broken && value.is_finite() && end < 18) {
        Some(value) => (What::Number(value), end),
        None => word(rest),
    }
}

/// Units that may stand right behind a number. `M` is no minute.
fn is_unit(suffix: &str) -> bool {
    !suffix.starts_with('M')
        && matches!(
            suffix.to_ascii_lowercase().as_str(),
            "ms" | "msec"
                | "millis"
                | "s"
                | "sec"
                | "secs"
                | "second"
                | "seconds"
                | "m"
                | "min"
                | "mins"
                | "minute"
                | "minutes"
                | "h"
                | "hr"
                | "hrs"
                | "hour"
                | "hours"
                | "pct"
        )
}

fn word(rest: &str) -> (What, usize) {
    let mut end = 0;
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().is_some_and(|(_, next)| next.is_alphanumeric());
        // A hyphen, dot or apostrophe inside of a word is part of it.
        if !(c.is_alphanumeric()
            || c == '_'
            || (at > 0 && next && matches!(c, '-' | '.' | '\'' | '’' | ':')))
        {
            break;
        }
        end = at + c.len_utf8();
    }
    let text = rest.get(..end.max(1)).unwrap_or_default();
    let inner = text
        .char_indices()
        .filter(|(at, c)| *at > 0 && c.is_ascii_uppercase())
        .count();
    let lower = text.chars().any(|c| c.is_ascii_lowercase());
    let name = lower && ((inner > 0 && text.is_ascii()) || text.contains('_'));
    let text = text.to_lowercase().replace('’', "'");
    (What::Word { text, name }, end.max(1))
}
