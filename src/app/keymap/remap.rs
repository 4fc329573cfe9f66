//! Keys that a person wants, by name, become the keys in force, or every fault of theirs at once. It reads no file.

use super::clash::{self, Placed};
use super::{Action, Binding, Change, Chord, KEYMAP, Key, Keymap, Scope};
use crate::domain::nearest::nearest;

/// Other keys for one action, as they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The scope's name.
    pub scope: String,
    /// The action's name.
    pub action: String,
    /// The keys and chords; empty takes the action's keys away.
    pub on: Vec<String>,
}

/// What is wrong with a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFault {
    /// The wish, by its place.
    pub wish: usize,
    /// What of it.
    pub at: FaultAt,
    /// What is wrong.
    pub text: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// The part of a wish that a fault is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultAt {
    /// The scope.
    Scope,
    /// The action.
    Action,
    /// The key or chord of this place.
    Key(usize),
}

/// The keys in force with these wishes.
///
/// # Errors
/// Every fault: names and keys that are none, two meanings of one key where both could be meant, and what nobody may lose.
pub fn remap(wishes: &[Wish]) -> Result<Keymap, Vec<KeyFault>> {
    let mut faults = Vec::new();
    let mut changes: Vec<(usize, Change)> = Vec::new();
    for (place, wish) in wishes.iter().enumerate() {
        let Some(row) = row_of(place, wish, &mut faults) else {
            continue;
        };
        let twice = |(_, change): &(usize, Change)| {
            (change.scope, change.action) == (row.scope, row.action)
        };
        if changes.iter().any(twice) {
            let text = format!("`{}` has its keys already", row.action.name());
            faults.push(fault(
                place,
                FaultAt::Action,
                text,
                Some("name all its keys in one list"),
            ));
            continue;
        }
        let chords = chords_of(place, wish, row, &mut faults);
        changes.push((
            place,
            Change {
                scope: row.scope,
                action: row.action,
                chords,
            },
        ));
    }
    inherit(&mut changes);
    let placed = placed(&changes, wishes);
    clash::judge(&placed, &changes, &mut faults);
    faults.sort_by_key(|fault| fault.wish);
    if faults.is_empty() {
        let changes: Vec<Change> = changes.into_iter().map(|(_, change)| change).collect();
        Ok(Keymap::with(&changes))
    } else {
        Err(faults)
    }
}

pub(super) fn fault(
    wish: usize,
    at: FaultAt,
    text: impl Into<String>,
    hint: Option<&str>,
) -> KeyFault {
    KeyFault {
        wish,
        at,
        text: text.into(),
        hint: hint.map(ToOwned::to_owned),
    }
}

/// The row of the table that is meant.
fn row_of(place: usize, wish: &Wish, faults: &mut Vec<KeyFault>) -> Option<&'static Binding> {
    let meant = |name: &str, names: &[String]| {
        let near = nearest(&name.replace('-', "_"), names.iter().map(String::as_str));
        near.map_or_else(
            || format!("known here: {}", names.join(", ")),
            |near| format!("did you mean `{near}`?"),
        )
    };
    let Some(scope) = Scope::named(&wish.scope) else {
        let names: Vec<String> = Scope::all().into_iter().map(Scope::name).collect();
        let hint = meant(&wish.scope, &names);
        // The scope's other actions would only say the same again.
        let said = |fault: &KeyFault| {
            fault.at == FaultAt::Scope && fault.text.contains(&format!("`{}`", wish.scope))
        };
        if !faults.iter().any(said) {
            let text = format!("no scope is called `{}`", wish.scope);
            faults.push(fault(place, FaultAt::Scope, text, Some(&hint)));
        }
        return None;
    };
    let found = Binding::named(scope, &wish.action);
    if found.is_none() {
        let name = wish.action.replace('-', "_");
        let elsewhere: Vec<String> = KEYMAP
            .iter()
            .filter(|row| row.action.name() == name)
            .map(|row| format!("`{}`", row.scope.name()))
            .collect();
        let (text, hint) = if elsewhere.is_empty() {
            let names: Vec<String> = KEYMAP
                .iter()
                .filter(|row| row.scope == scope)
                .map(|row| row.action.name())
                .collect();
            let text = format!(
                "no action of `{}` is called `{}`",
                scope.name(),
                wish.action
            );
            (text, meant(&wish.action, &names))
        } else {
            let text = format!("`{name}` has no keys in `{}`", scope.name());
            (text, format!("it has them in {}", elsewhere.join(", ")))
        };
        faults.push(fault(place, FaultAt::Action, text, Some(&hint)));
    }
    found
}

/// The names of keys, for the nearest one.
const NAMES: [&str; 22] = [
    "enter",
    "esc",
    "tab",
    "shift-tab",
    "backspace",
    "delete",
    "up",
    "down",
    "left",
    "right",
    "pgup",
    "pgdn",
    "home",
    "end",
    "space",
    "F1",
    "F2",
    "F5",
    "F9",
    "F10",
    "F12",
    "none",
];

fn chords_of(place: usize, wish: &Wish, row: &Binding, faults: &mut Vec<KeyFault>) -> Vec<Chord> {
    let mut chords: Vec<Chord> = Vec::new();
    for (number, text) in wish.on.iter().enumerate() {
        let mut say = |text: String, hint: Option<&str>| {
            faults.push(fault(place, FaultAt::Key(number), text, hint));
        };
        let chord = match Chord::parse(text) {
            Ok(chord) => chord,
            Err(part) => {
                let near = nearest(&part, NAMES).map(|near| format!("did you mean `{near}`?"));
                let forms = "a key is written D, +, ctrl-x, alt-x, F5, enter, space; `g d` is one after the other";
                say(
                    format!("`{part}` is no key"),
                    Some(near.as_deref().unwrap_or(forms)),
                );
                continue;
            }
        };
        if let Some((key, why)) = chord
            .keys()
            .iter()
            .find_map(|key| Some((key, key.unheard()?)))
        {
            say(format!("`{key}` never arrives: {why}"), None);
            continue;
        }
        let types = chord
            .keys()
            .first()
            .copied()
            .filter(|key| key.is_for_typing());
        if let Some(key) = types.filter(|_| matches!(row.scope, Scope::Always | Scope::Input)) {
            let hint = "a key with ctrl or alt, or a function key, works while typing";
            say(
                format!("`{key}` is needed by the line that is being typed"),
                Some(hint),
            );
            continue;
        }
        if chords.contains(&chord) {
            say(format!("`{chord}` is named twice"), None);
            continue;
        }
        chords.push(chord);
    }
    chords
}

/// What turns the feature off does so in dialogs by the same keys, unless these were named on their own.
fn inherit(changes: &mut Vec<(usize, Change)>) {
    let of = |scope: Scope| {
        move |(_, change): &&(usize, Change)| {
            (change.scope, change.action) == (scope, Action::Disable)
        }
    };
    let global = changes.iter().find(of(Scope::Global)).cloned();
    if let Some((place, change)) = global
        && !change.chords.is_empty()
        && !changes.iter().any(|change| of(Scope::Dialog)(&change))
    {
        let scope = Scope::Dialog;
        changes.push((place, Change { scope, ..change }));
    }
}

/// Every key of the table with the changes, each with the wish that it comes from.
fn placed(changes: &[(usize, Change)], wishes: &[Wish]) -> Vec<Placed> {
    let mut placed = Vec::new();
    for row in KEYMAP {
        let changed = changes
            .iter()
            .find(|(_, change)| (change.scope, change.action) == (row.scope, row.action));
        let by = |chord: &Chord| {
            let (place, _) = changed?;
            // What the table has already is no wish: the table may hide a key of a list where a screen has its own.
            if row.keys().any(|key| Chord::of(key) == *chord) {
                return None;
            }
            let on = &wishes.get(*place)?.on;
            let number = on
                .iter()
                .position(|text| Chord::parse(text).as_ref() == Ok(chord));
            Some((*place, number?))
        };
        let chords = changed.map_or_else(
            || row.keys().map(Chord::of).collect(),
            |(_, change)| change.chords.clone(),
        );
        placed.extend(chords.into_iter().map(|chord| Placed {
            scope: row.scope,
            action: row.action,
            by: by(&chord),
            chord,
        }));
    }
    placed
}

/// Whether one of these is among the keys: the single key alone.
pub(super) fn has(placed: &[Placed], (scope, action): (Scope, Action), key: Key) -> bool {
    placed
        .iter()
        .any(|one| (one.scope, one.action) == (scope, action) && one.chord.keys() == [key])
}
