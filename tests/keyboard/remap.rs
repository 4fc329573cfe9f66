//! Keys of one's own: nothing that raises becomes cheaper by them.

use proptest::prelude::*;

use super::*;

/// Every action that may raise, as the configuration calls it.
const RAISING: [&str; 8] = [
    "next_stage",
    "enable",
    "undo",
    "fallback",
    "recommended",
    "tune",
    "stage_2",
    "stage_3",
];

#[test]
fn no_raise_becomes_one_key_by_another_key() {
    for environment in ["prod", "staging"] {
        for action in RAISING {
            let mut driver = console(environment, 10);
            driver.model.keymap = keymap(&[("global", action, &["ctrl-y"])]);
            let key = Key::parse("ctrl-y").unwrap();
            driver.press(key, 500);
            // Held down for a while, too.
            driver.press(key, 500);
            for _ in 0..60 {
                driver.press(key, 33);
            }
            let raised = driver
                .submitted
                .iter()
                .any(|order| order.plan.direction == Direction::Raise);
            assert!(!raised, "{action} in {environment}");
        }
    }
}

#[test]
fn another_key_that_confirms_counts_only_when_it_is_fresh() {
    let mut driver = console("staging", 10);
    driver.model.keymap = keymap(&[
        ("dialog", "confirm", &["ctrl-o"]),
        ("input", "confirm", &["ctrl-o", "enter"]),
    ]);
    driver.keys("F");
    let asks = matches!(&driver.model.overlay, Some(Overlay::Plan(plan)) if plan.must_type.is_none() && !plan.needs_reason);
    assert!(asks, "{}", driver.screen());
    let key = Key::parse("ctrl-o").unwrap();
    let begun = driver.submitted.len();
    driver.press(key, 100);
    for _ in 0..30 {
        driver.press(key, 33);
    }
    assert_eq!(
        driver.submitted.len(),
        begun,
        "held down it confirms nothing"
    );
    driver.press(key, 400);
    assert_eq!(driver.submitted.len(), begun + 1, "{}", driver.screen());
}

#[test]
fn the_screen_shows_the_keys_in_force() {
    let mut driver = console("prod", 50);
    driver.model.keymap = keymap(&[
        ("global", "disable", &["X"]),
        ("global", "next_stage", &["ctrl-n"]),
        ("dialog", "back", &["ctrl-g", "esc"]),
    ]);
    let screen = driver.screen();
    assert!(
        screen.contains("X disable") && screen.contains("ctrl-n next"),
        "{screen}"
    );
    assert!(
        !screen.contains("D disable") && !screen.contains("+ next"),
        "{screen}"
    );
    driver.keys("?");
    let screen = driver.screen();
    assert!(
        screen.contains("X  Turn the feature off now") && screen.contains("ctrl-g close"),
        "{screen}"
    );
    driver.keys("ctrl-g D");
    assert_eq!(sent(&driver), [], "D is no key any more");
    driver.keys("X");
    assert_eq!(sent(&driver), [Change::Disable]);
}

#[test]
fn a_recording_has_the_keys_that_it_was_made_with() {
    let mut driver = console("prod", 50);
    driver.model.keymap = keymap(&[("global", "levers", &["ctrl-y"])]);
    let header = coalmine::app::recording::Header::of(&driver.model, START, (120, 40));
    let text = serde_json::to_string(&header).unwrap();
    let read: coalmine::app::recording::Header = serde_json::from_str(&text).unwrap();
    assert_eq!(read.model().keymap, driver.model.keymap);
    let plain = console("prod", 50);
    let header = coalmine::app::recording::Header::of(&plain.model, START, (120, 40));
    assert!(!serde_json::to_string(&header).unwrap().contains("\"keys\""));
    assert_eq!(header.model().keymap, Keymap::default());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_remapped_nothing_raises_unasked(
        rows in prop::collection::vec((0..KEYMAP.len(), prop::sample::select(vec!["ctrl-y", "ctrl-o", "F2", "F3", "F4", "F6", "alt-x", "Z", "Q", "ctrl-g x", "ctrl-g y", "enter", "+", "D"])), 1..8),
        deeds in fingers::deeds(40),
        presses in prop::collection::vec((prop::sample::select(vec!["ctrl-y", "ctrl-o", "F2", "F3", "F4", "F6", "alt-x", "Z", "Q", "ctrl-g", "x", "y"]), prop::sample::select(vec![33_u64, 350, 900])), 40),
    ) {
        let wish = |(row, key): (usize, &str)| Wish {
            scope: KEYMAP[row].scope.name(),
            action: KEYMAP[row].action.name(),
            on: vec![key.to_owned()],
        };
        let mut wishes: Vec<Wish> = Vec::new();
        // As many of them as go together.
        for row in rows {
            wishes.push(wish(row));
            if remap(&wishes).is_err() {
                wishes.pop();
            }
        }
        let mut driver = console("staging", 10);
        driver.model.keymap = remap(&wishes).unwrap();
        for (deed, (key, after)) in deeds.into_iter().zip(presses) {
            for deed in [deed, fingers::Deed::Key(Key::parse(key).unwrap(), after)] {
                let before = fingers::Before::of(&driver);
                fingers::does(&mut driver, &deed);
                fingers::holds(&driver, &before, &deed).map_err(|said| TestCaseError::fail(format!("{wishes:?} after {deed:?}: {said}")))?;
            }
        }
        driver.model.keymap = Keymap::default();
        prop_assert!(driver.screen().len() > 4_000);
    }
}
