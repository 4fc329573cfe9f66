//! A runbook as JSON: its text as it is, for programs. It draws nothing.

use std::time::Duration;

use serde_json::{Value, json};

use super::natives;
use crate::domain::runbook::{
    Block, Condition, MatrixRow, Runbook, Section, Step, Test, Wait, WrittenUnit, condition,
};
use crate::domain::signal::Limit;

/// The whole of it.
pub(super) fn object(runbook: &Runbook) -> Value {
    let sections: Vec<Value> = runbook.sections.iter().map(section).collect();
    let matrix: Vec<Value> = runbook.matrix.iter().map(row).collect();
    json!({ "title": runbook.title, "sections": sections, "matrix": matrix, "oddities": runbook.oddities })
}

fn section(section: &Section) -> Value {
    let mut texts = Vec::new();
    let mut tables = Vec::new();
    let mut conditions = condition::find(&section.title, section.line);
    for block in &section.blocks {
        match block {
            Block::Text {
                text,
                depth,
                line,
                bullet,
            } => {
                conditions.extend(condition::find(text, *line));
                texts.push(json!({ "text": text, "line": line, "depth": depth, "bullet": bullet }));
            }
            Block::Table(table) => {
                tables.push(json!({ "line": table.line, "head": table.head, "rows": table.rows }));
            }
            Block::Step(_) => {}
        }
    }
    let steps: Vec<Value> = section.steps.iter().map(step).collect();
    let conditions: Vec<Value> = conditions.iter().map(condition_object).collect();
    json!({
        "title": section.title, "level": section.level, "line": section.line, "parent": section.parent,
        "steps": steps, "texts": texts, "tables": tables, "conditions": conditions,
    })
}

fn step(step: &Step) -> Value {
    let commands: Vec<Value> = step
        .commands
        .iter()
        .map(|command| {
            let natives = natives(command, &step.text);
            let all: Vec<Value> = natives
                .iter()
                .map(|(words, line)| json!({ "words": words, "line": line }))
                .collect();
            json!({
                "lang": command.lang, "text": command.text, "line": command.line,
                "native": natives.first().map(|(words, _)| words), "natives": all, "shell": command.is_shell(),
            })
        })
        .collect();
    let waits: Vec<Value> = step.waits.iter().map(wait).collect();
    let conditions: Vec<Value> = step.conditions.iter().map(condition_object).collect();
    json!({
        "text": step.text, "line": step.line, "depth": step.depth, "number": step.number, "ticked": step.ticked,
        "commands": commands, "waits": waits, "conditions": conditions, "annotations": step.annotations,
    })
}

fn wait(wait: &Wait) -> Value {
    json!({ "text": wait.text, "line": wait.line, "seconds": seconds(wait.span) })
}

fn condition_object(condition: &Condition) -> Value {
    let (op, value, low, high) = match condition.test {
        Test::Past(Limit { op, value }) => (Some(op.sign()), Some(value), None, None),
        Test::Between { low, high } => (None, None, Some(low), Some(high)),
    };
    json!({
        "text": condition.text, "line": condition.line, "subject": condition.subject,
        "op": op, "value": value, "low": low, "high": high,
        "unit": unit(condition.unit), "window_s": condition.window.map(seconds), "negated": condition.negated,
    })
}

fn row(row: &MatrixRow) -> Value {
    json!({
        "metric": row.metric, "condition": row.written, "action": row.action, "line": row.line,
        "parsed": row.condition.as_ref().map(condition_object),
    })
}

/// Whole seconds where they are whole.
fn seconds(span: Duration) -> Value {
    if span.subsec_nanos() == 0 {
        json!(span.as_secs())
    } else {
        json!(span.as_secs_f64())
    }
}

fn unit(unit: WrittenUnit) -> Option<&'static str> {
    Some(match unit {
        WrittenUnit::None => return None,
        WrittenUnit::Milliseconds => "ms",
        WrittenUnit::Seconds => "s",
        WrittenUnit::Minutes => "min",
        WrittenUnit::Percent => "%",
        WrittenUnit::PerMinute => "/min",
        WrittenUnit::PerHour => "/h",
        WrittenUnit::PerSession => "/session",
    })
}
