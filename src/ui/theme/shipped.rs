//! The themes that are built in, by name. It reads no file.

pub use crate::app::model::{DARK as DEFAULT, LIGHT};

/// The theme without colours.
pub(super) const MONO: &str = "mono";
/// The theme of the terminal's own colours.
pub(super) const TERMINAL: &str = "terminal";

/// Every theme that is built in: its name and its file's text.
pub(super) const SHIPPED: [(&str, &str); 11] = [
    (
        "coalmine-dark",
        include_str!("../../../themes/coalmine-dark.toml"),
    ),
    (
        "coalmine-light",
        include_str!("../../../themes/coalmine-light.toml"),
    ),
    (
        "catppuccin-mocha",
        include_str!("../../../themes/catppuccin-mocha.toml"),
    ),
    (
        "catppuccin-latte",
        include_str!("../../../themes/catppuccin-latte.toml"),
    ),
    (
        "gruvbox-dark",
        include_str!("../../../themes/gruvbox-dark.toml"),
    ),
    ("nord", include_str!("../../../themes/nord.toml")),
    (
        "tokyo-night",
        include_str!("../../../themes/tokyo-night.toml"),
    ),
    ("terminal", include_str!("../../../themes/terminal.toml")),
    ("okabe-ito", include_str!("../../../themes/okabe-ito.toml")),
    (
        "high-contrast",
        include_str!("../../../themes/high-contrast.toml"),
    ),
    ("mono", include_str!("../../../themes/mono.toml")),
];

/// The names of the themes that are built in.
pub fn shipped_names() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|(name, _)| *name)
}

/// The text of a theme that is built in.
pub(super) fn shipped_text(name: &str) -> Option<&'static str> {
    SHIPPED
        .iter()
        .find(|(other, _)| *other == name)
        .map(|(_, text)| *text)
}
