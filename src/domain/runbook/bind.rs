//! Placeholder until the other branch arrives.
use super::{Condition, Test};
use crate::domain::signal::SignalSpec;
/// b
#[derive(Clone, Debug, PartialEq)]
pub struct Bound { /// s
 pub signal: String, /// t
 pub test: Test, /// n
 pub negated: bool }
/// b
pub fn bind(condition: &Condition, context: &str, signals: &[SignalSpec]) -> Option<Bound> {
    let words = format!("{} {}", condition.subject, context).to_lowercase();
    let signal = signals.iter().find(|s| s.title.split(' ').all(|w| words.contains(w)))?;
    Some(Bound { signal: signal.name.clone(), test: condition.test, negated: condition.negated })
}
/// c
pub fn conditions(_text: &str, _line: u32) -> Vec<Condition> { Vec::new() }
/// n
pub fn named<'a>(text: &str, signals: &'a [SignalSpec]) -> Vec<&'a SignalSpec> {
    let words = text.to_lowercase();
    signals.iter().filter(|s| s.title.split(' ').all(|w| words.contains(w))).collect()
}
