//! Typed text waits here until its line is finished: a secret is known only when it is whole. It writes nothing.

use super::Noted;
use crate::app::keymap::{Key, KeyCode, Scope};
use crate::app::recording::Seal;
use crate::app::update::scopes;
use crate::app::{Model, Msg};

/// What stands for every character of a line that holds a secret.
const COVER: char = '•';
/// A line that takes longer is written as far as it is.
const LONGEST_MS: u64 = 10_000;
/// Messages that wait at most.
const WAITING: usize = 512;

/// Whether a line is being typed in this model.
pub(super) fn is_open(model: &Model) -> bool {
    scopes(model).contains(&Scope::Input)
}

/// The line that is being typed, with everything that came since it began to wait.
#[derive(Default)]
pub(super) struct Typing {
    line: String,
    waiting: Vec<Noted>,
}

impl Typing {
    /// Takes a message in. Answers those that may be written, in their order.
    pub(super) fn push(&mut self, noted: Noted, seal: &Seal) -> Vec<Noted> {
        let is_input = matches!(noted.event.msg, Msg::Pressed { .. } | Msg::Pasted(_));
        let goes_on = noted.typing && self.type_in(&noted.event.msg);
        let since = self
            .waiting
            .first()
            .map_or(noted.event.ms, |first| first.event.ms);
        let is_late = noted.event.ms.saturating_sub(since) > LONGEST_MS;
        if self.waiting.is_empty() && !goes_on {
            if is_input {
                self.line.clear();
            }
            return vec![noted];
        }
        self.waiting.push(noted);
        let is_over = is_input && !goes_on;
        if !is_over && !is_late && self.waiting.len() < WAITING {
            return Vec::new();
        }
        let ready = self.release(seal);
        if is_over {
            self.line.clear();
        }
        ready
    }

    /// Everything that waits, covered where the line holds a secret.
    pub(super) fn release(&mut self, seal: &Seal) -> Vec<Noted> {
        let mut ready = std::mem::take(&mut self.waiting);
        if seal.hides(&self.line) {
            for noted in ready.iter_mut().filter(|noted| noted.typing) {
                cover(&mut noted.event.msg);
            }
        }
        ready
    }

    /// Adds to the line what was typed. Answers whether the line goes on.
    fn type_in(&mut self, msg: &Msg) -> bool {
        match msg {
            Msg::Pasted(text) => self.line.push_str(text),
            Msg::Pressed { key, .. } => match key.code {
                KeyCode::Char(c) if is_plain(*key) => self.line.push(c),
                KeyCode::Char('c' | 'z') => return false,
                KeyCode::Backspace => drop(self.line.pop()),
                KeyCode::Enter | KeyCode::Esc | KeyCode::F(_) => return false,
                _ => {}
            },
            _ => {}
        }
        true
    }
}

fn is_plain(key: Key) -> bool {
    !key.ctrl && !key.alt
}

fn cover(msg: &mut Msg) {
    match msg {
        Msg::Pressed { key, .. } => {
            if let (true, KeyCode::Char(c)) = (is_plain(*key), &mut key.code) {
                *c = COVER;
            }
        }
        Msg::Pasted(text) => *text = text.chars().map(|_| COVER).collect(),
        _ => {}
    }
}
