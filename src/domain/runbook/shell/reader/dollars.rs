//! What a shell would put something else for: variables, `$(...)`, backquotes, arithmetic. Nothing is put for anything here.

use super::super::{DoubtKind, PieceKind, Quoting, Word};
use super::{Close, Reader};

/// The longest `${...}` and `$((...))`, in bytes.
const LONGEST: usize = 1000;

impl Reader<'_> {
    pub(super) fn dollar(&mut self, word: &mut Word, quoting: Quoting) {
        let start = self.at;
        match self.byte(1) {
            Some(b'\'') if quoting == Quoting::None => self.ansi(word),
            Some(b'"') if quoting == Quoting::None => {
                self.at += 1;
                self.double(word);
            }
            Some(b'(') if self.byte(2) == Some(b'(') && self.arithmetic(word, quoting) => {}
            Some(b'(') => {
                self.at += 2;
                self.substitution(word, start, Close::Bracket, quoting);
            }
            Some(b'{') => self.braced(word, quoting),
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => {
                let name = self.rest().get(1..).unwrap_or_default();
                let length = name
                    .bytes()
                    .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
                    .count();
                self.at += 1 + length;
                let name = name.get(..length).unwrap_or_default().to_owned();
                self.variable(word, start, name, String::new(), quoting);
            }
            Some(byte) if byte.is_ascii_digit() || b"?$#@*!-".contains(&byte) => {
                self.at += 2;
                let name = char::from(byte).to_string();
                self.variable(word, start, name, String::new(), quoting);
            }
            _ => {
                self.at += 1;
                Self::push(
                    word,
                    PieceKind::Text("$".to_owned()),
                    start..self.at,
                    quoting,
                );
            }
        }
    }

    fn variable(
        &mut self,
        word: &mut Word,
        start: usize,
        name: String,
        operator: String,
        quoting: Quoting,
    ) {
        let kind = PieceKind::Variable { name, operator };
        Self::push(word, kind, start..self.at, quoting);
    }

    fn braced(&mut self, word: &mut Word, quoting: Quoting) {
        let start = self.at;
        let inner = self.rest().get(2..).unwrap_or_default();
        let Some(length) = closing_brace(inner) else {
            self.at += 1;
            Self::push(
                word,
                PieceKind::Text("$".to_owned()),
                start..self.at,
                quoting,
            );
            return;
        };
        let inner = inner.get(..length).unwrap_or_default();
        let body = inner.trim_start_matches(['#', '!']);
        let name: String = body
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        let operator = body.get(name.len()..).unwrap_or_default().to_owned();
        self.at += 2 + length + 1;
        self.variable(word, start, name, operator, quoting);
    }

    /// `$((...))`. Answers whether it was one.
    fn arithmetic(&mut self, word: &mut Word, quoting: Quoting) -> bool {
        let start = self.at;
        let inner = self.rest().get(3..).unwrap_or_default();
        let mut depth = 0_usize;
        for (at, byte) in inner.bytes().enumerate().take(LONGEST) {
            match byte {
                b'(' => depth += 1,
                b')' if depth > 0 => depth -= 1,
                b')' if inner.as_bytes().get(at + 1) == Some(&b')') => {
                    let text = inner.get(..at).unwrap_or_default().to_owned();
                    self.at += 3 + at + 2;
                    Self::push(word, PieceKind::Arithmetic(text), start..self.at, quoting);
                    return true;
                }
                b')' => return false,
                _ => {}
            }
        }
        false
    }

    fn substitution(&mut self, word: &mut Word, start: usize, close: Close, quoting: Quoting) {
        if let Some(inner) = self.nested(close) {
            let kind = PieceKind::Substitution(inner);
            Self::push(word, kind, start..self.at, quoting);
        } else {
            self.doubt(DoubtKind::TooDeep);
            let text = self.slice(start, self.at).to_owned();
            Self::push(word, PieceKind::Text(text), start..self.at, quoting);
        }
    }

    pub(super) fn backquoted(&mut self, word: &mut Word, quoting: Quoting) {
        let start = self.at;
        self.at += 1;
        if self.rest().contains('`') {
            self.substitution(word, start, Close::Backquote, quoting);
        } else {
            self.doubt(DoubtKind::Unclosed);
            Self::push(
                word,
                PieceKind::Text("`".to_owned()),
                start..self.at,
                quoting,
            );
        }
    }

    pub(super) fn piped(&mut self, word: &mut Word) {
        let start = self.at;
        self.at += 2;
        self.substitution(word, start, Close::Bracket, Quoting::None);
    }
}

/// Where the brace that was opened before `inner` closes.
fn closing_brace(inner: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in inner.bytes().enumerate().take(LONGEST) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            b'\n' => return None,
            _ => {}
        }
    }
    None
}
