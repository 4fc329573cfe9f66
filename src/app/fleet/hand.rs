//! The person's hand on the list of rollouts: what keys, the mouse and a paste do there. Nothing of it writes anything: it moves on the
//! list, or becomes a wish.

use crate::app::keymap::{Action, Bound, Key, KeyCode, Scope, Step};
use crate::app::model::Pending;
use crate::app::pointer::{DOUBLE_MS, Gesture, Pane, Target};

use super::{Fleet, Prompt, SCOPES, Wish};

/// Scopes that are open while a line is typed.
const TYPING: [Scope; 2] = [Scope::Always, Scope::Input];
/// Rows of a page.
const PAGE: isize = 10;

impl Fleet {
    /// A key went down while the list is on screen.
    pub fn pressed(&mut self, key: Key, at_ms: u64) -> Option<Wish> {
        if self.is_held(key, at_ms) {
            return None;
        }
        let asked = self.touched();
        let typing = self.prompt.is_some();
        let scopes: &[Scope] = if typing { &TYPING } else { &SCOPES };
        let step = Pending::step(&mut self.pending, &self.keymap, (key, at_ms), scopes);
        let Step::Act(action) = step else {
            if typing && step == Step::Nothing {
                self.typed(key);
            }
            return None;
        };
        if self.help && !matches!(action, Action::Quit | Action::Interrupt | Action::Disable) {
            self.help = false;
            return None;
        }
        self.asked_to_leave = asked && matches!(action, Action::Quit | Action::Interrupt);
        let wish = if typing {
            self.in_line(action)
        } else {
            self.acted(action, self.selected)
        };
        if matches!(
            wish,
            Some(Wish::Open(_) | Wish::Disable(_) | Wish::Links(_))
        ) {
            self.hold(key, at_ms);
        }
        wish
    }

    /// The mouse did something to what was drawn there. It opens and selects; what changes something is the keys'.
    pub fn pointed(&mut self, target: Target, gesture: Gesture, at_ms: u64) -> Option<Wish> {
        self.touched();
        self.pending = None;
        let by = match gesture {
            Gesture::Up => -1,
            Gesture::Down => 1,
            Gesture::Click => return self.clicked(target, at_ms),
        };
        match target {
            Target::Pane(Pane::Sheet) | Target::Row(Pane::Sheet, _) => self.shift_choice(by),
            Target::Pane(Pane::Rollouts) | Target::Row(Pane::Rollouts, _) => self.shift(by),
            _ => {}
        }
        None
    }

    fn clicked(&mut self, target: Target, at_ms: u64) -> Option<Wish> {
        let before = self.clicked.replace((target, at_ms));
        let again = before.is_some_and(|(same, then)| {
            same == target && at_ms.checked_sub(then).is_some_and(|gap| gap <= DOUBLE_MS)
        });
        if again {
            self.clicked = None;
        }
        match target {
            Target::Beside => {
                self.help = false;
                self.prompt = None;
                None
            }
            Target::Row(Pane::Rollouts, place) => {
                let place = usize::try_from(place).ok()?;
                self.standings.get(place)?;
                self.selected = place;
                again.then_some(Wish::Open(place))
            }
            Target::Row(Pane::Sheet, row) => {
                let row = usize::try_from(row).ok()?;
                self.prompt.as_mut()?.selected = row;
                let is_harmless = |action| !matches!(action, Action::Disable | Action::Quit);
                let chosen = self.chosen().map(|choice| choice.action);
                match chosen.filter(|_| again) {
                    Some(action) if is_harmless(action) => self.in_line(Action::Confirm),
                    Some(_) => {
                        let enter = self.keymap.said_in(Action::Confirm, &[Scope::Dialog]);
                        self.say(format!("{enter} runs it: the mouse changes nothing"));
                        None
                    }
                    None => None,
                }
            }
            Target::Key(action @ (Action::Open | Action::Help | Action::Palette)) => {
                self.acted(action, self.selected)
            }
            Target::Key(action) => {
                let key = self.keymap.row(action, &SCOPES[1..]).map(Bound::key);
                let key = key.unwrap_or_default();
                self.say(format!("{key} does that: the mouse changes nothing"));
                None
            }
            Target::Pane(_) | Target::Row(..) => None,
        }
    }

    /// Text was pasted: it goes into the open line, and nowhere else.
    pub fn pasted(&mut self, text: &str) {
        self.pending = None;
        if let Some(prompt) = &mut self.prompt {
            self.calm = 0;
            prompt.line.insert(text);
            prompt.selected = 0;
        }
    }

    /// Somebody is there: nothing moves now. Answers whether leaving had been asked about.
    fn touched(&mut self) -> bool {
        self.calm = 0;
        self.is_untouched = false;
        std::mem::take(&mut self.asked_to_leave)
    }

    /// An action that is about this rollout, where it is about one.
    pub(super) fn acted(&mut self, action: Action, place: usize) -> Option<Wish> {
        let is_about_one = matches!(action, Action::Open | Action::Disable | Action::Link);
        if is_about_one && std::mem::take(&mut self.slid) > 0 {
            self.warn("the list has just moved: look which one is selected, then once more");
            return None;
        }
        // Whoever chooses a row has looked at the list.
        self.slid = 0;
        match action {
            Action::Open => return Some(Wish::Open(place)),
            Action::Disable => return Some(Wish::Disable(place)),
            Action::Link => return Some(Wish::Links(place)),
            Action::Copy => return Some(Wish::Copy),
            Action::Refresh => return Some(Wish::Refresh),
            Action::Quit | Action::Interrupt => return Some(Wish::Quit),
            Action::Suspend => return Some(Wish::Suspend),
            Action::Redraw => return Some(Wish::Redraw),
            Action::Help => self.help = true,
            Action::Palette => self.prompt = Some(Prompt::default()),
            Action::Down => self.shift(1),
            Action::Up => self.shift(-1),
            Action::PageDown => self.shift(PAGE),
            Action::PageUp => self.shift(-PAGE),
            Action::First => self.shift(isize::MIN),
            Action::Last => self.shift(isize::MAX),
            _ => {}
        }
        None
    }

    fn shift(&mut self, by: isize) {
        let last = self.order.len().saturating_sub(1);
        let to = self.row().saturating_add_signed(by).min(last);
        if let Some(place) = self.order.get(to) {
            self.selected = *place;
        }
    }

    fn typed(&mut self, key: Key) {
        let Some(prompt) = &mut self.prompt else {
            return;
        };
        let line = &mut prompt.line;
        match (key.code, key.ctrl) {
            (KeyCode::Char('u'), true) => line.clear(),
            (KeyCode::Char('w'), true) => line.delete_word(),
            (KeyCode::Char('a'), true) | (KeyCode::Home, _) => line.home(),
            (KeyCode::Char('e'), true) | (KeyCode::End, _) => line.end(),
            (KeyCode::Char(c), false) if !key.alt => line.insert(c.encode_utf8(&mut [0; 4])),
            (KeyCode::Backspace, _) if line.is_empty() => {
                self.prompt = None;
                return;
            }
            (KeyCode::Backspace, _) => line.backspace(),
            (KeyCode::Delete, _) => line.delete(),
            (KeyCode::Left, _) => line.shift(-1),
            (KeyCode::Right, _) => line.shift(1),
            _ => return,
        }
        prompt.selected = 0;
    }
}
