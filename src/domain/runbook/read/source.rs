//! From bytes to text that can be parsed: encodings, line ends, NUL, absurd nesting. It knows no Markdown but list and quote marks.

use std::borrow::Cow;
use std::ops::Range;

/// List and quote marks at the beginning of one line from which on the rest is text; nobody nests so deep by hand.
const MARKS: usize = 256;
/// The column from which on a mark at the beginning of a line is text.
const COLUMNS: usize = 2048;

/// A file's text with LF as its only line end, and where its lines are. Lines are those of the file, counted as editors do: a line
/// ends with LF, CR LF, or a CR that no LF follows.
pub(super) struct Source {
    /// The text.
    pub(super) text: String,
    /// What was odd, in words for a person.
    pub(super) oddities: Vec<String>,
    starts: Vec<usize>,
    /// Where a backslash was put in to end the nesting.
    escapes: Vec<usize>,
}

impl Source {
    /// Reads whatever it is given.
    pub(super) fn new(bytes: &[u8]) -> Self {
        let mut oddities = Vec::new();
        let decoded = decode(bytes, &mut oddities);
        let mut source = Self {
            text: String::with_capacity(decoded.len()),
            oddities,
            starts: vec![0],
            escapes: Vec::new(),
        };
        source.take(&decoded);
        source
    }

    /// The line of a place in the text, from 1.
    pub(super) fn line(&self, offset: usize) -> u32 {
        count(self.starts.partition_point(|start| *start <= offset).max(1))
    }

    /// The last line that holds anything, from 1.
    pub(super) fn last_line(&self) -> u32 {
        self.line(self.text.len().saturating_sub(1))
    }

    /// A piece of a code block as the file has it: `found` stands at `place`.
    pub(super) fn exact<'a>(&self, found: &'a str, place: &Range<usize>) -> Cow<'a, str> {
        let first = self.escapes.partition_point(|at| *at < place.start);
        match self.escapes.get(first) {
            Some(at) if place.contains(at) && self.text.get(place.clone()) == Some(found) => {
                let (before, after) = found.split_at(at - place.start);
                Cow::Owned(format!(
                    "{before}{}",
                    after.strip_prefix('\\').unwrap_or(after)
                ))
            }
            _ => Cow::Borrowed(found),
        }
    }

    fn take(&mut self, decoded: &str) {
        let (mut windows, mut bare, mut nul) = (0_usize, 0_usize, None);
        let mut rest = decoded;
        loop {
            let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
            let (line, tail) = rest.split_at(end);
            if line.contains('\0') {
                nul.get_or_insert(self.starts.len());
            }
            self.push(line);
            if tail.is_empty() {
                break;
            }
            let returns = tail.bytes().take_while(|byte| *byte == b'\r').count();
            let after = tail.get(returns..).unwrap_or_default();
            if let Some(after) = after.strip_prefix('\n') {
                windows += usize::from(returns > 0);
                self.end_line();
                rest = after;
            } else {
                bare += returns;
                (0..returns).for_each(|_| self.end_line());
                rest = after;
            }
        }
        if windows > 0 {
            self.odd("lines end with CR LF; commands have LF");
        }
        if bare > 0 {
            self.odd(&format!(
                "{bare} lines end with a lone CR; it counts as the end of a line"
            ));
        }
        if let Some(line) = nul {
            self.odd(&format!(
                "line {line}: NUL characters; they are shown as \u{fffd}"
            ));
        }
    }

    fn end_line(&mut self) {
        self.text.push('\n');
        self.starts.push(self.text.len());
    }

    fn push(&mut self, line: &str) {
        let line = if line.contains('\0') {
            Cow::Owned(line.replace('\0', "\u{fffd}"))
        } else {
            Cow::Borrowed(line)
        };
        let Some(at) = too_deep(&line) else {
            self.text.push_str(&line);
            return;
        };
        if self.escapes.is_empty() {
            let number = self.starts.len();
            self.odd(&format!(
                "line {number}: nested too deep; the rest of the line is read as text"
            ));
        }
        let (before, after) = line.split_at(at);
        self.text.push_str(before);
        self.escapes.push(self.text.len());
        self.text.push('\\');
        self.text.push_str(after);
    }

    fn odd(&mut self, what: &str) {
        self.oddities.push(what.to_owned());
    }
}

/// Lines as they are counted in a runbook.
pub(super) fn count(lines: usize) -> u32 {
    u32::try_from(lines).unwrap_or(u32::MAX)
}

fn decode<'b>(bytes: &'b [u8], oddities: &mut Vec<String>) -> Cow<'b, str> {
    if let Some(little) = bytes.strip_prefix(b"\xff\xfe") {
        oddities.push("UTF-16 (little endian), read as such".to_owned());
        return wide(little, u16::from_le_bytes).into();
    }
    if let Some(big) = bytes.strip_prefix(b"\xfe\xff") {
        oddities.push("UTF-16 (big endian), read as such".to_owned());
        return wide(big, u16::from_be_bytes).into();
    }
    let bytes = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => {
            oddities.push("begins with a byte order mark".to_owned());
            rest
        }
        None => bytes,
    };
    if let Err(fault) = std::str::from_utf8(bytes) {
        let good = bytes.get(..fault.valid_up_to()).unwrap_or_default();
        let line = good.split(|byte| *byte == b'\n').count();
        oddities.push(format!(
            "line {line}: bytes that are not UTF-8; they are shown as \u{fffd}"
        ));
    }
    String::from_utf8_lossy(bytes)
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks(2).map(|pair| match pair {
        [first, second] => unit([*first, *second]),
        _ => 0xfffd,
    });
    char::decode_utf16(units)
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// Where the first list or quote mark stands that is one too many.
fn too_deep(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let (mut at, mut column, mut marks) = (0, 0_usize, 0);
    while let Some(byte) = bytes.get(at) {
        let blank = |n: usize| bytes.get(n).is_none_or(|b| matches!(b, b' ' | b'\t'));
        let mark = match byte {
            b' ' => {
                column += 1;
                at += 1;
                continue;
            }
            b'\t' => {
                column = (column / 4 + 1) * 4;
                at += 1;
                continue;
            }
            b'>' => at,
            b'-' | b'+' | b'*' if blank(at + 1) => at,
            b'0'..=b'9' => {
                let digits = bytes
                    .iter()
                    .skip(at)
                    .take(10)
                    .take_while(|b| b.is_ascii_digit())
                    .count();
                let end = at + digits;
                if !matches!(bytes.get(end), Some(b'.' | b')')) || !blank(end + 1) {
                    return None;
                }
                end
            }
            _ => return None,
        };
        marks += 1;
        if marks > MARKS || column > COLUMNS {
            return Some(mark);
        }
        column += mark + 1 - at;
        at = mark + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        Source::new(bytes).text
    }

    #[test]
    fn every_line_end_is_one_line_end() {
        assert_eq!(text(b"a\r\nb\rc\nd\r\r\ne\r\rf"), "a\nb\nc\nd\ne\n\nf");
        let source = Source::new(b"a\r\nb\rc");
        let lines: Vec<u32> = (0..5).map(|at| source.line(at)).collect();
        assert_eq!(lines, [1, 1, 2, 2, 3]);
        assert_eq!(source.oddities.len(), 2, "{:?}", source.oddities);
    }

    #[test]
    fn what_is_not_utf_8_is_told_and_survived() {
        let source = Source::new(b"\xef\xbb\xbf# a\n\xff\xfe b\0\n");
        assert_eq!(source.text, "# a\n\u{fffd}\u{fffd} b\u{fffd}\n");
        assert!(
            source
                .oddities
                .iter()
                .any(|odd| odd.starts_with("line 2: bytes"))
        );
        assert!(
            source
                .oddities
                .iter()
                .any(|odd| odd.starts_with("line 2: NUL"))
        );
        let wide: Vec<u8> = std::iter::once(0xfeff_u16)
            .chain("# ä\n".encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(text(&wide), "# ä\n");
        assert_eq!(text(b"\xfe\xff\0#\0 \0a\0"), "# a\u{fffd}");
    }

    #[test]
    fn absurd_nesting_becomes_text_and_commands_keep_their_bytes() {
        let deep = format!("{}x", "> ".repeat(300));
        let source = Source::new(deep.as_bytes());
        assert_eq!(source.text.len(), deep.len() + 1);
        assert_eq!(source.exact(&source.text, &(0..source.text.len())), deep);
        assert_eq!(source.oddities.len(), 1);
        for fine in [
            "- - -",
            "1. 2) x",
            "12345678901. x",
            "-x",
            &" ".repeat(4000),
        ] {
            assert_eq!(text(fine.as_bytes()), fine);
        }
        assert!(text(format!("{}- x", " ".repeat(3000)).as_bytes()).contains("\\- x"));
        assert!(text("1. ".repeat(400).as_bytes()).contains("1\\. 1. "));
    }
}
