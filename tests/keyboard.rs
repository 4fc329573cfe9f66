//! What a person does at the keyboard and with the mouse, from the press to what comes of it: keys of their own, the help, the `:` line,
//! the pointer, the cursor.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop here")]

#[path = "support/driver.rs"]
mod driver;
#[path = "support/fingers.rs"]
mod fingers;
#[path = "support/weather.rs"]
mod weather;
#[path = "support/world.rs"]
mod world;

use std::time::Duration;

use coalmine::app::keymap::{Action, KEYMAP, Key, Keymap, Wish, remap};
use coalmine::app::model::{Overlay, Page, Screen};
use coalmine::config;
use coalmine::domain::plan::{Change, Direction};
use coalmine::domain::{Environment, Percent};

use driver::{Driver, START};

#[path = "keyboard/chords.rs"]
mod chords;
#[path = "keyboard/footer.rs"]
mod footer;
#[path = "keyboard/help.rs"]
mod help;
#[path = "keyboard/mouse.rs"]
mod mouse;
#[path = "keyboard/palette.rs"]
mod palette;
#[path = "keyboard/remap.rs"]
mod remaps;

/// A console that is open, at so many percent.
fn console(environment: &str, percent: u8) -> Driver {
    let mut spec = config::demo().unwrap();
    spec.environment = Environment(environment.to_owned());
    let mut driver = Driver::new(spec);
    let written = START - Duration::from_hours(9 * 24);
    driver
        .world
        .write_flag(&fingers::document(true, percent), "ana", written);
    driver.open();
    driver.pass(Duration::from_secs(2));
    driver
}

fn keymap(wishes: &[(&str, &str, &[&str])]) -> Keymap {
    let wishes: Vec<Wish> = wishes
        .iter()
        .map(|(scope, action, on)| Wish {
            scope: (*scope).into(),
            action: (*action).into(),
            on: on.iter().map(|key| (*key).to_owned()).collect(),
        })
        .collect();
    remap(&wishes).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// The changes that were asked for to be sent.
fn sent(driver: &Driver) -> Vec<Change> {
    driver
        .submitted
        .iter()
        .map(|order| order.plan.change.clone())
        .collect()
}

fn last_row(driver: &Driver) -> String {
    driver
        .screen()
        .lines()
        .last()
        .unwrap_or_default()
        .to_owned()
}

fn percent(number: u8) -> Percent {
    Percent::new(number).unwrap()
}
