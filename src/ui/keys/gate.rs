//! Keys wait here for a moment while the terminal was asked something, so that no piece of its reply counts as one. It reads nothing.
//!
//! The question is followed by a request that every terminal answers (device attributes): when that answer is there, nothing more
//! comes. A mute terminal costs the keys of the first moment a short delay and is waited for by nobody.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Input;
use super::parser::Reply;

/// How long keys wait for a reply.
pub(super) const HOLD: Duration = Duration::from_millis(150);
/// How long a reply counts; a later one is dropped.
pub(super) const LISTEN: Duration = Duration::from_secs(1);
/// How long after the question the way out waits for the reply.
const FAREWELL: Duration = Duration::from_millis(400);
/// Inputs that are held at most.
const HELD: usize = 256;

/// When the terminal was asked, until it has answered. Shared between who asks and who reads.
#[derive(Clone, Debug, Default)]
pub(super) struct Question(Arc<Mutex<Option<Instant>>>);

impl Question {
    /// The terminal is being asked.
    pub(super) fn ask(&self, now: Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }

    /// Whether a reply may come any moment.
    pub(super) fn is_open(&self, now: Instant) -> bool {
        self.asked().is_some_and(|asked| now < asked + FAREWELL)
    }

    fn asked(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answered(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// The gate.
#[derive(Debug, Default)]
pub(super) struct Gate {
    question: Question,
    held: Vec<(Instant, Input)>,
}

impl Gate {
    /// A gate for this question.
    pub(super) fn new(question: Question) -> Self {
        Self {
            question,
            held: Vec::new(),
        }
    }

    /// How long keys are held from now on; `None` when they are not.
    pub(super) fn holds(&self, now: Instant) -> Option<Duration> {
        let left = (self.question.asked()? + HOLD).saturating_duration_since(now);
        (!left.is_zero()).then_some(left)
    }

    /// Whether a reply is expected.
    pub(super) fn listens(&self, now: Instant) -> bool {
        let asked = self.question.asked();
        asked.is_some_and(|asked| now < asked + LISTEN)
    }

    /// Whether something is held.
    pub(super) fn is_holding(&self) -> bool {
        !self.held.is_empty()
    }

    /// Takes in what was read, and answers what may go on.
    pub(super) fn pass(
        &mut self,
        inputs: Vec<Input>,
        replies: Vec<Reply>,
        now: Instant,
    ) -> Vec<(Instant, Input)> {
        let mut out = Vec::new();
        for reply in replies {
            match reply {
                Reply::Background { is_light } if self.listens(now) => {
                    out.push((now, Input::Background { is_light }));
                }
                Reply::Background { .. } => {}
                Reply::Attributes => self.question.answered(),
            }
        }
        self.held
            .extend(inputs.into_iter().map(|input| (now, input)));
        if self.holds(now).is_none() || self.held.len() > HELD {
            out.append(&mut self.held);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::keymap::Key;

    fn key(c: char) -> Input {
        Input::Key(Key::char(c))
    }

    fn words(passed: Vec<(Instant, Input)>) -> Vec<Input> {
        passed.into_iter().map(|(_, input)| input).collect()
    }

    #[test]
    fn without_a_question_keys_go_on_at_once() {
        let mut gate = Gate::default();
        let now = Instant::now();
        assert_eq!(
            words(gate.pass(vec![key('D')], Vec::new(), now)),
            [key('D')]
        );
        assert!(!gate.listens(now) && gate.holds(now).is_none());
    }

    #[test]
    fn keys_wait_for_the_reply_and_keep_their_order_and_time() {
        let question = Question::default();
        let mut gate = Gate::new(question.clone());
        let asked = Instant::now();
        question.ask(asked);
        let (first, later) = (asked + HOLD / 4, asked + HOLD / 2);
        assert_eq!(gate.pass(vec![key('D')], Vec::new(), first), []);
        assert!(gate.is_holding());
        let replies = vec![Reply::Background { is_light: true }, Reply::Attributes];
        assert_eq!(
            gate.pass(vec![key('q')], replies, later),
            [
                (later, Input::Background { is_light: true }),
                (first, key('D')),
                (later, key('q'))
            ]
        );
        assert!(!gate.listens(later) && gate.holds(later).is_none());
    }

    #[test]
    fn a_mute_terminal_holds_nothing_beyond_the_bound() {
        let question = Question::default();
        let mut gate = Gate::new(question.clone());
        let asked = Instant::now();
        question.ask(asked);
        assert_eq!(gate.pass(vec![key('D')], Vec::new(), asked), []);
        assert_eq!(gate.holds(asked), Some(HOLD));
        let over = asked + HOLD;
        assert_eq!(words(gate.pass(Vec::new(), Vec::new(), over)), [key('D')]);
        assert_eq!(
            words(gate.pass(vec![key('q')], Vec::new(), over)),
            [key('q')]
        );
    }

    #[test]
    fn a_late_reply_is_dropped() {
        let question = Question::default();
        let mut gate = Gate::new(question.clone());
        let asked = Instant::now();
        question.ask(asked);
        let late = vec![Reply::Background { is_light: true }, Reply::Attributes];
        assert_eq!(gate.pass(Vec::new(), late, asked + LISTEN), []);
        let unasked = vec![Reply::Background { is_light: true }];
        assert_eq!(gate.pass(Vec::new(), unasked, asked), []);
    }

    #[test]
    fn a_flood_is_not_held() {
        let question = Question::default();
        let mut gate = Gate::new(question.clone());
        let asked = Instant::now();
        question.ask(asked);
        let flood = vec![key('j'); HELD + 1];
        assert_eq!(gate.pass(flood, Vec::new(), asked).len(), HELD + 1);
    }
}
