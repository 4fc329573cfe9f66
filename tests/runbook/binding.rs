//! The team's conditions on the signals of the example configuration.

use coalmine::config;
use coalmine::domain::runbook::{Bound, Condition, Test, bind};
use coalmine::domain::signal::SignalSpec;

use crate::{opened, section};

fn signals() -> Vec<SignalSpec> {
    config::demo().unwrap().signals
}

fn short(bound: Option<Bound>) -> String {
    bound.map_or_else(String::new, |bound| match bound.test {
        Test::Past(limit) => format!("{} {} {}", bound.signal, limit.op.sign(), limit.value),
        Test::Between { low, high } => format!("{} {low}..{high}", bound.signal),
    })
}

#[test]
fn every_row_of_the_matrix_finds_its_signal() {
    let found: Vec<String> = opened("team-rollback")
        .matrix
        .iter()
        .map(|row| {
            short(bind(
                row.condition.as_ref().unwrap(),
                &row.metric,
                &signals(),
            ))
        })
        .collect();
    assert_eq!(
        found,
        [
            "latency_p95 > 7",
            "latency_p95 5..7",
            "error_rate > 5",
            "error_rate 2..5",
            "dropped > 200",
            "orphaned > 20",
            "complaints > 5",
        ]
    );
}

#[test]
fn the_branches_of_scenario_1_find_the_latency() {
    let runbook = opened("team-rollback");
    let scenario = section(&runbook, "Scenario 1");
    let conditions: Vec<&Condition> = scenario
        .steps
        .iter()
        .flat_map(|step| &step.conditions)
        .collect();
    let found: Vec<String> = conditions
        .into_iter()
        .map(|c| short(bind(c, &scenario.title, &signals())))
        .collect();
    assert_eq!(found, ["latency_p95 > 7", "latency_p95 5..7"]);
}
