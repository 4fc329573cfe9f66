//! The commented config that `coalmine init` writes, and the rollout of the demo, which is the same. It overwrites no file.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

use super::{Config, ConfigError, parse};
use crate::domain::rollout::RolloutSpec;

const SEED: &str = include_str!("seed.toml");
const NEIGHBOUR: &str = include_str!("neighbour.toml");
const NAME: &str = "the built-in config";

/// The commented config that `coalmine init` writes: the partial-results rollout of an audio transcription service.
pub fn seed_text() -> String {
    SEED.to_owned()
}

/// The seed, validated.
pub(super) fn seed() -> Result<Config, ConfigError> {
    parse(NAME, SEED).map_err(ConfigError::Faults)
}

/// The rollout of the demo: that of the seed, in `prod`.
///
/// # Errors
/// None with the text that this program was built with; a test reads it.
pub fn demo() -> Result<RolloutSpec, ConfigError> {
    seed()?
        .rollouts
        .into_iter()
        .next()
        .ok_or_else(|| ConfigError::Choice(format!("{NAME} has no rollout")))
}

/// The rollout of another service of a rehearsal: an SSM parameter, three signals and two alarms that bear its name.
///
/// # Errors
/// [`ConfigError::Faults`] when the name is none that a key may have.
pub fn neighbour(name: &str) -> Result<RolloutSpec, ConfigError> {
    let text = NEIGHBOUR.replace("NAME", name);
    let config = parse(NAME, &text).map_err(ConfigError::Faults)?;
    let first = config.rollouts.into_iter().next();
    first.ok_or_else(|| ConfigError::Choice(format!("{NAME} has no rollout")))
}

/// Writes [`seed_text`] to a new file, with the directories that it needs.
///
/// # Errors
/// [`ConfigError::Unreadable`] when the file exists already (it is left as it is) or cannot be written.
pub fn init(path: &Path) -> Result<(), ConfigError> {
    let refuse = |text: String| ConfigError::Unreadable {
        path: path.display().to_string(),
        text,
    };
    if let Some(directory) = path.parent().filter(|d| !d.as_os_str().is_empty()) {
        std::fs::create_dir_all(directory)
            .map_err(|error| refuse(format!("its directory cannot be made: {error}")))?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| {
        refuse(if error.kind() == ErrorKind::AlreadyExists {
            "exists already and is left as it is; `coalmine --config FILE init` writes to another place".to_owned()
        } else {
            error.to_string()
        })
    })?;
    file.write_all(SEED.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(|error| refuse(error.to_string()))
}
