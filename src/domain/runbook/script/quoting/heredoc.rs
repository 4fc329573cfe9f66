//! Here-documents: the word that ends each one, and its text. What stands in it is not expanded here.

use super::{Frame, Heredoc, Quote, Scanner};

impl Scanner<'_> {
    /// Whether `<<` shifts a number: in `((...))`, before a number or `=`.
    pub(super) fn shifts(&self) -> bool {
        let mut parens = self.frames.iter().rev().take(2);
        let (Some((Frame::Paren, inner)), Some((Frame::Paren, outer))) =
            (parens.next(), parens.next())
        else {
            return false;
        };
        let rest = self.bytes.get(self.here() + 2..).unwrap_or_default();
        let next = rest.trim_ascii_start().first();
        *inner == outer + 1 && next.is_some_and(|byte| byte.is_ascii_digit() || *byte == b'=')
    }

    pub(super) fn heredoc_word(&mut self) {
        if self.at(b"<<<") {
            return self.take(3);
        }
        let at = self.here();
        self.take(2);
        let strips_tabs = self.peek(0) == Some(b'-');
        if strips_tabs {
            self.take(1);
        }
        while matches!(self.peek(0), Some(b' ' | b'\t')) {
            self.take(1);
        }
        let (mut word, mut raw) = (Vec::new(), false);
        let mut inside = None;
        while let Some(byte) = self.peek(0) {
            match (inside, byte) {
                (Some(open), _) if byte == open => inside = None,
                (Some(_), b'\n') => break,
                (Some(_), _) => word.push(byte),
                (None, b'\'' | b'"') => (inside, raw) = (Some(byte), true),
                (None, b'\\') => raw = true,
                (None, b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')') => {
                    break;
                }
                (None, _) => word.push(byte),
            }
            self.take(1);
        }
        if !word.is_empty() || raw {
            self.waiting.push(Heredoc {
                word,
                raw,
                strips_tabs,
                at,
            });
        }
    }

    /// The texts of the here-documents that the line before asked for.
    pub(super) fn heredoc_texts(&mut self) {
        for heredoc in std::mem::take(&mut self.waiting) {
            let from = self.here();
            let quote = if heredoc.raw {
                Quote::RawHeredoc
            } else {
                Quote::Heredoc
            };
            loop {
                let rest = self.bytes.get(self.here()..).unwrap_or_default();
                if rest.is_empty() {
                    self.open = self.open.or(Some((heredoc.at, "a here-document")));
                    break;
                }
                let length = rest
                    .iter()
                    .position(|byte| *byte == b'\n')
                    .unwrap_or(rest.len());
                let line = rest.get(..length).unwrap_or_default();
                let tabs = line.iter().take_while(|byte| **byte == b'\t').count();
                let bare = if heredoc.strips_tabs {
                    line.get(tabs..).unwrap_or_default()
                } else {
                    line
                };
                if bare == heredoc.word {
                    self.heredocs.push((heredoc.at, from..self.here()));
                    // The end of the text is no code either.
                    self.mark(length + 1, Quote::RawHeredoc);
                    break;
                }
                self.mark(length + 1, quote);
            }
        }
    }
}
