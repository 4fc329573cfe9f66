//! The help: searched, and run from.

use super::*;

#[test]
fn what_is_typed_finds_a_key_and_enter_runs_it() {
    let mut driver = console("prod", 50);
    driver.keys("? /");
    driver.text("levers");
    assert!(!driver.screen().contains("Count a complaint"));
    driver.keys("enter");
    assert_eq!(
        (driver.overlay(), driver.model.screen),
        ("none", Screen::Levers)
    );
}

#[test]
fn what_lowers_and_raises_goes_the_way_of_its_key() {
    let mut driver = console("prod", 50);
    driver.keys("?");
    driver.keys("enter");
    assert_eq!(
        (driver.overlay(), sent(&driver).len()),
        ("help", 0),
        "nothing was selected yet"
    );
    driver.keys("/");
    driver.text("next stage");
    driver.keys("enter");
    assert_eq!((driver.overlay(), sent(&driver).len()), ("plan", 0));
    driver.keys("esc ? /");
    driver.text("off now");
    driver.keys("enter");
    assert_eq!(sent(&driver), [Change::Disable]);
}

#[test]
fn esc_leaves_the_search_first_and_keys_of_elsewhere_say_where() {
    let mut driver = console("prod", 50);
    driver.keys("? /");
    driver.text("tick the");
    driver.keys("enter");
    assert_eq!(driver.overlay(), "help");
    assert!(
        last_row(&driver).contains("that key works in the runbook"),
        "{}",
        last_row(&driver)
    );
    driver.keys("esc");
    assert_eq!(driver.overlay(), "help");
    driver.keys("D");
    assert_eq!(
        sent(&driver),
        [Change::Disable],
        "a key goes on working in it"
    );
    let mut driver = console("prod", 50);
    driver.keys("? j j k esc");
    assert_eq!(driver.overlay(), "none");
    // A result never takes away what is being typed.
    driver.keys("? /");
    driver.text("zzzz");
    assert!(driver.screen().contains("no key has these words"));
    driver.keys("enter enter esc esc");
    assert_eq!(driver.overlay(), "none");
}

#[test]
fn the_cursor_stands_on_what_is_selected() {
    let mut driver = console("prod", 50);
    assert_eq!(
        driver.hits(120, 40).1,
        None,
        "nothing is selected on the home screen"
    );
    driver.keys("? j");
    let row = |driver: &Driver, y: u16| {
        driver
            .screen()
            .lines()
            .nth(usize::from(y))
            .unwrap()
            .to_owned()
    };
    let (_, at) = driver.hits(120, 40);
    let (_, y) = at.unwrap();
    assert!(
        row(&driver, y).contains("Go to the next stage"),
        "{}",
        row(&driver, y)
    );
    driver.keys("/");
    driver.text("why");
    let (x, y) = driver.hits(120, 40).1.unwrap();
    let line = row(&driver, y);
    let before: String = line.chars().take(usize::from(x)).collect();
    assert!(before.trim_end().ends_with("/ why"), "{line}");
    driver.keys("esc esc H");
    let (_, y) = driver.hits(120, 40).1.unwrap();
    assert!(row(&driver, y).contains("ana"), "{}", row(&driver, y));
    driver.keys("esc");
    assert_eq!(driver.hits(120, 40).1, None);
}
