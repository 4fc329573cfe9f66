//! Runbooks of different teams as they are understood: a real one from end to end, five more in the styles that people write them,
//! and whatever bytes there may be.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop here")]

#[path = "runbook/binding.rs"]
mod binding;
#[path = "runbook/bytes.rs"]
mod bytes;
#[path = "runbook/styles.rs"]
mod styles;
#[path = "runbook/team.rs"]
mod team;

use coalmine::domain::runbook::{Runbook, Section, Step, Test, read};

fn fixture(name: &str) -> String {
    let path = format!("{}/tests/runbooks/{name}.md", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

fn opened(name: &str) -> Runbook {
    read(fixture(name).as_bytes())
}

fn section<'r>(runbook: &'r Runbook, title: &str) -> &'r Section {
    let found = runbook
        .sections
        .iter()
        .find(|section| section.title.starts_with(title));
    found.unwrap_or_else(|| panic!("no section {title}"))
}

/// Depth, words, number of commands.
fn outline(section: &Section) -> Vec<(u8, &str, usize)> {
    section
        .steps
        .iter()
        .map(|step| (step.depth, step.text.as_str(), step.commands.len()))
        .collect()
}

fn waits(step: &Step) -> Vec<u64> {
    step.waits.iter().map(|wait| wait.span.as_secs()).collect()
}

fn test(step: &Step) -> Vec<(String, String)> {
    step.conditions
        .iter()
        .map(|condition| {
            let test = match condition.test {
                Test::Past(limit) => format!("{} {}", limit.op.sign(), limit.value),
                Test::Between { low, high } => format!("{low}..{high}"),
            };
            (
                condition.subject.clone(),
                format!("{test} {:?}", condition.unit),
            )
        })
        .collect()
}
