//! Which keys cannot stand beside each other, and which nobody may lose. It changes none.

use super::remap::{FaultAt, KeyFault, fault, has};
use super::{Action, Change, Chord, Key, KeyCode, Scope};

use Scope as S;

/// The scopes that are open together, the topmost first.
pub const CHAINS: &[&[Scope]] = &[
    &[S::Always, S::Input],
    &[S::Always, S::Dialog],
    &[S::Always, S::Dialog, S::Global],
    &[S::Always, S::Lists, S::Global],
    &[S::Always, S::Logs, S::Lists, S::Global],
    &[S::Always, S::Alarms, S::Lists, S::Global],
    &[S::Always, S::History, S::Lists, S::Global],
    &[S::Always, S::Runbook, S::Lists, S::Global],
    &[S::Always, S::Incident, S::Lists, S::Global],
    &[S::Always, S::Charts, S::Lists, S::Global],
    &[S::Always, S::Fleet, S::Lists],
    &[S::Always, S::Global],
    &[S::Replay, S::Always],
];

/// A key or chord with what it does, and the wish and the place in it that it comes from.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) scope: Scope,
    pub(super) action: Action,
    pub(super) chord: Chord,
    pub(super) by: Option<(usize, usize)>,
}

/// Finds every clash.
pub(super) fn judge(placed: &[Placed], changes: &[(usize, Change)], faults: &mut Vec<KeyFault>) {
    for (place, one) in placed.iter().enumerate() {
        for other in placed.iter().skip(place + 1) {
            // A wish is judged against what stands there, and against wishes that were written before it.
            let (new, old) = if one.by > other.by {
                (one, other)
            } else {
                (other, one)
            };
            if let Some(found) = between(new, old)
                && !faults.contains(&found)
            {
                faults.push(found);
            }
        }
    }
    kept(placed, changes, faults);
    confirming(placed, faults);
}

/// What is wrong with a key beside another one.
fn between(new: &Placed, old: &Placed) -> Option<KeyFault> {
    let (wish, number) = new.by?;
    if !meet(new.scope, old.scope) {
        return None;
    }
    let there = format!("`{}` in `{}`", old.action.name(), old.scope.name());
    let (text, hint) = if new.chord == old.chord {
        if new.action == old.action {
            return None;
        }
        let hint = format!(
            "give `{}` other keys in [console.keys.{}], or \"none\"",
            old.action.name(),
            old.scope.name()
        );
        (format!("`{}` is {there} already", new.chord), hint)
    } else if new.chord.begins_with(old.chord.keys()) {
        let text = format!(
            "`{}` can never be finished: `{}` alone is {there}",
            new.chord, old.chord
        );
        let hint = format!(
            "give `{}` other keys in [console.keys.{}]",
            old.action.name(),
            old.scope.name()
        );
        (text, hint)
    } else if old.chord.begins_with(new.chord.keys()) {
        let text = format!(
            "`{}` is how `{}` begins, which is {there}",
            new.chord, old.chord
        );
        (text, "a key cannot be a whole and a beginning".to_owned())
    } else {
        return None;
    };
    Some(fault(wish, FaultAt::Key(number), text, Some(&hint)))
}

/// Whether both may be meant at once. A dialog lies over the screen: its keys are its own by design, and hide those below.
fn meet(one: Scope, other: Scope) -> bool {
    let pair = [one, other];
    let over = pair.contains(&S::Dialog) && pair.contains(&S::Global);
    one == other
        || !over
            && CHAINS
                .iter()
                .any(|chain| pair.iter().all(|scope| chain.contains(scope)))
}

/// What nobody may lose: the ways out, the way on, and what turns the feature off.
fn kept(placed: &[Placed], changes: &[(usize, Change)], faults: &mut Vec<KeyFault>) {
    let ctrl_c = Key {
        ctrl: true,
        ..Key::char('c')
    };
    for (wish, change) in changes {
        let place = (change.scope, change.action);
        let has_none = change.chords.is_empty() && !faults.iter().any(|fault| fault.wish == *wish);
        let (text, hint) = match place {
            (S::Always, Action::Interrupt) if !has(placed, place, ctrl_c) => (
                "`ctrl-c` must stay: it is the way out that works at any time",
                "other keys may stand beside it: [\"ctrl-c\", \"F10\"]",
            ),
            (S::Dialog | S::Input, Action::Back) if has_none => {
                ("the way out of a dialog must keep a key", "such as \"esc\"")
            }
            (S::Dialog | S::Input, Action::Confirm) if has_none => (
                "the way on must keep a key: without one nothing can be confirmed",
                "such as \"enter\"",
            ),
            (S::Global | S::Always, Action::Disable) if is_lost(placed, Action::Disable) => (
                "what turns the feature off must keep a key in `global` or `always`",
                "such as \"D\" or \"F9\"",
            ),
            _ => continue,
        };
        faults.push(fault(*wish, FaultAt::Action, text, Some(hint)));
    }
}

fn is_lost(placed: &[Placed], action: Action) -> bool {
    !placed
        .iter()
        .any(|one| one.action == action && matches!(one.scope, S::Global | S::Always))
}

/// The key that confirms is none that changes something: pressed twice, it would ask and answer itself.
fn confirming(placed: &[Placed], faults: &mut Vec<KeyFault>) {
    let confirms =
        |one: &&Placed| matches!(one.scope, S::Dialog | S::Input) && one.action == Action::Confirm;
    for confirm in placed.iter().filter(confirms) {
        let same =
            |one: &&Placed| one.action.is_write() && one.chord.last() == confirm.chord.last();
        for write in placed.iter().filter(same) {
            let Some((wish, number)) = confirm.by.max(write.by) else {
                continue;
            };
            let key = confirm.chord.last().unwrap_or(Key::plain(KeyCode::Enter));
            let text = format!(
                "`{key}` would ask for `{}` and confirm it as well",
                write.action.name()
            );
            faults.push(fault(
                wish,
                FaultAt::Key(number),
                text,
                Some("two different keys: pressing one twice must raise nothing"),
            ));
        }
    }
}
