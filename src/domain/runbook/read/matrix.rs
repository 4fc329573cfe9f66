//! Tables that map a metric and a threshold to an action: their rows as a decision matrix. It recommends nothing.

use crate::domain::runbook::{MatrixRow, condition};

const METRICS: &[&str] = &[
    "metric",
    "signal",
    "symptom",
    "indicator",
    "measure",
    "measurement",
    "kpi",
    "sli",
    "what",
];
const CONDITIONS: &[&str] = &[
    "threshold",
    "condition",
    "limit",
    "trigger",
    "criteria",
    "criterion",
    "value",
    "when",
    "if",
];
const ACTIONS: &[&str] = &[
    "action",
    "response",
    "do",
    "then",
    "decision",
    "remediation",
    "mitigation",
    "reaction",
    "recommendation",
];

/// The rows of a table, if it is a decision matrix; none otherwise.
pub(super) fn rows(head: &[String], rows: &[(u32, Vec<String>)]) -> Vec<MatrixRow> {
    let (Some(limit), Some(action)) = (only(head, CONDITIONS, METRICS), first(head, ACTIONS, &[]))
    else {
        return Vec::new();
    };
    let metric =
        first(head, METRICS, CONDITIONS).filter(|metric| *metric != limit && *metric != action);
    if limit == action {
        return Vec::new();
    }
    let title = head.get(limit).map_or("", String::as_str);
    let mut above = String::new();
    let mut found = Vec::new();
    for (line, cells) in rows {
        let cell = |column: usize| cells.get(column).cloned().unwrap_or_default();
        let name = metric.map(cell).unwrap_or_default();
        if !name.is_empty() {
            above.clone_from(&name);
        }
        let written = cell(limit);
        let condition = condition::cell_under(&written, &above, title, *line);
        found.push(MatrixRow {
            metric: if name.is_empty() { above.clone() } else { name },
            written,
            condition,
            action: cell(action),
            line: *line,
        });
    }
    // Without a column for the metric only conditions that name it themselves make a matrix.
    if metric.is_none() {
        found.retain(|row| {
            row.condition
                .as_ref()
                .is_some_and(|c| !c.subject.is_empty())
        });
        for row in &mut found {
            row.metric = row
                .condition
                .as_ref()
                .map(|c| c.subject.clone())
                .unwrap_or_default();
        }
    }
    found
}

/// The one column whose head has one of these words; `None` when several have (which of them an action goes with is not said).
fn only(head: &[String], words: &[&str], not: &[&str]) -> Option<usize> {
    let mut columns = columns(head, words, not);
    columns.next().filter(|_| columns.next().is_none())
}

fn first(head: &[String], words: &[&str], not: &[&str]) -> Option<usize> {
    columns(head, words, not).next()
}

/// Columns whose head has one of these words; a head that has one of `not` as well counts by its last word.
fn columns(head: &[String], words: &[&str], not: &[&str]) -> impl Iterator<Item = usize> {
    head.iter().enumerate().filter_map(move |(column, title)| {
        let title: Vec<String> = title
            .to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(ToOwned::to_owned)
            .collect();
        let has = |words: &[&str], word: &String| {
            words
                .iter()
                .any(|w| word == w || word.strip_suffix('s').is_some_and(|one| one == *w))
        };
        let mine = title.iter().any(|word| has(words, word));
        let others = title.iter().any(|word| has(not, word));
        let last = title.last().is_some_and(|word| has(words, word));
        (mine && (!others || last)).then_some(column)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(head: &str, lines: &[&str]) -> Vec<(String, bool, String)> {
        let cells = |line: &str| {
            line.split('|')
                .map(|cell| cell.trim().to_owned())
                .collect::<Vec<_>>()
        };
        let lines: Vec<_> = lines.iter().map(|line| (7, cells(line))).collect();
        rows(&cells(head), &lines)
            .into_iter()
            .map(|row| (row.metric, row.condition.is_some(), row.action))
            .collect()
    }

    #[test]
    fn heads_in_many_words_make_a_matrix() {
        for head in [
            "Metric | Threshold | Action",
            "Signal | Condition | Response",
            "Symptom | Trigger | What to do",
            "Indicator | Limit value | Recommended actions",
            "Metric | When | Then",
        ] {
            let found = read(head, &["Latency p95 | > 7s | Disable"]);
            assert_eq!(
                found,
                [("Latency p95".to_owned(), true, "Disable".to_owned())],
                "{head}"
            );
        }
    }

    #[test]
    fn other_tables_make_none() {
        for head in [
            "Scenario | Severity | Action | Time to Effect",
            "Metric | Target | Owner",
            "Metric | Warning threshold | Critical threshold | Action",
            "Name | Action",
            "Metric | Action",
        ] {
            assert!(read(head, &["Latency | > 7s | x | y"]).is_empty(), "{head}");
        }
    }

    #[test]
    fn a_row_without_a_metric_goes_on_with_the_one_above() {
        let found = read(
            "Metric | Threshold | Action",
            &[
                "Error rate | > 5% | off",
                " | 2-5% | less",
                "Other | bad | look",
            ],
        );
        assert_eq!(found[1], ("Error rate".to_owned(), true, "less".to_owned()));
        assert_eq!(found[2], ("Other".to_owned(), false, "look".to_owned()));
    }

    #[test]
    fn a_condition_may_name_its_metric() {
        let found = read(
            "Condition | Action",
            &["p95 latency > 7s | off", "something odd | look"],
        );
        assert_eq!(found, [("p95 latency".to_owned(), true, "off".to_owned())]);
    }
}
