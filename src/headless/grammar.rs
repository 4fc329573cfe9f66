//! `completions`, `man` and `keys`: what there is to type and to press. They read neither configuration nor AWS.

use std::io;

use serde_json::{Value, json};

use super::page::{Page, Role, widest};
use super::{code, gone_is_done, print};
use crate::app::keymap::{Binding, KEYMAP, Scope};
use crate::cli::{self, Global};

/// Prints the completions of a shell. Answers the exit code.
pub fn completions(shell: clap_complete::Shell) -> color_eyre::Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut cli::grammar(), "coalmine", &mut script);
    raw(&script)?;
    Ok(code::DONE)
}

/// Prints the manual page, every command with it. Answers the exit code.
pub fn man() -> color_eyre::Result<u8> {
    let mut page = Vec::new();
    let mut grammar = cli::grammar();
    grammar.build();
    clap_mangen::Man::new(grammar.clone()).render(&mut page)?;
    for command in grammar
        .get_subcommands()
        .filter(|command| command.get_name() != "help")
    {
        let name = command.get_name().to_uppercase();
        let man = clap_mangen::Man::new(command.clone());
        page.extend(format!(".SH COMMAND {name}\n").into_bytes());
        man.render_synopsis_section(&mut page)?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    raw(&page)?;
    Ok(code::DONE)
}

fn raw(bytes: &[u8]) -> io::Result<()> {
    use io::Write;
    let mut out = io::stdout().lock();
    gone_is_done(out.write_all(bytes).and_then(|()| out.flush()))
}

/// Prints every key from the console's own table. Answers the exit code.
pub fn keys(global: &Global, page: Page) -> color_eyre::Result<u8> {
    if global.json {
        let rows: Vec<Value> = KEYMAP.iter().map(object).collect();
        print(&json!({ "keys": rows }).to_string())?;
        return Ok(code::DONE);
    }
    let names: Vec<String> = KEYMAP.iter().map(names).collect();
    let columns = widest(names.iter().map(String::as_str));
    let mut lines = Vec::new();
    let mut scope = None;
    for (row, names) in KEYMAP.iter().zip(&names) {
        if scope != Some(row.scope) {
            scope = Some(row.scope);
            lines.push(page.put(Role::Strong, place(row.scope)));
        }
        lines.push(format!(
            "  {}  {}",
            page.cell(Role::Good, names, columns),
            page.put(Role::Plain, row.help)
        ));
    }
    print(&lines.join("\n"))?;
    Ok(code::DONE)
}

fn object(row: &Binding) -> Value {
    let keys: Vec<String> = row.keys().map(|key| key.to_string()).collect();
    json!({
        "scope": format!("{:?}", row.scope).to_lowercase(),
        "keys": keys,
        "action": row.action,
        "help": row.help,
        "write": row.action.is_write(),
    })
}

fn names(row: &Binding) -> String {
    let keys: Vec<String> = row.keys().map(|key| key.to_string()).collect();
    keys.join(" ")
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
        Scope::Fleet => "on the list of rollouts",
    }
}
