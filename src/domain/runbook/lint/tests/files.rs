//! What is found in the files of two teams, by rule and line.

use std::collections::BTreeMap;

use super::{bare, demo, judged};
use crate::domain::runbook::lint::Finding;

const TEAM: &str = include_str!("../../../../../tests/runbooks/team-rollback.md");

fn by_rule(findings: &[Finding]) -> BTreeMap<&'static str, Vec<u32>> {
    let mut out: BTreeMap<&'static str, Vec<u32>> = BTreeMap::new();
    for finding in findings {
        out.entry(finding.rule).or_default().push(finding.line);
    }
    out
}

/// The line of the nth line of the file that has this text.
fn line(text: &str, nth: usize) -> u32 {
    let mut lines = TEAM
        .lines()
        .enumerate()
        .filter(|(_, line)| line.contains(text));
    u32::try_from(lines.nth(nth).map_or(0, |(index, _)| index + 1)).unwrap_or(0)
}

#[test]
fn the_traps_of_a_teams_rollback_runbook_are_named_where_they_are() {
    let found = by_rule(&bare(TEAM));
    let environment = [
        line("--environment Variables", 0),
        line("--environment Variables", 1),
        line("--environment Variables", 2),
    ];
    assert_eq!(found["environment-map-replaced"], environment);
    assert_eq!(found["shorthand-invalid"], environment);
    assert_eq!(found["reserved-variable"], [line("AWS_REGION", 0)]);
    assert_eq!(
        found["elision"],
        [line("...other variables...", 0), line("    ...", 1)]
    );
    assert_eq!(
        found["statistics-mixed"],
        [line("--extended-statistics", 0)]
    );
    assert_eq!(
        found["percentile-as-statistic"],
        [line("--statistics p95", 0)]
    );
    assert_eq!(found["wildcard-dimension"], [line("Value=*", 0)]);
    assert_eq!(found["cli-v2-payload"], [line("--payload", 0)]);
    assert_eq!(
        found["flag-literal-raises"],
        [line("--value '{\"enabled\":true", 0)]
    );
    assert_eq!(found["filter-pattern-terms"], [line("\"$SESSION_ID\"", 0)]);
    assert_eq!(
        found["two-thresholds"],
        [line("> 200/min", 0), line("> 20/session", 0)]
    );
    assert_eq!(
        found["fallback-claim"],
        [
            line("| Emergency |", 0),
            line("immediately for new Lambda", 0),
            line("Bypasses SSM", 0)
        ]
    );
    let reduce = [
        line("--percentage 50", 0),
        line("--percentage 50", 1),
        line("--percentage 50", 2),
        line("--percentage 50", 3),
        line("| Reduce to 50%", 0),
        line("| Reduce to 50%", 1),
        line("| Reduce to 50%", 2),
    ];
    assert_eq!(found["reduce-may-raise"], reduce);
    let dates: Vec<u32> = (1..)
        .zip(TEAM.lines())
        .filter(|(_, line)| line.contains("date -u -d"))
        .map(|(number, _)| number)
        .collect();
    assert_eq!(found["gnu-date"], dates);
    let follow = |nth| line("--follow", nth);
    assert_eq!(found["never-reached"], [follow(2), follow(3)]);
    assert_eq!(found["never-ends"], [follow(0), follow(1)]);
    let rules: Vec<_> = found.keys().copied().collect();
    assert_eq!(rules.len(), 16, "{rules:?}");
}

#[test]
fn at_ten_percent_its_reductions_are_raises() {
    let spec = demo().unwrap();
    let found = by_rule(&judged(TEAM, Some(&spec), Some(10)));
    assert_eq!(found["reduce-raises"].len(), 7);
    assert_eq!(
        found["reduce-may-raise"],
        [line("--percentage 10", 1), line("| Reduce to 10%", 0)],
        "at 10 % they change nothing"
    );
    let found = by_rule(&judged(TEAM, Some(&spec), Some(100)));
    assert!(!found.contains_key("reduce-raises") && !found.contains_key("reduce-may-raise"));
}

#[test]
fn the_traps_of_a_teams_scripts_are_named() {
    let page = "# Deployment\n\n## Rollback plan\n\n```bash\n#!/bin/bash\n# rollback.sh\n\nset -e\n\necho \"INITIATING EMERGENCY ROLLBACK\"\n\n# Stop new deployments\naws ecs update-service \\\n  --cluster edit \\\n  --service edit \\\n  --desired-count 0\n\n# Revert routing\naws elbv2 modify-rule \\\n  --rule-arn ${RULE_ARN} \\\n  --actions Type=forward,TargetGroupArn=${OLD_ARN}\n\n# Disable feature flags\naws dynamodb put-item \\\n  --table-name flags \\\n  --item '{\"feature\": {\"S\": \"new\"}, \"enabled\": {\"BOOL\": false}}'\n```\n\n## Code\n\n```typescript\n      const hash = this.hashUser(userId);\n      return hash <= percentage;\n    this.rate = metrics.Datapoints?.[0]?.Average || 0;\n```\n\n## Emergency\n\n```bash\naws lambda update-function-configuration \\\n  --function-name audio-processor \\\n  --environment Variables={PARTIAL_RESULTS_ENABLED=false}\n```\n";
    let found = by_rule(&bare(page));
    let wanted: BTreeMap<&str, Vec<u32>> = BTreeMap::from([
        ("set-e-in-rollback", vec![9]),
        ("capacity-before-routing", vec![14]),
        ("unset-variable", vec![21, 22]),
        ("put-item-replaces", vec![25]),
        ("bucket-comparison", vec![34]),
        ("missing-reads-as-zero", vec![35]),
        ("environment-map-replaced", vec![43]),
    ]);
    assert_eq!(found, wanted);
}
