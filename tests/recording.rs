//! Recordings of whole evenings: the screens that were are the screens that are played back, cell by cell; nothing secret is in the
//! file; and whatever happens to the file, what can be read is played.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop here")]

#[path = "recording/damage.rs"]
mod damage;
#[path = "support/driver.rs"]
mod driver;
#[path = "support/evening.rs"]
mod evening;
#[path = "support/expect.rs"]
#[expect(dead_code, reason = "shared by several suites")]
mod expect;
#[path = "support/fingers.rs"]
#[expect(dead_code, reason = "shared by several suites")]
mod fingers;
#[path = "recording/secrets.rs"]
mod secrets;
#[path = "recording/shelf.rs"]
mod shelf;
#[path = "recording/stage.rs"]
mod stage;
#[path = "support/told.rs"]
#[expect(dead_code, reason = "shared by several suites")]
mod told;
#[path = "support/weather.rs"]
mod weather;
#[path = "support/world.rs"]
mod world;

use std::fs;
use std::path::PathBuf;

use coalmine::config;
use coalmine::domain::Environment;
use proptest::prelude::*;

use driver::Driver;
use fingers::deeds;
use stage::Stage;

#[test]
fn every_evening_plays_back_as_it_was() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let (mut evenings, mut pictures) = (0, 0);
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "toml") {
            continue;
        }
        let file: evening::File = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for scenario in file.scenario {
            let mut stage = Stage::new(scenario.start.driver());
            stage.driver.open();
            stage.look();
            // A recording is of one console: where another one begins, this one is over.
            for step in scenario.step.into_iter().take_while(|step| !step.restart) {
                step.happen(&mut stage.driver);
                stage.look();
            }
            let title = scenario.title;
            let secret = stage.text().contains("s3cret");
            assert!(!secret, "{title}: a value of a variable is in the file");
            pictures += stage.compare(&title);
            evenings += 1;
        }
    }
    assert!(evenings > 20 && pictures > 100, "{evenings}, {pictures}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_plays_back(deeds in deeds(40), prod in any::<bool>()) {
        let mut spec = config::demo().unwrap();
        spec.environment = Environment(if prod { "prod" } else { "staging" }.to_owned());
        let mut driver = Driver::new(spec);
        let written = driver::START - std::time::Duration::from_hours(200);
        driver.world.write_flag(&fingers::document(true, 10), "ana", written);
        let mut stage = Stage::new(driver);
        stage.driver.open();
        for (number, deed) in deeds.into_iter().enumerate() {
            fingers::does(&mut stage.driver, &deed);
            if number % 4 == 0 {
                stage.look();
            }
        }
        stage.look();
        stage.compare("a random evening");
    }
}
