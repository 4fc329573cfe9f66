//! A runbook taken apart once for all rules: commands with their calls, text with its lines, what is set where. It judges nothing.

use std::collections::BTreeMap;

use super::Input;
use crate::domain::runbook::native::{Native, recognise_as};
use crate::domain::runbook::shell::{
    AwsCall, Invocation, PieceKind, Script, Word, invocations, read,
};
use crate::domain::runbook::{Block, Command, Section};

/// How often a variable is looked up for one word.
const LOOKUPS: usize = 4;

/// A runbook taken apart.
pub(super) struct Ground<'a> {
    /// What was given.
    pub(super) input: Input<'a>,
    /// The shell fences, in the order of the file.
    pub(super) fences: Vec<Fence<'a>>,
    /// Every other fence, with its section.
    pub(super) code: Vec<(usize, &'a Command)>,
    /// Text for people, in the order of the file.
    pub(super) prose: Vec<Prose>,
    /// The values that variables are set to anywhere in the file, with the line.
    values: BTreeMap<String, Vec<(u32, Word)>>,
}

/// A shell fence.
pub(super) struct Fence<'a> {
    /// The section's index.
    pub(super) section: usize,
    /// The words of its step.
    pub(super) step: &'a str,
    /// The fence.
    pub(super) command: &'a Command,
    /// What was read.
    pub(super) script: Script,
    /// Its programs.
    pub(super) invocations: Vec<Invocation>,
    /// The calls of `aws` among them.
    pub(super) calls: Vec<AwsCall>,
    /// What of it is native.
    pub(super) native: Vec<Native>,
}

/// A stretch of text.
pub(super) struct Prose {
    /// The section's index.
    pub(super) section: usize,
    /// Its line.
    pub(super) line: u32,
    /// The words.
    pub(super) text: String,
    /// What kind of text it is.
    pub(super) kind: Kind,
}

/// What kind of text something is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A paragraph, an item or a step.
    Text,
    /// The cells of a table's row, with ` | ` between.
    Row,
    /// A comment of a script.
    Comment,
}

impl<'a> Ground<'a> {
    pub(super) fn new(input: Input<'a>) -> Self {
        let mut ground = Self {
            input,
            fences: Vec::new(),
            code: Vec::new(),
            prose: Vec::new(),
            values: BTreeMap::new(),
        };
        for (index, section) in input.runbook.sections.iter().enumerate() {
            ground.section(index, section);
        }
        ground.prose.sort_by_key(|prose| prose.line);
        ground
    }

    fn section(&mut self, index: usize, section: &'a Section) {
        for block in &section.blocks {
            match block {
                Block::Text { text, line, .. } => self.say(index, *line, text.clone(), Kind::Text),
                Block::Table(table) => {
                    for (row, cells) in table.rows.iter().enumerate() {
                        // The head and the line below it come before the first row.
                        let line = table
                            .line
                            .saturating_add(2 + u32::try_from(row).unwrap_or(0));
                        self.say(index, line, cells.join(" | "), Kind::Row);
                    }
                }
                Block::Step(_) => {}
            }
        }
        for step in &section.steps {
            let own_words = !step.commands.iter().any(|command| {
                command.line <= step.line.saturating_add(1)
                    && command.text.contains(step.text.trim())
            });
            if own_words {
                self.say(index, step.line, step.text.clone(), Kind::Text);
            }
            for command in &step.commands {
                if command.is_shell() {
                    self.fence(index, &step.text, command);
                } else {
                    self.code.push((index, command));
                }
            }
        }
    }

    fn say(&mut self, section: usize, line: u32, text: String, kind: Kind) {
        self.prose.push(Prose {
            section,
            line,
            text,
            kind,
        });
    }

    fn fence(&mut self, section: usize, step: &'a str, command: &'a Command) {
        let script = read(command);
        for comment in &script.comments {
            self.say(section, comment.line, comment.text.clone(), Kind::Comment);
        }
        for simple in script.all() {
            for assignment in &simple.assignments {
                let set = (assignment.line, assignment.value.clone());
                self.values
                    .entry(assignment.name.clone())
                    .or_default()
                    .push(set);
            }
        }
        let invocations = invocations(&script);
        let calls = invocations.iter().filter_map(AwsCall::of).collect();
        let spec = self.input.spec;
        let patterns = spec.map(|spec| spec.native.as_slice()).unwrap_or_default();
        let title = self
            .input
            .runbook
            .sections
            .get(section)
            .map_or("", |s| s.title.as_str());
        let words = format!("{step}\n{title}");
        self.fences.push(Fence {
            section,
            step,
            command,
            native: recognise_as(command, &words, patterns, spec),
            script,
            invocations,
            calls,
        });
    }

    /// Every call of `aws` with its fence.
    pub(super) fn calls(&self) -> impl Iterator<Item = (&Fence<'a>, &AwsCall)> {
        self.fences
            .iter()
            .flat_map(|fence| fence.calls.iter().map(move |call| (fence, call)))
    }

    /// The titles of a section and of those around it, innermost first.
    pub(super) fn titles(&self, section: usize) -> String {
        let sections = &self.input.runbook.sections;
        let mut titles = Vec::new();
        let mut at = sections.get(section);
        while let Some(section) = at {
            titles.push(section.title.as_str());
            let outer = section.parent.filter(|_| titles.len() < 8);
            at = outer.and_then(|parent| sections.get(parent));
        }
        titles.join("\n")
    }

    /// What a variable was last set to before a line.
    pub(super) fn value_before(&self, name: &str, line: u32) -> Option<&Word> {
        let all = self.values.get(name)?;
        let before = all.iter().rev().find(|(set, _)| *set <= line);
        before.or_else(|| all.first()).map(|(_, word)| word)
    }

    /// Whether anything in the file sets a variable.
    pub(super) fn sets(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// A word, or what the variable that it is was set to.
    pub(super) fn looked_up<'w>(&'w self, word: &'w Word) -> &'w Word {
        let mut word = word;
        for _ in 0..LOOKUPS {
            let Some(next) = word
                .variable()
                .and_then(|name| self.value_before(name, word.line))
            else {
                break;
            };
            word = next;
        }
        word
    }

    /// A word's text with the text of variables put in where it is known, else `stand_in`.
    pub(super) fn filled(&self, word: &Word, stand_in: &str) -> String {
        let mut out = String::new();
        for piece in &word.pieces {
            match &piece.kind {
                PieceKind::Text(text) => out.push_str(text),
                PieceKind::Variable { name, operator } if operator.is_empty() => {
                    let value = self.value_before(name, word.line).and_then(Word::fixed);
                    out.push_str(value.as_deref().unwrap_or(stand_in));
                }
                _ => out.push_str(stand_in),
            }
        }
        out
    }

    /// The sentences of text, rows and comments, in the order of the file.
    pub(super) fn said(&self, kinds: &[Kind]) -> impl Iterator<Item = &Prose> {
        self.prose
            .iter()
            .filter(move |prose| kinds.contains(&prose.kind))
    }
}

impl Fence<'_> {
    /// Whether this is surely meant for a shell: its language says so, or it runs something that is known.
    pub(super) fn is_certain(&self) -> bool {
        const KNOWN: [&str; 40] = [
            "aws",
            "kubectl",
            "docker",
            "curl",
            "git",
            "make",
            "psql",
            "ssh",
            "scp",
            "terraform",
            "helm",
            "systemctl",
            "journalctl",
            "npm",
            "npx",
            "pip",
            "cdk",
            "sam",
            "gcloud",
            "az",
            "eksctl",
            "redis-cli",
            "mysql",
            "vault",
            "consul",
            "nomad",
            "ansible",
            "ansible-playbook",
            "argocd",
            "flux",
            "istioctl",
            "jq",
            "tail",
            "grep",
            "cat",
            "export",
            "sudo",
            "coalmine",
            "dig",
            "openssl",
        ];
        let known = |invocation: &Invocation| {
            KNOWN.contains(&invocation.program.as_str())
                || [".py", ".sh"]
                    .iter()
                    .any(|end| invocation.program.ends_with(end))
        };
        !self.command.lang.is_empty() || self.invocations.iter().any(known)
    }
}
