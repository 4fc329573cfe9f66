//! Keys that follow each other.

use super::*;

fn with_chords() -> Driver {
    let mut driver = console("prod", 50);
    driver.model.keymap = keymap(&[
        ("global", "why", &["ctrl-x w"]),
        ("global", "calls", &["ctrl-x c"]),
    ]);
    driver
}

#[test]
fn a_chord_acts_at_its_end_and_what_may_follow_is_shown() {
    let mut driver = with_chords();
    driver.keys("ctrl-x");
    let hint = last_row(&driver);
    assert!(
        hint.contains("ctrl-x …") && hint.contains("w why") && hint.contains("c Every API call"),
        "{hint}"
    );
    assert_eq!(driver.model.screen, Screen::Home);
    driver.keys("w");
    assert_eq!(driver.model.screen, Screen::Why);
    assert!(!last_row(&driver).contains('…'));
    driver.keys("ctrl-x c");
    assert_eq!(driver.model.screen, Screen::Calls);
}

#[test]
fn a_beginning_is_forgotten_after_a_while() {
    let mut driver = with_chords();
    driver.keys("ctrl-x");
    driver.press(Key::char('w'), 3_001);
    assert_eq!(
        driver.model.screen,
        Screen::Home,
        "w alone has no meaning any more"
    );
    driver.keys("ctrl-x");
    driver.press(Key::char('w'), 3_000);
    assert_eq!(driver.model.screen, Screen::Why);
    driver.keys("ctrl-x");
    driver.pass(Duration::from_secs(5));
    assert!(driver.model.pending.is_none() && !last_row(&driver).contains('…'));
}

#[test]
fn a_slip_does_not_swallow_the_key_that_turns_it_off() {
    for key in ["D", "f9"] {
        let mut driver = with_chords();
        driver.keys("ctrl-x");
        driver.keys(key);
        assert_eq!(sent(&driver), [Change::Disable], "{key}");
        assert!(driver.model.pending.is_none());
    }
    let mut driver = with_chords();
    driver.keys("l ctrl-x esc");
    assert_eq!(driver.model.screen, Screen::Logs, "esc only ends the chord");
    driver.keys("ctrl-x ctrl-x w");
    assert_eq!(driver.model.screen, Screen::Why, "it begins anew");
}

#[test]
fn what_comes_up_ends_a_chord() {
    let mut driver = with_chords();
    driver.keys("ctrl-x");
    driver.send(coalmine::app::Msg::Pasted("w".into()));
    assert!(driver.model.pending.is_none());
    driver.keys("ctrl-x");
    driver.model.overlay = Some(Overlay::Leaving);
    driver.keys("w");
    assert_eq!(driver.model.screen, Screen::Home);
}
