//! Conditions on something measured, in prose and in cells of tables: `p95 > 7 seconds`, `between 5-7 s`, `> 5 errors in 5 minutes`.
//! What is not understood gives nothing; it binds no condition to a signal and evaluates none.

use super::{Condition, WrittenUnit};

mod hit;
mod lexer;
mod subject;
#[cfg(test)]
mod tests;
pub(super) mod unit;
mod vocabulary;

use hit::{hit, scaled};
use lexer::tokens;
use vocabulary::NAMES;

/// Longer texts are no prose of a person.
const PROSE: usize = 16 * 1024;

/// The conditions in a text; `line` is that of its first line.
pub fn find(text: &str, line: u32) -> Vec<Condition> {
    if text.len() > PROSE || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match hit(&tokens, at).filter(|hit| hit.is_certain(&tokens)) {
            Some(hit) => {
                at = hit.end.max(at + 1);
                let before = text.get(..hit.from(&tokens)).unwrap_or_default();
                let lines = u32::try_from(before.matches('\n').count()).unwrap_or(u32::MAX);
                found.push(hit.condition(text, &tokens, line.saturating_add(lines)));
            }
            None => at += 1,
        }
    }
    found
}

/// A text that is one condition and nothing else, as a cell of a table or an annotation has it; `metric` names what it is about.
pub fn cell(text: &str, metric: &str, line: u32) -> Option<Condition> {
    cell_under(text, metric, "", line)
}

/// The same below a column's head, which may tell the unit: `Threshold (ms)`.
pub fn cell_under(text: &str, metric: &str, head: &str, line: u32) -> Option<Condition> {
    if text.len() > PROSE {
        return None;
    }
    let text = text.trim().trim_end_matches('.');
    let tokens = tokens(text);
    let hit = (0..tokens.len()).find_map(|at| hit(&tokens, at))?;
    let named = hit
        .subject
        .raw
        .iter()
        .any(|word| NAMES.contains(&word.as_str()));
    if hit.end < tokens.len()
        || hit.subject.wanted
        || !hit.subject.covers(&tokens)
        || (named && hit.unit() == WrittenUnit::None)
    {
        return None;
    }
    let mut condition = hit.condition(text, &tokens, line);
    let (metric, of_metric) = told_unit(metric);
    if condition.unit == WrittenUnit::None
        && hit.tail.nouns.is_empty()
        && let Some((unit, factor)) = of_metric.or_else(|| told_unit(head).1)
    {
        condition.unit = unit;
        condition.test = scaled(condition.test, factor);
    }
    let words: Vec<String> = metric
        .to_lowercase()
        .split_whitespace()
        .map(ToOwned::to_owned)
        .collect();
    let own = condition
        .subject
        .split_whitespace()
        .filter(|word| !words.iter().any(|w| w == word));
    condition.subject = words
        .iter()
        .map(String::as_str)
        .chain(own)
        .collect::<Vec<_>>()
        .join(" ");
    Some(condition)
}

/// A title without the unit in its parentheses, and that unit.
fn told_unit(title: &str) -> (String, Option<(WrittenUnit, f64)>) {
    let plain = (title.to_owned(), None);
    let Some((before, rest)) = title.split_once('(') else {
        return plain;
    };
    let Some((inside, after)) = rest.split_once(')') else {
        return plain;
    };
    // A number before it, so that `m` and `/min` are units as they are behind one.
    let tokens = tokens(&format!("1{inside}"));
    let tail = unit::tail(&tokens, 1);
    match tail.unit {
        Some(unit) if tail.end == tokens.len() && tail.nouns.is_empty() => {
            (format!("{before}{after}"), Some(unit))
        }
        _ => plain,
    }
}
