//! The list with a hand-cranked clock: order, selection, staleness, and what its keys can wish for.

use std::time::Duration;

use coalmine::app::fleet::{Class, Fleet, SCOPES, Standing, Walk, Wish};
use coalmine::app::keymap::{Action, KEYMAP, Key, KeyCode, lookup};
use coalmine::app::{Effect, Model, Msg, update};
use coalmine::config;
use coalmine::domain::Timestamp;

pub(super) const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

pub(super) fn at(seconds: u64) -> Timestamp {
    START + Duration::from_secs(seconds)
}

pub(super) fn standing(name: &str, class: Class) -> Standing {
    let spec = config::neighbour(name).unwrap();
    Standing {
        class,
        oldest: Some(START),
        ..Standing::of(&Model::new(spec, START))
    }
}

pub(super) fn fleet(classes: &[Class]) -> Fleet {
    let standings = classes
        .iter()
        .enumerate()
        .map(|(index, class)| standing(&format!("r{index}"), *class));
    Fleet::new(standings.collect(), START)
}

pub(super) fn names(fleet: &Fleet) -> Vec<&str> {
    fleet
        .listed()
        .map(|(_, standing)| standing.name.as_str())
        .collect()
}

pub(super) fn press(fleet: &mut Fleet, key: char, at_ms: u64) -> Option<Wish> {
    fleet.pressed(Key::char(key), at_ms)
}

#[test]
fn the_worst_comes_first_and_equals_keep_their_order() {
    use Class::{CannotTell, Hold, Off, Promote, RollBack, StillExposed};
    let mut list = fleet(&[Off, Promote, Hold, CannotTell, RollBack, StillExposed, Hold]);
    assert_eq!(names(&list), ["r5", "r4", "r3", "r2", "r6", "r1", "r0"]);
    list.standings[6].incident = true;
    list.ticked(at(1));
    assert_eq!(names(&list)[3..5], ["r6", "r2"]);
}

#[test]
fn the_list_does_not_move_under_a_hand_and_the_selection_stays_with_its_rollout() {
    let mut list = fleet(&[Class::Hold, Class::Hold, Class::Promote]);
    assert_eq!(press(&mut list, 'j', 1_000), None);
    assert_eq!(list.selected, 1);
    let worse = standing("r2", Class::RollBack);
    list.stands(2, worse);
    list.ticked(at(1));
    assert_eq!(names(&list), ["r0", "r1", "r2"], "a key was just pressed");
    assert!(list.is_unsorted());
    for second in 2..5 {
        list.ticked(at(second));
    }
    assert_eq!(names(&list), ["r2", "r0", "r1"]);
    assert_eq!((list.selected, list.row()), (1, 2));
    assert_eq!(
        list.pressed(Key::plain(KeyCode::Enter), 9_000),
        Some(Wish::Open(1))
    );
}

#[test]
fn no_key_on_the_list_wishes_for_anything_but_the_selected_rollout() {
    let all = KEYMAP
        .iter()
        .flat_map(|row| row.keys().map(|key| key.to_string()));
    let ascii = (b' '..=b'~').map(|byte| (byte as char).to_string());
    for (number, name) in all.chain(ascii).enumerate() {
        let Some(key) = Key::parse(&name) else {
            continue;
        };
        let mut list = fleet(&[Class::Hold, Class::RollBack, Class::Hold]);
        list.selected = 2;
        let wish = list.pressed(key, 10_000 * (number as u64 + 1));
        let opens = |place| place == 2;
        match wish {
            None | Some(Wish::Copy | Wish::Refresh | Wish::Quit | Wish::Suspend | Wish::Redraw) => {
            }
            Some(Wish::Open(place) | Wish::Disable(place) | Wish::Links(place)) => {
                assert!(opens(place), "{name}");
            }
        }
        // Whatever changes something in a rollout's console either names the selected one, or means nothing here.
        let writes = lookup(key, &SCOPES).is_some_and(Action::is_write);
        assert_eq!(writes, matches!(wish, Some(Wish::Disable(2))), "{name}");
    }
}

#[test]
fn a_key_that_is_held_down_does_not_go_on_in_the_console_that_it_opened() {
    let mut list = fleet(&[Class::Hold, Class::Hold]);
    let d = Key::char('D');
    assert_eq!(list.pressed(d, 1_000), Some(Wish::Disable(0)));
    list.open(0);
    for at_ms in (1_250..5_000).step_by(33) {
        assert!(list.is_held(d, at_ms), "{at_ms}");
    }
    assert!(!list.is_held(d, 6_000), "it was up for a second");
    list.hold(d, 7_000);
    assert!(
        !list.is_held(Key::char('j'), 7_100),
        "another key is another finger"
    );
}

#[test]
fn what_is_older_than_the_pace_is_stale() {
    let mut list = fleet(&[Class::Hold]);
    list.ticked(at(60));
    assert!(!list.is_stale(&list.standings[0]));
    list.ticked(at(151));
    assert!(list.is_stale(&list.standings[0]));
    list.every = Duration::from_mins(15);
    assert!(!list.is_stale(&list.standings[0]), "the budget explains it");
    list.ticked(at(3_600));
    assert!(list.is_stale(&list.standings[0]));
}

#[test]
fn neighbours_follow_the_list_and_go_round() {
    let list = fleet(&[Class::Off, Class::RollBack, Class::Hold]);
    assert_eq!(list.neighbour(1, Walk::Next), Some(2));
    assert_eq!(list.neighbour(0, Walk::Next), Some(1));
    assert_eq!(list.neighbour(1, Walk::Previous), Some(0));
}

#[test]
fn the_console_of_one_among_several_walks_and_a_lone_one_does_not() {
    let mut model = Model::new(config::demo().unwrap(), START);
    let press = |model: &mut Model, key: &str| {
        let key = Key::parse(key).unwrap();
        update(model, Msg::Pressed { key, at_ms: 1_000 }, START)
    };
    assert_eq!(press(&mut model, "]"), []);
    assert_eq!(press(&mut model, "esc"), []);
    model.seat.among = Some((1, 3));
    assert_eq!(press(&mut model, "]"), [Effect::Walk(Walk::Next)]);
    assert_eq!(press(&mut model, "["), [Effect::Walk(Walk::Previous)]);
    assert_eq!(press(&mut model, "a"), []);
    assert_eq!(
        press(&mut model, "esc"),
        [],
        "from a screen to the home screen"
    );
    assert_eq!(press(&mut model, "esc"), [Effect::Walk(Walk::List)]);
}
