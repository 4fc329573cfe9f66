//! `coalmine themes`: the themes that there are, what they lie on, where they come from, and what is wrong with them. It draws nothing.

use serde_json::{Value, json};

use super::page::{Page, Role, widest};
use super::{code, print};
use crate::cli::Global;

/// One theme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// `dark`, `light`, or `terminal` where it takes the terminal's own background.
    pub kind: String,
    /// The user's file; `None` when it is built in.
    pub file: Option<String>,
    /// Whether the console would begin with it.
    pub chosen: bool,
    /// What is wrong with it, each with file and line.
    pub faults: Vec<String>,
}

/// Prints the themes. Where `auto` counts, none of them is marked. Answers the exit code: faults are told, and stop nothing.
pub fn run(themes: &[Listed], global: &Global, page: Page) -> color_eyre::Result<u8> {
    if global.json {
        let rows: Vec<Value> = themes.iter().map(object).collect();
        print(&json!({ "themes": rows }).to_string())?;
        return Ok(code::DONE);
    }
    let names = widest(themes.iter().map(|theme| theme.name.as_str()));
    let mut lines = Vec::new();
    for theme in themes {
        let mark = if theme.chosen { "*" } else { " " };
        let from = theme.file.as_deref().unwrap_or("built in");
        lines.push(format!(
            "{mark} {}  {}  {}",
            page.cell(Role::Strong, &theme.name, names),
            page.cell(Role::Plain, &theme.kind, 8),
            page.put(Role::Faint, from)
        ));
        for fault in &theme.faults {
            lines.push(format!("    {}", page.put(Role::Warn, fault)));
        }
    }
    print(&lines.join("\n"))?;
    Ok(code::DONE)
}

fn object(theme: &Listed) -> Value {
    json!({
        "name": theme.name,
        "kind": theme.kind,
        "file": theme.file,
        "chosen": theme.chosen,
        "faults": theme.faults,
    })
}
