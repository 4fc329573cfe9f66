//! How each byte of a shell script is quoted. It expands nothing and judges nothing.

mod heredoc;

/// How a byte is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quote {
    /// Not at all.
    Plain,
    /// In double quotes.
    Double,
    /// In single quotes, where nothing is expanded.
    Single,
    /// After a backslash.
    Escaped,
    /// In a comment.
    Comment,
    /// In a here-document whose text is expanded.
    Heredoc,
    /// In a here-document whose text is taken as it stands.
    RawHeredoc,
    /// In `${…}`.
    Parameter,
    /// In `$((…))`.
    Arithmetic,
    /// In backquotes inside of double quotes, where quotes mean different things in different shells.
    Murky,
}

/// Bytes before a word that tell whether a command begins with it.
const LOOK_BACK: usize = 256;

/// A script as read.
pub(super) struct Reading {
    /// How each byte is quoted.
    pub(super) quotes: Vec<Quote>,
    /// What is opened and never closed, with its line.
    pub(super) open: Option<(u32, &'static str)>,
    /// Here-documents: where the command that reads each one stands, and the bytes of its text.
    pub(super) heredocs: Vec<(usize, std::ops::Range<usize>)>,
}

impl Reading {
    /// Whether anything but blanks and comments is there.
    pub(super) fn has_code(&self, text: &str) -> bool {
        let mut bytes = text.bytes().zip(&self.quotes);
        bytes.any(|(byte, quote)| *quote != Quote::Comment && !byte.is_ascii_whitespace())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frame {
    Paren,
    Double,
    Backquote,
    Parameter,
    Arithmetic(u32),
    /// A `case`: the bracket after each of its patterns closes nothing.
    Case,
}

struct Heredoc {
    word: Vec<u8>,
    raw: bool,
    strips_tabs: bool,
    at: usize,
}

struct Scanner<'a> {
    bytes: &'a [u8],
    quotes: Vec<Quote>,
    frames: Vec<(Frame, usize)>,
    waiting: Vec<Heredoc>,
    heredocs: Vec<(usize, std::ops::Range<usize>)>,
    open: Option<(usize, &'static str)>,
}

/// Reads a script.
pub(super) fn read(text: &str) -> Reading {
    let mut scanner = Scanner {
        bytes: text.as_bytes(),
        quotes: Vec::with_capacity(text.len()),
        frames: Vec::new(),
        waiting: Vec::new(),
        heredocs: Vec::new(),
        open: None,
    };
    scanner.run();
    let unclosed = scanner.frames.last().map(|(frame, at)| (*at, name(*frame)));
    let open = scanner.open.or(unclosed);
    Reading {
        open: open.map(|(at, what)| (super::line_at(text, at), what)),
        quotes: scanner.quotes,
        heredocs: scanner.heredocs,
    }
}

fn name(frame: Frame) -> &'static str {
    match frame {
        Frame::Paren => "a parenthesis",
        Frame::Double => "a double quote",
        Frame::Backquote => "a backquote",
        Frame::Parameter => "a brace",
        Frame::Arithmetic(_) => "an arithmetic expansion",
        Frame::Case => "a `case`",
    }
}

impl Scanner<'_> {
    fn run(&mut self) {
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\\' => self.escape(),
                b'\'' if self.opens_single() => self.single(),
                b'"' => self.double(),
                b'`' => self.backquote(),
                b'$' => self.dollar(),
                b'#' if self.begins_comment() => self.comment(),
                b'<' if self.is_code() && self.at(b"<<") && !self.shifts() => self.heredoc_word(),
                b'<' if self.at(b"<<") => self.take(2),
                b'c' if self.is_code() && self.is_keyword(b"case") => {
                    self.take(4);
                    self.push(Frame::Case);
                }
                b'e' if self.top() == Some(Frame::Case) && self.is_keyword(b"esac") => {
                    self.take(4);
                    self.frames.pop();
                }
                b'\n' => {
                    self.take(1);
                    if self.is_code() {
                        self.heredoc_texts();
                    }
                }
                b'(' | b')' | b'}' => self.bracket(byte),
                _ => self.take(1),
            }
        }
        if let Some(missing) = self.waiting.first() {
            self.open = self.open.or(Some((missing.at, "a here-document")));
        }
    }

    fn here(&self) -> usize {
        self.quotes.len()
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.here() + ahead).copied()
    }

    fn at(&self, what: &[u8]) -> bool {
        self.bytes
            .get(self.here()..)
            .is_some_and(|rest| rest.starts_with(what))
    }

    fn top(&self) -> Option<Frame> {
        self.frames.last().map(|(frame, _)| *frame)
    }

    /// Whether commands stand here.
    fn is_code(&self) -> bool {
        matches!(
            self.top(),
            None | Some(Frame::Paren | Frame::Backquote | Frame::Case)
        )
    }

    /// Whether a command may begin here, and this word does.
    fn is_keyword(&self, word: &[u8]) -> bool {
        let ends = self.peek(word.len()).is_none_or(|byte| {
            byte.is_ascii_whitespace() || matches!(byte, b';' | b')' | b'&' | b'|')
        });
        if !self.at(word) || !ends {
            return false;
        }
        // However long a line is, what stands right before the word is enough.
        let from = self.here().saturating_sub(LOOK_BACK);
        let before = self.bytes.get(from..self.here()).unwrap_or_default();
        let blank = before.last().is_some_and(u8::is_ascii_whitespace);
        let line = before
            .rsplit(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default();
        let line = line.trim_ascii_end();
        let Some(last) = line.last() else {
            return true;
        };
        let follows = [
            &b"then"[..],
            b"do",
            b"else",
            b"if",
            b"while",
            b"until",
            b"!",
            b"{",
        ];
        matches!(last, b';' | b'&' | b'|' | b'(' | b')' | b'`')
            || blank
                && line
                    .rsplit(u8::is_ascii_whitespace)
                    .next()
                    .is_some_and(|last| follows.contains(&last))
    }

    fn quote(&self) -> Quote {
        let within = |wanted: Frame| self.frames.iter().any(|(frame, _)| *frame == wanted);
        match self.top() {
            Some(Frame::Parameter) => Quote::Parameter,
            Some(Frame::Arithmetic(_)) => Quote::Arithmetic,
            _ if within(Frame::Backquote) && within(Frame::Double) => Quote::Murky,
            Some(Frame::Double) => Quote::Double,
            None | Some(Frame::Paren | Frame::Backquote | Frame::Case) => Quote::Plain,
        }
    }

    fn mark(&mut self, count: usize, quote: Quote) {
        let end = (self.here() + count).min(self.bytes.len());
        self.quotes.resize(end, quote);
    }

    fn take(&mut self, count: usize) {
        let quote = self.quote();
        self.mark(count, quote);
    }

    fn push(&mut self, frame: Frame) {
        self.frames.push((frame, self.here().saturating_sub(1)));
    }

    fn escape(&mut self) {
        self.take(1);
        self.mark(1, Quote::Escaped);
    }

    fn opens_single(&self) -> bool {
        // Inside of double quotes an apostrophe is a letter.
        let quoted = self.frames.iter().rev().find_map(|(frame, _)| match frame {
            Frame::Double => Some(true),
            Frame::Paren | Frame::Backquote | Frame::Case => Some(false),
            Frame::Parameter | Frame::Arithmetic(_) => None,
        });
        !quoted.unwrap_or(false)
    }

    fn single(&mut self) {
        let at = self.here();
        let before = self.bytes.get(..at).unwrap_or_default();
        let dollars = before
            .iter()
            .rev()
            .take_while(|byte| **byte == b'$')
            .count();
        // `$$'` is the shell's id, and a quote after it.
        let escapes = self.quotes.last() == Some(&Quote::Plain) && dollars % 2 == 1;
        self.mark(1, Quote::Single);
        loop {
            match self.peek(0) {
                None => {
                    self.open = self.open.or(Some((at, "a single quote")));
                    return;
                }
                Some(b'\\') if escapes => self.mark(2, Quote::Single),
                Some(b'\'') => return self.mark(1, Quote::Single),
                Some(_) => self.mark(1, Quote::Single),
            }
        }
    }

    fn double(&mut self) {
        if self.top() == Some(Frame::Double) {
            self.take(1);
            self.frames.pop();
        } else {
            self.take(1);
            self.push(Frame::Double);
        }
    }

    fn backquote(&mut self) {
        if self
            .frames
            .iter()
            .any(|(frame, _)| *frame == Frame::Backquote)
        {
            self.take(1);
            while let Some((frame, _)) = self.frames.pop() {
                if frame == Frame::Backquote {
                    return;
                }
            }
        } else {
            self.take(1);
            self.push(Frame::Backquote);
        }
    }

    fn dollar(&mut self) {
        if self.at(b"$$") {
            self.take(2);
        } else if self.at(b"$((") {
            self.take(3);
            self.push(Frame::Arithmetic(2));
        } else if self.at(b"$(") {
            self.take(2);
            self.push(Frame::Paren);
        } else if self.at(b"${") {
            self.take(2);
            self.push(Frame::Parameter);
        } else {
            self.take(1);
        }
    }

    fn bracket(&mut self, byte: u8) {
        let top = self.top();
        self.take(1);
        match (byte, top) {
            (b'(', None | Some(Frame::Paren | Frame::Backquote | Frame::Case)) => {
                self.push(Frame::Paren);
            }
            (b'(', Some(Frame::Arithmetic(depth))) => self.nest(depth + 1),
            (b')', Some(Frame::Arithmetic(1) | Frame::Paren)) => {
                self.frames.truncate(self.frames.len().saturating_sub(1));
            }
            (b')', Some(Frame::Arithmetic(depth))) => self.nest(depth - 1),
            (b'}', Some(Frame::Parameter)) => {
                self.frames.truncate(self.frames.len().saturating_sub(1));
            }
            _ => {}
        }
    }

    fn nest(&mut self, depth: u32) {
        if let Some((frame, _)) = self.frames.last_mut() {
            *frame = Frame::Arithmetic(depth);
        }
    }

    fn begins_comment(&self) -> bool {
        let before = self.here().checked_sub(1).and_then(|at| {
            let escaped = self.quotes.get(at) == Some(&Quote::Escaped);
            self.bytes.get(at).filter(|_| !escaped)
        });
        let first = self.here() == 0
            || before.is_some_and(|byte| {
                matches!(
                    byte,
                    b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'(' | b')'
                )
            });
        first && self.is_code()
    }

    fn comment(&mut self) {
        while self.peek(0).is_some_and(|byte| byte != b'\n') {
            // A comment in backquotes ends with them.
            if self.peek(0) == Some(b'`') && self.top() == Some(Frame::Backquote) {
                return;
            }
            self.mark(1, Quote::Comment);
        }
    }
}
