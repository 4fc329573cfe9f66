//! What makes a step tick itself: which signals must meet what, and for how long. It measures nothing.

use std::time::Duration;

use crate::domain::runbook::bind::{self as binding, named};
use crate::domain::runbook::condition;
use crate::domain::runbook::wait;
use crate::domain::runbook::{Annotation, Block, Condition, Section, Step, Test};
use crate::domain::signal::{Limit, LimitOp, SignalSpec, format_bound, format_limit};

/// Something that a signal's value must meet.
#[derive(Clone, Debug, PartialEq)]
pub struct Criterion {
    /// The signal's name.
    pub signal: String,
    /// The signal's title.
    pub title: String,
    /// What must hold, in the signal's unit.
    pub test: Test,
    /// Whether it must not hold.
    pub negated: bool,
    /// How long it must hold, where the text says so.
    pub held: Option<Duration>,
    /// The test with its unit, for example `> 7 s` or `5 to 7 s`.
    pub words: String,
}

impl Criterion {
    fn new(signal: &SignalSpec, test: Test, negated: bool) -> Self {
        let words = match test {
            Test::Past(limit) => format_limit(signal.unit, limit),
            Test::Between { low, high } => format!("{low} to {}", format_bound(signal.unit, high)),
        };
        Self {
            signal: signal.name.clone(),
            title: signal.title.clone(),
            test,
            negated,
            held: None,
            words: if negated {
                format!("not {words}")
            } else {
                words
            },
        }
    }

    /// Whether a value, in the signal's unit, meets it. What is no number meets nothing.
    pub fn is_met(&self, value: f64) -> bool {
        let holds = match self.test {
            Test::Past(limit) => limit.is_past(value),
            Test::Between { low, high } => value > low && value <= high,
        };
        value.is_finite() && holds != self.negated
    }
}

/// What makes a step tick itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// All of them must be met.
    pub criteria: Vec<Criterion>,
    /// For how long; two periods of the signal where nobody says.
    pub held: Option<Duration>,
}

/// Binds a condition to a signal; `context` is what stands around it.
pub(super) fn bind(
    condition: &Condition,
    context: &str,
    signals: &[SignalSpec],
) -> Option<Criterion> {
    let bound = binding::bind(condition, context, signals)?;
    let signal = signals.iter().find(|signal| signal.name == bound.signal)?;
    let criterion = Criterion::new(signal, bound.test, bound.negated);
    Some(Criterion {
        held: bound.held,
        ..criterion
    })
}

/// What the words before the first step say of signals.
pub(super) fn symptoms(section: &Section, signals: &[SignalSpec]) -> Vec<(u32, Criterion)> {
    let texts = section
        .blocks
        .iter()
        .take_while(|block| !matches!(block, Block::Step(_)))
        .filter_map(|block| match block {
            Block::Text { text, line, .. } => Some((text, *line)),
            _ => None,
        });
    let mut found = Vec::new();
    for (text, line) in texts {
        let found_here = condition::find(text, line).into_iter();
        for condition in found_here.filter(|condition| !condition.wanted) {
            let criterion = bind(&condition, &format!("{text} {}", section.title), signals);
            found.extend(criterion.map(|criterion| (line, criterion)));
        }
    }
    found
}

/// What makes this step tick itself, if anything.
pub(super) fn of(
    step: &Step,
    own: &[Criterion],
    (section, symptoms): (&Section, &[(u32, Criterion)]),
    signals: &[SignalSpec],
) -> Option<Check> {
    if step.annotations.contains(&Annotation::Manual) {
        return None;
    }
    let annotated = step
        .annotations
        .iter()
        .find_map(|annotation| match annotation {
            Annotation::Check { condition, held } => Some((condition, *held)),
            _ => None,
        });
    if let Some((condition, held)) = annotated {
        let criterion = bind(condition, &condition.subject, signals)?;
        return Some(Check {
            criteria: vec![criterion],
            held: Some(held),
        });
    }
    let wanted = step.conditions.iter().any(|condition| condition.wanted);
    if !(verifies(&step.text) || wanted) || asks(&step.text) {
        return None;
    }
    let criteria: Vec<Criterion> = if step.conditions.is_empty() {
        recovered(step, section, symptoms, signals)
    } else {
        let spec = |criterion: &Criterion| {
            signals
                .iter()
                .find(|signal| signal.name == criterion.signal)
        };
        let good = |criterion: &&Criterion| {
            spec(criterion).is_some_and(|signal| is_good(criterion, signal))
        };
        own.iter().filter(good).cloned().collect()
    };
    // A step that says more than is understood is not ticked for the part that is.
    let whole = step.conditions.is_empty() || criteria.len() == step.conditions.len();
    let held = criteria.iter().filter_map(|criterion| criterion.held).max();
    (whole && !criteria.is_empty()).then_some(Check { criteria, held })
}

/// Whether a step asks for a wait and for nothing else.
pub(super) fn only_waits(step: &Step) -> bool {
    let spelled_out = |annotation: &Annotation| !matches!(annotation, Annotation::Wait(_));
    step.commands.is_empty()
        && step.conditions.is_empty()
        && !step.waits.is_empty()
        && !step.annotations.iter().any(spelled_out)
        && wait::is_all(&step.text)
}

/// The signals that the step, the section's title or its symptoms name, back where they are aimed at.
fn recovered(
    step: &Step,
    section: &Section,
    symptoms: &[(u32, Criterion)],
    signals: &[SignalSpec],
) -> Vec<Criterion> {
    let words = step.text.to_lowercase();
    let firmly = has(&words, &["verify", "confirm"]);
    let better = has(
        &words,
        &[
            "improv", "recover", "drop", "normal", "baseline", "back to", "decrease", "stabili",
        ],
    );
    if !firmly && !better {
        return Vec::new();
    }
    let mut found: Vec<&SignalSpec> = named(&step.text, signals);
    if found.is_empty() && better {
        let symptoms = |signal: &&SignalSpec| {
            symptoms
                .iter()
                .any(|(_, symptom)| symptom.signal == signal.name)
        };
        found = signals.iter().filter(symptoms).collect();
        if found.is_empty() {
            found = named(&section.title, signals);
        }
    }
    found
        .into_iter()
        .filter_map(|signal| match (signal.target, signal.warn) {
            (Some(target), _) => Some(Criterion::new(signal, Test::Past(target), false)),
            (None, Some(warn)) => Some(Criterion::new(signal, Test::Past(opposite(warn)), false)),
            (None, None) => None,
        })
        .collect()
}

fn opposite(limit: Limit) -> Limit {
    let op = match limit.op {
        LimitOp::Above => LimitOp::AtMost,
        LimitOp::AtLeast => LimitOp::Below,
        LimitOp::Below => LimitOp::AtLeast,
        LimitOp::AtMost => LimitOp::Above,
    };
    Limit { op, ..limit }
}

/// Whether meeting it is good news: it lies on the other side than the signal's own limits. `Check whether p95 > 7 s` finds trouble and
/// proves no step.
fn is_good(criterion: &Criterion, signal: &SignalSpec) -> bool {
    let Some(bad) = signal.act.or(signal.warn) else {
        return false;
    };
    match criterion.test {
        Test::Past(limit) => (rises(limit.op) == rises(bad.op)) == criterion.negated,
        Test::Between { .. } => criterion.negated,
    }
}

fn rises(op: LimitOp) -> bool {
    matches!(op, LimitOp::Above | LimitOp::AtLeast)
}

/// Whether a step's words ask for something to be verified.
pub(super) fn verifies(text: &str) -> bool {
    has(
        &text.to_lowercase(),
        &[
            "verif",
            "check",
            "confirm",
            "ensure",
            "monitor",
            "make sure",
        ],
    )
}

/// Whether the words ask a question instead of stating what should be: `check if`, `see whether`.
fn asks(text: &str) -> bool {
    let words = text.to_lowercase();
    words.starts_with("if ")
        || words.contains("(if ")
        || words.contains(" if ")
        || words.contains("whether")
}

/// Whether one of these begins a word of the text.
fn has(text: &str, beginnings: &[&str]) -> bool {
    let starts = |at: usize| {
        text.get(..at)
            .and_then(|before| before.chars().next_back())
            .is_none_or(|c| !c.is_alphanumeric())
    };
    beginnings
        .iter()
        .any(|beginning| text.match_indices(beginning).any(|(at, _)| starts(at)))
}
