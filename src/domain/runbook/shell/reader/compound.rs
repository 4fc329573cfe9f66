//! Keywords and brackets around simple commands: loops, branches, functions, tests. They are counted and left out, not obeyed.

use super::super::{Keyword, Piece, PieceKind, Quoting, Simple, Word};
use super::{Close, Reader};

/// The longest `((...))`, in bytes.
const LONGEST_ARITHMETIC: usize = 1000;

/// What became of a word that may be a keyword.
pub(super) enum Taken {
    /// It is none.
    No,
    /// It is left out; a command may follow.
    Dropped,
    /// It and what belongs to it are taken; the command ends here.
    Whole,
}

impl Reader<'_> {
    pub(super) fn keyword(
        &mut self,
        word: &Word,
        simple: &mut Simple,
        close: Option<Close>,
    ) -> Taken {
        let Some(text) = word.fixed().filter(|_| word.pieces.iter().all(is_plain)) else {
            return Taken::No;
        };
        match text.as_str() {
            "then" | "else" | "do" | "{" | "}" | "!" | "time" => {}
            "if" | "elif" => {
                if text == "if" {
                    self.branches = self.branches.saturating_add(1);
                }
                simple.keyword = Some(Keyword::If);
            }
            "fi" | "esac" => self.branches = self.branches.saturating_sub(1),
            "while" | "until" => {
                self.loops = self.loops.saturating_add(1);
                simple.keyword = Some(Keyword::While);
            }
            "done" => self.loops = self.loops.saturating_sub(1),
            "for" | "select" => {
                self.loops = self.loops.saturating_add(1);
                simple.keyword = Some(Keyword::For);
                return Taken::No;
            }
            "case" => {
                self.case_head(word, simple, close);
                return Taken::Whole;
            }
            "function" => {
                self.blanks();
                self.word(close);
            }
            "[[" => {
                self.test(word, simple, close);
                return Taken::Whole;
            }
            _ => return Taken::No,
        }
        (simple.loops, simple.branches) = (self.loops, self.branches);
        Taken::Dropped
    }

    fn case_head(&mut self, word: &Word, simple: &mut Simple, close: Option<Close>) {
        simple.keyword = Some(Keyword::Case);
        simple.words.push(word.clone());
        self.branches = self.branches.saturating_add(1);
        loop {
            self.blanks();
            let next = self.word(close);
            if next.at.is_empty() {
                return;
            }
            if next.fixed().as_deref() == Some("in") {
                self.pattern = true;
                return;
            }
            simple.words.push(next);
        }
    }

    /// The pattern of a branch, up to its bracket; `esac` is left for later.
    pub(super) fn case_pattern(&mut self) {
        self.pattern = false;
        while matches!(self.peek(), Some(b'\n' | b' ' | b'\t' | b'\r')) {
            self.at += 1;
        }
        let line = self.rest().split('\n').next().unwrap_or_default();
        if line.starts_with("esac") {
            return;
        }
        if line.starts_with('#') {
            self.at += line.len();
            self.pattern = self.at < self.end;
            return;
        }
        if let Some(end) = line.find(')') {
            self.at += end + 1;
        }
    }

    /// `[[ ... ]]`: nothing in it redirects or ends the command.
    fn test(&mut self, word: &Word, simple: &mut Simple, close: Option<Close>) {
        (simple.line, simple.at.start) = (word.line, word.at.start);
        simple.words.push(word.clone());
        loop {
            self.blanks();
            let Some(byte) = self.peek().filter(|byte| *byte != b'\n') else {
                return;
            };
            let start = self.at;
            let next = self.word(close);
            if next.at.is_empty() {
                let line = self.line();
                self.at += 1;
                simple.words.push(Word {
                    line,
                    at: start..self.at,
                    pieces: vec![Piece {
                        kind: PieceKind::Text(char::from(byte).to_string()),
                        at: start..self.at,
                        quoting: Quoting::None,
                    }],
                });
                continue;
            }
            let last = next.fixed().as_deref() == Some("]]");
            simple.words.push(next);
            if last {
                return;
            }
        }
    }

    /// `((...))` as a command.
    pub(super) fn arithmetic_command(&mut self) {
        let near = self.rest().as_bytes();
        let near = near
            .get(..LONGEST_ARITHMETIC.min(near.len()))
            .unwrap_or_default();
        let end = near.windows(2).position(|pair| pair == b"))");
        self.at += end.map_or(2, |end| end + 2);
    }

    /// A bracket in the middle of a command: a function's head, or something that no shell takes.
    pub(super) fn bracket(&mut self, simple: &mut Simple) -> bool {
        if simple.words.is_empty() && simple.assignments.is_empty() {
            return false;
        }
        let inner = self.rest().get(1..).unwrap_or_default();
        let empty = inner.trim_start_matches([' ', '\t']).starts_with(')');
        if empty && simple.words.len() == 1 {
            self.at += 1 + inner.find(')').map_or(0, |end| end + 1);
            simple.words.clear();
            return false;
        }
        self.at += 1;
        true
    }
}

fn is_plain(piece: &Piece) -> bool {
    piece.quoting == Quoting::None
}
