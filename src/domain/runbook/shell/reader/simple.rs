//! One simple command: assignments, words, redirections, in the order in which they come. Keywords have a file of their own.

use super::super::{Assignment, Keyword, Link, Redirect, Simple, Word};
use super::compound::Taken;
use super::{Close, Reader, Waiting};

impl Reader<'_> {
    pub(super) fn command(&mut self, link: Link, close: Option<Close>) {
        let mut simple = Simple {
            line: self.line(),
            at: self.at..self.at,
            link,
            loops: self.loops,
            branches: self.branches,
            ..Simple::default()
        };
        let mut fresh = true;
        while self.part(&mut simple, &mut fresh, close) {}
        simple.at.end = self.at;
        self.keep(simple);
    }

    fn keep(&mut self, simple: Simple) {
        let empty =
            simple.words.is_empty() && simple.assignments.is_empty() && simple.redirects.is_empty();
        let redirects: Vec<usize> = (0..simple.redirects.len())
            .filter(|index| {
                simple.redirects[*index].op.starts_with("<<")
                    && simple.redirects[*index].op != "<<<"
            })
            .collect();
        if empty {
            return;
        }
        for index in redirects {
            let redirect = &simple.redirects[index];
            self.waiting.push(Waiting {
                delimiter: redirect.target.text(),
                tabs: redirect.op == "<<-",
                redirect: index,
            });
        }
        self.script.commands.push(simple);
        // A body belongs to the command that is last when its line ends; two on a line are rare enough to share it.
    }

    /// One part of a simple command. Answers whether there may be more.
    fn part(&mut self, simple: &mut Simple, fresh: &mut bool, close: Option<Close>) -> bool {
        self.blanks();
        let Some(byte) = self.peek() else {
            return false;
        };
        match byte {
            b'\n' | b';' | b'|' | b')' => return false,
            b'`' if close == Some(Close::Backquote) => return false,
            b'&' if self.byte(1) != Some(b'>') => return false,
            b'(' => return self.bracket(simple),
            b'#' => {
                self.comment();
                return true;
            }
            _ => {}
        }
        if self.redirect(simple, close) {
            return true;
        }
        let assigned =
            (simple.words.is_empty() || declares(simple)) && self.assignment(simple, close);
        if assigned {
            return true;
        }
        let word = self.word(close);
        if word.at.is_empty() {
            return false;
        }
        if *fresh && simple.assignments.is_empty() && simple.words.is_empty() {
            match self.keyword(&word, simple, close) {
                Taken::Dropped => {
                    simple.line = self.next_line();
                    return true;
                }
                Taken::Whole => return false,
                Taken::No => *fresh = false,
            }
        }
        if simple.words.is_empty() && simple.assignments.is_empty() {
            simple.line = word.line;
            simple.at.start = word.at.start;
        }
        let heads = simple.keyword == Some(Keyword::For) && simple.words.len() == 1;
        if let Some(name) = word.fixed().filter(|_| heads) {
            let (line, value) = (word.line, Word::default());
            simple.assignments.push(Assignment { name, value, line });
        }
        simple.words.push(word);
        true
    }

    /// The line of what comes after the blanks.
    fn next_line(&mut self) -> u32 {
        self.blanks();
        self.line()
    }

    fn assignment(&mut self, simple: &mut Simple, close: Option<Close>) -> bool {
        let rest = self.rest();
        let name: usize = rest
            .bytes()
            .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
            .count();
        let sign = rest.get(name..).unwrap_or_default();
        let width = match sign.as_bytes() {
            [b'=', ..] => 1,
            [b'+', b'=', ..] => 2,
            _ => return false,
        };
        if name == 0 || rest.starts_with(|c: char| c.is_ascii_digit()) {
            return false;
        }
        let line = self.line();
        let text = rest.get(..name).unwrap_or_default().to_owned();
        self.at += name + width;
        let value = if self.peek() == Some(b'(') {
            self.array(close)
        } else {
            self.word(close)
        };
        simple.assignments.push(Assignment {
            name: text,
            value,
            line,
        });
        true
    }

    /// The elements of `NAME=(...)`, as one word.
    fn array(&mut self, close: Option<Close>) -> Word {
        let mut word = Word {
            line: self.line(),
            at: self.at..self.at,
            pieces: Vec::new(),
        };
        self.at += 1;
        while let Some(byte) = self.peek() {
            match byte {
                b')' => {
                    self.at += 1;
                    break;
                }
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                _ => {
                    let before = self.at;
                    word.pieces.extend(self.word(close).pieces);
                    if self.at == before {
                        self.at += 1;
                    }
                }
            }
        }
        word.at.end = self.at;
        word
    }

    fn redirect(&mut self, simple: &mut Simple, close: Option<Close>) -> bool {
        let rest = self.rest();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let sign = rest.get(digits..).unwrap_or_default();
        const OPS: [&str; 12] = [
            "&>>", "<<<", "<<-", "<<", "<>", "<&", ">>", ">&", ">|", "&>", "<", ">",
        ];
        let Some(op) = OPS.iter().find(|op| sign.starts_with(**op)) else {
            return false;
        };
        let piped = matches!(sign.as_bytes(), [b'<' | b'>', b'(', ..]);
        if piped || (*op == "<" && digits == 0 && self.blank_ahead().is_some()) {
            return false;
        }
        self.at += digits + op.len();
        self.blanks();
        let target = self.word(close);
        simple.redirects.push(Redirect {
            op: (*op).to_owned(),
            target,
            body: None,
        });
        true
    }
}

/// Whether assignments may follow its words: `export A=1 B=2`.
fn declares(simple: &Simple) -> bool {
    let first = simple.words.first().map(Word::text).unwrap_or_default();
    matches!(
        first.as_str(),
        "export" | "local" | "declare" | "readonly" | "typeset" | "env"
    )
}
