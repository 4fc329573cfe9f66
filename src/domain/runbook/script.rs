//! The script that a block of a runbook becomes: exactly the bytes that are shown, hashed, trusted and run. It runs nothing.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Command;

#[cfg(test)]
mod agreement;
mod argv;
mod code;
pub mod foreign;
mod prompt;
mod quoting;
pub mod show;
#[cfg(test)]
mod tests;
mod values;

pub use foreign::Home;
pub use show::{Mark, MarkKind, marks};

/// Bytes that a script may have: it is handed to the shell as one argument, and the kernel takes no longer ones.
pub const LONGEST: usize = 120 * 1024;

/// What is run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// The text: shown, hashed and run as it stands here.
    pub text: String,
    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// How it is run.
    pub mode: Mode,
    /// The variables that placeholders became, with their values.
    pub values: Vec<(String, String)>,
}

/// How a script is run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// One simple command without a shell: the program and its arguments.
    Argv(Vec<String>),
    /// The whole text as one script of this interpreter: `sh`, `bash`, `zsh`, `ksh` or `dash`.
    Shell(String),
}

impl Mode {
    /// The program with its arguments.
    pub fn argv(&self, text: &str) -> Vec<String> {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        match self {
            Self::Argv(words) => words.clone(),
            // Its start-up files would run bytes that nobody was shown.
            Self::Shell(shell) if shell == "zsh" => owned(&["zsh", "-f", "-c", text, "zsh"]),
            Self::Shell(shell) => owned(&[shell, "-c", text, shell]),
        }
    }
}

/// Why a block cannot be run, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotRunnable {
    /// The line in the block, from 1; 0 when it is about all of it.
    pub line: u32,
    /// What stands in the way.
    pub why: String,
    /// What to do instead.
    pub instead: String,
}

impl NotRunnable {
    fn new(line: u32, why: impl Into<String>, instead: impl Into<String>) -> Self {
        Self {
            line,
            why: why.into(),
            instead: instead.into(),
        }
    }
}

/// The script of a block: prompts of a recorded session taken off, every placeholder of `filled` (as it is written, with its value)
/// turned into a variable of the environment. `home` is where it would run.
///
/// # Errors
/// Everything that stands in the way, at once.
pub fn prepare(
    text: &str,
    lang: &str,
    filled: &[(String, String)],
    home: &Home,
) -> Result<Script, Vec<NotRunnable>> {
    let block = Command {
        lang: lang.to_owned(),
        ..Command::default()
    };
    if !block.is_shell() {
        let why = format!("a block of language {lang} is not for a shell");
        return Err(vec![NotRunnable::new(0, why, "run it yourself")]);
    }
    let text = prompt::without(&text.replace("\r\n", "\n"), lang);
    let mut faults = refusals(&text);
    let filling = values::fill(&text, filled);
    faults.extend(filling.faults);
    faults.extend(foreign::find(&filling.text, &filling.values, home));
    let reading = quoting::read(&filling.text);
    if let Some((line, what)) = reading.open {
        faults.push(NotRunnable::new(
            line,
            format!("{what} is opened and never closed"),
            "mend the runbook",
        ));
    }
    if !reading.has_code(&filling.text) {
        faults.push(NotRunnable::new(0, "there is nothing to run", ""));
    }
    let mode = match (
        argv::simple(&filling.text, &reading),
        interpreter(&filling.text, lang),
    ) {
        (_, Err(fault)) => {
            faults.push(fault);
            Mode::Argv(Vec::new())
        }
        (Some(words), Ok(_)) if !filling.text.starts_with("#!") => Mode::Argv(words),
        (_, Ok(shell)) => Mode::Shell(shell),
    };
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Script {
        sha256: digest(filling.text.as_bytes()),
        text: filling.text,
        mode,
        values: filling.values,
    })
}

/// The SHA-256 of bytes, in hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// What no shell could run, whatever it says.
fn refusals(text: &str) -> Vec<NotRunnable> {
    let mut faults = Vec::new();
    if let Some(at) = text.find('\0') {
        let why = "it holds a NUL character, which no program can be given";
        faults.push(NotRunnable::new(line_at(text, at), why, "mend the runbook"));
    }
    if text.len() > LONGEST {
        let why = format!(
            "it is {} KiB long, and a script may have {}",
            text.len() / 1024,
            LONGEST / 1024
        );
        faults.push(NotRunnable::new(0, why, "put it into a file of its own"));
    }
    faults
}

/// The shell that the author asked for: by the first line, else by the language of the fence.
fn interpreter(text: &str, lang: &str) -> Result<String, NotRunnable> {
    const SHELLS: [&str; 5] = ["sh", "bash", "zsh", "ksh", "dash"];
    let Some(line) = text.strip_prefix("#!").and_then(|rest| rest.lines().next()) else {
        let lang = lang.to_ascii_lowercase();
        let asked = SHELLS.contains(&lang.as_str());
        return Ok(if asked { lang } else { "sh".to_owned() });
    };
    let mut words = line.split_whitespace();
    let program = words.next().unwrap_or_default();
    let program = if program.ends_with("/env") {
        words.next().unwrap_or_default()
    } else {
        program
    };
    let name = program.rsplit('/').next().unwrap_or_default();
    if let Some(option) = words.next() {
        let why = format!("its first line gives {name} the option {option}, which would be lost");
        return Err(NotRunnable::new(
            1,
            why,
            "write `set` into the script instead",
        ));
    }
    if SHELLS.contains(&name) {
        return Ok(name.to_owned());
    }
    let why = format!("its first line asks for {program}, which is no shell");
    Err(NotRunnable::new(1, why, "put it into a file of its own"))
}

/// The line that a byte stands in, from 1.
fn line_at(text: &str, at: usize) -> u32 {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    before.split(|byte| *byte == b'\n').count() as u32
}
