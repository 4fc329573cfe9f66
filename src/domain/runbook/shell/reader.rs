//! Shell text into simple commands: operators, keywords, comments, redirections, here-documents. Words have a file of their own.

use super::{Comment, DEPTH, Doubt, DoubtKind, Link, Script};

mod compound;
mod dollars;
mod simple;
mod words;

/// Reads a text whose first line is line `line` of the file.
pub(super) fn script(text: &str, line: u32) -> Script {
    let mut reader = Reader::new(text, line);
    reader.commands(None);
    reader.script
}

/// What ends a list of commands besides the end of the text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Close {
    /// `)`
    Bracket,
    /// A backquote.
    Backquote,
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    end: usize,
    lines: Vec<usize>,
    first: u32,
    depth: u8,
    loops: u8,
    branches: u8,
    pattern: bool,
    script: Script,
    waiting: Vec<Waiting>,
}

/// A here-document whose body comes after the line.
struct Waiting {
    delimiter: String,
    tabs: bool,
    redirect: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, first: u32) -> Self {
        Self {
            text,
            at: 0,
            end: text.len(),
            lines: text.match_indices('\n').map(|(at, _)| at).collect(),
            first,
            depth: 0,
            loops: 0,
            branches: 0,
            pattern: false,
            script: Script::default(),
            waiting: Vec::new(),
        }
    }

    fn line(&self) -> u32 {
        self.line_of(self.at)
    }

    fn line_of(&self, at: usize) -> u32 {
        let before = self.lines.partition_point(|newline| *newline < at);
        self.first
            .saturating_add(u32::try_from(before).unwrap_or(u32::MAX))
    }

    fn peek(&self) -> Option<u8> {
        self.byte(0)
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        let at = self.at + ahead;
        (at < self.end).then(|| self.text.as_bytes()[at])
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    fn slice(&self, from: usize, to: usize) -> &'t str {
        self.text.get(from..to.min(self.end)).unwrap_or_default()
    }

    fn doubt(&mut self, kind: DoubtKind) {
        let line = self.line();
        self.doubt_at(line, kind);
    }

    fn doubt_at(&mut self, line: u32, kind: DoubtKind) {
        self.script.doubts.push(Doubt { line, kind });
    }

    /// Blanks and lines that go on.
    fn blanks(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if self.byte(1) == Some(b'\n') => self.at += 2,
                b'\\' if self.byte(1) == Some(b'\r') && self.byte(2) == Some(b'\n') => self.at += 3,
                b'\\' if self.is_broken_continuation() => {
                    self.doubt(DoubtKind::BrokenContinuation);
                    self.at += 1;
                }
                _ => return,
            }
        }
    }

    fn is_broken_continuation(&self) -> bool {
        let rest = self.rest().get(1..).unwrap_or_default();
        let blanks = rest.bytes().take_while(|b| b" \t\r".contains(b)).count();
        rest.as_bytes().get(blanks) == Some(&b'\n') && blanks > 0
    }

    /// Every command up to the close, which is taken as well. Answers whether it was there.
    fn commands(&mut self, close: Option<Close>) -> bool {
        let mut link = Link::Then;
        let mut groups = 0_usize;
        loop {
            self.blanks();
            if self.pattern {
                self.case_pattern();
                continue;
            }
            let Some(byte) = self.peek() else {
                self.bodies();
                return close.is_none();
            };
            match byte {
                b'`' if close == Some(Close::Backquote) => {
                    self.at += 1;
                    return true;
                }
                b')' => {
                    self.at += 1;
                    if groups == 0 && close == Some(Close::Bracket) {
                        return true;
                    }
                    groups = groups.saturating_sub(1);
                }
                b'\n' => {
                    self.at += 1;
                    self.bodies();
                    if !matches!(link, Link::And | Link::Or | Link::Pipe) {
                        link = Link::Then;
                    }
                }
                b'#' => self.comment(),
                b'(' if self.byte(1) == Some(b'(') => self.arithmetic_command(),
                b'(' => {
                    self.at += 1;
                    groups += 1;
                }
                b';' => {
                    self.pattern = self.byte(1) == Some(b';') && self.branches > 0;
                    self.at += if self.byte(1) == Some(b';') { 2 } else { 1 };
                    link = Link::Then;
                }
                b'&' | b'|' => link = self.operator(byte),
                _ => {
                    let before = self.at;
                    self.command(link, close);
                    link = Link::Then;
                    if self.at == before {
                        self.at += 1;
                    }
                }
            }
        }
    }

    fn operator(&mut self, byte: u8) -> Link {
        let double = self.byte(1) == Some(byte);
        let both = byte == b'|' && self.byte(1) == Some(b'&');
        self.at += if double || both { 2 } else { 1 };
        match (byte, double) {
            (b'&', true) => Link::And,
            (b'|', true) => Link::Or,
            (b'|', false) => Link::Pipe,
            _ => {
                if let Some(last) = self.script.commands.last_mut() {
                    last.background = true;
                }
                Link::Then
            }
        }
    }

    fn comment(&mut self) {
        let line = self.line();
        let start = self.at;
        let length = self.rest().find('\n').unwrap_or(self.end - self.at);
        self.at += length;
        let before = self.slice(0, start);
        let alone = before
            .rsplit('\n')
            .next()
            .is_none_or(|before| before.trim().is_empty());
        self.script.comments.push(Comment {
            line,
            text: self
                .slice(start, start + length)
                .trim_start_matches('#')
                .trim()
                .to_owned(),
            alone,
        });
    }

    /// Takes the bodies of the here-documents that began on the line before.
    fn bodies(&mut self) {
        for waiting in std::mem::take(&mut self.waiting) {
            let start = self.at;
            // What looks like its end, indented, is the end only where a shell would find none at all.
            let exact = self.body_end(&waiting, |line| line);
            let end = exact.or_else(|| self.body_end(&waiting, str::trim));
            if exact.is_none() {
                let line = self.line_of(start);
                self.doubt_at(line, DoubtKind::Unclosed);
            }
            let (body_end, after) = end.unwrap_or((self.end, self.end));
            self.at = after;
            let body = self.slice(start, body_end).to_owned();
            let holder = self.script.commands.iter_mut().rev().find(|command| {
                command
                    .redirects
                    .get(waiting.redirect)
                    .is_some_and(|redirect| {
                        redirect.op.starts_with("<<") && redirect.body.is_none()
                    })
            });
            if let Some(redirect) =
                holder.and_then(|command| command.redirects.get_mut(waiting.redirect))
            {
                redirect.body = Some(body);
            }
        }
    }

    /// Where the text of a here-document ends, and where the line after its end begins.
    fn body_end(&self, waiting: &Waiting, bare: fn(&str) -> &str) -> Option<(usize, usize)> {
        let mut at = self.at;
        for line in self.rest().split_inclusive('\n') {
            let plain = line.trim_end_matches(['\n', '\r']);
            let plain = if waiting.tabs {
                plain.trim_start_matches('\t')
            } else {
                plain
            };
            if bare(plain) == waiting.delimiter {
                return Some((at, at + line.len()));
            }
            at += line.len();
        }
        None
    }

    fn nested(&mut self, close: Close) -> Option<Script> {
        if self.depth >= DEPTH {
            return None;
        }
        self.depth += 1;
        let outer = std::mem::take(&mut self.script);
        let (loops, branches) = (self.loops, self.branches);
        let waiting = std::mem::take(&mut self.waiting);
        let line = self.line();
        let closed = self.commands(Some(close));
        let mut inner = std::mem::replace(&mut self.script, outer);
        (self.loops, self.branches) = (loops, branches);
        self.waiting = waiting;
        self.depth -= 1;
        self.script.doubts.append(&mut inner.doubts);
        if !closed {
            self.doubt_at(line, DoubtKind::Unclosed);
        }
        Some(inner)
    }
}
