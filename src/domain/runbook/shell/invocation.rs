//! Which program a command comes to once `sudo`, `timeout`, interpreters and the like are taken off. It looks up no file.

use super::{Assignment, Link, Redirect, Script, Simple, Word, read_text};

/// How many wrappers are taken off one command.
const WRAPPERS: usize = 8;

/// A program with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// The program's name without its directory; the script's where an interpreter runs one.
    pub program: String,
    /// The words after it.
    pub args: Vec<Word>,
    /// What was taken off before it: `sudo`, `timeout`, `watch`, ...
    pub wrappers: Vec<String>,
    /// The line, from 1, in the file.
    pub line: u32,
    /// The command that it was read from; its words include the wrappers.
    pub whole: Simple,
    /// Whether it stands in a `$(...)`, so that its output is part of another command.
    pub inner: bool,
}

impl Invocation {
    /// The words after the program as text, `$NAME` and the like for what is not known.
    pub fn texts(&self) -> Vec<String> {
        self.args.iter().map(Word::text).collect()
    }

    /// Whether one of the words is this option, alone or with `=value`.
    pub fn has(&self, option: &str) -> bool {
        self.args.iter().any(|word| {
            let text = word.text();
            text == option
                || text
                    .strip_prefix(option)
                    .is_some_and(|rest| rest.starts_with('='))
        })
    }

    /// How it follows the command before.
    pub fn link(&self) -> Link {
        self.whole.link
    }

    /// Its assignments.
    pub fn assignments(&self) -> &[Assignment] {
        &self.whole.assignments
    }

    /// Its redirections.
    pub fn redirects(&self) -> &[Redirect] {
        &self.whole.redirects
    }
}

/// Every program of a script, in order; what `bash -c '...'` runs stands in place of it.
pub fn invocations(script: &Script) -> Vec<Invocation> {
    let mut out = Vec::new();
    gather(script, false, &mut out);
    out
}

fn gather(script: &Script, inner: bool, out: &mut Vec<Invocation>) {
    for simple in &script.commands {
        unwrap(simple, inner, 0, out);
        for within in simple.every_word().flat_map(Word::substitutions) {
            gather(within, true, out);
        }
    }
}

fn unwrap(simple: &Simple, inner: bool, depth: u8, out: &mut Vec<Invocation>) {
    if let Some((text, line)) = script_of(simple).filter(|_| depth < 3) {
        let script = read_text(&text, line);
        for command in script.all() {
            unwrap(command, inner, depth + 1, out);
        }
        return;
    }
    let (at, wrappers) = program_at(&simple.words);
    let Some((first, rest)) = simple.words.get(at..).and_then(<[Word]>::split_first) else {
        return;
    };
    out.push(Invocation {
        program: base(&first.text()),
        args: rest.to_vec(),
        wrappers,
        line: first.line,
        whole: simple.clone(),
        inner,
    });
}

/// Where the program stands among the words, and what is taken off before it.
pub(crate) fn program_at(words: &[Word]) -> (usize, Vec<String>) {
    let (mut at, mut wrappers) = (0, Vec::new());
    while let Some((first, rest)) = words.get(at..).and_then(<[Word]>::split_first) {
        let name = base(&first.text());
        let Some(skip) = wrapper(&name, rest).filter(|_| wrappers.len() < WRAPPERS) else {
            break;
        };
        at += 1 + skip;
        wrappers.push(name);
    }
    (at, wrappers)
}

/// The text that `bash -c`, `eval` or a shell with a here-document is told to run, and its line.
fn script_of(simple: &Simple) -> Option<(String, u32)> {
    let (at, _) = program_at(&simple.words);
    let (first, rest) = simple.words.get(at..)?.split_first()?;
    let name = base(&first.text());
    evaluated(&name, rest).or_else(|| given(&name, rest, simple))
}

/// What a shell without a script of its own reads from a here-document.
fn given(name: &str, rest: &[Word], simple: &Simple) -> Option<(String, u32)> {
    let is_bare = rest.iter().all(|word| word.starts_with("-"));
    if !is_shell(name) || !is_bare {
        return None;
    }
    let here = simple
        .redirects
        .iter()
        .rfind(|redirect| redirect.op.starts_with("<<"))?;
    match &here.body {
        Some(body) => Some((body.clone(), here.target.line.saturating_add(1))),
        // `bash <<< "..."`
        None => Some((here.target.fixed()?, here.target.line)),
    }
}

fn is_shell(name: &str) -> bool {
    matches!(name, "bash" | "sh" | "zsh" | "dash" | "ksh")
}

/// The file's name of a path.
fn base(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// The text that a shell is told to run, and its line.
fn evaluated(name: &str, rest: &[Word]) -> Option<(String, u32)> {
    if name == "eval" {
        let words: Option<Vec<String>> = rest.iter().map(as_written).collect();
        return Some((words?.join(" "), rest.first()?.line));
    }
    if !is_shell(name) {
        return None;
    }
    let runs_text = |word: &Word| has_c(&word.text());
    let is_option = |word: &&Word| word.starts_with("-") || word.starts_with("+");
    // `bash fix.sh -c` gives `-c` to the script.
    let options = rest
        .iter()
        .take_while(|word| is_option(word) || word.text() == "pipefail");
    let at = options.clone().position(runs_text)?;
    let text = rest
        .iter()
        .skip(at + 1)
        .find(|word| !is_option(word) && word.text() != "pipefail")?;
    Some((as_written(text)?, text.line))
}

/// The text of a word, variables as they are written; what a `$(...)` in it would come to is not known.
fn as_written(word: &Word) -> Option<String> {
    word.substitutions().next().is_none().then(|| word.text())
}

/// Whether `-c` is among the letters of an option.
fn has_c(option: &str) -> bool {
    let letters = option.strip_prefix('-').unwrap_or_default();
    letters.contains('c') && letters.bytes().all(|b| b.is_ascii_alphabetic())
}

/// How many words after this name belong to it and not to the program that it runs; `None` when it is itself the program.
fn wrapper(name: &str, rest: &[Word]) -> Option<usize> {
    let texts: Vec<String> = rest.iter().take(24).map(Word::text).collect();
    let options = |valued: &[&str]| options(&texts, valued);
    let skip = match name {
        "sudo" => options(&["-u", "-g", "-h", "-p", "-C"]),
        "doas" => options(&["-u"]),
        "env" => {
            let skip = options(&["-u", "-C"]);
            let sets = |text: &&String| {
                text.split_once('=')
                    .is_some_and(|(name, _)| !name.is_empty() && !name.starts_with('-'))
            };
            skip + texts.iter().skip(skip).take_while(sets).count()
        }
        "time" | "nohup" | "exec" | "command" | "builtin" | "caffeinate" | "setsid" => options(&[]),
        "nice" | "ionice" => options(&["-n", "-c", "-p"]),
        "stdbuf" => options(&["-i", "-o", "-e"]),
        "timeout" | "gtimeout" => options(&["-s", "-k", "--signal", "--kill-after"]) + 1,
        "watch" => options(&["-n", "--interval"]),
        "xargs" => options(&["-n", "-I", "-P", "-L", "-d", "-s", "-a"]),
        "uv" | "poetry" | "pipenv" | "rye" | "pdm" | "bundle" => {
            let runs = matches!(texts.first().map(String::as_str), Some("run" | "exec"));
            if !runs {
                return None;
            }
            1 + options_after(
                &texts,
                1,
                &["--with", "--python", "-p", "--project", "--directory"],
            )
        }
        "aws-vault" | "saml2aws" | "chamber" | "granted" | "assume" | "op" | "doppler" => {
            texts.iter().position(|text| text == "--")? + 1
        }
        _ if is_interpreter(name) => {
            let skip = options(&["-W", "-X"]);
            let script = texts.get(skip)?;
            let code = texts
                .iter()
                .take(skip + 1)
                .any(|t| matches!(t.as_str(), "-c" | "-e" | "-m") || is_shell(name) && has_c(t));
            if code || script.starts_with('-') {
                return None;
            }
            skip
        }
        _ => return None,
    };
    (skip < rest.len()).then_some(skip)
}

fn is_interpreter(name: &str) -> bool {
    let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    matches!(
        plain,
        "python"
            | "py"
            | "pypy"
            | "node"
            | "ruby"
            | "perl"
            | "bash"
            | "sh"
            | "zsh"
            | "ksh"
            | "dash"
    )
}

/// How many leading words are options and their values.
fn options(texts: &[String], valued: &[&str]) -> usize {
    options_after(texts, 0, valued)
}

fn options_after(texts: &[String], from: usize, valued: &[&str]) -> usize {
    let mut at = from;
    while let Some(text) = texts.get(at) {
        if text == "--" {
            return at + 1 - from;
        }
        if !text.starts_with('-') || matches!(text.as_str(), "-c" | "-e" | "-m" | "-") {
            break;
        }
        at += if valued.contains(&text.as_str()) {
            2
        } else {
            1
        };
    }
    at - from
}
