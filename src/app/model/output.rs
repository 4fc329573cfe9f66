//! What a command wrote, as lines, as many as there is room for. What a terminal would obey is written out. It draws nothing.

use std::collections::VecDeque;

use crate::domain::runbook::command::OutputChunk;
use crate::domain::runbook::script::show::{columns, printable};

/// Bytes of all lines that are kept.
const ROOM: usize = 256 * 1024;
/// Bytes of one line; a longer one goes on in the next.
const LONGEST: usize = 2 * 1024;

/// A line of output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputLine {
    /// Whether it was written to standard error.
    pub stderr: bool,
    /// Printable text.
    pub text: String,
    /// Whether more of it may come.
    open: bool,
    /// Whether a carriage return stands at its end: what comes next is written over it.
    returned: bool,
}

/// The output of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    lines: VecDeque<OutputLine>,
    bytes: usize,
    /// Lines that were kept once and are gone, or never were whole.
    gone: u64,
    /// Bytes that came too fast.
    skipped: u64,
}

/// A row of output on screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputRow<'a> {
    /// The line that it is of.
    pub line: &'a OutputLine,
    /// Whether the line begins here.
    pub first: bool,
    /// The text of the row.
    pub text: &'a str,
}

impl Output {
    /// Takes a piece in.
    pub fn push(&mut self, chunk: &OutputChunk) {
        if chunk.skipped > 0 {
            self.skipped += chunk.skipped;
            self.close();
            self.add(
                chunk.stderr,
                &format!("… {} bytes came too fast to be shown …", chunk.skipped),
            );
            self.close();
        }
        let mut rest = chunk.text.as_str();
        while !rest.is_empty() {
            let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
            let (text, after) = rest.split_at(end);
            if !text.is_empty() {
                self.add(chunk.stderr, text);
            }
            match after.chars().next() {
                Some('\n') => self.end_line(chunk.stderr),
                Some(_) => self.return_carriage(chunk.stderr),
                None => {}
            }
            rest = after.get(1..).unwrap_or_default();
        }
        while self.bytes > ROOM {
            let Some(line) = self.lines.pop_front() else {
                return;
            };
            self.bytes -= line.text.len();
            self.gone += 1;
        }
    }

    fn open(&mut self, stderr: bool) -> Option<&mut OutputLine> {
        self.lines
            .back_mut()
            .filter(|line| line.open && line.stderr == stderr)
    }

    fn close(&mut self) {
        if let Some(line) = self.lines.back_mut() {
            line.open = false;
        }
    }

    fn add(&mut self, stderr: bool, text: &str) {
        let text = printable(text);
        let mut rest = text.as_str();
        if let Some(line) = self.open(stderr) {
            let before = line.text.len();
            if std::mem::take(&mut line.returned) {
                line.text.clear();
            }
            let room = LONGEST.saturating_sub(line.text.len());
            let (head, tail) = rest.split_at(rest.floor_char_boundary(room));
            line.text.push_str(head);
            line.open = tail.is_empty();
            rest = tail;
            let after = line.text.len();
            self.bytes = self.bytes + after - before;
        }
        while !rest.is_empty() {
            let (head, tail) = rest.split_at(rest.floor_char_boundary(LONGEST));
            self.close();
            self.bytes += head.len();
            self.lines.push_back(OutputLine {
                stderr,
                // No larger than it is: there may be many.
                text: head.to_owned(),
                open: true,
                returned: false,
            });
            rest = tail;
        }
    }

    fn end_line(&mut self, stderr: bool) {
        match self.open(stderr) {
            Some(line) => line.open = false,
            None => self.lines.push_back(OutputLine {
                stderr,
                text: String::new(),
                open: false,
                returned: false,
            }),
        }
    }

    fn return_carriage(&mut self, stderr: bool) {
        if let Some(line) = self.open(stderr) {
            line.returned = true;
        }
    }

    /// Lines that are kept.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Lines that were kept once and had to go.
    pub fn gone(&self) -> u64 {
        self.gone
    }

    /// The number of the newest line, counted from the first that ever was.
    pub fn newest(&self) -> u64 {
        (self.gone + self.lines.len() as u64).saturating_sub(1)
    }

    /// The number of the oldest line that is kept.
    pub fn oldest(&self) -> u64 {
        self.gone
    }

    /// The lines that are whole, from this one on, counted from the first that ever was; with how many of them are gone, and the number of
    /// the next one to come.
    pub fn whole_since(&self, number: u64) -> (u64, impl DoubleEndedIterator<Item = &str>, u64) {
        let gone = self.gone.saturating_sub(number);
        let from = number.saturating_sub(self.gone) as usize;
        let open = self.lines.back().is_some_and(|line| line.open);
        let whole = self.lines.len() - usize::from(open);
        let lines = self.lines.iter().take(whole).skip(from);
        let next = number.max(self.gone + whole as u64);
        (gone, lines.map(|line| line.text.as_str()), next)
    }

    /// Everything that is kept, as text.
    pub fn text(&self) -> String {
        let lines: Vec<&str> = self.lines.iter().map(|line| line.text.as_str()).collect();
        lines.join("\n")
    }

    /// The rows that end with this line (`None`: the newest), at most so many, oldest first.
    pub fn rows_up_to(&self, line: Option<u64>, width: usize, rows: usize) -> Vec<OutputRow<'_>> {
        let last = line.unwrap_or(u64::MAX).min(self.newest()).max(self.gone) - self.gone;
        let mut found: Vec<OutputRow<'_>> = Vec::new();
        for line in self.lines.iter().take(last as usize + 1).rev() {
            if found.len() >= rows {
                break;
            }
            let broken = broken(&line.text, width.max(2));
            let of_line = broken
                .into_iter()
                .enumerate()
                .map(|(index, text)| OutputRow {
                    line,
                    first: index == 0,
                    text,
                });
            found.extend(of_line.rev());
        }
        found.truncate(rows);
        found.reverse();
        found
    }
}

/// A text in rows of at most so many columns.
fn broken(text: &str, width: usize) -> Vec<&str> {
    let (mut rows, mut from, mut used) = (Vec::new(), 0, 0);
    for (at, c) in text.char_indices() {
        let wide = columns(c.encode_utf8(&mut [0; 4]));
        if used + wide > width {
            rows.push(text.get(from..at).unwrap_or_default());
            (from, used) = (at, 0);
        }
        used += wide;
    }
    rows.push(text.get(from..).unwrap_or_default());
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn out(text: &str) -> OutputChunk {
        OutputChunk {
            text: text.to_owned(),
            ..OutputChunk::default()
        }
    }

    fn err(text: &str) -> OutputChunk {
        OutputChunk {
            stderr: true,
            ..out(text)
        }
    }

    fn lines(output: &Output) -> Vec<(bool, &str)> {
        output
            .lines
            .iter()
            .map(|line| (line.stderr, line.text.as_str()))
            .collect()
    }

    #[test]
    fn lines_grow_piece_by_piece_and_streams_do_not_mix_within_one() {
        let mut output = Output::default();
        for chunk in [
            out("a"),
            out("b\nc"),
            err("no\n"),
            out("d\r\n\n"),
            out("x\u{1b}[1m"),
        ] {
            output.push(&chunk);
        }
        assert_eq!(
            lines(&output),
            [
                (false, "ab"),
                (false, "c"),
                (true, "no"),
                (false, "d"),
                (false, ""),
                (false, "x<U+001B>[1m")
            ]
        );
    }

    #[test]
    fn a_carriage_return_writes_over_the_line() {
        let mut output = Output::default();
        output.push(&out("10%\r20%\r"));
        assert_eq!(lines(&output), [(false, "20%")]);
        output.push(&out("30%\n"));
        assert_eq!(lines(&output), [(false, "30%")]);
    }

    #[test]
    fn a_flood_without_a_line_break_stays_within_its_room() {
        let mut output = Output::default();
        for _ in 0..200 {
            output.push(&OutputChunk {
                skipped: 7,
                ..out(&"\0".repeat(9_000))
            });
            assert!(output.bytes <= ROOM && output.bytes == output.text().len() + 1 - output.len());
        }
        assert!(output.gone() > 0 && lines(&output).iter().all(|(_, text)| text.len() <= LONGEST));
    }

    #[test]
    fn rows_are_counted_from_the_line_that_is_looked_at() {
        let mut output = Output::default();
        output.push(&out("one\ntwo is long\nthree"));
        let rows = |line, count| -> Vec<String> {
            let rows = output.rows_up_to(line, 4, count);
            rows.into_iter().map(|row| row.text.to_owned()).collect()
        };
        assert_eq!(rows(None, 3), ["ong", "thre", "e"]);
        assert_eq!(rows(Some(0), 9), ["one"]);
        assert_eq!(rows(Some(99), 1), ["e"]);
        assert!(Output::default().rows_up_to(None, 4, 9).is_empty());
    }
}
