//! The names by which a configuration calls scopes and actions: those of the table, in snake case. It binds no key.

use super::{Action, Binding, KEYMAP, Scope};

impl Scope {
    /// Its name, such as `global`.
    pub fn name(self) -> String {
        snake(&format!("{self:?}"))
    }

    /// Every scope of the table, in its order.
    pub fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for row in KEYMAP {
            if !all.contains(&row.scope) {
                all.push(row.scope);
            }
        }
        all
    }

    /// The scope of this name.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.replace('-', "_");
        Self::all().into_iter().find(|scope| scope.name() == name)
    }
}

impl Action {
    /// Its name, such as `next_stage`, `stage_3`; within its scope there is no other of that name.
    pub fn name(self) -> String {
        match self {
            Self::Stage(number) => format!("stage_{number}"),
            Self::Replay(playing) => snake(&format!("{playing:?}")),
            Self::Chart(charting) => snake(&format!("{charting:?}")),
            action => snake(&format!("{action:?}")),
        }
    }
}

impl Binding {
    /// The row of this name in a scope; blanks may be written as `_` or `-`.
    pub fn named(scope: Scope, name: &str) -> Option<&'static Self> {
        let name = name.replace('-', "_");
        KEYMAP
            .iter()
            .find(|row| row.scope == scope && row.action.name() == name)
    }
}

fn snake(camel: &str) -> String {
    let mut out = String::new();
    for c in camel.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}
