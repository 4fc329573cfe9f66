#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop here")]

use std::time::Duration;

use super::*;
use crate::config;
use crate::domain::runbook::native::parse_then;
use crate::domain::runbook::{Annotation, Runbook, Section, Step, bind, read, variable};

#[test]
fn each_is_there_under_its_own_title() {
    assert_eq!(SHIPPED.len(), 5);
    for shipped in SHIPPED {
        assert_eq!(
            find(&format!("{PREFIX}{}", shipped.name)),
            Some(shipped),
            "names are told apart"
        );
        let title = format!("# {}\n", shipped.title);
        assert!(shipped.text.starts_with(&title), "{}", shipped.name);
        assert!(shipped.text.len() > 1_000, "{}", shipped.name);
        assert!(!shipped.text.contains('\r'), "{}", shipped.name);
    }
    assert!(find(DEFAULT).is_some());
}

#[test]
fn what_is_no_shipped_runbook_is_not_guessed() {
    for other in [
        "rollback",
        "builtin:",
        "builtin:Rollback",
        "builtin:rollback.md",
        " builtin:rollback",
        "runbooks/rollback.md",
    ] {
        assert_eq!(find(other), None, "{other}");
    }
    assert!(is_builtin("builtin:none") && !is_builtin("./builtin:rollback"));
}

fn understood() -> impl Iterator<Item = (&'static Shipped, Runbook)> {
    SHIPPED
        .iter()
        .map(|shipped| (shipped, read(shipped.text.as_bytes())))
}

fn rollback() -> Runbook {
    read(find(DEFAULT).unwrap().text.as_bytes())
}

fn section<'r>(runbook: &'r Runbook, title: &str) -> &'r Section {
    let found = |section: &&Section| section.title.starts_with(title);
    runbook.sections.iter().find(found).unwrap()
}

#[test]
fn nothing_of_them_is_misunderstood() {
    let signals = config::demo().unwrap().signals;
    for (shipped, runbook) in understood() {
        assert_eq!(runbook.title, shipped.title);
        assert!(runbook.oddities.is_empty(), "{:?}", runbook.oddities);
        let steps = |section: &'_ Section| section.steps.clone();
        for step in runbook.sections.iter().flat_map(steps) {
            let told = format!("{} line {}: {}", shipped.name, step.line, step.text);
            for condition in &step.conditions {
                assert!(bind(condition, &step.text, &signals).is_some(), "{told}");
            }
            for annotation in &step.annotations {
                match annotation {
                    Annotation::Native(words) => assert!(parse_then(words).is_ok(), "{told}"),
                    Annotation::Check { condition, held } => {
                        let bound = bind(condition, &condition.subject, &signals);
                        assert_eq!(bound.unwrap().signal, condition.subject, "{told}");
                        assert!(*held >= Duration::from_mins(2), "{told}");
                    }
                    Annotation::Wait(_) | Annotation::Manual => {}
                    Annotation::Ignore(rule) => panic!("{told}: no rule is ignored, not {rule}"),
                }
            }
        }
    }
}

#[test]
fn the_rollback_has_its_methods_scenarios_and_matrix() {
    let runbook = rollback();
    for (title, steps) in [
        ("Method 1", 4),
        ("Method 2", 3),
        ("Method 3", 6),
        ("Scenario 1", 6),
        ("Scenario 2", 7),
        ("Scenario 3", 6),
        ("Scenario 4", 6),
        ("Scenario 5", 7),
        ("Verify", 6),
        ("After the rollback", 8),
    ] {
        assert_eq!(section(&runbook, title).steps.len(), steps, "{title}");
    }
    let spec = config::demo().unwrap();
    let bound: Vec<_> = runbook
        .matrix
        .iter()
        .map(|row| {
            let condition = row.condition.as_ref().unwrap();
            let bound = bind(condition, &row.metric, &spec.signals).unwrap();
            (bound.signal, bound.test)
        })
        .collect();
    assert_eq!(bound.len(), spec.rules.len(), "as many rows as the rules");
    for (rule, (signal, _)) in spec.rules.iter().zip(&bound) {
        assert_eq!(rule.signal, *signal, "in the rules' order");
    }
}

#[test]
fn each_scenario_has_its_branches_and_proves_itself() {
    let runbook = rollback();
    let has = |step: &Step, words: &str| {
        let native = |annotation: &Annotation| *annotation == Annotation::Native(words.to_owned());
        step.annotations.iter().any(native)
    };
    for (title, branches, proves) in [
        ("Scenario 1", &["disable", "reduce to 50"][..], true),
        ("Scenario 2", &["disable", "reduce to 50"], true),
        ("Scenario 3", &["reduce to 50"], true),
        ("Scenario 4", &["disable"], true),
        ("Scenario 5", &["reduce to 10"], false),
    ] {
        let section = section(&runbook, title);
        for words in branches {
            let branch = section.steps.iter().find(|step| has(step, words)).unwrap();
            assert!(branch.text.starts_with("If "), "{title}: {}", branch.text);
        }
        let check = |annotation: &Annotation| matches!(annotation, Annotation::Check { .. });
        let checks = |step: &Step| step.annotations.iter().any(check);
        assert_eq!(section.steps.iter().any(checks), proves, "{title}");
    }
    let waits = |title: &str| -> Vec<u64> {
        let steps = &section(&runbook, title).steps;
        let waits = steps.iter().flat_map(|step| &step.waits);
        waits.map(|wait| wait.span.as_secs()).collect()
    };
    assert_eq!(waits("Scenario 1"), [300]);
    assert_eq!(waits("Scenario 2"), [120]);
    assert_eq!(waits("Verify"), [60]);
}

#[test]
fn the_rollout_fills_in_all_but_the_session() {
    let spec = config::demo().unwrap();
    for (shipped, runbook) in understood() {
        let steps = runbook.sections.iter().flat_map(|section| &section.steps);
        for command in steps.flat_map(|step| &step.commands) {
            let told = format!("{} line {}", shipped.name, command.line);
            let known = variable::Known::new();
            let found = variable::resolve(command, &spec, &spec.contacts, &known);
            assert!(found.elisions.is_empty(), "{told}");
            let missing: Vec<_> = found.missing.iter().map(|m| m.name.as_str()).collect();
            assert!(
                missing.iter().all(|name| *name == "SESSION_ID"),
                "{told}: {missing:?}"
            );
        }
    }
}
