//! A comparison or a range among tokens, and whether it can only mean a condition. It finds none by itself.

use super::lexer::{Token, What};
use super::subject::Subject;
use super::unit::{self, Tail};
use super::vocabulary::{COMPARISONS, NAMES, OR_BEYOND};
use crate::domain::runbook::{Condition, Test, WrittenUnit};
use crate::domain::signal::{Limit, LimitOp};

/// A comparison or a range, with what stands around it.
#[derive(Debug)]
pub(super) struct Hit {
    test: Test,
    pub(super) subject: Subject,
    pub(super) tail: Tail,
    /// The first token of the comparison.
    at: usize,
    /// The first token after all of it.
    pub(super) end: usize,
    how: How,
}

/// How a condition is written.
#[derive(Clone, Copy, Debug, PartialEq)]
enum How {
    /// With a sign.
    Sign,
    /// With words; whether with `over`, which also begins a span of time.
    Words { over: bool },
    /// `between 5 and 7`.
    Between,
    /// `5-7`.
    Bare,
    /// `5% or higher`.
    OrBeyond,
}

/// The condition whose comparison begins at this token.
pub(super) fn hit(tokens: &[Token], at: usize) -> Option<Hit> {
    let (test, tail, how) = match comparison(tokens, at) {
        Some((op, next)) => {
            let What::Number(value) = tokens.get(next)?.what else {
                return None;
            };
            let tail = unit::tail(tokens, next + 1);
            let how = if matches!(tokens.get(at)?.what, What::Sign(_)) {
                How::Sign
            } else {
                How::Words {
                    over: tokens.get(at)?.word() == Some("over"),
                }
            };
            (Test::Past(Limit { op, value }), tail, how)
        }
        None if tokens.get(at)?.word() == Some("between") => {
            let (test, tail) = range(tokens, at + 1, true)?;
            (test, tail, How::Between)
        }
        None => {
            if let Some((test, tail)) = or_beyond(tokens, at) {
                (test, tail, How::OrBeyond)
            } else {
                let (test, tail) = range(tokens, at, false)?;
                (test, tail, How::Bare)
            }
        }
    };
    let test = tail.unit.map_or(test, |(_, factor)| scaled(test, factor));
    let subject = Subject::before(tokens, at, tail.unit.is_some());
    (ends_well(tokens, &tail) && !subject.chained).then_some(Hit {
        test,
        subject,
        at,
        end: tail.end,
        tail,
        how,
    })
}

fn comparison(tokens: &[Token], at: usize) -> Option<(LimitOp, usize)> {
    if let What::Sign(op) = tokens.get(at)?.what {
        return Some((op, at + 1));
    }
    COMPARISONS.iter().find_map(|(words, op)| {
        let same = |(offset, word): (usize, &&str)| {
            tokens.get(at + offset).and_then(Token::word) == Some(*word)
        };
        words
            .iter()
            .enumerate()
            .all(same)
            .then_some((*op, at + words.len()))
    })
}

/// `5% or higher`, `3 or more complaints in 5 minutes`; not a half of `1 or 2`.
fn or_beyond(tokens: &[Token], at: usize) -> Option<(Test, Tail)> {
    let What::Number(value) = tokens.get(at)?.what else {
        return None;
    };
    let first = unit::plain(tokens, at + 1);
    let next = first.map_or(at + 1, |(_, _, end)| end);
    let word = tokens.get(next + 1)?.word()?;
    let (_, op) = OR_BEYOND.iter().find(|(beyond, _)| *beyond == word)?;
    // `5 or more than that` goes on.
    let goes_on = matches!(
        tokens.get(next + 2).and_then(Token::word),
        Some("than" | "or")
    );
    if tokens.get(next)?.word() != Some("or") || goes_on {
        return None;
    }
    let mut tail = unit::tail(tokens, next + 2);
    match (first, tail.unit) {
        (Some(_), Some(_)) => return None,
        (Some((unit, factor, _)), None) => tail.unit = Some((unit, factor)),
        (None, _) => {}
    }
    Some((Test::Past(Limit { op: *op, value }), tail))
}

/// `5-7 s`, `5 s to 7 s`, with `and` only after `between`.
fn range(tokens: &[Token], at: usize, between: bool) -> Option<(Test, Tail)> {
    let What::Number(low) = tokens.get(at)?.what else {
        return None;
    };
    let first = unit::plain(tokens, at + 1);
    let next = first.map_or(at + 1, |(_, _, end)| end);
    let joint = tokens.get(next)?;
    if !(joint.what == What::Dash
        || joint.word() == Some("to")
        || (between && joint.word() == Some("and")))
    {
        return None;
    }
    let What::Number(high) = tokens.get(next + 1)?.what else {
        return None;
    };
    let tail = unit::tail(tokens, next + 2);
    let low = match (first, tail.unit) {
        (None, _) => low,
        (Some((one, factor, _)), Some((other, of_other))) => {
            low * factor * kindred(one, other)? / of_other
        }
        (Some(_), None) => return None,
    };
    (low < high).then_some((Test::Between { low, high }, tail))
}

/// What a number of one unit is multiplied by to be of another.
fn kindred(one: WrittenUnit, other: WrittenUnit) -> Option<f64> {
    let seconds = |unit| match unit {
        WrittenUnit::Milliseconds => Some(0.001),
        WrittenUnit::Seconds => Some(1.0),
        WrittenUnit::Minutes => Some(60.0),
        _ => None,
    };
    if one == other {
        return Some(1.0);
    }
    Some(seconds(one)? / seconds(other)?)
}

/// A test with its numbers multiplied.
pub(super) fn scaled(test: Test, factor: f64) -> Test {
    // Takes the dust of a decimal conversion away.
    let times = |value: f64| {
        format!("{:.9}", value * factor)
            .parse()
            .unwrap_or(value * factor)
    };
    match test {
        Test::Past(Limit { op, value }) => Test::Past(Limit {
            op,
            value: times(value),
        }),
        Test::Between { low, high } => Test::Between {
            low: times(low),
            high: times(high),
        },
    }
}

/// Whether what follows leaves the number what it is: `> 5 MB`, `> 5-7`, `> 3/10` and `> 5 replicas` do not.
fn ends_well(tokens: &[Token], tail: &Tail) -> bool {
    let known = tail.unit.is_some() || !tail.nouns.is_empty() || tail.window.is_some() || tail.held;
    let Some(next) = tokens.get(tail.end) else {
        return true;
    };
    match &next.what {
        What::Dash => !next.glued,
        What::Mark(mark) => {
            matches!(
                mark,
                '.' | ',' | ';' | ':' | ')' | '(' | ']' | '}' | '!' | '`' | '"' | '*' | '→' | '|'
            ) || (*mark == '?' && known)
        }
        What::Word { text, .. } if known => !matches!(
            text.as_str(),
            "ago" | "later" | "earlier" | "old" | "o'clock"
        ),
        What::Word { text, .. } => matches!(
            text.as_str(),
            "and"
                | "or"
                | "then"
                | "for"
                | "on"
                | "during"
                | "while"
                | "but"
                | "since"
                | "because"
                | "so"
                | "when"
                | "if"
        ),
        What::Number(_) | What::Sign(_) => false,
    }
}

impl Hit {
    /// The unit as written.
    pub(super) fn unit(&self) -> WrittenUnit {
        self.tail.unit.map_or(WrittenUnit::None, |(unit, _)| unit)
    }

    /// The first byte of the condition's words.
    pub(super) fn from(&self, tokens: &[Token]) -> usize {
        tokens
            .get(self.subject.from.min(self.at))
            .map_or(0, |token| token.from)
    }

    /// Whether prose can only mean a condition on something measured.
    pub(super) fn is_certain(&self, tokens: &[Token]) -> bool {
        let subject = &self.subject;
        let unit = self.unit();
        let before = self
            .at
            .checked_sub(1)
            .and_then(|at| tokens.get(at))
            .and_then(Token::word);
        if matches!(
            before,
            Some("for" | "wait" | "after" | "every" | "within" | "than" | "up")
        ) {
            return false;
        }
        let named = subject
            .raw
            .iter()
            .any(|word| NAMES.contains(&word.as_str()));
        if unit == WrittenUnit::None && named {
            return false;
        }
        let alone = subject.words.is_empty();
        let led = subject.led_by_if
            || (subject.conditional && self.how == How::Sign)
            || (subject.at_start && self.how == How::Sign);
        let time = matches!(
            unit,
            WrittenUnit::Milliseconds | WrittenUnit::Seconds | WrittenUnit::Minutes
        );
        match (self.how, unit) {
            // "over 5 minutes" is a span of time.
            (How::Words { over: true }, WrittenUnit::Minutes) => false,
            (How::Words { over: true }, _) if time => subject.is_time(),
            (How::Between | How::Bare, WrittenUnit::None) => false,
            (How::Bare, _) if alone => subject.led_by_if || (subject.conditional && !time),
            (How::Bare, _) => {
                subject.measured
                    && (subject.conditional || subject.at_start)
                    && !matches!(before, Some("of" | "to" | "by"))
            }
            (How::Words { .. } | How::Between | How::OrBeyond, _) if time && alone => false,
            (How::OrBeyond, _) if alone => {
                led && (!self.tail.nouns.is_empty() || unit == WrittenUnit::Percent)
            }
            (_, WrittenUnit::None) => {
                subject.measured
                    || (!self.tail.nouns.is_empty() && alone && (led || self.tail.window.is_some()))
            }
            (_, WrittenUnit::PerMinute | WrittenUnit::PerHour | WrittenUnit::PerSession)
                if self.how == How::Sign =>
            {
                true
            }
            _ => subject.measured || !self.tail.nouns.is_empty() || (alone && led),
        }
    }

    /// The condition that it is.
    pub(super) fn condition(&self, text: &str, tokens: &[Token], line: u32) -> Condition {
        let to = self
            .end
            .checked_sub(1)
            .and_then(|last| tokens.get(last))
            .map_or(text.len(), |token| token.to);
        let written = text.get(self.from(tokens)..to).unwrap_or_default();
        let nouns = self
            .tail
            .nouns
            .iter()
            .filter(|noun| !self.subject.words.contains(noun));
        let subject: Vec<&str> = self
            .subject
            .words
            .iter()
            .chain(nouns)
            .map(String::as_str)
            .collect();
        Condition {
            text: written.split_whitespace().collect::<Vec<_>>().join(" "),
            line,
            subject: subject.join(" "),
            test: self.test,
            unit: self.unit(),
            window: self.tail.window,
            negated: self.subject.denied,
            wanted: self.subject.wanted && !self.subject.led_by_if,
        }
    }
}
