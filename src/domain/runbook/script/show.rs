//! A script as a person reads it: everything that hides, misleads or takes no ink is written out. It draws nothing.

use std::fmt::Write as _;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use unicode_width::UnicodeWidthChar;

/// Blanks in a row that nobody doubts.
const BLANKS: usize = 20;
/// Letters and signs that are drawn like ASCII ones, or that a word processor puts in their place: sorted, both ends included.
const LOOK_ALIKES: &[(u32, u32)] = &[
    (0x00b4, 0x00b4),
    (0x0131, 0x0131),
    (0x017f, 0x017f),
    (0x01c0, 0x01c3),
    (0x0250, 0x02ff),
    (0x0370, 0x03ff),
    (0x0400, 0x058f),
    (0x05c0, 0x05c3),
    (0x13a0, 0x13ff),
    (0x1d00, 0x1dbf),
    (0x2010, 0x2027),
    (0x2030, 0x205e),
    (0x2100, 0x214f),
    (0x2160, 0x217f),
    (0x2212, 0x2223),
    (0x2236, 0x223c),
    (0x2571, 0x2573),
    (0x2768, 0x2775),
    (0x29f5, 0x29f9),
    (0x2c60, 0x2cff),
    (0x3001, 0x3002),
    (0xa4d0, 0xa4ff),
    (0xa720, 0xa7ff),
    (0xab30, 0xabbf),
    (0xff01, 0xff5e),
    (0x1_0280, 0x1_03ff),
    (0x1_d400, 0x1_d7ff),
];
/// Characters that draw nothing, look like a blank, or mean what every reader likes: sorted, both ends included.
const HIDDEN: &[(u32, u32)] = &[
    (0x0080, 0x00a0),
    (0x00ad, 0x00ad),
    (0x034f, 0x034f),
    (0x0600, 0x0605),
    (0x061c, 0x061c),
    (0x06dd, 0x06dd),
    (0x070f, 0x070f),
    (0x0890, 0x0891),
    (0x08e2, 0x08e2),
    (0x115f, 0x1160),
    (0x1680, 0x1680),
    (0x17b4, 0x17b5),
    (0x180b, 0x180f),
    (0x2000, 0x200f),
    (0x2028, 0x202f),
    (0x205f, 0x206f),
    (0x2800, 0x2800),
    (0x3000, 0x3000),
    (0x3164, 0x3164),
    (0xd7b0, 0xd7ff),
    (0xe000, 0xf8ff),
    (0xfdd0, 0xfdef),
    (0xfe00, 0xfe0f),
    (0xfeff, 0xfeff),
    (0xffa0, 0xffa0),
    (0xfff0, 0xfffd),
    (0x1_10bd, 0x1_10bd),
    (0x1_10cd, 0x1_10cd),
    (0x1_3430, 0x1_343f),
    (0x1_bca0, 0x1_bca3),
    (0x1_d173, 0x1_d17a),
    (0xe_0000, 0x10_ffff),
];

/// What is odd about a piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// A control character.
    Control,
    /// A character that draws nothing, looks like a blank, or turns the direction of others.
    Hidden,
    /// A letter or sign that looks like an ASCII one.
    LookAlike,
    /// Another character that is not ASCII.
    NotAscii,
    /// A tab.
    Tab,
    /// Many blanks in a row.
    Blanks,
    /// Blanks at the end of a line.
    Trailing,
}

/// A stretch of a text that must not be overlooked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its bytes.
    pub at: Range<usize>,
    /// What is odd about it.
    pub kind: MarkKind,
}

/// A piece of a line: printable characters alone, each as wide as its own width says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What is shown.
    pub text: String,
    /// What is odd about what it stands for.
    pub mark: Option<MarkKind>,
}

/// A row of at most so many columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownRow {
    /// The line that it begins, from 1; `None` where it goes on with the one above.
    pub line: Option<u32>,
    /// Its pieces.
    pub pieces: Vec<Piece>,
}

fn contains(ranges: &[(u32, u32)], code: u32) -> bool {
    let after = ranges.partition_point(|(first, _)| *first <= code);
    after
        .checked_sub(1)
        .and_then(|at| ranges.get(at))
        .is_some_and(|(_, last)| code <= *last)
}

fn kind(c: char) -> Option<MarkKind> {
    match c {
        '\t' => Some(MarkKind::Tab),
        ' '..='~' => None,
        c if c < '\u{80}' => Some(MarkKind::Control),
        c if c.width().unwrap_or(0) == 0
            || contains(HIDDEN, c as u32)
            || c as u32 & 0xfffe == 0xfffe =>
        {
            Some(MarkKind::Hidden)
        }
        c if contains(LOOK_ALIKES, c as u32) => Some(MarkKind::LookAlike),
        _ => Some(MarkKind::NotAscii),
    }
}

/// Everything that must not be overlooked, in order. A line break is no mark.
pub fn marks(text: &str) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        let mut blanks = start..start;
        let mut add = |at: Range<usize>, kind: MarkKind| match marks.last_mut() {
            Some(last) if last.kind == kind && last.at.end == at.start => last.at.end = at.end,
            _ => marks.push(Mark { at, kind }),
        };
        for (at, c) in line.char_indices() {
            let here = start + at..start + at + c.len_utf8();
            if c == ' ' {
                blanks.end = here.end;
                continue;
            }
            if blanks.len() > BLANKS {
                add(blanks.clone(), MarkKind::Blanks);
            }
            blanks = here.end..here.end;
            if let Some(kind) = kind(c) {
                add(here, kind);
            }
        }
        if !blanks.is_empty() {
            add(blanks, MarkKind::Trailing);
        }
        start += line.len() + 1;
    }
    marks
}

/// The lines of a text in pieces; a last line break makes no line of its own.
pub fn lines(text: &str) -> Vec<Vec<Piece>> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let mut marks = marks(text).into_iter().peekable();
    let mut start = 0;
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let (end, mut done) = (start + line.len(), start);
        let mut pieces = Vec::new();
        let plain = |range: Range<usize>, pieces: &mut Vec<Piece>| {
            let shown = text.get(range).unwrap_or_default();
            if !shown.is_empty() {
                pieces.push(Piece {
                    text: shown.to_owned(),
                    mark: None,
                });
            }
        };
        while let Some(mark) = marks.next_if(|mark| mark.at.start < end) {
            plain(done..mark.at.start, &mut pieces);
            done = mark.at.end;
            pieces.push(Piece {
                text: written(text.get(mark.at.clone()).unwrap_or_default(), mark.kind),
                mark: Some(mark.kind),
            });
        }
        plain(done..end, &mut pieces);
        lines.push(pieces);
        start = end + 1;
    }
    lines
}

/// How a stretch that is marked is shown.
fn written(raw: &str, kind: MarkKind) -> String {
    let coded = |with: bool| {
        raw.chars().fold(String::new(), |mut out, c| {
            let shown = if with { c.to_string() } else { String::new() };
            let _ = write!(out, "{shown}<U+{:04X}>", c as u32);
            out
        })
    };
    match kind {
        MarkKind::Control | MarkKind::Hidden => coded(false),
        MarkKind::LookAlike => coded(true),
        MarkKind::NotAscii => raw.to_owned(),
        MarkKind::Tab => "→   ".repeat(raw.len()),
        MarkKind::Blanks | MarkKind::Trailing if raw.len() > BLANKS => {
            format!("<{} blanks>", raw.len())
        }
        MarkKind::Blanks | MarkKind::Trailing => "·".repeat(raw.len()),
    }
}

/// One line of text with everything written out that a terminal would obey or nobody would see.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match kind(c) {
            Some(MarkKind::Control | MarkKind::Hidden) => {
                let _ = write!(out, "<U+{:04X}>", c as u32);
            }
            Some(MarkKind::Tab) => out.push_str("    "),
            _ => out.push(c),
        }
    }
    out
}

/// Columns that a text of visible characters takes.
pub fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// The lines of a text in rows of at most so many columns, broken wherever a row is full: no blank is ever swallowed.
pub fn rows(text: &str, width: usize) -> Vec<ShownRow> {
    let mut rows = Vec::new();
    for (index, pieces) in lines(text).into_iter().enumerate() {
        rows.extend(broken(pieces, index as u32 + 1, width.max(2)));
    }
    rows
}

fn broken(pieces: Vec<Piece>, line: u32, width: usize) -> Vec<ShownRow> {
    let mut rows = vec![ShownRow {
        line: Some(line),
        pieces: Vec::new(),
    }];
    let mut used = 0;
    for piece in pieces {
        let mut text = String::new();
        for c in piece.text.chars() {
            let wide = c.width().unwrap_or(0);
            if used + wide > width {
                push(&mut rows, &mut text, piece.mark);
                rows.push(ShownRow {
                    line: None,
                    pieces: Vec::new(),
                });
                used = 0;
            }
            used += wide;
            text.push(c);
        }
        push(&mut rows, &mut text, piece.mark);
    }
    rows
}

fn push(rows: &mut [ShownRow], text: &mut String, mark: Option<MarkKind>) {
    if let Some(row) = rows.last_mut().filter(|_| !text.is_empty()) {
        row.pieces.push(Piece {
            text: std::mem::take(text),
            mark,
        });
    }
}
