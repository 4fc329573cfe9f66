//! A runbook's outline for people, every word of it sanitised. It shows no command in full.

use super::super::page::{Page, Role};
use crate::domain::runbook::{Runbook, Section, Step};
use crate::domain::signal::format_span;

/// Its lines.
pub(super) fn lines(runbook: &Runbook, page: Page) -> Vec<String> {
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
