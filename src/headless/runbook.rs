//! `coalmine runbook show`: a Markdown runbook as it was understood. It needs no configuration and no credentials, and runs nothing.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::page::{Page, Role};
use super::{code, complain, print};
use crate::cli::{Global, RunbookCommand};
use crate::domain::runbook::native::recognise_as;
use crate::domain::runbook::{
    Block, Command, Condition, MatrixRow, Runbook, Section, Step, Test, Wait, WrittenUnit,
    condition, read,
};
use crate::domain::signal::{Limit, format_span};

pub mod lint;

/// The largest file that is read as a runbook, in bytes.
const LARGEST: u64 = 64 << 20;

/// Runs one of the `runbook` commands. Answers the exit code.
pub fn run(command: &RunbookCommand, global: &Global, page: Page) -> color_eyre::Result<u8> {
    let RunbookCommand::Show { file } = command else {
        complain("working through a runbook takes the console");
        return Ok(code::USAGE);
    };
    let bytes = match load(file) {
        Ok(bytes) => bytes,
        Err(fault) => {
            complain(&fault);
            return Ok(code::USAGE);
        }
    };
    let runbook = read(&bytes);
    if global.json {
        print(&object(&runbook).to_string())?;
    } else {
        print(&text(&runbook, page).join("\n"))?;
    }
    Ok(code::DONE)
}

/// The bytes of a runbook; `-` is stdin.
///
/// # Errors
/// A sentence that says why they cannot be read.
pub fn load(file: &Path) -> Result<Vec<u8>, String> {
    if file == Path::new("-") {
        return take(io::stdin().lock(), "stdin");
    }
    let name = file.display().to_string();
    let wrong = |error: io::Error| format!("{name}: {error}");
    // Opening a FIFO would wait for its writer.
    let found = fs::metadata(file).map_err(wrong)?;
    if found.is_dir() {
        return Err(format!("{name}: a directory, not a Markdown file"));
    }
    if !found.is_file() {
        return Err(format!("{name}: not a regular file; pipe it and name it -"));
    }
    if found.len() > LARGEST {
        return Err(too_big(&name));
    }
    take(File::open(file).map_err(wrong)?, &name)
}

fn take(from: impl Read, name: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    from.take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("{name}: {error}"))?;
    if bytes.len() as u64 > LARGEST {
        return Err(too_big(name));
    }
    Ok(bytes)
}

fn too_big(name: &str) -> String {
    format!(
        "{name}: larger than {} MB, which no runbook is",
        LARGEST >> 20
    )
}

/// What a command means to this console, in the words of its command line; `None` when it is any other command.
fn native_word(command: &Command, step: &str) -> Option<String> {
    let words: Vec<String> = recognise_as(command, step, &[], None)
        .into_iter()
        .map(|native| native.words)
        .collect();
    (!words.is_empty()).then(|| words.join("; "))
}

fn object(runbook: &Runbook) -> Value {
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
                tables.push(json!({ "line": table.line, "head": table.head, "rows": table.rows }))
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
            json!({
                "lang": command.lang, "text": command.text, "line": command.line, "native": native_word(command, &step.text),
                "shell": command.is_shell(),
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

fn text(runbook: &Runbook, page: Page) -> Vec<String> {
    let steps: usize = runbook
        .sections
        .iter()
        .map(|section| section.steps.len())
        .sum();
    let title = if runbook.title.is_empty() {
        "(no title)"
    } else {
        &runbook.title
    };
    let mut out = vec![
        page.put(Role::Strong, title),
        page.put(
            Role::Faint,
            format!(
                "{}, {}, {} of a decision matrix",
                counted(runbook.sections.len(), "section"),
                counted(steps, "step"),
                counted(runbook.matrix.len(), "row")
            ),
        ),
    ];
    out.extend(
        runbook
            .oddities
            .iter()
            .map(|oddity| page.put(Role::Warn, oddity)),
    );
    for section in &runbook.sections {
        section_text(section, page, &mut out);
    }
    if !runbook.matrix.is_empty() {
        out.push(String::new());
        out.push(page.put(Role::Strong, "Decision matrix"));
    }
    for row in &runbook.matrix {
        let understood = match row.condition {
            Some(_) => String::new(),
            None => page.put(Role::Warn, "  (not understood)"),
        };
        let words = format!("{}  {}  -> {}", row.metric, row.written, row.action);
        out.push(format!(
            "  {}{understood}{}",
            page.put(Role::Plain, words),
            place(row.line, page)
        ));
    }
    out
}

fn section_text(section: &Section, page: Page, out: &mut Vec<String>) {
    let level = usize::from(section.level.max(1));
    let title = if section.level == 0 {
        "(before the first heading)"
    } else {
        &section.title
    };
    out.push(String::new());
    out.push(format!(
        "{} {}{}",
        "#".repeat(level),
        page.put(Role::Strong, title),
        place(section.line, page)
    ));
    for step in &section.steps {
        step_text(step, page, out);
    }
}

fn step_text(step: &Step, page: Page, out: &mut Vec<String>) {
    let margin = "   ".repeat(usize::from(step.depth.min(12)) + 1);
    let mark = match (step.number, step.ticked) {
        (_, Some(true)) => "[x]".to_owned(),
        (_, Some(false)) => "[ ]".to_owned(),
        (Some(number), None) => format!("{number}."),
        (None, None) => "-".to_owned(),
    };
    let text = if step.text.is_empty() {
        "(no words)"
    } else {
        &step.text
    };
    out.push(format!(
        "{margin}{mark} {}{}",
        page.put(Role::Plain, text),
        place(step.line, page)
    ));
    for condition in &step.conditions {
        let if_not = if condition.negated { "not " } else { "" };
        out.push(format!(
            "{margin}   {} {}",
            page.put(Role::Good, "condition"),
            page.put(Role::Plain, format!("{if_not}{}", condition.text))
        ));
    }
    for command in &step.commands {
        let lang = if command.lang.is_empty() {
            "plain"
        } else {
            &command.lang
        };
        let lines = command.text.lines().count();
        let mut written = command.text.lines().map(str::trim);
        let shown = |line: &&str| !line.is_empty() && !line.starts_with('#');
        let first = written
            .clone()
            .find(shown)
            .or_else(|| written.next())
            .unwrap_or_default();
        out.push(format!(
            "{margin}   {} {} {}",
            page.put(Role::Good, "command"),
            page.put(Role::Plain, first),
            page.put(
                Role::Faint,
                format!(
                    "({lang}, {}, line {})",
                    counted(lines, "line"),
                    command.line
                )
            )
        ));
    }
    for wait in &step.waits {
        out.push(format!(
            "{margin}   {} {} {}",
            page.put(Role::Good, "wait"),
            format_span(wait.span),
            page.put(Role::Faint, format!("({})", wait.text))
        ));
    }
}

fn place(line: u32, page: Page) -> String {
    page.put(Role::Faint, format!("  :{line}"))
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
