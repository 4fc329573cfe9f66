//! Every rule: what it finds in words that no team's file has, what it leaves alone, and what it finds in the teams' files.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::collections::BTreeSet;

use super::*;
use crate::config::demo;
use crate::domain::runbook::read;

mod files;
mod hits;
mod misses;

fn judged(markdown: &str, spec: Option<&RolloutSpec>, current: Option<u8>) -> Vec<Finding> {
    lint(&Input {
        runbook: &read(markdown.as_bytes()),
        text: markdown,
        spec,
        current: current.and_then(Percent::new),
    })
}

fn bare(markdown: &str) -> Vec<Finding> {
    judged(markdown, None, None)
}

/// A page with one fence; the fence's first line is line 4.
fn fence(text: &str) -> String {
    format!("# Rollout\n\n```bash\n{text}\n```\n")
}

fn found(markdown: &str) -> Vec<(u32, &'static str)> {
    bare(markdown)
        .into_iter()
        .map(|finding| (finding.line, finding.rule))
        .collect()
}

#[test]
fn rules_have_names_of_their_own_and_say_what_they_are_about() {
    let names: BTreeSet<_> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(names.len(), RULES.len());
    for rule in RULES {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(rule.name.chars().all(fits), "{}", rule.name);
        assert!(
            rule.meaning.len() > 10 && !rule.meaning.ends_with('.'),
            "{}",
            rule.name
        );
    }
}

#[test]
fn every_rule_is_hit_by_a_test() {
    let hit: BTreeSet<_> = hits::ALL.iter().map(|(rule, ..)| *rule).collect();
    let with_more = ["reduce-raises"];
    for rule in RULES {
        assert!(
            hit.contains(rule.name) || with_more.contains(&rule.name),
            "{}",
            rule.name
        );
    }
}

#[test]
fn findings_come_by_line_and_say_what_to_do_instead() {
    let page = fence(
        "aws lambda update-function-configuration --function-name f --environment Variables={A:1}\naws logs filter-log-events --log-group-name g --start-time 1700000000",
    );
    let all = bare(&page);
    let lines: Vec<u32> = all.iter().map(|finding| finding.line).collect();
    assert!(lines.is_sorted() && lines.len() == 3, "{all:?}");
    for finding in &all {
        assert!(
            finding.message.ends_with('.') && finding.instead.len() > 10,
            "{finding:?}"
        );
    }
    let json = serde_json::to_value(&all[0]).unwrap();
    assert_eq!(
        (&json["line"], &json["severity"]),
        (&4.into(), &"error".into())
    );
}

#[test]
fn an_annotation_silences_a_rule_in_its_section_only() {
    let fence = "```bash\naws appconfig get-configuration --client-id x\n```\n";
    let page =
        format!("# A\n\n<!-- coalmine: ignore deprecated-appconfig -->\n\n{fence}\n# B\n\n{fence}");
    assert_eq!(found(&page), [(12, "deprecated-appconfig")]);
}

#[test]
fn reductions_are_judged_by_where_the_rollout_is() {
    let page = "# Rollback of the rollout\n\n1. Gradual rollback:\n   ```bash\n   python manage_rollout.py --percentage 50\n   ```\n\n| Metric | Threshold | Action |\n|---|---|---|\n| Latency p95 | > 9s | Reduce to 30% |\n";
    let spec = demo().unwrap();
    let told = |current| {
        judged(page, Some(&spec), current)
            .into_iter()
            .filter(|finding| finding.rule.starts_with("reduce"))
            .map(|finding| (finding.line, finding.rule, finding.severity))
            .collect::<Vec<_>>()
    };
    let (raises, may) = ("reduce-raises", "reduce-may-raise");
    assert_eq!(
        told(Some(10)),
        [(5, raises, Severity::Error), (10, raises, Severity::Error)]
    );
    assert_eq!(
        told(Some(30)),
        [(5, raises, Severity::Error), (10, may, Severity::Warning)]
    );
    assert_eq!(told(Some(100)), []);
    assert_eq!(
        told(None),
        [(5, may, Severity::Warning), (10, may, Severity::Warning)]
    );
}

#[test]
fn the_rollout_is_asked_about_blanks_literals_and_limits() {
    let mut spec = demo().unwrap();
    spec.fallback.as_mut().unwrap().alias = Some("live".to_owned());
    let page = fence(
        "aws logs tail <log-group-name> --since 5m\naws lambda get-alias --name $ALIAS --function-name <other-name>",
    );
    let told: Vec<_> = judged(&page, Some(&spec), None)
        .into_iter()
        .map(|f| (f.line, f.rule))
        .collect();
    assert_eq!(
        told,
        [(5, "placeholder")],
        "only what the rollout does not know"
    );
    let page = fence(
        "aws ssm put-parameter --overwrite --name /f --value '{\"enabled\":true,\"rollout_percentage\":50}'",
    );
    assert_eq!(judged(&page, None, Some(10))[0].rule, "flag-literal-raises");
    assert_eq!(judged(&page, None, Some(50)), []);
    let page = "# Latency\n\nAct when latency p95 > 3 seconds.\n";
    let told = judged(page, Some(&spec), None);
    assert_eq!((told[0].line, told[0].rule), (3, "two-thresholds"));
    assert_eq!(
        judged(
            "# Latency\n\nAct when latency p95 > 7 seconds.\n",
            Some(&spec),
            None
        ),
        []
    );
}
