//! Marks as words, and lines at the width of the terminal. It knows no model.

use crate::ui::paint;

/// Marks of the screen with the word that is heard instead.
const MARKS: [(&str, &str); 28] = [
    ("✔", "ok:"),
    ("✖", "bad:"),
    ("▲", "warning:"),
    ("●", "*"),
    ("◆", "*"),
    ("○", "-"),
    ("▸", "->"),
    ("›", "->"),
    ("→", "->"),
    ("←", "<-"),
    ("↑", "up"),
    ("↓", "down"),
    ("≈", "about"),
    ("≤", "at most"),
    ("≥", "at least"),
    ("±", "+/-"),
    ("×", "x"),
    ("…", "..."),
    (" · ", ", "),
    ("·", "-"),
    ("•", "-"),
    ("–", "-"),
    ("—", "-"),
    ("┆", " "),
    ("‘", "'"),
    ("’", "'"),
    ("“", "\""),
    ("”", "\""),
];

/// A line in words: marks are spelled out, and what only draws goes.
pub(super) fn spelled(line: &str) -> String {
    let mut text = percent(&paint::safe(line));
    if text.is_ascii() {
        return text;
    }
    // A mark at the beginning is an item of a list.
    let indent = text.len() - text.trim_start().len();
    if text.trim_start().starts_with('·') {
        text.replace_range(indent..indent + '·'.len_utf8(), "-");
    }
    for (mark, word) in MARKS {
        if text.contains(mark) {
            text = text.replace(mark, word);
        }
    }
    text.retain(|c| !draws(c));
    text.trim_end().to_owned()
}

/// A number and its percent sign are one word, so that no line ends between them.
fn percent(text: &str) -> String {
    if !text.contains(" %") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for part in text.split_inclusive(" %") {
        match part.strip_suffix(" %") {
            Some(head) if head.ends_with(|c: char| c.is_ascii_digit()) => {
                out.push_str(head);
                out.push('%');
            }
            _ => out.push_str(part),
        }
    }
    out
}

/// Columns of a table as words: what only lines them up goes, the indent stays.
pub(super) fn closed_up(line: &str) -> String {
    let indent = line.len() - line.trim_start().len();
    let words: Vec<&str> = line
        .split("  ")
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .collect();
    format!("{}{}", " ".repeat(indent), words.join(", "))
}

/// Boxes, blocks, shapes of gauges, braille, and what a font has for itself.
fn draws(c: char) -> bool {
    matches!(c, '\u{2500}'..='\u{259f}' | '\u{25a0}'..='\u{25ff}' | '\u{2800}'..='\u{28ff}' | '\u{e000}'..='\u{f8ff}' | '\u{1fb00}'..='\u{1fbff}')
}

/// A line in words, broken at blanks; what follows on the next line is indented like its beginning.
pub(super) fn broken(line: &str, columns: usize) -> Vec<String> {
    let text = spelled(line);
    // An address in pieces is none.
    if text.trim_start().starts_with("https://") && !text.trim().contains(' ') {
        return vec![text];
    }
    let indent = text.len() - text.trim_start().len();
    if text.trim().is_empty() {
        return vec![String::new()];
    }
    let room = columns.saturating_sub(indent.min(columns / 2)).max(1);
    let hang = indent.min(columns / 2);
    let lines = paint::wrap(text.trim_start(), room);
    lines
        .into_iter()
        .map(|part| format!("{}{part}", " ".repeat(hang)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_words_and_drawings_are_gone() {
        assert_eq!(spelled("✔ bake over"), "ok: bake over");
        assert_eq!(
            spelled("▲ 10 % → 50 %, ≈ 3 · ⣿⣿ ▰▰▱ │"),
            "warning: 10% -> 50%, about 3,"
        );
        assert_eq!(spelled("caf\u{e9} 世界"), "caf\u{e9} 世界");
    }

    #[test]
    fn nothing_that_a_terminal_obeys_comes_through() {
        for hostile in ["\x1b[2Jx", "a\u{202e}b", "\x07bell", "\u{9b}31m"] {
            let said = spelled(hostile);
            assert!(
                !said.chars().any(|c| c.is_control() || c == '\u{202e}'),
                "{said:?}"
            );
        }
    }

    #[test]
    fn lines_are_broken_at_blanks_and_keep_their_indent() {
        let lines = broken("    one two three four", 12);
        assert_eq!(lines, ["    one two", "    three", "    four"]);
        assert_eq!(broken("", 12), [""]);
        let lines = broken(&"x".repeat(50), 20);
        assert_eq!(lines.iter().map(String::len).max(), Some(20));
    }
}
