//! The hand on the list with a hand-cranked clock: the worst is selected until somebody chooses; the line, the mouse, chords and copies.

use coalmine::app::fleet::{Class, Fleet, Standing, Wish, Worst};
use coalmine::app::keymap::{Action, Change, Chord, Key, KeyCode, Keymap, Scope};
use coalmine::app::pointer::{Gesture, Pane, Target};
use coalmine::domain::Timestamp;
use coalmine::domain::signal::SignalState;

use super::list::{START, at, fleet, names, press, standing};

fn enter(list: &mut Fleet, at_ms: u64) -> Option<Wish> {
    list.pressed(Key::plain(KeyCode::Enter), at_ms)
}

fn type_line(list: &mut Fleet, text: &str, at_ms: u64) {
    for letter in text.chars() {
        assert_eq!(press(list, letter, at_ms), None, "{letter}");
    }
}

fn lines(list: &Fleet) -> Vec<String> {
    list.choices()
        .into_iter()
        .map(|choice| choice.line)
        .collect()
}

#[test]
fn the_worst_is_selected_until_somebody_chooses() {
    let mut list = fleet(&[Class::CannotTell, Class::CannotTell, Class::CannotTell]);
    assert_eq!(list.selected, 0);
    for (place, class) in [(0, Class::Hold), (1, Class::Promote), (2, Class::RollBack)] {
        list.stands(place, standing(&format!("r{place}"), class));
    }
    list.ticked(at(1));
    assert_eq!((list.selected, list.row()), (2, 0));
    list.stands(1, standing("r1", Class::StillExposed));
    list.ticked(at(2));
    assert_eq!(list.selected, 1, "nobody chose: the worst again");
    list.ticked(at(3));
    assert_eq!(press(&mut list, 'j', 1_000), None);
    assert_eq!(list.selected, 2);
    list.stands(0, standing("r0", Class::StillExposed));
    for second in 4..20 {
        list.ticked(at(second));
    }
    assert_eq!(list.selected, 2, "what was chosen stays chosen");
    assert_eq!(enter(&mut list, 9_000), Some(Wish::Open(2)));
}

#[test]
fn what_slid_under_a_hand_is_not_opened_by_the_key_that_was_meant_for_another() {
    for key in ["enter", "D", "o", "f9"] {
        let mut list = fleet(&[Class::Hold, Class::Hold]);
        list.stands(1, standing("r1", Class::RollBack));
        list.ticked(at(1));
        let key = Key::parse(key).unwrap();
        assert_eq!(list.pressed(key, 1_000), None, "{key}");
        assert!(list.notice.as_ref().unwrap().text.contains("just moved"));
        assert!(list.pressed(key, 3_000).is_some(), "{key}");
    }
    let mut list = fleet(&[Class::Hold, Class::Hold]);
    list.stands(1, standing("r1", Class::RollBack));
    list.ticked(at(1));
    list.ticked(at(2));
    assert_eq!(
        enter(&mut list, 1_000),
        Some(Wish::Open(1)),
        "a second to look"
    );
}

#[test]
fn among_those_that_hold_what_is_past_a_limit_comes_first() {
    let worst = |state| {
        Some(Worst {
            title: String::new(),
            value: String::new(),
            limit: String::new(),
            state,
        })
    };
    let with = |name: &str, state, alarms| Standing {
        worst: worst(state),
        alarms: Some((alarms, 2)),
        ..standing(name, Class::Hold)
    };
    let list = Fleet::new(
        vec![
            with("fine", SignalState::Ok, 0),
            with("warned", SignalState::Warn, 0),
            with("alarmed", SignalState::Ok, 1),
            with("acted", SignalState::Act, 0),
        ],
        START,
    );
    assert_eq!(names(&list), ["acted", "alarmed", "warned", "fine"]);
}

#[test]
fn the_order_stays_while_neighbours_are_walked_through() {
    let mut list = fleet(&[Class::Hold, Class::Hold, Class::Hold]);
    list.open(0);
    list.stands(2, standing("r2", Class::RollBack));
    for second in 1..10 {
        list.ticked(at(second));
    }
    assert_eq!(names(&list), ["r0", "r1", "r2"]);
    for second in 10..60 {
        list.ticked(at(second));
    }
    assert_eq!(names(&list), ["r2", "r0", "r1"]);
}

#[test]
fn the_line_finds_a_rollout_by_its_name_and_opens_it() {
    let mut list = fleet(&[Class::Hold, Class::RollBack, Class::Hold]);
    assert_eq!(press(&mut list, ':', 1_000), None);
    assert_eq!(
        lines(&list)[..3],
        ["open r1", "open r0", "open r2"],
        "worst first"
    );
    type_line(&mut list, "r2", 2_000);
    assert_eq!(lines(&list)[0], "open r2");
    assert_eq!(enter(&mut list, 4_000), Some(Wish::Open(2)));
    assert!(list.prompt.is_none());

    // Letters that are keys elsewhere are letters here.
    let mut list = fleet(&[Class::Hold, Class::RollBack]);
    assert_eq!(press(&mut list, '/', 1_000), None);
    type_line(&mut list, "Disable r0", 2_000);
    assert_eq!(list.selected, 1);
    assert_eq!(enter(&mut list, 4_000), Some(Wish::Disable(0)));

    let mut list = fleet(&[Class::Hold]);
    assert_eq!(press(&mut list, ':', 1_000), None);
    type_line(&mut list, "nobody is called so", 2_000);
    assert_eq!(enter(&mut list, 4_000), None);
    assert!(list.notice.as_ref().unwrap().is_warning);
    assert!(list.prompt.is_some());
    assert_eq!(list.pressed(Key::plain(KeyCode::Esc), 5_000), None);
    assert!(list.prompt.is_none());
}

#[test]
fn while_a_line_is_typed_the_way_to_take_everybody_off_is_open_and_the_list_keeps_still() {
    let mut list = fleet(&[Class::Hold, Class::Hold]);
    assert_eq!(press(&mut list, ':', 1_000), None);
    list.stands(1, standing("r1", Class::RollBack));
    for second in 1..20 {
        list.ticked(at(second));
    }
    assert_eq!(names(&list), ["r0", "r1"]);
    list.pasted("r1\nopen");
    assert_eq!(list.prompt.as_ref().unwrap().line.text(), "r1");
    let f9 = Key::parse("f9").unwrap();
    assert_eq!(list.pressed(f9, 2_000), Some(Wish::Disable(0)));
}

#[test]
fn names_that_occur_twice_are_told_apart() {
    let mut list = fleet(&[Class::Hold, Class::Hold]);
    for (place, environment) in [(0, "prod"), (1, "staging")] {
        list.standings[place].name = "same".into();
        list.standings[place].environment = environment.into();
    }
    assert_eq!(press(&mut list, ':', 1_000), None);
    type_line(&mut list, "same staging", 2_000);
    assert_eq!(enter(&mut list, 4_000), Some(Wish::Open(1)));
}

#[test]
fn the_mouse_selects_and_opens_and_changes_nothing() {
    let mut list = fleet(&[Class::Hold, Class::Hold, Class::Hold]);
    let row = |place| Target::Row(Pane::Rollouts, place);
    assert_eq!(list.pointed(row(2), Gesture::Click, 1_000), None);
    assert_eq!(list.selected, 2);
    assert_eq!(
        list.pointed(row(2), Gesture::Click, 3_000),
        None,
        "two clicks are no double click"
    );
    assert_eq!(
        list.pointed(row(2), Gesture::Click, 3_200),
        Some(Wish::Open(2))
    );
    assert_eq!(list.pointed(row(2), Gesture::Up, 5_000), None);
    assert_eq!(
        list.pointed(Target::Pane(Pane::Rollouts), Gesture::Up, 5_000),
        None
    );
    assert_eq!(list.selected, 0);
    assert_eq!(
        list.pointed(row(99), Gesture::Click, 6_000),
        None,
        "a row of an older frame"
    );
    assert_eq!(list.pointed(row(99), Gesture::Click, 6_100), None);
    assert_eq!(list.selected, 0);
    for action in [Action::Disable, Action::Quit] {
        assert_eq!(
            list.pointed(Target::Key(action), Gesture::Click, 7_000),
            None
        );
        assert!(list.notice.as_ref().unwrap().text.contains("does that"));
    }
    let open = Target::Key(Action::Open);
    assert_eq!(
        list.pointed(open, Gesture::Click, 8_000),
        Some(Wish::Open(0))
    );
    // A console's regions mean nothing here.
    for pane in [Pane::Logs, Pane::History, Pane::Body] {
        assert_eq!(
            list.pointed(Target::Row(pane, 1), Gesture::Click, 9_000),
            None
        );
    }
    // In the line, a double click opens, and runs nothing that changes something.
    assert_eq!(press(&mut list, ':', 10_000), None);
    let rows = lines(&list);
    let place = |line: &str| rows.iter().position(|row| row == line).unwrap() as u64;
    for (line, wish) in [("disable r1", None), ("open r1", Some(Wish::Open(1)))] {
        let target = Target::Row(Pane::Sheet, place(line));
        assert_eq!(list.pointed(target, Gesture::Click, 11_000), None);
        assert_eq!(list.pointed(target, Gesture::Click, 11_100), wish, "{line}");
    }
}

#[test]
fn chords_work_on_the_list() {
    let mut list = fleet(&[Class::Hold, Class::Hold]);
    let chord = Chord::parse("space d").unwrap();
    list.keymap = Keymap::with(&[Change {
        scope: Scope::Fleet,
        action: Action::Disable,
        chords: vec![chord],
    }]);
    assert_eq!(press(&mut list, 'D', 1_000), None, "it has other keys now");
    assert_eq!(press(&mut list, ' ', 10_000), None);
    assert!(list.pending.is_some());
    assert_eq!(press(&mut list, 'd', 11_000), Some(Wish::Disable(0)));
    assert_eq!(press(&mut list, ' ', 20_000), None);
    assert_eq!(press(&mut list, 'd', 30_000), None, "too late");
    assert_eq!(press(&mut list, ' ', 40_000), None);
    assert_eq!(press(&mut list, 'j', 40_100), None);
    assert_eq!(
        list.selected, 1,
        "a key that goes on with no chord counts for itself"
    );
    assert_eq!(press(&mut list, ' ', 50_000), None);
    for second in 1..10 {
        list.ticked(at(second));
    }
    assert!(list.pending.is_none());
}

#[test]
fn a_row_is_copied_in_words() {
    let mut list = fleet(&[Class::RollBack]);
    assert_eq!(press(&mut list, 'y', 1_000), Some(Wish::Copy));
    list.standings[0].worst = Some(Worst {
        title: "error rate".into(),
        value: "7.4 %".into(),
        limit: "> 5 %".into(),
        state: SignalState::Act,
    });
    list.standings[0].alarms = Some((1, 2));
    list.standings[0].incident = true;
    let words = list.standings[0].words();
    for part in [
        "r0",
        "ROLL BACK",
        "error rate 7.4 % > 5 %",
        "1 of 2 alarms in ALARM",
        "an incident is open",
    ] {
        assert!(words.contains(part), "{words}");
    }
}

#[test]
fn no_keys_and_no_gestures_of_the_list_end_in_a_panic_or_a_write() {
    let mut list = fleet(&[Class::Hold, Class::RollBack, Class::Off]);
    let keys: Vec<Key> = [
        "j",
        "k",
        "g",
        "G",
        ":",
        "/",
        "a",
        "tab",
        "up",
        "down",
        "pgdn",
        "esc",
        "enter",
        "y",
        "backspace",
        "ctrl-u",
        "ctrl-c",
        "?",
        "o",
        "q",
    ]
    .iter()
    .filter_map(|key| Key::parse(key))
    .collect();
    let mut seed = 7_u64;
    for step in 0..5_000_u64 {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let pick = (seed >> 33) as usize;
        let at_ms = step * 1_000;
        let wish = if pick.is_multiple_of(5) {
            let panes = [Pane::Rollouts, Pane::Sheet, Pane::Body];
            let target = Target::Row(panes[pick / 5 % 3], pick as u64 / 15 % 20);
            let gestures = [Gesture::Up, Gesture::Down, Gesture::Click];
            list.pointed(target, gestures[pick / 7 % 3], at_ms)
        } else {
            list.pressed(keys[pick % keys.len()], at_ms)
        };
        // Only typing its name leads to a plan, and a plan asks.
        if let Some(Wish::Open(place) | Wish::Disable(place) | Wish::Links(place)) = wish {
            assert!(place < 3);
            list.open(place);
            list.show(place);
        }
        list.ticked(Timestamp::from_millis(START.as_millis() + step as i64));
    }
}
