//! Rows -> sections with their blocks and steps. Which rows are steps was decided before.

use super::places::Places;
use super::rows::{Kind, Row};
use super::words::Said;
use super::{annotation, label, matrix};
use crate::domain::runbook::{Block, Command, Runbook, Section, Step, Table, condition, wait};

/// Oddities of annotations that are told, at most.
const FAULTS: usize = 20;

/// Builds the sections.
pub(super) fn sections(rows: Vec<Row>, places: &Places) -> Runbook {
    let mut build = Build {
        runbook: Runbook::default(),
        section: Section::default(),
        open: Vec::new(),
        step_of: vec![None; rows.len()],
        notes: Vec::new(),
        label: None,
        announced: None,
    };
    let mut rows = rows.into_iter().enumerate().peekable();
    while let Some((at, row)) = rows.next() {
        let before_code = rows.peek().is_some_and(|(next, row)| {
            matches!(row.kind, Kind::Code { .. }) && places.is_step.get(*next) == Some(&true)
        });
        build.take(at, row, places, before_code);
    }
    build.end_section();
    build.runbook.title = build
        .runbook
        .sections
        .iter()
        .find(|section| section.level > 0)
        .map(|section| section.title.clone())
        .unwrap_or_default();
    build.runbook
}

struct Build {
    runbook: Runbook,
    section: Section,
    /// The sections that are open: index and level.
    open: Vec<(usize, u8)>,
    /// The index of the step that a row became, within its section.
    step_of: Vec<Option<usize>>,
    /// Annotations until their section ends: the row of their step, text, line.
    notes: Vec<(Option<usize>, String, u32)>,
    label: Option<String>,
    /// The paragraph that is the label of the next block as a whole.
    announced: Option<Said>,
}

impl Build {
    fn take(&mut self, at: usize, row: Row, places: &Places, before_code: bool) {
        let around = places.step.get(at).copied().flatten();
        let is_step = places.is_step.get(at) == Some(&true);
        let depth = places.depth.get(at).copied().unwrap_or(0);
        match row.kind {
            Kind::Heading(level) => self.heading(level, &row.said, row.line),
            Kind::Item { number, ticked } if is_step => {
                let step = Step {
                    text: row.said.flat(),
                    line: row.line,
                    depth,
                    number,
                    ticked,
                    ..Step::default()
                };
                self.step(at, step);
                self.heard(Some(at), &row.said);
                self.links(&row.said, row.depth.saturating_add(1));
            }
            Kind::Item { .. } => self.text(&row.said, row.line, row.depth, true),
            Kind::Paragraph => self.paragraph(&row, around, before_code),
            Kind::Code { lang, text, first } => {
                let command = Command {
                    lang,
                    text,
                    line: first,
                };
                self.code(at, command, row.line, around);
            }
            Kind::Table { head, rows } => self.table(head, rows, row.line),
            Kind::Note { text, .. } => self.notes.push((around, text, row.line)),
        }
    }

    fn heading(&mut self, level: u8, said: &Said, line: u32) {
        self.end_section();
        while self.open.last().is_some_and(|(_, outer)| *outer >= level) {
            self.open.pop();
        }
        self.section = Section {
            title: said.flat(),
            level,
            line,
            parent: self.open.last().map(|(index, _)| *index),
            ..Section::default()
        };
        self.open.push((self.runbook.sections.len(), level));
    }

    fn end_section(&mut self) {
        self.label = None;
        self.announced = None;
        for (row, text, line) in std::mem::take(&mut self.notes) {
            self.annotate(row, &text, line);
        }
        let mut section = std::mem::take(&mut self.section);
        if section.level == 0 && section.blocks.is_empty() && section.steps.is_empty() {
            return;
        }
        for step in &mut section.steps {
            step.waits = wait::merged(std::mem::take(&mut step.waits));
        }
        if section.level == 0 {
            section.line = 1;
        }
        self.runbook.sections.push(section);
    }

    fn step(&mut self, row: usize, step: Step) {
        let index = self.section.steps.len();
        self.section.steps.push(step);
        self.section.blocks.push(Block::Step(index));
        if let Some(slot) = self.step_of.get_mut(row) {
            *slot = Some(index);
        }
    }

    fn step_at(&mut self, row: Option<usize>) -> Option<&mut Step> {
        let index = self.step_of.get(row?).copied().flatten()?;
        self.section.steps.get_mut(index)
    }

    /// Conditions and waits in words that stand in a step.
    fn heard(&mut self, row: Option<usize>, said: &Said) {
        let Some(step) = self.step_at(row) else {
            return;
        };
        let line = |index: u32| {
            said.lines
                .get(index as usize)
                .copied()
                .unwrap_or(said.line())
        };
        // Offsets count lines of text from 0; each becomes the line of the file.
        for mut condition in condition::find(&said.text, 0) {
            condition.line = line(condition.line);
            step.conditions.push(condition);
        }
        for mut wait in wait::in_prose(&said.text, 0) {
            wait.line = line(wait.line);
            step.waits.push(wait);
        }
    }

    fn paragraph(&mut self, row: &Row, around: Option<usize>, before_code: bool) {
        self.heard(around, &row.said);
        if before_code
            && row.parent.is_none()
            && let Some(label) = label::of(&row.said)
        {
            self.label = Some(label.text);
            if label.whole {
                self.announced = Some(row.said.clone());
                self.links(&row.said, row.depth);
                return;
            }
        }
        self.text(&row.said, row.line, row.depth, false);
    }

    fn text(&mut self, said: &Said, line: u32, depth: u8, bullet: bool) {
        if !said.text.is_empty() {
            self.section.blocks.push(Block::Text {
                text: said.text.clone(),
                depth,
                line,
                bullet,
            });
        }
        self.links(said, depth.saturating_add(1));
    }

    /// The addresses of links, below the words that they are in: a dashboard is of no use without its address.
    fn links(&mut self, said: &Said, depth: u8) {
        for (words, address) in &said.links {
            let whole = words.is_empty() || *words == said.text;
            self.section.blocks.push(Block::Text {
                text: if whole {
                    address.clone()
                } else {
                    format!("{words}: {address}")
                },
                depth,
                line: said.line(),
                bullet: false,
            });
        }
    }

    fn code(&mut self, at: usize, command: Command, line: u32, around: Option<usize>) {
        let label = self.label.take();
        let announced = self.announced.take();
        if self.step_at(around).is_none() {
            let text = label::step(label.as_deref(), &command.text);
            let step = Step {
                text,
                line,
                ..Step::default()
            };
            self.step(at, step);
            if let Some(said) = announced {
                self.heard(Some(at), &said);
            }
        }
        let row = around
            .filter(|row| self.step_of.get(*row).copied().flatten().is_some())
            .or(Some(at));
        let Some(step) = self.step_at(row) else {
            return;
        };
        if step.text.is_empty() {
            step.text = label::first(&command.text).unwrap_or_default();
        }
        step.waits.extend(wait::in_command(&command));
        step.commands.push(command);
    }

    fn table(&mut self, head: Vec<String>, rows: Vec<(u32, Vec<String>)>, line: u32) {
        self.runbook.matrix.extend(matrix::rows(&head, &rows));
        let width = head.len();
        let rows = rows
            .into_iter()
            .map(|(_, mut cells)| {
                cells.resize(width, String::new());
                cells
            })
            .collect();
        self.section
            .blocks
            .push(Block::Table(Table { head, rows, line }));
    }

    fn annotate(&mut self, row: Option<usize>, text: &str, first: u32) {
        let mut faults = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line_number = first + super::source::count(index);
            if line.trim().is_empty() {
                continue;
            }
            match (annotation::parse(line, line_number), self.step_at(row)) {
                (Ok(annotation), Some(step)) => step.annotations.push(annotation),
                (Ok(_), None) => {
                    faults.push(format!("line {line_number}: an annotation without a step"));
                }
                (Err(fault), _) => faults.push(format!("line {line_number}: annotation: {fault}")),
            }
        }
        let room = FAULTS.saturating_sub(self.runbook.oddities.len());
        self.runbook.oddities.extend(faults.into_iter().take(room));
    }
}
