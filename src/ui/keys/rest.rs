//! Sequences that did not come whole in time: what of them counts as a key, and the rest of a reply, which does not whenever it comes.
//! It reads nothing and waits for nothing.

use super::Input;
use super::reply::Tail;
use crate::app::keymap::{Key, KeyCode};

/// What was given up, and what may still come of it.
#[derive(Debug, Default)]
pub(super) struct Rest {
    /// The rest of a reply that did not come in time.
    tail: Option<Tail>,
    /// The first bytes of what may be a reply that were given up.
    given_up: Vec<u8>,
}

impl Rest {
    /// Whether the rest of a reply may come.
    pub(super) fn is_awaited(&self) -> bool {
        self.tail.is_some()
    }

    /// Nothing comes any more.
    pub(super) fn end(&mut self) {
        self.tail = None;
    }

    /// These bytes were waited for long enough. Answers the key that they are, if they are one.
    pub(super) fn give_up(&mut self, pending: &[u8], expects_reply: bool) -> Option<Input> {
        let may_go_on = expects_reply || self.tail.is_some();
        if pending != [0x1b] {
            self.tail = Tail::of(pending);
        }
        if may_go_on && pending.len() < 3 {
            self.given_up = pending.to_vec();
        }
        match *pending {
            [0x1b] if self.tail.is_some() => None,
            [0x1b, b'[' | b']'] if may_go_on => None,
            [0x1b] => Some(Input::Key(Key::plain(KeyCode::Esc))),
            [0x1b, byte @ 0x20..=0x7e] => Some(Input::Key(Key {
                alt: true,
                ..Key::char(char::from(byte))
            })),
            _ => None,
        }
    }

    /// Puts what was given up before what came now, where both together are a reply.
    pub(super) fn rejoin(&mut self, bytes: &mut Vec<u8>) {
        if self.given_up.is_empty() || bytes.is_empty() {
            return;
        }
        let joined = [std::mem::take(&mut self.given_up), bytes.clone()].concat();
        let is_reply = match joined.as_slice() {
            [0x1b, b'\\', ..] => self.tail.is_some(),
            [0x1b, b']' | b'['] | [0x1b, b']', b'1', ..] | [0x1b, b'[', b'?', ..] => true,
            _ => false,
        };
        if is_reply {
            *bytes = joined;
        }
    }

    /// Drops what belongs to the rest of a reply. Answers whether more of it may come.
    pub(super) fn drop_from(&mut self, bytes: &mut Vec<u8>) -> bool {
        let Some(tail) = self.tail.take_if(|_| !bytes.is_empty()) else {
            return false;
        };
        let (dropped, left) = tail.drop_from(bytes);
        bytes.drain(..dropped);
        self.tail = left;
        left.is_some()
    }
}
