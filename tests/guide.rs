//! What the guide, the page about runbooks and the README tell people to type, typed: every command of their `sh` blocks runs against the simulator.
//! It judges exit codes and whether nothing is left untold; what commands print is the business of their own suites.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop here")]

#[path = "guide/blocks.rs"]
mod blocks;
#[path = "guide/stage.rs"]
mod stage;

use std::path::Path;

use blocks::{Block, blocks};
use stage::Stage;

/// A page of this repository.
fn page(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Every command of a page, in order, in one home; the first that does not do what the page says ends it.
fn follow(text: &str) -> Result<usize, String> {
    let mut stage = Stage::new("healthy", 0.0)?;
    let mut typed = 0;
    for block in blocks(text)? {
        let Block { wants, lines, at } = &block;
        if wants.needs.as_deref().is_some_and(|name| !known(name)) {
            continue;
        }
        if let Some((scenario, speed)) = &wants.world {
            stage = Stage::new(scenario, *speed)?;
            stage.init()?;
        }
        if let Some(span) = wants.later {
            stage.later(span)?;
        }
        for line in lines {
            let told = |fault| format!("line {at}, `{line}`: {fault}");
            if wants.interactive {
                stage.parses(line).map_err(told)?;
            } else {
                stage.types(line, wants.exit).map_err(told)?;
            }
            typed += 1;
        }
    }
    Ok(typed)
}

/// Whether the grammar has a command of this name, such as `runbook lint`.
fn known(name: &str) -> bool {
    let mut at = coalmine::cli::grammar();
    for word in name.split(' ') {
        let Some(next) = at.find_subcommand(word).cloned() else {
            return false;
        };
        at = next;
    }
    true
}

#[test]
fn every_command_of_the_guide_does_what_it_says() {
    let typed = follow(&page("docs/guide.md")).unwrap_or_else(|fault| panic!("guide.md {fault}"));
    assert!(typed > 30, "{typed} commands are not the guide");
}

#[test]
fn every_command_of_the_readme_does_what_it_says() {
    let typed = follow(&page("README.md")).unwrap_or_else(|fault| panic!("README.md {fault}"));
    assert!(typed > 10, "{typed} commands are not the README");
}

#[test]
fn every_command_about_runbooks_does_what_it_says() {
    follow(&page("docs/runbooks.md")).unwrap_or_else(|fault| panic!("runbooks.md {fault}"));
}

#[test]
fn every_subcommand_is_told() {
    let told = page("docs/guide.md") + &page("docs/runbooks.md") + &page("README.md");
    let grammar = coalmine::cli::grammar();
    let mut paths = Vec::new();
    for command in grammar.get_subcommands() {
        paths.push(command.get_name().to_owned());
        let nested = command.get_subcommands();
        paths.extend(nested.map(|inner| format!("{} {}", command.get_name(), inner.get_name())));
    }
    let missing: Vec<_> = paths
        .iter()
        .filter(|path| !path.ends_with("help") && !told.contains(&format!("coalmine {path}")))
        .collect();
    assert!(missing.is_empty(), "no page tells of {missing:?}");
}

#[test]
fn what_does_not_work_is_found() {
    let block = |before: &str, line: &str| format!("{before}\n```sh\n{line}\n```\n");
    for (before, line) in [
        ("", "coalmine config check --jsn"),
        ("", "coalmine status-of-things"),
        ("<!-- exit: 3 -->", "coalmine keys"),
        ("<!-- interactive -->", "coalmine dmo"),
        ("<!-- exit: soon -->", "coalmine keys"),
        ("<!-- exot: 3 -->", "coalmine keys"),
        ("", "coalmine keys | false"),
    ] {
        assert!(follow(&block(before, line)).is_err(), "{before} {line}");
    }
    assert!(
        follow("```\ncoalmine keys\n```\n").is_err(),
        "no block escapes"
    );
    assert_eq!(
        follow(&block("<!-- exit: 2 -->", "coalmine nothing")),
        Ok(1)
    );
    assert_eq!(follow(&block("", "coalmine keys | cat")), Ok(1));
}
