//! The mouse: it scrolls, selects, opens, and changes nothing.

use coalmine::app::Msg;
use coalmine::app::pointer::{Gesture, Pane, Target};

use super::*;

/// A cell of what was drawn for a target.
fn cell(driver: &Driver, wanted: impl Fn(Target) -> bool) -> (u16, u16) {
    let (hits, _) = driver.hits(120, 40);
    let cells = (0..40).flat_map(|y| (0..120).map(move |x| (x, y)));
    let mut cells = cells.filter(|(x, y)| hits.at(*x, *y).is_some_and(&wanted));
    cells
        .next()
        .unwrap_or_else(|| panic!("nothing of that kind is drawn"))
}

fn click(driver: &mut Driver, wanted: impl Fn(Target) -> bool) {
    let at = cell(driver, wanted);
    driver.mouse(Gesture::Click, at, 900);
}

#[test]
fn panels_lead_to_their_screens_and_rows_are_selected_and_opened() {
    let mut driver = console("prod", 50);
    click(&mut driver, |target| target == Target::Key(Action::Alarms));
    assert_eq!(driver.model.screen, Screen::Alarms);
    let row = |target| target == Target::Row(Pane::Alarms, 1);
    click(&mut driver, row);
    assert_eq!((driver.model.selected, driver.overlay()), (1, "none"));
    let at = cell(&driver, row);
    driver.mouse(Gesture::Click, at, 900);
    driver.mouse(Gesture::Click, at, 200);
    assert_eq!(driver.overlay(), "alarm");
    click(&mut driver, |target| target == Target::Beside);
    assert_eq!(driver.overlay(), "none");
    driver.mouse(Gesture::Click, at, 900);
    driver.mouse(Gesture::Click, at, 900);
    assert_eq!(driver.overlay(), "none", "two slow clicks are two clicks");
}

#[test]
fn the_wheel_scrolls_what_lies_under_it() {
    let mut driver = console("prod", 50);
    driver.world.sessions(40, 20, driver.now);
    driver.pass(Duration::from_secs(20));
    let at = cell(&driver, |target| {
        matches!(target, Target::Row(Pane::Logs, _))
    });
    assert!(!driver.model.logs.paused);
    driver.mouse(Gesture::Up, at, 100);
    assert!(driver.model.logs.paused, "scrolling back pauses");
    driver.keys("esc H");
    let at = cell(&driver, |target| {
        matches!(target, Target::Row(Pane::History, 0))
    });
    driver.mouse(Gesture::Down, at, 100);
    let rows = driver.model.history.value.as_ref().map_or(0, Vec::len);
    assert_eq!(driver.model.selected, usize::from(rows > 1));
    driver.keys("?");
    driver.mouse(Gesture::Down, (60, 20), 100);
    let scrolled = matches!(
        driver.model.overlay,
        Some(Overlay::Help { selected: 3, .. })
    );
    assert!(scrolled, "the help lies on top of the list");
}

#[test]
fn no_click_changes_anything() {
    let mut driver = console("prod", 50);
    click(&mut driver, |target| target == Target::Key(Action::Disable));
    assert!(
        last_row(&driver).contains("D does that: the mouse changes nothing"),
        "{}",
        last_row(&driver)
    );
    driver.keys("+");
    assert_eq!(driver.overlay(), "plan");
    // All over the dialog and the footer, twice.
    for y in 0..40 {
        for x in (0..120).step_by(3) {
            driver.mouse(Gesture::Click, (x, y), 100);
            driver.mouse(Gesture::Click, (x, y), 100);
        }
    }
    assert!(driver.submitted.is_empty() && driver.commands.is_empty());
    let mut driver = console("prod", 50);
    driver.keys("? /");
    driver.text("off now");
    let row = |target| target == Target::Row(Pane::Sheet, 0);
    let at = cell(&driver, row);
    driver.mouse(Gesture::Click, at, 900);
    driver.mouse(Gesture::Click, at, 100);
    assert_eq!((driver.overlay(), driver.submitted.len()), ("help", 0));
    assert!(
        last_row(&driver).contains("enter runs it"),
        "{}",
        last_row(&driver)
    );
    driver.keys("enter");
    assert_eq!(sent(&driver), [Change::Disable]);
}

#[test]
fn what_came_up_since_the_frame_is_not_hit() {
    let mut driver = console("prod", 50);
    driver.keys("a");
    let stale = Target::Row(Pane::Alarms, 2);
    driver.keys("+");
    let pointed = |target| Msg::Pointed {
        target,
        gesture: Gesture::Click,
        at_ms: 99_000,
    };
    driver.send(pointed(stale));
    assert_eq!((driver.model.selected, driver.overlay()), (0, "plan"));
    driver.keys("esc");
    for target in [
        Target::Beside,
        Target::Pane(Pane::Sheet),
        Target::Row(Pane::Sheet, u64::MAX),
        Target::Row(Pane::Runbook, u64::MAX),
        Target::Row(Pane::Logs, u64::MAX),
    ] {
        driver.send(pointed(target));
    }
    let text = serde_json::to_string(&pointed(Target::Key(Action::Stage(3)))).unwrap();
    assert_eq!(
        serde_json::from_str::<Msg>(&text).unwrap(),
        pointed(Target::Key(Action::Stage(3)))
    );
    assert_eq!(driver.overlay(), "none");
}
