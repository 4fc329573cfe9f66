//! What the person at the keyboard likes where no configuration is needed, and what their terminal can. It changes neither.

use color_eyre::eyre::Result;

use crate::cli::Global;
use crate::config;

/// What the person at the keyboard likes, where no rollout of a configuration is watched: that of the configuration that is named or
/// found. Without one, the console is as it comes.
///
/// # Errors
/// The configuration that was named has faults; one that was only found may have them.
pub(super) fn likes(global: &Global) -> Result<config::Console> {
    let found = config::find(global.config.as_deref()).and_then(|file| config::load(&file.path));
    match found {
        Ok(found) => Ok(found.console),
        Err(_) if global.config.is_none() => Ok(config::Console::default()),
        Err(fault) => Err(fault.into()),
    }
}

/// Whether a terminal that calls itself so shows OSC 8 links; others might print them.
pub(super) fn follows_links(var: &impl Fn(&str) -> Option<String>) -> bool {
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
