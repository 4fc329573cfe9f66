//! Filter patterns of CloudWatch Logs that mean something else than they say.

use super::Findings;
use super::ground::Ground;

/// Terms with hyphens or other signs outside of double quotes.
pub(super) fn filter_terms(ground: &Ground<'_>, found: &mut Findings) {
    for (_, call) in ground.calls().filter(|(_, call)| call.service == "logs") {
        let Some(option) = call
            .option_named("filter-pattern")
            .or_else(|| call.option_named("log-event-filter-pattern"))
        else {
            continue;
        };
        let Some(word) = option.values.first() else {
            continue;
        };
        let pattern = ground.filled(word, "x");
        let Some(term) = odd_term(&pattern) else {
            continue;
        };
        let hyphen = term
            .trim_start_matches(['-', '?'])
            .split('-')
            .collect::<Vec<_>>();
        let signs = |c: char| !c.is_alphanumeric() && c != '_' && c != '-';
        let message = match hyphen.as_slice() {
            [first, rest @ ..] if !rest.is_empty() && !term.contains(signs) => {
                let excluded: Vec<String> = rest
                    .iter()
                    .filter(|r| !r.is_empty())
                    .map(|r| format!("`{r}`"))
                    .collect();
                format!(
                    "Outside of quotes a hyphen excludes: `{term}` finds lines with `{first}` and without {}; the very lines that are looked for are left out.",
                    excluded.join(" and ")
                )
            }
            _ => format!(
                "`{term}` has signs that a bare term must not have: CloudWatch Logs refuses the pattern."
            ),
        };
        let instead = match word.variable() {
            Some(name) => format!(
                "Double quotes inside of the pattern: --filter-pattern \"\\\"${name}\\\"\"."
            ),
            None => format!("Double quotes inside of the pattern: --filter-pattern '\"{term}\"'."),
        };
        found.hit(option.line, message, instead);
    }
}

/// The first bare term with something in it that is no letter, digit or underscore.
fn odd_term(pattern: &str) -> Option<String> {
    let pattern = pattern.trim();
    // JSON conditions, columns and regular expressions have a syntax of their own.
    if pattern.starts_with(['{', '[', '%']) || pattern.contains("...") {
        return None;
    }
    let mut rest = pattern;
    while !rest.is_empty() {
        rest = rest.trim_start();
        let sign = usize::from(rest.starts_with(['?', '-']));
        let body = rest.get(sign..).unwrap_or_default();
        if let Some(quoted) = body.strip_prefix('"') {
            let end = quoted.find('"').map_or(quoted.len(), |end| end + 1);
            rest = quoted.get(end..).unwrap_or_default();
            continue;
        }
        let end = body.find(char::is_whitespace).unwrap_or(body.len());
        let term = body.get(..end).unwrap_or_default();
        if term.contains(|c: char| !c.is_alphanumeric() && c != '_') {
            return Some(term.to_owned());
        }
        rest = body.get(end..).unwrap_or_default();
    }
    None
}
