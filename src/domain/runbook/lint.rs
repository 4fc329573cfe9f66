//! What would go wrong in a runbook, known from how AWS and shells behave: one rule a function, over parsed commands and tables. It
//! runs nothing and changes nothing.

use serde::{Deserialize, Serialize};

use super::{Annotation, Runbook};
use crate::domain::Percent;
use crate::domain::rollout::RolloutSpec;

mod blanks;
mod code;
mod environment;
mod exposure;
mod flow;
mod ground;
mod instant;
mod logs;
mod metrics;
mod order;
mod prose;
mod rules;
mod services;
#[cfg(test)]
mod tests;
mod thresholds;

use ground::Ground;
pub use rules::RULES;

/// What is judged, and what it is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The file as it was understood.
    pub runbook: &'a Runbook,
    /// The file's text.
    pub text: &'a str,
    /// The rollout that it belongs to, where that is known.
    pub spec: Option<&'a RolloutSpec>,
    /// The share of users that the rollout treats now, where that is known.
    pub current: Option<Percent>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It fails, or it does harm.
    Error,
    /// It may fail or do harm, depending on what nobody can see from the text.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// `error`, `warning` or `info`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// A rule.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Its name in findings and in `ignore` annotations.
    pub name: &'static str,
    /// How bad its findings are.
    pub severity: Severity,
    /// What it is about, in a line.
    pub meaning: &'static str,
    check: fn(&Ground<'_>, &mut Findings),
}

/// Something that a rule found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The line, from 1.
    pub line: u32,
    /// The rule's name.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What happens.
    pub message: String,
    /// What to do instead.
    pub instead: String,
}

/// What one rule found.
struct Findings {
    rule: &'static Rule,
    out: Vec<Finding>,
}

impl Findings {
    fn hit(&mut self, line: u32, message: impl Into<String>, instead: impl Into<String>) {
        self.out.push(Finding {
            line,
            rule: self.rule.name,
            severity: self.rule.severity,
            message: message.into(),
            instead: instead.into(),
        });
    }
}

/// Everything that the rules find, by line; worse things first within a line. What an `ignore` annotation names is left out in its
/// section.
pub fn lint(input: &Input<'_>) -> Vec<Finding> {
    let ground = Ground::new(*input);
    let mut out = Vec::new();
    for rule in RULES {
        let mut findings = Findings {
            rule,
            out: Vec::new(),
        };
        (rule.check)(&ground, &mut findings);
        out.append(&mut findings.out);
    }
    out.retain(|finding| !is_ignored(input.runbook, finding));
    out.sort_by(|a, b| {
        (a.line, a.severity, a.rule, &a.message).cmp(&(b.line, b.severity, b.rule, &b.message))
    });
    out.dedup();
    out
}

fn is_ignored(runbook: &Runbook, finding: &Finding) -> bool {
    let before = runbook
        .sections
        .partition_point(|section| section.line <= finding.line);
    let section = before
        .checked_sub(1)
        .and_then(|at| runbook.sections.get(at));
    section.is_some_and(|section| {
        section
            .steps
            .iter()
            .flat_map(|step| &step.annotations)
            .any(|note| matches!(note, Annotation::Ignore(rule) if rule == finding.rule || rule == "all"))
    })
}
