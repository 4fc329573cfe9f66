//! What the person at the keyboard likes where no configuration is needed. It changes nothing.

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
