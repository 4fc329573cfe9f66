//! The keys in force: the table, with what a person changed. Dispatch, footer, help and palette ask it; it judges no change.

use std::fmt;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use super::{Action, Chord, KEYMAP, Key, KeyCode, Scope};

/// One row in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Where it works.
    pub scope: Scope,
    /// Its keys and chords, the one to show first; empty when it was taken away.
    pub chords: Vec<Chord>,
    /// What it does.
    pub action: Action,
    /// The word in the footer; empty for none.
    pub footer: &'static str,
    /// The sentence in the help.
    pub help: &'static str,
    /// Whether a person changed its keys.
    pub changed: bool,
}

impl Bound {
    /// The keys as people read them: the first, or nothing.
    pub fn key(&self) -> String {
        self.chords
            .first()
            .map(ToString::to_string)
            .unwrap_or_default()
    }

    /// All keys as people read them, those of one chord with blanks between them.
    pub fn names(&self) -> Vec<String> {
        self.chords.iter().map(ToString::to_string).collect()
    }

    /// The same on one line: with blanks between them, or commas where a chord has blanks of its own.
    pub fn line(&self) -> String {
        let chords = self.chords.iter().any(|chord| chord.keys().len() > 1);
        self.names().join(if chords { ", " } else { " " })
    }
}

/// What keys come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// They mean this.
    Act(Action),
    /// A chord begins so.
    Begins,
    /// Nothing begins so.
    Nothing,
}

/// Other keys for one row of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Where the row works.
    pub scope: Scope,
    /// What it does.
    pub action: Action,
    /// Its keys and chords.
    pub chords: Vec<Chord>,
}

/// The keys in force. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct Keymap(Arc<[Bound]>);

static TABLE: LazyLock<Keymap> = LazyLock::new(|| {
    let bound = KEYMAP.iter().map(|row| Bound {
        scope: row.scope,
        chords: row.keys().map(Chord::of).collect(),
        action: row.action,
        footer: row.footer,
        help: row.help,
        changed: false,
    });
    Keymap(bound.collect())
});

impl Default for Keymap {
    /// The table as it is.
    fn default() -> Self {
        TABLE.clone()
    }
}

impl fmt::Debug for Keymap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keymap").field(&self.changes()).finish()
    }
}

impl Keymap {
    /// The table with these changes; those of rows that it does not have are left out.
    pub fn with(changes: &[Change]) -> Self {
        let mut rows = Self::default().0.to_vec();
        for change in changes {
            let same = |row: &&mut Bound| row.scope == change.scope && row.action == change.action;
            for row in rows.iter_mut().filter(same) {
                row.chords.clone_from(&change.chords);
                row.changed = true;
            }
        }
        Self(rows.into())
    }

    /// What a person changed.
    pub fn changes(&self) -> Vec<Change> {
        let changed = self.0.iter().filter(|row| row.changed);
        changed
            .map(|row| Change {
                scope: row.scope,
                action: row.action,
                chords: row.chords.clone(),
            })
            .collect()
    }

    /// Every row, in the table's order.
    pub fn rows(&self) -> &[Bound] {
        &self.0
    }

    /// The rows of these scopes, in the table's order.
    pub fn of<'a>(&'a self, scopes: &'a [Scope]) -> impl Iterator<Item = &'a Bound> {
        self.0.iter().filter(move |row| scopes.contains(&row.scope))
    }

    /// What these keys, one after the other, come to where these scopes are open, the topmost first.
    pub fn step(&self, keys: &[Key], scopes: &[Scope]) -> Step {
        for scope in scopes {
            let mut begins = false;
            for row in self.0.iter().filter(|row| row.scope == *scope) {
                if row.chords.iter().any(|chord| chord.keys() == keys) {
                    return Step::Act(row.action);
                }
                begins |= row.chords.iter().any(|chord| chord.begins_with(keys));
            }
            if begins {
                return Step::Begins;
            }
        }
        Step::Nothing
    }

    /// What may follow these keys: the rest of each chord, and its row.
    pub fn follows(&self, keys: &[Key], scopes: &[Scope]) -> Vec<(Chord, &Bound)> {
        let mut found = Vec::new();
        for row in scopes.iter().flat_map(|scope| self.rows_of(*scope)) {
            for chord in row.chords.iter().filter(|chord| chord.begins_with(keys)) {
                found.extend(chord.after(keys.len()).map(|rest| (rest, row)));
            }
        }
        found
    }

    fn rows_of(&self, scope: Scope) -> impl Iterator<Item = &Bound> {
        self.0.iter().filter(move |row| row.scope == scope)
    }

    /// The row of an action in the first of these scopes that has it with a key.
    pub fn row(&self, action: Action, scopes: &[Scope]) -> Option<&Bound> {
        scopes.iter().find_map(|scope| {
            self.rows_of(*scope)
                .find(|row| row.action == action && !row.chords.is_empty())
        })
    }

    /// The first key of an action, as people read it, wherever it works; empty when it has none.
    pub fn key_of(&self, action: Action) -> String {
        let mut rows = self.0.iter().filter(|row| row.action == action);
        rows.find(|row| !row.chords.is_empty())
            .map(Bound::key)
            .unwrap_or_default()
    }

    /// What to press for an action, as a sentence says it: its first key wherever it works, else what finds it in the palette.
    pub fn said(&self, action: Action) -> String {
        self.said_in(action, &[])
    }

    /// The same, with the key that it has in the first of these scopes.
    pub fn said_in(&self, action: Action, scopes: &[Scope]) -> String {
        if let Some(row) = self.row(action, scopes) {
            return row.key();
        }
        let key = self.key_of(action);
        if !key.is_empty() {
            return key;
        }
        let name = action.name().replace('_', "-");
        format!("{}{name}", self.key_of(Action::Palette))
    }

    /// Whether a key completes what confirms in a dialog or a line: held down, it must confirm nothing.
    pub fn confirms(&self, key: Key) -> bool {
        key.code == KeyCode::Enter
            || self
                .of(&[Scope::Dialog, Scope::Input])
                .filter(|row| row.action == Action::Confirm)
                .any(|row| row.chords.iter().any(|chord| chord.last() == Some(key)))
    }
}
