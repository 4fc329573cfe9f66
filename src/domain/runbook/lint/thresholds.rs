//! One thing with two thresholds: the decision matrix, the text, the rollout's signals and rules, and the alarms that the file makes.

use std::collections::BTreeSet;

use super::Findings;
use super::ground::{Ground, Kind};
use crate::domain::runbook::variable::words;
use crate::domain::runbook::{Condition, MatrixRow, Test, WrittenUnit, bind, condition};
use crate::domain::signal::{Limit, LimitOp, format_limit};
use crate::domain::verdict;

/// Thresholds of the matrix against those of the text and of alarms, and all of them against the rollout's.
pub(super) fn two_thresholds(ground: &Ground<'_>, found: &mut Findings) {
    let matrix = &ground.input.runbook.matrix;
    let said = conditions(ground);
    for one in &said {
        against_matrix(one, matrix, found);
    }
    alarms(ground, matrix, found);
    for (condition, context) in said
        .iter()
        .map(|said| (&said.condition, said.context.as_str()))
        .chain(
            matrix
                .iter()
                .filter_map(|row| Some((row.condition.as_ref()?, row.metric.as_str()))),
        )
    {
        against_rollout(ground, condition, context, found);
    }
}

/// A condition in the text.
struct Said {
    condition: Condition,
    context: String,
}

/// The conditions of the text; the rows of the matrix are told apart.
fn conditions(ground: &Ground<'_>) -> Vec<Said> {
    let mut out = Vec::new();
    for prose in ground.said(&[Kind::Text]) {
        let title = ground
            .input
            .runbook
            .sections
            .get(prose.section)
            .map_or("", |s| s.title.as_str());
        let all = condition::find(&prose.text, prose.line).into_iter();
        for condition in all.filter(|condition| !condition.wanted) {
            out.push(Said {
                condition,
                context: title.to_owned(),
            });
        }
    }
    out
}

fn against_matrix(said: &Said, matrix: &[MatrixRow], found: &mut Findings) {
    let Some(limit) = upper(&said.condition) else {
        return;
    };
    let rows: Vec<&MatrixRow> = matrix
        .iter()
        .filter(|row| {
            row.condition.as_ref().is_some_and(|condition| {
                is_same_unit(condition, &said.condition)
                    && is_same(&row.metric, &said.condition.subject)
            })
        })
        .collect();
    let bounds: Vec<f64> = rows
        .iter()
        .flat_map(|row| row.condition.iter().flat_map(bounds))
        .collect();
    let (Some(row), false) = (
        rows.first(),
        bounds.iter().any(|bound| is_near(*bound, limit)),
    ) else {
        return;
    };
    found.hit(
        row.line,
        format!("Two thresholds for {}: `{}` here, `{}` in line {}. Whoever reads one acts differently from whoever reads the other.", row.metric, row.written, said.condition.text, said.condition.line),
        "Say which one is to look and which one is to act, or use one number in both places.",
    );
}

/// The number that a condition is past at its upper side.
fn upper(condition: &Condition) -> Option<f64> {
    match condition.test {
        Test::Past(Limit {
            op: LimitOp::Above | LimitOp::AtLeast,
            value,
        }) if !condition.negated => Some(seconds(condition.unit, value)),
        _ => None,
    }
}

/// Both ends of a condition.
fn bounds(condition: &Condition) -> Vec<f64> {
    let of = |value: f64| seconds(condition.unit, value);
    match condition.test {
        Test::Past(limit) => vec![of(limit.value)],
        Test::Between { low, high } => vec![of(low), of(high)],
    }
}

/// Times in seconds, everything else as it is.
fn seconds(unit: WrittenUnit, value: f64) -> f64 {
    match unit {
        WrittenUnit::Milliseconds => value / 1000.0,
        WrittenUnit::Minutes => value * 60.0,
        _ => value,
    }
}

fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

fn is_same_unit(a: &Condition, b: &Condition) -> bool {
    let kind = |condition: &Condition| match condition.unit {
        WrittenUnit::Milliseconds | WrittenUnit::Seconds | WrittenUnit::Minutes => {
            WrittenUnit::Seconds
        }
        other => other,
    };
    kind(a) == kind(b) && a.window == b.window
}

/// Words that tell nothing about what is measured.
const FILLERS: [&str; 12] = [
    "the", "a", "of", "is", "rate", "count", "number", "total", "when", "if", "alarm", "value",
];

/// Whether two names are of one thing: the telling words of one are among those of the other.
fn is_same(a: &str, b: &str) -> bool {
    let telling = |name: &str| -> BTreeSet<String> {
        words(name)
            .into_iter()
            .map(|word| word.trim_end_matches('s').to_owned())
            .filter(|word| !FILLERS.contains(&word.as_str()))
            .collect()
    };
    let (a, b) = (telling(a), telling(b));
    !a.is_empty() && !b.is_empty() && (a.is_subset(&b) || b.is_subset(&a))
}

/// Alarms that the file makes, against the matrix: the same metric, another number.
fn alarms(ground: &Ground<'_>, matrix: &[MatrixRow], found: &mut Findings) {
    for (_, call) in ground.calls() {
        if !call.is("cloudwatch", "put-metric-alarm") {
            continue;
        }
        let number = call
            .text("threshold")
            .and_then(|text| text.parse::<f64>().ok());
        let (Some(threshold), Some(metric)) = (number, call.text("metric-name")) else {
            continue;
        };
        let rows: Vec<&MatrixRow> = matrix
            .iter()
            .filter(|row| row.condition.is_some() && is_same(&row.metric, &metric))
            .collect();
        let bounds: Vec<f64> = rows
            .iter()
            .flat_map(|row| row.condition.iter().flat_map(bounds))
            .collect();
        // A metric may be in milliseconds where the matrix says seconds.
        let fits = bounds
            .iter()
            .any(|bound| is_near(*bound, threshold) || is_near(*bound * 1000.0, threshold));
        if let Some(row) = rows.first().filter(|_| !fits) {
            found.hit(
                row.line,
                format!("Two thresholds for {}: `{}` here, the alarm in line {} fires past {threshold}.", row.metric, row.written, call.line),
                "Say which one is to look and which one is to act, or use one number in both places.",
            );
        }
    }
}

/// A threshold that the rollout's signals and rules do not have.
fn against_rollout(
    ground: &Ground<'_>,
    condition: &Condition,
    context: &str,
    found: &mut Findings,
) {
    let Some(spec) = ground.input.spec else {
        return;
    };
    let Some(bound) = bind(condition, context, &spec.signals) else {
        return;
    };
    let Some(signal) = spec
        .signals
        .iter()
        .find(|signal| signal.name == bound.signal)
    else {
        return;
    };
    let limits: Vec<Limit> = [signal.target, signal.warn, signal.act]
        .into_iter()
        .flatten()
        .collect();
    let mut known: Vec<f64> = limits.iter().map(|limit| limit.value).collect();
    for rule in spec.rules.iter().filter(|rule| rule.signal == signal.name) {
        match rule.condition {
            verdict::Condition::Past(limit) => known.push(limit.value),
            verdict::Condition::Between { low, high } => known.extend([low, high]),
        }
    }
    let asked = match bound.test {
        Test::Past(limit) => vec![limit.value],
        Test::Between { low, high } => vec![low, high],
    };
    let odd = asked
        .iter()
        .any(|value| !known.iter().any(|known| is_near(*known, *value)));
    if !odd || known.is_empty() {
        return;
    }
    let ours: Vec<String> = limits
        .iter()
        .map(|limit| format_limit(signal.unit, *limit))
        .collect();
    found.hit(
        condition.line,
        format!("Two thresholds for {}: `{}` here, and the rollout has {}.", signal.title, condition.text, ours.join(", ")),
        "Bring the file and the signal's limits together, so that the screen and the page say the same.",
    );
}
