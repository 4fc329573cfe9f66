//! An `aws` command line: service, operation, options and their values. It checks none of them.

use super::{Invocation, Word};

/// Options of every `aws` command that take a value.
const GLOBAL: [&str; 10] = [
    "region",
    "profile",
    "output",
    "query",
    "endpoint-url",
    "color",
    "ca-bundle",
    "cli-read-timeout",
    "cli-connect-timeout",
    "cli-binary-format",
];

/// Options without a value that a word may follow.
const FLAGS: [&str; 14] = [
    "follow",
    "overwrite",
    "force",
    "debug",
    "dry-run",
    "dryrun",
    "with-decryption",
    "recursive",
    "publish",
    "delete",
    "quiet",
    "version",
    "interleaved",
    "force-new-deployment",
];

/// A call of the AWS command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsCall {
    /// The service as written: `ssm`, `lambda`.
    pub service: String,
    /// The operation as written: `put-parameter`.
    pub operation: String,
    /// The options in their order.
    pub options: Vec<AwsOption>,
    /// Words that belong to no option.
    pub positional: Vec<Word>,
    /// The line of `aws`, from 1, in the file.
    pub line: u32,
}

/// An option with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsOption {
    /// The name without its dashes.
    pub name: String,
    /// The values; empty for a flag.
    pub values: Vec<Word>,
    /// Its line, from 1, in the file.
    pub line: u32,
}

impl AwsCall {
    /// Reads an invocation, if it is one of `aws`.
    pub fn of(invocation: &Invocation) -> Option<Self> {
        if invocation.program != "aws" {
            return None;
        }
        let mut call = Self {
            service: String::new(),
            operation: String::new(),
            options: Vec::new(),
            positional: Vec::new(),
            line: invocation.line,
        };
        let mut open = Open::No;
        for word in &invocation.args {
            open = call.take(word, open);
        }
        (!call.operation.is_empty()).then_some(call)
    }

    fn take(&mut self, word: &Word, open: Open) -> Open {
        if let Some(option) = word.starts_with("--").then(|| word.text()) {
            return self.option(word, &option);
        }
        match open {
            Open::No => {
                if self.service.is_empty() {
                    self.service = word.text();
                } else if self.operation.is_empty() {
                    self.operation = word.text();
                } else {
                    self.positional.push(word.clone());
                }
                Open::No
            }
            Open::One | Open::Many => {
                if let Some(option) = self.options.last_mut() {
                    option.values.push(word.clone());
                }
                if open == Open::Many {
                    Open::Many
                } else {
                    Open::No
                }
            }
        }
    }

    fn option(&mut self, word: &Word, text: &str) -> Open {
        let written = text.trim_start_matches("--");
        let (name, joined) = match written.split_once('=') {
            Some((name, _)) => (name, true),
            None => (written, false),
        };
        let mut values = Vec::new();
        if joined {
            values.push(after_equals(word));
        }
        self.options.push(AwsOption {
            name: name.to_owned(),
            values,
            line: word.line,
        });
        let flag = FLAGS.contains(&name) || name.starts_with("no-");
        if joined || flag {
            Open::No
        } else if GLOBAL.contains(&name) || self.takes_words() || self.operation.is_empty() {
            Open::One
        } else {
            Open::Many
        }
    }

    /// Whether words may follow that belong to no option.
    fn takes_words(&self) -> bool {
        matches!(
            (self.service.as_str(), self.operation.as_str()),
            ("lambda", "invoke") | ("logs", "tail") | ("s3", _)
        )
    }

    /// Whether it is this operation.
    pub fn is(&self, service: &str, operation: &str) -> bool {
        self.service == service && self.operation == operation
    }

    /// The option of this name, without its dashes.
    pub fn option_named(&self, name: &str) -> Option<&AwsOption> {
        self.options.iter().find(|option| option.name == name)
    }

    /// The first value of an option.
    pub fn value(&self, name: &str) -> Option<&Word> {
        self.option_named(name)?.values.first()
    }

    /// The first value of an option, as text.
    pub fn text(&self, name: &str) -> Option<String> {
        self.value(name).map(Word::text)
    }

    /// Whether the option is there.
    pub fn has(&self, name: &str) -> bool {
        self.option_named(name).is_some()
    }
}

/// Whether the words that follow belong to the last option.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    No,
    One,
    Many,
}

/// The word without everything up to the first `=`.
fn after_equals(word: &Word) -> Word {
    use super::PieceKind;
    let mut out = word.clone();
    if let Some(piece) = out.pieces.first_mut()
        && let PieceKind::Text(text) = &mut piece.kind
        && let Some(at) = text.find('=')
    {
        *text = text.split_off(at + 1);
        piece.at.start += at + 1;
        if text.is_empty() && out.pieces.len() > 1 {
            out.pieces.remove(0);
        }
    }
    out
}
