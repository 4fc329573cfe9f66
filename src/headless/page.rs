//! How text for people looks: roles instead of colours, links where a terminal follows them, and nothing of either in a pipe.
//! It knows no values.

use std::fmt::Write as _;

use crate::text::{DisplayText, sanitize};

/// The looks of one output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Whether roles become colours.
    pub colours: bool,
    /// Whether links become OSC 8 hyperlinks.
    pub links: bool,
}

/// How a piece of text is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// As it is.
    Plain,
    /// A heading or the number that counts.
    Strong,
    /// Beside the point.
    Faint,
    /// All is well.
    Good,
    /// Look here.
    Warn,
    /// Something is wrong.
    Bad,
}

impl Role {
    fn sgr(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "1",
            Self::Faint => "2",
            Self::Good => "32",
            Self::Warn => "33",
            Self::Bad => "1;31",
        }
    }
}

impl Page {
    /// A piece of text in its role; it may come from outside.
    pub fn put(self, role: Role, text: impl AsRef<[u8]>) -> String {
        self.paint(role, &sanitize(text))
    }

    /// The same, filled up with blanks to this many columns.
    pub fn cell(self, role: Role, text: impl AsRef<[u8]>, columns: usize) -> String {
        let text = sanitize(text);
        let gap = columns.saturating_sub(text.width());
        format!("{}{}", self.paint(role, &text), " ".repeat(gap))
    }

    /// A piece of text that leads somewhere.
    pub fn link(self, text: impl AsRef<[u8]>, url: Option<&str>) -> String {
        let text = sanitize(text);
        match url.filter(|_| self.links) {
            Some(url) => format!("\x1b]8;;{}\x1b\\{text}\x1b]8;;\x1b\\", escaped(url)),
            None => text.to_string(),
        }
    }

    fn paint(self, role: Role, text: &DisplayText) -> String {
        match role.sgr() {
            sgr if self.colours && !sgr.is_empty() => format!("\x1b[{sgr}m{text}\x1b[0m"),
            _ => text.to_string(),
        }
    }
}

/// Only what OSC 8 may carry.
fn escaped(url: &str) -> String {
    let mut out = String::new();
    for byte in url.bytes() {
        if (0x21..0x7f).contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The widest of some texts, in columns.
pub fn widest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(|text| sanitize(text).width()).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_gets_plain_text_and_a_terminal_gets_roles() {
        let (plain, full) = (
            Page::default(),
            Page {
                colours: true,
                links: true,
            },
        );
        assert_eq!(plain.put(Role::Bad, "ROLL BACK"), "ROLL BACK");
        assert_eq!(
            full.put(Role::Bad, "ROLL BACK"),
            "\x1b[1;31mROLL BACK\x1b[0m"
        );
        assert_eq!(full.put(Role::Plain, "x"), "x");
        assert_eq!(plain.link("flag", Some("https://a/b c")), "flag");
        assert_eq!(
            full.link("flag", Some("https://a/b c")),
            "\x1b]8;;https://a/b%20c\x1b\\flag\x1b]8;;\x1b\\"
        );
        assert_eq!(full.cell(Role::Good, "ok", 4), "\x1b[32mok\x1b[0m  ");
    }

    #[test]
    fn text_from_outside_drives_no_terminal() {
        let page = Page {
            colours: true,
            links: true,
        };
        for text in ["\x1b[2J", "a\u{202e}b", "\x07", "\x1b]8;;http://evil\x1b\\"] {
            for shown in [page.put(Role::Plain, text), page.link(text, None)] {
                assert!(
                    !shown.contains(|c: char| c.is_control() || c == '\u{202e}'),
                    "{shown:?}"
                );
            }
        }
        assert!(!page.link("x", Some("http://a\x1b\\")).contains("a\x1b"));
    }
}
