//! What every kind of thing on screen looks like: roles with styles, from a theme file, for the colours that a terminal has.
//! It draws nothing and reads no environment.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};

use super::glyphs::Glyphs;
pub(super) use colour::is_light;
use colour::{Ink, rgb_of};
use file::Inks;
use role::LINES;

mod colour;
mod depth;
mod file;
mod role;
mod shipped;
#[cfg(test)]
mod tests;

pub use depth::{ColorChoice, ColorVariables, Depth};
pub use file::{ThemeFault, ThemeText};
pub use role::{ROLES, Role};
pub use shipped::{DEFAULT, LIGHT, shipped_names};
use shipped::shipped_text;

/// A style for every role, at one depth, and the glyphs to draw with.
#[derive(Clone, Debug)]
pub struct Theme {
    styles: [Style; ROLES.len()],
    depth: Depth,
    /// The glyphs to draw with.
    pub glyphs: Glyphs,
}

impl Theme {
    /// The default theme at this depth, with UTF-8 glyphs.
    pub fn new(depth: Depth) -> Self {
        Self::shipped(DEFAULT, depth)
    }

    /// A theme that is built in, with UTF-8 glyphs; the default one where there is none of this name.
    pub fn shipped(name: &str, depth: Depth) -> Self {
        let text = shipped_source(name).or_else(|| shipped_source(DEFAULT));
        text.map_or_else(Self::plain, |text| {
            Self::read(text, depth, &shipped_source, &[]).0
        })
    }

    /// A theme from a theme file, and what is wrong with it. A role that is missing or wrong looks as in the theme that it
    /// inherits, else as in the built-in theme that fits its background. Without colours every theme is `mono`.
    ///
    /// `find` answers the text of another theme by its name; `names` are those that there are.
    pub fn read(
        source: ThemeText,
        depth: Depth,
        find: &dyn Fn(&str) -> Option<ThemeText>,
        names: &[String],
    ) -> (Self, Vec<ThemeFault>) {
        let (mut looks, faults) = file::read(source, find, names);
        if depth == Depth::None {
            looks = of_shipped(shipped::MONO);
        } else {
            for (role, inks) in of_shipped(fitting(&looks)) {
                looks.entry(role).or_insert(inks);
            }
        }
        (Self::of(&looks, depth), faults)
    }

    fn plain() -> Self {
        Self {
            styles: [Style::new(); ROLES.len()],
            depth: Depth::True,
            glyphs: Glyphs::Utf8,
        }
    }

    fn of(looks: &BTreeMap<usize, Inks>, depth: Depth) -> Self {
        let inks = |role: Role| looks.get(&(role as usize)).copied().unwrap_or_default();
        let backdrop = inks(Role::Backdrop).bg;
        let backdrop = backdrop.map_or(Color::Reset, |ink| ink.backdrop(depth));
        let styles = ROLES.map(|(role, _)| {
            let inks = inks(role);
            let bg = match role {
                Role::Backdrop => Some(backdrop),
                _ => inks.bg.map(|ink| ink.ground(depth)),
            };
            let ground = bg.unwrap_or(backdrop);
            let text = |ink: Ink| {
                if LINES.contains(&role) {
                    ink.ground(depth)
                } else {
                    ink.text_on(ground, depth)
                }
            };
            let style = Style {
                fg: inks.fg.map(text),
                bg,
                ..Style::new()
            };
            style.add_modifier(inks.modifier)
        });
        let theme = Self {
            styles,
            depth,
            ..Self::plain()
        };
        if depth == Depth::Ansi {
            theme.with_reversed_selection()
        } else {
            theme
        }
    }

    /// Of sixteen colours none lies behind text of the other fifteen so that all can be read: the selected row is reversed.
    fn with_reversed_selection(mut self) -> Self {
        let reversed = self.style(Role::Text).add_modifier(Modifier::REVERSED);
        if let Some(selection) = self.styles.get_mut(Role::Selection as usize) {
            *selection = reversed;
        }
        self
    }

    /// The same theme with other glyphs.
    #[must_use]
    pub fn with_glyphs(self, glyphs: Glyphs) -> Self {
        Self { glyphs, ..self }
    }

    /// Whether there are no colours, whatever the theme.
    pub(super) fn is_colourless(&self) -> bool {
        self.depth == Depth::None
    }

    /// What a role looks like.
    pub fn style(&self, role: Role) -> Style {
        self.styles.get(role as usize).copied().unwrap_or_default()
    }

    /// A role's own background behind another role's text.
    pub(super) fn on(&self, role: Role, behind: Role) -> Style {
        let behind = self.style(behind);
        let mut style = self.style(role);
        style.bg = behind.bg;
        style.add_modifier |= behind.add_modifier;
        if behind.add_modifier.contains(Modifier::REVERSED) {
            // One bar, not one patch for each colour of the row.
            style.fg = behind.fg;
        }
        style
    }
}

/// The text of a theme that is built in, as a source.
pub fn shipped_source(name: &str) -> Option<ThemeText> {
    shipped_text(name).map(|text| ThemeText {
        file: format!("themes/{name}.toml"),
        text: text.to_owned(),
    })
}

fn of_shipped(name: &str) -> BTreeMap<usize, Inks> {
    shipped_source(name).map_or_else(BTreeMap::new, |text| {
        file::read(text, &shipped_source, &[]).0
    })
}

/// The built-in theme whose colours can be read on a theme's background.
fn fitting(looks: &BTreeMap<usize, Inks>) -> &'static str {
    match looks.get(&(Role::Backdrop as usize)).map(|inks| inks.bg) {
        None => DEFAULT,
        Some(None) => shipped::TERMINAL,
        Some(Some(ink)) => match rgb_of(ink.ground(Depth::True)) {
            None => shipped::TERMINAL,
            Some(rgb) if is_light(rgb) => LIGHT,
            Some(_) => DEFAULT,
        },
    }
}
