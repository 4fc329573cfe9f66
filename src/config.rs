//! Files, environment and flags become one validated [`Config`]; every fault is reported at once, with line and column. It opens no connection.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::domain::rollout::{FlagSource, RolloutSpec};
use crate::domain::runbook::shipped::is_builtin;

mod console;
mod contacts;
mod document;
mod duration;
mod fallback;
mod find;
mod limits;
mod logs;
mod metric;
pub mod overrides;
mod rollout;
mod rules;
mod runbook;
mod runbook_file;
mod seed;
mod settings;
mod signals;
#[cfg(test)]
mod tests;

pub use crate::domain::nearest::nearest;
pub use console::{Console, Remap};
pub use duration::parse_duration;
pub use find::{Located, Via, find};
pub use overrides::{Overrides, resolve, without_file};
pub use runbook_file::warnings;
pub use seed::{demo, init, neighbour, seed_text};
pub use settings::{AwsVariables, ConsoleWish, Setting, schema_text, settings};

/// The largest config file that is read, in bytes.
pub const MAX_BYTES: u64 = 1 << 20;

/// The validated configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The rollouts, in the file's order, at least one.
    pub rollouts: Vec<RolloutSpec>,
    /// What the person at the keyboard likes.
    pub console: Console,
}

/// One fault of a config file.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ConfigFault {
    /// The file as it was named.
    pub file: String,
    /// The line, from 1; 0 when the fault is about the file as a whole.
    pub line: usize,
    /// The column in characters, from 1; 0 as above.
    pub column: usize,
    /// The key, such as `rollout.partial-results.stages[1].percent`; empty for a syntax error.
    pub path: String,
    /// What is wrong.
    pub text: String,
    /// What to do about it, when there is something to say.
    pub hint: Option<String>,
}

impl fmt::Display for ConfigFault {
    /// `coalmine.toml:12:5: rollout.a.flag: text (hint)`, as compilers write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file)?;
        if self.line > 0 {
            write!(f, "{}:{}:", self.line, self.column)?;
        }
        if !self.path.is_empty() {
            write!(f, " {}:", self.path)?;
        }
        write!(f, " {}", self.text)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

/// Why there is no configuration.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// No file was found in any of these places.
    #[error(
        "no config found (looked at {}). `coalmine demo` shows the console without one; `coalmine init` writes one to start from",
        searched.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ")
    )]
    NotFound {
        /// Where it was looked for.
        searched: Vec<PathBuf>,
    },
    /// The file could not be read or written.
    #[error("{path}: {text}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why, and what to do.
        text: String,
    },
    /// The file has faults: all of them, in the order of the file.
    #[error("{}", lines(.0))]
    Faults(Vec<ConfigFault>),
    /// A flag of the command line does not fit the config.
    #[error("{0}")]
    Choice(String),
}

fn lines(faults: &[ConfigFault]) -> String {
    let lines: Vec<_> = faults.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// Reads and validates a file. Paths in it are taken from the directory that it lies in; `builtin:NAME` is no path.
///
/// # Errors
/// [`ConfigError::Unreadable`], or [`ConfigError::Faults`] with every fault of the file.
pub fn load(path: &Path) -> Result<Config, ConfigError> {
    let name = path.display().to_string();
    let unreadable = |text: String| ConfigError::Unreadable {
        path: name.clone(),
        text,
    };
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(error.to_string()))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(unreadable(
            "larger than 1 MiB: this is no config file".to_owned(),
        ));
    }
    let mut config = parse_bytes(&name, &bytes).map_err(ConfigError::Faults)?;
    let directory = path.parent().unwrap_or(Path::new(""));
    for rollout in &mut config.rollouts {
        if let FlagSource::File(file) = &mut rollout.flag.source {
            *file = beside(directory, file);
        }
        if let Some(file) = rollout.runbook.as_mut().filter(|file| !is_builtin(file)) {
            *file = beside(directory, file);
        }
    }
    Ok(config)
}

fn beside(directory: &Path, file: &str) -> String {
    directory.join(file).display().to_string()
}

/// Validates the bytes of a file called `name`; a byte order mark is skipped.
///
/// # Errors
/// Every fault, in the order of the file.
pub fn parse_bytes(name: &str, bytes: &[u8]) -> Result<Config, Vec<ConfigFault>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => parse(name, text),
        Err(error) => {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let text = String::from_utf8_lossy(valid);
            let mut faults = document::Faults::new(name, &text);
            faults.push(
                text.len()..text.len(),
                "",
                "this byte is not UTF-8".to_owned(),
                Some("save the file as UTF-8"),
            );
            Err(faults.into_list())
        }
    }
}

/// Validates the text of a file called `name`; a byte order mark is skipped.
///
/// # Errors
/// Every fault, in the order of the file.
pub fn parse(name: &str, text: &str) -> Result<Config, Vec<ConfigFault>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut faults = document::Faults::new(name, text);
    let (root, errors) = toml::de::DeTable::parse_recoverable(text);
    for error in &errors {
        faults.syntax(
            error.span().unwrap_or(text.len()..text.len()),
            error.message(),
        );
    }
    let (rollouts, console) = rollout::read_all(&root, &mut faults);
    let list = faults.into_list();
    if list.is_empty() {
        Ok(Config { rollouts, console })
    } else {
        Err(list)
    }
}
