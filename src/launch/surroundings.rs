//! What the environment says, read once: terminal, locale, the SDK's own variables, who is at which machine. It opens nothing.

use std::io::IsTerminal;
use std::path::PathBuf;

use color_eyre::eyre::Result;

use crate::cli::Global;
use crate::config::AwsVariables;

/// What the environment says, read once.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// `$TERM`.
    pub term: Option<String>,
    /// `$COLORTERM`.
    pub colorterm: Option<String>,
    /// `$NO_COLOR`.
    pub no_color: Option<String>,
    /// `$CLICOLOR_FORCE`.
    pub clicolor_force: Option<String>,
    /// `$COALMINE_THEME`.
    pub theme: Option<String>,
    /// The user's home directory.
    pub home: Option<PathBuf>,
    /// The XDG configuration directory.
    pub config_dir: Option<PathBuf>,
    /// `$LC_ALL`, `$LC_CTYPE` or `$LANG`, the first that is set.
    pub locale: Option<String>,
    /// Whether the terminal is known to follow OSC 8 links.
    pub follows_links: bool,
    /// What the SDK's own variables say.
    pub aws: AwsVariables,
    /// Whether `$COALMINE_PLAIN` asks for text instead of a screen.
    pub plain: bool,
    /// Whether tmux lies between this program and the terminal.
    pub tmux: bool,
    /// Whether nothing is to move by itself.
    pub still: bool,
    /// `$COALMINE_STATE_DIR`.
    pub state_dir: Option<PathBuf>,
    /// The local user's name.
    pub user: String,
    /// The host's name.
    pub host: String,
}

impl Surroundings {
    /// Reads the environment.
    pub fn read() -> Self {
        let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            term: var("TERM"),
            colorterm: var("COLORTERM"),
            no_color: var("NO_COLOR"),
            clicolor_force: var("CLICOLOR_FORCE"),
            theme: var("COALMINE_THEME"),
            home: var("HOME").map(PathBuf::from),
            config_dir: super::themes::config_dir(),
            locale: var("LC_ALL")
                .or_else(|| var("LC_CTYPE"))
                .or_else(|| var("LANG")),
            follows_links: follows_links(&var),
            aws: AwsVariables {
                region: var("AWS_REGION").or_else(|| var("AWS_DEFAULT_REGION")),
                region_by_default: var("AWS_REGION").is_none(),
                profile: var("AWS_PROFILE"),
                endpoint: var("AWS_ENDPOINT_URL"),
            },
            plain: var("COALMINE_PLAIN").is_some_and(|value| value != "0"),
            tmux: var("TMUX").is_some(),
            still: ["NO_MOTION", "COALMINE_REDUCED_MOTION"]
                .into_iter()
                .any(|name| var(name).is_some_and(|value| value != "0")),
            state_dir: var("COALMINE_STATE_DIR").map(PathBuf::from),
            user: var("USER")
                .or_else(|| var("LOGNAME"))
                .unwrap_or_else(|| "unknown".to_owned()),
            host: rustix::system::uname()
                .nodename()
                .to_string_lossy()
                .into_owned(),
        }
    }

    /// Whether the console is text instead of a screen: by request, or because the terminal can show no screen.
    pub(super) fn is_plain(&self, global: &Global) -> bool {
        let is_mute = match self.term.as_deref() {
            Some("dumb") => true,
            // Where nothing is known of a terminal there may be none at all, and nobody who reads.
            None | Some("unknown") => std::io::stdout().is_terminal(),
            Some(_) => false,
        };
        global.plain || self.plain || is_mute
    }

    pub(super) fn state_dir(&self) -> Result<PathBuf> {
        if let Some(dir) = &self.state_dir {
            return Ok(dir.clone());
        }
        use etcetera::BaseStrategy;
        let base = etcetera::choose_base_strategy()?;
        Ok(base
            .state_dir()
            .unwrap_or_else(|| base.data_dir())
            .join("coalmine"))
    }
}

/// Whether a terminal that calls itself so shows OSC 8 links; others might print them.
fn follows_links(var: &impl Fn(&str) -> Option<String>) -> bool {
    let named = |name: &str, words: &[&str]| {
        var(name).is_some_and(|value| words.iter().any(|word| value.contains(word)))
    };
    let programs = ["iTerm", "WezTerm", "ghostty", "vscode", "Hyper", "Tabby"];
    var("KITTY_WINDOW_ID").is_some()
        || var("WT_SESSION").is_some()
        || var("KONSOLE_VERSION").is_some()
        || var("VTE_VERSION").is_some_and(|version| version.parse().is_ok_and(|n: u32| n >= 5000))
        || named("TERM_PROGRAM", &programs)
        || named(
            "TERM",
            &["kitty", "foot", "alacritty", "ghostty", "wezterm"],
        )
}
