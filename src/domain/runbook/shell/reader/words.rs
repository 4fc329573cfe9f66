//! Words: quotes, escapes, variables, substitutions, and the `<blanks>` that people write where a shell would redirect.

use super::super::{DoubtKind, Piece, PieceKind, Quoting, Word};
use super::{Close, Reader};

/// The longest `<blank>`, in bytes.
const LONGEST_BLANK: usize = 80;

impl Reader<'_> {
    /// The word at this place; of no length when there is none.
    pub(super) fn word(&mut self, close: Option<Close>) -> Word {
        let mut word = Word {
            line: self.line(),
            at: self.at..self.at,
            pieces: Vec::new(),
        };
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b'&' | b'(' | b')' => break,
                b'`' if close == Some(Close::Backquote) => break,
                b'<' => match self.blank_ahead() {
                    Some(length) => self.blank(&mut word, length),
                    None if self.byte(1) == Some(b'(') => self.piped(&mut word),
                    None => break,
                },
                b'>' if self.byte(1) == Some(b'(') => self.piped(&mut word),
                b'>' => break,
                b'\'' => self.single(&mut word),
                b'"' => self.double(&mut word),
                b'$' => self.dollar(&mut word, Quoting::None),
                b'`' => self.backquoted(&mut word, Quoting::None),
                b'\\' if self.is_line_end(1) => break,
                _ => self.plain(&mut word),
            }
        }
        word.at.end = self.at;
        word
    }

    fn is_line_end(&self, ahead: usize) -> bool {
        self.byte(ahead) == Some(b'\n')
            || (self.byte(ahead) == Some(b'\r') && self.byte(ahead + 1) == Some(b'\n'))
    }

    pub(super) fn push(
        word: &mut Word,
        kind: PieceKind,
        at: std::ops::Range<usize>,
        quoting: Quoting,
    ) {
        word.pieces.push(Piece { kind, at, quoting });
    }

    /// Text outside of quotes.
    fn plain(&mut self, word: &mut Word) {
        let start = self.at;
        let mut text = String::new();
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b'&' | b'(' | b')' | b'<' | b'>'
                | b'\'' | b'"' | b'$' | b'`' => break,
                b'\\' if self.is_line_end(1) => break,
                b'\\' => {
                    self.at += 1;
                    self.character(&mut text);
                }
                b'{' if self.byte(1) == Some(b'{') => {
                    for _ in 0..self.mustache_ahead() {
                        self.character(&mut text);
                    }
                }
                _ => self.character(&mut text),
            }
        }
        if self.at == start {
            self.character(&mut text);
        }
        Self::push(word, PieceKind::Text(text), start..self.at, Quoting::None);
    }

    /// The length of the `{{ name }}` that begins here; 1 when there is none.
    fn mustache_ahead(&self) -> usize {
        let rest = self.rest().get(2..).unwrap_or_default();
        let fits = |b: &u8| b.is_ascii_alphanumeric() || b" _-".contains(b);
        let length = rest.bytes().take(LONGEST_BLANK).take_while(fits).count();
        let closed = rest
            .get(length..)
            .is_some_and(|rest| rest.starts_with("}}"));
        if closed { length + 4 } else { 1 }
    }

    /// Takes one character.
    fn character(&mut self, text: &mut String) {
        if let Some(c) = self.rest().chars().next() {
            text.push(c);
            self.at += c.len_utf8();
        }
    }

    fn single(&mut self, word: &mut Word) {
        let inner = self.rest().get(1..).unwrap_or_default();
        let Some(length) = inner.find('\'') else {
            self.doubt(DoubtKind::Unclosed);
            self.at += 1;
            Self::push(
                word,
                PieceKind::Text("'".to_owned()),
                self.at - 1..self.at,
                Quoting::None,
            );
            return;
        };
        let start = self.at + 1;
        let text = inner.get(..length).unwrap_or_default().to_owned();
        self.at = start + length + 1;
        Self::push(
            word,
            PieceKind::Text(text),
            start..start + length,
            Quoting::Single,
        );
    }

    pub(super) fn double(&mut self, word: &mut Word) {
        let line = self.line();
        self.at += 1;
        if !self.rest().contains('"') {
            self.doubt_at(line, DoubtKind::Unclosed);
            Self::push(
                word,
                PieceKind::Text("\"".to_owned()),
                self.at - 1..self.at,
                Quoting::None,
            );
            return;
        }
        let (mut text, mut start) = (String::new(), self.at);
        let pieces = word.pieces.len();
        loop {
            match self.peek() {
                None => {
                    self.doubt_at(line, DoubtKind::Unclosed);
                    break;
                }
                Some(b'"') => break,
                Some(b'\\') => {
                    self.at += 1;
                    match self.peek() {
                        Some(b'\n') => self.at += 1,
                        Some(b'"' | b'\\' | b'$' | b'`') => self.character(&mut text),
                        _ => text.push('\\'),
                    }
                }
                Some(byte @ (b'$' | b'`')) => {
                    if !text.is_empty() {
                        let text = PieceKind::Text(std::mem::take(&mut text));
                        Self::push(word, text, start..self.at, Quoting::Double);
                    }
                    if byte == b'$' {
                        self.dollar(word, Quoting::Double);
                    } else {
                        self.backquoted(word, Quoting::Double);
                    }
                    start = self.at;
                }
                Some(_) => self.character(&mut text),
            }
        }
        if !text.is_empty() || word.pieces.len() == pieces {
            Self::push(word, PieceKind::Text(text), start..self.at, Quoting::Double);
        }
        self.at = (self.at + 1).min(self.end);
    }

    /// `$'...'`.
    pub(super) fn ansi(&mut self, word: &mut Word) {
        let inner = self.rest().get(2..).unwrap_or_default();
        let (mut text, mut escaped) = (String::new(), false);
        let (mut closed, mut past) = (None, 0);
        for (at, c) in inner.char_indices() {
            match c {
                _ if at < past => {}
                _ if escaped => {
                    escaped = false;
                    let rest = inner.get(at..).unwrap_or_default();
                    let (c, length) = escape(rest).unwrap_or((c, c.len_utf8()));
                    text.push(c);
                    past = at + length;
                }
                '\\' => escaped = true,
                '\'' => {
                    closed = Some(at);
                    break;
                }
                other => text.push(other),
            }
        }
        let start = self.at + 2;
        let Some(length) = closed else {
            self.doubt(DoubtKind::Unclosed);
            self.at += 2;
            return;
        };
        self.at = start + length + 1;
        Self::push(
            word,
            PieceKind::Text(text),
            start..start + length,
            Quoting::Single,
        );
    }

    fn blank(&mut self, word: &mut Word, length: usize) {
        let start = self.at;
        self.at += length;
        let name = self.slice(start + 1, self.at - 1).to_owned();
        Self::push(word, PieceKind::Blank(name), start..self.at, Quoting::None);
    }

    /// The length of the `<blank>` that begins here; what could as well be a redirection is none.
    pub(super) fn blank_ahead(&self) -> Option<usize> {
        let rest = self.rest().get(1..)?;
        let end = rest
            .bytes()
            .take(LONGEST_BLANK)
            .take_while(|b| *b != b'\n')
            .position(|b| b == b'>')?;
        let name = rest.get(..end)?;
        let fits = |c: char| c.is_alphanumeric() || " _-./:|,'".contains(c);
        let named = name.starts_with(|c: char| c.is_alphabetic())
            && !name.ends_with(' ')
            && name.chars().all(fits);
        let alone = self
            .at
            .checked_sub(1)
            .and_then(|before| self.text.as_bytes().get(before))
            .is_none_or(u8::is_ascii_whitespace);
        let joined = rest
            .get(end + 1..)?
            .starts_with(|c: char| c.is_ascii_alphanumeric());
        (named && !(alone && joined)).then_some(end + 2)
    }
}

/// The character that an escape of `$'...'` stands for, behind its backslash, and how long it is written.
fn escape(rest: &str) -> Option<(char, usize)> {
    let digits = |from: usize, most: usize, radix: u32| {
        let text = rest.get(from..)?;
        let length = text
            .chars()
            .take(most)
            .take_while(|c| c.is_digit(radix))
            .count();
        let value = u32::from_str_radix(text.get(..length)?, radix).ok()?;
        Some((char::from_u32(value)?, from + length))
    };
    match rest.chars().next()? {
        'n' => Some(('\n', 1)),
        't' => Some(('\t', 1)),
        'r' => Some(('\r', 1)),
        'x' => digits(1, 2, 16),
        'u' => digits(1, 4, 16),
        'U' => digits(1, 8, 16),
        '0'..='7' => digits(0, 3, 8),
        _ => None,
    }
}
