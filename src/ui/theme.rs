//! What every kind of thing on screen looks like: roles with styles, from a theme file, for the colours that a terminal has.
//! It draws nothing and reads no environment.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use super::glyphs::Glyphs;

/// The theme that is built in.
const DARK: &str = include_str!("../../themes/coalmine-dark.toml");

/// What a thing on screen is for. Code names roles, never colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// What everything lies on.
    Backdrop,
    /// Ordinary text.
    Text,
    /// The number or word that matters most.
    Strong,
    /// Text that explains.
    Muted,
    /// Text that is there when looked for.
    Faint,
    /// What stands out without meaning good or bad.
    Accent,
    /// Titles on borders.
    Title,
    /// Borders and rules.
    Border,
    /// The border of what has the keyboard.
    Focus,
    /// The selected row.
    Selection,
    /// All is well.
    Good,
    /// Look here.
    Warn,
    /// Act.
    Bad,
    /// Not known.
    Unknown,
    /// Hold: neither good nor bad.
    Hold,
    /// Treated sessions, and exposure.
    Canary,
    /// Sessions that are not treated.
    Control,
    /// Sparklines and the line of a chart.
    Spark,
    /// Limits in a chart.
    Limit,
    /// The key to press.
    Key,
    /// A block that must not be overlooked.
    Danger,
    /// The environment's name, when it is production.
    Prod,
    /// The environment's name, when it is another one.
    Stage,
    /// A rehearsal against the simulator.
    Rehearsal,
    /// A line being typed.
    Input,
    /// The edge of text from outside, which that text cannot draw itself.
    Gutter,
    /// A line that goes.
    Removed,
    /// A line that comes.
    Added,
    /// What was searched for.
    Match,
    /// The first of several log groups; the others follow.
    Group1,
    /// The second.
    Group2,
    /// The third.
    Group3,
    /// The fourth.
    Group4,
    /// The fifth.
    Group5,
    /// The sixth; the seventh looks like the first again.
    Group6,
}

/// Every role with its name in a theme file, in the order of [`Role`].
pub const ROLES: [(Role, &str); 35] = [
    (Role::Backdrop, "backdrop"),
    (Role::Text, "text"),
    (Role::Strong, "strong"),
    (Role::Muted, "muted"),
    (Role::Faint, "faint"),
    (Role::Accent, "accent"),
    (Role::Title, "title"),
    (Role::Border, "border"),
    (Role::Focus, "focus"),
    (Role::Selection, "selection"),
    (Role::Good, "good"),
    (Role::Warn, "warn"),
    (Role::Bad, "bad"),
    (Role::Unknown, "unknown"),
    (Role::Hold, "hold"),
    (Role::Canary, "canary"),
    (Role::Control, "control"),
    (Role::Spark, "spark"),
    (Role::Limit, "limit"),
    (Role::Key, "key"),
    (Role::Danger, "danger"),
    (Role::Prod, "prod"),
    (Role::Stage, "stage"),
    (Role::Rehearsal, "rehearsal"),
    (Role::Input, "input"),
    (Role::Gutter, "gutter"),
    (Role::Removed, "removed"),
    (Role::Added, "added"),
    (Role::Match, "match"),
    (Role::Group1, "group1"),
    (Role::Group2, "group2"),
    (Role::Group3, "group3"),
    (Role::Group4, "group4"),
    (Role::Group5, "group5"),
    (Role::Group6, "group6"),
];

/// How many colours the terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// 24 bit.
    True,
    /// The 256 of xterm.
    Indexed,
    /// The 16 of the terminal's own palette.
    Ansi,
    /// None: attributes only.
    None,
}

impl Depth {
    /// The depth that `NO_COLOR`, `COLORTERM` and `TERM` speak of, each as the environment has it.
    pub fn detect(no_color: Option<&str>, colorterm: Option<&str>, term: Option<&str>) -> Self {
        const TRUE_TERMS: [&str; 6] = [
            "-direct",
            "kitty",
            "alacritty",
            "wezterm",
            "ghostty",
            "foot",
        ];
        let term = term.unwrap_or_default();
        if no_color.is_some_and(|value| !value.is_empty()) || term == "dumb" {
            return Self::None;
        }
        let named_true = matches!(colorterm, Some("truecolor" | "24bit"));
        if named_true || TRUE_TERMS.iter().any(|name| term.contains(name)) {
            Self::True
        } else if term.contains("256color") {
            Self::Indexed
        } else {
            Self::Ansi
        }
    }
}

/// A style for every role, at one depth, and the glyphs to draw with.
#[derive(Clone, Debug)]
pub struct Theme {
    styles: [Style; ROLES.len()],
    /// The glyphs to draw with.
    pub glyphs: Glyphs,
}

impl Theme {
    /// The built-in theme at this depth, with UTF-8 glyphs.
    pub fn new(depth: Depth) -> Self {
        Self::parse(DARK, depth).0
    }

    /// The same theme with other glyphs.
    #[must_use]
    pub fn with_glyphs(self, glyphs: Glyphs) -> Self {
        Self { glyphs, ..self }
    }

    /// A theme from a theme file's text, and what is wrong with it; a role that is missing or wrong looks like plain text.
    pub fn parse(text: &str, depth: Depth) -> (Self, Vec<String>) {
        let mut faults = Vec::new();
        let file = toml::from_str::<File>(text).unwrap_or_else(|fault| {
            faults.push(fault.to_string());
            File::default()
        });
        let known = |name: &str| ROLES.iter().any(|(_, role)| *role == name);
        faults.extend(
            file.role
                .keys()
                .filter(|name| !known(name))
                .map(|name| format!("role `{name}` is not known")),
        );
        let styles = ROLES.map(|(_, name)| {
            if let Some(look) = file.role.get(name) {
                look.style(&file.palette, depth, &mut faults)
            } else {
                faults.push(format!("role `{name}` is missing"));
                Style::new()
            }
        });
        let theme = Self {
            styles,
            glyphs: Glyphs::Utf8,
        };
        (theme, faults)
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
        style
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    #[expect(dead_code, reason = "for people; the program goes by the file")]
    name: String,
    #[serde(default)]
    palette: BTreeMap<String, String>,
    #[serde(default)]
    role: BTreeMap<String, Look>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Look {
    fg: Option<String>,
    bg: Option<String>,
    bold: bool,
    dim: bool,
    italic: bool,
    underlined: bool,
    reversed: bool,
    mono: Option<Vec<String>>,
}

impl Look {
    fn style(
        &self,
        palette: &BTreeMap<String, String>,
        depth: Depth,
        faults: &mut Vec<String>,
    ) -> Style {
        let mut colour = |name: &Option<String>| -> Option<Color> {
            let name = name.as_ref()?;
            let rgb = rgb_of(palette.get(name).unwrap_or(name));
            if rgb.is_none() {
                faults.push(format!(
                    "colour `{name}` is neither in the palette nor #rrggbb"
                ));
            }
            rgb.map(|rgb| reduce(rgb, depth))
        };
        let style = Style {
            fg: colour(&self.fg),
            bg: colour(&self.bg),
            ..Style::new()
        };
        style.add_modifier(self.attributes(depth, faults))
    }

    fn attributes(&self, depth: Depth, faults: &mut Vec<String>) -> Modifier {
        if let (Depth::None, Some(names)) = (depth, &self.mono) {
            return names
                .iter()
                .filter_map(|name| {
                    let found = attribute(name);
                    if found.is_none() {
                        faults.push(format!("attribute `{name}` is not known"));
                    }
                    found
                })
                .collect();
        }
        [
            (self.bold, Modifier::BOLD),
            (self.dim, Modifier::DIM),
            (self.italic, Modifier::ITALIC),
            (self.underlined, Modifier::UNDERLINED),
            (self.reversed, Modifier::REVERSED),
        ]
        .into_iter()
        .filter_map(|(on, attribute)| on.then_some(attribute))
        .collect()
    }
}

fn attribute(name: &str) -> Option<Modifier> {
    Some(match name {
        "bold" => Modifier::BOLD,
        "underlined" => Modifier::UNDERLINED,
        "reversed" => Modifier::REVERSED,
        _ => return None,
    })
}

fn rgb_of(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').filter(|d| d.len() == 6)?;
    let number = u32::from_str_radix(digits, 16).ok()?;
    let [_, red, green, blue] = number.to_be_bytes();
    Some([red, green, blue])
}

fn reduce(rgb: [u8; 3], depth: Depth) -> Color {
    match depth {
        Depth::True => Color::Rgb(rgb[0], rgb[1], rgb[2]),
        Depth::Indexed => Color::Indexed(nearest_indexed(rgb)),
        Depth::Ansi => nearest_ansi(rgb),
        Depth::None => Color::Reset,
    }
}

/// The nearest of xterm's colour cube and grey ramp.
fn nearest_indexed(rgb: [u8; 3]) -> u8 {
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let distance = |other: [u8; 3]| -> u32 {
        rgb.iter()
            .zip(other)
            .map(|(a, b)| u32::from(a.abs_diff(b)).pow(2))
            .sum()
    };
    let cube = (0..216_u8).map(|i| {
        let level = |n: u8| LEVELS.get(usize::from(n % 6)).copied().unwrap_or_default();
        (16 + i, [level(i / 36), level(i / 6), level(i)])
    });
    let greys = (0..24_u8).map(|i| (232 + i, [8 + 10 * i; 3]));
    cube.chain(greys)
        .min_by_key(|(_, other)| distance(*other))
        .map_or(7, |(index, _)| index)
}

/// The one of the sixteen that has this hue: by distance alone, pastels would all turn grey.
fn nearest_ansi([red, green, blue]: [u8; 3]) -> Color {
    let (max, min) = (red.max(green).max(blue), red.min(green).min(blue));
    let chroma = f64::from(max - min);
    if chroma < 45.0 {
        return match max {
            0..=50 => Color::Black,
            51..=140 => Color::DarkGray,
            141..=225 => Color::Gray,
            _ => Color::White,
        };
    }
    let (r, g, b) = (f64::from(red), f64::from(green), f64::from(blue));
    let sector = if max == red {
        (g - b) / chroma
    } else if max == green {
        (b - r) / chroma + 2.0
    } else {
        (r - g) / chroma + 4.0
    };
    let hue = (sector * 60.0).rem_euclid(360.0);
    let (plain, bright) = match hue as u16 {
        0..15 | 345.. => (Color::Red, Color::LightRed),
        15..72 => (Color::Yellow, Color::LightYellow),
        72..165 => (Color::Green, Color::LightGreen),
        165..195 => (Color::Cyan, Color::LightCyan),
        195..250 => (Color::Blue, Color::LightBlue),
        250..345 => (Color::Magenta, Color::LightMagenta),
    };
    if max > 150 { bright } else { plain }
}

#[cfg(test)]
mod tests;
