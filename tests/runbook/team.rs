//! A real team's rollback runbook: scenarios, methods, matrix, conditions, waits, and where each stands.

use coalmine::domain::runbook::{Block, wait};

use crate::{fixture, opened, outline, section, test, waits};

#[test]
fn its_scenarios_and_methods_are_sections_with_steps() {
    let runbook = opened("team-rollback");
    assert_eq!(
        runbook.title,
        "Rollback Runbook for Partial Results Feature"
    );
    for (kind, count) in [("Scenario", 5), ("Method", 3)] {
        let found: Vec<_> = runbook
            .sections
            .iter()
            .filter(|s| s.level == 3 && s.title.starts_with(&format!("{kind} ")))
            .collect();
        assert_eq!(found.len(), count);
        for (index, section) in found.iter().enumerate() {
            assert!(
                section
                    .title
                    .starts_with(&format!("{kind} {}: ", index + 1)),
                "{}",
                section.title
            );
            assert!(!section.steps.is_empty());
            let parent = runbook.sections[section.parent.unwrap()].title.as_str();
            assert_eq!(
                parent,
                if kind == "Method" {
                    "Rollback Methods"
                } else {
                    "Rollback Scenarios"
                }
            );
        }
    }
    assert!(
        runbook.oddities.len() == 1 && runbook.oddities[0].contains("decoded twice"),
        "{:?}",
        runbook.oddities
    );
}

#[test]
fn scenario_1_has_its_steps_conditions_and_wait() {
    let runbook = opened("team-rollback");
    let scenario = section(&runbook, "Scenario 1");
    assert_eq!(
        outline(scenario),
        [
            (0, "Diagnosis: Check latency metrics", 1),
            (0, "Immediate Action (if p95 > 7 seconds):", 1),
            (0, "Gradual Rollback (if p95 between 5-7 seconds):", 1),
            (0, "Verify Improvement:", 1),
            (0, "Root Cause Analysis:", 0),
        ]
    );
    let [_, now, less, verify, _] = scenario.steps.as_slice() else {
        unreachable!()
    };
    let p95 = |test: &str| vec![("p95".to_owned(), test.to_owned())];
    assert_eq!(
        (test(now), test(less)),
        (p95("> 7 Seconds"), p95("5..7 Seconds"))
    );
    assert_eq!((waits(now), waits(verify)), (vec![], vec![300]));
    assert_eq!(
        (
            now.number,
            now.line,
            now.commands[0].line,
            verify.waits[0].line
        ),
        (Some(1), 240, 242, 255)
    );
    assert_eq!(
        now.commands[0].text,
        "# Disable feature completely\npython scripts/manage_rollout.py --disable\n"
    );
    assert_eq!(now.commands[0].lang, "bash");
    assert!(
        verify.commands[0]
            .text
            .contains("\n  --namespace AudioTranscription/PartialResults \\\n")
    );
}

#[test]
fn a_command_under_a_bullet_is_a_sub_step() {
    let runbook = opened("team-rollback");
    assert_eq!(
        outline(section(&runbook, "Scenario 4"))[1..],
        [
            (0, "Check Transcribe Health:", 1),
            (0, "If Transcribe Issue:", 0),
            (1, "If persistent, disable feature:", 1),
            (0, "If Not Transcribe Issue:", 0),
            (1, "If complaints, reduce rollout:", 1),
        ]
    );
}

#[test]
fn its_waits_are_found_once_each() {
    let runbook = opened("team-rollback");
    let all: Vec<u64> = runbook
        .sections
        .iter()
        .flat_map(|s| &s.steps)
        .flat_map(waits)
        .collect();
    assert_eq!(all, [300, 120, 900]);
    assert_eq!(wait::span("15 minutes").unwrap().as_secs(), 900);
}

#[test]
fn its_matrix_has_seven_rows_that_are_all_understood() {
    let runbook = opened("team-rollback");
    let rows: Vec<_> = runbook
        .matrix
        .iter()
        .map(|row| {
            (
                row.metric.as_str(),
                row.written.as_str(),
                row.action.as_str(),
                row.line,
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("Latency p95", "> 7s", "Disable immediately", 653),
            ("Latency p95", "5-7s", "Reduce to 50%", 654),
            ("Error rate", "> 5%", "Disable immediately", 655),
            ("Error rate", "2-5%", "Reduce to 50%", 656),
            ("Dropped results", "> 200/min", "Reduce to 50%", 657),
            (
                "Orphaned results",
                "> 20/session",
                "Investigate, consider disable",
                658
            ),
            ("User complaints", "> 5/hour", "Reduce to 10%", 659),
        ]
    );
    assert!(runbook.matrix.iter().all(|row| row.condition.is_some()));
    let tables = runbook
        .sections
        .iter()
        .flat_map(|s| &s.blocks)
        .filter(|block| matches!(block, Block::Table(_)))
        .count();
    assert_eq!(tables, 2);
}

#[test]
fn every_line_is_the_one_in_the_file() {
    let text = fixture("team-rollback");
    let lines: Vec<&str> = text.lines().collect();
    let runbook = opened("team-rollback");
    let at = |line: u32| lines[line as usize - 1];
    for section in &runbook.sections {
        assert!(
            at(section.line).starts_with('#') && at(section.line).contains(&section.title),
            "{}",
            section.title
        );
        for step in &section.steps {
            let first = step.text.split([' ', ':']).next().unwrap();
            assert!(
                at(step.line).contains(first) || at(step.line).contains("```"),
                "{}: {}",
                step.line,
                step.text
            );
            for command in &step.commands {
                let first = command.text.lines().next().unwrap();
                assert_eq!(
                    at(command.line).trim_start(),
                    first.trim_start(),
                    "{}",
                    command.line
                );
            }
        }
    }
}
