//! Colours of theme files, how readable one is on another, and the nearest that a terminal with fewer colours has. It knows no role.

use ratatui::style::Color;

use super::depth::Depth;

/// The least contrast of text where we choose the colours.
pub(super) const READABLE: f64 = 4.5;
/// The least contrast of text in the terminal's own sixteen, by xterm's idea of them: its bright blue on black has no more.
pub(super) const READABLE_ANSI: f64 = 4.0;

/// The sixteen, with the names that a theme file has for them and xterm's values.
const ANSI: [(&str, Color, [u8; 3]); 16] = [
    ("black", Color::Black, [0, 0, 0]),
    ("red", Color::Red, [205, 0, 0]),
    ("green", Color::Green, [0, 205, 0]),
    ("yellow", Color::Yellow, [205, 205, 0]),
    ("blue", Color::Blue, [0, 0, 238]),
    ("magenta", Color::Magenta, [205, 0, 205]),
    ("cyan", Color::Cyan, [0, 205, 205]),
    ("white", Color::Gray, [229, 229, 229]),
    ("bright-black", Color::DarkGray, [127, 127, 127]),
    ("bright-red", Color::LightRed, [255, 0, 0]),
    ("bright-green", Color::LightGreen, [0, 255, 0]),
    ("bright-yellow", Color::LightYellow, [255, 255, 0]),
    ("bright-blue", Color::LightBlue, [92, 92, 255]),
    ("bright-magenta", Color::LightMagenta, [255, 0, 255]),
    ("bright-cyan", Color::LightCyan, [0, 255, 255]),
    ("bright-white", Color::White, [255, 255, 255]),
];

/// A colour as a theme file has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Ink {
    /// `#rrggbb`.
    Rgb([u8; 3]),
    /// One of the terminal's own: `default`, or one of the sixteen by name.
    Own(Color),
}

impl Ink {
    /// Reads `#rrggbb`, `default`, or the name of one of the sixteen such as `bright-red`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text == "default" {
            return Some(Self::Own(Color::Reset));
        }
        if let Some((_, colour, _)) = ANSI.iter().find(|(name, ..)| *name == text) {
            return Some(Self::Own(*colour));
        }
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Self::Rgb([red, green, blue]))
    }

    /// Every name that is no `#rrggbb`.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        ANSI.iter().map(|(name, ..)| *name).chain(["default"])
    }

    /// The colour as a background.
    pub(super) fn ground(self, depth: Depth) -> Color {
        match (self, depth) {
            (_, Depth::None) => Color::Reset,
            (Self::Own(colour), _) => colour,
            (Self::Rgb([r, g, b]), Depth::True) => Color::Rgb(r, g, b),
            (Self::Rgb(rgb), Depth::Indexed) => Color::Indexed(nearest_indexed(rgb, |_| true)),
            (Self::Rgb(rgb), Depth::Ansi) => nearest_ansi(rgb),
        }
    }

    /// The colour as a backdrop: where there are sixteen it is black or white, on which the others can be read.
    pub(super) fn backdrop(self, depth: Depth) -> Color {
        match (self, depth) {
            (Self::Rgb(rgb), Depth::Ansi) if is_light(rgb) => Color::White,
            (Self::Rgb(_), Depth::Ansi) => Color::Black,
            _ => self.ground(depth),
        }
    }

    /// The colour as text on this ground: the nearest that can be read there, and on the other one too if there is such a colour.
    pub(super) fn text_on(self, ground: Color, other: Option<Color>, depth: Depth) -> Color {
        let Self::Rgb(rgb) = self else {
            return self.ground(depth);
        };
        let Some(ground) = rgb_of(ground) else {
            return self.ground(depth);
        };
        match depth {
            Depth::None | Depth::True => self.ground(depth),
            Depth::Indexed => {
                let is_fit = |text| contrast(text, ground) >= READABLE;
                let other = other.and_then(rgb_of);
                let both = |text| {
                    is_fit(text) && other.is_none_or(|other| contrast(text, other) >= READABLE)
                };
                let found = nearest_indexed(rgb, both);
                let has_both = rgb_of(Color::Indexed(found)).is_some_and(both);
                Color::Indexed(if has_both {
                    found
                } else {
                    nearest_indexed(rgb, is_fit)
                })
            }
            Depth::Ansi => readable_ansi(nearest_ansi(rgb), ground),
        }
    }
}

/// What a colour looks like, by xterm's idea of its palette; `None` for the terminal's own default.
pub(super) fn rgb_of(colour: Color) -> Option<[u8; 3]> {
    match colour {
        Color::Reset => None,
        Color::Rgb(r, g, b) => Some([r, g, b]),
        Color::Indexed(index) => indexed().find(|(i, _)| *i == index).map(|(_, rgb)| rgb),
        named => ANSI
            .iter()
            .find(|(_, colour, _)| *colour == named)
            .map(|(_, _, rgb)| *rgb),
    }
}

/// How much two colours differ in brightness, from 1 to 21, as WCAG has it.
pub(super) fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Whether dark text is easier to read on it than light text.
pub(in crate::ui) fn is_light(rgb: [u8; 3]) -> bool {
    contrast(rgb, [0, 0, 0]) > contrast(rgb, [255, 255, 255])
}

fn luminance(rgb: [u8; 3]) -> f64 {
    let [red, green, blue] = rgb.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// xterm's colour cube and grey ramp.
fn indexed() -> impl Iterator<Item = (u8, [u8; 3])> {
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let level = |n: u8| LEVELS.get(usize::from(n % 6)).copied().unwrap_or_default();
    let cube = (0..216_u8).map(move |i| (16 + i, [level(i / 36), level(i / 6), level(i)]));
    let greys = (0..24_u8).map(|i| (232 + i, [8 + 10 * i; 3]));
    cube.chain(greys)
}

/// The nearest of the 256 that is fit; the nearest of all where none is.
pub(super) fn nearest_indexed(rgb: [u8; 3], is_fit: impl Fn([u8; 3]) -> bool) -> u8 {
    let distance = |other: [u8; 3]| -> u32 {
        rgb.iter()
            .zip(other)
            .map(|(a, b)| u32::from(a.abs_diff(b)).pow(2))
            .sum()
    };
    indexed()
        .min_by_key(|(_, other)| (!is_fit(*other), distance(*other)))
        .map_or(7, |(index, _)| index)
}

/// This colour of the sixteen, or its brighter or darker sister, or black or white: the first that can be read on this ground.
fn readable_ansi(colour: Color, ground: [u8; 3]) -> Color {
    let at = ANSI.iter().position(|(_, other, _)| *other == colour);
    let sister = at.and_then(|at| ANSI.get((at + 8) % 16));
    let end = if is_light(ground) {
        Color::Black
    } else {
        Color::White
    };
    [Some(colour), sister.map(|(_, colour, _)| *colour)]
        .into_iter()
        .flatten()
        .find(|colour| rgb_of(*colour).is_some_and(|rgb| contrast(rgb, ground) >= READABLE_ANSI))
        .unwrap_or(end)
}

/// The one of the sixteen that has this hue: by distance alone, pastels would all turn grey.
fn nearest_ansi([red, green, blue]: [u8; 3]) -> Color {
    let (max, min) = (red.max(green).max(blue), red.min(green).min(blue));
    let chroma = f64::from(max - min);
    // A cream or a bluish white is the colour of ordinary text, not a hue: four parts of it are grey.
    if chroma < 45.0 || chroma * 4.0 < f64::from(max) {
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
