//! The manual page as troff: every command down to the last, the variables, the files and the keys. It prints nothing.

use std::fmt::Write as _;
use std::io;

use clap::{Arg, Command};
use clap_mangen::Man;

use super::place;
use crate::app::keymap::{Keymap, Scope};
use crate::cli;

/// Variables that are read, beside those of the AWS SDK.
const VARIABLES: [(&str, &str); 7] = [
    (
        "COALMINE_CONFIG",
        "The configuration, where --config names none.",
    ),
    (
        "COALMINE_STATE_DIR",
        "Where the journal and the recordings lie.",
    ),
    (
        "COALMINE_THEME",
        "The theme of the console, where --theme names none.",
    ),
    ("COALMINE_PLAIN", "Lines instead of a screen, as --plain."),
    ("NO_COLOR", "No colours."),
    (
        "NO_MOTION",
        "Nothing on the screen moves by itself; so does COALMINE_REDUCED_MOTION.",
    ),
    (
        "AWS_REGION, AWS_PROFILE, AWS_ENDPOINT_URL",
        "As every SDK of AWS takes them, and all others that it documents.",
    ),
];

/// Files that are read and written.
const FILES: [(&str, &str); 4] = [
    (
        "./coalmine.toml",
        "The configuration, where neither --config nor $COALMINE_CONFIG names one.",
    ),
    (
        "~/.config/coalmine/coalmine.toml",
        "The configuration, where there is none in the working directory.",
    ),
    ("~/.config/coalmine/themes/*.toml", "Themes of your own."),
    (
        "~/.local/state/coalmine",
        "The journal of every order, and the recordings.",
    ),
];

/// The whole page.
///
/// # Errors
/// None that can be met: it is written to memory.
pub(super) fn page() -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let mut grammar = cli::grammar();
    grammar.build();
    let man = Man::new(grammar.clone());
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    let mut exits = Vec::new();
    man.render_extra_section(&mut exits)?;
    let exits = String::from_utf8_lossy(&exits).replace(".SH EXTRA", ".SH \"EXIT STATUS\"");
    page.extend(exits.into_bytes());
    page.extend(table("ENVIRONMENT", &VARIABLES).into_bytes());
    page.extend(table("FILES", &FILES).into_bytes());
    for command in grammar.get_subcommands() {
        add(command, "", &mut page)?;
    }
    page.extend(keys().into_bytes());
    man.render_version_section(&mut page)?;
    Ok(page)
}

/// Whether every command takes it.
fn is_common(option: &Arg) -> bool {
    option.is_global_set() || ["help", "version"].contains(&option.get_id().as_str())
}

/// A command, then those below it. What every command takes is told once, for all of them.
fn add(command: &Command, above: &str, page: &mut Vec<u8>) -> io::Result<()> {
    if command.get_name() == "help" {
        return Ok(());
    }
    let name = format!("{above}{}", command.get_name());
    let own = command.clone().mut_args(|option| {
        let is_common = is_common(&option);
        option.hide(is_common)
    });
    let man = Man::new(own.clone());
    let mut part = Vec::new();
    man.render_synopsis_section(&mut part)?;
    man.render_description_section(&mut part)?;
    if own.get_arguments().any(|option| !option.is_hide_set()) {
        man.render_options_section(&mut part)?;
    }
    let part = String::from_utf8_lossy(&part).replace("\n.SH ", "\n.SS ");
    page.extend(format!(".SH COMMAND {}\n", name.to_uppercase()).into_bytes());
    page.extend(part.into_bytes());
    for below in command.get_subcommands() {
        add(below, &format!("{name} "), page)?;
    }
    Ok(())
}

fn table(title: &str, rows: &[(&str, &str)]) -> String {
    let mut section = format!(".SH {title}\n");
    for (name, meaning) in rows {
        let (name, meaning) = (troff(name), troff(meaning));
        // Writing to a String cannot fail.
        let _ = writeln!(section, ".TP\n\\fB{name}\\fR\n{meaning}");
    }
    section
}

/// The table of keys as a section, scope by scope, as it is without a configuration.
fn keys() -> String {
    let mut section = ".SH KEYS OF THE CONSOLE\n".to_owned();
    let keymap = Keymap::default();
    for scope in Scope::all() {
        // Writing to a String cannot fail.
        let _ = writeln!(section, ".SS {}", troff(place(scope)));
        for row in keymap.rows().iter().filter(|row| row.scope == scope) {
            let (keys, help) = (troff(&row.line()), troff(row.help));
            let _ = writeln!(section, ".TP\n\\fB{keys}\\fR\n{help}");
        }
    }
    section
}

/// A line of text as troff takes it: no request at its beginning, and every backslash and hyphen as it is.
fn troff(text: &str) -> String {
    let text = text
        .replace('\\', "\\e")
        .replace('-', "\\-")
        .replace('~', "\\(ti");
    if text.starts_with(['.', '\'']) {
        format!("\\&{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_tells_every_key_and_no_line_of_it_is_a_request_by_accident() {
        let section = keys() + &table("FILES", &FILES) + &table("ENVIRONMENT", &VARIABLES);
        let keymap = Keymap::default();
        for row in keymap.rows() {
            let told = format!("\\fB{}\\fR\n{}\n", troff(&row.line()), troff(row.help));
            assert!(section.contains(&told), "{told}");
        }
        for line in section.lines().filter(|line| line.starts_with('.')) {
            let known = [".SH ", ".SS ", ".TP"];
            assert!(known.iter().any(|known| line.starts_with(known)), "{line}");
        }
        assert_eq!(
            troff(". a-b \\ 'c'"),
            "\\&. a\\-b \\e 'c'",
            "a full stop, a hyphen, a backslash"
        );
    }

    #[test]
    fn a_command_below_a_command_is_told_and_what_all_take_is_told_once() {
        let page = String::from_utf8_lossy(&page().unwrap_or_default()).into_owned();
        for section in [
            "COMMAND SET",
            "COMMAND INCIDENT CLOSE",
            "\"EXIT STATUS\"",
            "ENVIRONMENT",
            "FILES",
        ] {
            assert_eq!(
                page.matches(&format!(".SH {section}\n")).count(),
                1,
                "{section}"
            );
        }
        let told = page.matches("\\fB\\-\\-endpoint\\-url\\fR").count();
        assert_eq!(
            told, 2,
            "in the synopsis and among the options of every command"
        );
        assert!(page.contains("\\fB\\-\\-override\\-gates\\fR"));
    }
}
