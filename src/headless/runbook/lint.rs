//! `coalmine runbook lint`: what would go wrong when somebody follows a runbook. It needs no configuration and no credentials, asks
//! AWS nothing, and changes nothing.

use std::collections::BTreeMap;
use std::path::Path;

use color_eyre::eyre::Report;
use serde_json::{Value, json};

use super::super::page::{Page, Role, widest};
use super::super::{code, complain, print};
use super::load;
use crate::cli::Global;
use crate::config::ConfigError;
use crate::domain::Percent;
use crate::domain::rollout::RolloutSpec;
use crate::domain::runbook::lint::{Finding, Input, Severity, lint};
use crate::domain::runbook::read;

/// Lines that one remark names, at most.
const LINES: usize = 12;

/// Prints the findings. A configuration that is missing or broken makes the judgement poorer, not impossible. Answers the exit code: 1
/// when there are errors, 2 when the file cannot be read.
pub fn run(
    file: &Path,
    percentage: Option<u8>,
    rollout: &Result<RolloutSpec, Report>,
    global: &Global,
    page: Page,
) -> color_eyre::Result<u8> {
    let bytes = match load(file) {
        Ok(bytes) => bytes,
        Err(fault) => {
            complain(&fault);
            return Ok(code::USAGE);
        }
    };
    if let Err(fault) = rollout {
        complain(&without_a_rollout(fault));
    }
    let spec = rollout.as_ref().ok();
    let runbook = read(&bytes);
    let text = String::from_utf8_lossy(&bytes);
    let findings = lint(&Input {
        runbook: &runbook,
        text: &text,
        spec,
        current: percentage.and_then(Percent::new),
    });
    let name = file.display().to_string();
    if global.json {
        print(&object(&name, &runbook.title, spec, &findings).to_string())?;
    } else {
        print(&lines(&name, &findings, page).join("\n"))?;
    }
    let errors = count(&findings, Severity::Error);
    Ok(if errors > 0 { code::FAILED } else { code::DONE })
}

/// Why no rollout is known, in a line or as many as the configuration has faults.
fn without_a_rollout(fault: &Report) -> String {
    match fault.downcast_ref::<ConfigError>() {
        Some(ConfigError::NotFound { .. }) => {
            "no configuration found: judged without a rollout".to_owned()
        }
        _ => format!("{fault}\nthe configuration tells no rollout: judged without one"),
    }
}

fn count(findings: &[Finding], severity: Severity) -> usize {
    findings
        .iter()
        .filter(|finding| finding.severity == severity)
        .count()
}

fn object(file: &str, title: &str, spec: Option<&RolloutSpec>, findings: &[Finding]) -> Value {
    json!({
        "file": file, "title": title, "rollout": spec.map(|spec| spec.name.as_str()), "findings": findings,
        "counts": {
            "error": count(findings, Severity::Error),
            "warning": count(findings, Severity::Warning),
            "info": count(findings, Severity::Info),
        },
    })
}

/// A finding with the other lines that the same remark is true of.
struct Remark<'a> {
    finding: &'a Finding,
    also: Vec<u32>,
}

/// The findings by line; one that was made already is told once, with its other lines.
fn remarks(findings: &[Finding]) -> Vec<Remark<'_>> {
    let mut out: Vec<Remark<'_>> = Vec::new();
    let mut told: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for finding in findings {
        let key = (finding.rule, finding.message.as_str());
        if let Some(remark) = told.get(&key).and_then(|at| out.get_mut(*at)) {
            remark.also.push(finding.line);
        } else {
            told.insert(key, out.len());
            out.push(Remark {
                finding,
                also: Vec::new(),
            });
        }
    }
    out
}

fn lines(file: &str, findings: &[Finding], page: Page) -> Vec<String> {
    let totals = [Severity::Error, Severity::Warning, Severity::Info]
        .map(|severity| plural(count(findings, severity), severity.as_str()));
    let mut out = vec![format!(
        "{}  {}",
        page.put(Role::Strong, file),
        totals.join(", ")
    )];
    let remarks = remarks(findings);
    let width = widest(remarks.iter().map(|remark| remark.finding.rule));
    let mut line = 0;
    for remark in remarks {
        let finding = remark.finding;
        let number = if finding.line == line {
            "     ".to_owned()
        } else {
            format!("{:>5}", finding.line)
        };
        line = finding.line;
        out.push(format!(
            "{number}  {}  {}",
            page.cell(role(finding.severity), finding.severity.as_str(), 7),
            page.cell(Role::Strong, finding.rule, width).trim_end(),
        ));
        out.push(format!(
            "       {}",
            page.put(Role::Plain, &finding.message)
        ));
        out.push(format!(
            "       {} {}",
            page.put(Role::Faint, "instead:"),
            page.put(Role::Plain, &finding.instead)
        ));
        if !remark.also.is_empty() {
            out.push(format!(
                "       {}",
                page.put(Role::Faint, also(&remark.also))
            ));
        }
    }
    out
}

fn also(lines: &[u32]) -> String {
    let mut numbers: Vec<String> = lines.iter().take(LINES).map(ToString::to_string).collect();
    if lines.len() > LINES {
        numbers.push(format!("and {} more", lines.len() - LINES));
    }
    let word = if lines.len() == 1 { "line" } else { "lines" };
    format!("the same in {word} {}", numbers.join(", "))
}

fn plural(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ if what == "info" => format!("{count} {what}"),
        _ => format!("{count} {what}s"),
    }
}

fn role(severity: Severity) -> Role {
    match severity {
        Severity::Error => Role::Bad,
        Severity::Warning => Role::Warn,
        Severity::Info => Role::Faint,
    }
}
