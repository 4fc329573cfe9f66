//! `coalmine runbook show`: a Markdown runbook as it was understood. It needs no configuration and no credentials, and runs nothing.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::page::Page;
use super::{code, complain, print};
use crate::cli::{Global, RunbookCommand};
use crate::domain::runbook::native::recognise_as;
use crate::domain::runbook::{Command, read, shipped};

pub mod lint;
mod outline;
mod values;

/// The largest file that is read as a runbook, in bytes.
const LARGEST: u64 = 64 << 20;

/// Runs one of the `runbook` commands. Answers the exit code.
pub fn run(command: &RunbookCommand, global: &Global, page: Page) -> color_eyre::Result<u8> {
    let RunbookCommand::Show { file } = command else {
        complain("working through a runbook takes the console");
        return Ok(code::USAGE);
    };
    let bytes = match load(file) {
        Ok(bytes) => bytes,
        Err(fault) => {
            complain(&fault);
            return Ok(code::USAGE);
        }
    };
    let runbook = read(&bytes);
    if global.json {
        print(&values::object(&runbook).to_string())?;
    } else {
        print(&outline::lines(&runbook, page).join("\n"))?;
    }
    Ok(code::DONE)
}

/// The bytes of a runbook; `-` is stdin, `builtin:NAME` one that ships with the program.
///
/// # Errors
/// A sentence that says why they cannot be read.
pub fn load(file: &Path) -> Result<Vec<u8>, String> {
    if file == Path::new("-") {
        return take(io::stdin().lock(), "stdin");
    }
    let name = file.display().to_string();
    if shipped::is_builtin(&name) {
        let found = shipped::find(&name).map(|shipped| shipped.text.as_bytes().to_vec());
        return found.ok_or_else(|| no_such(&name));
    }
    let wrong = |error: io::Error| format!("{name}: {error}");
    // Opening a FIFO would wait for its writer.
    let found = fs::metadata(file).map_err(wrong)?;
    if found.is_dir() {
        return Err(format!("{name}: a directory, not a Markdown file"));
    }
    if !found.is_file() {
        return Err(format!("{name}: not a regular file; pipe it and name it -"));
    }
    if found.len() > LARGEST {
        return Err(too_big(&name));
    }
    take(File::open(file).map_err(wrong)?, &name)
}

fn take(from: impl Read, name: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    from.take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("{name}: {error}"))?;
    if bytes.len() as u64 > LARGEST {
        return Err(too_big(name));
    }
    Ok(bytes)
}

fn no_such(name: &str) -> String {
    let names: Vec<&str> = shipped::SHIPPED.iter().map(|one| one.name).collect();
    format!(
        "{name}: no such runbook ships; there are: {}",
        names.join(", ")
    )
}

fn too_big(name: &str) -> String {
    format!(
        "{name}: larger than {} MB, which no runbook is",
        LARGEST >> 20
    )
}

/// What a command means to this console, each in the words of its command line, with its line; what writes comes first.
fn natives(command: &Command, step: &str) -> Vec<(String, u32)> {
    let mut natives = recognise_as(command, step, &[], None);
    natives.sort_by_key(|native| native.action.is_look());
    natives
        .into_iter()
        .map(|native| (native.words, native.line))
        .collect()
}
