//! What terminals reply: the background's colour and the device attributes, and the rest of a reply that came in pieces. It
//! knows no key.

use crate::ui::theme::is_light;

/// Bytes of a reply's rest at most.
const LONGEST: usize = 64;

/// What a terminal replied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// Its background (OSC 11).
    Background {
        /// Whether dark text is easier to read on it than light text.
        is_light: bool,
    },
    /// Its attributes (DA1), which every terminal tells.
    Attributes,
}

/// The reply in an operating system command, past its introducer and without its end.
pub(super) fn of_command(text: &[u8]) -> Option<Reply> {
    let colour = std::str::from_utf8(text).ok()?.strip_prefix("11;")?;
    let is_light = is_light(colour_of(colour)?);
    Some(Reply::Background { is_light })
}

/// Reads `rgb:RR/GG/BB` with one to four digits each, `rgba:` with a fourth part, or `#rrggbb`.
fn colour_of(text: &str) -> Option<[u8; 3]> {
    if let Some(digits) = text.strip_prefix('#') {
        let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        return (digits.len() == 6).then_some([part(0)?, part(2)?, part(4)?]);
    }
    let (parts, count) = match text.strip_prefix("rgb:") {
        Some(parts) => (parts, 3),
        None => (text.strip_prefix("rgba:")?, 4),
    };
    let parts: Vec<u8> = parts
        .split('/')
        .map(|part| {
            let digits = part.len();
            let value = u32::from_str_radix(part, 16).ok().filter(|_| digits <= 4)?;
            let most = (1_u32 << (4 * digits)) - 1;
            u8::try_from(value * 255 / most).ok()
        })
        .collect::<Option<_>>()?;
    match *parts.as_slice() {
        [red, green, blue, ..] if parts.len() == count => Some([red, green, blue]),
        _ => None,
    }
}

/// The rest of a reply whose beginning was given up: what comes of it is dropped, and whatever cannot be part of it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tail {
    /// Of a command (`ESC ]`) or another string, with the bytes dropped so far.
    Command(usize),
    /// Of a report (`ESC [ ?`), with the bytes dropped so far.
    Report(usize),
    /// Of a command of which only the end's second byte is missing.
    End,
}

impl Tail {
    /// The rest that may follow these bytes, which were given up.
    pub(super) fn of(pending: &[u8]) -> Option<Self> {
        match pending {
            [0x1b, b']' | b'P', _, .., 0x1b] => Some(Self::End),
            [0x1b, b']' | b'P', _, ..] => Some(Self::Command(0)),
            [0x1b, b'[', b'?', ..] => Some(Self::Report(0)),
            _ => None,
        }
    }

    /// How many of these bytes belong to it, and what is left of it then; `None` when it is over.
    pub(super) fn drop_from(self, bytes: &[u8]) -> (usize, Option<Self>) {
        let (mut dropped, is_command) = match self {
            Self::Command(dropped) => (dropped, true),
            Self::Report(dropped) => (dropped, false),
            Self::End => return (usize::from(bytes.first() == Some(&b'\\')), None),
        };
        for (index, byte) in bytes.iter().enumerate() {
            let rest = bytes.get(index..).unwrap_or_default();
            match (is_command, rest) {
                (true, [0x07, ..]) => return (index + 1, None),
                (true, [0x1b, b'\\', ..]) => return (index + 2, None),
                // The end may be cut in two as well.
                (true, [0x1b]) => return (index, Some(Self::Command(dropped))),
                (false, [b'c' | b'n' | b'R' | b'u' | b'y', ..]) => return (index + 1, None),
                _ => {}
            }
            let fits = if is_command {
                byte.is_ascii_hexdigit() || b":/;rgb#".contains(byte)
            } else {
                byte.is_ascii_digit() || b";?$".contains(byte)
            };
            if !fits || dropped >= LONGEST {
                return (index, None);
            }
            dropped += 1;
        }
        let left = if is_command {
            Self::Command(dropped)
        } else {
            Self::Report(dropped)
        };
        (bytes.len(), Some(left))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]

    use super::*;

    #[test]
    fn backgrounds_as_terminals_tell_them() {
        for (text, wanted) in [
            ("11;rgb:ffff/ffff/ffff", Some(true)),
            ("11;rgb:0000/0000/0000", Some(false)),
            ("11;rgb:fd/f6/e3", Some(true)),
            ("11;rgb:f/f/f", Some(true)),
            ("11;rgb:002b/0036/0042", Some(false)),
            ("11;rgba:ffff/ffff/ffff/0000", Some(true)),
            ("11;#1e1e2e", Some(false)),
            ("11;#EFF1F5", Some(true)),
            ("10;rgb:ffff/ffff/ffff", None),
            ("11;rgb:ffff/ffff", None),
            ("11;rgb:ffff/ffff/ffff/ffff", None),
            ("11;rgb:fffff/0/0", None),
            ("11;rgb://", None),
            ("11;rgb:-1/0/0", None),
            ("11;#ééé", None),
            ("11;?", None),
            ("", None),
        ] {
            let told = of_command(text.as_bytes());
            assert_eq!(
                told,
                wanted.map(|is_light| Reply::Background { is_light }),
                "{text}"
            );
        }
    }

    #[test]
    fn a_rest_takes_what_is_its_own_and_no_more() {
        let command = Tail::Command(0);
        assert_eq!(command.drop_from(b"ff/ffff\x07D"), (8, None));
        assert_eq!(command.drop_from(b"ff/ffff\x1b\\D"), (9, None));
        assert_eq!(command.drop_from(b"ff\x1b"), (2, Some(Tail::Command(2))));
        assert_eq!(command.drop_from(b"q"), (0, None));
        assert_eq!(command.drop_from(b"0+"), (1, None));
        let end = Tail::of(b"\x1b]11;rgb:ff\x1b").unwrap();
        assert_eq!(end.drop_from(b"\\D"), (1, None));
        assert_eq!(end.drop_from(b"D"), (0, None));
        assert_eq!(Tail::Report(0).drop_from(b"4;22cD"), (5, None));
        assert_eq!(Tail::Report(0).drop_from(b"4"), (1, Some(Tail::Report(1))));
        assert_eq!(Tail::Report(0).drop_from(b"D"), (0, None));
        assert_eq!(command.drop_from(&[b'0'; 100]), (LONGEST, None));
    }
}
