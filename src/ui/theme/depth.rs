//! How many colours the terminal has, by what the person says and what the environment tells. It reads no environment itself.

use std::str::FromStr;

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

/// What the person says about colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// As the environment tells.
    #[default]
    Auto,
    /// As many as the terminal has, `NO_COLOR` or not.
    Always,
    /// None.
    Never,
    /// Exactly so many.
    Exactly(Depth),
}

impl FromStr for ColorChoice {
    type Err = String;

    /// Reads `auto`, `always`, `never`, `16`, `256` or `truecolor`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "auto" => Self::Auto,
            "always" => Self::Always,
            "never" => Self::Never,
            "16" => Self::Exactly(Depth::Ansi),
            "256" => Self::Exactly(Depth::Indexed),
            "truecolor" => Self::Exactly(Depth::True),
            _ => return Err("expected auto, always, never, 16, 256 or truecolor".to_owned()),
        })
    }
}

/// What the environment says about colours, each variable as it is there.
#[derive(Clone, Copy, Debug, Default)]
pub struct ColorVariables<'e> {
    /// `$NO_COLOR`: no colours, unless it is empty.
    pub no_color: Option<&'e str>,
    /// `$CLICOLOR_FORCE`: colours on a terminal that does not look like it, unless it is empty or `0`.
    pub clicolor_force: Option<&'e str>,
    /// `$COLORTERM`.
    pub colorterm: Option<&'e str>,
    /// `$TERM`.
    pub term: Option<&'e str>,
}

impl ColorVariables<'_> {
    fn is_forced(self) -> bool {
        says(self.clicolor_force) && self.clicolor_force != Some("0")
    }
}

fn says(value: Option<&str>) -> bool {
    value.is_some_and(|value| !value.is_empty())
}

impl Depth {
    /// The depth to draw at. What the person says counts most, then `NO_COLOR`, then `CLICOLOR_FORCE`, then what the terminal is.
    pub fn detect(choice: ColorChoice, variables: ColorVariables<'_>) -> Self {
        let forced = variables.is_forced();
        match choice {
            ColorChoice::Never => Self::None,
            ColorChoice::Exactly(depth) => depth,
            ColorChoice::Auto if says(variables.no_color) => Self::None,
            ColorChoice::Auto if !forced && is_colourless(variables.term) => Self::None,
            ColorChoice::Auto | ColorChoice::Always => Self::of_terminal(variables),
        }
    }

    /// The depth where the command line and the configuration each may say something: the command line counts most, then `NO_COLOR`
    /// and `CLICOLOR_FORCE`, then the configuration, then what the terminal is.
    pub fn choose(
        flag: Option<ColorChoice>,
        config: Option<ColorChoice>,
        variables: ColorVariables<'_>,
    ) -> Self {
        let config = config.unwrap_or_default();
        match flag {
            Some(flag) => Self::detect(flag, variables),
            None if says(variables.no_color) => Self::None,
            None if variables.is_forced() && config == ColorChoice::Never => {
                Self::of_terminal(variables)
            }
            None => Self::detect(config, variables),
        }
    }

    /// What a terminal has that is known to have colours.
    fn of_terminal(variables: ColorVariables<'_>) -> Self {
        const TRUE_TERMS: [&str; 6] = [
            "-direct",
            "kitty",
            "alacritty",
            "wezterm",
            "ghostty",
            "foot",
        ];
        let term = variables.term.unwrap_or_default();
        let named_true = matches!(variables.colorterm, Some("truecolor" | "24bit"));
        if named_true || TRUE_TERMS.iter().any(|name| term.contains(name)) {
            Self::True
        } else if term.contains("256color") {
            Self::Indexed
        } else {
            Self::Ansi
        }
    }
}

/// Whether a terminal of this name has no colours: the old monochrome ones, and entries that say so.
fn is_colourless(term: Option<&str>) -> bool {
    const MONOCHROME: [&str; 6] = ["dumb", "vt52", "vt100", "vt102", "vt220", "vt320"];
    term.is_some_and(|term| {
        MONOCHROME.contains(&term) || term.ends_with("-m") || term.ends_with("-mono")
    })
}
