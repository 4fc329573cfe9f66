//! Which colours and which theme the console begins with. It draws nothing.

use super::Surroundings;
use crate::ui::{ColorVariables, Depth, Glyphs, Theme};

impl Surroundings {
    /// The colours to draw with, by what `--color` says.
    pub(super) fn depth(&self, color: &str) -> Depth {
        let variables = ColorVariables {
            no_color: self.no_color.as_deref(),
            clicolor_force: self.clicolor_force.as_deref(),
            colorterm: self.colorterm.as_deref(),
            term: self.term.as_deref(),
        };
        // The grammar lets nothing else through.
        Depth::detect(color.parse().unwrap_or_default(), variables)
    }
}

/// The theme.
pub(super) fn theme(color: &str, surroundings: &Surroundings) -> Theme {
    let glyphs = Glyphs::detect(
        surroundings.locale.as_deref(),
        None,
        None,
        surroundings.term.as_deref(),
    );
    Theme::new(surroundings.depth(color)).with_glyphs(glyphs)
}
