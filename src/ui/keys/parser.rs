//! Bytes of a terminal become keys and pastes. It waits for nothing itself: it says how long to wait, and is told when that
//! time has passed. Replies and reports that nobody asked for are dropped whole, so that no part of them counts as a key.

use std::time::Duration;

use super::Input;
use super::reply;
pub(super) use super::reply::Reply;
use super::rest::Rest;
use super::sequence::{letter, mouse, sequence};
use crate::app::keymap::{Key, KeyCode};

/// How long the rest of a sequence may take: longer than a slow link splits one, shorter than a person notices.
const REST: Duration = Duration::from_millis(50);
/// How long the rest of a sequence that may be a reply may take while one is expected: nobody waits for it.
const REPLY_REST: Duration = Duration::from_secs(1);
/// How long an escape alone waits while a reply is expected, which begins with one.
const REPLY_HEAD: Duration = Duration::from_millis(250);
/// How long after the end of a paste an end marker that was part of the pasted text may follow.
const TAIL: Duration = Duration::from_millis(20);
/// How long a paste may stand still before it counts as over: a lost end marker must not swallow keys for ever.
const STANDSTILL: Duration = Duration::from_secs(5);
/// The most bytes that are kept of a paste.
const PASTE_CAP: usize = 64 * 1024;
/// The most bytes of a sequence.
const SEQUENCE_CAP: usize = 4096;

const PASTE_BEGIN: &[u8] = b"\x1b[200~";
const PASTE_END: &[u8] = b"\x1b[201~";

/// Where a paste stands.
#[derive(Debug, Default, PartialEq)]
enum Paste {
    #[default]
    None,
    /// Between the markers.
    Open,
    /// Past an end marker, which may have been part of the text.
    Ended,
}

/// The parser: what came in and is not understood yet.
#[derive(Debug, Default)]
pub(super) struct Parser {
    bytes: Vec<u8>,
    paste: Paste,
    pasted: Vec<u8>,
    expects_reply: bool,
    replies: Vec<Reply>,
    rest: Rest,
}

/// What stands at the head of the bytes.
enum Head {
    /// So many bytes mean this, or nothing.
    Taken(usize, Option<Key>),
    /// So many bytes are a reply.
    Replied(usize, Reply),
    /// So many bytes tell of the mouse, something or nothing of interest.
    Pointed(usize, Option<Input>),
    /// So many bytes begin a paste.
    PasteBegins(usize),
    /// More bytes are needed.
    Rest,
}

impl Parser {
    /// How long to wait for more before [`Parser::lapse`]; `None` when nothing is pending.
    pub(super) fn patience(&self) -> Option<Duration> {
        match self.paste {
            Paste::Open => Some(STANDSTILL),
            Paste::Ended => Some(TAIL),
            Paste::None if self.bytes.is_empty() => self.rest.is_awaited().then_some(REPLY_REST),
            Paste::None if !self.expects_reply => Some(REST),
            Paste::None if self.bytes.len() < 3 => Some(REPLY_HEAD),
            Paste::None => Some(REPLY_REST),
        }
    }

    /// Whether a reply of the terminal is expected: then what may be its beginning is waited for longer.
    pub(super) fn expect_reply(&mut self, expects: bool) {
        self.expects_reply = expects;
    }

    /// Whether a reply may still come, however late: then nothing is waited for any longer, but what it begins with is remembered.
    pub(super) fn may_come(&mut self, may: bool) {
        self.rest.may_come = may;
    }

    /// Whether bytes are pending that mean nothing yet.
    #[cfg(test)]
    pub(super) fn has_pending(&self) -> bool {
        !self.bytes.is_empty()
    }

    /// What the terminal replied since the last call.
    pub(super) fn take_replies(&mut self) -> Vec<Reply> {
        std::mem::take(&mut self.replies)
    }

    /// Takes bytes in.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Vec<Input> {
        self.bytes.extend_from_slice(bytes);
        self.rest.rejoin(&mut self.bytes);
        let mut inputs = Vec::new();
        self.advance(&mut inputs);
        inputs
    }

    /// The patience is over: what is pending counts as it is.
    pub(super) fn lapse(&mut self) -> Vec<Input> {
        let mut inputs = Vec::new();
        match self.paste {
            Paste::Open => {
                let rest = std::mem::take(&mut self.bytes);
                self.keep(&rest);
                self.finish(&mut inputs);
            }
            Paste::Ended => self.finish(&mut inputs),
            Paste::None if self.bytes.is_empty() => self.rest.end(),
            Paste::None => {
                let pending = std::mem::take(&mut self.bytes);
                inputs.extend(self.rest.give_up(&pending, self.expects_reply));
            }
        }
        self.advance(&mut inputs);
        inputs
    }

    fn advance(&mut self, inputs: &mut Vec<Input>) {
        loop {
            if self.rest.drop_from(&mut self.bytes) {
                return;
            }
            if self.paste == Paste::None {
                in_seven_bits(&mut self.bytes);
            }
            match self.paste {
                Paste::None if self.bytes.is_empty() => return,
                Paste::None => match head(&self.bytes) {
                    Head::Rest => return,
                    Head::PasteBegins(length) => {
                        self.bytes.drain(..length);
                        self.paste = Paste::Open;
                    }
                    Head::Replied(length, reply) => {
                        self.bytes.drain(..length);
                        self.replies.push(reply);
                    }
                    Head::Taken(length, key) => {
                        self.bytes.drain(..length.max(1));
                        inputs.extend(key.map(Input::Key));
                    }
                    Head::Pointed(length, input) => {
                        self.bytes.drain(..length.max(1));
                        inputs.extend(input);
                    }
                },
                Paste::Ended if self.another_begins() => self.finish(inputs),
                Paste::Open | Paste::Ended => {
                    if !self.advance_paste() {
                        return;
                    }
                }
            }
        }
    }

    /// Whether a paste of its own begins before the next end marker: the one before it is over then.
    fn another_begins(&self) -> bool {
        find(&self.bytes, PASTE_BEGIN)
            .is_some_and(|begin| find(&self.bytes, PASTE_END).is_none_or(|end| begin < end))
    }

    /// Moves pasted bytes over; true when an end marker was found.
    fn advance_paste(&mut self) -> bool {
        let Some(at) = find(&self.bytes, PASTE_END) else {
            if self.paste == Paste::Open {
                // The head of a marker may be at the end.
                let held = (1..PASTE_END.len())
                    .rev()
                    .find(|n| self.bytes.ends_with(&PASTE_END[..*n]))
                    .unwrap_or(0);
                let rest: Vec<u8> = self.bytes.drain(..self.bytes.len() - held).collect();
                self.keep(&rest);
            }
            return false;
        };
        let text: Vec<u8> = self.bytes.drain(..at + PASTE_END.len()).take(at).collect();
        self.keep(&text);
        self.paste = Paste::Ended;
        true
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = PASTE_CAP.saturating_sub(self.pasted.len());
        self.pasted
            .extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn finish(&mut self, inputs: &mut Vec<Input>) {
        self.paste = Paste::None;
        let text = std::mem::take(&mut self.pasted);
        inputs.push(Input::Paste(String::from_utf8_lossy(&text).into_owned()));
    }
}

/// Some terminals send the introducer of a reply as one control of eight bits, alone or as UTF-8. No key begins so.
fn in_seven_bits(bytes: &mut Vec<u8>) {
    let (control, length) = match **bytes {
        [0xc2, control, ..] => (control, 2),
        [control, ..] => (control, 1),
        [] => return,
    };
    if matches!(control, 0x90 | 0x98 | 0x9b | 0x9d | 0x9e | 0x9f) {
        bytes.splice(..length, [0x1b, control - 0x40]);
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn head(bytes: &[u8]) -> Head {
    match bytes {
        [0x1b] => Head::Rest,
        [0x1b, b'[', rest @ ..] => csi(rest),
        [0x1b, b'O', rest @ ..] => match rest {
            [] => Head::Rest,
            [0x1b, ..] => Head::Taken(2, None),
            [last, ..] => Head::Taken(3, letter(*last).map(Key::plain)),
        },
        [0x1b, b']', rest @ ..] => command(rest),
        [0x1b, b'P' | b'X' | b'^' | b'_', rest @ ..] => string(rest),
        // A second escape is a key of its own; what follows it is looked at then.
        [0x1b, 0x1b, ..] => Head::Taken(1, Some(Key::plain(KeyCode::Esc))),
        [0x1b, rest @ ..] => match plain(rest) {
            Head::Taken(length, key) => {
                Head::Taken(length + 1, key.map(|key| Key { alt: true, ..key }))
            }
            other => other,
        },
        _ => plain(bytes),
    }
}

/// A character or a control code.
fn plain(bytes: &[u8]) -> Head {
    let Some(&first) = bytes.first() else {
        return Head::Rest;
    };
    let key = match first {
        b'\r' | b'\n' => Key::plain(KeyCode::Enter),
        b'\t' => Key::plain(KeyCode::Tab),
        0x7f | 0x08 => Key::plain(KeyCode::Backspace),
        0 => Key {
            ctrl: true,
            ..Key::char(' ')
        },
        1..=26 => Key {
            ctrl: true,
            ..Key::char(char::from(first - 1 + b'a'))
        },
        27..=31 => return Head::Taken(1, None),
        _ => return utf8(bytes),
    };
    Head::Taken(1, Some(key))
}

fn utf8(bytes: &[u8]) -> Head {
    let length = match bytes[0] {
        0x00..=0x7f => 1,
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return Head::Taken(1, None),
    };
    let here = bytes.len().min(length);
    match std::str::from_utf8(&bytes[..here]) {
        Ok(text) => Head::Taken(
            length,
            text.chars()
                .next()
                .filter(|c| !c.is_control())
                .map(Key::char),
        ),
        Err(fault) if fault.error_len().is_none() && here < length => Head::Rest,
        Err(_) => Head::Taken(1, None),
    }
}

/// An operating system command: a reply, if it is one that is known.
fn command(rest: &[u8]) -> Head {
    match string(rest) {
        Head::Taken(length, None) => {
            let text = string_end(rest).and_then(|end| rest.get(..end));
            let text = text.map(|text| text.strip_suffix(b"\xc2").unwrap_or(text));
            let reply = text.and_then(reply::of_command);
            reply.map_or(Head::Taken(length, None), |reply| {
                Head::Replied(length, reply)
            })
        }
        other => other,
    }
}

/// A control string, such as the answer to somebody's question: dropped up to its end.
fn string(rest: &[u8]) -> Head {
    let end = string_end(rest);
    match end.map(|at| (at, &rest[at..])) {
        Some((at, [0x1b, b'\\', ..])) => Head::Taken(2 + at + 2, None),
        Some((_, [0x1b])) => Head::Rest,
        Some((at, [0x1b, ..])) => Head::Taken(2 + at, None),
        Some((at, _)) => Head::Taken(2 + at + 1, None),
        None if rest.len() > SEQUENCE_CAP => Head::Taken(2 + rest.len(), None),
        None => Head::Rest,
    }
}

/// Where a control string ends: at a bell, an escape, or the terminator of eight bits, which is no part of a character there.
fn string_end(rest: &[u8]) -> Option<usize> {
    let ends = |at: usize| match rest[at] {
        0x07 | 0x1b => true,
        0x9c => at == 0 || matches!(rest[at - 1], 0x00..=0x7f | 0xc2),
        _ => false,
    };
    (0..rest.len()).find(|at| ends(*at))
}

/// A control sequence, past its introducer.
fn csi(rest: &[u8]) -> Head {
    if let [b'[', more @ ..] = rest {
        // The Linux console's function keys.
        return match more {
            [] => Head::Rest,
            [last @ b'A'..=b'E', ..] => {
                Head::Taken(4, Some(Key::plain(KeyCode::F(last - b'A' + 1))))
            }
            _ => Head::Taken(3, None),
        };
    }
    let Some(end) = rest.iter().position(|byte| !(0x20..=0x3f).contains(byte)) else {
        return if rest.len() > SEQUENCE_CAP {
            Head::Taken(2 + rest.len(), None)
        } else {
            Head::Rest
        };
    };
    let (parameters, last) = (&rest[..end], rest[end]);
    let length = 2 + end + 1;
    match (parameters, last) {
        ([b'?', ..], b'c') => Head::Replied(length, Reply::Attributes),
        (b"200", b'~') => Head::PasteBegins(length),
        // The oldest mouse report: three bytes follow that would read as keys.
        (b"", b'M') if rest.len() < 4 => Head::Rest,
        (b"", b'M') => Head::Taken(length + 3, None),
        ([b'<', rest @ ..], b'M' | b'm') => Head::Pointed(length, mouse(rest, last == b'M')),
        // Broken off by a control code: that one is looked at on its own.
        (_, 0x00..=0x1f | 0x7f..) => Head::Taken(2 + end, None),
        _ => Head::Taken(length, sequence(parameters, last)),
    }
}
