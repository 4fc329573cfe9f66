//! Evenings of an on-call engineer: every file in `tests/scenarios` goes through `update` with a hand-cranked clock and a scripted world.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop here")]

#[path = "support/driver.rs"]
mod driver;
#[path = "support/evening.rs"]
mod evening;
#[path = "support/expect.rs"]
mod expect;
#[path = "support/told.rs"]
mod told;
#[path = "support/weather.rs"]
mod weather;
#[path = "support/world.rs"]
mod world;

use coalmine::domain::plan::Order;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use evening::Scenario;

fn files() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    files.sort();
    files
}

#[test]
fn every_evening_ends_as_it_should() {
    let wanted = std::env::var("SCENARIO").unwrap_or_default();
    let (mut failures, mut run, mut steps) = (Vec::new(), 0, 0);
    for path in files() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if !name.contains(&wanted) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let scenarios: evening::File = match toml::from_str(&text) {
            Ok(scenarios) => scenarios,
            Err(error) => {
                failures.push(format!("{name}: {error}"));
                continue;
            }
        };
        for scenario in scenarios.scenario {
            run += 1;
            steps += scenario.step.len();
            let title = format!("{name}, {}", scenario.title);
            if let Err(said) = catch_unwind(AssertUnwindSafe(|| play(scenario)))
                .unwrap_or_else(|_| Err("it panicked".to_owned()))
            {
                failures.push(format!("{title}: {said}"));
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {run} scenarios failed\n\n{}",
        failures.len(),
        failures.join("\n\n")
    );
    assert!(
        wanted.len() + run > 20 && steps > 0,
        "only {run} scenarios were found"
    );
}

fn play(scenario: Scenario) -> Result<(), String> {
    let mut driver = scenario.start.driver();
    driver.open();
    for (number, step) in scenario.step.into_iter().enumerate() {
        let expect = step.expect.clone();
        step.happen(&mut driver);
        let at = format!("step {}", number + 1);
        if let Some(expect) = expect {
            expect
                .check(&driver)
                .map_err(|said| format!("{at}: {said}\n{}", told::state(&driver)))?;
        }
        let adrift = |order: &Order| driver.in_flight_on(order.plan.lever) == 0;
        if driver.model.in_flight.iter().any(adrift) {
            return Err(format!(
                "{at}: an order is in flight that nobody carries out"
            ));
        }
    }
    Ok(())
}
