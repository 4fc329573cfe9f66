//! Where the config file is looked for. It reads none.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use super::ConfigError;

/// The variable that names the config file.
const VARIABLE: &str = "COALMINE_CONFIG";
/// The name of the file in the working directory.
const FILE_NAME: &str = "coalmine.toml";

/// A config file that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// The file.
    pub path: PathBuf,
    /// What led to it.
    pub via: Via,
}

/// What led to a config file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// `--config`.
    Flag,
    /// `$COALMINE_CONFIG`.
    Variable,
    /// `coalmine.toml` in the working directory.
    WorkingDirectory,
    /// `coalmine/config.toml` in the XDG config directory.
    UserDirectory,
}

/// Finds the config: `explicit` (`--config`), `$COALMINE_CONFIG` (when it is not empty), `./coalmine.toml`, the XDG config directory.
///
/// # Errors
/// [`ConfigError::NotFound`] when nothing is found; [`ConfigError::Unreadable`] when what was named does not exist: then it is not
/// looked for elsewhere.
pub fn find(explicit: Option<&Path>) -> Result<Located, ConfigError> {
    let user = etcetera::choose_base_strategy()
        .ok()
        .map(|base| base.config_dir());
    search(
        explicit,
        std::env::var_os(VARIABLE),
        Path::new(""),
        user.as_deref(),
    )
}

/// [`find`] with its surroundings as parameters.
pub(super) fn search(
    explicit: Option<&Path>,
    variable: Option<OsString>,
    working: &Path,
    user: Option<&Path>,
) -> Result<Located, ConfigError> {
    if let Some(path) = explicit {
        return named(path, Via::Flag, "--config");
    }
    if let Some(path) = variable.filter(|value| !value.is_empty()) {
        return named(Path::new(&path), Via::Variable, "$COALMINE_CONFIG");
    }
    let mut searched = Vec::new();
    let places = [
        (Some(working.join(FILE_NAME)), Via::WorkingDirectory),
        (
            user.map(|dir| dir.join("coalmine").join("config.toml")),
            Via::UserDirectory,
        ),
    ];
    for (place, via) in places {
        let Some(path) = place else { continue };
        if path.exists() {
            return Ok(Located { path, via });
        }
        searched.push(path);
    }
    Err(ConfigError::NotFound { searched })
}

fn named(path: &Path, via: Via, by: &str) -> Result<Located, ConfigError> {
    if path.exists() {
        return Ok(Located {
            path: path.to_owned(),
            via,
        });
    }
    Err(ConfigError::Unreadable {
        path: path.display().to_string(),
        text: format!(
            "there is no such file (named by {by}). `coalmine init` writes one to start from"
        ),
    })
}
