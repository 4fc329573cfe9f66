//! What a condition is about: the words before its comparison, back to where the clause begins. It judges no unit.

use super::lexer::{Token, What};
use super::vocabulary::{BOUNDARIES, CONDITIONAL, DENIALS, FILLERS, MEASURED, OUGHT};

/// Words that a subject has at most.
const WORDS: usize = 8;

/// The subject of a condition.
#[derive(Debug, Default)]
pub(super) struct Subject {
    /// The words that name it.
    pub(super) words: Vec<String>,
    /// All words back to the boundary.
    pub(super) raw: Vec<String>,
    /// The first token of the words that name it.
    pub(super) from: usize,
    /// Whether one of its words is something that is measured, or looks like the name of a metric.
    pub(super) measured: bool,
    /// Whether a word such as `if` or a parenthesis leads it in.
    pub(super) conditional: bool,
    /// Whether that is a word such as `if` or `when`, and not `and` or a parenthesis.
    pub(super) led_by_if: bool,
    /// Whether it begins the text.
    pub(super) at_start: bool,
    /// Whether a comparison stands right before it, as in `5 s < p95 < 7 s`: half of that is not what it says.
    pub(super) chained: bool,
    /// Whether a word such as `not` or `unless` turns it round.
    pub(super) denied: bool,
    /// Whether `should` or `must` stands in it.
    pub(super) wanted: bool,
    boundary: usize,
}

impl Subject {
    /// The subject of the comparison at this token.
    pub(super) fn before(tokens: &[Token], at: usize, with_unit: bool) -> Self {
        let mut found = Self {
            from: at,
            at_start: true,
            ..Self::default()
        };
        let mut words: Vec<(usize, String, bool)> = Vec::new();
        let mut next = at;
        while let Some(index) = next.checked_sub(1) {
            let Some(token) = tokens.get(index) else {
                break;
            };
            let follower_glued = tokens.get(next).is_some_and(|t| t.glued);
            match &token.what {
                What::Word { text, .. }
                    if OUGHT.contains(&text.as_str())
                        && !found.wanted
                        && index > 0
                        && words
                            .iter()
                            .all(|(_, word, _)| FILLERS.contains(&word.as_str())) =>
                {
                    found.wanted = true;
                }
                What::Word { text, .. } if BOUNDARIES.contains(&text.as_str()) => {
                    found.conditional = CONDITIONAL.contains(&text.as_str());
                    found.led_by_if = found.conditional && !matches!(text.as_str(), "and" | "or");
                    found.denied |= DENIALS.contains(&text.as_str());
                    // `but not if`, `except when`
                    let before = index.checked_sub(1).and_then(|at| tokens.get(at));
                    found.denied |= found.led_by_if
                        && matches!(
                            before.and_then(Token::word),
                            Some("not" | "except" | "never")
                        );
                    found.at_start = false;
                    break;
                }
                What::Word { text, name } if words.len() < WORDS => {
                    words.push((index, text.clone(), *name));
                }
                What::Mark('(') => {
                    // `latency (p95) > 7 s` goes on before the parenthesis, `disable (p95 > 7 s)` does not.
                    let closed = tokens
                        .get(index..at)
                        .unwrap_or_default()
                        .iter()
                        .any(|t| t.is_mark(')'));
                    if !closed {
                        found.conditional = true;
                        found.at_start = false;
                        break;
                    }
                }
                What::Mark(')') if index + 1 == at && words.is_empty() => {}
                What::Mark(':')
                    if words
                        .iter()
                        .all(|(_, word, _)| FILLERS.contains(&word.as_str())) => {}
                What::Mark('`' | '"' | '*' | '\'') => {}
                What::Mark('/') | What::Dash if follower_glued && token.glued => {}
                _ => {
                    found.chained = matches!(token.what, What::Sign(_));
                    found.at_start = false;
                    break;
                }
            }
            next = index;
        }
        found.boundary = next;
        words.reverse();
        found.settle(words, with_unit);
        found
    }

    fn settle(&mut self, words: Vec<(usize, String, bool)>, with_unit: bool) {
        self.raw = words.iter().map(|(_, word, _)| word.clone()).collect();
        self.denied |= self.raw.iter().any(|word| DENIALS.contains(&word.as_str()));
        let is_filler = |word: &str| FILLERS.contains(&word);
        let telling = words.iter().filter(|(_, word, _)| !is_filler(word));
        let mut kept: Vec<_> = telling.collect();
        if kept.is_empty() && with_unit {
            // `drops > 5/min`: a verb elsewhere, the subject here.
            kept = words
                .iter()
                .filter(|(_, word, _)| MEASURED.contains(&word.as_str()))
                .collect();
        }
        self.measured = kept.iter().any(|(_, word, name)| {
            (*name && (with_unit || word.contains('_')))
                || MEASURED.contains(&word.as_str())
                || word.split('-').any(|part| MEASURED.contains(&part))
        });
        if let Some((from, _, _)) = kept.first() {
            self.from = *from;
        }
        self.words = kept.into_iter().map(|(_, word, _)| word.clone()).collect();
    }

    /// Whether it is a span of time.
    pub(super) fn is_time(&self) -> bool {
        self.words.iter().any(|word| {
            matches!(
                word.as_str(),
                "latency"
                    | "latencies"
                    | "duration"
                    | "durations"
                    | "delay"
                    | "delays"
                    | "lag"
                    | "age"
                    | "time"
                    | "median"
            ) || (word.starts_with('p')
                && word.len() > 1
                && word
                    .bytes()
                    .skip(1)
                    .all(|b| b.is_ascii_digit() || b == b'.'))
        })
    }

    /// Whether nothing but a word such as `if` stands before it.
    pub(super) fn covers(&self, tokens: &[Token]) -> bool {
        tokens
            .iter()
            .take(self.boundary)
            .all(|token| token.word().is_some_and(|word| CONDITIONAL.contains(&word)))
    }
}
