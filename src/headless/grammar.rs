//! `completions`, `man` and `keys`: what there is to type and to press. They read nothing of AWS.

use std::io;

use serde_json::{Value, json};

use super::page::{Page, Role, widest};
use super::{code, complain, gone_is_done, print};
use crate::app::keymap::{Bound, Keymap, Scope};
use crate::cli::{self, Global};
use crate::config::{self, ConfigError};

mod manual;

/// Prints the completions of a shell. Answers the exit code.
pub fn completions(shell: clap_complete::Shell) -> color_eyre::Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut cli::grammar(), "coalmine", &mut script);
    raw(&script)?;
    Ok(code::DONE)
}

/// Prints the manual page, every command with it. Answers the exit code.
pub fn man() -> color_eyre::Result<u8> {
    raw(&manual::page()?)?;
    Ok(code::DONE)
}

fn raw(bytes: &[u8]) -> io::Result<()> {
    use io::Write;
    let mut out = io::stdout().lock();
    gone_is_done(out.write_all(bytes).and_then(|()| out.flush()))
}

/// Prints every key in force: the console's own table, with what the configuration changes where there is one. Answers the exit code.
pub fn keys(global: &Global, page: Page) -> color_eyre::Result<u8> {
    let keymap = in_force(global)?;
    if global.json {
        let rows: Vec<Value> = keymap.rows().iter().map(object).collect();
        print(&json!({ "keys": rows }).to_string())?;
        return Ok(code::DONE);
    }
    let keys = |row: &Bound| match row.line() {
        line if line.is_empty() => "none".to_owned(),
        line => line,
    };
    let lines: Vec<String> = keymap.rows().iter().map(keys).collect();
    let names: Vec<String> = keymap.rows().iter().map(|row| row.action.name()).collect();
    let first = widest(lines.iter().map(String::as_str));
    let second = widest(names.iter().map(String::as_str));
    let mut lines = Vec::new();
    for scope in Scope::all() {
        let title = page.put(Role::Strong, place(scope));
        let table = format!("[console.keys.{}]", scope.name());
        lines.push(format!("{title}  {}", page.put(Role::Faint, table)));
        lines.extend(keymap.of(&[scope]).map(|row| {
            format!(
                "  {}  {}  {}",
                page.cell(Role::Good, keys(row), first),
                page.cell(Role::Faint, row.action.name(), second),
                page.put(Role::Plain, row.help)
            )
        }));
    }
    print(&lines.join("\n"))?;
    Ok(code::DONE)
}

/// The keys with what the configuration changes. Without one they are those of the table; one that was only found and has faults is
/// told of, and changes nothing.
fn in_force(global: &Global) -> color_eyre::Result<Keymap> {
    let found = config::find(global.config.as_deref()).and_then(|file| config::load(&file.path));
    match found {
        Ok(found) => Ok(found.console.keymap),
        Err(ConfigError::NotFound { .. }) => Ok(Keymap::default()),
        Err(fault) if global.config.is_some() => Err(fault.into()),
        Err(fault) => {
            complain(&format!(
                "{fault}\nthe configuration has faults: these are the keys without it"
            ));
            Ok(Keymap::default())
        }
    }
}

fn object(row: &Bound) -> Value {
    json!({
        "scope": row.scope.name(),
        "keys": row.names(),
        "action": row.action,
        "name": row.action.name(),
        "help": row.help,
        "write": row.action.is_write(),
        "changed": row.changed,
    })
}

fn place(scope: Scope) -> &'static str {
    match scope {
        Scope::Always => "everywhere, while typing as well",
        Scope::Global => "everywhere but in dialogs",
        Scope::Lists => "in lists",
        Scope::Logs => "in the logs",
        Scope::Alarms => "in the alarms",
        Scope::History => "in the history",
        Scope::Dialog => "in dialogs",
        Scope::Input => "while typing",
        Scope::Replay => "in the player of `coalmine replay`",
        Scope::Runbook => "in the runbook",
        Scope::Incident => "in the incident",
        Scope::Charts => "on the charts",
        Scope::Fleet => "on the list of rollouts",
    }
}
