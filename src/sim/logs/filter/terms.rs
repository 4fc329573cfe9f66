//! Patterns of plain terms for unstructured messages: all of them, any of them, none of them.
//! It does not look into JSON: a term is found anywhere in the text, case counts.

use super::scan::{Scan, bad_characters, is_word};

/// The terms of a pattern.
#[derive(Debug, Default)]
pub(super) struct Terms {
    required: Vec<String>,
    optional: Vec<String>,
    excluded: Vec<String>,
}

impl Terms {
    /// Parses `word`, `"a phrase"`, `?any`, `-not`.
    ///
    /// A hyphen inside a bare word begins an exclusion, as it does in the service: `golden-eagle` is `golden -eagle`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut scan = Scan::new(text);
        let mut terms = Self::default();
        loop {
            scan.space();
            if scan.peek().is_none() {
                return Ok(terms);
            }
            let list = if scan.eat("-") {
                &mut terms.excluded
            } else if scan.eat("?") {
                &mut terms.optional
            } else {
                &mut terms.required
            };
            scan.space();
            list.push(term(&mut scan)?);
        }
    }

    /// Whether the message has every required and no excluded term.
    ///
    /// Optional terms count only where they stand alone: beside others the service ignores them.
    pub(super) fn matches(&self, message: &str) -> bool {
        if self.required.is_empty() && self.excluded.is_empty() {
            return self
                .optional
                .iter()
                .any(|term| message.contains(term.as_str()));
        }
        self.required
            .iter()
            .all(|term| message.contains(term.as_str()))
            && !self
                .excluded
                .iter()
                .any(|term| message.contains(term.as_str()))
    }
}

fn term(scan: &mut Scan<'_>) -> Result<String, String> {
    match scan.peek() {
        Some('"') => match scan.quoted()? {
            empty if empty.is_empty() => Err(bad_characters("\"\"")),
            phrase => Ok(phrase),
        },
        Some(c) if is_word(c) => Ok(scan.run(is_word).to_owned()),
        _ => Err(scan.refuse()),
    }
}
