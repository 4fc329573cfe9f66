//! Text from outside made harmless within Markdown. It words nothing.

use std::fmt::Write as _;

use crate::domain::incident::words::is_harmful;

/// Text from outside on one line of Markdown: nothing in it ends a cell, opens a tag, a link or code.
pub(super) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                // `_` and `!` do harm only where something could begin; escaped they show the same.
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            // A quotation begins with it; anywhere else it is a sign like others.
            '>' if out.trim_start().is_empty() => out.push_str("\\>"),
            '&' => out.push_str("&amp;"),
            c if is_harmful(c) => {
                if c == '\n' || c == '\r' || c == '\t' {
                    out.push(' ');
                } else {
                    let _ = write!(out, "\\<U+{:04X}\\>", c as u32);
                }
            }
            c => out.push(c),
        }
    }
    out
}

/// Text from outside within a fence: no control characters, one line.
pub(super) fn fenced(text: &str) -> String {
    text.chars()
        .map(|c| if is_harmful(c) { ' ' } else { c })
        .collect()
}

/// A fence that is longer than any run of backticks within it.
pub(super) fn fence(out: &mut String, language: &str, text: &str) {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest.max(2) + 1);
    let _ = writeln!(out, "  {ticks}{language}");
    for line in text.lines() {
        let _ = writeln!(out, "  {}", fenced(line));
    }
    let _ = writeln!(out, "  {ticks}\n");
}
