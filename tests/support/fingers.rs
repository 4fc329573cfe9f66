//! Random evenings: what fingers, the network and a second responder may do, and what must hold whatever they do.

use std::time::Duration;

use coalmine::app::Msg;
use coalmine::app::keymap::{Binding, KEYMAP, Key, KeyCode};
use coalmine::app::model::{Overlay, PlanDialog};
use coalmine::app::pointer::Gesture;
use coalmine::domain::failure::ErrorKind;
use coalmine::domain::plan::{Change, Direction};
use proptest::prelude::*;

use super::driver::Driver;
use super::world::Answer;

/// One thing that happens.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// A key, so many milliseconds after the last.
    Key(Key, u64),
    /// The environment's name and a reason are typed.
    Types(&'static str),
    Paste(&'static str),
    /// The mouse, at this cell, so many milliseconds after what was last.
    Mouse(Gesture, u16, u16, u64),
    Resize(u16, u16),
    Passes(u64),
    Stopped,
    /// Somebody else writes this text.
    Writes(String),
    Fails(&'static str, ErrorKind),
    Heals,
    Answers(Answer),
    Holds(&'static str),
    Releases(&'static str),
    Account(&'static str),
}

pub(crate) fn document(enabled: bool, percent: u8) -> String {
    format!(r#"{{"enabled":{enabled},"rollout_percentage":{percent}}}"#)
}

/// Sequences of deeds.
pub(crate) fn deeds(most: usize) -> impl Strategy<Value = Vec<Deed>> {
    let keys: Vec<Key> = KEYMAP
        .iter()
        .flat_map(Binding::keys)
        .chain("abcxyz".chars().map(Key::char))
        .collect();
    let enter = Key::plain(KeyCode::Enter);
    let wish = prop::sample::select("+-0123ErFuD".chars().map(Key::char).collect::<Vec<_>>());
    let after = prop::sample::select(vec![5_u64, 33, 200, 350, 900]);
    let kind = prop::sample::select(vec![
        ErrorKind::TimedOut,
        ErrorKind::Denied,
        ErrorKind::Service,
    ]);
    let what = prop::sample::select(vec![
        "flag", "function", "history", "samples", "alarms", "logs", "journal", "identity",
    ]);
    let text = prop_oneof![
        3 => (any::<bool>(), prop::sample::select(vec![0_u8, 10, 50, 100])).prop_map(|(on, percent)| document(on, percent)),
        1 => Just("not json".to_owned()),
    ];
    let answer = prop::sample::select(vec![
        Answer::Apply,
        Answer::LostApplied,
        Answer::Lost,
        Answer::Refuse,
    ]);
    let held = prop::sample::select(vec!["orders", "flag", "verify"]);
    let deed = prop_oneof![
        6 => (prop::sample::select(keys), after.clone()).prop_map(|(key, ms)| Deed::Key(key, ms)),
        8 => (wish, after.clone()).prop_map(|(key, ms)| Deed::Key(key, ms)),
        8 => after.clone().prop_map(move |ms| Deed::Key(enter, ms)),
        2 => (prop::sample::select(vec![Gesture::Click, Gesture::Click, Gesture::Up, Gesture::Down]), 0_u16..120, 0_u16..40, after)
            .prop_map(|(gesture, x, y, ms)| Deed::Mouse(gesture, x, y, ms)),
        4 => prop::sample::select(vec!["prod", "staging", "why not", "without-journal"]).prop_map(Deed::Types),
        1 => prop::sample::select(vec!["prod", "\u{1b}[31m\nprod", "D"]).prop_map(Deed::Paste),
        1 => (any::<u16>(), any::<u16>()).prop_map(|(columns, rows)| Deed::Resize(columns, rows)),
        5 => (1_u64..40).prop_map(Deed::Passes),
        1 => Just(Deed::Stopped),
        2 => text.prop_map(Deed::Writes),
        2 => (what, kind).prop_map(|(what, kind)| Deed::Fails(what, kind)),
        2 => Just(Deed::Heals),
        2 => answer.prop_map(Deed::Answers),
        2 => held.clone().prop_map(Deed::Holds),
        3 => held.prop_map(Deed::Releases),
        1 => prop::sample::select(vec!["123456789012", "999999999999"]).prop_map(Deed::Account),
    ];
    prop::collection::vec(deed, 1..most)
}

/// Lets it happen.
pub(crate) fn does(driver: &mut Driver, deed: &Deed) {
    match deed {
        Deed::Key(key, after) => driver.press(*key, *after),
        Deed::Types(text) => driver.text(text),
        Deed::Paste(text) => driver.send(Msg::Pasted((*text).to_owned())),
        Deed::Mouse(gesture, x, y, after) => driver.mouse(*gesture, (*x, *y), *after),
        Deed::Resize(columns, rows) => driver.send(Msg::Resized(*columns, *rows)),
        Deed::Passes(seconds) => driver.pass(Duration::from_secs(*seconds)),
        Deed::Stopped => driver.send(Msg::Resumed),
        Deed::Writes(text) => driver
            .world
            .write_flag(text, "arn:aws:iam::1:user/bob", driver.now),
        Deed::Fails(what, kind) => drop(driver.world.faults.insert((*what).to_owned(), *kind)),
        Deed::Heals => driver.world.faults.clear(),
        Deed::Answers(answer) => driver.world.answers.push_back(*answer),
        Deed::Holds(what) => drop(driver.held.insert((*what).to_owned())),
        Deed::Releases(what) => driver.release(what),
        Deed::Account(account) => (*account).clone_into(&mut driver.world.account),
    }
}

/// How things stood before a deed.
pub(crate) struct Before {
    asked: Option<PlanDialog>,
    submitted: usize,
    last_enter_ms: Option<u64>,
}

impl Before {
    pub(crate) fn of(driver: &Driver) -> Self {
        let asked = match &driver.model.overlay {
            Some(Overlay::Plan(dialog)) => Some((**dialog).clone()),
            _ => None,
        };
        Self {
            asked,
            submitted: driver.submitted.len(),
            last_enter_ms: driver.last_enter_ms,
        }
    }
}

/// What must hold after every deed.
pub(crate) fn holds(driver: &Driver, before: &Before, deed: &Deed) -> Result<(), String> {
    if driver.most_in_flight > 1 {
        return Err("two orders of one lever were in flight at once".to_owned());
    }
    let enter = matches!(deed, Deed::Key(key, _) if driver.model.keymap.confirms(*key));
    if matches!(deed, Deed::Mouse(..)) && driver.submitted.len() > before.submitted {
        return Err("the mouse sent an order".to_owned());
    }
    let fresh_enter = enter
        && before
            .last_enter_ms
            .is_none_or(|last| driver.ms - last >= 300);
    for order in driver.submitted.iter().skip(before.submitted) {
        let blind = matches!(order.plan.change, Change::DisableBlind { .. });
        // Switching off what treats nobody by its document asks nothing either: caches may still hold what was before.
        let switches_off =
            order.plan.change == Change::Disable && order.plan.direction == Direction::Neutral;
        if (order.plan.direction == Direction::Lower || switches_off) && !blind {
            continue;
        }
        let name = &order.plan.sentence;
        if !fresh_enter {
            return Err(format!("`{name}` was sent without a fresh Enter"));
        }
        if blind || order.without_journal {
            continue;
        }
        let Some(asked) = &before.asked else {
            return Err(format!("`{name}` was sent without having been shown"));
        };
        if asked.plan.write != order.plan.write || asked.plan.seen != order.plan.seen {
            return Err(format!("`{name}` is not what was shown"));
        }
        let environment = &driver.model.spec.environment;
        let raise = order.plan.direction == Direction::Raise;
        if raise && environment.is_prod() && asked.typed.text() != environment.0 {
            return Err(format!("`{name}` was sent without the typed name"));
        }
        if raise && asked.gates.iter().any(|(green, _)| !green) && order.reason.is_none() {
            return Err(format!(
                "`{name}` was sent through a shut gate without a reason"
            ));
        }
    }
    Ok(())
}
