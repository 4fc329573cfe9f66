//! Puts query ids in the place of the configured names in a metric-math expression. It evaluates nothing.

/// The expression with each name replaced by its id. Function names, strings, numbers and unknown words stay.
/// `METRICS()` becomes the list of this expression's own metrics, because the request also holds those of other signals.
pub(super) fn with_ids(expression: &str, ids: &[(String, String)]) -> String {
    let mut out = String::with_capacity(expression.len());
    let mut rest = expression;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '\'' => quoted(rest, first),
            c if c.is_ascii_alphabetic() || c == '_' => run(rest, is_word),
            c if c.is_ascii_digit() => run(rest, |c| is_word(c) || c == '.'),
            c => c.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        rest = after;
        if !(first.is_ascii_alphabetic() || first == '_') {
            out.push_str(token);
            continue;
        }
        let call = after.trim_start().starts_with('(');
        if call
            && token == "METRICS"
            && let Some((list, after)) = own_metrics(after, ids)
        {
            out.push_str(&list);
            rest = after;
            continue;
        }
        let id = ids.iter().find(|(name, _)| !call && name == token);
        out.push_str(id.map_or(token, |(_, id)| id));
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

fn quoted(text: &str, quote: char) -> usize {
    text.char_indices()
        .skip(1)
        .find(|(_, c)| *c == quote)
        .map_or(text.len(), |(at, c)| at + c.len_utf8())
}

/// `()` or `("part of a name")` after `METRICS`, as a list of ids, with what follows.
fn own_metrics<'t>(after: &'t str, ids: &[(String, String)]) -> Option<(String, &'t str)> {
    let inside = after.trim_start().strip_prefix('(')?;
    let (argument, after) = inside.split_once(')')?;
    let part = argument.trim().trim_matches(['"', '\'']);
    let list: Vec<_> = ids
        .iter()
        .filter(|(name, _)| name.contains(part))
        .map(|(_, id)| id.as_str())
        .collect();
    (!list.is_empty()).then(|| (format!("[{}]", list.join(",")), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renamed(expression: &str) -> String {
        let ids = [("errors", "q1"), ("invocations", "q2"), ("Sum", "q3")]
            .map(|(name, id)| (name.to_owned(), id.to_owned()));
        with_ids(expression, &ids)
    }

    #[test]
    fn names_become_ids_and_nothing_else_does() {
        for (given, expected) in [
            ("100 * errors / invocations", "100 * q1 / q2"),
            ("100*errors/invocations", "100*q1/q2"),
            ("IF(invocations > 1e3, errors, 0)", "IF(q2 > 1e3, q1, 0)"),
            ("FILL(errors, REPEAT)", "FILL(q1, REPEAT)"),
            ("errors2 + my_errors + errors", "errors2 + my_errors + q1"),
            ("Sum + SUM([errors, invocations])", "q3 + SUM([q1, q2])"),
            (
                "MAX(SEARCH('{A,S} errors', 'p95', 60))",
                "MAX(SEARCH('{A,S} errors', 'p95', 60))",
            ),
            (
                r#"SEARCH("errors", "Sum") + errors"#,
                r#"SEARCH("errors", "Sum") + q1"#,
            ),
            ("SUM(METRICS())", "SUM([q1,q2,q3])"),
            ("SUM(METRICS('err'))", "SUM([q1])"),
            ("AVG( METRICS ( ) ) * 2", "AVG( [q1,q2,q3] ) * 2"),
            ("'errors", "'errors"),
            ("(errors)(invocations)", "(q1)(q2)"),
            ("1.5errors", "1.5errors"),
            ("größe / errors", "größe / q1"),
            ("", ""),
        ] {
            assert_eq!(renamed(given), expected);
        }
    }
}
