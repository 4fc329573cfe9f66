//! Which runbook is opened: a file, or one that ships with the program. It reads no runbook.

use std::path::Path;

use super::document::{Faults, Item};
use super::{Config, nearest};
use crate::domain::runbook::shipped::{DEFAULT, PREFIX, SHIPPED, find, is_builtin};

/// The file as it was named, or the runbook that is always there.
pub(super) fn or_shipped(file: Option<String>) -> Option<String> {
    file.or_else(|| Some(DEFAULT.to_owned()))
}

/// A file's name, or that of a runbook that ships.
pub(super) fn named(item: &Item<'_>, faults: &mut Faults<'_>) -> Option<String> {
    let file = item.string(faults)?;
    if is_builtin(&file) && find(&file).is_none() {
        unknown(&file, item, faults);
    }
    Some(file)
}

fn unknown(file: &str, item: &Item<'_>, faults: &mut Faults<'_>) {
    let names = || SHIPPED.iter().map(|shipped| shipped.name);
    let name = file.strip_prefix(PREFIX).unwrap_or(file);
    let hint = match nearest(name, names()) {
        Some(near) => format!("did you mean `{PREFIX}{near}`?"),
        None => format!("there are: {}", names().collect::<Vec<_>>().join(", ")),
    };
    let text = format!("no runbook called `{name}` ships with this program");
    item.fault(text, Some(&hint), faults);
}

/// What is no fault, and yet somebody should know before the night on which it counts.
pub fn warnings(config: &Config) -> Vec<String> {
    let missing = |file: &str| {
        let what = match std::fs::metadata(Path::new(file)) {
            Ok(there) if there.is_file() => return None,
            Ok(_) => "is no file".to_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => "is not there".to_owned(),
            Err(error) => format!("cannot be read: {error}"),
        };
        Some(what)
    };
    let rollouts = config.rollouts.iter().filter_map(|spec| {
        let file = spec.runbook.as_deref().filter(|file| !is_builtin(file))?;
        let what = missing(file)?;
        Some(format!(
            "rollout.{}.runbook.file: {file} {what}; the console opens without it (`{DEFAULT}` is always there)",
            spec.name
        ))
    });
    rollouts.collect()
}
