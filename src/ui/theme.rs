//! What every kind of thing on screen looks like: roles with styles, from a theme file, for the colours that a terminal has.
//! It draws nothing and reads no environment.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

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
pub use file::{ThemeFault, ThemeText, unknown_theme};
pub use role::{ROLES, Role};
use shipped::shipped_text;
pub use shipped::{DEFAULT, LIGHT, shipped_names};

/// A style for every role, at one depth, and the glyphs to draw with.
#[derive(Clone, Debug)]
pub struct Theme {
    styles: [Style; ROLES.len()],
    depth: Depth,
    ground: Ground,
    gallery: Arc<Gallery>,
    /// The glyphs to draw with.
    pub glyphs: Glyphs,
}

/// Themes by their names, to show what each looks like.
pub type Gallery = BTreeMap<String, Theme>;

/// What a theme's text lies on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ground {
    /// Dark: the text is light.
    Dark,
    /// Light: the text is dark.
    Light,
    /// The terminal's own background.
    #[default]
    Terminal,
}

impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Terminal => "terminal",
        })
    }
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
        let ground = ground(&looks);
        if depth == Depth::None {
            looks = of_shipped(shipped::MONO);
        } else {
            for (role, inks) in of_shipped(fitting(ground)) {
                looks.entry(role).or_insert(inks);
            }
        }
        let theme = Self {
            ground,
            ..Self::of(&looks, depth)
        };
        (theme, faults)
    }

    fn plain() -> Self {
        Self {
            styles: [Style::new(); ROLES.len()],
            depth: Depth::True,
            ground: Ground::default(),
            gallery: Arc::default(),
            glyphs: Glyphs::Utf8,
        }
    }

    fn of(looks: &BTreeMap<usize, Inks>, depth: Depth) -> Self {
        let inks = |role: Role| looks.get(&(role as usize)).copied().unwrap_or_default();
        let backdrop = inks(Role::Backdrop).bg;
        let backdrop = backdrop.map_or(Color::Reset, |ink| ink.backdrop(depth));
        let selected = inks(Role::Selection).bg.map(|ink| ink.ground(depth));
        let styles = ROLES.map(|(role, _)| {
            let inks = inks(role);
            let bg = match role {
                Role::Backdrop => Some(backdrop),
                _ => inks.bg.map(|ink| ink.ground(depth)),
            };
            let ground = bg.unwrap_or(backdrop);
            let other = selected.filter(|_| bg.is_none());
            let text = |ink: Ink| {
                if LINES.contains(&role) {
                    ink.ground(depth)
                } else {
                    ink.text_on(ground, other, depth)
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

    /// The same theme with others to show beside it.
    #[must_use]
    pub fn with_gallery(self, gallery: Arc<Gallery>) -> Self {
        Self { gallery, ..self }
    }

    /// Another theme, to show what it looks like.
    pub(super) fn other(&self, name: &str) -> Option<&Self> {
        self.gallery.get(name)
    }

    /// Whether both look the same everywhere.
    pub fn looks_like(&self, other: &Self) -> bool {
        self.styles == other.styles
    }

    /// What its text lies on.
    pub fn ground(&self) -> Ground {
        self.ground
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

/// Whether text of this colour can be read on this ground; where the terminal's own are asked for, nobody knows.
#[cfg(test)]
pub(super) fn legible(text: Color, ground: Color) -> bool {
    match (rgb_of(text), rgb_of(ground)) {
        (Some(text), Some(ground)) => colour::contrast(text, ground) >= colour::READABLE,
        _ => true,
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

/// The background that a theme's files speak of.
fn ground(looks: &BTreeMap<usize, Inks>) -> Ground {
    match looks.get(&(Role::Backdrop as usize)).map(|inks| inks.bg) {
        None => Ground::Dark,
        Some(None) => Ground::Terminal,
        Some(Some(ink)) => match rgb_of(ink.ground(Depth::True)) {
            None => Ground::Terminal,
            Some(rgb) if is_light(rgb) => Ground::Light,
            Some(_) => Ground::Dark,
        },
    }
}

/// The built-in theme whose colours can be read on this background.
fn fitting(ground: Ground) -> &'static str {
    match ground {
        Ground::Dark => DEFAULT,
        Ground::Light => LIGHT,
        Ground::Terminal => shipped::TERMINAL,
    }
}
