//! The cursor that the pattern parsers share: characters, quoted strings, and what is wrong where.
//! It knows nothing of what a pattern means.

/// A cursor over a pattern.
#[derive(Clone, Debug)]
pub(super) struct Scan<'a> {
    rest: &'a str,
}

/// Characters of a bare term: letters, digits, underscore.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The refusal of characters that a pattern must quote.
pub(super) fn bad_characters(found: &str) -> String {
    format!("Invalid character(s) in term '{found}'")
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Steps over white space.
    pub(super) fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Steps over `expected` if it comes next.
    pub(super) fn eat(&mut self, expected: &str) -> bool {
        match self.rest.strip_prefix(expected) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Takes the longest run of characters that satisfy `wanted`.
    pub(super) fn run(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !wanted(c)).unwrap_or(self.rest.len());
        let (run, rest) = self.rest.split_at(end);
        self.rest = rest;
        run
    }

    /// Takes everything up to `end`, and steps over `end`; nothing when it does not come.
    pub(super) fn until(&mut self, end: char) -> Option<&'a str> {
        let (before, after) = self.rest.split_once(end)?;
        self.rest = after;
        Some(before)
    }

    /// Takes a quoted string whose opening quote comes next; `\"` and `\\` are escapes, any other backslash stands for itself.
    pub(super) fn quoted(&mut self) -> Result<String, String> {
        let whole = self.rest;
        let mut text = String::new();
        let mut chars = whole.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.rest = &whole[at + 1..];
                    return Ok(text);
                }
                '\\' => match chars.next() {
                    Some((_, escaped @ ('"' | '\\'))) => text.push(escaped),
                    Some((_, other)) => text.extend(['\\', other]),
                    None => break,
                },
                _ => text.push(c),
            }
        }
        Err(bad_characters(whole))
    }

    /// The refusal of whatever stands here: the run of characters up to the next word, space or end.
    pub(super) fn refuse(&self) -> String {
        let end = self
            .rest
            .find(|c: char| is_word(c) || c.is_whitespace())
            .unwrap_or(self.rest.len());
        if end == 0 {
            let word = self
                .rest
                .split(|c: char| !is_word(c))
                .next()
                .unwrap_or_default();
            return if word.is_empty() {
                "Unexpected end of pattern".to_owned()
            } else {
                bad_characters(word)
            };
        }
        bad_characters(&self.rest[..end])
    }
}
